import type { Sink } from '../../adapters/adapter.ts';
import { createDeliverer } from './deliver.ts';
import { createFilings } from './filing.ts';
import { createFailover } from './failover.ts';
import { createIntake } from './intake.ts';
import { createAudit } from './ledger.ts';
import { createLoop, type Loop } from './loop.ts';
import { createMachine, watchLags, type Machine } from './machine.ts';
import { createTellNobody } from './nobody.ts';
import { tellAdmins } from './letters.ts';
import { createNotifier } from './notify.ts';
import { createNumbers } from './numbers.ts';
import { createOutageBoard, type Down } from './outage.ts';
import type { Parts } from './parts.ts';
import { createPerform, type Perform } from './perform.ts';
import { createProcess } from './process.ts';
import { createReceive } from './receive.ts';
import { createRelay } from './relay.ts';
import { createTellCustomer } from './tell-customer.ts';
import { createWake } from './wake.ts';

/** The stations in running order, wired. */
export interface Flow {
  /** Where adapters hand in what arrived. */
  readonly sink: Sink;
  readonly perform: Perform;
  /** Wakes the tickets that are due, and takes up greetings nothing has followed; how many. */
  readonly wake: () => Promise<number>;
  /** Looks at a part of the ledger of where tickets stand and puts it right; how many faults it found. */
  readonly audit: () => Promise<number>;
  /** The machine at this moment; at most half a second old. */
  readonly machine: () => Promise<Machine>;
  /** The platforms that do not answer, whichever process delivers for them; at most a second old while the loops run. */
  readonly down: () => readonly Down[];
  /** Takes up what was left unworked, then starts the loops of inbox, relay and delivery. */
  start(): Promise<void>;
  /** Ends the loops after what is under way, and gives the leases back. */
  stop(): Promise<void>;
  /** Works until nothing is left that could be done at this moment. */
  settle(): Promise<void>;
}

export function createFlow(given: Parts): Flow {
  const { parts, lagOf } = watchLags(given);
  const { clock, meter } = parts;
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
  const intake = createIntake(parts, { perform, tell, tellNobody: createTellNobody(parts), wakeInbox, numbers });
  const wake = createWake(parts, perform);
  const filings = createFilings(parts, perform, numbers);
  const receive = createReceive(parts, createProcess(parts, perform, intake, filings, numbers, wakeInbox), wakeOutbox);
  const board = createOutageBoard(parts);
  const failover = createFailover(parts, board);
  const watch = async (): Promise<number> => {
    await board.refresh();
    return failover();
  };
  const notifier = createNotifier(parts, () => {
    nudge('hooks');
  });
  const deliverers = [...parts.adapters].map(([app, adapter]) => createDeliverer(parts, app, adapter));

  return {
    sink: receive,
    perform,
    audit: createAudit(parts),
    machine: createMachine(parts, deliverers, lagOf, () => board.down()),
    down: () => board.down(),
    wake: async () => (await wake()) + (await intake.sweep()),
    async start() {
      await receive.recover();
      // Of what was given up just before a crash nobody may have been told.
      await tellAdmins(parts);
      const add = (name: string, step: () => Promise<number>): void => {
        loops.set(name, createLoop(name, step, clock, meter));
      };
      add('inbox', () => receive.step());
      add('relay', () => relay.step());
      add('hooks', () => notifier.step());
      add('directory', () => parts.live.refresh());
      add('outages', watch);
      for (const deliverer of deliverers) add(deliverer.app, () => deliverer.step());
    },
    async stop() {
      await receive.idle();
      await Promise.all([...loops.values()].map((loop) => loop.stop()));
      loops.clear();
      for (const deliverer of deliverers) await deliverer.stop();
      await notifier.stop();
    },
    async settle() {
      for (;;) {
        await receive.idle();
        let found = (await parts.live.refresh()) + (await relay.step()) + (await receive.step());
        for (const deliverer of deliverers) found += await deliverer.step();
        found += await watch();
        found += await notifier.step();
        await notifier.quiet();
        if (found === 0) return;
      }
    },
  };
}
