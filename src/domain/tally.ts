import type { Applied } from './apply.ts';
import { regionOf } from './region.ts';
import type { ClockName } from './terms.ts';
import { OPEN, type Priority, type Status } from './status.ts';
import type { Language, Ticket } from './ticket.ts';

/** A time in which a ticket was done: from its ending until it was open again. */
export interface Done {
  readonly from: Date;
  /** `FOREVER` while it is done. */
  readonly to: Date;
}

/** After everything that happens: the end of what has not ended. */
export const FOREVER = new Date('9999-12-31T00:00:00Z');

/** Misses and reopenings that a tally keeps, the newest. */
const MOST = 30;

/**
 * What digests and statistics need of one ticket, and nothing that a customer wrote. It follows from the ticket alone, so it can be made
 * again at any time. Times are moments, lengths milliseconds.
 */
export interface Tally {
  /** The ticket's id. */
  readonly _id: string;
  /** The version of the ticket that it was made of. */
  readonly v: number;
  readonly number: number;
  /** Every change that counts happened at this moment or before. */
  readonly touchedAt: Date;
  readonly openedAt: Date;
  readonly open: boolean;
  readonly status: Status;
  readonly team: string;
  readonly shop: string;
  readonly category: string | null;
  /** `message/wecom`: where it came from, then over which platform. */
  readonly source: string;
  readonly priority: Priority;
  readonly assignee: string | null;
  /** Who resolved it. */
  readonly resolver: string | null;
  /** When the customer first got an answer. */
  readonly respondedAt: Date | null;
  /** Working time until the first answer and until it was resolved; null: not measured (yet). */
  readonly firstMs: number | null;
  readonly resolveMs: number | null;
  readonly done: readonly Done[];
  /** Promises whose moment passed unmet. */
  readonly misses: readonly { readonly clock: string; readonly at: Date }[];
  /** When the earliest of those promises passed that still wait to be met; null: none does. */
  readonly overdue: Date | null;
  readonly reopens: readonly Date[];
  readonly passes: number;
  readonly nudges: number;
  /** It lives on in another ticket. */
  readonly merged: boolean;
  readonly resolvedAt: Date | null;
  readonly closedAt: Date | null;
  readonly language: Language;
  /** Ids of the rules that had a say in its promises: for who matters more, for what matters more. */
  readonly rules: readonly string[];
  readonly region: string | null;
}

/** What breaks no promise: nobody answered who was waited for, or a conversation is closed by its platform. */
const NO_PROMISE: ReadonlySet<ClockName> = new Set(['wait', 'window']);

/** The tally of a ticket as it stands. */
export function tallyOf(t: Ticket): Tally {
  const { reopens } = t;
  const misses = t.misses.filter(({ clock }) => !NO_PROMISE.has(clock));
  const moments = [t.openedAt, t.updatedAt, t.respondedAt, ...t.turns, ...reopens, ...misses.map(({ at }) => at)];
  const late = misses.filter(({ clock, at }) => {
    const promise = OPEN.has(t.status) ? t.clocks[clock] : undefined;
    return promise?.missed === true && promise.since <= at;
  });
  return {
    _id: t._id,
    v: t.version,
    number: t.number,
    // The machine's clock may have been set back between two of them.
    touchedAt: latest(moments.filter((at) => at !== null)),
    openedAt: t.openedAt,
    open: OPEN.has(t.status),
    status: t.status,
    team: t.team,
    shop: t.shop,
    category: t.category,
    source: `${t.source.kind}/${t.source.platform}`,
    priority: t.priority,
    assignee: t.assignee,
    resolver: t.resolver,
    respondedAt: t.respondedAt,
    firstMs: t.took.firstResponse ?? null,
    resolveMs: t.took.resolution ?? null,
    done: doneOf(t.turns),
    misses: misses.slice(-MOST),
    overdue: late.length === 0 ? null : earliest(late.map(({ at }) => at)),
    reopens: reopens.slice(-MOST),
    passes: t.passes,
    nudges: t.nudges.count,
    merged: t.merged.into !== null,
    resolvedAt: t.resolvedAt,
    closedAt: t.closedAt,
    language: t.language,
    rules: t.terms.rules,
    region: t.facts.address === undefined ? null : regionOf(t.facts.address),
  };
}

const latest = (moments: readonly Date[]): Date => new Date(Math.max(...moments.map((at) => at.getTime())));
const earliest = (moments: readonly Date[]): Date => new Date(Math.min(...moments.map((at) => at.getTime())));

function doneOf(turns: readonly Date[]): readonly Done[] {
  const done: Done[] = [];
  for (let i = 0; i < turns.length; i += 2) done.push({ from: turns[i] ?? FOREVER, to: turns[i + 1] ?? FOREVER });
  return done;
}

/** Whether two tallies say the same, whichever version of the ticket they were made of. */
export const sameTally = (a: Tally, b: Tally): boolean => said(a) === said(b);

const said = ({ v: _v, touchedAt: _touchedAt, ...rest }: Tally): string => JSON.stringify(rest);

/** Whether relay has to look at a ticket that was just written: it has effects, or counts otherwise than before. */
export const concernsRelay = (
  before: Ticket | null,
  { ticket, effects }: Pick<Applied, 'ticket' | 'effects'>,
): boolean => effects.length > 0 || before === null || !sameTally(tallyOf(before), tallyOf(ticket));
