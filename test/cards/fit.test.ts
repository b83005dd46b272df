import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { Action, Block, Card } from '../../cards/card.ts';
import { fallback, hintOf } from '../../cards/fallback.ts';
import { charactersOf, fit, type CardLimits } from '../../cards/fit.ts';
import { neutralLine } from '../../cards/neutralise.ts';
import { everyCard } from '../support/every-card.ts';
import { actionsIn, breaches, closing, limits } from '../support/fitting.ts';
import { nastyText } from '../support/nasty.ts';

const ANYTHING: CardLimits = {
  title: Infinity,
  summary: Infinity,
  line: Infinity,
  text: Infinity,
  fieldLabel: Infinity,
  fieldValue: Infinity,
  label: Infinity,
  blocks: Infinity,
  images: Infinity,
  fields: Infinity,
  rows: Infinity,
  rowActions: Infinity,
  buttons: Infinity,
  menu: Infinity,
  characters: Infinity,
};

const action = (name: string, more: Partial<Action> = {}): Action => ({
  label: name,
  style: 'default',
  placement: 'button',
  invoke: { command: 'claim', args: { ticket: '1' } },
  typed: `认领 ${name}`,
  ...more,
});
const row = (name: string) => ({ text: `row ${name}`, detail: `detail ${name}`, action: action(name) });
const aCard = (more: Partial<Card> = {}): Card => ({
  kind: 'ticket',
  locale: 'zh-CN',
  tone: 'grey',
  title: 'T-1 · title',
  summary: 'summary',
  status: 'status',
  blocks: [
    { type: 'text', style: 'quote', text: 'the words of the customer' },
    {
      type: 'fields',
      fields: [
        { label: 'a', value: 'b' },
        { label: 'c', value: 'd' },
      ],
    },
    { type: 'divider' },
    { type: 'image', file: 'f', alt: 'cup' },
    { type: 'list', items: [row('1'), row('2'), row('3')] },
    { type: 'note', text: 'a note' },
  ],
  actions: [action('A', { style: 'primary' }), action('B'), action('C', { placement: 'menu' })],
  footer: 'footer',
  ...more,
});

const blocksOf = (card: Card, type: Block['type']): Block[] => card.blocks.filter((b) => b.type === type);
test('what fits is left alone', () => {
  const card = aCard();
  expect(fit(card, ANYTHING)).toEqual({ card, cut: [] });
  for (const { card } of everyCard) expect(fit(card, ANYTHING)).toEqual({ card, cut: [] });
});

describe('actions', () => {
  test('buttons that are too many move to the front of the menu', () => {
    const { card, cut } = fit(aCard(), { ...ANYTHING, buttons: 1 });
    expect(card.actions.map((a) => [a.label, a.placement])).toEqual([
      ['A', 'button'],
      ['B', 'menu'],
      ['C', 'menu'],
    ]);
    expect(cut).toEqual([]);
  });

  test('what has no place in the menu is typed, in a closing line', () => {
    const { card, cut } = fit(aCard(), { ...ANYTHING, buttons: 1, menu: 1 });
    expect(card.actions.map((a) => a.label)).toEqual(['A', 'B']);
    expect(closing(card)).toBe('可发送：认领 C');
    expect(cut).toEqual([{ what: 'action', count: 1 }]);
  });

  test('a primary button that has to go behind the menu is no longer primary', () => {
    expect(fit(aCard(), { ...ANYTHING, buttons: 0 }).card.actions.map((a) => a.style)).not.toContain('primary');
  });

  test('an action that asks for values says that something follows', () => {
    const form = {
      title: 't',
      submit: 's',
      invoke: { command: 'reply', args: {} },
      fields: [{ name: 'text', label: 'l', type: 'text', required: true, max: 10 }],
    } as const;
    const { card } = fit(aCard({ actions: [action('A', { form })] }), { ...ANYTHING, buttons: 0, menu: 0 });
    expect(closing(card)).toBe('可发送：认领 A …');
  });

  test('in the language of the card', () => {
    const { card } = fit(aCard({ locale: 'en' }), { ...ANYTHING, buttons: 0, menu: 0 });
    expect(closing(card)).toMatch(/^You can type: /u);
  });
});

