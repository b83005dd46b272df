import type { Ticket } from '../../src/domain/ticket.ts';
import { STATUSES } from '../../src/domain/status.ts';
import { clocksDue, anAttachment, anEvent, aQuote, aTicket, minutes } from './tickets.ts';

const mine = { assignee: 'lilei', claimedAt: minutes(-1) } as const;

/** One ticket per status, and the cases that change a card: overdue, urgent, moved, unreachable, bare, crowded. */
export const STATES: Readonly<Record<string, Ticket>> = {
  new: aTicket(),
  offered: aTicket({
    status: 'offered',
    ...mine,
    offer: { to: 'wangfang', by: 'lilei', until: minutes(4), words: '已核实，电话13812345678', since: 2 },
    until: minutes(4),
    passes: 1,
  }),
  offered_back: aTicket({
    status: 'in_progress',
    ...mine,
    passes: 1,
    history: {
      ...aTicket().history,
      tail: [
        anEvent({ seq: 2, type: 'offered', data: { person: 'wangfang', by: 'lilei' } }),
        anEvent({ seq: 3, type: 'lapsed', data: { person: 'wangfang' } }),
      ],
    },
  }),
  covered: aTicket({ owner: 'lilei', ownerBack: minutes(30), avoid: ['lilei'] }),
  in_progress: aTicket({ status: 'in_progress', ...mine, last: { type: 'claimed', by: '李雷', at: minutes(0) } }),
  waiting_customer: aTicket({
    status: 'waiting_customer',
    wait: 'customer',
    ...mine,
    clocks: clocksDue({ resolution: minutes(600) }),
    last: { type: 'replied', by: '李雷', at: minutes(0) },
  }),
  waiting_other: aTicket({
    status: 'waiting_other',
    wait: 'warehouse',
    ...mine,
    clocks: clocksDue({ resolution: minutes(600) }),
    until: minutes(24 * 60),
    last: { type: 'pended', by: '李雷', at: minutes(0) },
    history: {
      ...aTicket().history,
      tail: [anEvent({ seq: 2, type: 'pended', at: minutes(0), data: { wait: 'warehouse', until: null } })],
    },
  }),
  resolved: aTicket({
    status: 'resolved',
    ...mine,
    clocks: {},
    disposition: 'return_approved',
    resolvedAt: minutes(-5),
    last: { type: 'resolved', by: '李雷', at: minutes(-5) },
  }),
  closed: aTicket({
    status: 'closed',
    clocks: {},
    closedAt: minutes(-5),
    last: { type: 'closed', by: '', at: minutes(-5) },
  }),
  /** What the customer wrote in one go, told to the assignee: more lines than a ticket keeps. */
  news: aTicket({
    status: 'in_progress',
    ...mine,
    clocks: clocksDue({ nextResponse: minutes(9), resolution: minutes(600) }),
    quotes: ['在吗', '还没到', '电话13812345678', '到底什么时候发', '急'].map((q) => aQuote(q)),
    news: { since: 3, at: minutes(-1), person: 'lilei', count: 7 },
    last: { type: 'message_received', by: '', at: minutes(-1) },
  }),
  overdue: aTicket({ clocks: clocksDue({ firstResponse: minutes(-2), resolution: minutes(600) }) }),
  urgent: aTicket({ priority: 'urgent' }),
  short: aTicket({ clocks: clocksDue({ firstResponse: minutes(0.4) }) }),
  moved: aTicket({ team: 'logistics', last: { type: 'transferred', by: '李雷', at: minutes(0) } }),
  moved_to_somebody: aTicket({ team: 'logistics', status: 'in_progress', assignee: 'chenchen' }),
  with_a_colleague: aTicket({ status: 'in_progress', assignee: 'wangfang' }),
  unreachable: aTicket({
    status: 'in_progress',
    ...mine,
    links: [],
    customer: { account: null, name: '', place: 'qianniu', handle: 'xiaohong88' },
    source: { kind: 'agent', platform: 'sandbox' },
    last: { type: 'opened', by: '王芳', at: minutes(-1) },
  }),
  bare: aTicket({
    subject: '',
    description: '',
    quotes: [],
    facts: {},
    category: null,
    customer: { account: null, name: '', place: 'other', handle: '' },
    links: [],
    clocks: {},
    source: { kind: 'system', platform: 'sandbox' },
    history: { ...aTicket().history, tail: [] },
  }),
  crowded: aTicket({
    subject: '电话13812345678的订单破了',
    description: '电话13812345678的订单破了,'.repeat(400),
    quotes: [aQuote('在吗'), aQuote(''), aQuote('电话13812345678,文三路138号5幢201室,'.repeat(30))],
    facts: {
      order: '20261108112233',
      tracking: 'SF1234567890123',
      carrier: '顺丰',
      amount: '¥199.00',
      phone: '13812345678',
      address: '浙江省杭州市西湖区文三路138号5幢201室',
    },
    tags: ['破损', '加急'],
    attachments: [anAttachment('f1'), anAttachment('f2')],
    priority: 'high',
    history: {
      ...aTicket().history,
      tail: [
        anEvent({ seq: 1, type: 'opened', actor: { kind: 'customer', account: 'xiaomei' } }),
        anEvent({ seq: 2, type: 'claimed' }),
        anEvent({ seq: 3, type: 'released', data: { reason: '不归我,找13812345678' } }),
        anEvent({ seq: 4, type: 'assigned', data: { person: 'wangfang' } }),
        anEvent({ seq: 5, type: 'transferred', data: { person: null, team: 'logistics' } }),
        anEvent({ seq: 6, type: 'transferred', data: { person: 'chenchen', team: 'logistics' } }),
        anEvent({ seq: 7, type: 'prioritised', data: { priority: 'high' } }),
        anEvent({ seq: 8, type: 'categorised', data: { category: 'return' } }),
        anEvent({ seq: 9, type: 'tagged', data: { added: ['破损', '加急'], removed: ['旧'] } }),
        anEvent({ seq: 10, type: 'undone', data: { verb: 'claimed', undoes: 2 } }),
        anEvent({ seq: 11, type: 'resolved', data: { disposition: 'handled' } }),
        anEvent({ seq: 12, type: 'closed', actor: { kind: 'system', name: 'wake' }, data: { reason: 'auto' } }),
      ],
    },
  }),
};

/** Every status has a state of its name. */
export const missingStates = STATUSES.filter((s) => STATES[s]?.status !== s);
