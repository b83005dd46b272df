import { lookup } from 'node:dns/promises';
import { request as requestHttp, type ClientRequest, type IncomingMessage, type RequestOptions } from 'node:http';
import { request as requestHttps } from 'node:https';
import { isIP, type LookupFunction } from 'node:net';
import type { Clock } from '../clock.ts';
import { isPrivateAddress } from './private-address.ts';

/**
 * Why a post has no answer that counts.
 * - `bad_url`: neither http nor https, or it bears a name and a password · `no_such_host`: the name leads nowhere
 * - `private_address`: it leads, or may lead, to somewhere that is not the public internet, and that is not allowed
 * - `redirect`: it answered 3xx, which is never followed · `timeout`: no answer in time
 * - `no_connection`: nobody takes the connection · `tls`: no trust in who takes it · `broken`: no HTTP, or cut off before the answer
 */
export type PostFailure =
  | 'bad_url'
  | 'no_such_host'
  | 'private_address'
  | 'redirect'
  | 'timeout'
  | 'no_connection'
  | 'tls'
  | 'broken';

export type PostAnswer =
  | {
      readonly status: number;
      /** Ms after which it wants to be asked again (`Retry-After`), where it says so. */
      readonly retryAfterMs?: number;
    }
  | { readonly failure: PostFailure };

export interface Letter {
  readonly url: string;
  /** As it goes over the wire: what was signed. */
  readonly body: Buffer;
  readonly headers: Readonly<Record<string, string>>;
  /** Whether it may go to an address that is not on the public internet. */
  readonly private: boolean;
}

/** Posts one letter and never rejects. */
export type Post = (letter: Letter) => Promise<PostAnswer>;

export interface Resolved {
  readonly address: string;
  readonly family: number;
}

/** All addresses of a host name; rejects when there are none. */
export type Resolve = (host: string) => Promise<readonly Resolved[]>;

/** The system's own resolver, hosts file included. */
const systemResolve: Resolve = (host) => lookup(host, { all: true });

/** For the whole exchange, from looking up the name to the end of the answer. */
const DEADLINE_MS = 10_000;
/** So much of an answer is read, to let the other side end in peace; nothing of it is kept. */
const MOST_READ = 4_096;

/**
 * The client that webhooks go out by. The address is checked after the name was resolved, and the connection goes to exactly what was checked:
 * a name that resolves differently a moment later changes nothing. No redirect is followed, no proxy asked, no connection kept.
 */
export function createPost({
  clock,
  resolve = systemResolve,
  deadlineMs = DEADLINE_MS,
}: {
  clock: Clock;
  resolve?: Resolve;
  deadlineMs?: number;
}): Post {
  return async (letter) => {
    const url = parsed(letter.url);
    if (url === null) return { failure: 'bad_url' };
    const deadline = deadlineOf(clock, deadlineMs);
    try {
      const addresses = await Promise.race([addressesOf(url, resolve), deadline.passed]);
      if (addresses === 'timeout') return { failure: 'timeout' };
      if (addresses.length === 0) return { failure: 'no_such_host' };
      // One private address among public ones is enough: which of them is used is not left to chance.
      if (!letter.private && addresses.some(({ address }) => isPrivateAddress(address)))
        return { failure: 'private_address' };
      return await exchange(url, letter, addresses, deadline.passed, clock.now());
    } finally {
      deadline.callOff();
    }
  };
}

function parsed(text: string): URL | null {
  if (!URL.canParse(text)) return null;
  const url = new URL(text);
  const isWeb = url.protocol === 'http:' || url.protocol === 'https:';
  return isWeb && url.username === '' && url.password === '' ? url : null;
}

function deadlineOf(clock: Clock, ms: number): { readonly passed: Promise<'timeout'>; readonly callOff: () => void } {
  let callOff = (): void => undefined;
  const passed = new Promise<'timeout'>((resolve) => {
    callOff = clock.after(ms, () => {
      resolve('timeout');
    });
  });
  return { passed, callOff };
}

