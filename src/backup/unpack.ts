import { createHash } from 'node:crypto';
import { mkdir, open } from 'node:fs/promises';
import path from 'node:path';
import { flush } from '../embedded/storage/file-check.ts';
import type { Header, Keys } from './backup.ts';
import { readBackup } from './read.ts';

/** What was unpacked. */
export interface Unpacked {
  readonly header: Header;
  /** Hashes of all attachments. */
  readonly files: ReadonlySet<string>;
  /** Attachments whose content is not what their name says. */
  readonly wrong: readonly string[];
}

/**
 * Unpacks a backup into a folder that is made for it. Whole and right once this resolves, on disk as well when `durable`.
 * @throws BackupUnusable
 */
export async function unpack(file: string, keys: Keys, into: string, durable: boolean): Promise<Unpacked> {
  await mkdir(path.join(into, 'files'), { recursive: true, mode: 0o700 });
  const files = new Set<string>();
  const wrong: string[] = [];
  const folders = new Set([into, path.join(into, 'files')]);
  const { header } = await readBackup(file, keys, async ({ name }, content) => {
    const place = path.join(into, name);
    await mkdir(path.dirname(place), { recursive: true, mode: 0o700 });
    folders.add(path.dirname(place));
    const hash = createHash('sha256');
    const out = await open(place, 'wx', 0o600);
    try {
      for await (const piece of content) {
        hash.update(piece);
        await out.writeFile(piece);
      }
      if (durable) await out.sync();
    } finally {
      await out.close();
    }
    if (!name.startsWith('files/')) return;
    const named = path.basename(name);
    files.add(named);
    if (hash.digest('hex') !== named) wrong.push(named);
  });
  if (durable) for (const folder of folders) flush(folder);
  return { header, files, wrong };
}
