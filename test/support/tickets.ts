import type { Attachment } from '../../src/domain/attachment.ts';
import type { Category, Directory, Disposition, Person, Policy, Shop, Team } from '../../src/domain/directory.ts';
import type { SealedEvent } from '../../src/domain/event.ts';
import type { Quote, Ticket } from '../../src/domain/ticket.ts';
import { GENESIS } from '../../src/domain/chain.ts';
import type { Facts } from '../../src/domain/decision.ts';
import { everyDay } from '../../src/domain/calendar.ts';
import { DIGEST_RULES } from '../../src/domain/digest-schedule.ts';
import { accountKey, addressKey } from '../../src/domain/address.ts';
import { SURGE } from '../../src/domain/surge.ts';
import { armed, type Clocks, type Due } from '../../src/domain/sla.ts';
import type { ClockName, Promises, Terms } from '../../src/domain/terms.ts';
import { PLACES } from '../../src/shop/defaults.ts';
import { promisesOf } from '../../src/shop/promises.ts';
import type { Reader } from '../../src/text/text.ts';

/** 11 November 2026, 14:30 in Shanghai: "now" of the fixtures. */
export const NOW = new Date('2026-11-11T06:30:00Z');
/** So many minutes after (or before) `NOW`. */
export const minutes = (n: number): Date => new Date(NOW.getTime() + n * 60_000);

export const zh: Reader = { locale: 'zh-CN', timeZone: 'Asia/Shanghai', now: NOW };
export const en: Reader = { locale: 'en', timeZone: 'Asia/Shanghai', now: NOW };

export const aPolicy: Policy = {
  autoCloseMs: 72 * 3_600_000,
  replyHoldMs: 5_000,
  noticeHoldMs: 10_000,
  openerMs: 60_000,
  nudgeRaiseMs: 10 * 60_000,
  nudgeAnswerMs: 2 * 60_000,
  offerMs: 5 * 60_000,
  passes: 3,
  newsMs: 10_000,
};

/** As a shop promises that says nothing: 3 min, 10 min, 24 h, half of it for complaints and `vip`. */
export const thePromises: Promises = promisesOf(
  {
    firstResponse: 3 * 60_000,
    nextResponse: 10 * 60_000,
    resolution: 24 * 3_600_000,
    half: { categories: ['complaint'], tags: ['vip'] },
    rules: [],
  },
  1,
);

/** The terms of a ticket to which no rule applies. */
export const theTerms: Terms = { ...thePromises.base, version: 1, rules: [] };

const LIMITS: Readonly<Record<ClockName, number>> = {
  firstResponse: theTerms.firstResponseMs,
  nextResponse: theTerms.nextResponseMs,
  resolution: theTerms.resolutionMs,
  wait: theTerms.waitMs.warehouse,
  leg: 2 * 3_600_000,
  penalty: 48 * 3_600_000,
  window: 48 * 3_600_000,
};

/** Clocks that run out at these moments, day and night, by the limits of `theTerms`. */
export const clocksDue = (due: Due): Clocks =>
  Object.fromEntries(
    (Object.entries(due) as [ClockName, Date][]).map(([name, moment]) => {
      const limitMs = LIMITS[name];
      const since = new Date(moment.getTime() - limitMs);
      const clock = { since, from: since, limitMs, leftMs: limitMs, due: moment, rung: 0, nonstop: true } as const;
      return [name, armed(name, clock, { terms: theTerms, calendar: everyDay('Asia/Shanghai') })];
    }),
  );

const at = (conversation: string) => ({ platform: 'sandbox', app: 'demo', conversation });

export const aPerson = (id: string, name: string, more: Partial<Person> = {}): Person => ({
  id,
  name,
  outwardName: `客服${name.slice(-1)}`,
  roles: ['agent'],
  teams: ['aftersales'],
  shops: [],
  locale: 'zh-CN',
  timeZone: 'Asia/Shanghai',
  shift: null,
  direct: [at(`direct:${id}`)],
  outside: [],
  ...more,
});

const aTeam = (id: string, name: string, categories: readonly string[]): Team => ({
  id,
  name,
  groups: [at(`group:${id}`)],
  standby: [],
  categories,
  shops: [],
  locale: 'zh-CN',
  timeZone: 'Asia/Shanghai',
  calendar: everyDay('Asia/Shanghai'),
  shifts: [],
  legMs: null,
});

const byId = <T extends { readonly id: string }>(items: readonly T[]): ReadonlyMap<string, T> =>
  new Map(items.map((item) => [item.id, item]));

