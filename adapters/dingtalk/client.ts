import type { ReadableStream } from 'node:stream/web';
import * as z from 'zod';
import type { Clock } from '../../src/clock.ts';
import { DeliveryError } from '../../src/errors.ts';
import { beforeSending, download, read, TIMEOUT_MS, type Reply, type Request } from '../shared/http.ts';
import { withToken } from '../shared/token.ts';
import { exchange, readOld } from './exchange.ts';
import { isWorthlessToken } from './failures.ts';
import { createTokens } from './token.ts';

/** Bytes of one file on their way to DingTalk may take so long, ms. */
const UPLOAD_MS = 60_000;
const MEDIA = '/media/upload';

type MediaKind = 'image' | 'voice' | 'video' | 'file';

/**
 * Both of DingTalk's APIs for one app: one try per call, as delivery does the trying, and one more where the token had ended. Everything
 * that fails is a `DeliveryError` that names path and code and never what was sent.
 */
export interface Client {
  /** A call of the new API (`/v1.0/...`). `schema`: what has to be in the answer. */
  api<T>(
    method: 'GET' | 'POST' | 'PUT',
    path: string,
    schema: z.ZodType<T>,
    body?: unknown,
    query?: Readonly<Record<string, string>>,
  ): Promise<T>;
  /** A call of the old API (`/topapi/...`). */
  old<T>(path: string, schema: z.ZodType<T>, body: unknown): Promise<T>;
  /** Puts bytes where messages can point to them; the media id. At most 20 MB (voice: 2 MB). */
  upload(kind: MediaKind, name: string, bytes: Uint8Array): Promise<string>;
  /** What lies at an address that DingTalk named; null: it cannot be had. No token is shown there. */
  download(url: string): Promise<ReadableStream | null>;
  /** A token that is good for now, for those who ask DingTalk by themselves. */
  token(): Promise<string>;
  /** Calls so far that the month's quota counts: not those about tokens and contacts, nor those refused for their rate (fact sheet, 3.3). */
  counted(): number;
}

const media = z.object({ media_id: z.string().min(1) });

export function createClient(deps: {
  readonly app: { readonly clientId: string; readonly clientSecret: string };
  /** Without a slash at the end, both. */
  readonly apiUrl: string;
  readonly oapiUrl: string;
  readonly clock: Clock;
}): Client {
  const { apiUrl, oapiUrl } = deps;
  const tokens = createTokens(deps.app, apiUrl, deps.clock);

  let counted = 0;
  /** Counts it unless it was refused for its rate. */
  const counting = async <T>(call: Promise<T>): Promise<T> => {
    try {
      const answer = await call;
      counted += 1;
      return answer;
    } catch (error) {
      if (!(error instanceof DeliveryError && error.failure === 'rate-limited')) counted += 1;
      throw error;
    }
  };

  const calling = (path: string, ms: number, request: (token: string) => Request): Promise<Reply> =>
    withToken(tokens, {
      path,
      ms,
      isWorthless: isWorthlessToken,
      once: (token, signal) => exchange({ ...request(token), signal }),
    });

  const oldCall = (path: string, ms: number, body: unknown): Promise<Reply> =>
    calling(path, ms, (token) => {
      const url = new URL(oapiUrl + path);
      url.searchParams.set('access_token', token);
      return { path, url, body };
    });

  return {
    token: () => tokens.get(),
    counted: () => counted,
    async api(method, path, schema, body, query = {}) {
      const call = calling(path, TIMEOUT_MS, (token) => {
        const url = new URL(apiUrl + path);
        for (const [name, value] of Object.entries(query)) url.searchParams.set(name, value);
        return { path, url, method, headers: { 'x-acs-dingtalk-access-token': token }, body };
      });
      return read(path, schema, await counting(call));
    },
    old: async (path, schema, body) => readOld(path, schema, await oldCall(path, TIMEOUT_MS, body)),
    async upload(kind, name, bytes) {
      const form = new FormData();
      form.set('type', kind);
      form.set('media', new Blob([new Uint8Array(bytes)]), name);
      try {
        return readOld(MEDIA, media, await counting(oldCall(MEDIA, UPLOAD_MS, form))).media_id;
      } catch (error) {
        throw beforeSending(error);
      }
    },
    download: async (url) => (await download(url, apiUrl))?.body ?? null,
  };
}
