import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { listed, readXml } from '../../../adapters/shared/xml.ts';

/** Callbacks' flat XML (fact sheet, 2.3, 2.4, 8.4). */

/** What was read, with prototypes, as `toEqual` wants them. */
const read = (xml: string): unknown => JSON.parse(JSON.stringify(readXml(xml)));
const xml = (inner: string): string => `<xml>${inner}</xml>`;

const BOMB =
  '<!DOCTYPE xml [<!ENTITY a "ha"><!ENTITY b "&a;&a;&a;&a;&a;&a;&a;&a;"><!ENTITY c "&b;&b;&b;&b;&b;&b;&b;&b;">]>';

describe('reads', () => {
  test('elements with CDATA and without, in any order, however they are set out', () => {
    const wanted = { ToUserName: 'ww1', Encrypt: 'a+/=', AgentID: '1000002' };
    const parts = [
      '<ToUserName><![CDATA[ww1]]></ToUserName>',
      '<Encrypt><![CDATA[a+/=]]></Encrypt>',
      '<AgentID>1000002</AgentID>',
    ];
    expect(read(xml(parts.join('')))).toEqual(wanted);
    expect(read(`\n${xml(`\n  ${parts.toReversed().join('\r\n  ')}\n`)}\n`)).toEqual(wanted);
    expect(read(`\uFEFF<?xml version="1.0" encoding="UTF-8"?>\n${xml(parts.join(''))}`)).toEqual(wanted);
  });

  test('every value as a text', () => {
    const values = ['4561255354251345929', '007', '1e3', '0x10', 'true', 'null', '1.0', ' 1 ', '-0'];
    for (const value of values) {
      expect(read(xml(`<A>${value}</A>`))).toEqual({ A: value });
      expect(read(xml(`<A><![CDATA[${value}]]></A>`))).toEqual({ A: value });
    }
  });

  test('nothing as an empty text', () => {
    expect(read(xml('<A></A><B/><C><![CDATA[]]></C>'))).toEqual({ A: '', B: '', C: '' });
  });

  test('within CDATA whatever it looks like', () => {
    for (const text of ['a & b', '&amp;', '<b>', BOMB, '<!-- no -->', '<?php', '你好😀', '#text'])
      expect(read(xml(`<A><![CDATA[${text}]]></A>`))).toEqual({ A: text });
    expect(read(xml('<A><![CDATA[a]]]]><![CDATA[>b]]></A>'))).toEqual({ A: 'a]]>b' });
  });

  test('outside of CDATA the five entities and numbers', () => {
    expect(read(xml('<A>&lt;&gt;&amp;&quot;&apos;&#65;&#x4f60;&#128512;</A>'))).toEqual({
      A: '<>&"\'A你😀',
    });
    expect(read(xml('<A>&amp;lt;<![CDATA[&lt;]]></A>'))).toEqual({ A: '&lt;&lt;' });
  });

  test('one child as it is, several as a list', () => {
    const item = (id: string) => `<I><Id>${id}</Id></I>`;
    expect(read(xml(`<S>${item('1')}</S>`))).toEqual({ S: { I: { Id: '1' } } });
    expect(read(xml(`<S>${item('1')}${item('2')}</S>`))).toEqual({
      S: { I: [{ Id: '1' }, { Id: '2' }] },
    });
    expect(read(xml('<A>1</A><A></A><A>2</A>'))).toEqual({ A: ['1', '', '2'] });
  });
});

test('what was read has no prototype', () => {
  const found = readXml(xml('<A><B>1</B></A>'));
  expect(Object.getPrototypeOf(found)).toBeNull();
  expect(found?.['constructor']).toBeUndefined();
  for (const name of ['__proto__', 'constructor', 'prototype'])
    readXml(xml(`<${name}><polluted>1</polluted></${name}>`));
  expect(({} as Record<string, unknown>)['polluted']).toBeUndefined();
});

test('a list is what is there: none, one or several', () => {
  expect([undefined, '', '1', ['1', '2'], { a: '1' }].map(listed)).toEqual([[], [], ['1'], ['1', '2'], [{ a: '1' }]]);
});

