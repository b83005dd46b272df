import { describe, expect, it } from 'vitest';
import { endOf, parseHours } from '../../src/domain/hours.ts';

describe('as written', () => {
  it.each([
    ['9:00-22:00', { from: 540, to: 1320 }],
    ['09:00 - 22:00', { from: 540, to: 1320 }],
    ['18：00—2：00', { from: 1080, to: 120 }],
    ['0:00-24:00', { from: 0, to: 1440 }],
  ])('%s', (written, hours) => {
    expect(parseHours(written)).toEqual(hours);
  });

  it.each(['', '9-22', '9:00', '9:60-22:00', '25:00-26:00', '24:00-9:00', '9:00-24:30', '9:00-9:00', 'all day'])(
    '"%s" is none',
    (written) => {
      expect(parseHours(written)).toBeNull();
    },
  );
});

it.each([
  ['9:00-22:00', 1320],
  ['18:00-2:00', 1560],
  ['0:00-24:00', 1440],
])('%s ends %i minutes after the midnight before it', (written, end) => {
  expect(endOf(parseHours(written) ?? { from: 0, to: 0 })).toBe(end);
});
