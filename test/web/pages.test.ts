import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { needs, noBrowser, openStage, seriousOn, type Stage } from '../support/stage.ts';

/** Whether something is wider than the screen; the window of a phone grows with what is in it. */
const TOO_WIDE = 'document.documentElement.scrollWidth > screen.width';

describe.skipIf(noBrowser)(`every page${needs}`, () => {
  let stage: Stage;
  beforeAll(async () => {
    stage = await openStage();
  });
  afterAll(() => stage.stop());

  it('side by side has nothing serious for axe, with a ticket open, a form, a menu and commands', async () => {
    const page = await stage.open({ visited: false, right: 'lilei' });
    const agent = page.locator('.pane').last();
    await agent.locator('.card').first().waitFor();
    expect(await seriousOn(page)).toEqual([]);
    await agent.locator('.number').last().click();
    await agent.locator('.drawer .timeline li').first().waitFor();
    expect(await seriousOn(page)).toEqual([]);
    await page.keyboard.press('Escape');
    await agent.getByRole('combobox', { name: /写消息/u }).fill('/');
    await agent.locator('.option').first().waitFor();
    expect(await seriousOn(page)).toEqual([]);
    await agent.getByRole('combobox', { name: /写消息/u }).fill('');
    await page.getByRole('button', { name: '机器状态' }).click();
    await agent.getByRole('button', { name: '转给' }).last().click();
    await page.getByRole('dialog').waitFor();
    expect(await seriousOn(page)).toEqual([]);
    await page.context().close();
  });

  it('in the dark, in English and on a phone it has nothing serious either, and nothing is wider than the screen', async () => {
    const page = await stage.open({
      right: 'lilei',
      colorScheme: 'dark',
      locale: 'en-US',
      viewport: { width: 390, height: 844 },
      hasTouch: true,
      isMobile: true,
    });
    await page.locator('.entry').first().waitFor();
    expect(await seriousOn(page)).toEqual([]);
    expect(await page.evaluate(TOO_WIDE)).toBe(false);
    await page.locator('.entry').first().click();
    await page.locator('.card').first().waitFor();
    expect([await seriousOn(page), await page.evaluate(TOO_WIDE)]).toEqual([[], false]);
    // One of the two at a time: the list is away while a chat is open, and comes back.
    expect(await page.locator('.entry').first().isVisible()).toBe(false);
    await page.locator('.number').last().click();
    await page.locator('.drawer .timeline li').first().waitFor();
    expect([await seriousOn(page), await page.evaluate(TOO_WIDE)]).toEqual([[], false]);
    await page.getByRole('button', { name: 'Close' }).click();
    await page.getByRole('button', { name: 'Back to chats' }).click();
    await page.locator('.entry').first().waitFor();
    await page.context().close();
  });

  it('of the machine shows its groups, limits and jobs, in both languages, wide and narrow, with nothing serious', async () => {
    const page = await stage.open({ path: '/sandbox/machine.html' });
    await page.getByRole('status').getByText('一切正常').waitFor();
    expect(await page.locator('.tile .value').count()).toBe(4);
    expect(await page.locator('.room .name').allInnerTexts()).toEqual(['售前', '售后', '物流']);
    expect(await page.locator('.budget').count()).toBeGreaterThan(0);
    await page.getByText(/^wake 晚 .* 秒$/u).waitFor();
    expect(await seriousOn(page)).toEqual([]);
    await page.emulateMedia({ colorScheme: 'dark' });
    await page.setViewportSize({ width: 390, height: 844 });
    await page.getByRole('button', { name: 'English' }).click();
    await page.getByRole('status').getByText('All is well').waitFor();
    expect([await seriousOn(page), await page.evaluate(TOO_WIDE)]).toEqual([[], false]);
    await page.getByRole('link', { name: 'Back to the chats' }).click();
    await page.locator('.entry').first().waitFor();
    await page.context().close();
  });

  it('of the machine says since when the server is away, keeps what it knew, and comes back by itself', async () => {
    const page = await stage.open({ path: '/sandbox/machine.html' });
    await page.getByRole('status').getByText('一切正常').waitFor();
    await stage.down();
    await page
      .getByRole('status')
      .getByText(/起连不上/u)
      .waitFor();
    expect(await page.locator('.room').count()).toBe(3);
    await stage.up();
    await page.getByRole('status').getByText('一切正常').waitFor();
    await page.context().close();
  });

  it('of cards and of sentences shows them all, and has nothing serious', async () => {
    const page = await stage.open({ path: '/sandbox/gallery.html' });
    await page.locator('.sample').first().waitFor();
    expect(await page.locator('.sample').count()).toBeGreaterThan(200);
    expect(await page.locator('.sample').first().locator('.rung').count()).toBeGreaterThan(2);
    await page.getByRole('searchbox').fill('waiting_customer en');
    await page
      .getByRole('status')
      .getByText(/^\d 项$/u)
      .waitFor();
    expect(await seriousOn(page)).toEqual([]);
    await page.getByRole('link', { name: '文案', exact: true }).click();
    await page.getByRole('searchbox').fill('already_claimed');
    await page
      .getByRole('row', { name: /refusal.already_claimed/u })
      .first()
      .waitFor();
    expect(await seriousOn(page)).toEqual([]);
    await page.context().close();
  });

  it('has had no error on any page', () => {
    expect(stage.errors).toEqual([]);
  });
});
