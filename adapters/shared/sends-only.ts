import { DeliveryError } from '../../src/errors.ts';
import type { Adapter, Capabilities } from '../adapter.ts';

/** What can be done where somebody is told something and can neither press nor answer. */
export const sendsOnly = (can: Pick<Capabilities, 'idempotentSend' | 'maxText'>): Capabilities => ({
  update: false,
  privateInGroup: false,
  buttons: false,
  forms: false,
  images: false,
  threads: false,
  ...can,
});

/** The part of the contract that is about what comes in and about what stands: nothing does. */
export const HEARS_NOTHING = {
  routes: null,
  subjects: () => ({ member: null, robot: null }),
  update: () => Promise.reject(new DeliveryError('gone', 'what was sent cannot be changed')),
  reply: () => Promise.reject(new DeliveryError('gone', 'nothing lends an answer here')),
  lookUp: () => Promise.resolve(null),
} as const satisfies Partial<Adapter>;
