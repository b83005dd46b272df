import { PRIORITIES, type Wait } from './status.ts';
import type { Promises, RuleValues, TermRule, TermValues } from './terms.ts';

/** Promises that managers can change while the bot runs, each by itself. */
export const LIMITS = [
  'first_response',
  'next_response',
  'resolution',
  'penalty',
  'wait_customer',
  'wait_warehouse',
  'wait_finance',
  'wait_carrier',
] as const;
export type LimitName = (typeof LIMITS)[number];

/** What a change can be about beside everything; in the order in which their values win, the last over all others. */
export const SCOPES = ['shop', 'category', 'priority', 'tag'] as const;
export type ScopeKind = (typeof SCOPES)[number];

/** Which tickets it is about: `all`, or `category:complaint`. */
export type Scope = 'all' | `${ScopeKind}:${string}`;

/** One promise that chat set over what the file says. */
export interface Override {
  readonly scope: Scope;
  readonly limit: LimitName;
  readonly ms: number;
}

/** What somebody wants changed. `ms` null: as the file says again; `limit` null: all of the scope; `scope` null: all there is. */
export interface PolicyChange {
  readonly scope: Scope | null;
  readonly limit: LimitName | null;
  readonly ms: number | null;
}

/** The kind and the id of a scope; null: all tickets. */
export function partsOf(scope: Scope): { readonly kind: ScopeKind; readonly id: string } | null {
  const end = scope.indexOf(':');
  const kind = SCOPES.find((k) => k === scope.slice(0, end));
  return kind === undefined ? null : { kind, id: scope.slice(end + 1) };
}

/** What is set over the file after a change. */
export function withChange(overrides: readonly Override[], { scope, limit, ms }: PolicyChange): readonly Override[] {
  const others = overrides.filter(
    (o) => !((scope === null || o.scope === scope) && (limit === null || o.limit === limit)),
  );
  return ms === null || limit === null ? others : [...others, { scope: scope ?? 'all', limit, ms }];
}

const WAIT = /^wait_(customer|warehouse|finance|carrier)$/;
const waitOf = (limit: LimitName): Wait | null => (WAIT.exec(limit)?.[1] ?? null) as Wait | null;
const FIELD = {
  first_response: 'firstResponseMs',
  next_response: 'nextResponseMs',
  resolution: 'resolutionMs',
  penalty: 'penaltyMs',
} as const;
const fieldOf = (limit: LimitName) => FIELD[limit as keyof typeof FIELD];

/** What these terms have for a promise, ms; null: they have none. */
export function limitIn(values: TermValues, limit: LimitName): number | null {
  const wait = waitOf(limit);
  return wait === null ? values[fieldOf(limit)] : values.waitMs[wait];
}

/** What a rule has for a promise, ms; undefined: nothing of its own. */
export function limitOf(values: RuleValues, limit: LimitName): number | null | undefined {
  const wait = waitOf(limit);
  return wait === null ? values[fieldOf(limit)] : values.waitMs?.[wait];
}

function valuesFor(overrides: readonly Override[]): RuleValues {
  return overrides.reduce<RuleValues>((values, { limit, ms }) => {
    const wait = waitOf(limit);
    return wait === null
      ? { ...values, [fieldOf(limit)]: ms }
      : { ...values, waitMs: { ...values.waitMs, [wait]: ms } };
  }, {});
}

/** Ids of rules that chat made begin so: none of the file's does. */
const CHAT = 'chat.';

/** Whether this is the rule that chat made for a scope. */
export const isChatRule = ({ id }: Pick<TermRule, 'id'>, scope: Scope): boolean =>
  id === `${CHAT}${scope.replace(':', '.')}`;

function ruleOf(scope: Scope, overrides: readonly Override[]): TermRule | null {
  const parts = partsOf(scope);
  if (parts === null) return null;
  const { kind, id } = parts;
  const priorities = PRIORITIES.filter((p) => kind === 'priority' && p === id);
  return {
    id: `${CHAT}${kind}.${id}`,
    categories: kind === 'category' ? [id] : [],
    priorities,
    tags: kind === 'tag' ? [id.toLowerCase()] : [],
    shops: kind === 'shop' ? [id] : [],
    share: 1,
    values: valuesFor(overrides),
    exact: true,
  };
}

/** A second level of a category comes after its first. */
const rank = (scope: Scope): string => {
  const parts = partsOf(scope);
  return parts === null ? '' : `${SCOPES.indexOf(parts.kind)} ${parts.id.includes('.') ? 1 : 0} ${parts.id}`;
};

/**
 * The file's promises with what chat set over them: what is about all tickets is what is ordinary, everything else a rule of its own whose
 * values are meant as they stand. `edition`: how often chat changed them; 0 leaves the file's as they are.
 */
export function overridden(file: Promises, overrides: readonly Override[], edition: number): Promises {
  if (edition === 0) return file;
  const base = valuesFor(overrides.filter(({ scope }) => scope === 'all'));
  const scopes = [...new Set(overrides.map(({ scope }) => scope))].toSorted((a, b) => (rank(a) < rank(b) ? -1 : 1));
  const rules = scopes.flatMap(
    (scope) =>
      ruleOf(
        scope,
        overrides.filter((o) => o.scope === scope),
      ) ?? [],
  );
  return {
    version: editionOf(file.version, edition),
    base: { ...file.base, ...base, waitMs: { ...file.base.waitMs, ...base.waitMs } },
    rules: [...file.rules, ...rules],
  };
}

/** Versions of files are below this. */
const MOST_VERSIONS = 2 ** 48;
/** Odd, so that no two editions of one file are the same before all versions are used up. */
const STEP = 0x9e37_79b9;

/** Another number for every edition of every file. */
const editionOf = (version: number, edition: number): number => ((version + edition * STEP) % (MOST_VERSIONS - 1)) + 1;
