import { rm } from 'node:fs/promises';
import path from 'node:path';
import type { Clock } from '../clock.ts';
import { firstBroken, GENESIS } from '../domain/chain.ts';
import { openEmbedded } from '../embedded/embedded.ts';
import { takeInventory, type Inventory } from '../storage/inventory.ts';
import type { Header, Keys } from './backup.ts';
import { noteDrill } from './record.ts';
import { unpack } from './unpack.ts';

/** What a drill looked at, and what it found wrong. */
export interface DrillReport {
  readonly header: Header;
  readonly tickets: number;
  readonly events: number;
  readonly attachments: number;
  readonly problems: readonly DrillProblem[];
}

export type DrillProblem =
  /** A collection has other documents than were counted when the backup was made. */
  | { readonly what: 'count'; readonly name: string; readonly expected: number; readonly found: number }
  /** The history of a ticket does not follow from itself. */
  | { readonly what: 'chain'; readonly number: number }
  /** An attachment is missing, or is not what it was. */
  | { readonly what: 'attachment'; readonly hash: string };

/**
 * Restores a backup into a folder of its own beside the data, opens its store, counts, and verifies every ticket's history and every
 * attachment; nothing of it stays. A drill without problems is kept as the installation's last one.
 * @throws BackupUnusable, and what the store says when it cannot be opened
 */
export async function drillBackup(dataFolder: string, file: string, keys: Keys, clock: Clock): Promise<DrillReport> {
  const folder = path.join(dataFolder, 'drill');
  await rm(folder, { recursive: true, force: true });
  try {
    const { header, files, wrong } = await unpack(file, keys, folder, false);
    const found = header.documents === null ? null : await examine(path.join(folder, 'store'), header.documents, files);
    const problems = [...(found?.problems ?? []), ...wrong.map((hash) => ({ what: 'attachment', hash }) as const)];
    const { tickets, events } = found ?? { tickets: 0, events: 0 };
    if (problems.length === 0 && found !== null)
      await noteDrill(dataFolder, { file: path.resolve(file), at: clock.now(), madeAt: header.createdAt });
    return { header, tickets, events, attachments: files.size, problems };
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

async function examine(
  directory: string,
  expected: Inventory['documents'],
  files: ReadonlySet<string>,
): Promise<Pick<DrillReport, 'tickets' | 'events' | 'problems'>> {
  const problems: DrillProblem[] = [];
  const missing = new Set<string>();
  let tickets = 0;
  let events = 0;
  const store = await openEmbedded({ directory, fsync: false });
  try {
    const { documents } = await takeInventory(store.uri, {
      ticket: ({ number, history }, all) => {
        tickets++;
        events += all.length;
        const head = all.at(-1)?.hash ?? GENESIS;
        if (firstBroken(all) !== null || head !== history.head || all.length !== history.seq)
          problems.push({ what: 'chain', number });
      },
      file: ({ hash }) => {
        if (!files.has(hash)) missing.add(hash);
      },
    });
    for (const name of new Set([...Object.keys(expected), ...Object.keys(documents)])) {
      const [before, now] = [expected[name] ?? 0, documents[name] ?? 0];
      if (before !== now) problems.push({ what: 'count', name, expected: before, found: now });
    }
  } finally {
    await store.stop();
  }
  problems.push(...[...missing].map((hash) => ({ what: 'attachment', hash }) as const));
  return { tickets, events, problems };
}
