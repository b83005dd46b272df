import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { monitorEventLoopDelay, performance } from 'node:perf_hooks';
import { MongoClient, type Collection, type Db } from 'mongodb';
import { openEmbedded } from '../src/embedded/embedded.ts';

// The embedded store with the plain driver, and beside it the MongoDB of MONGODB_URI where that is set:
// `npm run bench -- embedded [documents]`.

const DOCUMENTS = Number(process.argv[2] ?? 100_000);
const ZONE = 'Asia/Shanghai';
const DAY = 86_400_000;
const START = Date.UTC(2026, 0, 1);

interface Ticket {
  _id: string;
  number: number;
  shop: string;
  status: string;
  priority: number;
  category: string;
  customer: { platform: string; id: string };
  assignee: string | null;
  tags: string[];
  openedAt: Date;
  nextDueAt: Date;
  version: number;
  title: string;
}

const STATUSES = ['new', 'open', 'waiting', 'resolved', 'closed'];
const SHOPS = 20;

/** A ticket of a real one's shape; everything about it follows from its number. */
function ticket(n: number): Ticket {
  return {
    _id: `t${n.toString(36).padStart(9, '0')}`,
    number: n,
    shop: `shop-${n % SHOPS}`,
    status: STATUSES[n % STATUSES.length] ?? 'new',
    priority: n % 4,
    category: `category-${n % 13}`,
    customer: { platform: 'wechat', id: `customer-${n % 5000}` },
    assignee: n % 3 === 0 ? null : `agent-${n % 40}`,
    tags: [`tag-${n % 7}`, `tag-${n % 11}`],
    openedAt: new Date(START + (n % 1000) * (DAY / 25)),
    nextDueAt: new Date(START + n * 1000),
    version: 1,
    title: '退货后一直没有收到退款，请尽快处理一下',
  };
}

interface Row {
  readonly what: string;
  readonly perSecond: number | undefined;
  readonly milliseconds: number;
  readonly loopDelayP99: number;
}

/** Runs `work` and notes its time and how long the main thread's event loop was held up meanwhile. */
async function measure(what: string, operations: number, work: () => Promise<unknown>): Promise<Row> {
  const delay = monitorEventLoopDelay({ resolution: 1 });
  delay.enable();
  const from = performance.now();
  await work();
  const milliseconds = performance.now() - from;
  delay.disable();
  return {
    what,
    perSecond: operations > 1 ? (operations / milliseconds) * 1000 : undefined,
    milliseconds,
    loopDelayP99: Math.max(0, delay.percentile(99) / 1e6 - 1),
  };
}

/** `work` for every number below `count`, so many at a time. */
async function inParallel(count: number, width: number, work: (n: number) => Promise<unknown>): Promise<void> {
  let next = 0;
  const run = async (): Promise<void> => {
    for (let n = next++; n < count; n = next++) await work(n);
  };
  await Promise.all(Array.from({ length: width }, run));
}

