import { createServer, type RequestListener, type Server } from 'node:http';
import express, { type ErrorRequestHandler, type Express, type RequestHandler } from 'express';
import type { Adapter } from '../../adapters/adapter.ts';
import { Problem, sendProblem } from '../../adapters/shared/problem.ts';
import type { Clock } from '../clock.ts';
import { urlHost } from '../config.ts';
import type { Locale } from '../domain/directory.ts';
import { SetupError, StoreUnavailable } from '../errors.ts';
import type { NoteFault } from '../fault.ts';
import { operator } from '../text/operator.ts';
import { text } from '../text/text.ts';
import { exportRoutes, type OpenExport } from './exports.ts';
import { fileRoutes, type OpenFile } from './files.ts';
import type { Hooks } from './hooks.ts';
import type { Metrics } from './metrics.ts';
import { ticketLinkRoutes } from './ticket-link.ts';

export interface HttpOptions {
  readonly host: string;
  /** 0: the system picks one. */
  readonly port: number;
  readonly locale: Locale;
  readonly noteFault: NoteFault;
  readonly clock: Clock;
  /** The id that this process gives itself, by which it is told from others. */
  readonly process: string;
  readonly metrics: Pick<Metrics, 'scrape'>;
  readonly openFile: OpenFile;
  readonly openExport: OpenExport;
  /** Mounted in this order. */
  readonly routes: readonly NonNullable<Adapter['routes']>[];
  /** Webhooks; they pass by everything else here. */
  readonly hooks?: Hooks;
  /** What keeps the process from doing its work, one line each; empty: ready. */
  readonly unready: () => readonly string[];
  /** What is wrong with one platform while the others do their work, one line each; does not make the process unready. */
  readonly degraded: () => readonly string[];
}

export interface HttpServer {
  /** Binds. Throws a `SetupError` that names the setting to change. */
  start(): Promise<{ readonly url: string; readonly port: number }>;
  /** Takes no more connections, lets requests end for up to 1.5 s, then cuts them. */
  stop(): Promise<void>;
}

/** Below the server's share of the time in which the process ends. */
const DRAIN_MS = 1_500;

/** Of `/healthz`: which process answers. */
export const PROCESS_HEADER = 'x-gongdan-process';

export function createHttpServer(options: HttpOptions): HttpServer {
  const server = createServer(listener(options));
  return {
    start: () => listen(server, options),
    stop: () =>
      new Promise((resolve) => {
        if (!server.listening) {
          resolve();
          return;
        }
        const callOff = options.clock.after(DRAIN_MS, () => {
          server.closeAllConnections();
        });
        server.close(() => {
          callOff();
          resolve();
        });
        server.closeIdleConnections();
      }),
  };
}

/** What a request goes to first. */
function listener(options: HttpOptions): RequestListener {
  const { hooks } = options;
  const app = createApp(options);
  if (hooks === undefined) return app;
  return (request, response) => {
    if (!hooks.mine(request)) {
      app(request, response);
      return;
    }
    const failed = async (error: unknown): Promise<void> => {
      const problem = await unforeseen(error, options, 'POST /hooks/:source');
      if (response.headersSent) response.destroy();
      else sendProblem(response, problem);
    };
    void hooks.handle(request, response).catch(failed);
  };
}

/** The whole application without its socket. */
export function createApp(options: HttpOptions): Express {
  const { metrics, routes, unready, degraded } = options;
  const app = express();
  app.disable('x-powered-by');
  app.use(securityHeaders);
  app.get('/healthz', (_request, response) => {
    response.set(PROCESS_HEADER, options.process).type('text').send('ok\n');
  });
  app.get('/readyz', (_request, response) => {
    const reasons = unready();
    response
      .status(reasons.length === 0 ? 200 : 503)
      .json({ ready: reasons.length === 0, reasons, degraded: degraded() });
  });
  app.get('/metrics', async (_request, response) => {
    const { contentType, body } = await metrics.scrape();
    response.set('Content-Type', contentType).send(body);
  });
  app.use(fileRoutes(options.openFile));
  app.use(exportRoutes(options.openExport));
  app.use(ticketLinkRoutes(options.locale));
  for (const { path, router } of routes) app.use(path, router);
  app.use((_request, response) => {
    sendProblem(response, new Problem(404, 'There is nothing at this address.'));
  });
  app.use(errorHandler(options));
  return app;
}

