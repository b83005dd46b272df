import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { expect, it, onTestFinished } from 'vitest';
import { createScheduler } from '../../jobs/scheduler.ts';
import { systemClock } from '../../src/clock.ts';
import { databaseOf } from '../../src/storage/schema.ts';
import { aStore } from '../support/flow.ts';

const LOCK_MS = 1_500;

it('a run whose process is killed begins anew on another one once its lock has run out, and not at its next turn', async () => {
  const on = await aStore();
  const killed = spawn(process.execPath, [join(import.meta.dirname, 'job.mjs'), on.uri, String(LOCK_MS)], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  onTestFinished(async () => {
    killed.kill('SIGKILL');
    await on.close();
  });
  await once(killed.stdout, 'data');

  let begins: () => void = () => undefined;
  const began = new Promise<void>((resolve) => (begins = resolve));
  const lags: number[] = [];
  const other = createScheduler({
    database: databaseOf(on.store.connection),
    process: 'other',
    clock: systemClock,
    jobs: [{ name: 'retention', every: '1 hour', lockMs: LOCK_MS, run: async () => begins() }],
    onRun: (_job, { lagMs }) => lags.push(lagMs),
    onFailure: async () => '',
    scanMs: 50,
  });
  await other.start();
  onTestFinished(() => other.stop());
  const [seen] = await on.store.jobs.all();
  expect(seen).toMatchObject({ name: 'retention', process: 'killed', lastFinishedAt: null });

  killed.kill('SIGKILL');
  await once(killed, 'exit');
  await began;
  await other.stop();
  const [row] = await on.store.jobs.all();
  expect(row).toMatchObject({ process: 'other', lockedAt: null, failures: 0 });
  expect(row?.lastFinishedAt).not.toBeNull();
  expect(row?.lastRunAt?.getTime()).toBeGreaterThanOrEqual((seen?.lockedAt?.getTime() ?? Infinity) + LOCK_MS);
  expect(row?.nextRunAt?.getTime()).toBe((row?.lastRunAt?.getTime() ?? 0) + 3_600_000);
  // Late by as long as the run was lost.
  expect(lags[0]).toBeGreaterThanOrEqual(LOCK_MS);
});
