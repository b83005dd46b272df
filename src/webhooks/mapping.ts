import { createHash } from 'node:crypto';
import { canonical } from '../domain/chain.ts';
import type { Report } from '../domain/report.ts';
import type { Priority } from '../domain/status.ts';
import type { OrderFacts } from '../domain/ticket.ts';
import { clip, fill, readPath, type JsonPath, type Template } from './template.ts';

type Scalar = string | number | boolean;

/** One test of the value at a path. */
export type Test =
  | { readonly is: readonly Scalar[] }
  | { readonly exists: boolean }
  /** Strictly. A number that stands in quotes counts as one. */
  | { readonly above: number }
  | { readonly below: number }
  /** `*` stands for any run of characters; the pattern covers the whole text. */
  | { readonly like: string };

export type Condition = Test & { readonly path: JsonPath };

/** A fact of the order that a rule can take over. */
export type FactName = Exclude<keyof OrderFacts, 'more'>;

/** How a priority is found: one of its own, or by what the source calls severe. */
export type PriorityRule =
  | { readonly fixed: Priority }
  | { readonly from: JsonPath; readonly map: ReadonlyMap<string, Priority>; readonly otherwise: Priority | null };

/** What becomes of an event that fits: a report. */
export interface Making {
  /** What makes a repeat one with the first. */
  readonly id: Template;
  readonly matter: Template | null;
  readonly updates: boolean;
  readonly shop: Template;
  readonly subject: Template | null;
  readonly text: Template | null;
  readonly category: string | null;
  readonly priority: PriorityRule | null;
  readonly tags: readonly Template[];
  /** A moment: ISO 8601 with its offset, or seconds or milliseconds since 1970. */
  readonly deadline: Template | null;
  readonly team: string | null;
  readonly facts: ReadonlyMap<FactName, Template>;
  readonly customer: { readonly name: Template; readonly place: string | null; readonly handle: Template } | null;
}

/** One rule of a source. The first whose conditions all hold is the one. */
export interface MappingRule {
  /** How sentences about it call it. */
  readonly name: string;
  readonly when: readonly Condition[];
  /** Null: what fits is taken and nothing is made of it. */
  readonly make: Making | null;
}

/** What a source's events become. */
export interface HookSource {
  readonly rules: readonly MappingRule[];
  /** Ids of the shops there are: a template may name only one of them. */
  readonly shops: ReadonlySet<string>;
}

/** Why nothing can be made of an event; never a value, for those are other people's. */
export type MappingFault =
  /** No rule fits; the paths that were looked at. */
  | { readonly code: 'no_rule'; readonly paths: readonly string[] }
  /** A value that the rule needs is not there, or is a list or a set of names where text has to be. */
  | { readonly code: 'missing' | 'not_text'; readonly rule: string; readonly path: string }
  /** Longer than it may be: cut off it would be the same as another one. */
  | { readonly code: 'too_long'; readonly rule: string; readonly field: 'id' | 'matter'; readonly most: number }
  /** What has to be a moment is none. */
  | { readonly code: 'no_moment'; readonly rule: string }
  | { readonly code: 'unknown_shop'; readonly rule: string };

export type Mapped =
  | { readonly kind: 'report'; readonly rule: string; readonly id: string; readonly report: Report }
  | { readonly kind: 'ignored'; readonly rule: string }
  | { readonly kind: 'fault'; readonly fault: MappingFault };

/** Most characters (code points) of each field. */
export const LIMITS = {
  id: 150,
  matter: 150,
  subject: 120,
  text: 4_000,
  tag: 20,
  fact: 200,
  name: 60,
} as const;

/** Longest text that a pattern is held against. */
const LONGEST_LIKE = 1_000;

/** What a source's event becomes: the same for the same JSON, whatever its order of keys; never throws. */
export function mapEvent({ rules, shops }: HookSource, json: unknown): Mapped {
  const rule = rules.find(({ when }) => when.every((condition) => holds(condition, json)));
  if (rule === undefined) {
    const paths = new Set(rules.flatMap(({ when }) => when.map(({ path }) => path.written)));
    return { kind: 'fault', fault: { code: 'no_rule', paths: [...paths] } };
  }
  if (rule.make === null) return { kind: 'ignored', rule: rule.name };
  try {
    const { id, report } = make(rule.name, rule.make, shops, json);
    return { kind: 'report', rule: rule.name, id, report };
  } catch (error) {
    if (error instanceof Fault) return { kind: 'fault', fault: error.fault };
    throw error;
  }
}

/** Leaves the making of a report; never leaves this file. */
class Fault extends Error {
  readonly fault: MappingFault;
  constructor(fault: MappingFault) {
    super(fault.code);
    this.fault = fault;
  }
}

