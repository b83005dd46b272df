import { generateReqId, WsCmd } from '@wecom/aibot-node-sdk';
import type { Clock } from '../../src/clock.ts';
import { SetupError, StoreUnavailable } from '../../src/errors.ts';
import type { Log } from '../../src/log.ts';
import { createLink, notConnected, Refused, type BotFrame, type Link, type LinkListener } from './bot-link.ts';
import type { BotSettings } from './settings.ts';

/** After a connection that could not be had: then twice as long each time, ms. */
const FIRST_MS = 1_000;
const LONGEST_MS = 60_000;
/** A connection that lived so long was a good one: the next is tried at once, ms. */
const STEADY_MS = 10_000;
/** How long whoever took over is left alone, ms: each new connection ends the other one. */
const KICKED_MS = 60_000;
/** Subscribing is watched for how often it is tried (fact sheet, 4.5), ms. */
const REFUSED_MS = 10 * 60_000;

type Body = Readonly<Record<string, unknown>>;

/** What is done with what people say to the bot and press. WeCom says nothing twice: whatever fails is lost. */
export interface BotHandlers {
  message(frame: BotFrame): void | Promise<void>;
  event(frame: BotFrame): void | Promise<void>;
}

/** The smart bot (智能机器人) over its long connection, of which WeCom allows one at a time. What it sends rejects with a `DeliveryError`. */
export interface Bot {
  /** Connects; also at once where it is waiting to. @throws SetupError when bot id or secret are refused; a WeCom that cannot be reached is tried again for ever. */
  open(): Promise<void>;
  /** Resolves when what was under way is done and the connection is closed. */
  close(): Promise<void>;
  isConnected(): boolean;
  /** Null: it is connected. */
  why(): 'not connected' | 'refused' | 'taken over by another connection' | null;
  /** Says something unasked. `chat`: of a group as WeCom writes it, or a user id. */
  send(chat: string, type: 'single' | 'group', body: Body): Promise<void>;
  /** Answers a message. `req`: as it came with it. */
  respond(req: string, body: Body): Promise<void>;
  /** Changes the card that was pressed, for everybody who sees it, within 5 s. */
  update(req: string, card: Body): Promise<void>;
  /** Greets whoever came in, within 5 s. */
  welcome(req: string, body: Body): Promise<void>;
}

/** Why a try failed, in a word that holds nothing of what was sent. */
function reasonOf(error: unknown): string {
  const code = error instanceof Error && 'code' in error ? String(error.code) : '';
  return /^[\w.-]{1,80}$/u.test(code) ? code : 'no answer';
}

/** Supervised by us, one connection of the SDK after the other. */
export function createBot(deps: {
  readonly settings: BotSettings;
  readonly botUrl: string;
  readonly clock: Clock;
  readonly log: Log;
  /** From 0 up to 1. */
  readonly random: () => number;
  readonly on: BotHandlers;
  /** What the operator reads when bot id or secret are refused, by WeCom's code. */
  readonly refused: (code: string) => string;
  /** Hears of what handlers failed with. */
  readonly onFailure: (error: unknown) => void;
}): Bot {
  const { settings, botUrl, clock, log, random, on, onFailure } = deps;
  const platform = 'wecom';
  /** The one that stands or is being opened. */
  let link: Link | null = null;
  let since = 0;
  let isOpen = false;
  let failures = 0;
  let cancel: (() => void) | null = null;
  let trouble: 'refused' | 'taken over by another connection' | null = null;
  const working = new Set<Promise<void>>();

  const report = (error: unknown): void => {
    if (!(error instanceof StoreUnavailable)) onFailure(error);
  };

  const later = (ms: number): void => {
    const retry = (): void => {
      cancel = null;
      connect().catch(failed);
    };
    if (ms === 0) retry();
    else cancel = clock.after(ms, retry);
  };

  const again = (): void => {
    const longest = failures === 0 ? 0 : Math.min(FIRST_MS * 2 ** (failures - 1), LONGEST_MS);
    failures += 1;
    // All bots of the world lose their connection at once when WeCom has a bad day.
    later(longest * (0.5 + random() / 2));
  };

  const listener: LinkListener = {
    opened() {
      since = clock.monotonic();
    },
    pushed(kind, frame) {
      // Also while it closes: nobody else will hear of it.
      const worked = (async () => on[kind](frame))()
        .catch(report)
        .finally(() => working.delete(worked));
      working.add(worked);
    },
    ended(isKicked) {
      link = null;
      trouble = isKicked ? 'taken over by another connection' : null;
      if (isKicked) log.warn('another connection of the same WeCom smart bot took over', { platform });
      if (!isOpen) return;
      if (clock.monotonic() - since >= STEADY_MS) failures = 0;
      if (isKicked) later(KICKED_MS);
      else again();
    },
    puzzled() {
      log.warn('WeCom sent something of a shape that is not known', { platform, what: 'frame' });
    },
  };

  const connect = async (): Promise<void> => {
    link = createLink({ settings, url: botUrl, clock, listener });
    try {
      await link.open();
    } catch (error) {
      link = null;
      throw error;
    }
  };

  const failed = (error: unknown): void => {
    if (!isOpen) return;
    failures = Math.max(failures, 1);
    trouble = error instanceof Refused ? 'refused' : null;
    log.warn('the connection of the WeCom smart bot could not be made and is tried again', {
      platform,
      attempt: failures,
      failure: reasonOf(error),
    });
    if (trouble === 'refused') later(REFUSED_MS);
    else again();
  };

  const ask = (cmd: string, req: string, body: Body): Promise<void> =>
    link === null ? Promise.reject(notConnected(cmd)) : link.ask(cmd, req, body);

  const isConnected = (): boolean => isOpen && link?.isLive() === true;

  return {
    isConnected,
    why: () => (isConnected() ? null : (trouble ?? 'not connected')),
    async open() {
      isOpen = true;
      if (link !== null) return;
      cancel?.();
      cancel = null;
      failures = 0;
      try {
        await connect();
      } catch (error) {
        if (!isOpen || !(error instanceof Refused)) {
          failed(error);
          return;
        }
        isOpen = false;
        trouble = 'refused';
        throw new SetupError(deps.refused(error.code));
      }
    },
    async close() {
      isOpen = false;
      cancel?.();
      cancel = null;
      while (working.size > 0) await Promise.all(working);
      // Opened again meanwhile, it stays.
      if (!isOpen) await link?.end();
    },
    send: (chat, type, body) =>
      ask(WsCmd.SEND_MSG, generateReqId(WsCmd.SEND_MSG), {
        ...body,
        chatid: chat,
        chat_type: type === 'single' ? 1 : 2,
      }),
    respond: (req, body) => ask(WsCmd.RESPONSE, req, body),
    update: (req, card) =>
      ask(WsCmd.RESPONSE_UPDATE, req, { response_type: 'update_template_card', template_card: card }),
    welcome: (req, body) => ask(WsCmd.RESPONSE_WELCOME, req, body),
  };
}
