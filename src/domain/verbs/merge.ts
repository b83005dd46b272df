import type { Decision, Facts } from '../decision.ts';
import type { NewEffect } from '../effect.ts';
import type { Before, SealedEvent } from '../event.ts';
import type { Intent } from '../intent.ts';
import { lacking } from '../permission.ts';
import type { Refusal } from '../refusal.ts';
import { dueOf } from '../sla.ts';
import { OPEN } from '../status.ts';
import type { Absorbed, Content, Gift, OrderFacts, Quote, Ticket, TicketRef } from '../ticket.ts';
import { accept, already, before, next, refuse, wasBefore, wrongStatus } from './shared.ts';
import { refOf, sourceOf, taking } from './split.ts';
import { touches } from './undo.ts';

/** Most tickets that one takes in. */
const MAX_MERGED = 50;
/** Most tickets that something is passed on through. */
const MAX_PATH = 20;

/** Who may merge this ticket, or take that back: any member while nobody has it, else its assignee or a lead. */
const mayMerge = (t: Ticket, facts: Facts): Refusal | null =>
  lacking(facts.actor, t.assignee === null ? 'member' : 'assignee', t, facts.directory);

/** One customer; or one of them is nobody we can write to, and the order is the same. */
function belongTogether(a: Ticket, b: Ticket): boolean {
  if (a.shop !== b.shop) return false;
  if (a.customer.account !== null && b.customer.account !== null) return a.customer.account === b.customer.account;
  const same = (fact: 'order' | 'tracking'): boolean => a.facts[fact] !== undefined && a.facts[fact] === b.facts[fact];
  const { place, handle } = a.customer;
  const known = handle !== '' && handle === b.customer.handle && place === b.customer.place;
  return known || same('order') || same('tracking');
}

/** Two tickets are one matter: this one closes and points at the other, which takes over what it has. */
export function merge(t: Ticket, intent: Extract<Intent, { type: 'merge' }>, facts: Facts): Decision {
  const { into } = intent;
  if (into._id === t._id) return refuse({ code: 'merge_self', no: t.number });
  if (t.merged.into?.ticket === into._id) return already;
  if (t.merged.into !== null) return refuse({ code: 'merged', no: t.number, into: t.merged.into.number });
  if (into.merged.into !== null) return refuse({ code: 'merged', no: into.number, into: into.merged.into.number });
  const missing = mayMerge(t, facts) ?? mayMerge(into, facts);
  if (missing !== null) return refuse(missing);
  if (!belongTogether(t, into)) return refuse({ code: 'merge_customers', no: t.number, into: into.number });
  const to = next(t, 'close');
  if (to === null) return wrongStatus(t, 'merge');
  if (!OPEN.has(into.status)) return wrongStatus(into, 'merge');
  if (t.merged.from.some((f) => f.ticket === into._id))
    return refuse({ code: 'merged', no: into.number, into: t.number });
  if (into.merged.from.length >= MAX_MERGED) return refuse({ code: 'merge_full', no: into.number, max: MAX_MERGED });
  const absorb: NewEffect = {
    kind: 'tell',
    ticket: into._id,
    by: facts.actor,
    intent: { type: 'absorb', content: contentOf(t), under: refOf(t), path: [t.number] },
  };
  return accept([{ type: 'merged', target: refOf(into), to, before: before(t) }], [absorb]);
}

const contentOf = (t: Ticket): Content => ({
  ...refOf(t),
  customer: t.customer,
  links: t.links,
  facts: t.facts,
  quotes: t.quotes,
  attachments: t.attachments,
  messages: t.customerMessages,
  due: dueOf(t.clocks),
});

