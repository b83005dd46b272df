import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { dingtalkLimits, MAX_TEXT } from '../../../adapters/dingtalk/limits.ts';
import {
  cardVariables,
  dingtalkRung,
  isBrief,
  noticeVariables,
  textVariables,
} from '../../../adapters/dingtalk/render.ts';
import { typedForm } from '../../../cards/typed-form.ts';
import { BODY, CARD } from '../../../adapters/dingtalk/variables.ts';
import type { Action, Block, Card } from '../../../cards/card.ts';
import { length } from '../../../cards/excerpt.ts';
import { anyCard, anyForm, anyText, BOUNDED } from '../../support/any-card.ts';
import { everyCard } from '../../support/every-card.ts';
import { aCard, anAction, bodyOf, buttonsIn, pressOf, wrongIn } from './drawn.ts';

const draw = (more: Partial<Card> = {}, media?: ReadonlyMap<string, string>) => cardVariables(aCard(more), 7, media);
const labels = (value: string) => buttonsIn(value).map(({ text }) => text);

describe('limits', () => {
  test('any card breaks none, has every variable, and words', () => {
    fc.assert(
      fc.property(anyCard, (card) => {
        const values = cardVariables(card, 7, new Map([['f', '@lALPDe7sv']]));
        expect(wrongIn(values)).toEqual([]);
        expect(Object.keys(values)).toEqual(CARD.map(({ name }) => name));
        expect(values.lastMessage).not.toBe('');
        expect(values.title + values.status + bodyOf(values)).not.toBe('');
        expect(buttonsIn(values.buttons).length).toBeLessThanOrEqual(6);
      }),
      BOUNDED,
    );
  });

  test('ours break none and lose nothing', () => {
    for (const { name, card } of everyCard) {
      expect(wrongIn(cardVariables(card, 4_821)), name).toEqual([]);
      expect(dingtalkRung(card).cut, name).toEqual([]);
    }
  });

  test('any text breaks none, and is all there up to its length', () => {
    fc.assert(
      fc.property(anyText, (written) => {
        const values = textVariables(written);
        expect(wrongIn(values)).toEqual([]);
        const changed = /[\0\p{Surrogate}\r]/u.test(written) || length(written) > MAX_TEXT;
        expect(changed || squeezed(bodyOf(values)).includes(squeezed(visible(written)))).toBe(true);
      }),
      BOUNDED,
    );
  });

  test('the longest text takes the whole body, whatever it is made of', () => {
    for (const sign of ['快', '😀', 'a', '\n快', '快'.repeat(170).concat('\n'), 'a快😀']) {
      const written = Array.from(sign.repeat(MAX_TEXT)).slice(0, MAX_TEXT).join('');
      const values = textVariables(written);
      expect(wrongIn(values)).toEqual([]);
      expect(squeezed(bodyOf(values))).toBe(squeezed(written));
    }
  });

  test('parts of the body end where lines end', () => {
    const rows = Array.from({ length: 40 }, (_, i) => `第 ${i} 行 快递三天没更新`);
    const parts = BODY.map((name) => textVariables(rows.join('\n'))[name]).filter((part) => part !== '');
    expect(parts.length).toBeGreaterThan(1);
    expect(parts.flatMap((part) => part.split('\n'))).toEqual(rows);
  });

  test('any notice breaks none', () => {
    fc.assert(
      fc.property(anyCard, anyText, (card, text) => {
        for (const message of [
          { type: 'card', card, fallback: '', version: 3 },
          { type: 'text', text, attachments: [] },
        ] as const) {
          const values = noticeVariables(message);
          expect(wrongIn(values)).toEqual([]);
          expect(values.notice).not.toBe('');
        }
      }),
      BOUNDED,
    );
  });

  test('of the API are a quarter below what the edition has, of robots one below what blocks them', () => {
    const of = (qps: number, robots: readonly string[]) =>
      dingtalkLimits({ qps, robots: robots.map((name) => ({ name })) }).map(
        ({ name, count, windowMs, conversations }) =>
          [name, count, windowMs, conversations].filter((part) => part !== undefined),
      );
    expect(of(20, ['warehouse'])).toEqual([
      ['dingtalk-send', 15, 1_000],
      ['dingtalk-update', 15, 1_000],
      ['dingtalk-conversation', 20, 60_000],
      ['dingtalk-robot', 19, 60_000, ['robot:warehouse']],
    ]);
    expect(of(1, [])).toEqual([
      ['dingtalk-send', 1, 1_000],
      ['dingtalk-update', 1, 1_000],
      ['dingtalk-conversation', 20, 60_000],
    ]);
  });
});

const visible = (text: string): string => text.replaceAll(/(?!\t|\n)\p{Cc}/gu, '');
const squeezed = (text: string): string => text.replaceAll(/\s+/gu, '');

/** A card of so many rows, each with what its neighbour could do. */
const rows = (count: number): Block => ({
  type: 'list',
  items: Array.from({ length: count }, (_, i) => ({
    text: `T-${4_821 + i} 退款未到账`,
    detail: '待认领 · 14:32 前首响',
    action: anAction('认领', {
      typed: `认领 ${4_821 + i}`,
      invoke: { command: 'claim', args: { ticket: String(4_821 + i) } },
    }),
  })),
});

