import * as fc from 'fast-check';
import { expect, it } from 'vitest';
import { writeNumber } from '../../src/chart/chart.ts';
import { labelEvery, scaleFor } from '../../src/chart/plot.ts';
import { EN, ZH } from './sample.ts';

it('writes numbers as the reader does', () => {
  const written = (style: typeof ZH): string[] =>
    [0, 999, 1000, 9999, 10_000, 12_345, 99_960, 100_000, 999_960, 1_234_567, 123_456_789].map((n) =>
      writeNumber(n, style),
    );
  const whole = ['0', '999', '1,000', '9,999'];
  expect(written(ZH)).toEqual([...whole, '1万', '1.2万', '10万', '10万', '100万', '123万', '1.2亿']);
  expect(written(EN)).toEqual([...whole, '10k', '12.3k', '100k', '100k', '1M', '1.2M', '123M']);
  expect(writeNumber(1_234_567, { thousands: '.', short: [] })).toBe('1.234.567');
});

it('has an axis of at most four whole steps that holds everything', () => {
  fc.assert(
    fc.property(fc.nat({ max: 10_000_000 }), (highest) => {
      const { most, step } = scaleFor(highest);
      expect(Number.isInteger(step)).toBe(true);
      expect(most).toBeGreaterThanOrEqual(Math.max(1, highest));
      expect(most / step).toBeLessThanOrEqual(4);
      // Not much more than needed: the bars keep at least two fifths of the height.
      expect(most * 0.4).toBeLessThanOrEqual(Math.max(1, highest));
    }),
  );
  expect(scaleFor(62)).toEqual({ most: 80, step: 20 });
  expect(scaleFor(0)).toEqual({ most: 1, step: 1 });
});

it('names at most twelve buckets, and none that touches the next', () => {
  const equal = (count: number, width: number): number[] => Array.from({ length: count }, () => width);
  expect(labelEvery(equal(24, 16), 480)).toBe(2);
  expect(labelEvery(equal(7, 30), 480)).toBe(1);
  expect(labelEvery(equal(24, 44), 480)).toBe(3);
  expect(labelEvery(equal(31, 40), 480)).toBe(3);
  expect(labelEvery([700], 480)).toBe(1);
});
