import { AGE_NAMES, AGES, reachOf, type Figure, type Scope, type Window } from '../domain/figure.ts';
import { EPOCH } from './connection.ts';

export type TallyFilter = Readonly<Record<string, unknown>>;

/** A filter and the index that it is answered from: planners would rather save a sort than read little. */
export interface TallyPart {
  readonly filter: TallyFilter;
  readonly hint: Readonly<Record<string, 1>>;
}

const BY_OPENED = { openedAt: 1 } as const;
const BY_TOUCHED = { touchedAt: 1 } as const;
const BY_OVERDUE = { overdue: 1 } as const;
const OPEN_BY_OPENED = { open: 1, openedAt: 1 } as const;

/** What leads to the tickets behind a figure: filters that meet no ticket twice, and the order in which they are shown. */
export interface TallyQuery {
  readonly parts: readonly TallyPart[];
  /** A field with a moment; `-1` shows the newest first, `1` the oldest, which is the worst. */
  readonly by: 'openedAt' | 'touchedAt' | 'overdue';
  readonly order: 1 | -1;
}

const NEWEST_OPENED = { by: 'openedAt', order: -1 } as const;
const OLDEST_OPENED = { by: 'openedAt', order: 1 } as const;
const LAST_TOUCHED = { by: 'touchedAt', order: -1 } as const;

/** The tickets that a number of a window counts. Whatever happened in it has touched its ticket since it began, which an index knows. */
export function queryOf(figure: Figure, scope: Scope, window: Window): TallyQuery {
  const { from, to } = window;
  const within = { $gte: from, $lt: to };
  const reach = reachOf(scope);
  const team = {
    ...(reach.teams !== null && { team: { $in: [...reach.teams] } }),
    ...(reach.shops !== null && { shop: { $in: [...reach.shops] } }),
  };
  const opened = (more: TallyFilter): TallyQuery => ({
    parts: [{ filter: { openedAt: within, ...team, ...more }, hint: BY_OPENED }],
    ...NEWEST_OPENED,
  });
  const touched = (more: TallyFilter): TallyQuery => ({
    parts: [{ filter: { touchedAt: { $gte: from }, ...team, ...more }, hint: BY_TOUCHED }],
    ...LAST_TOUCHED,
  });
  const resolved = { done: { $elemMatch: { from: within, to: { $gte: to } } }, merged: false };
  /** What was open at the end is open now, or was touched since. */
  const backlog = (openedAt: TallyFilter, more: TallyFilter = {}): TallyQuery => {
    const open = { done: { $not: { $elemMatch: { from: { $lt: to }, to: { $gte: to } } } }, ...team, ...more };
    return {
      parts: [
        { filter: { open: true, openedAt, ...open }, hint: OPEN_BY_OPENED },
        { filter: { touchedAt: { $gte: to }, open: false, openedAt, ...open }, hint: BY_TOUCHED },
      ],
      ...OLDEST_OPENED,
    };
  };
  const late = (clock: string | null, more: TallyFilter = {}): TallyQuery =>
    touched({ misses: { $elemMatch: { ...(clock === null ? {} : { clock }), at: within } }, ...more });

  switch (figure.is) {
    case 'new':
      return opened({});
    case 'cause':
      return opened({ category: figure.category });
    case 'source':
      return opened({ source: figure.source });
    case 'slot': {
      const begins = window.slots[figure.slot] ?? to;
      const ends = window.slots[figure.slot + 1] ?? to;
      return opened({ openedAt: { $gte: begins, $lt: ends < to ? ends : to } });
    }
    case 'resolved':
      return touched(resolved);
    case 'person':
      return touched({ ...resolved, resolver: figure.person });
    case 'reopened':
      return touched({ reopens: { $elemMatch: within } });
    case 'response.met':
      return touched({ respondedAt: within, 'misses.clock': { $ne: 'firstResponse' } });
    case 'late':
      return late(figure.clock);
    case 'delayed': {
      const { person } = figure;
      return late(null, { $or: [{ assignee: person }, { assignee: null, resolver: person }] });
    }
    case 'late.open':
      return {
        parts: [{ filter: { overdue: { $gt: EPOCH, $lt: to }, ...team }, hint: BY_OVERDUE }],
        by: 'overdue',
        order: 1,
      };
    case 'backlog': {
      if (figure.age === null) return backlog({ $lt: to });
      const younger = AGE_NAMES[AGE_NAMES.indexOf(figure.age) - 1];
      const newest = younger === undefined ? { $lt: to } : { $lte: ago(to, AGES[younger]) };
      return backlog({ ...newest, ...(AGES[figure.age] === Infinity ? {} : { $gt: ago(to, AGES[figure.age]) }) });
    }
    case 'held':
      return backlog({ $lt: to }, { assignee: figure.person });
  }
}

const ago = (at: Date, ms: number): Date => new Date(at.getTime() - ms);

/** Every tally that figures of a window are counted from, each once: what was touched since it began, and what has been open since before. */
export const everythingIn = ({ from }: Pick<Window, 'from'>): readonly TallyPart[] => [
  { filter: { touchedAt: { $gte: from } }, hint: BY_TOUCHED },
  { filter: { open: true, openedAt: { $lt: from }, touchedAt: { $lt: from } }, hint: OPEN_BY_OPENED },
];
