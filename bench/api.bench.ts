import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { performance } from 'node:perf_hooks';
import { STATUSES } from '../src/domain/status.ts';
import type { Ticket } from '../src/domain/ticket.ts';
import { wordsOf } from '../src/domain/words.ts';
import { openEmbedded } from '../src/embedded/embedded.ts';
import { makeKey } from '../src/flow/api-keys.ts';
import { systemClock } from '../src/clock.ts';
import { systemIds } from '../src/ids.ts';
import { SCOPES } from '../src/storage/api-keys.ts';
import { openStore, type Store } from '../src/storage/store.ts';
import { call, startBot, type Bot } from './bot.ts';
import { inParallel, percentiles, rounded } from './parallel.ts';
import { agentOf, customerOf, shopFile, teamOf, TEAMS } from './shop.ts';

// The REST API of the whole product as a process of its own: `npm run bench -- api [posts] [tickets]`.

const POSTS = Number(process.argv[2] ?? 5_000);
const TICKETS = Number(process.argv[3] ?? 100_000);
const CONNECTIONS = 64;
const AGENTS = 50;
const LISTS = 1_000;
const LOT = 1_000;

const SUBJECTS = [
  '包裹三天没有更新',
  '要求退货退款',
  '杯子碎了',
  '发票抬头写错',
  '少发一件',
  'parcel is late',
] as const;

const rows: (readonly [what: string, value: string])[] = [];

/** Works on the store of a bot that is stopped. */
async function inStore<T>(data: string, work: (store: Store) => Promise<T>): Promise<T> {
  const embedded = await openEmbedded({ directory: join(data, 'store'), fsync: false });
  const store = await openStore(embedded.uri);
  try {
    return await work(store);
  } finally {
    await store.close();
    await embedded.stop();
  }
}

async function makeBenchKey(store: Store): Promise<string> {
  const wanted = { name: 'bench', scopes: SCOPES, shops: [], actors: [], rate: 10_000 };
  return (await makeKey({ store, clock: systemClock, ids: systemIds }, wanted)) ?? '';
}

/** Adds so many tickets of all kinds, copied from one that the bot made. */
async function fill(store: Store): Promise<void> {
  const tickets = store.connection.collection('tickets');
  const [model] = (await tickets.find({}).limit(1).toArray()) as unknown[] as Ticket[];
  if (model === undefined) throw new Error('there is no ticket to copy');
  const first = await store.counters.block('tickets', TICKETS, 4_800);
  const from = model.openedAt.getTime() - TICKETS * 10_000;
  for (let at = 0; at < TICKETS; at += LOT) {
    const lot = Array.from({ length: Math.min(LOT, TICKETS - at) }, (_, n): object => {
      const i = at + n;
      const ticket: Ticket = {
        ...model,
        _id: `copy-${i}`,
        number: first + i,
        team: teamOf(i),
        category: teamOf(i % 7),
        // Most are closed, as in any desk of some age.
        status: STATUSES[i % 20] ?? 'closed',
        assignee: i % 20 === 0 ? null : agentOf(i % AGENTS),
        subject: `${SUBJECTS[Math.floor(i / 20) % SUBJECTS.length] ?? ''} ${i % 97}`,
        facts: { order: `27${String(i).padStart(16, '0')}` },
        customer: { ...model.customer, account: null, handle: customerOf(i % 5_000) },
        openedAt: new Date(from + i * 10_000),
        places: [],
        pending: [],
      };
      return { ...ticket, relay: false, words: wordsOf(ticket) };
    });
    await tickets.insertMany(lot);
  }
}

