import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import * as z from 'zod';
import { writeWhole } from './whole.ts';

/** Holds what is known of an installation's backups, in its data folder; not itself part of any. */
export const RECORD_FILE = 'backups.json';

const moment = z.iso.datetime().transform((at) => new Date(at));
const made = z.object({ file: z.string(), at: moment, bytes: z.number() });
const drill = z.object({ file: z.string(), at: moment, madeAt: moment });
const record = z.object({ last: made.nullable().default(null), drill: drill.nullable().default(null) });

/** The newest backup that was made from a data folder, by hand or by the daily job. */
export type LastBackup = z.output<typeof made>;
/** The newest restore drill that found everything right: of a backup made at `madeAt`. */
export type LastDrill = z.output<typeof drill>;

async function read(dataFolder: string): Promise<z.output<typeof record>> {
  try {
    return record.parse(JSON.parse(await readFile(join(dataFolder, RECORD_FILE), 'utf8')));
  } catch {
    // Missing or broken: nothing is known, and the next backup writes it anew.
    return { last: null, drill: null };
  }
}

/** When a data folder was last backed up, into which file; null: never. The file may have been moved away since. */
export const lastBackup = async (dataFolder: string): Promise<LastBackup | null> => (await read(dataFolder)).last;

/** When a backup of this data folder was last restored for a test that found everything right; null: never. */
export const lastDrill = async (dataFolder: string): Promise<LastDrill | null> => (await read(dataFolder)).drill;

/** Keeps that a backup was made. */
export async function noteBackup(dataFolder: string, last: LastBackup): Promise<void> {
  await keep(dataFolder, { ...(await read(dataFolder)), last });
}

/** Keeps that a drill found everything right. */
export async function noteDrill(dataFolder: string, drill: LastDrill): Promise<void> {
  await keep(dataFolder, { ...(await read(dataFolder)), drill });
}

const keep = (dataFolder: string, value: unknown): Promise<void> =>
  writeWhole(join(dataFolder, RECORD_FILE), `${JSON.stringify(value)}\n`);
