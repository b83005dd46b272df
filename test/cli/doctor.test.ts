import { chmod, mkdtemp, rm, utimes, writeFile } from 'node:fs/promises';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { startApp, type App } from '../../src/app.ts';
import { doctor } from '../../src/cli/doctor.ts';
import { noteBackup, noteDrill, RECORD_FILE } from '../../src/backup/record.ts';
import { judgeBackups } from '../../src/cli/doctor/backups.ts';
import { judgeBudgets, type Queue } from '../../src/cli/doctor/budgets.ts';
import type { Finding } from '../../src/cli/doctor/check.ts';
import { judgeCalendars } from '../../src/cli/doctor/calendars.ts';
import { judgeClock } from '../../src/cli/doctor/clock.ts';
import { judgeConfiguration } from '../../src/cli/doctor/configuration.ts';
import { judgeDisk } from '../../src/cli/doctor/disk.ts';
import { judgeJobs } from '../../src/cli/doctor/jobs.ts';
import { judgePort } from '../../src/cli/doctor/ports.ts';
import { judgePublicUrl } from '../../src/cli/doctor/public-url.ts';
import { judgeStore } from '../../src/cli/doctor/store.ts';
import { systemClock } from '../../src/clock.ts';
import { readConfig } from '../../src/config.ts';
import { systemIds } from '../../src/ids.ts';
import { createLog } from '../../src/log.ts';
import type { ScheduledJob } from '../../src/storage/jobs.ts';
import { sparePort } from '../support/spare-port.ts';
import { aShop } from '../support/shop.ts';
import { runVerb } from '../support/terminal.ts';

const now = new Date('2026-11-11T06:30:00Z');
const ago = (ms: number): Date => new Date(now.getTime() - ms);
const GB = 1_073_741_824;
const MINUTE = 60_000;
const HOUR = 60 * MINUTE;

/** Level and key of each finding; whatever is not well says what to do. */
function told(findings: readonly Finding[]): readonly string[] {
  for (const { level, todo } of findings) expect(todo === null).toBe(level === 'ok');
  return findings.map(({ level, found }) => `${level} ${found.key.replace(/^\w+\./, '')}`);
}

