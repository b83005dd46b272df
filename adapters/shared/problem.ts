import type { ServerResponse } from 'node:http';
import type { z } from 'zod';

export interface FieldError {
  readonly field: string;
  readonly message: string;
}

const TITLES: Readonly<Record<number, string>> = {
  400: 'Bad request',
  401: 'Login needed',
  403: 'Forbidden',
  404: 'Not found',
  405: 'Method not allowed',
  409: 'Conflict',
  410: 'Gone',
  413: 'Too large',
  415: 'Unsupported media type',
  422: 'Unprocessable content',
  429: 'Too many requests',
  500: 'Internal error',
  503: 'Unavailable',
  507: 'Insufficient storage',
};

/** A request that is refused; answered as `application/problem+json` (RFC 9457) that names the fields. */
export class Problem extends Error {
  readonly status: number;
  readonly errors: readonly FieldError[];
  /** `E-7F3K2M`: under which number the log and `gongdan trace` know it; null: nothing went wrong on our side. */
  readonly number: string | null;
  /** A word for programs that says why, where the status alone does not. */
  readonly code: string | null;
  constructor(
    status: number,
    detail: string,
    errors: readonly FieldError[] = [],
    number: string | null = null,
    code: string | null = null,
  ) {
    super(detail);
    this.name = 'Problem';
    this.status = status;
    this.errors = errors;
    this.number = number;
    this.code = code;
  }
}

/** A refusal because of one field. */
export const refuseField = (status: number, field: string, message: string): Problem =>
  new Problem(status, `${field}: ${message}`, [{ field, message }]);

/** Parses what came in; throws a `Problem` that names every wrong field. */
export function parseOrRefuse<T>(schema: z.ZodType<T>, input: unknown): T {
  const result = schema.safeParse(input);
  if (result.success) return result.data;
  const errors = result.error.issues.flatMap((issue): FieldError[] =>
    issue.code === 'unrecognized_keys'
      ? issue.keys.map((key) => ({ field: key, message: 'is not known' }))
      : [{ field: issue.path.map(String).join('.') || 'body', message: issue.message }],
  );
  throw new Problem(400, errors.map((e) => `${e.field}: ${e.message}`).join('; '), errors);
}

export const PROBLEM_TYPE = 'application/problem+json; charset=utf-8';

/** A problem as it goes over the wire. */
export const problemText = (problem: Problem): string =>
  JSON.stringify({
    type: 'about:blank',
    title: TITLES[problem.status] ?? 'Error',
    status: problem.status,
    detail: problem.message,
    errors: problem.errors,
    ...(problem.number === null ? {} : { error: problem.number }),
    ...(problem.code === null ? {} : { code: problem.code }),
  });

export function sendProblem(response: ServerResponse, problem: Problem): void {
  if (problem.status === 503) response.setHeader('Retry-After', '1');
  response.writeHead(problem.status, { 'Content-Type': PROBLEM_TYPE }).end(problemText(problem));
}
