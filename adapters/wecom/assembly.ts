import * as z from 'zod';
import { text } from '../../src/text/text.ts';
import type { Sink } from '../adapter.ts';
import { within } from '../shared/within.ts';
import { createBotHeard } from './bot-inbound.ts';
import { createBot, type Bot } from './bot.ts';
import { createClient, type Client } from './client.ts';
import { createFilesIn } from './files-in.ts';
import { createHeard } from './inbound.ts';
import { createMedia } from './media.ts';
import { createPages, type Pages } from './pages.ts';
import type { InboundParts } from './parts.ts';
import { createPeople, type People } from './people.ts';
import { createPosting, type Posting } from './posting.ts';
import { createClicked } from './presses.ts';
import { createPushes } from './pushes.ts';
import type { AppEvent } from './schema.ts';
import type { AppSettings } from './settings.ts';
import type { WeComOptions } from './wecom.ts';
import type { Words } from './words.ts';

/** The app's half: null where no app is set up. */
export interface WeComApp {
  readonly settings: AppSettings;
  readonly client: Client;
  readonly pages: Pages;
  /** `stored`: it may be acknowledged. */
  readonly heard: (event: AppEvent, stored: () => void) => Promise<void>;
  /** Puts the menu below the app's chat. */
  setMenu(menu: Readonly<Record<string, unknown>>): Promise<void>;
  /** Resolves when nothing that came is under way any more. */
  idle(): Promise<void>;
}

/** What WeCom's adapter is made of. */
export interface WeComParts {
  readonly app: WeComApp | null;
  readonly bot: Bot | null;
  readonly people: People;
  readonly posting: Posting;
}

export function createParts(
  deps: WeComOptions & {
    readonly sink: () => Sink;
    readonly isOpen: () => boolean;
    /** What the operator reads when the smart bot's secret is refused, by WeCom's code. */
    readonly refused: (code: string) => string;
  },
): WeComParts {
  const { settings, store, files, clock, ids, log, locale, sink, onFailure } = deps;
  const { apiUrl } = settings;
  const client = settings.app === null ? null : createClient({ app: settings.app, apiUrl, clock });
  const people = createPeople(client, clock);
  const words: Words = (key, to) => text({ locale: to, timeZone: 'UTC', now: clock.now() }, `wecom.${key}`, null);

  const pages =
    settings.app === null || client === null
      ? null
      : createPages({ ...deps, app: settings.app, oauthUrl: settings.oauthUrl, client, people });
  // The bot hears what it answers: each knows the other once both are made.
  const handlers: { bot: ReturnType<typeof createBotHeard> | null } = { bot: null };
  const bot =
    settings.bot === null
      ? null
      : createBot({
          settings: settings.bot,
          botUrl: settings.botUrl,
          clock,
          log,
          random: () => ids.random(),
          on: {
            message: (frame) => handlers.bot?.message(frame),
            event: (frame) => handlers.bot?.event(frame),
          },
          refused: deps.refused,
          onFailure,
        });
  const posting = createPosting({
    clock,
    app:
      settings.app === null || client === null || pages === null
        ? null
        : { agentId: settings.app.agentId, client, media: createMedia(client, files, store, clock), pages },
    bot,
    pushes: createPushes(settings.pushes, apiUrl),
    store,
  });
  const parts: InboundParts = {
    app: 'wecom',
    clock,
    log,
    sink,
    store,
    people,
    files: createFilesIn(client, files, apiUrl),
    posting,
    words,
    locale,
    within: (asked, ms, late) => within(clock, asked, ms, late),
    onFailure,
  };
  const clicked = createClicked(parts);
  if (bot !== null) handlers.bot = createBotHeard({ ...parts, clicked, bot: () => bot, met: new Set() });

  const app = (): WeComApp | null => {
    if (settings.app === null || client === null || pages === null) return null;
    const heard = createHeard({ ...parts, clicked });
    const running = new Set<Promise<void>>();
    const { agentId } = settings.app;
    return {
      settings: settings.app,
      client,
      pages,
      heard(event, stored) {
        const worked = heard(event, stored).finally(() => running.delete(worked));
        running.add(worked);
        return worked;
      },
      async setMenu(menu) {
        await client.call('POST', '/cgi-bin/menu/create', z.unknown(), menu, { agentid: String(agentId) });
      },
      async idle() {
        await Promise.allSettled(running);
      },
    };
  };

  return { app: app(), bot, people, posting };
}
