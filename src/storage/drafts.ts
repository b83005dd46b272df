import type { Connection } from 'mongoose';
import type { Attachment } from '../domain/attachment.ts';
import { Mixed, collection, reaching } from './connection.ts';
import { rowsOf } from './rows.ts';

/**
 * What somebody of the staff wrote that waits for a button: a pasted text not filed yet, pictures sent alone (no text), a reply to a
 * customer who is elsewhere. Kept for a day, for its author.
 */
export interface Draft {
  readonly _id: string;
  /** Whose it is. */
  readonly person: string;
  /** addressKey of the chat it was written in. */
  readonly conversation: string;
  readonly purpose: 'filing' | 'pictures' | 'reply';
  readonly text: string;
  /** Digest of the text, so that the same paste is recognised; empty without text. */
  readonly digest: string;
  readonly attachments: readonly Attachment[];
  /** Ids of the tickets that were offered beside it as likely the same. */
  readonly offered: readonly string[];
  /** Id of the ticket it became or joined. */
  readonly ticket: string | null;
  /** The moment from which what comes near it is counted: written, or filed. */
  readonly at: Date;
}

export function draftStore(connection: Connection) {
  const text = { type: String, required: true };
  const model = collection<Draft>(
    connection,
    'drafts',
    {
      _id: text,
      person: text,
      conversation: text,
      purpose: text,
      text: { type: String, default: '' },
      digest: { type: String, default: '' },
      attachments: { type: Mixed },
      offered: [String],
      ticket: { type: String, default: null },
      at: { type: Date, required: true },
    },
    [{ fields: { person: 1, conversation: 1, at: 1 } }, { fields: { digest: 1, at: 1 } }, { fields: { at: 1 } }],
  );
  const rows = rowsOf<Draft>(connection, 'drafts');
  return {
    models: [model],
    /** Stores a draft; one that exists stays as it is. */
    add: (draft: Draft): Promise<void> => rows.add([draft]).then(() => undefined),
    load: rows.load,
    /** One person's in one chat since a moment, newest first. */
    near: (person: string, conversation: string, since: Date): Promise<Draft[]> =>
      rows.find({ person, conversation, at: { $gte: since } }, { sort: { at: -1 }, limit: 10 }),
    /** The newest one with the same text that became a ticket since a moment. */
    filed: (digest: string, since: Date): Promise<Draft | null> =>
      rows.findOne({ digest, at: { $gte: since }, ticket: { $gt: '' } }, { sort: { at: -1 } }),
    /** Adds files; each is there once. */
    attach: (id: string, attachments: readonly Attachment[]): Promise<void> =>
      rows.updateOne({ _id: id }, { $addToSet: { attachments: { $each: attachments } } }).then(() => undefined),
    offer: (id: string, offered: readonly string[]): Promise<void> =>
      rows.updateOne({ _id: id }, { $set: { offered } }).then(() => undefined),
    settle: (id: string, ticket: string, at: Date): Promise<void> =>
      rows.updateOne({ _id: id }, { $set: { ticket, at } }).then(() => undefined),
    drop: (id: string): Promise<void> => reaching(async () => void (await model.deleteOne({ _id: id }))),
    prune: (before: Date): Promise<void> =>
      reaching(async () => void (await model.deleteMany({ at: { $lt: before } }))),
  };
}
