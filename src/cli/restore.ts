import { targetOf } from '../backup/installation.ts';
import { isSealed, readHeader } from '../backup/read.ts';
import { restoreBackup, RestoreRefused } from '../backup/restore.ts';
import type { Config } from '../config.ts';
import { StoreUnusable } from '../embedded/storage/file-check.ts';
import { DirectoryInUse } from '../embedded/storage/lock.ts';
import { SetupError } from '../errors.ts';
import { fileIn, withBackup } from './backup.ts';
import { keysFor } from './passphrase.ts';
import { refusal } from './store.ts';
import type { CliVerb } from './verb.ts';

export const restore: CliVerb = {
  usage: 'restore FILE [--replace]',
  summary: 'cli.restore',
  run: async (context) => {
    const { config, clock, tell } = context;
    const file = fileIn(context);
    if (file === undefined) throw refusal(config, { key: 'cli.which_file', params: null });
    const target = targetOf(config);
    await withBackup(config, file, async () => {
      await refuseOnMongo(config, file);
      const keys = await keysFor(context, file);
      const replace = context.args.includes('--replace');
      const restored = await restoreBackup({ file, keys, target, replace, clock }).catch((error: unknown) => {
        throw inWords(config, error);
      });
      const beside = typeof restored.shop === 'object' ? restored.shop.beside : null;
      tell({ key: 'backup.restored', params: { file, at: restored.madeAt, beside } });
    });
  },
};

async function refuseOnMongo(config: Config, file: string): Promise<void> {
  if (config.mongodbUri === null) return;
  const header = (await isSealed(file)) ? await readHeader(file) : null;
  if (header?.documents !== null) throw refusal(config, { key: 'backup.restore_on_mongodb', params: null });
}

function inWords(config: Config, error: unknown): unknown {
  if (error instanceof DirectoryInUse) return refusal(config, { key: 'cli.stop_first', params: null });
  if (error instanceof StoreUnusable) return new SetupError(error.message);
  if (!(error instanceof RestoreRefused)) return error;
  return error.why === 'other-secret'
    ? refusal(config, { key: 'backup.other_secret', params: null })
    : refusal(config, { key: 'backup.has_data', params: { folder: error.folder } });
}
