import type { Decision, Facts } from '../decision.ts';
import type { NewEffect } from '../effect.ts';
import type { Before, Change, SealedEvent } from '../event.ts';
import type { Intent } from '../intent.ts';
import { lacking } from '../permission.ts';
import type { Refusal } from '../refusal.ts';
import type { Status } from '../status.ts';
import type { Ticket, TicketRef } from '../ticket.ts';
import { accept, before, next, refuse, wasBefore } from './shared.ts';
import { touches, UNDO_MS } from './undo.ts';

export const refOf = (t: Ticket): TicketRef => ({ ticket: t._id, number: t.number });

/** The other ticket that an event names. */
export function sourceOf(e: SealedEvent): TicketRef | null {
  for (const ref of [e.data['target'], e.data['splitFrom'], e.data['source']]) {
    if (typeof ref !== 'object' || ref === null || !('ticket' in ref) || !('number' in ref)) continue;
    const { ticket, number } = ref;
    if (typeof ticket === 'string' && typeof number === 'number') return { ticket, number };
  }
  return null;
}

/** Acts that say nothing about which message they answer. */
const ASIDE: ReadonlySet<SealedEvent['type']> = new Set(['noted', 'tagged', 'prioritised', 'categorised']);

const texts = (value: unknown): readonly string[] =>
  Array.isArray(value) ? value.filter((v) => typeof v === 'string') : [];

/** The customer's messages that an event brought to the ticket. */
function brought(e: SealedEvent): readonly string[] {
  if (e.type === 'taken_in') return texts(e.data['messages']);
  return e.type === 'message_received' ? texts([e.data['message']]) : [];
}

/** The customer's messages that came after the opening one and are still here, by the event that brought them, in its order. */
function present(t: Ticket): ReadonlyMap<string, number> {
  const here = new Map<string, number>();
  for (const e of t.history.tail) {
    for (const id of brought(e)) here.set(id, e.seq);
    if (e.type === 'split_off' || e.type === 'handed_back') for (const id of texts(e.data['messages'])) here.delete(id);
  }
  return here;
}

const isAct = (e: SealedEvent): boolean => e.actor.kind === 'person' && !ASIDE.has(e.type) && brought(e).length === 0;

/**
 * The customer's newest messages, oldest first: those since somebody last acted, else the newest alone. Never the one that opened the
 * ticket: without it there would be no ticket.
 */
export function newestMessages(t: Ticket): readonly string[] {
  const here = [...present(t)];
  const acted = t.history.tail.findLast(isAct)?.seq ?? 0;
  const since = here.filter(([, seq]) => seq > acted);
  return (since.length > 0 ? since : here.slice(-1)).map(([id]) => id);
}

/** What stood before the first of these messages came, unless somebody has changed it since. */
function stoodBefore(t: Ticket, messages: readonly string[]): Before | null {
  const first = t.history.tail.find((e) => brought(e).some((id) => messages.includes(id)));
  if (first === undefined) return null;
  const since = t.history.tail.filter((e) => e.seq > first.seq);
  const changed = since.some((e) => (e.type === 'message_received' ? !within(e, messages) : touches(e)));
  return changed ? null : wasBefore(first);
}

const within = (e: SealedEvent, messages: readonly string[]): boolean =>
  brought(e).every((id) => messages.includes(id));

/** The customer's newest messages are about something else: they go to another ticket of theirs, or to a new one. */
export function split(t: Ticket, intent: Extract<Intent, { type: 'split' }>, facts: Facts): Decision {
  const refusal = unsplittable(t, facts);
  if (refusal !== null) return refuse(refusal);
  const { to, opening, quotes } = intent;
  const messages = quotes.map((q) => q.message);
  const here = new Set(newestMessages(t));
  if (messages.length === 0 || !messages.every((id) => here.has(id)))
    return refuse({ code: 'split_only', no: t.number });
  const attachments = quotes.flatMap((q) => q.attachments.map(({ id }) => id));
  const change: Change = {
    type: 'split_off',
    target: to,
    opens: opening !== null,
    messages,
    attachments,
    back: stoodBefore(t, messages),
    before: before(t),
  };
  const [first, ...rest] = quotes;
  const by = facts.actor;
  const from = refOf(t);
  const takeIn = (taken: typeof quotes): NewEffect => ({
    kind: 'tell',
    ticket: to.ticket,
    by,
    intent: { type: 'take_in', from, messages: taken.map((q) => q.message), quotes: taken, undoes: null },
  });
  if (opening === null || first === undefined) return accept([change], [takeIn(quotes)]);
  const open: Intent = { type: 'open', opening, message: first.message, quote: first, acknowledge: null };
  const tellOpen: NewEffect = { kind: 'tell', ticket: to.ticket, by, intent: open };
  return accept([change], rest.length === 0 ? [tellOpen] : [tellOpen, takeIn(rest)]);
}

