import type * as z from 'zod';
import { DeliveryError } from '../../src/errors.ts';

/** A call that has not answered by then is given up, ms; delivery waits 10 s for an adapter. */
export const TIMEOUT_MS = 8_000;
/** One download may take so long, ms. */
export const DOWNLOAD_MS = 20_000;

/** Names of the network's own failures by which certainly nothing was sent. */
const NOT_SENT = /ECONNREFUSED|ENOTFOUND|EAI_AGAIN|ENETUNREACH|EHOSTUNREACH|UND_ERR_CONNECT_TIMEOUT/u;

function networkCodes(error: unknown): string {
  const codes: string[] = [];
  for (let at: unknown = error; at instanceof Error; at = at.cause) {
    if ('code' in at) codes.push(String(at.code));
  }
  return codes.join(' ');
}

/** An answer as it came over the wire. */
export interface Reply {
  /** HTTP status. */
  readonly status: number;
  /** The parsed body; undefined where it is no JSON. */
  readonly body: unknown;
  /** It is a page for people. */
  readonly isPage: boolean;
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
 * One HTTP call, one try. @throws DeliveryError: `retryable` where certainly nothing was sent, `unknown` where nobody knows, and whatever
 * the platform's own words for a failure mean. No error holds an address, a token or what was sent.
 */
export type Exchange = (request: Request) => Promise<Reply>;

/** How one platform is called. */
export function exchanger(platform: {
  readonly name: string;
  /** What is wrong with an answer, in the platform's words; null: nothing. */
  readonly failureIn: (path: string, reply: Reply) => DeliveryError | null;
  readonly jsonOf?: (body: unknown) => string;
}): Exchange {
  const { name, failureIn, jsonOf = JSON.stringify } = platform;
  return async ({ path, url, method = 'POST', headers, body, signal, answered }) => {
    let reply: Reply;
    try {
      const response = await fetch(url, {
        method,
        headers: {
          // Without it some answers of DingTalk's are XML (fact sheet, 1.4).
          accept: 'application/json',
          ...(body !== undefined && !(body instanceof FormData) && { 'content-type': 'application/json' }),
          ...headers,
        },
        ...(body !== undefined && { body: body instanceof FormData ? body : jsonOf(body) }),
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
        `${path}: ${isNotSent ? `${name} cannot be reached` : 'no answer that could be read'}`,
      );
    }
    const failure = failureIn(path, reply);
    if (failure !== null) throw failure;
    return reply;
  };
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text) as unknown;
  } catch {
    return undefined;
  }
}

/** Reads an answer; what does not look like one says nothing of what was done. */
export function read<T>(path: string, schema: z.ZodType<T>, { body }: Pick<Reply, 'body'>): T {
  const result = schema.safeParse(body);
  if (result.success) return result.data;
  throw new DeliveryError('unknown', `${path}: an answer without what it promises`);
}

/** Before a call that does nothing by itself (a token, an upload, a question), it does not matter whether it was heard: what needs it was not sent. */
export function beforeSending(error: unknown): unknown {
  if (!(error instanceof DeliveryError) || error.failure !== 'unknown') return error;
  return new DeliveryError('retryable', error.message);
}

/** What lies at an address that a platform named, without any token being shown there; null: it cannot be had. `apiUrl`: only where that is plain http, such addresses count. */
export async function download(url: string, apiUrl: string): Promise<Response | null> {
  if (!mayDownload(url, apiUrl)) return null;
  try {
    const response = await fetch(url, { redirect: 'error', signal: AbortSignal.timeout(DOWNLOAD_MS) });
    if (!response.ok) await response.body?.cancel();
    return response.ok ? response : null;
  } catch {
    return null;
  }
}

function mayDownload(url: string, apiUrl: string): boolean {
  if (!URL.canParse(url)) return false;
  const { protocol, username } = new URL(url);
  if (username !== '') return false;
  return protocol === 'https:' || (protocol === 'http:' && apiUrl.startsWith('http:'));
}
