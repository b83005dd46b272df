import type { Place } from './effect.ts';
import { OPEN, type Status } from './status.ts';
import type { Quote, Ticket } from './ticket.ts';

/** What the customer wrote that the assignee was told and has not answered: one direct message. */
export interface News {
  /** Sequence of the event with which it began. */
  readonly since: number;
  /** When its first line was written. */
  readonly at: Date;
  /** Who was told. */
  readonly person: string;
  /** Lines it has. */
  readonly count: number;
}

/** The news after one more line of the customer: lines of one window are one message. */
export function withLine(t: Pick<Ticket, 'news' | 'assignee' | 'policy'>, quote: Quote, seq: number): News | null {
  if (t.assignee === null) return null;
  const open = t.news?.person === t.assignee ? t.news : null;
  if (open !== null && quote.at.getTime() - open.at.getTime() < t.policy.newsMs)
    return { ...open, count: open.count + 1 };
  return { since: seq, at: quote.at, person: t.assignee, count: 1 };
}

/** Statuses in which the customer's last words wait for nobody here. */
const ANSWERED: ReadonlySet<Status> = new Set(['waiting_customer']);

/** The news that is left after a change: none once it was answered, or is somebody else's matter. */
export function newsLeft(t: Pick<Ticket, 'news' | 'assignee' | 'status'>): News | null {
  const news = t.news;
  if (news === null || news.person !== t.assignee) return null;
  return OPEN.has(t.status) && !ANSWERED.has(t.status) ? news : null;
}

/** The places of news that a step from one state to the next changes: grown, begun, over. */
export function newsPlaces(before: News | null, after: News | null): readonly Place[] {
  const place = ({ person, since }: News): Place => ({ card: 'news', person, since });
  if (before === null) return after === null ? [] : [place(after)];
  if (after === null) return [place(before)];
  if (before.since === after.since) return before.count === after.count ? [] : [place(after)];
  return [place(before), place(after)];
}
