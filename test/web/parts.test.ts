import { describe, expect, it } from 'vitest';
import { vocabulary } from '../../commands/vocabulary.ts';
import { readLine, withChoice, withVerb } from '../../web/sandbox/completion.ts';
import { withLeaving } from '../../web/sandbox/leaving.ts';
import { appName, duration } from '../../web/sandbox/figures.ts';
import { aDirectory } from '../support/tickets.ts';

const verbs = vocabulary(aDirectory(), new Date('2026-11-11T06:32:00Z'), 'zh-CN');
const names = (line: string, bare = false): readonly string[] => {
  const writing = readLine(line, verbs, bare);
  return writing?.kind === 'verbs' ? writing.verbs.map(({ name }) => name) : [];
};

describe('a line that is being written', () => {
  it('is completed by Chinese name, English name, initials and aliases, in any width', () => {
    expect(names('/').length).toBe(verbs.length);
    for (const line of ['/认', '/cla', '/rl', '/ＲＬ', '／认领', '、认', '/我来'])
      expect(names(line)[0], line).toBe('claim');
    expect(names('/zzz')).toEqual([]);
    // A word that is whole comes before words that it only begins.
    expect(names('/on')[0]).toBe('on');
  });

  it('needs its slash in a group and none alone with the bot', () => {
    expect(names('认')).toEqual([]);
    expect(names('认领', true)).toEqual(['claim']);
    expect(names('你好', true)).toEqual([]);
    expect(names('', true)).toEqual([]);
  });

  it('says which parameter comes next, and what it can be', () => {
    const at = (line: string): string | undefined => {
      const writing = readLine(line, verbs, false);
      return writing?.kind === 'params' ? writing.verb.params[writing.at]?.label : undefined;
    };
    const [number, to, note] = verbs.find(({ name }) => name === 'transfer')?.params.map(({ label }) => label) ?? [];
    expect([
      at('/转给 '),
      at('/转给 4800'),
      at('/转给 4800 '),
      at('/转给 物'),
      at('/转给 4800 物流 已核实 多说一句'),
    ]).toEqual([number, number, to, to, note]);
    const writing = readLine('/转给 4800 物', verbs, false);
    expect(writing?.kind === 'params' && writing.choices.map(({ label }) => label)).toEqual(['物流']);
    expect(writing?.kind === 'params' && withChoice('/转给 4800 物', writing.from, '物流')).toBe('/转给 4800 物流 ');
  });

  it('leaves words for oneself to whoever sends the line', () => {
    for (const oneself of ['我', '自己', 'myself']) {
      const writing = readLine(`/指派 4800 ${oneself}`, verbs, false);
      expect(writing?.kind === 'params' && writing.choices, oneself).toEqual([]);
    }
  });

  it('keeps its slash when a verb is put in, and leaves room for what follows', () => {
    const [claim, help] = ['claim', 'help'].map((name) => verbs.find((verb) => verb.name === name));
    expect(claim && withVerb('／rl', claim)).toBe('／认领 ');
    expect(help?.params.length).toBe(1);
  });
});

describe('a list that changes in place', () => {
  const rows = (keys: string): { key: string; item: string; leaving: boolean }[] =>
    Array.from(keys, (key) => ({ key, item: key, leaving: false }));
  const shown = (before: string, after: string): string =>
    withLeaving(rows(before), rows(after))
      .map(({ key, leaving }) => (leaving ? `(${key})` : key))
      .join('');

  it('keeps rows that left where they stood', () => {
    expect(shown('abcd', 'acd')).toBe('a(b)cd');
    expect(shown('abcd', 'bd')).toBe('(a)b(c)d');
    expect(shown('abc', 'xabc')).toBe('xabc');
    expect(shown('ab', '')).toBe('(a)(b)');
    expect(shown('abc', 'cde')).toBe('(a)(b)cde');
  });
});

describe('the figures of the machine', () => {
  const words = { say: (name: string, { n }: Readonly<Record<string, string | number>>) => `${n} ${name}` };

  it('are durations as people say them', () => {
    const said = [12, 120, 9_949, 10_400, 59_400, 59_600, 3_599_000, 7_200_000, 172_800_000];
    expect(said.map((ms) => duration(ms, words))).toEqual([
      '0 machine_s',
      '0.1 machine_s',
      '9.9 machine_s',
      '10 machine_s',
      '59 machine_s',
      '1 machine_min',
      '60 machine_min',
      '2 machine_h',
      '2 machine_d',
    ]);
  });

  it('belong to a platform, and to an installation where that has a name of its own', () => {
    expect(['sandbox\nsandbox', 'wecom\nww1'].map(appName)).toEqual(['sandbox', 'wecom · ww1']);
  });
});
