import type { InboundForm, InboundInvoke, Profile } from '../adapter.ts';
import type { Form } from '../../cards/card.ts';
import { typedForm } from '../../cards/typed-form.ts';
import { derivedId } from '../../src/ids.ts';
import { StoreUnavailable } from '../../src/errors.ts';
import { closedForm, formVariables, readForm } from './form.ts';
import { lendView } from './grants.ts';
import type { InboundParts } from './parts.ts';
import { isGroup, placeOf } from './places.ts';
import { rungOf } from './posting.ts';
import { CLOSE, LESS, MORE, readPress, type Press } from './press.ts';
import { noticeVariables } from './render.ts';
import { cardCallback, paramsOf, type CardCallback } from './schema.ts';
import type { SentCard } from './store.ts';
import { OFF, ON } from './variables.ts';

/** How long after it came the answer to a press is waited for, ms: it has to be there within two seconds, and is to be there within half of one. */
const ANSWER_BY_MS = 400;
const NAME_MS = 100;
/** A press that comes again within so long is the same one: DingTalk gives presses no id of their own (fact sheet, 4.3). */
const SAME_MS = 5_000;
/** Presses whose answer is remembered: the same press hears it again. */
const MOST = 10_000;

/** What a press is answered with, as the callback takes it. */
export type Pressed = (data: unknown) => Promise<Record<string, unknown>>;

type View = Readonly<Record<string, string>>;

/** A press or a form that came. */
interface Came {
  readonly callback: CardCallback;
  /** By the clock that never goes back, ms. */
  readonly cameAt: number;
  /** Who it is from; null where that takes too long to find out. */
  readonly profile: Promise<Profile | null>;
}

/** Whether its template can show one person something that others do not see. */
const hasViews = ({ outTrackId }: CardCallback): boolean => rungOf(outTrackId) === 'own';

/** What the callback takes: how the card looks to the one who pressed. */
const reply = (view: View): Record<string, unknown> =>
  Object.keys(view).length === 0
    ? {}
    : {
        cardUpdateOptions: { updateCardDataByKey: true, updatePrivateDataByKey: true },
        userPrivateData: { cardParamMap: view },
      };

