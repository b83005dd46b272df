import type { DigestKind } from './digest-schedule.ts';
import type { Figure } from './figure.ts';
import { numberOf, topCauses } from './figure-number.ts';
import type { Figures, Spread } from './figures.ts';

/** The numbers of a digest that are compared with earlier ones. */
export interface Numbers {
  readonly new: number;
  readonly resolved: number;
  readonly backlog: number;
  /** First answers that were in time of those whose promise was decided; `of` 0: there was none. */
  readonly inTime: { readonly met: number; readonly of: number };
}

/** Something that somebody has to do, the worst first. */
export type DigestItem =
  /** Tickets are late and nobody has met the promise yet. */
  | { readonly what: 'overdue'; readonly count: number }
  /** Open tickets of somebody who is not there today. */
  | { readonly what: 'away'; readonly person: string; readonly count: number }
  /** Far more came of a category than usual. */
  | { readonly what: 'surge'; readonly category: string; readonly count: number; readonly usual: number };

/** What a digest tells, as data; put into words only for who reads it. */
export interface Digest {
  readonly kind: DigestKind | 'fresh';
  /** Name of the scope. */
  readonly scope: string;
  /** By which its numbers are asked for: the same, or nothing where it is all that its reader may see anyway. */
  readonly asks: string;
  readonly period: { readonly key: string; readonly timeZone: string; readonly from: Date; readonly to: Date };
  /** Up to when it tells; before the period's end: of what is not over yet. */
  readonly until: Date;
  readonly numbers: Numbers;
  /** Of the period before, and of the same weekday a week earlier, each as far as this one has come; null: not known. */
  readonly before: Numbers | null;
  readonly week: Numbers | null;
  readonly overdue: number;
  readonly items: readonly DigestItem[];
  /** The slot in which most came; null: none came. */
  readonly peak: { readonly at: Date; readonly slot: number; readonly count: number } | null;
  /** The picture of its chart; null: there is none. */
  readonly chart: string | null;
  /** All the rest, for who asks for more. */
  readonly rest: {
    readonly late: number;
    readonly lateFirst: number;
    readonly reopened: number;
    readonly firstResponse: Spread | null;
    readonly resolution: Spread | null;
    readonly causes: readonly {
      readonly category: string | null;
      readonly count: number;
      readonly change: number | null;
    }[];
    readonly sources: readonly { readonly source: string; readonly count: number }[];
    /** Nobody: names are not for who reads it. */
    readonly people: readonly {
      readonly person: string;
      readonly resolved: number;
      readonly open: number;
      readonly late: number;
    }[];
  };
}

/** So many of a category that more is no chance, and so many times the usual number. */
const SURGE_LEAST = 5;
const SURGE_TIMES = 2;
/** Things that somebody is asked to do at once. */
const MOST_ITEMS = 3;
const MOST_CAUSES = 5;
const MOST_SOURCES = 4;
const MOST_PEOPLE = 8;

const ALL: Figure = { is: 'backlog', age: null };

export const numbersOf = (figures: Figures): Numbers => ({
  new: figures.new,
  resolved: figures.resolved,
  backlog: numberOf(figures, ALL),
  inTime: { met: figures.inTime, of: figures.inTime + (figures.late.clocks['firstResponse'] ?? 0) },
});

/** What of earlier figures a digest is compared with. */
export interface Earlier {
  readonly before: Figures | null;
  readonly week: Figures | null;
}

/**
 * What has to be done, by the data alone; nothing when nothing is wrong. `away`: who is not there today; nobody where no names may be told.
 */
export function itemsOf(figures: Figures, { before, week }: Earlier, away: ReadonlySet<string>): readonly DigestItem[] {
  const overdue: DigestItem[] = figures.late.open > 0 ? [{ what: 'overdue', count: figures.late.open }] : [];
  const left = figures.people
    .filter(({ person, open }) => open > 0 && away.has(person))
    .toSorted((a, b) => b.open - a.open)
    .map(({ person, open }): DigestItem => ({ what: 'away', person, count: open }));
  const surges = figures.causes
    .flatMap(({ category, count }) => {
      const usual = usualOf(category, before, week);
      const isSurge = usual !== null && count >= SURGE_LEAST && count >= SURGE_TIMES * Math.max(usual, 1);
      return category !== null && isSurge ? [{ what: 'surge', category, count, usual } as const] : [];
    })
    .toSorted((a, b) => b.count - b.usual - (a.count - a.usual));
  // One of each kind before a second of any.
  const rest = [left[0], surges[0], left[1], surges[1], left[2], surges[2]].filter((item) => item !== undefined);
  return [...overdue, ...rest].slice(0, MOST_ITEMS);
}

/** The larger of what is known of earlier: one quiet day makes no surge. */
function usualOf(category: string | null, before: Figures | null, week: Figures | null): number | null {
  const known = [before, week].filter((f) => f !== null).map((f) => numberOf(f, { is: 'cause', category }));
  return known.length === 0 ? null : Math.max(...known);
}

/** Figures as a digest. `named`: whose names may be told. */
export function digestOf(
  told: Pick<Digest, 'kind' | 'scope' | 'asks' | 'period' | 'until' | 'chart'>,
  figures: Figures,
  earlier: Earlier,
  who: { readonly away: ReadonlySet<string>; readonly named: (person: string) => boolean },
): Digest {
  const { before, week } = earlier;
  const people = figures.people.filter(({ person }) => who.named(person));
  const away = new Set([...who.away].filter(who.named));
  const peak = figures.slots.reduce<Digest['peak']>(
    (most, { at, new: count }, slot) => (count > (most?.count ?? 0) ? { at, slot, count } : most),
    null,
  );
  return {
    ...told,
    numbers: numbersOf(figures),
    before: before === null ? null : numbersOf(before),
    week: week === null ? null : numbersOf(week),
    overdue: figures.late.open,
    items: itemsOf({ ...figures, people }, earlier, away),
    peak,
    rest: {
      late: figures.late.all,
      lateFirst: figures.late.clocks['firstResponse'] ?? 0,
      reopened: figures.reopened,
      firstResponse: figures.firstResponse,
      resolution: figures.resolution,
      causes: topCauses(figures, week, MOST_CAUSES),
      sources: figures.sources.slice(0, MOST_SOURCES),
      people: people
        .slice(0, MOST_PEOPLE)
        .map(({ person, resolved, open, late }) => ({ person, resolved, open, late })),
    },
  };
}
