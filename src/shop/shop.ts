import { createHash } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { basename } from 'node:path';
import { accountKey, addressKey, type Address } from '../domain/address.ts';
import type { Category, Directory, Locale, Person, Role, Team } from '../domain/directory.ts';
import { SetupError } from '../errors.ts';
import { operator } from '../text/operator.ts';
import { text } from '../text/text.ts';
import { DEFAULT_RULES } from '../triage/default-rules.ts';
import type { KeywordRule, TriageRules } from '../triage/triage.ts';
import type { HookSource } from '../webhooks/mapping.ts';
import { accountsOf, appOf, chatOf, groupsOf, outsideOf } from './accounts.ts';
import { checkCalendars, holidaysUntil, promotionsOf, WorkingTimesOf } from './calendars.ts';
import { CATEGORIES, DISPOSITIONS, PLACES } from './defaults.ts';
import { CheckedFile } from './problems.ts';
import { promisesOf } from './promises.ts';
import { hookSourceOf } from './hook.ts';
import { checkReferences } from './references.ts';
import type { SandboxConversation, SandboxLimitSeed, SandboxPerson, SandboxSeed } from './sandbox-seed.ts';
import { KNOWN_KEYS, shopFile, type ShopInput } from './schema.ts';
import { subscriptionOf } from './subscription.ts';

/** Everything that `gongdan.yaml` says. */
export interface Shop {
  readonly directory: Directory;
  readonly rules: TriageRules;
  /** Systems that tell by webhook what happened, by name. */
  readonly hooks: ReadonlyMap<string, HookSource>;
  /** Null: the file has no section `sandbox`. */
  readonly sandbox: SandboxSeed | null;
  /** The last days whose holidays are known (`2026-12-31`), by calendar; one that is not named knows all of its own. */
  readonly holidaysUntil: ReadonlyMap<string, string>;
  /** The file's text, kept in the store for all processes. */
  readonly source: string;
  /** Hex SHA-256 of the file's text: the import's condition. */
  readonly hash: string;
}

/** Reads a shop's file. Throws one `SetupError` with all problems and their lines. */
export async function loadShop(path: string, locale: Locale): Promise<Shop> {
  let source: string;
  try {
    source = await readFile(path, 'utf8');
  } catch {
    throw new SetupError(text(operator(locale), 'setup.file_unreadable', { name: 'GONGDAN_CONFIG', path }));
  }
  return parseShop(source, basename(path), locale);
}

/** The same from text; `name` is how the operator knows the file, `locale` the language of the problems. */
export function parseShop(source: string, name: string, locale: Locale): Shop {
  const file = new CheckedFile(source, name);
  const input = file.parse(shopFile, KNOWN_KEYS);
  if (input !== null) {
    checkReferences(file, input);
    checkCalendars(file, input);
  }
  file.throwProblems(locale);
  if (input === null) throw new Error('a file without problems parses');
  const hash = createHash('sha256').update(source).digest('hex');
  const directory = versioned(directoryOf(input));
  return {
    directory,
    rules: rulesOf(input),
    hooks: new Map(Object.entries(input.hooks).map(([id, h]) => [id, hookSourceOf(h, [...directory.shops.keys()])])),
    sandbox: input.sandbox === undefined ? null : sandboxOf(input.sandbox, input, directory),
    holidaysUntil: holidaysUntil(input),
    source,
    hash,
  };
}

/** What decides by when anything is due gets a number of its own: another one whenever any of it is another. */
function versioned(directory: Directory): Directory {
  const { base, rules } = directory.promises;
  const teams = [...directory.teams.values()].map(({ id, calendar, legMs }) => ({ id, calendar, legMs }));
  const decides = JSON.stringify({ base, rules, calendar: directory.calendar, teams }, (_key, value: unknown) =>
    value instanceof Map ? [...(value as ReadonlyMap<unknown, unknown>)] : value,
  );
  const version = Number.parseInt(createHash('sha256').update(decides).digest('hex').slice(0, 12), 16);
  return { ...directory, promises: { version: Math.max(1, version), base, rules } };
}

const both = (n: { zh: string; en: string }): { 'zh-CN': string; en: string } => ({ 'zh-CN': n.zh, en: n.en });

const fullApp = (key: string): string => `${appOf(key).platform}/${appOf(key).app}`;

/** A category of the shop's own, or a shipped one with what the shop says otherwise. */
function categoryOf(id: string, { zh, en, ask }: ShopInput['categories'][string]): Category {
  const shipped = CATEGORIES.get(id);
  const name = { 'zh-CN': zh ?? shipped?.name['zh-CN'] ?? id, en: en ?? shipped?.name.en ?? id };
  const asks = ask ?? shipped?.asks;
  return { id, name, ...(asks !== undefined && { asks }) };
}

