import { readPress } from '../adapters/slack/press.ts';
import { most } from '../test/support/limits.ts';
import { aShop } from '../test/support/shop.ts';
import { openSlackDesk } from '../test/support/slack-desk.ts';
import { buttonsOf, textOf } from '../test/emulators/slack/seen.ts';
import type { SlackMessage } from '../test/emulators/slack/emulator.ts';
import { AGENTS, rush, type Rush } from './rush.ts';

/** A rush beside a Slack that takes one message a second in a channel. */
export interface SlackRush extends Rush {
  /** Calls that were refused for their rate. */
  readonly refused: number;
  readonly posted: number;
  readonly postedInChannel: number;
  readonly updated: number;
  /** Most posts of any conversation within a second, and most changes of all messages within a minute. */
  readonly mostPosts: number;
  readonly mostUpdates: number;
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

export async function measureSlackRush(tickets: number, seconds: number): Promise<SlackRush> {
  const desk = await openSlackDesk({ shop: aShop({ agents: AGENTS, customers: tickets }) });
  const { slack } = desk;
  slack.limit(1);
  const channel = desk.idOf('g-aftersale');
  const inChannel = (): readonly SlackMessage[] =>
    slack.messages().filter((m) => m.channel === channel && m.botId !== null && m.ephemeralTo === null);
  const seen = await rush(
    {
      clock: desk.clock,
      store: desk.store,
      flow: desk.flow,
      request: (path, init) => desk.request(path, init),
      app: 'slack\nslack',
      settled: () => slack.settled(),
      texts: () => inChannel().map(textOf),
      takes(agent) {
        const button = nextIn(inChannel());
        return button === null ? null : slack.presses(desk.idOf(`a${agent}`), button, button.actionId);
      },
    },
    tickets,
    seconds,
  );

  const taken = slack.calls.filter(({ status, answer }) => status === 200 && answer['ok'] === true);
  const of = (method: string) => taken.filter((c) => c.method === method);
  const posts = of('chat.postMessage');
  const moments = (calls: readonly { readonly at: Date }[]): number[] => calls.map(({ at }) => at.getTime());
  const conversations = new Set(posts.map(({ args }) => args['channel']));
  const measured: SlackRush = {
    ...seen,
    refused: slack.calls.filter(({ status }) => status === 429).length,
    posted: posts.length,
    postedInChannel: posts.filter(({ args }) => args['channel'] === channel).length,
    updated: of('chat.update').length,
    mostPosts: Math.max(
      ...[...conversations].map((c) => most(moments(posts.filter(({ args }) => args['channel'] === c)), 1_000)),
    ),
    mostUpdates: most(moments(of('chat.update')), 60_000),
  };
  await desk.stop();
  return measured;
}
