import * as z from 'zod';
import { ASKABLE } from '../domain/directory.ts';
import { PRIORITIES, WAITS } from '../domain/status.ts';
import { MOST_BOARDS, MOST_ROWS, SURGE } from '../domain/surge.ts';
import { calendar, CALENDAR_KEYS, hours, promotion, timeZone } from './calendar-schema.ts';
import { digest } from './digest.ts';
import { subscription, SUBSCRIPTION_KEYS } from './subscription.ts';
import { hook, HOOK_KEYS } from './hook.ts';
import { promiseSchemas } from './promises.ts';

/** Ids of people, teams and shops; they stand in stored tickets, so they are short and plain. */
const ID = /^[a-z][a-z0-9_-]{0,39}$/;
/** `logistics` or `logistics.stalled`. */
const CATEGORY_ID = /^[a-z][a-z0-9_]{0,39}(\.[a-z][a-z0-9_]{0,39})?$/;
/** `sandbox` or `slack/T024BE7LD`: a platform, and which bot installation of it. */
const APP = /^[a-z][a-z0-9]{0,19}(\/[A-Za-z0-9._-]{1,60})?$/;

const id = z.string().regex(ID);
const app = z.string().regex(APP);
const line = z.string().trim().min(1).max(60);
const platformId = z.string().trim().min(1).max(120);
const locale = z.enum(['zh-CN', 'en']);

const UNITS = { s: 1_000, m: 60_000, h: 3_600_000, d: 86_400_000 } as const;

/** `3m`, `24h`, `1.5h` as milliseconds; null when it is no duration. */
export function durationMs(value: string): number | null {
  const match = /^(\d{1,6}(?:\.\d{1,2})?)\s*([smhd])$/.exec(value.trim());
  if (match === null) return null;
  return Math.round(Number(match[1]) * UNITS[match[2] as keyof typeof UNITS]);
}

/** A duration above zero, read as milliseconds. */
export const duration = z.string().transform((value, ctx) => {
  const ms = durationMs(value);
  if (ms !== null && ms > 0) return ms;
  ctx.issues.push({ code: 'custom', input: value, params: { problem: 'duration', value } });
  return z.NEVER;
});

/** An e-mail address in lower case. */
const email = z.string().transform((value, ctx) => {
  const address = value.trim().toLowerCase();
  if (address.length <= 254 && z.email().safeParse(address).success) return address;
  ctx.issues.push({ code: 'custom', input: value, params: { problem: 'email' } });
  return z.NEVER;
});

/** What an unquoted number in YAML has lost, the plus sign before it; eleven digits that begin like a Chinese mobile's own number are no country's. */
const OWN_NUMBER = /^1[3-9]\d{9}$/;

/** A telephone number with its country, E.164: `+8613800138000`. It is never shown. */
const telephone = z.union([z.string(), z.number()]).transform((value, ctx) => {
  const written = typeof value === 'number' && !OWN_NUMBER.test(String(value)) ? `+${value}` : String(value);
  const number = written.replaceAll(/[\s()-]/g, '');
  if (/^\+[1-9]\d{6,14}$/.test(number)) return number;
  ctx.issues.push({ code: 'custom', input: value, params: { problem: 'telephone' } });
  return z.NEVER;
});

/** How somebody is reached when the chat is not enough. */
const notify = z.strictObject({
  /** `true`: the person's own `email`. */
  email: z.union([z.literal(true), email]).optional(),
  sms: telephone.optional(),
  phone: telephone.optional(),
});

const names = z.strictObject({ zh: line, en: line });

/** `order`, or `order!` where no ticket is to be filed without it. */
const ask = z.enum(ASKABLE.flatMap((fact) => [fact, `${fact}!`] as const)).transform((value) => ({
  fact: ASKABLE.find((fact) => value.startsWith(fact)) ?? 'order',
  required: value.endsWith('!'),
}));

/** What a category is called, which a shipped one has already, and what whoever files a ticket of it is asked for. */
const category = z.strictObject({
  zh: line.optional(),
  en: line.optional(),
  ask: z.array(ask).optional(),
});

/** A chat account: only the user id where the platform addresses people by it, else with the chat in which they are reached alone. */
const account = z.union([platformId, z.strictObject({ user: platformId, direct: platformId })]);

