import type { Actor } from './actor.ts';
import type { Address } from './address.ts';
import type { Told } from './event.ts';
import type { Intent } from './intent.ts';
import type { PublicEvent } from './public-event.ts';

/**
 * Where a ticket has a card: `ticket` in each group of a team, `work` in one person's direct chat, `news` there too: one message about what
 * the customer wrote from event `since` on.
 */
export type Place =
  | { readonly card: 'ticket'; readonly team: string }
  | { readonly card: 'work'; readonly person: string }
  | { readonly card: 'news'; readonly person: string; readonly since: number }
  | { readonly card: 'offer'; readonly person: string; readonly since: number }
  | { readonly card: 'alert'; readonly person: string; readonly since: number };

export function placeKey(p: Place): string {
  switch (p.card) {
    case 'ticket':
      return `ticket:${p.team}`;
    case 'work':
      return `work:${p.person}`;
    case 'news':
    case 'offer':
    case 'alert':
      return `${p.card}:${p.person}:${p.since}`;
  }
}

/** What a decision wants done in the world; becomes durable in the same write as the events. */
export type NewEffect =
  /** Bring the ticket's cards in these places to its latest state. Coalesces. */
  | { readonly kind: 'draw'; readonly places: readonly Place[] }
  /** Say one stored message to the customer, once, in order, not before `notBefore`. */
  | { readonly kind: 'say'; readonly message: string; readonly to: Address; readonly notBefore: Date }
  /** An intent for another ticket, in the name of `by` (else the system's); goes into the inbox under the effect's key. */
  | { readonly kind: 'tell'; readonly ticket: string; readonly intent: Intent; readonly by?: Actor }
  /**
   * People hear of the ticket, each from a moment on; `since`: the event that says why. `over`: whom their message about it has to be put right
   * for, because what it says is settled.
   */
  | { readonly kind: 'ping'; readonly since: number; readonly to: readonly Told[]; readonly over: readonly string[] }
  /** Tell subscriptions `to` (ids) of the event `seq`, which is called `type` outside. Decided here, so that none is lost later. */
  | { readonly kind: 'notify'; readonly seq: number; readonly type: PublicEvent; readonly to: readonly string[] };

/** An effect waiting on its ticket. `key` = ticket id, version and index: the same effect has the same key for good. */
export type Effect = NewEffect & { readonly key: string };
