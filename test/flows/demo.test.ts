import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { firstBroken } from '../../src/domain/chain.ts';
import { nearestDue } from '../../src/domain/sla.ts';
import { OPEN } from '../../src/domain/status.ts';
import { openDesk, type Desk } from '../support/desk.ts';

let desk: Desk;
let directory: string;
beforeAll(async () => {
  directory = await mkdtemp(join(tmpdir(), 'demo-'));
  desk = await openDesk({ past: true, directory });
});
afterAll(async () => {
  await desk.stop();
  await rm(directory, { recursive: true, force: true });
});

const tickets = async () => desk.store.tickets.list({ order: 'oldest' }, 100);

it('each customer’s matter stands where the past left it, with the right team', async () => {
  const found = (await tickets()).map((t) => [t.customer.name, t.status, t.team, t.assignee, t.category]);
  expect(found).toEqual([
    ['明哥', 'resolved', 'aftersale', 'hanmeimei', 'invoice.request'],
    ['阿强', 'waiting_other', 'logistics', 'sunwei', 'logistics.stalled'],
    ['Ben', 'in_progress', 'aftersale', 'daniel', expect.stringMatching(/^(?:quality|returns)\./u)],
    ['糖糖', 'waiting_customer', 'aftersale', 'wangfang', 'returns.return'],
    ['老周', 'new', 'aftersale', null, expect.stringMatching(/^(?:damaged|returns)/u)],
    ['Alice', 'new', 'logistics', null, 'logistics.not_shipped'],
    ['花花', 'new', 'presale', null, 'promotion.price'],
  ]);
});

it('every act of it was accepted', async () => {
  // A refused act leaves no event: what was asked for is what happened.
  const acts = {
    明哥: ['claimed', 'replied', 'resolved'],
    阿强: ['claimed', 'replied', 'pended'],
    Ben: ['claimed', 'replied'],
    糖糖: ['claimed', 'replied'],
    老周: [],
    Alice: [],
    花花: [],
  };
  for (const row of await tickets()) {
    const ticket = await desk.store.tickets.load(row._id);
    if (ticket === null) throw new Error('gone');
    const events = await desk.store.tickets.history(ticket);
    const by = events.filter((e) => e.actor.kind === 'person').map((e) => e.type);
    expect([row.customer.name, by]).toEqual([row.customer.name, acts[row.customer.name as keyof typeof acts]]);
    expect(firstBroken(events)).toBeNull();
    expect(ticket.pending).toEqual([]);
  }
  expect(await desk.store.inbox.counts()).toEqual({ open: 0, parked: 0 });
  expect(await desk.store.outbox.countDead()).toBe(0);
});

it('at most one is overdue, and everything said has been heard', async () => {
  const now = desk.clock.now();
  const late = (await tickets()).filter((t) => OPEN.has(t.status) && (nearestDue(t.clocks)?.at ?? now) < now);
  expect(late.map((t) => t.customer.name)).toEqual(['老周']);
  const heard = (await desk.sees('mingge', 'c-mingge')).map((m) => m.text);
  expect(heard).toContain('已开好，发票发到您下单时留的邮箱了。');
  expect(heard.at(-1)).toContain('已经处理好了');
});

it('a second start changes nothing, and one that was cut goes on where it stopped', async () => {
  const before = await tickets();
  const again = async (): Promise<void> => {
    await desk.stop();
    desk = await openDesk({ past: true, directory, clock: desk.clock });
  };
  await again();
  expect(await tickets()).toEqual(before);
  // Killed after the last step, before the mark that all of it was done.
  await desk.store.connection.collection<{ _id: string }>('settings').deleteOne({ _id: 'demo-seeded' });
  await again();
  expect(await tickets()).toEqual(before);
  expect(await desk.sees('mingge', 'c-mingge')).toHaveLength(4);
});
