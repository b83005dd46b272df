import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { MAX_TEXT, slackLimits } from '../../../adapters/slack/limits.ts';
import { renderCard, renderText, slackRung } from '../../../adapters/slack/render.ts';
import { sizeOf } from '../../../adapters/slack/room.ts';
import type { Action, Block, Card } from '../../../cards/card.ts';
import { length } from '../../../cards/excerpt.ts';
import { checkMessage } from '../../emulators/slack/block-kit.ts';
import { anyCard, anyText, BOUNDED } from '../../support/any-card.ts';
import { everyCard } from '../../support/every-card.ts';
import { aCard, anAction, pressesIn, textsIn } from './drawn.ts';

const mark = { surface: 's-1', version: 7 };
const draw = (more: Partial<Card> = {}) => renderCard(aCard(more), mark);
const typesOf = (more: Partial<Card>) => draw(more).blocks.map(({ type }) => type);

describe('limits', () => {
  test('any card breaks none, and has words', () => {
    fc.assert(
      fc.property(anyCard, (card) => {
        const { text, blocks } = renderCard(card, mark);
        expect(checkMessage({ text, blocks })).toEqual([]);
        expect(blocks.length).toBeGreaterThan(0);
      }),
      BOUNDED,
    );
  });

  test('ours break none and lose nothing but pictures', () => {
    for (const { name, card } of everyCard) {
      const { text, blocks } = renderCard(card, { surface: 'a'.repeat(200), version: 4_821 });
      expect(checkMessage({ text, blocks }), name).toEqual([]);
      expect(
        slackRung(card).cut.filter((cut) => !cut.startsWith('image ')),
        name,
      ).toEqual([]);
    }
  });

  test('any text breaks none, and is all there up to its length', () => {
    fc.assert(
      fc.property(anyText, (written) => {
        const { text, blocks } = renderText(written);
        expect(checkMessage({ text, blocks })).toEqual([]);
        const changed = /[\0\p{Surrogate}\r]/u.test(written) || written.trim() === '' || length(written) > MAX_TEXT;
        expect(changed || textsIn(blocks).replaceAll('\n', '').includes(visible(written))).toBe(true);
      }),
    );
  });

  test('the longest text that has to be escaped most', () => {
    for (const sign of ['"', '\n', '<', 'https://a.example ', '😀']) {
      const { text, blocks } = renderText(`x${sign.repeat(MAX_TEXT)}`);
      expect(checkMessage({ text, blocks })).toEqual([]);
    }
  });

  test('are named with a page of Slack each', () => {
    for (const limit of slackLimits) expect(limit.source).toMatch(/^https:\/\/docs\.slack\.dev\//u);
    expect(slackLimits.map(({ per, method, count, windowMs }) => [per, method, (count * 60_000) / windowMs])).toEqual([
      ['conversation', 'send', 60],
      ['app', 'send', 200],
      ['app', 'update', 50],
    ]);
  });
});

const visible = (text: string): string => text.replaceAll(/(?!\t)\p{Cc}/gu, '');

/** A card of so many rows, each with what its neighbour could do. */
const rows = (count: number, more: Partial<Action> = {}): Block => ({
  type: 'list',
  items: Array.from({ length: count }, (_, i) => ({
    text: `T-${i} ${'快递三天没更新'.repeat(8)}`,
    detail: '待认领 · 14:32 前首响',
    action: anAction('认领', {
      typed: `认领 ${i}`,
      invoke: { command: 'claim', args: { ticket: String(i) } },
      ...more,
    }),
    also: anAction('查看', { typed: `查看 ${i}`, invoke: { command: 'show', args: { ticket: String(i) } }, ...more }),
  })),
});

describe('what finds no room', () => {
  test('rows that are too many blocks go, and say what to type', () => {
    const { blocks } = draw({ blocks: [rows(20)] });
    expect(checkMessage({ text: 'x', blocks })).toEqual([]);
    const left = blocks.filter(({ type }) => type === 'section').length;
    expect(left).toBeGreaterThan(10);
    expect(textsIn(blocks)).toContain(`可发送：认领 ${left} / 查看 ${left}`);
  });

  test('words go before the menu does', () => {
    const menu = Array.from({ length: 60 }, (_, i) =>
      anAction(`第 ${i} 项`, { placement: 'menu', invoke: { command: 'assign', args: { person: `p${i}` } } }),
    );
    const { blocks } = draw({ actions: menu, blocks: [{ type: 'text', style: 'quote', text: '快'.repeat(3_900) }] });
    expect(sizeOf(blocks)).toBeLessThan(10_000);
    expect(pressesIn(blocks)).toHaveLength(60);
  });

  test('a list in which nothing can be pressed is lines of one block, as many as help has', () => {
    const items = Array.from({ length: 45 }, (_, i) => ({ text: `动词 ${i}`, detail: '做什么' }));
    const { blocks } = draw({ blocks: [{ type: 'list', items }] });
    expect(blocks.map(({ type }) => type)).toEqual(['header', 'rich_text']);
    expect(textsIn(blocks)).toContain('动词 44\n做什么');
  });
});

describe('nobody can be mentioned and nothing is marked up', () => {
  test('whatever is written', () => {
    const evil = '<!channel> <@U123> *bold* `code` :fire: 138****5678 [x](https://evil.example)';
    const field = { label: evil, value: evil };
    const { text, blocks } = draw({
      title: evil,
      summary: evil,
      status: evil,
      footer: evil,
      blocks: [
        { type: 'text', style: 'quote', text: evil },
        { type: 'text', style: 'plain', text: evil },
        { type: 'fields', fields: [field] },
        { type: 'note', text: evil },
        { type: 'list', items: [{ text: evil, detail: evil, action: anAction(evil) }, { text: evil }] },
      ],
      actions: [anAction(evil), anAction(evil, { placement: 'menu' })],
    });
    expect(checkMessage({ text, blocks })).toEqual([]);
    const json = JSON.stringify(blocks);
    expect(json).not.toMatch(/mrkdwn|"emoji":true|"type":"(?:user|usergroup|channel|broadcast|emoji)"/u);
    expect(json).not.toContain('<!channel>');
    expect(text).not.toMatch(/[<>]/u);
    expect(json).toContain('138****5678');
  });

  test('what is to be copied stands as it was written', () => {
    const words = '@小美 您好，[单号](https://shop.example)\n明天到';
    const { blocks } = draw({ title: '', blocks: [{ type: 'text', style: 'copy', text: words }] });
    expect(blocks).toEqual([
      { type: 'rich_text', elements: [{ type: 'rich_text_preformatted', elements: [{ type: 'text', text: words }] }] },
    ]);
  });

  test('an address in our own words can be followed, one that is none cannot', () => {
    const { text, blocks } = renderText('登录：https://desk.example/a?b=1&c=2，十分钟内有效');
    expect(blocks).toEqual([
      {
        type: 'rich_text',
        elements: [
          {
            type: 'rich_text_section',
            elements: [
              { type: 'text', text: '登录：' },
              { type: 'link', url: 'https://desk.example/a?b=1&c=2', text: 'https://desk.example/a?b=1&c=2' },
              { type: 'text', text: '，十分钟内有效' },
            ],
          },
        ],
      },
    ]);
    expect(text).toBe('登录：https://desk.example/a?b=1&amp;c=2，十分钟内有效');
    const file = { type: 'file', file: 'f', text: '录音' } as const;
    const json = (url: string) => JSON.stringify(draw({ blocks: [{ ...file, url }] }).blocks);
    expect(json('https://desk.example/f')).toContain('"url":"https://desk.example/f"');
    for (const url of ['javascript:alert(1)', 'https://a b', `https://a/${'x'.repeat(3_000)}`])
      expect(json(url)).not.toContain('"type":"link"');
  });
});

describe('layout', () => {
  test('title, state sign, quote, facts, note, footer, buttons', () => {
    const { text, blocks } = draw({
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
        { type: 'note', text: '可能重复' },
        { type: 'divider' },
      ],
      footer: '李雷 14:32 认领',
      actions: [anAction('认领', { style: 'primary' }), anAction('关闭', { style: 'danger', placement: 'menu' })],
    });
    const section = (...elements: object[]) => ({
      type: 'rich_text',
      elements: [{ type: 'rich_text_section', elements }],
    });
    const plain = (words: string) => ({ type: 'plain_text', text: words, emoji: false });
    const bold = (words: string) => ({ type: 'text', text: words, style: { bold: true } });
    expect(text).toBe('T-4821 · 待认领');
    expect(blocks).toEqual([
      { type: 'header', text: plain('T-4821 · 快递三天没更新') },
      section({ type: 'text', text: '🔴 已超时' }),
      {
        type: 'rich_text',
        elements: [{ type: 'rich_text_quote', elements: [{ type: 'text', text: '快递\n三天没更新' }] }],
      },
      section(bold('订单：'), { type: 'text', text: '2026\n' }, bold('运单：'), { type: 'text', text: 'SF1' }),
      { type: 'context', elements: [plain('可能重复')] },
      { type: 'divider' },
      { type: 'context', elements: [plain('李雷 14:32 认领')] },
      {
        type: 'actions',
        block_id: '0.7.s-1',
        elements: [
          { type: 'button', text: plain('认领'), action_id: 'do.0', value: 'claim?ticket=4821', style: 'primary' },
          { type: 'overflow', action_id: 'menu.1', options: [{ text: plain('关闭'), value: 'claim?ticket=4821' }] },
        ],
      },
    ]);
  });

  test('a title that is too long for a header is a bold line', () => {
    expect(typesOf({ title: 'x'.repeat(150) })).toEqual(['header']);
    expect(draw({ title: 'x'.repeat(151) }).blocks).toMatchObject([{ type: 'rich_text' }]);
  });

  test('a row with one action has its button beside it, one with two has both below', () => {
    const item = { text: 'T-1', detail: '待认领', action: anAction('发送') };
    expect(typesOf({ title: '', blocks: [{ type: 'list', items: [item] }] })).toEqual(['section', 'context']);
    const two = { ...item, also: anAction('作废') };
    expect(typesOf({ title: '', blocks: [{ type: 'list', items: [two] }] })).toEqual(['section', 'context', 'actions']);
  });

  test('six entries are a select with a word for it; one too long for an entry is a button', () => {
    const entry = (n: number) =>
      anAction(`${n}`, { placement: 'menu', invoke: { command: 'tag', args: { t: `${n}` } } });
    const long = anAction('long', { placement: 'menu', invoke: { command: 'tag', args: { t: 'x'.repeat(100) } } });
    const elements = (actions: Action[], more: Partial<Card> = {}) => {
      const [block] = draw({ title: '', actions, ...more }).blocks;
      if (block?.type !== 'actions') throw new Error('no actions');
      return block.elements;
    };
    const six = [1, 2, 3, 4, 5, 6].map(entry);
    expect(elements(six.slice(1))).toMatchObject([{ type: 'overflow' }]);
    expect(elements(six)).toMatchObject([{ type: 'static_select', placeholder: { text: '更多' } }]);
    expect(elements(six, { locale: 'en' })).toMatchObject([{ placeholder: { text: 'More' } }]);
    expect(elements([...six.slice(1), long])).toMatchObject([{ type: 'button' }, { type: 'overflow' }]);
  });

  test('on the full view one value out of a few is chosen on the spot, two such at most', () => {
    const options = [
      { value: 'high', label: '高' },
      { value: 'low', label: '低' },
    ];
    const field = { name: 'priority', label: '优先级', type: 'select', required: true, max: 200, options } as const;
    const invoke = { command: 'priority', args: { ticket: '4821' } };
    const form = { title: 't', submit: 's', invoke, fields: [field] };
    const choice = (label: string, more: Partial<typeof field> = {}) =>
      anAction(label, { placement: 'menu', invoke, form: { ...form, fields: [{ ...field, ...more }] } });
    const elements = (kind: Card['kind'], ...actions: Action[]) =>
      draw({ title: '', kind, actions }).blocks.flatMap((b) => (b.type === 'actions' ? b.elements : []));
    const [select, ...others] = elements('show', choice('优先级'));
    expect(others).toEqual([]);
    expect(select).toMatchObject({
      type: 'static_select',
      placeholder: { text: '优先级' },
      options: [{ value: 'priority?ticket=4821&priority=high' }, { value: 'priority?ticket=4821&priority=low' }],
    });
    const menu = [{ type: 'overflow', options: [{ value: '?priority?ticket=4821' }] }];
    expect(elements('ticket', choice('优先级'))).toMatchObject(menu);
    expect(
      elements('show', choice('优先级', { options: [{ value: 'x'.repeat(80), label: 'x' }] as never })),
    ).toMatchObject(menu);
    const three = elements('show', choice('A'), choice('B'), choice('C')).map(({ type }) => type);
    expect(three).toEqual(['static_select', 'static_select', 'overflow']);
  });

  test('a card with nothing on it says its summary, or that there is something', () => {
    expect(textsIn(draw({ title: '', summary: '总结' }).blocks)).toBe('总结');
    const nothing = draw({ title: '', summary: '' });
    expect([nothing.text, textsIn(nothing.blocks)]).toEqual(['…', '…']);
  });
});
