import { isWorking, type Calendar } from './calendar.ts';
import type { Directory } from './directory.ts';
import { acknowledged, chased } from './heard.ts';
import type { Change, Opening } from './event.ts';
import {
  armed,
  begun,
  type Clocks,
  type Due,
  hastened,
  leftAt,
  paused,
  relimited,
  resumed,
  stepsCarried,
  type Ruled,
  type TicketClock,
} from './sla.ts';
import { OPEN } from './status.ts';
import { CLOCKS, sameTerms, termsOf, type ClockName, type Terms } from './terms.ts';
import type { Ticket } from './ticket.ts';

/** What an event does to a ticket's promises: part of the event, because it is decided with calendars that change. */
export type Timing = Pick<Ticket, 'clocks' | 'terms' | 'misses' | 'took'>;

/** Most broken promises that a ticket lists. */
const MAX_MISSES = 20;

/** The calendar a ticket's promises follow: its team's. */
export const calendarFor = (ticket: Pick<Ticket, 'team'>, directory: Directory): Calendar =>
  directory.teams.get(ticket.team)?.calendar ?? directory.calendar;

/** Changes after which it may be promised something else. */
const CLASSIFYING: ReadonlySet<Change['type']> = new Set([
  'redrafted',
  'nudged',
  'prioritised',
  'categorised',
  'tagged',
  'retimed',
]);

/** What of a ticket has to do with its promises. */
export type Timeable = Timing &
  Pick<Ticket, 'category' | 'priority' | 'tags' | 'shop' | 'team' | 'status' | 'wait' | 'until'> &
  Pick<Ticket, 'openedAt' | 'reopens' | 'respondedAt'>;

/** Everything one step needs. */
interface Step extends Ruled {
  readonly before: Timeable | null;
  /** The ticket after the change, with the promises from before it. */
  readonly after: Timeable;
  readonly change: Change;
  readonly at: Date;
  readonly terms: Terms;
  /** The calendar until now: another one when it was another team's. */
  readonly was: Calendar;
  readonly directory: Directory;
}

/** A ticket's promises after a change: what begins, ends, pauses, goes on, is promised otherwise. Null: nothing of it changes. */
export function timed(
  before: Timeable | null,
  after: Timeable,
  change: Change,
  at: Date,
  directory: Directory,
): Timing | null {
  const terms = before === null || CLASSIFYING.has(change.type) ? termsOf(directory.promises, after) : after.terms;
  const kept = before !== null && sameTerms(terms, after.terms) ? after.terms : terms;
  const calendar = calendarFor(after, directory);
  const was = before === null ? calendar : calendarFor(before, directory);
  const step: Step = { before, after, change, at, calendar, was, terms: kept, directory };
  const clocks = clocksAfter(step);
  const misses = missesAfter(step, clocks);
  const took = tookAfter(step, clocks);
  const same = before !== null && kept === after.terms && clocks === after.clocks;
  return same ? null : { clocks: marked(clocks, misses, after), terms: kept, misses, took };
}

function clocksAfter(step: Step): Clocks {
  const { after, change } = step;
  if (!OPEN.has(after.status)) return Object.keys(after.clocks).length === 0 ? after.clocks : {};
  const next: { [K in ClockName]?: TicketClock } = {};
  const rules = restores(change) ? RESTORED : RULES;
  for (const name of CLOCKS) {
    const clock = rules[name](step, after.clocks[name]);
    if (clock !== undefined) next[name] = change.type === 'reminded' ? stepped(name, clock, change, step) : clock;
  }
  if (change.type === 'acknowledged') acknowledged(next, change.level);
  if (change.type === 'chased') chased(next, change.tell);
  const names = new Set([...Object.keys(next), ...Object.keys(after.clocks)]) as ReadonlySet<ClockName>;
  return [...names].every((name) => next[name] === after.clocks[name]) ? after.clocks : next;
}

/** Whether a change brings back how it stood before, promises and all. */
const restores = (change: Change): boolean =>
  change.type === 'undone' ||
  change.type === 'unmerged' ||
  ('back' in change && change.type !== 'covered' && change.back !== null);

/** Steps of the ladder were taken. */
function stepped(name: ClockName, clock: TicketClock, change: Of<'reminded'>, by: Ruled): TicketClock {
  const steps = change.passed.find((p) => p.clock === name)?.steps ?? 0;
  if (steps === 0) return clock;
  const told = [...new Set([...(clock.told ?? []), ...change.tell.map(({ person }) => person)])];
  return armed(name, { ...clock, rung: clock.rung + steps, ...(told.length > 0 && { told }) }, by);
}

