import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { PUBLIC_EVENTS } from '../../src/domain/public-event.ts';
import { hookPayload, payloadOf } from '../../src/webhooks/payload.ts';
import { aTicket, anEvent, NOW } from '../support/tickets.ts';

const PAGE = readFileSync(join(import.meta.dirname, '../../docs/webhooks.md'), 'utf8');

it('hides of a customer what a group would not be shown', () => {
  const ticket = aTicket({
    subject: '寄到幸福路12号3单元，电话13812345678，单号13899998888',
    facts: { order: '13899998888', phone: '13812345678', address: '浙江省杭州市西湖区文三路478号', amount: '35.00' },
  });
  const { ticket: view, event } = payloadOf(
    'n',
    'ticket.opened',
    ticket,
    anEvent({
      seq: 1,
      type: 'opened',
      at: NOW,
      cause: 'sandbox\ndemo\nm1',
      actor: { kind: 'customer', account: 'sandbox\ndemo\nxiaomei' },
      data: {
        message: 'm1',
        digest: 'd',
        policy: { firstResponseMs: 1 },
        origin: { conversation: 'customer:xiaomei' },
        follows: { ticket: 'other', number: 4_700 },
      },
    }),
  );
  expect(view.subject).toBe('寄到****，电话138****5678，单号13899998888');
  expect(view.facts).toEqual({
    order: '13899998888',
    phone: '138****5678',
    address: '浙江省杭州市西湖区****',
    amount: '35.00',
  });
  expect(event).toEqual({
    seq: 1,
    type: 'ticket.opened',
    actor: { kind: 'customer' },
    cause: 'sandbox/demo/m1',
    data: { message: 'm1', follows: 'T-4700' },
  });
});

it('every sealed value that goes out has a form of JSON', () => {
  const payload = payloadOf(
    'n',
    'ticket.offered',
    aTicket({ assignee: 'lilei', claimedAt: NOW }),
    anEvent({
      seq: 3,
      type: 'offered',
      data: { person: 'p', by: 'b', team: 't', until: NOW, to: 'offered', note: 'n', digest: 'd', before: {} },
    }),
  );
  expect(payload.event.data).toEqual({ person: 'p', by: 'b', team: 't', until: NOW.toISOString(), to: 'offered' });
  expect(hookPayload.parse(JSON.parse(JSON.stringify(payload)))).toEqual(payload);
});

it('the page names every event, and its example is a notice', () => {
  for (const name of PUBLIC_EVENTS) expect(PAGE).toContain(`\`${name}\``);
  const example = /```json\n(\{\n {2}"id"[\s\S]*?\n\})\n```/.exec(PAGE)?.[1] ?? '';
  expect(hookPayload.parse(JSON.parse(example)).type).toBe('ticket.claimed');
});
