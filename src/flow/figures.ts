import type { Clock } from '../clock.ts';
import { scopeName, windowOf, type Figure, type Scope, type Window } from '../domain/figure.ts';
import { countIn, type Figures } from '../domain/figures.ts';
import { before, weekBefore, type Period } from '../domain/period.ts';
import type { Tally } from '../domain/tally.ts';
import type { Store } from '../storage/store.ts';
import { endOf, type TallyPageEnd } from '../storage/tallies.ts';
import { queryOf } from '../storage/tally-query.ts';

/** What changed a moment before a period's end may still be on its way to the tallies. */
const SETTLED_MS = 60_000;

/** Figures of a period beside earlier ones; null: there was nothing yet that could be compared. */
export interface Compared {
  readonly figures: Figures;
  /** Of the period before. */
  readonly before: Figures | null;
  /** Of the same weekday a week before; of days only. */
  readonly week: Figures | null;
}

/** Some of the tickets behind a figure. */
export interface TicketsBehind {
  readonly tickets: readonly Tally[];
  /** Where the next page begins; null: there is none. */
  readonly next: TallyPageEnd | null;
}

/** Counts what happened to tickets, tells of each number the tickets behind it. */
export interface FigureReads {
  /** Figures of a period for several scopes, by their names, counted in one pass; of a period that is over as they were told first. */
  of(period: Period, scopes: readonly Scope[]): Promise<ReadonlyMap<string, Figures>>;
  /** The same beside earlier periods. Of one that is not over at `until` each is told as far as that: fresh, and not kept. */
  compared(period: Period, scopes: readonly Scope[], until?: Date): Promise<ReadonlyMap<string, Compared>>;
  /** How many tickets are behind a figure as they stand now. */
  count(figure: Figure, scope: Scope, period: Period): Promise<number>;
  behind(
    figure: Figure,
    scope: Scope,
    period: Period,
    page: { readonly after: TallyPageEnd | null; readonly limit: number },
  ): Promise<TicketsBehind>;
  /** All of them, one after another. */
  each(figure: Figure, scope: Scope, period: Period): AsyncGenerator<Tally, void, undefined>;
}

export function createFigures(store: Pick<Store, 'tallies' | 'digests'>, clock: Clock): FigureReads {
  const windowNow = (period: Period): Window => windowOf(period, clock.now());
  const query = (figure: Figure, scope: Scope, period: Period) => queryOf(figure, scope, windowNow(period));

  const counted = async (period: Period, scopes: readonly Scope[]): Promise<readonly Figures[]> => {
    const window = windowNow(period);
    const counting = countIn(window);
    await store.tallies.scan(window, counting.add);
    return scopes.map((scope) => counting.figures(scope));
  };

  const of: FigureReads['of'] = async (period, scopes) => {
    if (clock.now().getTime() < period.to.getTime() + SETTLED_MS)
      return byScope(await counted(period, scopes), (figures) => figures);
    const kept = await store.digests.load(scopes, period);
    const missing = scopes.filter((scope) => !kept.has(scopeName(scope)));
    if (missing.length === 0) return kept;
    const made = await store.digests.keep(missing, period, await counted(period, missing));
    return new Map([...kept, ...made]);
  };

  /** Figures of an earlier period, where the whole of it had tickets that could be counted. */
  const earlier = async (
    period: Period | null,
    begin: Date | null,
    scopes: readonly Scope[],
  ): Promise<ReadonlyMap<string, Figures>> =>
    period === null || begin === null || begin >= period.from ? new Map<string, Figures>() : of(period, scopes);

  /** The first part of a period beside as much of earlier ones. */
  const partly = async (
    period: Period,
    begin: Date | null,
    scopes: readonly Scope[],
    ms: number,
  ): Promise<ReadonlyMap<string, Compared>> => {
    const part = async (of: Period | null): Promise<ReadonlyMap<string, Figures>> => {
      if (of === null || (of !== period && (begin === null || begin >= of.from))) return new Map();
      const to = new Date(Math.min(of.from.getTime() + ms, of.to.getTime()));
      return byScope(await counted({ ...of, to }, scopes), (figures) => figures);
    };
    const figures = await part(period);
    const [day, week] = [await part(before(period)), await part(weekBefore(period))];
    return byScope([...figures.values()], (f): Compared => ({
      figures: f,
      before: day.get(f.scope) ?? null,
      week: week.get(f.scope) ?? null,
    }));
  };

  return {
    of,
    async compared(period, scopes, until = period.to) {
      const begin = await store.tallies.begin();
      if (until < period.to) return partly(period, begin, scopes, until.getTime() - period.from.getTime());
      // One after another: each may read all that happened since.
      const figures = await of(period, scopes);
      const day = await earlier(before(period), begin, scopes);
      const week = await earlier(weekBefore(period), begin, scopes);
      return byScope([...figures.values()], (f): Compared => ({
        figures: f,
        before: day.get(f.scope) ?? null,
        week: week.get(f.scope) ?? null,
      }));
    },
    count: (figure, scope, period) => store.tallies.count(query(figure, scope, period)),
    async behind(figure, scope, period, { after, limit }) {
      const asked = query(figure, scope, period);
      const found = await store.tallies.page(asked, after, limit + 1);
      const tickets = found.slice(0, limit);
      return { tickets, next: found.length > limit ? endOf(asked, tickets, after) : null };
    },
    each: (figure, scope, period) => store.tallies.each(query(figure, scope, period)),
  };
}

const byScope = <T>(all: readonly Figures[], make: (figures: Figures) => T): ReadonlyMap<string, T> =>
  new Map(all.map((figures) => [figures.scope, make(figures)]));
