import { system } from '../domain/actor.ts';
import { ticketName } from '../domain/ticket.ts';
import { StoreUnavailable } from '../errors.ts';
import type { Store } from '../storage/store.ts';
import type { Parts } from './parts.ts';
import type { Perform } from './perform.ts';
import type { Quiet } from './quiet.ts';

/** Tickets woken at the same time: enough for their reads and writes to go together. */
const WIDTH = 200;
/** Due tickets read at once. */
const BATCH = 500;
/** One run takes no longer: what else goes by the second has its turn. */
const LONGEST_RUN_MS = 5_000;
const LONGEST_REST_MS = 60_000;
/** Tickets that are remembered as resting; one that is forgotten is tried again sooner. */
const MOST_RESTING = 10_000;

/**
 * Takes due tickets in the order of their moments and wakes each through `perform`, many at a time, until nothing is due, the run has taken
 * its time or is aborted; how many it woke. A ticket that fails rests for a while of its own, longer each time, and so does not hold up the
 * others. Two runs at once, or one that was cut anywhere, wake nothing twice.
 * @throws StoreUnavailable once what is under way has ended
 */
export function createWake(
  parts: Pick<Parts, 'clock' | 'meter' | 'noteFault'> & {
    readonly quiet: () => Quiet | null;
    readonly store: { readonly tickets: Pick<Store['tickets'], 'due'> };
  },
  perform: Perform,
): (signal?: AbortSignal) => Promise<number> {
  const { clock, meter, noteFault, store } = parts;
  const resting = new Map<string, { readonly failures: number; readonly until: number }>();

  const rest = (id: string): void => {
    const failures = (resting.get(id)?.failures ?? 0) + 1;
    const ms = Math.min(1_000 * 2 ** (failures - 1), LONGEST_REST_MS);
    resting.delete(id);
    resting.set(id, { failures, until: clock.now().getTime() + ms });
    const [oldest] = resting.keys();
    if (resting.size > MOST_RESTING && oldest !== undefined) resting.delete(oldest);
  };

  const wakeOne = async ({ _id: id, number: ticket, token, cause }: Due): Promise<'woken' | 'passed' | 'rests'> => {
    try {
      const performed = await perform(id, { type: 'wake', token }, { actor: system('wake'), cause });
      if (performed.outcome === 'done' || performed.ticket?.dueToken !== token) {
        resting.delete(id);
        return performed.outcome === 'done' ? 'woken' : 'passed';
      }
      // One that is due as before would be due for ever.
      rest(id);
    } catch (error) {
      if (error instanceof StoreUnavailable) throw error;
      rest(id);
      const number = await noteFault({ where: 'job', what: 'wake', ticket, cause, error });
      meter.alarm('loop', { loop: 'wake', ticket: ticketName({ number: ticket }), cause, error: number });
    }
    return 'rests';
  };

  return async (signal) => {
    const endsAt = clock.monotonic() + LONGEST_RUN_MS;
    const state = { woken: 0, failures: [] as unknown[] };
    // After a restore it is decided first what becomes of moments that passed.
    const goesOn = (): boolean =>
      signal?.aborted !== true && state.failures.length === 0 && clock.monotonic() < endsAt && parts.quiet() === null;
    const now = clock.now().getTime();
    for (const [id, { until }] of resting) if (until + LONGEST_REST_MS < now) resting.delete(id);

    const source = dueOneByOne(store.tickets, {
      now: () => clock.now(),
      rests: (id) => (resting.get(id)?.until ?? 0) > clock.now().getTime(),
    });
    const work = async (): Promise<void> => {
      try {
        for (let due = await source.next(goesOn); due !== null; due = await source.next(goesOn)) {
          const became = await wakeOne(due);
          if (became === 'woken') state.woken += 1;
          if (became !== 'rests') source.gone(due);
        }
      } catch (error) {
        // No fault of one ticket: it ends the run, after what is under way.
        state.failures.push(error);
      }
    };
    await Promise.all(Array.from({ length: WIDTH }, work));
    if (state.failures.length > 0) throw state.failures[0];
    return state.woken;
  };
}

interface Due {
  readonly _id: string;
  readonly number: number;
  readonly token: string;
  /** It names the moment: the same wake-up twice is one. */
  readonly cause: string;
}

interface Source {
  /** Each moment of a ticket once; null: there are no more, or it does not go on. */
  next(goesOn: () => boolean): Promise<Due | null>;
  /** It is not due any more. */
  gone(due: Due): void;
}

/** Hands out due tickets in the order of their moments, and reads on before the last is taken. */
function dueOneByOne(
  tickets: Pick<Store['tickets'], 'due'>,
  { now, rests }: { readonly now: () => Date; readonly rests: (id: string) => boolean },
): Source {
  /** Causes of those of the last moment that were found and may still be there: the next look begins with that moment. */
  const found = new Set<string>();
  let from: Date | undefined;
  const waiting: Due[] = [];
  const state = { isOver: false };
  let reading: Promise<void> | null = null;

  const read = async (): Promise<void> => {
    const limit = BATCH + found.size;
    const due = await tickets.due(now(), limit, [], from);
    state.isOver = due.length < limit;
    for (const { _id, number, dueToken: token, nextDueAt } of due) {
      if (token === null || nextDueAt === null) continue;
      const cause = `wake:${_id}:${token}`;
      if (nextDueAt.getTime() !== from?.getTime()) found.clear();
      from = nextDueAt;
      if (found.has(cause)) continue;
      found.add(cause);
      if (!rests(_id)) waiting.push({ _id, number, token, cause });
    }
  };
  const readOnce = (): Promise<void> =>
    (reading ??= read().finally(() => {
      reading = null;
    }));

  return {
    async next(goesOn) {
      while (goesOn() && waiting.length === 0 && !state.isOver) await readOnce();
      if (!goesOn()) return null;
      // Whoever needs what it fails to read reads it again, and hears why.
      if (waiting.length < WIDTH && !state.isOver) readOnce().catch(() => undefined);
      return waiting.shift() ?? null;
    },
    gone({ cause }) {
      found.delete(cause);
    },
  };
}
