import { describe, expect, it } from 'vitest';
import { commands, commandBy, wordsOf } from '../../commands/registry.ts';
import { nearest } from '../../src/triage/nearest.ts';

const words = commands.flatMap(wordsOf);
const meant = (word: string): string | null => commandBy(nearest(word, words) ?? '')?.name ?? null;

describe('the nearest verb', () => {
  it.each([
    ['clam', 'claim'],
    ['calim', 'claim'],
    ['cliam', 'claim'],
    ['CLAIMS', 'claim'],
    ['relase', 'release'],
    ['asign', 'assign'],
    ['trasnfer', 'transfer'],
    ['transfre', 'transfer'],
    ['resovle', 'resolve'],
    ['priorty', 'priority'],
    ['catagory', 'category'],
    ['hlep', 'help'],
    ['repoen', 'reopen'],
    ['repply', 'reply'],
    ['lr', 'claim'],
    ['yjx', 'priority'],
    ['ckh', 'reopen'],
    ['认令', 'claim'],
    ['认零', 'claim'],
    ['回付', 'reply'],
    ['关毕', 'close'],
    ['优先及', 'priority'],
    ['我要认领', 'claim'],
    ['认领这张工单', 'claim'],
    ['这个问题解决不了', 'resolve'],
    ['转', null],
  ])('%s: %s', (typed, expected) => {
    expect(meant(typed)).toBe(expected);
  });

  // Beyond the thresholds: no suggestion is better than a wrong one.
  it.each([
    '',
    ' ',
    'x',
    '?!',
    'hello',
    'xyzzy',
    'cxxxm',
    'cl',
    'fk',
    '你好',
    '好的谢谢',
    '快递三天没更新了',
    '1234567890123',
    'a'.repeat(500),
  ])('%s is near to none', (typed) => expect(nearest(typed, words)).toBeNull());

  it('allows one slip up to four letters and two from five on', () => {
    expect(nearest('abxd', ['abcd'])).toBe('abcd');
    expect(nearest('axxd', ['abcd'])).toBeNull();
    expect(nearest('abxxe', ['abcde'])).toBe('abcde');
    expect(nearest('axxxe', ['abcde'])).toBeNull();
    expect(nearest('甲丙', ['甲乙'])).toBe('甲乙');
    expect(nearest('丙丁', ['甲乙'])).toBeNull();
  });

  it('takes the nearest, then the one of the same letters or that begins alike, then the first', () => {
    expect(nearest('abcdf', ['abxxf', 'abcde'])).toBe('abcde');
    expect(nearest('abcde', ['xbcde', 'abcdx'])).toBe('abcdx');
    expect(nearest('丙乙', ['甲乙', '丁乙'])).toBe('甲乙');
    expect(nearest('ab', ['ac', 'ba'])).toBe('ba');
  });
});
