import type { Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { needs, noBrowser, openStage, type Stage } from '../support/stage.ts';

describe.skipIf(noBrowser)(`the chats in a browser${needs}`, () => {
  let stage: Stage;
  beforeAll(async () => {
    stage = await openStage();
  });
  afterAll(() => stage.stop());

  /** One colleague alone on the page. */
  const desk = async (user: string): Promise<Page> => {
    const page = await stage.open({ right: user, viewport: { width: 900, height: 800 } });
    await page.locator('.card').first().waitFor();
    return page;
  };

  it('shows the claim race in two pages: one wins, the other reads who was faster, both cards change', async () => {
    await stage.writes('xiaomei', '收到的碗裂了，订单 281234567890777');
    const [lilei, wangfang] = [await desk('lilei'), await desk('wangfang')];
    const card = (page: Page) => page.locator('.card', { hasText: 'T-48' }).filter({ hasText: '碗裂了' }).first();
    await Promise.all([lilei, wangfang].map((page) => card(page).getByRole('button', { name: '认领' }).click()));
    await Promise.all(
      [lilei, wangfang].map((page) =>
        card(page)
          .getByText(/(?:李雷|王芳) 处理中/u)
          .waitFor(),
      ),
    );
    await Promise.all([lilei, wangfang].map((page) => page.locator('.log .private').first().waitFor()));
    const told = await Promise.all([lilei, wangfang].map((page) => page.locator('.log .private').last().textContent()));
    expect(told.filter((text) => /归你了/u.test(text ?? ''))).toHaveLength(1);
    expect(told.filter((text) => /已认领 T-\d+/u.test(text ?? ''))).toHaveLength(1);
    await Promise.all([lilei.context().close(), wangfang.context().close()]);
  });

  it('is worked by keyboard alone: a command by its initials, a form, a menu, a ticket', async () => {
    const page = await desk('chenjing');
    const focused = (): Promise<unknown> =>
      page.evaluate(
        'document.activeElement?.innerText || document.activeElement?.ariaLabel || document.activeElement?.tagName',
      );
    await page.locator('textarea').focus();
    await page.keyboard.type('/zg');
    await page.locator('.option', { hasText: '转给' }).waitFor();
    await page.keyboard.press('Tab');
    expect(await page.locator('textarea').inputValue()).toBe('/转给 ');
    await page.locator('.usage .current').getByText('单号').waitFor();
    await page.keyboard.press('Escape');
    await page.locator('textarea').fill('');
    await page.keyboard.type('/lb');
    await page.keyboard.press('Enter');
    await page.locator('.log .private .card-list').first().waitFor();
    await page.keyboard.press('ArrowUp');
    expect(await page.locator('textarea').inputValue()).toBe('/lb');
    await page.locator('textarea').fill('');

    // A button that asks: its form has the focus, Escape gives it back.
    const transfer = page.locator('.card').getByRole('button', { name: '转给' }).last();
    await transfer.focus();
    await page.keyboard.press('Enter');
    await page.getByRole('dialog').waitFor();
    await page.keyboard.press('Escape');
    await page.getByRole('dialog').waitFor({ state: 'detached' });
    expect(await focused()).toBe('转给');

    const menu = page.locator('.card').getByRole('button', { name: '更多' }).last();
    await menu.focus();
    await page.keyboard.press('Enter');
    await page.keyboard.press('ArrowDown');
    await page.keyboard.press('Escape');
    expect(await focused()).toBe('更多');

    await page.locator('.card-title .number').last().focus();
    await page.keyboard.press('Enter');
    await page.locator('.drawer .timeline li').first().waitFor();
    expect(await focused()).toMatch(/^T-\d+$/u);
    await page.keyboard.press('Escape');
    await page.locator('.drawer').waitFor({ state: 'detached' });
    await page.context().close();
  });

  it('shows markup as text, files by paste, quotes, and what somebody takes back', async () => {
    const page = await stage.open({ left: 'mingge', right: 'lilei' });
    const customer = page.locator('.pane').first();
    const markup = '<img src=x onerror="document.title=1"><b>粗</b> **a** {n}';
    await customer.locator('textarea').fill(markup);
    await page.keyboard.press('Enter');
    const message = customer.locator('.log .own').filter({ hasText: 'onerror' });
    await message.waitFor();
    expect(await message.locator('.bubble').textContent()).toBe(markup);
    expect(await message.locator('.bubble img, .bubble b').count()).toBe(0);

    await customer.locator('textarea').focus();
    await page.evaluate(`(() => {
      const bytes = Uint8Array.from(atob('R0lGODlhAQABAIAAAP///wAAACwAAAAAAQABAAACAkQBADs='), (c) => c.charCodeAt(0));
      const data = new DataTransfer();
      data.items.add(new File([bytes], 'dot.gif', { type: 'image/gif' }));
      document.activeElement.dispatchEvent(new ClipboardEvent('paste', { clipboardData: data, bubbles: true, cancelable: true }));
    })()`);
    await customer.locator('.chip:not(.busy)', { hasText: 'dot.gif' }).waitFor();
    await message.hover();
    await message.getByRole('button', { name: '引用' }).click();
    await customer.locator('textarea').fill('就是这个');
    await page.keyboard.press('Enter');
    const second = customer.locator('.log .own').filter({ hasText: '就是这个' });
    await second.getByRole('img', { name: 'dot.gif' }).waitFor();
    expect(await second.locator('.quoted').textContent()).toContain('<img src=x');
    await second.hover();
    await second.getByRole('button', { name: '撤回' }).click();
    await customer.getByText('撤回了一条消息').last().waitFor();
    await page.context().close();
  });

  it('keeps what is written in a chat while another chat or another person is looked at', async () => {
    const page = await desk('wangfang');
    let goOn = (): void => undefined;
    const away = new Promise<void>((resolve) => {
      goOn = resolve;
    });
    await page.route('**/sandbox/api/files', async (route) => {
      await away;
      await route.continue();
    });
    const text = page.locator('textarea');
    const enter = (title: string): Promise<void> => page.locator('.entry', { hasText: title }).first().click();
    const become = async (user: string): Promise<void> => {
      await page.getByRole('combobox', { name: '我是' }).first().selectOption(user);
    };
    await text.fill('这个碎了，我来补');
    await page.locator('.log .message').last().hover();
    await page.locator('.log .message').last().getByRole('button', { name: '引用' }).click();
    await page.locator('.chip', { hasText: '引用' }).waitFor();
    await page.locator('input[type=file]').setInputFiles({
      name: '破损.txt',
      mimeType: 'text/plain',
      buffer: Buffer.from('照片在后面'),
    });
    await page.locator('.chip.busy', { hasText: '破损.txt' }).waitFor();
    await enter('王芳');
    await page.getByRole('heading', { name: '王芳' }).waitFor();
    expect([await text.inputValue(), await page.locator('.chip').count()]).toEqual(['', 0]);
    await text.fill('/列表');
    goOn();
    await become('lilei');
    expect(await text.inputValue()).toBe('');
    await become('wangfang');
    await enter('售后');
    await page.locator('.chip:not(.busy)', { hasText: '破损.txt' }).waitFor();
    await page.locator('.chip', { hasText: '引用' }).waitFor();
    expect(await text.inputValue()).toBe('这个碎了，我来补');
    await text.press('Enter');
    const own = page.locator('.log .own:not(.outgoing)', { hasText: '这个碎了，我来补' });
    await own.getByText('破损.txt').waitFor();
    await own.locator('.quoted').waitFor();
    expect([await text.inputValue(), await page.locator('.chip').count()]).toEqual(['', 0]);
    await enter('王芳');
    expect(await text.inputValue()).toBe('/列表');
    await page.context().close();
  });

  it('tells eight tabs of one browser, more than it has connections to one server', async () => {
    const first = await stage.open({ right: 'linyue', viewport: { width: 900, height: 700 } });
    const tabs = [first];
    while (tabs.length < 8) {
      const tab = await first.context().newPage();
      await tab.addInitScript({ content: "sessionStorage.setItem('gongdan.right', 'linyue')" });
      await tab.goto(stage.url);
      tabs.push(tab);
    }
    await Promise.all(tabs.map((tab) => tab.locator('textarea').waitFor()));
    await stage.post('messages', { conversation: 'g-presale', user: 'zhaoyang', text: '大家看到了吗' });
    const told = tabs.map((tab) => tab.locator('.log').getByText('大家看到了吗'));
    await Promise.all(told.map((line) => line.waitFor()));
    expect(await Promise.all(told.map((line) => line.count()))).toEqual(tabs.map(() => 1));
    await first.context().close();
  });

  it('keeps a message that fails, with a way to send it again, once', async () => {
    const page = await stage.open({ left: 'huahua', right: 'lilei' });
    const customer = page.locator('.pane').first();
    await customer.locator('.log .message').first().waitFor();
    await page.route('**/sandbox/api/messages', (route) => route.abort());
    await customer.locator('textarea').fill('还在吗');
    await page.keyboard.press('Enter');
    await customer.getByText('没发出去').waitFor();
    await page.unroute('**/sandbox/api/messages');
    await customer.getByRole('button', { name: '重试' }).click();
    await customer.locator('.log .own:not(.outgoing)', { hasText: '还在吗' }).waitFor();
    await customer.getByText('没发出去').waitFor({ state: 'detached' });
    expect(await customer.locator('.log .own', { hasText: '还在吗' }).count()).toBe(1);
    await page.context().close();
  });

  it('counts what comes below while one reads further up, and stays there', async () => {
    const page = await stage.open({ left: 'tangtang', right: 'lilei' });
    const agents = page.locator('.pane').last();
    const log = agents.locator('.log');
    await agents.locator('.card').first().waitFor();
    // A message that failed stands at the end; it pulls nobody down.
    await page.route('**/sandbox/api/messages', (route) => route.abort());
    await agents.locator('textarea').fill('没有网');
    await page.keyboard.press('Enter');
    await agents.getByText('没发出去').waitFor();
    await page.unroute('**/sandbox/api/messages');
    await page.evaluate(`new Promise((done) => {
      const log = document.querySelectorAll('.pane .log')[1];
      log.addEventListener('scroll', () => done(), { once: true });
      log.scrollBy(0, -400);
    })`);
    const says = (text: string): Promise<unknown> =>
      stage.post('messages', { conversation: 'g-aftersale', user: 'wangfang', text });
    // The page is busy until all have been said, so that it hears of them at once.
    await page.route('**/sandbox/busy', async (route) => {
      await Promise.all(Array.from({ length: 30 }, (_, i) => says(`第 ${i} 位客户在催`)));
      await route.fulfill({ body: '' });
    });
    await page.evaluate(`(() => {
      const busy = new XMLHttpRequest();
      busy.open('GET', '/sandbox/busy', false);
      busy.send();
    })()`);
    await agents.getByRole('button', { name: '30 条新消息' }).click();
    await agents.locator('.below').waitFor({ state: 'detached' });
    await log.getByText('第 29 位客户在催').waitFor();
    await says('还有一位');
    await log.getByText('还有一位').waitFor();
    expect(await agents.locator('.below').count()).toBe(0);
    await page.context().close();
  });

  it('goes on when the server was away: nothing missing, nothing doubled', { timeout: 40_000 }, async () => {
    const page = await stage.open({ left: 'tangtang', right: 'lilei' });
    const log = page.locator('.pane').first().locator('.log');
    await log.locator('.message').first().waitFor();
    await stage.writes('tangtang', '断线前');
    await log.locator('.own', { hasText: '断线前' }).waitFor();
    await stage.down();
    await page.getByText('连接断开，正在重连').waitFor();
    await stage.up();
    for (let i = 1; i <= 5; i += 1) await stage.writes('tangtang', `断线后第 ${i} 句`);
    await log.locator('.own', { hasText: '断线后第 5 句' }).waitFor();
    await page.getByText('连接断开，正在重连').waitFor({ state: 'detached' });
    const said = await log.locator('.own .bubble').allTextContents();
    expect(said.slice(-6)).toEqual(['断线前', ...[1, 2, 3, 4, 5].map((i) => `断线后第 ${i} 句`)]);
    await page.context().close();
  });

  it('has had no error on any page', () => {
    expect(stage.errors).toEqual([]);
  });
});
