import { apply } from '../domain/apply.ts';
import { decide } from '../domain/decide.ts';
import type { Actor } from '../domain/actor.ts';
import type { Intent } from '../domain/intent.ts';
import type { Refusal } from '../domain/refusal.ts';
import { concernsRelay } from '../domain/tally.ts';
import { ticketName, type Ticket } from '../domain/ticket.ts';
import { createLanes } from './lanes.ts';
import type { Parts } from './parts.ts';
import type { Relay } from './relay.ts';
import { factsFor } from './roster.ts';

/** Tries at one intent before it goes back to the inbox. */
const TRIES = 20;

export interface Performed {
  readonly outcome: 'done' | 'already' | 'refused';
  readonly refusal: Refusal | null;
  /** The ticket as it stands now; null when there is none. */
  readonly ticket: Ticket | null;
  /** Sequence of the newest event this intent caused; 0 when it changed nothing. */
  readonly seq: number;
}

/** Somebody else was first twenty times in a row; try again later. */
export class Contended extends Error {
  constructor(ticket: string) {
    super(`ticket ${ticket} changes faster than this process can follow`);
    this.name = 'Contended';
  }
}

export type Perform = (ticket: string, intent: Intent, who: { actor: Actor; cause: string }) => Promise<Performed>;

/**
 * THE write path: load -> decide -> evolve -> one conditional write. A miss means somebody else was first: reload, decide again.
 * Intents of one ticket queue up within the process; between processes the write's condition decides.
 */
export function createPerform(parts: Parts, relay: Relay): Perform {
  const { store, clock, ids, vault, meter, log } = parts;
  const lanes = createLanes();

  /** `fresh`: the ticket is taken not to be there yet. */
  const once = async (
    id: string,
    intent: Intent,
    who: { actor: Actor; cause: string },
    fresh: boolean,
  ): Promise<Performed | null> => {
    const [ticket, facts] = await Promise.all([fresh ? null : store.tickets.load(id), factsFor(parts, who)]);
    const decision = decide(ticket, intent, facts);
    if (!decision.accepted) return { outcome: 'refused', refusal: decision.refusal, ticket, seq: 0 };
    const outcome = decision.already ? 'already' : 'done';
    if (decision.changes.length === 0) {
      const known = ticket?.history.causes.find((c) => c.cause === who.cause);
      return { outcome, refusal: null, ticket, seq: known?.seq ?? 0 };
    }
    const applied = apply(ticket, decision, facts, id, vault.salt);
    const written = ticket === null ? await store.tickets.create(applied) : await store.tickets.change(ticket, applied);
    if (!written) return null;
    relay.offer(applied.ticket, concernsRelay(ticket, applied));
    return { outcome, refusal: null, ticket: applied.ticket, seq: applied.cause.seq };
  };

  /** One line per intent, refused or not: never what anybody wrote. */
  const note = (intent: Intent, who: { actor: Actor; cause: string }, performed: Performed, ms: number): void => {
    const { ticket, outcome, refusal, seq } = performed;
    const tail = outcome === 'done' ? (ticket?.history.tail ?? []) : [];
    const event = tail.filter((e) => e.cause === who.cause && e.seq <= seq).map((e) => e.type);
    log.debug('decided', {
      ...(ticket !== null && { ticket: ticketName(ticket), version: ticket.version }),
      cause: who.cause,
      kind: intent.type,
      outcome: refusal?.code ?? outcome,
      ...(event.length > 0 && { event: event.join(' ') }),
      ms: Math.round(ms),
    });
  };

  return (id, intent, who) =>
    lanes.run(id, async () => {
      const began = clock.monotonic();
      // What opens a ticket finds one only when it is done again or met another: its write says so as well, one look sooner.
      const opened = intent.type === 'open' ? await once(id, intent, who, true) : null;
      for (let attempt = 1; attempt <= TRIES; attempt += 1) {
        const performed = opened ?? (await once(id, intent, who, false));
        if (performed !== null) {
          meter.intent(intent.type, performed.refusal?.code ?? performed.outcome);
          if (log.enabled('debug')) note(intent, who, performed, clock.monotonic() - began);
          return performed;
        }
        await pause(clock, ids.random() * Math.min(5 * attempt, 50));
      }
      meter.intent(intent.type, 'contended');
      throw new Contended(id);
    });
}

const pause = (clock: Parts['clock'], ms: number): Promise<void> =>
  new Promise((resolve) => {
    clock.after(ms, resolve);
  });
