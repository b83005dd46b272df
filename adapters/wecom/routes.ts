import express, { type Request, type Response, type Router } from 'express';
import type { Clock } from '../../src/clock.ts';
import { StoreUnavailable } from '../../src/errors.ts';
import type { Log } from '../../src/log.ts';
import { createEnvelope } from '../shared/envelope.ts';
import { rawBody } from '../shared/raw-body.ts';
import { readXml } from '../shared/xml.ts';
import { addresseeOf, readAppEvent, type AppEvent } from './schema.ts';
import type { AppSettings } from './settings.ts';

/** Where WeCom sends what people say and press in the app's chat, and verifies that we are there. */
export const CALLBACK_PATH = '/wecom/callback';
/** Bears what `doctor` asks itself: it says nothing of whether WeCom's own requests come. */
export const PROBE_HEADER = 'x-gongdan-doctor';
/** More than any message holds. */
const MOST_BYTES = 256 * 1024;
/** What `doctor` reads is noted at most this often, ms. */
const NOTE_MS = 60_000;

type Seen = 'heardAt' | 'refusedAt' | 'verifiedAt';

/**
 * The callback (fact sheet, 2): the envelope first, then the door, then the answer, which is empty and 200 only when it is stored. Whatever is
 * not to be believed gets the same refusal.
 */
export function createRoutes(deps: {
  readonly app: Pick<AppSettings, 'corpId' | 'agentId' | 'token' | 'aesKey'>;
  readonly clock: Clock;
  readonly log: Log;
  /** `stored`: it may be acknowledged. */
  readonly handle: (event: AppEvent, stored: () => void) => Promise<void>;
  /** Whether anything is taken in at the moment. */
  readonly isOpen: () => boolean;
  readonly seen: (what: Seen) => void;
  /** Hears of what failed that was not the store's. */
  readonly onFailure: (error: unknown) => void;
}): Router {
  const { app, clock, log, handle, isOpen, seen, onFailure } = deps;
  const envelope = createEnvelope({ token: app.token, aesKey: app.aesKey, receiver: app.corpId }, clock);
  const noted = new Map<Seen, number>();
  /** What is under way, by its id: WeCom sends the same again when it waits too long. */
  const running = new Map<string, Promise<void>>();

  /** Whether it is the first of its kind for a while. */
  const note = (what: Seen): boolean => {
    const now = clock.monotonic();
    if (now - (noted.get(what) ?? Number.NEGATIVE_INFINITY) < NOTE_MS) return false;
    noted.set(what, now);
    seen(what);
    return true;
  };

  const refuse = (request: Request, response: Response): void => {
    const isProbe = request.get(PROBE_HEADER) !== undefined;
    // A flood of them is no flood of lines.
    if (!isProbe && note('refusedAt')) log.warn('a request to the WeCom address was not signed as it has to be');
    response.status(401).end();
  };

  /** Resolves when it may be acknowledged; what is left to do goes on. */
  const taken = (event: AppEvent): Promise<void> => {
    const before = running.get(event.id);
    if (before !== undefined) return before;
    const mine = new Promise<void>((resolve, reject) => {
      const handled = async (): Promise<void> => handle(event, resolve);
      handled()
        .then(resolve, (error: unknown) => {
          // Acknowledged before: nobody waits for it any more.
          if (!(error instanceof StoreUnavailable)) onFailure(error);
          reject(error instanceof Error ? error : new Error('nothing that could be thrown'));
        })
        .finally(() => running.delete(event.id));
    });
    // Whoever asked first has gone by then, perhaps.
    mine.catch(() => undefined);
    running.set(event.id, mine);
    return mine;
  };

  const router = express.Router();

  router.get(CALLBACK_PATH, (request, response) => {
    const said = envelope.open(request.query, request.query['echostr']);
    // What was delivered is signed in the same way: whoever got hold of it shall not have it opened here.
    if (said === null || said.includes('<')) {
      refuse(request, response);
      return;
    }
    if (request.get(PROBE_HEADER) === undefined) note('verifiedAt');
    response.status(200).type('text/plain').send(said);
  });

  const take = async (request: Request, response: Response): Promise<void> => {
    const raw = await rawBody(request, MOST_BYTES);
    if (raw === null) {
      response.status(413).end();
      return;
    }
    const said = envelope.open(request.query, readXml(raw.toString())?.['Encrypt']);
    const read = said === null ? null : readXml(said);
    if (said === null || (read !== null && !isForUs(read, app))) {
      refuse(request, response);
      return;
    }
    if (request.get(PROBE_HEADER) === undefined) note('heardAt');
    const event = read === null ? null : readAppEvent(read);
    if (event === null) {
      // Sent again it would be no clearer.
      log.warn('WeCom sent something of a shape that is not known', { platform: 'wecom', what: 'callback' });
      response.status(200).end();
      return;
    }
    if (!isOpen()) {
      response.status(503).end();
      return;
    }
    try {
      await taken(event);
      response.status(200).end();
    } catch {
      // Nothing was stored: WeCom sends it again.
      response.status(503).end();
    }
  };

  router.post(CALLBACK_PATH, async (request, response) => {
    try {
      await take(request, response);
    } catch (error) {
      // A body that broke off is nobody's fault, and nobody waits for an answer.
      if (request.complete) onFailure(error);
      if (!response.headersSent) response.status(500).end();
    }
  });

  return router;
}

/** What is encrypted for the corporation may still be another app's, where two share a key. */
function isForUs(
  read: Readonly<Record<string, unknown>>,
  { corpId, agentId }: Pick<AppSettings, 'corpId' | 'agentId'>,
): boolean {
  const { corp, agent } = addresseeOf(read);
  return corp === corpId && (agent === undefined || agent === String(agentId));
}
