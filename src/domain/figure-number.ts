import { AGE_NAMES, type Figure } from './figure.ts';
import type { Figures } from './figures.ts';

/** The number that figures tell for one of them. */
export function numberOf(figures: Figures, figure: Figure): number {
  const of = <T extends { readonly count: number }>(rows: readonly T[], is: (row: T) => boolean): number =>
    rows.find(is)?.count ?? 0;
  switch (figure.is) {
    case 'new':
    case 'resolved':
    case 'reopened':
      return figures[figure.is];
    case 'backlog': {
      const { age } = figure;
      return age === null ? AGE_NAMES.reduce((sum, name) => sum + figures.backlog[name], 0) : figures.backlog[age];
    }
    case 'late':
      return figure.clock === null ? figures.late.all : (figures.late.clocks[figure.clock] ?? 0);
    case 'late.open':
      return figures.late.open;
    case 'response.met':
      return figures.inTime;
    case 'cause':
      return of(figures.causes, (row) => row.category === figure.category);
    case 'source':
      return of(figures.sources, (row) => row.source === figure.source);
    case 'slot':
      return figures.slots[figure.slot]?.new ?? 0;
    case 'person':
    case 'held':
    case 'delayed': {
      const key = ({ person: 'resolved', held: 'open', delayed: 'late' } as const)[figure.is];
      return figures.people.find((row) => row.person === figure.person)?.[key] ?? 0;
    }
  }
}

/** Shares between 0 and 1; null: of nothing. */
export interface Rates {
  /** Of the first answers whose promise was decided in the period: those in time. */
  readonly inTime: number | null;
  /** Reopened tickets to resolved ones. */
  readonly reopened: number | null;
}

export function ratesOf(figures: Figures): Rates {
  const decided = figures.inTime + (figures.late.clocks['firstResponse'] ?? 0);
  return {
    inTime: decided === 0 ? null : figures.inTime / decided,
    reopened: figures.resolved === 0 ? null : figures.reopened / figures.resolved,
  };
}

/** The most frequent categories with how many more (or fewer) there were than in earlier figures; null: there are none. */
export const topCauses = (
  figures: Figures,
  earlier: Figures | null,
  most: number,
): readonly { readonly category: string | null; readonly count: number; readonly change: number | null }[] =>
  figures.causes.slice(0, most).map(({ category, count }) => ({
    category,
    count,
    change: earlier === null ? null : count - numberOf(earlier, { is: 'cause', category }),
  }));
