import type { Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Message, TicketView, TimelineEntry } from '../../web/sandbox/model.ts';
import { withAbove, withFresh } from '../../web/sandbox/timeline.ts';
import { aCard } from '../support/sandbox.ts';
import { needs, noBrowser, openStage, type Stage } from '../support/stage.ts';

/** A page of entries `from` to `to`. */
const view = (from: number, to: number, more: boolean, title = 'T-4800'): TicketView => ({
  number: 4800,
  card: aCard(title),
  entries: Array.from({ length: to - from + 1 }, (_, i): TimelineEntry => {
    const seq = from + i;
    return { seq, at: '2026-11-11T06:32:00Z', by: 'person', text: `${seq}` };
  }),
  more,
});
const seqs = ({ entries }: TicketView): string => `${entries[0]?.seq}-${entries.at(-1)?.seq}, ${entries.length}`;

describe('a ticket that is read again', () => {
  it('keeps the older pages that were opened', () => {
    const opened = withAbove(view(101, 200, true), 101, view(1, 100, false));
    const again = withFresh(opened, view(104, 203, true, '已解决'));
    expect([seqs(again), again.more, again.card.title]).toEqual(['1-203, 203', false, '已解决']);
  });

  it('leaves no gap where more happened than one page holds', () => {
    const opened = withAbove(view(101, 200, true), 101, view(1, 100, false));
    const again = withFresh(opened, view(301, 400, true));
    expect([seqs(again), again.more]).toEqual(['301-400, 100', true]);
  });

  it('takes a page once, and only above the entry it was asked for', () => {
    const page = view(1, 100, false);
    const once = withAbove(view(101, 200, true), 101, page);
    expect(withAbove(once, 101, page)).toBe(once);
    const overlapping = withAbove(view(101, 200, true), 101, view(1, 120, false));
    expect(seqs(overlapping)).toBe('1-200, 200');
  });
});

describe.skipIf(noBrowser)(`a ticket in a browser${needs}`, () => {
  let stage: Stage;
  beforeAll(async () => {
    stage = await openStage();
  });
  afterAll(() => stage.stop());

  const says = (conversation: string, text: string): Promise<unknown> =>
    stage.post('messages', { conversation, user: 'lilei', text });
  const list = async (conversation: string): Promise<readonly Message[]> => {
    const answer = await fetch(`${stage.url}/sandbox/api/conversations/${conversation}/messages?user=lilei`);
    return ((await answer.json()) as { messages: Message[] }).messages;
  };
  const desk = async (): Promise<Page> => stage.open({ right: 'lilei', viewport: { width: 900, height: 800 } });

  it('answers where one is alone with the bot, after a form as well', async () => {
    const page = await desk();
    await page.locator('.log .number').last().click();
    const drawer = page.locator('.drawer');
    await drawer.locator('.timeline li').first().waitFor();
    const privately = async (): Promise<number> =>
      (await list('g-aftersale')).filter((message) => message.private === true).length;
    const [alone, before] = [await list('d-lilei'), await privately()];
    await drawer.getByRole('button', { name: '优先级' }).click();
    const dialog = page.getByRole('dialog');
    await dialog.waitFor();
    await dialog.locator('select').first().selectOption({ index: 1 });
    await dialog.locator('button[type=submit]').click();
    await dialog.waitFor({ state: 'detached' });
    const answers = (await list('d-lilei')).slice(alone.length).map(({ text }) => text);
    expect(answers).toEqual([expect.stringMatching(/T-\d+ 的优先级/u)]);
    expect(await privately()).toBe(before);
    await page.context().close();
  });

  it(
    'that is long comes page by page, none missing and none twice, and a page that fails can be asked for again',
    { timeout: 60_000 },
    async () => {
      await stage.writes('xiaomei', '茶壶漏水，麻烦看一下');
      const page = await desk();
      const number = page.locator('.log .card', { hasText: '茶壶漏水' }).locator('.number').first();
      const no = ((await number.textContent()) ?? '').slice(2);
      await says('d-lilei', `认领 ${no}`);
      for (let i = 1; i <= 120; i += 1) await says('d-lilei', `备注 ${no} 第 ${i} 条`);
      await number.click();
      const drawer = page.locator('.drawer');
      const words = drawer.locator('.entry-words');
      await words.filter({ hasText: '第 120 条' }).waitFor();
      const earlier = drawer.getByRole('button', { name: '更早的经过' });
      await page.route('**/tickets/*before=*', (route) => route.abort());
      await earlier.click();
      await drawer.getByRole('alert').getByText('没有办成').waitFor();
      expect(await words.filter({ hasText: '第 120 条' }).count()).toBe(1);
      await page.unroute('**/tickets/*before=*');
      await earlier.dblclick();
      await earlier.waitFor({ state: 'detached' });
      const notes = (await words.allTextContents()).filter((text) => text.startsWith('第 '));
      expect(notes).toEqual(Array.from({ length: 120 }, (_, i) => `第 ${i + 1} 条`));
      expect(await drawer.getByRole('alert').count()).toBe(0);
      await page.context().close();
    },
  );

  it('has had no error on any page', () => {
    expect(stage.errors).toEqual([]);
  });
});
