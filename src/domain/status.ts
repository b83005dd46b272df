/** A ticket's status; names as in the product's vocabulary (待认领, 已派出待接, 处理中, 等客户, 等内部, 已解决, 已关闭). */
export const STATUSES = [
  'new',
  'offered',
  'in_progress',
  'waiting_customer',
  'waiting_other',
  'resolved',
  'closed',
] as const;
export type Status = (typeof STATUSES)[number];

/** Statuses in which somebody still has to do something. */
export const OPEN: ReadonlySet<Status> = new Set([
  'new',
  'offered',
  'in_progress',
  'waiting_customer',
  'waiting_other',
]);

export const PRIORITIES = ['low', 'normal', 'high', 'urgent'] as const;
export type Priority = (typeof PRIORITIES)[number];

/** Whom a pending ticket waits for. */
export const WAITS = ['customer', 'warehouse', 'finance', 'carrier'] as const;
export type Wait = (typeof WAITS)[number];

/** Why somebody puts a ticket back: 不会, 不归我, 忙, 点错. */
export const RELEASE_REASONS = ['unable', 'not_mine', 'busy', 'misclick'] as const;
export type ReleaseReason = (typeof RELEASE_REASONS)[number];

/** What can move a ticket from one status to another. */
export type Move =
  | 'claim'
  | 'offer'
  | 'release'
  | 'assign'
  | 'transfer_team'
  | 'cover'
  | 'uncover'
  | 'reply'
  | 'customer_message'
  | 'undelivered'
  | 'pend_customer'
  | 'pend_other'
  | 'resume'
  | 'resolve'
  | 'close'
  | 'reopen_owned'
  | 'reopen_queue';

/**
 * Every transition in one table: from -> move -> to. A move that is missing is refused in that status.
 * `undo` is not here: it restores what stood before and is checked against the events since.
 */
export const TRANSITIONS: Readonly<Record<Status, Partial<Record<Move, Status>>>> = {
  new: {
    claim: 'in_progress',
    offer: 'offered',
    uncover: 'in_progress',
    assign: 'in_progress',
    transfer_team: 'new',
    customer_message: 'new',
    close: 'closed',
  },
  offered: {
    claim: 'in_progress',
    offer: 'offered',
    cover: 'new',
    release: 'new',
    assign: 'in_progress',
    transfer_team: 'new',
    customer_message: 'offered',
    close: 'closed',
  },
  in_progress: {
    release: 'new',
    assign: 'in_progress',
    offer: 'offered',
    cover: 'new',
    transfer_team: 'new',
    reply: 'waiting_customer',
    customer_message: 'in_progress',
    pend_customer: 'waiting_customer',
    pend_other: 'waiting_other',
    resolve: 'resolved',
    close: 'closed',
  },
  waiting_customer: {
    undelivered: 'in_progress',
    release: 'new',
    assign: 'in_progress',
    offer: 'offered',
    cover: 'new',
    transfer_team: 'new',
    reply: 'waiting_customer',
    customer_message: 'in_progress',
    pend_customer: 'waiting_customer',
    pend_other: 'waiting_other',
    resume: 'in_progress',
    resolve: 'resolved',
    close: 'closed',
  },
  waiting_other: {
    release: 'new',
    assign: 'in_progress',
    offer: 'offered',
    cover: 'new',
    transfer_team: 'new',
    reply: 'waiting_customer',
    customer_message: 'in_progress',
    pend_customer: 'waiting_customer',
    pend_other: 'waiting_other',
    resume: 'in_progress',
    resolve: 'resolved',
    close: 'closed',
  },
  resolved: { reopen_owned: 'in_progress', reopen_queue: 'new', close: 'closed' },
  closed: { reopen_owned: 'in_progress', reopen_queue: 'new' },
};
