import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { performance } from 'node:perf_hooks';
import { MongoClient } from 'mongodb';
import { systemClock } from '../src/clock.ts';
import type { Figures } from '../src/domain/figures.ts';
import { FOREVER, type Tally } from '../src/domain/tally.ts';
import { periodOf } from '../src/domain/period.ts';
import { openEmbedded } from '../src/embedded/embedded.ts';
import { createFigures } from '../src/flow/figures.ts';
import { openStore, type Store } from '../src/storage/store.ts';
import { everythingIn } from '../src/storage/tally-query.ts';
import { seeded } from './random.ts';

// A day's figures for every team and for all at once, and beside them the store's own aggregation of the same figures:
// `npm run bench -- digest [tickets] [tickets]`. Without numbers: 100 000 and 1 000 000.

const SIZES = process.argv.slice(2).length === 0 ? [100_000, 1_000_000] : process.argv.slice(2).map(Number);
const AIMS_MS: Readonly<Record<number, number>> = { 100_000: 3_000, 1_000_000: 15_000 };
const LOT = 2_000;
const RUNS = 3;
const HOUR = 3_600_000;
const TEAMS = ['presale', 'aftersale', 'logistics', 'finance'];
const CATEGORIES = [
  'logistics.stalled',
  'logistics.lost',
  'return.size',
  'return.broken',
  'complaint',
  'invoice',
  null,
];
const SOURCES = ['message/wecom', 'message/dingtalk', 'message/slack', 'agent/wecom', 'system/erp'];
const PRIORITIES = ['low', 'normal', 'normal', 'normal', 'high', 'urgent'] as const;

const maybePeriod = periodOf('day:2026-11-10', 'Asia/Shanghai');
if (maybePeriod === null) throw new Error('no such day');
const period = maybePeriod;
const DAY_BEGAN = period.from.getTime();

/** A ticket of that day, as a shop has them in a promotion; everything about it follows from chance and its number. */
function tally(n: number, random: () => number): Tally {
  const pick = <T>(from: readonly T[]): T => from[Math.floor(random() * from.length)] ?? (from[0] as T);
  const openedAt = new Date(DAY_BEGAN + Math.floor(random() * 24 * HOUR));
  const after = (ms: number): Date => new Date(openedAt.getTime() + ms);
  const isLate = random() < 0.04;
  const firstMs = random() < 0.95 ? Math.floor(20_000 + random() * 300_000) : null;
  const resolveMs = random() < 0.85 ? Math.floor(600_000 + random() * 12 * HOUR) : null;
  const resolvedAt = resolveMs === null ? null : after(resolveMs);
  const person = `agent${Math.floor(random() * 200)}`;
  return {
    _id: `t${String(n).padStart(9, '0')}`,
    v: 7,
    number: n,
    touchedAt: resolvedAt ?? after(firstMs ?? 0),
    openedAt,
    open: resolvedAt === null,
    status: resolvedAt === null ? 'in_progress' : 'resolved',
    team: pick(TEAMS),
    shop: `shop${n % 20}`,
    category: pick(CATEGORIES),
    source: pick(SOURCES),
    priority: pick(PRIORITIES),
    assignee: person,
    resolver: resolvedAt === null ? null : person,
    respondedAt: firstMs === null ? null : after(firstMs),
    firstMs,
    resolveMs,
    done: resolvedAt === null ? [] : [{ from: resolvedAt, to: FOREVER }],
    misses: isLate ? [{ clock: pick(['firstResponse', 'nextResponse', 'resolution']), at: after(180_000) }] : [],
    overdue: isLate && resolvedAt === null ? after(180_000) : null,
    reopens: random() < 0.02 ? [after(HOUR)] : [],
    passes: Math.floor(random() * 3),
    nudges: 0,
    merged: random() < 0.01,
    resolvedAt,
    closedAt: null,
    language: 'zh',
    rules: [],
    region: null,
  };
}

async function seed(store: Store, count: number): Promise<void> {
  const random = seeded(count);
  const tallies = store.connection.collection('tallies');
  await tallies.deleteMany({});
  for (let n = 0; n < count; n += LOT) {
    const lot = Array.from({ length: Math.min(LOT, count - n) }, (_, i): object => tally(n + i, random));
    await tallies.insertMany(lot);
  }
}

