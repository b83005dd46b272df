import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { parse, ticketNumber } from '../../commands/parse.ts';
import { commands, wordsOf } from '../../commands/registry.ts';

/** `claim 4821 |rest` for commands, `#4821`, `miss word 4821`, `nothing`. */
function read(text: string): string {
  const p = parse(text);
  if (p.kind === 'nothing') return 'nothing';
  if (p.kind === 'number') return `#${p.number}`;
  const number = p.number === undefined ? '' : ` ${p.number}`;
  if (p.kind === 'miss') return `miss ${p.word}${number}`;
  return `${p.command.name}${number}${p.line === '' ? '' : ` |${p.line}`}`;
}
const widen = (s: string): string =>
  s.replaceAll(/[!-~]/g, (c) => String.fromCodePoint((c.codePointAt(0) ?? 0) + 0xfee0)).replaceAll(' ', '\u3000');

describe('every word calls its verb', () => {
  const words = commands.flatMap((c) => wordsOf(c).map((w) => [w, c] as const));
  it.each(words)('%s', (word, c) => {
    const expected = (n: string) => (c.subject !== 'none' ? `${c.name} ${n}` : `${c.name} |${n}`);
    for (const slash of ['', '/', '、', '／', '/ ', '/ticket ', '／ＴＩＣＫＥＴ\u3000', '/工单 ']) {
      for (const form of [word, word.toUpperCase(), widen(word)]) {
        expect(read(`${slash}${form}`)).toBe(c.name);
        expect(read(`${slash}${form} 4821`)).toBe(expected('4821'));
      }
    }
    if (c.subject === 'none') return;
    for (const no of [
      '4821',
      't4821',
      'T-4821',
      'T—4821',
      'Ｔ－４８２１',
      '#4821',
      '＃４８２１',
      '#T-4821',
      '00004821',
    ]) {
      expect(read(`${word} ${no}`)).toBe(expected('4821'));
      expect(read(`${word}${no}`)).toBe(expected('4821'));
      expect(read(`${word}：${no}`)).toBe(expected('4821'));
      expect(read(`${no} ${word}`)).toBe(expected('4821'));
      expect(read(`/${no}：${word}`)).toBe(expected('4821'));
      expect(read(`${no}${/^[a-z]/u.test(word) ? ' ' : ''}${word}`)).toBe(expected('4821'));
    }
  });
});

describe('numbers', () => {
  it.each([
    '4821',
    't4821',
    'T-4821',
    'T—4821',
    'T——4821',
    '#4821',
    '４８２１',
    'Ｔ４８２１',
    ' 4821 ',
    '/4821',
    '/ticket 4821',
  ])('%s alone is the ticket', (text) => expect(read(text)).toBe('#4821'));

  it.each([
    ['1234567890123', 'miss 1234567890123'],
    ['1234567890', 'miss 1234567890'],
    ['123456789', '#123456789'],
    ['0', 'miss 0'],
    ['回复 13800138000 是您的电话吗', 'reply |13800138000 是您的电话吗'],
    ['回复4821 您好', 'reply 4821 |您好'],
    ['回复13800138000 是您的电话吗', 'miss 回复13800138000'],
    ['解决4821已退款', 'miss 解决4821已退款 4821'],
    ['回复 T-4821：50 元已退', 'reply 4821 |50 元已退'],
    ['回复 T4821x', 'reply |T4821x'],
    ['回复 9:00 发货', 'reply |9:00 发货'],
    ['回复 4821：9 点发货', 'reply |4821：9 点发货'],
    ['回复 4821：您好', 'reply 4821 |您好'],
    ['回复 3,000 元已退', 'reply |3,000 元已退'],
    ['回复 50元已退', 'reply |50元已退'],
    ['回复 T-4821您好', 'reply 4821 |您好'],
    ['4821 回复 5 天内到', 'reply 4821 |5 天内到'],
    ['新建 4821 号商品破损', 'new |4821 号商品破损'],
    ['挂起 30 分钟', 'pending |30 分钟'],
    ['提醒 18:00', 'remind |18:00'],
    ['提醒 4821 18:00', 'remind 4821 |18:00'],
    ['提醒2小时', 'remind |2小时'],
    ['提醒4821 2小时', 'remind 4821 |2小时'],
    ['提醒明天 9:00', 'remind |明天 9:00'],
    ['提醒 11月20日 9:00', 'remind |11月20日 9:00'],
    ['/remind T-4821 2h', 'remind 4821 |2h'],
    ['知道了 4821', 'acknowledge 4821'],
    ['挂起 4821 客户 2h', 'pending 4821 |客户 2h'],
    ['4821 怎么样了', 'miss 怎么样了 4821'],
    ['认令4821', 'miss 认令 4821'],
    ['4821 列表', 'miss 4821'],
  ])('%s', (text, expected) => {
    expect(read(text)).toBe(expected);
  });

  it('reads a ticket number alone, and nothing else, from buttons and the API', () => {
    expect(['4821', 'Ｔ—４８２１', ' #4821', '4821 x', '', '12345678901', '-4821', 'abc'].map(ticketNumber)).toEqual([
      4821,
      4821,
      4821,
      null,
      null,
      null,
      null,
      null,
    ]);
  });
});

