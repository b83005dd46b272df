import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Browser, BrowserContextOptions, Page } from 'playwright-core';
import * as z from 'zod';
import { startBot } from '../bench/bot.ts';
import { openBrowser } from '../bench/browser.ts';
import { busyPast } from './busy-past.ts';
import { pictureOfWeComPage } from './wecom-page.ts';

/** The pictures of README and docs/desk.md, made from the running product in a data folder of its own. */
const FOLDER = 'docs/images';
const PHONE = { width: 390, height: 844 };
const CHINESE = { locale: 'zh-CN', timezoneId: 'Asia/Shanghai' } as const;

const FILE = z.object({ id: z.string() });
const MESSAGES = z.object({
  messages: z.array(z.object({ surface: z.string().optional(), card: z.object({ title: z.string() }).optional() })),
});

/** Runs the built product in a data folder of its own, which `before` may fill, while `work` takes pictures, with the demo shop or the text of another one. */
async function withBot(
  shop: string | null,
  work: (url: string) => Promise<void>,
  before: (data: string) => Promise<void> = () => Promise.resolve(),
): Promise<void> {
  const data = await mkdtemp(join(tmpdir(), 'gongdan-screenshots-'));
  try {
    if (shop !== null) await writeFile(join(data, 'gongdan.yaml'), shop);
    await before(data);
    const bot = await startBot({ data });
    try {
      await work(bot.url);
    } finally {
      await bot.stop();
    }
  } finally {
    await rm(data, { recursive: true, force: true });
  }
}

/** What the sandbox's API answered; a refusal ends the script with its own words. */
async function call(url: string, path: string, body: object | FormData): Promise<unknown> {
  const init =
    body instanceof FormData
      ? { body }
      : { body: JSON.stringify(body), headers: { 'content-type': 'application/json' } };
  const answer = await fetch(`${url}/sandbox/api/${path}`, { method: 'POST', ...init });
  const said = await answer.text();
  if (!answer.ok) throw new Error(`${path}: ${answer.status} ${said}`);
  return JSON.parse(said);
}

/** The photograph that the customer sends. */
async function photograph(): Promise<FormData> {
  const form = new FormData();
  form.append('user', 'xiaomei');
  const content = new Uint8Array(await readFile('web/sandbox/cup.jpg'));
  form.append('file', new Blob([content], { type: 'image/jpeg' }), 'cup.jpg');
  return form;
}

/** The sandbox's page as somebody sees it on a screen of this size. */
async function open(browser: Browser, url: string, options: BrowserContextOptions & { right: string }): Promise<Page> {
  const { right, ...context } = options;
  const page = await (await browser.newContext({ ...CHINESE, ...context })).newPage();
  const viewers = { left: 'xiaomei', right };
  await page.addInitScript({
    content: `localStorage.setItem('gongdan.visited', 'yes');
      for (const [side, who] of Object.entries(${JSON.stringify(viewers)})) sessionStorage.setItem('gongdan.' + side, who)`,
  });
  await page.goto(url);
  return page;
}

/** Customer left, agent right: 李雷 and 王芳 press 认领 together, 王芳 is first, 李雷 reads so and is offered the next. */
async function race(browser: Browser, url: string): Promise<void> {
  const page = await open(browser, url, { right: 'lilei', viewport: { width: 1440, height: 900 } });
  const { id } = FILE.parse(await call(url, 'files', await photograph()));
  await call(url, 'messages', {
    conversation: 'c-xiaomei',
    user: 'xiaomei',
    text: '刚收到的马克杯碎了，包装里全是渣。\n订单 281234567890123，能补发一个吗？',
    attachments: [id],
  });
  const card = page.locator('.pane').last().locator('.card', { hasText: '马克杯碎了' });
  await card.waitFor();
  const surface = await surfaceOf(page, url);
  // 李雷's press waits on its way until 王芳's has arrived: the card he saw still offered the button.
  await page.route('**/sandbox/api/actions', async (route) => {
    const claim = { user: 'wangfang', command: 'claim', args: { ticket: surface.ticket }, surface: surface.id };
    await call(url, 'actions', claim);
    await route.continue();
  });
  await card.getByRole('button', { name: '认领' }).click();
  await page
    .getByText(/王芳 (?:刚刚|[\d.]+ 秒前)已认领 T-\d+。下一张/)
    .last()
    .waitFor();
  await card.getByText('处理中').waitFor();
  await page.mouse.move(0, 0);
  await take(page, 'claim-race.png');
}

