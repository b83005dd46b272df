import { join, resolve } from 'node:path';
import type { Config } from '../config.ts';
import { SetupError } from '../errors.ts';
import type { Ids } from '../ids.ts';
import { dataFolder, orSetupError } from '../place.ts';
import { knownSecret, loadSecrets } from '../secret.ts';
import { operator } from '../text/operator.ts';
import { text } from '../text/text.ts';
import type { Keys } from './backup.ts';
import type { Snapshot, Subject } from './make.ts';
import { finishPlacing } from './place.ts';
import type { Target } from './restore.ts';

/** This installation as it is backed up. `snapshot`: null without the store. */
export const subjectOf = (config: Config, snapshot: Snapshot | null): Subject => ({
  dataFolder: dataFolder(config),
  demo: config.shopFile === null,
  shopFile: config.shopFile ?? join(dataFolder(config), 'gongdan.yaml'),
  snapshot,
});

/** Where a backup is restored to. */
export const targetOf = (config: Config): Target => ({
  dataFolder: (demo) => (demo === null ? dataFolder(config) : demo ? join(config.data, 'demo') : config.data),
  shopFile: config.shopFile ?? resolve('gongdan.yaml'),
  secretFile: config.secret.from === 'generated' ? config.secret.path : null,
});

/** What seals this installation's backups; its secret is made when there is none yet. */
export function sealingKeys(config: Config, ids: Ids): Keys & { readonly secret: string } {
  loadSecrets(config.secret, ids, config.locale);
  const secret = knownSecret(config.secret);
  if (secret === null) throw new Error('the secret was made and is not there');
  return { passphrase: config.backups.passphrase, secret };
}

/** The folder of the daily backups and of those before upgrades, which are made also when no daily ones are. */
export function backupFolder(config: Config): string {
  const { daily } = config.backups;
  return typeof daily === 'object' ? daily.folder : join(dataFolder(config), 'backups');
}

/**
 * Ends what a restore that was killed had begun, before anything is read.
 * @throws SetupError while a restore is under way, and when the shop's file has only now come into its place
 */
export async function finishRestore(config: Config): Promise<void> {
  await orSetupError(() => finishPlacing(join(config.data, 'demo')));
  const ended = await orSetupError(() => finishPlacing(config.data));
  if (ended === 'finished' && config.shopFile === null)
    throw new SetupError(text(operator(config.locale), 'backup.finished_start_again', null));
}