/** The same figures of all teams together, and of each, by the store alone. */
function baseline(client: MongoClient): Promise<unknown> {
  const { from, to } = period;
  const inDay = (field: string): object => ({ $and: [{ $gte: [field, from] }, { $lt: [field, to] }] });
  const one = (condition: object): object => ({ $sum: { $cond: [condition, 1, 0] } });
  const doneAtEnd = (begins: Date): object => ({
    $gt: [
      {
        $size: {
          $filter: {
            input: '$done',
            as: 'd',
            cond: { $and: [{ $gte: ['$$d.from', begins] }, { $lt: ['$$d.from', to] }, { $gte: ['$$d.to', to] }] },
          },
        },
      },
      0,
    ],
  });
  const resolved = { $and: [{ $not: ['$merged'] }, doneAtEnd(from)] };
  const open = { $and: [{ $lt: ['$openedAt', to] }, { $not: [doneAtEnd(new Date(0))] }] };
  const age = (over: number, under: number): object => {
    const ms = { $subtract: [to, '$openedAt'] };
    return { $and: [open, { $gte: [ms, over] }, { $lt: [ms, under] }] };
  };
  const percentiles = (when: object, input: string): object => ({
    $push: { $cond: [when, input, '$$REMOVE'] },
  });
  const sums = {
    new: one(inDay('$openedAt')),
    resolved: one(resolved),
    h4: one(age(0, 4 * HOUR)),
    d1: one(age(4 * HOUR, 24 * HOUR)),
    d3: one(age(24 * HOUR, 72 * HOUR)),
    older: one(age(72 * HOUR, Number.MAX_SAFE_INTEGER)),
    late: one({ $gt: [{ $size: { $filter: { input: '$misses', as: 'm', cond: inDay('$$m.at') } } }, 0] }),
    overdue: one({ $and: ['$open', { $gt: ['$overdue', null] }, { $lt: ['$overdue', to] }] }),
    reopened: one({ $gt: [{ $size: { $filter: { input: '$reopens', as: 'r', cond: inDay('$$r') } } }, 0] }),
    first: percentiles(inDay('$respondedAt'), '$firstMs'),
    firstMean: { $avg: { $cond: [inDay('$respondedAt'), '$firstMs', null] } },
    resolution: percentiles(resolved, '$resolveMs'),
    resolutionMean: { $avg: { $cond: [resolved, '$resolveMs', null] } },
  };
  const newOnes = { $match: { openedAt: { $gte: from, $lt: to } } };
  return client
    .db()
    .collection('tallies')
    .aggregate(
      [
        { $match: { $or: everythingIn(period).map(({ filter }) => filter) } },
        {
          $facet: {
            teams: [{ $group: { _id: '$team', ...sums } }],
            causes: [newOnes, { $group: { _id: { team: '$team', category: '$category' }, n: { $sum: 1 } } }],
            sources: [newOnes, { $group: { _id: { team: '$team', source: '$source' }, n: { $sum: 1 } } }],
            slots: [
              newOnes,
              {
                $group: {
                  _id: { team: '$team', hour: { $dateTrunc: { date: '$openedAt', unit: 'hour' } } },
                  n: { $sum: 1 },
                },
              },
            ],
            people: [
              { $match: { $expr: resolved } },
              { $group: { _id: { team: '$team', person: '$resolver' }, n: { $sum: 1 } } },
            ],
          },
        },
      ],
      { allowDiskUse: true },
    )
    .toArray();
}

const print = (what: string, figure: string): void => {
  process.stdout.write(`${what.padEnd(64)} ${figure}\n`);
};
const seconds = (ms: number): string => `${(ms / 1_000).toFixed(2)} s`;
/** `cpu`: of all threads, the store's as well: what the same work takes where nobody else is at work. */
const timed = async <T>(work: () => Promise<T>): Promise<{ ms: number; cpu: number; result: T }> => {
  const [began, used] = [performance.now(), process.cpuUsage()];
  const result = await work();
  const { user, system } = process.cpuUsage(used);
  return { ms: performance.now() - began, cpu: (user + system) / 1_000, result };
};

const directory = mkdtempSync(join(tmpdir(), 'gongdan-digest-'));
const embedded = await openEmbedded({ directory, fsync: false });
const store = await openStore(embedded.uri);
// The embedded store answers nobody else while it aggregates: the product's own connection would take it for dead.
const patient = new MongoClient(embedded.uri, { heartbeatFrequencyMS: 600_000, connectTimeoutMS: 600_000 });
await patient.connect();
try {
  for (const size of SIZES) {
    const { ms: took } = await timed(() => seed(store, size));
    print(`${size} tickets of a day, stored`, seconds(took));
    const runs: number[] = [];
    const cpus: number[] = [];
    let all: Figures | undefined;
    for (let i = 0; i < RUNS; i += 1) {
      await store.connection.collection('digests').deleteMany({});
      const figures = createFigures(store, systemClock);
      const scopes = ['all' as const, ...TEAMS.map((team) => ({ team }))];
      const { ms, cpu, result } = await timed(() => figures.of(period, scopes));
      runs.push(ms);
      cpus.push(cpu);
      all = result.get('all');
    }
    const worst = Math.max(...runs);
    const aim = AIMS_MS[size];
    const judged = aim === undefined ? '' : `, aim ${seconds(aim)}: ${worst < aim ? 'met' : 'MISSED'}`;
    print(`figures of ${TEAMS.length} teams and of all, worst of ${RUNS}`, `${seconds(worst)}${judged}`);
    print('CPU of all threads together, worst', seconds(Math.max(...cpus)));
    print(
      'the same again, as it was kept',
      seconds((await timed(() => createFigures(store, systemClock).of(period, ['all']))).ms),
    );
    print('resident memory', `${Math.round(process.memoryUsage().rss / 2 ** 20)} MB`);
    print('new, resolved, first response p90', `${all?.new}, ${all?.resolved}, ${all?.firstResponse?.p90} ms`);
    try {
      print("baseline: the store's own aggregation", seconds((await timed(() => baseline(patient))).ms));
    } catch (error) {
      print(
        "baseline: the store's own aggregation",
        `refused: ${error instanceof Error ? error.message : 'no reason'}`,
      );
    }
  }
} finally {
  await patient.close();
  await store.close();
  await embedded.stop();
  rmSync(directory, { recursive: true, force: true });
}
