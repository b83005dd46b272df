import { AGE_NAMES, AGES, reachOf, type Age, type Scope, scopeName, type Window } from './figure.ts';
import type { Priority } from './status.ts';
import type { Tally } from './tally.ts';

/** A tally as it is counted. Moments are milliseconds since 1970; NaN: it has not come. */
export interface Row {
  team: string;
  shop: string;
  category: string | null;
  source: string;
  priority: Priority;
  assignee: string | null;
  resolver: string | null;
  openedAt: number;
  respondedAt: number;
  firstMs: number;
  resolveMs: number;
  overdue: number;
  passes: number;
  merged: boolean;
  /** From, to, from, to and so on. */
  done: number[];
  missed: string[];
  missedAt: number[];
  reopens: number[];
}

const ms = (at: Date | null): number => (at === null ? Number.NaN : at.getTime());

export const rowOf = (t: Tally): Row => ({
  team: t.team,
  shop: t.shop,
  category: t.category,
  source: t.source,
  priority: t.priority,
  assignee: t.assignee,
  resolver: t.resolver,
  openedAt: ms(t.openedAt),
  respondedAt: ms(t.respondedAt),
  firstMs: t.firstMs ?? Number.NaN,
  resolveMs: t.resolveMs ?? Number.NaN,
  overdue: ms(t.overdue),
  passes: t.passes,
  merged: t.merged,
  done: t.done.flatMap(({ from, to }) => [from.getTime(), to.getTime()]),
  missed: t.misses.map(({ clock }) => clock),
  missedAt: t.misses.map(({ at }) => at.getTime()),
  reopens: t.reopens.map((at) => at.getTime()),
});

/**
 * How much a resolved ticket counts for who resolved it, in hundredths of a plain one: the share of its priority times that of its category
 * (by its id, else its first level, else 100), and so much for each time it went from hand to hand.
 */
export interface Difficulty {
  readonly priority: Readonly<Record<Priority, number>>;
  readonly category: ReadonlyMap<string, number>;
  readonly pass: number;
  readonly mostPasses: number;
}

export const DIFFICULTY: Difficulty = {
  priority: { low: 80, normal: 100, high: 125, urgent: 150 },
  category: new Map([['complaint', 150]]),
  pass: 20,
  mostPasses: 3,
};

export function pointsOf(
  { priority, category, passes }: Pick<Row, 'priority' | 'category' | 'passes'>,
  difficulty: Difficulty,
): number {
  const shares = difficulty.category;
  const share = category === null ? 100 : (shares.get(category) ?? shares.get(category.split('.')[0] ?? '') ?? 100);
  return (
    Math.round((difficulty.priority[priority] * share) / 100) +
    Math.min(passes, difficulty.mostPasses) * difficulty.pass
  );
}

/** How long something took, ms. Percentiles are exact, by nearest rank: the smallest value that so many of a hundred do not exceed. */
export interface Spread {
  readonly count: number;
  readonly mean: number;
  readonly p50: number;
  readonly p90: number;
}

export interface PersonFigures {
  readonly person: string;
  readonly resolved: number;
  /** What they resolved by its difficulty, in hundredths of a plain ticket. */
  readonly points: number;
  /** Open with them at the period's end, and those of their tickets of which a promise passed unmet within it. */
  readonly open: number;
  readonly late: number;
}

/** What happened in a period; each number is a `Figure`. A ticket belongs to the team and category that it has now. */
export interface Figures {
  readonly scope: string;
  readonly from: Date;
  readonly to: Date;
  readonly new: number;
  readonly resolved: number;
  readonly backlog: Readonly<Record<Age, number>>;
  readonly late: { readonly all: number; readonly open: number; readonly clocks: Readonly<Record<string, number>> };
  readonly reopened: number;
  /** First answers within the period that were in time. */
  readonly inTime: number;
  /** Working time until the first answers and the resolutions of the period; null: there was none. */
  readonly firstResponse: Spread | null;
  readonly resolution: Spread | null;
  /** Most first. */
  readonly causes: readonly { readonly category: string | null; readonly count: number }[];
  readonly sources: readonly { readonly source: string; readonly count: number }[];
  readonly slots: readonly {
    readonly at: Date;
    readonly new: number;
    readonly resolved: number;
    /** Of `late`: those whose first such promise passed in it. */
    readonly late: number;
  }[];
  /** Most points first. */
  readonly people: readonly PersonFigures[];
}

/** Lengths of time, as many as come. */
class Lengths {
  #values = new Float64Array(64);
  #count = 0;

