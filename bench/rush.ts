import { performance } from 'node:perf_hooks';
import type { Flow } from '../src/flow/flow.ts';
import type { Store } from '../src/storage/store.ts';
import type { ManualClock } from '../test/support/clock.ts';

// In virtual time: the whole product beside a platform that refuses what is too much.

export const TICK_MS = 250;
export const AGENTS = 20;
/** All agents together claim so many a second. */
const CLAIMS_PER_SECOND = 2;
const MOST_MS = 30 * 60_000;

/** The product beside one platform, as a rush sees it. */
export interface RushDesk {
  readonly clock: ManualClock;
  readonly store: Store;
  readonly flow: Flow;
  readonly request: (path: string, init?: RequestInit) => Promise<Response>;
  /** The platform's app, by its key. */
  readonly app: string;
  /** What is on its way to the bot has arrived. */
  settled(): Promise<void>;
  /** What stands in the group, as words. */
  texts(): readonly string[];
  /** An agent (from 1) presses the newest button that takes the next ticket; null: none stands. */
  takes(agent: number): Promise<unknown> | null;
}

export interface Rush {
  readonly tickets: number;
  readonly boards: number;
  /** From the last message of a customer until every ticket had a card, a row, or was counted on a board, virtual ms. */
  readonly standsAfter: number;
  /** From then until all were claimed, and everything that follows from it stood. */
  readonly claimedAfter: number;
  readonly restAfter: number;
  readonly realMs: number;
}

/** What is ready is done, and so is what that causes; then time goes by. */
export async function tick(desk: Pick<RushDesk, 'clock' | 'flow' | 'settled'>, ms = TICK_MS): Promise<void> {
  await desk.flow.settle();
  // What the bot posts may come back to it as an event.
  await desk.settled();
  await desk.flow.settle();
  desk.clock.advance(ms);
}

/** Customer number `i` (from 1) writes. */
export async function writes(desk: Pick<RushDesk, 'request'>, i: number, more = ''): Promise<void> {
  const body = { conversation: `c-k${i}`, user: `k${i}`, text: `${more}第 ${i} 个杯子碎了，订单 ${10 ** 15 + i}` };
  const init = { method: 'POST', headers: { 'content-type': 'application/json' }, body: JSON.stringify(body) };
  const { status } = await desk.request('/sandbox/api/messages', init);
  if (status !== 202) throw new Error(`a customer's message was answered ${status}`);
}

/** Tickets that a group names or counts. */
function seenIn(texts: readonly string[]): number {
  const named = new Set(texts.flatMap((text) => Array.from(text.matchAll(/T-(\d+)/gu), ([, no]) => no)));
  const counted = texts.map((text) => Number(/另有 (\d+) 张排队/u.exec(text)?.[1] ?? 0));
  return named.size + Math.max(0, ...counted);
}

/** Nothing waits to be delivered. */
export async function isQuiet({ store, app }: Pick<RushDesk, 'store' | 'app'>): Promise<boolean> {
  const [{ pending } = { pending: 0 }] = await store.outbox.counts([app]);
  return pending === 0;
}

/** `tickets` arrive in one group within `seconds`; then agents claim them all. `seen` is called after every tick. */
export async function rush(
  desk: RushDesk,
  tickets: number,
  seconds: number,
  seen: () => void = () => undefined,
): Promise<Rush> {
  const began = performance.now();
  const { store } = desk;
  let boards = 0;
  const turn = async (): Promise<void> => {
    await tick(desk);
    seen();
    const rooms = await store.rooms.ofApp(desk.app);
    boards = Math.max(boards, ...rooms.map((room) => room.boards.length));
  };
  /** Until this is so, virtual ms. */
  const until = async (
    holds: () => Promise<boolean> | boolean,
    act: (ms: number) => Promise<unknown> | null = () => null,
  ): Promise<number> => {
    for (let ms = 0; ms < MOST_MS; ms += TICK_MS) {
      if (await holds()) return ms;
      await act(ms);
      await turn();
    }
    throw new Error('the rush does not end');
  };

  let written = 0;
  for (let ms = TICK_MS; ms <= seconds * 1_000; ms += TICK_MS) {
    const due = Math.floor((tickets * ms) / (seconds * 1_000));
    const lot = Array.from({ length: due - written }, (_, n) => written + n + 1);
    written = due;
    await Promise.all(lot.map((i) => writes(desk, i)));
    await turn();
  }
  const standsAfter = await until(() => seenIn(desk.texts()) >= tickets);
  const claimedAfter = await until(
    async () => (await store.tickets.count({ status: ['new'] })) === 0,
    (ms) => (ms % (1_000 / CLAIMS_PER_SECOND) === 0 ? desk.takes(1 + ((ms / TICK_MS) % AGENTS)) : null),
  );
  const restAfter = await until(() => isQuiet(desk));
  return { tickets, boards, standsAfter, claimedAfter, restAfter, realMs: performance.now() - began };
}