type Of<T extends Change['type']> = Extract<Change, { type: T }>;
type Rule = (step: Step, clock: TicketClock | undefined) => TicketClock | undefined;

const begin = (step: Step, name: ClockName, limitMs: number, from: Date = step.at): TicketClock =>
  begun(name, { at: from, limitMs, nonstop: step.terms.nonstop.includes(name) }, step);

/** Whether the ticket was just opened, or is open again. */
const opens = ({ before }: Step): boolean => before === null || !OPEN.has(before.status);

/** Whether somebody else is waited for. */
const waits = ({ status, wait }: Pick<Ticket, 'status' | 'wait'>): boolean =>
  wait !== null || status === 'waiting_customer' || status === 'waiting_other';

/** Standing still while somebody else is waited for, running otherwise. */
const going = (step: Step, name: ClockName, clock: TicketClock): TicketClock =>
  waits(step.after) ? paused(clock, step.calendar, step.at) : resumed(name, clock, step, step.at);

/** Terms of a ticket from before promises were clocks: the moments are known, not how they came about. */
export const UNKNOWN_TERMS = 0;

/** Another limit, ladder or pace where the terms changed, other moments where the calendar may have. */
function adapted(step: Step, name: ClockName, given: TicketClock, limitMs: number): TicketClock {
  const { before, after, terms, change, at } = step;
  const isRetimed = change.type === 'retimed';
  const moved = isRetimed || before?.team !== after.team;
  if (limitMs === given.limitMs && !moved && terms === after.terms) return given;
  const clock =
    isRetimed && after.terms.version === UNKNOWN_TERMS && given.due !== null
      ? hastened(name, given, given.due, step, at)
      : given;
  const was = after.terms.nonstop.includes(name);
  // What runs day and night for another reason goes on so.
  const nonstop = terms.nonstop.includes(name) || (clock.nonstop === true && !was);
  const { nonstop: _nonstop, ...bare } = clock;
  const rung = stepsCarried(name, clock, after.terms, terms);
  return relimited(name, { ...bare, rung, ...(nonstop && { nonstop }) }, limitMs, step, at);
}

/** A ticket whose promises were lost gets them back from when it was opened. */
const since = ({ change, after, at }: Step): Date =>
  change.type === 'retimed' ? (after.reopens.at(-1) ?? after.openedAt) : at;

/** Whether what the merchant owes was given: only what the customer's platform took counts, and what was said by hand. */
const answers = ({ change }: Pick<Step, 'change'>): boolean =>
  change.type === 'delivered' || change.type === 'replied_elsewhere';

/** Of two tickets that became one both promises are kept: the nearer one. */
function nearer(step: Step, name: ClockName, clock: TicketClock, other: Date | undefined): TicketClock {
  return other === undefined || (clock.due !== null && clock.due <= other)
    ? clock
    : hastened(name, clock, other, step, step.at);
}

/** What a ticket that was merged into this one owed its customer. */
const broughtAlong = ({ change }: Step): { readonly response?: Date; readonly resolution?: Date } => {
  if (change.type !== 'absorbed') return {};
  const { firstResponse, nextResponse, resolution } = change.content.due;
  const response = firstResponse ?? nextResponse;
  return { ...(response !== undefined && { response }), ...(resolution !== undefined && { resolution }) };
};

