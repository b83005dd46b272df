import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { createGate } from '../../../adapters/sandbox/gate.ts';
import type { SandboxLimit } from '../../../adapters/sandbox/limits.ts';
import { manualClock } from '../../support/clock.ts';

const limit = (more: Partial<SandboxLimit>): SandboxLimit => ({
  name: 'test',
  per: 'conversation',
  method: 'send',
  count: 2,
  windowMs: 1000,
  source: 'this test',
  overrun: { kind: 'reject' },
  ...more,
});
const send = (conversation = 'c', member: string | null = null) => ({ method: 'send', conversation, member }) as const;

describe('the limits of the emulated platform', () => {
  it('refuse with the delay after which it works again', () => {
    const clock = manualClock();
    const gate = createGate([limit({})], clock);
    gate(send());
    clock.advance(400);
    gate(send());
    expect(gate(send())).toEqual({ kind: 'refuse', limit: 'test', retryAfterMs: 600 });
    clock.advance(599);
    expect(gate(send()).kind).toBe('refuse');
    clock.advance(1);
    expect(gate(send())).toEqual({ kind: 'pass' });
    expect(gate(send())).toMatchObject({ retryAfterMs: 400 });
  });

  it('block everything for minutes', () => {
    const clock = manualClock();
    const gate = createGate([limit({ overrun: { kind: 'block', forMs: 600_000 } })], clock);
    gate(send());
    gate(send());
    expect(gate(send())).toMatchObject({ kind: 'refuse', retryAfterMs: 600_000 });
    clock.advance(599_999);
    expect(gate(send())).toMatchObject({ kind: 'refuse', retryAfterMs: 1 });
    clock.advance(1);
    expect(gate(send())).toEqual({ kind: 'pass' });
  });

  it('drop silently', () => {
    const gate = createGate([limit({ overrun: { kind: 'drop' } })], manualClock());
    gate(send());
    gate(send());
    expect(gate(send())).toEqual({ kind: 'drop' });
  });

  it('count per conversation, per member, per app and per method', () => {
    const clock = manualClock();
    const conversation = createGate([limit({ count: 1 })], clock);
    expect([conversation(send('a')), conversation(send('b')), conversation(send('a'))].map((v) => v.kind)).toEqual([
      'pass',
      'pass',
      'refuse',
    ]);
    expect(conversation({ ...send('a'), method: 'update' }).kind).toBe('pass');
    const member = createGate([limit({ count: 1, per: 'member' })], clock);
    expect([member(send('a', 'x')), member(send('b', 'x')), member(send('b'))].map((v) => v.kind)).toEqual([
      'pass',
      'refuse',
      'pass',
    ]);
    const app = createGate([limit({ count: 1, per: 'app', method: 'any' })], clock);
    expect([app(send('a')), app({ ...send('b'), method: 'update' })].map((v) => v.kind)).toEqual(['pass', 'refuse']);
  });

  it('never let more through in any window, whatever the load', () => {
    const loads = fc.array(fc.nat({ max: 700 }), { maxLength: 200 });
    const property = fc.property(loads, fc.integer({ min: 1, max: 5 }), (pauses, count) => {
      const clock = manualClock();
      const gate = createGate([limit({ count })], clock);
      const passed: number[] = [];
      for (const pause of pauses) {
        clock.advance(pause);
        if (gate(send()).kind === 'pass') passed.push(clock.monotonic());
      }
      return passed.every((at, i) => (passed[i + count] ?? Infinity) - at >= 1000);
    });
    expect(fc.check(property).failed).toBe(false);
  });
});