/** The group's newest card, as the API names it. */
async function surfaceOf(page: Page, url: string): Promise<{ id: string; ticket: string }> {
  const answer = await page.request.get(`${url}/sandbox/api/conversations/g-aftersale/messages?user=wangfang`);
  const { messages } = MESSAGES.parse(await answer.json());
  const found = messages.findLast(({ card }) => card?.title.includes('马克杯碎了') === true);
  const ticket = /\d+/.exec(found?.card?.title ?? '')?.[0];
  if (found?.surface === undefined || ticket === undefined)
    throw new Error('the card is on the page but not in the API');
  return { id: found.surface, ticket };
}

/** 王芳 on her phone: her work card, the answer she wrote to it, and the seconds in which she can still take it back. */
async function phone(browser: Browser, url: string): Promise<void> {
  const page = await open(browser, url, {
    right: 'wangfang',
    viewport: PHONE,
    deviceScaleFactor: 1.5,
    hasTouch: true,
    isMobile: true,
  });
  await page.locator('.entry', { hasText: '王芳' }).click();
  const card = page.locator('.message', { hasText: '马克杯碎了' });
  // She has another ticket in progress: quoting the card says which one the answer is for.
  await card.getByRole('button', { name: '引用' }).click();
  await page.locator('textarea').fill('回复 非常抱歉，马上给您补发一个，今天就寄出。');
  await page.locator('textarea').press('Enter');
  await page
    .getByText(/秒后发给小美/)
    .last()
    .waitFor();
  await take(page, 'phone.png');
}

/** One chat as one colleague sees it, for docs/desk.md. */
const DESK = { viewport: { width: 720, height: 760 }, deviceScaleFactor: 1.5 } as const;

/** The group: a ticket that somebody has claimed stands in two lines. */
async function group(browser: Browser, url: string): Promise<void> {
  const page = await open(browser, url, { right: 'lilei', ...DESK });
  await page.locator('.entry', { hasText: '售后' }).click();
  await page.locator('.card', { hasText: '马克杯碎了' }).waitFor();
  await take(page, 'desk-group.png');
}

/** 王芳 alone with the bot: her work card, and what the customer wrote since. */
async function work(browser: Browser, url: string): Promise<void> {
  const page = await open(browser, url, { right: 'wangfang', ...DESK });
  await page.locator('.entry', { hasText: '王芳' }).click();
  await call(url, 'messages', { conversation: 'c-xiaomei', user: 'xiaomei', text: '对了，杯盖也有一道裂。' });
  await page.locator('.card', { hasText: '杯盖也有一道裂' }).last().waitFor();
  await take(page, 'desk-work.png');
}

/** 王芳 opens the ticket from its number: everything that is known of it, and everything that happened. */
async function timeline(browser: Browser, url: string): Promise<void> {
  const page = await open(browser, url, { right: 'wangfang', viewport: { width: 1440, height: 900 } });
  await page.getByRole('button', { name: '单人视图' }).click();
  await page.locator('.card', { hasText: '马克杯碎了' }).locator('.card-title .number').last().click();
  await page.locator('.drawer .timeline li').nth(2).waitFor();
  await page.mouse.move(0, 0);
  await take(page, 'timeline.png');
}

/** The demo shop on a platform as strict as a group robot: twenty messages a minute in each group. */
async function strictShop(): Promise<string> {
  const limit =
    '{ name: robot, per: robot, method: send, count: 20, window: 1m, conversations: [g-presale, g-aftersale, g-logistics], reserve: { urgent: 8, redraw: 4 }, overrun: { block: 10m } }';
  const demo = await readFile('demo/gongdan.yaml', 'utf8');
  return demo.replace('sandbox:\n', `sandbox:\n  limits:\n    - ${limit}\n`);
}

/** A promotion: the group has three boards, and the page of the machine shows what each group's limits have left. */
async function promotion(browser: Browser, url: string): Promise<void> {
  await call(url, 'burst', { kind: 'promotion', locale: 'zh-CN' });
  const page = await open(browser, url, {
    right: 'lilei',
    viewport: { width: 720, height: 860 },
    deviceScaleFactor: 1.5,
  });
  await page.locator('.entry', { hasText: '售后' }).click();
  await page.locator('.card', { hasText: '（3/3）' }).locator('li').nth(9).waitFor({ timeout: 90_000 });
  await take(page, 'boards.png');
  const machine = await open(browser, `${url}/sandbox/machine.html`, {
    right: 'lilei',
    viewport: { width: 1100, height: 736 },
  });
  await machine.getByText('大促模式').nth(2).waitFor();
  await take(machine, 'machine.png');
}

