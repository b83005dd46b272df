import type { Decision, Facts } from './decision.ts';
import type { Intent, IntentType } from './intent.ts';
import type { Ticket } from './ticket.ts';
import { attach, replyElsewhere } from './verbs/elsewhere.ts';
import { open, recall, receive } from './verbs/intake.ts';
import { assign, claim, release } from './verbs/hands.ts';
import { cover, uncover } from './verbs/cover.ts';
import { handOver, keep } from './verbs/handover.ts';
import { group, link, ungroup, unlink } from './verbs/problem.ts';
import { decline, transfer } from './verbs/pass.ts';
import { close, note, pend, reopen, reply, resolve, wake } from './verbs/progress.ts';
import { categorise, prioritise, tag } from './verbs/classify.ts';
import { delivered, undelivered, voidMessage } from './verbs/delivery.ts';
import { absorb, giveBack, merge, unmerge } from './verbs/merge.ts';
import { handBack, split, takeIn } from './verbs/split.ts';
import { cancel, nudge } from './verbs/urge.ts';
import { acknowledge, chase, escalate, remind, retime } from './verbs/remind.ts';
import { report } from './verbs/report.ts';
import { reveal } from './verbs/reveal.ts';
import { undo } from './verbs/undo.ts';

/** Decides one intent on a ticket that exists. */
export type Decide<T extends IntentType> = (
  ticket: Ticket,
  intent: Extract<Intent, { type: T }>,
  facts: Facts,
) => Decision;

const DECIDERS: { readonly [T in Exclude<IntentType, 'open'>]: Decide<T> } = {
  receive,
  nudge,
  recall,
  cancel,
  claim,
  release,
  assign,
  transfer,
  decline,
  cover,
  uncover,
  hand_over: handOver,
  keep,
  group,
  ungroup,
  link,
  unlink,
  reply,
  reply_elsewhere: replyElsewhere,
  attach,
  note,
  report,
  reveal,
  pend,
  resolve,
  close,
  reopen,
  prioritise,
  categorise,
  tag,
  undo,
  delivered,
  undelivered,
  void: voidMessage,
  split,
  take_in: takeIn,
  hand_back: handBack,
  merge,
  unmerge,
  absorb,
  give_back: giveBack,
  wake,
  acknowledge,
  chase,
  escalate,
  remind,
  retime,
};

/** What people may ask of a ticket that was merged; everything else is asked of the one it was merged into. */
const ON_MERGED: ReadonlySet<IntentType> = new Set([
  'undo',
  'merge',
  'unmerge',
  'absorb',
  'give_back',
  'take_in',
  'void',
]);

/**
 * What an intent does to a ticket, as a pure function: the same input always gives the same decision, so it may run twice.
 * A cause the ticket knows already answers as it did and changes nothing.
 */
export function decide(ticket: Ticket | null, intent: Intent, facts: Facts): Decision {
  const known = ticket?.history.causes.find((c) => c.cause === facts.cause);
  if (known !== undefined) return { accepted: true, already: known.already, changes: [], effects: [] };
  if (intent.type === 'open') return open(ticket, intent, facts);
  if (ticket === null) return { accepted: false, refusal: { code: 'not_found', no: '' } };
  const { into } = ticket.merged;
  if (into !== null && facts.actor.kind === 'person' && !ON_MERGED.has(intent.type))
    return { accepted: false, refusal: { code: 'merged', no: ticket.number, into: into.number } };
  const decider = DECIDERS[intent.type] as Decide<typeof intent.type>;
  return decider(ticket, intent, facts);
}
