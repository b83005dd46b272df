import type { Capabilities, Sink } from '../adapter.ts';
import { text } from '../../src/text/text.ts';
import { within } from '../shared/within.ts';
import { createCards } from './cards.ts';
import { createChat } from './chat.ts';
import { createClient, type Client } from './client.ts';
import type { DingTalkOptions } from './dingtalk.ts';
import { createHappened, type Happened } from './events.ts';
import { createFilesIn } from './files-in.ts';
import { createHeard, type Heard } from './inbound.ts';
import { MAX_TEXT } from './limits.ts';
import { createMedia } from './media.ts';
import type { InboundParts } from './parts.ts';
import { createPeople, type People } from './people.ts';
import { createPosting, type Posting } from './posting.ts';
import { createPressed, type Pressed } from './presses.ts';
import { createRungs, type Rungs } from './rungs.ts';
import type { DingTalkSettings } from './settings.ts';
import type { Words } from './words.ts';

/** The one app of the enterprise: what it sends by, and what comes from it. */
export interface DingTalkApp {
  readonly client: Client;
  readonly people: People;
  readonly posting: Posting;
  readonly rungs: Rungs;
  readonly robot: Heard;
  readonly card: Pressed;
  readonly event: Happened;
  capabilities(): Capabilities;
  /** Resolves when nothing that came is under way any more. */
  idle(): Promise<void>;
}

export function createApp(
  deps: DingTalkOptions & {
    readonly app: NonNullable<DingTalkSettings['app']>;
    readonly sink: () => Sink;
    readonly heard: () => void;
  },
): DingTalkApp {
  const { app, settings, store, files, clock, log, signer, locale, onFailure } = deps;
  const { apiUrl, oapiUrl, mode, template } = settings;
  const client = createClient({ app, apiUrl, oapiUrl, clock });
  const rungs = createRungs(template, clock, log);
  const people = createPeople(client, clock);
  const media = createMedia(client, files, store, clock);
  const callback =
    mode === 'http'
      ? ({ callbackType: 'HTTP', callbackRouteKey: 'gongdan' } as const)
      : ({ callbackType: 'STREAM' } as const);
  const cards = createCards({ client, robotCode: app.robotCode, media, callback });
  const chat = createChat(client, app.robotCode, media);
  const posting = createPosting({ clock, signer, oapiUrl, cards, chat, people, rungs, store, onFailure });
  const words: Words = (key, to) => text({ locale: to, timeZone: 'UTC', now: clock.now() }, `dingtalk.${key}`, null);
  const parts: InboundParts = {
    app: 'dingtalk',
    clock,
    log,
    signer,
    sink: deps.sink,
    store,
    people,
    files: createFilesIn(client, app.robotCode, files),
    posting,
    rungs,
    words,
    locale,
    met: new Set(),
    heard: deps.heard,
    within: (asked, ms, late) => within(clock, asked, ms, late),
    onFailure,
  };
  const heard = createHeard(parts);
  const pressed = createPressed(parts);
  const presses = new Set<Promise<unknown>>();
  /** Messages under way by their own ids: a repeat meanwhile, whose files are still being fetched, waits for the same. */
  const running = new Map<string, Promise<void>>();

  return {
    client,
    people,
    posting,
    rungs,
    robot: (data, ack) => {
      const { msgId } = (typeof data === 'object' && data !== null ? data : {}) as { readonly msgId?: unknown };
      const id = typeof msgId === 'string' ? msgId : '';
      const known = running.get(id);
      if (known !== undefined) return known;
      const started = heard(data, ack).finally(() => running.delete(id));
      running.set(id, started);
      return started;
    },
    card: (data) => {
      const worked = pressed(data).finally(() => presses.delete(worked));
      presses.add(worked);
      return worked;
    },
    event: createHappened(parts, client),
    capabilities: () => CAN[rungs.now()],
    async idle() {
      await Promise.allSettled([...running.values(), ...presses]);
    },
  };
}

const CARDS: Capabilities = {
  update: true,
  idempotentSend: true,
  privateInGroup: true,
  buttons: true,
  forms: true,
  images: true,
  threads: false,
  maxText: MAX_TEXT,
};

const CAN: Readonly<Record<ReturnType<Rungs['now']>, Capabilities>> = {
  own: CARDS,
  public: { ...CARDS, forms: false, images: false },
  links: { ...CARDS, forms: false, images: false, update: false, idempotentSend: false, privateInGroup: false },
};
