import type { Adapter } from '../../adapters/adapter.ts';
import { DeliveryError, StoreUnavailable } from '../errors.ts';
import type { LaneHead, OutboxRow } from '../storage/outbox.ts';
import { boardRow } from './board.ts';
import { createBreaker, isSilent } from './breaker.ts';
import { aboutRow } from './about-row.ts';
import { createCallees, type Callees } from './call.ts';
import { createBudgets, StaleEpoch, type Budgets } from './budget.ts';
import { digestRow } from './digests.ts';
import { drawSurface } from './draw.ts';
import { createGuard, Halted, type CallWatch, type Guarded } from './guard.ts';
import { createJumpWatch } from './jump.ts';
import { createTenure, type Tenure } from './lease.ts';
import { supersededRow } from './lend.ts';
import { giveUp, lettersRow } from './letters.ts';
import { createOutageKeeper } from './outage.ts';
import type { Parts } from './parts.ts';
import { pingRow } from './ping.ts';
import { postRow } from './post.ts';
import { withQuota } from './quota.ts';
import { ANSWERS, CALM, type Quiet } from './quiet.ts';
import { createRooms, type Rooms } from './rooms.ts';
import { answerRow, sayFailed, sayRow } from './say.ts';
import { threadRow } from './thread.ts';
import { createTurns } from './turns.ts';
import { createUnderway } from './underway.ts';

/** What became of one row. */
export type Delivery =
  | { readonly state: 'done' }
  /** A limit of the platform: not before so many ms; no attempt was made. */
  | { readonly state: 'wait'; readonly ms: number };

/** One attempt at one row; throws `DeliveryError`, or `Halted` where no call may be made. */
export interface Attempt {
  readonly parts: Parts;
  readonly adapter: Guarded;
  readonly budgets: Budgets;
  readonly rooms: Rooms;
  readonly callees: Callees;
  readonly epoch: number;
}

export interface Deliverer {
  readonly app: string;
  /**
   * One batch of what is ready; how many rows it looked at. 0 when nothing is ready or another process delivers. A lane whose call does
   * not end keeps it for a second; the lane stays busy after that, and the others go on.
   */
  step(): Promise<number>;
  /** Whether it is this process that sends for the app. */
  sends(): boolean;
  /**
   * Ends after what is under way, until the next step. False when a call still hangs after `callsMs` (default: it is not waited for): the
   * lease is not given back then, it runs out.
   */
  stop(callsMs?: number): Promise<boolean>;
}

const BATCH = 300;
const MAX_ATTEMPTS = 10;

/**
 * Delivers one app's outbox while it holds the app's lease: the only worker that sends for it. `takeoverMs`: after which a dead holder
 * is followed.
 */
