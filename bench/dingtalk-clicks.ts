import { systemClock } from '../src/clock.ts';
import { openDingTalk } from '../test/emulators/dingtalk/dingtalk.ts';
import type { DingMessage, Told } from '../test/emulators/dingtalk/emulator.ts';
import { pressables } from '../test/support/dingtalk-seen.ts';
import { ownTemplate, TEMPLATE } from '../test/support/dingtalk.ts';
import type { ClickPlatform } from './clicks.ts';
import { AGENTS, createCrowd, type Answered, type Standing } from './crowd.ts';
import { agentOf, TEAMS, teamOf } from './shop.ts';

/** More calls than a month of benchmarks makes: groups would get boards only. */
const MONTHLY_CALLS = '100000000';
/** The adapter takes two presses of one button on one state of a card within so long for one, ms. */
const SAME_MS = 90_000;

const userOf = (i: number): string => `user-${agentOf(i)}`;
const groupOf = (team: string): string => `cid${team}==`;

interface Button {
  readonly card: string;
  readonly actionId: string;
  /** As the press says it: another state of the card says something else. */
  readonly params: string;
  readonly asks: boolean;
}

interface View {
  readonly userPrivateData?: { readonly cardParamMap: Readonly<Record<string, string>> };
}

const answered = async (told: Promise<Told>): Promise<Answered> => {
  const { acked, response } = await told;
  const { notice = '', form = '' } = (response as View | null)?.userPrivateData?.cardParamMap ?? {};
  // A view that takes away what stood there before says nothing.
  return { ok: acked, shown: notice !== '' || form !== '' };
};

/** Sixty agents in DingTalk, with a template of the merchant's own; the bot is there by Stream. */
export async function dingtalkCrowd(): Promise<ClickPlatform> {
  const dingtalk = await openDingTalk(systemClock);
  dingtalk.addTemplate(ownTemplate());
  const agents = Array.from({ length: AGENTS }, (_, i) => i);
  for (const i of agents) dingtalk.addUser({ userId: userOf(i), name: agentOf(i) });
  for (const team of TEAMS)
    dingtalk.addGroup({
      id: groupOf(team),
      title: team,
      members: agents.filter((i) => teamOf(i) === team).map(userOf),
    });
  const alone = new Map(agents.map((i) => [userOf(i), i]));
  const pressed = new Set<string>();
  let repeats = 0;

  const standingIn = ({ conversation, card }: DingMessage): Standing<Button>[] =>
    card === null
      ? []
      : pressables(card).flatMap(({ press: { invocation, asks }, actionId, group }) => {
          const found = card.buttons.find((b) => b.actionId === actionId && b.group === group);
          if (found === undefined) return [];
          const button = { card: card.outTrackId, actionId, params: JSON.stringify(found.params), asks };
          return [{ agent: alone.get(conversation) ?? null, group: conversation, invocation, asks, button }];
        });

  const names = { platform: 'dingtalk', userOf, groupOf };
  const { clientId, clientSecret } = dingtalk.app;
  const app = { DINGTALK_CLIENT_ID: clientId, DINGTALK_CLIENT_SECRET: clientSecret };
  const crowd = createCrowd<Button>(names, {
    standing: () => dingtalk.messages().flatMap((m) => (m.from !== null || m.recipients !== null ? [] : standingIn(m))),
    presses(agent, { card, actionId, asks }) {
      const user = userOf(agent);
      const stands = dingtalk.view(card, user)?.buttons.find((b) => b.actionId === actionId);
      if (stands === undefined) return null;
      const same = JSON.stringify([user, card, stands.params, Math.floor(systemClock.now().getTime() / SAME_MS)]);
      if (!asks && pressed.has(same)) repeats += 1;
      pressed.add(same);
      return answered(dingtalk.presses(user, card, actionId));
    },
    submits(agent, { card }, words) {
      const user = userOf(agent);
      const form = dingtalk.view(card, user)?.form ?? null;
      const field = form?.fields.find(({ type, hidden }) => type === 'TEXT' && !hidden);
      return field === undefined ? null : answered(dingtalk.submits(user, card, { [field.name]: words }));
    },
    types: (agent, line) => answered(dingtalk.says(userOf(agent), groupOf(teamOf(agent)), line)),
  });
  return {
    ...names,
    crowd,
    port: Number(new URL(dingtalk.url).port),
    env(api) {
      dingtalk.reachedAt = api;
      return {
        ...app,
        DINGTALK_CARD_TEMPLATE: TEMPLATE,
        DINGTALK_API_URL: api,
        DINGTALK_OAPI_URL: api,
        DINGTALK_MONTHLY_CALLS: MONTHLY_CALLS,
      };
    },
    joined: (bot) => dingtalk.sockets(bot === null ? 0 : 1),
    bare: { script: 'bench/bare-dingtalk.js', env: { ...app, DINGTALK_API_URL: dingtalk.url } },
    findings: () => dingtalk.findings,
    repeats: () => repeats,
    close: () => dingtalk.close(),
  };
}
