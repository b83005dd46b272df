import type { Examiner } from '../../../adapters/wecom/examine.ts';
import { spotOf } from '../../../adapters/wecom/places.ts';
import { CALLBACK_PATH } from '../../../adapters/wecom/routes.ts';
import { readWeComSettings, type WeComSettings } from '../../../adapters/wecom/settings.ts';
import type { WeComStore } from '../../../adapters/wecom/store.ts';
import type { Clock } from '../../clock.ts';
import type { Config } from '../../config.ts';
import type { Address } from '../../domain/address.ts';
import type { Directory, Team } from '../../domain/directory.ts';
import { systemIds as ids } from '../../ids.ts';
import type { Store } from '../../storage/store.ts';
import { wecomStore } from '../../storage/wecom.ts';
import { ok, type Check, type Finding, type Surroundings } from './check.ts';
import { organisation } from './configuration.ts';
import { linkedOn } from './linked.ts';
import {
  judgeAddress,
  judgeApp,
  judgeBot,
  judgeBotHeard,
  judgeCallback,
  judgeCredentials,
  judgeDomain,
  judgeHeard,
  judgeMembers,
  judgeStrangers,
  judgePlaces,
  type MemberFacts,
  type PlaceFacts,
} from './wecom-findings.ts';

/** What everything about WeCom on the command line stands on. */
export interface WeComGround {
  readonly settings: WeComSettings;
  /** Null: no app is set up, and nobody else may ask. */
  readonly examiner: Examiner | null;
  /** Null: nothing was stored yet. */
  readonly kept: Pick<WeComStore, 'seen' | 'knows'> | null;
}

/** Null: WeCom is not configured. */
export async function wecomGround(config: Config, clock: Clock, store: Store | null): Promise<WeComGround | null> {
  const values = config.platforms.get('wecom');
  if (values === undefined) return null;
  const settings = readWeComSettings(values);
  const { app } = settings;
  // What asks WeCom is loaded where it is needed alone.
  const { createExaminer } = await import('../../../adapters/wecom/examine.ts');
  return {
    settings,
    examiner: app === null ? null : createExaminer({ settings: { ...settings, app }, clock }),
    kept: store === null ? null : wecomStore(store.connection),
  };
}

/** Whether WeCom takes the app's credentials and this machine's calls, and what came from there: what every `doctor` looks at. */
export const wecomBrief: Check = {
  name: 'wecom',
  run: async (surroundings) => {
    const { config, clock, store } = surroundings;
    const ground = await wecomGround(config, clock, store);
    return ground === null ? [] : (await inBrief(surroundings, ground)).findings;
  },
};

/** Everything about WeCom. */
export const wecomWhole: Check = {
  name: 'wecom',
  run: async (surroundings) => {
    const { config, clock, store } = surroundings;
    const ground = await wecomGround(config, clock, store);
    if (ground === null) return [];
    const { settings, examiner } = ground;
    const brief = await inBrief(surroundings, ground);
    const directory = await organisation(surroundings);
    const asking = brief.isAccepted ? examiner : null;
    return [
      ...brief.findings,
      ...(examiner === null ? [] : await aboutEntrance(config, examiner)),
      ...(brief.domain === null ? [] : judgeDomain(brief.domain, config.publicUrl)),
      ...(directory === null ? [] : judgePlaces(await placesOf(ground, asking, directory))),
      ...(directory === null || asking === null ? [] : await aboutMembers(asking, directory)),
      ...(settings.bot === null ? [] : [judgeBot(settings.app !== null)]),
      ...(settings.app === null ? [] : [ok({ key: 'wecom_doctor.quota', params: null })]),
    ];
  },
};

interface Brief {
  readonly findings: readonly Finding[];
  /** Whether more is to be learned of WeCom. */
  readonly isAccepted: boolean;
  /** Where pages may be, as WeCom has it; null: it did not say. */
  readonly domain: string | null;
}

