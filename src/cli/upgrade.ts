import { finishRestore } from '../backup/installation.ts';
import { runningUri } from '../embedded/archive.ts';
import { openEmbedded } from '../embedded/embedded.ts';
import { systemIds as ids } from '../ids.ts';
import { orSetupError, storeFolder } from '../place.ts';
import { newestSchema } from '../storage/schema.ts';
import { openStore } from '../storage/store.ts';
import { upgradeStore, type Upgrade } from '../upgrade.ts';
import { refusal } from './store.ts';
import type { CliVerb } from './verb.ts';

export const upgrade: CliVerb = {
  usage: 'upgrade [--backed-up]',
  summary: 'cli.upgrade',
  run: async ({ config, clock, args, tell }) => {
    await finishRestore(config);
    const directory = storeFolder(config);
    if (config.mongodbUri === null && (await runningUri(directory)) !== undefined)
      throw refusal(config, { key: 'cli.stop_first', params: null });
    const own = config.mongodbUri === null ? await orSetupError(() => openEmbedded({ directory })) : null;
    try {
      const done: Upgrade[] = [];
      const snapshot = own === null ? null : (file: string): Promise<void> => own.backup(file);
      const backedUp = args.includes('--backed-up');
      const store = await orSetupError(() =>
        openStore(own?.uri ?? config.mongodbUri ?? '', undefined, async (opened) => {
          const result = await upgradeStore(opened, { config, clock, ids, snapshot, backedUp });
          if (result !== null) done.push(result);
        }),
      );
      await store.close();
      const [upgraded] = done;
      tell(
        upgraded === undefined
          ? { key: 'backup.up_to_date', params: { version: newestSchema() } }
          : { key: 'backup.upgraded', params: upgraded },
      );
    } finally {
      await own?.stop();
    }
  },
};
