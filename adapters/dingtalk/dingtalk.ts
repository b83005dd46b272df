import express from 'express';
import * as z from 'zod';
import type { Clock } from '../../src/clock.ts';
import type { Locale } from '../../src/domain/directory.ts';
import { DeliveryError, SetupError } from '../../src/errors.ts';
import type { Files } from '../../src/files/file.ts';
import type { Ids } from '../../src/ids.ts';
import type { Log } from '../../src/log.ts';
import { text } from '../../src/text/text.ts';
import type { Adapter, Capabilities, Entrance, Sink } from '../adapter.ts';
import type { Signer } from '../shared/signed.ts';
import { createApp, type DingTalkApp } from './app.ts';
import { CARD_PATH, createRoutes } from './routes.ts';
import { dingtalkLimits, dingtalkQuota, MAX_TEXT } from './limits.ts';
import { isGroup, robotOf } from './places.ts';
import { createRobots } from './robots.ts';
import { robotBody } from './action-card.ts';
import type { DingTalkSettings } from './settings.ts';
import type { DingTalkStore } from './store.ts';
import { createStream, type Stream } from './stream.ts';

/** Between two tries to reach DingTalk at the start, ms. */
const AGAIN_MS = 15_000;
/** What `doctor` reads is noted at most this often, ms. */
const NOTE_MS = 60_000;
/** Under which name the address of presses is known to DingTalk (HTTP mode). */
const ROUTE_KEY = 'gongdan';

export interface DingTalkOptions {
  readonly settings: DingTalkSettings;
  readonly store: DingTalkStore;
  readonly files: Files;
  readonly clock: Clock;
  readonly ids: Ids;
  readonly log: Log;
  /** The vault: what proves grants, and what signs presses in HTTP mode. */
  readonly signer: Signer;
  /** Where people reach this process, without a trailing slash. */
  readonly publicUrl: () => string;
  readonly locale: Locale;
  /** Hears of what failed after it was acknowledged, or that nobody sends again. */
  readonly onFailure: (error: unknown) => void;
}

/** DingTalk: one app, by Stream or by HTTP, and the custom robots of groups that do without it. */
export interface DingTalk extends Entrance {
  load(): Promise<readonly Adapter[]>;
}

/** What a custom robot's group can do: it hears nothing, and nothing that stands there can be changed. */
const ROBOT_CAN: Capabilities = {
  update: false,
  idempotentSend: true,
  privateInGroup: false,
  buttons: false,
  forms: false,
  images: false,
  threads: false,
  maxText: MAX_TEXT,
};

