import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, describe, expect, it } from 'vitest';
import { jobs, jobState } from '../../src/cli/jobs.ts';
import { systemClock } from '../../src/clock.ts';
import type { ScheduledJob } from '../../src/storage/jobs.ts';
import { databaseOf } from '../../src/storage/schema.ts';
import { openDesk } from '../support/desk.ts';
import { runVerb, settingsIn } from '../support/terminal.ts';
import { NOW } from '../support/tickets.ts';

const SECOND = 1_000;
const MINUTE = 60 * SECOND;
const ago = (ms: number): Date => new Date(NOW.getTime() - ms);
const job: ScheduledJob = {
  name: 'ledger',
  every: '1 minute',
  lockMs: 5 * MINUTE,
  nextRunAt: ago(-30 * SECOND),
  lastRunAt: ago(30 * SECOND),
  lastFinishedAt: ago(28 * SECOND),
  failedAt: null,
  error: null,
  failures: 0,
  lockedAt: null,
  process: 'p1',
};
const state = (more: Partial<ScheduledJob>) => jobState({ ...job, ...more }, NOW);

describe('a job', () => {
  it('that is well', () => {
    expect(state({})).toEqual({
      name: 'ledger',
      every: '1 minute',
      last: { at: ago(28 * SECOND), outcome: 'done', tookMs: 2 * SECOND, error: null },
      failures: 0,
      next: ago(-30 * SECOND),
      running: null,
      lateMs: null,
    });
    expect(state({ lastRunAt: null, lastFinishedAt: null }).last).toBeNull();
  });

  it('that failed last time, and one that has since been well', () => {
    const failed = { failedAt: ago(28 * SECOND), error: 'E-7F3K2M', failures: 3 };
    expect(state(failed)).toMatchObject({ last: { outcome: 'failed', error: 'E-7F3K2M' }, failures: 3 });
    expect(state({ ...failed, failedAt: ago(MINUTE) })).toMatchObject({ last: { outcome: 'done', error: null } });
  });

  it('that runs, however long, as long as its process shows that it is alive', () => {
    const running = { lastRunAt: ago(20 * MINUTE), lastFinishedAt: ago(30 * MINUTE), lockedAt: ago(5 * SECOND) };
    expect(state(running)).toMatchObject({
      running: { since: ago(20 * MINUTE), process: 'p1' },
      last: { at: ago(30 * MINUTE), outcome: 'done', tookMs: null },
      next: null,
      lateMs: null,
    });
    expect(state({ ...running, lockedAt: ago(6 * MINUTE) }).lateMs).toBe(6 * MINUTE);
  });

  it('that should have begun, or whose run was cut', () => {
    expect(state({ nextRunAt: ago(4 * MINUTE) }).lateMs).toBeNull();
    expect(state({ nextRunAt: ago(6 * MINUTE) }).lateMs).toBe(6 * MINUTE);
    expect(state({ lastFinishedAt: ago(MINUTE) }).last).toMatchObject({ outcome: 'cut', at: ago(30 * SECOND) });
  });
});

describe('gongdan jobs', () => {
  afterEach(() => {
    process.exitCode = 0;
  });

  it('beside the running bot: a line per job in words, or as JSON, and the exit code', async () => {
    const folder = await mkdtemp(join(tmpdir(), 'jobs-'));
    const data = join(folder, 'data');
    const desk = await openDesk({ directory: data });
    const shows = (args: readonly string[] = [], env: Record<string, string> = {}): Promise<string> =>
      runVerb(jobs, settingsIn(folder, env), args, { clock: systemClock });
    try {
      expect(await shows()).toContain('No jobs yet');
      const rows = databaseOf(desk.store.connection).collection('jobs');
      const now = Date.now();
      const at = (ms: number): Date => new Date(now + ms);
      const ran = { type: 'single', lastRunAt: at(-30_000), lastFinishedAt: at(-29_500), lastModifiedBy: 'p1' };
      const later = { nextRunAt: at(30_000), lockedAt: null };
      await rows.insertMany([
        { ...ran, ...later, name: 'wake', repeatInterval: '1 second', data: { lockMs: 60_000 } },
        { ...ran, ...later, name: 'tomorrow', repeatInterval: '0 4 * * *', data: { lockMs: 60_000 } },
      ]);
      expect((await shows()).split('\n')).toEqual([
        expect.stringMatching(/^tomorrow {2}tomorrow · 0 4 \* \* \* · last .* done in 0\.5 s · next /u),
        expect.stringMatching(/^wake {6}wakes tickets that are due · every second · last .* done in 0\.5 s · next /u),
        '',
      ]);
      expect(await shows([], { GONGDAN_LANG: 'zh-CN' })).toMatch(
        /wake {6}叫醒到时间的工单 · 每 1 秒 · 上次 .* 完成，用了 0\.5 秒 · 下次 /u,
      );
      expect(process.exitCode ?? 0).toBe(0);

      await rows.updateOne({ name: 'wake' }, { $set: { failedAt: at(-29_500), failReason: 'E-7F3K2M', failCount: 2 } });
      expect(await shows()).toContain('failed in 0.5 s as E-7F3K2M (gongdan trace E-7F3K2M) · failures: 2');
      expect(process.exitCode).toBe(1);

      process.exitCode = 0;
      await rows.deleteOne({ name: 'wake' });
      await rows.updateOne({ name: 'tomorrow' }, { $set: { nextRunAt: at(-120_000) } });
      const [line] = (await shows(['--json'])).split('\n');
      expect(JSON.parse(line ?? '')).toMatchObject({ name: 'tomorrow', last: { outcome: 'done' }, running: null });
      expect(process.exitCode).toBe(1);
    } finally {
      await desk.stop();
      await rm(folder, { recursive: true, force: true });
    }
  });
});
