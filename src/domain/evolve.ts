import type { Actor } from './actor.ts';
import { inBrief, type Attachment } from './attachment.ts';
import { type Place, placeKey } from './effect.ts';
import type { Change, TicketEvent } from './event.ts';
import { newsLeft, withLine } from './news.ts';
import { OPEN, type Status } from './status.ts';
import { GENESIS } from './chain.ts';
import {
  gaveBack,
  left,
  MAX_ATTACHMENTS,
  MAX_QUOTES,
  MAX_REOPENS,
  mergedInto,
  standsAgain,
  tookIn,
  tookOver,
} from './several.ts';
import { NO_TERMS } from './terms.ts';
import { nudgesAfter } from './verbs/urge.ts';
import type { LastAct, Quote, Ticket } from './ticket.ts';

/** Most places a ticket keeps cards in; the oldest handled ones fall out first. */
const MAX_PLACES = 20;
const MAX_AVOID = 20;
const MAX_TURNS = 20;

/** Changes that no card shows. */
const INVISIBLE: ReadonlySet<Change['type']> = new Set([
  'noted',
  'revealed',
  'passed_on',
  'rearmed',
  'reminder_set',
  'reminder_dropped',
  'prompted',
  'kept',
]);

/** What a card shows by its effect only: the last thing that happened stays what somebody did. */
const NO_ACT: ReadonlySet<Change['type']> = new Set([
  ...INVISIBLE,
  'delivered',
  'redrafted',
  'reminded',
  'acknowledged',
  'retimed',
]);

export const showsOnCard = (change: Change): boolean =>
  !INVISIBLE.has(change.type) && (change.type !== 'reminded' || change.passed.some(({ share }) => share <= 1));

const actorName = (actor: Actor): string => (actor.kind === 'person' ? actor.name : '');

/** An event before what it does to the promises is known. */
export type Happened = Omit<TicketEvent, 'due'>;

/** A ticket after one event, with its promises as they were before it. Pure; promises, history, pending, versions are kept by `apply`. */
export function evolve(ticket: Ticket | null, event: Happened, id: string): Ticket {
  const { change, at } = event;
  if (change.type === 'opened') return opened(change, event, id);
  if (ticket === null) throw new Error(`${change.type} on a ticket that does not exist`);
  const changed: Ticket = { ...ticket, ...difference(ticket, change, at, event.seq), updatedAt: at };
  const next: Ticket = { ...changed, news: newsLeft(changed), turns: turnsAfter(ticket, changed.status, at) };
  if (NO_ACT.has(change.type)) return next;
  const last: LastAct = { type: change.type, by: actorName(event.actor), at };
  return { ...next, last };
}

function opened(change: Extract<Change, { type: 'opened' }>, event: Happened, id: string): Ticket {
  const { opening: o, quote } = change;
  const { at } = event;
  const reachable = o.customer.account !== null;
  return {
    _id: id,
    number: o.number,
    shop: o.shop,
    source: o.source,
    customer: o.customer,
    links: reachable ? [{ address: o.origin, role: 'customer' }] : [],
    subject: o.subject,
    description: o.description,
    attachments: o.attachments.slice(0, MAX_ATTACHMENTS).map(inBrief),
    category: o.category,
    classified: o.source.kind === 'message' ? 'auto' : 'person',
    priority: o.priority,
    tags: o.tags,
    language: o.language,
    facts: o.facts,
    team: o.team,
    assignee: null,
    ...NOT_AWAITED,
    passes: 0,
    avoid: [],
    helpers: [],
    watchers: [],
    status: 'new',
    wait: null,
    disposition: null,
    respondedAt: null,
    undelivered: null,
    clocks: {},
    // Until what it is promised is known, in the same write.
    terms: NO_TERMS,
    misses: [],
    took: {},
    reopens: [],
    resolver: null,
    reminders: [],
    pinged: null,
    until: null,
    nextDueAt: null,
    dueToken: null,
    policy: o.policy,
    custom: {},
    quotes: quote === null ? [] : [quoteInBrief(quote)],
    customerMessages: quote === null ? 0 : 1,
    merged: { into: null, before: null, from: [] },
    others: [],
    duplicates: o.duplicates ?? [],
    nudges: { count: 0, raisedAt: null, answeredAt: null },
    news: null,
    visits: o.visits ?? { count: 1, last: null },
    follows: o.follows ?? null,
    left: null,
    last: { type: 'opened', by: actorName(event.actor), at },
    places: o.places,
    history: { head: GENESIS, seq: 0, tail: [], causes: [] },
    pending: [],
    version: 0,
    cardVersion: 0,
    openedAt: at,
    claimedAt: null,
    resolvedAt: null,
    closedAt: null,
    turns: [],
    updatedAt: at,
  };
}

