import type { Directory } from '../domain/directory.ts';
import type { TicketRef } from '../domain/ticket.ts';
import type { Store } from '../storage/store.ts';
import type { OpenedTally as Opened } from '../storage/tallies.ts';

/** Counts are kept by stretches as long as this, so that a look every few minutes reads only what is new. */
export const STEP_MS = 5 * 60_000;
/** What opened this long ago has its category for good, near enough: its counts are kept in memory. */
const SETTLED_MS = 3 * 3_600_000;
/** Stretches kept in memory before all are forgotten: a look needs some three hundred. */
const MOST_KEPT = 5_000;
/** Tickets read at once: more in one hour is no baseline that anybody needs to the last ticket. */
const MOST_READ = 20_000;

/** Something that tickets have in common: `["aftersales","category","logistics.stalled"]`. */
export const keyOf = (team: string, kind: 'all' | 'category' | 'shop' | 'region' | 'person', value = ''): string =>
  JSON.stringify([team, kind, value]);

/** The parts of a key. */
export function partsOf(key: string): readonly [team: string, kind: string, value: string] {
  const [team = '', kind = '', value = ''] = JSON.parse(key) as string[];
  return [team, kind, value];
}

/** What tickets of a stretch have in common, and how long first answers took, by key. */
interface Stretch {
  readonly counts: ReadonlyMap<string, number>;
  readonly answers: ReadonlyMap<string, readonly number[]>;
}

/** Every key under which a ticket counts, the one that says most first. One shop is all there is. */
export function keysOf(t: Opened, directory: Pick<Directory, 'shops'>): readonly string[] {
  const { team, category, shop, region } = t;
  const first = category?.split('.')[0];
  return [
    ...(category === null ? [] : [keyOf(team, 'category', category)]),
    ...(region === null ? [] : [keyOf(team, 'region', region)]),
    ...(directory.shops.size > 1 ? [keyOf(team, 'shop', shop)] : []),
    ...(first === undefined || first === category ? [] : [keyOf(team, 'category', first)]),
    keyOf(team, 'all'),
  ];
}

/** Who answered first is not kept: it is nearly always who has or had it. */
export const answererOf = ({ assignee, resolver }: Opened): string | null => resolver ?? assignee;

function add<T>(map: Map<string, T[]>, key: string, value: T): void {
  const known = map.get(key);
  if (known === undefined) map.set(key, [value]);
  else known.push(value);
}

function stretchOf(opened: readonly Opened[], directory: Pick<Directory, 'shops'>): Stretch {
  const counts = new Map<string, number>();
  const answers = new Map<string, number[]>();
  for (const t of opened) {
    for (const key of keysOf(t, directory)) counts.set(key, (counts.get(key) ?? 0) + 1);
    const person = answererOf(t);
    if (person !== null && t.firstMs !== null) add(answers, keyOf(t.team, 'person', person), t.firstMs);
  }
  return { counts, answers };
}

/** What an hour or half an hour was like. */
export interface Past {
  count(key: string): number;
  answers(key: string): readonly number[];
}

/** Counts of tickets by when they opened; what is settled is read once. */
export function createCounts(store: Pick<Store, 'tallies'>, directory: () => Pick<Directory, 'shops'>) {
  const kept = new Map<number, Stretch>();

  const read = (from: number, to: number): Promise<readonly Opened[]> =>
    store.tallies.openedIn(new Date(from), new Date(to), MOST_READ);

  return {
    /** Tickets that opened in a stretch of time, as they are now. */
    read,

    /** What a stretch of the past was like; both ends are multiples of `STEP_MS`. */
    async past(from: number, to: number, now: number): Promise<Past> {
      const starts = Array.from({ length: (to - from) / STEP_MS }, (_, i) => from + i * STEP_MS);
      const stretches = new Map<number, Stretch>();
      for (const start of starts) {
        const known = kept.get(start);
        if (known !== undefined) stretches.set(start, known);
      }
      const missing = starts.filter((start) => !stretches.has(start));
      const [first] = missing;
      if (first !== undefined) {
        const opened = await read(first, (missing.at(-1) ?? first) + STEP_MS);
        if (kept.size > MOST_KEPT) kept.clear();
        for (const start of missing) {
          const own = opened.filter((t) => t.openedAt.getTime() >= start && t.openedAt.getTime() < start + STEP_MS);
          const stretch = stretchOf(own, directory());
          stretches.set(start, stretch);
          if (start + STEP_MS < now - SETTLED_MS) kept.set(start, stretch);
        }
      }
      const all = [...stretches.values()];
      return {
        count: (key) => all.reduce((sum, { counts }) => sum + (counts.get(key) ?? 0), 0),
        answers: (key) => all.flatMap(({ answers }) => answers.get(key) ?? []),
      };
    },
  };
}

export const refOf = ({ _id, number }: Opened): TicketRef => ({ ticket: _id, number });
