import type { AcceptOptions, Accepted, InboundEvent, Sink } from '../../adapters/adapter.ts';
import { appKey } from '../domain/address.ts';
import { StoreUnavailable } from '../errors.ts';
import { derivedId } from '../ids.ts';
import { MAX_ATTEMPTS, type InboxRow } from '../storage/inbox.ts';
import { addressOf } from './account.ts';
import { answerMessage } from './answer.ts';
import { createAside } from './aside.ts';
import { askFor } from './ask.ts';
import { batched } from '../storage/batch.ts';
import { laneOf } from './lane.ts';
import { createLanes } from './lanes.ts';
import { openHome } from './home.ts';
import type { Parts } from './parts.ts';
import { privateRow } from './privately.ts';
import type { Process, Reply } from './process.ts';
import { kindOf, sorryRow, ticketOfEvent } from './sorry.ts';
import { openTicketLink } from './ticket-link.ts';

/** How long one process may work on a row before another may take it over. */
const LEASE_MS = 60_000;
const ANSWER_BY_MS = 1_200;
const BATCH = 200;

/** Who waits for an answer: `gone` once they no longer do, `served` once it is decided that they get it. */
interface Asker {
  gone: boolean;
  served: boolean;
  /** They take a form only, or what is brief as well: all else goes the ordinary way. */
  readonly only: AcceptOptions['only'];
}

export interface Receive extends Sink {
  /** Takes up all rows nobody works on, before anything new is accepted, so that they come first in their lanes. */
  recover(): Promise<void>;
  /** Works rows nobody works on: told ones, failed ones, those of a process that died. How many. */
  step(): Promise<number>;
  /** Resolves when everything that was accepted here has been worked. */
  idle(): Promise<void>;
}

