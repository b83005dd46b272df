import type { Connection, mongo } from 'mongoose';
import * as z from 'zod';
import { reaching } from './connection.ts';
import type { AnyDocument, Migration } from './migrations/migration.ts';
import { migrations } from './migrations/registry.ts';

/** The schema version that this program writes and reads. */
export const newestSchema = (list: readonly Migration[] = migrations): number => list.at(-1)?.version ?? 0;

/** The database of a connection that was opened. */
export function databaseOf(connection: Connection): mongo.Db {
  if (connection.db === undefined) throw new Error('the store is connected but has no database');
  return connection.db;
}

/** Read without what a later version may have added to it. */
const kept = z.object({
  version: z.int().min(0),
  backup: z.string().nullable().default(null),
  underway: z.object({ version: z.int(), from: z.string() }).nullable().default(null),
});

/** Which shape the documents of a store have. */
export interface Schema {
  readonly version: number;
  /** Where the store before the upgrade under way was kept; null: it was not yet, or none is under way. */
  readonly backup: string | null;
  /** A migration that was begun, and how far it is. */
  readonly underway: { readonly version: number; readonly from: string } | null;
}

/** What every store has that was ever started. */
const TELLING = ['settings', 'tickets', 'inbox', 'messages'] as const;

/** The schema of a store; 0: from before there were versions; null: nothing was ever stored. */
export function readSchema(db: mongo.Db): Promise<Schema | null> {
  return reaching(async () => {
    const found = await settings(db).findOne({ _id: 'schema' });
    if (found !== null) return kept.parse(found.value);
    for (const name of TELLING) {
      if ((await db.collection(name).findOne({}, { projection: { _id: 1 } })) !== null)
        return { version: 0, backup: null, underway: null };
    }
    return null;
  });
}

/** Says which shape the documents have from now on. */
export function keepSchema(db: mongo.Db, schema: Schema, at: Date): Promise<void> {
  return reaching(async () => {
    const update = { $set: { hash: '', value: schema, at }, $inc: { version: 1 } };
    await settings(db).updateOne({ _id: 'schema' }, update, { upsert: true });
  });
}

/**
 * Brings the documents to the newest shape, one migration after the other, from where a run before it was cut. For one process at a time.
 * `mayGoOn` is asked before each step is kept; it throws when another process took over.
 */
export async function migrate(
  db: mongo.Db,
  begin: Schema,
  now: Date,
  mayGoOn: () => Promise<void>,
  list: readonly Migration[] = migrations,
): Promise<readonly Migration[]> {
  let schema = begin;
  const keep = async (next: Schema): Promise<void> => {
    await mayGoOn();
    await keepSchema(db, next, now);
    schema = next;
  };
  const due = list.filter(({ version }) => version > begin.version);
  for (const { version, run } of due) {
    await mayGoOn();
    const from = schema.underway?.version === version ? schema.underway.from : null;
    await reaching(() =>
      run({
        documents: (name) => db.collection<AnyDocument>(name),
        from,
        save: (at) => keep({ ...schema, underway: { version, from: at } }),
        now,
      }),
    );
    // The last of them ends the upgrade: the next one makes a backup of its own.
    const backup = version === newestSchema(list) ? null : schema.backup;
    await keep({ version, backup, underway: null });
  }
  return due;
}

interface Setting {
  readonly _id: string;
  readonly hash: string;
  readonly value: unknown;
  readonly version: number;
  readonly at: Date;
}
const settings = (db: mongo.Db): mongo.Collection<Setting> => db.collection<Setting>('settings');