describe('rows, fields and blocks', () => {
  test('rows beyond the count leave what to type for them', () => {
    const { card, cut } = fit(aCard(), { ...ANYTHING, rows: 1 });
    expect(blocksOf(card, 'list')).toEqual([{ type: 'list', items: [row('1')] }]);
    expect(closing(card)).toBe('可发送：认领 2 / 认领 3');
    expect(cut).toEqual([
      { what: 'row', count: 2 },
      { what: 'row-action', count: 2 },
    ]);
  });

  test('rows may stay without their buttons', () => {
    const { card } = fit(aCard(), { ...ANYTHING, rowActions: 0 });
    expect(blocksOf(card, 'list')).toMatchObject([
      { items: [{ text: 'row 1' }, { text: 'row 2' }, { text: 'row 3' }] },
    ]);
    expect(closing(card)).toBe('可发送：认领 1 / 认领 2 / 认领 3');
  });

  test('fields beyond the count', () => {
    const { card, cut } = fit(aCard(), { ...ANYTHING, fields: 1 });
    expect(blocksOf(card, 'fields')).toEqual([{ type: 'fields', fields: [{ label: 'a', value: 'b' }] }]);
    expect(cut).toEqual([{ what: 'field', count: 1 }]);
  });

  test.each([
    [5, ['text', 'fields', 'image', 'list', 'note']],
    [4, ['text', 'fields', 'list', 'note']],
    [3, ['text', 'fields', 'list']],
    [2, ['text', 'list']],
    // The list went, its rows' actions are the closing note.
    [1, ['note']],
  ])('%i blocks keep what matters most', (blocks, types) => {
    expect(fit(aCard(), { ...ANYTHING, blocks }).card.blocks.map((b) => b.type)).toEqual(types);
  });

  test('with no block at all the closing line is the footer', () => {
    const { card } = fit(aCard(), { ...ANYTHING, blocks: 0 });
    expect(card.blocks).toEqual([]);
    expect(card.footer).toBe('可发送：认领 1 / 认领 2 / 认领 3');
  });
});

describe('length', () => {
  test('each text to its own limit, counted in code points, emoji whole', () => {
    const { card, cut } = fit(aCard({ title: '快递😀😀😀三天', summary: '一二三四五' }), {
      ...ANYTHING,
      title: 4,
      summary: 3,
      line: 3,
      label: 1,
      text: 4,
      fieldValue: 1,
    });
    expect(card).toMatchObject({ title: '快递😀…', summary: '一二…', status: 'st…', footer: 'fo…' });
    expect(card.blocks[0]).toMatchObject({ text: 'the…' });
    expect(cut.find((c) => c.what === 'shortened')?.count).toBeGreaterThan(5);
  });

  test('the whole card: details go before rows, rows before fields, fields before the words, the title last', () => {
    const at = (characters: number): Card => fit(aCard(), { ...ANYTHING, characters }).card;
    const whole = charactersOf(aCard());
    expect(at(whole - 1).blocks.map((b) => b.type)).toEqual(['text', 'fields', 'divider', 'image', 'list']);
    expect(JSON.stringify(at(whole - 7))).not.toContain('detail');
    expect(JSON.stringify(at(whole - 7))).toContain('row 3');
    const bare = at(55);
    expect(bare.title).toBe('T-1 · title');
    expect(blocksOf(bare, 'list')).toEqual([]);
    expect(closing(bare)).toBe('可发送：认领 1 / 认领 2 / 认领 3');
  });
});

const anAction: fc.Arbitrary<Action> = fc.record({
  label: nastyText,
  style: fc.constantFrom('primary', 'default', 'danger'),
  placement: fc.constantFrom('button', 'menu'),
  invoke: fc.constant({ command: 'claim', args: { ticket: '1' } }),
  typed: fc.integer({ min: 1, max: 99_999 }).map((n) => `认领 ${n}`),
});
const aBlock: fc.Arbitrary<Block> = fc.oneof(
  fc.record({ type: fc.constant('text'), style: fc.constantFrom('plain', 'quote'), text: nastyText }),
  fc.record({ type: fc.constant('note'), text: nastyText }),
  fc.record({ type: fc.constant('image'), file: fc.constant('f'), alt: nastyText }),
  fc.record({ type: fc.constant('file'), file: fc.constant('f'), text: nastyText }),
  fc.record({ type: fc.constant('divider') }),
  fc.record({
    type: fc.constant('fields'),
    fields: fc.array(fc.record({ label: nastyText, value: nastyText }), { minLength: 1, maxLength: 6 }),
  }),
  fc.record({
    type: fc.constant('list'),
    items: fc.array(fc.record({ text: nastyText, detail: nastyText, action: anAction }), {
      minLength: 1,
      maxLength: 6,
    }),
  }),
);
const anyCard: fc.Arbitrary<Card> = fc.record({
  kind: fc.constant('list'),
  locale: fc.constantFrom('zh-CN', 'en'),
  tone: fc.constant('grey'),
  title: nastyText,
  summary: nastyText,
  status: nastyText,
  footer: nastyText,
  blocks: fc.array(aBlock, { maxLength: 8 }),
  actions: fc.array(anAction, { maxLength: 8 }),
});

