import { performance } from 'node:perf_hooks';
import type { ApiCall } from '../test/emulators/dingtalk/emulator.ts';
import { openDingTalkDesk, type DingTalkDesk } from '../test/support/dingtalk-desk.ts';
import { aShop } from '../test/support/shop.ts';
import { CHANGE, CREATE, isInGroup, nameOf } from './dingtalk-rush.ts';
import { AGENTS, isQuiet, tick, writes } from './rush.ts';

// A month whose calls run out, in virtual time: a ticket a minute, every tenth of them urgent, each worked by typed lines.

const MINUTE_MS = 60_000;
const HOUR_MS = 60 * MINUTE_MS;
/** Tickets that come while almost nothing is left, or nothing at all. */
const AFTER = 60;
const MOST_TICKETS = 3_000;
const URGENT_EACH = 10;
const MONTHS_END = new Date('2026-11-30T16:00:00Z');

export const SHARES = ['below 80 %', '80 to 95 %', 'from 95 % on', 'the month after'] as const;
type Share = (typeof SHARES)[number];

/** What came and what was called in one part of the month. */
export interface Stretch {
  readonly tickets: number;
  readonly urgent: number;
  /** Cards of tickets and boards that were posted in the group. */
  readonly cards: number;
  readonly boards: number;
  /** To people alone. */
  readonly alone: number;
  readonly changes: number;
  readonly refused: number;
  /** Virtual ms. */
  readonly ms: number;
}

export interface Month {
  readonly calls: number;
  readonly tickets: number;
  readonly stretches: ReadonlyMap<Share, Stretch>;
  /** Calls that DingTalk counted by the end of the month, and those the bot counted before it made them. */
  readonly counted: number;
  readonly noted: number;
  /** At the end of it: tickets that exist, that are resolved, and what waits to be shown. */
  readonly stored: number;
  readonly resolved: number;
  readonly waiting: number;
  /** What the admins were told. */
  readonly told: readonly string[];
  /** In the next month everything was shown after, virtual ms; what could not be delivered at all. */
  readonly shownAfter: number;
  readonly dead: number;
  readonly realMs: number;
}

const count = (calls: readonly ApiCall[], isOne: (call: ApiCall) => boolean): number => calls.filter(isOne).length;
const isBoard = ({ body }: ApiCall): boolean => /\\"c\\":\\"next\\"/u.test(JSON.stringify(body));

/** Agents take what is next and resolve what they have; one of them after the other. */
async function works(desk: DingTalkDesk, i: number): Promise<void> {
  const { dingtalk, store } = desk;
  for (const { number, assignee } of await store.tickets.list({ status: ['in_progress'] }, 2))
    if (assignee !== null) await dingtalk.says(assignee, assignee, `解决 ${number}`);
  const agent = `a${1 + (i % AGENTS)}`;
  await dingtalk.says(agent, agent, '下一张');
}

export async function measureMonth(calls: number): Promise<Month> {
  const began = performance.now();
  const shop = aShop({ agents: AGENTS, customers: MOST_TICKETS }).replace(
    'roles: [manager]',
    'roles: [manager, admin]',
  );
  const desk = await openDingTalkDesk({ shop, env: { DINGTALK_MONTHLY_CALLS: String(calls) } });
  const { dingtalk, store, clock } = desk;
  dingtalk.qps = 20;
  dingtalk.quota = calls;
  const room = {
    ...desk,
    app: 'dingtalk\ndingtalk',
    async settled() {
      await dingtalk.sockets(1);
      await dingtalk.settled();
    },
  };
  const stretches = new Map<Share, Stretch>();
  let looked = 0;
  const note = (share: Share, more: Partial<Stretch>): void => {
    const fresh = dingtalk.calls.slice(looked);
    looked = dingtalk.calls.length;
    const taken = fresh.filter(({ status }) => status === 200);
    const posts = taken.filter((call) => nameOf(call) === CREATE);
    const inGroup = posts.filter(isInGroup);
    const seen: Stretch = {
      tickets: 0,
      urgent: 0,
      cards: count(inGroup, (call) => !isBoard(call)),
      boards: count(inGroup, isBoard),
      alone: posts.length - inGroup.length,
      changes: count(taken, (call) => nameOf(call) === CHANGE),
      refused: count(fresh, ({ status }) => status === 403),
      ms: 0,
      ...more,
    };
    const before = stretches.get(share);
    const names = Object.keys(seen) as (keyof Stretch)[];
    const sum = Object.fromEntries(names.map((name) => [name, (before?.[name] ?? 0) + seen[name]]));
    stretches.set(share, { ...seen, ...sum });
  };
  const shareNow = (): Share => {
    const share = dingtalk.counted / calls;
    return share < 0.8 ? SHARES[0] : share < 0.95 ? SHARES[1] : SHARES[2];
  };

  let tickets = 0;
  for (let after = 0; after < AFTER && tickets < MOST_TICKETS;) {
    const share = shareNow();
    if (share === SHARES[2]) after += 1;
    tickets += 1;
    const isUrgent = tickets % URGENT_EACH === 0;
    // What came a minute ago is taken before the next comes.
    await works(desk, tickets);
    await writes(desk, tickets, isUrgent ? '漏电起火了，' : '');
    await tick(room, MINUTE_MS);
    note(share, { tickets: 1, urgent: isUrgent ? 1 : 0, ms: MINUTE_MS });
  }
  // What is still to be worked is worked, with whatever is left of the month.
  for (let i = 0; (await store.tickets.count({ status: ['new', 'in_progress'] })) > 0 && i < MOST_TICKETS; i += 1) {
    await works(desk, i);
    await tick(room, MINUTE_MS);
    note(shareNow(), { ms: MINUTE_MS });
  }
  while (clock.now().getTime() + HOUR_MS < MONTHS_END.getTime()) await tick(room, HOUR_MS);
  note(shareNow(), {});
  const [{ pending: waiting } = { pending: 0 }] = await store.outbox.counts([room.app]);
  const counted = dingtalk.counted;
  const spent = await store.connection
    .collection<{ readonly _id: string; readonly spent: readonly { readonly n: number }[] }>('budgets')
    .findOne({ _id: `dingtalk-month\n${room.app}\n2026-11` });
  const stored = await store.tickets.count({});
  const resolved = await store.tickets.count({ status: ['resolved', 'closed'] });

  await tick(room, HOUR_MS);
  dingtalk.quota = calls;
  let shownAfter = 0;
  for (; !(await isQuiet(room)) && shownAfter < 24 * HOUR_MS; shownAfter += MINUTE_MS) await tick(room, MINUTE_MS);
  note(SHARES[3], { ms: shownAfter });
  const dead = await store.connection.collection('outbox').countDocuments({ state: 'dead' });
  const told = dingtalk
    .reads('zhoumin', 'zhoumin')
    .flatMap(({ text }) => (text.includes('调用额度') ? [text.trim()] : []));
  const month: Month = {
    calls,
    tickets,
    stretches,
    counted,
    noted: spent?.spent.reduce((sum, { n }) => sum + n, 0) ?? 0,
    stored,
    resolved,
    waiting,
    told,
    shownAfter,
    dead,
    realMs: performance.now() - began,
  };
  await desk.stop();
  return month;
}
