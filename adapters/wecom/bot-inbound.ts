import { accountKey } from '../../src/domain/address.ts';
import { StoreUnavailable } from '../../src/errors.ts';
import type { InboundMessage } from '../adapter.ts';
import { ASKS_HELP } from '../shared/help.ts';
import { head } from '../shared/strings.ts';
import type { Bot, BotHandlers } from './bot.ts';
import { botEvent, botMessage, chatOf, pressIn, saidIn, type BotEvent } from './bot-schema.ts';
import { lendPress, lendSaid } from './grants.ts';
import type { Clicked, InboundParts } from './parts.ts';
import { chatAddress, placeOf } from './places.ts';
import type { Words } from './words.ts';

/** Until when a form is waited for that what was typed asks for, ms. */
const FORM_BY_MS = 1_500;
/** How long somebody's name is waited for, ms: nothing is stored before. */
const NAME_MS = 300;
/** How long it may take to find out who is to be told something, ms. */
const WHO_MS = 2_000;
/** Characters of a message that a ticket takes. */
const MOST_TEXT = 20_000;
/** How often it is noted that the bot was heard, ms. */
const NOTE_MS = 60_000;

/** Where something came from, and who it is told to. */
interface From {
  readonly conversation: string;
  readonly user: string;
  /** False: by an id that nobody could tell the user id of. */
  readonly isKnown: boolean;
}

/** What comes over the smart bot's connection. WeCom says nothing twice: what could not be stored its person is told. */
export function createBotHeard(
  parts: InboundParts & {
    readonly clicked: Clicked;
    readonly bot: () => Pick<Bot, 'welcome'>;
    /** Groups in which the bot was heard before. */
    readonly met: Set<string>;
  },
): BotHandlers {
  const { app, clock, log, sink, store, people, files, posting, words, locale, within, onFailure } = parts;
  /** Conversations whose people were told that the bot alone does not know them. */
  const told = new Set<string>();
  let notedAt = -Infinity;

  const puzzled = (what: string): void => {
    log.warn('WeCom sent something of a shape that is not known', { platform: 'wecom', what });
  };

  const heard = (): void => {
    if (clock.monotonic() - notedAt < NOTE_MS) return;
    notedAt = clock.monotonic();
    store.see('botHeardAt', clock.now()).catch((error: unknown) => {
      notedAt = -Infinity;
      if (!(error instanceof StoreUnavailable)) onFailure(error);
    });
  };

  const rawFrom = (message: Pick<BotEvent, 'from' | 'chattype' | 'chatid'>): From => {
    const chat = chatOf(message);
    const user = message.from.userid;
    return { conversation: chat === null ? user : chatAddress(chat), user, isKnown: false };
  };

  /** A chat with the bot alone bears the name of its person. */
  const knownFrom = async (raw: From): Promise<From> => {
    const user = await people.userIdOf(raw.user);
    if (user === null) return raw;
    return { conversation: raw.conversation === raw.user ? user : raw.conversation, user, isKnown: true };
  };

  /** Says something of our own; what cannot be said is not said. */
  const tell = async (raw: From, key: Parameters<Words>[0], about: string): Promise<void> => {
    const to = await within(knownFrom(raw), WHO_MS, raw);
    await posting.tell(to, words(key, locale), `${key}:${about}`).catch(onFailure);
  };

  /** Tells who said or pressed it that it was not stored. */
  const orTell = async (raw: From, id: string, work: (stored: () => void) => Promise<void>): Promise<void> => {
    let isStored = false;
    try {
      await work(() => {
        isStored = true;
      });
    } catch (error) {
      if (!isStored) await tell(raw, 'not_stored', id);
      throw error;
    }
  };

  /** A group in which the bot was never heard: nobody tells it when it is added. */
  const meet = async ({ conversation, user }: From, chat: string, name: string): Promise<void> => {
    if (parts.met.has(chat)) return;
    if (!(await store.knows(chat))) {
      await sink().accept(
        {
          kind: 'lifecycle',
          platform: 'wecom',
          app,
          id: `g:${chat}`,
          conversation: placeOf(conversation),
          sender: { id: user, name },
          receivedAt: clock.now(),
          what: 'bot_added',
        },
        { answerBy: 0 },
      );
      // Only now: what the store did not take is told by the next message.
      await store.meet(chat, clock.now());
    }
    parts.met.add(chat);
  };

  const press = async (event: BotEvent, req: string, now: Date): Promise<void> => {
    const pressed = pressIn(event);
    if (pressed === null) {
      puzzled('press');
      return;
    }
    const { task } = pressed;
    const raw = rawFrom(event);
    await orTell(raw, event.msgid, async (stored) => {
      const { conversation, user } = await knownFrom(raw);
      await parts.clicked(
        {
          ...pressed,
          id: `e:${event.msgid}`,
          user,
          conversation,
          lent: (surface) => lendPress({ req, task }, now, surface),
        },
        stored,
      );
    });
  };

  return {
    async message({ req, body }) {
      const parsed = botMessage.safeParse(body);
      if (!parsed.success) {
        puzzled('message');
        return;
      }
      const message = parsed.data;
      const now = clock.now();
      heard();
      const raw = rawFrom(message);
      const said = saidIn(message);
      if (said === null) {
        await tell(raw, 'unsupported', message.msgid);
        return;
      }
      await orTell(raw, message.msgid, async (stored) => {
        const from = await knownFrom(raw);
        const { conversation, user, isKnown } = from;
        const chat = chatOf(message);
        const name = isKnown ? ((await within(people.lookUp(user), NAME_MS, null))?.name ?? '') : '';
        if (chat !== null) await meet(from, chat, name);
        const attachments = await files.take(said.pieces, accountKey({ platform: 'wecom', app, user }));
        const isBare = said.text === '' && attachments.length === 0 && chat !== null;
        const event: InboundMessage = {
          kind: 'message',
          platform: 'wecom',
          app,
          id: `b:${message.msgid}`,
          conversation: placeOf(conversation),
          sender: { id: user, name },
          receivedAt: now,
          text: isBare ? ASKS_HELP : head(said.text, MOST_TEXT),
          attachments,
          // In a group the bot hears only what names it.
          addressed: true,
          ...(isKnown && { takesForm: true as const }),
          grants: [lendSaid({ req, user, conversation }, now)],
        };
        const { answer } = await sink().accept(event, { answerBy: FORM_BY_MS, only: 'form' });
        stored();
        if (!isKnown && !told.has(conversation)) {
          told.add(conversation);
          await tell(raw, 'bot_alone', message.msgid);
        }
        if (answer?.form != null) await posting.form(from, answer.form, event.id);
      });
    },
    async event({ req, body }) {
      const now = clock.now();
      const parsed = botEvent.safeParse(body);
      if (!parsed.success) {
        puzzled('event');
        return;
      }
      const { eventtype } = parsed.data.event;
      if (eventtype === 'enter_chat')
        await parts.bot().welcome(req, { msgtype: 'text', text: { content: words('bot_hello', locale) } });
      if (eventtype !== 'template_card_event') return;
      heard();
      await press(parsed.data, req, now);
    },
  };
}
