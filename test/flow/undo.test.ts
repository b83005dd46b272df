import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { createRoster } from '../../src/flow/roster.ts';
import { performUndo } from '../../src/flow/undo.ts';
import { packageRoot } from '../../src/package-root.ts';
import { loadShop } from '../../src/shop/shop.ts';
import { openDesk, type Desk } from '../support/desk.ts';

let desk: Desk;
beforeAll(async () => {
  desk = await openDesk();
});
afterAll(() => desk.stop());

const theTicket = async () => {
  const ticket = await desk.store.tickets.byNumber(4800);
  if (ticket === null) throw new Error('no ticket');
  return ticket;
};

it('an undo that is worked twice takes back one thing', async () => {
  await desk.writes('xiaomei', '杯子碎了');
  await desk.types('lilei', '认领 4800');
  await desk.types('lilei', '回复 4800 马上处理');
  await desk.types('lilei', '解决 4800');
  const messages = await desk.store.messages.ofTicket((await theTicket())._id, 50);
  const reply = messages.find((m) => 'text' in m.body && m.body.text === '马上处理');

  const { directory } = await loadShop(join(packageRoot(), 'demo', 'gongdan.yaml'), 'en');
  const roster = createRoster(desk.store, desk.clock);
  const parts = { store: desk.store, clock: desk.clock, directory: () => directory, roster };
  const who = { actor: { kind: 'person', id: 'lilei', name: '李雷' }, cause: 'undo-1' } as const;
  const intent = { type: 'undo', seq: null, notice: 'none', sure: false, correction: 'c' } as const;
  await performUndo(parts, desk.flow.perform, await theTicket(), intent, who, null);
  expect((await theTicket()).status).toBe('waiting_customer');
  // The process died before it could say that the row is done: the row comes again.
  await performUndo(parts, desk.flow.perform, await theTicket(), intent, who, null);
  expect(await desk.store.messages.load(reply?._id ?? '')).toMatchObject({ state: 'held' });
  expect((await theTicket()).status).toBe('waiting_customer');
});

it('an undo that died after the withdrawal and comes back too late lets the notice go', async () => {
  await desk.writes('aqiang', '快递三天没更新了');
  const ticket = (await desk.store.tickets.list({ status: ['new'] }, 1))[0];
  const no = ticket?.number ?? 0;
  await desk.types('sunwei', `认领 ${no}`);
  await desk.types('sunwei', `解决 ${no}`);
  const resolved = await desk.store.tickets.byNumber(no);
  if (resolved === null) throw new Error('no ticket');
  const notice = (await desk.store.messages.ofTicket(resolved._id, 50)).find((m) => m.state === 'held');
  if (notice === undefined) throw new Error('no notice');
  await desk.store.messages.withdraw(notice._id);
  await desk.passes(31_000);

  const { directory } = await loadShop(join(packageRoot(), 'demo', 'gongdan.yaml'), 'en');
  const roster = createRoster(desk.store, desk.clock);
  const parts = { store: desk.store, clock: desk.clock, directory: () => directory, roster };
  const who = { actor: { kind: 'person', id: 'sunwei', name: '孙伟' }, cause: 'undo-2' } as const;
  const intent = { type: 'undo', seq: null, notice: 'none', sure: false, correction: 'c' } as const;
  const late = await performUndo(parts, desk.flow.perform, resolved, intent, who, null);
  expect(late.refusal?.code).toBe('undo_late');
  await desk.passes(500);
  const read = (await desk.sees('aqiang', 'c-aqiang')).filter((m) => m.text?.includes('已经处理好了') === true);
  expect(read).toHaveLength(1);
});
