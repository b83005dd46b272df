import { afterAll, beforeAll, beforeEach, describe, expect, it, onTestFinished } from 'vitest';
import type { Job } from '../../jobs/job.ts';
import { createScheduler, type JobRun, type Scheduler } from '../../jobs/scheduler.ts';
import { systemClock } from '../../src/clock.ts';
import { databaseOf } from '../../src/storage/schema.ts';
import type { ScheduledJob } from '../../src/storage/jobs.ts';
import { aStore, type OwnStore } from '../support/flow.ts';

const HOUR = 3_600_000;
/** Longer than any halt of a machine that is at work on other tests. */
const LOCK_MS = 1_500;
let on: OwnStore;
beforeAll(async () => {
  on = await aStore();
});
afterAll(() => on.close());
beforeEach(() => on.empty());

const aJob = (more: Partial<Job> = {}): Job => ({
  name: 'retention',
  every: '1 hour',
  lockMs: 60_000,
  run: async () => undefined,
  ...more,
});

interface Ended extends JobRun {
  readonly job: string;
}

/** A process with these jobs, started; what it ran is in `ended`. */
async function works(process: string, jobs: readonly Job[]): Promise<{ scheduler: Scheduler; ended: Ended[] }> {
  const ended: Ended[] = [];
  const scheduler = createScheduler({
    database: databaseOf(on.store.connection),
    process,
    jobs,
    clock: systemClock,
    onRun: (job, run) => ended.push({ job, ...run }),
    onFailure: async () => 'E-7F3K2M',
    scanMs: 20,
  });
  onTestFinished(() => scheduler.stop());
  await scheduler.start();
  return { scheduler, ended };
}

/** Something that is waited for. */
function signal(): { readonly came: Promise<void>; readonly comes: () => void } {
  let comes: () => void = () => undefined;
  const came = new Promise<void>((resolve) => (comes = resolve));
  return { came, comes };
}

const rows = () => databaseOf(on.store.connection).collection('jobs');
const only = async (): Promise<ScheduledJob | undefined> => (await on.store.jobs.all())[0];

/** A run that begins and goes on until it is let go. */
function held(): { readonly job: Job; readonly began: Promise<void>; readonly goes: () => void } {
  const began = signal();
  const goes = signal();
  const run = async (): Promise<void> => {
    began.comes();
    await goes.came;
  };
  return { job: aJob({ run, lockMs: LOCK_MS }), began: began.came, goes: goes.comes };
}

describe('two processes on one store', () => {
  it('never run one job at the same time: not while a run outlives its lock, nor when the second one starts', async () => {
    const first = held();
    await works('a', [first.job]);
    await first.began;
    const since = (await only())?.lockedAt;
    const looked = signal();
    const until = Date.now() + 1.2 * LOCK_MS;
    let meanwhile = 0;
    // It runs nothing of its own but a pulse, which goes on far beyond the lock of the first one's run.
    const pulse = aJob({
      name: 'wake',
      every: '0.1 seconds',
      run: async () => {
        if (Date.now() > until) looked.comes();
      },
    });
    await works('b', [aJob({ lockMs: LOCK_MS, run: async () => void (meanwhile += 1) }), pulse]);
    await looked.came;
    expect(meanwhile).toBe(0);
    const row = (await on.store.jobs.all()).find(({ name }) => name === 'retention');
    expect(row).toMatchObject({ process: 'a', lastFinishedAt: null });
    expect(row?.lockedAt?.getTime()).toBeGreaterThan(since?.getTime() ?? Infinity);
    first.goes();
  });

  it('make one document per job, whoever starts first', async () => {
    await Promise.all(['a', 'b', 'c'].map((process) => works(process, [aJob()])));
    expect(await rows().countDocuments()).toBe(1);
  });

  it('a run that was taken over ends without freeing the lock of the other', async () => {
    const first = held();
    const { scheduler } = await works('a', [first.job]);
    await first.began;
    // As after a halt of the machine in which another one took it.
    await rows().updateOne({}, { $set: { lastModifiedBy: 'b', lockedAt: new Date() } });
    const held_ = await only();
    first.goes();
    await scheduler.stop();
    expect(await only()).toEqual(held_);
  });
});

