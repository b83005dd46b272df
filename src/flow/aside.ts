import type { Limit } from '../../adapters/adapter.ts';
import { appKey, type Address } from '../domain/address.ts';
import type { AsideBudget } from '../storage/budgets.ts';
import { CAUTIOUS_MS } from './budget.ts';
import { createLanes } from './lanes.ts';
import { subjectsIn } from './limit.ts';
import type { Parts } from './parts.ts';

/** Answers given inside a request: they take from the share that limits set aside for them, and any process may give one. */
export interface Aside {
  /** Whether somebody may be answered there at once; true: it is counted. Where no limit sets anything aside the store is not asked. */
  take(address: Address, user: string): Promise<boolean>;
}

/** An answer that was given: `at` by the wall clock of who gave it, `seen` when this process first knew of it, by its monotonic one. */
interface Given {
  readonly at: number;
  readonly seen: number;
}

/** A share as this process last saw it: every answer that stood in it. */
interface Known {
  readonly rev: number;
  readonly given: readonly Given[];
}

/** Shares kept in memory before those are forgotten of which nothing counts any more. */
const MOST_KNOWN = 10_000;

/**
 * A share is a document that its next revision replaces only when nobody else was first. No process knows another's monotonic clock, so an
 * answer counts for a window from when it is first seen, which is never too short; long windows believe the wall clock as well.
 */
export function createAside({ store, clock, adapters }: Pick<Parts, 'store' | 'clock' | 'adapters'>): Aside {
  const { budgets } = store;
  const known = new Map<string, Known>();
  const lanes = createLanes();

  const counting = (given: readonly Given[], windowMs: number): readonly Given[] => {
    const now = clock.monotonic();
    const wall = clock.now().getTime();
    const isOver = ({ at, seen }: Given): boolean =>
      seen + windowMs <= now || (windowMs > CAUTIOUS_MS && at + windowMs <= wall);
    const first = given.findIndex((g) => !isOver(g));
    return first === -1 ? [] : given.slice(first);
  };

  const forgetOver = (windowMs: number): void => {
    if (known.size < MOST_KNOWN) return;
    for (const [id, { given }] of known) if (counting(given, windowMs).length === 0) known.delete(id);
  };

  const takeFrom = async ({ windowMs, aside = 0 }: Limit, id: string): Promise<boolean> => {
    for (;;) {
      const stored = await budgets.readAside(id);
      const before = asKnown(stored, known.get(id), clock.monotonic());
      const given = counting(before.given, windowMs);
      known.set(id, before);
      if (given.length >= aside) return false;
      const at = clock.now().getTime();
      const rev = before.rev + 1;
      const spent = [...given.map((g) => ({ at: g.at, n: 1 })), { at, n: 1 }];
      if (!(await budgets.writeAside({ _id: id, rev, spent, emptyAt: new Date(at + windowMs) }))) continue;
      known.set(id, { rev, given: [...given, { at, seen: clock.monotonic() }] });
      forgetOver(windowMs);
      return true;
    }
  };

  return {
    async take(address, user) {
      const adapter = adapters.get(appKey(address));
      const call = { address, method: 'send', visibleTo: user } as const;
      for (const limit of adapter?.limits ?? []) {
        if (adapter === undefined || (limit.aside ?? 0) === 0) continue;
        const [subject] = subjectsIn(limit, call, (...of) => adapter.subjects(...of));
        if (subject === undefined) continue;
        // All installations behind one address share what it sets aside. No permit's account has an empty part.
        const id = `${limit.name}\n\n${limit.per === 'ip' ? address.platform : subject}`;
        if (!(await lanes.run(id, () => takeFrom(limit, id)))) return false;
      }
      return true;
    },
  };
}

/** What is stored now, each answer with the moment at which this process first saw it. */
function asKnown(stored: AsideBudget | null, known: Known | undefined, now: number): Known {
  if (stored === null) return { rev: 0, given: [] };
  const { rev, spent } = stored;
  // The last one came with the last revision, the one before with that before.
  const behind = known === undefined || known.rev > rev ? null : rev - known.rev;
  const given = spent.map(({ at }, i): Given => {
    const fromEnd = spent.length - 1 - i - (behind ?? 0);
    const seen = behind === null || fromEnd < 0 ? undefined : known?.given.at(-1 - fromEnd)?.seen;
    return { at, seen: seen ?? now };
  });
  return { rev, given };
}
