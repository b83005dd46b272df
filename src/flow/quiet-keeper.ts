import { system } from '../domain/actor.ts';
import { StoreUnavailable } from '../errors.ts';
import { reachedAdmins } from './account.ts';
import { tellDecided, tellQuiet, voidSay } from './backlog.ts';
import type { Parts } from './parts.ts';
import type { Perform } from './perform.ts';
import { ANSWERS, OTHERS, SAYS, type Decision, type QuietStory } from './quiet.ts';

const BATCH = 200;
/** What follows from the decision itself, such as the cards that now say so, is as old as it at the most. */
const justBefore = (at: Date): Date => new Date(at.getTime() - 1);
/** What tickets let out before the restore is in the outbox by then, whatever comes in meanwhile. */
const RELAYED_MS = 10_000;

/**
 * Keeps what admins read and what was decided in step with the store: tells each admin that the bot is quiet, gives up batch by batch what
 * was voided, then lets their cards say who decided. How much it did. Any process may do it, several at once, and it may be cut
 * anywhere: the document says where it stands, and each step done twice is one.
 */
export function createQuietKeeper(parts: Parts, perform: Perform): () => Promise<number> {
  const { store, clock, quiet, meter } = parts;
  /** Of the restore of this moment: who was told, since when it is known here, tickets that cannot be woken. */
  let known = { since: 0, from: 0, told: new Set<string>(), stuck: new Set<string>() };

  const admins = (): string[] => reachedAdmins(parts).map(({ person }) => person.id);

  const tell = async (story: QuietStory): Promise<number> => {
    const fresh = admins().filter((id) => !known.told.has(id));
    if (fresh.length === 0) return 0;
    const isRelayed = (await store.tickets.unrelayed(1)).length === 0;
    if (!isRelayed && clock.monotonic() - known.from < RELAYED_MS) return 0;
    await tellQuiet(parts, story, fresh);
    for (const id of fresh) known.told.add(id);
    return fresh.length;
  };

  /** Messages to customers that waited when it was decided; how many were looked at. */
  const voidSays = async ({ since }: QuietStory, { person: id, name, at }: Decision): Promise<number> => {
    const rows = await store.outbox.inLanes(SAYS, { until: justBefore(at) }, BATCH);
    const actor = { kind: 'person', id, name } as const;
    for (const row of rows) await voidSay(parts, row, { actor, since });
    return rows.length;
  };

  /** Cards and notices, those to subscriptions as well; answers of before the restore. */
  const voidOthers = async ({ since }: QuietStory, { at }: Decision): Promise<number> => {
    let count = 0;
    for (const lanes of [...OTHERS, ANSWERS]) {
      const until = justBefore(lanes === ANSWERS ? since : at);
      const rows = await store.outbox.inLanes(lanes, { until }, BATCH);
      await store.outbox.done(
        rows.map(({ _id }) => _id),
        clock.now(),
      );
      count += rows.length;
    }
    for (const id of parts.directory().subscriptions.keys())
      count += await store.hookDeliveries.giveUp(id, justBefore(at));
    return count;
  };

  /** Tickets whose moment had come when it was decided: it is passed by, and nobody is told. */
  const passBy = async ({ at }: Decision): Promise<number> => {
    const due = await store.tickets.due(at, BATCH, [...known.stuck]);
    for (const { _id: ticket, dueToken } of due) {
      const intent = { type: 'wake', token: dueToken ?? '', late: true } as const;
      const who = { actor: system('restore'), cause: `wake:${ticket}:${dueToken}` };
      try {
        const { outcome } = await perform(ticket, intent, who);
        if (outcome !== 'done') known.stuck.add(ticket);
      } catch (error) {
        if (error instanceof StoreUnavailable) throw error;
        // It is woken like any other once the bot is not quiet any more.
        known.stuck.add(ticket);
        meter.alarm('loop', { loop: 'quiet', ticket, error: error instanceof Error ? error.name : 'unknown' });
      }
    }
    return due.length;
  };

  return async () => {
    const found = await quiet.refresh();
    const story = quiet.story();
    if (story === null || story.state === 'over') return found;
    const since = story.since.getTime();
    if (known.since !== since) known = { since, from: clock.monotonic(), told: new Set(), stuck: new Set() };
    const { decision } = story;
    if (decision === null) return found + (await tell(story));
    if (story.state === 'voiding') {
      // What is decided first goes first: customers, then colleagues, then what time does.
      const done = (await voidSays(story, decision)) || (await voidOthers(story, decision)) || (await passBy(decision));
      if (done > 0) return done;
      await quiet.change((s) => (s.state === 'voiding' ? { ...s, state: 'telling' } : null), clock.now());
      return 1;
    }
    await tellDecided(parts, story, admins());
    await quiet.change((s) => (s.state === 'telling' ? { ...s, state: 'over' } : null), clock.now());
    return 1;
  };
}