/** InboundEvent -> inbox -> worked at once -> `{ stored, answer? }`, so that the adapter may acknowledge. */
export function createReceive(parts: Parts, process: Process, wakeOutbox: (apps: Iterable<string>) => void): Receive {
  const { store, clock, meter, log, noteFault } = parts;
  const lanes = createLanes();
  const aside = createAside(parts);
  /** What is being worked here, by row: a repeat that comes meanwhile waits for the same reply. */
  const working = new Map<string, Promise<Reply | null>>();
  const add = batched<InboxRow, boolean>(store.inbox.add, { most: BATCH });
  const finish = batched<string, null>(
    async (ids) => {
      await store.inbox.done(ids, clock.now());
      return ids.map(() => null);
    },
    { most: BATCH },
  );

  /** Rows stored here whose work the store cut short; worked again once it answers. */
  let interrupted: InboxRow[] = [];

  const take = (): Promise<InboxRow[]> => {
    const now = clock.now();
    return store.inbox.takeAbandoned(parts.process, now, new Date(now.getTime() + LEASE_MS), BATCH);
  };

  /** One row in its turn; resolves to what its asker is told at once. */
  const work = (row: InboxRow, recovered: boolean, asker: Asker | null): Promise<Reply | null> =>
    new Promise((resolve, reject) => {
      workInTurn(row, recovered, asker, resolve).then(resolve, reject);
    });

  /** `early`: for what may be told before the row is marked done, as nothing is told again when it is worked again. */
  const workInTurn = (
    row: InboxRow,
    recovered: boolean,
    asker: Asker | null,
    early: (reply: Reply) => void,
  ): Promise<Reply | null> =>
    lanes.run(row.lane, async () => {
      try {
        if (!isAlone(row) && (await store.inbox.hasOlder(row))) {
          // Its lane has older work, which comes first; soon it is this row's turn.
          await store.inbox.postpone(row._id, new Date(clock.now().getTime() + 200));
          return null;
        }
        const reply = await process(row, recovered);
        const atOnce = reply !== null && asker !== null && (await serve(row, reply, asker));
        if (reply !== null && !atOnce) await answerLater(row, reply);
        if (reply !== null && atOnce && reply.answer === null && reply.form === null) early(reply);
        await finish(row._id);
        return atOnce ? reply : null;
      } catch (error) {
        await failed(row, error);
        return null;
      }
    });

  const failed = async (row: InboxRow, error: unknown): Promise<void> => {
    if (error instanceof StoreUnavailable) {
      interrupted.push(row);
      return;
    }
    const message = error instanceof Error ? `${error.name}: ${error.message}` : 'unknown';
    const attempts = row.attempts + 1;
    try {
      if (attempts >= MAX_ATTEMPTS) return await park(row, message.slice(0, 300), error);
      await warn(row, attempts, error);
      const retryAt = new Date(clock.now().getTime() + 1_000 * 2 ** row.attempts);
      await store.inbox.failed(row, message.slice(0, 300), retryAt);
    } catch (again) {
      if (!(again instanceof StoreUnavailable)) throw again;
      interrupted.push(row);
    }
  };

  const warn = async (row: InboxRow, attempt: number, error: unknown): Promise<void> => {
    if (!log.enabled('warn')) return;
    const ticket = await ticketOfEvent(parts, row);
    const about = { cause: row._id, ...(ticket !== null && { ticket: `T-${ticket}` }) };
    log.warn('an event could not be worked yet', { ...about, kind: kindOf(row), attempt, err: error });
  };

  /** It failed too often: visible from now on, and whoever of the staff acted reads so before it counts as parked. */
  const park = async (row: InboxRow, message: string, error: unknown): Promise<void> => {
    const ticket = await ticketOfEvent(parts, row);
    const number = await noteFault({ where: 'event', what: row._id, cause: row._id, ticket, error });
    const sorry = sorryRow(parts, row, number);
    if (sorry !== null) await store.outbox.add([sorry]);
    await store.inbox.park(row, message, number);
    meter.alarm('parked', { row: row._id.replaceAll('\n', '/'), error: number });
    if (sorry !== null) wakeOutbox([sorry.app]);
  };

  /** Whether the asker gets the answer at once: still waits, and no limit that sets answers aside is used up. */
  const serve = async ({ body }: InboxRow, reply: Reply, asker: Asker): Promise<boolean> => {
    const says = reply.answer !== null || reply.form !== null;
    if (!isTaken(asker.only, reply)) return false;
    if (says && !asker.gone && body.from === 'platform') {
      const { event } = body;
      if (!(await aside.take(addressOf(event), event.sender.id))) return false;
    }
    asker.served = !asker.gone;
    return asker.served;
  };

  const answerLater = async (row: InboxRow, reply: Reply): Promise<void> => {
    // A form cannot be shown any more: what is said beside it comes with the button that opens it.
    const answer = reply.form === null ? reply.answer : { ...reply.answer, ...askFor(reply.form) };
    if (row.body.from !== 'platform' || answer === null) return;
    const { event } = row.body;
    // A program asks again.
    if (!parts.adapters.has(appKey(event))) return;
    const said = { key: row._id, address: addressOf(event), user: event.sender.id, person: reply.person ?? '', answer };
    const grant = event.grants?.find((g) => g.surface === undefined) ?? null;
    // What somebody did before the backup was made is answered when everything of that time goes out.
    const quiet = parts.quiet();
    const out = privateRow({ ...said, grant }, quiet !== null && row.order < quiet.since ? row.order : clock.now());
    await store.outbox.add([out]);
    wakeOutbox([out.app]);
  };

  return {
    async accept(event, options) {
      const row = rowOf(parts, event);
      const began = clock.monotonic();
      let fresh: boolean;
      try {
        fresh = await add(row);
      } catch (error) {
        meter.inbound(event.platform, event.kind, 'unavailable');
        throw error instanceof StoreUnavailable ? error : new StoreUnavailable(error);
      }
      meter.inbound(event.platform, event.kind, fresh ? 'stored' : 'repeated');
      options?.stored?.();
      const patience = Math.max(0, (options?.answerBy ?? ANSWER_BY_MS) - (clock.monotonic() - began));
      if (!fresh) {
        const same = working.get(row._id);
        const first =
          same === undefined ? null : await within(same, { gone: false, served: false, only: undefined }, patience);
        // What was said to the first need not be said again; what came of it may.
        return { stored: true, repeated: true, ...(first?.outcome !== undefined && { outcome: first.outcome }) };
      }
      const asker = { gone: false, served: false, only: options?.only };
      const mine = work(row, false, asker).finally(() => working.delete(row._id));
      working.set(row._id, mine);
      const reply = await within(mine, asker, patience);
      return reply === null ? { stored: true } : accepted(parts, reply, event);
    },

    async openForm(event) {
      const form = await process.form(rowOf(parts, event), event);
      return form === null ? null : { ...form, nonce: parts.ids.next() };
    },

    openHome: (asker) => openHome(parts, asker),

    openLink: (asker, url) => openTicketLink(parts, asker, url),

    async recover() {
      const rows: InboxRow[] = [];
      for (let full = true; full;) {
        const taken = await take();
        rows.push(...taken);
        full = taken.length === BATCH;
      }
      const oldestFirst = rows.toSorted((a, b) => a.order.getTime() - b.order.getTime());
      Promise.all(oldestFirst.map((row) => work(row, true, null))).catch((error: unknown) => {
        meter.alarm('loop', { loop: 'inbox', error: error instanceof Error ? error.name : 'unknown' });
      });
    },

    async step() {
      const rows = await take();
      // The store has just answered, so what it cut short can go on.
      const again = interrupted;
      interrupted = [];
      await Promise.all([...again, ...rows].map((row) => work(row, true, null)));
      return again.length + rows.length;
    },

    idle: () => lanes.idle(),
  };

  /** The reply, or null when it is not there in time: either the asker gets it or the ordinary path, never neither. */
  function within(working: Promise<Reply | null>, asker: Asker, ms: number): Promise<Reply | null> {
    return new Promise((resolve, reject) => {
      const stop = clock.after(ms, () => {
        if (asker.served) return;
        asker.gone = true;
        resolve(null);
      });
      working.then(
        (reply) => {
          stop();
          resolve(reply);
        },
        (error: unknown) => {
          stop();
          reject(error instanceof Error ? error : new Error('working a row failed', { cause: error }));
        },
      );
    });
  }
}

