import type { Clock } from './clock.ts';
import { placeOf, StoreUnavailable } from './errors.ts';
import { errorNumber, type Ids } from './ids.ts';
import type { Log, LogFields } from './log.ts';
import type { StoredError, Where } from './storage/errors.ts';

/** Something that went wrong on our side. */
export interface Fault {
  readonly where: Where;
  /** Route, row of the inbox or outbox, loop, job or verb: our own words and ids. */
  readonly what: string;
  /** The inbound id or effect it follows from. */
  readonly cause?: string | null;
  /** Number of the ticket it is about. */
  readonly ticket?: number | null;
  readonly error: unknown;
}

/**
 * Writes what went wrong into the log and the store, and gives the number under which both know it (`E-7F3K2M`): whoever is told of it
 * reads that number. Never fails: while the store is away the log alone knows it.
 */
export type NoteFault = (fault: Fault) => Promise<string>;

export interface NoteFaultOptions {
  readonly log: Log;
  readonly clock: Clock;
  readonly ids: Ids;
  readonly errors: { readonly add: (error: StoredError) => Promise<boolean> };
}

/** Loops and jobs try again at once: the same failure within this time is the same error. */
const SAME_MS = 60_000;
const TRIES = 3;

export function createNoteFault({ log, clock, ids, errors }: NoteFaultOptions): NoteFault {
  const recent = new Map<string, { readonly number: string; readonly until: number }>();

  /** Loops and jobs are few, and so are the names of what they throw. */
  const before = (fault: Fault): string | null => {
    if (fault.where !== 'loop' && fault.where !== 'job') return null;
    const known = recent.get(keyOf(fault));
    return known !== undefined && clock.monotonic() < known.until ? known.number : null;
  };

  const write = (fault: Fault, number: string): void => {
    const { where, what, cause, ticket, error } = fault;
    const fields: LogFields = {
      error: number,
      kind: where,
      what,
      ...(typeof cause === 'string' && { cause }),
      // Whoever looks for a ticket looks for its causes next: neither stands alone.
      ...(typeof ticket === 'number' && { ticket: `T-${ticket}`, cause: cause ?? what }),
      err: error,
    };
    log.error('something failed on our side', fields);
  };

  const keep = async (fault: Fault, number: string): Promise<string> => {
    const { where, what, cause = null, ticket = null, error } = fault;
    // It would only wait for the store that has just not answered.
    if (error instanceof StoreUnavailable) return number;
    const at = clock.now();
    let _id = number;
    for (let i = 0; i < TRIES; i += 1) {
      const isNew = await errors.add({ _id, at, where, what, cause, ticket, error: placeOf(error) }).catch(() => true);
      if (isNew) return _id;
      _id = errorNumber(ids);
    }
    return _id;
  };

  return async (fault) => {
    const known = before(fault);
    if (known !== null) {
      // Each ticket has its line.
      if (typeof fault.ticket === 'number') write(fault, known);
      return known;
    }
    const number = await keep(fault, errorNumber(ids));
    if (fault.where === 'loop' || fault.where === 'job')
      recent.set(keyOf(fault), { number, until: clock.monotonic() + SAME_MS });
    write(fault, number);
    return number;
  };
}

const keyOf = ({ where, what, error }: Fault): string =>
  `${where}\n${what}\n${error instanceof Error ? error.name : typeof error}`;
