import { existsSync, readdirSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import * as z from 'zod';
import { dataFolder } from '../../place.ts';
import { ok, warning, type Check, type Finding } from './check.ts';

export interface BackupFacts {
  readonly now: Date;
  /** The demo shop needs none. */
  readonly demo: boolean;
  /** When the newest was made; null: there is none. */
  readonly newest: Date | null;
  /** When one was restored for a test; null: never. */
  readonly drilled: Date | null;
}

/** One a day, and two hours for a machine that was off or busy. */
const OLDEST_MS = 26 * 3_600_000;

export function judgeBackups({ now, demo, newest, drilled }: BackupFacts): readonly Finding[] {
  if (demo) return [ok({ key: 'doctor.backup_demo', params: null })];
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
    const { newest, drilled } = backupsIn(join(dataFolder(config), 'backups'));
    return judgeBackups({ now: clock.now(), demo: config.shopFile === null, newest, drilled });
  },
};

const drills = z.array(z.object({ file: z.string(), at: z.coerce.date() }));

/** What the folder of backups says of itself: the files, and in `drills.json` which of them were restored for a test. */
function backupsIn(folder: string): Pick<BackupFacts, 'newest' | 'drilled'> {
  if (!existsSync(folder)) return { newest: null, drilled: null };
  const made = readdirSync(folder)
    .filter((name) => name.endsWith('.gongdan'))
    .map((name) => statSync(join(folder, name)).mtimeMs);
  const file = join(folder, 'drills.json');
  const tested = existsSync(file) ? drills.safeParse(parsed(readFileSync(file, 'utf8'))).data : undefined;
  const newestOf = (moments: readonly number[]): Date | null =>
    moments.length === 0 ? null : new Date(Math.max(...moments));
  return { newest: newestOf(made), drilled: newestOf((tested ?? []).map(({ at }) => at.getTime())) };
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return null;
  }
}
