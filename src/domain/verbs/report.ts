import type { Decision, Facts } from '../decision.ts';
import type { Change } from '../event.ts';
import type { Intent } from '../intent.ts';
import { OPEN, PRIORITIES } from '../status.ts';
import type { Ticket } from '../ticket.ts';
import { MAX_TAGS } from './classify.ts';
import { accept, wrongStatus } from './shared.ts';

/** Another system has news of a matter that is still open. */
export function report(t: Ticket, intent: Extract<Intent, { type: 'report' }>, _facts: Facts): Decision {
  if (!OPEN.has(t.status)) return wrongStatus(t, 'report');
  const { note, priority, tags } = intent;
  const changes: Change[] = [{ type: 'noted', note }];
  if (priority !== null && PRIORITIES.indexOf(priority) > PRIORITIES.indexOf(t.priority))
    changes.push({ type: 'prioritised', priority, from: t.priority });
  // A system that is generous with tags must not keep its news from the ticket.
  const added = [...new Set(tags)].filter((tag) => !t.tags.includes(tag)).slice(0, MAX_TAGS - t.tags.length);
  if (added.length > 0) changes.push({ type: 'tagged', added, removed: [] });
  return accept(changes);
}
