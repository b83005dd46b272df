import { expect, it } from 'vitest';
import { apply } from '../../src/domain/apply.ts';
import { decide } from '../../src/domain/decide.ts';
import type { Facts } from '../../src/domain/decision.ts';
import type { Intent } from '../../src/domain/intent.ts';
import { PUBLIC_EVENTS, publicEventOf } from '../../src/domain/public-event.ts';
import { wantedBy, type Subscription } from '../../src/domain/subscription.ts';
import { aDirectory, aTicket, everybodyOn, NOW } from '../support/tickets.ts';

const erp: Subscription = {
  id: 'erp',
  url: 'https://erp.example/',
  events: new Set(['ticket.claimed', 'ticket.offer_ended']),
  shops: [],
  private: false,
};
const wms: Subscription = { ...erp, id: 'wms', events: new Set(PUBLIC_EVENTS), shops: ['tea'] };
const coffee: Subscription = { ...wms, id: 'coffee', shops: ['coffee'] };

const applied = (intent: Intent, ...subscriptions: Subscription[]) => {
  const facts: Facts = {
    now: NOW,
    actor: { kind: 'person', id: 'lilei', name: '李雷' },
    cause: 'c',
    directory: aDirectory({ subscriptions: new Map(subscriptions.map((s) => [s.id, s])) }),
    ...everybodyOn(),
  };
  const decision = decide(aTicket(), intent, facts);
  if (!decision.accepted) throw new Error('refused');
  return apply(aTicket(), decision, facts, 'ticket-4821', 'salt');
};

it('each change that somebody wants becomes one effect, beside what it had before', () => {
  const alone = applied({ type: 'claim' });
  const both = applied({ type: 'claim' }, erp, wms, coffee);
  const key = `ticket-4821.000002.00${alone.effects.length}`;
  expect(both.effects).toEqual([
    ...alone.effects,
    { kind: 'notify', seq: 2, type: 'ticket.claimed', to: ['erp', 'wms'], key },
  ]);
});

it('without a subscription, or with none that wants it, not one byte is added', () => {
  const alone = applied({ type: 'tag', add: ['a'], remove: [] });
  expect(alone.effects.some((e) => e.kind === 'notify')).toBe(false);
  expect(applied({ type: 'tag', add: ['a'], remove: [] }, erp, coffee)).toEqual(alone);
});

it('names are of one form; several changes may share one, and some stay inside', () => {
  for (const name of PUBLIC_EVENTS) expect(name).toMatch(/^ticket\.[a-z]+(_[a-z]+)*$/);
  expect(new Set(PUBLIC_EVENTS).size).toBe(PUBLIC_EVENTS.length);
  expect(publicEventOf('replied_elsewhere')).toBe('ticket.replied');
  for (const type of ['delivered', 'revealed', 'passed_on'] as const) expect(publicEventOf(type)).toBeNull();
  expect(wantedBy(new Map([['wms', wms]]), 'revealed', 'tea')).toEqual([]);
});
