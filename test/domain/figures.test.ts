import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  AGES,
  AGE_NAMES,
  figureName,
  readFigure,
  windowOf,
  type Figure,
  type Window,
} from '../../src/domain/figure.ts';
import { numberOf, ratesOf, topCauses } from '../../src/domain/figure-number.ts';
import { countIn, DIFFICULTY, figuresOf, pointsOf, rowOf } from '../../src/domain/figures.ts';
import { periodOf } from '../../src/domain/period.ts';
import { tallyOf } from '../../src/domain/tally.ts';
import { anyTallies, endings, everyFigure, lives, type Life } from '../support/histories.ts';
import { NOW } from '../support/tickets.ts';

/** A period in a zone, and a moment around which things happen. In New York two of the days have 23 and 25 hours. */
const DAYS: readonly (readonly [zone: string, key: string, at: Date])[] = [
  ['Asia/Shanghai', 'day:2026-11-10', NOW],
  ['Asia/Shanghai', 'week:2026-W46', NOW],
  ['America/New_York', 'day:2026-11-11', NOW],
  ['America/New_York', 'day:2026-11-01', new Date('2026-11-01T12:00:00Z')],
  ['America/New_York', 'day:2026-03-08', new Date('2026-03-08T12:00:00Z')],
  ['Australia/Lord_Howe', 'day:2026-04-05', new Date('2026-04-05T02:00:00Z')],
];

const dayIn = (timeZone: string, key = 'day:2026-11-11'): Window => {
  const period = periodOf(key, timeZone);
  if (period === null) throw new Error('no such day');
  return period;
};

/** How many of these lives a figure counts, by what each ticket went through. */
function naive(figure: Figure, all: readonly Life[], { from, to, slots }: Window, team: string | null): number {
  const within = (at: Date | null): boolean => at !== null && at >= from && at < to;
  const age = (opened: Date): string | undefined => AGE_NAMES.find((n) => to.getTime() - opened.getTime() < AGES[n]);
  const is = (life: Life): boolean => {
    const now = life.at(-1);
    if (now === undefined || (team !== null && now.team !== team)) return false;
    const isNew = within(now.openedAt);
    const done = endings(life).find((e) => e.from < to && e.to >= to);
    switch (figure.is) {
      case 'new':
        return isNew;
      case 'cause':
        return isNew && now.category === figure.category;
      case 'source':
        return isNew && `${now.source.kind}/${now.source.platform}` === figure.source;
      case 'slot':
        return isNew && slots.findLastIndex((at) => at <= now.openedAt) === figure.slot;
      case 'resolved':
        return done !== undefined && within(done.from) && now.merged.into === null;
      case 'backlog':
        return now.openedAt < to && done === undefined && (figure.age === null || age(now.openedAt) === figure.age);
      case 'late':
        return (now.misses ?? []).some((m) => within(m.at) && (figure.clock === null || figure.clock === m.clock));
      case 'response.met':
        return within(now.respondedAt) && (now.misses ?? []).every((m) => m.clock !== 'firstResponse');
      case 'held':
        return now.openedAt < to && done === undefined && now.assignee === figure.person;
      default:
        return false;
    }
  };
  return all.filter(is).length;
}

