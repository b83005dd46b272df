import { cp, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import axe from 'axe-core';
import type { Browser, BrowserContextOptions, Page } from 'playwright-core';
import { missingBrowser, openBrowser } from '../../bench/browser.ts';
import { startApp, type App } from '../../src/app.ts';
import { systemClock } from '../../src/clock.ts';
import { readConfig } from '../../src/config.ts';
import { systemIds } from '../../src/ids.ts';
import { createLog } from '../../src/log.ts';
import { packageRoot } from '../../src/package-root.ts';

/** Whether there is no browser: what needs one is left out, and its title says why. */
export const noBrowser = missingBrowser !== null;
export const needs = noBrowser ? ` (left out: ${missingBrowser})` : '';

/** The product with the demo shop in real time, and a browser in front of it. */
export interface Stage {
  readonly url: string;
  readonly app: App;
  readonly browser: Browser;
  /** Ends the process and starts it on the same data and port again. */
  restart(): Promise<void>;
  /** Ends it, and later starts it again. */
  down(): Promise<void>;
  up(): Promise<void>;
  /** A tab of its own browser profile; `users` sit left and right. Every error of the page fails `errors`. */
  open(
    more?: BrowserContextOptions & { left?: string; right?: string; visited?: boolean; path?: string },
  ): Promise<Page>;
  /** What went wrong on the pages so far. */
  readonly errors: readonly string[];
  post(path: string, body: unknown): Promise<Record<string, unknown>>;
  writes(user: string, text: string): Promise<void>;
  stop(): Promise<void>;
}

/** Holds that are short, so that nobody waits for them: `gongdan.yaml` of the demo with these. */
async function demoIn(data: string): Promise<void> {
  const folder = join(data, 'demo');
  await cp(join(packageRoot(), 'demo'), folder, { recursive: true });
  const file = join(folder, 'gongdan.yaml');
  const shop = await readFile(file, 'utf8');
  await writeFile(file, shop.replace('replyHold: 5s', 'replyHold: 4s').replace('noticeHold: 10s', 'noticeHold: 1s'));
}

export async function openStage(): Promise<Stage> {
  const browser = await openBrowser();
  const data = await mkdtemp(join(tmpdir(), 'gongdan-stage-'));
  await demoIn(data);
  const log = createLog({ level: 'silent', readable: false, clock: systemClock });
  const start = (port: string): Promise<App> => {
    const env = { PORT: port, HOST: '127.0.0.1', GONGDAN_DATA: data, GONGDAN_LANG: 'en', LOG_LEVEL: 'silent' };
    const config = readConfig({ env, cwd: data, ids: systemIds, platforms: [] });
    return startApp({ config, clock: systemClock, ids: systemIds, log, fsync: false });
  };
  let app = await start('0');
  const { port } = new URL(app.url);
  const url = `http://127.0.0.1:${port}`;
  const errors: string[] = [];
  const post = async (path: string, body: unknown): Promise<Record<string, unknown>> => {
    const answer = await fetch(`${url}/sandbox/api/${path}`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify(body),
    });
    if (!answer.ok) throw new Error(`${path}: ${answer.status} ${await answer.text()}`);
    return (await answer.json()) as Record<string, unknown>;
  };
  const down = (): Promise<void> => app.stop();
  const up = async (): Promise<void> => {
    app = await start(port);
  };

  return {
    url,
    get app() {
      return app;
    },
    browser,
    errors,
    down,
    up,
    async restart() {
      await down();
      await up();
    },
    async open({ left, right, visited = true, path = '/', ...more } = {}) {
      const context = await browser.newContext({
        locale: 'zh-CN',
        timezoneId: 'Asia/Shanghai',
        viewport: { width: 1440, height: 900 },
        ...more,
      });
      const page = await context.newPage();
      page.setDefaultTimeout(15_000);
      page.on('pageerror', (error) => errors.push(error.message));
      const kept = Object.entries({ left, right }).flatMap(([side, user]) =>
        user === undefined ? [] : [`sessionStorage.setItem('gongdan.${side}', '${user}')`],
      );
      if (visited) kept.push("localStorage.setItem('gongdan.visited', 'yes')");
      await page.addInitScript({ content: kept.map((line) => `${line};`).join('') });
      await page.goto(url + path);
      return page;
    },
    post,
    async writes(user, text) {
      await post('messages', { conversation: `c-${user}`, user, text });
    },
    async stop() {
      await browser.close();
      await app.stop();
      await rm(data, { recursive: true, force: true });
    },
  };
}

/** Resolves when nothing slides or fades in any more: axe takes colours as they are at the moment. */
const AT_REST = `Promise.all(
  document.getAnimations()
    .filter((a) => Number(a.effect?.getComputedTiming().endTime) < 2000)
    .map((a) => a.finished.catch(() => undefined)),
).then(() => undefined)`;

/** What axe finds on a page that is serious or worse, one line each. */
export async function seriousOn(page: Page): Promise<readonly string[]> {
  await page.evaluate(AT_REST);
  await page.evaluate(axe.source);
  const found = await page.evaluate('axe.run(document, { resultTypes: ["violations"] })');
  const { violations } = found as {
    violations: { id: string; impact: string; nodes: { html: string; failureSummary: string }[] }[];
  };
  return violations
    .filter(({ impact }) => impact === 'serious' || impact === 'critical')
    .map(
      ({ id, nodes }) =>
        `${id}: ${nodes.map(({ html, failureSummary }) => `${html.slice(0, 160)} ${failureSummary}`).join(' | ')}`,
    );
}
