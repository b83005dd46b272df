import type { ReadableStream } from 'node:stream/web';
import * as z from 'zod';
import type { Clock } from '../../src/clock.ts';
import { beforeSending, DOWNLOAD_MS, read, TIMEOUT_MS, type Reply, type Request } from '../shared/http.ts';
import { withToken } from '../shared/token.ts';
import { exchange, plain } from './exchange.ts';
import { codeOf, failureIn, isWorthlessToken, WeComError } from './failures.ts';
import { fileNameOf } from './file-name.ts';
import type { AppSettings } from './settings.ts';
import { createTokens } from './token.ts';

/** Bytes of one file on their way to WeCom may take so long, ms. */
const UPLOAD_MS = 60_000;
const UPLOAD = '/cgi-bin/media/upload';
const MEDIA = '/cgi-bin/media/get';
/** WeCom's word for a media id that is none, or none any more: they live for three days (fact sheet, 3.5). */
const NO_MEDIA = '40007';

/** What messages can show by a media id. */
export type MediaKind = 'image' | 'voice' | 'video' | 'file';

/** What was sent, as it comes. `name`: as WeCom calls it, if it does. */
export interface Content {
  readonly stream: ReadableStream;
  readonly name: string | null;
}

/**
 * WeCom's API for one app: one try per call, as delivery does the trying, and one more where the token had ended. Everything that fails is
 * a `DeliveryError` that names path and code and never what was sent.
 */
export interface Client {
  /** `schema`: what has to be in the answer, whose `errcode` is 0. */
  call<T>(
    method: 'GET' | 'POST',
    path: string,
    schema: z.ZodType<T>,
    body?: unknown,
    query?: Readonly<Record<string, string>>,
  ): Promise<T>;
  /** Puts bytes where messages can point to them, for three days; the media id. */
  upload(kind: MediaKind, name: string, bytes: Uint8Array): Promise<string>;
  /** What lies under a media id. */
  download(mediaId: string): Promise<Content | { readonly problem: 'expired' | 'unreadable' }>;
  /** A token that is good for now, for those who ask WeCom by themselves. */
  token(): Promise<string>;
}

const media = z.object({ media_id: z.string().min(1) });

export function createClient(deps: {
  readonly app: Pick<AppSettings, 'corpId' | 'secret'>;
  /** Without a slash at the end. */
  readonly apiUrl: string;
  readonly clock: Clock;
}): Client {
  const { app, apiUrl, clock } = deps;
  const tokens = createTokens(app, apiUrl, clock);

  const addressOf = (path: string, query: Readonly<Record<string, string>>, token: string): URL => {
    const url = new URL(apiUrl + path);
    for (const [name, value] of Object.entries({ ...query, access_token: token })) url.searchParams.set(name, value);
    return url;
  };

  const calling = (
    ms: number,
    query: Readonly<Record<string, string>>,
    request: Omit<Request, 'url'>,
  ): Promise<Reply> => {
    const { path } = request;
    const once = (token: string, signal: AbortSignal): Promise<Reply> =>
      exchange({ ...request, url: addressOf(path, query, token), signal });
    return withToken(tokens, { path, ms, isWorthless: isWorthlessToken, once });
  };

  return {
    token: () => tokens.get(),
    async call(method, path, schema, body, query = {}) {
      return read(path, schema, await calling(TIMEOUT_MS, query, { path, method, body }));
    },
    async upload(kind, name, bytes) {
      const form = new FormData();
      form.set('media', new Blob([new Uint8Array(bytes)]), plain(name));
      try {
        const reply = await calling(UPLOAD_MS, { type: kind }, { path: UPLOAD, body: form });
        return read(UPLOAD, media, reply).media_id;
      } catch (error) {
        throw beforeSending(error);
      }
    },
    async download(mediaId) {
      const once = async (token: string, signal: AbortSignal): Promise<Content> => {
        const url = addressOf(MEDIA, { media_id: mediaId }, token);
        const response = await fetch(url, { redirect: 'error', signal });
        if (response.ok && response.body !== null && isContent(response.headers))
          return { stream: response.body, name: fileNameOf(response.headers) };
        throw failureIn(MEDIA, await replyOf(response)) ?? new WeComError(MEDIA, 'no content', { failure: 'unknown' });
      };
      try {
        return await withToken(tokens, { path: MEDIA, ms: DOWNLOAD_MS, isWorthless: isWorthlessToken, once });
      } catch (error) {
        return { problem: codeOf(error) === NO_MEDIA ? 'expired' : 'unreadable' };
      }
    },
  };
}

/** Content comes as a file; what went wrong comes as JSON and is none. */
const isContent = (headers: Headers): boolean =>
  headers.has('content-disposition') || !/^$|json|text/u.test(headers.get('content-type') ?? '');

/** Of an answer that is no content and thus small. */
async function replyOf(response: Response): Promise<Pick<Reply, 'status' | 'body'>> {
  const body: unknown = await response.json().catch(() => undefined);
  return { status: response.status, body };
}
