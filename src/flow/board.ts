import type { OutMessage } from '../../adapters/adapter.ts';
import { cards } from '../../cards/registry.ts';
import { isUrgent, MOST_ROWS, waitsIn } from '../domain/surge.ts';
import type { Ticket } from '../domain/ticket.ts';
import { DeliveryError } from '../errors.ts';
import type { OutboxBody, OutboxRow } from '../storage/outbox.ts';
import type { Board, Shown } from '../storage/rooms.ts';
import { boardOf, listOf } from '../storage/surfaces.ts';
import type { Attempt, Delivery } from './deliver.ts';
import { asMessage, named } from './picture.ts';
import { groupReader } from './reader.ts';
import { saveRoom, type Desk, type Watched } from './rooms.ts';

type Body = Extract<OutboxBody, { kind: 'board' }>;

/** While nobody is there whom a board could go to, it is looked again so often, ms. */
const NOBODY_MS = 60_000;

const FRESH: Omit<Board, 'number'> = { generation: 0, state: 'none', frozen: null, ref: null, version: 0, shown: null };

/**
 * Draws one board as its rows are now. Its free rows are filled from the list when the permit is there, so that what the ledger calls a row
 * is about to be seen; nothing is sent when it shows all that already.
 */
export async function boardRow(attempt: Attempt, row: OutboxRow, body: Body): Promise<Delivery> {
  const { parts, adapter, budgets, rooms, epoch } = attempt;
  const w = rooms.of(row.address);
  if (w === null) return { state: 'done' };
  const { number } = body;
  const board = w.room.boards.find((b) => b.number === number) ?? { ...FRESH, number };
  const { update, calls } = adapter.capabilities(row.address);
  const isLive = update === true;
  const posts = board.state !== 'live' || !isLive;
  const method = posts ? 'send' : 'update';
  const to = calls === true ? await attempt.callees.onDuty(w.room.team, row.address) : undefined;
  if (to?.length === 0) return { state: 'wait', ms: NOBODY_MS };
  const ms = await budgets.take(
    { address: row.address, method, purpose: 'redraw', ...(to !== undefined && { to }) },
    epoch,
  );
  if (ms > 0) return { state: 'wait', ms };
  w.asked.delete(number);
  const desk = rooms.desk();
  if (board.state === 'reserved' && board.frozen !== null) {
    // What a crash left under way goes out as it was; what has changed since is seen by the next look.
    w.stale.set(number, parts.clock.monotonic());
    adapter.doubt(keyOf(w, board));
    await put(attempt, w, board, board.frozen, board.shown ?? { at: parts.clock.now(), waiting: 0, rows: [] });
    return { state: 'done' };
  }
  const staleSince = w.stale.get(number);
  w.stale.delete(number);
  try {
    const tickets = await fill(desk, w, number);
    const next = await drawn(desk, w, { board, tickets, isLive, ...(to !== undefined && { to }) });
    const same = next.shown.waiting === board.shown?.waiting && sameRows(next.shown.rows, board.shown.rows);
    if (board.state === 'live' && (same || (!isLive && tickets.length === 0))) return { state: 'done' };
    if (board.state !== 'live' && tickets.length === 0) return { state: 'done' };
    await (posts
      ? put(attempt, w, reserved(board, next.message), next.message, next.shown)
      : redraw(attempt, w, board, next));
    if (staleSince !== undefined) parts.meter.seen(row.app, parts.clock.monotonic() - staleSince);
  } catch (error) {
    w.stale.set(number, staleSince ?? parts.clock.monotonic());
    throw error;
  } finally {
    w.next = 0;
  }
  return { state: 'done' };
}

const sameRows = (a: readonly string[], b: readonly string[]): boolean =>
  a.length === b.length && a.every((x, i) => x === b[i]);

