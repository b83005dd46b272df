import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import {
  addressOf,
  addressesIn,
  bold,
  escapeMarkdown,
  link,
  linkedMarkdown,
  picture,
  quote,
} from '../../../adapters/dingtalk/markdown.ts';
import { anyText } from '../../support/any-card.ts';

/** Every sign that Markdown knows, in any order. */
const markup = fc
  .array(
    fc.constantFrom(...Array.from('\\`*_[]()~|<>#+-=&;!. \n\ta1@中'), '  \n', '\n\n', '1.', '---', '&nbsp;', '<b>'),
    {
      maxLength: 40,
    },
  )
  .map((signs) => signs.join(''));

/** What is left when everything that is escaped is taken out. */
const bare = (markdown: string): string => markdown.replaceAll(/\\[\p{P}\p{S}]/gu, '…');
/** As somebody reads it. */
const read = (markdown: string): string =>
  markdown.replaceAll(/\\([\p{P}\p{S}])/gu, '$1').replaceAll(/[ \t]*\n/gu, '\n');

describe('text that somebody wrote', () => {
  test('means nothing', () => {
    fc.assert(
      fc.property(fc.oneof(markup, anyText), (written) => {
        const left = bare(escapeMarkdown(written));
        expect(left).not.toMatch(/[`[|]|~~|[*_]\S|\S[*_]|<[A-Za-z/!?]|&#?\w{1,32};/u);
        for (const line of left.split('\n'))
          expect(line).not.toMatch(/^\s*(?:[#>]|[+*_-](?:[ \t-]|$)|\d+[.)](?!\d)|=+[ \t]*$)|^ {4}|^\t/u);
      }),
      { numRuns: 500 },
    );
  });

  test('reads as it was written, its empty lines aside', () => {
    const lines = (text: string): readonly string[] =>
      text
        .split('\n')
        .map((line) => line.replace(/^[ \t]+/u, '').trimEnd())
        .filter((line) => line !== '');
    fc.assert(
      fc.property(markup, (written) => {
        expect(lines(read(escapeMarkdown(written)))).toEqual(lines(written));
      }),
      { numRuns: 500 },
    );
  });

  test.each([
    ['138****5678', String.raw`138\*\*\*\*5678`],
    ['3 * 4 = 12', '3 * 4 = 12'],
    ['a_b', String.raw`a\_b`],
    ['[x](https://evil.example)', String.raw`\[x](https://evil.example)`],
    ['# 一\n> 二\n- 三\n1. 四\n1.5 元\n-5 度', '\\# 一  \n\\> 二  \n\\- 三  \n1\\. 四  \n1.5 元  \n-5 度'],
    ['一\n\n\n二', '一\n\n二'],
    ['标题\n===', '标题  \n\\==='],
    [String.raw`C:\*`, String.raw`C:\\\*`],
    ['a < b && c', 'a < b && c'],
    ['<b>&nbsp;', String.raw`\<b>\&nbsp;`],
    ['    code', 'code'],
  ])('%j is %j', (written, expected) => {
    expect(escapeMarkdown(written)).toBe(expected);
  });
});

describe('what we write ourselves', () => {
  test('bold, quote, picture', () => {
    expect([bold('待认领 a*'), bold(' ')]).toEqual([String.raw`**待认领 a\***`, '']);
    expect(quote('一\n# 二')).toBe('> 一  \n> \\# 二');
    expect([picture('@lALPDe7sv'), picture('](https://evil.example)'), picture('')]).toEqual([
      '![](@lALPDe7sv)',
      '',
      '',
    ]);
  });

  test('links lead to https alone, and end where they should', () => {
    expect(link('https://desk.example/a', '看 [x]')).toBe('[看 \\[x\\]](https://desk.example/a)');
    expect(link('https://desk.example/a(b)', '')).toBe(
      '[https://desk.example/a%28b%29](https://desk.example/a%28b%29)',
    );
    for (const url of [
      'http://desk.example',
      'javascript:alert(1)',
      'https://a b',
      'https://',
      `https://a/${'x'.repeat(700)}`,
    ]) {
      expect(addressOf(url)).toBeNull();
      expect(link(url, '看')).toBe('看');
    }
  });

  test('addresses are found between words of any language, and each is behind no other words', () => {
    expect(addressesIn('见https://a.example/x_y，或 https://b.example/。https://a.example/x_y', 3)).toEqual([
      'https://a.example/x_y',
      'https://b.example/',
    ]);
    expect(linkedMarkdown('*登录*：https://a.example/x_y，十分钟', 3)).toBe(
      String.raw`\*登录\*：[https://a.example/x\_y](https://a.example/x%5Fy)，十分钟`,
    );
  });
});
