import { open, rename } from 'node:fs/promises';
import path from 'node:path';
import { flush } from '../embedded/storage/file-check.ts';

/** Writes a small file so that it is there as a whole or not at all, also after a power cut. */
export async function writeWhole(file: string, content: string): Promise<void> {
  const partial = `${file}.partial`;
  const out = await open(partial, 'w', 0o600);
  try {
    await out.writeFile(content);
    await out.sync();
  } finally {
    await out.close();
  }
  await rename(partial, file);
  flush(path.dirname(path.resolve(file)));
}
