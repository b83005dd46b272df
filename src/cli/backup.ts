import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { BackupUnusable } from '../backup/backup.ts';
import { newestDaily } from '../backup/daily.ts';
import { drillBackup } from '../backup/drill.ts';
import { backupFolder, finishRestore, sealingKeys, subjectOf } from '../backup/installation.ts';
import { makeBackup } from '../backup/make.ts';
import { lastBackup } from '../backup/record.ts';
import type { Config } from '../config.ts';
import { backupStore } from '../embedded/archive.ts';
import { systemIds as ids } from '../ids.ts';
import { dataFolder, orSetupError, storeFolder } from '../place.ts';
import { keysFor, newPassphrase } from './passphrase.ts';
import { refusal } from './store.ts';
import type { CliContext, CliVerb } from './verb.ts';

/** The file that a verb is about; undefined: none was named. */
export const fileIn = ({ args }: Pick<CliContext, 'args'>): string | undefined =>
  args.find((arg) => !arg.startsWith('--'));

/** Says in one sentence why a backup cannot be used. */
export async function withBackup<T>(config: Config, file: string, work: () => Promise<T>): Promise<T> {
  if (!existsSync(file)) throw refusal(config, { key: 'backup.no_file', params: { file } });
  try {
    return await work();
  } catch (error) {
    if (error instanceof BackupUnusable)
      throw refusal(config, { key: 'backup.unusable', params: { file, fault: error.fault } });
    throw error;
  }
}

export const backup: CliVerb = {
  usage: 'backup FILE [--without-store]',
  summary: 'cli.backup',
  run: async (context) => {
    const { config, clock, tell } = context;
    const store = !context.args.includes('--without-store');
    if (store && config.mongodbUri !== null) throw refusal(config, { key: 'backup.on_mongodb', params: null });
    const file = fileIn(context);
    if (file === undefined) throw refusal(config, { key: 'cli.which_file', params: null });
    if (existsSync(file)) throw refusal(config, { key: 'backup.file_exists', params: { file } });
    await finishRestore(config);
    const directory = storeFolder(config);
    if (store && !existsSync(join(directory, 'data.mdb')))
      throw refusal(config, { key: 'backup.no_store', params: { folder: directory } });
    const passphrase = await newPassphrase(context);
    const keys = { ...sealingKeys(config, ids), passphrase };
    const snapshot = async (to: string): Promise<void> => {
      await backupStore({ directory, file: to });
    };
    const subject = subjectOf(config, store ? snapshot : null);
    const { bytes } = await orSetupError(() => makeBackup(subject, file, keys, { clock, ids }));
    const by = passphrase === null ? 'secret' : 'passphrase';
    tell({ key: 'backup.made', params: { file, bytes, by, store } });
  },
};

export const backupTest: CliVerb = {
  usage: 'backup test [FILE]',
  summary: 'cli.backup_test',
  run: async (context) => {
    const { config, clock, tell } = context;
    const file = fileIn(context) ?? (await newest(config));
    if (file === null) throw refusal(config, { key: 'backup.none_yet', params: null });
    const report = await withBackup(config, file, async () =>
      drillBackup(dataFolder(config), file, await keysFor(context, file), clock),
    );
    const { header, problems, tickets, events, attachments } = report;
    if (problems.length > 0) throw refusal(config, { key: 'backup.drill_failed', params: { file, problems } });
    tell({ key: 'backup.drilled', params: { file, at: header.createdAt, tickets, events, attachments } });
  },
};

/** The newest daily one, or the last one made by hand where it still lies. */
async function newest(config: Config): Promise<string | null> {
  const daily = await newestDaily(backupFolder(config));
  if (daily !== null) return daily;
  const last = await lastBackup(dataFolder(config));
  return last !== null && existsSync(last.file) ? last.file : null;
}
