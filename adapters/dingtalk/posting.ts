import { createHash } from 'node:crypto';
import type { Form } from '../../cards/card.ts';
import type { Clock } from '../../src/clock.ts';
import { DeliveryError } from '../../src/errors.ts';
import type { Grant, OutMessage, Ref } from '../adapter.ts';
import type { Signer } from '../shared/signed.ts';
import { codePoints, head } from '../shared/strings.ts';
import { countUses } from '../shared/uses.ts';
import type { Cards, Target } from './cards.ts';
import { sessionBody } from './action-card.ts';
import { codeOf, isDenied } from './failures.ts';
import { closedForm, formVariables } from './form.ts';
import { readGrant, USES, type GrantFacts } from './grants.ts';
import { MAX_TEXT } from './limits.ts';
import { isExternal, isGroup } from './places.ts';
import { isBrief, noticeVariables } from './render.ts';
import type { People } from './people.ts';
import type { RobotChat } from './chat.ts';
import type { Rung, Rungs } from './rungs.ts';
import { answerSession, wordsBody } from './session.ts';
import type { DingTalkStore, SentCard } from './store.ts';
import { OFF } from './variables.ts';

/** What the person who pressed reads of their own stays on the card for so long at least, ms: later changes take it away. */
const OWN_VIEW_MS = 30_000;
/** Cards remembered here. */
const MOST = 10_000;

/** Whoever wrote something, and where. */
interface Asker {
  readonly conversation: string;
  readonly user: string;
}

/** Words and cards as DingTalk takes them: posted, changed, shown to one person. */
export interface Posting {
  send(to: string, message: OutMessage, key: string, visibleTo?: string): Promise<Ref>;
  update(ref: Ref, message: OutMessage, key: string): Promise<Ref>;
  reply(secret: string, message: OutMessage, key: string): Promise<void>;
  replyCounts(grant: Grant, message: OutMessage): boolean;
  /** Shows somebody a form, where they alone see it. */
  form(to: Asker, form: Form, key: string): Promise<void>;
  /** Says something of the adapter's own to whoever wrote; what cannot be said is not said. */
  tell(to: Asker & { readonly session: string | null }, words: string, key: string): Promise<void>;
  /** A card of ours by its `outTrackId`; null: none. */
  cardOf(id: string): Promise<SentCard | null>;
  /** Somebody has a view of their own of a card from now on. */
  viewed(card: string, user: string): void;
}

/** A `Ref` of a message that is no card. */
const MESSAGE = 'msg:';
/** The platform's id of a message that is no card, by its `Ref`; null: it is a card. */
export const messageOf = (ref: string): string | null => (ref.startsWith(MESSAGE) ? ref.slice(MESSAGE.length) : null);

/** Our id of a card: the same for every send of it. At most 100 characters (fact sheet, 4.1). */
export const trackId = (rung: Exclude<Rung, 'links'>, surface: string): string =>
  `gd-${rung}-${createHash('sha256').update(surface).digest('base64url')}`;

/** How a card of ours was sent; null: none of ours. */
export const rungOf = (card: string): Exclude<Rung, 'links'> | null => {
  const [, rung] = /^gd-(own|public)-[\w-]{43}$/u.exec(card) ?? [];
  return rung === 'own' || rung === 'public' ? rung : null;
};

