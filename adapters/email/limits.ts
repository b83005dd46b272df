import type { Limit } from '../adapter.ts';

// No server says what it takes, and every provider takes something else (QQ mail about 40 a minute, 163 less): these numbers are our own
// choice. They are far above what people should be reminded of and far below what makes a provider take us for a sender of spam.

const MINUTE = 60_000;

export const emailLimits: readonly Limit[] = [
  {
    name: 'email-app',
    per: 'app',
    method: 'send',
    count: 30,
    windowMs: MINUTE,
    source: 'our own choice',
    reserve: { urgent: 10, redraw: 0 },
  },
  {
    name: 'email-person',
    per: 'conversation',
    method: 'send',
    count: 10,
    windowMs: 10 * MINUTE,
    source: 'our own choice',
    reserve: { urgent: 4, redraw: 0 },
  },
];

/** Code points that the words of one letter may have. */
export const MAX_TEXT = 20_000;
