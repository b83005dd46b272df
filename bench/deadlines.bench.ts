import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { performance } from 'node:perf_hooks';
import { setTimeout as pause } from 'node:timers/promises';
import { MongoClient, type Collection, type Filter } from 'mongodb';
import type { Ticket } from '../src/domain/ticket.ts';
import { openEmbedded } from '../src/embedded/embedded.ts';
import { URI_FILE } from '../src/embedded/engine.ts';
import type { OutboxRow } from '../src/storage/outbox.ts';
import { call, startBot, type Bot } from './bot.ts';
import { out } from './report.ts';
import { rounded, spread } from './parallel.ts';
import { dingtalk } from './platforms.ts';
import { agentOf, customerOf, shopFile, teamOf } from './shop.ts';

// Many open tickets whose moments come within one minute, and all of them in the same second: `npm run bench -- deadlines [tickets] [minute | second]`.
// The whole product as a process of its own, its jobs and its store as in production. Beside it, in the same run and on the same documents,
// what the bare store takes for as many conditional writes: with them the tickets get their moments.

const TICKETS = Number(process.argv[2] ?? 100_000);
const MODES = { minute: 60_000, second: 0 } as const;
const AGENTS = 200;
const LOT = 1_000;
/** Filters and updates of one bulk write of the baseline, as many as the product puts into one. */
const BULK = 200;
/** Between the last moment that is written and the first that comes. */
const LEAD_MS = 15_000;
/** Moments that are written a second where the machine does much else. */
const SLOWEST = 1_000;
const LONGEST_MS = 600_000;
/** What a ticket waits for until its moment is written. */
const FAR = new Date('2100-01-01T00:00:00Z');

/** The shop with a platform that takes as much as DingTalk's does, and not what an emulator can take. */
function limitedShop(): string {
  const { sandbox, ...shop } = JSON.parse(shopFile(AGENTS, 1)) as {
    readonly sandbox: object;
    readonly teams: Readonly<Record<string, object>>;
  };
  // Around the clock, so that a moment is that moment whenever this runs.
  const teams = Object.fromEntries(
    Object.entries(shop.teams).map(([id, team]) => [id, { ...team, hours: '0:00-24:00' }]),
  );
  const limits = dingtalk([]).map(({ name, per, method, count, windowMs, reserve, overrun }) => ({
    name,
    per,
    method,
    count,
    window: `${windowMs / 1_000}s`,
    reserve,
    overrun: overrun.kind === 'block' ? { block: `${overrun.forMs / 60_000}m` } : overrun.kind,
  }));
  return JSON.stringify({ ...shop, teams, sandbox: { ...sandbox, limits } });
}

type Row = Ticket & { readonly relay: boolean };
type Mode = keyof typeof MODES;

/** The moment of the i-th ticket. */
const momentOf = (mode: Mode, from: number, i: number): Date =>
  new Date(from + Math.floor((MODES[mode] * i) / TICKETS));

const HOUR_MS = 3_600_000;

/** A day's promise whose reminder is due at a moment: at 20 hours of 24, as the shop's own arithmetic has it. */
function promiseAt(at: Date): NonNullable<Ticket['clocks']['resolution']> {
  const since = new Date(at.getTime() - 20 * HOUR_MS);
  const due = new Date(at.getTime() + 4 * HOUR_MS);
  return { since, from: since, limitMs: 24 * HOUR_MS, leftMs: 24 * HOUR_MS, due, next: at, rung: 0 };
}

/** What is written when a ticket gets its moment: the one promise that it has. */
const armed = (at: Date) => ({ nextDueAt: at, 'clocks.resolution': promiseAt(at) });

/** When the waking was decided; null: it was not woken exactly once. */
function wokenAt({ history, nextDueAt }: Pick<Ticket, 'history' | 'nextDueAt'>): number | null {
  const [woken, ...more] = history.tail.filter(({ type }) => type === 'reminded');
  if (woken === undefined || more.length > 0) return null;
  return nextDueAt === null || nextDueAt > woken.at ? woken.at.getTime() : null;
}

