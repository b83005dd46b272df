import type { Connection } from 'mongoose';
import type { Form } from '../../cards/card.ts';
import type { Clock } from '../../src/clock.ts';
import type { DingMessage, DingTalkEmulator, Told } from '../emulators/dingtalk/emulator.ts';
import type { Answered, Seen } from './desk.ts';
import { formOf, noticeOf, seenOf, type Reading } from './dingtalk-seen.ts';

/** What people in DingTalk see, as a person takes it in: message by message, and what stands on cards for them alone. */
export interface Eyes {
  /** Everything somebody sees anywhere, oldest first, as it stands. */
  everything(user: string): readonly DingMessage[];
  /** What somebody sees in a conversation, oldest first; what stands on a card for them alone, from when it came there. */
  sees(user: string, conversation: string): Promise<readonly Seen[]>;
  /** Takes note of what became of cards since the last look. */
  looks(): void;
  /** Takes note that somebody was shown something of their own on a card: in the answer to their press. */
  shown(user: string, card: string): void;
  /** From now on: what somebody alone then read, and the form they then have open. */
  watches(user: string): () => Promise<Pick<Answered, 'answer' | 'form'>>;
  /** The form that stands open on a message; null: none. */
  formOn(message: DingMessage): Form | null;
  /** The message a form stands on; undefined: none. */
  placeOf(form: Form): string | undefined;
}

interface Changed {
  readonly outTrackId: string;
  readonly cardData?: unknown;
  readonly privateData?: Readonly<Record<string, { readonly cardParamMap: Readonly<Record<string, string>> }>>;
}

/** What the answer to a press shows to whoever pressed. */
export const inReply = ({ response }: Told): Readonly<Record<string, string>> =>
  (response as { userPrivateData?: { cardParamMap: Record<string, string> } } | null)?.userPrivateData?.cardParamMap ??
  {};

/** `groups`: all there are, by id. */
export function openEyes(deps: {
  readonly dingtalk: DingTalkEmulator;
  readonly connection: Connection;
  readonly clock: Clock;
  readonly groups: ReadonlySet<string>;
}): Eyes {
  const { dingtalk, connection, clock, groups } = deps;
  /** What the product calls its cards by. */
  const surfaces = new Map<string, string>();
  /** Cards that were changed for everybody. */
  const changed = new Set<string>();
  /** Since when somebody reads something of their own on a card, by card and user, and after how many messages. */
  const noticed = new Map<string, { readonly at: Date; readonly after: number }>();
  const forms = new WeakMap<Form, string>();
  let looked = 0;

  const keyOf = (user: string, card: string | undefined): string => `${card ?? ''}\n${user}`;
  const shown: Eyes['shown'] = (user, card) => {
    noticed.set(keyOf(user, card), { at: clock.now(), after: dingtalk.messages().length });
  };
  const looks = (): void => {
    const fresh = dingtalk.calls.slice(looked);
    looked = dingtalk.calls.length;
    for (const { method, path, body } of fresh) {
      if (method !== 'PUT' || path !== '/v1.0/card/instances') continue;
      const { outTrackId, cardData, privateData = {} } = body as Changed;
      if (cardData !== undefined) changed.add(outTrackId);
      for (const [user, { cardParamMap }] of Object.entries(privateData))
        if ((cardParamMap['notice'] ?? '') !== '') shown(user, outTrackId);
    }
  };

  const learns = async (messages: readonly DingMessage[]): Promise<void> => {
    const ids = messages.flatMap(({ card }) =>
      card === null || surfaces.has(card.outTrackId) ? [] : [card.outTrackId],
    );
    if (ids.length === 0) return;
    const cards = connection.collection<{ readonly _id: string; readonly surface: string }>('dingtalk_cards');
    for (const { _id, surface } of await cards.find({ _id: { $in: ids } }).toArray()) surfaces.set(_id, surface);
  };
  const readingOf = (user: string): Reading => ({
    user,
    surfaceOf: (card) => surfaces.get(card) ?? '',
    isGroup: (id) => groups.has(id),
    isChanged: (card) => changed.has(card),
  });
  const noticeFor = (user: string, message: DingMessage): Seen | null =>
    noticeOf(message, noticed.get(keyOf(user, message.card?.outTrackId))?.at ?? message.sentAt);
  const everything = (user: string): DingMessage[] =>
    [...groups, user]
      .flatMap((place) => dingtalk.reads(place, user))
      .toSorted((a, b) => a.sentAt.getTime() - b.sentAt.getTime());
  const formOn = (message: DingMessage): Form | null => {
    const form = message.card === null ? null : formOf(message.card);
    if (form !== null) forms.set(form, message.id);
    return form;
  };

  return {
    everything,
    looks,
    shown,
    formOn,
    placeOf: (form) => forms.get(form),
    async sees(user, conversation) {
      const messages = dingtalk.reads(conversation, user);
      await learns(messages);
      const reading = readingOf(user);
      const order = new Map(dingtalk.messages().map(({ id }, i) => [id, i + 1]));
      const seen = messages.flatMap((message) => {
        const notice = noticeFor(user, message);
        const { after = 0 } = noticed.get(keyOf(user, message.card?.outTrackId)) ?? {};
        return [
          { at: order.get(message.id) ?? 0, seen: seenOf(message, reading) },
          ...(notice === null ? [] : [{ at: after + 0.5, seen: notice }]),
        ];
      });
      return seen.toSorted((a, b) => a.at - b.at).map((one) => one.seen);
    },
    watches(user) {
      looks();
      const formIn = ({ card }: DingMessage): string => card?.values['form'] ?? '';
      const before = new Map(everything(user).map((message) => [message.id, formIn(message)]));
      const noticedBefore = new Map(noticed);
      return async () => {
        const messages = everything(user);
        await learns(messages);
        const reading = readingOf(user);
        const said = messages
          .filter(({ id, from }) => !before.has(id) && from === null)
          .map((message) => seenOf(message, reading))
          .findLast((seen) => seen.private === true);
        const card = messages.findLast((message) => {
          const key = keyOf(user, message.card?.outTrackId);
          return noticed.get(key) !== noticedBefore.get(key);
        });
        const answer = said ?? (card === undefined ? null : noticeFor(user, card));
        const asking = messages.findLast((m) => m.card?.form != null && formIn(m) !== (before.get(m.id) ?? ''));
        return { answer, form: asking === undefined ? null : formOn(asking) };
      };
    },
  };
}
