import * as z from 'zod';
import { ALL_EVENTS, PUBLIC_EVENTS } from '../domain/public-event.ts';
import type { Subscription } from '../domain/subscription.ts';

const ID = z.string().regex(/^[a-z][a-z0-9_-]{0,39}$/);
const MOST_URL = 2_000;

/** Where a receiver is: without a name and a password in it, for secrets never stand in the file. */
const isReceiver = (value: string): boolean => {
  if (value.length > MOST_URL || !URL.canParse(value)) return false;
  const { protocol, username, password } = new URL(value);
  return (protocol === 'https:' || protocol === 'http:') && username === '' && password === '';
};

/** One system that is told of what happens to tickets. */
export const subscription = z
  .strictObject({
    url: z.string().refine(isReceiver, { params: { problem: 'receiver' } }),
    events: z
      .array(z.enum([ALL_EVENTS, ...PUBLIC_EVENTS]))
      .min(1)
      .max(100),
    /** Default: all. */
    shops: z.array(ID).max(100).default([]),
    /** Whether it may stand at an address that is not on the public internet. */
    private: z.boolean().default(false),
  })
  .superRefine(({ url, private: inside }, ctx) => {
    if (!inside && url.startsWith('http:'))
      ctx.addIssue({ code: 'custom', path: ['url'], params: { problem: 'plainReceiver' } });
  });

export const SUBSCRIPTION_KEYS: readonly string[] = Object.keys(subscription.shape);

/** A subscription as the flow knows it. */
export function subscriptionOf(id: string, input: z.output<typeof subscription>): Subscription {
  const { url, events, shops, private: inside } = input;
  const named = events.flatMap((event) => (event === ALL_EVENTS ? PUBLIC_EVENTS : [event]));
  return { id, url, events: new Set(named), shops, private: inside };
}
