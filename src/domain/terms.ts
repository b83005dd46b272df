import type { Priority, Wait } from './status.ts';

/** Every promise that a ticket can be under. */
export const CLOCKS = ['firstResponse', 'nextResponse', 'resolution', 'wait', 'leg', 'penalty', 'window'] as const;

/**
 * `firstResponse`, `nextResponse`, `resolution`: what the merchant promises · `wait`: how long is waited for somebody before it is asked
 * again · `leg`: how long one team may have it · `penalty`: the marketplace's deadline · `window`: until when the customer can be written to.
 */
export type ClockName = (typeof CLOCKS)[number];

/** Whom a step of the ladder concerns, lowest first. */
export const LEVELS = ['handler', 'lead', 'manager', 'outside'] as const;
export type Level = (typeof LEVELS)[number];

/** One step of the ladder: at this share of the limit (5/6, 1, 1.5 …) these people hear. */
export interface Rung {
  readonly at: number;
  readonly to: Level;
}

/** What a ticket is promised, as data: frozen onto it when it opens, when it is classified anew, when the promises change. Milliseconds. */
export interface Terms {
  /** Of the promises they were taken from. */
  readonly version: number;
  /** Ids of the rules that had a say, in order; none: the shop's ordinary promises. */
  readonly rules: readonly string[];
  readonly firstResponseMs: number;
  readonly nextResponseMs: number;
  readonly resolutionMs: number;
  /** The marketplace's deadline from the opening on; null: there is none. */
  readonly penaltyMs: number | null;
  /** How long is waited for each before who handles the ticket has to ask again. */
  readonly waitMs: Readonly<Record<Wait, number>>;
  /** Promises that run day and night, whatever the team's calendar says. */
  readonly nonstop: readonly ClockName[];
  /** Ascending. */
  readonly ladder: readonly Rung[];
  /** So often the last step is taken again, each one limit later, as long as nobody has acknowledged. */
  readonly repeats: number;
}

/** Nothing is promised. */
export const NO_TERMS: Terms = {
  version: 0,
  rules: [],
  firstResponseMs: 0,
  nextResponseMs: 0,
  resolutionMs: 0,
  penaltyMs: null,
  waitMs: { customer: 0, warehouse: 0, finance: 0, carrier: 0 },
  nonstop: [],
  ladder: [],
  repeats: 0,
};

/** What is promised, whoever says so. */
export type TermValues = Omit<Terms, 'version' | 'rules'>;

/** What a rule says otherwise. */
export type RuleValues = Partial<Omit<TermValues, 'waitMs'>> & { readonly waitMs?: Partial<TermValues['waitMs']> };

/** Which tickets a rule is about: of each list that is not empty one has to fit. */
export interface TermRule {
  readonly id: string;
  /** Ids, or their first level. */
  readonly categories: readonly string[];
  readonly priorities: readonly Priority[];
  /** Lower case; tiers of customers are tags (`vip`). */
  readonly tags: readonly string[];
  readonly shops: readonly string[];
  /** The share of every promise that is left of it; of several the smallest counts. */
  readonly share: number;
  readonly values: RuleValues;
  /** Its values are what is promised as they stand: no share shortens them. */
  readonly exact?: true;
}

/** Everything the shop promises; each change makes another version. */
export interface Promises {
  readonly version: number;
  readonly base: TermValues;
  /** In order: a later one's values win. */
  readonly rules: readonly TermRule[];
}

/** What decides which terms a ticket gets. */
export interface Promised {
  readonly category: string | null;
  readonly priority: Priority;
  readonly tags: readonly string[];
  readonly shop: string;
}

const oneOf = (wanted: readonly string[], has: readonly string[]): boolean =>
  wanted.length === 0 || has.some((value) => wanted.includes(value));

const fits = (rule: TermRule, { category, priority, tags, shop }: Promised): boolean =>
  oneOf(rule.categories, category === null ? [] : [category, category.split('.')[0] ?? '']) &&
  oneOf(rule.priorities, [priority]) &&
  oneOf(
    rule.tags,
    tags.map((tag) => tag.toLowerCase()),
  ) &&
  oneOf(rule.shops, [shop]);

const withValues = (values: TermValues, rule: TermRule): TermValues => ({
  ...values,
  ...rule.values,
  waitMs: { ...values.waitMs, ...rule.values.waitMs },
});

/** Many tickets are classified alike. */
const known = new WeakMap<Promises, Map<string, Terms>>();
const MOST_KNOWN = 2_000;

/** The terms of a ticket that is classified so. */
export function termsOf(promises: Promises, promised: Promised): Terms {
  const all = known.get(promises) ?? new Map<string, Terms>();
  const key = JSON.stringify([promised.category, promised.priority, promised.shop, promised.tags]);
  const found = all.get(key);
  if (found !== undefined) return found;
  if (all.size >= MOST_KNOWN) all.clear();
  const terms = termsBy(promises, promised);
  known.set(promises, all.set(key, terms));
  return terms;
}

function termsBy({ version, base, rules }: Promises, promised: Promised): Terms {
  const fitting = rules.filter((rule) => fits(rule, promised));
  const values = fitting.reduce(withValues, base);
  const share = Math.min(1, ...fitting.map((rule) => rule.share));
  const exact = new Set(fitting.flatMap((rule) => (rule.exact === true ? Object.keys(rule.values) : [])));
  const left = (name: 'firstResponseMs' | 'nextResponseMs' | 'resolutionMs'): number =>
    exact.has(name) ? values[name] : Math.round(values[name] * share);
  return {
    ...values,
    version,
    rules: fitting.map(({ id }) => id),
    firstResponseMs: left('firstResponseMs'),
    nextResponseMs: left('nextResponseMs'),
    resolutionMs: left('resolutionMs'),
  };
}

/** Whether two terms promise the same, whatever version they were taken from. */
export function promiseSame(a: Terms, b: Terms): boolean {
  const bare = ({ version: _version, ...rest }: Terms): string =>
    JSON.stringify(Object.entries(rest).toSorted(([x], [y]) => (x < y ? -1 : 1)));
  return a === b || bare(a) === bare(b);
}

/** Whether two terms are the same. */
export const sameTerms = (a: Terms, b: Terms): boolean => a === b || (a.version === b.version && promiseSame(a, b));
