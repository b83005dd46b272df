import type { Change } from './event.ts';
import { OPEN } from './status.ts';
import type { Absorbed, OrderFacts, Quote, Ticket } from './ticket.ts';

type Of<T extends Change['type']> = Extract<Change, { type: T }>;

/** The customer's last words that a ticket keeps. */
export const MAX_QUOTES = 5;
export const MAX_ATTACHMENTS = 50;
export const MAX_REOPENS = 20;

const NO_END = { until: null } as const;
const OVER = { resolvedAt: null, closedAt: null, disposition: null } as const;

const newest = (quotes: readonly Quote[]): readonly Quote[] =>
  quotes.toSorted((a, b) => a.at.getTime() - b.at.getTime()).slice(-MAX_QUOTES);

/** One attachment less for each id, the newest first: the same picture may have been sent twice. */
function without<T extends { readonly id: string }>(all: readonly T[], ids: readonly string[]): readonly T[] {
  const left = [...all];
  for (const id of ids) {
    const at = left.findLastIndex((a) => a.id === id);
    if (at >= 0) left.splice(at, 1);
  }
  return left;
}

/** Messages have left the ticket. */
export function left(t: Ticket, change: Of<'split_off'> | Of<'handed_back'>, at: Date): Partial<Ticket> {
  const { messages, attachments, back } = change;
  const ends = change.type === 'handed_back' && change.closes;
  return {
    quotes: t.quotes.filter((q) => !messages.includes(q.message)),
    attachments: without(t.attachments, attachments),
    customerMessages: Math.max(0, t.customerMessages - messages.length),
    others: [],
    ...back,
    ...(ends ? { status: 'closed', wait: null, closedAt: at, ...NO_END } : {}),
  };
}

/** Messages have come from another ticket. */
export function tookIn(t: Ticket, change: Of<'taken_in'>): Partial<Ticket> {
  const { messages, quotes, to, resume, back } = change;
  const arrived = quotes.flatMap((q) => q.attachments);
  const content = {
    quotes: newest([...t.quotes, ...quotes]),
    attachments: [...t.attachments, ...arrived].slice(0, MAX_ATTACHMENTS),
    customerMessages: t.customerMessages + messages.length,
    others: [],
  };
  return back === null ? { ...content, ...takenUp(t, to, resume) } : { ...content, ...back };
}

/** What the arrival of words of the customer makes of a ticket. */
function takenUp(t: Ticket, to: Ticket['status'], resume: boolean): Partial<Ticket> {
  if (!OPEN.has(to)) return {};
  if (!OPEN.has(t.status)) return { status: to, wait: null, ...OVER, ...NO_END };
  return { status: to, ...(resume ? { wait: null, ...NO_END } : {}) };
}

export const mergedInto = (t: Ticket, change: Of<'merged'>, at: Date): Partial<Ticket> => ({
  status: change.to,
  wait: null,
  closedAt: at,
  others: [],
  ...NO_END,
  merged: { ...t.merged, into: change.target, before: change.before },
});

export const standsAgain = (t: Ticket, change: Of<'unmerged'>): Partial<Ticket> => ({
  ...change.before,
  merged: { ...t.merged, into: null, before: null },
});

/** A merged ticket's content has come. */
export function tookOver(t: Ticket, change: Of<'absorbed'>, at: Date): Partial<Ticket> {
  const { content, taken, to } = change;
  const facts: OrderFacts = Object.fromEntries(taken.facts.map((key) => [key, content.facts[key]]));
  const room = MAX_ATTACHMENTS - t.attachments.length;
  const came = content.attachments.filter(({ id }) => taken.attachments.includes(id)).slice(0, Math.max(0, room));
  const known = t.merged.from.find((f) => f.ticket === taken.ticket);
  const record: Absorbed =
    known === undefined
      ? taken
      : {
          ...taken,
          attachments: [...known.attachments, ...taken.attachments],
          facts: [...known.facts, ...taken.facts],
          messages: known.messages + taken.messages,
          contact: known.contact ?? taken.contact,
        };
  const reopened = OPEN.has(to) && !OPEN.has(t.status);
  return {
    facts: { ...t.facts, ...facts },
    attachments: [...t.attachments, ...came],
    quotes: newest([...t.quotes, ...content.quotes]),
    customerMessages: t.customerMessages + content.messages,
    ...(taken.contact !== null ? { customer: content.customer, links: [...t.links, ...content.links] } : {}),
    merged: { ...t.merged, from: [...t.merged.from.filter((f) => f !== known), record] },
    others: t.others.filter((no) => no !== content.number),
    duplicates: t.duplicates.filter((no) => no !== content.number),
    ...(OPEN.has(to) ? { status: to } : {}),
    ...(reopened ? { ...OVER, reopens: [...t.reopens, at].slice(-MAX_REOPENS) } : {}),
    ...(to === t.status ? {} : { wait: null, ...NO_END }),
  };
}

/** What came from a ticket that stands for itself again has gone back to it. */
export function gaveBack(t: Ticket, change: Of<'given_back'>): Partial<Ticket> {
  const { gift, own, back } = change;
  const record = t.merged.from.find((f) => f.ticket === gift.under.ticket);
  if (record === undefined) return {};
  const whole = gift.from.ticket === gift.under.ticket;
  const facts = Object.fromEntries(
    Object.entries(t.facts).filter(([key]) => !gift.facts.some((given) => given === key)),
  ) as OrderFacts;
  const isGiven = (q: Quote): boolean =>
    gift.quotes.some((g) => g.message === q.message && g.at.getTime() === q.at.getTime());
  const kept = t.quotes.filter((q) => !isGiven(q));
  const restored = own.filter((q) => !isGiven(q) && !kept.some((k) => k.message === q.message));
  const remains: Absorbed = {
    ...record,
    attachments: record.attachments.filter((id) => !gift.attachments.includes(id)),
    facts: record.facts.filter((key) => !gift.facts.includes(key)),
    messages: record.messages - gift.messages,
  };
  const others = t.merged.from.filter((f) => f !== record);
  return {
    facts,
    attachments: t.attachments.filter(({ id }) => !gift.attachments.includes(id)),
    quotes: newest([...restored, ...kept]),
    customerMessages: t.customerMessages - gift.messages,
    ...(whole && record.contact !== null
      ? { customer: record.contact, links: t.links.filter((l) => l.role !== 'customer') }
      : {}),
    merged: { ...t.merged, from: whole ? others : [...others, remains] },
    ...back,
  };
}
