import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { bytesOf, MAX_JSON_BYTES, MAX_MARKDOWN, MAX_TEXT } from '../../../adapters/dingtalk/limits.ts';
import { publicTextVariables, publicVariables } from '../../../adapters/dingtalk/public-card.ts';
import type { Card } from '../../../cards/card.ts';
import { length } from '../../../cards/excerpt.ts';
import { anyCard, anyText, BOUNDED } from '../../support/any-card.ts';
import { everyCard } from '../../support/every-card.ts';
import { actionsIn } from '../../support/fitting.ts';
import { aCard, anAction } from './drawn.ts';

const draw = (more: Partial<Card> = {}) => publicVariables(aCard(more), 12);
const buttonsOf = (values: { readonly sys_full_json_obj: string }) => {
  const { order, msgButtons, ...rest } = JSON.parse(values.sys_full_json_obj) as Record<string, unknown[]>;
  expect([order, rest]).toEqual([['msgTitle', 'msgContent', 'msgButtons'], {}]);
  return msgButtons;
};

function check(values: Readonly<Record<string, string>>): void {
  expect(Object.keys(values)).toEqual([
    'flowStatus',
    'msgTitle',
    'msgContent',
    'staticMsgContent',
    'sys_full_json_obj',
  ]);
  for (const value of Object.values(values)) {
    expect(value).not.toMatch(/[\0\p{Surrogate}]/u);
    expect(bytesOf(value)).toBeLessThanOrEqual(MAX_JSON_BYTES);
  }
  expect((values['msgTitle'] ?? '') + (values['msgContent'] ?? '')).not.toBe('');
}

describe('on the public template', () => {
  test('a card, as a person reads it', () => {
    const values = draw({
      tone: 'amber',
      status: '待认领 · 14:32 前首响',
      blocks: [
        { type: 'text', style: 'quote', text: '快递\n*三天*没更新' },
        {
          type: 'fields',
          fields: [
            { label: '订单', value: '2026' },
            { label: '电话', value: '138****5678' },
          ],
        },
        { type: 'list', items: [{ text: 'T-1 # 退款', detail: '已处理' }, { text: 'T-2' }] },
        { type: 'image', file: 'f', alt: '杯子', url: 'https://desk.example/f' },
        { type: 'divider' },
        { type: 'note', text: '可能重复' },
      ],
      footer: '李雷 14:32 认领',
      actions: [anAction('认领', { style: 'primary' }), anAction('关闭', { style: 'danger' })],
    });
    expect(values.flowStatus).toBe('3');
    expect(values.msgTitle).toBe('T-4821 · 快递三天没更新');
    expect(values.msgContent.split('\n')).toEqual([
      '**🟡 待认领 · 14:32 前首响**',
      '',
      '> 快递  ',
      String.raw`> \*三天\*没更新`,
      '',
      '**订单**：2026  ',
      String.raw`**电话**：138\*\*\*\*5678`,
      '',
      '- T-1 # 退款  ',
      '  已处理',
      '- T-2',
      '',
      '[\\[图片] 杯子](https://desk.example/f)'.replace('片]', String.raw`片\]`),
      '',
      '──────────',
      '',
      '可能重复',
      '',
      '李雷 14:32 认领',
    ]);
    expect(buttonsOf(values)).toEqual([
      { text: '认领', color: 'blue', id: '12|claim?ticket=4821', request: true },
      { text: '关闭', color: 'gray', id: '12|claim?ticket=4821', request: true },
    ]);
  });

  test('buttons of rows stand first, with the ticket they are about; the menu is what to type', () => {
    const values = draw({
      blocks: [{ type: 'list', items: [{ text: 'T-4830 退款未到账', action: anAction('认领') }] }],
      actions: [anAction('取下一单'), anAction('列表', { placement: 'menu' })],
    });
    expect(buttonsOf(values)).toMatchObject([{ text: '认领 T-4830' }, { text: '取下一单' }]);
    expect(values.msgContent).toContain('可发送：认领 列表');
  });

  test('a card with nothing but a menu has the first of its entries as buttons', () => {
    const menu = ['A', 'B', 'C', 'D', 'E'].map((label) => anAction(label, { placement: 'menu' }));
    const values = draw({ actions: menu });
    expect(buttonsOf(values)).toMatchObject([{ text: 'A' }, { text: 'B' }, { text: 'C' }, { text: 'D' }]);
    expect(values.msgContent).toContain('可发送：认领 E');
  });

  test('any card breaks no limit, and has words', () => {
    fc.assert(
      fc.property(anyCard, (card) => {
        const values = publicVariables(card, 12);
        check(values);
        expect(length(values.msgContent)).toBeLessThanOrEqual(MAX_MARKDOWN);
        expect((buttonsOf(values) ?? []).length).toBeLessThanOrEqual(15);
      }),
      BOUNDED,
    );
  });

  test('any text breaks none, and the longest has room', () => {
    fc.assert(fc.property(anyText, (text) => check(publicTextVariables(text))));
    for (const sign of ['😀', '*', '快', 'a\n'])
      expect(bytesOf(publicTextVariables(sign.repeat(MAX_TEXT)).msgContent)).toBeLessThanOrEqual(4 * MAX_TEXT);
  });

  test('words mean nothing but where they can be followed', () => {
    expect(publicTextVariables('**登录** https://a.example/x').msgContent).toBe(
      String.raw`\*\*登录\*\* [https://a.example/x](https://a.example/x)`,
    );
  });

  test('ours have words and buttons', () => {
    for (const { name, card } of everyCard) {
      const values = publicVariables(card, 4_821);
      check(values);
      expect(buttonsOf(values)?.length === 0, name).toBe(actionsIn(card).length === 0);
    }
  });
});