export function createDeliverer(parts: Parts, app: string, adapter: Adapter, takeoverMs?: number): Deliverer {
  const { store, clock } = parts;
  const tenure: Tenure = createTenure(store.leases, `deliver\n${app}`, parts.process, clock, takeoverMs);
  const installations = [...parts.adapters.values()].filter((a) => a.platform === adapter.platform).length;
  const budgets = withQuota(parts, app, adapter.quota, createBudgets(store.budgets, clock, adapter, installations));
  const turns = createTurns(budgets, clock);
  const rooms = createRooms(parts, app, adapter, budgets);
  const breaker = createBreaker(clock, parts.ids);
  const guard = createGuard(parts, app, adapter, { tenure, breaker });
  const outages = createOutageKeeper(parts, app, breaker);
  const followJumps = createJumpWatch(parts, app);
  const callees = createCallees(parts);
  const underway = createUnderway(clock);
  const done: string[] = [];
  const state = { stopped: false, epoch: 0, held: false };

  /** What exists only once for the app goes where the lease goes. */
  const tell = (isHeld: boolean): void => {
    if (state.held === isHeld) return;
    state.held = isHeld;
    adapter.held?.(isHeld);
  };

  const attempt = async (row: OutboxRow, epoch: number, watch: CallWatch): Promise<Delivery> => {
    const with_: Attempt = {
      parts,
      adapter: guard(row, epoch, watch),
      budgets: turns(row.lane),
      rooms,
      callees,
      epoch,
    };
    if (row.body.kind === 'draw') return drawSurface(with_, row, row.body);
    if (row.body.kind === 'board') return boardRow(with_, row, row.body);
    if (row.body.kind === 'superseded') return supersededRow(with_, row, row.body);
    if (row.body.kind === 'say') return sayRow(with_, row, row.body);
    if (row.body.kind === 'post') return postRow(with_, row, row.body);
    if (row.body.kind === 'digest') return digestRow(with_, row, row.body);
    if (row.body.kind === 'ping') return pingRow(with_, row, row.body);
    if (row.body.kind === 'thread') return threadRow(with_, row, row.body);
    if (row.body.kind === 'letters') return lettersRow(with_, row, row.body);
    return answerRow(with_, row, row.body);
  };

  /** Takes what was delivered off the outbox; what could not be noted is noted before anything else goes. */
  const note = async (): Promise<void> => {
    const ids = done.splice(0);
    try {
      await store.outbox.done(ids, clock.now());
    } catch (error) {
      done.unshift(...ids);
      throw error;
    }
  };

  const later = (row: OutboxRow, ms: number): Promise<void> =>
    store.outbox.later(row._id, row.attempts, row.error ?? '', new Date(clock.now().getTime() + ms));

  /** Works one lane's rows in order; stops at the first that has to wait, for those behind it must not overtake. */
  const workLane = async (
    rows: readonly OutboxRow[],
    epoch: number,
    watch: CallWatch,
    isProbe = false,
  ): Promise<void> => {
    for (const row of rows) {
      if (state.stopped || !tenure.fresh(epoch)) return;
      try {
        const delivery = await attempt(row, epoch, watch);
        if (delivery.state === 'wait') {
          await later(row, delivery.ms);
          return;
        }
        done.push(row._id);
        // All else shows in the store that it went out: a card its version, a message its state, a post its id.
        if (row.body.kind === 'answer') await note();
        parts.meter.delivered(app, row.body.kind, clock.now().getTime() - row.order.getTime());
      } catch (error) {
        if (error instanceof Halted) return;
        // No fault of the row: the younger holder of the lease delivers it, or this one when the store is back.
        if (error instanceof StaleEpoch || error instanceof StoreUnavailable) throw error;
        if (error instanceof DeliveryError && isSilent(error.failure) && breaker.silence() !== null) {
          // No fault of the row. One that was the probe makes room for another to be the next.
          if (isProbe) await later(row, breaker.waitMs());
          return;
        }
        if (!(await fail(parts, row, error))) return;
      }
    }
  };

  const readyLanes = async (): Promise<Map<string, OutboxRow[]>> => {
    if (!underway.hasRoom()) return new Map();
    const quiet = parts.quiet();
    const rows =
      quiet === null
        ? await store.outbox.ready(app, clock.now(), BATCH, underway.keys())
        : (await calmRows(parts, quiet)).filter((row) => row.app === app && !underway.keys().includes(row.lane));
    return rows.length === 0 ? new Map() : inLanes(parts, rows);
  };

  /** Rows at work: all that are ready, or one after another until one has tried a platform that does not answer. */
  const work = async (epoch: number): Promise<{ found: number; broken: unknown }> => {
    if (!breaker.admits()) return { found: 0, broken: await underway.quiet() };
    const lanes = await readyLanes();
    const found = [...lanes.values()].reduce((sum, rows) => sum + rows.length, 0);
    if (breaker.silence() === null) {
      for (const [lane, rows] of lanes) underway.start(lane, (watch) => workLane(rows, epoch, watch));
      return { found, broken: await underway.quiet() };
    }
    const probes = [...lanes].flatMap(([lane, [first]]) => (first === undefined ? [] : [{ lane, first }]));
    for (const { lane, first } of probes.toSorted(bySinceReady)) {
      if (breaker.silence() === null || !breaker.admits()) break;
      underway.start(lane, (watch) => workLane([first], epoch, watch, true));
      const broken = await underway.quiet();
      if (broken !== null) return { found, broken };
    }
    return { found, broken: null };
  };

  return {
    app,
    async step() {
      const epoch = await tenure.hold();
      tell(epoch !== null);
      if (epoch === null) return 0;
      Object.assign(state, { epoch, stopped: false });
      await outages.resume(epoch);
      await followJumps();
      await note();
      await Promise.all([budgets.open(epoch), rooms.open(epoch)]);
      // Boards are drawn from what waits; after a restore nobody knows yet whether it goes out.
      const looked = parts.quiet() === null ? await rooms.step() : 0;
      const stuck = underway.keys().length;
      const { found, broken } = await work(epoch);
      await outages.follow(found === 0);
      await budgets.follow(epoch);
      await note();
      if (broken !== null) throw broken;
      // A lane that got on again may leave room for rows that waited behind it.
      return found + looked > 0 || underway.keys().length >= stuck ? found + looked : 1;
    },
    sends: () => tenure.fresh(state.epoch),
    async stop(callsMs = 0) {
      state.stopped = true;
      await underway.quiet();
      const isOver = await underway.over(callsMs);
      rooms.close();
      tell(false);
      if (isOver) await tenure.release();
      return isOver;
    },
  };
}

