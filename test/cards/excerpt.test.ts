import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { cut, firstLines, length } from '../../cards/excerpt.ts';
import { nastyText } from '../support/nasty.ts';

const graphemes = new Intl.Segmenter('und', { granularity: 'grapheme' });
const clusters = (text: string): string[] => Array.from(graphemes.segment(text), (s) => s.segment);

describe('cut', () => {
  test.each([
    ['短的', 10, '短的'],
    ['快递三天没更新', 4, '快递三…'],
    ['快递三天没更新', 7, '快递三天没更新'],
    ['快 递', 2, '快…'],
    ['ab', 0, ''],
    ['ab', 1, '…'],
    ['😀😀😀', 3, '😀😀😀'],
    ['😀😀😀', 2, '😀…'],
    ['好👨‍👩‍👧‍👦好', 5, '好…'],
    ['好👨‍👩‍👧‍👦好好', 9, '好👨‍👩‍👧‍👦…'],
  ])('%s to %i', (text, max, expected) => {
    expect(cut(text, max)).toBe(expected);
  });

  test('never longer than allowed, a prefix of whole clusters, no half character that was whole', () => {
    fc.assert(
      fc.property(nastyText, fc.integer({ min: 0, max: 60 }), (text, max) => {
        const short = cut(text, max);
        expect(length(short)).toBeLessThanOrEqual(max);
        if (short === text || max === 0) return;
        expect(short.endsWith('…')).toBe(true);
        const kept = short.slice(0, -1);
        expect(text.startsWith(kept)).toBe(true);
        const last = kept.charCodeAt(kept.length - 1);
        const next = text.charCodeAt(kept.length);
        expect(last >= 0xd800 && last <= 0xdbff && next >= 0xdc00 && next <= 0xdfff).toBe(false);
        // The first cluster may be too long by itself; then it is cut inside.
        const whole = clusters(text);
        const ends = whole.map((_, n) => whole.slice(0, n).join(''));
        expect(length(whole[0] ?? '') >= max || ends.some((e) => e === kept || e.trimEnd() === kept)).toBe(true);
      }),
    );
  });

  test('length counts code points', () => {
    fc.assert(
      fc.property(nastyText, (text) => {
        expect(length(text)).toBe(Array.from(text).length);
      }),
    );
  });

  test('a book is cut without reading it', () => {
    expect(length(cut('👨‍👩‍👧‍👦'.repeat(100_000), 100))).toBeLessThanOrEqual(100);
    expect(length(cut(`e${'\u0301'.repeat(100_000)}`, 100))).toBeLessThanOrEqual(100);
  });
});

describe('first lines', () => {
  test('three lines of the customer as they are', () => {
    expect(firstLines('一\n\n二\n三', 3)).toEqual({ text: '一\n二\n三', cut: false });
  });
  test('a fourth line is left out and said to be', () => {
    expect(firstLines('一\n二\n三\n四', 3)).toEqual({ text: '一\n二\n三…', cut: true });
  });
  test('a long paragraph counts as the lines it fills: 22 Chinese characters, 44 Latin', () => {
    expect(firstLines('字'.repeat(66), 3)).toEqual({ text: '字'.repeat(66), cut: false });
    expect(firstLines('字'.repeat(67), 3)).toEqual({ text: `${'字'.repeat(66)}…`, cut: true });
    expect(firstLines('x'.repeat(132), 3).cut).toBe(false);
    expect(firstLines('x'.repeat(133), 3).cut).toBe(true);
  });
  test('nothing but blanks is nothing', () => {
    expect(firstLines(' \n \n', 3)).toEqual({ text: '', cut: false });
    expect(firstLines('', 3)).toEqual({ text: '', cut: false });
  });
  test('any text: at most three lines, and short', () => {
    fc.assert(
      fc.property(nastyText, (text) => {
        const lines = firstLines(text, 3).text.split('\n');
        expect(lines.length).toBeLessThanOrEqual(3);
        expect(firstLines(text, 3).text).not.toBe('…');
      }),
    );
    expect(firstLines('好\n'.repeat(100_000), 3)).toEqual({ text: '好\n好\n好…', cut: true });
    expect(firstLines(' '.repeat(100_000) + '好', 3).cut).toBe(true);
  });
});
