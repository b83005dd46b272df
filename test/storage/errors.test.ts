import { afterAll, beforeAll, expect, it } from 'vitest';
import { ERRORS_MS, retention } from '../../jobs/retention.ts';
import type { StoredError } from '../../src/storage/errors.ts';
import { manualClock } from '../support/clock.ts';
import { aStore } from '../support/flow.ts';

let on: Awaited<ReturnType<typeof aStore>>;
beforeAll(async () => {
  on = await aStore();
});
afterAll(() => on.close());

const clock = manualClock();
const anError = (_id: string, change: Partial<StoredError> = {}): StoredError => ({
  _id,
  at: clock.now(),
  where: 'event',
  what: 'row',
  cause: null,
  ticket: null,
  error: { name: 'TypeError', at: ['somewhere'] },
  ...change,
});

it('a number belongs to one error; what is about a ticket or its causes is found, oldest first, once', async () => {
  const { errors } = on.store;
  expect(await errors.add(anError('E-1', { ticket: 4821, cause: 'm1' }))).toBe(true);
  expect(await errors.add(anError('E-1', { what: 'another' }))).toBe(false);
  expect(await errors.load('E-1')).toEqual(anError('E-1', { ticket: 4821, cause: 'm1' }));
  await errors.add(anError('E-2', { cause: 'm2', at: new Date(clock.now().getTime() - 1) }));
  await errors.add(anError('E-3', { ticket: 4822, cause: 'm3' }));
  await errors.add(anError('E-4'));
  expect((await errors.about(4821, ['m1', 'm2'])).map(({ _id }) => _id)).toEqual(['E-2', 'E-1']);
  expect(await errors.about(0, [])).toEqual([]);
});

it('an error is forgotten after thirty days, not before', async () => {
  const { errors } = on.store;
  await errors.add(anError('E-5'));
  const job = retention(on.store, clock, () => 0);
  clock.advance(ERRORS_MS);
  await job.run();
  expect(await errors.load('E-5')).not.toBeNull();
  clock.advance(1);
  await job.run();
  expect(await errors.load('E-5')).toBeNull();
});