/** Ends and begins of being done come in pairs, so the oldest go in pairs. */
function turnsAfter(t: Ticket, status: Status, at: Date): readonly Date[] {
  if (OPEN.has(t.status) === OPEN.has(status)) return t.turns;
  const turns = [...t.turns, at];
  return turns.length > MAX_TURNS ? turns.slice(2) : turns;
}

/** Nobody is covered for, and it waits for nobody to take it. */
const NOT_AWAITED = { owner: null, ownerBack: null, offer: null } as const;
const NO_END = { until: null } as const;
const MAX_REMINDERS = 20;
const OVER = { resolvedAt: null, closedAt: null, disposition: null } as const;

function difference(t: Ticket, change: Exclude<Change, { type: 'opened' }>, at: Date, seq: number): Partial<Ticket> {
  switch (change.type) {
    case 'message_received':
      return received(t, change, seq);
    case 'redrafted': {
      const { type: _type, ...draft } = change;
      const places = withPlace(t.places, { card: 'ticket', team: change.team });
      return { ...draft, places };
    }
    case 'recalled': {
      const { message, subject, description, facts, attachments } = change;
      return {
        subject,
        description,
        facts,
        attachments: t.attachments.filter((a) => !attachments.includes(a.id)),
        quotes: t.quotes.map((q) =>
          q.message === message ? { message, text: '', attachments: [], at: q.at, recalled: true } : q,
        ),
      };
    }
    case 'nudged': {
      const { to, priority, resume } = change;
      const back = resume ? { wait: null, ...NO_END } : {};
      const told = change.news
        ? { quotes: [...t.quotes, change.quote].slice(-MAX_QUOTES), news: withLine(t, change.quote, seq) }
        : {};
      return { status: to, priority, nudges: nudgesAfter(t, change, at), ...back, ...told };
    }
    case 'claimed':
    case 'assigned':
      return { ...handedTo(t, change.type === 'claimed' ? change.by : change.person, at), status: change.to };
    case 'taken': {
      const places = withPlace(t.places, { card: 'ticket', team: change.team });
      return { ...handedTo({ ...t, places }, change.person, at), status: change.to, team: change.team };
    }
    case 'released': {
      const avoid = t.assignee === null ? t.avoid : [...t.avoid.filter((p) => p !== t.assignee), t.assignee];
      return { ...inQueue(change.to), avoid: avoid.slice(-MAX_AVOID) };
    }
    case 'transferred': {
      const places = withPlace(t.places, { card: 'ticket', team: change.team });
      return { ...inQueue(change.to), team: change.team, passes: t.passes + 1, places };
    }
    case 'offered': {
      const { person, by, until, words } = change;
      return {
        status: change.to,
        offer: { to: person, by, until, words, since: seq },
        passes: t.passes + 1,
        wait: null,
        until,
      };
    }
    case 'declined':
    case 'lapsed':
    case 'retracted':
      return { ...change.restored, offer: null };
    case 'covered': {
      return { ...inQueue(change.to), owner: change.person, ownerBack: change.back, until: change.back };
    }
    case 'uncovered':
      return { ...change.restored, ...NOT_AWAITED, assignee: change.person };
    case 'handed_over':
      return change.person === null ? inQueue(change.to) : { ...handedTo(t, change.person, at), status: change.to };
    case 'kept':
      return { kept: { person: change.person, until: change.until } };
    case 'grouped':
      return { cases: [...(t.cases ?? []), ...change.tickets] };
    case 'ungrouped': {
      const out = new Set(change.tickets.map(({ ticket }) => ticket));
      return { cases: (t.cases ?? []).filter(({ ticket }) => !out.has(ticket)) };
    }
    case 'linked':
      return { problem: change.problem };
    case 'unlinked':
      return { problem: null };
    case 'replied':
      return { status: change.to, wait: 'customer', ...NOT_AWAITED, ...NO_END };
    case 'delivered':
      return { respondedAt: t.respondedAt ?? at, undelivered: null };
    case 'undelivered':
      return { status: change.to, undelivered: change.message, ...(change.to === t.status ? {} : { wait: null }) };
    case 'voided': {
      const stays = change.to === t.status ? {} : { wait: null };
      return { status: change.to, ...(change.written && { undelivered: change.message }), ...stays };
    }
    case 'replied_elsewhere':
      return {
        status: change.to,
        wait: 'customer',
        respondedAt: t.respondedAt ?? at,
        ...NO_END,
      };
    case 'attached':
      return attached(t, change.attachments.map(inBrief), at);
    case 'noted':
    case 'revealed':
      return {};
    case 'pended':
      return {
        status: change.to,
        wait: change.wait,
        until: change.until,
      };
    case 'resumed':
      return { status: change.to, wait: null, ...NO_END };
    case 'rearmed':
      return { until: change.until };
    case 'reminded':
    case 'chased':
      return change.pinged === null ? {} : { pinged: { person: change.pinged, at } };
    case 'acknowledged':
    case 'escalated':
    case 'retimed':
      return {};
    case 'reminder_set': {
      const reminder = { person: change.person, at: change.at, since: seq };
      return { reminders: [...t.reminders, reminder].slice(-MAX_REMINDERS) };
    }
    case 'reminder_dropped':
      return { reminders: t.reminders.filter(({ person }) => person !== change.person) };
    case 'prompted':
      return { reminders: t.reminders.filter(({ since }) => !change.reminders.includes(since)) };
    case 'resolved':
      return {
        status: change.to,
        wait: null,
        disposition: change.disposition,
        resolver: t.assignee,
        ...NOT_AWAITED,
        resolvedAt: at,
        left: null,
        until: new Date(at.getTime() + t.policy.autoCloseMs),
      };
    case 'closed':
    case 'cancelled':
      return { status: change.to, wait: null, closedAt: at, ...NOT_AWAITED, ...NO_END };
    case 'reopened':
      return {
        status: change.to,
        reopens: [...t.reopens, at].slice(-MAX_REOPENS),
        ...(change.left === null ? {} : { assignee: null, claimedAt: null, left: change.left.by }),
        ...OVER,
        ...NO_END,
      };
    case 'prioritised':
      return { priority: change.priority };
    case 'categorised':
      return {
        category: change.category,
        classified: 'person',
      };
    case 'tagged': {
      const tags = [...t.tags.filter((tag) => !change.removed.includes(tag)), ...change.added];
      return { tags };
    }
    case 'split_off':
    case 'handed_back':
      return left(t, change, at);
    case 'taken_in':
      return tookIn(t, change);
    case 'merged':
      return mergedInto(t, change, at);
    case 'unmerged':
      return standsAgain(t, change);
    case 'absorbed':
      return tookOver(t, change, at);
    case 'given_back':
      return gaveBack(t, change);
    case 'passed_on':
      return {};
    case 'undone':
      return change.before;
  }
}