describe('is none', () => {
  test.each<[string, string]>([
    ['nothing', ''],
    ['JSON', '{"xml":{"A":"1"}}'],
    ['text', 'hello'],
    ['another root', '<html><A>1</A></html>'],
    ['a root with nothing in it', xml('')],
    ['a root with a text', xml('hello')],
    ['two roots', `${xml('<A>1</A>')}${xml('<A>1</A>')}`],
    ['text before it', `x${xml('<A>1</A>')}`],
    ['text behind it', `${xml('<A>1</A>')}x`],
    ['text between elements', xml('<A>1</A>x<B>1</B>')],
    ['half of it', xml('<A>1</A>').slice(0, -4)],
    ['a tag that is not closed', '<xml><A>1</xml>'],
    ['tags that cross', '<xml><A><B>1</A></B></xml>'],
    ['CDATA that is not closed', '<xml><A><![CDATA[1</A></xml>'],
    ['a bare <', xml('<A>1 < 2</A>')],
    ['a bare &', xml('<A>1 & 2</A>')],
    ['an attribute', '<xml a="1"><A>1</A></xml>'],
    ['an attribute with a tag in it', `<xml a="<A>"><A>1</A></xml>`],
    ['a comment', xml('<!-- c --><A>1</A>')],
    ['an instruction', xml('<?php 1 ?><A>1</A>')],
    ['CDATA in a tag', '<xml><A <![CDATA[>]]>>1</A></xml>'],
    ['a declared type', `<!DOCTYPE xml>${xml('<A>1</A>')}`],
    ['one in small letters', `<!doctype xml>${xml('<A>1</A>')}`],
    ['one that a comment seems to hide', `<!-- <![CDATA[ -->${BOMB}<!-- ]]> -->${xml('<A>&c;</A>')}`],
    ['a declared entity', `<!ENTITY a "b">${xml('<A>1</A>')}`],
    ['a bomb of entities', BOMB + xml('<A>&c;</A>')],
    ['an entity of a file', `<!DOCTYPE x [<!ENTITY d SYSTEM "file:///etc/passwd">]>${xml('<A>&d;</A>')}`],
    ['an entity that nobody declared', xml('<A>&nbsp;</A>')],
    ['half a character', xml('<A>&#xD83D;</A>')],
    ['no character at all', xml('<A>&#x110000;</A>')],
    ['a number without end', xml(`<A>&#${'9'.repeat(400)};</A>`)],
    ['deep nesting', `<xml>${'<a>'.repeat(20_000)}${'</a>'.repeat(20_000)}</xml>`],
    ['nesting a little too deep', `<xml>${'<a>'.repeat(20)}${'</a>'.repeat(20)}</xml>`],
    ['too many elements', xml('<a/>'.repeat(5_000))],
    ['2 MB', xml(`<A>${'x'.repeat(2 * 1_024 * 1_024)}</A>`)],
  ])('%s', (_, text) => {
    expect(readXml(text)).toBeNull();
  });

  test.each<[string, string]>([
    ['CDATA without end', `<xml>${'<![CDATA['.repeat(28_000)}`],
    ['nothing but <', '<'.repeat(260_000)],
    ['nothing but tags begun', '<a '.repeat(86_000)],
    ['nothing but &', xml(`<A>${'&'.repeat(250_000)}</A>`)],
    ['blanks in a tag', `<xml${' '.repeat(250_000)}`],
  ])('%s, at once', (_, text) => {
    const began = performance.now();
    expect(readXml(text)).toBeNull();
    // A reader that tries everything from everywhere takes many seconds.
    expect(performance.now() - began).toBeLessThan(1_000);
  });
});

test('whatever is written in CDATA is read again, and rubbish breaks nothing', () => {
  const cdata = (text: string) => `<![CDATA[${text.replaceAll(']]>', ']]]]><![CDATA[>')}]]>`;
  const text = fc
    .string({ unit: fc.constantFrom(']', '>', '[', '<', '!', '&', ';', '/', ' ', '\n', '你', '😀', 'CDATA') })
    .filter((one) => one.trim() !== '');
  fc.assert(
    fc.property(text, text, (a, b) => {
      expect(read(xml(`<A>${cdata(a)}</A><B>${cdata(b)}</B>`))).toEqual({ A: a, B: b });
    }),
  );
  const piece = fc.constantFrom(
    '<xml>',
    '</xml>',
    '<A>',
    '</A>',
    '<A/>',
    '<![CDATA[',
    ']]>',
    '&amp;',
    '&',
    '<!',
    '<?',
    '"',
    'x',
    '>',
    '\0',
  );
  fc.assert(
    fc.property(fc.array(piece, { maxLength: 30 }), (pieces) => {
      const found = readXml(pieces.join(''));
      expect(found === null || typeof found === 'object').toBe(true);
    }),
    { numRuns: 2_000 },
  );
});
