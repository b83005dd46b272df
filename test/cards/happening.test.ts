import { expect, it } from 'vitest';
import { happened } from '../../cards/happening.ts';
import type { Actor } from '../../src/domain/actor.ts';
import type { SealedEvent } from '../../src/domain/event.ts';
import { aDirectory, anEvent, aTicket, en, NOW, zh } from '../support/tickets.ts';

const raised = (actor: Actor): SealedEvent =>
  anEvent({ seq: 2, type: 'prioritised', actor, at: NOW, data: { priority: 'urgent' } });

it.each<[Actor, string, string]>([
  [{ kind: 'person', id: 'lilei', name: '李雷' }, '李雷 14:30', 'by 李雷,'],
  [{ kind: 'person', id: 'lilei', name: '李雷', via: 'api:erp' }, '李雷（经 erp） 14:30', 'by 李雷 through erp,'],
  [{ kind: 'system', name: 'hook:shop' }, 'shop 14:30', 'by shop,'],
  [{ kind: 'system', name: 'wake' }, '自动 14:30', 'automatically,'],
  [{ kind: 'customer', account: 'a' }, '客户 14:30', 'by the customer,'],
])('what %j did is told as theirs', (actor, chinese, english) => {
  const told = (reader: typeof zh): string => happened(aTicket(), raised(actor), aDirectory(), reader, 'group');
  expect(told(zh)).toContain(chinese);
  expect(told(en)).toContain(english);
});
