import { existsSync, statSync } from 'node:fs';
import { copyFile, mkdir, readFile } from 'node:fs/promises';
import path from 'node:path';
import type { Clock } from '../clock.ts';
import { flush } from '../embedded/storage/file-check.ts';
import { readFormat } from '../embedded/storage/environment.ts';
import type { Keys } from './backup.ts';
import { placeContent, type OnStep, type Plan } from './place.ts';
import { isSealed, readHeader } from './read.ts';
import { unpack } from './unpack.ts';

/** Where a restore puts things. */
export interface Target {
  /** Data folder of the kind of installation that the backup is of; null: it does not say, the one that is configured. */
  readonly dataFolder: (demo: boolean | null) => string;
  /** Where a shop's own gongdan.yaml goes. */
  readonly shopFile: string;
  /** Where the secret goes; null: it comes from a setting or a file that is not ours to write. */
  readonly secretFile: string | null;
}

/** Why a restore is refused before anything was touched. */
export type RestoreRefusal = 'has-data' | 'other-secret';

export class RestoreRefused extends Error {
  readonly why: RestoreRefusal;
  readonly folder: string;
  constructor(why: RestoreRefusal, folder: string) {
    super(`the restore into ${folder} is refused: ${why}`);
    this.name = 'RestoreRefused';
    this.why = why;
    this.folder = folder;
  }
}

export interface Restored {
  readonly dataFolder: string;
  readonly madeAt: Date;
  /** What became of gongdan.yaml: put in place, the same as there was, beside (a different one stays), or none in the backup. */
  readonly shop: 'placed' | 'same' | 'none' | { readonly beside: string };
}

export interface RestoreOptions {
  readonly file: string;
  readonly keys: Keys;
  readonly target: Target;
  /** Whether data that is there may go. */
  readonly replace: boolean;
  readonly clock: Clock;
  readonly onStep?: OnStep;
}

/**
 * Puts a backup in place: verified as a whole first, then moved in so that a kill at any moment leaves the old or the new, and marked by
 * `restored.json`. Takes backups of the embedded store alone as well, as earlier versions made them.
 * @throws BackupUnusable, RestoreRefused, DirectoryInUse while the bot runs; nothing was touched
 */
export async function restoreBackup(options: RestoreOptions): Promise<Restored> {
  const { file, target, replace, clock, onStep } = options;
  const header = (await isSealed(file)) ? await readHeader(file) : null;
  const dataFolder = target.dataFolder(header?.demo ?? null);
  let shop: Restored['shop'] = 'none';
  let madeAt = header?.createdAt ?? statSync(file).mtime;
  await placeContent(
    dataFolder,
    async (into) => {
      const there = [...(header?.documents === null ? [] : ['store/data.mdb']), ...(header === null ? [] : ['files'])];
      if (!replace && there.some((name) => existsSync(path.join(dataFolder, name))))
        throw new RestoreRefused('has-data', dataFolder);
      const members: Plan['members'][number][] = [];
      const add = (from: string, to: string): void => {
        members.push({ from, to: path.relative(dataFolder, to) });
      };
      if (header === null) await stageStore(file, into);
      else {
        madeAt = (await unpack(file, options.keys, into, true)).header.createdAt;
        shop = await placeShop(into, header.demo ? path.join(dataFolder, 'gongdan.yaml') : target.shopFile, {
          dataFolder,
          replace: header.demo,
          add,
        });
        await placeSecret(into, options, header.demo, add);
        if (existsSync(path.join(into, 'tickets.yaml'))) add('tickets.yaml', path.join(dataFolder, 'tickets.yaml'));
        add('files', path.join(dataFolder, 'files'));
      }
      if (existsSync(path.join(into, 'store/data.mdb'))) add('store/data.mdb', path.join(dataFolder, 'store/data.mdb'));
      return { members, at: clock.now().toISOString(), backupMadeAt: madeAt.toISOString() };
    },
    onStep,
  );
  return { dataFolder, madeAt, shop };
}

/** A backup of the store alone is the store's file. */
async function stageStore(file: string, into: string): Promise<void> {
  readFormat(file);
  const staged = path.join(into, 'store/data.mdb');
  await mkdir(path.dirname(staged), { recursive: true, mode: 0o700 });
  await copyFile(file, staged);
  flush(staged);
}

type Add = (from: string, to: string) => void;

/** Somebody keeps a shop's own file: one that differs is never overwritten. */
async function placeShop(
  into: string,
  place: string,
  { dataFolder, replace, add }: { readonly dataFolder: string; readonly replace: boolean; readonly add: Add },
): Promise<Restored['shop']> {
  const staged = path.join(into, 'gongdan.yaml');
  if (!existsSync(staged)) return 'none';
  if (replace || !existsSync(place)) {
    add('gongdan.yaml', place);
    return 'placed';
  }
  if ((await readFile(staged)).equals(await readFile(place))) return 'same';
  const beside = path.join(dataFolder, 'gongdan.yaml.restored');
  add('gongdan.yaml', beside);
  return { beside };
}

/**
 * A secret that comes from elsewhere has to be the same. The demo shares its secret with the shop beside it: that one stays.
 * @throws RestoreRefused
 */
async function placeSecret(into: string, { target, keys }: RestoreOptions, demo: boolean, add: Add): Promise<void> {
  const staged = path.join(into, 'secret.key');
  if (!existsSync(staged) || keys.secret === (await readFile(staged, 'utf8')).trim()) return;
  if (target.secretFile === null) throw new RestoreRefused('other-secret', into);
  if (!demo || !existsSync(target.secretFile)) add('secret.key', target.secretFile);
}
