import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { Duplex } from 'node:stream';
import { asObject, deferred, isObject, parsed } from '../json.ts';
import { answer, ordered } from './api.ts';
import { authorize } from './api-people.ts';
import type { Failure } from './emulator.ts';
import type { Answer, Asked, WeCom } from './method.ts';

const API = '/cgi-bin/';

/** What else the server does. */
export interface Beside {
  /** A file that people sent, by its key; null: none, or not any more. */
  file(key: string): Answer | null;
  upgrade(request: IncomingMessage, socket: Duplex, head: Buffer): void;
}

async function bytesOf(request: IncomingMessage): Promise<Buffer> {
  const chunks: Buffer[] = [];
  for await (const chunk of request) chunks.push(chunk as Buffer);
  return Buffer.concat(chunks);
}

/** The file of a form: in the field `media`. */
async function uploadIn(type: string, bytes: Buffer): Promise<Asked['upload']> {
  const form = await new Response(new Uint8Array(bytes), { headers: { 'content-type': type } }).formData();
  const given = form.get('media');
  if (given === null || typeof given === 'string') return null;
  return { name: given.name, bytes: new Uint8Array(await given.arrayBuffer()) };
}

async function read(request: IncomingMessage, url: URL, invalid: readonly string[]): Promise<Asked> {
  const bytes = await bytesOf(request);
  const type = request.headers['content-type'] ?? '';
  const isForm = type.startsWith('multipart/form-data');
  const raw = isForm ? '' : bytes.toString();
  const body = parsed(raw);
  const headers = Object.entries(request.headers).map(([name, value]): [string, string] => [name, String(value)]);
  return {
    method: request.method ?? 'GET',
    path: url.pathname.startsWith(API) ? url.pathname.slice(API.length) : url.pathname,
    query: Object.fromEntries(url.searchParams),
    headers: Object.fromEntries(headers),
    raw,
    body,
    args: isObject(body) ? body : {},
    upload: isForm ? await uploadIn(type, bytes) : null,
    invalid,
    agentId: 0,
  };
}

/** `slow`: answers that wait for the clock. */
async function waits({ state }: WeCom, ms: number, slow: Set<() => void>): Promise<void> {
  const { promise, resolve } = deferred<null>();
  const end = (): void => {
    stop();
    slow.delete(end);
    resolve(null);
  };
  const stop = state.clock.after(ms, end);
  slow.add(end);
  await promise;
}

async function callApi(wecom: WeCom, request: IncomingMessage, url: URL, slow: Set<() => void>): Promise<Answer> {
  const { state, faults } = wecom;
  const failure: Failure | null = faults.next(url.pathname.slice(API.length));
  const invalid = failure !== null && 'invalid' in failure ? failure.invalid : [];
  const asked = await read(request, url, invalid);
  const given = (failure === null ? null : ordered(failure)) ?? answer(wecom, asked);
  const isLost = failure !== null && 'lost' in failure;
  const errcode = asObject(given.json)['errcode'];
  state.calls.push({
    method: asked.method,
    path: asked.path,
    query: asked.query,
    body: asked.upload === null ? asked.body : { media: asked.upload.name, size: asked.upload.bytes.length },
    status: isLost ? 0 : given.status,
    errcode: typeof errcode === 'number' ? errcode : 0,
  });
  state.touch();
  if (failure === null) return given;
  if ('slowMs' in failure) await waits(wecom, failure.slowMs, slow);
  if ('truncated' in failure) {
    const text = JSON.stringify(given.json ?? {});
    return { status: 200, text: text.slice(0, Math.ceil(text.length / 2)) };
  }
  return isLost ? { ...given, isCut: true } : given;
}

async function handle(wecom: WeCom, beside: Beside, request: IncomingMessage, slow: Set<() => void>): Promise<Answer> {
  const url = new URL(request.url ?? '/', wecom.url);
  if (url.pathname.startsWith(API)) return callApi(wecom, request, url, slow);
  const asked = await read(request, url, []);
  if (url.pathname === '/connect/oauth2/authorize') return authorize(wecom, asked.query, asked.headers);
  if (url.pathname.startsWith('/files/'))
    return beside.file(url.pathname.slice('/files/'.length)) ?? { status: 403, text: 'expired' };
  if (url.pathname.startsWith('/pictures/')) {
    const found = wecom.state.media.get(url.pathname.slice('/pictures/'.length));
    if (found !== undefined) return { status: 200, bytes: found.bytes };
  }
  return { status: 404, text: 'Not Found' };
}

function write(request: IncomingMessage, response: ServerResponse, given: Answer): void {
  if (given.isCut === true) {
    request.socket.resetAndDestroy();
    return;
  }
  const content = given.bytes ?? given.text ?? JSON.stringify(given.json ?? {});
  const type = given.json === undefined ? 'text/plain; charset=utf-8' : 'application/json; charset=UTF-8';
  response.writeHead(given.status, { 'content-type': type, ...given.headers });
  response.end(content);
}

/** The server; `wecom` is asked for when the first request comes, after it listens. */
export function createRoutes(wecom: () => WeCom, beside: Beside, slow: Set<() => void>): Server {
  const server = createServer((request, response) => {
    const work = async (): Promise<void> => {
      try {
        write(request, response, await handle(wecom(), beside, request, slow));
      } catch (error) {
        // A fault of the emulator's own must not look like one of WeCom's.
        response.writeHead(599, { 'content-type': 'text/plain' });
        response.end(error instanceof Error ? (error.stack ?? error.message) : 'unknown');
      }
    };
    void work();
  });
  server.on('upgrade', (request, socket, head) => {
    beside.upgrade(request, socket, head);
  });
  return server;
}
