import type { Connection } from 'mongoose';
import type { OutMessage } from '../../adapters/adapter.ts';
import type { Address } from '../domain/address.ts';
import type { Place } from '../domain/effect.ts';
import { batched } from './batch.ts';
import { Mixed, collection, reaching } from './connection.ts';
import { rowsOf } from './rows.ts';

/**
 * Where one ticket stands in one conversation: subject x recipient x kind x generation, one generation that counts at a time. Of an open ticket in
 * its team's group it is the one entry of the ledger, so it is in exactly one place:
 * - `waiting` in the room's list · `row` on one of its boards
 * - `reserved` an own card, under way · `live` an own card that stands
 * - `off` it left list or board: its card is with whoever has it, or it is done
 * - `gone` a card that was deleted or could never be posted; the next generation takes its place.
 */
export interface Surface {
  /** `kind:subject:address:generation`; the key under which it is posted. */
  readonly _id: string;
  /** The same without the generation. */
  readonly slot: string;
  readonly generation: number;
  readonly ticket: string;
  readonly place: Place;
  readonly address: Address;
  readonly state: 'waiting' | 'row' | 'reserved' | 'live' | 'off' | 'gone';
  /** The list or board it stands on, as `listOf` and `boardOf` name it; null: none. */
  readonly stand: string | null;
  /** Its age there: when its ticket was opened. */
  readonly since: Date;
  /** The first payload, frozen before it is sent: a repeat after a crash posts exactly this. Null before, and once it is live. */
  readonly frozen: OutMessage | null;
  /** `address key + platform message id`, for quotes and threads. */
  readonly platformId: string | null;
  /** The platform's id of the message. */
  readonly ref: string | null;
  /** The cardVersion it shows. */
  readonly shown: number;
  /** What the platform lent for changing it, oldest first; absent: nothing. */
  readonly lent?: readonly Lent[];
  /** The files that are in the thread below it, or on their way there; absent: none. */
  readonly below?: readonly Lot[];
  /** Whom it was sent to, by user id, where its conversation calls. */
  readonly to?: readonly string[];
  readonly at: Date;
}

/** Files that go below a card together: `lot` counts from 1, `files` are their ids. */
interface Lot {
  readonly lot: number;
  readonly files: readonly string[];
}

/** As stored: the frozen payload as one text (JSON), for a card of a hundred nested values costs more to keep than all the rest. */
type Stored = Omit<Surface, 'frozen'> & { readonly frozen: string | null };

const sentTo = (message: OutMessage): Pick<Surface, 'to'> => (message.to !== undefined ? { to: message.to } : {});

const stored = ({ frozen, ...surface }: Surface): Stored => ({
  ...surface,
  frozen: frozen === null ? null : JSON.stringify(frozen),
});
const thawed = ({ frozen, ...surface }: Stored): Surface => ({
  ...surface,
  frozen: frozen === null ? null : (JSON.parse(frozen) as OutMessage),
});

/** A grant as it is kept: its secret sealed. Good for one change. */
export interface Lent {
  readonly secret: string;
  readonly expiresAt: Date;
}

/** The waiting list of a room (addressKey). */
export const listOf = (room: string): string => `${room}\nlist`;
/** One of its boards. */
export const boardOf = (room: string, board: number): string => `${room}\n${board}`;

