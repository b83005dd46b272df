import { expect, it } from 'vitest';
import { eventOf } from '../../../src/http/api/view.ts';
import { anEvent, aTicket } from '../../support/tickets.ts';

const OFFER = { to: 'lilei', by: 'wangfang', words: '买家很急，电话 13812345678', since: 2 };
const taken = anEvent({
  seq: 3,
  type: 'taken',
  data: { person: 'lilei', before: { offer: OFFER, status: 'offered' } },
});
const closed = anEvent({ seq: 4, type: 'closed', data: { reason: '打给 13812345678 说好了', to: 'closed' } });

it('what colleagues wrote is in an event only for keys that may see customers', () => {
  const all = { scopes: ['tickets:read', 'customers:read'] } as const;
  const plain = { scopes: ['tickets:read'] } as const;
  expect(eventOf(taken, aTicket(), all).data).toEqual(taken.data);
  expect(eventOf(taken, aTicket(), plain).data).toEqual({
    person: 'lilei',
    before: { offer: { ...OFFER, words: '' }, status: 'offered' },
  });
  expect(eventOf(closed, aTicket(), plain).data).toEqual({ reason: '打给 138****5678 说好了', to: 'closed' });
  expect(eventOf(closed, aTicket(), plain).hash).toBe(closed.hash);
});
