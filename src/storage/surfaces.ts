import type { Connection } from 'mongoose';
import type { OutMessage } from '../../adapters/adapter.ts';
import type { Address } from '../domain/address.ts';
import type { Place } from '../domain/effect.ts';
import { batched } from './batch.ts';
import { Mixed, collection } from './connection.ts';
import { rowsOf } from './rows.ts';

/** One posted card: subject x recipient x kind x generation, one live generation at a time. */
export interface Surface {
  /** `kind:subject:address:generation`; the key under which it is posted. */
  readonly _id: string;
  /** The same without the generation. */
  readonly slot: string;
  readonly generation: number;
  readonly ticket: string;
  readonly place: Place;
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
      place: Mixed,
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
      { fields: { platformId: 1 }, options: { partialFilterExpression: { platformId: { $gt: '' } } } },
    ],
  );
  const rows = rowsOf<Surface>(connection, 'surfaces');
  const newest = batched(async (slots: readonly string[]) => {
    const found = await rows.find({ slot: { $in: [...new Set(slots)] } }, { sort: { slot: 1, generation: -1 } });
    const first = new Map(found.toReversed().map((surface) => [surface.slot, surface]));
    return slots.map((slot) => first.get(slot) ?? null);
  });
  const reserve = batched(async (surfaces: readonly Surface[]) => {
    await rows.add(surfaces);
    return surfaces.map(() => undefined);
  });
  const set = batched(async (changes: readonly { id: string; to: Partial<Surface> }[]) => {
    await rows.bulk(changes.map(({ id, to }) => ({ filter: { _id: id }, update: { $set: to } })));
    return changes.map(() => undefined);
  });
  return {
    models: [model],
    load: rows.load,
    /** The newest generation in a slot. */
    newest: (slot: string): Promise<Surface | null> => newest(slot),
    /** Reserves a generation before it is posted; an existing one stays as it is. */
    reserve: (surface: Surface): Promise<void> => reserve(surface),
    /** It was posted or redrawn and shows this version now. */
    showing: (id: string, ref: string, platformId: string, shown: number): Promise<void> =>
      set({ id, to: { state: 'live', ref, platformId, shown, frozen: null } }),
    gone: (id: string): Promise<void> => set({ id, to: { state: 'gone', frozen: null } }),
    ofTicket: (ticket: string): Promise<Surface[]> => rows.find({ ticket }),
    byPlatformId: (platformId: string): Promise<Surface | null> =>
      rows.findOne({ platformId: { $eq: platformId, $gt: '' } }),
  };
}