describe('figures', () => {
  it('are what the histories say, whichever day and team and wherever the reader is', () => {
    const asked: ReadonlySet<Figure['is']> = new Set(['person', 'delayed', 'reopened', 'late.open']);
    fc.assert(
      fc.property(
        fc.constantFrom(...DAYS).chain(([zone, key, at]) => fc.tuple(fc.constant([zone, key, at] as const), lives(at))),
        fc.constantFrom(-1, 0, 7, 1_000),
        ([[zone, key, at], all], hours) => {
          const window = windowOf(dayIn(zone, key), new Date(at.getTime() + hours * 3_600_000));
          const tallies = all.flatMap((life) => life.slice(-1).map(tallyOf));
          for (const team of [null, 'aftersales', 'logistics']) {
            const figures = figuresOf(tallies, window, team === null ? 'all' : { team });
            for (const figure of everyFigure(figures).filter((f) => !asked.has(f.is)))
              expect([figureName(figure), team, numberOf(figures, figure)]).toEqual([
                figureName(figure),
                team,
                naive(figure, all, window, team),
              ]);
          }
        },
      ),
      { numRuns: 80 },
    );
  });

  it('of all are those of the teams together, whatever the order of the rows', () => {
    const window = dayIn('Asia/Shanghai');
    fc.assert(
      fc.property(anyTallies([window.from, window.to]), fc.integer(), (tallies, seed) => {
        const all = figuresOf(tallies, window, 'all');
        const alone = countIn(window);
        for (const t of tallies.toSorted((a, b) => ((a.number * seed) % 7) - ((b.number * seed) % 7)))
          alone.add({ ...rowOf(t), team: 'one' });
        const one = alone.figures({ team: 'one' });
        const sorted = (f: typeof all) => ({
          ...f,
          scope: '',
          causes: f.causes.toSorted((a, b) => String(a.category).localeCompare(String(b.category))),
          sources: f.sources.toSorted((a, b) => a.source.localeCompare(b.source)),
        });
        expect(sorted(one)).toEqual(sorted(all));
        const parts = ['aftersales', 'logistics'].map((team) => figuresOf(tallies, window, { team }));
        for (const figure of everyFigure(all))
          expect(parts.reduce((sum, part) => sum + numberOf(part, figure), 0)).toBe(numberOf(all, figure));
        const naive = tallies.flatMap((t) =>
          t.respondedAt !== null && t.respondedAt >= window.from && t.respondedAt < window.to && t.firstMs !== null
            ? [t.firstMs]
            : [],
        );
        const values = naive.toSorted((a, b) => a - b);
        const rank = (share: number) =>
          values.find((v) => values.filter((w) => w <= v).length >= share * values.length);
        expect(all.firstResponse).toEqual(
          values.length === 0
            ? null
            : {
                count: values.length,
                mean: Math.round(values.reduce((a, b) => a + b, 0) / values.length),
                p50: rank(0.5),
                p90: rank(0.9),
              },
        );
      }),
      { numRuns: 60 },
    );
  });

  it('give percentiles by nearest rank, over more values than any first room', () => {
    const window = dayIn('Asia/Shanghai');
    const [base] =
      fc.sample(
        anyTallies([window.from]).filter((all) => all.length > 0),
        { numRuns: 1, seed: 1 },
      )[0] ?? [];
    if (base === undefined) throw new Error('no tally');
    const tallies = Array.from({ length: 1_000 }, (_, i) => ({
      ...base,
      respondedAt: window.from,
      firstMs: 1_000 - i,
    }));
    expect(figuresOf(tallies, window, 'all').firstResponse).toEqual({ count: 1_000, mean: 501, p50: 500, p90: 900 });
    expect(figuresOf(tallies.slice(0, 1), window, 'all').firstResponse).toMatchObject({ p50: 1_000, p90: 1_000 });
  });

  it('weigh what people resolve by its difficulty', () => {
    const plain = { priority: 'normal', category: 'return', passes: 0 } as const;
    expect(pointsOf(plain, DIFFICULTY)).toBe(100);
    expect(pointsOf({ ...plain, category: 'complaint.rude', priority: 'urgent' }, DIFFICULTY)).toBe(225);
    expect(pointsOf({ ...plain, category: null, priority: 'low', passes: 2 }, DIFFICULTY)).toBe(120);
    expect(pointsOf({ ...plain, passes: 9 }, DIFFICULTY)).toBe(160);
  });

  it('tell of nothing no share, and without an earlier day no change', () => {
    const none = figuresOf([], dayIn('Asia/Shanghai'), 'all');
    expect(ratesOf(none)).toEqual({ inTime: null, reopened: null });
    const some = { ...none, causes: [{ category: 'return', count: 3 }] };
    expect(topCauses(some, null, 3)).toEqual([{ category: 'return', count: 3, change: null }]);
    expect(topCauses(some, none, 3)).toEqual([{ category: 'return', count: 3, change: 3 }]);
  });

  it('have names that lead back to them', () => {
    const window = dayIn('Asia/Shanghai');
    const names =
      'new resolved backlog backlog.4h backlog.older late late.open late.firstResponse reopened response.met cause. ' +
      'cause.logistics.stalled source.message/wecom slot.13 person.lilei held.lilei delayed.lilei';
    for (const name of names.split(' ')) {
      const figure = readFigure(name);
      expect(figure === null ? null : figureName(figure)).toBe(name);
    }
    for (const name of [
      '',
      'x',
      'backlog.',
      'backlog.2h',
      'slot.',
      'slot.x',
      'slot.1e3',
      'person.',
      'response',
      'new.x',
    ])
      expect(readFigure(name)).toBeNull();
    for (const figure of everyFigure(figuresOf([], window, 'all')))
      expect(readFigure(figureName(figure))).toEqual(figure);
  });
});
