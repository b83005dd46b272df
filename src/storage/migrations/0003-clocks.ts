import type { AnyDocument, Migration } from './migration.ts';
import { walk } from './walk.ts';

const HOUR = 3_600_000;

/** A ticket's promises as they were stored before. */
interface Old {
  readonly due?: Readonly<Record<string, Date | undefined>>;
  readonly nextDueAt?: Date | null;
  readonly dueToken?: string | null;
}

/** What was promised then, ms. */
type Limits = Readonly<Record<'firstResponse' | 'nextResponse' | 'resolution', number>>;

const LIMITS = ['firstResponse', 'nextResponse', 'resolution'] as const;
const OPEN: ReadonlySet<unknown> = new Set(['new', 'offered', 'in_progress', 'waiting_customer', 'waiting_other']);

function limitsOf({ policy, category, tags }: AnyDocument): Limits {
  const p = (policy ?? {}) as Readonly<Record<string, unknown>>;
  const half = (p['half'] ?? {}) as { readonly categories?: readonly string[]; readonly tags?: readonly string[] };
  const id = typeof category === 'string' ? category : '';
  const marks = Array.isArray(tags) ? tags.map((tag) => String(tag).toLowerCase()) : [];
  const isHalf =
    [id, id.split('.')[0] ?? ''].some((c) => c !== '' && (half.categories ?? []).includes(c)) ||
    marks.some((tag) => (half.tags ?? []).includes(tag));
  const of = (name: string, otherwise: number): number => Math.round(Number(p[name] ?? otherwise) * (isHalf ? 0.5 : 1));
  return {
    firstResponse: of('firstResponseMs', 180_000),
    nextResponse: of('nextResponseMs', 600_000),
    resolution: of('resolutionMs', 24 * HOUR),
  };
}

/** Moments alone are known: the first look at the promises of now makes clocks with ladders of them. Until then nobody is reminded. */
const clocksOf = ({ due = {} }: Old, limits: Limits): object =>
  Object.fromEntries(
    LIMITS.flatMap((name) => {
      const moment = due[name];
      if (moment === undefined) return [];
      const limitMs = limits[name];
      const since = new Date(moment.getTime() - limitMs);
      return [[name, { since, limitMs, from: since, leftMs: limitMs, due: moment, next: null, rung: 0 }]];
    }),
  );

/** No version of promises has this number: whoever looks at it sees that it is from before. */
const termsOf = (limits: Limits): object => ({
  version: 0,
  rules: [],
  firstResponseMs: limits.firstResponse,
  nextResponseMs: limits.nextResponse,
  resolutionMs: limits.resolution,
  penaltyMs: null,
  waitMs: { customer: 48 * HOUR, warehouse: 4 * HOUR, finance: 8 * HOUR, carrier: 24 * HOUR },
  nonstop: [],
  ladder: [],
  repeats: 0,
});

/** What it was before it was merged. */
function mergedOf(merged: unknown, limits: Limits): object {
  const { before, ...rest } = merged as { readonly before?: Old | null };
  if (before === null || before === undefined || !('due' in before)) return { ...rest, before: before ?? null };
  const { due: _due, nextDueAt, dueToken: _token, ...others } = before;
  return { ...rest, before: { ...others, clocks: clocksOf(before, limits), until: nextDueAt ?? null } };
}

/** Three moments that were due become clocks; the moment at which a state ends by itself gets a field of its own. */
export const clocks: Migration = {
  version: 3,
  name: 'clocks',
  run: (run) =>
    walk(run, 'tickets', { due: { $exists: true } }, (ticket) => {
      const limits = limitsOf(ticket);
      const { status, assignee, nextDueAt, merged } = ticket;
      const isDone = status === 'resolved' || status === 'closed';
      return {
        $set: {
          clocks: OPEN.has(status) ? clocksOf(ticket as Old, limits) : {},
          terms: termsOf(limits),
          misses: [],
          took: {},
          reopens: [],
          resolver: isDone ? (assignee ?? null) : null,
          reminders: [],
          pinged: null,
          until: nextDueAt ?? null,
          ...(merged !== undefined && merged !== null && { merged: mergedOf(merged, limits) }),
        },
        $unset: {
          due: '',
          'policy.firstResponseMs': '',
          'policy.nextResponseMs': '',
          'policy.resolutionMs': '',
          'policy.half': '',
        },
      };
    }),
};
