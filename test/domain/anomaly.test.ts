import { describe, expect, it } from 'vitest';
import { distinct, judge, median, slowness, usualOf, type Judged } from '../../src/domain/anomaly.ts';

/** Numbers between 0 and 1 that are the same in every run. */
function randoms(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let t = state;
    t = Math.imul(t ^ (t >>> 15), t | 1);
    t ^= t + Math.imul(t ^ (t >>> 7), t | 61);
    return ((t ^ (t >>> 14)) >>> 0) / 4_294_967_296;
  };
}
/** A Poisson count of this mean. */
function poisson(mean: number, random: () => number): number {
  const limit = Math.exp(-mean);
  let count = -1;
  for (let p = 1; p > limit; p *= random()) count += 1;
  return count;
}

const STEPS_A_DAY = 288;
const WINDOW = 12;
const HALF = 6;
const WEEK = 7 * STEPS_A_DAY;
/** How much comes in five minutes, as of 1 a day: nights are quiet, evenings are not, weekends have half as much again. */
const shape = (step: number): number => {
  const hour = ((step % STEPS_A_DAY) * 24) / STEPS_A_DAY;
  const day = Math.floor(step / STEPS_A_DAY) % 7;
  const daily = hour < 8 ? 0.15 : hour < 19 ? 1 : 1.6;
  return daily * (day >= 5 ? 1.5 : 1);
};

/** Five-minute counts of a key over so many weeks, at `rate` tickets an hour on average by day. */
function life(rate: number, weeks: number, random: () => number): number[] {
  return Array.from({ length: weeks * WEEK }, (_, i) => poisson((rate / 12) * shape(i), random));
}
const sums = (counts: readonly number[]): number[] => {
  const running = [0];
  for (const n of counts) running.push((running.at(-1) ?? 0) + n);
  return running;
};
/** Whether the hour or half hour that ends with a step stands out. */
const stands = (running: readonly number[], step: number): boolean =>
  [HALF, WINDOW].some((steps) => {
    const { count, usual } = at(running, step, steps);
    return usual !== null && judge(count, usual).surge;
  });
/** The count of the stretch that ends with a step, and of the same ones before. */
function at(running: readonly number[], step: number, steps: number) {
  const hour = (end: number): number => (running[end] ?? 0) - (running[end - steps] ?? 0);
  const before = (apart: number, most: number): number[] =>
    Array.from({ length: most }, (_, i) => step - (i + 1) * apart)
      .filter((end) => end >= WINDOW)
      .map(hour);
  return { count: hour(step), usual: usualOf(before(WEEK, 6), before(STEPS_A_DAY, 14)) };
}

describe('a surge', () => {
  it('is what chance does not explain: 19 instead of 3, not 3 instead of 1', () => {
    const usual = (counts: readonly number[]) => ({ counts, by: 'weeks' as const });
    expect(judge(19, usual([3, 2, 4, 3, 3, 5]))).toMatchObject({ surge: true, usual: 3, calm: false });
    expect(judge(3, usual([1, 1, 1, 1, 1, 1])).surge).toBe(false);
    expect(judge(7, usual([0, 0, 0, 0, 0, 0])).surge).toBe(false);
    expect(judge(9, usual([0, 0, 0, 0, 0, 0])).surge).toBe(true);
    expect(judge(150, usual([100, 104, 97, 99, 101, 100])).surge).toBe(false);
    expect(judge(270, usual([100, 104, 97, 99, 101, 100])).surge).toBe(true);
  });

  it('is not hidden by one day of the past on which it was so before, nor seen where it is always uneven', () => {
    expect(judge(30, { counts: [3, 2, 80, 3, 3, 5], by: 'weeks' }).surge).toBe(true);
    expect(judge(40, { counts: [3, 30, 8, 25, 12, 2], by: 'weeks' }).surge).toBe(false);
  });

  it('needs more evidence where less is known', () => {
    expect(judge(16, { counts: [3, 3, 3, 3, 3, 3], by: 'weeks' }).chance).toBeLessThan(
      judge(16, { counts: [3, 3, 3], by: 'days' }).chance,
    );
  });

  it('on a promotion day is only what rises more than everything else', () => {
    const usual = { counts: [10, 11, 9, 10, 12, 10], by: 'weeks' as const };
    expect(judge(40, usual).surge).toBe(true);
    expect(judge(40, usual, 4)).toMatchObject({ surge: false, usual: 40 });
    expect(judge(110, usual, 4).surge).toBe(true);
  });

  it('is over once it is calm, which is not the same as no surge', () => {
    const usual = { counts: [10, 10, 10, 10], by: 'weeks' as const };
    expect([judge(60, usual).calm, judge(20, usual).calm, judge(14, usual).calm]).toEqual([false, false, true]);
    expect([judge(20, usual).surge, judge(3, { counts: [0, 0, 0], by: 'days' }).calm]).toEqual([false, true]);
  });
});

