import { describe, expect, it } from 'vitest';
import { vocabulary } from '../../commands/vocabulary.ts';
import { readLine, withChoice, withVerb } from '../../web/sandbox/completion.ts';
import { withLeaving } from '../../web/sandbox/leaving.ts';
import { readMachine } from '../../web/sandbox/machine-reader.ts';
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
  it('are taken as far as they are understood', () => {
    const machine = readMachine({
      at: 1,
      inbox: { open: 3, parked: 1 },
      apps: [
        {
          app: 'sandbox',
          downSince: null,
          waiting: 12,
          oldestMs: 900,
          dead: 0,
          budgets: [
            { name: 'app', subject: '', used: 10, count: 100, windowMs: 60_000 },
            { name: 'conversation', subject: 'g', used: 9, count: 20, windowMs: 60_000 },
          ],
          rooms: [
            { conversation: 'g', surgeSince: '2026-11-11T06:30:00.000Z' },
            { conversation: 'h', surgeSince: null },
          ],
        },
      ],
      jobs: [{ name: 'wake', lagMs: 12 }],
    });
    expect(machine.inbox).toEqual({ open: 3, parked: 1 });
    expect(machine.apps[0]).toMatchObject({
      down: false,
      waiting: 12,
      surge: 1,
      used: { name: 'conversation', share: 0.45 },
    });
    for (const answer of [null, 3, [], {}, { apps: 'x', inbox: 7, jobs: [null, { lagMs: 'late' }] }, { apps: [null] }])
      expect(() => readMachine(answer)).not.toThrow();
  });
});
