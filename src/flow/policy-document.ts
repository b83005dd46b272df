import * as z from 'zod';
import { LIMITS, SCOPES, type Override, type Scope } from '../domain/overrides.ts';

const kinds = SCOPES.join('|');
const scope = z.custom<Scope>(
  (value) => typeof value === 'string' && new RegExp(`^(?:all|(?:${kinds}):.{1,60})$`, 'u').test(value),
);

const change = z.object({
  scope: scope.nullable(),
  limit: z.enum(LIMITS).nullable(),
  ms: z.number().nullable(),
  /** Id and name of who decided. */
  person: z.string(),
  name: z.string(),
  at: z.date(),
  /** The inbox row it follows from: worked again, it is the same decision. */
  cause: z.string(),
});

/** What managers set over the promises of the file, and who did, newest last. */
const document = z.object({
  overrides: z.array(z.object({ scope, limit: z.enum(LIMITS), ms: z.number() })),
  changes: z.array(change),
});

export type PolicyDecision = z.output<typeof change>;
export interface PolicyDocument {
  readonly overrides: readonly Override[];
  readonly changes: readonly PolicyDecision[];
}

/** The document in `settings`; its version counts the changes. */
export const POLICY = 'policy';
/** Most changes that are kept. */
export const MOST_CHANGES = 50;
/** Most promises that can be set by themselves. */
export const MOST_OVERRIDES = 200;

export const NO_POLICY: PolicyDocument = { overrides: [], changes: [] };

/** The document as it is stored. */
export const policyDocument = (stored: unknown): PolicyDocument => document.parse(stored);
