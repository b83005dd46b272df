import type { Digest } from '../../src/domain/digest.ts';

/** A bad Tuesday of everything, 10 November 2026 in Shanghai, as its manager reads it the day after; `more` overrides any part. */
export const aDigest = (more: Partial<Digest> = {}): Digest => ({
  kind: 'daily',
  scope: 'all',
  asks: '',
  period: {
    key: 'day:2026-11-10',
    timeZone: 'Asia/Shanghai',
    from: new Date('2026-11-09T16:00:00Z'),
    to: new Date('2026-11-10T16:00:00Z'),
  },
  until: new Date('2026-11-10T16:00:00Z'),
  numbers: { new: 1_204, resolved: 1_150, backlog: 88, inTime: { met: 1_152, of: 1_200 } },
  before: { new: 1_084, resolved: 1_150, backlog: 34, inTime: { met: 940, of: 1_000 } },
  week: { new: 1_236, resolved: 1_200, backlog: 40, inTime: { met: 0, of: 0 } },
  overdue: 7,
  items: [
    { what: 'overdue', count: 7 },
    { what: 'away', person: 'lilei', count: 12 },
    { what: 'surge', category: 'logistics.stalled', count: 96, usual: 31 },
  ],
  peak: { at: new Date('2026-11-10T02:00:00Z'), slot: 10, count: 120 },
  chart: 'chart',
  rest: {
    late: 60,
    lateFirst: 48,
    reopened: 4,
    firstResponse: { count: 1_200, mean: 95_000, p50: 80_000, p90: 170_000 },
    resolution: { count: 1_150, mean: 7_200_000, p50: 5_400_000, p90: 14_400_000 },
    causes: [
      { category: 'logistics.stalled', count: 96, change: 65 },
      { category: null, count: 40, change: null },
    ],
    sources: [{ source: 'message/wecom', count: 1_000 }],
    people: [{ person: 'lilei', resolved: 40, open: 12, late: 2 }],
  },
  ...more,
});

const quiet = { new: 12, resolved: 12, backlog: 0, inTime: { met: 12, of: 12 } };

/** Nothing is wrong. */
export const aQuietDigest: Digest = aDigest({
  numbers: quiet,
  before: quiet,
  week: quiet,
  overdue: 0,
  items: [],
  peak: null,
  chart: null,
});

/** What the after-sales group gets of that Tuesday: no names. */
export const aGroupDigest: Digest = aDigest({
  scope: 'team:aftersales',
  asks: 'team:aftersales',
  items: [
    { what: 'overdue', count: 7 },
    { what: 'surge', category: 'logistics.stalled', count: 96, usual: 31 },
  ],
  rest: { ...aDigest().rest, people: [] },
});
