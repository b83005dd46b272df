import type { Adapter, Limit } from '../../adapters/adapter.ts';
import { addressKey, appKey } from '../domain/address.ts';
import type { Purpose, Use } from './budget.ts';

/** What a limit counts this call for, together with others of the same subject: each of those it goes to where members are counted; none: it is not about this call. */
export function subjectsIn(
  limit: Limit,
  call: Omit<Use, 'purpose'>,
  subjectsOf: Adapter['subjects'],
): readonly string[] {
  const { address, method, visibleTo, to } = call;
  if (limit.method !== 'any' && limit.method !== method) return [];
  if (limit.conversations?.includes(address.conversation) === false) return [];
  if (limit.per === 'conversation') {
    const { conversation = address.conversation } = subjectsOf(address, visibleTo);
    return [addressKey({ ...address, conversation })];
  }
  // Permits belong to an app's lease, so each installation has its part of what an address may do.
  if (limit.per === 'app' || limit.per === 'ip') return [appKey(address)];
  const subject = subjectsOf(address, visibleTo)[limit.per];
  const members = limit.per === 'member' ? (to ?? []) : [];
  return [...(subject === null ? [] : [subject]), ...members].map((s) => `${appKey(address)}\n${s}`);
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

/**
 * How far apart calls for a purpose lie when the limits are used evenly, ms: `app` counts all of the app's calls of this method, `own` those
 * of the same conversation, robot or member.
 */
export function paceOf(
  { limits, subjects }: Pick<Adapter, 'limits' | 'subjects'>,
  call: Omit<Use, 'purpose'>,
  purpose: Purpose,
): { readonly app: number; readonly own: number } {
  const pace = { app: 0, own: 0 };
  for (const limit of limits) {
    if (subjectsIn(limit, call, subjects).length === 0) continue;
    const kind = limit.per === 'app' || limit.per === 'ip' ? 'app' : 'own';
    pace[kind] = Math.max(pace[kind], limit.windowMs / capsOf(limit, 1)[purpose]);
  }
  return pace;
}
