import type { z } from 'zod';
import type { Clock } from '../../src/clock.ts';
import type { Ids } from '../../src/ids.ts';
import type { Sink } from '../adapter.ts';
import { Problem, refuseField } from '../shared/problem.ts';
import type { Changes } from './changes.ts';
import type { Inbound } from './inbound.ts';
import type { burstBody } from './schema.ts';
import { words } from './words.ts';
import type { World } from './world.ts';

/** Many messages at once, as a shop knows them from a promotion. */
export interface Burst {
  /** Begins one; how many messages it will be. A `Problem` 409 while another is under way. */
  start(sink: Sink, body: z.output<typeof burstBody>): Promise<number>;
  /** Sends no further message; resolves when nothing is under way. */
  stop(): Promise<void>;
}

/** Who writes in a burst; they are kept like everybody, but left out of the lists of people and chats. */
const CROWD = /^(?:c-)?crowd-\d+$/;
export const isCrowd = (id: string): boolean => CROWD.test(id);

/** Messages, people who write them, and over how long (ms) they are spread. */
const SIZES = {
  one: { messages: 5, people: 1, overMs: 4_000 },
  crowd: { messages: 50, people: 50, overMs: 0 },
  promotion: { messages: 300, people: 150, overMs: 30_000 },
} as const;
/** Messages that are on their way at the same time. */
const AT_ONCE = 8;

interface Line {
  readonly user: string;
  readonly conversation: string;
  readonly text: string;
  readonly atMs: number;
}

export function createBurst(deps: {
  readonly clock: Clock;
  readonly ids: Ids;
  readonly world: World;
  readonly inbound: Inbound;
  readonly changes: Changes;
  readonly onFailure: (error: unknown) => void;
}): Burst {
  const { clock, ids, world, inbound, changes, onFailure } = deps;
  let running: Promise<void> | null = null;
  const stopping = { asked: false };
  let wake: (() => void) | null = null;

  const until = (ms: number): Promise<void> =>
    new Promise((resolve) => {
      const cancel = clock.after(ms, resolve);
      wake = () => {
        cancel();
        resolve();
      };
    });

  const customer = async (index: number, name: string): Promise<{ user: string; conversation: string }> => {
    const id = `crowd-${index + 1}`;
    if (!world.people.has(id)) await changes.addPerson({ id, name, role: 'customer' });
    return { user: id, conversation: `c-${id}` };
  };

  const lines = async ({ kind, user, locale }: z.output<typeof burstBody>): Promise<readonly Line[]> => {
    const catalogue = words(locale);
    const { messages, people, overMs } = SIZES[kind];
    const texts = (prefix: string): string[] =>
      Object.entries(catalogue).flatMap(([name, text]) => (name.startsWith(prefix) ? [text] : []));
    const own = texts(kind === 'one' ? 'burst_five_' : 'burst_says_');
    const who =
      kind === 'one'
        ? [oneCustomer(user)]
        : await Promise.all(
            Array.from({ length: people }, (_, i) =>
              customer(i, (catalogue['burst_name'] ?? '').replace('{n}', String(i + 1))),
            ),
          );
    return Array.from({ length: messages }, (_, i): Line => {
      const writer = who[i % who.length];
      if (writer === undefined) throw new Error('a burst without people');
      // Of many, who writes again says something else.
      const again = who.length === 1 ? 0 : Math.floor(i / who.length) * 3;
      return { ...writer, text: own[(i + again) % own.length] ?? '', atMs: (overMs * i) / messages };
    });
  };

  const oneCustomer = (user: string | null | undefined): { user: string; conversation: string } => {
    const person = [...world.people.values()].find((p) => p.role === 'customer' && (user == null || p.id === user));
    const chat = person === undefined ? null : world.home(person.id);
    if (person === undefined || chat?.kind !== 'customer') throw refuseField(404, 'user', 'there is no such customer');
    return { user: person.id, conversation: chat.id };
  };

  const run = async (sink: Sink, all: readonly Line[]): Promise<void> => {
    const began = clock.monotonic();
    let next = 0;
    const work = async (): Promise<void> => {
      for (let line = all[next++]; line !== undefined && !stopping.asked; line = all[next++]) {
        const { user, conversation, text, atMs } = line;
        const ms = atMs - (clock.monotonic() - began);
        if (ms > 0) await until(ms);
        if (!stopping.asked) await inbound.message(sink, { user, conversation, text, clientId: ids.next() });
      }
    };
    // What is spread over time goes one after another.
    const spread = all.some(({ atMs }) => atMs > 0);
    await Promise.all(Array.from({ length: spread ? 1 : AT_ONCE }, work));
  };

  return {
    async start(sink, body) {
      if (running !== null) throw new Problem(409, 'a burst is under way already');
      stopping.asked = false;
      // Taken before the first wait, so that two requests at once start one.
      let begin: (all: readonly Line[] | null) => void = () => undefined;
      const ready = new Promise<readonly Line[] | null>((resolve) => {
        begin = resolve;
      });
      running = ready
        .then((all) => (all === null ? undefined : run(sink, all)))
        .catch(onFailure)
        .finally(() => {
          running = null;
        });
      try {
        const all = await lines(body);
        begin(all);
        return all.length;
      } catch (error) {
        begin(null);
        throw error;
      }
    },
    async stop() {
      stopping.asked = true;
      wake?.();
      await running;
    },
  };
}
