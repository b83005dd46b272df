import { mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { beforeEach, expect, it } from 'vitest';
import { createDaily, newestDaily } from '../../src/backup/daily.ts';
import { subjectOf } from '../../src/backup/installation.ts';
import { makeBackup, type MadeBackup } from '../../src/backup/make.ts';
import { lastBackup, lastDrill, RECORD_FILE } from '../../src/backup/record.ts';
import { backup as dailyJob } from '../../jobs/backup.ts';
import { systemIds as ids } from '../../src/ids.ts';
import { createMetrics } from '../../src/http/metrics.ts';
import { createLog } from '../../src/log.ts';
import { manualClock, type ManualClock } from '../support/clock.ts';
import { settingsIn } from '../support/terminal.ts';

const HOUR = 3_600_000;

let root: string;
let folder: string;
let clock: ManualClock;
beforeEach(async () => {
  root = await mkdtemp(join(tmpdir(), 'daily-'));
  folder = join(root, 'backups');
  clock = manualClock();
  return () => rm(root, { recursive: true, force: true });
});

/** Makes the file and nothing more. */
const made = async (file: string): Promise<MadeBackup> => {
  writeFileSync(file, 'a backup');
  return { file, bytes: 8, entries: 1, header: {} as MadeBackup['header'] };
};
const names = (): string[] => readdirSync(folder).toSorted();

it('is made once a day, the first within the first hour, and seven are kept', async () => {
  const job = dailyJob(createDaily(folder, clock, made));
  const at: number[] = [];
  // Nine days, looked at every ten minutes as Agenda does it.
  for (let ms = 0; ms <= 9 * 24 * HOUR; ms += 600_000) {
    const before = (await newestDaily(folder)) ?? '';
    await job.run();
    if ((await newestDaily(folder)) !== before && (await newestDaily(folder)) !== null) at.push(ms / HOUR);
    clock.advance(600_000);
  }
  expect(at[0]).toBeGreaterThan(0);
  expect(at[0]).toBeLessThan(1);
  const gaps = at.slice(1).map((hours, i) => hours - (at[i] ?? 0));
  expect(at.length).toBeGreaterThanOrEqual(9);
  expect(gaps.every((gap) => gap > 23 && gap <= 24)).toBe(true);
  expect(names()).toHaveLength(7);
  expect(names().at(-1)).toBe((await newestDaily(folder))?.slice(folder.length + 1));
});

it('deletes its own old ones and what a killed run left, and never anything else', async () => {
  mkdirSync(join(folder, '2026-10-01T00-00.gongdan.store'), { recursive: true });
  const others = [
    'before-upgrade-v0.gongdan',
    'mine.gongdan',
    '2026-10-01.gongdan',
    'notes.txt',
    '2026-10-01T00-00.tar',
  ];
  for (const name of others) writeFileSync(join(folder, name), 'x');
  for (let day = 10; day < 20; day++) writeFileSync(join(folder, `2026-10-${day}T00-00.gongdan`), 'x');
  writeFileSync(join(folder, '2026-10-20T00-00.gongdan.partial'), 'x');
  const run = createDaily(folder, clock, made);
  clock.advance(600_000);
  expect((await run())?.file).toBe(join(folder, '2026-11-11T06-40.gongdan'));
  const dailies = [
    ...Array.from({ length: 6 }, (_, i) => `2026-10-${i + 14}T00-00.gongdan`),
    '2026-11-11T06-40.gongdan',
  ];
  expect(names()).toEqual([...others, ...dailies].toSorted());
});

it('a file from a clock that was wrong keeps nobody from making the next, and a restart does not make one too many', async () => {
  mkdirSync(folder);
  writeFileSync(join(folder, '2031-01-01T00-00.gongdan'), 'x');
  const run = createDaily(folder, clock, made);
  clock.advance(600_000);
  expect(await run()).not.toBeNull();
  clock.advance(600_000);
  expect(await run()).toBeNull();
  const again = createDaily(folder, clock, made);
  clock.advance(600_000);
  expect(await again()).toBeNull();
});

it('seven from a clock that was wrong do not crowd out the one that was just made', async () => {
  mkdirSync(folder);
  for (let day = 1; day < 8; day++) writeFileSync(join(folder, `2031-01-0${day}T00-00.gongdan`), 'x');
  const run = createDaily(folder, clock, made);
  clock.advance(600_000);
  expect((await run())?.file).toBe(join(folder, '2026-11-11T06-40.gongdan'));
  expect(names()).toContain('2026-11-11T06-40.gongdan');
  expect(names()).toHaveLength(7);
});

it('one that fails is no backup: it is tried again, and what was there stays', async () => {
  mkdirSync(folder);
  writeFileSync(join(folder, '2026-11-01T00-00.gongdan'), 'x');
  let fails = true;
  const run = createDaily(folder, clock, (file) =>
    fails ? Promise.reject(new Error('the disk is full')) : made(file),
  );
  clock.advance(600_000);
  await expect(dailyJob(run).run()).rejects.toThrow('the disk is full');
  expect(names()).toEqual(['2026-11-01T00-00.gongdan']);
  fails = false;
  expect(await run()).not.toBeNull();
});

it('what doctor and the metrics know: when the last was made and how large it is, or that there is none', async () => {
  const config = settingsIn(root);
  const subject = subjectOf(config, async (file) => {
    writeFileSync(file, '');
  });
  const log = createLog({ level: 'silent', readable: false, clock });
  const metrics = createMetrics({
    log,
    queues: () => Promise.reject(new Error('not here')),
    backup: async () => {
      const last = await lastBackup(subject.dataFolder);
      return last === null ? null : { ageMs: clock.now().getTime() - last.at.getTime(), bytes: last.bytes };
    },
  });
  expect(await lastBackup(subject.dataFolder)).toBeNull();
  expect((await metrics.scrape()).body).not.toMatch(/^gongdan_backup_/mu);
  const keys = { passphrase: null, secret: 's'.repeat(40) };
  mkdirSync(subject.dataFolder, { recursive: true });
  const { bytes } = await makeBackup(subject, join(folder, 'one.gongdan'), keys, { clock, ids });
  clock.advance(2 * HOUR);
  expect(await lastBackup(subject.dataFolder)).toMatchObject({ file: join(folder, 'one.gongdan'), bytes });
  expect((await metrics.scrape()).body).toContain(`gongdan_backup_age_seconds 7200\n`);
  expect((await metrics.scrape()).body).toContain(`gongdan_backup_bytes ${bytes}\n`);
  // A record that somebody broke says nothing, and stops nobody.
  writeFileSync(join(subject.dataFolder, RECORD_FILE), '{"last":');
  expect([await lastBackup(subject.dataFolder), await lastDrill(subject.dataFolder)]).toEqual([null, null]);
  await makeBackup(subject, join(folder, 'two.gongdan'), keys, { clock, ids });
  expect(JSON.parse(readFileSync(join(subject.dataFolder, RECORD_FILE), 'utf8'))).toMatchObject({
    last: { file: join(folder, 'two.gongdan') },
  });
});

it('a backup that cannot be finished leaves nothing behind', async () => {
  const config = settingsIn(root);
  const file = join(folder, 'one.gongdan');
  const subject = subjectOf(config, () => Promise.reject(new Error('no space left')));
  const keys = { passphrase: null, secret: 's'.repeat(40) };
  await expect(makeBackup(subject, file, keys, { clock, ids })).rejects.toThrow('no space left');
  expect(names()).toEqual([]);
  expect(await lastBackup(subject.dataFolder)).toBeNull();
});
