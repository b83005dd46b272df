import type { Limit } from '../adapter.ts';
import type { Kind } from './kind.ts';

// A gateway is the shop's own program before some provider of SMS and calls: nobody can say what it takes. These numbers are our own
// choice, made for the people who are reached: SMS cost money, and a telephone that rings again and again is switched off.

const MINUTE = 60_000;
const HOUR = 60 * MINUTE;

const limit = (name: string, per: 'app' | 'conversation', count: number, windowMs: number, urgent: number): Limit => ({
  name: `gateway-${name}`,
  per,
  method: 'send',
  count,
  windowMs,
  source: 'our own choice',
  reserve: { urgent, redraw: 0 },
});

export const gatewayLimits: Readonly<Record<Kind, readonly Limit[]>> = {
  sms: [
    limit('sms', 'app', 60, MINUTE, 20),
    limit('sms-person', 'conversation', 1, MINUTE, 0),
    limit('sms-person-hour', 'conversation', 10, HOUR, 4),
  ],
  phone: [
    limit('phone', 'app', 30, MINUTE, 10),
    limit('phone-person', 'conversation', 1, 5 * MINUTE, 0),
    limit('phone-person-hour', 'conversation', 6, HOUR, 2),
  ],
};

/** Code points of what is shortened to an SMS or a call. */
export const MAX_TEXT = 4_000;

/** Signs (UTF-16 units, as networks count them) of an SMS that goes as one: what is aimed at. */
export const SMS_ONE = 70;
/** What goes as three at the most, each with three signs less for its place among them. */
export const SMS_MOST = 201;
/** Signs of what a voice reads out: about a quarter of a minute. */
export const SPOKEN_MOST = 60;