/** Nothing is loaded from elsewhere and nobody else's page may frame or read ours; a route may set a header anew. */
const securityHeaders: RequestHandler = (_request, response, next) => {
  response.set({
    'Content-Security-Policy':
      "default-src 'self'; img-src 'self' data: blob:; media-src 'self' blob:; style-src 'self' 'unsafe-inline'; object-src 'none'; base-uri 'none'; form-action 'self'; frame-ancestors 'none'",
    'Cross-Origin-Opener-Policy': 'same-origin',
    'Cross-Origin-Resource-Policy': 'same-origin',
    'Referrer-Policy': 'same-origin',
    'X-Content-Type-Options': 'nosniff',
    'X-Frame-Options': 'DENY',
  });
  next();
};

/** Sentences of ours for what the body parser and the router refuse: their own quote the request. */
const REFUSED: Readonly<Record<number, string>> = {
  400: 'The request could not be read.',
  413: 'The request is too large.',
  415: 'The request has a content type that is not supported here.',
};

function errorHandler(options: HttpOptions): ErrorRequestHandler {
  return async (error: unknown, request, response, next) => {
    if (response.headersSent) {
      next(error);
      return;
    }
    if (error instanceof StoreUnavailable) {
      sendProblem(response, new Problem(503, 'The store cannot be reached; nothing was stored. Please try again.'));
      return;
    }
    const status = statusOf(error);
    if (status !== null) {
      sendProblem(response, new Problem(status, REFUSED[status] ?? 'The request was refused.'));
      return;
    }
    sendProblem(response, await unforeseen(error, options, `${request.method} ${routeOf(request)}`));
  };
}

/** Whoever asked gets a sentence and a number, log and store the same number and the place. */
async function unforeseen(
  error: unknown,
  { noteFault }: Pick<HttpOptions, 'noteFault'>,
  what: string,
): Promise<Problem> {
  const number = await noteFault({ where: 'request', what, error });
  const detail = `Something went wrong on our side; the log knows it as ${number}.`;
  return new Problem(500, detail, [], number);
}

/** The 4xx that middleware put on its error; null for everything else. */
function statusOf(error: unknown): number | null {
  if (!(error instanceof Error) || !('status' in error)) return null;
  const { status } = error;
  return typeof status === 'number' && status >= 400 && status < 500 ? status : null;
}

/** The pattern of the route, never the path: paths hold ids. */
function routeOf(request: Parameters<RequestHandler>[0]): string {
  const route: unknown = request.route;
  return typeof route === 'object' && route !== null && 'path' in route ? String(route.path) : '';
}

function listen(server: Server, { host, port, locale }: HttpOptions): ReturnType<HttpServer['start']> {
  return new Promise((resolve, reject) => {
    server.once('error', (error: NodeJS.ErrnoException) => {
      const reader = operator(locale);
      if (error.code === 'EADDRINUSE') reject(new SetupError(text(reader, 'setup.port_in_use', { port, host })));
      else if (error.code === 'EACCES') reject(new SetupError(text(reader, 'setup.port_forbidden', { port })));
      else if (error.code === 'EADDRNOTAVAIL' || error.code === 'ENOTFOUND') {
        reject(new SetupError(text(reader, 'setup.host_unknown', { host })));
      } else reject(error);
    });
    server.listen(port, host, () => {
      const address = server.address();
      const bound = typeof address === 'object' && address !== null ? address.port : port;
      resolve({ url: `http://${urlHost(host)}:${bound}/`, port: bound });
    });
  });
}
