import type { Decision, Facts } from '../decision.ts';
import type { Intent } from '../intent.ts';
import type { NewEffect } from '../effect.ts';
import { OPEN, PRIORITIES, type Priority } from '../status.ts';
import type { Nudges, Ticket } from '../ticket.ts';
import { accept, before, customerAddress, next, wrongStatus } from './shared.ts';

const since = (at: Date | null, now: Date): number => (at === null ? Infinity : now.getTime() - at.getTime());

const oneUp = (p: Priority): Priority => PRIORITIES[PRIORITIES.indexOf(p) + 1] ?? p;

/** The customer urges: counted every time; the priority rises and they are answered only so often. */
export function nudge(t: Ticket, intent: Extract<Intent, { type: 'nudge' }>, facts: Facts): Decision {
  if (!OPEN.has(t.status)) return wrongStatus(t, 'nudge');
  const { message, quote, answer } = intent;
  const raised = since(t.nudges.raisedAt, facts.now) >= t.policy.nudgeRaiseMs ? oneUp(t.priority) : t.priority;
  const address = customerAddress(t);
  const answered = address !== null && since(t.nudges.answeredAt, facts.now) >= t.policy.nudgeAnswerMs;
  // They do not wait for us to be waited for: it is our turn again.
  const to = t.status === 'waiting_customer' ? (next(t, 'customer_message') ?? t.status) : t.status;
  const effects: NewEffect[] = answered ? [{ kind: 'say', message: answer, to: address, notBefore: facts.now }] : [];
  const news = answered && t.assignee !== null && facts.onDuty(t.assignee);
  const change = { type: 'nudged', message, priority: raised, answered, quote, news, to } as const;
  return accept([{ ...change, resume: to !== t.status }], effects);
}

/** The count after a nudge. */
export const nudgesAfter = (
  t: Pick<Ticket, 'nudges' | 'priority'>,
  change: { readonly priority: Priority; readonly answered: boolean },
  at: Date,
): Nudges => ({
  count: t.nudges.count + 1,
  raisedAt: change.priority === t.priority ? t.nudges.raisedAt : at,
  answeredAt: change.answered ? at : t.nudges.answeredAt,
});

/** The customer takes back what nobody has claimed; what somebody works on, they end. */
export function cancel(t: Ticket, intent: Extract<Intent, { type: 'cancel' }>, facts: Facts): Decision {
  const to = t.assignee === null && (t.status === 'new' || t.status === 'offered') ? next(t, 'close') : null;
  if (to === null) return wrongStatus(t, 'cancel');
  const address = customerAddress(t);
  const effects: NewEffect[] =
    address === null ? [] : [{ kind: 'say', message: intent.answer, to: address, notBefore: facts.now }];
  return accept([{ type: 'cancelled', message: intent.message, to, before: before(t) }], effects);
}
