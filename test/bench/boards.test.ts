import { expect, it } from 'vitest';
import { watchBoards } from '../../bench/boards.ts';
import type { Call } from '../../bench/virtual.ts';
import type { Card } from '../../cards/card.ts';

const boardOf = (...rows: readonly string[]): Card => ({
  kind: 'board',
  locale: 'en',
  tone: 'grey',
  title: `${rows.length} to claim`,
  summary: '',
  blocks: rows.length === 0 ? [] : [{ type: 'list', items: rows.map((text) => ({ text })) }],
  actions: [],
});

const shown = (group: string, number: number, card: Card, more: Partial<Call> = {}): Call => ({
  at: 0,
  method: 'send',
  conversation: group,
  message: { type: 'card', card, fallback: '', version: 1 },
  key: `board:sandbox\nsandbox\n${group}:${number}:1`,
  ref: `${group}-${number}`,
  outcome: 'taken',
  ...more,
});

const rowsIn = (calls: readonly Call[], fixed: readonly string[], group: string): readonly string[] => {
  const boards = watchBoards(fixed);
  boards.follow(calls);
  return boards.rows(group).map(({ text }) => text);
};

it('a board that is drawn anew shows its new rows alone, whatever its title counts', () => {
  const calls = [
    shown('g', 1, boardOf('a', 'b')),
    shown('g', 2, boardOf('c')),
    shown('other', 1, boardOf('x')),
    shown('g', 1, boardOf('b', 'd', 'e'), { method: 'update' }),
  ];
  expect(rowsIn(calls, [], 'g')).toEqual(['b', 'd', 'e', 'c']);
});

it('a board that is over has no rows', () => {
  expect(rowsIn([shown('g', 1, boardOf('a')), shown('g', 1, boardOf(), { method: 'update' })], [], 'g')).toEqual([]);
});

it('where messages stay as they were, the newest of a board counts', () => {
  const later = { key: 'board:sandbox\nsandbox\ng:1:2', ref: 'g-1-later' };
  const calls = [shown('g', 1, boardOf('a')), shown('g', 2, boardOf('b')), shown('g', 1, boardOf('c'), later)];
  expect(rowsIn(calls, ['g'], 'g')).toEqual(['c', 'b']);
  expect(rowsIn(calls, [], 'g')).toEqual(['a', 'b', 'c']);
});

it('what was swallowed or refused shows nothing', () => {
  const calls = [
    shown('g', 1, boardOf('a')),
    shown('g', 1, boardOf('b'), { outcome: 'dropped' }),
    shown('g', 2, boardOf('c'), { outcome: 'refused', ref: null }),
  ];
  expect(rowsIn(calls, [], 'g')).toEqual(['a']);
});
