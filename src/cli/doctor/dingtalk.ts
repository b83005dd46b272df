import type { Examiner } from '../../../adapters/dingtalk/examine.ts';
import { dingtalkQuota } from '../../../adapters/dingtalk/limits.ts';
import { isExternal, robotOf } from '../../../adapters/dingtalk/places.ts';
import { ROBOT_PATH } from '../../../adapters/dingtalk/routes.ts';
import { readDingTalkSettings, type DingTalkSettings } from '../../../adapters/dingtalk/settings.ts';
import type { DingTalkStore } from '../../../adapters/dingtalk/store.ts';
import type { Clock } from '../../clock.ts';
import type { Config } from '../../config.ts';
import type { Directory } from '../../domain/directory.ts';
import { appKey } from '../../domain/address.ts';
import { usedIn } from '../../flow/quota.ts';
import { systemIds as ids } from '../../ids.ts';
import { dingtalkStore } from '../../storage/dingtalk.ts';
import type { Store } from '../../storage/store.ts';
import { ok, type Check, type Finding, type Surroundings } from './check.ts';
import { organisation } from './configuration.ts';
import {
  judgeContacts,
  judgeCredentials,
  judgeGateway,
  judgeGroups,
  judgeHeard,
  judgeQuota,
  judgeRobotCallback,
  judgeTemplate,
  type ContactFacts,
  type GroupFacts,
  type TemplateKind,
} from './dingtalk-findings.ts';
import { linkedOn } from './linked.ts';

/** What everything about DingTalk on the command line stands on. */
export interface DingTalkGround {
  readonly settings: DingTalkSettings;
  /** Null: custom group robots alone. */
  readonly examiner: Examiner | null;
  /** Null: nothing was stored yet. */
  readonly kept: Pick<DingTalkStore, 'seen' | 'card'> | null;
}

/** Null: DingTalk is not configured. */
export async function dingtalkGround(
  config: Config,
  clock: Clock,
  store: Store | null,
): Promise<DingTalkGround | null> {
  const values = config.platforms.get('dingtalk');
  if (values === undefined) return null;
  const settings = readDingTalkSettings(values);
  const { app } = settings;
  // What asks DingTalk is loaded where it is needed alone.
  const { createExaminer } = await import('../../../adapters/dingtalk/examine.ts');
  return {
    settings,
    examiner: app === null ? null : createExaminer({ settings: { ...settings, app }, clock }),
    kept: store === null ? null : dingtalkStore(store.connection),
  };
}

const kindOf = ({ template }: DingTalkSettings): TemplateKind =>
  template === 'public' || template === 'none' ? template : 'own';

/** Whether DingTalk takes the app's credentials, what came from there, and what is left of the month: what every `doctor` looks at. */
export const dingtalkBrief: Check = {
  name: 'dingtalk',
  run: async (surroundings) => {
    const { config, clock, store } = surroundings;
    const ground = await dingtalkGround(config, clock, store);
    return ground === null ? [] : (await inBrief(surroundings, ground)).findings;
  },
};

/** Everything about DingTalk. */
export const dingtalkWhole: Check = {
  name: 'dingtalk',
  run: async (surroundings) => {
    const { config, clock, store } = surroundings;
    const ground = await dingtalkGround(config, clock, store);
    if (ground === null) return [];
    const { findings, isAccepted } = await inBrief(surroundings, ground);
    const directory = await organisation(surroundings);
    const { examiner } = ground;
    const more = examiner === null ? [] : await aboutApp(config, { ...ground, examiner }, directory, isAccepted);
    return [...findings, ...more];
  },
};

async function inBrief(
  { clock, store }: Surroundings,
  { settings, examiner, kept }: DingTalkGround,
): Promise<{ readonly findings: readonly Finding[]; readonly isAccepted: boolean }> {
  if (examiner === null)
    return {
      findings: [ok({ key: 'dingtalk_doctor.robots_alone', params: { count: settings.robots.length } })],
      isAccepted: false,
    };
  const { mode } = settings;
  const [template, quota, now] = [kindOf(settings), dingtalkQuota(settings), clock.now()];
  const answer = await examiner.credentials();
  const seen = (await kept?.seen()) ?? null;
  const used = store === null ? null : await usedIn(store.budgets, APP, quota, now);
  const findings = [
    ok({ key: 'dingtalk_doctor.mode', params: { mode, template } }),
    ...judgeCredentials(answer),
    ...(seen === null ? [] : judgeHeard(seen, { mode, offsetMs: quota.offsetMs, now })),
    ...(used === null ? [] : [judgeQuota(quota, used, template, now)]),
  ];
  return { findings, isAccepted: answer.kind === 'ok' };
}

const APP = appKey({ platform: 'dingtalk', app: 'dingtalk' });

/** `isAccepted`: nothing else is to be learned of DingTalk by refused credentials. */
async function aboutApp(
  { publicUrl }: Config,
  ground: DingTalkGround & { readonly examiner: Examiner },
  directory: Directory | null,
  isAccepted: boolean,
): Promise<readonly Finding[]> {
  const { settings, examiner } = ground;
  const findings: Finding[] = [];
  if (settings.mode === 'http')
    findings.push(
      publicUrl === null
        ? judgeRobotCallback(null, null)
        : judgeRobotCallback(`${publicUrl}${ROBOT_PATH}`, await examiner.callback(publicUrl, ids.next())),
    );
  if (!isAccepted) return findings;
  if (settings.mode === 'stream') findings.push(judgeGateway(await examiner.gateway()));
  findings.push(judgeTemplate(kindOf(settings), await examiner.template(ids.next())));
  if (directory !== null) findings.push(...judgeGroups(await groupsOf(ground, directory)));
  if (directory !== null) findings.push(...judgeContacts(await contactsOf(examiner, directory)));
  const calls = examiner.cost();
  if (calls > 0) findings.push(ok({ key: 'dingtalk_doctor.cost', params: { calls } }));
  return findings;
}

async function groupsOf(
  { settings, examiner }: DingTalkGround & { readonly examiner: Examiner },
  directory: Directory,
): Promise<readonly GroupFacts[]> {
  const found: GroupFacts[] = [];
  for (const { address, team } of linkedOn('dingtalk', directory)) {
    const { conversation: group } = address;
    const robot = robotOf(group);
    const answer =
      robot === null
        ? await examiner.group(group)
        : ({ kind: 'robot', isKnown: settings.robots.some(({ name }) => name === robot) } as const);
    found.push({ group, team: team.name, answer });
  }
  return found;
}

/** One colleague who is known by a user id, and one by another name: each takes rights of its own. */
async function contactsOf(examiner: Examiner, { accounts, people }: Directory): Promise<readonly ContactFacts[]> {
  const known = Array.from(accounts, ([key, person]) => ({ app: key, person })).flatMap(({ app, person }) => {
    const [platform, , ref = ''] = app.split('\n');
    return platform === 'dingtalk' && !isExternal(ref) ? [{ ref, person: people.get(person)?.name ?? person }] : [];
  });
  const isOtherName = (ref: string): boolean => /^(?:mobile|union):/u.test(ref);
  const asked = [known.find(({ ref }) => !isOtherName(ref)), known.find(({ ref }) => isOtherName(ref))];
  const found: ContactFacts[] = [];
  for (const one of asked)
    if (one !== undefined)
      found.push({
        person: one.person,
        byMobile: one.ref.startsWith('mobile:'),
        answer: await examiner.contact(one.ref),
      });
  return found;
}
