import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { CARD, widthOf } from '../../../adapters/wecom/card-limits.ts';
import { drawCard, type DrawOptions } from '../../../adapters/wecom/draw.ts';
import { readPress } from '../../../adapters/wecom/press.ts';
import type { Block, Card } from '../../../cards/card.ts';
import { asks } from '../../../cards/pressing.ts';
import { checkCard, needsTask } from '../../emulators/wecom/card-rules.ts';
import { anyCard, BOUNDED } from '../../support/any-card.ts';
import { everyCard } from '../../support/every-card.ts';
import { actionsIn } from '../../support/fitting.ts';
import {
  HOME,
  pages,
  aCard,
  anAction,
  aVerb,
  aRow,
  rows,
  type Shown,
  APP,
  BOT,
  maybe,
  draw,
  fail,
  tooWide,
  stringsIn,
  pressesOf,
  isSame,
  lostOn,
} from './drawing.ts';

const everywhere = [
  ['the app', APP],
  ['the app, changed', { ...APP, isUpdate: true }],
  ['the smart bot', { ...BOT, pageOf: pages }],
  ['the smart bot without an app', BOT],
  ['the smart bot without an app, changed', { ...BOT, isUpdate: true }],
] as const satisfies readonly (readonly [string, DrawOptions])[];

describe.each(everywhere)('a card of %s', (_, options) => {
  const check = (shown: Shown): void => {
    // Throws on what WeCom refuses.
    checkCard(shown as unknown as Record<string, unknown>, options.where);
    expect(tooWide(shown, options.where)).toEqual([]);
    for (const text of stringsIn(shown)) expect(text).not.toMatch(/(?!\n)\p{Cc}|\p{Surrogate}/u);
    const isNeeded = needsTask(shown as unknown as Record<string, unknown>);
    const isAllowed = !('isUpdate' in options) || options.where === 'bot';
    if (!isAllowed) expect(shown.task_id).toBeUndefined();
    else if (isNeeded) expect(shown.task_id).toBe('gd-1');
  };

  test('whatever it holds: WeCom takes it, nothing is wider than recommended, presses mean what the card meant', () => {
    fc.assert(
      fc.property(anyCard, (card) => {
        const shown = maybe(card, options);
        if (shown === null) return;
        check(shown);
        for (const { invocation } of pressesOf(shown))
          expect(actionsIn(card).some(({ invoke }) => isSame(invoke, invocation))).toBe(true);
        expect(lostOn(shown, card)).toEqual([]);
      }),
      BOUNDED,
    );
  });

  test('ours: WeCom takes it, no action is lost, and each asks where it has to', () => {
    for (const { name, card } of everyCard) {
      const shown = maybe(card, options);
      // Nothing can be pressed on it, and there is no page.
      if (shown === null && actionsIn(card).length === 0 && options === BOT) continue;
      if (shown === null) throw new Error(`${name} is not drawn`);
      check(shown);
      expect(lostOn(shown, card), name).toEqual([]);
      expect(widthOf(shown.sub_title_text ?? ''), name).toBeLessThanOrEqual(CARD[options.where].sub);
      for (const press of pressesOf(shown))
        expect(
          actionsIn(card).some((action) => isSame(action.invoke, press.invocation) && asks(action) === press.asks),
          name,
        ).toBe(true);
    }
  });
});

describe('where nothing can be pressed', () => {
  test('the card opens its page, and is in words where it has none', () => {
    expect(draw({ status: '已转给 物流' })).toEqual({
      card_type: 'text_notice',
      source: { desc: '工单', desc_color: 0 },
      main_title: { title: 'T-4821 · 快递三天没更新', desc: '已转给 物流' },
      card_action: { type: 1, url: HOME },
    });
    expect(maybe(aCard(), BOT)).toBeNull();
    expect(maybe(aCard(), { ...APP, pageOf: () => 'javascript:alert(1)' })).toBeNull();
  });

  test('what takes the place of a card has a grey button, which says nothing to us', () => {
    const shown = draw({ status: '已转给 物流' }, { ...BOT, isUpdate: true });
    expect(shown).toMatchObject({
      card_type: 'button_interaction',
      task_id: 'gd-1',
      button_list: [{ text: '不用处理了' }],
      replace_text: '不用处理了',
    });
    expect(readPress(shown.button_list?.[0]?.key ?? fail(), new Map())).toBeNull();
  });

  test('what is to be copied is sent in words: nothing on a card can be', () => {
    const copy: Block = { type: 'text', style: 'copy', text: '@小美 您好' };
    expect(maybe(aCard({ blocks: [copy], actions: [anAction('认领')] }))).toBeNull();
    expect(maybe(aCard({ blocks: [copy] }), { ...APP, isUpdate: true })).not.toBeNull();
  });

  test('an action that no press brings back is typed', () => {
    const dead = anAction('B', { invoke: { command: 'claim', args: { t: 'x'.repeat(600) } }, typed: '认领 B' });
    expect(draw({ actions: [dead, aVerb('show')] })).toMatchObject({ sub_title_text: '可发送：认领 B' });
  });
});

describe('whether all of it is there', () => {
  const isWhole = (more: Partial<Card>): boolean | undefined =>
    drawCard({ type: 'card', card: aCard(more), fallback: '', version: 7 }, APP)?.isWhole;

  test.each([
    ['all of it', {}, true],
    ['a long title', { title: '很'.repeat(40) }, false],
    ['a long text', { blocks: [{ type: 'note', text: '很'.repeat(161) }] }, false],
    ['many rows', { blocks: [rows(7)] }, false],
    ['a long message', { blocks: [{ type: 'text', style: 'quote', text: '1\n2\n3\n4' }] }, false],
    ['a long row', { blocks: [{ type: 'list', items: [{ ...aRow(1), text: '很'.repeat(30) }] }] }, false],
  ] as const satisfies readonly (readonly [string, Partial<Card>, boolean])[])('%s', (_, more, expected) => {
    expect(isWhole(more)).toBe(expected);
  });
});
