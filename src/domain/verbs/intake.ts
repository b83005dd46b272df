import type { Decision, Facts } from '../decision.ts';
import type { Intent } from '../intent.ts';
import type { NewEffect } from '../effect.ts';
import type { Change } from '../event.ts';
import type { Ticket } from '../ticket.ts';
import { redrafted } from '../draft.ts';
import { covered, needsCover } from './cover.ts';
import { takes } from '../returning.ts';
import { OPEN } from '../status.ts';
import { accept, before, next, wrongStatus } from './shared.ts';

/**
 * Opens a ticket. When it exists already (two first messages of one customer met), the message joins it instead:
 * whoever comes second loses nothing. What nobody waits for an answer to, as a filing or a report, changes nothing then.
 */
export function open(ticket: Ticket | null, intent: Extract<Intent, { type: 'open' }>, facts: Facts): Decision {
  const { opening, message, quote, acknowledge } = intent;
  if (ticket !== null) {
    if (message === null || quote === null || acknowledge === null) return accept([]);
    return receive(
      ticket,
      { type: 'receive', message, quote, courtesy: false, order: null, note: null, draft: null, others: [] },
      facts,
    );
  }
  const effects: NewEffect[] =
    acknowledge === null ? [] : [{ kind: 'say', message: acknowledge, to: opening.origin, notBefore: facts.now }];
  return accept([{ type: 'opened', opening, message, quote }], effects);
}

/** The customer took a message back: nothing of it stays, whatever became of the ticket. */
export function recall(t: Ticket, intent: Extract<Intent, { type: 'recall' }>, _facts: Facts): Decision {
  // What tells the colleague of it quotes it, too.
  const effects: NewEffect[] =
    t.news === null ? [] : [{ kind: 'draw', places: [{ card: 'news', person: t.news.person, since: t.news.since }] }];
  return accept([{ ...intent, type: 'recalled' }], effects);
}

/** A message of the customer arrives at their ticket. */
export function receive(t: Ticket, intent: Extract<Intent, { type: 'receive' }>, facts: Facts): Decision {
  const { message, quote, courtesy, note, draft, others } = intent;
  const arrived = (to: Ticket['status'], resume: boolean, told = true): Change => ({
    type: 'message_received',
    message,
    quote,
    to,
    resume,
    news: told && t.assignee !== null && facts.onDuty(t.assignee),
    before: before(t),
    others,
    ...(intent.windowMs !== undefined && { windowMs: intent.windowMs }),
  });
  if (!takes(t, intent, facts.now)) return wrongStatus(t, 'receive');
  // "Thank you" after the end is kept and changes nothing; anything with content reopens.
  if (!OPEN.has(t.status) && courtesy) return accept([arrived(t.status, false, false)]);
  if (t.status === 'resolved') {
    const had = t.assignee;
    const stays = had !== null && facts.onDuty(had);
    const to = next(t, stays ? 'reopen_owned' : 'reopen_queue');
    if (to === null) return wrongStatus(t, 'reopen');
    const left = had === null || stays ? null : { by: { person: had, note: note?.text ?? '' }, note: note?.id ?? null };
    return accept([{ type: 'reopened', to, message, left }, arrived(to, true)]);
  }
  const to = next(t, 'customer_message');
  if (to === null) return wrongStatus(t, 'receive');
  // Thanks end no wait for a moment or for somebody of ours.
  if (courtesy && (t.until !== null || t.status === 'waiting_other')) return accept([arrived(t.status, false, false)]);
  const about = draft === null ? null : redrafted(t, draft);
  // Its owner is not there but somebody is: the customer need not wait for them. Thanks can.
  const cover =
    !courtesy && needsCover(t, facts)
      ? covered(to === t.status ? t : { ...t, status: to, wait: null, until: null }, facts)
      : null;
  return accept([arrived(to, to !== t.status), ...(about === null ? [] : [about]), ...(cover === null ? [] : [cover])]);
}
