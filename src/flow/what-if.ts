import type { Clocks } from '../domain/sla.ts';
import type { Directory } from '../domain/directory.ts';
import { CLOCKS, NO_TERMS, type ClockName } from '../domain/terms.ts';
import { timed, type Timeable } from '../domain/timing.ts';
import type { Store } from '../storage/store.ts';
import { openTickets } from './open-tickets.ts';

/** A ticket that would turn late, the promise by which it would be latest, and since when. */
export interface Late {
  readonly number: number;
  readonly clock: ClockName;
  readonly due: Date;
}

/** What becomes of the open tickets if other promises were in force. */
export interface WhatIf {
  readonly open: number;
  /** Some promise of these has to be kept by another moment. */
  readonly moved: number;
  /** By some promise not late now, late then. */
  readonly overdue: number;
  /** Late now by some promise, not late by it then, nor by another one. */
  readonly relieved: number;
  /** Of those that would be late, the latest first. */
  readonly worst: readonly Late[];
}

/** Tickets that are named. */
const NAMED = 5;

/** A wait is somebody else's time, and when nobody can be written to any more nothing is late. */
const OURS = CLOCKS.filter((name) => name !== 'wait' && name !== 'window');

/** Those of a ticket's promises that are late at a moment. */
const lateOf = (clocks: Clocks, now: Date): readonly Omit<Late, 'number'>[] =>
  OURS.flatMap((clock) => {
    const due = clocks[clock]?.due;
    return due != null && due <= now ? [{ clock, due }] : [];
  });

const isMoved = (a: Clocks, b: Clocks): boolean => {
  return a !== b && CLOCKS.some((name) => a[name]?.due?.getTime() !== b[name]?.due?.getTime());
};

/** What says nothing about when promises are to be kept, and is not read. */
const UNSAID = { misses: [], took: {}, reopens: [] } as const;

/** Looks at every open ticket as it will be looked at when the promises of `directory` come into force. A read. */
export async function whatIf(
  tickets: Pick<Store['tickets'], 'promised'>,
  directory: Directory,
  now: Date,
): Promise<WhatIf> {
  const found = { open: 0, moved: 0, overdue: 0, relieved: 0 };
  let worst: Late[] = [];
  for await (const page of openTickets(tickets.promised)) {
    for (const row of page.tickets) {
      const ticket: Timeable = { ...UNSAID, ...row, terms: { ...NO_TERMS, ...row.terms } };
      found.open += 1;
      const after = timed(ticket, ticket, { type: 'retimed' }, now, directory)?.clocks ?? ticket.clocks;
      if (isMoved(ticket.clocks, after)) found.moved += 1;
      const [was, is] = [lateOf(ticket.clocks, now), lateOf(after, now)];
      const fresh = is.filter(({ clock }) => was.every((l) => l.clock !== clock));
      const [first, ...others] = fresh;
      if (first === undefined) {
        if (was.some(({ clock }) => is.every((l) => l.clock !== clock))) found.relieved += 1;
        continue;
      }
      found.overdue += 1;
      const latest = others.reduce((a, b) => (b.due < a.due ? b : a), first);
      const last = worst.at(-1);
      if (worst.length < NAMED || last === undefined || latest.due < last.due)
        worst = [...worst, { number: row.number, ...latest }]
          .toSorted((a, b) => a.due.getTime() - b.due.getTime())
          .slice(0, NAMED);
    }
  }
  return { ...found, worst };
}