describe('what is usual', () => {
  it('is the same hour of the week, of the days before while there are few weeks, and unknown at first', () => {
    expect(usualOf([1, 2, 3], [9, 9, 9])).toEqual({ counts: [1, 2, 3], by: 'weeks' });
    expect(usualOf([1, 2], [9, 8, 7])).toEqual({ counts: [9, 8, 7], by: 'days' });
    expect(usualOf([1], [9, 8])).toBeNull();
  });

  it('has the middle of an even number between two', () => {
    expect([median([3, 1, 2]), median([4, 1, 2, 3]), median([])]).toEqual([2, 2.5, 0]);
  });
});

describe('a quarter of ordinary noise, looked at every five minutes', () => {
  const WEEKS = 19;
  const RATES = [0.5, 2, 5, 12, 40, 120];

  /** How often something stands out, counted anew after two hours, from a week on. */
  function alarmsOf(counts: readonly number[], from: number): number {
    const running = sums(counts);
    let found = 0;
    for (let step = from * WEEK; step < counts.length; step += 1) {
      if (!stands(running, step)) continue;
      found += 1;
      step += STEPS_A_DAY / 12;
    }
    return found;
  }

  it('with its nights, evenings and weekends raises no alarm', () => {
    expect(RATES.map((rate, i) => alarmsOf(life(rate, WEEKS, randoms(100 + i)), 6))).toEqual([0, 0, 0, 0, 0, 0]);
  });

  it('that comes in waves, as life does, raises few', () => {
    const alarms = RATES.map((rate, i) => {
      const random = randoms(200 + i);
      let wave = 1;
      const counts = life(1, WEEKS, random).map((_, step) => {
        // An hour has more or less of it, by about a third.
        if (step % WINDOW === 0) wave = Math.exp(0.3 * (random() + random() + random() + random() - 2) * 1.73);
        return poisson((rate / 12) * shape(step) * wave, random);
      });
      return alarmsOf(counts, 6);
    });
    // Per kind of ticket, in 13 weeks: hardly one a week where most comes.
    expect(alarms).toEqual([0, 0, 2, 10, 13, 9]);
  });

  it('raises few in the first weeks, when only the days before are known', () => {
    expect(RATES.map((rate, i) => alarmsOf(life(rate, 3, randoms(300 + i)), 0))).toEqual([0, 0, 0, 0, 0, 1]);
  });

  it('and a surge of five times the usual is found within so many minutes', () => {
    const found = RATES.filter((rate) => rate >= 5).map((rate, i) => {
      const delays = Array.from({ length: 40 }, (_, run) => {
        const random = randoms(1_000 * i + run);
        const counts = life(rate, 7, random);
        // A Wednesday of the seventh week, at two in the afternoon.
        const start = 6 * WEEK + 2 * STEPS_A_DAY + 168;
        for (let s = start; s < start + 36; s += 1) counts[s] = poisson((5 * rate * shape(s)) / 12, random);
        const running = sums(counts);
        for (let s = start; s <= start + 36; s += 1) {
          if (stands(running, s)) return (s - start) * 5;
        }
        return Infinity;
      });
      return [rate, median(delays), Math.max(...delays)];
    });
    // Tickets an hour; minutes until it is found, usually and at the worst.
    expect(found).toEqual([
      [5, 40, 100],
      [12, 25, 40],
      [40, 15, 25],
      [120, 15, 20],
    ]);
  });
});

describe('somebody who is suddenly slow', () => {
  const minutes = (...of: readonly number[]): readonly number[] => of.map((m) => m * 60_000);
  const before = Array.from({ length: 40 }, (_, i) => (2 + (i % 5)) * 60_000);

  it('takes far longer nearly every time', () => {
    expect(slowness(minutes(12, 14, 20, 9, 15, 11, 13, 16, 18), before)).toEqual({
      now: 14 * 60_000,
      usual: 4 * 60_000,
      slow: true,
    });
    expect(slowness(minutes(12, 3, 4, 2, 15, 5, 3, 4, 2), before)?.slow).toBe(false);
    expect(slowness(minutes(7, 7, 7, 7, 7, 7, 7, 7, 7), before)?.slow).toBe(false);
  });

  it('is not judged by a few answers', () => {
    expect(slowness(minutes(60, 60, 60), before)).toBeNull();
    expect(slowness(minutes(12, 14, 20, 9, 15, 11, 13, 16, 18), before.slice(0, 10))).toBeNull();
  });
});

describe('one matter', () => {
  const one = (key: string, chance: number, tickets: readonly string[]) => ({
    key,
    tickets,
    judged: { count: tickets.length, usual: 1, surge: true, calm: false, chance, level: 1 } satisfies Judged,
  });

  it('is told once, by what stands out most clearly', () => {
    const a = one('category', 1e-12, ['1', '2', '3', '4']);
    const b = one('region', 1e-9, ['1', '2', '3', '9']);
    const c = one('shop', 1e-10, ['5', '6', '7']);
    expect(distinct([b, a, c], 5).map((s) => s.key)).toEqual(['category', 'shop']);
    expect(distinct([b, a, c], 1).map((s) => s.key)).toEqual(['category']);
  });
});
