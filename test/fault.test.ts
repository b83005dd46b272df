import { beforeEach, expect, it } from 'vitest';
import { StoreUnavailable } from '../src/errors.ts';
import { createLog } from '../src/log.ts';
import { createNoteFault, type NoteFault } from '../src/fault.ts';
import type { StoredError } from '../src/storage/errors.ts';
import { manualClock, type ManualClock } from './support/clock.ts';

let clock: ManualClock;
let kept: StoredError[];
let lines: Record<string, unknown>[];
let add: (error: StoredError) => Promise<boolean>;
let noteFault: NoteFault;
beforeEach(() => {
  clock = manualClock();
  kept = [];
  lines = [];
  add = async (error) => kept.push(error) > 0;
  let next = 0;
  const ids = { next: () => String((next += 1)).padStart(6, '0'), random: () => 0 };
  const stream = { write: (line: string): void => void lines.push(JSON.parse(line) as Record<string, unknown>) };
  const log = createLog({ level: 'info', readable: false, clock, stream });
  noteFault = createNoteFault({ log, clock, ids, errors: { add: (error) => add(error) } });
});
const error = new TypeError('13812345678');

it('gives log and store one number, and a ticket its cause', async () => {
  const number = await noteFault({ where: 'event', what: 'row', cause: 'm1', ticket: 4821, error });
  expect(kept).toMatchObject([{ _id: number, at: clock.now(), where: 'event', cause: 'm1', ticket: 4821 }]);
  expect(lines).toMatchObject([{ error: number, ticket: 'T-4821', cause: 'm1', err: { name: 'TypeError' } }]);
  await noteFault({ where: 'job', what: 'wake', ticket: 4822, error });
  expect(lines[1]).toMatchObject({ ticket: 'T-4822', cause: 'wake' });
  expect(JSON.stringify([kept, lines])).not.toContain('13812345678');
});

it('a loop that fails again and again is one error a minute; what people meet is one each', async () => {
  const loop = { where: 'loop', what: 'inbox', error } as const;
  const first = await noteFault(loop);
  expect(await noteFault(loop)).toBe(first);
  expect(await noteFault({ ...loop, error: new RangeError('other') })).not.toBe(first);
  clock.advance(60_000);
  expect(await noteFault(loop)).not.toBe(first);
  expect([kept.length, lines.length]).toEqual([3, 3]);
  const request = { where: 'request', what: 'GET /', error } as const;
  expect(await noteFault(request)).not.toBe(await noteFault(request));
});

it('takes another number where one is taken', async () => {
  let calls = 0;
  add = async (stored) => {
    calls += 1;
    return calls > 1 && kept.push(stored) > 0;
  };
  const number = await noteFault({ where: 'request', what: 'GET /', error });
  expect(kept.map(({ _id }) => _id)).toEqual([number]);
  expect(lines.map((line) => line['error'])).toEqual([number]);
});

it('never fails: while the store is away the log alone knows it', async () => {
  add = () => Promise.reject(new StoreUnavailable(null));
  const number = await noteFault({ where: 'request', what: 'GET /', error });
  expect(lines).toMatchObject([{ error: number }]);
  // What met the absent store does not wait for it again.
  add = () => {
    throw new Error('asked');
  };
  expect(await noteFault({ where: 'loop', what: 'inbox', error: new StoreUnavailable(null) })).toMatch(/^E-/u);
});