/** The tickets on the board, oldest first, after whatever no longer waits has left it and the oldest of the list have taken its free rows. */
async function fill(desk: Desk, w: Watched, number: number): Promise<readonly Ticket[]> {
  const { parts } = desk;
  const { surfaces, tickets } = parts.store;
  const { room } = w;
  const { rows: most } = parts.directory().surge;
  const stand = boardOf(room._id, number);
  const fits = (t: Ticket | null): t is Ticket => t !== null && waitsIn(t, room.team) && !isUrgent(t);
  const read = async (from: string, limit: number) => {
    const entries = await surfaces.standing(from, limit);
    const loaded = await Promise.all(entries.map((e) => tickets.load(e.ticket)));
    const left = entries.filter((_, i) => !fits(loaded[i] ?? null)).map((e) => e._id);
    // Their own rows of the outbox do it as well; until then nobody is shown what is taken.
    const taken = new Set(left);
    return { entries: entries.filter((e) => !taken.has(e._id)), tickets: loaded.filter(fits), left };
  };
  // More than a board may have now, where a shop has just made its boards smaller.
  const on = await read(stand, MOST_ROWS);
  await surfaces.off(on.left, stand);
  const free = most - on.entries.length;
  if (free <= 0 || room.surgeSince === null) return on.tickets;
  const next = await read(listOf(room._id), free);
  await surfaces.ontoBoard(
    next.entries.map((e) => e._id),
    room._id,
    number,
  );
  return [...on.tickets, ...next.tickets];
}

interface Next {
  readonly message: OutMessage;
  readonly shown: Shown;
}

async function drawn(
  desk: Desk,
  w: Watched,
  { board, tickets, isLive, to }: { board: Board; tickets: readonly Ticket[]; isLive: boolean; to?: readonly string[] },
): Promise<Next> {
  const { parts } = desk;
  const { room } = w;
  const { surfaces } = parts.store;
  const list = listOf(room._id);
  const [waiting, [first]] = await Promise.all([surfaces.countStanding(list), surfaces.standing(list, 1)]);
  const at = parts.clock.now();
  const card = cards.board(
    {
      rows: tickets,
      waiting,
      oldest: first?.since ?? null,
      number: board.number,
      of: Math.max(board.number, room.boards.filter((b) => b.state !== 'none').length),
      team: room.team,
      directory: parts.directory(),
      live: isLive,
      at,
      over: tickets.length === 0,
    },
    groupReader(parts, room.address),
  );
  const rows = tickets.map((t) => `${t._id}.${t.cardVersion}`);
  const message = { ...asMessage(card, board.version + 1), ...(to !== undefined && { to }) };
  return { message, shown: { at, waiting, rows } };
}

const reserved = (board: Board, frozen: OutMessage): Board => ({
  ...board,
  generation: board.generation + 1,
  version: board.version + 1,
  state: 'reserved',
  frozen,
});

const keep = async (desk: Desk, w: Watched, board: Board): Promise<void> => {
  const others = w.room.boards.filter((b) => b.number !== board.number);
  w.room = { ...w.room, boards: [...others, board].toSorted((a, b) => a.number - b.number) };
  await saveRoom(desk, w);
};

const keyOf = ({ room }: Watched, { number, generation }: Board): string => `board:${room._id}:${number}:${generation}`;

/** Posts a board as a message of its own; where an earlier one cannot be changed, this is its successor. */
async function put(attempt: Attempt, w: Watched, board: Board, message: OutMessage, shown: Shown): Promise<void> {
  const { adapter, rooms } = attempt;
  const desk = rooms.desk();
  await keep(desk, w, { ...board, shown });
  const ref = await adapter.send(w.room.address, message, keyOf(w, board)).catch(async (error: unknown) => {
    if (error instanceof DeliveryError && (error.failure === 'permanent' || error.failure === 'gone')) {
      // Asked for already as far as the next looks are concerned: what will not be taken is tried again after a while only.
      w.asked.set(board.number, desk.parts.clock.monotonic());
      await keep(desk, w, { ...board, state: 'none', frozen: null, shown: null });
    }
    throw error;
  });
  await keep(desk, w, { ...board, state: 'live', frozen: null, ref: ref.id, shown });
}

async function redraw(attempt: Attempt, w: Watched, board: Board, { message, shown }: Next): Promise<void> {
  const { adapter, rooms } = attempt;
  const desk = rooms.desk();
  const version = board.version + 1;
  const isOver = shown.rows.length === 0;
  try {
    const key = `${keyOf(w, board)}:${version}`;
    const ref = await adapter.update(w.room.address, { id: board.ref ?? '' }, named(message, keyOf(w, board)), key);
    const state = isOver ? 'none' : 'live';
    await keep(desk, w, { ...board, version, state, ref: ref.id, shown: isOver ? null : shown });
  } catch (error) {
    if (!(error instanceof DeliveryError && error.failure === 'gone')) throw error;
    // Somebody deleted it: the next generation takes its place.
    await keep(desk, w, { ...board, state: 'none', ref: null, shown: null });
    w.stale.set(board.number, desk.parts.clock.monotonic());
  }
}
