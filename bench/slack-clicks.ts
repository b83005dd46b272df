import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { performance } from 'node:perf_hooks';
import { setTimeout as sleep } from 'node:timers/promises';
import { packageRoot } from '../src/package-root.ts';
import { openStore, type Store } from '../src/storage/store.ts';
import type { Told } from '../test/emulators/slack/emulator.ts';
import { call, startBot, type Bot } from './bot.ts';
import { lagBefore } from './lag.ts';
import { inParallel } from './parallel.ts';
import { customerOf, teamOf } from './shop.ts';
import {
  AGENTS,
  BOT_TOKEN,
  kindAt,
  openCrowd,
  SIGNING_SECRET,
  slackShop,
  type Crowd,
  type Kind,
} from './slack-crowd.ts';
import { startSlowStore } from './slow-store.ts';
import { stallsOf, watchStalls, type Stalls } from './stalls.ts';

// The built bot in a process of its own, its store in another, Slack and its people in this one.

const SANDBOX_TOKEN = 'sandbox-token-of-benchmarks';
/** Slack's own answers take so long, ms. */
const API_MS = 100;
const TICKETS = 1_200;
const PREOPENED = 24;
/** How long what was stored may take to be worked, ms. */
const WORKED_WITHIN_MS = 120_000;

/** How one interaction was taken. */
export interface Taken {
  readonly kind: Kind;
  readonly status: number;
  /** From the moment it was due until it was acknowledged, whatever the sender was busy with, ms. */
  readonly ms: number;
}

export interface Clicks {
  readonly taken: readonly Taken[];
  /** Interactions that change something, and how many of them stand in the inbox, done and parked. */
  readonly sent: number;
  readonly stored: number;
  readonly done: number;
  readonly parked: number;
  /** Submissions that were due while no form was open. */
  readonly missed: number;
  /** Replies to customers that the forms became, and tickets that somebody has. */
  readonly replies: number;
  readonly claimed: number;
  /** Until everything was worked after the last was sent, ms. */
  readonly workedMs: number;
  readonly bot: Stalls;
  readonly sender: Stalls;
  /** The same rate against node's own server. */
  readonly bare: readonly Taken[];
}

/** So many interactions, each at its moment whatever became of those before. */
async function atRate(
  count: number,
  perSecond: number,
  act: (kind: Kind) => Promise<Told> | null,
): Promise<{ readonly taken: readonly Taken[]; readonly missed: number }> {
  const waiting: Promise<Taken>[] = [];
  let missed = 0;
  const began = performance.now();
  for (let i = 0; i < count; i += 1) {
    const due = began + (i * 1_000) / perSecond;
    if (due > performance.now()) await sleep(due - performance.now());
    const kind = kindAt(i);
    const acting = act(kind);
    if (acting === null) missed += 1;
    else waiting.push(acting.then(({ status }) => ({ kind, status, ms: performance.now() - due })));
  }
  return { taken: await Promise.all(waiting), missed };
}

async function until(holds: () => Promise<boolean> | boolean, what: string, ms: number): Promise<number> {
  const began = performance.now();
  while (!(await holds())) {
    if (performance.now() - began > ms) throw new Error(`${what} was not so within ${ms / 1_000} s`);
    await sleep(250);
  }
  return performance.now() - began;
}

/** What agents did, as the inbox has it. */
async function inboxOf(store: Store): Promise<{ stored: number; done: number; parked: number }> {
  const inbox = store.connection.collection('inbox');
  const theirs = { 'body.event.platform': 'slack', 'body.event.kind': { $in: ['invoke', 'form', 'message'] } };
  const [stored, open, parked] = await Promise.all([
    inbox.countDocuments(theirs),
    inbox.countDocuments({ ...theirs, open: true }),
    inbox.countDocuments({ ...theirs, parked: true }),
  ]);
  return { stored, done: stored - open - parked, parked };
}

