import type { Decision, Facts } from '../decision.ts';
import type { Intent } from '../intent.ts';
import { lacking } from '../permission.ts';
import type { Ticket } from '../ticket.ts';
import { accept, already, refuse } from './shared.ts';

/** Most tags of one ticket. */
export const MAX_TAGS = 20;

export function prioritise(t: Ticket, intent: Extract<Intent, { type: 'prioritise' }>, facts: Facts): Decision {
  const missing = lacking(facts.actor, 'member', t, facts.directory);
  if (missing !== null) return refuse(missing);
  if (t.priority === intent.priority) return already;
  return accept([{ type: 'prioritised', priority: intent.priority, from: t.priority }]);
}

export function categorise(t: Ticket, intent: Extract<Intent, { type: 'categorise' }>, facts: Facts): Decision {
  const missing = lacking(facts.actor, 'member', t, facts.directory);
  if (missing !== null) return refuse(missing);
  if (t.category === intent.category) return already;
  return accept([{ type: 'categorised', category: intent.category, from: t.category }]);
}

export function tag(t: Ticket, intent: Extract<Intent, { type: 'tag' }>, facts: Facts): Decision {
  const missing = lacking(facts.actor, 'member', t, facts.directory);
  if (missing !== null) return refuse(missing);
  const removed = t.tags.filter((x) => intent.remove.includes(x));
  const added = [...new Set(intent.add)].filter((x) => !t.tags.includes(x));
  if (removed.length === 0 && added.length === 0) return already;
  if (t.tags.length - removed.length + added.length > MAX_TAGS)
    return refuse({ code: 'too_many_tags', no: t.number, max: MAX_TAGS });
  return accept([{ type: 'tagged', added, removed }]);
}