const RULES: { readonly [K in ClockName]: Rule } = {
  firstResponse(step, clock) {
    const { change, before, terms, at, calendar } = step;
    if (before === null && change.type === 'opened') {
      const { answersFrom } = change.opening;
      const nonstop = terms.nonstop.includes('firstResponse') || isOvertime(answersFrom, calendar, at);
      return begun('firstResponse', { at: answersFrom ?? at, limitMs: terms.firstResponseMs, nonstop }, step);
    }
    // A ticket without any promise has lost them.
    if (change.type === 'retimed' && step.after.clocks.resolution === undefined && step.after.respondedAt === null)
      return begin(step, 'firstResponse', terms.firstResponseMs, step.after.openedAt);
    if (clock === undefined || answers(step)) return undefined;
    return nearer(
      step,
      'firstResponse',
      adapted(step, 'firstResponse', clock, terms.firstResponseMs),
      broughtAlong(step).response,
    );
  },

  nextResponse(step, clock) {
    const { change, after, terms, before } = step;
    const limit = terms.nextResponseMs;
    if (change.type === 'delivered')
      return change.since === null ? undefined : begin(step, 'nextResponse', limit, change.since);
    if (answers(step)) return undefined;
    const { response } = broughtAlong(step);
    if (clock !== undefined) return nearer(step, 'nextResponse', adapted(step, 'nextResponse', clock, limit), response);
    // The first answer is still owed, which is this one too.
    if (before === null || after.clocks.firstResponse !== undefined) return undefined;
    if (response !== undefined) return nearer(step, 'nextResponse', begin(step, 'nextResponse', limit), response);
    return asks(step) ? begin(step, 'nextResponse', limit) : undefined;
  },

  resolution(step, clock) {
    const limit = step.terms.resolutionMs;
    const { resolution } = broughtAlong(step);
    if (clock === undefined || opens(step)) {
      const begun = begin(step, 'resolution', limit, since(step));
      return nearer(
        step,
        'resolution',
        step.change.type === 'retimed' ? going(step, 'resolution', begun) : begun,
        resolution,
      );
    }
    return nearer(step, 'resolution', going(step, 'resolution', adapted(step, 'resolution', clock, limit)), resolution);
  },

  wait(step, clock) {
    const { after, before, terms, change } = step;
    // Until a moment that was named it waits for that moment, not for somebody.
    if (after.wait === null || after.until !== null) return undefined;
    const renewed = change.type === 'pended' || change.type === 'replied' || change.type === 'replied_elsewhere';
    const limit = terms.waitMs[after.wait];
    if (clock === undefined || renewed || before?.wait !== after.wait) return begin(step, 'wait', limit);
    return adapted(step, 'wait', clock, limit);
  },

  leg(step, clock) {
    const { after, before, directory } = step;
    const limit = directory.teams.get(after.team)?.legMs ?? null;
    if (limit === null) return undefined;
    if (clock === undefined || opens(step) || before?.team !== after.team) return begin(step, 'leg', limit);
    return going(step, 'leg', adapted(step, 'leg', clock, limit));
  },

  penalty(step, clock) {
    const { after, change, terms, at } = step;
    const from = (since: Date, limitMs: number): TicketClock =>
      begun('penalty', { at: since, limitMs, nonstop: true }, step);
    const known = change.type === 'opened' ? change.opening.penaltyAt : undefined;
    if (known !== undefined) return from(at, Math.max(0, known.getTime() - at.getTime()));
    if (opens(step)) return terms.penaltyMs === null ? undefined : from(at, terms.penaltyMs);
    if (clock !== undefined) {
      const was = after.terms.penaltyMs;
      // One that the marketplace named itself stays.
      if (terms.penaltyMs === was || clock.limitMs !== was) return clock;
      return terms.penaltyMs === null ? undefined : adapted(step, 'penalty', clock, terms.penaltyMs);
    }
    // The shop says so only now: it has been running since the ticket opened.
    return terms.penaltyMs === null || change.type !== 'retimed' ? undefined : from(after.openedAt, terms.penaltyMs);
  },

  window(step, clock) {
    const { change, after, at } = step;
    // Nobody has to write to them just now.
    if (answers(step) || after.status === 'waiting_customer') return undefined;
    const limitMs =
      change.type === 'opened'
        ? change.opening.windowMs
        : change.type === 'message_received'
          ? change.windowMs
          : undefined;
    // Thanks make it last longer; they ask for nothing.
    if (limitMs === undefined || (clock === undefined && !opens(step) && waits(after))) return clock;
    return begun('window', { at, limitMs, nonstop: true }, step);
  },
};

/** What is restored comes with its promises as they were; only whether they run follows from how the ticket stands. */
const RESTORED: { readonly [K in ClockName]: Rule } = {
  firstResponse: (_step, clock) => clock,
  nextResponse(step, clock) {
    // It was waited for the customer, who has written meanwhile.
    const isAsked = step.after.clocks.resolution?.due === null && !waits(step.after);
    const owed = clock !== undefined || step.after.clocks.firstResponse !== undefined;
    return isAsked && !owed ? begin(step, 'nextResponse', step.terms.nextResponseMs) : clock;
  },
  // How it stood before promises were clocks says nothing of them.
  resolution: (step, clock) => going(step, 'resolution', clock ?? begin(step, 'resolution', step.terms.resolutionMs)),
  wait: (step, clock) => (step.after.wait === null ? undefined : (clock ?? RULES.wait(step, clock))),
  leg: (step, clock) => (clock === undefined ? undefined : going(step, 'leg', clock)),
  penalty: (_step, clock) => clock,
  window: (_step, clock) => clock,
};

/** Whether the customer waits for an answer by this. Thanks to what was answered ask for nothing. */
function asks({ change, after }: Step): boolean {
  switch (change.type) {
    case 'message_received':
      return !waits(after);
    case 'nudged':
      return change.resume;
    case 'taken_in':
      return change.back === null;
    case 'reopened':
      return true;
    default:
      return false;
  }
}