describe('of bad worlds it says what is wrong', () => {
  it('a store that is away, slow, or not there yet', () => {
    expect(told(judgeStore({ kind: 'mongodb', refused: 'ECONNREFUSED', ms: null }))).toEqual(['problem store_away']);
    expect(told(judgeStore({ kind: 'embedded', refused: null, ms: 900 }))).toEqual(['warning store_slow']);
    expect(told(judgeStore({ kind: 'embedded', refused: null, ms: null }))).toEqual(['ok store_none']);
    expect(told(judgeStore({ kind: 'embedded', refused: null, ms: 4 }))).toEqual(['ok store_ok']);
  });

  it('a full disk, and one that holds no backup', () => {
    const folder = '/data';
    expect(told(judgeDisk({ folder, free: 90 * 1_048_576, store: 0 }))).toEqual(['problem disk_full']);
    expect(told(judgeDisk({ folder, free: 2 * GB, store: 2 * GB }))).toEqual(['warning disk_tight']);
    expect(told(judgeDisk({ folder, free: 5 * GB, store: 2 * GB }))).toEqual(['ok disk_ok']);
  });

  it('a skewed clock: against the database, against what was written, against reason', () => {
    const right = { now, aheadMs: null, written: null };
    expect(told(judgeClock(right))).toEqual(['ok clock_ok']);
    expect(told(judgeClock({ ...right, aheadMs: 900, written: ago(1) }))).toEqual(['ok clock_ok']);
    expect(told(judgeClock({ ...right, aheadMs: -2_000 }))).toEqual(['warning clock_apart']);
    expect(told(judgeClock({ ...right, aheadMs: 42_000 }))).toEqual(['problem clock_apart']);
    expect(told(judgeClock({ ...right, written: ago(-HOUR) }))).toEqual(['problem clock_back']);
    expect(told(judgeClock({ ...right, now: new Date(0) }))).toEqual(['problem clock_year']);
  });

  it('a port that cannot be had', () => {
    const at = { host: '127.0.0.1', port: 3_000 };
    for (const held of ['gongdan', 'other', 'forbidden', 'no-host'] as const)
      expect(told(judgePort({ ...at, held }))).toEqual(['problem port_taken']);
    expect(told(judgePort({ ...at, held: 'ours' }))).toEqual(['ok port_ok']);
    expect(told(judgePort({ ...at, port: 0, held: 'free' }))).toEqual(['ok port_any']);
  });

  it('a PUBLIC_URL that is missing, not encrypted, dead, or somebody else', () => {
    const host = '0.0.0.0';
    const url = 'https://desk.example.com/bot';
    expect(told(judgePublicUrl({ host, url: null, answers: 'unasked' }))).toEqual(['warning url_none']);
    expect(told(judgePublicUrl({ host: '127.0.0.1', url: null, answers: 'unasked' }))).toEqual(['ok url_local']);
    expect(told(judgePublicUrl({ host, url: 'http://desk.example.com', answers: 'ours' }))).toEqual([
      'problem url_plain',
    ]);
    expect(told(judgePublicUrl({ host, url: 'http://[::1]:3000', answers: 'ours' }))).toEqual(['ok url_ok']);
    expect(told(judgePublicUrl({ host, url, answers: 'nobody' }))).toEqual(['problem url_silent']);
    expect(told(judgePublicUrl({ host, url, answers: 'other' }))).toEqual(['problem url_other']);
    expect(told(judgePublicUrl({ host, url, answers: 'unasked' }))).toEqual(['ok url_ok']);
  });

  it('a configuration with problems, without an admin, with teams nobody sees, with an open secret', () => {
    const well = { problems: null, withoutGroup: [], hasAdmin: true, readable: [] };
    expect(told(judgeConfiguration(well))).toEqual(['ok shop_ok']);
    expect(
      told(judgeConfiguration({ problems: 'line 3', withoutGroup: ['a'], hasAdmin: false, readable: ['/k'] })),
    ).toEqual(['problem shop_problems', 'warning no_admin', 'warning no_group', 'problem readable']);
  });

  it('holidays that are not known for long', () => {
    const of = (...until: readonly (readonly [string, string])[]) => judgeCalendars({ until: new Map(until), now });
    expect(told(of(['office', '2027-12-31']))).toEqual(['ok known_ok']);
    expect(told(of(['office', '2026-12-27']))).toEqual(['ok known_ok']);
    const soon = of(['office', '2026-12-26'], ['depot', '2026-12-26'], ['old', '2025-12-31'], ['far', '2027-12-31']);
    expect(told(soon)).toEqual(['warning known_until', 'warning known_until']);
    expect(soon.map((f) => f.found.params)).toEqual([
      { calendars: ['old'], until: '2025-12-31' },
      { calendars: ['office', 'depot'], until: '2026-12-26' },
    ]);
  });

  it('jobs that are late, hang, fail or are not there; not those of a bot that rests', () => {
    const job: ScheduledJob = {
      name: 'wake',
      every: '1 second',
      lockMs: MINUTE,
      nextRunAt: ago(0),
      lastRunAt: ago(1_010),
      lastFinishedAt: ago(1_000),
      failedAt: null,
      error: null,
      failures: 0,
      lockedAt: null,
      process: 'p',
    };
    const of = (change: Partial<ScheduledJob>, running = true) =>
      told(judgeJobs({ now, running, jobs: [{ ...job, ...change }] }));
    expect(of({})).toEqual(['ok jobs_ok']);
    expect(of({ nextRunAt: ago(MINUTE) })).toEqual(['warning job_late']);
    expect(of({ nextRunAt: ago(HOUR) })).toEqual(['problem job_late']);
    expect(of({ nextRunAt: ago(HOUR) }, false)).toEqual(['ok jobs_resting']);
    expect(of({ lastRunAt: ago(500), lockedAt: ago(100) })).toEqual(['ok jobs_ok']);
    expect(of({ lastRunAt: ago(HOUR), lastFinishedAt: ago(2 * HOUR), lockedAt: ago(100) })).toEqual([
      'problem job_late',
    ]);
    expect(of({ failedAt: ago(1_000) })).toEqual(['warning job_failed']);
    expect(of({ failedAt: ago(HOUR) })).toEqual(['ok jobs_ok']);
    expect(told(judgeJobs({ now, running: true, jobs: [] }))).toEqual(['warning jobs_none']);
  });

  it('platforms that are away, lanes that are stuck, limits that are used up', () => {
    const queue: Queue = { app: 'slack/T1', stuck: 0, limited: 0, awayMs: null };
    const of = (change: Partial<Queue>, running = true) =>
      told(judgeBudgets({ running, queues: [{ ...queue, ...change }] }));
    expect(of({})).toEqual(['ok budgets_ok']);
    expect(of({ limited: 4 })).toEqual(['warning limited']);
    expect(of({ stuck: 4, limited: 4 })).toEqual(['problem stuck']);
    expect(of({ stuck: 4 }, false)).toEqual(['ok budgets_ok']);
    expect(of({ stuck: 4, awayMs: HOUR })).toEqual(['problem app_away']);
  });

  it('a backup that is missing, old, or was never tried', () => {
    const well = { now, demo: false, mongo: false, newest: ago(2 * HOUR), drilled: ago(100 * HOUR) };
    expect(told(judgeBackups(well))).toEqual(['ok backup_ok']);
    expect(told(judgeBackups({ ...well, newest: ago(27 * HOUR), drilled: null }))).toEqual([
      'warning backup_old',
      'warning backup_untested',
    ]);
    expect(told(judgeBackups({ ...well, newest: null, drilled: null }))).toEqual(['warning backup_none']);
    expect(told(judgeBackups({ ...well, demo: true, newest: null }))).toEqual(['ok backup_demo']);
    expect(told(judgeBackups({ ...well, mongo: true, newest: null }))).toEqual(['ok backup_mongo']);
  });
});

