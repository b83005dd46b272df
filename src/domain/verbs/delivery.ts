import type { Decision, Facts } from '../decision.ts';
import type { Intent } from '../intent.ts';
import { OPEN } from '../status.ts';
import type { Ticket } from '../ticket.ts';
import { accept, already, next } from './shared.ts';
import { heldMessage, isUndone } from './undo.ts';

/** Response clocks stop here, not when the agent pressed send: what the platform has not accepted answers nobody. */
export function delivered(t: Ticket, intent: Extract<Intent, { type: 'delivered' }>, _facts: Facts): Decision {
  const { message } = intent;
  const replied = t.history.tail.findLast((e) => e.type === 'replied' && e.data['message'] === message);
  const last = t.quotes.at(-1)?.at;
  const asked = OPEN.has(t.status) && replied !== undefined && last !== undefined && last > replied.at;
  return accept([{ type: 'delivered', message, since: asked ? last : null }]);
}

/** A message was given up: whoever waits for the customer waits for nothing. */
export function undelivered(t: Ticket, intent: Extract<Intent, { type: 'undelivered' }>, _facts: Facts): Decision {
  const { message } = intent;
  if (t.undelivered === message) return already;
  // What was taken back meanwhile is missed by nobody.
  const said = t.history.tail.findLast((e) => heldMessage(e) === message);
  if (said !== undefined && isUndone(t, said.seq)) return already;
  return accept([{ type: 'undelivered', message, to: next(t, 'undelivered') ?? t.status }]);
}

/** Whether a message was given up after a restore. */
export const isVoided = (t: Ticket, message: string): boolean =>
  t.history.tail.some((e) => e.type === 'voided' && e.data['message'] === message);

/** A message that waited in a restored store will not go out: like one that was given up, and whoever wrote it reads by whom. */
export function voidMessage(t: Ticket, intent: Extract<Intent, { type: 'void' }>, _facts: Facts): Decision {
  const { message, written } = intent;
  const said = t.history.tail.findLast((e) => heldMessage(e) === message);
  if (isVoided(t, message) || (said !== undefined && isUndone(t, said.seq))) return already;
  const to = written ? (next(t, 'undelivered') ?? t.status) : t.status;
  return accept([{ type: 'voided', message, written, to }]);
}
