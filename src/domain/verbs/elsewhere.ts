import type { Decision, Facts } from '../decision.ts';
import type { Change } from '../event.ts';
import type { Intent } from '../intent.ts';
import { lacking } from '../permission.ts';
import { OPEN } from '../status.ts';
import type { Ticket } from '../ticket.ts';
import { accept, already, before, customerAddress, refuse, wrongStatus } from './shared.ts';

/**
 * The customer was answered by hand where we cannot write: what was said is kept, nothing is sent. Counts as the response; on an unclaimed
 * ticket it claims first.
 */
export function replyElsewhere(
  t: Ticket,
  intent: Extract<Intent, { type: 'reply_elsewhere' }>,
  facts: Facts,
): Decision {
  const unclaimed = t.assignee === null;
  // What was said there has been said, whoever of the team said it.
  const missing = lacking(facts.actor, 'member', t, facts.directory);
  if (missing !== null) return refuse(missing);
  if (customerAddress(t) !== null) return refuse({ code: 'reachable', no: t.number });
  if (!OPEN.has(t.status)) return wrongStatus(t, 'told');
  const changes: Change[] = [];
  let start = { ...before(t), respondedAt: t.respondedAt };
  if (unclaimed) {
    if (facts.actor.kind !== 'person') return wrongStatus(t, 'told');
    changes.push({ type: 'claimed', by: facts.actor.id, to: 'in_progress', before: start });
    // The claim that came with it stays when the answer is undone.
    start = { ...start, status: 'in_progress', assignee: facts.actor.id, claimedAt: facts.now };
  }
  changes.push({ type: 'replied_elsewhere', message: intent.message, to: 'waiting_customer', before: start });
  return accept(changes);
}

/** Files join the ticket: by its team, or by who filed it, whose queue it may not be. */
export function attach(t: Ticket, intent: Extract<Intent, { type: 'attach' }>, facts: Facts): Decision {
  const { actor } = facts;
  const opened = t.history.tail.find((e) => e.type === 'opened')?.actor;
  const filed = actor.kind === 'person' && opened?.kind === 'person' && opened.id === actor.id;
  const missing = filed ? null : lacking(actor, 'member', t, facts.directory);
  if (missing !== null) return refuse(missing);
  const known = new Set(t.attachments.map((a) => a.id));
  const attachments = intent.attachments.filter((a) => !known.has(a.id));
  return attachments.length === 0 ? already : accept([{ type: 'attached', attachments }]);
}
