import mongoose from 'mongoose';
import type { SealedEvent } from '../domain/event.ts';
import type { Ticket } from '../domain/ticket.ts';
import type { StoredFile } from '../files/file.ts';
import { newestSchema, readSchema } from './schema.ts';
import { TICKETS } from './ticket-archive.ts';

/** What is in a store that nobody else uses. */
export interface Inventory {
  readonly schema: number;
  /** How many documents each collection has. */
  readonly documents: Readonly<Record<string, number>>;
}

/** Told of each ticket with all its events in order, and of each file that is known. */
export interface Visitor {
  readonly ticket: (ticket: Pick<Ticket, '_id' | 'number' | 'history'>, events: readonly SealedEvent[]) => void;
  readonly file: (file: StoredFile) => void;
}

/** Counts what is in a store, and shows all of it that can be proved to a visitor. */
export async function takeInventory(uri: string, visitor?: Visitor): Promise<Inventory> {
  const client = new mongoose.mongo.MongoClient(uri);
  try {
    await client.connect();
    const db = client.db();
    const names = (await db.listCollections({ type: 'collection' }, { nameOnly: true }).toArray())
      .map(({ name }) => name)
      .filter((name) => !name.startsWith('system.'))
      .toSorted();
    const documents: Record<string, number> = {};
    for (const name of names) documents[name] = await db.collection(name).estimatedDocumentCount();
    if (visitor !== undefined) await visit(db, visitor);
    return { schema: (await readSchema(db))?.version ?? newestSchema(), documents };
  } finally {
    await client.close();
  }
}

interface Archived {
  readonly _id: string;
  readonly ticket: string;
  readonly event: SealedEvent;
}

async function visit(db: mongoose.mongo.Db, visitor: Visitor): Promise<void> {
  const projection = { number: 1, history: 1 };
  for (const name of TICKETS)
    for await (const ticket of db.collection<Ticket>(name).find({}, { projection })) {
      const first = ticket.history.tail[0]?.seq ?? ticket.history.seq + 1;
      // Most tickets have all their events with them.
      const older = first <= 1 ? [] : await archived(db, ticket._id, first);
      visitor.ticket(ticket, [...older.map((row) => row.event), ...ticket.history.tail]);
    }
  for await (const file of db.collection<StoredFile>('files').find()) visitor.file(file);
}

const archived = (db: mongoose.mongo.Db, ticket: string, before: number): Promise<Archived[]> =>
  db
    .collection<Archived>('ticket_events')
    .find({ ticket, 'event.seq': { $lt: before } })
    .sort({ 'event.seq': 1 })
    .toArray();
