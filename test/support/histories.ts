import fc from 'fast-check';
import { apply } from '../../src/domain/apply.ts';
import { decide } from '../../src/domain/decide.ts';
import type { Facts } from '../../src/domain/decision.ts';
import { AGE_NAMES, type Figure } from '../../src/domain/figure.ts';
import type { Figures } from '../../src/domain/figures.ts';
import type { Intent } from '../../src/domain/intent.ts';
import { OPEN, PRIORITIES } from '../../src/domain/status.ts';
import { FOREVER, type Tally } from '../../src/domain/tally.ts';
import type { Ticket } from '../../src/domain/ticket.ts';
import { aDirectory, aTicket, everybodyOn } from './tickets.ts';

const directory = aDirectory();
const HOUR = 3_600_000;
const CLOCKS = ['firstResponse', 'nextResponse', 'resolution'] as const;

/** A ticket as it stood after each of its changes, oldest first. */
export type Life = readonly Ticket[];

const quote = (at: Date) => ({ message: 'm', text: '还没好吗', attachments: [], at });
const OTHER = aTicket({ _id: 'other', number: 1 });

const INTENTS: readonly ((at: Date) => Intent)[] = [
  () => ({ type: 'claim' }),
  () => ({ type: 'claim' }),
  () => ({ type: 'release', reason: 'busy' }),
  () => ({ type: 'assign', person: 'wangfang', seen: null }),
  () => ({ type: 'transfer', person: null, team: 'logistics', note: null, words: '' }),
  () => ({ type: 'reply', message: 'r', sure: true }),
  () => ({ type: 'delivered', message: 'r' }),
  () => ({ type: 'resolve', disposition: 'handled', note: null, notice: 'n' }),
  () => ({ type: 'resolve', disposition: 'handled', note: null, notice: 'n' }),
  () => ({ type: 'close', reason: null }),
  () => ({ type: 'reopen' }),
  () => ({ type: 'undo', seq: null, notice: 'none', sure: true, correction: 'c' }),
  () => ({ type: 'cancel', message: 'm', answer: 'a' }),
  () => ({ type: 'prioritise', priority: 'high' }),
  () => ({ type: 'categorise', category: 'return' }),
  () => ({ type: 'merge', into: OTHER }),
  (at) => ({
    type: 'receive',
    message: 'm',
    quote: quote(at),
    courtesy: false,
    order: null,
    note: null,
    draft: null,
    others: [],
  }),
];

/** Steps of a history: how long after the one before, what is asked, by whom. */
const step = fc.record({
  ms: fc.oneof(fc.constant(5_000), fc.integer({ min: 0, max: 10 * HOUR })),
  intent: fc.nat(INTENTS.length - 1),
  person: fc.constantFrom('lilei', 'zhaomin', 'zhou'),
});

/** What a ticket goes through, by the product's own decisions, from up to four days before a moment on. */
export const lives = (around: Date): fc.Arbitrary<readonly Life[]> =>
  fc.array(
    fc
      .record({
        before: fc.integer({ min: -20 * HOUR, max: 100 * HOUR }),
        team: fc.constantFrom('aftersales', 'logistics'),
        category: fc.constantFrom('logistics.stalled', 'return', null),
        steps: fc.array(step, { maxLength: 14 }),
        missed: fc.array(fc.record({ clock: fc.constantFrom(...CLOCKS), ms: fc.integer({ min: 1, max: 60 * HOUR }) }), {
          maxLength: 2,
        }),
      })
      .map(({ before, team, category, steps, missed }): Life => {
        const openedAt = new Date(around.getTime() - before);
        let ticket = aTicket({ team, category, openedAt, history: { head: '', seq: 0, tail: [], causes: [] } });
        const life: Ticket[] = [ticket];
        let at = openedAt;
        for (const { ms, intent, person } of steps) {
          at = new Date(at.getTime() + ms);
          const asked = INTENTS[intent]?.(at) ?? { type: 'claim' };
          const next = act(ticket, asked, at, person);
          if (next === null) continue;
          ticket = next;
          life.push(ticket);
        }
        return [
          ...life.slice(0, -1),
          {
            ...ticket,
            clocks: {},
            misses: missed.map(({ clock, ms }) => ({ clock, at: new Date(openedAt.getTime() + ms) })),
          },
        ];
      }),
    { maxLength: 25 },
  );

function act(ticket: Ticket, intent: Intent, at: Date, person: string): Ticket | null {
  const customer = ['receive', 'cancel', 'delivered'].includes(intent.type);
  const facts: Facts = {
    now: at,
    directory,
    actor: customer
      ? { kind: 'customer', account: ticket.customer.account ?? '' }
      : { kind: 'person', id: person, name: person },
    cause: `${ticket.version}`,
    ...everybodyOn(),
  };
  const decision = decide(ticket, intent, facts);
  return decision.accepted && decision.changes.length > 0
    ? apply(ticket, decision, facts, ticket._id, 'salt').ticket
    : null;
}