/** 李雷 pastes what a buyer wrote in a marketplace's chat, and is shown what was recognised. */
async function filing(browser: Browser, url: string): Promise<void> {
  const page = await open(browser, url, { right: 'lilei', ...DESK });
  await page.locator('.entry', { hasText: '李雷' }).click();
  const text = [
    '新建 tb_xiaohong88 (2026-11-11 10:21:33):',
    '亲，我的快递三天没动了，能帮忙看看吗',
    '订单编号：2812345678901234567',
    '快递单号 SF1234567890123',
  ].join('\n');
  await call(url, 'messages', { conversation: 'd-lilei', user: 'lilei', text });
  await page.getByRole('button', { name: '建单', exact: true }).waitFor();
  await take(page, 'desk-filing.png');
}

/** Tickets' cards as platforms get them, from the page of every card: in a group, and alone with the assignee on a phone. */
async function platformCards(browser: Browser, url: string): Promise<void> {
  const desktop = { viewport: { width: 900, height: 700 } };
  const views = [
    ['dingtalk-card.png', 'ticket new zh-CN', 'dingtalk', desktop],
    ['dingtalk-card-phone.png', 'work in_progress zh-CN', 'dingtalk', { viewport: PHONE, isMobile: true }],
    ['wecom-card.png', 'ticket new zh-CN', 'wecom', desktop],
  ] as const;
  for (const [name, sample, platform, context] of views) {
    const page = await (await browser.newContext({ ...CHINESE, ...context, deviceScaleFactor: 2 })).newPage();
    await page.goto(`${url}/sandbox/gallery.html`);
    await page.getByRole('searchbox').fill(sample);
    const card = page
      .locator('.sample')
      .first()
      .locator('.rung', { has: page.locator('.rung-name', { hasText: new RegExp(`^${platform}`, 'u') }) })
      .locator('.card');
    await card.waitFor();
    await card.screenshot({ path: join(FOLDER, name), animations: 'disabled' });
    await page.context().close();
  }
}

/** 周敏, the manager, asks for yesterday's figures on her phone. */
async function digest(browser: Browser, url: string): Promise<void> {
  const page = await open(browser, url, {
    right: 'zhoumin',
    viewport: PHONE,
    deviceScaleFactor: 1.5,
    hasTouch: true,
    isMobile: true,
  });
  await call(url, 'messages', { conversation: 'd-zhoumin', user: 'zhoumin', text: '日报 昨天' });
  const card = page.locator('.card', { hasText: '首响达标' }).last();
  await card.locator('img.picture').waitFor();
  await card.scrollIntoViewIfNeeded();
  await take(page, 'digest.png');
}

/** Midnight in Shanghai, the last that there was. */
function lastMidnight(): Date {
  const day = new Intl.DateTimeFormat('en-CA', { timeZone: CHINESE.timezoneId }).format(new Date());
  return new Date(`${day}T00:00:00+08:00`);
}

/** The page as it stands once its pictures have come and nothing moves. */
async function take(page: Page, name: string): Promise<void> {
  await page.evaluate('document.activeElement?.blur()');
  await page.evaluate('Promise.all([...document.images].map((image) => image.decode()))');
  await page.screenshot({ path: join(FOLDER, name), animations: 'disabled' });
  await page.context().close();
}

await mkdir(FOLDER, { recursive: true });
const browser = await openBrowser();
try {
  await withBot(null, async (url) => {
    await race(browser, url);
    await phone(browser, url);
    await group(browser, url);
    await work(browser, url);
    await timeline(browser, url);
    await filing(browser, url);
    await platformCards(browser, url);
  });
  await pictureOfWeComPage(browser, FOLDER, { ...CHINESE, viewport: PHONE, isMobile: true, deviceScaleFactor: 2 });
  await withBot(
    null,
    (url) => digest(browser, url),
    (data) => busyPast(data, lastMidnight()),
  );
  await withBot(await strictShop(), (url) => promotion(browser, url));
} finally {
  await browser.close();
}
