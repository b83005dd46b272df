import type { Connection } from 'mongoose';
import type { Actor } from '../domain/actor.ts';
import type { Address } from '../domain/address.ts';
import type { Attachment } from '../domain/attachment.ts';
import type { Language } from '../domain/ticket.ts';
import type { Sentence } from '../text/text.ts';
import { batched } from './batch.ts';
import { Mixed, collection } from './connection.ts';
import { rowsOf } from './rows.ts';

/** Words a person wrote, or a sentence of the catalogues put into words when it is delivered. */
export type MessageBody =
  | { readonly text: string; readonly attachments: readonly Attachment[] }
  | { readonly sentence: Sentence };

/**
 * Where a message stands. In: `received`, or `recalled` when its writer took it back and its words are gone. Out: `held` until its effect lets it go, `sending` while it is under way (first of
 * `sending` and `withdrawn` wins), then `sent` or `failed`. Elsewhere: `told`, until somebody takes that back.
 */
export type MessageState = 'received' | 'held' | 'sending' | 'sent' | 'withdrawn' | 'failed' | 'told' | 'recalled';

/** One message between the customer and us. Internal notes are another type in another collection. */
export interface CustomerMessage {
  readonly _id: string;
  /** Empty: about none (an answer to somebody who has said nothing of a matter yet). */
  readonly ticket: string;
  /** Of a sentence about no ticket: the language the customer wrote in. */
  readonly language?: Language;
  /** `elsewhere`: what we said by hand where we cannot write; nothing ever sends it. */
  readonly direction: 'in' | 'out' | 'elsewhere';
  readonly author: Actor;
  readonly body: MessageBody;
  /** Null for what was said or heard elsewhere. */
  readonly address: Address | null;
  /** The platform's name for it, so that a quote is recognised and a mirrored copy does not come back. */
  readonly platformId: string | null;
  readonly state: MessageState;
  readonly at: Date;
  /** Of a correction: the message it takes back. */
  readonly corrects?: string;
  /** It was given up before it was withdrawn. */
  readonly givenUp?: true;
}

/** Messages with customers. */
export function messageStore(connection: Connection) {
  const text = { type: String, required: true };
  const model = collection<CustomerMessage>(
    connection,
    'messages',
    {
      _id: text,
      ticket: String,
      language: String,
      direction: text,
      author: Mixed,
      body: Mixed,
      address: Mixed,
      platformId: { type: String, default: null },
      state: text,
      at: { type: Date, required: true },
      corrects: String,
      givenUp: Boolean,
    },
    [
      { fields: { ticket: 1, at: 1 } },
      { fields: { platformId: 1 }, options: { partialFilterExpression: { platformId: { $gt: '' } } } },
    ],
  );
  const rows = rowsOf<CustomerMessage>(connection, 'messages');
  const move = (
    id: string,
    from: MessageState[],
    to: MessageState,
    more: Partial<CustomerMessage> = {},
  ): Promise<boolean> =>
    rows.updateOne({ _id: id, state: { $in: from } }, { $set: { state: to, ...more } }).then((met) => met === 1);
  const add = batched(async (lots: readonly (readonly CustomerMessage[])[]) => {
    const stored = await rows.add(lots.flat());
    let next = 0;
    return lots.map((lot) => stored.slice(next, (next += lot.length)).every(Boolean));
  });
  const startSending = batched(async (ids: readonly string[]) => {
    const met = await rows.updateMany(
      { _id: { $in: [...ids] }, state: { $in: ['held', 'sending'] } },
      { $set: { state: 'sending' } },
    );
    if (met === ids.length) return ids.map(() => true);
    const sending = await rows.find({ _id: { $in: [...ids] }, state: 'sending' }, { projection: { _id: 1 } });
    const allowed = new Set(sending.map(({ _id }) => _id));
    return ids.map((id) => allowed.has(id));
  });
  const sent = batched(async (all: readonly { id: string; platformId: string }[]) => {
    await rows.bulk(
      all.map(({ id, platformId }) => ({
        filter: { _id: id, state: 'sending' },
        update: { $set: { state: 'sent', platformId } },
      })),
    );
    return all.map(() => undefined);
  });

  return {
    models: [model],
    /** Stores messages; those that exist already stay as they are. True when all were new. */
    add: (messages: readonly CustomerMessage[]): Promise<boolean> => add(messages),
    load: rows.load,
    /** Points an incoming message at another ticket than it was first meant for. */
    moveTo: (id: string, ticket: string): Promise<void> =>
      rows.updateOne({ _id: id }, { $set: { ticket } }).then(() => undefined),
    byPlatformId: (platformId: string): Promise<CustomerMessage | null> =>
      rows.findOne({ platformId: { $eq: platformId, $gt: '' } }),
    /** Oldest first; at most the newest `limit`. */
    ofTicket: (ticket: string, limit: number): Promise<CustomerMessage[]> =>
      rows.find({ ticket }, { sort: { at: -1 }, limit }).then((newest) => newest.toReversed()),
    /** Oldest first, after the end of the page before: its last moment, and the ids of what was told of it. */
    page: (
      ticket: string,
      after: { readonly at: Date; readonly told: readonly string[] } | null,
      limit: number,
    ): Promise<CustomerMessage[]> =>
      rows.find(
        { ticket, ...(after === null ? {} : { at: { $gte: after.at }, _id: { $nin: [...after.told] } }) },
        { sort: { at: 1 }, limit },
      ),
    /** Whether a file came or went with a message of this ticket. */
    holds: (ticket: string, file: string): Promise<boolean> =>
      rows.findOne({ ticket, 'body.attachments.id': file }, { projection: { _id: 1 } }).then((found) => found !== null),
    /** True for whoever may send it now: `sending` again after a crash, never once withdrawn or sent. */
    startSending: (id: string): Promise<boolean> => startSending(id),
    /** It certainly did not arrive: until the next try it can be withdrawn. */
    release: (id: string): Promise<boolean> => move(id, ['sending'], 'held'),
    sent: (id: string, platformId: string): Promise<void> => sent({ id, platformId }),
    /** What was under way when the backup was made, of which the platform's id is not known: it went out then. */
    wentOut: (id: string): Promise<boolean> => move(id, ['sending'], 'sent'),
    /** A message that could not be sent may be tried again. */
    revive: (id: string): Promise<boolean> => move(id, ['failed'], 'held'),
    /** Its writer took it back. */
    recall: (id: string): Promise<void> =>
      rows
        .updateOne({ _id: id, direction: 'in' }, { $set: { state: 'recalled', body: { text: '', attachments: [] } } })
        .then(() => undefined),
    failed: (id: string): Promise<boolean> => move(id, ['sending', 'held'], 'failed'),
    /** True when it will never go out: it was still held, only noted down, was given up, or was withdrawn before. */
    withdraw: async (id: string): Promise<boolean> =>
      (await move(id, ['held', 'told', 'withdrawn'], 'withdrawn')) ||
      move(id, ['failed'], 'withdrawn', { givenUp: true }),
    /** Takes back a withdrawal whose undo was refused after all: it stands where it stood. */
    restore: async (id: string): Promise<void> => {
      const back = (filter: Record<string, unknown>, state: MessageState): Promise<number> =>
        rows.updateOne({ _id: id, state: 'withdrawn', ...filter }, { $set: { state }, $unset: { givenUp: 1 } });
      if ((await back({ direction: 'elsewhere' }, 'told')) > 0 || (await back({ givenUp: true }, 'failed')) > 0) return;
      await back({}, 'held');
    },
  };
}
