import { performance } from 'node:perf_hooks';
import { readPress } from '../adapters/slack/press.ts';
import { most } from '../test/support/limits.ts';
import { aShop } from '../test/support/shop.ts';
import { openSlackDesk, type SlackDesk } from '../test/support/slack-desk.ts';
import { buttonsOf, textOf } from '../test/emulators/slack/seen.ts';
import type { SlackMessage } from '../test/emulators/slack/emulator.ts';

// In virtual time: the whole product beside a Slack that takes one message a second in a channel and refuses what is more.

const TICK_MS = 250;
const AGENTS = 20;
/** All agents together claim so many a second. */
const CLAIMS_PER_SECOND = 2;
const MOST_MS = 30 * 60_000;
const APP = 'slack\nslack';

export interface Rush {
  readonly tickets: number;
  /** Calls that were refused for their rate. */
  readonly refused: number;
  readonly posted: number;
  readonly postedInChannel: number;
  readonly updated: number;
  readonly ephemeral: number;
  /** Most posts of any conversation within a second, and most changes of all messages within a minute. */
  readonly mostPosts: number;
  readonly mostUpdates: number;
  readonly boards: number;
  /** From the last message of a customer until every ticket had a card, a row, or was counted on a board, virtual ms. */
  readonly standsAfter: number;
  /** From then until all were claimed, and everything that follows from it stood. */
  readonly claimedAfter: number;
  readonly restAfter: number;
  readonly realMs: number;
}

async function tick(desk: SlackDesk): Promise<void> {
  await desk.flow.settle();
  // What the bot posts comes back to it as an event.
  await desk.slack.settled();
  await desk.flow.settle();
  desk.clock.advance(TICK_MS);
}

const writes = async (desk: SlackDesk, i: number): Promise<void> => {
  const body = { conversation: `c-k${i}`, user: `k${i}`, text: `第 ${i} 个杯子碎了，订单 ${10 ** 15 + i}` };
  const init = { method: 'POST', headers: { 'content-type': 'application/json' }, body: JSON.stringify(body) };
  const { status } = await desk.request('/sandbox/api/messages', init);
  if (status !== 202) throw new Error(`a customer's message was answered ${status}`);
};

/** Tickets that the channel names or counts. */
function seenIn(messages: readonly SlackMessage[]): number {
  const texts = messages.map(textOf);
  const named = new Set(texts.flatMap((text) => Array.from(text.matchAll(/T-(\d+)/gu), ([, no]) => no)));
  const counted = texts.map((text) => Number(/另有 (\d+) 张排队/u.exec(text)?.[1] ?? 0));
  return named.size + Math.max(0, ...counted);
}

/** The newest button that takes the next ticket. */
function nextIn(messages: readonly SlackMessage[]): { channel: string; ts: string; actionId: string } | null {
  for (const message of messages.toReversed())
    for (const { actionId, blockId, value } of buttonsOf(message)) {
      const press = value === null ? null : readPress({ action_id: actionId, block_id: blockId, value });
      if (press?.invocation.command === 'next') return { channel: message.channel, ts: message.ts, actionId };
    }
  return null;
}

/** `tickets` arrive in one channel within `seconds`; then agents claim them all. */
export async function measureRush(tickets: number, seconds: number): Promise<Rush> {
  const began = performance.now();
  const desk = await openSlackDesk({ shop: aShop({ agents: AGENTS, customers: tickets }) });
  const { slack, store } = desk;
  slack.limit(1);
  const channel = desk.idOf('g-aftersale');
  const inChannel = (): readonly SlackMessage[] =>
    slack.messages().filter((m) => m.channel === channel && m.botId !== null && m.ephemeralTo === null);
  let boards = 0;
  const turn = async (): Promise<void> => {
    await tick(desk);
    const rooms = await store.rooms.ofApp(APP);
    boards = Math.max(boards, ...rooms.map((room) => room.boards.length));
  };
  /** Until this is so, virtual ms. */
  const until = async (
    holds: () => Promise<boolean> | boolean,
    act: (ms: number) => Promise<void>,
  ): Promise<number> => {
    for (let ms = 0; ms < MOST_MS; ms += TICK_MS) {
      if (await holds()) return ms;
      await act(ms);
      await turn();
    }
    throw new Error('the rush does not end');
  };
  const nothing = (): Promise<void> => Promise.resolve();

  let written = 0;
  for (let ms = TICK_MS; ms <= seconds * 1_000; ms += TICK_MS) {
    const due = Math.floor((tickets * ms) / (seconds * 1_000));
    const lot = Array.from({ length: due - written }, (_, n) => written + n + 1);
    written = due;
    await Promise.all(lot.map((i) => writes(desk, i)));
    await turn();
  }
  const standsAfter = await until(() => seenIn(inChannel()) >= tickets, nothing);
  const claimedAfter = await until(
    async () => (await store.tickets.count({ status: ['new'] })) === 0,
    async (ms) => {
      const button = nextIn(inChannel());
      if (button === null || ms % (1_000 / CLAIMS_PER_SECOND) !== 0) return;
      const agent = desk.idOf(`a${1 + ((ms / TICK_MS) % AGENTS)}`);
      await slack.presses(agent, { channel, ts: button.ts }, button.actionId);
    },
  );
  const quiet = async (): Promise<boolean> => {
    const [{ pending } = { pending: 0 }] = await store.outbox.counts([APP]);
    return pending === 0;
  };
  const restAfter = await until(quiet, nothing);

  const taken = slack.calls.filter(({ status, answer }) => status === 200 && answer['ok'] === true);
  const of = (method: string) => taken.filter((c) => c.method === method);
  const posts = of('chat.postMessage');
  const moments = (calls: readonly { readonly at: Date }[]): number[] => calls.map(({ at }) => at.getTime());
  const conversations = new Set(posts.map(({ args }) => args['channel']));
  const rush: Rush = {
    tickets,
    refused: slack.calls.filter(({ status }) => status === 429).length,
    posted: posts.length,
    postedInChannel: posts.filter(({ args }) => args['channel'] === channel).length,
    updated: of('chat.update').length,
    ephemeral: of('chat.postEphemeral').length,
    mostPosts: Math.max(
      ...[...conversations].map((c) => most(moments(posts.filter(({ args }) => args['channel'] === c)), 1_000)),
    ),
    mostUpdates: most(moments(of('chat.update')), 60_000),
    boards,
    standsAfter,
    claimedAfter,
    restAfter,
    realMs: performance.now() - began,
  };
  await desk.stop();
  return rush;
}
