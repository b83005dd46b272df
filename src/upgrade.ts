import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { EXTENSION } from './backup/backup.ts';
import { backupFolder, sealingKeys, subjectOf } from './backup/installation.ts';
import { makeBackup, type Snapshot } from './backup/make.ts';
import type { Clock } from './clock.ts';
import type { Config } from './config.ts';
import { SetupError } from './errors.ts';
import { createTenure, type Tenure } from './flow/lease.ts';
import type { Ids } from './ids.ts';
import type { Migration } from './storage/migrations/migration.ts';
import { migrations } from './storage/migrations/registry.ts';
import { databaseOf, keepSchema, migrate, newestSchema, readSchema } from './storage/schema.ts';
import type { Prepare } from './storage/store.ts';
import { operator } from './text/operator.ts';
import { say, type TerminalSentence } from './text/text.ts';

/** What an upgrade did. */
export interface Upgrade {
  readonly from: number;
  readonly to: number;
  /** The backup that was made before; null on MongoDB, where the operator made one. */
  readonly backup: string | null;
}

export interface UpgradeOptions {
  readonly config: Config;
  readonly clock: Clock;
  readonly ids: Ids;
  /** How the embedded store is copied; null on MongoDB. */
  readonly snapshot: Snapshot | null;
  /** Whether the operator says that MongoDB was dumped. */
  readonly backedUp?: boolean;
  readonly migrations?: readonly Migration[];
}

type Prepared = Parameters<Prepare>[0];

/** How long a process looks away while another one upgrades. */
const WAIT_MS = 500;

const refusal = ({ locale }: Config, sentence: TerminalSentence): SetupError =>
  new SetupError(say(sentence, operator(locale)));

/**
 * Brings the documents of a store to the shape that this program works with; null: they have it. A backup comes first. Cut anywhere it
 * goes on where it was; of several processes one upgrades and the others wait.
 * @throws SetupError for data of a newer program, and for MongoDB that nobody dumped
 */
export async function upgradeStore(store: Prepared, options: UpgradeOptions): Promise<Upgrade | null> {
  const { config, clock, ids, snapshot, migrations: list = migrations } = options;
  const db = databaseOf(store.connection);
  const newest = newestSchema(list);
  const found = await readSchema(db);
  if (found === null) {
    await keepSchema(db, { version: newest, backup: null, underway: null }, clock.now());
    return null;
  }
  if (found.version === newest) return null;
  refuseNewer(config, found.version, newest);
  if (snapshot === null && options.backedUp !== true && found.underway === null)
    throw refusal(config, { key: 'backup.dump_first', params: { found: found.version, newest } });
  // Nobody else can be at work on an embedded store: what a killed process held is free.
  if (snapshot !== null) await store.leases.freeAll();
  const tenure = createTenure(store.leases, 'upgrade', ids.next(), clock);
  await taken(tenure, clock);
  try {
    const now = await readSchema(db);
    if (now === null || now.version >= newest) return null;
    const backup = snapshot === null ? null : (now.backup ?? (await backUp(options, snapshot, now.version)));
    const begin = { ...now, backup };
    await keepSchema(db, begin, clock.now());
    await migrate(db, begin, clock.now(), () => held(tenure), list);
    return { from: now.version, to: newest, backup };
  } finally {
    await tenure.release();
  }
}

/** Refuses data that has another shape than this program's, without changing anything. */
export async function refuseOtherSchema(store: Prepared, config: Config): Promise<void> {
  const found = await readSchema(databaseOf(store.connection));
  const newest = newestSchema();
  if (found === null || found.version === newest) return;
  refuseNewer(config, found.version, newest);
  throw refusal(config, { key: 'backup.upgrade_first', params: { found: found.version, newest } });
}

function refuseNewer(config: Config, found: number, known: number): void {
  if (found > known) throw refusal(config, { key: 'backup.data_newer', params: { found, known } });
}

async function taken(tenure: Tenure, clock: Clock): Promise<void> {
  while ((await tenure.hold()) === null) await new Promise<void>((resolve) => clock.after(WAIT_MS, resolve));
}

async function held(tenure: Tenure): Promise<void> {
  if ((await tenure.hold()) === null) throw new Error('another process took the upgrade over');
}

/** Under a name of its own: what an earlier upgrade left may be older than what is lost now. */
async function backUp({ config, clock, ids }: UpgradeOptions, snapshot: Snapshot, version: number): Promise<string> {
  const folder = backupFolder(config);
  const nameOf = (n: number): string => join(folder, `before-upgrade-v${version}${n === 1 ? '' : `-${n}`}${EXTENSION}`);
  let n = 1;
  while (existsSync(nameOf(n))) n++;
  const made = await makeBackup(subjectOf(config, snapshot), nameOf(n), sealingKeys(config, ids), { clock, ids });
  return made.file;
}
