import * as z from 'zod';
import type { Actor } from '../domain/actor.ts';
import type { SealedEvent } from '../domain/event.ts';
import { mask, maskAddress, maskPhone } from '../domain/mask.ts';
import { PUBLIC_EVENTS, toldKeys, type PublicEvent } from '../domain/public-event.ts';
import { PRIORITIES, STATUSES, WAITS } from '../domain/status.ts';
import { ticketName, type OrderFacts, type Ticket } from '../domain/ticket.ts';

const moment = z.iso.datetime();
const optionalMoment = moment.nullable();
const ticketNo = z.string().regex(/^T-\d+$/);

const orderFacts = z.strictObject({
  order: z.string().optional(),
  more: z.array(z.string()).optional(),
  tracking: z.string().optional(),
  carrier: z.string().optional(),
  amount: z.string().optional(),
  /** Masked, as in groups. */
  phone: z.string().optional(),
  /** Province, city and district; nothing closer. */
  address: z.string().optional(),
});

const ticketView = z.strictObject({
  no: ticketNo,
  shop: z.string(),
  /** Masked, as in groups. */
  subject: z.string(),
  status: z.enum(STATUSES),
  wait: z.enum(WAITS).nullable(),
  disposition: z.string().nullable(),
  team: z.string(),
  /** Person id. */
  assignee: z.string().nullable(),
  priority: z.enum(PRIORITIES),
  category: z.string().nullable(),
  tags: z.array(z.string()),
  language: z.enum(['zh', 'en', 'other']),
  facts: orderFacts,
  openedAt: moment,
  claimedAt: optionalMoment,
  resolvedAt: optionalMoment,
  closedAt: optionalMoment,
  updatedAt: moment,
});

const actorView = z.strictObject({
  kind: z.enum(['person', 'customer', 'system']),
  /** Of a person. */
  id: z.string().optional(),
  name: z.string().optional(),
});

const told = z.union([z.string(), z.number(), z.boolean(), z.null(), z.array(z.string())]);

/** What a subscription is told of one event. */
export const hookPayload = z.strictObject({
  /** The same at every try: what was taken once need not be taken again. */
  id: z.string(),
  type: z.enum(PUBLIC_EVENTS),
  /** When it happened. */
  at: moment,
  /** The ticket as it stood when this was first sent. */
  ticket: ticketView,
  event: z.strictObject({
    /** Position in the ticket's history, from 1: what arrives out of order can be sorted by it. */
    seq: z.int().min(1),
    type: z.enum(PUBLIC_EVENTS),
    actor: actorView,
    /** What it follows from. */
    cause: z.string(),
    data: z.record(z.string(), told),
  }),
});

export type HookPayload = z.output<typeof hookPayload>;

/** The notice of one event: nothing that a group would not be shown either. */
export function payloadOf(id: string, type: PublicEvent, t: Ticket, event: SealedEvent): HookPayload {
  const shown = shownOf(t);
  const data = toldKeys(event.type).map((key) => [key, toldValue(event.data[key], shown)] as const);
  return {
    id,
    type,
    at: event.at.toISOString(),
    ticket: viewOf(t),
    event: {
      seq: event.seq,
      type,
      actor: actorOf(event.actor),
      cause: event.cause.replaceAll('\n', '/'),
      data: Object.fromEntries(data.flatMap(([key, value]) => (value === undefined ? [] : [[key, value]]))),
    },
  };
}

/** What was written, as groups see it. */
const shownOf =
  ({ facts: { order, tracking, more = [] } }: Pick<Ticket, 'facts'>) =>
  (written: string): string =>
    mask(written, [order, tracking, ...more]);

function viewOf(t: Ticket): HookPayload['ticket'] {
  const { shop, status, wait, disposition, team, assignee, priority, category, tags, language, facts } = t;
  const shown = shownOf(t);
  return {
    no: ticketName(t),
    shop,
    subject: shown(t.subject),
    status,
    wait,
    disposition,
    team,
    assignee,
    priority,
    category,
    tags: tags.map(shown),
    language,
    facts: factsOf(facts),
    openedAt: t.openedAt.toISOString(),
    claimedAt: iso(t.claimedAt),
    resolvedAt: iso(t.resolvedAt),
    closedAt: iso(t.closedAt),
    updatedAt: t.updatedAt.toISOString(),
  };
}

const iso = (moment: Date | null): string | null => moment?.toISOString() ?? null;

function factsOf({ more, phone, address, ...plain }: OrderFacts): HookPayload['ticket']['facts'] {
  return {
    ...plain,
    ...(more === undefined ? {} : { more: [...more] }),
    ...(phone === undefined ? {} : { phone: maskPhone(phone) }),
    ...(address === undefined ? {} : { address: maskAddress(address) }),
  };
}

/** Who the customer is stays inside: the order says enough. */
function actorOf(actor: Actor): HookPayload['event']['actor'] {
  if (actor.kind === 'customer') return { kind: 'customer' };
  return actor.kind === 'person' ? { kind: 'person', id: actor.id, name: actor.name } : actor;
}

/** A value of sealed data as JSON has it; another ticket by its number, what else has parts not at all. */
function toldValue(value: unknown, shown: (written: string) => string): z.output<typeof told> | undefined {
  if (value instanceof Date) return value.toISOString();
  if (value === null || typeof value === 'string' || typeof value === 'number' || typeof value === 'boolean')
    return value;
  // Lists are ids and tags; somebody may have put a number into a tag.
  if (Array.isArray(value)) return value.filter((item): item is string => typeof item === 'string').map(shown);
  if (typeof value === 'object' && 'number' in value && typeof value.number === 'number')
    return ticketName({ number: value.number });
  return undefined;
}
