import { expect, it } from 'vitest';
import { drain, SHARES_MS, Unended, type Started } from '../src/drain.ts';
import { manualClock } from './support/clock.ts';

const sum = Object.values(SHARES_MS).reduce((all, ms) => all + ms, 0);

it('all parts together have less than ten seconds', () => {
  expect(sum).toBeLessThan(9_900);
  expect(sum).toBeGreaterThan(5_000);
});

it('ends what was started last first, and nothing that hangs or fails keeps the others', async () => {
  const clock = manualClock();
  const ended: string[] = [];
  const ends = (part: Started['part'], end: Started['end'] = async () => undefined): Started => ({
    part,
    end: () => {
      ended.push(`${part} ${clock.monotonic()}`);
      return end();
    },
  });
  const hangs = (): Promise<void> => new Promise(() => undefined);
  const cause = new Error('away');
  const draining = drain(
    [
      ends('embedded'),
      ends('store', () => Promise.reject(cause)),
      ends('flow', async () => ['calls to slack/T1']),
      ends('jobs', hangs),
      ends('http'),
    ],
    clock,
  );
  // What ended needs no time; what hangs has its share.
  for (let turn = 0; turn < 10; turn += 1) await Promise.resolve();
  clock.advance(SHARES_MS.jobs - 1);
  for (let turn = 0; turn < 10; turn += 1) await Promise.resolve();
  expect(ended).toEqual(['http 0', 'jobs 0']);
  clock.advance(1);
  const failure = await draining.catch((error: unknown) => error);
  expect(ended.slice(2)).toEqual(['flow 1500', 'store 1500', 'embedded 1500']);
  expect(failure).toBeInstanceOf(Unended);
  expect(failure).toMatchObject({ parts: ['jobs', 'calls to slack/T1', 'store'], cause });
});

it('says nothing when everything ended', async () => {
  await expect(drain([{ part: 'flow', end: async () => [] }], manualClock())).resolves.toBeUndefined();
});