const shop = z.strictObject({ name: line, apps: z.array(app).max(50).default([]) });

/** Group ids of one or several groups, by app. */
const groups = z.record(app, z.union([platformId, z.array(platformId).min(1).max(20)])).default({});

const team = z.strictObject({
  name: line,
  categories: z.array(z.string().regex(CATEGORY_ID)).max(100).default([]),
  shops: z.array(id).max(100).default([]),
  locale: locale.optional(),
  timeZone: timeZone.optional(),
  /** Every day; default 9:00-22:00. Where it differs from day to day or person to person, a calendar. */
  hours: hours.optional(),
  /** How long the team may have a ticket. */
  leg: duration.optional(),
  calendar: id.optional(),
  groups,
  /** Where urgent tickets go while the platform of a group is away. */
  standby: groups,
});

const person = z.strictObject({
  name: line,
  outwardName: line.optional(),
  roles: z
    .array(z.enum(['agent', 'lead', 'manager', 'admin']))
    .min(1)
    .max(4),
  teams: z.array(id).max(50).default([]),
  shops: z.array(id).max(100).default([]),
  locale: locale.optional(),
  timeZone: timeZone.optional(),
  /** Of the calendar of one of the teams; default: there whenever the teams are. */
  shift: id.optional(),
  /** As the platforms' member lists have it: by it an agent's account is known there without being named here. */
  email: email.optional(),
  accounts: z.record(app, account).default({}),
  notify: notify.prefault({}),
});

/** Where customers are who can only be answered by hand; `words` reveal it in pasted text. */
const place = z.strictObject({
  zh: line,
  en: line,
  words: z.array(z.string().trim().min(1).max(60)).max(50).default([]),
  handle: z.enum(['nick', 'number']).default('nick'),
  /** What the handle is called there. */
  called: names.optional(),
});

const filing = z.strictObject({
  pictures: duration.default(120_000),
  drafts: duration.default(86_400_000),
});

/** Whose promises last half as long. */
const half = z.strictObject({
  categories: z.array(z.string().regex(CATEGORY_ID)).max(100).default(['complaint']),
  tags: z.array(z.string().trim().min(1).max(32)).max(100).default(['vip']),
});

const promises = promiseSchemas(duration);

const policies = z.strictObject({
  firstResponse: duration.default(180_000),
  nextResponse: duration.default(600_000),
  resolution: duration.default(86_400_000),
  autoClose: duration.default(259_200_000),
  replyHold: duration.default(5_000),
  noticeHold: duration.default(10_000),
  opener: duration.default(60_000),
  nudgeRaise: duration.default(600_000),
  nudgeAnswer: duration.default(120_000),
  offer: duration.default(300_000),
  passes: z.int().min(1).max(100).default(3),
  half: half.prefault({}),
  ...promises.values,
  rules: promises.rules,
  news: duration.default(10_000),
  archive: duration.default(30 * 86_400_000),
});

/** When a group gets boards instead of a card per ticket (大促模式). */
const surge = z.strictObject({
  wait: duration.default(SURGE.waitMs),
  calm: duration.default(SURGE.calmMs),
  rows: z.int().min(8).max(MOST_ROWS).default(SURGE.rows),
  boards: z.int().min(1).max(MOST_BOARDS).default(SURGE.boards),
});

/** A word may end in `*` (any ending) or have `*` inside (up to twelve characters between). */
const words = z.array(z.string().trim().min(1).max(60)).min(1).max(200);
const rule = z.strictObject({
  words,
  category: z.string().regex(CATEGORY_ID).optional(),
  priority: z.enum(PRIORITIES).optional(),
  tags: z.array(z.string().trim().min(1).max(20)).max(10).default([]),
});

const triage = z.strictObject({
  /** Whether the shipped keyword rules apply after the shop's own. */
  defaults: z.boolean().default(true),
  rules: z.array(rule).max(500).default([]),
});