async function run(db: Db): Promise<Row[]> {
  const tickets: Collection<Ticket> = db.collection<Ticket>('tickets');
  await db.dropDatabase();
  await tickets.createIndexes([
    { key: { number: 1 }, unique: true },
    { key: { status: 1, nextDueAt: 1 } },
    { key: { shop: 1, openedAt: -1 } },
  ]);
  const rows: Row[] = [];
  let made = 0;
  rows.push(
    await measure('insertOne, one by one', 1_000, () => inParallel(1_000, 1, () => tickets.insertOne(ticket(made++)))),
    await measure('insertOne, 20 at a time', 4_000, () =>
      inParallel(4_000, 20, () => tickets.insertOne(ticket(made++))),
    ),
  );
  const rest = DOCUMENTS - made;
  rows.push(
    await measure('insertMany, 250 each', rest, async () => {
      for (let left = rest; left > 0; left -= 250)
        await tickets.insertMany(Array.from({ length: Math.min(left, 250) }, () => ticket(made++)));
    }),
    await measure('findOneAndUpdate claim, one by one', 500, () =>
      inParallel(500, 1, (n) =>
        tickets.findOneAndUpdate(
          { status: 'new', nextDueAt: { $gte: new Date(0) } },
          { $set: { status: 'open', assignee: `claimer-${n}` }, $inc: { version: 1 } },
          { sort: { nextDueAt: 1 }, returnDocument: 'after' },
        ),
      ),
    ),
    await measure('findOneAndUpdate claim, 20 at a time', 2_000, () =>
      inParallel(2_000, 20, (n) =>
        tickets.findOneAndUpdate(
          { status: 'new', nextDueAt: { $gte: new Date(0) } },
          { $set: { status: 'open', assignee: `claimer-${n}` }, $inc: { version: 1 } },
          { sort: { nextDueAt: 1 }, returnDocument: 'after' },
        ),
      ),
    ),
    await measure('findOne by unique index, one by one', 2_000, () =>
      inParallel(2_000, 1, (n) => tickets.findOne({ number: (n * 7919) % DOCUMENTS })),
    ),
    await measure('findOne by unique index, 20 at a time', 5_000, () =>
      inParallel(5_000, 20, (n) => tickets.findOne({ number: (n * 7919) % DOCUMENTS })),
    ),
    await measure('page: latest 20 of a shop', 1_000, () =>
      inParallel(1_000, 1, (n) =>
        tickets
          .find({ shop: `shop-${n % SHOPS}` })
          .sort({ openedAt: -1 })
          .limit(20)
          .toArray(),
      ),
    ),
    await measure('group by day with time zone, all', 1, () =>
      tickets
        .aggregate([
          {
            $group: { _id: { $dateTrunc: { date: '$openedAt', unit: 'day', timezone: ZONE } }, n: { $sum: 1 } },
          },
          { $sort: { _id: 1 } },
        ])
        .toArray(),
    ),
    await measure('count by index', 1, () => tickets.countDocuments({ status: 'waiting' })),
    await measure('scan without index', 1, () => tickets.find({ category: 'category-5', priority: 3 }).toArray()),
    await measure('read all', DOCUMENTS, async () => {
      let seen = 0;
      for await (const _ of tickets.find({}, { batchSize: 500 })) seen++;
      if (seen !== DOCUMENTS) throw new Error(`read ${seen} of ${DOCUMENTS}`);
    }),
  );
  return rows;
}

function print(title: string, rows: readonly Row[]): void {
  const lines = rows.map(({ what, perSecond, milliseconds, loopDelayP99 }) =>
    [
      what.padEnd(40),
      (perSecond === undefined ? '' : Math.round(perSecond).toLocaleString('en')).padStart(10),
      milliseconds.toFixed(0).padStart(9),
      loopDelayP99.toFixed(1).padStart(9),
    ].join(' '),
  );
  const head = [''.padEnd(40), 'per second'.padStart(10), 'ms'.padStart(9), 'delay p99'.padStart(9)].join(' ');
  process.stdout.write(`\n${title}\n${head}\n${lines.join('\n')}\n`);
}

async function withClient(uri: string, title: string): Promise<void> {
  const client = new MongoClient(uri);
  try {
    print(title, await run(client.db('gongdan_bench')));
  } finally {
    await client.close();
  }
}

const directory = mkdtempSync(path.join(tmpdir(), 'gongdan-bench-'));
const store = await openEmbedded({ directory });
try {
  await withClient(store.uri, `embedded store, ${DOCUMENTS} tickets`);
  process.stdout.write(`RSS of the process: ${Math.round(process.memoryUsage.rss() / 1_048_576)} MB\n`);
} finally {
  await store.stop();
  rmSync(directory, { recursive: true, force: true });
}
const other = process.env['MONGODB_URI'];
if (other) await withClient(other, 'MongoDB');