/** One ticket that waits for its moment, made by the product itself. */
async function makeModel(bot: Bot, tickets: Collection<Row>): Promise<void> {
  const post = async (path: string, body: unknown): Promise<void> => {
    const { status, body: answer } = await call('POST', `${bot.url}/sandbox/api/${path}`, body);
    if (status !== 202) throw new Error(`${path} answered ${status}: ${JSON.stringify(answer)}`);
  };
  const text = `${teamOf(0)}: my parcel has not moved for three days`;
  await post('messages', { conversation: `c-${customerOf(0)}`, user: customerOf(0), text });
  const opened = await found(tickets, {});
  const act = (command: string, args: Record<string, string>): Promise<void> =>
    post('actions', { surface: null, user: agentOf(0), command, args: { ticket: String(opened.number), ...args } });
  await act('claim', {});
  await found(tickets, { status: 'in_progress' });
}

async function found(tickets: Collection<Row>, filter: Filter<Row>): Promise<Row> {
  for (let tries = 0; tries < 50; tries += 1) {
    const ticket = await tickets.findOne(filter);
    if (ticket !== null) return ticket;
    await pause(100);
  }
  throw new Error(`no ticket became ${JSON.stringify(filter)}`);
}

/** Copies it, each for another agent and with a moment that is far away. */
async function seed(tickets: Collection<Row>): Promise<void> {
  const model = await found(tickets, {});
  for (let made = 0; made < TICKETS; made += LOT) {
    const copies = Array.from({ length: Math.min(LOT, TICKETS - made) }, (_, j): Row => {
      const i = made + j;
      const [team, agent] = [teamOf(i), agentOf(i % AGENTS)];
      const places: Ticket['places'] = [
        { card: 'ticket', team },
        { card: 'work', person: agent },
      ];
      const own = { _id: `copy-${i}`, number: 10_000 + i, team, assignee: agent, places, pending: [], relay: false };
      return { ...model, ...own, clocks: { resolution: promiseAt(FAR) }, until: null, nextDueAt: FAR };
    });
    await tickets.insertMany(copies);
  }
  await tickets.deleteOne({ _id: model._id });
}

/** Gives each its moment by one conditional write; how many a second the store took. */
async function arm(tickets: Collection<Row>, mode: Mode, from: number): Promise<number> {
  const { version } = (await tickets.findOne({ _id: 'copy-0' })) ?? { version: 0 };
  const began = performance.now();
  for (let first = 0; first < TICKETS; first += BULK) {
    const updates = Array.from({ length: Math.min(BULK, TICKETS - first) }, (_, j) => ({
      updateOne: {
        filter: { _id: `copy-${first + j}`, version },
        update: { $set: armed(momentOf(mode, from, first + j)), $inc: { version: 1 } },
      },
    }));
    const { matchedCount } = await tickets.bulkWrite(updates, { ordered: false });
    if (matchedCount !== updates.length) throw new Error(`${matchedCount} of ${updates.length} were written`);
  }
  return (TICKETS / (performance.now() - began)) * 1_000;
}

/** Processor time of a process's threads so far, ms, the one with which it began first, then the busiest. */
function cpuOf(pid: number): readonly number[] {
  const threads = readdirSync(`/proc/${pid}/task`).map((id): readonly [string, number] => {
    const [, rest = ''] = readFileSync(`/proc/${pid}/task/${id}/stat`, 'utf8').split(') ');
    const fields = rest.split(' ');
    return [id, (Number(fields[11]) + Number(fields[12])) * 10];
  });
  const own = threads.filter(([id]) => id === String(pid)).map(([, ms]) => ms);
  const others = threads.filter(([id]) => id !== String(pid)).map(([, ms]) => ms);
  return [...own, ...others.toSorted((a, b) => b - a)];
}

/** Waits until nothing of a kind is left; how long after `from` that was, ms. */
async function until(what: string, from: number, left: () => Promise<number>): Promise<number> {
  for (;;) {
    if ((await left()) === 0) return Date.now() - from;
    if (Date.now() - from > LONGEST_MS)
      throw new Error(`after ${LONGEST_MS / 1_000} s there was still something ${what}`);
    await pause(500);
  }
}

/** Lateness against each ticket's moment, ms: p50 / p99 / max. */
function lateness(all: readonly number[]): string {
  const { p50, p99 } = spread(all);
  const max = all.reduce((most, ms) => Math.max(most, ms), 0);
  return `${rounded(p50)} / ${rounded(p99)} / ${rounded(max)} ms`;
}

interface Seen {
  readonly tickets: Collection<Row>;
  readonly outbox: Collection<OutboxRow>;
}

