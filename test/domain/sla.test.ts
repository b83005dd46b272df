import { describe, expect, it } from 'vitest';
import {
  dueAfterClassifying,
  dueAfterMessage,
  dueAfterReopening,
  dueAtOpening,
  limitsOf,
} from '../../src/domain/sla.ts';
import { aPolicy, aTicket, minutes, NOW } from '../support/tickets.ts';

const ordinary = { policy: aPolicy, category: 'returns.refund', tags: [] };

describe('promises', () => {
  it('last as the policy says', () => {
    expect(limitsOf(ordinary)).toEqual({ firstResponseMs: 180_000, nextResponseMs: 600_000, resolutionMs: 86_400_000 });
  });

  it.each([
    ['a complaint', { ...ordinary, category: 'complaint' }],
    ['a complaint about service', { ...ordinary, category: 'complaint.service' }],
    ['an important customer', { ...ordinary, tags: ['VIP'] }],
    ['both', { ...ordinary, category: 'complaint', tags: ['vip'] }],
  ])('last half as long for %s', (_what, t) => {
    expect(limitsOf(t)).toEqual({ firstResponseMs: 90_000, nextResponseMs: 300_000, resolutionMs: 43_200_000 });
    expect(dueAtOpening(t, NOW, null)).toEqual({ firstResponse: minutes(1.5), resolution: minutes(12 * 60) });
    const open = aTicket({ ...t, due: {} });
    expect(dueAfterMessage(open, NOW)).toEqual({ nextResponse: minutes(5) });
    expect(dueAfterReopening(open, NOW)).toEqual({ nextResponse: minutes(5), resolution: minutes(12 * 60) });
  });

  it('of the first answer run from opening time while nobody is there', () => {
    expect(dueAtOpening(ordinary, NOW, minutes(60))).toEqual({
      firstResponse: minutes(63),
      resolution: minutes(24 * 60),
    });
  });
});

describe('classified anew', () => {
  const opened = aTicket({ ...ordinary, due: dueAtOpening(ordinary, NOW, minutes(60)) });

  it('before the first answer: what was promised moves', () => {
    const tagged = { ...opened, tags: ['vip'] };
    const due = dueAfterClassifying(opened, tagged);
    expect(due).toEqual({ firstResponse: minutes(61.5), resolution: minutes(12 * 60) });
    expect(dueAfterClassifying({ ...tagged, due }, opened)).toEqual(opened.due);
  });

  it('after it: what was promised stays', () => {
    const due = { resolution: minutes(600) };
    expect(dueAfterClassifying({ ...opened, due }, { ...opened, category: 'complaint' })).toEqual(due);
  });
});
