import { MOST_BOARDS } from '../domain/surge.ts';
import type { Board } from '../storage/rooms.ts';
import { boardOf, listOf } from '../storage/surfaces.ts';
import type { OutboxRow } from '../storage/outbox.ts';
import type { Use } from './budget.ts';
import { paceOf } from './limit.ts';
import { arrivalsIn, liveIn, saveRoom, type Desk, type Watched } from './rooms.ts';
import { drawRow, outboxRow } from './row.ts';

/** A board that can be changed is redrawn at most this often, or as seldom as the limits bear: a burst of claims is one redraw. */
const REDRAW_MS = 2_000;
/** Where messages cannot be changed a board is a snapshot, posted anew at most this often, for few new rows three times as seldom. */
const SNAPSHOT_MS = 20_000;
const FEW = 3;
/** How many wait is allowed to be this old on a board on which nothing else changed. */
const HEADER_MS = 15_000;
/** Entries that are moved at once at the most. */
const MOST_MOVED = 500;
const NUMBERS: readonly number[] = Array.from({ length: MOST_BOARDS }, (_, i) => i + 1);
/** Cards that are let out of a list at once at the most. */
const MOST_AT_ONCE = 20;
/** Boards leave this part of what the limits bear to the redraws of cards. */
const SHARE = 0.75;

/**
 * Looks at one room: whether it needs surge mode, whom of the list it can give a card or a row, which boards have to be drawn.
 * What it decides goes out as outbox rows, so that it is retried, counted and kept like everything else. Whether it did something.
 */
export async function lookAt(desk: Desk, w: Watched): Promise<boolean> {
  w.next = Infinity;
  try {
    return await look(desk, w);
  } catch (error) {
    // The store is away, or the lease is somebody else's: whoever comes next looks at once.
    w.next = 0;
    throw error;
  }
}

async function look(desk: Desk, w: Watched): Promise<boolean> {
  const { surfaces } = desk.parts.store;
  await followLink(desk, w);
  const waiting = await surfaces.countStanding(listOf(w.room._id));
  w.waiting = waiting;
  await changeMode(desk, w, waiting);
  const isSurge = w.room.surgeSince !== null;
  const rows = isSurge ? [] : await cardsFor(desk, w, waiting);
  rows.push(...(await boardsFor(desk, w, isSurge ? waiting : 0)));
  return rows.length > 0;
}

/** What stood in a group that belongs to another team by now, or to none, stands there no longer. */
async function followLink(desk: Desk, w: Watched): Promise<void> {
  const { parts } = desk;
  const { surfaces } = parts.store;
  const team = parts.directory().groups.get(w.room._id) ?? null;
  if (team === w.room.team) return;
  const stands = [listOf(w.room._id), ...NUMBERS.map((n) => boardOf(w.room._id, n))];
  for (const stand of stands) {
    for (;;) {
      const entries = await surfaces.standing(stand, MOST_MOVED);
      const foreign = entries.filter(({ place }) => !('team' in place && place.team === team)).map((e) => e._id);
      if ((await surfaces.off(foreign, stand)) === 0) break;
    }
  }
  for (const { number } of w.room.boards) w.stale.set(number, parts.clock.monotonic());
  if (team === null) return;
  w.room = { ...w.room, team };
  await saveRoom(desk, w);
}

const newCard = ({ room }: Watched): Use => ({ address: room.address, method: 'send', purpose: 'new' });

const later = (desk: Desk, w: Watched, ms: number): void => {
  w.next = Math.min(w.next, desk.parts.clock.monotonic() + ms);
};

/** Surge mode begins when the last one would wait too long, and ends when everything of the last minute could have had a card for a while. */
async function changeMode(desk: Desk, w: Watched, waiting: number): Promise<void> {
  const { budgets, parts, epoch } = desk;
  const { waitMs, calmMs } = parts.directory().surge;
  const now = parts.clock.now();
  const { surgeSince, calmSince } = w.room;
  if (surgeSince === null) {
    if (waiting === 0) return;
    if (!budgets.isScarce() && (await budgets.forecast(newCard(w), waiting, epoch)) <= waitMs) return;
    w.room = { ...w.room, surgeSince: now, calmSince: null };
    await saveRoom(desk, w);
    return;
  }
  // What stands on the list for a moment on its way to a board is no rush.
  const load = Math.max(waiting, arrivalsIn(w, parts.clock.monotonic()));
  const isCalm = !budgets.isScarce() && (load === 0 || (await budgets.forecast(newCard(w), load, epoch)) <= waitMs / 2);
  if (!isCalm) {
    if (calmSince !== null) w.room = { ...w.room, calmSince: null };
    later(desk, w, HEADER_MS);
    return;
  }
  const since = calmSince ?? now;
  const left = calmMs - (now.getTime() - since.getTime());
  // A clock that was set back counts from now on.
  const over = left <= 0;
  if (!over) later(desk, w, Math.min(left, calmMs));
  if (!over && calmSince !== null && left <= calmMs) return;
  w.room = over ? { ...w.room, surgeSince: null, calmSince: null } : { ...w.room, calmSince: now };
  await saveRoom(desk, w);
}

