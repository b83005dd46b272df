import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { neutralise, neutralLine } from '../../cards/neutralise.ts';
import { nastyText } from '../support/nasty.ts';

describe('nothing can be mentioned, hidden or turned around', () => {
  test.each([
    ['@所有人 快来', '＠所有人 快来'],
    ['@all @here @channel', '＠all ＠here ＠channel'],
    ['a@all.x', 'a＠all.x'],
    ['<!channel> <@U12345> <!subteam^S1>', '＜!channel> ＜@U12345> ＜!subteam^S1>'.replace('@', '＠')],
    ['<https://evil.example|银行>', '＜https://evil.example|银行>'],
    ['[点这里](https://evil.example)', '[点这里] (https://evil.example)'],
    ['![x](https://evil.example)', '![x] (https://evil.example)'],
    ['@\u200b所有人', '＠所有人'],
    ['[x]\u200b(https://evil.example)', '[x] (https://evil.example)'],
    ['\u202Egnp.exe\u2066', 'gnp.exe'],
    ['a\u0000b\u001Bc\u007F', 'abc'],
    ['\uD83D', '\uFFFD'],
    ['z' + '\u0301'.repeat(50), 'z' + '\u0301'.repeat(4)],
    ['a\r\nb\rc\u2028d', 'a\nb\nc\nd'],
  ])('%j', (written, shown) => {
    expect(neutralise(written)).toBe(shown);
  });
});

describe('what people write stays readable', () => {
  test.each([
    '快递三天没更新了,帮我看看!价格 <100 元,10 > 5',
    'mail mei.li@shop.example.com please',
    'https://shop.example.com/a?b=[1]&c=d',
    '👨‍👩‍👧‍👦 👍🏽 ❤️ 1️⃣ 🏳️‍🌈',
    'مرحبا بك',
    'שלום',
    'line one\nline two\ttab',
  ])('%j', (written) => {
    expect(neutralise(written)).toBe(written);
  });
});

test('any text: no mention, no link, no control, nothing invisible outside emoji, well formed, and stable', () => {
  fc.assert(
    fc.property(nastyText, (written) => {
      const shown = neutralise(written);
      expect(shown).not.toMatch(/@(?:所有人|all|here|channel|everyone)/iu);
      expect(shown).not.toMatch(/<[!@#]/u);
      expect(shown).not.toMatch(/\]\(/u);
      expect(shown).not.toMatch(
        /(?!\n|\t)\p{Cc}|\p{Surrogate}|[\u200B\u200C\u200E\u200F\u202A-\u202E\u2060-\u2069\uFEFF]/u,
      );
      expect(shown).not.toMatch(/(?<!\p{Emoji}|\uFE0F)\u200D/u);
      expect(neutralise(shown)).toBe(shown);
      expect(neutralLine(written)).not.toContain('\n');
    }),
  );
});

test('a very long text is no problem', () => {
  for (const unit of ['@', '<', ']', '\u200D', '👨\u200D', '\u0301', 'a@', '\uFE0F', 'a\r', '\uD83D']) {
    expect(neutralise(unit.repeat(100_000))).toBeTypeOf('string');
  }
});