function make(
  rule: string,
  making: Making,
  shops: ReadonlySet<string>,
  json: unknown,
): { readonly id: string; readonly report: Report } {
  const filled = (template: Template): string => {
    const done = fill(template, json);
    if ('fault' in done) throw new Fault({ code: done.fault, rule, path: done.path });
    return done.text.trim();
  };
  const line = (template: Template, most: number): string => clip(filled(template).replaceAll(/\s+/gu, ' '), most);
  const key = (template: Template, field: 'id' | 'matter'): string => {
    const text = line(template, LIMITS[field] + 1);
    if (Array.from(text).length > LIMITS[field])
      throw new Fault({ code: 'too_long', rule, field, most: LIMITS[field] });
    return text;
  };
  const shop = line(making.shop, LIMITS.name);
  if (!shops.has(shop)) throw new Fault({ code: 'unknown_shop', rule });
  const facts = Array.from(making.facts, ([name, template]) => [name, line(template, LIMITS.fact)] as const);
  const tags = making.tags.map((template) => line(template, LIMITS.tag)).filter((tag) => tag !== '');
  const said: Omit<Report, 'digest'> = {
    matter: making.matter === null ? null : key(making.matter, 'matter'),
    updates: making.updates,
    shop,
    subject: making.subject === null ? '' : line(making.subject, LIMITS.subject),
    text: making.text === null ? '' : clip(filled(making.text), LIMITS.text),
    category: making.category,
    priority: making.priority === null ? null : priorityOf(making.priority, json),
    tags: [...new Set(tags)],
    deadline: making.deadline === null ? null : deadlineOf(rule, line(making.deadline, LIMITS.name)),
    team: making.team,
    facts: Object.fromEntries(facts.filter(([, text]) => text !== '')),
    customer: customerOf(making.customer, (template) => line(template, LIMITS.name)),
  };
  const digest = createHash('sha256')
    .update(canonical({ ...said, deadline: said.deadline ?? undefined }))
    .digest('hex');
  return { id: key(making.id, 'id'), report: { ...said, digest } };
}

const ISO = /^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}(?::\d{2}(?:\.\d{1,9})?)?(?:Z|[+-]\d{2}:?\d{2})$/u;

/** Null where nothing stands. A number of ten digits counts seconds, one of thirteen milliseconds. */
function deadlineOf(rule: string, written: string): Date | null {
  if (written === '') return null;
  const isNumber = /^(?:\d{10}|\d{13})$/u.test(written);
  const ms = isNumber ? Number(written.padEnd(13, '0')) : ISO.test(written) ? Date.parse(written) : Number.NaN;
  if (Number.isNaN(ms)) throw new Fault({ code: 'no_moment', rule });
  return new Date(ms);
}

function priorityOf(rule: PriorityRule, json: unknown): Priority | null {
  if ('fixed' in rule) return rule.fixed;
  const severity = readPath(json, rule.from);
  const isScalar = typeof severity === 'string' || typeof severity === 'number' || typeof severity === 'boolean';
  return (isScalar ? rule.map.get(String(severity)) : undefined) ?? rule.otherwise;
}

function customerOf(customer: Making['customer'], line: (template: Template) => string): Report['customer'] {
  if (customer === null) return null;
  const [name, handle] = [line(customer.name), line(customer.handle)];
  return name === '' && handle === '' ? null : { name, place: customer.place, handle };
}

/** A number, or one in quotes. */
function numberOf(value: unknown): number | null {
  if (typeof value === 'number') return value;
  return typeof value === 'string' && /^-?\d{1,15}(?:\.\d{1,10})?$/u.test(value) ? Number(value) : null;
}

function holds(condition: Condition, json: unknown): boolean {
  const value = readPath(json, condition.path);
  if ('exists' in condition) return (value !== undefined) === condition.exists;
  if ('is' in condition) return condition.is.some((right) => right === value);
  if ('like' in condition)
    return typeof value === 'string' && value.length <= LONGEST_LIKE && isLike(value, condition.like);
  const number = numberOf(value);
  if (number === null) return false;
  return 'above' in condition ? number > condition.above : number < condition.below;
}

/** Whether a text is of the pattern's form, in time of their lengths at most: each piece is looked for once, from left to right. */
function isLike(text: string, pattern: string): boolean {
  const [first = '', ...rest] = pattern.split('*');
  if (rest.length === 0) return text === first;
  const last = rest.pop() ?? '';
  if (text.length < first.length + last.length || !text.startsWith(first) || !text.endsWith(last)) return false;
  const end = text.length - last.length;
  let at = first.length;
  for (const piece of rest) {
    const found = text.indexOf(piece, at);
    if (found === -1 || found + piece.length > end) return false;
    at = found + piece.length;
  }
  return true;
}