  push(value: number): void {
    if (this.#count === this.#values.length) this.#grow(this.#count + 1);
    this.#values[this.#count++] = value;
  }

  add(other: Lengths): void {
    this.#grow(this.#count + other.#count);
    this.#values.set(other.#values.subarray(0, other.#count), this.#count);
    this.#count += other.#count;
  }

  #grow(least: number): void {
    if (least <= this.#values.length) return;
    const larger = new Float64Array(Math.max(least, this.#values.length * 2));
    larger.set(this.#values.subarray(0, this.#count));
    this.#values = larger;
  }

  spread(): Spread | null {
    const count = this.#count;
    if (count === 0) return null;
    const sorted = this.#values.subarray(0, count).toSorted();
    const rank = (hundredths: number): number => sorted[Math.ceil((count * hundredths) / 100) - 1] ?? 0;
    return { count, mean: Math.round(sorted.reduce((a, b) => a + b) / count), p50: rank(50), p90: rank(90) };
  }
}

interface PersonTotals {
  resolved: number;
  points: number;
  open: number;
  late: number;
}

const raise = <K>(counts: Map<K, number>, key: K, by = 1): void => {
  counts.set(key, (counts.get(key) ?? 0) + by);
};

/** Sums over rows that can be added to each other. */
class Totals {
  new = 0;
  resolved = 0;
  readonly backlog: Record<Age, number> = { '4h': 0, '1d': 0, '3d': 0, older: 0 };
  late = 0;
  overdue = 0;
  readonly clocks = new Map<string, number>();
  reopened = 0;
  inTime = 0;
  readonly firstResponse = new Lengths();
  readonly resolution = new Lengths();
  readonly causes = new Map<string | null, number>();
  readonly sources = new Map<string, number>();
  readonly opened: Float64Array;
  readonly ended: Float64Array;
  readonly missed: Float64Array;
  readonly people = new Map<string, PersonTotals>();

  constructor(slots: number) {
    this.opened = new Float64Array(slots);
    this.ended = new Float64Array(slots);
    this.missed = new Float64Array(slots);
  }

  person(id: string): PersonTotals {
    const known = this.people.get(id);
    if (known !== undefined) return known;
    const fresh = { resolved: 0, points: 0, open: 0, late: 0 };
    this.people.set(id, fresh);
    return fresh;
  }

  add(other: Totals): void {
    for (const key of ['new', 'resolved', 'late', 'overdue', 'reopened', 'inTime'] as const) this[key] += other[key];
    for (const age of AGE_NAMES) this.backlog[age] += other.backlog[age];
    for (const [clock, count] of other.clocks) raise(this.clocks, clock, count);
    for (const [category, count] of other.causes) raise(this.causes, category, count);
    for (const [source, count] of other.sources) raise(this.sources, source, count);
    this.firstResponse.add(other.firstResponse);
    this.resolution.add(other.resolution);
    for (const [i, count] of other.opened.entries()) this.opened[i] = (this.opened[i] ?? 0) + count;
    for (const [i, count] of other.ended.entries()) this.ended[i] = (this.ended[i] ?? 0) + count;
    for (const [i, count] of other.missed.entries()) this.missed[i] = (this.missed[i] ?? 0) + count;
    for (const [id, theirs] of other.people) {
      const mine = this.person(id);
      for (const key of ['resolved', 'points', 'open', 'late'] as const) mine[key] += theirs[key];
    }
  }
}

/** Counts rows, each once, for every team and for everybody at the same time. */
export interface Counting {
  readonly add: (row: Row) => void;
  /** Teams that any row was of. */
  teams(): readonly string[];
  /** What was counted so far. */
  figures(scope: Scope): Figures;
}

export function countIn(window: Window, difficulty: Difficulty = DIFFICULTY): Counting {
  const [from, to] = [window.from.getTime(), window.to.getTime()];
  const edges = window.slots.map((at) => at.getTime());
  /** By team, then by shop. */
  const teams = new Map<string, Map<string, Totals>>();
  const slotOf = (at: number): number => {
    let low = 0;
    for (let high = edges.length; low + 1 < high;) {
      const middle = (low + high) >> 1;
      if ((edges[middle] ?? to) <= at) low = middle;
      else high = middle;
    }
    return low;
  };
  const isWithin = (at: number): boolean => at >= from && at < to;

  const countOpened = (totals: Totals, row: Row): void => {
    totals.new += 1;
    raise(totals.causes, row.category);
    raise(totals.sources, row.source);
    const slot = slotOf(row.openedAt);
    totals.opened[slot] = (totals.opened[slot] ?? 0) + 1;
  };

  /** When the ticket ended, as it stands at the window's end; NaN: it is open then. */
  const endedAt = ({ done }: Row): number => {
    let ended = Number.NaN;
    for (let i = 0; i < done.length; i += 2) {
      const at = done[i] ?? to;
      // Where the machine's clock was set back several may reach over the end: the latest is meant.
      if (at < to && (done[i + 1] ?? to) >= to && !(at <= ended)) ended = at;
    }
    return ended;
  };

  const countResolved = (totals: Totals, row: Row, at: number): void => {
    totals.resolved += 1;
    if (!Number.isNaN(row.resolveMs)) totals.resolution.push(row.resolveMs);
    const slot = slotOf(at);
    totals.ended[slot] = (totals.ended[slot] ?? 0) + 1;
    if (row.resolver === null) return;
    const person = totals.person(row.resolver);
    person.resolved += 1;
    person.points += pointsOf(row, difficulty);
  };

  const countBacklog = (totals: Totals, row: Row): void => {
    const age = to - row.openedAt;
    totals.backlog[AGE_NAMES.find((name) => age < AGES[name]) ?? 'older'] += 1;
    if (row.assignee !== null) totals.person(row.assignee).open += 1;
  };

  const countLate = (totals: Totals, row: Row): void => {
    let first = Number.NaN;
    for (const [i, at] of row.missedAt.entries()) {
      if (!isWithin(at)) continue;
      if (!(at >= first)) first = at;
      const clock = row.missed[i] ?? '';
      const isFirst = row.missed.every((other, j) => j >= i || other !== clock || !isWithin(row.missedAt[j] ?? to));
      if (isFirst) raise(totals.clocks, clock);
    }
    if (Number.isNaN(first)) return;
    totals.late += 1;
    const slot = slotOf(first);
    totals.missed[slot] = (totals.missed[slot] ?? 0) + 1;
    const person = row.assignee ?? row.resolver;
    if (person !== null) totals.person(person).late += 1;
  };

  return {
    add(row) {
      let shops = teams.get(row.team);
      if (shops === undefined) {
        shops = new Map();
        teams.set(row.team, shops);
      }
      let totals = shops.get(row.shop);
      if (totals === undefined) {
        totals = new Totals(edges.length);
        shops.set(row.shop, totals);
      }
      if (isWithin(row.openedAt)) countOpened(totals, row);
      if (isWithin(row.respondedAt)) {
        if (!Number.isNaN(row.firstMs)) totals.firstResponse.push(row.firstMs);
        if (!row.missed.includes('firstResponse')) totals.inTime += 1;
      }
      const ended = endedAt(row);
      if (ended >= from && !row.merged) countResolved(totals, row, ended);
      if (Number.isNaN(ended) && row.openedAt < to) countBacklog(totals, row);
      if (row.missedAt.length > 0) countLate(totals, row);
      if (row.overdue < to) totals.overdue += 1;
      if (row.reopens.some(isWithin)) totals.reopened += 1;
    },
    teams: () => [...teams.keys()],
    figures(scope) {
      const reach = reachOf(scope);
      const asked = [...teams]
        .filter(([team]) => reach.teams?.includes(team) ?? true)
        .flatMap(([, shops]) => [...shops].filter(([shop]) => reach.shops?.includes(shop) ?? true))
        .map(([, totals]) => totals);
      const [only] = asked;
      const totals = asked.length === 1 && only !== undefined ? only : new Totals(edges.length);
      if (asked.length > 1) for (const part of asked) totals.add(part);
      return told(totals, scope, window);
    },
  };
}

const byCount = (a: { readonly count: number }, b: { readonly count: number }): number => b.count - a.count;

const told = (totals: Totals, scope: Scope, { from, to, slots }: Window): Figures => ({
  scope: scopeName(scope),
  from,
  to,
  new: totals.new,
  resolved: totals.resolved,
  backlog: { ...totals.backlog },
  late: { all: totals.late, open: totals.overdue, clocks: Object.fromEntries(totals.clocks) },
  reopened: totals.reopened,
  inTime: totals.inTime,
  firstResponse: totals.firstResponse.spread(),
  resolution: totals.resolution.spread(),
  causes: [...totals.causes].map(([category, count]) => ({ category, count })).toSorted(byCount),
  sources: [...totals.sources].map(([source, count]) => ({ source, count })).toSorted(byCount),
  slots: slots.map((at, i) => ({
    at,
    new: totals.opened[i] ?? 0,
    resolved: totals.ended[i] ?? 0,
    late: totals.missed[i] ?? 0,
  })),
  people: [...totals.people]
    .map(([person, counts]) => ({ person, ...counts }))
    .toSorted((a, b) => b.points - a.points || (a.person < b.person ? -1 : 1)),
});

/** The figures of tallies that are at hand, each once. */
export function figuresOf(tallies: Iterable<Tally>, window: Window, scope: Scope): Figures {
  const counting = countIn(window);
  for (const tally of tallies) counting.add(rowOf(tally));
  return counting.figures(scope);
}
