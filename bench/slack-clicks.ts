import { readPress } from '../adapters/slack/press.ts';
import { systemClock } from '../src/clock.ts';
import type { SlackMessage, SlackView, Told } from '../test/emulators/slack/emulator.ts';
import { buttonsOf, elementsOf } from '../test/emulators/slack/seen.ts';
import { openSlack } from '../test/emulators/slack/slack.ts';
import type { ClickPlatform } from './clicks.ts';
import { AGENTS, createCrowd, type Answered, type Standing } from './crowd.ts';
import { agentOf, TEAMS, teamOf } from './shop.ts';

const SIGNING_SECRET = '8f742231b10e8888abcd99yyyzzz85a5';
const BOT_TOKEN = 'xoxb-0-bench-bench';
const TEAM = 'T0BENCH';

const userOf = (i: number): string => `U0AGENT${i}`;
const groupOf = (team: string): string => `C0${team.toUpperCase()}`;

interface Button {
  readonly channel: string;
  readonly ts: string;
  readonly actionId: string;
}

const answered = async (told: Promise<Told>): Promise<Answered> => {
  const { status } = await told;
  return { ok: status === 200, shown: false };
};

/** Sixty agents in Slack. */
export async function slackCrowd(): Promise<ClickPlatform> {
  const slack = await openSlack(systemClock);
  slack.addTeam({ id: TEAM, name: 'bench', botToken: BOT_TOKEN });
  const agents = Array.from({ length: AGENTS }, (_, i) => i);
  for (const i of agents)
    slack.addUser(TEAM, {
      id: userOf(i),
      name: agentOf(i),
      realName: agentOf(i),
      locale: 'en-US',
      tz: 'Asia/Shanghai',
    });
  for (const team of TEAMS) {
    const members = agents.filter((i) => teamOf(i) === team).map(userOf);
    slack.addChannel(TEAM, { id: groupOf(team), name: team, members });
  }
  const directs = new Map(agents.map((i) => [slack.direct(TEAM, userOf(i)), i]));

  const standingIn = (message: SlackMessage): Standing<Button>[] =>
    buttonsOf(message).flatMap(({ actionId, blockId, value }) => {
      const { channel, ts } = message;
      const press = value === null ? null : readPress({ action_id: actionId, block_id: blockId, value });
      const agent = directs.get(channel) ?? null;
      return press === null ? [] : [{ agent, group: channel, ...press, button: { channel, ts, actionId } }];
    });

  const names = { platform: 'slack', userOf, groupOf };
  const crowd = createCrowd<Button>(names, {
    standing: () => slack.messages().flatMap((m) => (m.botId === null || m.ephemeralTo !== null ? [] : standingIn(m))),
    presses: (agent, { channel, ts, actionId }) => answered(slack.presses(userOf(agent), { channel, ts }, actionId)),
    submits(agent, _, words) {
      const view = slack.views(userOf(agent)).at(-1);
      if (view?.callbackId !== 'gongdan.form') return null;
      return answered(slack.submits(userOf(agent), filledIn(view, words)));
    },
    types: (agent, line) => answered(slack.slash(userOf(agent), groupOf(teamOf(agent)), line)),
  });
  return {
    ...names,
    crowd,
    port: Number(new URL(slack.url).port),
    env: (api) => ({
      SLACK_BOT_TOKEN: BOT_TOKEN,
      SLACK_SIGNING_SECRET: SIGNING_SECRET,
      SLACK_API_URL: `${api}/api/`,
    }),
    joined(bot) {
      // The bare server listens wherever it is called.
      slack.connect(bot === null ? null : { mode: 'http', url: `${bot}/slack/events`, signingSecret: SIGNING_SECRET });
      return Promise.resolve();
    },
    bare: { script: 'bench/bare-slack.js', env: { SLACK_SIGNING_SECRET: SIGNING_SECRET } },
    findings: () => slack.findings,
    repeats: () => 0,
    close: () => slack.close(),
  };
}

/** Words in every input that is open. */
const filledIn = (view: SlackView, words: string): Record<string, string> =>
  Object.fromEntries(
    view.blocks
      .filter((block) => block['type'] === 'input' && elementsOf(block)[0]?.['type'] === 'plain_text_input')
      .map((block) => [String(block['block_id']), words]),
  );