describe('words and what follows', () => {
  it.each([
    ['', 'nothing'],
    [' \u200b\n', 'nothing'],
    ['/', 'nothing'],
    ['、', 'nothing'],
    ['/ticket', 'help'],
    ['？', 'help'],
    ['转给物流 已核实', 'transfer |物流 已核实'],
    ['派给我', 'assign |我'],
    ['优先级高', 'priority |高'],
    ['列表我的', 'list |我的'],
    ['标签+vip', 'tag |+vip'],
    ['帮助认领', 'help |认领'],
    ['认领。', 'claim'],
    ['认领！', 'claim'],
    // Free text needs a space: none of these is the verb it begins with.
    ['新建议很好', 'miss 新建议很好'],
    ['解决方案发给客户了', 'miss 解决方案发给客户了'],
    ['回复一下客户', 'miss 回复一下客户'],
    ['标签机坏了', 'miss 标签机坏了'],
    ['我来处理', 'miss 我来处理'],
    ['closed', 'miss closed'],
    ['Claimed 4821', 'miss Claimed'],
    ['好的谢谢', 'miss 好的谢谢'],
    ['😀 hello', 'miss 😀'],
  ])('%j', (text, expected) => {
    expect(read(text)).toBe(expected);
  });

  it('keeps a text as it was written', () => {
    const words = '您好，\n\n  １２３  Ａ　包裹已 发出。\t谢谢！';
    expect(read(`／回复　Ｔ－４８２１：${words}`)).toBe(`reply 4821 |${words}`);
    expect(read(`hf\n${words}\n`)).toBe(`reply |${words}`);
  });

  it('keeps any text after the verb and the number', () => {
    // Starts with a letter so that the text brings no number or mark of its own.
    const anyText = fc.string({ unit: 'binary' }).map((s) => `您${s}啊`);
    fc.assert(
      fc.property(anyText, fc.integer({ min: 1, max: 999_999_999 }), (s, n) => {
        expect(parse(`回复 ${n} ${s}`)).toMatchObject({ kind: 'command', number: n, line: s });
      }),
    );
  });
});

describe('any text', () => {
  const pieces = fc.constantFrom(
    ...commands.flatMap(wordsOf),
    '/',
    '、',
    'T-',
    '#',
    '4821',
    '：',
    ' ',
    '\n',
    '\u200b',
    '/ticket',
  );
  const anything = fc.oneof(
    fc.string({ unit: 'binary', maxLength: 300 }),
    fc.array(fc.oneof(pieces, fc.string({ maxLength: 4 })), { maxLength: 8 }).map((a) => a.join('')),
  );

  it('is read without throwing, and only in sane shapes', () => {
    fc.assert(
      fc.property(anything, (s) => {
        const p = parse(s);
        const { number = 1 } = p.kind === 'nothing' ? {} : p;
        expect(Number.isInteger(number) && number > 0 && number < 1e9).toBe(true);
        const word = p.kind === 'miss' ? p.word : '-';
        expect(word).not.toBe('');
        expect(Array.from(word).length).toBeLessThanOrEqual(20);
        expect(s).toContain(p.kind === 'command' ? p.line : '');
      }),
      { numRuns: 2000 },
    );
  });

  it.each(['⑴', '¨', '¼杯'])('%s, which folds to several characters, is answered with itself', (s) => {
    expect(parse(s)).toMatchObject({ kind: 'miss', word: s });
  });

  it('may be very long', () => {
    const long = '啊'.repeat(100_000);
    expect(parse(`回复 4821 ${long}`)).toMatchObject({ number: 4821, line: long });
    expect(parse(long)).toEqual({ kind: 'miss', word: '啊'.repeat(20) });
    expect(parse(`${' '.repeat(100_000)}认领${' '.repeat(100_000)}4821`)).toMatchObject({ number: 4821, line: '' });
  });
});
