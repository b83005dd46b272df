import { accountKey } from '../../src/domain/address.ts';
import { StoreUnavailable } from '../../src/errors.ts';
import type { InboundMessage } from '../adapter.ts';
import { ASKS_HELP } from '../shared/help.ts';
import { head } from '../shared/strings.ts';
import { lendSession } from './grants.ts';
import type { InboundParts } from './parts.ts';
import { isExternal, isGroup, placeOf } from './places.ts';
import { piecesOf, QUOTA_SPENT, robotMessage, textOf, type RobotMessage } from './schema.ts';

/** Until when a form is waited for that what was typed asks for, ms. */
const FORM_BY_MS = 1_500;
/** How long the names of those whom a message names are waited for, ms: nothing is stored before. */
const NAMES_MS = 300;
/** Characters of a message that a ticket takes. */
const MOST_TEXT = 20_000;
const MOST_MENTIONS = 20;

/** What people say to the bot. Resolves when it is dealt with; rejects when it could not be stored. `ack`: it is stored. */
export type Heard = (data: unknown, ack: () => void) => Promise<void>;

/** `HTTP` and Stream bring the same messages (fact sheet, 2 and 6). */
export function createHeard(parts: InboundParts): Heard {
  const { app, clock, log, signer, sink, store, people, files, posting, rungs, words, locale, within } = parts;

  /** Everybody whom a message names but the bot, with the name DingTalk has for them: it cuts them out of the text. */
  const named = async ({ atUsers, chatbotUserId }: RobotMessage) => {
    const users = (atUsers ?? [])
      .filter(({ dingtalkId, staffId }) => dingtalkId !== chatbotUserId && staffId != null && staffId !== '')
      .map(({ staffId }) => staffId ?? '')
      .slice(0, MOST_MENTIONS);
    const names = await Promise.all(
      [...new Set(users)].map(async (user) => {
        const profile = await within(people.lookUp(user), NAMES_MS, null);
        return { user, as: `@${profile?.name || user}` };
      }),
    );
    return names;
  };

  /** The card of ours that is quoted; null: nothing of ours is. */
  const quoted = async ({ originalProcessQueryKey, text }: RobotMessage): Promise<string | null> => {
    const ids = [originalProcessQueryKey, text?.repliedMsg?.msgId].filter((id) => id != null && id !== '');
    for (const id of ids) {
      const card = await store.cardOf(id ?? '');
      if (card !== null) return card;
    }
    return null;
  };

  /** Says something of our own to whoever wrote, once; what cannot be said is not said. */
  const tell = async (message: RobotMessage, key: 'unsupported' | 'muted'): Promise<void> => {
    await posting.tell(
      { conversation: conversationOf(message), user: senderOf(message), session: message.sessionWebhook ?? null },
      words(key, locale),
      `${key}:${message.msgId}`,
    );
  };

  /** A group in which the bot was never heard: nobody tells it when it is added (fact sheet, 5). */
  const meet = async (message: RobotMessage, group: string): Promise<void> => {
    if (parts.met.has(group)) return;
    if (!(await store.knows(group))) {
      await sink().accept(
        {
          kind: 'lifecycle',
          platform: 'dingtalk',
          app,
          id: `g:${group}`,
          conversation: placeOf(group),
          sender: { id: senderOf(message), name: message.senderNick },
          receivedAt: clock.now(),
          what: 'bot_added',
        },
        { answerBy: 0 },
      );
      // Only now: what the store did not take is told by the next message.
      await store.meet(group, clock.now());
    }
    parts.met.add(group);
  };

  return async (data, ack) => {
    const parsed = robotMessage.safeParse(data);
    if (!parsed.success) {
      log.warn('DingTalk sent something of a shape that is not known', { platform: 'dingtalk', what: 'message' });
      return;
    }
    const message = parsed.data;
    const now = clock.now();
    parts.heard();
    const user = senderOf(message);
    const conversation = conversationOf(message);
    if (codeIn(message) === QUOTA_SPENT) {
      await store.see('mutedAt', now);
      await tell(message, 'muted');
      return;
    }
    const said = textOf(message);
    if (said === null) {
      await tell(message, 'unsupported');
      return;
    }
    if (isGroup(conversation)) await meet(message, conversation);
    const owner = accountKey({ platform: 'dingtalk', app, user });
    const [mentions, attachments, quote] = await Promise.all([
      named(message),
      files.take(piecesOf(message), owner),
      quoted(message),
    ]);
    const text = [said.trim(), ...mentions.map(({ as }) => as)].filter((part) => part !== '').join(' ');
    const { sessionWebhook: url, sessionWebhookExpiredTime: endsAt } = message;
    const place = { id: message.msgId, conversation, user };
    const event: InboundMessage = {
      kind: 'message',
      platform: 'dingtalk',
      app,
      // Stable over redelivery, which the frame's own id is not (fact sheet, 1.6).
      id: `m:${message.msgId}`,
      conversation: placeOf(conversation),
      sender: { id: user, name: message.senderNick },
      receivedAt: now,
      text: text === '' && attachments.length === 0 && isGroup(conversation) ? ASKS_HELP : head(text, MOST_TEXT),
      ...(mentions.length > 0 && { mentions }),
      attachments,
      // In a group the bot hears only what names it.
      addressed: true,
      ...(quote !== null && { quote }),
      ...(rungs.now() === 'own' && !isExternal(user) && { takesForm: true as const }),
      ...(url != null && endsAt != null && { grants: [lendSession(signer, place, { url, endsAt })] }),
    };
    const { answer } = await sink().accept(event, { answerBy: FORM_BY_MS, only: 'form', stored: ack });
    if (answer?.form == null) return;
    try {
      await posting.form({ conversation, user }, answer.form, event.id);
    } catch (error) {
      // It is stored and worked: a form that cannot be shown is called up again.
      if (error instanceof StoreUnavailable) throw error;
      parts.onFailure(error);
    }
  };
}

const senderOf = ({ senderStaffId, senderId }: RobotMessage): string =>
  senderStaffId != null && senderStaffId !== '' ? senderStaffId : senderId;

/** A one-to-one chat bears the name of its person. */
const conversationOf = (message: RobotMessage): string =>
  message.conversationType === '1' ? senderOf(message) : message.conversationId;

const codeIn = ({ errorCode, errCode }: RobotMessage): string => String(errorCode ?? errCode ?? '');