export function createDingTalk(options: DingTalkOptions): DingTalk {
  const { settings, store, clock, log, locale, signer, publicUrl, onFailure } = options;
  const robots = createRobots(settings.robots, settings.oapiUrl, clock);
  let sink: Sink | null = null;
  let state: 'stopped' | 'waiting' | 'refused' | 'ready' = 'stopped';
  let cancel: (() => void) | null = null;
  let notedAt = Number.NEGATIVE_INFINITY;

  const refused = (code: string): string =>
    text({ locale, timeZone: 'UTC', now: clock.now() }, 'dingtalk.credentials_refused', { code });

  const note = (what: 'heardAt' | 'refusedAt'): void => {
    if (what === 'heardAt' && clock.monotonic() - notedAt < NOTE_MS) return;
    if (what === 'heardAt') notedAt = clock.monotonic();
    store.see(what, clock.now()).catch(onFailure);
  };

  const opened = (): Sink => {
    if (sink === null) throw new Error('DingTalk is not taken in from now');
    return sink;
  };

  const app: DingTalkApp | null =
    settings.app === null
      ? null
      : createApp({
          ...options,
          app: settings.app,
          sink: opened,
          heard: () => {
            note('heardAt');
          },
        });

  const stream: Stream | null =
    app === null || settings.app === null || settings.mode === 'http'
      ? null
      : createStream({
          app: settings.app,
          apiUrl: settings.apiUrl,
          clock,
          log,
          random: () => options.ids.random(),
          on: { robot: app.robot, card: app.card, event: app.event },
          refused,
          onFailure,
        });

  const router = express.Router();
  const cardSecret = (): string => signer.sign('dingtalk-card');
  if (app !== null && settings.app !== null && settings.mode === 'http')
    router.use(
      createRoutes({
        clientSecret: settings.app.clientSecret,
        clock,
        log,
        handle: { robot: app.robot, card: app.card },
        cardSecret,
        isOpen: () => sink !== null,
        seen: note,
        onFailure,
      }),
    );

  /** Asks for a token; false: DingTalk cannot be reached now. @throws SetupError when the credentials are refused. */
  const introduce = async (of: DingTalkApp): Promise<boolean> => {
    try {
      await of.client.token();
      state = 'ready';
      return true;
    } catch (error) {
      if (!(error instanceof DeliveryError) || error.failure !== 'auth') return false;
      state = 'refused';
      throw new SetupError(refused(error.message));
    }
  };

  const again = (of: DingTalkApp): void => {
    state = 'waiting';
    cancel = clock.after(AGAIN_MS, () => {
      cancel = null;
      introduce(of).then(
        (reached) => {
          if (!reached && state === 'waiting') again(of);
        },
        // Refused: `health` says so from now on.
        () => undefined,
      );
    });
  };

  const inApp = (): DingTalkApp => {
    if (app === null) throw new DeliveryError('gone', 'no app of DingTalk is set up, only custom robots');
    return app;
  };

  /** Calls that delivery had a permit for, and those beside them that it knows of. */
  const known = { permitted: 0, beside: 0 };
  const permitted = <T>(call: Promise<T>): Promise<T> => {
    known.permitted += 1;
    return call;
  };
  const beside = (): number => {
    const more = Math.max(0, (app?.client.counted() ?? 0) - known.permitted - known.beside);
    known.beside += more;
    return more;
  };

  const adapter: Adapter = {
    platform: 'dingtalk',
    app: 'dingtalk',
    capabilities: ({ conversation }) =>
      robotOf(conversation) === null ? (app?.capabilities() ?? ROBOT_CAN) : ROBOT_CAN,
    limits: dingtalkLimits(settings),
    quota: { ...dingtalkQuota(settings), beside },
    subjects: ({ conversation }, visibleTo) => ({
      member: visibleTo ?? (isGroup(conversation) || robotOf(conversation) !== null ? null : conversation),
      robot: robotOf(conversation),
    }),
    routes: null,
    async start() {
      if (app === null) state = 'ready';
      else if (!(await introduce(app))) again(app);
    },
    async stop() {
      cancel?.();
      cancel = null;
      state = 'stopped';
    },
    async send({ conversation }, message, key, visibleTo) {
      const robot = robotOf(conversation);
      if (robot === null) return permitted(inApp().posting.send(conversation, message, key, visibleTo));
      await robots.send(robot, robotBody(message), key);
      return { id: `robot:${key}` };
    },
    update: (_address, ref, message, key) => permitted(inApp().posting.update(ref, message, key)),
    reply(grant, message, key) {
      const { posting } = inApp();
      const answered = posting.reply(grant.secret, message, key);
      return posting.replyCounts(grant, message) ? permitted(answered) : answered;
    },
    replyCounts: (grant, message) => inApp().posting.replyCounts(grant, message),
    lookUp: (user) => inApp().people.lookUp(user),
    health: () => {
      if (state === 'ready') return { ok: true, detail: app?.rungs.why() ?? 'ok' };
      const detail = { refused: 'the credentials were refused', waiting: 'not reached yet', stopped: 'not started' };
      return { ok: false, detail: detail[state] };
    },
  };

  return {
    platform: 'dingtalk',
    routes: { path: '/', router },
    load: () => Promise.resolve([adapter]),
    async open(to) {
      sink = to;
      if (state === 'refused') return;
      await stream?.open();
      if (app === null || settings.mode !== 'http') return;
      // Where presses go (fact sheet, 4.1); known already is as good.
      const body = {
        callbackRouteKey: ROUTE_KEY,
        callbackUrl: `${publicUrl()}${CARD_PATH}`,
        apiSecret: cardSecret(),
        forceUpdate: true,
      };
      await app.client.api('POST', '/v1.0/card/callbacks/register', z.unknown(), body).catch(onFailure);
    },
    async close() {
      await stream?.close();
      await app?.idle();
      sink = null;
    },
    health: () =>
      stream === null || stream.isConnected()
        ? { ok: true, detail: 'ok' }
        : { ok: false, detail: 'the stream is not connected' },
  };
}
