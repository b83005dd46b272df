/** How long a ticket of the backlog has been there: less than so long, and at least as long as the age before; ms. */
export const AGES = { '4h': 4 * 3_600_000, '1d': 86_400_000, '3d': 3 * 86_400_000, older: Infinity } as const;
export type Age = keyof typeof AGES;
export const AGE_NAMES: readonly Age[] = ['4h', '1d', '3d', 'older'];

/**
 * Every number that figures tell of a period, by what it counts: tickets, each once. What is behind a number is found by the same words
 * (`src/storage/tally-query.ts`).
 */
export type Figure =
  /** Opened in the period. */
  | { readonly is: 'new' }
  /** Done at the period's end, by an ending within it; what was merged into another ticket is not done by that. */
  | { readonly is: 'resolved' }
  /** Open at the period's end, of one age or any. */
  | { readonly is: 'backlog'; readonly age: Age | null }
  /** Some promise passed unmet in the period, one of a clock or any. */
  | { readonly is: 'late'; readonly clock: string | null }
  /** Such a promise passed before the period's end and still waits to be met. */
  | { readonly is: 'late.open' }
  /** Reopened in the period. */
  | { readonly is: 'reopened' }
  /** First answered in the period, and the promise of it never passed unmet. The others are `late.firstResponse`. */
  | { readonly is: 'response.met' }
  /** Of what was opened in the period: of one category (null: none), or from one source. */
  | { readonly is: 'cause'; readonly category: string | null }
  | { readonly is: 'source'; readonly source: string }
  /** Opened in one of the period's slots, by its position. */
  | { readonly is: 'slot'; readonly slot: number }
  /** Of `resolved`: by one person; of the backlog: with them; of `late`: theirs, or resolved by them while nobody has it. */
  | { readonly is: 'person' | 'held' | 'delayed'; readonly person: string };

const PLAIN = ['new', 'resolved', 'backlog', 'late', 'late.open', 'reopened', 'response.met'] as const;

/** `backlog.4h`, `late.firstResponse`, `cause.logistics.stalled`, `slot.13`: a figure as buttons and addresses name it. */
export function figureName(figure: Figure): string {
  switch (figure.is) {
    case 'backlog':
      return figure.age === null ? 'backlog' : `backlog.${figure.age}`;
    case 'late':
      return figure.clock === null ? 'late' : `late.${figure.clock}`;
    case 'cause':
      return `cause.${figure.category ?? ''}`;
    case 'source':
      return `source.${figure.source}`;
    case 'slot':
      return `slot.${figure.slot}`;
    case 'person':
    case 'held':
    case 'delayed':
      return `${figure.is}.${figure.person}`;
    default:
      return figure.is;
  }
}

/** The figure of a name; null: there is none. */
export function readFigure(name: string): Figure | null {
  const plain = PLAIN.find((known) => known === name);
  if (plain === 'backlog') return { is: plain, age: null };
  if (plain === 'late') return { is: plain, clock: null };
  if (plain !== undefined) return { is: plain };
  const dot = name.indexOf('.');
  const [kind, rest] = [name.slice(0, Math.max(dot, 0)), name.slice(dot + 1)];
  if (kind === 'cause') return { is: kind, category: rest === '' ? null : rest };
  if (rest === '') return null;
  switch (kind) {
    case 'backlog': {
      const age = AGE_NAMES.find((known) => known === rest);
      return age === undefined ? null : { is: kind, age };
    }
    case 'late':
      return { is: kind, clock: rest };
    case 'source':
      return { is: kind, source: rest };
    case 'person':
    case 'held':
    case 'delayed':
      return { is: kind, person: rest };
    case 'slot':
      return /^\d{1,3}$/.test(rest) ? { is: kind, slot: Number(rest) } : null;
    default:
      return null;
  }
}

/** Whose figures: one team's, everybody's, or those of several teams or of some shops; null: of all. */
export type Scope =
  | { readonly team: string }
  | 'all'
  | { readonly teams: readonly string[] | null; readonly shops: readonly string[] | null };

/** The teams and shops of a scope; null: all. */
export function reachOf(scope: Scope): {
  readonly teams: readonly string[] | null;
  readonly shops: readonly string[] | null;
} {
  if (scope === 'all') return { teams: null, shops: null };
  return 'team' in scope ? { teams: [scope.team], shops: null } : scope;
}

/** The same scope always has the same name: `all`, `team:aftersale`, `team:aftersale,logistics@tea`, `all@tea`. */
export function scopeName(scope: Scope): string {
  const { teams, shops } = reachOf(scope);
  const sorted = (ids: readonly string[]): string => ids.toSorted().join(',');
  return `${teams === null ? 'all' : `team:${sorted(teams)}`}${shops === null ? '' : `@${sorted(shops)}`}`;
}

const SCOPE = /^(?:all|team:([a-z0-9_,-]+))(?:@([a-z0-9_,-]+))?$/;

/** The scope of a name; null: it is none. */
export function readScope(name: string): Scope | null {
  const found = SCOPE.exec(name);
  if (found === null) return null;
  const ids = (written: string | undefined): readonly string[] | null => written?.split(',') ?? null;
  return { teams: ids(found[1]), shops: ids(found[2]) };
}

/** What figures are of: everything that happened from a moment to before another. */
export interface Window {
  readonly from: Date;
  readonly to: Date;
  /** Where its slots begin, the first at `from`. */
  readonly slots: readonly Date[];
}

/** A period as far as it has come: what happens at `now` counts. */
export const windowOf = ({ from, to, slots }: Window, now: Date): Window =>
  now < to ? { from, to: new Date(Math.max(now.getTime() + 1, from.getTime())), slots } : { from, to, slots };
