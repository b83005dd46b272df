import type { Adapter, Grant, OutMessage, Ref } from '../../adapters/adapter.ts';
import type { Address } from '../domain/address.ts';
import { DeliveryError } from '../errors.ts';
import type { OutboxRow } from '../storage/outbox.ts';
import type { Breaker } from './breaker.ts';
import type { Tenure } from './lease.ts';
import type { Parts } from './parts.ts';

/** No call is made: the lease is somebody else's by now, or the platform is away. No fault of the row, which stays as it is. */
export class Halted extends Error {
  constructor(why: 'lease' | 'outage') {
    super(why === 'lease' ? 'the lease is not held any more' : 'the platform does not answer');
    this.name = 'Halted';
  }
}

/** An adapter as delivery calls it. Failures are `DeliveryError`s, or `Halted` before the call was made. */
export interface Guarded extends Pick<Adapter, 'capabilities' | 'send' | 'update' | 'reply'> {
  /** Whether posted cards can be taken back. */
  readonly withdraws: boolean;
  withdraw(address: Address, ref: Ref): Promise<void>;
  /** Whether answering so takes a permit. */
  replyCounts(grant: Grant, message: OutMessage): boolean;
  /** Says that an earlier process may have posted under this key: where the platform can tell, it is asked first. */
  doubt(key: string): void;
}

/** Told when a call begins; the function it returns, when it has ended. */
export type CallWatch = () => () => void;

/** For one row under one epoch of the lease. */
export type Guard = (row: OutboxRow, epoch: number, watch: CallWatch) => Guarded;

/** A call that has not answered by then is given up; what it answers later is ignored. */
const DEADLINE_MS = 10_000;
const MOST_ID = 500;

/**
 * The one way from delivery to an adapter. Each call is made only while the lease is held and the platform answers, ends within ten
 * seconds, and gives either what the contract says or a `DeliveryError`; what an adapter throws beyond that counts as `unknown`.
 */
export function createGuard(
  parts: Pick<Parts, 'clock' | 'meter'> & {
    readonly store: { readonly outbox: Pick<Parts['store']['outbox'], 'unsure'> };
  },
  app: string,
  adapter: Adapter,
  { tenure, breaker }: { readonly tenure: Pick<Tenure, 'fresh'>; readonly breaker: Breaker },
): Guard {
  const { clock, meter, store } = parts;

  const within = (act: () => Promise<unknown>): Promise<unknown> =>
    new Promise((resolve, reject) => {
      const callOff = clock.after(DEADLINE_MS, () => {
        reject(new DeliveryError('unknown', `no answer within ${DEADLINE_MS / 1_000} s`));
      });
      const called = async (): Promise<unknown> => act();
      called()
        .then(resolve, (error: unknown) => {
          reject(asFailure(error));
        })
        .finally(callOff);
    });

  return (row, epoch, watch) => {
    const doubted = new Set<string>(row.unsure === undefined ? [] : [row.unsure]);

    /** One thing that is asked of the platform, in one step or several: what comes of the last one is what the breaker hears. */
    const call = async <T>(
      act: (step: typeof within) => Promise<unknown>,
      read: (answer: unknown) => T,
    ): Promise<T> => {
      if (!tenure.fresh(epoch)) throw new Halted('lease');
      const pass = breaker.enter();
      if (pass === null) throw new Halted('outage');
      const ended = watch();
      try {
        const answer = read(await act(within));
        pass.answered();
        return answer;
      } catch (error) {
        const failure = asFailure(error);
        meter.failed(app, failure.failure);
        pass.failed(failure.failure);
        throw failure;
      } finally {
        ended();
      }
    };

    /** Where the platform can tell what became of a send, that is noted before it goes and asked before it goes again. */
    const settled = async (key: string, ask: () => Promise<unknown>, send: () => Promise<unknown>): Promise<Ref> => {
      const isDoubted = doubted.has(key);
      if (row.unsure !== key) await store.outbox.unsure(row._id, key);
      doubted.add(key);
      // That it answers the question does not mean that it takes the message: both are one call.
      return call(async (step) => (isDoubted ? ((await step(ask)) ?? step(send)) : step(send)), asRef);
    };

    return {
      capabilities: (address) => adapter.capabilities(address),
      replyCounts: (grant, message) => adapter.replyCounts?.(grant, message) ?? false,
      withdraws: adapter.withdraw !== undefined,
      withdraw: (address, ref) =>
        call(
          (step) => step(async () => adapter.withdraw?.(address, ref)),
          () => undefined,
        ),
      doubt: (key) => {
        doubted.add(key);
      },
      send(address, message, key, visibleTo) {
        const send = async (): Promise<unknown> => adapter.send(address, message, key, visibleTo);
        if (adapter.settle === undefined) return call((step) => step(send), asRef);
        return settled(key, async () => adapter.settle?.(address, key, message, visibleTo), send);
      },
      update: (address, ref, message, key, grant) =>
        call((step) => step(async () => adapter.update(address, ref, message, key, grant)), asRef),
      reply: (grant, message, key) =>
        call(
          (step) => step(async () => adapter.reply(grant, message, key)),
          () => undefined,
        ),
    };
  };
}

function asRef(answer: unknown): Ref {
  const id = typeof answer === 'object' && answer !== null && 'id' in answer ? answer.id : null;
  if (typeof id !== 'string' || id === '' || id.length > MOST_ID)
    throw new DeliveryError('unknown', 'the adapter returned no message');
  const { grants } = answer as Ref;
  return Array.isArray(grants) ? { id, grants } : { id };
}

const PLAIN = /^\w{1,40}$/;

/** What is no failure of the contract keeps its name alone: messages of parsers quote what they were given. */
function asFailure(error: unknown): DeliveryError {
  if (error instanceof DeliveryError) return error;
  const name = error instanceof Error && PLAIN.test(error.name) ? error.name : 'an error without a name';
  return new DeliveryError('unknown', `the adapter threw ${name}`);
}
