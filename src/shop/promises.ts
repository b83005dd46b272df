import * as z from 'zod';
import { PRIORITIES, WAITS } from '../domain/status.ts';
import {
  CLOCKS,
  LEVELS,
  type Promises,
  type RuleValues,
  type Rung,
  type TermRule,
  type TermValues,
} from '../domain/terms.ts';

/** A duration above zero, as the file writes it; handed in by the schema. */
type DurationSchema = z.ZodType<number, string>;

const HOUR = 3_600_000;

/** Unless the shop says otherwise: a word in time, one at the limit, one after it; leads at half as much again, managers at twice. */
export const LADDER: readonly Rung[] = [
  { at: 5 / 6, to: 'handler' },
  { at: 1, to: 'handler' },
  { at: 1.5, to: 'handler' },
  { at: 1.5, to: 'lead' },
  { at: 2, to: 'manager' },
  { at: 3, to: 'outside' },
];
/** How long is waited for whom before who handles the ticket has to ask again. */
const WAIT_MS = { customer: 48 * HOUR, warehouse: 4 * HOUR, finance: 8 * HOUR, carrier: 24 * HOUR } as const;
export const REPEATS = 2;

/** Steps of a ladder, rules of a shop. */
const MOST_RUNGS = 20;
const MOST_RULES = 100;

const FRACTION = /^(\d{1,3})\s*\/\s*(\d{1,3})$/;

/** A share of a limit: `5/6`, `0.8`, `1.5`; up to ten times the limit. */
const share = z.union([z.number(), z.string()]).transform((value, ctx) => {
  const [, above, below] = FRACTION.exec(String(value).trim()) ?? [];
  const ms = above === undefined ? Number(value) : Number(above) / Number(below);
  if (Number.isFinite(ms) && ms > 0 && ms <= 10) return ms;
  ctx.issues.push({ code: 'custom', input: value, params: { problem: 'share', value: String(value) } });
  return z.NEVER;
});

const ladder = z
  .array(z.strictObject({ at: share, to: z.enum(LEVELS) }))
  // Whoever wants no reminders at all says so by a step far away: an empty list is a mistake.
  .min(1)
  .max(MOST_RUNGS)
  .superRefine((rungs, ctx) => {
    for (const [i, { at, to }] of rungs.entries()) {
      if (rungs.findIndex((r) => r.at === at && r.to === to) === i) continue;
      ctx.addIssue({
        code: 'custom',
        path: [i],
        params: { problem: 'sameStep', at: Math.round(at * 1_000) / 1_000, to },
      });
    }
  })
  .transform((rungs) => rungs.toSorted((a, b) => a.at - b.at));

/** What may stand below `policies` about promises, in the shop's ordinary ones and in a rule. */
export function promiseSchemas(duration: DurationSchema) {
  const waits = z.strictObject({
    customer: duration.optional(),
    warehouse: duration.optional(),
    finance: duration.optional(),
    carrier: duration.optional(),
  });
  const values = {
    waits: waits.optional(),
    /** The marketplace's deadline from the opening on, day and night. */
    penalty: duration.optional(),
    /** Promises that run day and night. */
    nonstop: z.array(z.enum(CLOCKS)).max(CLOCKS.length).optional(),
    ladder: ladder.optional(),
    repeats: z.int().min(0).max(20).optional(),
  };
  const rule = z.strictObject({
    id: z
      .string()
      .regex(/^[a-z][a-z0-9_-]{0,39}$/)
      .optional(),
    categories: z
      .array(z.string().regex(/^[a-z][a-z0-9_]{0,39}(\.[a-z][a-z0-9_]{0,39})?$/))
      .max(100)
      .default([]),
    priorities: z.array(z.enum(PRIORITIES)).max(PRIORITIES.length).default([]),
    tags: z.array(z.string().trim().toLowerCase().min(1).max(32)).max(100).default([]),
    shops: z
      .array(z.string().regex(/^[a-z][a-z0-9_-]{0,39}$/))
      .max(100)
      .default([]),
    share: share.optional(),
    firstResponse: duration.optional(),
    nextResponse: duration.optional(),
    resolution: duration.optional(),
    ...values,
  });
  return { values, rule, rules: z.array(rule).max(MOST_RULES).default([]) };
}

type Schemas = ReturnType<typeof promiseSchemas>;
type Rule = z.output<Schemas['rule']>;
type Values = Partial<Pick<Rule, 'firstResponse' | 'nextResponse' | 'resolution' | keyof Schemas['values']>>;

/** `policies` as far as it is about promises. */
export type PromiseInput = Values & {
  readonly firstResponse: number;
  readonly nextResponse: number;
  readonly resolution: number;
  readonly half: { readonly categories: readonly string[]; readonly tags: readonly string[] };
  readonly rules: readonly Rule[];
};

const given = (waits: NonNullable<Values['waits']>): Partial<TermValues['waitMs']> =>
  Object.fromEntries(WAITS.flatMap((wait) => (waits[wait] === undefined ? [] : [[wait, waits[wait]]])));

function valuesOf(v: Values): RuleValues {
  return {
    ...(v.firstResponse !== undefined && { firstResponseMs: v.firstResponse }),
    ...(v.nextResponse !== undefined && { nextResponseMs: v.nextResponse }),
    ...(v.resolution !== undefined && { resolutionMs: v.resolution }),
    ...(v.penalty !== undefined && { penaltyMs: v.penalty }),
    ...(v.waits !== undefined && { waitMs: given(v.waits) }),
    ...(v.nonstop !== undefined && { nonstop: v.nonstop }),
    ...(v.ladder !== undefined && { ladder: v.ladder }),
    ...(v.repeats !== undefined && { repeats: v.repeats }),
  };
}

const rule = (id: string, more: Partial<TermRule>): TermRule => ({
  id,
  categories: [],
  priorities: [],
  tags: [],
  shops: [],
  share: 1,
  values: {},
  ...more,
});

/** What the file promises; `version` tells it from every other file's. */
export function promisesOf(input: PromiseInput, version: number): Promises {
  const { firstResponse, nextResponse, resolution, half } = input;
  const base: TermValues = {
    penaltyMs: null,
    nonstop: [],
    ladder: LADDER,
    repeats: REPEATS,
    ...valuesOf(input),
    firstResponseMs: firstResponse,
    nextResponseMs: nextResponse,
    resolutionMs: resolution,
    waitMs: { ...WAIT_MS, ...given(input.waits ?? {}) },
  };
  const halves = [
    ...(half.categories.length > 0 ? [rule('half.categories', { categories: half.categories, share: 0.5 })] : []),
    ...(half.tags.length > 0
      ? [rule('half.tags', { tags: half.tags.map((tag) => tag.toLowerCase()), share: 0.5 })]
      : []),
  ];
  const own = input.rules.map((r, i) => {
    const { categories, priorities, tags, shops } = r;
    const values = valuesOf(r);
    return rule(r.id ?? `rule.${i + 1}`, { categories, priorities, tags, shops, share: r.share ?? 1, values });
  });
  return { version, base, rules: [...halves, ...own] };
}