async function inBrief({ clock }: Surroundings, { settings, examiner, kept }: WeComGround): Promise<Brief> {
  const { app, bot, pushes } = settings;
  const params = { app: app !== null, bot: bot !== null, pushes: pushes.length };
  const now = clock.now();
  const seen = (await kept?.seen()) ?? null;
  const credentials = examiner === null ? null : await examiner.credentials();
  const answer = credentials?.kind === 'ok' ? ((await examiner?.app()) ?? null) : null;
  return {
    findings: [
      ok({ key: 'wecom_doctor.ways', params }),
      ...(credentials === null ? [] : judgeCredentials(credentials)),
      ...(answer === null ? [] : [judgeApp(answer)]),
      ...(seen === null || app === null ? [] : [judgeHeard(seen, now)]),
      ...(seen === null || bot === null ? [] : [judgeBotHeard(seen, now)]),
    ],
    isAccepted: answer?.kind === 'ok',
    domain: answer?.kind === 'ok' ? answer.domain : null,
  };
}

/** Whether WeCom would get through to the app's callback. */
async function aboutEntrance({ publicUrl }: Config, examiner: Examiner): Promise<readonly Finding[]> {
  if (publicUrl === null) return [judgeCallback(null, null)];
  const answer = await examiner.callback(publicUrl, ids.next());
  return [...judgeAddress(publicUrl), judgeCallback(`${publicUrl}${CALLBACK_PATH}`, answer)];
}

async function placesOf(
  ground: WeComGround,
  asking: Examiner | null,
  directory: Directory,
): Promise<readonly PlaceFacts[]> {
  const found: PlaceFacts[] = [];
  for (const { address, team } of linkedOn('wecom', directory)) {
    const answer = await placeAnswer(ground, asking, directory, { address, team });
    found.push({ place: address.conversation, team: team.name, answer });
  }
  return found;
}

async function placeAnswer(
  { settings, kept }: WeComGround,
  asking: Examiner | null,
  directory: Directory,
  { address, team }: { readonly address: Address; readonly team: Team },
): Promise<PlaceFacts['answer']> {
  const spot = spotOf(address.conversation);
  switch (spot.kind) {
    case 'duty':
      return settings.app === null
        ? { kind: 'appless' }
        : { kind: 'duty', people: reachable(directory, team.id, address) };
    case 'chat':
      if (settings.bot === null) return { kind: 'botless' };
      return { kind: 'chat', isHeard: (await kept?.knows(spot.chat)) === true };
    case 'group':
      if (settings.app === null) return { kind: 'appless' };
      return { kind: 'group', answer: (await asking?.group(spot.chat)) ?? { kind: 'unasked', code: null } };
    case 'push':
      return { kind: 'push', isKnown: settings.pushes.some(({ name }) => name === spot.name) };
    case 'person':
      return { kind: 'strange' };
  }
}

/** How many of a team the app can write to. */
const reachable = ({ people }: Directory, team: string, { platform, app }: Address): number =>
  [...people.values()].filter(
    (person) => person.teams.includes(team) && person.direct.some((a) => a.platform === platform && a.app === app),
  ).length;

/** Colleagues who are asked for, one call each. */
const MOST = 30;

async function aboutMembers(examiner: Examiner, { accounts, people }: Directory): Promise<readonly Finding[]> {
  const known = Array.from(accounts, ([key, person]) => ({ parts: key.split('\n'), person })).flatMap(
    ({ parts: [platform, , user = ''], person }) =>
      platform === 'wecom' ? [{ user, person: people.get(person)?.name ?? person }] : [],
  );
  const found: MemberFacts[] = [];
  for (const { user, person } of known.slice(0, MOST))
    found.push({ user, person, answer: await examiner.member(user) });
  const everybody = await examiner.everybody();
  const strangers = Array.from(everybody ?? [], ([user, name]) => ({ user, name })).filter(
    ({ user }) => !known.some((k) => k.user === user),
  );
  return [...judgeMembers(found, known.length), ...judgeStrangers(strangers)];
}
