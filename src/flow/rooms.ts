import type { Adapter } from '../../adapters/adapter.ts';
import { addressKey, type Address } from '../domain/address.ts';
import type { Place } from '../domain/effect.ts';
import type { Ticket } from '../domain/ticket.ts';
import type { Room } from '../storage/rooms.ts';
import { listOf, type Surface } from '../storage/surfaces.ts';
import { StaleEpoch } from './budget.ts';
import { lookAt } from './look.ts';
import type { Parts } from './parts.ts';
import type { QuotaBudgets } from './quota.ts';

/** A room as the process that delivers for it knows it. */
export interface Watched {
  room: Room;
  /** Whether the store has it. */
  saved: Promise<void> | null;
  /** When it is to be looked at again (monotonic ms); Infinity: when something happens. */
  next: number;
  /** Boards that show what is no longer so, and since when (monotonic ms). */
  readonly stale: Map<number, number>;
  /** Boards whose drawing is asked for, and since when (monotonic ms). */
  readonly asked: Map<number, number>;
  /** Entries of the list that were given a card which is not posted yet, and since when (monotonic ms). */
  readonly given: Map<string, number>;
  /** How many tickets came that wanted a card, by second (monotonic), of the last minute. */
  readonly arrivals: Map<number, number>;
  /** How many waited when it was last looked at, with those that came since. */
  waiting: number;
}

/** What all rooms of one app stand on, under one epoch. */
export interface Desk {
  readonly parts: Parts;
  readonly app: string;
  readonly adapter: Adapter;
  readonly budgets: QuotaBudgets;
  readonly epoch: number;
  /** How many boards stand in all rooms of the app. */
  readonly standing: () => number;
}

/** A ticket whose card is to stand in a group. */
export interface Entry {
  readonly ticket: Ticket;
  readonly place: Extract<Place, { card: 'ticket' }>;
  readonly address: Address;
  readonly slot: string;
  /** Where it stood there before; null: nowhere yet. */
  readonly newest: Surface | null;
  /** Whom it would go to, where the conversation calls. */
  readonly to?: readonly string[];
}

/** The groups of one app in which tickets have to wait: lists, boards, surge mode. Only the holder of the delivery lease has them. */
export interface Rooms {
  /** Under a new epoch everything is read anew; under the one it has nothing happens. */
  open(epoch: number): Promise<void>;
  /** Forgets everything: what is opened next is read anew, whatever its epoch. */
  close(): void;
  /** Whether the new card goes out at once: then its permit is taken. Otherwise the ticket has entered the room's list. */
  admit(entry: Entry): Promise<boolean>;
  inSurge(address: Address): boolean;
  /** Something that stands on a list or board has changed or has left it. */
  touched(surface: Surface): void;
  /** A card that the list was given is posted, or is not needed any more. */
  settled(surface: Surface): void;
  /** Looks at the rooms whose time has come; how many it did something in. */
  step(): Promise<number>;
  of(address: Address): Watched | null;
  readonly desk: () => Desk;
}

/** How long what was asked for is waited for. */
const ASKED_MS = 120_000;
/** Seconds with arrivals kept before those that are over are forgotten. */
const MOST_SECONDS = 120;