async function report({ tickets, outbox }: Seen, mode: Mode, from: number): Promise<void> {
  const decided: number[] = [];
  const moments: number[] = [];
  let wrong = 0;
  for await (const ticket of tickets.find({}, { batchSize: 500 })) {
    const due = momentOf(mode, from, Number(ticket._id.slice('copy-'.length))).getTime();
    const at = wokenAt(ticket);
    if (at === null || at < due) wrong += 1;
    else {
      decided.push(at - due);
      moments.push(at);
    }
  }
  const relayed = new Map<string, number>();
  for await (const { body, order } of outbox.find({}, { batchSize: 500 }))
    if ('ticket' in body && body.ticket.startsWith('copy-')) relayed.set(body.ticket, order.getTime());
  const told = [...relayed].map(([id, at]) => at - momentOf(mode, from, Number(id.slice('copy-'.length))).getTime());
  const last = moments.reduce((most, at) => Math.max(most, at), 0);
  const inTime = moments.filter((at) => at <= from + 60_000).length;
  out(
    `woken ${rounded(decided.length)} of ${rounded(TICKETS)}, not exactly once ${wrong}; within the minute ${rounded(inTime)}`,
  );
  out(
    `the last one ${rounded((last - from) / 1_000)} s after the first moment: ${rounded((decided.length / Math.max(1, last - from)) * 1_000)} a second`,
  );
  out(`decided after its moment, p50 / p99 / max: ${lateness(decided)}`);
  out(`relayed after its moment, p50 / p99 / max: ${lateness(told)}, ${rounded(relayed.size)} tickets`);
}

/** To the store that the product holds. */
const connected = (directory: string): Promise<MongoClient> =>
  new MongoClient(readFileSync(join(directory, URI_FILE), 'utf8').trim()).connect();

async function measure(mode: Mode): Promise<void> {
  const data = mkdtempSync(join(tmpdir(), 'gongdan-bench-'));
  const shop = join(data, 'gongdan.yaml');
  writeFileSync(shop, limitedShop());
  try {
    let bot = await startBot({ data, shop });
    const directory = join(data, 'store');
    const first = await connected(directory);
    await makeModel(bot, first.db().collection<Row>('tickets'));
    await first.close();
    await bot.stop();

    const bare = await openEmbedded({ directory });
    const client = await new MongoClient(bare.uri).connect();
    const own = client.db().collection<Row>('tickets');
    await seed(own);
    const armsFor = (TICKETS / SLOWEST) * 1_000;
    const from = Math.ceil((Date.now() + armsFor + LEAD_MS) / 1_000) * 1_000;
    const perSecond = await arm(own, mode, from);
    await client.close();
    await bare.stop();
    out(`\n${rounded(TICKETS)} moments within one ${mode}`);
    out(`the bare store: ${rounded(perSecond)} conditional writes a second, ${BULK} at a time`);

    bot = await startBot({ data, shop, flags: (process.env['BENCH_FLAGS'] ?? '').split(' ').filter((f) => f !== '') });
    if (Date.now() > from) throw new Error('the first moment came before the product listened');
    const seen = await connected(directory);
    const db = seen.db();
    const all: Seen = { tickets: db.collection<Row>('tickets'), outbox: db.collection<OutboxRow>('outbox') };
    const some = (filter: object) => async (): Promise<number> =>
      (await all.tickets.findOne(filter, { projection: { _id: 1 } })) === null ? 0 : 1;
    await pause(from - Date.now());
    const before = cpuOf(bot.pid);
    const last = momentOf(mode, from, TICKETS);
    await until('to wake', from, some({ nextDueAt: { $gt: new Date(0), $lte: last } }));
    const after = cpuOf(bot.pid);
    const relayedMs = await until('to relay', from, some({ relay: true }));
    const cpu = after.map((ms, i) => ms - (before[i] ?? 0));
    await report(all, mode, from);
    out(`everything relayed ${rounded(relayedMs / 1_000)} s after the first moment`);
    const spent = (ms: number | undefined): string => `${rounded((ms ?? 0) / 1_000)} s`;
    out(
      `processor time until the last was woken: the product ${spent(cpu[0])}, its store ${spent(cpu[1])}, other threads ${spent(cpu.slice(2).reduce((sum, ms) => sum + ms, 0))}`,
    );
    out(`RSS ${rounded(bot.rss())} MB`);
    await seen.close();
    await bot.stop();
  } finally {
    rmSync(data, { recursive: true, force: true });
  }
}

const [, , , asked] = process.argv;
for (const mode of ['minute', 'second'] as const) if (asked === undefined || asked === mode) await measure(mode);
