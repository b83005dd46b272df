import { describe, expect, it } from 'vitest';
import { itemsOf } from '../../src/domain/digest.ts';
import { readScope, scopeName } from '../../src/domain/figure.ts';
import { figuresOf, type Figures } from '../../src/domain/figures.ts';
import { before, periodOf, spanOf, weekBefore } from '../../src/domain/period.ts';

const period = periodOf('day:2026-11-10', 'Asia/Shanghai');
const none: Figures = figuresOf([], period ?? spanOf('UTC', '2026-11-10', '2026-11-10'), 'all');
const figures = (more: Partial<Figures>): Figures => ({ ...none, ...more });
const came = (counts: Readonly<Record<string, number>>): Figures['causes'] =>
  Object.entries(counts).map(([category, count]) => ({ category, count }));
const person = (id: string, open: number) => ({ person: id, resolved: 0, points: 0, open, late: 0 });
const unknown = { before: null, week: null };
const there = new Set<string>();

describe('what a digest asks somebody to do', () => {
  it('is nothing when nothing is wrong', () => {
    const people = [person('lilei', 30)];
    expect(itemsOf(figures({ people, causes: came({ a: 50 }) }), unknown, there)).toEqual([]);
    const as = figures({ causes: came({ a: 50 }) });
    expect(itemsOf(as, { before: as, week: as }, there)).toEqual([]);
  });

  it('is the worst first, one of each kind before a second of any, three at the most', () => {
    const now = figures({
      late: { all: 9, open: 7, clocks: {} },
      people: [person('a', 2), person('b', 12), person('c', 0)],
      causes: came({ x: 10, y: 96, z: 40 }),
    });
    const week = figures({ causes: came({ x: 5, y: 31, z: 39 }) });
    expect(itemsOf(now, { before: null, week }, new Set(['a', 'b', 'c']))).toEqual([
      { what: 'overdue', count: 7 },
      { what: 'away', person: 'b', count: 12 },
      { what: 'surge', category: 'y', count: 96, usual: 31 },
    ]);
    const without = { ...now, late: { all: 0, open: 0, clocks: {} } };
    expect(itemsOf(without, { before: null, week }, new Set(['a', 'b'])).map(({ what }) => what)).toEqual([
      'away',
      'surge',
      'away',
    ]);
  });

  it('is no surge after one quiet day, nor of few, nor where nothing is known of earlier', () => {
    const now = figures({ causes: came({ x: 40 }) });
    const quiet = figures({ causes: [] });
    const usual = figures({ causes: came({ x: 38 }) });
    expect(itemsOf(now, { before: quiet, week: usual }, there)).toEqual([]);
    expect(itemsOf(figures({ causes: came({ x: 4 }) }), { before: quiet, week: quiet }, there)).toEqual([]);
    expect(itemsOf(now, { before: quiet, week: quiet }, there)).toMatchObject([{ what: 'surge', usual: 0 }]);
  });
});

describe('a scope', () => {
  it.each(['all', 'all@tea', 'team:aftersale', 'team:aftersale,logistics@coffee,tea'])('is %s by its name', (name) => {
    const scope = readScope(name);
    expect(scope === null ? null : scopeName(scope)).toBe(name);
  });

  it('has one name, however it is written', () => {
    expect(scopeName({ team: 'a' })).toBe(scopeName({ teams: ['a'], shops: null }));
    expect(scopeName({ teams: ['b', 'a'], shops: null })).toBe('team:a,b');
    expect(['', 'team:', 'everything', 'team:A', 'all@'].map(readScope)).toEqual([null, null, null, null, null]);
  });
});

describe('a span of days', () => {
  const key = 'days:2026-11-06..2026-11-08';

  it('is a period in slots of a day, compared with the same days a week earlier', () => {
    const span = periodOf(key, 'Asia/Shanghai');
    if (span === null) throw new Error('no such span');
    expect([span.from.toISOString(), span.to.toISOString(), span.slots.length]).toEqual([
      '2026-11-05T16:00:00.000Z',
      '2026-11-08T16:00:00.000Z',
      3,
    ]);
    expect([before(span).key, weekBefore(span)?.key]).toEqual([
      'days:2026-11-03..2026-11-05',
      'days:2026-10-30..2026-11-01',
    ]);
    expect(spanOf('Asia/Shanghai', '2026-11-06', '2026-11-06').key).toBe('day:2026-11-06');
    // Of more than a week there are no same days that it does not hold itself.
    expect(weekBefore(spanOf('Asia/Shanghai', '2026-11-01', '2026-11-09'))).toBeNull();
  });

  it.each([
    'days:2026-11-08..2026-11-06',
    'days:2026-11-06..2026-11-06',
    'days:2026-02-27..2026-02-30',
    'days:2026-01-01..2026-11-06',
  ])('is not %s', (wrong) => {
    expect(periodOf(wrong, 'Asia/Shanghai')).toBeNull();
  });
});
