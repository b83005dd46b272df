import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { get, type IncomingMessage } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { performance } from 'node:perf_hooks';
import { describe, expect, it, vi } from 'vitest';
import { call, startBot, type Bot, type BotOptions } from '../../bench/bot.ts';
import { openEmbedded } from '../../src/embedded/embedded.ts';
import { proxyTo } from '../support/proxy.ts';
import { aShop } from '../support/shop.ts';

// Real processes and real time: how long they take to end is what it is about.
const CUSTOMERS = 40;
const LIMIT_MS = 10_000;

interface Place {
  readonly data: string;
  readonly start: (more?: Partial<BotOptions>) => Promise<Bot>;
}

/** A data folder with a shop, for as long as the test takes. */
async function inPlace(test: (place: Place) => Promise<void>): Promise<void> {
  const data = await mkdtemp(join(tmpdir(), 'drain-'));
  const shop = join(data, 'gongdan.yaml');
  const bots: Bot[] = [];
  await writeFile(shop, aShop({ customers: CUSTOMERS }));
  const start = async (more: Partial<BotOptions> = {}): Promise<Bot> => {
    const bot = await startBot({ data, shop, ...more });
    bots.push(bot);
    return bot;
  };
  try {
    await test({ data, start });
  } finally {
    await Promise.all(bots.map((bot) => bot.kill()));
    await rm(data, { recursive: true, force: true });
  }
}

const writes = (bot: Bot, customer: string, text: string) =>
  call('POST', `${bot.url}/sandbox/api/messages`, {
    conversation: `c-${customer}`,
    user: customer,
    text,
    clientId: `${customer}-${text}`,
  });

async function heard(bot: Bot, customer: string): Promise<string[]> {
  const { body } = await call('GET', `${bot.url}/sandbox/api/conversations/c-${customer}/messages?user=${customer}`);
  return (body as { messages: { from: string; text?: string }[] }).messages
    .filter((m) => m.from === 'bot')
    .map((m) => m.text ?? '');
}

/** An open stream of events, as every page has one; it never ends by itself. */
const listens = (bot: Bot): Promise<IncomingMessage> =>
  new Promise((resolve, reject) => {
    get(`${bot.url}/sandbox/api/events?user=lilei`, resolve).on('error', reject);
  });

/** Customers write until nobody answers any more; who was acknowledged. */
function load(bot: Bot): { readonly acknowledged: Set<string>; readonly over: Promise<unknown> } {
  const acknowledged = new Set<string>();
  const one = async (customer: string): Promise<void> => {
    for (let i = 0; i < 500; i += 1) {
      const reply = await writes(bot, customer, `杯子碎了 ${i}`).catch(() => null);
      if (reply === null || reply.status !== 202) return;
      acknowledged.add(`${customer} 杯子碎了 ${i}`);
    }
  };
  return { acknowledged, over: Promise.all(Array.from({ length: CUSTOMERS - 1 }, (_, i) => one(`k${i + 2}`))) };
}

async function ends(bot: Bot): Promise<{ code: number | null; ms: number; lines: readonly Record<string, unknown>[] }> {
  const began = performance.now();
  const code = await bot.ends();
  const ms = performance.now() - began;
  const lines = bot
    .output()
    .split('\n')
    .filter((line) => line.includes('did not stop cleanly'))
    .map((line) => JSON.parse(line) as Record<string, unknown>);
  return { code, ms, lines };
}

/** Everything that was acknowledged is in the store: each message is the customer's, and their tickets were opened. */
async function isAllThere(bot: Bot, acknowledged: ReadonlySet<string>): Promise<void> {
  for (const customer of new Set([...acknowledged].map((line) => line.split(' ')[0] ?? ''))) {
    const path = `/sandbox/api/conversations/c-${customer}/messages?user=${customer}&limit=1000`;
    const { body } = await call('GET', `${bot.url}${path}`);
    const own = (body as { messages: { from: string; text?: string }[] }).messages.filter((m) => m.from === customer);
    const kept = new Set(own.map((m) => `${customer} ${m.text}`));
    expect([...acknowledged].filter((line) => line.startsWith(`${customer} `) && !kept.has(line))).toEqual([]);
    await vi.waitFor(
      async () => {
        expect((await heard(bot, customer)).filter((w) => w.includes('T-'))).toHaveLength(1);
      },
      { timeout: 30_000, interval: 200 },
    );
  }
  await bot.stop();
}

// What they wait for is mostly time: side by side they take half of it.
describe.concurrent('a process that is told to end', { timeout: 90_000 }, () => {
  it('ends with 0 under load, with a stream open, and loses nothing that was acknowledged', async ({ expect }) => {
    await inPlace(async ({ start }) => {
      const bot = await start();
      const stream = await listens(bot);
      stream.resume();
      const { acknowledged, over } = load(bot);
      await vi.waitFor(() => {
        expect(acknowledged.size).toBeGreaterThan(100);
      }, 20_000);
      const { code, ms, lines } = await ends(bot);
      await over;
      expect([code, lines]).toEqual([0, []]);
      expect(ms).toBeLessThan(LIMIT_MS);
      await isAllThere(await start(), acknowledged);
    });
  });

  it('a call that hangs does not hold it: it ends with 1 and one line that names the platform', async ({ expect }) => {
    await inPlace(async ({ start }) => {
      const bot = await start({ flags: ['--import', join(import.meta.dirname, 'hanging.mjs')] });
      const stream = await listens(bot);
      stream.resume();
      expect((await writes(bot, 'k1', '杯子碎了')).status).toBe(202);
      const { acknowledged, over } = load(bot);
      await vi.waitFor(() => {
        expect(acknowledged.size).toBeGreaterThan(50);
      }, 20_000);
      expect(await heard(bot, 'k1')).toEqual([]);
      const { code, ms, lines } = await ends(bot);
      await over;
      expect([code, lines.map((l) => l['what'])]).toEqual([1, ['calls to sandbox']]);
      expect(ms).toBeLessThan(LIMIT_MS);
      acknowledged.add('k1 杯子碎了');
      await isAllThere(await start(), acknowledged);
    });
  });

  it('a store that hangs does not hold it either', async ({ expect }) => {
    await inPlace(async ({ data, start }) => {
      const embedded = await openEmbedded({ directory: join(data, 'other'), fsync: false });
      const wire = await proxyTo(embedded.uri);
      try {
        const bot = await start({ env: { MONGODB_URI: wire.uri } });
        const { acknowledged, over } = load(bot);
        await vi.waitFor(() => {
          expect(acknowledged.size).toBeGreaterThan(20);
        }, 20_000);
        wire.hold();
        const { code, ms, lines } = await ends(bot);
        await over;
        expect([code, lines.length]).toEqual([1, 1]);
        expect(ms).toBeLessThan(LIMIT_MS);
      } finally {
        await wire.close();
        await embedded.stop();
      }
    });
  });
});