/** The moments at which a life ended and was open again, as its states show. */
export function endings(life: Life): readonly { readonly from: Date; readonly to: Date }[] {
  const spans: { from: Date; to: Date }[] = [];
  for (const [i, ticket] of life.entries()) {
    const was = life[i - 1];
    if (was === undefined || OPEN.has(was.status) === OPEN.has(ticket.status)) continue;
    const last = spans.at(-1);
    if (OPEN.has(ticket.status)) {
      if (last !== undefined) last.to = ticket.updatedAt;
    } else spans.push({ from: ticket.updatedAt, to: FOREVER });
  }
  return spans;
}

/** Tallies of any shape, with moments that lie on and beside the edges given. */
export function anyTallies(edges: readonly Date[]): fc.Arbitrary<readonly Tally[]> {
  const at = fc
    .tuple(fc.constantFrom(...edges), fc.constantFrom(-30 * 3 * HOUR, -5 * HOUR, -1, 0, 1, 2 * HOUR, 5 * HOUR))
    .map(([edge, ms]) => new Date(edge.getTime() + ms));
  const maybe = <T>(of: fc.Arbitrary<T>) => fc.option(of, { nil: null, freq: 3 });
  const person = fc.constantFrom('lilei', 'wangfang', 'zhaomin');
  const length = fc.integer({ min: 0, max: 5_000_000_000 });
  const tally = fc
    .record({
      openedAt: at,
      turns: fc.array(at, { maxLength: 4 }),
      team: fc.constantFrom('aftersales', 'logistics'),
      category: maybe(fc.constantFrom('logistics.stalled', 'complaint.rude', 'return')),
      source: fc.constantFrom('message/wecom', 'agent/sandbox'),
      priority: fc.constantFrom(...PRIORITIES),
      assignee: maybe(person),
      resolver: maybe(person),
      respondedAt: maybe(at),
      firstMs: maybe(length),
      resolveMs: maybe(length),
      misses: fc.array(fc.record({ clock: fc.constantFrom(...CLOCKS), at }), { maxLength: 3 }),
      overdue: maybe(at),
      reopens: fc.array(at, { maxLength: 2 }),
      passes: fc.nat(5),
      merged: fc.boolean(),
    })
    .map(({ turns, openedAt, ...more }): Omit<Tally, '_id' | 'number'> => {
      const since = [openedAt, ...turns.filter((t) => t > openedAt)].toSorted((a, b) => a.getTime() - b.getTime());
      const ends = since.slice(1);
      const moments = [openedAt, ...ends, ...more.reopens, ...more.misses.map((m) => m.at)];
      const touched = [...moments, ...(more.respondedAt === null ? [] : [more.respondedAt])];
      return {
        ...more,
        openedAt,
        v: 1,
        touchedAt: new Date(Math.max(...touched.map((t) => t.getTime()))),
        open: ends.length % 2 === 0,
        overdue: ends.length % 2 === 0 ? more.overdue : null,
        status: ends.length % 2 === 0 ? 'in_progress' : 'resolved',
        shop: 'tea',
        done: ends.flatMap((from, i) => (i % 2 === 0 ? [{ from, to: ends[i + 1] ?? FOREVER }] : [])),
        nudges: 0,
        resolvedAt: null,
        closedAt: null,
        language: 'zh',
        rules: ['vip'],
        region: '浙江',
      };
    });
  return fc
    .array(tally, { maxLength: 30, size: 'max' })
    .map((all) => all.map((t, i): Tally => ({ _id: `t${String(i).padStart(3, '0')}`, number: i, ...t })));
}

/** Every figure whose number these figures tell, and some that are nought. */
export const everyFigure = (figures: Figures): readonly Figure[] => [
  ...(['new', 'resolved', 'reopened', 'late.open', 'response.met'] as const).map((is) => ({ is })),
  ...[null, ...AGE_NAMES].map((age) => ({ is: 'backlog' as const, age })),
  ...[null, ...CLOCKS].map((clock) => ({ is: 'late' as const, clock })),
  ...[null, 'return', 'none', ...figures.causes.map((c) => c.category)].map((category) => ({
    is: 'cause' as const,
    category,
  })),
  ...figures.sources.map(({ source }) => ({ is: 'source' as const, source })),
  ...figures.slots.map((_, slot) => ({ is: 'slot' as const, slot })),
  ...figures.people.flatMap(({ person }) => (['person', 'held', 'delayed'] as const).map((is) => ({ is, person }))),
];
