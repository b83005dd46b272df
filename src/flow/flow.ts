import type { Adapter, Sink } from '../../adapters/adapter.ts';
import { appKey, appName } from '../domain/address.ts';
import { createDeadlineAudit } from './deadline-audit.ts';
import { createDeliverer, type Deliverer } from './deliver.ts';
import { createFilings } from './filing.ts';
import { createFailover } from './failover.ts';
import { createDigests } from './digests.ts';
import { createFigures, type FigureReads } from './figures.ts';
import { createAnomalies } from './anomalies.ts';
import { createHandover } from './handover.ts';
import { createIntake } from './intake.ts';
import { createAudit } from './ledger.ts';
import { createLoop, type Loop } from './loop.ts';
import { createMachine, watchLags } from './machine.ts';
import { createTellNobody } from './nobody.ts';
import { tellAdmins } from './letters.ts';
import { createNotifier } from './notify.ts';
import { createNumbers } from './numbers.ts';
import { createOutageBoard, type Down } from './outage.ts';
import type { Parts } from './parts.ts';
import { createPerform, type Perform } from './perform.ts';
import { createProcess } from './process.ts';
import type { Quiet } from './quiet.ts';
import { createQuietKeeper } from './quiet-keeper.ts';
import { createReceive } from './receive.ts';
import { createReports } from './report.ts';
import { createRelay } from './relay.ts';
import { createTallyAudit } from './tallies.ts';
import { createRetime } from './retime.ts';
import { createTellCustomer } from './tell-customer.ts';
import { createWake } from './wake.ts';
import type { FlowNow } from '../view.ts';

/** The stations in running order, wired. */
export interface Flow {
  /** Where adapters hand in what arrived. */
  readonly sink: Sink;
  readonly perform: Perform;
  /** Wakes the tickets that are due, and takes up greetings nothing has followed; how many. What takes longer than a while is left for the next call. */
  readonly wake: (signal?: AbortSignal) => Promise<number>;
  /** Asks whose shift ends soon what becomes of their tickets, and settles what has ended; how many people that were. */
  readonly handover: () => Promise<number>;
  /** Looks whether something is not as ever; how many warnings are open. */
  readonly anomalies: () => Promise<number>;
  /** Looks at a part of the ledger of where tickets stand and puts it right; how many faults it found. */
  readonly audit: () => Promise<number>;
  /** Looks at the tallies of some tickets and puts them right; how many were wrong. */
  readonly auditTallies: () => Promise<number>;
  /** What happened to tickets, in numbers. */
  readonly figures: FigureReads;
  /** Brings open tickets under promises and calendars that changed; how many it changed. */
  readonly retime: () => Promise<number>;
  /** Looks at when a part of the open tickets is looked at next, and puts it right; how many faults it found. */
  readonly auditDeadlines: () => Promise<number>;
  /** Sends the figures that are due to whom they are for, each once; how many. */
  readonly digests: () => Promise<number>;
  /** How all of it stands; at most half a second old. */
  readonly machine: () => Promise<FlowNow>;
  /** The platforms that do not answer, whichever process delivers for them; at most a second old while the loops run. */
  readonly down: () => readonly Down[];
  /** Not null: the store was restored and nothing is sent until an admin has decided; at most a second old while the loops run. */
  readonly quiet: () => Quiet | null;
  /** An installation that came while the process runs, and stands among the adapters by now: it is delivered to. */
  join(adapter: Adapter): void;
  /** One that is gone: what is under way ends, and nothing more goes there. */
  leave(adapter: Adapter): Promise<void>;
  /** Takes up what was left unworked, then starts the loops of inbox, relay and delivery. */
  start(): Promise<void>;
  /**
   * Ends the loops after what is under way, and gives the leases back. Names the installations of which a call still hangs after
   * `callsMs` (default: it is not waited for): their leases run out by themselves.
   */
  stop(callsMs?: number): Promise<readonly string[]>;
  /** Works until nothing is left that could be done at this moment. */
  settle(): Promise<void>;
}