export function createPosting(deps: {
  readonly clock: Clock;
  readonly signer: Signer;
  readonly oapiUrl: string;
  readonly cards: Cards;
  readonly chat: RobotChat;
  readonly people: People;
  readonly rungs: Rungs;
  readonly store: DingTalkStore;
  readonly onFailure: (error: unknown) => void;
}): Posting {
  const { clock, signer, oapiUrl, cards, chat, people, rungs, store, onFailure } = deps;
  const uses = countUses(USES);
  /** The newest version that was shown, by card: DingTalk keeps no order among changes. */
  const shown = new Map<string, number>();
  const known = new Map<string, SentCard>();

  const remember = <V>(map: Map<string, V>, key: string, value: V): void => {
    map.delete(key);
    map.set(key, value);
    const [oldest] = map.keys();
    if (map.size > MOST && oldest !== undefined) map.delete(oldest);
  };

  const refuseLong = (message: OutMessage): void => {
    if (message.type === 'text' && codePoints(message.text) > MAX_TEXT)
      throw new DeliveryError('permanent', `a text holds at most ${MAX_TEXT} characters`);
  };

  /** Where something goes that one person alone may read, or everybody there. */
  const targetOf = async (to: string, visibleTo?: string): Promise<Target> => {
    if (isGroup(to)) return { group: to, only: visibleTo ?? null };
    if (isExternal(to)) throw new DeliveryError('gone', 'nobody of another organisation can be written to');
    const user = await people.userIdOf(to).catch((error: unknown) => {
      // The right to ask for somebody is missing, not the right to send: what is for others goes on.
      throw isDenied(error) ? new DeliveryError('permanent', error.message) : error;
    });
    if (user === null) throw new DeliveryError('gone', 'there is no such user');
    return { user };
  };

  const versionOf = (message: OutMessage): number => (message.type === 'card' ? message.version : 0);

  /** On the best rung that is to be had. */
  const put = async (to: string, message: OutMessage, key: string, visibleTo?: string): Promise<Ref> => {
    const target = await targetOf(to, visibleTo);
    for (;;) {
      const rung = rungs.now();
      if (rung === 'links') {
        // Of what is sent so nothing can be shown to one member of a group alone.
        const alone = 'group' in target && target.only !== null ? await targetOf(target.only) : target;
        return { id: `${MESSAGE}${await chat.send(alone, message)}` };
      }
      const surface = message.type === 'card' ? (message.surface ?? key) : key;
      const id = trackId(rung, surface);
      const card: SentCard = { id, surface, conversation: to, carrier: null };
      // A press may come before the answer does.
      remember(known, id, card);
      try {
        const carrier = await cards.deliver(target, { id, template: rungs.templateOf(rung), rung, message });
        await store.sent({ ...card, carrier }, clock.now());
      } catch (error) {
        if (rungs.gaveWay(rung, codeOf(error))) continue;
        throw error;
      }
      remember(shown, id, versionOf(message));
      return { id };
    }
  };

  const cardOf: Posting['cardOf'] = async (id) => {
    if (rungOf(id) === null) return null;
    const here = known.get(id);
    if (here !== undefined) return here;
    const found = await store.card(id);
    if (found !== null) remember(known, id, found);
    return found;
  };

  const viewed: Posting['viewed'] = (card, user) => {
    store.viewed(card, user, clock.now()).catch(onFailure);
  };

  /** What the session's webhook takes of an answer: words that everybody there may read, cards where there are none but of links; null: nothing. */
  const bySession = ({ conversation, user }: GrantFacts, message: OutMessage) => {
    const isAlone = !isGroup(conversation);
    if (message.type === 'card') return isAlone && rungs.now() === 'links' ? sessionBody(message.card) : null;
    if (message.attachments.length > 0 || (!isAlone && message.open !== true)) return null;
    return wordsBody(message.text, isAlone ? null : user);
  };

  /** By the webhook, in the view of the card that was pressed, or else as a message to them alone. */
  const answer = async (grant: GrantFacts, message: OutMessage, key: string): Promise<void> => {
    const { session, conversation, user, card } = grant;
    const body = bySession(grant, message);
    if (session !== null && body !== null) {
      try {
        await answerSession(session, oapiUrl, body);
        return;
      } catch (error) {
        if (!(error instanceof DeliveryError && error.failure === 'gone') || isExternal(user)) throw error;
      }
    }
    if (card !== null && rungOf(card) === 'own' && isBrief(message)) {
      await cards.show(card, user, noticeVariables(message));
      viewed(card, user);
      return;
    }
    await put(isGroup(conversation) ? conversation : user, message, key, isGroup(conversation) ? user : undefined);
  };

  return {
    cardOf,
    viewed,

    async send(to, message, key, visibleTo) {
      refuseLong(message);
      if (message.type !== 'text' || message.attachments.length === 0) return put(to, message, key, visibleTo);
      const target = await targetOf(to, visibleTo);
      const alone = 'group' in target && target.only !== null ? await targetOf(target.only) : target;
      const { last, unsent } = await chat.sendFiles(alone, message.attachments);
      const words = [message.text.trim(), ...unsent.map(({ name }) => name)].filter((line) => line !== '').join('\n');
      if (words === '') return { id: `${MESSAGE}${last ?? 'none'}` };
      return put(to, { type: 'text', text: head(words, MAX_TEXT), attachments: [] }, key, visibleTo);
    },

    async update(ref, message) {
      const rung = rungOf(ref.id);
      if (rung === null) throw new DeliveryError('gone', 'there is no such card');
      const newest = shown.get(ref.id) ?? -1;
      if (message.type === 'card' && message.version < newest) return ref;
      refuseLong(message);
      const before = new Date(clock.now().getTime() - OWN_VIEW_MS);
      const old = rung === 'own' ? await store.viewsBefore(ref.id, before) : [];
      const cleared = { ...noticeVariables(null), ...closedForm(), menu_open: OFF };
      await cards.change(ref.id, { rung, message, own: new Map(old.map((user) => [user, cleared])) });
      remember(shown, ref.id, versionOf(message));
      if (old.length > 0) await store.forgetViews(ref.id, before);
      return ref;
    },

    async reply(secret, message, key) {
      const grant = readGrant(signer, secret);
      if (grant === null) throw new DeliveryError('permanent', 'the grant is not one of ours');
      if (clock.now().getTime() >= grant.until) throw new DeliveryError('gone', 'the grant has expired');
      const use = uses.look(grant.id, key);
      if (use === 'done') return;
      if (use === 'spent') throw new DeliveryError('gone', 'the grant is used up');
      refuseLong(message);
      await answer(grant, message, key);
      uses.note(grant.id, key);
    },

    replyCounts({ secret }, message) {
      const grant = readGrant(signer, secret);
      return grant !== null && (grant.session === null || bySession(grant, message) === null);
    },

    async form({ conversation, user }, form, key) {
      const target = await targetOf(
        isGroup(conversation) ? conversation : user,
        isGroup(conversation) ? user : undefined,
      );
      const id = trackId('own', key);
      const card: SentCard = { id, surface: key, conversation, carrier: null };
      remember(known, id, card);
      const values = formVariables(form, { surface: null, version: null });
      const carrier = await cards.ask(target, { id, template: rungs.templateOf('own'), title: form.title, values });
      await store.sent({ ...card, carrier }, clock.now());
    },

    async tell({ conversation, user, session }, words, key) {
      try {
        const body = wordsBody(words, isGroup(conversation) ? user : null);
        if (session !== null) await answerSession(session, oapiUrl, body);
        else if (!isExternal(user))
          await put(
            conversation,
            { type: 'text', text: words, attachments: [] },
            key,
            isGroup(conversation) ? user : undefined,
          );
      } catch (error) {
        if (!(error instanceof DeliveryError)) throw error;
      }
    },
  };
}