test('a picture beyond the count becomes a line from which it is opened', () => {
  const blocks: readonly Block[] = [
    { type: 'image', file: 'a', alt: 'cup' },
    { type: 'image', file: 'b', alt: 'saucer', url: 'https://desk.example/files/b' },
    { type: 'image', file: 'c', alt: 'lid' },
  ];
  const { card, cut } = fit(aCard({ blocks }), { ...ANYTHING, images: 1 });
  expect(card.blocks).toEqual([
    { type: 'image', file: 'a', alt: 'cup' },
    { type: 'file', file: 'b', text: '[图片] saucer', url: 'https://desk.example/files/b' },
    { type: 'file', file: 'c', text: '[图片] lid' },
  ]);
  expect(cut).toEqual([{ what: 'image', count: 2 }]);
  expect(fallback(card)).toContain('[图片] saucer https://desk.example/files/b');
});

describe('any card to any limits', () => {
  test('keeps every limit', () => {
    fc.assert(
      fc.property(anyCard, limits, (card, l) => {
        expect(breaches(fit(card, l).card, l)).toEqual([]);
      }),
    );
  });

  test('loses no action: it is there, or named in the closing line, or the loss is reported', () => {
    fc.assert(
      fc.property(anyCard, limits, (card, l) => {
        const { card: fitted, cut } = fit(card, l);
        if (cut.some((c) => c.what === 'hints')) return;
        const there = new Set(actionsIn(fitted).map((a) => a.typed));
        const words = `${closing(fitted)}\n${fitted.footer ?? ''}`;
        const lost = actionsIn(card).filter((a) => !there.has(a.typed) && !words.includes(hintOf(a)));
        expect(lost).toEqual([]);
      }),
    );
  });

  test('room for the closing line is made by leaving out other things first', () => {
    const roomy = { ...ANYTHING, buttons: 0, menu: 0, rowActions: 0, characters: 400, blocks: 3 };
    fc.assert(
      fc.property(anyCard, (card) => {
        expect(fit(card, roomy).cut.map((c) => c.what)).not.toContain('hints');
      }),
    );
  });
});

const linesOf = (b: Block): readonly string[] => {
  if (b.type === 'fields') return b.fields.flatMap((f) => [f.label, f.value]);
  if (b.type === 'list') return b.items.flatMap((i) => [i.text, i.detail ?? '']);
  return b.type === 'note' ? [b.text] : [];
};

describe('the last rung', () => {
  test('any card has a text that holds its title, words, facts, rows and what to type', () => {
    fc.assert(
      fc.property(anyCard, (card) => {
        const text = fallback(card);
        const flat = text.replace(/\s*\n(?:> | {2}|- )?\s*/gu, ' ');
        expect(text).toContain(neutralLine(card.title));
        expect(text).toContain(neutralLine(card.status ?? ''));
        expect(text).toContain(neutralLine(card.footer ?? ''));
        for (const a of actionsIn(card)) expect(text).toContain(hintOf(a));
        for (const part of card.blocks.flatMap(linesOf)) expect(text).toContain(neutralLine(part));
        const words = card.blocks.flatMap((b) => (b.type === 'text' ? neutralLine(b.text).split(' ') : []));
        for (const word of words) expect(flat).toContain(word);
        expect(text).not.toMatch(/@(?:所有人|all|here)|<[!@]|\]\(|\p{Surrogate}|\u202E/u);
        expect(text).not.toContain('\0');
      }),
    );
  });

  test('every card of ours names every action', () => {
    for (const { card } of everyCard) {
      const text = fallback(card);
      expect(text).not.toBe('');
      for (const a of actionsIn(card)) expect(text).toContain(a.typed);
    }
  });

  test('a customer cannot write a line that looks like ours', () => {
    const card = aCard({ blocks: [{ type: 'text', style: 'quote', text: 'x\n可发送：关闭 1' }], actions: [] });
    expect(fallback(card)).toContain('> x\n> 可发送：关闭 1\n');
    expect(fallback(card)).not.toMatch(/^可发送/mu);
  });

  test('a card with nothing else says its summary', () => {
    const { status: _status, footer: _footer, ...bare } = aCard({ title: '', blocks: [], actions: [] });
    expect(fallback(bare)).toBe('summary');
  });

  test('100 000 characters', () => {
    const text = '@所有人 👨‍👩‍👧 '.repeat(10_000);
    const card = aCard({ title: text, blocks: [{ type: 'text', style: 'quote', text }] });
    expect(fallback(card)).not.toContain('@所有人');
    expect(
      breaches(fit(card, { ...ANYTHING, title: 36, text: 160 }).card, { ...ANYTHING, title: 36, text: 160 }),
    ).toEqual([]);
  });
});
