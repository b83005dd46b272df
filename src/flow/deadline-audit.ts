import { system } from '../domain/actor.ts';
import { ticketName } from '../domain/ticket.ts';
import { retimed, timingFault, type Fault } from '../domain/retiming.ts';
import type { Store } from '../storage/store.ts';
import type { TimedRow, WalkedTo } from '../storage/ticket-pages.ts';
import { openPage } from './open-tickets.ts';
import type { Parts } from './parts.ts';
import type { Perform } from './perform.ts';

/** Open tickets that one run looks at. */
const BATCH = 2_000;
/** Due tickets that one run looks at. */
const MOST_LATE = 500;
/** What has been due for so long should have been woken. */
const LATE_MS = 60_000;

/** What is found beside what is wrong with a ticket itself. */
type Found = Fault | 'late';

/**
 * Looks at a part of the open tickets, the next part each time: whether each is looked at again when its promises ask for it, and whether
 * what is due was woken. Puts right what is wrong and says so. A ticket that stands under older promises than it should is brought under
 * those in force, which is no fault: it changed its status while the walk passed by. How many faults there were.
 */
export function createDeadlineAudit(
  parts: Pick<Parts, 'store' | 'clock' | 'ids' | 'live' | 'directory' | 'meter' | 'quiet'>,
  perform: Perform,
): () => Promise<number> {
  const { store, clock, ids, live, directory, meter, quiet } = parts;
  let from: WalkedTo | null = null;
  /** Due tokens that a run before this one saw, and when. */
  let seen: ReadonlyMap<string, number> = new Map();

  const found = (what: Found, ticket: { readonly number: number }, cause: string): void => {
    meter.alarm('deadline', { fault: what, ticket: ticketName(ticket), cause });
  };

  const look = async (ticket: TimedRow): Promise<number> => {
    const fault = timingFault(ticket);
    if (fault === null && (live.outdated() || retimed(ticket, clock.now(), directory()) === null)) return 0;
    const cause = `deadline-audit:${ids.next()}`;
    const { outcome } = await perform(ticket._id, { type: 'retime' }, { actor: system('audit'), cause });
    // It was put right by what happened to it meanwhile.
    if (fault === null || outcome !== 'done') return 0;
    found(fault, ticket, cause);
    return 1;
  };

  const part = async (): Promise<number> => {
    const { tickets, at } = await openPage(store.tickets.timed, from, BATCH);
    from = at;
    const faults = await Promise.all(tickets.map(look));
    return faults.reduce<number>((sum, n) => sum + n, 0);
  };

  type Due = Awaited<ReturnType<Store['tickets']['due']>>[number];
  /** Wakes what was due a minute ago already when the run before this one looked: as the sweep does, so that both are one. */
  const overslept = async (ticket: Due): Promise<number> => {
    const cause = `wake:${ticket._id}:${ticket.dueToken}`;
    try {
      const intent = { type: 'wake', token: ticket.dueToken ?? '' } as const;
      const { outcome } = await perform(ticket._id, intent, { actor: system('wake'), cause });
      if (outcome !== 'done') return 0;
    } catch {
      // It fails for the sweep as well, which says so and lets it rest.
      return 0;
    }
    found('late', ticket, cause);
    return 1;
  };

  const late = async (): Promise<number> => {
    const now = clock.now().getTime();
    const due = await store.tickets.due(new Date(now - LATE_MS), MOST_LATE, []);
    const keyOf = (t: Due): string => `${t._id} ${t.dueToken}`;
    const before = seen;
    seen = new Map(due.map((t) => [keyOf(t), before.get(keyOf(t)) ?? now]));
    const asleep = due.filter((t) => t.dueToken !== null && now - (before.get(keyOf(t)) ?? now) >= LATE_MS);
    const woken = await Promise.all(asleep.map(overslept));
    return woken.reduce<number>((sum, n) => sum + n, 0);
  };

  return async () => {
    // What is due while nothing goes out waits for a decision.
    if (quiet() !== null) return 0;
    return (await part()) + (await late());
  };
}
