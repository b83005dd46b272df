import type { Ticket } from '../../src/domain/ticket.ts';
import { nextWake } from '../../src/domain/timing.ts';
import type { Store } from '../../src/storage/store.ts';
import { aTicket, clocksDue } from './tickets.ts';

/** A ticket of 李雷 in the store whose next answer is due so many minutes after `now`; `more` overrides any field. */
export async function anOwed(
  store: Pick<Store, 'tickets'>,
  now: Date,
  { number, dueIn, ...more }: Partial<Ticket> & { readonly number: number; readonly dueIn: number },
): Promise<Ticket> {
  const ticket = aTicket({
    _id: `t${number}`,
    number,
    subject: '杯子碎了，电话 13812345678',
    status: 'in_progress',
    assignee: 'lilei',
    clocks: clocksDue({ nextResponse: new Date(now.getTime() + dueIn * 60_000) }),
    ...more,
  });
  const woken = { ...ticket, nextDueAt: nextWake(ticket), dueToken: '1' };
  const cause = { cause: '', seq: 0, already: false };
  await store.tickets.create({ ticket: woken, events: [], effects: [], cause });
  return woken;
}
