import type { InboundEvent } from '../../adapters/adapter.ts';
import type { Parts } from './parts.ts';

/** The shop whose customers write through this app; the first one when none says so. */
export function shopOf(parts: Pick<Parts, 'directory'>, event: Pick<InboundEvent, 'platform' | 'app'>): string {
  const shops = [...parts.directory().shops.values()];
  const own = shops.find((s) => s.apps.includes(`${event.platform}/${event.app}`));
  return (own ?? shops[0])?.id ?? 'default';
}
