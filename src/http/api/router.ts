import express, { type ErrorRequestHandler, type Request, type Response, type Router } from 'express';
import { Problem, sendProblem } from '../../../adapters/shared/problem.ts';
import type { ApiKey } from '../../storage/api-keys.ts';
import type { Answer, Endpoint } from './endpoint.ts';
import { mustBeJson, parseJson, readBody } from './json.ts';
import { createKeys, type Keys } from './keys.ts';
import { openApi } from './openapi.ts';
import type { ApiPorts } from './ports.ts';
import { createRate, type Rate } from './rate.ts';
import { endpoints } from './registry.ts';

/** `/api`: the REST API and the document that describes it. */
export function apiRoutes(ports: ApiPorts): Router {
  const router = express.Router();
  const keys = createKeys(ports.keys, ports.clock);
  const rate = createRate(ports.clock);
  const all = endpoints(ports.verbs);
  const document = JSON.stringify(openApi(all));
  router.get('/api/openapi.json', (_request, response) => {
    response.type('json').send(document);
  });
  for (const endpoint of all) {
    router[endpoint.method](pattern(endpoint.path), async (request, response) => {
      const key = await admitted(request, response, { keys, rate, endpoint });
      const body = endpoint.body === null ? undefined : await jsonOf(request);
      const { params, headers } = request;
      send(response, await endpoint.handle({ params, query: queryOf(request.url), headers, body }, { key, ports }));
    });
  }
  for (const path of new Set(all.map((endpoint) => endpoint.path))) {
    const methods = all.filter((endpoint) => endpoint.path === path).map((endpoint) => endpoint.method.toUpperCase());
    router.all(pattern(path), (_request, response) => {
      response.set('Allow', methods.join(', '));
      throw new Problem(405, `Use ${methods.join(' or ')} here.`);
    });
  }
  router.use('/api', refuse);
  return router;
}

/** Express' way to write a path of OpenAPI. */
const pattern = (path: string): string => path.replaceAll(/\{(\w+)\}/g, ':$1');

interface Gate {
  readonly keys: Keys;
  readonly rate: Rate;
  readonly endpoint: Endpoint;
}

/** Who calls. Throws a `Problem`: nobody we know, too often, or not what the key is for. */
async function admitted(request: Request, response: Response, { keys, rate, endpoint }: Gate): Promise<ApiKey> {
  const key = await keys.of(request.headers.authorization);
  if (key === null) {
    response.set('WWW-Authenticate', 'Bearer');
    throw new Problem(401, 'Send a key that is good: Authorization: Bearer gd_...');
  }
  const wait = rate.take(key._id, key.rate);
  if (wait > 0) {
    response.set('Retry-After', String(wait));
    throw new Problem(429, `This key may do ${key.rate} requests a second; try again in ${wait} s.`);
  }
  if (!key.scopes.includes(endpoint.scope))
    throw new Problem(403, `This key lacks the scope ${endpoint.scope}.`, [], null, 'scope');
  return key;
}

async function jsonOf(request: Request): Promise<unknown> {
  mustBeJson(request);
  return parseJson(await readBody(request));
}

/** The parameters behind the question mark; one that stands there several times is a list. */
function queryOf(url: string): Readonly<Record<string, unknown>> {
  const mark = url.indexOf('?');
  const found = new Map<string, string | string[]>();
  for (const [name, value] of new URLSearchParams(mark === -1 ? '' : url.slice(mark + 1))) {
    const before = found.get(name);
    found.set(name, before === undefined ? value : [before, value].flat());
  }
  return Object.fromEntries(found);
}

function send(response: Response, { status, body, headers = {} }: Answer): void {
  response.writeHead(status, {
    ...headers,
    'Content-Type': 'application/json; charset=utf-8',
    'Cache-Control': 'no-store',
  });
  response.end(JSON.stringify(body));
}

const refuse: ErrorRequestHandler = (error: unknown, _request, response, next) => {
  if (error instanceof Problem && !response.headersSent) {
    response.set('Cache-Control', 'no-store');
    sendProblem(response, error);
  } else next(error);
};
