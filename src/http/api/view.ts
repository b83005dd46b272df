import type * as z from 'zod';
import type { Actor } from '../../domain/actor.ts';
import { hasCustomer, placeOf } from '../../domain/contact.ts';
import type { Directory } from '../../domain/directory.ts';
import type { SealedEvent } from '../../domain/event.ts';
import { mask, maskAddress, maskPhone } from '../../domain/mask.ts';
import { ticketName, type Ticket } from '../../domain/ticket.ts';
import type { ApiKey } from '../../storage/api-keys.ts';
import type { CustomerMessage } from '../../storage/messages.ts';
import type { PageRow } from '../../storage/ticket-pages.ts';
import { say } from '../../text/text.ts';
import type { historyEvent, messageView, ticketSummary, ticketView } from './schema.ts';

const at = (moment: Date | null): string | null => moment?.toISOString() ?? null;
const defined = <T extends object>(values: T): T =>
  Object.fromEntries(Object.entries(values).filter(([, value]) => value !== undefined)) as T;

/** Puts what customers wrote into the form in which this key may read it: as groups do, unless it may see customers. */
function shownTo(key: Pick<ApiKey, 'scopes'>, { facts }: Pick<Ticket, 'facts'>): (written: string) => string {
  if (key.scopes.includes('customers:read')) return (written) => written;
  return (written) => mask(written, [facts.order, facts.tracking, ...(facts.more ?? [])]);
}

/** A ticket as lists tell of it. */
export function summaryOf(
  t: PageRow,
  directory: Directory,
  key: Pick<ApiKey, 'scopes'>,
): z.output<typeof ticketSummary> {
  const shown = shownTo(key, t);
  const all = key.scopes.includes('customers:read');
  const { phone, address, more, ...facts } = t.facts;
  const category = t.category === null ? undefined : directory.categories.get(t.category);
  const named = (id: string, known: { readonly name: string } | undefined) => ({ id, name: known?.name ?? id });
  return {
    number: t.number,
    name: ticketName(t),
    status: t.status,
    wait: t.wait,
    priority: t.priority,
    category:
      t.category === null ? null : { id: t.category, name: category?.name ?? { 'zh-CN': t.category, en: t.category } },
    team: named(t.team, directory.teams.get(t.team)),
    shop: named(t.shop, directory.shops.get(t.shop)),
    assignee: t.assignee === null ? null : named(t.assignee, directory.people.get(t.assignee)),
    subject: shown(t.subject),
    customer: {
      name: shown(t.customer.name),
      place: t.customer.account === null && hasCustomer(t) ? placeOf(t, directory).id : null,
      handle: shown(t.customer.handle),
    },
    order: defined({
      ...facts,
      more: more === undefined ? undefined : [...more],
      phone: phone === undefined || all ? phone : maskPhone(phone),
      address: address === undefined || all ? address : maskAddress(address),
    }),
    tags: t.tags.map(shown),
    disposition: t.disposition,
    mergedInto: t.merged.into?.number ?? null,
    due: defined({
      firstResponse: t.clocks.firstResponse?.due?.toISOString(),
      nextResponse: t.clocks.nextResponse?.due?.toISOString(),
      resolution: t.clocks.resolution?.due?.toISOString(),
      wait: t.clocks.wait?.due?.toISOString(),
      leg: t.clocks.leg?.due?.toISOString(),
      penalty: t.clocks.penalty?.due?.toISOString(),
      window: t.clocks.window?.due?.toISOString(),
    }),
    openedAt: t.openedAt.toISOString(),
    claimedAt: at(t.claimedAt),
    resolvedAt: at(t.resolvedAt),
    closedAt: at(t.closedAt),
    updatedAt: t.updatedAt.toISOString(),
    version: t.version,
  };
}

export const ticketOf = (
  t: Ticket,
  directory: Directory,
  key: Pick<ApiKey, 'scopes'>,
): z.output<typeof ticketView> => ({
  ...summaryOf(t, directory, key),
  description: shownTo(key, t)(t.description),
});

const actorOf = (actor: Actor): z.output<typeof messageView>['author'] =>
  actor.kind === 'person' ? defined({ ...actor }) : actor;

/**
 * An event with everything its hash is made of, for a key that may see customers. For others what colleagues wrote is taken out of it, the
 * first words of a note that went with an offer and why a ticket was closed, and tags are masked: such an event's hash cannot be checked.
 */
export const eventOf = (
  { seq, at: moment, actor, cause, schema, type, data, hash }: SealedEvent,
  t: Pick<Ticket, 'facts'>,
  key: Pick<ApiKey, 'scopes'>,
): z.output<typeof historyEvent> => ({
  seq,
  at: moment.toISOString(),
  actor: actorOf(actor),
  cause,
  schema,
  type,
  data: key.scopes.includes('customers:read') ? data : (bare(data, shownTo(key, t)) as SealedEvent['data']),
  hash,
});

/** Fields of events that hold what somebody wrote: gone, or as groups see it. */
const WRITTEN: ReadonlySet<string> = new Set(['words']);
const MASKED: ReadonlySet<string> = new Set(['tags', 'added', 'removed', 'reason']);

function bare(value: unknown, shown: (written: string) => string, field = ''): unknown {
  if (typeof value === 'string') return WRITTEN.has(field) ? '' : MASKED.has(field) ? shown(value) : value;
  if (Array.isArray(value)) return value.map((item) => bare(item, shown, field));
  if (typeof value !== 'object' || value === null || value instanceof Date) return value;
  return Object.fromEntries(Object.entries(value).map(([name, part]) => [name, bare(part, shown, name)]));
}

/** A message; a sentence of ours in the language of the ticket's team. */
export function messageOf(
  m: CustomerMessage,
  t: Ticket,
  directory: Directory,
  key: Pick<ApiKey, 'scopes'>,
): z.output<typeof messageView> {
  const shown = shownTo(key, t);
  const team = directory.teams.get(t.team) ?? [...directory.teams.values()][0];
  const reader = { locale: team?.locale ?? 'zh-CN', timeZone: team?.timeZone ?? 'Asia/Shanghai', now: m.at };
  const { body } = m;
  return {
    id: m._id,
    direction: m.direction,
    author: actorOf(m.author),
    text: shown('text' in body ? body.text : say(body.sentence, reader)),
    attachments: ('text' in body ? body.attachments : []).map((a) => ({
      id: a.id,
      kind: a.kind,
      name: shown(a.name),
      type: a.type,
      size: a.size,
    })),
    state: m.state,
    at: m.at.toISOString(),
  };
}
