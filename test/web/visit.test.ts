import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { needs, noBrowser, openStage, type Stage } from '../support/stage.ts';

describe.skipIf(noBrowser)(`the guided visit${needs}`, () => {
  let stage: Stage;
  beforeAll(async () => {
    stage = await openStage();
  });
  afterAll(() => stage.stop());

  it('tells the whole story, and starting over restores the demo', { timeout: 90_000 }, async () => {
    const page = await stage.open({ visited: false });
    page.setDefaultTimeout(25_000);
    const tour = page.getByRole('region', { name: '看一遍' });
    await tour.getByRole('button', { name: '开始' }).click();
    const next = async (): Promise<void> => tour.getByRole('button', { name: '下一步' }).click();
    const left = page.locator('.pane').first().locator('.log');
    const agent = page.locator('.pane').last();
    const right = agent.locator('.log');

    await tour.getByText('三条消息，一张工单').waitFor();
    expect(await left.getByRole('img', { name: 'cup.jpg' }).count()).toBe(1);
    const card = right.locator('.card', { hasText: '刚收到的马克杯碎了' });
    expect(await card.count()).toBe(1);
    await next();

    await tour.getByText('只有一个人拿到').waitFor();
    const [one, other] = [await left.textContent(), await right.textContent()];
    const race = `${one ?? ''}\n${other ?? ''}`;
    expect(race).toMatch(/归你了/u);
    expect(race).toMatch(/(?:李雷|王芳) (?:刚刚|[\d.]+ 秒前)已认领 T-\d+。下一张待认领：T-\d+/u);
    await next();

    await tour.getByText('小美只看到后一句').waitFor();
    await left.getByText('马上补发一个，今天就寄出').waitFor();
    expect(await left.getByText('快递弄的').count()).toBe(0);
    // The visitor has written a lot beside it: more than the visit reads at once.
    await Promise.all(Array.from({ length: 24 }, (_, i) => stage.writes('xiaomei', `顺便说第 ${i + 1} 件事`)));
    await next();

    await tour.getByText('她马上得到回答').waitFor();
    await left.getByText(/T-\d+：/u).waitFor();
    await next();

    await tour.getByText('一句谢谢不会让工单重开').waitFor();
    expect(await left.locator('.own', { hasText: '谢谢' }).count()).toBe(1);
    const number = Number(/T-(\d+)/u.exec((await left.getByText('已经处理好了').textContent()) ?? '')?.[1]);
    expect((await stage.app.store.tickets.byNumber(number))?.status).toBe('resolved');
    // What the manager sees leads to the whole story of a ticket.
    await right.locator('.number').first().click();
    await agent.locator('.drawer .timeline li').first().waitFor();
    await next();
    await tour.getByText('就是这样').waitFor();

    await page.getByRole('button', { name: '重新开始' }).click();
    await tour.getByRole('button', { name: '开始' }).waitFor();
    await page.getByRole('combobox', { name: '我是' }).first().selectOption('xiaomei');
    await left.getByText('还没有消息').waitFor();
    expect(await stage.app.store.tickets.byNumber(number)).toBeNull();
    await page.context().close();
  });

  it('can be left at any moment, and what was begun goes no further', async () => {
    const page = await stage.open({ visited: false });
    const tour = page.getByRole('region', { name: '看一遍' });
    const customer = page.locator('.pane').first();
    const own = customer.locator('.log .own');
    await tour.getByRole('button', { name: '开始' }).click();
    await own.getByRole('img', { name: 'cup.jpg' }).waitFor();
    await tour.getByRole('button', { name: '退出引导' }).click();
    await tour.waitFor({ state: 'detached' });
    await customer.locator('textarea').fill('我自己来');
    await page.keyboard.press('Enter');
    await own.filter({ hasText: '我自己来' }).waitFor();
    await page.reload();
    await own.filter({ hasText: '我自己来' }).waitFor();
    expect(await page.getByRole('region', { name: '看一遍' }).count()).toBe(0);
    expect(await own.filter({ hasText: '能补发一个吗' }).count()).toBe(0);
    await page.context().close();
  });

  it('has had no error on any page', () => {
    expect(stage.errors).toEqual([]);
  });
});
