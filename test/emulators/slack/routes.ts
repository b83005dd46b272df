import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import { callMethod, tooMany } from './api.ts';
import { isObject, type Json } from './block-kit-rules.ts';
import type { Slack } from './events.ts';
import type { Faults } from './faults.ts';
import { authorize } from './oauth.ts';
import { respond } from './response-urls.ts';
import { parsed } from './wire.ts';

/** A request, read. */
export interface Asked {
  /** Of the header `Authorization`; empty: there is none. */
  readonly token: string;
  readonly args: Json;
}

export interface Answer {
  readonly status: number;
  readonly json?: Json;
  readonly text?: string;
  readonly bytes?: Uint8Array;
  readonly headers?: Readonly<Record<string, string>>;
  /** Nothing is answered; the connection ends. */
  readonly isCut?: boolean;
}

const NOT_FOUND: Answer = { status: 404, text: 'Not Found' };

async function bodyOf(request: IncomingMessage): Promise<Buffer> {
  const chunks: Buffer[] = [];
  for await (const chunk of request) chunks.push(chunk as Buffer);
  return Buffer.concat(chunks);
}

interface Part {
  readonly name: string;
  readonly value: string | Blob;
}

async function multipart(type: string, body: Buffer): Promise<Part[]> {
  const form = await new Response(new Uint8Array(body), { headers: { 'content-type': type } }).formData();
  return [...form.entries()].map(([name, value]) => ({ name, value }));
}

/** Arguments of a call: from a form, from JSON, from a form of several parts, or from the query. */
async function argsOf(request: IncomingMessage, url: URL, body: Buffer): Promise<Json> {
  const type = request.headers['content-type'] ?? '';
  const query = Object.fromEntries(url.searchParams);
  if (type.startsWith('application/json')) {
    const json = parsed(body.toString());
    return isObject(json) ? { ...query, ...json } : query;
  }
  if (type.startsWith('multipart/form-data')) {
    const parts = await multipart(type, body);
    return { ...query, ...Object.fromEntries(parts.map(({ name, value }) => [name, value])) };
  }
  return { ...query, ...Object.fromEntries(new URLSearchParams(body.toString())) };
}

const tokenOf = (request: IncomingMessage): string =>
  /^Bearer (\S+)$/.exec(request.headers.authorization ?? '')?.[1] ?? '';

/** What somebody gets who may not see a file: a page, with status 200. */
const LOGIN: Answer = {
  status: 200,
  text: '<!DOCTYPE html><html><head><title>Sign in | Slack</title></head><body><form id="signin_form"></form></body></html>',
  headers: { 'content-type': 'text/html; charset=utf-8' },
};

function download(slack: Slack, path: string, token: string): Answer {
  const { state } = slack;
  const [team = '', id = ''] = path.split('/')[2]?.split('-') ?? [];
  const file = state.files.get(id);
  if (file === undefined || file.team !== team) return NOT_FOUND;
  const reader = [...state.teams.values()].find((t) => t.botToken === token && t.id === file.team);
  const mayRead = reader?.scopes.includes('files:read') === true && !state.revoked.has(reader.id);
  if (!mayRead) return LOGIN;
  return { status: 200, bytes: file.content, headers: { 'content-type': file.mimetype } };
}

async function upload(slack: Slack, id: string, request: IncomingMessage, body: Buffer): Promise<Answer> {
  const file = slack.state.files.get(id);
  if (file === undefined || file.isThere) return NOT_FOUND;
  const type = request.headers['content-type'] ?? '';
  const parts = type.startsWith('multipart/form-data') ? await multipart(type, body) : [];
  const blob = parts.find((part): part is Part & { value: Blob } => typeof part.value !== 'string');
  const content = blob === undefined ? new Uint8Array(body) : new Uint8Array(await blob.value.arrayBuffer());
  if (content.length !== file.size) return { status: 400, text: 'length does not match' };
  file.content = content;
  file.isThere = true;
  return { status: 200, text: `OK - ${content.length}` };
}

/** Runs what may have been ordered to fail; `name` as in `fails`. */
async function guarded(faults: Faults, name: string, work: () => Answer | Promise<Answer>): Promise<Answer> {
  const failure = faults.next(name);
  if (failure === null) return work();
  if ('lost' in failure) return { ...(await work()), isCut: true };
  if ('cut' in failure) return { status: 0, isCut: true };
  if ('status' in failure) return { status: failure.status, text: failure.body ?? '' };
  if ('retryAfter' in failure) return tooMany(failure.retryAfter);
  return { status: 404, json: { ok: false, error: failure.error } };
}

async function route(slack: Slack, faults: Faults, request: IncomingMessage): Promise<Answer> {
  const url = new URL(request.url ?? '/', slack.url);
  const body = await bodyOf(request);
  const path = url.pathname;
  const token = tokenOf(request);
  const isPost = request.method === 'POST';
  if (path.startsWith('/api/'))
    return callMethod(slack, faults, path.slice('/api/'.length), { token, args: await argsOf(request, url, body) });
  if (isPost && /^\/(?:actions|commands)\//.test(path))
    return guarded(faults, 'response_url', async () => respond(slack, path, await argsOf(request, url, body)));
  if (isPost && path.startsWith('/upload/v1/'))
    return guarded(faults, 'upload', () => upload(slack, path.slice('/upload/v1/'.length), request, body));
  if (!isPost && path.startsWith('/files-pri/')) return guarded(faults, 'download', () => download(slack, path, token));
  if (!isPost && path === '/oauth/v2/authorize') {
    const back = authorize(slack.state, url.searchParams);
    return back === null ? { status: 400, text: 'invalid app' } : { status: 302, headers: { location: back } };
  }
  return NOT_FOUND;
}

function write(slack: Slack, response: ServerResponse, answer: Answer): void {
  if (answer.isCut === true) {
    response.destroy();
    return;
  }
  const content = answer.bytes ?? answer.text ?? JSON.stringify(answer.json ?? {});
  const type = answer.json === undefined ? 'text/plain' : 'application/json; charset=utf-8';
  response.writeHead(answer.status, {
    date: slack.state.clock.now().toUTCString(),
    'content-type': type,
    ...answer.headers,
  });
  response.end(content);
}

/** The server; `slack` is asked for when the first request comes, after it listens. */
export const createRoutes = (slack: () => Slack, faults: Faults): Server =>
  createServer((request, response) => {
    const handle = async (): Promise<void> => {
      try {
        write(slack(), response, await route(slack(), faults, request));
      } catch (error) {
        // A fault of the emulator's own must not look like one of Slack's.
        response.writeHead(599, { 'content-type': 'text/plain' });
        response.end(error instanceof Error ? (error.stack ?? error.message) : 'unknown');
      }
    };
    void handle();
  });
