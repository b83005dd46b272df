import { beforeEach, describe, expect, it } from 'vitest';
import type { DeliveryFailure } from '../../src/errors.ts';
import { createBreaker, type Breaker } from '../../src/flow/breaker.ts';
import { manualClock, type ManualClock } from '../support/clock.ts';

let clock: ManualClock;
let breaker: Breaker;
let chance: number;
beforeEach(() => {
  clock = manualClock();
  chance = 0.5;
  breaker = createBreaker(clock, { random: () => chance });
});

function meets(failure: DeliveryFailure | null): boolean {
  const pass = breaker.enter();
  if (pass === null) return false;
  if (failure === null) pass.answered();
  else pass.failed(failure);
  return true;
}
const opens = (failure: DeliveryFailure = 'retryable'): void => {
  for (let i = 0; i < 5; i += 1) meets(failure);
};

describe('a breaker', () => {
  it('opens after five failures in a row, since the first of them', () => {
    const since = clock.now();
    for (let i = 0; i < 4; i += 1) {
      meets(i % 2 === 0 ? 'unknown' : 'retryable');
      clock.advance(1_000);
      expect(breaker.silence()).toBeNull();
    }
    meets('unknown');
    expect(breaker.silence()).toEqual({ since, reason: 'no-answer' });
    expect(meets(null)).toBe(false);
  });

  it.each(['rate-limited', 'gone', 'permanent', null] as const)('sees by %s that the platform answers', (answer) => {
    for (let i = 0; i < 20; i += 1) {
      for (let j = 0; j < 4; j += 1) meets('retryable');
      meets(answer);
    }
    expect(breaker.silence()).toBeNull();
    opens();
    clock.advance(5_000);
    meets(answer);
    expect(breaker.silence()).toBeNull();
  });

  it('lets one probe through after 5 s, then after twice as long, up to a minute', () => {
    opens();
    for (const wait of [5_000, 10_000, 20_000, 40_000, 60_000, 60_000]) {
      expect(breaker.waitMs()).toBe(wait);
      clock.advance(wait - 1);
      expect(breaker.admits()).toBe(false);
      clock.advance(1);
      const probe = breaker.enter();
      expect(probe).not.toBeNull();
      expect(breaker.enter()).toBeNull();
      probe?.failed('unknown');
    }
    clock.advance(60_000);
    expect(meets(null)).toBe(true);
    expect(breaker.silence()).toBeNull();
    // From the beginning next time.
    opens();
    expect(breaker.waitMs()).toBe(5_000);
  });

  it('does not probe at the same instant as others', () => {
    chance = 0;
    opens();
    expect(breaker.waitMs()).toBe(4_500);
    meets(null);
    breaker.resume(null);
    chance = 0.999;
    opens();
    expect(breaker.waitMs()).toBeGreaterThan(5_490);
  });

  it('opens at once when credentials are refused, and looks each minute', () => {
    meets('auth');
    expect(breaker.silence()?.reason).toBe('auth');
    for (let i = 0; i < 3; i += 1) {
      expect(breaker.waitMs()).toBe(60_000);
      clock.advance(60_000);
      meets('auth');
    }
    clock.advance(60_000);
    meets('retryable');
    expect(breaker.silence()?.reason).toBe('no-answer');
  });

  it('learns nothing from failures that were under way when it opened, and everything from a success', () => {
    const early = [breaker.enter(), breaker.enter(), breaker.enter()];
    opens();
    early[0]?.failed('unknown');
    early[1]?.failed('auth');
    expect([breaker.waitMs(), breaker.silence()?.reason]).toEqual([5_000, 'no-answer']);
    early[2]?.answered();
    expect(breaker.silence()).toBeNull();
  });

  it('begins with a probe where an earlier process left off', () => {
    const since = new Date(0);
    breaker.resume({ since, reason: 'no-answer' });
    expect(breaker.silence()).toEqual({ since, reason: 'no-answer' });
    const probe = breaker.enter();
    expect(breaker.enter()).toBeNull();
    probe?.failed('unknown');
    expect(breaker.waitMs()).toBe(10_000);
  });
});