/** The filters that are asked, each with values that change from one request to the next. */
const FILTERS: readonly (readonly [name: string, query: (i: number) => string])[] = [
  ['none', () => ''],
  ['status', (i) => `status=${STATUSES[i % STATUSES.length] ?? ''}`],
  ['several statuses', () => 'status=new,in_progress,closed'],
  ['team', (i) => `team=${teamOf(i)}`],
  ['team and status', (i) => `team=${teamOf(i)}&status=in_progress,resolved`],
  ['assignee', (i) => `assignee=${agentOf(i % AGENTS)}`],
  ['category', (i) => `category=${TEAMS[i % TEAMS.length] ?? ''}`],
  ['category, team and status', (i) => `category=${teamOf(i)}&team=${teamOf(i + 1)}&status=closed`],
  ['shop', () => 'shop=shop'],
  ['q: words', (i) => `q=${encodeURIComponent(SUBJECTS[i % SUBJECTS.length] ?? '')}`],
  ['q: words and a status', (i) => `q=${encodeURIComponent(SUBJECTS[i % SUBJECTS.length] ?? '')}&status=new`],
  ['q: an order', (i) => `q=27${String((i * 37) % TICKETS).padStart(16, '0')}`],
];

async function measureLists(bot: Bot, headers: Readonly<Record<string, string>>): Promise<void> {
  const all: number[] = [];
  for (const [name, query] of FILTERS) {
    const took = await inParallel(Math.ceil(LISTS / FILTERS.length), 1, async (i) => {
      const { status, body } = await call('GET', `${bot.url}/api/v1/tickets?${query(i)}`, undefined, headers);
      if (status !== 200) throw new Error(`a list answered ${status}: ${JSON.stringify(body)}`);
    });
    all.push(...took);
    rows.push([`list by ${name}, p50 / p99`, percentiles(took)]);
  }
  rows.push([`all ${LISTS} lists over ${rounded(TICKETS)} tickets, p50 / p99`, percentiles(all)]);
}

async function measurePosts(bot: Bot, baseline: Bot, headers: Readonly<Record<string, string>>): Promise<void> {
  const bare = await timed(async (i) => {
    const body = { conversation: `c-${i}`, user: customerOf(i), text: textOf(i) };
    return (await call('POST', `${baseline.url}/sandbox/api/messages`, body)).status === 202;
  });
  const own = await timed(async (i) => {
    const body = { text: textOf(i), order: String(10 ** 15 + i), tags: ['bench'] };
    const { status } = await call('POST', `${bot.url}/api/v1/tickets`, body, {
      ...headers,
      'idempotency-key': `b${i}`,
    });
    return status === 201;
  });
  rows.push(
    [`bare express and one insert, requests a second at ${CONNECTIONS} connections`, rounded(bare.perSecond)],
    ['  p50 / p99', percentiles(bare.took)],
    [
      'POST /api/v1/tickets, requests a second',
      `${rounded(own.perSecond)} (${rounded((own.perSecond / bare.perSecond) * 100)} % of it)`,
    ],
    ['  p50 / p99', percentiles(own.took)],
  );
}

const textOf = (i: number): string => `${teamOf(i)}: my parcel ${i} has not moved for three days`;

async function timed(work: (i: number) => Promise<boolean>): Promise<{ perSecond: number; took: readonly number[] }> {
  await inParallel(Math.min(200, POSTS), CONNECTIONS, async (i) => {
    if (!(await work(POSTS + i))) throw new Error('a request was refused');
  });
  const from = performance.now();
  const took = await inParallel(POSTS, CONNECTIONS, async (i) => {
    if (!(await work(i))) throw new Error('a request was refused');
  });
  return { perSecond: (POSTS / (performance.now() - from)) * 1_000, took };
}

const data = mkdtempSync(join(tmpdir(), 'gongdan-bench-api-'));
const shop = join(data, 'gongdan.yaml');
writeFileSync(shop, shopFile(AGENTS, 10));
try {
  // On a store of their own: what is seeded below would have the bot draw cards meanwhile.
  const baseline = await startBot({ data, script: 'bench/baseline.js' });
  const key = await inStore(data, makeBenchKey);
  const headers = { authorization: `Bearer ${key}` };
  let bot = await startBot({ data, shop });
  await measurePosts(bot, baseline, headers);
  await bot.stop();
  await baseline.stop();
  await inStore(data, fill);
  bot = await startBot({ data, shop });
  await measureLists(bot, headers);
  await bot.stop();
} finally {
  rmSync(data, { recursive: true, force: true });
}
for (const [what, value] of rows) process.stdout.write(`| ${what} | ${value} |\n`);
