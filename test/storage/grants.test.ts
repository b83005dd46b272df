import { afterAll, beforeAll, expect, it } from 'vitest';
import { openDesk, type Desk } from '../support/desk.ts';

let desk: Desk;
beforeAll(async () => {
  desk = await openDesk();
});
afterAll(() => desk.stop());

it('what the platform lent is stored encrypted and gone once the event is worked', async () => {
  await desk.writes('xiaomei', '杯子碎了');
  const messages = await desk.sees('lilei', 'g-aftersale');
  await desk.presses('lilei', messages.at(-1)?.surface ?? null, 'claim', { ticket: '4800' });
  const rows = await desk.store.connection.collection('inbox').find({}).toArray();
  expect(rows.length).toBe(2);
  for (const row of rows) {
    expect(row['doneAt']).toBeInstanceOf(Date);
    expect(JSON.stringify(row)).not.toContain('secret');
  }
});