export function createRooms(parts: Parts, app: string, adapter: Adapter, budgets: QuotaBudgets): Rooms {
  const { store, clock } = parts;
  let rooms = new Map<string, Watched>();
  let directory = parts.directory();
  const standing = (): number => [...rooms.values()].reduce((sum, { room }) => sum + liveIn(room), 0);
  let desk: Desk = { parts, app, adapter, budgets, epoch: -1, standing };

  const watched = (room: Room, isSaved: boolean): Watched => ({
    room,
    saved: isSaved ? Promise.resolve() : null,
    next: 0,
    stale: new Map(room.boards.map((b) => [b.number, clock.monotonic()])),
    asked: new Map(),
    given: new Map(),
    arrivals: new Map(),
    waiting: 0,
  });

  const roomFor = ({ address, place }: Entry): Watched => {
    const key = addressKey(address);
    const known = rooms.get(key);
    if (known !== undefined) return known;
    const fresh = { _id: key, app, address, team: place.team, epoch: desk.epoch } as const;
    const made = watched({ ...fresh, surgeSince: null, calmSince: null, boards: [] }, false);
    rooms.set(key, made);
    return made;
  };

  /** The room is there before anything stands in it: who delivers next finds what waits by it. */
  const enter = async (w: Watched, { ticket, place, address, slot, newest }: Entry): Promise<void> => {
    w.saved ??= saveRoom(desk, w).catch((error: unknown) => {
      w.saved = null;
      throw error;
    });
    await w.saved;
    const since = ticket.openedAt;
    if (newest?.state === 'off') await store.surfaces.again(newest._id, w.room._id, since);
    else {
      const generation = (newest?.generation ?? 0) + 1;
      await store.surfaces.reserve({
        _id: `${slot}:${generation}`,
        slot,
        generation,
        ticket: ticket._id,
        place,
        address,
        state: 'waiting',
        stand: listOf(w.room._id),
        since,
        frozen: null,
        platformId: null,
        ref: null,
        shown: 0,
        at: clock.now(),
      });
    }
  };

  return {
    desk: () => desk,
    of: (address) => rooms.get(addressKey(address)) ?? null,
    inSurge: (address) => budgets.isScarce() || (rooms.get(addressKey(address))?.room.surgeSince ?? null) !== null,

    async open(epoch) {
      if (desk.epoch === epoch) return;
      const kept = await store.rooms.ofApp(app);
      desk = { ...desk, epoch };
      rooms = new Map(kept.map((room) => [room._id, watched(room, true)]));
      // How many wait is known after the first look; until then nobody may overtake them.
      for (const w of rooms.values()) w.waiting = 1;
    },

    close() {
      desk = { ...desk, epoch: -1 };
      rooms = new Map();
    },

    async admit(entry) {
      const w = roomFor(entry);
      const second = Math.floor(clock.monotonic() / 1_000);
      w.arrivals.set(second, (w.arrivals.get(second) ?? 0) + 1);
      if (w.arrivals.size > MOST_SECONDS) arrivalsIn(w, clock.monotonic());
      if (w.room.surgeSince === null && w.waiting === 0 && !budgets.isScarce()) {
        const { address, to } = entry;
        const use = { address, method: 'send', purpose: 'new', ...(to !== undefined && { to }) } as const;
        const wait = await budgets.take(use, desk.epoch);
        if (wait === 0) return true;
      }
      w.waiting += 1;
      await enter(w, entry);
      w.next = 0;
      return false;
    },

    touched({ address, stand }) {
      const w = rooms.get(addressKey(address));
      if (w === undefined) return;
      const board = Number(stand?.slice(w.room._id.length + 1));
      if (Number.isInteger(board) && !w.stale.has(board)) w.stale.set(board, clock.monotonic());
      w.next = 0;
    },

    settled({ _id, address }) {
      const w = rooms.get(addressKey(address));
      if (w?.given.delete(_id) === true) w.next = 0;
    },

    async step() {
      const now = clock.monotonic();
      if (parts.directory() !== directory) {
        // A group may belong to another team by now.
        directory = parts.directory();
        for (const w of rooms.values()) w.next = 0;
      }
      let found = 0;
      for (const w of rooms.values()) {
        forget(w.asked, now - ASKED_MS);
        forget(w.given, now - ASKED_MS);
        if (w.next > now || w.saved === null) continue;
        if (await lookAt(desk, w)) found += 1;
      }
      return found;
    },
  };
}

/** How many tickets wanted a card in the last minute. */
export function arrivalsIn(w: Watched, now: number): number {
  const first = Math.floor(now / 1_000) - 60;
  let sum = 0;
  for (const [second, count] of w.arrivals) {
    if (second < first) w.arrivals.delete(second);
    else sum += count;
  }
  return sum;
}

/** How many boards stand in a room. */
export const liveIn = (room: Room): number => room.boards.filter((b) => b.state === 'live').length;

function forget<K>(since: Map<K, number>, before: number): void {
  for (const [key, at] of since) if (at < before) since.delete(key);
}

/** Writes a room under the lease's epoch; a younger holder's is not touched. */
export async function saveRoom(desk: Desk, w: Watched): Promise<void> {
  w.room = { ...w.room, epoch: desk.epoch };
  if (!(await desk.parts.store.rooms.save(w.room))) throw new StaleEpoch(`the room ${w.room._id}`);
}
