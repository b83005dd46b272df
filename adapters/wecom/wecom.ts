import express from 'express';
import type { Clock } from '../../src/clock.ts';
import type { Locale } from '../../src/domain/directory.ts';
import { DeliveryError, SetupError, StoreUnavailable } from '../../src/errors.ts';
import type { Files } from '../../src/files/file.ts';
import type { Ids } from '../../src/ids.ts';
import type { Log } from '../../src/log.ts';
import { text } from '../../src/text/text.ts';
import type { Adapter, Capabilities, Entrance, Sink } from '../adapter.ts';
import type { Signer } from '../shared/signed.ts';
import { createParts } from './assembly.ts';
import { MAX_TEXT, wecomLimits } from './limits.ts';
import { menuOf } from './menu.ts';
import { spotOf } from './places.ts';
import { createRoutes } from './routes.ts';
import type { WeComSettings } from './settings.ts';
import type { WeComStore } from './store.ts';

/** Between two tries to reach WeCom at the start, ms. */
const AGAIN_MS = 15_000;

export interface WeComOptions {
  readonly settings: WeComSettings;
  readonly store: WeComStore;
  readonly files: Files;
  readonly clock: Clock;
  readonly ids: Ids;
  readonly log: Log;
  /** The vault: what proves that pages and sessions are ours. */
  readonly signer: Signer;
  /** Where people reach this process, without a trailing slash. */
  readonly publicUrl: () => string;
  readonly locale: Locale;
  /** Hears of what failed after it was acknowledged, or that nobody sends again. */
  readonly onFailure: (error: unknown) => void;
}

/** WeCom: the app, the smart bot, and message pushes of groups that do without both. */
export interface WeCom extends Entrance {
  load(): Promise<readonly Adapter[]>;
}

const CARDS: Capabilities = {
  update: 'by-grant',
  // A card bears a task id that WeCom takes once; words bear nothing.
  idempotentSend: false,
  privateInGroup: true,
  buttons: true,
  forms: true,
  images: false,
  threads: false,
  maxText: MAX_TEXT,
};
/** Where nothing can be pressed, and nothing that stands can be changed. */
const WORDS: Capabilities = { ...CARDS, update: false, privateInGroup: false, buttons: false, forms: false };

const CAN: Readonly<Record<ReturnType<typeof spotOf>['kind'], Capabilities>> = {
  person: CARDS,
  duty: { ...CARDS, calls: true },
  chat: CARDS,
  group: WORDS,
  push: WORDS,
};

export function createWeCom(options: WeComOptions): WeCom {
  const { store, clock, log, locale, onFailure } = options;
  let sink: Sink | null = null;
  let state: 'stopped' | 'waiting' | 'refused' | 'ready' = 'stopped';
  let cancel: (() => void) | null = null;
  /** Whether this process sends for the app: only then the smart bot is connected, as WeCom allows it once. */
  let isHeld = false;

  const refused = (key: 'credentials_refused' | 'bot_refused', code: string): string =>
    text({ locale, timeZone: 'UTC', now: clock.now() }, `wecom.${key}`, { code });

  const parts = createParts({
    ...options,
    sink: () => {
      if (sink === null) throw new StoreUnavailable(new Error('WeCom is not taken in from now'));
      return sink;
    },
    isOpen: () => sink !== null,
    refused: (code) => refused('bot_refused', code),
  });
  const { app, bot, posting, people } = parts;

  const router = express.Router();
  if (app !== null) {
    router.use(app.pages.router);
    router.use(
      createRoutes({
        app: app.settings,
        clock,
        log,
        handle: app.heard,
        isOpen: () => sink !== null,
        seen: (what) => {
          store.see(what, clock.now()).catch(onFailure);
        },
        onFailure,
      }),
    );
  }

  /** Asks for a token; false: WeCom cannot be reached now. @throws SetupError when the credentials are refused. */
  const introduce = async (): Promise<boolean> => {
    if (app === null) {
      state = 'ready';
      return true;
    }
    try {
      await app.client.token();
      state = 'ready';
      return true;
    } catch (error) {
      if (!(error instanceof DeliveryError) || error.failure !== 'auth') return false;
      state = 'refused';
      throw new SetupError(refused('credentials_refused', error.message));
    }
  };

  /** Below the app's chat, once somebody hears what is pressed there. */
  const putMenu = async (): Promise<void> => {
    if (app !== null && sink !== null && state === 'ready') await app.setMenu(menuOf(locale)).catch(onFailure);
  };

  const again = (): void => {
    state = 'waiting';
    cancel = clock.after(AGAIN_MS, () => {
      cancel = null;
      introduce().then(
        (isReached) => {
          if (isReached) return putMenu();
          if (state === 'waiting') again();
          return undefined;
        },
        // Refused: `health` says so from now on.
        () => undefined,
      );
    });
  };

  const follow = (): void => {
    if (bot === null) return;
    const isWanted = isHeld && sink !== null;
    (isWanted ? bot.open() : bot.close()).catch((error: unknown) => {
      if (error instanceof SetupError) log.error('WeCom refuses the smart bot', { platform: 'wecom', err: error });
      else onFailure(error);
    });
  };

  const adapter: Adapter = {
    platform: 'wecom',
    app: 'wecom',
    capabilities: ({ conversation }) => CAN[spotOf(conversation).kind],
    limits: wecomLimits,
    subjects: ({ conversation }, visibleTo) => {
      const spot = spotOf(conversation);
      const member = visibleTo ?? (spot.kind === 'person' ? spot.user : null);
      // What one person alone is shown stands in their own chat.
      return { member, robot: null, ...(visibleTo !== undefined && { conversation: visibleTo }) };
    },
    routes: null,
    async start() {
      if (!(await introduce())) again();
    },
    async stop() {
      cancel?.();
      cancel = null;
      state = 'stopped';
    },
    send: ({ conversation }, message, key, visibleTo) => posting.send(conversation, message, key, visibleTo),
    update: (_address, ref, message, key, grant) => posting.update(ref, message, key, grant),
    withdraw: (_address, ref) => posting.withdraw(ref),
    held(is) {
      isHeld = is;
      follow();
    },
    reply: (grant, message, key) => posting.reply(grant, message, key),
    replyCounts: () => true,
    lookUp: (user) => people.lookUp(user),
    health: () => {
      if (state === 'ready') return { ok: true, detail: (isHeld ? bot?.why() : null) ?? 'ok' };
      const detail = { refused: 'the credentials were refused', waiting: 'not reached yet', stopped: 'not started' };
      return { ok: false, detail: detail[state] };
    },
  };

  return {
    platform: 'wecom',
    routes: { path: '/', router },
    load: () => Promise.resolve([adapter]),
    async open(to) {
      sink = to;
      follow();
      await putMenu();
    },
    async close() {
      await bot?.close();
      await app?.idle();
      sink = null;
    },
    health: () => ({ ok: state !== 'refused', detail: state === 'refused' ? 'the credentials were refused' : 'ok' }),
  };
}