describe('what finds no room', () => {
  test('rows beyond those that can be acted on stand there, and say what to type', () => {
    const values = draw({ blocks: [rows(30)] });
    expect(labels(values.rows)).toHaveLength(24);
    expect(bodyOf(values)).toContain('T-4850 退款未到账');
    expect(bodyOf(values)).toContain('可发送：认领 4845 / 认领 4846');
  });

  test('words that are too many bytes are cut; the buttons stay', () => {
    const long = { type: 'text', style: 'plain', text: '😀'.repeat(1_900) } as const;
    const values = draw({ blocks: [long, { type: 'note', text: '重复' }, long], actions: [anAction('认领')] });
    expect(wrongIn(values)).toEqual([]);
    expect(bodyOf(values)).toContain('…');
    expect(labels(values.buttons)).toEqual(['认领']);
  });

  test('a sixth button goes behind the menu', () => {
    const actions = ['A', 'B', 'C', 'D', 'E', 'F'].map((label) => anAction(label));
    const values = draw({ actions });
    expect(labels(values.buttons)).toEqual(['A', 'B', 'C', 'D', 'E', '更多']);
    expect(labels(values.menu)).toEqual(['F', '收起']);
  });

  test('an address that has no room as a link is named in words', () => {
    const url = (i: number) => `https://desk.example/files/${i}?${'x'.repeat(300)}`;
    const file = (i: number): Block => ({ type: 'file', file: `f${i}`, text: `录音 ${i}`, url: url(i) });
    const values = draw({ blocks: [file(1), file(2), file(3)] });
    expect(values.pictures).toContain(`[录音 1](${url(1)})`);
    expect(bodyOf(values)).toContain(`录音 3\n${url(3)}`);
  });
});

describe('layout', () => {
  test('title, state, quote, facts, note, footer, buttons: as a person reads them', () => {
    const values = draw({
      tone: 'red',
      status: '已超时',
      blocks: [
        { type: 'text', style: 'quote', text: '快递\n三天没更新' },
        {
          type: 'fields',
          fields: [
            { label: '订单', value: '2026' },
            { label: '运单', value: 'SF1' },
          ],
        },
        { type: 'divider' },
        { type: 'note', text: '可能重复' },
      ],
      footer: '李雷 14:32 认领',
      actions: [
        anAction('认领', { style: 'primary' }),
        anAction('关闭', { style: 'danger', placement: 'menu', invoke: { command: 'close', args: {} } }),
      ],
    });
    const { buttons, menu, ...words } = values;
    expect(words).toEqual({
      lastMessage: 'T-4821 · 待认领',
      title: 'T-4821 · 快递三天没更新',
      status: '🔴 已超时',
      tone: 'common_red1_color',
      body1: '「快递\n三天没更新」\n订单：2026\n运单：SF1\n──────────\n可能重复',
      body2: '',
      body3: '',
      body4: '',
      body5: '',
      body6: '',
      body7: '',
      body8: '',
      pictures: '',
      footer: '李雷 14:32 认领',
      rows: '[]',
    });
    expect(buttonsIn(buttons)).toEqual([
      {
        text: '认领',
        color: 'blue',
        status: 'normal',
        event: {
          type: 'sendCardRequest',
          params: { actionId: 'b0', params: { c: 'claim?ticket=4821', v: '7' } },
        },
      },
      {
        text: '更多',
        color: 'gray',
        status: 'normal',
        event: { type: 'sendCardRequest', params: { actionId: 'more', params: {} } },
      },
    ]);
    expect(buttonsIn(menu).map(({ text, color }) => [text, color])).toEqual([
      ['关闭', 'red'],
      ['收起', 'gray'],
    ]);
    expect(pressOf(buttonsIn(menu)[1] ?? fail()).id).toBe('less');
  });

  test('in English', () => {
    const values = draw({
      locale: 'en',
      blocks: [
        { type: 'text', style: 'quote', text: 'The cup is broken' },
        { type: 'fields', fields: [{ label: 'Order', value: '2026' }] },
      ],
      actions: [anAction('Close', { placement: 'menu' })],
    });
    expect(values.body1).toBe('“The cup is broken”\nOrder: 2026');
    expect(labels(values.buttons)).toEqual(['More']);
  });

  test('buttons of rows name their ticket, else where the row stands', () => {
    expect(labels(draw({ blocks: [rows(2)] }).rows)).toEqual(['认领 T-4821', '认领 T-4822']);
    const named = anAction('认领 T-1', { invoke: { command: 'claim', args: { ticket: '1' } } });
    const draft = (label: string): Action => anAction(label, { invoke: { command: 'resend', args: { id: label } } });
    const values = draw({
      blocks: [
        {
          type: 'list',
          items: [
            { text: '第一封', action: draft('发送'), also: draft('作废') },
            { text: 'T-1 杯子碎了', action: named },
            { text: '第二封', action: draft('发送') },
            { text: '没有可做的', detail: '已处理' },
          ],
        },
      ],
    });
    expect(labels(values.rows)).toEqual(['发送 1', '作废 1', '认领 T-1', '发送 2']);
    expect(values.body1).toBe('1. 第一封\n• T-1 杯子碎了\n2. 第二封\n• 没有可做的\n   已处理');
  });

  test('pictures stand on the card and are named in words; links are followed below', () => {
    const blocks: Block[] = [
      { type: 'image', file: 'f1', alt: '破损的杯子', url: 'https://desk.example/f1' },
      { type: 'image', file: 'f2', alt: '发票' },
      { type: 'file', file: 'f3', text: '录音 12 秒', url: 'javascript:alert(1)' },
    ];
    const values = draw({ blocks }, new Map([['f1', '@lALPDe7sv']]));
    expect(values.body1).toBe('[图片] 破损的杯子\n[图片] 发票\n录音 12 秒');
    expect(values.pictures).toBe('![](@lALPDe7sv)\n\n[\\[图片\\] 破损的杯子](https://desk.example/f1)');
    expect(draw({ blocks }, new Map([['f2', '](https://evil.example)']])).pictures).not.toContain('evil');
  });

  test('nobody can be mentioned in what somebody wrote; what is to be copied stands as it was written', () => {
    const evil = '@所有人 <!channel> [x](https://evil.example)';
    expect(bodyOf(draw({ blocks: [{ type: 'text', style: 'plain', text: evil }] }))).not.toMatch(/@|<!|\]\(/u);
    const words = '@小美 您好，[单号](https://shop.example)\n明天到';
    expect(bodyOf(draw({ blocks: [{ type: 'text', style: 'copy', text: words }] }))).toBe(words);
  });

  test('a card with nothing on it says its summary, or that there is something', () => {
    expect(draw({ title: '', summary: '总结' })).toMatchObject({ body1: '总结', lastMessage: '总结' });
    expect(draw({ title: '', summary: '' })).toMatchObject({ body1: '…', lastMessage: '…' });
  });

  test('an address in our own words can be followed', () => {
    const values = textVariables('登录：https://desk.example/a?b=1&c=2，十分钟内有效');
    expect(values.body1).toBe('登录：https://desk.example/a?b=1&c=2，十分钟内有效');
    expect(values.pictures).toBe('[https://desk.example/a?b=1&c=2](https://desk.example/a?b=1&c=2)');
  });
});

