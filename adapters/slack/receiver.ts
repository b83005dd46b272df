import { createHmac, timingSafeEqual } from 'node:crypto';
import express, { type Request as HttpRequest, type Response, type Router } from 'express';
import type { Clock } from '../../src/clock.ts';
import type { Log } from '../../src/log.ts';
import { StoreUnavailable } from '../../src/errors.ts';
import { rawBody } from '../shared/raw-body.ts';
import type { Handle } from './bolt.ts';
import type { SlackStore } from './store.ts';

/** Where Slack sends everything: events, commands and interactions. */
export const EVENTS_PATH = '/slack/events';
/** Bears what `doctor` asks itself: it says nothing of whether Slack's own requests come. */
export const PROBE_HEADER = 'x-gongdan-doctor';
/** Timestamps further away are refused, into the past as into the future: https://docs.slack.dev/authentication/verifying-requests-from-slack */
const FRESH_S = 300;
/** The largest payload is a view of 250 KB, written as a form. */
const MOST_BYTES = 2 * 1024 * 1024;
/** What `doctor` reads is noted at most this often, ms. */
const NOTE_MS = 60_000;

/** `v0=` and the HMAC of the raw bytes, in constant time. */
export function isSigned(secret: string, timestamp: string, signature: string, body: Buffer): boolean {
  const mac = createHmac('sha256', secret).update(`v0:${timestamp}:`).update(body).digest('hex');
  const wanted = Buffer.from(`v0=${mac}`);
  const given = Buffer.from(signature);
  return given.length === wanted.length && timingSafeEqual(given, wanted);
}

/** Null: it is neither JSON nor a form that Slack would send. */
export function bodyOf(contentType: string, raw: Buffer): Record<string, unknown> | null {
  const type = contentType.split(';')[0]?.trim().toLowerCase() ?? '';
  const text = raw.toString('utf8');
  try {
    if (type === 'application/x-www-form-urlencoded') {
      const form = new URLSearchParams(text);
      const payload = form.get('payload');
      return payload === null ? Object.fromEntries(form) : asObject(JSON.parse(payload));
    }
    return asObject(JSON.parse(text));
  } catch {
    return null;
  }
}

const asObject = (value: unknown): Record<string, unknown> | null =>
  typeof value === 'object' && value !== null && !Array.isArray(value) ? (value as Record<string, unknown>) : null;

/**
 * The HTTP entrance: signature first, then the door, then the answer: 200 only when it is stored, 500 when the store fails, so that
 * Slack sends it again.
 */
export function createReceiver(deps: {
  readonly signingSecret: string;
  readonly clock: Clock;
  readonly log: Log;
  readonly store: Pick<SlackStore, 'see'>;
  readonly handle: Handle;
  /** Whether anything is taken in at the moment. */
  readonly isOpen: () => boolean;
  readonly onFailure: (error: unknown) => void;
}): Router {
  const { clock, log, store } = deps;
  const noted = { verifiedAt: -Infinity, refusedAt: -Infinity };
  /** Whether it is the first of its kind for a while. */
  const note = (what: keyof typeof noted, request: HttpRequest): boolean => {
    const now = clock.monotonic();
    if (now - noted[what] < NOTE_MS || request.get(PROBE_HEADER) !== undefined) return false;
    noted[what] = now;
    // For `doctor` alone: a request is no worse for it.
    store.see(what, clock.now()).catch(() => undefined);
    return true;
  };

  const isProven = (request: HttpRequest, body: Buffer): boolean => {
    const timestamp = request.get('x-slack-request-timestamp') ?? '';
    const age = Math.abs(clock.now().getTime() / 1_000 - Number(timestamp));
    if (!/^\d{1,12}$/.test(timestamp) || age > FRESH_S) return false;
    return isSigned(deps.signingSecret, timestamp, request.get('x-slack-signature') ?? '', body);
  };

  const answer = (response: Response, carried: unknown): void => {
    if (carried === undefined || carried === null || carried === '') response.status(200).end();
    else if (typeof carried === 'string') response.status(200).type('text/plain').send(carried);
    else response.status(200).json(carried);
  };

  const take = async (request: HttpRequest, response: Response): Promise<void> => {
    const raw = await rawBody(request, MOST_BYTES);
    if (raw === null) {
      response.status(413).end();
      return;
    }
    if (!isProven(request, raw)) {
      // A flood of them is no flood of lines.
      if (note('refusedAt', request)) log.warn('a request to the Slack address had no valid signature');
      response.status(401).end();
      return;
    }
    note('verifiedAt', request);
    const body = bodyOf(request.get('content-type') ?? '', raw);
    if (body === null) {
      response.status(400).end();
      return;
    }
    if (body['type'] === 'url_verification') {
      response.status(200).json({ challenge: String(body['challenge']) });
      return;
    }
    if (body['ssl_check'] === '1') {
      response.status(200).end();
      return;
    }
    if (body['type'] === 'app_rate_limited') {
      log.warn('Slack holds events back: too many came for one workspace within the hour');
      response.status(200).end();
      return;
    }
    if (!deps.isOpen()) {
      response.status(503).end();
      return;
    }
    const retryNum = Number(request.get('x-slack-retry-num') ?? Number.NaN);
    const retryReason = request.get('x-slack-retry-reason');
    const retry = {
      ...(Number.isInteger(retryNum) && { retryNum }),
      ...(retryReason !== undefined && { retryReason }),
    };
    answer(response, await deps.handle({ body, ...retry }));
  };

  const router = express.Router();
  router.post(EVENTS_PATH, async (request, response) => {
    try {
      await take(request, response);
    } catch (error) {
      if (!(error instanceof StoreUnavailable)) deps.onFailure(error);
      if (!response.headersSent) response.status(500).end();
    }
  });
  return router;
}