/** What others keep us waiting for, and what a platform allows, are no promises of ours. */
const OTHERS: ReadonlySet<ClockName> = new Set(['wait', 'window']);

/** What is broken for good now: its moment passed, and it has just ended, paused, or a sweep found it. */
function missesAfter({ after, at, change }: Step, next: Clocks): Timeable['misses'] {
  const found = CLOCKS.flatMap((clock) => {
    const was = after.clocks[clock];
    if (was === undefined || was.due === null || was.missed === true || was.due > at || OTHERS.has(clock)) return [];
    const over = next[clock]?.due?.getTime() !== was.due.getTime() || change.type === 'reminded';
    return over ? [{ clock, at: was.due }] : [];
  });
  return found.length === 0 ? after.misses : [...after.misses, ...found].slice(-MAX_MISSES);
}

/** Clocks that go on although their moment has passed bear the mark that this is written down. */
function marked(clocks: Clocks, misses: Timeable['misses'], after: Timeable): Clocks {
  if (misses === after.misses) return clocks;
  const written = new Set(misses.slice(after.misses.length).map(({ clock }) => clock));
  const entries = Object.entries(clocks) as [ClockName, TicketClock][];
  const next = entries.map(([name, clock]) => [
    name,
    written.has(name) && clock.since.getTime() === after.clocks[name]?.since.getTime()
      ? { ...clock, missed: true as const }
      : clock,
  ]);
  return Object.fromEntries(next) as Clocks;
}

/** How long the first answer and the resolution took, once they are there: working time, pauses left out. */
function tookAfter({ after, at, calendar, change }: Step, next: Clocks): Timeable['took'] {
  const ms = (name: 'firstResponse' | 'resolution'): number | null => {
    const was = after.clocks[name];
    return was === undefined || next[name] !== undefined ? null : Math.round(was.limitMs - leftAt(was, calendar, at));
  };
  const first = answers({ change }) ? ms('firstResponse') : null;
  const whole = after.status === 'resolved' || after.status === 'closed' ? ms('resolution') : null;
  if (first === null && whole === null) return after.took;
  return {
    ...after.took,
    ...(first !== null && { firstResponse: first }),
    ...(whole !== null && { resolution: whole }),
  };
}

/** What a ticket that opens now is promised, by when: for whoever is told before it is there. */
export function dueAtOpening(
  o: Pick<Opening, 'category' | 'priority' | 'tags' | 'shop' | 'team' | 'answersFrom'>,
  at: Date,
  directory: Directory,
): Due {
  const calendar = calendarFor(o, directory);
  const terms = termsOf(directory.promises, o);
  const by = { terms, calendar };
  const start = (name: 'firstResponse' | 'resolution', from: Date, nonstop: boolean): Date | null =>
    begun(name, { at: from, limitMs: terms[`${name}Ms`], nonstop: nonstop || terms.nonstop.includes(name) }, by).due;
  const first = start('firstResponse', o.answersFrom ?? at, isOvertime(o.answersFrom, calendar, at));
  const resolution = start('resolution', at, false);
  return { ...(first !== null && { firstResponse: first }), ...(resolution !== null && { resolution }) };
}

/** Somebody is there out of hours: an answer need not wait for the morning. */
const isOvertime = (answersFrom: Date | null, calendar: Calendar, at: Date): boolean =>
  answersFrom === null && !isWorking(calendar, at);

/** The earliest moment at which a ticket has to be looked at again; null: none. */
export function nextWake(t: Pick<Ticket, 'until' | 'clocks' | 'reminders'>): Date | null {
  const moments = [
    t.until,
    ...CLOCKS.map((name) => t.clocks[name]?.next ?? null),
    ...t.reminders.map(({ at }) => at),
  ].filter((at) => at !== null);
  return moments.length === 0 ? null : new Date(Math.min(...moments.map((at) => at.getTime())));
}

/** A ticket with the moment it has to be looked at again; another token whenever that moment is another one. */
export function woken(before: Ticket | null, t: Ticket, seq: number, at: Date): Ticket {
  const nextDueAt = nextWake(t);
  // What is due already is due once more: the wake-up before it was for something else.
  const same = nextDueAt !== null && nextDueAt > at && nextDueAt.getTime() === before?.nextDueAt?.getTime();
  const dueToken = nextDueAt === null ? null : same ? (before.dueToken ?? String(seq)) : String(seq);
  return { ...t, nextDueAt, dueToken };
}
