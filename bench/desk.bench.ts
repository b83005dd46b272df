import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { get } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { performance } from 'node:perf_hooks';
import { setTimeout as pause } from 'node:timers/promises';
import { call, startBot, type Bot } from './bot.ts';
import { inParallel, percentiles, rounded } from './parallel.ts';
import { seedTickets } from './seed.ts';
import { agentOf, customerOf, shopFile, teamOf } from './shop.ts';

// The whole product as a process of its own, driven over HTTP: `npm run bench -- desk [messages] [tickets]`.

const MESSAGES = Number(process.argv[2] ?? 2_000);
const TICKETS = Number(process.argv[3] ?? 100_000);
const AGENTS = 200;
const WIDTH = 100;
/** Messages sent one by one, whose cards are waited for. */
const SINGLE = 200;
const CLAIMS_EACH = 5;

const table: (readonly [what: string, value: string, baseline?: string])[] = [];

async function post(url: string, path: string, body: unknown): Promise<void> {
  const { status } = await call('POST', `${url}${path}`, body);
  if (status !== 202) throw new Error(`${path} answered ${status}`);
}

const write = (url: string, i: number): Promise<void> =>
  post(url, '/sandbox/api/messages', {
    conversation: `c-${customerOf(i)}`,
    user: customerOf(i),
    text: `${teamOf(i)}: my parcel ${i} has not moved for three days`,
  });

/** The sum of a Prometheus figure over the series that match. */
function figure(metrics: string, name: string, labels = /(?:)/u): number {
  return metrics
    .split('\n')
    .filter((line) => line.startsWith(name) && /^[{ ]/u.test(line.slice(name.length)) && labels.test(line))
    .reduce((sum, line) => sum + Number(line.slice(line.lastIndexOf(' '))), 0);
}

const metricsOf = async ({ url }: Bot): Promise<string> => String((await call('GET', `${url}/metrics`)).body);

const DRAWN = 'gongdan_delivery_seconds_count';
/** What the emulated messenger stores is not the product's. */
const OWN = /collection="(?!sandbox_|jobs|leases)/u;
const EMULATED = /collection="sandbox_/u;

async function measureThroughput(bot: Bot, baseline: string): Promise<void> {
  const bareFrom = performance.now();
  await inParallel(MESSAGES, WIDTH, (i) => write(baseline, i));
  const bare = (MESSAGES / (performance.now() - bareFrom)) * 1_000;

  const before = await metricsOf(bot);
  const from = performance.now();
  const accepted = await inParallel(MESSAGES, WIDTH, (i) => write(bot.url, i));
  let after = before;
  while (figure(after, DRAWN, /draw/u) - figure(before, DRAWN, /draw/u) < MESSAGES) {
    await pause(20);
    after = await metricsOf(bot);
  }
  const perSecond = (MESSAGES / (performance.now() - from)) * 1_000;
  const perTicket = (name: string, labels: RegExp): string =>
    rounded((figure(after, name, labels) - figure(before, name, labels)) / MESSAGES);
  table.push(
    ['tickets per second, message to card', rounded(perSecond), `${rounded(bare)} bare inserts`],
    ['message accepted, under this load, p50 / p99', percentiles(accepted)],
    ['write commands per ticket', perTicket('gongdan_store_writes_total', OWN), '1'],
    ['  and those of the emulated messenger', perTicket('gongdan_store_writes_total', EMULATED)],
    [
      'event-loop delay p99 under this load',
      `${rounded(figure(after, 'nodejs_eventloop_lag_p99_seconds') * 1_000)} ms`,
    ],
  );
}

/** From the customer's message to the card on an agent's screen, one at a time. */
async function measureCards(bot: Bot): Promise<void> {
  const waiting = new Map<string, () => void>();
  const screens = await Promise.all(
    Array.from({ length: 4 }, (_, i) => watch(bot, agentOf(i), (text) => waiting.get(text)?.())),
  );
  const took = await inParallel(SINGLE, 1, async (n) => {
    const i = MESSAGES + n;
    const shown = new Promise<void>((resolve) => waiting.set(String(i), resolve));
    await write(bot.url, i);
    await shown;
  });
  for (const close of screens) close();
  table.push(['customer message to card on screen, p50 / p99', percentiles(took)]);
}

/** Reads one person's stream of events; `seen` hears the number in each new card's title. */
function watch(bot: Bot, user: string, seen: (number: string) => void): Promise<() => void> {
  return new Promise((resolve, reject) => {
    let rest = '';
    const stream = get(`${bot.url}/sandbox/api/events?user=${user}`, (response) => {
      response.on('data', (chunk: Buffer) => {
        const lines = (rest + chunk.toString()).split('\n');
        rest = lines.pop() ?? '';
        for (const line of lines) {
          const number = /"title":"[^"]*parcel (\d+)/u.exec(line)?.[1];
          if (number !== undefined) seen(number);
        }
      });
      response.on('error', () => undefined);
      resolve(() => stream.destroy());
    });
    stream.on('error', reject);
  });
}

