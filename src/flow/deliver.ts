import type { Adapter } from '../../adapters/adapter.ts';
import { DeliveryError, StoreUnavailable } from '../errors.ts';
import type { LaneHead, OutboxRow } from '../storage/outbox.ts';
import { boardRow } from './board.ts';
import { createBudgets, StaleEpoch, type Budgets } from './budget.ts';
import { drawSurface } from './draw.ts';
import { createTenure, type Tenure } from './lease.ts';
import { supersededRow } from './lend.ts';
import { giveUp, lettersRow } from './letters.ts';
import type { Parts } from './parts.ts';
import { postRow } from './post.ts';
import { createRooms, type Rooms } from './rooms.ts';
import { answerRow, sayFailed, sayRow } from './say.ts';
import { createTurns } from './turns.ts';

/** What became of one row. */
export type Delivery =
  | { readonly state: 'done' }
  /** A limit of the platform: not before so many ms; no attempt was made. */
  | { readonly state: 'wait'; readonly ms: number };

/** One attempt at one row; throws `DeliveryError`. */
export interface Attempt {
  readonly parts: Parts;
  readonly adapter: Adapter;
  readonly budgets: Budgets;
  readonly rooms: Rooms;
  readonly epoch: number;
}

export interface Deliverer {
  readonly app: string;
  /** One batch of what is ready; how many rows it looked at. 0 when nothing is ready or another process delivers. */
  step(): Promise<number>;
  /** Whether it is this process that sends for the app. */
  sends(): boolean;
  stop(): Promise<void>;
}

const BATCH = 300;
const MAX_ATTEMPTS = 10;

/** Delivers one app's outbox while it holds the app's lease: the only worker that sends for it. */
export function createDeliverer(parts: Parts, app: string, adapter: Adapter): Deliverer {
  const { store, clock } = parts;
  const tenure: Tenure = createTenure(store.leases, `deliver\n${app}`, parts.process, clock);
  const installations = [...parts.adapters.values()].filter((a) => a.platform === adapter.platform).length;
  const budgets = createBudgets(store.budgets, clock, adapter, installations);
  const turns = createTurns(budgets, clock);
  const rooms = createRooms(parts, app, adapter, budgets);

  const attempt = async (row: OutboxRow, epoch: number): Promise<Delivery> => {
    const with_: Attempt = { parts, adapter, budgets: turns(row.lane), rooms, epoch };
    if (row.body.kind === 'draw') return drawSurface(with_, row, row.body);
    if (row.body.kind === 'board') return boardRow(with_, row, row.body);
    if (row.body.kind === 'superseded') return supersededRow(with_, row, row.body);
    if (row.body.kind === 'say') return sayRow(with_, row, row.body);
    if (row.body.kind === 'post') return postRow(with_, row, row.body);
    if (row.body.kind === 'letters') return lettersRow(with_, row, row.body);
    return answerRow(with_, row, row.body);
  };

  /** Works one lane's rows in order; stops at the first that has to wait, for those behind it must not overtake. */
  const workLane = async (rows: readonly OutboxRow[], epoch: number, done: string[]): Promise<void> => {
    for (const row of rows) {
      if (!tenure.fresh()) return;
      try {
        const delivery = await attempt(row, epoch);
        if (delivery.state === 'wait') {
          await store.outbox.later(row._id, row.attempts, '', new Date(clock.now().getTime() + delivery.ms));
          return;
        }
        done.push(row._id);
        parts.meter.delivered(app, row.body.kind, clock.now().getTime() - row.order.getTime());
      } catch (error) {
        // No fault of the row: the younger holder of the lease delivers it, or this one when the store is back.
        if (error instanceof StaleEpoch || error instanceof StoreUnavailable) throw error;
        if (!(await fail(parts, row, error))) return;
      }
    }
  };

  return {
    app,
    async step() {
      const epoch = await tenure.hold();
      if (epoch === null) return 0;
      await rooms.open(epoch);
      const looked = await rooms.step();
      const rows = await store.outbox.ready(app, clock.now(), BATCH);
      if (rows.length === 0) return looked;
      const lanes = await inLanes(parts, rows);
      const done: string[] = [];
      const worked = await Promise.allSettled([...lanes.values()].map((lane) => workLane(lane, epoch, done)));
      await store.outbox.done(done, clock.now());
      const broken = worked.find((w) => w.status === 'rejected');
      if (broken !== undefined) throw broken.reason;
      return rows.length;
    },
    sends: () => tenure.fresh(),
    stop: () => tenure.release(),
  };
}

/** By the moment they were relayed; within one ticket's batch by their keys. */
const inOrder = (a: LaneHead, b: LaneHead): number =>
  a.order.getTime() - b.order.getTime() || (a._id < b._id ? -1 : a._id > b._id ? 1 : 0);

/** Rows by lane, in order; what is told to a conversation waits behind an older row of its lane that may not go yet. */
async function inLanes(parts: Parts, rows: readonly OutboxRow[]): Promise<Map<string, OutboxRow[]>> {
  const lanes = new Map<string, OutboxRow[]>();
  for (const row of rows.toSorted(inOrder)) {
    const lane = lanes.get(row.lane);
    if (lane === undefined) lanes.set(row.lane, [row]);
    else lane.push(row);
  }
  const spoken = [...lanes].filter(([, lane]) => lane[0]?.body.kind === 'say').map(([key]) => key);
  if (spoken.length === 0) return lanes;
  const heads = await parts.store.outbox.heads(spoken);
  const behind: { row: OutboxRow; until: Date }[] = [];
  for (const key of spoken) {
    const head = heads.get(key);
    const first = lanes.get(key)?.[0];
    if (head === undefined || first === undefined || inOrder(head, first) >= 0) continue;
    // Asking again with the head's moment keeps these rows out of the way of others until then.
    behind.push(...(lanes.get(key) ?? []).map((row) => ({ row, until: head.notBefore })));
    lanes.delete(key);
  }
  await Promise.all(behind.map(({ row, until }) => parts.store.outbox.later(row._id, row.attempts, '', until)));
  return lanes;
}

/** Decides what a failure means. True when the lane may go on, because the row is out of the way for good. */
async function fail(parts: Parts, row: OutboxRow, error: unknown): Promise<boolean> {
  const { store, clock, ids } = parts;
  const failure = error instanceof DeliveryError ? error.failure : 'retryable';
  const message = error instanceof Error ? error.message : String(error);
  const attempts = row.attempts + 1;
  const hopeless =
    failure === 'permanent' ||
    failure === 'gone' ||
    (attempts >= MAX_ATTEMPTS && failure !== 'auth' && failure !== 'rate-limited');
  if (hopeless) {
    // Told to the ticket first: a letter that is dead is not looked at again.
    if (row.body.kind === 'say') await sayFailed(parts, row, row.body.message);
    await giveUp(parts, row, attempts, error);
    parts.meter.alarm('dead-letter', { row: row._id.replaceAll('\n', '/'), failure });
    return true;
  }
  const asked = error instanceof DeliveryError ? error.retryAfterMs : undefined;
  const backoff = failure === 'auth' ? 60_000 : Math.min(500 * 2 ** (attempts - 1), 60_000);
  const wait = asked ?? backoff * (0.5 + ids.random() / 2);
  // A rate limit is no fault of the row: it does not count as a try.
  const counted = failure === 'rate-limited' ? row.attempts : attempts;
  await store.outbox.later(row._id, counted, message, new Date(clock.now().getTime() + wait));
  return false;
}
