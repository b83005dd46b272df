import { GENESIS, seal } from './chain.ts';
import type { Decision, Facts } from './decision.ts';
import type { Directory } from './directory.ts';
import type { Effect, NewEffect } from './effect.ts';
import type { SealedEvent, TicketEvent } from './event.ts';
import { evolve, showsOnCard } from './evolve.ts';
import { newsPlaces } from './news.ts';
import { toldOtherwise } from './pinged.ts';
import { dueChanges } from './sla.ts';
import { timed, woken } from './timing.ts';
import { publicEventOf } from './public-event.ts';
import { wantedBy } from './subscription.ts';
import type { KnownCause, Ticket } from './ticket.ts';

/** Causes a ticket remembers, so that a repeat answers as it did. */
export const KNOWN_CAUSES = 200;

/** A decision applied: the ticket after it, and what the one write has to push. */
export interface Applied {
  readonly ticket: Ticket;
  readonly events: readonly SealedEvent[];
  readonly effects: readonly Effect[];
  readonly cause: KnownCause;
}

/** Keys of one ticket sort in the order of its effects: what falls into one millisecond is still said in order. */
const effectKey = (ticket: string, version: number, index: number): string =>
  `${ticket}.${String(version).padStart(6, '0')}.${String(index).padStart(3, '0')}`;

/**
 * What caused the change of a ticket that an effect came with; null: it is not one of this ticket's, or older than the causes it knows.
 * Every change is one version and one known cause.
 */
export function causeOfEffect(ticket: Pick<Ticket, '_id' | 'version' | 'history'>, key: string): string | null {
  if (!key.startsWith(`${ticket._id}.`)) return null;
  const version = Number(key.slice(ticket._id.length + 1).split('.')[0]);
  return ticket.history.causes.at(version - ticket.version - 1)?.cause ?? null;
}

/**
 * Applies an accepted decision: evolves the ticket, chains the sealed events, adds the redraw that a visible change needs and who outside
 * is to be told, and gives each effect its key. Pure: `salt` is the installation's secret for digests.
 */
export function apply(
  ticket: Ticket | null,
  decision: Extract<Decision, { accepted: true }>,
  facts: Facts,
  id: string,
  salt: string,
): Applied {
  let state = ticket;
  let head = ticket?.history.head ?? GENESIS;
  let seq = ticket?.history.seq ?? 0;
  const events: SealedEvent[] = [];
  // A look at the promises that leaves their moments is no news.
  let isVisible = false;
  for (const change of decision.changes) {
    seq += 1;
    const happened = { seq, at: facts.now, actor: facts.actor, cause: facts.cause, change };
    const bare = evolve(state, happened, id);
    const timing = timed(state, bare, change, facts.now, facts.directory);
    const due = timing === null ? null : dueChanges(bare.clocks, timing.clocks);
    isVisible ||= change.type === 'retimed' ? due !== null : showsOnCard(change);
    const event: TicketEvent = { ...happened, due };
    state = woken(state, { ...bare, ...timing }, seq, facts.now);
    const sealed = seal(event, head, salt);
    head = sealed.hash;
    events.push(sealed);
  }
  if (state === null) throw new Error('a decision without changes cannot make a ticket');
  const version = state.version + 1;
  const wanted: NewEffect[] = [...decision.effects];
  const places = [...state.places, ...newsPlaces(ticket?.news ?? null, state.news)];
  // An offer that is over says so where it stands.
  const offer = ticket?.offer ?? null;
  if (offer !== null && offer.since !== state.offer?.since)
    wanted.push({ kind: 'draw', places: [{ card: 'offer', person: offer.to, since: offer.since }] });
  if (isVisible) wanted.push({ kind: 'draw', places });
  // Whoever was told of a promise that is settled reads so where they were told.
  const tail = [...state.history.tail, ...events];
  const over = toldOtherwise(ticket, { ...state, history: { ...state.history, tail } });
  if (over.length > 0) wanted.push({ kind: 'ping', since: seq, to: [], over });
  wanted.push(...notices(facts.directory, state.shop, events));
  const effects = wanted.map((effect, i): Effect => ({ ...effect, key: effectKey(id, version, i) }));
  const cause: KnownCause = {
    cause: facts.cause,
    seq: decision.changes.length === 0 ? 0 : seq,
    already: decision.already,
  };
  return {
    ticket: {
      ...state,
      version,
      cardVersion: state.cardVersion + (isVisible ? 1 : 0),
      history: {
        head,
        seq,
        tail,
        causes: [...state.history.causes, cause].slice(-KNOWN_CAUSES),
      },
      pending: [...state.pending, ...effects],
    },
    events,
    effects,
    cause,
  };
}

/** One for each event that some subscription wants: nothing at all where there is none. */
const notices = ({ subscriptions }: Directory, shop: string, events: readonly SealedEvent[]): readonly NewEffect[] =>
  events.flatMap(({ seq, type }): readonly NewEffect[] => {
    const to = wantedBy(subscriptions, type, shop);
    const event = publicEventOf(type);
    return to.length === 0 || event === null ? [] : [{ kind: 'notify', seq, type: event, to }];
  });
