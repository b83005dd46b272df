import type { Adapter, Ref } from '../../adapters/adapter.ts';
import type { Clock } from '../../src/clock.ts';
import { DeliveryError, type DeliveryFailure } from '../../src/errors.ts';

/** What goes wrong with one call. */
export type Fault =
  /** It breaks before anything was posted, with no error of the contract. */
  | { readonly fault: 'throws'; readonly error: Error }
  /** It is posted, and answered with something that is no message. */
  | { readonly fault: 'garbage'; readonly answer: unknown }
  /** It is posted, and the answer comes so late. */
  | { readonly fault: 'late'; readonly ms: number }
  /** It is not posted, and no answer ever comes. */
  | { readonly fault: 'never' }
  /** It is posted, and the answer is lost. */
  | { readonly fault: 'lost' }
  /** It is not posted, and answered as if it had been. */
  | { readonly fault: 'dropped' }
  /** It arrives twice under its key. */
  | { readonly fault: 'twice' }
  /** The platform says no. */
  | { readonly fault: 'refused'; readonly failure: DeliveryFailure; readonly retryAfterMs?: number };

/** An adapter whose calls fail as told. */
export interface Faulty {
  readonly adapter: Adapter;
  /** Every call, whatever came of it. */
  readonly calls: {
    readonly method: 'send' | 'update' | 'reply';
    readonly conversation: string;
    readonly key: string;
  }[];
  /** The next calls meet these faults, in order; null: none. */
  next(...faults: readonly (Fault | null)[]): void;
  /** The same for the next calls to one conversation. */
  nextAt(conversation: string, ...faults: readonly Fault[]): void;
  /** From now on every call meets this fault; null: none. */
  always(fault: Fault | null): void;
  /** Resolves when a call has begun that does not answer at this moment. */
  hangs(): Promise<void>;
}

/** Wraps an adapter so that its calls fail by script. */
export function faulty(inner: Adapter, clock: Clock): Faulty {
  const calls: Faulty['calls'] = [];
  const script: (Fault | null)[] = [];
  const scripts = new Map<string, Fault[]>();
  let constant: Fault | null = null;
  let waiting: (() => void)[] = [];

  const hanging = (): void => {
    for (const resolve of waiting) resolve();
    waiting = [];
  };
  const after = (ms: number): Promise<void> =>
    new Promise((resolve) => {
      clock.after(ms, resolve);
      hanging();
    });

  const meet = async <T>(call: Faulty['calls'][number], act: () => Promise<T>, made: T): Promise<T> => {
    calls.push(call);
    const fault = scripts.get(call.conversation)?.shift() ?? (script.length > 0 ? script.shift() : constant);
    if (fault === null || fault === undefined) return act();
    switch (fault.fault) {
      case 'throws':
        throw fault.error;
      case 'garbage':
        await act();
        return fault.answer as T;
      case 'late': {
        const answer = await act();
        await after(fault.ms);
        return answer;
      }
      case 'never':
        return new Promise<T>(hanging);
      case 'lost':
        await act();
        throw new DeliveryError('unknown', 'the connection was lost');
      case 'dropped':
        return made;
      case 'twice':
        await act();
        return act();
      case 'refused':
        throw new DeliveryError(fault.failure, `scripted: ${fault.failure}`, fault.retryAfterMs);
    }
  };

  const { platform, app, limits, routes } = inner;
  return {
    calls,
    next: (...faults) => {
      script.push(...faults);
    },
    nextAt: (conversation, ...faults) => {
      scripts.set(conversation, [...(scripts.get(conversation) ?? []), ...faults]);
    },
    always: (fault) => {
      constant = fault;
    },
    hangs: () =>
      new Promise((resolve) => {
        waiting.push(resolve);
      }),
    adapter: {
      platform,
      app,
      limits,
      routes,
      capabilities: (address) => inner.capabilities(address),
      subjects: (address, visibleTo) => inner.subjects(address, visibleTo),
      start: async (sink) => inner.start(sink),
      stop: async () => inner.stop(),
      lookUp: async (user) => inner.lookUp(user),
      health: () => inner.health(),
      ...(inner.settle === undefined
        ? {}
        : {
            settle: async (address, key, message, visibleTo): Promise<Ref | null> =>
              (await inner.settle?.(address, key, message, visibleTo)) ?? null,
          }),
      send: async ({ conversation, ...rest }, message, key, visibleTo) =>
        meet<Ref>(
          { method: 'send', conversation, key },
          async () => inner.send({ conversation, ...rest }, message, key, visibleTo),
          { id: `made-up:${key}` },
        ),
      update: async (address, ref, message, key, grant) =>
        meet(
          { method: 'update', conversation: address.conversation, key },
          async () => inner.update(address, ref, message, key, grant),
          ref,
        ),
      reply: async (grant, message, key) =>
        meet({ method: 'reply', conversation: '', key }, async () => inner.reply(grant, message, key), undefined),
    },
  };
}

/** Settles a flow whose calls may hang: whenever one does, the clock moves by the second that delivery has patience with it. */
export async function settlePast(
  { settle }: { readonly settle: () => Promise<void> },
  { hangs }: Pick<Faulty, 'hangs'>,
  advance: (ms: number) => void,
): Promise<void> {
  const state = { isOver: false };
  const settling = settle().finally(() => {
    state.isOver = true;
  });
  while (!state.isOver) {
    await Promise.race([settling, hangs()]);
    if (!state.isOver) advance(1_000);
  }
  await settling;
}
