import { createReadStream, existsSync } from 'node:fs';
import { mkdir, readdir, readFile, rm, stat } from 'node:fs/promises';
import path from 'node:path';
import type { Clock } from '../clock.ts';
import { openEmbedded } from '../embedded/embedded.ts';
import type { Ids } from '../ids.ts';
import { packageVersion } from '../package-root.ts';
import { takeInventory, type Inventory } from '../storage/inventory.ts';
import type { Header, Keys } from './backup.ts';
import { noteBackup } from './record.ts';
import { COST } from './seal.ts';
import { writeBackup, type Source } from './write.ts';

/** Copies the store as it is at one moment into a file, while it is in use. */
export type Snapshot = (file: string) => Promise<void>;

/** An installation, as far as its backup is concerned. */
export interface Subject {
  /** Where its data lies; the demo shop's is its own. */
  readonly dataFolder: string;
  readonly demo: boolean;
  /** Absolute path of its gongdan.yaml. */
  readonly shopFile: string;
  /** Null: the store is not part of it, as on MongoDB, which has tools of its own. */
  readonly snapshot: Snapshot | null;
}

export interface MadeBackup {
  readonly file: string;
  readonly bytes: number;
  readonly header: Omit<Header, 'check'>;
  readonly entries: number;
}

/**
 * Writes the store, the attachments, gongdan.yaml and the keys into one sealed file. With a passphrase the installation's secret is in it;
 * without one that secret seals the file and is left out. May run beside the bot.
 * @throws Error when the disk is full or something cannot be read; nothing is left behind
 */
export async function makeBackup(
  subject: Subject,
  file: string,
  keys: Keys & { readonly secret: string },
  { clock, ids }: { readonly clock: Clock; readonly ids: Ids },
): Promise<MadeBackup> {
  const createdAt = clock.now();
  await mkdir(path.dirname(path.resolve(file)), { recursive: true, mode: 0o700 });
  // It is not sealed, so it stays on the disk of the data, wherever the backup goes.
  const staging = path.join(subject.dataFolder, `${STAGING}${ids.next()}`);
  await mkdir(subject.dataFolder, { recursive: true });
  await sweep(subject.dataFolder, createdAt);
  try {
    const inventory = subject.snapshot === null ? null : await takeSnapshot(subject.snapshot, staging);
    const header: MadeBackup['header'] = {
      createdAt,
      gongdan: packageVersion(),
      schema: inventory?.schema ?? 0,
      demo: subject.demo,
      lock: keys.passphrase === null ? { by: 'secret' } : { by: 'passphrase', ...COST },
      salt: ids.next(),
      documents: inventory?.documents ?? null,
    };
    const entries = sourcesOf(subject, inventory === null ? null : path.join(staging, 'data.mdb'), keys);
    const trailer = await writeBackup(file, header, keys, entries);
    const { size: bytes } = await stat(file);
    // Attachments and keys alone are no backup of the tickets.
    if (inventory !== null) await noteBackup(subject.dataFolder, { file: path.resolve(file), at: createdAt, bytes });
    return { file, bytes, header, entries: trailer.entries };
  } finally {
    await rm(staging, { recursive: true, force: true });
  }
}

/** Begins the names of folders in which the store is copied before it is sealed. */
const STAGING = 'snapshot-';
const DAY_MS = 86_400_000;

/** Takes away what backups left that were killed: none takes a day. */
async function sweep(dataFolder: string, now: Date): Promise<void> {
  for (const name of await readdir(dataFolder)) {
    const left = path.join(dataFolder, name);
    if (name.startsWith(STAGING) && now.getTime() - (await stat(left)).mtimeMs > DAY_MS)
      await rm(left, { recursive: true, force: true });
  }
}

/** A copy of the store that was opened and counted: what cannot be opened is no backup. */
async function takeSnapshot(snapshot: Snapshot, staging: string): Promise<Inventory> {
  await mkdir(staging, { mode: 0o700 });
  await snapshot(path.join(staging, 'data.mdb'));
  const store = await openEmbedded({ directory: staging, fsync: false });
  try {
    return await takeInventory(store.uri);
  } finally {
    await store.stop();
  }
}

/** After the snapshot: a file is on disk before the store knows it, so all that the snapshot knows are there. */
async function* sourcesOf(
  { dataFolder, demo, shopFile }: Subject,
  store: string | null,
  keys: Keys & { readonly secret: string },
): AsyncGenerator<Source, void, undefined> {
  if (existsSync(shopFile)) yield whole('gongdan.yaml', await readFile(shopFile));
  const past = path.join(dataFolder, 'tickets.yaml');
  if (demo && existsSync(past)) yield whole('tickets.yaml', await readFile(past));
  if (keys.passphrase !== null) yield whole('secret.key', Buffer.from(`${keys.secret}\n`));
  if (store !== null) yield await streamed('store/data.mdb', store);
  const files = path.join(dataFolder, 'files');
  if (!existsSync(files)) return;
  for (const folder of (await readdir(files)).filter((name) => /^[0-9a-f]{2}$/.test(name)).toSorted())
    for (const hash of (await readdir(path.join(files, folder))).filter((name) => /^[0-9a-f]{64}$/.test(name)))
      yield await streamed(`files/${folder}/${hash}`, path.join(files, folder, hash));
}

const whole = (name: string, bytes: Buffer): Source => ({ name, size: bytes.length, content: [bytes] });

async function streamed(name: string, file: string): Promise<Source> {
  const { size } = await stat(file);
  return { name, size, content: createReadStream(file, { highWaterMark: 1_048_576 }) };
}
