import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { escape, escapeWithin, unescape } from '../../../adapters/slack/escape.ts';
import { length } from '../../../cards/excerpt.ts';
import { anyText } from '../../support/any-card.ts';

describe('what goes out', () => {
  test('has exactly three characters escaped', () => {
    expect(escape('<!channel> & *a* _b_ ~c~ `d` "e" 中文')).toBe('&lt;!channel&gt; &amp; *a* _b_ ~c~ `d` "e" 中文');
  });

  test('stays within its length, whole escapes only', () => {
    expect(escapeWithin('a & b', 9)).toBe('a &amp; b');
    expect(escapeWithin('a & b & c', 9)).toBe('a &amp;…');
    expect(escapeWithin('a & b', 6)).toBe('a…');
    fc.assert(
      fc.property(anyText, fc.integer({ min: 1, max: 50 }), (text, max) => {
        const short = escapeWithin(text, max);
        expect(length(short)).toBeLessThanOrEqual(max);
        expect(short).not.toMatch(/[<>]|&(?!(?:amp|lt|gt);)/u);
      }),
    );
  });
});

describe('what comes in', () => {
  test.each([
    ['1 &lt; 2 &amp;&amp; 3 &gt; 2', '1 < 2 && 3 > 2'],
    ['&amp;lt;@U1&amp;gt;', '&lt;@U1&gt;'],
    ['<@U1|xiaomei> <@U2>', '@xiaomei @U2'],
    ['<#C1|general> <#C2|> <#C3>', '#general #C2 #C3'],
    ['<!subteam^S1|@oncall> <!subteam^S2>', '@oncall @S2'],
    ['<!here> <!channel|channel> <!everyone>', '@here @channel @everyone'],
    ['<https://shop.example/a?b=1&amp;c=2>', 'https://shop.example/a?b=1&c=2'],
    ['<http://shop.example|shop.example>', 'shop.example'],
    ['<https://evil.example/x|我的订单>', '我的订单 (https://evil.example/x)'],
    [
      '<mailto:a@b.example|a@b.example> <mailto:a@b.example|写信> <mailto:a@b.example>',
      'a@b.example 写信 (a@b.example) a@b.example',
    ],
    ['<tel:13812345678|13812345678>', '13812345678'],
    ['<!date^1392734382^{date_short_pretty} {time}|2014-02-18 14:39 UTC>', '2014-02-18 14:39 UTC'],
    ['<!date^1392734382^{date}^https://shop.example|18 February>', '18 February'],
    ['<!date^1392734382^{date}>', '2014-02-18T14:39:42.000Z'],
    ['<!date^99999999999999^{date}>', '99999999999999'],
    ['<!unknown|label> <!unknown>', 'label unknown'],
    ['a > b and <unclosed', 'a > b and <unclosed'],
    ['<> <|> <@> <!>', '  @ '],
  ])('%s', (text, read) => {
    expect(unescape(text)).toBe(read);
  });

  test('undoes what goes out, for any text', () => {
    fc.assert(
      fc.property(anyText, (text) => {
        expect(unescape(escape(text))).toBe(text);
      }),
    );
  });

  test('any text at all is read without a fault', () => {
    fc.assert(
      fc.property(anyText, (text) => {
        expect(unescape(`<${text}>`)).not.toContain('undefined');
      }),
    );
  });
});