async function measureClaims(bot: Bot, numbers: readonly number[]): Promise<void> {
  const took = await inParallel(AGENTS * CLAIMS_EACH, AGENTS, (i) =>
    post(bot.url, '/sandbox/api/actions', {
      user: agentOf(i % AGENTS),
      command: 'claim',
      args: { ticket: String(numbers[i] ?? 0) },
    }),
  );
  table.push([`claim, ${AGENTS} agents at once, ${rounded(TICKETS)} tickets, p50 / p99`, percentiles(took)]);
  const calm = await inParallel(SINGLE, 1, (n) => {
    const i = AGENTS * CLAIMS_EACH + n;
    const body = { user: agentOf(i % AGENTS), command: 'claim', args: { ticket: String(numbers[i] ?? 0) } };
    return post(bot.url, '/sandbox/api/actions', body);
  });
  table.push([`claim, one at a time, p50 / p99`, percentiles(calm)]);
}

function print(): void {
  const wide = Math.max(...table.map(([what]) => what.length));
  const lines = table.map(([what, value, baseline = '']) => `${what.padEnd(wide)}  ${value.padStart(18)}  ${baseline}`);
  process.stdout.write(`${lines.join('\n')}\n`);
}

const data = mkdtempSync(join(tmpdir(), 'gongdan-bench-'));
const shop = join(data, 'gongdan.yaml');
writeFileSync(shop, shopFile(AGENTS, MESSAGES + SINGLE));
try {
  const bare = await startBot({ data, shop, script: 'bench/baseline.js' });
  let bot = await startBot({ data, shop });
  table.push(
    ['process start to listening, empty store', `${rounded(bot.startMs)} ms`, `${rounded(bare.startMs)} ms`],
    ['RSS at start', `${rounded(bot.rss())} MB`, `${rounded(bare.rss())} MB`],
  );
  await measureThroughput(bot, bare.url);
  await bare.stop();
  await measureCards(bot);
  table.push([`RSS after ${rounded(MESSAGES + SINGLE)} tickets`, `${rounded(bot.rss())} MB`]);
  await bot.stop();

  const numbers = await seedTickets(data, TICKETS);
  bot = await startBot({ data, shop });
  table.push([`process start to listening, ${rounded(TICKETS)} tickets`, `${rounded(bot.startMs)} ms`]);
  await measureClaims(bot, numbers);
  table.push([`RSS with ${rounded(TICKETS)} tickets, the store's own pages included`, `${rounded(bot.rss())} MB`]);
  const mapped = bot.fileRss();
  table.push(['  of it pages of the store and of program files', `${rounded(mapped)} MB`]);
  await bot.stop();
  print();
} finally {
  rmSync(data, { recursive: true, force: true });
}
