import { describe, expect, it } from 'vitest';
import { commands, commandBy, wordsOf } from '../../commands/registry.ts';
import type { Command } from '../../commands/command.ts';
import { folded } from '../../commands/fold.ts';
import { STATUSES } from '../../src/domain/status.ts';
import { verbName } from '../../src/text/verb.ts';
import { say, type Sentence } from '../../src/text/text.ts';
import { en, zh } from '../support/tickets.ts';
import { NOW_THERE, RESERVED } from './vocabulary.ts';

/** Words that call two things, as `word: a, b`. */
function clashes(owners: readonly (readonly [owner: string, words: readonly string[]])[]): string[] {
  const seen = new Map<string, string>();
  const found: string[] = [];
  for (const [owner, words] of owners) {
    for (const w of words) {
      const before = seen.get(folded(w));
      if (before !== undefined) found.push(`${w}: ${before}, ${owner}`);
      seen.set(folded(w), owner);
    }
  }
  return found;
}
const vocabulary = [
  ...commands.map((c: Command) => [c.name, wordsOf(c)] as const),
  ...RESERVED.map((r) => [`later ${r[0]}`, r] as const),
];

describe('the vocabulary', () => {
  it('has no word for two verbs, now or later', () => {
    expect(clashes(vocabulary)).toEqual([]);
  });

  it('would notice a word for two verbs', () => {
    expect(clashes([...vocabulary, ['double', ['ＲＷ', '认领']]])).toEqual([
      'ＲＷ: later task, double',
      '认领: claim, double',
    ]);
  });

  it('is the one that was promised', () => {
    expect(commands.map((c) => c.name)).toEqual(NOW_THERE.map((v) => v[0]));
    for (const [name, ...words] of NOW_THERE) {
      expect(words.map((w) => commandBy(w)?.name)).toEqual(words.map(() => name));
    }
  });

  it('uses no word that reads as a ticket number or as a status', () => {
    for (const c of commands) {
      for (const w of wordsOf(c)) {
        expect(w).toBe(folded(w));
        expect(w).toMatch(/^(?:\p{Script=Han}{2,4}|[a-z]+(?:-[a-z]+)*|\?)$/u);
        // `new` is both, and the scope of a list is looked up among statuses only.
        expect(STATUSES.filter((s) => s === w && w !== 'new')).toEqual([]);
      }
    }
  });
});

describe.each(commands.map((c) => [c.name, c] as const))('%s', (_name, c) => {
  it('has its names in the catalogue', () => {
    expect([verbName(c.name, 'zh-CN'), verbName(c.name, 'en')]).toEqual([c.zh, c.name]);
  });

  it('says in one line what it does, in both languages', () => {
    const summary = { key: c.summary, params: null } as Sentence;
    for (const line of [say(summary, zh), say(summary, en)]) {
      expect(line).toMatch(/^[^\n。.]{2,80}$/u);
    }
  });

  it('declares parameters that can be typed', () => {
    const names = c.params.map((p) => p.name);
    expect(new Set(names).size).toBe(names.length);
    expect(names).not.toContain('ticket');
    // What takes the remainder of the line is last, and what must be there stands before what may be.
    const typed = c.params.filter((p) => p.way === undefined);
    const takesAll = typed.findIndex((p) => p.type === 'rest' || p.type === 'tags');
    expect(takesAll === -1 || takesAll === typed.length - 1).toBe(true);
    expect(c.params.filter((p) => p.way !== undefined && p.required)).toEqual([]);
    const required = typed.map((p) => p.required);
    expect(required).toEqual(required.toSorted((a, b) => Number(b) - Number(a)));
    for (const p of c.params) expect(say({ key: p.label, params: null } as Sentence, zh)).not.toBe('');
  });
});