describe('beside a bot that runs, and alone', () => {
  let directory: string;
  let port: number;
  let app: App;
  const settings = (): Record<string, string> => ({
    PORT: String(port),
    GONGDAN_DATA: directory,
    GONGDAN_CONFIG: join(directory, 'gongdan.yaml'),
    GONGDAN_LANG: 'en',
    LOG_LEVEL: 'silent',
  });
  const configOf = (env: Record<string, string>) => readConfig({ env, cwd: directory, ids: systemIds, platforms: [] });
  const log = createLog({ level: 'silent', readable: false, clock: systemClock });

  const listening = (server: Server): Promise<number> =>
    new Promise((resolve) => {
      server.listen(0, '127.0.0.1', () => {
        resolve((server.address() as AddressInfo).port);
      });
    });
  const closed = (server: Server): Promise<unknown> => new Promise((resolve) => server.close(resolve));

  /** `gongdan doctor --json`: its findings by check, and its exit code. */
  async function examined(change: Record<string, string> = {}) {
    const config = configOf({ ...settings(), ...change });
    const printed = await runVerb(doctor, config, ['--json'], { clock: systemClock });
    const lines = printed.trimEnd().split('\n');
    const code = process.exitCode ?? 0;
    process.exitCode = 0;
    const parsed = lines.map(
      (line) => JSON.parse(line) as { check: string; level: string; key: string; found: string },
    );
    const of = (check: string) => parsed.filter((f) => f.check === check).map((f) => `${f.level} ${f.key.slice(7)}`);
    return { code, of, parsed };
  }

  let before: typeof process.exitCode;
  beforeAll(async () => {
    before = process.exitCode;
    directory = await mkdtemp(join(tmpdir(), 'doctor-'));
    await writeFile(join(directory, 'gongdan.yaml'), aShop());
    port = await sparePort();
    app = await startApp({ config: configOf(settings()), clock: systemClock, ids: systemIds, log, fsync: false });
  });
  afterAll(async () => {
    process.exitCode = before;
    await app.stop();
    await rm(directory, { recursive: true, force: true });
  });
  let others: Server[] = [];
  beforeEach(() => {
    others = [];
  });
  afterEach(() => Promise.all(others.map(closed)));

  it('finds the running bot well, and every check says something', async () => {
    const { code, of, parsed } = await examined({ PUBLIC_URL: `http://127.0.0.1:${port}` });
    expect(parsed.filter((f) => f.level === 'problem')).toEqual([]);
    expect(code).toBe(0);
    expect(of('store')).toEqual(['ok store_ok']);
    expect(of('ports')).toEqual(['ok port_ok']);
    expect(parsed.find((f) => f.check === 'public-url')?.found).toContain('leads to this bot');
    expect(of('jobs')).toEqual(['ok jobs_ok']);
    expect(of('budgets')).toEqual(['ok budgets_ok']);
    expect(of('backups')).toEqual(['warning backup_none']);
    expect(new Set(parsed.map((f) => f.check)).size).toBe(9);
  });

  it('finds that another program has the port, and that PUBLIC_URL leads elsewhere or nowhere', async () => {
    const other = createServer((_request, response) => response.end('hello'));
    const taken = await listening(other);
    others.push(other);
    const elsewhere = await examined({ PUBLIC_URL: `http://127.0.0.1:${taken}` });
    expect(elsewhere.of('public-url')).toEqual(['problem url_other']);
    expect(elsewhere.code).toBe(1);
    const nowhere = await examined({ PUBLIC_URL: 'http://127.0.0.1:1' });
    expect(nowhere.of('public-url')).toEqual(['problem url_silent']);
    const wrong = await examined({ PORT: String(taken) });
    expect(wrong.of('ports')).toEqual(['problem port_taken']);
    expect(wrong.parsed.find((f) => f.check === 'ports')?.found).toContain('another program');
    expect(wrong.of('jobs')).toEqual(['ok jobs_resting']);
  });

  it('tells the bot of another store from its own', async () => {
    const bot = createServer((_request, response) => response.setHeader('X-Gongdan-Process', 'p2').end('ok'));
    const taken = await listening(bot);
    others.push(bot);
    const found = await examined({ PORT: String(taken) });
    expect(found.parsed.find((f) => f.check === 'ports')?.found).toContain('another Gongdan');
  });

  it('finds secrets that others can read, files from the future, a fresh backup, and who was drilled', async () => {
    const secret = join(directory, 'secret.key');
    await chmod(secret, 0o644);
    const future = new Date(Date.now() + HOUR);
    const at = new Date();
    await noteBackup(directory, { file: 'day.gongdan', at, bytes: 1 });
    await noteDrill(directory, { file: 'day.gongdan', at, madeAt: at });
    await utimes(join(directory, 'gongdan.yaml'), future, future);
    const found = await examined();
    expect(found.of('configuration')).toContain('problem readable');
    expect(found.of('clock')).toEqual(['problem clock_back']);
    expect(found.of('backups')).toEqual(['ok backup_ok']);
    await writeFile(join(directory, RECORD_FILE), 'torn {');
    expect((await examined()).of('backups')).toEqual(['warning backup_none']);
    await chmod(secret, 0o600);
    await utimes(join(directory, 'gongdan.yaml'), new Date(), new Date());
  });

  it('finds what is wrong with the file, in its own words', async () => {
    const broken = join(directory, 'broken.yaml');
    await writeFile(broken, 'teams: 7\n');
    const found = await examined({ GONGDAN_CONFIG: broken });
    expect(found.of('configuration')).toEqual(['problem shop_problems']);
    expect(found.parsed.find((f) => f.check === 'configuration')?.found).toContain('broken.yaml');
  });

  it('looks at an empty folder without making a store in it, and at a database that is away', async () => {
    const empty = await mkdtemp(join(tmpdir(), 'doctor-empty-'));
    const none = await examined({ GONGDAN_DATA: empty, PORT: '0' });
    expect(none.of('store')).toEqual(['ok store_none']);
    expect(none.code).toBe(0);
    const away = await examined({ MONGODB_URI: 'mongodb://127.0.0.1:1/gongdan', PORT: '0' });
    expect([away.code, away.of('store')]).toEqual([1, ['problem store_away']]);
    await rm(empty, { recursive: true });
  });
});
