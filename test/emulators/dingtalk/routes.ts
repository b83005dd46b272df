import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import { answer, ordered } from './api.ts';
import type { Answer, Asked, DingTalk, Upload } from './api-method.ts';
import type { Failure } from './emulator.ts';
import { deferred, isObject, parsed, type Json } from '../json.ts';

async function bytesOf(request: IncomingMessage): Promise<Buffer> {
  const chunks: Buffer[] = [];
  for await (const chunk of request) chunks.push(chunk as Buffer);
  return Buffer.concat(chunks);
}

interface Read {
  readonly body: unknown;
  readonly args: Json;
  readonly uploads: Readonly<Record<string, Upload>>;
}

async function readParts(type: string, bytes: Buffer): Promise<Read> {
  const form = await new Response(new Uint8Array(bytes), { headers: { 'content-type': type } }).formData();
  const fields: Record<string, unknown> = {};
  const uploads: Record<string, Upload> = {};
  for (const [name, value] of form.entries()) {
    if (typeof value === 'string') {
      fields[name] = value;
      continue;
    }
    uploads[name] = { name: value.name, bytes: new Uint8Array(await value.arrayBuffer()) };
    fields[name] = { name: value.name, size: value.size };
  }
  return { body: fields, args: fields, uploads };
}

async function read(type: string, bytes: Buffer): Promise<Read> {
  if (type.startsWith('multipart/form-data')) return readParts(type, bytes);
  const text = bytes.toString();
  const body = type.startsWith('application/x-www-form-urlencoded')
    ? Object.fromEntries(new URLSearchParams(text))
    : parsed(text);
  return { body, args: isObject(body) ? body : {}, uploads: {} };
}

async function askedBy(ding: DingTalk, request: IncomingMessage, failure: Failure | null): Promise<Asked> {
  const url = new URL(request.url ?? '/', ding.url);
  const bytes = await bytesOf(request);
  const headers = Object.entries(request.headers).map(([name, value]): [string, string] => [name, String(value)]);
  return {
    method: request.method ?? 'GET',
    path: url.pathname,
    query: Object.fromEntries(url.searchParams),
    headers: Object.fromEntries(headers),
    ...(await read(request.headers['content-type'] ?? '', bytes)),
    size: bytes.length,
    undelivered: failure !== null && 'undelivered' in failure ? failure.undelivered : null,
  };
}

function file({ state }: DingTalk, path: string): Answer {
  const found = state.downloads.get(path.slice('/files/'.length));
  if (found === undefined) return { status: 404, text: 'Not Found' };
  return { status: 200, bytes: found.bytes, headers: { 'content-type': 'application/octet-stream' } };
}

/** Does it after so long by the machine's clock, or when the emulator closes. */
function later(ms: number, work: () => void, timers: Set<() => void>): void {
  const run = (): void => {
    clearTimeout(timer);
    timers.delete(run);
    work();
  };
  const timer = setTimeout(run, ms);
  timers.add(run);
}

const pathOf = (request: IncomingMessage): string => (request.url ?? '/').split('?')[0] ?? '/';

async function handle(ding: DingTalk, request: IncomingMessage, timers: Set<() => void>): Promise<Answer> {
  const { state, faults } = ding;
  const failure = faults.next(`${request.method ?? 'GET'} ${pathOf(request)}`);
  const asked = await askedBy(ding, request, failure);
  const isFile = asked.method === 'GET' && asked.path.startsWith('/files/');
  const instead = failure === null ? null : ordered(state, failure);
  const given = instead ?? (isFile ? file(ding, asked.path) : await answer(ding, asked));
  const { method, path, query, headers, body } = asked;
  state.calls.push({ method, path, query, headers, body, status: given.status });
  if (failure !== null && 'slowMs' in failure) {
    const { promise, resolve } = deferred<null>();
    later(
      failure.slowMs,
      () => {
        resolve(null);
      },
      timers,
    );
    await promise;
  }
  return failure !== null && 'lost' in failure ? { ...given, isCut: true } : given;
}

function write(request: IncomingMessage, response: ServerResponse, given: Answer): void {
  if (given.isCut === true) {
    request.socket.resetAndDestroy();
    return;
  }
  const content = given.bytes ?? given.text ?? JSON.stringify(given.json ?? {});
  const type = given.json === undefined ? 'text/plain; charset=utf-8' : 'application/json; charset=utf-8';
  response.writeHead(given.status, { 'content-type': type, ...given.headers });
  response.end(content);
}

/** The server; `ding` is asked for when the first request comes, after it listens. `timers`: slow answers that are under way. */
export function createRoutes(ding: () => DingTalk, timers: Set<() => void>): Server {
  const server = createServer((request, response) => {
    const work = async (): Promise<void> => {
      try {
        write(request, response, await handle(ding(), request, timers));
      } catch (error) {
        // A fault of the emulator's own must not look like one of DingTalk's.
        response.writeHead(599, { 'content-type': 'text/plain' });
        response.end(error instanceof Error ? (error.stack ?? error.message) : 'unknown');
      }
    };
    void work();
  });
  server.on('upgrade', (request, socket, head) => {
    const { state, faults, sockets } = ding();
    const failure = pathOf(request) === '/connect' ? faults.next('GET /connect') : { status: 404 };
    const instead = failure === null ? null : ordered(state, failure);
    const upgrade = (): void => {
      sockets.upgrade(request, socket, head);
    };
    if (failure !== null && 'slowMs' in failure) later(failure.slowMs, upgrade, timers);
    else if (instead === null) upgrade();
    else if (instead.isCut === true) socket.destroy();
    else socket.end(`HTTP/1.1 ${instead.status} Refused\r\n\r\n`);
  });
  return server;
}