/** Takes over a merged ticket. One that was merged itself meanwhile passes it on; two that were merged into each other leave one. */
export function absorb(t: Ticket, intent: Extract<Intent, { type: 'absorb' }>, facts: Facts): Decision {
  const { content, under, path } = intent;
  // Merged in a circle at the same moment: the oldest of the circle stands for itself again, with what has come to it meanwhile.
  if (content.ticket === t._id) return t.number === Math.min(...path) ? leaveCircle(t, facts) : already;
  const taken: Absorbed = {
    ...under,
    attachments: content.attachments.map(({ id }) => id).filter((id) => !t.attachments.some((a) => a.id === id)),
    facts: keysOf(content.facts).filter((key) => t.facts[key] === undefined),
    messages: content.messages,
    contact: t.customer.account === null && content.customer.account !== null ? t.customer : null,
  };
  const passedOn: NewEffect[] = [];
  if (t.merged.into !== null && path.length < MAX_PATH) {
    const onward: Intent = { type: 'absorb', content, under: refOf(t), path: [...path, t.number] };
    passedOn.push({ kind: 'tell', ticket: t.merged.into.ticket, by: facts.actor, intent: onward });
  }
  const owed = content.due.firstResponse !== undefined || content.due.nextResponse !== undefined;
  const takes = t.merged.into === null && (owed || !OPEN.has(t.status));
  const to = takes ? taking(t) : t.status;
  return accept([{ type: 'absorbed', content, taken, to, resume: to !== t.status, before: before(t) }], passedOn);
}

const keysOf = (facts: OrderFacts): readonly (keyof OrderFacts)[] => Object.keys(facts) as (keyof OrderFacts)[];

/** A merge is taken back: the ticket is as it was, and what came from it is given back. */
export function unmerge(t: Ticket, intent: Extract<Intent, { type: 'unmerge' }>, facts: Facts): Decision {
  if (t.merged.into === null) return already;
  const missing = mayMerge(t, facts);
  if (missing !== null && (intent.into === null || mayMerge(intent.into, facts) !== null)) return refuse(missing);
  return standAgain(t, facts, t.merged.before, intent.own);
}

function leaveCircle(t: Ticket, facts: Facts): Decision {
  const was = t.merged.before;
  if (was?.status !== 'waiting_customer') return standAgain(t, facts, was, []);
  const taken: Before = { ...was, status: 'in_progress', wait: null, until: null };
  return standAgain(t, facts, taken, []);
}

function standAgain(t: Ticket, facts: Facts, was: Before | null, own: readonly Quote[]): Decision {
  const { into } = t.merged;
  if (into === null || was === null) return already;
  const gift: Gift = {
    from: refOf(t),
    under: refOf(t),
    attachments: t.attachments.map(({ id }) => id),
    facts: keysOf(t.facts),
    messages: t.customerMessages,
    quotes: t.quotes.map(({ message, at }) => ({ message, at })),
  };
  const tell: NewEffect = {
    kind: 'tell',
    ticket: into.ticket,
    by: facts.actor,
    intent: { type: 'give_back', gift, own },
  };
  return accept([{ type: 'unmerged', source: into, to: was.status ?? t.status, before: was }], [tell]);
}

/** Gives back what came from a ticket that stands for itself again. */
export function giveBack(t: Ticket, intent: Extract<Intent, { type: 'give_back' }>, facts: Facts): Decision {
  const { gift, own } = intent;
  const record = t.merged.from.find((f) => f.ticket === gift.under.ticket);
  if (record === undefined) return already;
  const mine: Gift = {
    ...gift,
    attachments: record.attachments.filter((id) => gift.attachments.includes(id)),
    facts: record.facts.filter((key) => gift.facts.includes(key)),
    messages: Math.min(record.messages, gift.messages),
  };
  const onward: NewEffect[] = [];
  // In a circle it would come back to where it started.
  if (t.merged.into !== null && t.merged.into.ticket !== gift.from.ticket) {
    const under: TicketRef = refOf(t);
    const passed: Intent = { type: 'give_back', gift: { ...mine, under }, own: [] };
    onward.push({ kind: 'tell', ticket: t.merged.into.ticket, by: facts.actor, intent: passed });
  }
  return accept([{ type: 'given_back', gift: mine, own, back: stoodBefore(t, gift.from) }], onward);
}

/** What stood before a ticket was taken over, unless anything has happened since that counts on it. */
function stoodBefore(t: Ticket, from: TicketRef): Before | null {
  const { tail } = t.history;
  const event = tail.findLast((e) => e.type === 'absorbed' && sourceOf(e)?.ticket === from.ticket);
  const counts = (e: SealedEvent): boolean => touches(e) || e.type === 'message_received' || e.type === 'absorbed';
  return event === undefined || tail.some((e) => e.seq > event.seq && counts(e)) ? null : wasBefore(event);
}
