import type { Connection } from 'mongoose';
import type { OutMessage } from '../../adapters/adapter.ts';
import type { Telling } from '../domain/pinged.ts';
import { Mixed, collection } from './connection.ts';
import { rowsOf } from './rows.ts';
import type { Lent } from './surfaces.ts';

/** A ticket of which somebody was told, or is about to be. */
export interface PingItem extends Telling {
  readonly ticket: string;
  readonly number: number;
  /** Not in a message yet. */
  readonly fresh: boolean;
  /** It cannot wait. */
  readonly urgent: boolean;
  /** When it would have been said if its reader had been there; null: it was not held. */
  readonly heldFrom: Date | null;
}

/** A message as the platform names it; `number`: how many-th of its lane it is. */
interface Sent {
  readonly number: number;
  readonly ref: string;
}

/** What one person was told last at one address: one message at a time, which lives until nothing of it is due any more. */
export interface Pinged {
  /** The lane of the outbox. */
  readonly _id: string;
  readonly person: string;
  /** Counts the writes: each is made on what was read. 0: it is not stored yet. */
  readonly rev: number;
  /** How many-th message it is; part of the key under which it is sent. */
  readonly number: number;
  /** The row of the outbox with which it went; null before the first. */
  readonly row: string | null;
  /** At most 100. */
  readonly items: readonly PingItem[];
  /** There were more than these. */
  readonly more: boolean;
  /** The payload, frozen before it is sent: a repeat after a crash posts exactly this. Null: it stands, or there is none. */
  readonly frozen: OutMessage | null;
  /** The message as the platform names it; null: none stands. */
  readonly ref: string | null;
  /** What it shows, to tell whether it has changed. */
  readonly shown: string;
  /** The message before it, which is to be taken back. */
  readonly before: Sent | null;
  /** What the platform lent for changing these messages, oldest first. */
  readonly lent: readonly (Lent & { readonly number: number })[];
  readonly at: Date;
}

/** As stored: the payload as one text (JSON). */
type Stored = Omit<Pinged, 'frozen'> & { readonly frozen: string | null };

const thawed = ({ frozen, ...rest }: Stored): Pinged => ({
  ...rest,
  frozen: frozen === null ? null : (JSON.parse(frozen) as OutMessage),
});

/** The key under which a message goes, and by which presses on it name it. */
export const pingKey = ({ _id, number }: Pick<Pinged, '_id' | 'number'>): string => `${_id}:${number}`;

const KEY = /^(ping:.+):(\d+)$/su;

/** The lane and number of the message with this key; null: it is none. */
export function pingOf(key: string): Pick<Pinged, '_id' | 'number'> | null {
  const [, _id, number] = KEY.exec(key) ?? [];
  return _id === undefined ? null : { _id, number: Number(number) };
}

/** What people were told in their direct chats: one document for each person and address. */
export function pingStore(connection: Connection) {
  const text = { type: String, required: true };
  const model = collection<Stored>(
    connection,
    'pings',
    {
      _id: text,
      person: text,
      rev: { type: Number, required: true },
      number: { type: Number, required: true },
      row: String,
      items: Mixed,
      more: Boolean,
      frozen: String,
      ref: String,
      shown: String,
      before: Mixed,
      lent: Mixed,
      at: { type: Date, required: true },
    },
    [{ fields: { person: 1 } }],
  );
  const rows = rowsOf<Stored>(connection, 'pings');
  return {
    models: [model],
    load: async (lane: string): Promise<Pinged | null> => {
      const found = await rows.load(lane);
      return found === null ? null : thawed(found);
    },
    /** Everything somebody was told, at whichever address. */
    ofPerson: (person: string): Promise<Pinged[]> => rows.find({ person }).then((found) => found.map(thawed)),
    /** Writes what follows from what was read; null: somebody else has written meanwhile. What was lent is not touched. */
    save: async ({ lent, frozen, rev, ...rest }: Pinged): Promise<Pinged | null> => {
      const next = { ...rest, frozen: frozen === null ? null : JSON.stringify(frozen), rev: rev + 1 };
      const { _id, ...set } = next;
      if (rev > 0) {
        const met = await rows.updateOne({ _id, rev }, { $set: set });
        return met === 1 ? thawed({ ...next, lent }) : null;
      }
      const [isNew] = await rows.add([{ ...next, lent }]);
      return isNew === true ? thawed({ ...next, lent }) : null;
    },
    /** Keeps what the platform lent for changing a message; the same again is kept once. */
    lend: async (key: string, lent: readonly Lent[]): Promise<void> => {
      const message = pingOf(key);
      if (message === null || lent.length === 0) return;
      const all = lent.map((one) => ({ ...one, number: message.number }));
      await rows.updateOne({ _id: message._id }, { $addToSet: { lent: { $each: all } } });
    },
    /** Takes one of these for good; false: somebody else took it. */
    spend: async (key: string, secret: string): Promise<boolean> =>
      (await rows.updateOne(
        { _id: pingOf(key)?._id ?? '', 'lent.secret': secret },
        { $pull: { lent: { secret } } },
      )) === 1,
    /** What was lent for messages before this one is of no use any more. */
    forget: (lane: string, number: number): Promise<void> =>
      rows.updateOne({ _id: lane }, { $pull: { lent: { number: { $lt: number } } } }).then(() => undefined),
  };
}
