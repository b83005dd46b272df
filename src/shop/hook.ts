import * as z from 'zod';
import { PRIORITIES } from '../domain/status.ts';
import type { Condition, FactName, HookSource, Making, MappingRule, PriorityRule, Test } from '../webhooks/mapping.ts';
import { parsePath, parseTemplate } from '../webhooks/template.ts';

const ID = z.string().regex(/^[a-z][a-z0-9_-]{0,39}$/);
const CATEGORY_ID = z.string().regex(/^[a-z][a-z0-9_]{0,39}(\.[a-z][a-z0-9_]{0,39})?$/);
const MOST_STARS = 5;

/** `order.items[0].sku`, read as a path. */
const path = z.string().transform((value, ctx) => {
  const parsed = parsePath(value.trim());
  if (parsed !== null) return parsed;
  ctx.issues.push({ code: 'custom', input: value, params: { problem: 'path', value } });
  return z.NEVER;
});

const template = (most: number) =>
  z
    .string()
    .min(1)
    .max(most)
    .transform((value, ctx) => {
      const parsed = parseTemplate(value);
      if (parsed !== null) return parsed;
      ctx.issues.push({ code: 'custom', input: value, params: { problem: 'template' } });
      return z.NEVER;
    });
const line = template(300);

const scalar = z.union([z.string().max(300), z.number(), z.boolean()]);
/** What a value can be held against; one for each condition. */
export const TESTS = ['is', 'in', 'exists', 'above', 'below', 'like'] as const;
const condition = z
  .strictObject({
    path,
    is: scalar.optional(),
    in: z.array(scalar).min(1).max(100).optional(),
    exists: z.boolean().optional(),
    above: z.number().optional(),
    below: z.number().optional(),
    like: z
      .string()
      .min(1)
      .max(200)
      .refine((pattern) => pattern.split('*').length <= MOST_STARS + 1)
      .optional(),
  })
  .superRefine((given, ctx) => {
    const count = TESTS.filter((test) => given[test] !== undefined).length;
    if (count !== 1) ctx.addIssue({ code: 'custom', params: { problem: 'oneTest' } });
  });

const severity = z.strictObject({
  from: path,
  map: z.record(z.string().min(1).max(60), z.enum(PRIORITIES)),
  else: z.enum(PRIORITIES).optional(),
});

const customer = z.strictObject({ name: line.optional(), place: ID.optional(), handle: line.optional() });

const rule = z
  .strictObject({
    name: z.string().trim().min(1).max(60).optional(),
    when: z.array(condition).max(20).default([]),
    /** What fits is taken and nothing is made of it. */
    ignore: z.literal(true).optional(),
    id: line.optional(),
    matter: line.optional(),
    update: z.boolean().default(false),
    subject: line.optional(),
    text: template(4_000).optional(),
    category: CATEGORY_ID.optional(),
    priority: z.union([severity, z.enum(PRIORITIES)]).optional(),
    tags: z.array(line).max(10).default([]),
    deadline: line.optional(),
    team: ID.optional(),
    shop: line.optional(),
    order: line.optional(),
    tracking: line.optional(),
    carrier: line.optional(),
    amount: line.optional(),
    phone: line.optional(),
    address: line.optional(),
    customer: customer.optional(),
  })
  .superRefine((given, ctx) => {
    const lacks = (key: 'id' | 'subject' | 'matter'): void => {
      ctx.addIssue({ code: 'custom', path: [key] });
    };
    if (given.ignore === true) return;
    if (given.id === undefined) lacks('id');
    if (given.subject === undefined && given.text === undefined) lacks('subject');
    if (given.update && given.matter === undefined) lacks('matter');
  });

/** A system that tells by webhook what happened, and what becomes of that. */
export const hook = z.strictObject({
  /** The shop of its events where a rule names none. */
  shop: ID.optional(),
  map: z.array(rule).min(1).max(100),
});

export type HookInput = z.output<typeof hook>;
type RuleInput = HookInput['map'][number];

/** For "did you mean". */
export const HOOK_KEYS: Readonly<Record<string, readonly string[]>> = {
  'hooks.*': Object.keys(hook.shape),
  'hooks.*.map.*': Object.keys(rule.shape),
  'hooks.*.map.*.when.*': Object.keys(condition.shape),
  'hooks.*.map.*.priority': Object.keys(severity.shape),
  'hooks.*.map.*.customer': Object.keys(customer.shape),
};

/** The template of a rule's shop: its own, its source's, or the only one there is; null: none of them. */
export const shopTemplate = (
  { shop }: RuleInput,
  source: HookInput,
  shops: readonly string[],
): Making['shop'] | null => {
  if (shop !== undefined) return shop;
  const id = source.shop ?? (shops.length === 1 ? shops[0] : undefined);
  return id === undefined ? null : { parts: [id] };
};

/** What a template always says; null: that depends on the event. */
export const fixedText = (given: Making['shop']): string | null =>
  given.parts.every((part) => typeof part === 'string') ? given.parts.join('') : null;

/** A source as events are held against it; its references were checked. */
export function hookSourceOf(input: HookInput, shops: readonly string[]): HookSource {
  return { rules: input.map.map((given, i) => ruleOf(given, i, input, shops)), shops: new Set(shops) };
}

function ruleOf(given: RuleInput, index: number, source: HookInput, shops: readonly string[]): MappingRule {
  const name = given.name ?? `map.${index}`;
  const when = given.when.map((test): Condition => ({ path: test.path, ...testOf(test) }));
  const { id } = given;
  const shop = shopTemplate(given, source, shops);
  if (given.ignore === true || id === undefined || shop === null) return { name, when, make: null };
  const {
    matter = null,
    update: updates,
    subject = null,
    text = null,
    category = null,
    team = null,
    tags,
    deadline = null,
  } = given;
  const facts = new Map(FACTS.flatMap((fact) => (given[fact] === undefined ? [] : [[fact, given[fact]] as const])));
  const priority = given.priority === undefined ? null : priorityOf(given.priority);
  const blank = { parts: [] };
  const customer =
    given.customer === undefined
      ? null
      : {
          name: given.customer.name ?? blank,
          place: given.customer.place ?? null,
          handle: given.customer.handle ?? blank,
        };
  return {
    name,
    when,
    make: { id, matter, updates, shop, subject, text, category, priority, tags, deadline, team, facts, customer },
  };
}

const FACTS = ['order', 'tracking', 'carrier', 'amount', 'phone', 'address'] as const satisfies readonly FactName[];

function testOf(given: RuleInput['when'][number]): Test {
  if (given.exists !== undefined) return { exists: given.exists };
  if (given.above !== undefined) return { above: given.above };
  if (given.below !== undefined) return { below: given.below };
  if (given.like !== undefined) return { like: given.like };
  return { is: given.in ?? (given.is === undefined ? [] : [given.is]) };
}

const priorityOf = (given: NonNullable<RuleInput['priority']>): PriorityRule =>
  typeof given === 'string'
    ? { fixed: given }
    : { from: given.from, map: new Map(Object.entries(given.map)), otherwise: given.else ?? null };
