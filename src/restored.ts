import { readFile, rm } from 'node:fs/promises';
import { join } from 'node:path';
import * as z from 'zod';
import { RESTORED_FILE } from './backup/place.ts';
import type { Locale } from './domain/directory.ts';
import { SetupError } from './errors.ts';
import type { LiveQuiet } from './flow/quiet.ts';
import { operator } from './text/operator.ts';
import { text } from './text/text.ts';

/** What `restore` leaves in the data folder. */
const restored = z.object({
  at: z.iso.datetime({ offset: true }).transform((s) => new Date(s)),
  backupMadeAt: z.iso.datetime({ offset: true }).transform((s) => new Date(s)),
});

/**
 * Makes the bot quiet when the store was restored since it last ran. Before anything is sent; the file goes once the store knows, so that a
 * start that dies in between says the same again.
 * @throws SetupError when the file is there and cannot be read: nobody knows then whether anything may be sent.
 */
export async function takeUpRestore(folder: string, quiet: LiveQuiet, now: Date, locale: Locale): Promise<void> {
  const path = join(folder, RESTORED_FILE);
  const unreadable = (): SetupError => new SetupError(text(operator(locale), 'backlog.file_unreadable', { path }));
  const content = await readFile(path, 'utf8').catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'ENOENT') return null;
    throw unreadable();
  });
  if (content === null) {
    await quiet.refresh();
    return;
  }
  const { data } = restored.safeParse(parsed(content));
  if (data === undefined) throw unreadable();
  await quiet.begin({ since: data.at, backupMadeAt: data.backupMadeAt }, now);
  await rm(path, { force: true });
}

function parsed(content: string): unknown {
  try {
    return JSON.parse(content);
  } catch {
    return null;
  }
}
