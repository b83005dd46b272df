import type { Decision, Facts } from '../decision.ts';
import type { Intent } from '../intent.ts';
import { lacking } from '../permission.ts';
import { hiddenOf } from '../reveal.ts';
import type { Ticket } from '../ticket.ts';
import { accept, refuse } from './shared.ts';

/** Somebody of the team wants to see what groups do not: allowed, and kept for good who saw it. The assignee sees it anyway. */
export function reveal(t: Ticket, _intent: Extract<Intent, { type: 'reveal' }>, facts: Facts): Decision {
  const missing = lacking(facts.actor, 'member', t, facts.directory);
  if (missing !== null) return refuse(missing);
  const { what } = hiddenOf(t);
  if (what.length === 0) return refuse({ code: 'nothing_hidden', no: t.number });
  const isTheirs = facts.actor.kind === 'person' && facts.actor.id === t.assignee;
  return accept(isTheirs ? [] : [{ type: 'revealed', what }]);
}