/** `[::1]` is `::1`; whatever way an IPv4 address was written in, the URL has it as four numbers by now. */
const hostOf = (url: URL): string => url.hostname.replace(/^\[(.*)\]$/u, '$1');

async function addressesOf(url: URL, resolve: Resolve): Promise<readonly Resolved[]> {
  const host = hostOf(url);
  const family = isIP(host);
  if (family !== 0) return [{ address: host, family }];
  try {
    return await resolve(host);
  } catch {
    return [];
  }
}

/** Answers the connection's question for addresses with those that were checked. */
const only =
  (addresses: readonly Resolved[]): LookupFunction =>
  (_host, { all }, answer) => {
    const [first] = addresses;
    if (all === true) answer(null, [...addresses]);
    else answer(null, first?.address ?? '', first?.family ?? 0);
  };

async function exchange(
  url: URL,
  { body, headers }: Letter,
  addresses: readonly Resolved[],
  passed: Promise<'timeout'>,
  now: Date,
): Promise<PostAnswer> {
  const options: RequestOptions = {
    method: 'POST',
    host: hostOf(url),
    port: url.port,
    path: `${url.pathname}${url.search}`,
    headers: { ...headers, host: url.host, 'content-length': body.length, connection: 'close' },
    agent: false,
    lookup: only(addresses),
  };
  const sent = url.protocol === 'https:' ? requestHttps(options) : requestHttp(options);
  try {
    const answer = await Promise.race([answered(sent, body), passed]);
    if (answer === 'timeout') return { failure: 'timeout' };
    const { statusCode: status = 0 } = answer;
    // The status is the answer; what follows it is let in so far that a patient sender can end, within the same time.
    await Promise.race([read(answer), passed]);
    if (status >= 300 && status < 400) return { failure: 'redirect' };
    const retryAfterMs = retryAfter(answer.headers['retry-after'], now);
    return retryAfterMs === null ? { status } : { status, retryAfterMs };
  } catch (error) {
    return { failure: failureOf(error) };
  } finally {
    sent.destroy();
  }
}

/** Longest wait that is believed, ms. */
const LONGEST_RETRY_MS = 3_600_000;

/** Seconds or a date, as RFC 9110 has it; null: neither. */
function retryAfter(header: string | undefined, now: Date): number | null {
  if (header === undefined) return null;
  const ms = /^\d{1,9}$/u.test(header) ? Number(header) * 1_000 : Date.parse(header) - now.getTime();
  return Number.isNaN(ms) ? null : Math.min(Math.max(ms, 0), LONGEST_RETRY_MS);
}

const answered = (sent: ClientRequest, body: Buffer): Promise<IncomingMessage> =>
  new Promise((resolve, reject) => {
    // Stays for good: what breaks after the answer must not end the process.
    sent.on('error', reject);
    sent.on('response', resolve);
    sent.end(body);
  });

const read = (answer: IncomingMessage): Promise<void> =>
  new Promise((resolve) => {
    let left = MOST_READ;
    answer.on('data', (chunk: Buffer) => {
      left -= chunk.length;
      if (left < 0) resolve();
    });
    answer.on('error', () => {
      resolve();
    });
    answer.on('close', resolve);
  });

const NO_CONNECTION = new Set(['ECONNREFUSED', 'EHOSTUNREACH', 'ENETUNREACH', 'EADDRNOTAVAIL', 'ETIMEDOUT']);
const TLS = /^(?:ERR_TLS|ERR_SSL|CERT_|UNABLE_TO|SELF_SIGNED|DEPTH_ZERO|EPROTO)/u;

function failureOf(error: unknown): PostFailure {
  const code = error instanceof Error && 'code' in error ? String(error.code) : '';
  if (NO_CONNECTION.has(code)) return 'no_connection';
  return TLS.test(code) ? 'tls' : 'broken';
}