describe('what the person who pressed reads', () => {
  test('words, with what they can open', () => {
    const message = { type: 'text', text: '王芳 刚刚已认领：https://desk.example/t/1', attachments: [] } as const;
    const { notice, notice_buttons: buttons, menu_open: menu } = noticeVariables(message);
    expect([notice, menu]).toEqual(['王芳 刚刚已认领：https://desk.example/t/1', 'false']);
    expect(buttonsIn(buttons)).toMatchObject([
      { text: 'desk.example', event: { type: 'openLink', params: { url: 'https://desk.example/t/1' } } },
    ]);
    expect(isBrief(message)).toBe(true);
    expect(isBrief({ ...message, text: '快'.repeat(400) })).toBe(false);
  });

  test('a card as words with its buttons, which stand on no state of the card that was pressed', () => {
    const card = aCard({ title: '王芳更快', status: '处理中', tone: 'blue', actions: [anAction('取下一单')] });
    const message = { type: 'card', card, fallback: '', version: 3 } as const;
    const { notice, notice_buttons: buttons } = noticeVariables(message);
    expect(notice).toBe('王芳更快\n🔵 处理中');
    expect(buttonsIn(buttons).map(pressOf)).toEqual([{ id: 'n0', params: { c: 'claim?ticket=4821' } }]);
    expect(isBrief(message)).toBe(true);
    expect(isBrief({ ...message, card: { ...card, blocks: [rows(1)] } })).toBe(false);
  });

  test('nothing any more', () => {
    expect(noticeVariables(null)).toEqual({ notice: '', notice_buttons: '[]' });
  });
});

describe('a form that cannot be shown', () => {
  test('is what to type', () => {
    const form = {
      title: '挂起 T-4821',
      submit: '挂起',
      invoke: { command: 'pending', args: { ticket: '4821' } },
      fields: [
        {
          name: 'wait',
          label: '等谁',
          type: 'select',
          required: true,
          max: 200,
          options: [
            { value: 'customer', label: '客户' },
            { value: 'warehouse', label: '仓库' },
          ],
        },
        { name: 'for', label: '多久', type: 'line', required: false, max: 40 },
      ],
    } as const;
    expect(typedForm(form)).toBe('这里没有表单可以填，请直接发送：\n挂起 4821 <等谁>\n等谁可以是：客户 / 仓库');
    expect(typedForm({ ...form, title: 'Pending T-4821' })).toContain('pending 4821 <等谁>');
  });

  test('any form is some words', () => {
    fc.assert(
      fc.property(anyForm, (form) => {
        expect(typedForm(form, 'zh-CN')).toMatch(/^这里没有表单可以填，请直接发送：\n转给 4821/u);
      }),
      BOUNDED,
    );
  });
});

const fail = (): never => {
  throw new Error('nothing there');
};
