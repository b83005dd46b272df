import express, { type Request, type Response, type Router } from 'express';
import type { Clock } from '../../src/clock.ts';
import { StoreUnavailable } from '../../src/errors.ts';
import type { Log } from '../../src/log.ts';
import { rawBody } from '../shared/raw-body.ts';
import { unpackedJson } from './schema.ts';
import { isFromCard, isFromRobot } from './signature.ts';
import type { Handlers } from './stream.ts';

/** Where DingTalk sends what people say, in HTTP mode. */
export const ROBOT_PATH = '/dingtalk/robot';
/** Where it sends presses. */
export const CARD_PATH = '/dingtalk/card';
/** Bears what `doctor` asks itself: nothing of it is stored, and it says nothing of whether DingTalk's own requests come. */
export const PROBE_HEADER = 'x-gongdan-doctor';
/** More than any message or form holds. */
const MOST_BYTES = 256 * 1024;
/** What `doctor` reads is noted at most this often, ms. */
const NOTE_MS = 60_000;

/** Says nothing in the chat (fact sheet, 6): answers go out as messages of their own. */
const NOTHING = { msgtype: 'empty' };

type Body = Readonly<Record<string, unknown>>;
const isObject = (value: unknown): value is Body =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

/**
 * The HTTP entrance (fact sheet, 4.3 and 6): signature first, which is of the headers alone, then the door, then the answer: 200 only
 * when it is stored. Over plain HTTP anybody on the way could read a pair of headers and use it for an hour.
 */
export function createRoutes(deps: {
  readonly clientSecret: string;
  readonly clock: Clock;
  readonly log: Log;
  readonly handle: Pick<Handlers, 'robot' | 'card'>;
  /** With what presses are signed. */
  readonly cardSecret: () => string;
  /** Whether anything is taken in at the moment. */
  readonly isOpen: () => boolean;
  /** Hears, once in a while, that a signature was right or wrong. */
  readonly seen: (what: 'heardAt' | 'refusedAt') => void;
  /** Hears of what failed that was not the store's. */
  readonly onFailure: (error: unknown) => void;
}): Router {
  const { clock, log, handle, seen } = deps;
  const noted = { heardAt: Number.NEGATIVE_INFINITY, refusedAt: Number.NEGATIVE_INFINITY };

  /** Whether it is the first of its kind for a while. */
  const note = (what: keyof typeof noted): boolean => {
    const now = clock.monotonic();
    if (now - noted[what] < NOTE_MS) return false;
    noted[what] = now;
    seen(what);
    return true;
  };

  const isProven: Readonly<Record<'robot' | 'card', (request: Request) => boolean>> = {
    robot: (request) => {
      const signed = { timestamp: request.get('timestamp') ?? '', signature: request.get('sign') ?? '' };
      return isFromRobot(signed, deps.clientSecret, clock.now());
    },
    card: (request) => {
      const timestamp = request.get('x-ddpaas-signature-timestamp') ?? '';
      const signature = request.get('x-ddpaas-signature') ?? '';
      return isFromCard({ timestamp, signature }, deps.cardSecret(), clock.now());
    },
  };

  const take = async (kind: 'robot' | 'card', request: Request, response: Response): Promise<void> => {
    const isProbe = request.get(PROBE_HEADER) !== undefined;
    if (!isProven[kind](request)) {
      // A flood of them is no flood of lines.
      if (!isProbe && note('refusedAt')) log.warn('a request to the DingTalk address had no valid signature');
      response.status(401).end();
      return;
    }
    if (!isProbe) note('heardAt');
    const raw = await rawBody(request, MOST_BYTES);
    if (raw === null) {
      response.status(413).end();
      return;
    }
    const body = unpackedJson(raw.toString('utf8'));
    if (!isObject(body)) {
      response.status(400).end();
      return;
    }
    if (isProbe) {
      response.status(200).json({ challenge: String(body['challenge']) });
      return;
    }
    if (!deps.isOpen()) {
      response.status(503).end();
      return;
    }
    if (kind === 'card') {
      response.status(200).json((await handle.card(body)) ?? {});
      return;
    }
    const stored = (): void => {
      if (!response.headersSent) response.status(200).json(NOTHING);
    };
    await handle.robot(body, stored);
    stored();
  };

  const router = express.Router();
  const paths = { robot: ROBOT_PATH, card: CARD_PATH } as const;
  for (const kind of ['robot', 'card'] as const)
    router.post(paths[kind], async (request, response) => {
      try {
        await take(kind, request, response);
      } catch (error) {
        const isAway = error instanceof StoreUnavailable;
        if (!isAway) deps.onFailure(error);
        if (!response.headersSent) response.status(isAway ? 503 : 500).end();
      }
    });
  return router;
}
