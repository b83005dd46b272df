import type { ChangeType } from './event.ts';

/** The first part of the names of everything that happens to a ticket. */
const FAMILY = 'ticket';

/** What of a change goes out beside its name: keys of a sealed event's data that hold no text of anybody. */
interface Told {
  readonly name: string;
  readonly data: readonly string[];
}

/**
 * What shop systems are told of, by names that stay as they are whatever becomes of ours. Null: it stays inside. That a reply arrived
 * only completes `ticket.replied`; who looked at what is masked is for the ticket's history; what is passed on is told of the ticket it
 * was passed on to.
 */
const TOLD = {
  opened: { name: 'opened', data: ['message', 'follows', 'splitFrom'] },
  message_received: { name: 'message_received', data: ['message', 'to'] },
  redrafted: { name: 'redrafted', data: ['category', 'priority', 'tags', 'language', 'team'] },
  nudged: { name: 'nudged', data: ['message', 'priority', 'to'] },
  recalled: { name: 'message_recalled', data: ['message'] },
  cancelled: { name: 'cancelled', data: ['message', 'to'] },
  claimed: { name: 'claimed', data: ['by', 'to'] },
  released: { name: 'released', data: ['reason', 'to'] },
  assigned: { name: 'assigned', data: ['person', 'to'] },
  transferred: { name: 'transferred', data: ['team', 'to'] },
  offered: { name: 'offered', data: ['person', 'by', 'team', 'until', 'to'] },
  taken: { name: 'taken', data: ['person', 'team', 'to'] },
  declined: { name: 'offer_ended', data: ['person'] },
  lapsed: { name: 'offer_ended', data: ['person'] },
  retracted: { name: 'offer_ended', data: ['person'] },
  covered: { name: 'covered', data: ['person', 'back', 'to'] },
  uncovered: { name: 'uncovered', data: ['person'] },
  handed_over: { name: 'handed_over', data: ['person', 'to'] },
  kept: null,
  grouped: { name: 'problem', data: ['tickets'] },
  ungrouped: { name: 'problem', data: ['tickets'] },
  linked: { name: 'problem_linked', data: ['problem'] },
  unlinked: { name: 'problem_unlinked', data: ['problem'] },
  replied: { name: 'replied', data: ['message', 'to'] },
  replied_elsewhere: { name: 'replied', data: ['message', 'to'] },
  delivered: null,
  undelivered: { name: 'reply_failed', data: ['message', 'to'] },
  voided: { name: 'reply_failed', data: ['message', 'to'] },
  attached: { name: 'attached', data: ['attachments'] },
  noted: { name: 'noted', data: ['note'] },
  revealed: null,
  pended: { name: 'pended', data: ['wait', 'until', 'to'] },
  resumed: { name: 'resumed', data: ['to'] },
  rearmed: null,
  reminded: { name: 'reminded', data: ['passed'] },
  acknowledged: null,
  escalated: { name: 'escalated', data: ['by'] },
  chased: null,
  reminder_set: null,
  reminder_dropped: null,
  prompted: null,
  retimed: null,
  resolved: { name: 'resolved', data: ['disposition', 'to'] },
  closed: { name: 'closed', data: ['to'] },
  reopened: { name: 'reopened', data: ['message', 'to'] },
  prioritised: { name: 'prioritised', data: ['priority', 'from'] },
  categorised: { name: 'categorised', data: ['category', 'from'] },
  tagged: { name: 'tagged', data: ['added', 'removed'] },
  split_off: { name: 'split', data: ['target', 'messages'] },
  taken_in: { name: 'taken_in', data: ['source', 'messages', 'to'] },
  handed_back: { name: 'handed_back', data: ['target', 'messages', 'closes'] },
  merged: { name: 'merged', data: ['target', 'to'] },
  unmerged: { name: 'unmerged', data: ['source', 'to'] },
  absorbed: { name: 'absorbed', data: ['source', 'to'] },
  given_back: { name: 'given_back', data: ['source'] },
  passed_on: null,
  undone: { name: 'undone', data: ['undoes'] },
} as const satisfies Readonly<Record<ChangeType, Told | null>>;

/** `ticket.claimed` */
export type PublicEvent = `${typeof FAMILY}.${NonNullable<(typeof TOLD)[ChangeType]>['name']}`;

/** What a change is called outside; null: it stays inside. */
export function publicEventOf(type: ChangeType): PublicEvent | null {
  const told = TOLD[type];
  return told === null ? null : `${FAMILY}.${told.name}`;
}

/** The keys of a change's sealed data that go out. */
export const toldKeys = (type: ChangeType): readonly string[] => TOLD[type]?.data ?? [];

/** Every name there is, in the order of the table. */
export const PUBLIC_EVENTS: readonly PublicEvent[] = [
  ...new Set((Object.keys(TOLD) as ChangeType[]).flatMap((type) => publicEventOf(type) ?? [])),
];

/** Stands for all of them. */
export const ALL_EVENTS = `${FAMILY}.*` as const;