/** Whether somebody who takes only this takes that. A card that is brief holds words and buttons alone. */
function isTaken(only: AcceptOptions['only'], { answer, form }: Reply): boolean {
  if (only === undefined || form !== null || answer === null) return true;
  return only === 'brief' && answer.view === undefined && (answer.copy ?? []).length === 0;
}

/** Whether nothing else can be in the lane: a report that names no matter has one of its own. */
const isAlone = ({ body }: InboxRow): boolean =>
  body.from === 'platform' && body.event.kind === 'report' && body.event.report.matter === null;

/** What makes a repeat one with the first: the platform's id of the event; of a form's values, the form that was opened. */
const idOf = (event: InboundEvent): string =>
  event.kind === 'form' && event.nonce !== undefined
    ? `form:${derivedId('form', event.sender.id, event.nonce)}`
    : event.id;

/** The stored form of an event: leased to this process, the secrets of its grants encrypted. */
function rowOf(parts: Parts, event: InboundEvent): InboxRow {
  const now = parts.clock.now();
  const kept: InboundEvent =
    event.grants === undefined
      ? event
      : { ...event, grants: event.grants.map((g) => ({ ...g, secret: parts.vault.seal(g.secret) })) };
  return {
    _id: `${appKey(event)}\n${idOf(event)}`,
    lane: laneOf(event),
    body: { from: 'platform', event: kept },
    order: now,
    open: true,
    attempts: 0,
    lease: { by: parts.process, until: new Date(now.getTime() + LEASE_MS) },
  };
}

function accepted(parts: Parts, reply: Reply, event: InboundEvent): Accepted {
  const message =
    reply.answer === null ? null : answerMessage(parts, reply.answer, reply.person ?? '', addressOf(event));
  const outcome = reply.outcome === undefined ? {} : { outcome: reply.outcome };
  if (message === null && reply.form === null) return { stored: true, ...outcome };
  const form = reply.form === null ? null : { ...reply.form, nonce: parts.ids.next() };
  return { stored: true, answer: { message, form }, ...outcome };
}
