import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { packageRoot } from '../src/package-root.ts';
import { openStore, type Store } from '../src/storage/store.ts';
import { call, startBot, type Bot } from './bot.ts';
import { AGENTS, crowdShop, kindAt, type Answered, type Crowd, type Kind, type Names } from './crowd.ts';
import { lagBefore } from './lag.ts';
import { atPace, inParallel, until } from './parallel.ts';
import { customerOf, teamOf } from './shop.ts';
import { startSlowStore } from './slow-store.ts';
import { stallsOf, watchStalls, type Stalls } from './stalls.ts';

// The built bot in a process of its own, its store in another, a platform and its people in this one.

const SANDBOX_TOKEN = 'sandbox-token-of-benchmarks';
/** The platform's own answers take so long, ms. */
const API_MS = 100;
const TICKETS = 1_200;
const PREOPENED = 24;
/** How long what was stored may take to be worked, ms. */
const WORKED_WITHIN_MS = 120_000;

/** A platform with its crowd, in this process. */
export interface ClickPlatform extends Names {
  readonly crowd: Crowd;
  /** The port of its API. */
  readonly port: number;
  /** What a bot needs to know that reaches the API at this address (no slash at its end). */
  env(api: string): Readonly<Record<string, string>>;
  /** The bot is there now, at this address; null: it is gone. */
  joined(bot: string | null): Promise<void>;
  /** What answers instead of the bot, below `dist/`, and what it needs to know. */
  readonly bare: { readonly script: string; readonly env: Readonly<Record<string, string>> };
  /** What the platform would have refused or shown wrong. */
  findings(): readonly unknown[];
  /** How many of the presses and submissions so far were the same as one before, as this platform sees it. */
  repeats(): number;
  close(): Promise<void>;
}

/** How one interaction was taken. */
export interface Taken extends Answered {
  readonly kind: Kind;
  /** From the moment it was due until it was acknowledged, whatever the sender was busy with, ms. */
  readonly ms: number;
}

export interface Clicks {
  readonly taken: readonly Taken[];
  /** Interactions that change something, how many of them were a repeat, and how many stand in the inbox, done and parked. */
  readonly sent: number;
  readonly repeats: number;
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
  /** The same rate against a bare server. */
  readonly bare: readonly Taken[];
}

/** So many interactions, each at its moment whatever became of those before. */
async function atRate(
  count: number,
  perSecond: number,
  act: (kind: Kind) => Promise<Answered> | null,
): Promise<{ readonly taken: readonly Taken[]; readonly missed: number }> {
  const { done, missed } = await atPace(count, perSecond, (i) => {
    const kind = kindAt(i);
    return act(kind)?.then((answered) => ({ kind, ...answered })) ?? null;
  });
  return { taken: done, missed };
}

/** What agents did, as the inbox has it. */
export async function inboxOf(
  store: Store,
  platform: string,
): Promise<{ stored: number; done: number; parked: number }> {
  const inbox = store.connection.collection('inbox');
  const theirs = { 'body.event.platform': platform, 'body.event.kind': { $in: ['invoke', 'form', 'message'] } };
  const [stored, open, parked] = await Promise.all([
    inbox.countDocuments(theirs),
    inbox.countDocuments({ ...theirs, open: true }),
    inbox.countDocuments({ ...theirs, parked: true }),
  ]);
  return { stored, done: stored - open - parked, parked };
}

/** Waiting tickets, and a ticket of their own for each agent. */
async function prepare(bot: Bot, crowd: Crowd): Promise<void> {
  const headers = { authorization: `Bearer ${SANDBOX_TOKEN}` };
  await inParallel(TICKETS, 16, async (i) => {
    const body = { conversation: `c-${customerOf(i)}`, user: customerOf(i), text: `${teamOf(i)}: parcel ${i} is late` };
    const { status } = await call('POST', `${bot.url}/sandbox/api/messages`, body, headers);
    if (status !== 202) throw new Error(`a customer's message was answered ${status}`);
  });
  await inParallel(AGENTS, 4, async (i) => {
    if (!(await crowd.takes(i)).ok) throw new Error('a command was not taken');
  });
  const everybody = (): boolean => {
    crowd.look();
    return crowd.busy === AGENTS;
  };
  await until(everybody, 'that every agent has a card', 180_000);
}

/** `storeMs`: how long the store takes for an answer. */
export async function measureClicks(
  open: () => Promise<ClickPlatform>,
  storeMs: number,
  perSecond: number,
  seconds: number,
): Promise<Clicks> {
  const data = mkdtempSync(join(tmpdir(), 'gongdan-bench-'));
  const shop = join(data, 'gongdan.yaml');
  const platform = await open();
  const { crowd } = platform;
  writeFileSync(shop, crowdShop(platform, TICKETS));
  const api = await lagBefore({ host: '127.0.0.1', port: platform.port }, API_MS);
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
        LOG_LEVEL: 'error',
        ...platform.env(`http://127.0.0.1:${api.port}`),
      },
    });
    running = bot;
    await platform.joined(bot.url);
    const store = await openStore(kept.direct);
    await prepare(bot, crowd);
    kept.late(storeMs);
    await inParallel(PREOPENED, 4, async () => {
      await crowd.opens();
    });
    await until(async () => (await store.inbox.counts()).open === 0, 'that everything is worked', WORKED_WITHIN_MS);
    await sleep(2_500);
    const before = await inboxOf(store, platform.platform);
    const repeatsBefore = platform.repeats();
    const answersBefore = await outgoing(store);
    await stallsOf(bot);
    const own = watchStalls();
    const { taken, missed } = await atRate(perSecond * seconds, perSecond, (kind) => crowd.does(kind));
    const sender = own();
    const stalls = await stallsOf(bot);
    const repeats = platform.repeats() - repeatsBefore;
    const idle = async (): Promise<boolean> => (await store.inbox.counts()).open === 0;
    const workedMs = await until(idle, 'that everything is worked', WORKED_WITHIN_MS);
    const after = await inboxOf(store, platform.platform);
    const replies = (await outgoing(store)) - answersBefore;
    const claimed = await store.tickets.count({ status: ['in_progress', 'waiting_customer'] });
    kept.late(0);
    await store.close();
    await bot.stop();
    await platform.joined(null);

    const bare = await startBot({ data, ...platform.bare });
    running = bare;
    await platform.joined(bare.url);
    // Nobody opens a form there: presses take the place of submissions.
    const compared = await atRate((perSecond * seconds) / 3, perSecond, (kind) =>
      crowd.does(kind === 'submission' ? 'press' : kind),
    );
    const [finding] = platform.findings();
    if (finding !== undefined) throw new Error(`the platform would refuse: ${JSON.stringify(finding)}`);
    return {
      taken,
      missed,
      sent: taken.filter(({ kind }) => kind !== 'opening').length,
      repeats,
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
    await platform.close();
    rmSync(data, { recursive: true, force: true });
  }
}

const outgoing = (store: Store): Promise<number> =>
  store.connection.collection('messages').countDocuments({ direction: 'out' });
