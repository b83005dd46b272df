import { KNOWN_CAUSES, type Applied } from '../domain/apply.ts';
import { concernsRelay } from '../domain/tally.ts';
import type { Ticket } from '../domain/ticket.ts';
import { FOUND_BY, wordsOf } from '../domain/words.ts';
import { StoreUnavailable } from '../errors.ts';
import { batched } from './batch.ts';
import type { Change, Rows } from './rows.ts';

/** One conditional write: what `apply` made of a ticket as it was read. */
interface Write {
  readonly before: Ticket;
  readonly applied: Applied;
}

/** What became of it: whether it was written, or why nobody knows. */
type Outcome = { readonly written: boolean } | { readonly error: unknown };

/** Fields that `push` and `relay` own; everything else is set when it has changed. */
const PUSHED: ReadonlySet<string> = new Set(['_id', 'history', 'pending', 'version']);

/** So many go at the same time: with fewer a lone change would wait for one that it has nothing to do with. */
const WIDTH = 4;

/**
 * Writes changes of tickets, each on the condition that nobody else changed its ticket since it was read; false: somebody did. Changes of
 * different tickets that come together are one command.
 */
export function ticketChanges(rows: Pick<Rows<Ticket>, 'bulk' | 'find' | 'updateOne'>) {
  const alone = async (write: Write): Promise<Outcome> => {
    const { filter, update } = changeOf(write);
    return { written: (await rows.updateOne(filter, update)) === 1 };
  };

  /** Whether each of them is in its ticket's history. */
  const seen = async (writes: readonly Write[]): Promise<readonly boolean[]> => {
    const ids = writes.map(({ before }) => before._id);
    const found = await rows.find({ _id: { $in: ids } }, { projection: { history: 1 } });
    const histories = new Map(found.map(({ _id, history }) => [_id, history]));
    return writes.map(({ before, applied }) => contains(histories.get(before._id), applied));
  };

  /** Of different tickets. */
  const together = async (writes: readonly Write[]): Promise<readonly Outcome[]> => {
    const [only] = writes;
    if (writes.length === 1 && only !== undefined) return [await alone(only)];
    try {
      if ((await rows.bulk(writes.map(changeOf))) === writes.length) return writes.map(() => ({ written: true }));
    } catch (error) {
      if (error instanceof StoreUnavailable) throw error;
      // One that the store does not take says nothing about the others.
      const there = await seen(writes);
      return Promise.all(
        writes.map(async (write, i): Promise<Outcome> => {
          if (there[i] === true) return { written: true };
          return alone(write).catch((own: unknown) => ({ error: own }));
        }),
      );
    }
    // The answer is only how many there were.
    return (await seen(writes)).map((written) => ({ written }));
  };

  const many = batched(
    async (writes: readonly Write[]): Promise<readonly Outcome[]> => {
      const outcomes = new Map<Write, Outcome>();
      for (let left = writes; left.length > 0; left = left.filter((write) => !outcomes.has(write))) {
        // A second change of a ticket goes after the first: which of them was written shows in nothing else.
        const firsts = [...new Map(left.toReversed().map((write) => [write.before._id, write])).values()];
        const done = await together(firsts);
        firsts.forEach((write, i) => outcomes.set(write, done[i] ?? { written: false }));
      }
      return writes.map((write) => outcomes.get(write) ?? { written: false });
    },
    { width: WIDTH },
  );

  return async (before: Ticket, applied: Applied): Promise<boolean> => {
    const outcome = await many({ before, applied });
    if ('error' in outcome) throw outcome.error;
    return outcome.written;
  };
}

function changeOf({ before, applied }: Write): Change {
  const { ticket, events, effects, cause } = applied;
  const set: Record<string, unknown> = { 'history.head': ticket.history.head, 'history.seq': ticket.history.seq };
  for (const [key, value] of Object.entries(ticket)) {
    if (!PUSHED.has(key) && before[key as keyof Ticket] !== value) set[key] = value;
  }
  if (FOUND_BY.some((key) => before[key] !== ticket[key])) set['words'] = wordsOf(ticket);
  if (concernsRelay(before, applied)) set['relay'] = true;
  const update = {
    $set: set,
    $inc: { version: 1 },
    $push: {
      'history.tail': { $each: events },
      'history.causes': { $each: [cause], $slice: -KNOWN_CAUSES },
      ...(effects.length > 0 ? { pending: { $each: effects } } : {}),
    },
  };
  return { filter: { _id: before._id, version: before.version }, update };
}

/**
 * Whether a change is in its ticket's history: its last event stands there with its hash or, once that went to the archive, its cause with
 * that event. Only the same change has the same hash: one that two processes made at the same moment counts as written by both.
 */
function contains(history: Ticket['history'] | undefined, { events, cause }: Applied): boolean {
  if (history === undefined) return false;
  const last = events.at(-1);
  const there = history.tail.find(({ seq }) => seq === last?.seq);
  if (there !== undefined) return there.hash === last?.hash;
  return history.causes.some((known) => known.cause === cause.cause && known.seq === cause.seq);
}
