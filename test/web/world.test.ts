import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { needs, noBrowser, openStage, type Stage } from '../support/stage.ts';

describe.skipIf(noBrowser)(`a page whose people and chats change${needs}`, () => {
  let stage: Stage;
  beforeAll(async () => {
    stage = await openStage();
  });
  afterAll(() => stage.stop());

  const viewport = { width: 900, height: 800 };

  it('shows a chat that comes while it is open, with what is unread there, and works in it', async () => {
    const page = await stage.open({ right: 'lilei', viewport });
    await page.locator('.log .card').first().waitFor();
    const group = { id: 'g-night', title: '大促夜班', members: ['lilei', 'wangfang'], user: 'wangfang' };
    await stage.post('conversations', group);
    await stage.post('messages', { conversation: 'g-night', user: 'wangfang', text: '今晚谁在' });
    const entry = page.locator('.entry', { hasText: '大促夜班' });
    await entry.locator('.unread').waitFor();
    await entry.click();
    const log = page.locator('.log');
    await log.getByText('今晚谁在').waitFor();
    await page.locator('textarea').fill('我在');
    await page.keyboard.press('Enter');
    await log.locator('.own:not(.outgoing)', { hasText: '我在' }).waitFor();
    await stage.post('messages', { conversation: 'g-night', user: 'wangfang', text: '好，十点见' });
    await log.getByText('好，十点见').waitFor();
    expect(await log.locator('.own', { hasText: '我在' }).count()).toBe(1);
    await page.context().close();
  });

  it('hears who came while its stream was lost', { timeout: 40_000 }, async () => {
    const page = await stage.open({ right: 'lilei', viewport });
    await page.locator('.log .card').first().waitFor();
    await stage.down();
    await page.getByText('连接断开，正在重连').waitFor();
    await stage.up();
    await stage.post('people', { id: 'dingding', name: '丁丁' });
    const option = page.locator('.who option[value=dingding]').first();
    await option.waitFor({ state: 'attached' });
    expect(await option.textContent()).toContain('丁丁');
    await page.context().close();
  });

  it('goes on with somebody else when the person who sat there is gone', async () => {
    await stage.post('people', { id: 'xiaofang', name: '小方' });
    const page = await stage.open({ right: 'xiaofang', viewport });
    await page.getByRole('combobox', { name: '我是' }).first().waitFor();
    expect(await page.getByRole('combobox', { name: '我是' }).first().inputValue()).toBe('xiaofang');
    await stage.post('restart', {});
    await page.locator('.log .card').first().waitFor();
    expect(await page.getByRole('combobox', { name: '我是' }).first().inputValue()).toBe('lilei');
    await page.getByText('连接断开，正在重连').waitFor({ state: 'detached' });
    await stage.post('messages', { conversation: 'g-aftersale', user: 'wangfang', text: '又开始了' });
    await page.locator('.log').getByText('又开始了').waitFor();
    await page.context().close();
  });

  it('has had no error on any page', () => {
    expect(stage.errors).toEqual([]);
  });
});