/** Two teams, a lead, three agents and a manager, one shop. */
export function aDirectory(more: Partial<Directory> = {}): Directory {
  const people = [
    aPerson('lilei', '李雷'),
    aPerson('wangfang', '王芳'),
    aPerson('zhaomin', '赵敏', { roles: ['agent', 'lead'] }),
    aPerson('chenchen', '陈晨', { teams: ['logistics'] }),
    aPerson('zhou', '周总', { roles: ['manager'], teams: [] }),
  ];
  const teams = [aTeam('aftersales', '售后', ['return']), aTeam('logistics', '物流', ['logistics'])];
  const shops: Shop[] = [{ id: 'tea', name: '山间茶铺', apps: ['sandbox/demo'] }];
  const categories: Category[] = [
    { id: 'logistics', name: { 'zh-CN': '物流', en: 'Logistics' } },
    { id: 'logistics.stalled', name: { 'zh-CN': '物流停滞', en: 'Stalled parcel' } },
    { id: 'return', name: { 'zh-CN': '退换货', en: 'Returns' } },
  ];
  const dispositions: Disposition[] = [
    { id: 'handled', name: { 'zh-CN': '已处理', en: 'Handled' } },
    { id: 'return_approved', name: { 'zh-CN': '同意退货', en: 'Return approved' } },
  ];
  return {
    people: byId(people),
    teams: byId(teams),
    shops: byId(shops),
    categories: byId(categories),
    dispositions: byId(dispositions),
    places: PLACES,
    filing: { pictureMs: 120_000, draftMs: 86_400_000 },
    policy: aPolicy,
    promises: thePromises,
    archiveMs: 30 * 86_400_000,
    surge: SURGE,
    calendar: everyDay('Asia/Shanghai'),
    promotions: [],
    digest: DIGEST_RULES,
    trusted: [],
    subscriptions: new Map(),
    accounts: new Map(people.map((p) => [accountKey({ platform: 'sandbox', app: 'demo', user: p.id }), p.id])),
    groups: new Map(teams.flatMap((t) => t.groups.map((g) => [addressKey(g), t.id]))),
    ...more,
  };
}

/** A picture a customer sent; `more` overrides any field. */
export const anAttachment = (id: string, more: Partial<Attachment> = {}): Attachment => ({
  id,
  kind: 'image',
  name: `${id}.png`,
  type: 'image/png',
  size: 120_000,
  ...more,
});

/** Everybody is on duty until closing time, but for those who are named. */
export const everybodyOn = (...off: readonly string[]): Pick<Facts, 'onDuty' | 'standing'> => ({
  onDuty: (person) => !off.includes(person),
  standing: (person) =>
    off.includes(person) ? { state: 'off', said: false } : { state: 'on', until: new Date('2026-11-11T14:00:00Z') },
});

export const aQuote = (text: string, more: Partial<Quote> = {}): Quote => ({
  message: '',
  text,
  attachments: [],
  at: minutes(-1),
  ...more,
});

/** One sealed event of a history tail; the hash is not a real chain's. */
export const anEvent = (more: Partial<SealedEvent> & Pick<SealedEvent, 'seq' | 'type'>): SealedEvent => ({
  at: minutes(-1),
  actor: { kind: 'person', id: 'lilei', name: '李雷' },
  cause: `cause:${more.seq}`,
  schema: 1,
  data: {},
  hash: GENESIS,
  ...more,
});

/** A new ticket of the after-sales team, written by a customer one minute ago; `more` overrides any field. */
export function aTicket(more: Partial<Ticket> = {}): Ticket {
  const openedAt = more.openedAt ?? minutes(-1);
  return {
    _id: 'ticket-4821',
    number: 4821,
    shop: 'tea',
    source: { kind: 'message', platform: 'sandbox' },
    customer: {
      account: accountKey({ platform: 'sandbox', app: 'demo', user: 'xiaomei' }),
      name: '小美',
      place: null,
      handle: '',
    },
    links: [{ address: at('customer:xiaomei'), role: 'customer' }],
    subject: '快递三天没更新',
    description: '快递三天没更新了,帮我看看',
    attachments: [],
    category: 'logistics.stalled',
    classified: 'auto',
    priority: 'normal',
    tags: [],
    language: 'zh',
    facts: { order: '20261108112233', tracking: 'SF1234567890123', carrier: '顺丰' },
    team: 'aftersales',
    assignee: null,
    owner: null,
    ownerBack: null,
    offer: null,
    passes: 0,
    avoid: [],
    helpers: [],
    watchers: [],
    status: 'new',
    wait: null,
    disposition: null,
    clocks: clocksDue({ firstResponse: minutes(2), resolution: minutes(24 * 60 - 1) }),
    terms: theTerms,
    misses: [],
    took: {},
    reopens: [],
    resolver: null,
    reminders: [],
    pinged: null,
    until: null,
    respondedAt: null,
    undelivered: null,
    nextDueAt: null,
    dueToken: null,
    policy: aPolicy,
    custom: {},
    quotes: [aQuote('快递三天没更新了,帮我看看')],
    customerMessages: 1,
    merged: { into: null, before: null, from: [] },
    others: [],
    duplicates: [],
    nudges: { count: 0, raisedAt: null, answeredAt: null },
    news: null,
    visits: { count: 1, last: null },
    follows: null,
    left: null,
    last: { type: 'opened', by: '', at: openedAt },
    places: [{ card: 'ticket', team: 'aftersales' }],
    history: {
      head: GENESIS,
      seq: 1,
      tail: [anEvent({ seq: 1, type: 'opened', at: openedAt, actor: { kind: 'customer', account: 'xiaomei' } })],
      causes: [],
    },
    pending: [],
    version: 1,
    cardVersion: 1,
    openedAt,
    claimedAt: null,
    resolvedAt: null,
    closedAt: null,
    turns: [],
    updatedAt: openedAt,
    ...more,
  };
}