/** Out of surge mode the list is given cards in its order, as many as there are permits. */
async function cardsFor(desk: Desk, w: Watched, waiting: number): Promise<OutboxRow[]> {
  const { parts, budgets, epoch } = desk;
  // Permits are counted when they are taken: as long as some of the last lot are not, nobody knows what is left.
  if (w.given.size > 0) return [];
  let count = 0;
  let wait = 0;
  while (count < Math.min(waiting, MOST_AT_ONCE)) {
    wait = await budgets.forecast(newCard(w), count + 1, epoch);
    if (wait > 0) break;
    count += 1;
  }
  if (count < waiting) later(desk, w, Math.max(wait, 50));
  if (count === 0) return [];
  const list = listOf(w.room._id);
  const first = await parts.store.surfaces.standing(list, count);
  const now = parts.clock.now();
  // What is urgent never stands on a list.
  const rows = first.map((surface) => drawRow(`own:${surface._id}:${parts.ids.next()}`, surface, false, now));
  // The row first: an entry that was moved without one would be forgotten.
  await parts.store.outbox.add(rows);
  for (const { _id } of first) w.given.set(_id, parts.clock.monotonic());
  w.waiting -= await parts.store.surfaces.ontoCard(
    first.map((s) => s._id),
    list,
  );
  return rows;
}

/** The boards that have to be drawn now. */
async function boardsFor(desk: Desk, w: Watched, waiting: number): Promise<OutboxRow[]> {
  const { parts, adapter } = desk;
  const { rows: most, boards } = parts.directory().surge;
  const { room } = w;
  const isLive = adapter.capabilities(room.address).update === true;
  const standing = await Promise.all(NUMBERS.map((n) => parts.store.surfaces.countStanding(boardOf(room._id, n))));
  const free = standing.map((count, i) => (i < boards ? Math.max(0, most - count) : 0));
  const beyond = Math.max(0, waiting - free.reduce((sum, n) => sum + n, 0));
  const out: OutboxRow[] = [];
  let left = waiting;
  for (const [i, number] of NUMBERS.entries()) {
    const board = room.boards.find((b) => b.number === number);
    const space = free[i] ?? 0;
    const fills = left > 0 && space > 0;
    left = Math.max(0, left - space);
    const isMany = space * 2 >= most;
    const wait = drawIn(desk, w, { board, number, standing: standing[i] ?? 0, fills, isMany, beyond, isLive });
    if (wait === null) continue;
    if (wait > 0 || w.asked.has(number)) {
      // What was asked for and did not come is asked for again some time.
      later(desk, w, wait > 0 ? wait : HEADER_MS);
      continue;
    }
    w.asked.set(number, parts.clock.monotonic());
    const lane = `board:${room._id}`;
    const body = { kind: 'board', number } as const;
    const _id = `${lane}:${number}:${parts.ids.next()}`;
    out.push(outboxRow({ _id, lane, address: room.address, body }, parts.clock.now()));
  }
  await parts.store.outbox.add(out);
  return out;
}

interface Look {
  readonly board: Board | undefined;
  readonly number: number;
  readonly standing: number;
  readonly fills: boolean;
  /** Half of it or more would be new. */
  readonly isMany: boolean;
  /** How many wait beyond what the boards can take. */
  readonly beyond: number;
  readonly isLive: boolean;
}

/** In how many ms a board has to be drawn; null: it shows all there is to show. */
function drawIn(desk: Desk, w: Watched, look: Look): number | null {
  const { board, number, standing, fills, isMany, beyond, isLive } = look;
  const shown = board?.state === 'live' ? board.shown : null;
  if (shown === null) return fills || standing > 0 || board?.state === 'reserved' ? 0 : null;
  const since = desk.parts.clock.now().getTime() - shown.at.getTime();
  // A clock that was set back must not make a board wait for it.
  const age = since < 0 ? Infinity : since;
  const pace = paceFor(desk, w, isLive ? 'update' : 'send');
  // A row that was taken stays on a snapshot and answers for itself; only new rows are worth another message.
  if (!isLive) return fills ? Math.max(0, Math.max(SNAPSHOT_MS * (isMany ? 1 : FEW), pace) - age) : null;
  if (fills || w.stale.has(number)) return Math.max(0, Math.max(REDRAW_MS, pace) - age);
  return shown.waiting === beyond ? null : Math.max(0, Math.max(HEADER_MS, pace) - age);
}

/** How far apart the drawings of one board lie when all of them are drawn evenly within the limits, ms. */
function paceFor({ adapter, budgets, standing }: Desk, { room }: Watched, method: 'send' | 'update'): number {
  const { app, own } = paceOf(adapter, { address: room.address, method }, 'redraw');
  const month = budgets.isScarce() ? budgets.evenMs() : 0;
  return Math.max(Math.max(app, month) * standing(), own * liveIn(room)) / SHARE;
}
