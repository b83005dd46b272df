import { expect, test } from 'vitest';
import { countUses } from '../../../adapters/shared/uses.ts';

test('each key is one use, and of many grants the oldest are forgotten', () => {
  const uses = countUses(5);
  expect(uses.look('g', 'a')).toBe('free');
  // Looking is no use: what failed is tried again.
  expect(uses.look('g', 'a')).toBe('free');
  for (const key of ['a', 'b', 'c', 'd']) uses.note('g', key);
  expect([uses.look('g', 'a'), uses.look('g', 'e')]).toEqual(['done', 'free']);
  uses.note('g', 'e');
  expect([uses.look('g', 'e'), uses.look('g', 'f')]).toEqual(['done', 'spent']);
  for (let i = 0; i < 10_000; i += 1) uses.note(`other ${i}`, 'a');
  expect(uses.look('g', 'f')).toBe('free');
});
