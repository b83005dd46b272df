import * as z from 'zod';
import { DeliveryError } from '../../src/errors.ts';
import { failureIn, type Reply } from './failures.ts';

/** A call that has not answered by then is given up, ms; delivery waits 10 s for an adapter. */
export const TIMEOUT_MS = 8_000;

/** Names of the network's own failures by which certainly nothing was sent. */
const NOT_SENT = /ECONNREFUSED|ENOTFOUND|EAI_AGAIN|ENETUNREACH|EHOSTUNREACH|UND_ERR_CONNECT_TIMEOUT/u;

function networkCodes(error: unknown): string {
  const codes: string[] = [];
  for (let at: unknown = error; at instanceof Error; at = at.cause) {
    if ('code' in at) codes.push(String(at.code));
  }
  return codes.join(' ');
}

/** Where to, and with what. `path` is what errors call it: without host and query, as tokens stand there. */
export interface Request {
  readonly path: string;
  readonly url: URL;
  readonly method?: 'GET' | 'POST' | 'PUT';
  readonly headers?: Readonly<Record<string, string>>;
  /** Sent as JSON, a form as it is; absent: none. */
  readonly body?: unknown;
  readonly signal?: AbortSignal;
  /** Hears of the headers of whatever is answered. */
  readonly answered?: (headers: Headers) => void;
}

/**
 * One HTTP call to DingTalk, one try. @throws DeliveryError: `retryable` where certainly nothing was sent, `unknown` where nobody knows,
 * and whatever DingTalk's own words for a failure mean. No error holds an address, a token or what was sent.
 */
export async function exchange({
  path,
  url,
  method = 'POST',
  headers,
  body,
  signal,
  answered,
}: Request): Promise<Reply> {
  let reply: Reply;
  try {
    const response = await fetch(url, {
      method,
      headers: {
        // Without it some answers are XML (fact sheet, 1.4).
        accept: 'application/json',
        ...(body !== undefined && !(body instanceof FormData) && { 'content-type': 'application/json' }),
        ...headers,
      },
      ...(body !== undefined && { body: body instanceof FormData ? body : JSON.stringify(body) }),
      redirect: 'error',
      signal: signal ?? AbortSignal.timeout(TIMEOUT_MS),
    });
    answered?.(response.headers);
    const text = await response.text();
    reply = { status: response.status, body: parsed(text), isPage: /^\s*</u.test(text) };
  } catch (error) {
    const isNotSent = NOT_SENT.test(networkCodes(error));
    throw new DeliveryError(
      isNotSent ? 'retryable' : 'unknown',
      `${path}: ${isNotSent ? 'DingTalk cannot be reached' : 'no answer that could be read'}`,
    );
  }
  const failure = failureIn(path, reply);
  if (failure !== null) throw failure;
  return reply;
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text) as unknown;
  } catch {
    return undefined;
  }
}

/** Reads an answer of DingTalk's; what does not look like one says nothing of what was done. */
export function read<T>(path: string, schema: z.ZodType<T>, { body }: Reply): T {
  const result = schema.safeParse(body);
  if (result.success) return result.data;
  throw new DeliveryError('unknown', `${path}: an answer without what it promises`);
}

const oldAnswer = z.object({ errcode: z.coerce.number().pipe(z.literal(0)) });

/** The same of the old API, whose answers have to say that all is well: `errcode` 0, now and then as a text. */
export function readOld<T>(path: string, schema: z.ZodType<T>, reply: Reply): T {
  read(path, oldAnswer, reply);
  return read(path, schema, reply);
}

/** Before a call that does nothing by itself (a token, an upload, a question), it does not matter whether it was heard: what needs it was not sent. */
export function beforeSending(error: unknown): unknown {
  if (!(error instanceof DeliveryError) || error.failure !== 'unknown') return error;
  return new DeliveryError('retryable', error.message);
}