const customer = z.strictObject({ name: line, locale: locale.optional(), conversation: platformId.optional() });
const calls = z.int().min(0).max(1_000_000);
const reserve = z.strictObject({ urgent: calls.default(0), redraw: calls.default(0) });
const limit = z
  .strictObject({
    name: line,
    per: z.enum(['app', 'conversation', 'robot', 'member', 'ip']),
    method: z.enum(['send', 'update', 'any']),
    count: z.int().min(1).max(1_000_000),
    window: duration,
    /** The conversations it is about; default: all. */
    conversations: z.array(platformId).min(1).max(500).optional(),
    reserve: reserve.prefault({}),
    aside: z.int().min(0).max(1_000).default(0),
    /** What the emulated platform does beyond it: refuse with a delay, refuse everything for a while, or drop in silence. */
    overrun: z.union([z.enum(['reject', 'drop']), z.strictObject({ block: duration })]).default('reject'),
  })
  .superRefine(({ count, reserve: { urgent, redraw }, aside }, ctx) => {
    const kept = urgent + redraw + aside;
    if (kept >= count) ctx.addIssue({ code: 'custom', params: { problem: 'nothingLeft', count, kept } });
  });
const sandbox = z.strictObject({
  customers: z.record(id, customer).default({}),
  limits: z.array(limit).max(20).optional(),
  /** Conversations in which a posted message cannot be changed. */
  fixed: z.array(platformId).max(500).default([]),
  /** How long after their last message customers can be written to. */
  window: duration.optional(),
});

/** `gongdan.yaml` as it is written. Every key is known; what is left out has the default given here. */
export const shopFile = z.strictObject({
  locale: locale.default('zh-CN'),
  timeZone: timeZone.default('Asia/Shanghai'),
  shops: z.record(id, shop),
  teams: z.record(id, team),
  calendars: z.record(id, calendar).default({}),
  promotions: z.record(id, promotion).default({}),
  people: z.record(id, person),
  categories: z.record(z.string().regex(CATEGORY_ID), category).default({}),
  dispositions: z.record(z.string().regex(/^[a-z][a-z0-9_]{0,39}$/), names).default({}),
  places: z.record(id, place).default({}),
  filing: filing.prefault({}),
  policies: policies.prefault({}),
  surge: surge.prefault({}),
  triage: triage.prefault({}),
  /** When figures are sent. */
  digest: digest.prefault({}),
  /** Platforms whose own member list is believed: who is on it joins a group's team, as an agent, by pressing a button there. */
  trust: z
    .array(z.string().regex(/^[a-z][a-z0-9]{0,19}$/))
    .max(10)
    .default([]),
  /** Systems that are told of what happens to tickets. */
  subscriptions: z.record(id, subscription).default({}),
  /** Systems that tell by webhook what happened. */
  hooks: z.record(id, hook).default({}),
  sandbox: sandbox.optional(),
});

export type ShopInput = z.output<typeof shopFile>;

/** The keys that may stand under a path, `*` being any id; for "did you mean". */
export const KNOWN_KEYS: Readonly<Record<string, readonly string[]>> = {
  '': Object.keys(shopFile.shape),
  'shops.*': Object.keys(shop.shape),
  'teams.*': Object.keys(team.shape),
  ...CALENDAR_KEYS,
  'people.*': Object.keys(person.shape),
  'people.*.accounts.*': ['user', 'direct'],
  'people.*.notify': Object.keys(notify.shape),
  'categories.*': Object.keys(category.shape),
  'dispositions.*': Object.keys(names.shape),
  'places.*': Object.keys(place.shape),
  'places.*.called': Object.keys(names.shape),
  filing: Object.keys(filing.shape),
  policies: Object.keys(policies.shape),
  'policies.half': Object.keys(half.shape),
  'policies.waits': [...WAITS],
  'policies.ladder.*': ['at', 'to'],
  'policies.rules.*': Object.keys(promises.rule.shape),
  'policies.rules.*.waits': [...WAITS],
  'policies.rules.*.ladder.*': ['at', 'to'],
  surge: Object.keys(surge.shape),
  triage: Object.keys(triage.shape),
  digest: Object.keys(digest.shape),
  'triage.rules.*': Object.keys(rule.shape),
  'subscriptions.*': SUBSCRIPTION_KEYS,
  ...HOOK_KEYS,
  sandbox: Object.keys(sandbox.shape),
  'sandbox.customers.*': Object.keys(customer.shape),
  'sandbox.limits.*': Object.keys(limit.shape),
  'sandbox.limits.*.overrun': ['block'],
  'sandbox.limits.*.reserve': Object.keys(reserve.shape),
};
