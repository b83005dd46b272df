import { createHash } from 'node:crypto';
import * as z from 'zod';
import type { Form } from '../../cards/card.ts';
import { cut } from '../../cards/excerpt.ts';
import type { Invocation } from '../../cards/invocation.ts';
import { neutralLine } from '../../cards/neutralise.ts';
import { spokenIn, typedForm } from '../../cards/typed-form.ts';
import type { Clock } from '../../src/clock.ts';
import { DeliveryError } from '../../src/errors.ts';
import { text } from '../../src/text/text.ts';
import type { Grant, OutMessage, Ref } from '../adapter.ts';
import { codePoints } from '../shared/strings.ts';
import { countUses } from '../shared/uses.ts';
import type { Bot } from './bot.ts';
import type { Client } from './client.ts';
import { drawCard, type TemplateCard } from './draw.ts';
import { isKnownTask } from './failures.ts';
import { formCard } from './form-card.ts';
import { lendCode, readLent, type Lent } from './grants.ts';
import { MAX_PARTS, MAX_TEXT, MAX_TEXT_BYTES } from './limits.ts';
import { drawMarkdown, plainMarkdown, textParts } from './markdown.ts';
import type { Media } from './media.ts';
import type { Pages } from './pages.ts';
import { spotOf } from './places.ts';
import type { Pushes } from './pushes.ts';
import { msgidOf, saidRef, sentRef } from './refs.ts';
import type { WeComStore } from './store.ts';

/** Bytes of Markdown, by where it goes (fact sheet, 3.1, 4.2, 4.3, 4.4). */
const MARKDOWN_BYTES = { app: 2_048, group: 2_048, push: 4_096, bot: 20_480 } as const;

/** Characters of a link to a form (3.1). */
const LINK_TITLE = 128;
const LINK_WORDS = 512;
/** Cards that somebody asked for to read: cut short they are worth little. */
const LONG: ReadonlySet<string> = new Set(['help', 'show', 'list', 'home', 'preview']);

/** Words and cards as WeCom takes them: posted, changed, taken back, shown to one person. */
export interface Posting {
  send(to: string, message: OutMessage, key: string, visibleTo?: string): Promise<Ref>;
  update(ref: Ref, message: OutMessage, key: string, grant?: Grant): Promise<Ref>;
  withdraw(ref: Ref): Promise<void>;
  reply(grant: Grant, message: OutMessage, key: string): Promise<void>;
  /** Shows somebody a form, in their own chat: as a card, where one can hold it, else behind a link. `asked`: what it was asked for by. */
  form(
    to: { readonly conversation: string; readonly user: string },
    form: Form,
    key: string,
    asked?: Invocation,
  ): Promise<void>;
  /** Says on a form that it was handed in, by what its press lent; what cannot be said is not said. */
  close(grant: Grant, words: string): Promise<void>;
  /** Says something of the adapter's own to somebody; what cannot be said is not said. */
  tell(to: { readonly conversation: string; readonly user: string }, words: string, key: string): Promise<void>;
}

/** Our id of a card: the same for every send of it, and unlike any other (fact sheet, 3.2). */
export const taskOf = (surface: string): string => `gd-${createHash('sha256').update(surface).digest('base64url')}`;

const sent = z.object({ msgid: z.string().nullish(), response_code: z.string().nullish() });
type Sent = z.output<typeof sent>;

const UPDATE = '/cgi-bin/message/update_template_card';

type Body = Readonly<Record<string, unknown>>;