/** By the moment since which they could go. */
const bySinceReady = (a: { first: OutboxRow }, b: { first: OutboxRow }): number =>
  a.first.notBefore.getTime() - b.first.notBefore.getTime();

/** By the moment they were relayed; within one ticket's batch by their keys. */
const inOrder = (a: LaneHead, b: LaneHead): number =>
  a.order.getTime() - b.order.getTime() || (a._id < b._id ? -1 : a._id > b._id ? 1 : 0);

/** Rows by lane, in order; what is told to a conversation waits behind an older row of its lane that may not go yet. */
async function inLanes(parts: Parts, rows: readonly OutboxRow[]): Promise<Map<string, OutboxRow[]>> {
  const lanes = new Map<string, OutboxRow[]>();
  for (const row of rows.toSorted(inOrder)) {
    const lane = lanes.get(row.lane);
    if (lane === undefined) lanes.set(row.lane, [row]);
    // The first ping takes the others of its lane along.
    else if (row.body.kind !== 'ping') lane.push(row);
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
  await Promise.all(
    behind.map(({ row, until }) => parts.store.outbox.later(row._id, row.attempts, row.error ?? '', until)),
  );
  return lanes;
}

/** What may go at this moment although the bot is quiet: answers to what people did since the restore, and what admins read about it. */
async function calmRows({ store, clock }: Parts, { since }: Quiet): Promise<readonly OutboxRow[]> {
  const rows = await Promise.all([
    store.outbox.inLanes(CALM, {}, BATCH),
    store.outbox.inLanes(ANSWERS, { since }, BATCH),
  ]);
  const now = clock.now();
  return rows.flat().filter((row) => row.notBefore <= now);
}

/** Decides what a failure means. True when the lane may go on, because the row is out of the way for good. */
async function fail(parts: Parts, row: OutboxRow, error: unknown): Promise<boolean> {
  const { store, clock, ids, log, noteFault, meter } = parts;
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
    const { ticket, cause } = await aboutRow(parts, row);
    const number = await noteFault({ where: 'delivery', what: row._id, cause, ticket, error });
    await giveUp(parts, row, attempts, error, number);
    meter.alarm('dead-letter', { row: row._id.replaceAll('\n', '/'), failure, error: number });
    return true;
  }
  if (log.enabled('warn')) {
    const { ticket, cause } = await aboutRow(parts, row);
    const about = { row: row._id, cause, app: row.app, ...(ticket !== null && { ticket: `T-${ticket}` }) };
    log.warn('a delivery failed and is tried again', { ...about, kind: row.body.kind, failure, attempt: attempts });
  }
  const asked = error instanceof DeliveryError ? error.retryAfterMs : undefined;
  const backoff = Math.min(500 * 2 ** (attempts - 1), 60_000);
  const wait = asked ?? backoff * (0.5 + ids.random() / 2);
  // A rate limit is no fault of the row: it does not count as a try.
  const counted = failure === 'rate-limited' ? row.attempts : attempts;
  await store.outbox.later(row._id, counted, message, new Date(clock.now().getTime() + wait));
  return false;
}