export function createFlow(given: Parts): Flow {
  const { parts, lagOf } = watchLags(given);
  const loops = new Map<string, Loop>();
  const nudge = (name: string): void => loops.get(name)?.nudge();
  const wakeOutbox = (apps: Iterable<string>): void => {
    for (const app of apps) nudge(app);
  };
  const relay = createRelay(parts, {
    outbox: wakeOutbox,
    inbox: () => {
      nudge('inbox');
    },
    hooks: () => {
      nudge('hooks');
    },
    relay: () => {
      nudge('relay');
    },
  });
  const perform = createPerform(parts, relay);
  const numbers = createNumbers(parts.store.counters);
  const tell = createTellCustomer(parts, wakeOutbox);
  const wakeInbox = (): void => {
    nudge('inbox');
  };
  const tellNobody = createTellNobody(parts);
  const intake = createIntake(parts, { perform, tell, tellNobody, wakeInbox, numbers });
  const wake = createWake(parts, perform);
  const filings = createFilings(parts, perform, numbers);
  const reports = createReports(parts, { perform, numbers, tellNobody });
  const handover = createHandover(parts, perform);
  const process = createProcess(parts, perform, { intake, filings, reports, numbers, handover }, wakeInbox);
  const receive = createReceive(parts, process, wakeOutbox);
  const audit = createAudit(parts);
  const figures = createFigures(parts.store, parts.clock);
  const digests = createDigests(parts, figures);
  const board = createOutageBoard(parts);
  const failover = createFailover(parts, board);
  const watch = async (): Promise<number> => {
    await board.refresh();
    // What the backup says of outages is long since not so, and nothing goes out anyway.
    return parts.quiet() === null ? failover() : 0;
  };
  const keepQuiet = createQuietKeeper(parts, perform);
  const notifier = createNotifier(parts, () => {
    nudge('hooks');
  });
  let deliverers: readonly Deliverer[] = [...parts.adapters].map(([app, adapter]) =>
    createDeliverer(parts, app, adapter),
  );
  const run = (name: string, step: () => Promise<number>): void => {
    loops.set(name, createLoop(name, step, parts));
  };
  /** One step of each that works, one after another: how much they found. */
  const round = async (): Promise<number> => {
    await receive.idle();
    let found = (await relay.step()) + (await receive.step());
    for (const deliverer of deliverers) found += await deliverer.step();
    found += await notifier.step();
    await notifier.idle();
    return found;
  };

  return {
    sink: receive,
    perform,
    handover: () => handover.sweep(),
    anomalies: createAnomalies(parts),
    // While nothing goes out nothing can be put right.
    audit: async () => (parts.quiet() === null ? audit() : 0),
    auditTallies: createTallyAudit(parts),
    retime: createRetime(parts, perform),
    auditDeadlines: createDeadlineAudit(parts, perform),
    figures,
    // While nothing goes out nobody waits for figures either.
    digests: async () => (parts.quiet() === null ? digests() : 0),
    machine: createMachine(
      parts,
      () => deliverers,
      lagOf,
      () => board.down(),
    ),
    down: () => board.down(),
    quiet: () => parts.quiet(),
    wake: async (signal) => (await wake(signal)) + (await intake.sweep()),
    async start() {
      // Before anything else: whether anything may be sent at all.
      await parts.quiet.refresh();
      await receive.recover();
      // Of what was given up just before a crash nobody may have been told.
      await tellAdmins(parts);
      run('inbox', () => receive.step());
      run('relay', () => relay.step());
      run('hooks', () => notifier.step());
      run('directory', () => parts.live.refresh());
      run('quiet', keepQuiet);
      run('outages', watch);
      for (const deliverer of deliverers) run(deliverer.app, () => deliverer.step());
    },
    join(adapter) {
      const deliverer = createDeliverer(parts, appKey(adapter), adapter);
      deliverers = [...deliverers, deliverer];
      if (loops.size > 0) run(deliverer.app, () => deliverer.step());
    },
    async leave(adapter) {
      const gone = deliverers.find(({ app }) => app === appKey(adapter));
      if (gone === undefined) return;
      deliverers = deliverers.filter((d) => d !== gone);
      const loop = loops.get(gone.app);
      loops.delete(gone.app);
      await loop?.stop();
      await gone.stop();
    },
    async stop(callsMs = 0) {
      await receive.idle();
      await Promise.all([...loops.values()].map((loop) => loop.stop()));
      loops.clear();
      const [ended] = await Promise.all([Promise.all(deliverers.map((d) => d.stop(callsMs))), notifier.stop()]);
      return deliverers.flatMap(({ app }, i) => (ended[i] === true ? [] : [`calls to ${appName(app)}`]));
    },
    async settle() {
      do {
        await parts.quiet.refresh();
        await parts.live.refresh();
        while ((await round()) > 0);
        // These look at what the rounds left: when they find nothing to do, there is nothing.
      } while ((await watch()) + (await keepQuiet()) > 0);
    },
  };
}