function directoryOf(input: ShopInput): Directory {
  const people = new Map<string, Person>();
  const accounts = new Map<string, string>();
  for (const [id, p] of Object.entries(input.people)) {
    const own = accountsOf(p);
    for (const { app, user } of own) accounts.set(accountKey({ ...appOf(app), user }), id);
    people.set(id, {
      id,
      name: p.name,
      outwardName: p.outwardName ?? p.name,
      roles: p.roles,
      teams: p.teams,
      shops: p.shops,
      locale: p.locale ?? input.locale,
      timeZone: p.timeZone ?? input.timeZone,
      shift: p.shift ?? null,
      direct: own.map(({ app, direct }) => ({ ...appOf(app), conversation: direct })),
      outside: outsideOf(p),
      ...(p.email !== undefined && { email: p.email }),
    });
  }
  const times = new WorkingTimesOf(input);
  const teams = new Map<string, Team>();
  const groups = new Map<string, string>();
  for (const [id, t] of Object.entries(input.teams)) {
    const own = groupsOf(t.groups);
    const standby = groupsOf(t.standby);
    for (const address of [...own, ...standby]) groups.set(addressKey(address), id);
    teams.set(id, {
      id,
      name: t.name,
      groups: own,
      standby,
      categories: t.categories,
      shops: t.shops,
      locale: t.locale ?? input.locale,
      timeZone: t.timeZone ?? input.timeZone,
      legMs: t.leg ?? null,
      ...times.ofTeam(t),
    });
  }
  return {
    people,
    teams,
    shops: new Map(Object.entries(input.shops).map(([id, s]) => [id, { id, name: s.name, apps: s.apps.map(fullApp) }])),
    categories: new Map([
      ...CATEGORIES,
      ...Object.entries(input.categories).map(([id, c]) => [id, categoryOf(id, c)] as const),
    ]),
    dispositions: new Map([
      ...DISPOSITIONS,
      ...Object.entries(input.dispositions).map(([id, n]) => [id, { id, name: both(n) }] as const),
    ]),
    places: new Map([
      ...PLACES,
      ...Object.entries(input.places).map(
        ([id, p]) =>
          [
            id,
            {
              id,
              name: both(p),
              words: p.words,
              handle: p.handle,
              ...(p.called === undefined ? {} : { called: both(p.called) }),
            },
          ] as const,
      ),
    ]),
    filing: { pictureMs: input.filing.pictures, draftMs: input.filing.drafts },
    policy: {
      autoCloseMs: input.policies.autoClose,
      replyHoldMs: input.policies.replyHold,
      noticeHoldMs: input.policies.noticeHold,
      openerMs: input.policies.opener,
      nudgeRaiseMs: input.policies.nudgeRaise,
      nudgeAnswerMs: input.policies.nudgeAnswer,
      offerMs: input.policies.offer,
      passes: input.policies.passes,
      newsMs: input.policies.news,
    },
    promises: promisesOf(input.policies, 0),
    archiveMs: input.policies.archive,
    surge: {
      waitMs: input.surge.wait,
      calmMs: input.surge.calm,
      rows: input.surge.rows,
      boards: input.surge.boards,
    },
    calendar: times.usual(input.timeZone),
    promotions: promotionsOf(input),
    digest: input.digest,
    accounts,
    groups,
    trusted: input.trust,
    subscriptions: new Map(Object.entries(input.subscriptions).map(([id, s]) => [id, subscriptionOf(id, s)])),
  };
}

/** The shop's own rules come before the shipped ones. */
function rulesOf(input: ShopInput): TriageRules {
  const own = input.triage.rules.map((r, i): KeywordRule => ({
    id: `shop.${i + 1}`,
    words: r.words,
    tags: r.tags,
    ...(r.category === undefined ? {} : { category: r.category }),
    ...(r.priority === undefined ? {} : { priority: r.priority }),
  }));
  return { own, shipped: input.triage.defaults ? DEFAULT_RULES : [] };
}

const RANK: readonly Role[] = ['admin', 'manager', 'lead', 'agent'];

/** The sandbox shows the customers, every group on platform `sandbox`, and the direct chat of everybody who has an account there. */
function sandboxOf(section: NonNullable<ShopInput['sandbox']>, input: ShopInput, directory: Directory): SandboxSeed {
  const people: SandboxPerson[] = [];
  const conversations: SandboxConversation[] = [];
  for (const [id, c] of Object.entries(section.customers)) {
    const locale = c.locale ?? input.locale;
    people.push({ id, name: c.name, role: 'customer', teams: [], locale, timeZone: input.timeZone });
    conversations.push({ id: chatOf(id, c), kind: 'customer', title: c.name, members: [id] });
  }
  const members = new Map<string, string[]>();
  const directs: SandboxConversation[] = [];
  for (const [personId, p] of Object.entries(input.people)) {
    const person = directory.people.get(personId);
    const account = accountsOf(p).find(({ app }) => appOf(app).platform === 'sandbox');
    if (person === undefined || account === undefined) continue;
    const { user: id, direct } = account;
    const role = RANK.find((r) => person.roles.includes(r)) ?? 'agent';
    const { name, teams, locale, timeZone } = person;
    people.push({ id, name, role, teams, locale, timeZone });
    directs.push({ id: direct, kind: 'direct', title: name, members: [id] });
    for (const team of teams) members.set(team, [...(members.get(team) ?? []), id]);
  }
  for (const team of directory.teams.values()) {
    const group = (id: string, title: string): SandboxConversation => ({
      id,
      kind: 'group',
      title,
      members: members.get(team.id) ?? [],
      team: team.id,
    });
    const isHere = ({ platform }: Address): boolean => platform === 'sandbox';
    const standby = team.locale === 'en' ? `${team.name} (standby)` : `${team.name}（备用）`;
    conversations.push(
      ...team.groups.filter(isHere).map(({ conversation }) => group(conversation, team.name)),
      ...team.standby.filter(isHere).map(({ conversation }) => group(conversation, standby)),
    );
  }
  conversations.push(...directs);
  return {
    people,
    conversations,
    limits: section.limits?.map(limitOf) ?? null,
    fixed: section.fixed,
    windowMs: section.window ?? null,
  };
}

type LimitInput = NonNullable<NonNullable<ShopInput['sandbox']>['limits']>[number];

function limitOf({ window, overrun, conversations, ...same }: LimitInput): SandboxLimitSeed {
  return {
    ...same,
    windowMs: window,
    ...(conversations === undefined ? {} : { conversations }),
    source: 'gongdan.yaml',
    overrun: typeof overrun === 'string' ? { kind: overrun } : { kind: 'block', forMs: overrun.block },
  };
}
