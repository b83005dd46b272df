import type { Connection } from 'mongoose';
import type { OutMessage } from '../../adapters/adapter.ts';
import type { Address } from '../domain/address.ts';
import { Mixed, collection, isDuplicate } from './connection.ts';
import { rowsOf } from './rows.ts';

/** What a board showed when it was last drawn. */
export interface Shown {
  readonly at: Date;
  /** How many waited beyond the boards. */
  readonly waiting: number;
  /** `ticket.cardVersion` of its rows, in order. */
  readonly rows: readonly string[];
}

/** One of the rolling boards of a group: ten rows in one message. */
export interface Board {
  /** 1, 2, 3. */
  readonly number: number;
  /** Counts its messages; part of the key under which it is posted. */
  readonly generation: number;
  /** `none`: no message stands · `reserved`: its message is under way with the frozen payload · `live`: it stands. */
  readonly state: 'none' | 'reserved' | 'live';
  readonly frozen: OutMessage | null;
  /** The platform's id of the message. */
  readonly ref: string | null;
  /** Rises with every drawing. */
  readonly version: number;
  readonly shown: Shown | null;
}

/** A group in which tickets have had to wait for a place; written by whoever delivers for its app, and by nobody else. */
export interface Room {
  /** addressKey of the group. */
  readonly _id: string;
  readonly app: string;
  readonly address: Address;
  readonly team: string;
  readonly epoch: number;
  /** Since when it is in surge mode; null: it is not. */
  readonly surgeSince: Date | null;
  /** Since when surge mode is not needed any more. */
  readonly calmSince: Date | null;
  readonly boards: readonly Board[];
}

export function roomStore(connection: Connection) {
  const text = { type: String, required: true };
  const model = collection<Room>(
    connection,
    'rooms',
    {
      _id: text,
      app: text,
      address: Mixed,
      team: text,
      epoch: { type: Number, required: true },
      surgeSince: { type: Date, default: null },
      calmSince: { type: Date, default: null },
      boards: { type: Mixed },
    },
    [{ fields: { app: 1 } }],
  );
  const rows = rowsOf<Room>(connection, 'rooms');
  return {
    models: [model],
    load: rows.load,
    ofApp: (app: string): Promise<Room[]> => rows.find({ app }),
    /** Writes a room under the lease's epoch; false when a younger epoch has written. */
    save: async ({ _id, ...room }: Room): Promise<boolean> => {
      try {
        await rows.bulk([{ filter: { _id, epoch: { $lte: room.epoch } }, update: { $set: room }, upsert: true }]);
        return true;
      } catch (error) {
        if (isDuplicate(error)) return false;
        throw error;
      }
    },
  };
}