const quoteInBrief = (quote: Quote): Quote => ({ ...quote, attachments: quote.attachments.map(inBrief) });

function handedTo(t: Ticket, person: string, at: Date): Partial<Ticket> {
  return {
    assignee: person,
    claimedAt: at,
    wait: null,
    avoid: t.avoid.filter((p) => p !== person),
    places: withPlace(t.places, { card: 'work', person }),
    ...NOT_AWAITED,
    ...NO_END,
  };
}

const inQueue = (status: Status): Partial<Ticket> => ({
  status,
  assignee: null,
  claimedAt: null,
  wait: null,
  ...NOT_AWAITED,
  ...NO_END,
});

/** Files that came later belong to the customer's last words, beside which cards show them. */
function attached(t: Ticket, attachments: readonly Attachment[], at: Date): Partial<Ticket> {
  const last: Quote = t.quotes.at(-1) ?? { message: '', text: '', attachments: [], at };
  return {
    attachments: [...t.attachments, ...attachments].slice(0, MAX_ATTACHMENTS),
    quotes: [...t.quotes.slice(0, -1), { ...last, attachments: [...last.attachments, ...attachments] }],
  };
}

function received(t: Ticket, change: Extract<Change, { type: 'message_received' }>, seq: number): Partial<Ticket> {
  const { to, resume, others, news } = change;
  const quote = quoteInBrief(change.quote);
  return {
    others,
    status: to,
    quotes: [...t.quotes, quote].slice(-MAX_QUOTES),
    customerMessages: t.customerMessages + 1,
    attachments: [...t.attachments, ...quote.attachments].slice(0, MAX_ATTACHMENTS),
    ...(resume ? { wait: null, ...NO_END } : {}),
    news: news ? withLine(t, quote, seq) : null,
  };
}

function withPlace(places: readonly Place[], place: Place): readonly Place[] {
  if (places.some((p) => placeKey(p) === placeKey(place))) return places;
  const all = [...places, place];
  // The team's first card stays, the oldest work cards go.
  if (all.length <= MAX_PLACES) return all;
  const oldest = all.findIndex((p) => p.card === 'work');
  return all.filter((_, i) => i !== Math.max(oldest, 0));
}
