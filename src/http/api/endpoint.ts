import * as z from 'zod';
import { Problem, type FieldError } from '../../../adapters/shared/problem.ts';
import type { Scope } from '../../storage/api-keys.ts';
import type { Caller } from './ports.ts';

/** What an endpoint answers under one status. */
export interface Documented {
  readonly description: string;
  readonly schema: z.ZodType;
  readonly examples: Readonly<Record<string, unknown>>;
  /** Headers it carries, with what they say. */
  readonly headers?: Readonly<Record<string, string>>;
}

export interface Answer {
  readonly status: number;
  readonly body: unknown;
  readonly headers?: Readonly<Record<string, string>>;
}

/** A request as it came: nothing of it is known to be what it should. */
export interface Raw {
  readonly params: Readonly<Record<string, unknown>>;
  /** A parameter that stands there several times is a list. */
  readonly query: Readonly<Record<string, unknown>>;
  readonly headers: Readonly<Record<string, unknown>>;
  readonly body: unknown;
}

/** One operation of the API, declared once: from it come its route, its checks and its part of the OpenAPI document. */
export interface Endpoint {
  /** Unique: `createTicket`. */
  readonly id: string;
  readonly method: 'get' | 'post';
  /** As OpenAPI writes it: `/api/v1/tickets/{no}`. */
  readonly path: string;
  readonly summary: string;
  readonly description: string;
  readonly scope: Scope;
  readonly params: z.ZodObject;
  readonly query: z.ZodObject;
  /** Names in lower case; other headers are not looked at. */
  readonly headers: z.ZodObject;
  /** Null: it has none. */
  readonly body: { readonly schema: z.ZodType; readonly examples: Readonly<Record<string, unknown>> } | null;
  /** By status. */
  readonly answers: Readonly<Record<number, Documented>>;
  /** Statuses of refusals beside those that every endpoint has. */
  readonly refusals: readonly number[];
  /** Checks the request and carries it out. Throws a `Problem` for what it refuses. */
  readonly handle: (raw: Raw, caller: Caller) => Promise<Answer>;
}

const NOTHING = z.strictObject({});

interface Given<P, Q, H, B> extends Caller {
  readonly params: P;
  readonly query: Q;
  readonly headers: H;
  readonly body: B;
}

/** An endpoint whose handler gets what its schemas make of the request; what a schema leaves out of the spec must be empty. */
export function endpoint<
  P extends z.ZodObject = typeof NOTHING,
  Q extends z.ZodObject = typeof NOTHING,
  H extends z.ZodObject = typeof NOTHING,
  B extends z.ZodType = z.ZodUndefined,
>(
  spec: Omit<Endpoint, 'params' | 'query' | 'headers' | 'body' | 'handle'> & {
    readonly params?: P;
    readonly query?: Q;
    readonly headers?: H;
    readonly body?: { readonly schema: B; readonly examples: Readonly<Record<string, unknown>> };
    readonly run: (given: Given<z.output<P>, z.output<Q>, z.output<H>, z.output<B>>) => Promise<Answer>;
  },
): Endpoint {
  const { run, ...rest } = spec;
  const params = spec.params ?? NOTHING;
  const query = spec.query ?? NOTHING;
  const headers = spec.headers ?? NOTHING;
  return {
    ...rest,
    params,
    query,
    headers,
    body: spec.body ?? null,
    handle: (raw, caller) => {
      const known = Object.fromEntries(Object.keys(headers.shape).map((name) => [name, raw.headers[name]]));
      const errors: FieldError[] = [];
      const read = (schema: z.ZodType, input: unknown): unknown => {
        const found = schema.safeParse(input);
        if (!found.success) errors.push(...found.error.issues.flatMap(fieldsOf));
        return found.data;
      };
      const given = {
        params: read(params, raw.params),
        query: read(query, raw.query),
        headers: read(headers, known),
        body: spec.body === undefined ? undefined : read(spec.body.schema, raw.body),
      };
      if (errors.length > 0) throw new Problem(400, errors.map((e) => `${e.field}: ${e.message}`).join('; '), errors);
      return run({ ...(given as Given<z.output<P>, z.output<Q>, z.output<H>, z.output<B>>), ...caller });
    },
  };
}

/** An issue by the name of its field; a value that is wrong is not repeated. */
function fieldsOf(issue: z.core.$ZodIssue): readonly FieldError[] {
  const path = issue.path.map(String);
  if (issue.code === 'unrecognized_keys')
    return issue.keys.map((key) => ({ field: [...path, key].join('.').slice(0, 200), message: 'is not known' }));
  return [{ field: path.join('.').slice(0, 200) || 'body', message: issue.message }];
}