/** Buttons and forms of cards. Nothing is acknowledged that is not stored: its person reads that, and presses again. */
export function createPressed(parts: InboundParts): Pressed {
  const { app, clock, log, signer, sink, people, posting, words, locale, within } = parts;
  const answered = new Map<string, View>();
  /** When presses were first made, ms since 1970. */
  const pressedAt = new Map<string, number>();

  const remember = (id: string, view: View): View => {
    answered.delete(id);
    answered.set(id, view);
    const [oldest] = answered.keys();
    if (answered.size > MOST && oldest !== undefined) answered.delete(oldest);
    return view;
  };

  /** In which stretch of time a press was first made; by the wall clock, which other processes have as well. */
  const firstOf = (key: string): number => {
    const now = clock.now().getTime();
    const before = pressedAt.get(key);
    const at = before !== undefined && now - before < SAME_MS ? before : now;
    pressedAt.delete(key);
    pressedAt.set(key, at);
    const [oldest] = pressedAt.keys();
    if (pressedAt.size > MOST && oldest !== undefined) pressedAt.delete(oldest);
    return Math.floor(at / SAME_MS);
  };

  /** What is left of the time, whatever was asked meanwhile. */
  const left = ({ cameAt }: Came): number => Math.max(0, ANSWER_BY_MS - (clock.monotonic() - cameAt));

  /** What is common to everything that comes from a card. */
  const from = async ({ callback, profile: asked }: Came, card: SentCard | null) => {
    const { userId: user, spaceId } = callback;
    const conversation = card?.conversation ?? (isGroup(spaceId ?? '') ? (spaceId ?? '') : user);
    const profile = await asked;
    return {
      platform: 'dingtalk',
      app,
      conversation: placeOf(conversation),
      sender: { id: user, name: profile?.name ?? '' },
      receivedAt: clock.now(),
      ...(card !== null && { surface: card.surface }),
    };
  };

  const grantsOf = (id: string, callback: CardCallback, conversation: string) => [
    lendView(signer, { id, conversation, user: callback.userId }, callback.outTrackId, clock.now()),
  ];

  /** Words of our own for who pressed: on the card, where it has room for what one person alone sees, else as a message to them. */
  const told = (callback: CardCallback, conversation: string, said: string, key: string): View => {
    if (hasViews(callback)) return noticeVariables({ type: 'text', text: said, attachments: [] });
    const to = { conversation, user: callback.userId, session: null };
    posting.tell(to, said, key).catch(parts.onFailure);
    return {};
  };

  const opened = (form: Form, callback: CardCallback, card: SentCard | null, key: string): View => {
    if (hasViews(callback)) return formVariables(form, { surface: card?.surface ?? null, version: null });
    return told(callback, card?.conversation ?? callback.userId, typedForm(form, locale), `${key}:form`);
  };

  const press = async (came: Came, card: SentCard | null, pressed: Press): Promise<View> => {
    const { callback } = came;
    const { outTrackId, userId } = callback;
    const { invocation, asks, seen } = pressed;
    const key = derivedId('dingtalk-press', outTrackId, userId, JSON.stringify([invocation, seen]));
    const id = `i:${key}:${firstOf(key)}`;
    const base = await from(came, card);
    const event: InboundInvoke = {
      ...base,
      kind: 'invoke',
      id,
      invocation,
      ...(asks && { asks: true as const }),
      ...(seen !== null && { seen }),
      grants: grantsOf(id, callback, base.conversation.id),
    };
    if (asks) {
      // Opening a form is a read: there is nothing to store before it is answered.
      const form = await sink().openForm(event);
      if (form !== null) return opened(form, callback, card, id);
    }
    const isOwn = hasViews(callback);
    const options = { answerBy: left(came), only: isOwn ? 'brief' : 'form' } as const;
    const { answer, repeated } = await sink().accept(event, options);
    if (repeated === true && answer === undefined)
      return answered.get(id) ?? told(callback, base.conversation.id, words('sent_above', locale), `${id}:again`);
    if (answer?.form != null) return opened(answer.form, callback, card, id);
    // What comes later comes as a change of the card, or as a message.
    if (answer?.message == null) return isOwn ? noticeVariables(null) : {};
    return remember(id, noticeVariables(answer.message));
  };

  const submit = async (
    came: Came,
    card: SentCard | null,
    filled: NonNullable<ReturnType<typeof readForm>>,
  ): Promise<View> => {
    const { callback } = came;
    const attempt = derivedId('dingtalk-form', filled.nonce ?? callback.outTrackId, JSON.stringify(filled.invocation));
    const id = `s:${attempt}`;
    const base = await from(came, card);
    const surface = card?.surface ?? filled.surface;
    const event: InboundForm = {
      ...base,
      kind: 'form',
      id,
      invocation: filled.invocation,
      nonce: attempt,
      ...(surface !== null && { surface }),
      grants: grantsOf(id, callback, base.conversation.id),
    };
    const { answer, repeated } = await sink().accept(event, { answerBy: left(came), only: 'brief' });
    if (repeated === true && answer === undefined) return answered.get(id) ?? closedForm();
    if (answer?.form != null) return remember(id, opened(answer.form, callback, card, id));
    return remember(id, { ...closedForm(), ...noticeVariables(answer?.message ?? null) });
  };

  const work = async (callback: CardCallback): Promise<View> => {
    const { actionIds, params } = paramsOf(callback);
    const [action = ''] = actionIds;
    if (action === MORE) return { menu_open: ON };
    if (action === LESS) return { menu_open: OFF };
    if (action === CLOSE) return { ...closedForm(), ...noticeVariables(null) };
    const cameAt = clock.monotonic();
    const came = { callback, cameAt, profile: within(people.lookUp(callback.userId), NAME_MS, null) };
    const card = await posting.cardOf(callback.outTrackId);
    const filled = readForm(params);
    if (filled !== null) return submit(came, card, filled);
    const pressed = readPress(action, params);
    // Not from a card of ours: nothing to do, and nobody is to see a warning.
    return pressed === null ? {} : press(came, card, pressed);
  };

  return async (data) => {
    const parsed = cardCallback.safeParse(data);
    if (!parsed.success) {
      log.warn('DingTalk sent something of a shape that is not known', { platform: 'dingtalk', what: 'card' });
      return {};
    }
    const callback = parsed.data;
    parts.heard();
    let view: View;
    try {
      view = await work(callback);
    } catch (error) {
      if (!(error instanceof StoreUnavailable)) throw error;
      const { outTrackId, userId } = callback;
      view = told(callback, userId, words('not_stored', locale), `lost:${outTrackId}:${clock.now().getTime()}`);
    }
    if (Object.keys(view).length > 0) posting.viewed(callback.outTrackId, callback.userId);
    return reply(view);
  };
}
