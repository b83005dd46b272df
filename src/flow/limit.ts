import type { Adapter, Limit } from '../../adapters/adapter.ts';
import { addressKey, appKey, type Address } from '../domain/address.ts';
import type { Purpose } from './budget.ts';

/** One call as limits see it. */
export interface LimitedCall {
  readonly address: Address;
  readonly method: 'send' | 'update';
  /** It is shown to this user only. */
  readonly visibleTo?: string;
}

/** What a limit counts this call for, together with others of the same subject; null: it is not about this call. */
export function subjectOf(limit: Limit, call: LimitedCall, subjectsOf: Adapter['subjects']): string | null {
  const { address, method, visibleTo } = call;
  if (limit.method !== 'any' && limit.method !== method) return null;
  if (limit.conversations?.includes(address.conversation) === false) return null;
  if (limit.per === 'conversation') return addressKey(address);
  // Permits belong to an app's lease, so each installation has its part of what an address may do.
  if (limit.per === 'app' || limit.per === 'ip') return appKey(address);
  const subject = subjectsOf(address, visibleTo)[limit.per];
  return subject === null ? null : `${appKey(address)}\n${subject}`;
}

/**
 * How many calls of each window there may be when a use for a purpose has gone; `urgent`: all that delivery has. `installations` of
 * the platform share what its limits allow one address. Throws when a limit leaves nothing for new cards.
 */
export function capsOf(limit: Limit, installations: number): Readonly<Record<Purpose, number>> {
  const { name, count, aside = 0, reserve = { urgent: 0, redraw: 0 } } = limit;
  const left = count - aside - reserve.urgent - reserve.redraw;
  if (left < 1) throw new Error(`the limit ${name} leaves nothing for new cards`);
  const part = (n: number): number => (limit.per === 'ip' ? Math.max(1, Math.floor(n / installations)) : n);
  return { urgent: part(count - aside), redraw: part(count - aside - reserve.urgent), new: part(left) };
}