describe('a process that ends', () => {
  it('waits for its run and gives back what it had locked ahead', async () => {
    const first = held();
    const soon = aJob({ name: 'wake', every: '1 hour' });
    await rows().insertOne({
      name: 'wake',
      type: 'single',
      priority: 0,
      repeatInterval: '1 hour',
      data: { lockMs: 60_000 },
      lastRunAt: new Date(Date.now() - HOUR + 10_000),
      nextRunAt: new Date(Date.now() + 10_000),
      lockedAt: null,
    });
    const { scheduler } = await works('a', [first.job, soon]);
    await first.began;
    // As a scan that came a moment before its turn.
    await rows().updateOne({ name: 'wake' }, { $set: { lockedAt: new Date(), lastModifiedBy: 'a' } });
    const stopped = scheduler.stop();
    first.goes();
    await stopped;
    expect((await on.store.jobs.all()).map(({ lockedAt }) => lockedAt)).toEqual([null, null]);
  });

  it('leaves nothing locked for whoever starts alone on the store after it was killed', async () => {
    const now = new Date();
    await works('a', [aJob()]).then(({ scheduler }) => scheduler.stop());
    await rows().updateOne({}, { $set: { lockedAt: now, lastModifiedBy: 'killed' } });
    await on.store.jobs.freeAll(now);
    expect(await only()).toMatchObject({ lockedAt: null, nextRunAt: now });
  });
});

describe('a schedule', () => {
  /** A document as the version before left it. */
  const stored = (more: object) =>
    rows().insertOne({ name: 'retention', type: 'single', priority: 0, data: null, lockedAt: null, ...more });
  const starts = async (job: Job): Promise<ScheduledJob | undefined> => {
    const { scheduler } = await works('a', [job]);
    await scheduler.stop();
    return only();
  };
  const ran = new Date(Date.now() - 60_000);

  it.each([24 * HOUR, 60_000])(
    'that changed counts from the last run on, whatever it was before: %i ms',
    async (ms) => {
      const repeatInterval = ms === 60_000 ? '1 minute' : '1 day';
      await stored({ repeatInterval, lastRunAt: ran, nextRunAt: new Date(ran.getTime() + ms) });
      await rows().updateOne({}, { $max: { nextRunAt: new Date(Date.now() + 30_000) } });
      expect(await starts(aJob({ lockMs: 5_000 }))).toMatchObject({
        every: '1 hour',
        lockMs: 5_000,
        nextRunAt: new Date(ran.getTime() + HOUR),
      });
    },
  );

  it('that changed while a run was under way counts from that run on', async () => {
    const nextRunAt = new Date(ran.getTime() + 24 * HOUR);
    await stored({ repeatInterval: '1 day', lastRunAt: ran, nextRunAt, lockedAt: new Date() });
    expect(await starts(aJob())).toMatchObject({ every: '1 hour', nextRunAt });
    await rows().updateOne({}, { $set: { lockedAt: null } });
    expect((await starts(aJob()))?.nextRunAt).toEqual(new Date(ran.getTime() + HOUR));
  });

  it('that is the same keeps its moment, also of a cron line whose moment came while nobody was there', async () => {
    const run = signal();
    const every = '0 4 * * *';
    await stored({ repeatInterval: every, lastRunAt: new Date(Date.now() - 24 * HOUR), nextRunAt: ran });
    const { ended } = await works('a', [aJob({ every, run: async () => run.comes() })]);
    await run.came;
    await expect.poll(() => ended).toHaveLength(1);
    expect(ended[0]?.lagMs).toBeGreaterThanOrEqual(60_000);
    expect((await only())?.nextRunAt?.getTime()).toBeGreaterThan(Date.now());
  });

  it('of a job that is none any more vanishes', async () => {
    await stored({ name: 'gone', repeatInterval: '1 hour', nextRunAt: ran });
    expect(await starts(aJob())).toMatchObject({ name: 'retention' });
    expect(await rows().countDocuments()).toBe(1);
  });

  it('of which a store had two documents has one', async () => {
    await rows().dropIndexes();
    for (let i = 0; i < 2; i += 1) await stored({ repeatInterval: '1 hour', lastRunAt: ran, nextRunAt: ran });
    await starts(aJob());
    expect(await rows().countDocuments()).toBe(1);
  });

  it('that nobody can read is refused at the start', async () => {
    await expect(works('a', [aJob({ every: 'now and then' })])).rejects.toThrow('no schedule');
  });
});

it('a run that failed keeps the number of its error, never its words, and runs again at its next turn', async () => {
  const failed = signal();
  const run = async (): Promise<void> => {
    failed.comes();
    throw new Error('13812345678 is out of range');
  };
  const { scheduler, ended } = await works('a', [aJob({ run })]);
  await failed.came;
  await scheduler.stop();
  expect(ended).toMatchObject([{ job: 'retention', failed: true }]);
  expect(await only()).toMatchObject({ error: 'E-7F3K2M', failures: 1, lockedAt: null });
  expect(JSON.stringify(await rows().findOne())).not.toContain('13812345678');
});
