import { mkdtempSync, readdirSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { performance } from 'node:perf_hooks';
import type { Browser, Page } from 'playwright-core';
import { packageRoot } from '../src/package-root.ts';
import { call, startBot, type Bot } from './bot.ts';
import { missingBrowser, openBrowser } from './browser.ts';

// The sandbox's page in headless Chromium: size of the first view, time until one can write at a quarter of the CPU, frames while scrolling
// through many messages, many tabs of one browser on one server: `npm run bench -- page [tabs] [messages]`.

const TABS = Number(process.argv[2] ?? 50);
const MESSAGES = Number(process.argv[3] ?? 1_000);
const GROUP = 'g-aftersale';

const print = (what: string, figure: string): void => {
  process.stdout.write(`${what.padEnd(64)} ${figure}\n`);
};
const ms = (n: number): string => `${Math.round(n)} ms`;

const api = async (bot: Bot, path: string, body: unknown): Promise<void> => {
  const { status } = await call('POST', `${bot.url}/sandbox/api/${path}`, body);
  if (status >= 300) throw new Error(`${path}: ${status}`);
};

/** Two of three are words between colleagues, one a card of a new ticket. */
async function fill(bot: Bot): Promise<void> {
  const people = ['chenjing', 'lilei', 'wangfang', 'hanmeimei'];
  for (let i = 0; i < MESSAGES; i += 1) {
    if (i % 3 === 2) {
      const id = `buyer${i}`;
      await api(bot, 'people', { id, name: `Buyer ${i}`, role: 'customer' });
      const text = `收到的碗碎了，能补发吗？订单 2812345678${String(i).padStart(5, '0')}`;
      await api(bot, 'messages', { conversation: `c-${id}`, user: id, text });
    } else {
      const user = people[Math.floor(i / 7) % people.length] ?? 'lilei';
      const text = `第 ${i} 句：仓库说今天能发，${'我再盯一下。'.repeat(1 + (i % 5))}`;
      await api(bot, 'messages', { conversation: GROUP, user, text });
    }
  }
}

function firstView(): void {
  const assets = join(packageRoot(), 'dist', 'web', 'assets');
  const sizes = (kind: string): number =>
    readdirSync(assets)
      .filter((file) => file.endsWith(`.${kind}.gz`) && !file.startsWith('gallery'))
      .reduce((sum, file) => sum + statSync(join(assets, file)).size, 0);
  print('script of the first view, compressed', `${(sizes('js') / 1024).toFixed(1)} kB`);
  print('styles, compressed', `${(sizes('css') / 1024).toFixed(1)} kB`);
}

/** One task of the page's main thread: when it began against the navigation, and how long it kept the CPU, ms. On a busy machine its duration says little. */
interface Task {
  readonly at: number;
  readonly cpu: number;
}

interface TraceEvent {
  readonly name: string;
  readonly ph: string;
  readonly pid: number;
  readonly tid: number;
  readonly ts: number;
  readonly tdur?: number;
  readonly args: { readonly name?: string; readonly data?: { readonly documentLoaderURL?: string } };
}

/** What the main thread does while `work` runs. */
async function traced<T>(
  page: Page,
  work: () => Promise<T>,
): Promise<{ readonly result: T; readonly tasks: readonly Task[] }> {
  const session = await page.context().newCDPSession(page);
  const events: TraceEvent[] = [];
  session.on('Tracing.dataCollected', ({ value }) => events.push(...(value as unknown as TraceEvent[])));
  const complete = new Promise<void>((resolve) => {
    session.once('Tracing.tracingComplete', () => {
      resolve();
    });
  });
  await session.send('Tracing.start', {
    transferMode: 'ReportEvents',
    traceConfig: { includedCategories: ['toplevel', 'blink.user_timing'] },
  });
  const result = await work();
  await session.send('Tracing.end');
  await complete;
  const began = events.find((e) => e.name === 'navigationStart' && e.args.data?.documentLoaderURL?.startsWith('http'));
  const threads = new Set(
    events.filter((e) => e.name === 'thread_name' && e.args.name === 'CrRendererMain').map((e) => `${e.pid} ${e.tid}`),
  );
  const tasks = events
    .filter((e) => e.ph === 'X' && e.name === 'ThreadControllerImpl::RunTask' && threads.has(`${e.pid} ${e.tid}`))
    .map((e): Task => ({ at: (e.ts - (began?.ts ?? 0)) / 1_000, cpu: (e.tdur ?? 0) / 1_000 }));
  return { result, tasks };
}

async function blank(browser: Browser, slow: number): Promise<Page> {
  const page = await (await browser.newContext({ viewport: { width: 900, height: 900 }, locale: 'zh-CN' })).newPage();
  await page.addInitScript({
    content: `localStorage.setItem('gongdan.visited', 'yes'); sessionStorage.setItem('gongdan.right', 'lilei')`,
  });
  if (slow > 1) {
    const session = await page.context().newCDPSession(page);
    await session.send('Emulation.setCPUThrottlingRate', { rate: slow });
  }
  return page;
}

/** From the start of the navigation until there is somewhere to write and a card to read: on the clock, and of the main thread's CPU. */
async function interactive(browser: Browser, url: string, slow: number): Promise<{ wall: number; cpu: number }> {
  const page = await blank(browser, slow);
  const { result, tasks } = await traced(page, async () => {
    await page.goto(url, { waitUntil: 'commit' });
    return Number(
      await page.evaluate(`new Promise((resolve) => {
        const look = () => document.querySelector('textarea') && document.querySelector('.card')
          ? requestAnimationFrame(() => setTimeout(() => resolve(performance.now()))) : setTimeout(look, 4);
        look();
      })`),
    );
  });
  await page.context().close();
  const before = tasks.filter(({ at }) => at >= 0 && at <= result);
  return { wall: result, cpu: before.reduce((sum, { cpu }) => sum + cpu, 0) };
}

/** Somebody scrolls to the oldest message and back: how many frames that were, and which tasks kept the CPU for longer than 50 ms. */
async function scrolling(browser: Browser, url: string): Promise<string> {
  const page = await blank(browser, 1);
  await page.goto(url, { waitUntil: 'commit' });
  await page.locator('.card').first().waitFor();
  const { result, tasks } = await traced(page, () =>
    page.evaluate<{ readonly frames: number; readonly drawn: number }>(`(async () => {
        const log = document.querySelector('.log');
        let frames = 0;
        const step = (by) => new Promise((resolve) => { log.scrollTop += by; frames += 1; requestAnimationFrame(resolve); });
        // At the top older messages are still on their way for a moment.
        for (let still = 0; still < 60; still = log.scrollTop <= 1 ? still + 1 : 0) await step(-160);
        const drawn = document.querySelectorAll('.message').length;
        while (log.scrollTop + log.clientHeight < log.scrollHeight - 2) await step(240);
        return { frames, drawn };
      })()`),
  );
  await page.context().close();
  const longest = Math.max(...tasks.map(({ cpu }) => cpu));
  const over = tasks.filter(({ cpu }) => cpu > 50).length;
  return `${result.drawn} messages, ${result.frames} frames, ${over} tasks over 50 ms, longest ${ms(longest)}`;
}

/** Tabs of one browser, all on the same chat: all are told of one message. */
async function tabs(browser: Browser, bot: Bot): Promise<void> {
  const context = await browser.newContext({ viewport: { width: 900, height: 700 }, locale: 'zh-CN' });
  await context.addInitScript({
    content: `localStorage.setItem('gongdan.visited', 'yes'); sessionStorage.setItem('gongdan.right', 'linyue')`,
  });
  const pages: Page[] = [];
  const began = performance.now();
  for (let i = 0; i < TABS; i += 1) {
    const page = await context.newPage();
    pages.push(page);
    await page.goto(bot.url, { waitUntil: 'commit' });
    await page.locator('textarea').waitFor({ timeout: 60_000 });
  }
  print(`${TABS} tabs of one browser, opened one after the other`, ms(performance.now() - began));
  const sent = performance.now();
  await api(bot, 'messages', { conversation: 'g-presale', user: 'zhaoyang', text: '大家看到了吗' });
  const took = await Promise.all(
    pages.map(async (page) => {
      await page.locator('.bubble', { hasText: '大家看到了吗' }).waitFor({ state: 'attached', timeout: 60_000 });
      return performance.now() - sent;
    }),
  );
  print('until the last of them shows one message', ms(Math.max(...took)));
  print('resident memory of the server', `${Math.round(bot.rss())} MB`);
  await context.close();
}

if (missingBrowser !== null) {
  process.stderr.write(`not measured: this needs Chromium, and there is ${missingBrowser}\n`);
  process.exit(1);
}
const browser = await openBrowser();
const data = mkdtempSync(join(tmpdir(), 'gongdan-page-'));
const bot = await startBot({ data, shop: join(packageRoot(), 'demo', 'gongdan.yaml') });
try {
  firstView();
  await fill(bot);
  await interactive(browser, bot.url, 1);
  for (const slow of [1, 4]) {
    const runs: { readonly wall: number; readonly cpu: number }[] = [];
    for (let i = 0; i < 5; i += 1) runs.push(await interactive(browser, bot.url, slow));
    const median = (of: (run: (typeof runs)[number]) => number): number =>
      runs.map(of).toSorted((a, b) => a - b)[2] ?? 0;
    print(
      `interactive, CPU slowed ${slow} x (median of 5: clock, main thread)`,
      `${ms(median((r) => r.wall))}, ${ms(median((r) => r.cpu))}`,
    );
  }
  print('scrolling through a chat', await scrolling(browser, bot.url));
  await tabs(browser, bot);
} finally {
  await browser.close();
  await bot.stop();
  rmSync(data, { recursive: true, force: true });
}
