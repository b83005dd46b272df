import type { InboundReport } from '../../adapters/adapter.ts';
import { appKey } from '../domain/address.ts';
import { OPEN } from '../domain/status.ts';
import type { Ticket } from '../domain/ticket.ts';
import { survivorOf } from './join.ts';
import type { Parts } from './parts.ts';
import { joinOf } from './report.ts';

/** What a report would do now. `repeats`: this id came before. `nothing`: it only adds, and its matter is not open. */
export type Foreseen =
  | { readonly kind: 'opens' | 'nothing' | 'repeats' }
  | { readonly kind: 'tells'; readonly ticket: Ticket };

/** Says what a report would do, without doing it; somebody else's may come first. */
export async function foresee(
  { store }: { readonly store: Pick<Parts['store'], 'inbox' | 'joins' | 'tickets'> },
  event: InboundReport,
): Promise<Foreseen> {
  const { report } = event;
  if ((await store.inbox.load(`${appKey(event)}\n${event.id}`)) !== null) return { kind: 'repeats' };
  const pointed = report.matter === null ? null : await store.joins.read(joinOf(event, report));
  const found = pointed === null ? null : await store.tickets.load(pointed);
  const ticket = found === null ? null : await survivorOf({ store }, found);
  if (ticket !== null && OPEN.has(ticket.status)) return { kind: 'tells', ticket };
  return { kind: report.updates ? 'nothing' : 'opens' };
}
