import { afterAll, beforeAll, expect, it } from 'vitest';
import type { OutboxRow } from '../../src/storage/outbox.ts';
import { aStore } from '../support/flow.ts';

let on: Awaited<ReturnType<typeof aStore>>;
let updates = 0;
beforeAll(async () => {
  on = await aStore('&monitorCommands=true');
  on.store.connection.getClient().on('commandStarted', ({ commandName }) => {
    if (commandName === 'update') updates += 1;
  });
});
afterAll(() => on.close());

it('rows that are postponed together are a few writes, each to its own moment', async () => {
  const at = new Date('2026-11-11T06:30:00Z');
  const rowOf = (i: number): OutboxRow => ({
    _id: `row${i}`,
    app: 'p\na',
    lane: `lane${i}`,
    address: { platform: 'p', app: 'a', conversation: 'c' },
    body: { kind: 'say', message: `m${i}` },
    state: 'pending',
    order: at,
    notBefore: at,
    attempts: 0,
  });
  await on.store.outbox.add(Array.from({ length: 300 }, (_, i) => rowOf(i)));
  const moment = (i: number): Date => new Date(at.getTime() + 1_000 * (i + 1));
  await Promise.all(Array.from({ length: 300 }, (_, i) => on.store.outbox.later(`row${i}`, i, `e${i}`, moment(i))));
  expect(updates).toBeLessThanOrEqual(3);
  const rows = await Promise.all([0, 299].map((i) => on.store.outbox.load(`row${i}`)));
  expect(rows).toEqual([0, 299].map((i) => ({ ...rowOf(i), attempts: i, error: `e${i}`, notBefore: moment(i) })));
});