export function createPosting(deps: {
  readonly clock: Clock;
  /** Null: no app is set up. */
  readonly app: {
    readonly agentId: number;
    readonly client: Client;
    readonly media: Media;
    readonly pages: Pages;
  } | null;
  readonly bot: Bot | null;
  readonly pushes: Pushes;
  readonly store: WeComStore;
}): Posting {
  const { clock, app, bot, pushes, store } = deps;
  /** What was said is answered once. */
  const uses = countUses(1);

  const inApp = (): NonNullable<typeof app> => {
    if (app === null) throw new DeliveryError('gone', 'no app of WeCom is set up');
    return app;
  };
  const inBot = (): Bot => {
    if (bot === null) throw new DeliveryError('gone', 'no smart bot of WeCom is set up');
    return bot;
  };
  const pageOf = (...of: Parameters<Pages['linkOf']>): string | null => app?.pages.linkOf(...of) ?? null;

  /** To several people at once, or one. `isOnce`: WeCom knows it again and does not deliver it twice. */
  const toPeople = (users: readonly string[], content: Body, isOnce = false): Promise<Sent> => {
    const { client, agentId } = inApp();
    return client.call('POST', '/cgi-bin/message/send', sent, {
      touser: users.join('|'),
      agentid: agentId,
      ...content,
      ...(isOnce && { enable_duplicate_check: 1, duplicate_check_interval: 4 * 3_600 }),
    });
  };

  const refOf = ({ msgid }: Sent, key: string): Ref => (msgid == null ? saidRef(key) : sentRef(msgid));

  const markdown = (content: string): Body => ({ msgtype: 'markdown', markdown: { content } });
  const cardBody = (card: TemplateCard): Body => ({ msgtype: 'template_card', template_card: card });

  /** As the smart bot says it, who has no plain words; files by their names. */
  const spoken = ({ text: words, attachments }: Extract<OutMessage, { type: 'text' }>): Body =>
    markdown(plainMarkdown([words, ...attachments.map(({ name }) => name)].filter((line) => line !== '').join('\n')));

  /** What a text and its files come to, one message after the other. */
  const bodiesOf = async (message: Extract<OutMessage, { type: 'text' }>): Promise<readonly Body[]> => {
    const { attachments } = message;
    const files = attachments.length === 0 ? [] : await inApp().media.fileMessages(attachments);
    const shown = files.filter((file) => file !== null);
    const unsent = attachments.filter((_, i) => files[i] === null).map(({ name }) => name);
    const words = [message.text.trim(), ...unsent].filter((line) => line !== '').join('\n');
    return [...shown, ...(words === '' ? [] : wordsIn(words))];
  };

  const cardTo = async (
    users: readonly string[],
    to: string,
    message: Extract<OutMessage, { type: 'card' }>,
    key: string,
  ): Promise<Ref> => {
    const surface = message.surface ?? key;
    const task = taskOf(surface);
    const drawn = drawCard(message, { task, where: app === null ? 'bot' : 'app', pageOf });
    const card = drawn?.card ?? null;
    // A press may come before the answer does.
    if (card !== null) await store.sent({ task, surface, conversation: to }, clock.now());
    if (app === null) {
      const [user = ''] = users;
      const body =
        card === null
          ? markdown(drawMarkdown(message.card, { most: MARKDOWN_BYTES.bot, linkOf: pageOf }))
          : cardBody(card);
      await inBot().send(user, 'single', body);
      return saidRef(key);
    }
    if (card === null) {
      const content = drawMarkdown(message.card, { most: MARKDOWN_BYTES.app, linkOf: pageOf });
      return refOf(await toPeople(users, markdown(content)), key);
    }
    if (drawn?.isWhole === false && LONG.has(message.card.kind)) {
      // What was asked for is read whole; what can be done stands below it.
      const words = drawMarkdown({ ...message.card, actions: [] }, { most: MARKDOWN_BYTES.app, linkOf: () => null });
      await toPeople(users, markdown(words));
    }
    try {
      const answer = await toPeople(users, cardBody(card), true);
      const code = answer.response_code;
      return { ...refOf(answer, key), ...(code != null && { grants: [lendCode(code, clock.now())] }) };
    } catch (error) {
      // An earlier try arrived whose answer was lost, and with it what would change the card: its successor can.
      if (isKnownTask(error)) return saidRef(key);
      throw error;
    }
  };

  /** To each of them alone. */
  const alone = async (users: readonly string[], to: string, message: OutMessage, key: string): Promise<Ref> => {
    if (users.length === 0) throw new DeliveryError('gone', 'there is nobody it could go to');
    if (message.type === 'card') return cardTo(users, to, message, key);
    if (app === null) {
      const [user = ''] = users;
      await inBot().send(user, 'single', spoken(message));
      return saidRef(key);
    }
    let ref: Ref = saidRef(key);
    for (const body of await bodiesOf(message)) ref = refOf(await toPeople(users, body), key);
    return ref;
  };

  /** In words, where nothing can be pressed. */
  const inWords = (message: Extract<OutMessage, { type: 'card' }>, most: number): Body =>
    markdown(drawMarkdown(message.card, { most, linkOf: pageOf }));

  const wordsIn = (written: string): readonly Body[] =>
    textParts(written, MAX_TEXT_BYTES)
      .slice(0, MAX_PARTS)
      .map((content) => ({ msgtype: 'text', text: { content } }));

  /** One message after the other to where nothing can be pressed. */
  const said = async (
    message: OutMessage,
    most: number,
    each: (body: Body) => Promise<unknown>,
    key: string,
  ): Promise<Ref> => {
    for (const body of message.type === 'card' ? [inWords(message, most)] : wordsIn(message.text)) await each(body);
    return saidRef(key);
  };

  const inChat = async (chat: string, to: string, message: OutMessage, key: string): Promise<Ref> => {
    if (message.type === 'text') {
      await inBot().send(chat, 'group', spoken(message));
      return saidRef(key);
    }
    const surface = message.surface ?? key;
    const task = taskOf(surface);
    const card = drawCard(message, { task, where: 'bot', pageOf })?.card ?? null;
    if (card === null) {
      await inBot().send(chat, 'group', inWords(message, MARKDOWN_BYTES.bot));
      return saidRef(key);
    }
    await store.sent({ task, surface, conversation: to }, clock.now());
    try {
      await inBot().send(chat, 'group', cardBody(card));
    } catch (error) {
      if (!isKnownTask(error)) throw error;
    }
    return saidRef(key);
  };

  const refuseLong = (message: OutMessage): void => {
    if (message.type === 'text' && codePoints(message.text) > MAX_TEXT)
      throw new DeliveryError('permanent', `a text holds at most ${MAX_TEXT} characters`);
  };

  const send: Posting['send'] = async (to, message, key, visibleTo) => {
    refuseLong(message);
    // A press on it is one in the conversation that it is about.
    if (visibleTo !== undefined) return alone([visibleTo], to, message, key);
    const spot = spotOf(to);
    switch (spot.kind) {
      case 'person':
        return alone([spot.user], to, message, key);
      case 'duty':
        // The smart bot has no card for several people.
        inApp();
        return alone(message.to ?? [], to, message, key);
      case 'chat':
        return inChat(spot.chat, to, message, key);
      case 'group': {
        const { client } = inApp();
        const post = (body: Body): Promise<unknown> =>
          client.call('POST', '/cgi-bin/appchat/send', z.unknown(), { chatid: spot.chat, ...body });
        return said(message, MARKDOWN_BYTES.group, post, key);
      }
      case 'push':
        return said(message, MARKDOWN_BYTES.push, (body) => pushes.send(spot.name, body), key);
    }
  };

  /** Where it was said, when everybody there may read it, else to who said it alone. */
  const answer = async (
    { req, user, conversation }: Extract<Lent, { by: 'said' }>,
    message: OutMessage,
    key: string,
  ): Promise<void> => {
    const isGroup = conversation !== user;
    const isForAll = message.type === 'text' && message.open === true;
    if ((isGroup && !isForAll) || (message.type === 'text' && message.attachments.length > 0)) {
      await alone([user], conversation, message, key);
      return;
    }
    if (message.type === 'text') {
      await inBot().respond(req, spoken(message));
      return;
    }
    const task = taskOf(key);
    const drawn = drawCard(message, { task, where: 'bot', pageOf });
    // One answer is all there is: what does not fit on a card is worth more than its buttons.
    if (drawn === null || (!drawn.isWhole && LONG.has(message.card.kind))) {
      await inBot().respond(req, inWords(message, MARKDOWN_BYTES.bot));
      return;
    }
    await store.sent({ task, surface: key, conversation: user }, clock.now());
    await inBot().respond(req, cardBody(drawn.card));
  };

  return {
    send,

    async update(ref, message, key, grant) {
      refuseLong(message);
      const lent = grant === undefined ? null : readLent(grant.secret);
      if (lent === null || lent.by === 'said') throw new DeliveryError('gone', 'nothing was lent that changes it');
      if (message.type !== 'card') throw new DeliveryError('permanent', 'a card is changed to a card');
      if (lent.by === 'press') {
        const card = drawCard(message, { task: lent.task, where: 'bot', pageOf, isUpdate: true })?.card;
        if (card === undefined) throw new DeliveryError('permanent', 'nothing can be pressed or opened on it');
        await inBot().update(lent.req, card);
        return ref;
      }
      const { client, agentId } = inApp();
      const task = taskOf(message.surface ?? key);
      const card = drawCard(message, { task, where: 'app', pageOf, isUpdate: true })?.card;
      if (card === undefined) throw new DeliveryError('permanent', 'nothing can be pressed or opened on it');
      await client.call('POST', UPDATE, z.unknown(), {
        atall: 1,
        agentid: agentId,
        response_code: lent.code,
        template_card: card,
      });
      return ref;
    },

    async withdraw({ id }) {
      const msgid = msgidOf(id);
      if (msgid === null) return;
      await inApp().client.call('POST', '/cgi-bin/message/recall', z.unknown(), { msgid });
    },

    async reply({ secret, expiresAt }, message, key) {
      refuseLong(message);
      const lent = readLent(secret);
      if (lent === null || lent.by !== 'said') throw new DeliveryError('permanent', 'the grant answers nothing');
      if (clock.now() >= expiresAt) throw new DeliveryError('gone', 'the grant has expired');
      const use = uses.look(lent.req, key);
      if (use === 'done') return;
      if (use === 'spent') throw new DeliveryError('gone', 'the grant is used up');
      await answer(lent, message, key);
      uses.note(lent.req, key);
    },

    async form({ user }, form, key, asked = form.invoke) {
      const task = taskOf(key);
      const card = app === null ? null : formCard(form, { task });
      if (card !== null) {
        await store.sent({ task, surface: key, conversation: user }, clock.now());
        await toPeople([user], cardBody(card), true);
        return;
      }
      const url = pageOf(asked);
      if (url === null) {
        await send(user, { type: 'text', text: typedForm(form), attachments: [] }, key);
        return;
      }
      await toPeople([user], { msgtype: 'textcard', textcard: formLink(form, url) });
    },

    async close({ secret }, words) {
      const lent = readLent(secret);
      if (lent?.by !== 'code') return;
      const { client, agentId } = inApp();
      const body = { atall: 1, agentid: agentId, response_code: lent.code, button: { replace_name: words } };
      await unlessRefused(client.call('POST', UPDATE, z.unknown(), body));
    },

    tell: ({ user }, words, key) => unlessRefused(send(user, { type: 'text', text: words, attachments: [] }, key)),
  };
}

/** Where a form is filled in, what it asks for, and what is wrong with what was given. */
function formLink(form: Form, url: string): Body {
  const reader = { locale: spokenIn(form.title), timeZone: 'UTC', now: new Date(0) };
  const asked = form.fields.map(({ label, error }) => neutralLine(error ?? label));
  return {
    title: cut(neutralLine(form.title), LINK_TITLE),
    description: cut(asked.join('\n'), LINK_WORDS) || neutralLine(form.title),
    url,
    btntxt: text(reader, 'wecom.form_open', null),
  };
}

async function unlessRefused(call: Promise<unknown>): Promise<void> {
  try {
    await call;
  } catch (error) {
    if (!(error instanceof DeliveryError)) throw error;
  }
}