/** Why nothing can be split off this ticket by this actor; null: something can. */
export function unsplittable(t: Ticket, facts: Facts): Refusal | null {
  const missing = lacking(facts.actor, t.assignee === null ? 'member' : 'assignee', t, facts.directory);
  if (missing !== null) return missing;
  if (t.customer.account === null || t.customerMessages === 0) return { code: 'split_nothing', no: t.number };
  if (t.status === 'closed') return { code: 'wrong_status', no: t.number, verb: 'split', status: t.status };
  const only = t.customerMessages === 1 || newestMessages(t).length === 0;
  return only ? { code: 'split_only', no: t.number } : null;
}

/** The status in which a ticket takes up words of its customer, whatever it was. */
export const taking = (t: Ticket): Status =>
  next(t, 'customer_message') ?? next(t, t.assignee === null ? 'reopen_queue' : 'reopen_owned') ?? t.status;

/** Messages come from another ticket of the customer. What was merged meanwhile passes them on. */
export function takeIn(t: Ticket, intent: Extract<Intent, { type: 'take_in' }>, facts: Facts): Decision {
  if (t.merged.into !== null) {
    const target = t.merged.into;
    return accept([{ type: 'passed_on', target }], [{ kind: 'tell', ticket: target.ticket, by: facts.actor, intent }]);
  }
  const { from, messages, quotes, undoes } = intent;
  const back = undoes === null ? null : stoodAt(t, undoes);
  const to = back?.status ?? taking(t);
  const resume = back === null && to !== t.status;
  return accept([{ type: 'taken_in', source: from, messages, quotes, to, resume, back, before: before(t), undoes }]);
}

/** What stood before an event of one's own, unless it has changed since. */
function stoodAt(t: Ticket, seq: number): Before | null {
  const event = t.history.tail.find((e) => e.seq === seq);
  const changed = t.history.tail.some((e) => e.seq > seq && (touches(e) || e.type === 'message_received'));
  return event === undefined || changed ? null : wasBefore(event);
}

/** A split is taken back where the messages went: refused once somebody acted there. A ticket that it opened closes. */
export function handBack(t: Ticket, intent: Extract<Intent, { type: 'hand_back' }>, facts: Facts): Decision {
  const { to, undoes, messages, opened } = intent;
  const own = (e: SealedEvent): boolean => e.type === 'taken_in' && within(e, messages);
  const { tail } = t.history;
  const arrival = opened ? tail.find((e) => e.type === 'opened') : tail.findLast(own);
  const here = present(t);
  const missing = messages.some((id) => !here.has(id) && arrival?.data['message'] !== id);
  if (arrival === undefined || missing || (opened && t.status === 'closed')) return refuse({ code: 'undo_nothing' });
  if (facts.now.getTime() - arrival.at.getTime() > UNDO_MS)
    return refuse({ code: 'undo_late', seconds: UNDO_MS / 1000 });
  const acted = tail.find((e) => e.seq > arrival.seq && e.actor.kind === 'person' && !own(e));
  if (acted !== undefined) {
    const by = acted.actor.kind === 'person' ? acted.actor.name : '';
    return refuse({ code: 'undo_overtaken', no: t.number, by });
  }
  // What the customer wrote to a ticket that ends goes along.
  const all = opened ? [...new Set([...messages, ...here.keys()])] : messages;
  const quotes = t.quotes.filter((q) => all.includes(q.message));
  const attachments = quotes.flatMap((q) => q.attachments.map(({ id }) => id));
  const back = opened ? null : stoodBefore(t, messages);
  const change: Change = {
    type: 'handed_back',
    target: to,
    messages: all,
    attachments,
    closes: opened,
    back,
    before: before(t),
  };
  const taken: Intent = { type: 'take_in', from: refOf(t), messages: all, quotes, undoes };
  return accept([change], [{ kind: 'tell', ticket: to.ticket, by: facts.actor, intent: taken }]);
}
