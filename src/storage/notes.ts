import type { Connection } from 'mongoose';
import type { Actor } from '../domain/actor.ts';
import type { Attachment } from '../domain/attachment.ts';
import { Mixed, collection, isDuplicate, reaching } from './connection.ts';

/** An internal note. It has no address and no text field that anything sending to customers reads. */
export interface Note {
  readonly _id: string;
  readonly ticket: string;
  readonly author: Actor;
  readonly noteText: string;
  readonly attachments: readonly Attachment[];
  readonly at: Date;
}

export function noteStore(connection: Connection) {
  const text = { type: String, required: true };
  const model = collection<Note>(
    connection,
    'notes',
    {
      _id: text,
      ticket: text,
      author: Mixed,
      noteText: String,
      attachments: [Mixed],
      at: { type: Date, required: true },
    },
    [{ fields: { ticket: 1, at: 1 } }],
  );
  return {
    models: [model],
    /** Stores a note; one that exists already stays as it is. */
    add: (note: Note): Promise<void> =>
      reaching(async () => {
        try {
          await model.create(note);
        } catch (error) {
          if (!isDuplicate(error)) throw error;
        }
      }),
    /** Those of these that exist, in no order. */
    withIds: (ids: readonly string[]): Promise<Note[]> =>
      reaching(() => model.find({ _id: { $in: [...ids] } }).lean<Note[]>()),
    /** Oldest first; at most the newest `limit`. */
    ofTicket: (ticket: string, limit: number): Promise<Note[]> =>
      reaching(async () => (await model.find({ ticket }).sort({ at: -1 }).limit(limit).lean<Note[]>()).toReversed()),
  };
}
