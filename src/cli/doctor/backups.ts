import { lastBackup, lastDrill } from '../../backup/record.ts';
import { dataFolder } from '../../place.ts';
import { ok, warning, type Check, type Finding } from './check.ts';

export interface BackupFacts {
  readonly now: Date;
  /** The demo shop needs none. */
  readonly demo: boolean;
  /** The database is copied by tools of its own. */
  readonly mongo: boolean;
  /** When the newest was made; null: there is none. */
  readonly newest: Date | null;
  /** When one was restored for a test; null: never. */
  readonly drilled: Date | null;
}

/** One a day, and two hours for a machine that was off or busy. */
const OLDEST_MS = 26 * 3_600_000;

export function judgeBackups({ now, demo, mongo, newest, drilled }: BackupFacts): readonly Finding[] {
  if (demo) return [ok({ key: 'doctor.backup_demo', params: null })];
  if (mongo) return [ok({ key: 'doctor.backup_mongo', params: null })];
  const todo = { key: 'doctor.backup_todo', params: null } as const;
  if (newest === null) return [warning({ key: 'doctor.backup_none', params: null }, todo)];
  const ms = now.getTime() - newest.getTime();
  const findings: Finding[] = [];
  if (ms > OLDEST_MS) findings.push(warning({ key: 'doctor.backup_old', params: { ms } }, todo));
  if (drilled === null)
    findings.push(
      warning({ key: 'doctor.backup_untested', params: null }, { key: 'doctor.backup_untested_todo', params: null }),
    );
  return findings.length > 0 ? findings : [ok({ key: 'doctor.backup_ok', params: { ms } })];
}

export const backups: Check = {
  name: 'backups',
  run: async ({ config, clock }) => {
    const folder = dataFolder(config);
    const [last, drill] = await Promise.all([lastBackup(folder), lastDrill(folder)]);
    return judgeBackups({
      now: clock.now(),
      demo: config.shopFile === null,
      mongo: config.mongodbUri !== null,
      newest: last?.at ?? null,
      drilled: drill?.at ?? null,
    });
  },
};
