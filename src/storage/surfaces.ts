import type { Connection } from 'mongoose';
import type { OutMessage } from '../../adapters/adapter.ts';
import type { Address } from '../domain/address.ts';
import { Mixed, collection, isDuplicate, reaching } from './connection.ts';

/** One posted card: subject x recipient x kind x generation, one live generation at a time. */
export interface Surface {
  /** `kind:subject:address:generation`; the key under which it is posted. */
  readonly _id: string;
  /** The same without the generation. */
  readonly slot: string;
  readonly generation: number;
  readonly ticket: string;
  readonly card: 'ticket' | 'work';
  readonly address: Address;
  readonly state: 'reserved' | 'live' | 'gone';
  /** The first payload, frozen: a repeat after a crash posts exactly this. Dropped once it is live. */
  readonly frozen: OutMessage | null;
  /** `address key + platform message id`, for quotes and threads. */
  readonly platformId: string | null;
  /** The platform's id of the message. */
  readonly ref: string | null;
  /** The cardVersion it shows. */
  readonly shown: number;
  readonly at: Date;
}

export function surfaceStore(connection: Connection) {
  const text = { type: String, required: true };
  const model = collection<Surface>(
    connection,
    'surfaces',
    {
      _id: text,
      slot: text,
      generation: { type: Number, required: true },
      ticket: text,
      card: text,
      address: Mixed,
      state: text,
      frozen: Mixed,
      platformId: { type: String, default: null },
      ref: { type: String, default: null },
      shown: { type: Number, required: true },
      at: { type: Date, required: true },
    },
    [
      { fields: { slot: 1, generation: -1 } },
      { fields: { ticket: 1 } },
      { fields: { platformId: 1 }, options: { partialFilterExpression: { platformId: { $type: 'string' } } } },
    ],
  );
  return {
    models: [model],
    load: (id: string): Promise<Surface | null> => reaching(() => model.findById(id).lean<Surface>()),
    /** The newest generation in a slot. */
    newest: (slot: string): Promise<Surface | null> =>
      reaching(() => model.findOne({ slot }).sort({ generation: -1 }).lean<Surface>()),
    /** Reserves a generation before it is posted; an existing one stays as it is. */
    reserve: (surface: Surface): Promise<void> =>
      reaching(async () => {
        try {
          await model.create(surface);
        } catch (error) {
          if (!isDuplicate(error)) throw error;
        }
      }),
    /** It was posted or redrawn and shows this version now. */
    showing: (id: string, ref: string, platformId: string, shown: number): Promise<void> =>
      reaching(async () => {
        await model.updateOne({ _id: id }, { $set: { state: 'live', ref, platformId, shown, frozen: null } });
      }),
    gone: (id: string): Promise<void> =>
      reaching(async () => {
        await model.updateOne({ _id: id }, { $set: { state: 'gone', frozen: null } });
      }),
    ofTicket: (ticket: string): Promise<Surface[]> => reaching(() => model.find({ ticket }).lean<Surface[]>()),
    byPlatformId: (platformId: string): Promise<Surface | null> =>
      reaching(() => model.findOne({ platformId: { $eq: platformId, $type: 'string' } }).lean<Surface>()),
  };
}