export function surfaceStore(connection: Connection) {
  const text = { type: String, required: true };
  const model = collection<Stored>(
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
      stand: { type: String, default: null },
      since: { type: Date, required: true },
      frozen: { type: String, default: null },
      platformId: { type: String, default: null },
      ref: { type: String, default: null },
      shown: { type: Number, required: true },
      lent: Mixed,
      below: Mixed,
      to: Mixed,
      at: { type: Date, required: true },
    },
    [
      { fields: { slot: 1, generation: -1 } },
      { fields: { ticket: 1 } },
      { fields: { stand: 1, since: 1 }, options: { partialFilterExpression: { stand: { $gt: '' } } } },
      { fields: { platformId: 1 }, options: { partialFilterExpression: { platformId: { $gt: '' } } } },
    ],
  );
  const rows = rowsOf<Stored>(connection, 'surfaces');
  const newest = batched(async (slots: readonly string[]) => {
    const found = await rows.find({ slot: { $in: [...new Set(slots)] } }, { sort: { slot: 1, generation: -1 } });
    const first = new Map(found.toReversed().map((surface) => [surface.slot, thawed(surface)]));
    return slots.map((slot) => first.get(slot) ?? null);
  });
  const reserve = batched(async (surfaces: readonly Surface[]) => {
    await rows.add(surfaces.map(stored));
    return surfaces.map(() => undefined);
  });
  const set = batched(async (changes: readonly { id: string; to: Partial<Stored> }[]) => {
    await rows.bulk(changes.map(({ id, to }) => ({ filter: { _id: id }, update: { $set: to } })));
    return changes.map(() => undefined);
  });
  const onStand = (stand: string) => ({ stand: { $eq: stand, $gt: '' } });
  /** Moves entries that still stand where they were seen; how many. */
  const move = async (ids: readonly string[], from: string, to: Partial<Stored>): Promise<number> =>
    ids.length === 0 ? 0 : rows.updateMany({ _id: { $in: [...ids] }, stand: from }, { $set: to });
  return {
    models: [model],
    load: async (id: string): Promise<Surface | null> => {
      const row = await rows.load(id);
      return row === null ? null : thawed(row);
    },
    /** The newest generation in a slot. */
    newest: (slot: string): Promise<Surface | null> => newest(slot),
    /** Reserves a generation before it is posted; an existing one stays as it is. */
    reserve: (surface: Surface): Promise<void> => reserve(surface),
    /** It was posted or redrawn and shows this version now. */
    showing: (id: string, ref: string, platformId: string, shown: number): Promise<void> =>
      set({ id, to: { state: 'live', ref, platformId, shown, frozen: null } }),
    gone: (id: string): Promise<void> => set({ id, to: { state: 'gone', frozen: null } }),
    /** Keeps what the platform lent for changing it; the same again is kept once. */
    lend: async (id: string, lent: readonly Lent[]): Promise<void> => {
      if (lent.length > 0) await rows.updateOne({ _id: id }, { $addToSet: { lent: { $each: lent } } });
    },
    /** Remembers files that go below it; the same lot again changes nothing. */
    putBelow: (id: string, lot: Lot): Promise<void> =>
      rows.updateOne({ _id: id }, { $addToSet: { below: lot } }).then(() => undefined),
    /** Takes one grant for good; false: somebody else took it. */
    spend: async (id: string, secret: string): Promise<boolean> =>
      (await rows.updateOne({ _id: id, 'lent.secret': secret }, { $pull: { lent: { secret } } })) === 1,
    /** Keeps what is about to be posted. */
    freeze: (id: string, frozen: OutMessage): Promise<void> =>
      set({ id, to: { frozen: JSON.stringify(frozen), ...sentTo(frozen) } }),
    /** What stands on a list or board, oldest first. */
    standing: (stand: string, limit: number): Promise<Surface[]> =>
      rows.find(onStand(stand), { sort: { stand: 1, since: 1 }, limit }).then((found) => found.map(thawed)),
    countStanding: (stand: string): Promise<number> => reaching(() => model.countDocuments(onStand(stand))),
    /** From the list onto a board; how many still waited. */
    ontoBoard: (ids: readonly string[], room: string, board: number): Promise<number> =>
      move(ids, listOf(room), { state: 'row', stand: boardOf(room, board) }),
    /** From list or board to an own card. */
    ontoCard: (ids: readonly string[], from: string): Promise<number> =>
      move(ids, from, { state: 'reserved', stand: null }),
    /** Off list or board. */
    off: (ids: readonly string[], from: string): Promise<number> => move(ids, from, { state: 'off', stand: null }),
    /** What had left it gets an own card. */
    restore: (id: string): Promise<void> => set({ id, to: { state: 'reserved', frozen: null } }),
    /** An own card of which nothing was sent is not needed any more. */
    spare: (id: string): Promise<void> => set({ id, to: { state: 'off', frozen: null } }),
    /** What had left it waits again. */
    again: (id: string, room: string, since: Date): Promise<number> =>
      rows.updateOne({ _id: id, state: 'off' }, { $set: { state: 'waiting', stand: listOf(room), since } }),
    ofTicket: (ticket: string): Promise<Surface[]> => rows.find({ ticket }).then((found) => found.map(thawed)),
    byPlatformId: (platformId: string): Promise<Surface | null> =>
      rows
        .findOne({ platformId: { $eq: platformId, $gt: '' } })
        .then((found) => (found === null ? null : thawed(found))),
  };
}

/** Shown instead of a post's words, as it is when it goes; `state`: which state of it. */
export type PostView =
  /** The card of somebody whose shift ends at `ends`. */
  | { readonly kind: 'handover'; readonly ends: Date; readonly state: string }
  /** A warning. */
  | { readonly kind: 'anomaly'; readonly id: string; readonly state: string };