/** Waiting tickets, a ticket of their own for each agent, and forms that are open. */
async function prepare(bot: Bot, crowd: Crowd): Promise<void> {
  const headers = { authorization: `Bearer ${SANDBOX_TOKEN}` };
  await inParallel(TICKETS, 16, async (i) => {
    const body = { conversation: `c-${customerOf(i)}`, user: customerOf(i), text: `${teamOf(i)}: parcel ${i} is late` };
    const { status } = await call('POST', `${bot.url}/sandbox/api/messages`, body, headers);
    if (status !== 202) throw new Error(`a customer's message was answered ${status}`);
  });
  await inParallel(AGENTS, 4, async (i) => {
    const { status } = await crowd.takes(i);
    if (status !== 200) throw new Error(`a command was answered ${status}`);
  });
  const everybody = (): boolean => {
    crowd.look();
    return crowd.busy === AGENTS;
  };
  await until(everybody, 'that every agent has a card', 180_000);
}

/** `storeMs`: how long the store takes for an answer. */
export async function measureClicks(storeMs: number, perSecond: number, seconds: number): Promise<Clicks> {
  const data = mkdtempSync(join(tmpdir(), 'gongdan-bench-'));
  const shop = join(data, 'gongdan.yaml');
  writeFileSync(shop, slackShop(TICKETS));
  const crowd = await openCrowd();
  const api = await lagBefore({ host: '127.0.0.1', port: Number(new URL(crowd.slack.url).port) }, API_MS);
  const kept = await startSlowStore(join(data, 'store'));
  let running: Bot | null = null;
  try {
    const bot = await startBot({
      data,
      shop,
      flags: ['--import', join(packageRoot(), 'dist', 'bench', 'stalls.js')],
      env: {
        MONGODB_URI: kept.uri,
        GONGDAN_SANDBOX_TOKEN: SANDBOX_TOKEN,
        SLACK_BOT_TOKEN: BOT_TOKEN,
        SLACK_SIGNING_SECRET: SIGNING_SECRET,
        SLACK_API_URL: `http://127.0.0.1:${api.port}/api/`,
        LOG_LEVEL: 'error',
      },
    });
    running = bot;
    crowd.slack.connect({ mode: 'http', url: `${bot.url}/slack/events`, signingSecret: SIGNING_SECRET });
    const store = await openStore(kept.direct);
    await prepare(bot, crowd);
    kept.late(storeMs);
    await inParallel(PREOPENED, 4, async () => {
      await crowd.opens();
    });
    await until(async () => (await store.inbox.counts()).open === 0, 'that everything is worked', WORKED_WITHIN_MS);
    await sleep(2_500);
    const before = await inboxOf(store);
    const answersBefore = await outgoing(store);
    await stallsOf(bot);
    const own = watchStalls();
    const { taken, missed } = await atRate(perSecond * seconds, perSecond, (kind) => crowd.does(kind));
    const sender = own();
    const stalls = await stallsOf(bot);
    const idle = async (): Promise<boolean> => (await store.inbox.counts()).open === 0;
    const workedMs = await until(idle, 'that everything is worked', WORKED_WITHIN_MS);
    const after = await inboxOf(store);
    const replies = (await outgoing(store)) - answersBefore;
    const claimed = await store.tickets.count({ status: ['in_progress', 'waiting_customer'] });
    kept.late(0);
    await store.close();
    crowd.slack.connect(null);
    await bot.stop();

    const bare = await startBot({ data, script: 'bench/bare-slack.js', env: { SLACK_SIGNING_SECRET: SIGNING_SECRET } });
    running = bare;
    crowd.slack.connect({ mode: 'http', url: bare.url, signingSecret: SIGNING_SECRET });
    // Nobody opens a form there: presses take the place of submissions.
    const compared = await atRate((perSecond * seconds) / 3, perSecond, (kind) =>
      crowd.does(kind === 'submission' ? 'press' : kind),
    );
    if (crowd.slack.findings.length > 0)
      throw new Error(`Slack would refuse: ${JSON.stringify(crowd.slack.findings[0])}`);
    return {
      taken,
      missed,
      sent: taken.filter(({ kind }) => kind !== 'opening').length,
      stored: after.stored - before.stored,
      done: after.done - before.done,
      parked: after.parked - before.parked,
      replies,
      claimed,
      workedMs,
      bot: stalls,
      sender,
      bare: compared.taken,
    };
  } finally {
    await running?.kill();
    await kept.stop();
    await api.close();
    await crowd.close();
    rmSync(data, { recursive: true, force: true });
  }
}

const outgoing = (store: Store): Promise<number> =>
  store.connection.collection('messages').countDocuments({ direction: 'out' });
