import type { Address } from './address.ts';
import type { Ticket } from './ticket.ts';

/** How many people of a team a new ticket goes to first, where a team has no group but is called one by one. */
export const FIRST_CALLED = 3;
/** When nobody has taken it by then, it goes to all the others who are on duty, ms. */
export const REST_AFTER_MS = 60_000;

/** What the second card of a ticket, for those who were not called first, adds to the name of the conversation. */
const REST = '#rest';

/** Where the card for all the others stands. */
export const restOf = (address: Address): Address => ({ ...address, conversation: address.conversation + REST });

export const isRest = ({ conversation }: Address): boolean => conversation.endsWith(REST);

/** Where the first card stands. */
export const firstOf = (address: Address): Address =>
  isRest(address) ? { ...address, conversation: address.conversation.slice(0, -REST.length) } : address;

/** What brings a ticket back to where somebody of a group has to take it. */
const BACK: ReadonlySet<string> = new Set([
  'released',
  'declined',
  'lapsed',
  'covered',
  'reopened',
  'transferred',
  'undone',
]);

/** Whether a ticket came back with the last that was done, or since a card of it was posted. */
export function cameBack({ history }: Pick<Ticket, 'history'>, posted: Date): boolean {
  const cause = history.tail.at(-1)?.cause;
  return history.tail.some((event) => BACK.has(event.type) && (event.cause === cause || event.at > posted));
}

/** Since when a ticket waits for somebody to take it; of what came back so long ago that its last events do not tell, since it was opened. */
export const waitingSince = ({ history, openedAt }: Pick<Ticket, 'history' | 'openedAt'>): Date =>
  history.tail.findLast(({ type }) => BACK.has(type))?.at ?? openedAt;
