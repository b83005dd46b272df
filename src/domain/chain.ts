import { createHash, createHmac } from 'node:crypto';
import type { SealedEvent, TicketEvent } from './event.ts';

/** The head of a ticket's chain before its first event. */
export const GENESIS = '0'.repeat(64);

/** JSON with sorted keys, dates as ISO text and absent values left out: the same for equal values, before and after storage. */
export function canonical(value: unknown): string {
  if (value instanceof Date) return JSON.stringify(value.toISOString());
  if (Array.isArray(value)) return `[${value.map((v) => canonical(v ?? null)).join(',')}]`;
  if (typeof value === 'object' && value !== null) {
    const pairs = Object.entries(value)
      .filter(([, v]) => v !== undefined)
      .toSorted(([a], [b]) => (a < b ? -1 : 1))
      .map(([k, v]) => `${JSON.stringify(k)}:${canonical(v)}`);
    return `{${pairs.join(',')}}`;
  }
  return JSON.stringify(value);
}

/** Salted digest of customer text: proves what was written without keeping it. 32 hex digits. */
export const digest = (salt: string, text: string): string =>
  createHmac('sha256', salt).update(text).digest('hex').slice(0, 32);

function withoutText(event: TicketEvent, salt: string): Record<string, unknown> {
  const { type: _type, ...rest } = event.change;
  if (event.change.type === 'opened') {
    const { opening: o, message, quote } = event.change;
    const { subject, description, customer, facts, attachments, places: _places, ...plain } = o;
    const written = canonical({ subject, description, customer, facts, attachments, quote: quote?.text });
    return { ...plain, attachments: attachments.map(({ id }) => id), message, digest: digest(salt, written) };
  }
  switch (event.change.type) {
    case 'message_received': {
      const { message, to, resume, news, before, others, quote } = event.change;
      return { message, to, resume, news, before, others, digest: digest(salt, quote.text) };
    }
    case 'taken_in': {
      const { quotes, type: _taken, ...plain } = event.change;
      return { ...plain, digest: digest(salt, canonical(quotes.map((q) => q.text))) };
    }
    case 'absorbed': {
      const { content, taken, to, resume, before } = event.change;
      const { ticket, number, quotes, facts, customer, messages } = content;
      const { contact, ...kept } = taken;
      const written = canonical({ quotes: quotes.map((q) => q.text), facts, customer });
      const source = { ticket, number };
      return {
        source,
        messages,
        taken: kept,
        contact: contact !== null,
        to,
        resume,
        before,
        digest: digest(salt, written),
      };
    }
    case 'given_back': {
      const { gift, own, back } = event.change;
      return { source: gift.from, gift, back, digest: digest(salt, canonical(own.map((q) => q.text))) };
    }
    case 'reopened': {
      const { to, message, left } = event.change;
      return { to, message, left: left === null ? null : { person: left.by.person, note: left.note } };
    }
    case 'offered': {
      const { type: _offered, words, ...plain } = event.change;
      return { ...plain, digest: digest(salt, words) };
    }
    case 'nudged': {
      const { type: _nudged, quote, ...plain } = event.change;
      return { ...plain, digest: digest(salt, quote.text) };
    }
    case 'recalled':
      return { message: event.change.message, attachments: event.change.attachments };
    case 'redrafted': {
      const { type: _redrafted, subject, facts, ...plain } = event.change;
      return { ...plain, digest: digest(salt, canonical({ subject, facts })) };
    }
    case 'attached': {
      const { attachments } = event.change;
      return { attachments: attachments.map(({ id }) => id), digest: digest(salt, canonical(attachments)) };
    }
    default:
      return rest;
  }
}

/** Turns an event into what is kept, chained to `head`. */
export function seal(event: TicketEvent, head: string, salt: string): SealedEvent {
  const { seq, at, actor, cause, change } = event;
  const data = { ...withoutText(event, salt), ...(event.due !== null && { due: event.due }) };
  const body = { seq, at, actor, cause, schema: 1 as const, type: change.type, data };
  return { ...body, hash: link(head, body) };
}

const link = (head: string, body: Omit<SealedEvent, 'hash'>): string =>
  createHash('sha256').update(head).update(canonical(body)).digest('hex');

/** Sequence of the first event that does not follow from the one before, or null: `events` in order, the first after `head`. */
export function firstBroken(events: readonly SealedEvent[], head: string = GENESIS): number | null {
  let previous = head;
  for (const { hash, ...body } of events) {
    if (link(previous, body) !== hash) return body.seq;
    previous = hash;
  }
  return null;
}
