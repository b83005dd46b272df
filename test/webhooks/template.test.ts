import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { clip, fill, parsePath, parseTemplate, readPath, type Template } from '../../src/webhooks/template.ts';

const JSON_VALUE = {
  order: { no: '2026', amount: 12.5, items: [{ sku: 'A' }, { sku: 'B' }], note: null, empty: ' ', paid: true },
  订单: { 编号: '7' },
  list: [[1, 2]],
};
const at = (written: string): unknown => {
  const path = parsePath(written);
  return path === null ? 'no path' : readPath(JSON_VALUE, path);
};
const template = (written: string): Template => {
  const parsed = parseTemplate(written);
  if (parsed === null) throw new Error(`no template: ${written}`);
  return parsed;
};
const filled = (written: string): unknown => fill(template(written), JSON_VALUE);

describe('a path', () => {
  it.each([
    ['order.no', '2026'],
    ['order.items[1].sku', 'B'],
    ['list[0][1]', 2],
    ['订单.编号', '7'],
    ['order.items[2].sku', undefined],
    ['order.items.length', undefined],
    ['order.no.length', undefined],
    ['order.note', undefined],
    ['order.constructor', undefined],
    ['__proto__.toString', undefined],
    ['order[0]', undefined],
    ['list.0', undefined],
  ])('%s leads to %j', (written, value) => {
    expect(at(written)).toEqual(value);
  });

  it.each([
    '',
    '.',
    'a.',
    '.a',
    'a..b',
    'a[',
    'a[x]',
    'a[-1]',
    'a[1000]',
    'a]b',
    'a b',
    '{a}',
    'a[0]b',
    'a.[0]',
    `a${'.a'.repeat(12)}`,
  ])('%j is none', (written) => {
    expect(parsePath(written)).toBeNull();
  });
});

describe('a template', () => {
  it.each([
    ['订单 {order.no}', '订单 2026'],
    ['{order.amount}/{order.paid}', '12.5/true'],
    ['{ order.no }', '2026'],
    ['{order.note|没有}', '没有'],
    ['{order.empty|}', ''],
    ['{order.note|a|b}', 'a|b'],
    ['{{order.no}}', '{order.no}'],
    ['plain', 'plain'],
  ])('%s says %s', (written, text) => {
    expect(filled(written)).toEqual({ text });
  });

  it.each([
    ['{order.nothing}', 'missing', 'order.nothing'],
    ['{order.empty}', 'missing', 'order.empty'],
    ['{order.items}', 'not_text', 'order.items'],
    ['{order|x}', 'not_text', 'order'],
  ])('%s cannot be filled: %s', (written, fault, path) => {
    expect(filled(written)).toEqual({ fault, path });
  });

  it.each(['{', '}', '{a', 'a}', '{}', '{|x}', '{a b}', '{a..b}'])('%j is none', (written) => {
    expect(parseTemplate(written)).toBeNull();
  });

  it('takes over nothing that cannot be seen, and no half characters', () => {
    const nasty = 'a\u0000b\u202Ec\u200Bd\uD800e\nf👨‍👩‍👧';
    expect(fill(template('{x}'), { x: nasty })).toEqual({ text: 'abcde\nf👨‍👩‍👧' });
  });

  it('says any text that is doubled braces apart', () => {
    const same = fc.property(fc.string({ unit: 'grapheme' }), (text) => {
      const doubled = text.replaceAll('{', '{{').replaceAll('}', '}}');
      return JSON.stringify(fill(template(doubled), {})) === JSON.stringify({ text });
    });
    expect(fc.check(same).failed).toBe(false);
  });
});

it('clips by whole characters', () => {
  expect(clip('👍👍👍', 2)).toBe('👍👍');
  expect(clip('ab', 2)).toBe('ab');
});
