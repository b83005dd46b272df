import mongoose, {
  type Connection,
  type IndexDefinition,
  type IndexOptions,
  type Model,
  type SchemaDefinition,
} from 'mongoose';
import { StoreUnavailable } from '../errors.ts';

/** An index as data, declared beside its schema. */
export interface Index {
  readonly fields: IndexDefinition;
  readonly options?: IndexOptions;
}

/**
 * Opens the store. The same code runs on the embedded store, a stand-alone MongoDB and a replica set.
 */
export async function connectStore(uri: string, onWrite: OnWrite = () => undefined): Promise<Connection> {
  const connection = await mongoose
    .createConnection(uri, {
      autoIndex: false,
      autoCreate: false,
      bufferCommands: false,
      serverSelectionTimeoutMS: PATIENCE_MS,
      // A look at a store that neither answers nor hangs up is given up, so that the next one finds it back.
      connectTimeoutMS: 2 * PATIENCE_MS,
      // Asked anew each time instead of waiting on a stream that a cut wire may leave open for ever.
      serverMonitoringMode: 'poll',
      heartbeatFrequencyMS: 2 * PATIENCE_MS,
      // Each holds one command at a time: a store that answers in 100 ms takes ten a second on each.
      maxPoolSize: 100,
      // As mongoose's models do it: what is undefined is not there.
      ignoreUndefined: true,
    })
    .asPromise();
  observers.set(connection, onWrite);
  return connection;
}

/** While the store is away operations fail after this time instead of queueing for ever. */
const PATIENCE_MS = 2_000;

/** Told of each command that writes. The driver's own monitoring would cost a third of every operation. */
export type OnWrite = (command: string, collection: string) => void;

const observers = new WeakMap<Connection, OnWrite>();

/** Counts one command that writes. */
export function countWrite(connection: Connection, command: string, name: string): void {
  observers.get(connection)?.(command, name);
}

const COMMANDS = {
  save: 'insert',
  insertMany: 'insert',
  updateOne: 'update',
  updateMany: 'update',
  bulkWrite: 'update',
  findOneAndUpdate: 'findAndModify',
  deleteMany: 'delete',
} as const;

/** Declares one collection: its schema is strict (an unknown field is an error), its documents are plain objects of type `T`. */
export function collection<T>(
  connection: Connection,
  name: string,
  definition: SchemaDefinition,
  indexes: readonly Index[] = [],
): Model<T> {
  const schema = new mongoose.Schema<T>(definition as never, {
    strict: 'throw',
    strictQuery: 'throw',
    minimize: false,
    versionKey: false,
    collection: name,
    _id: false,
  });
  for (const { fields, options } of indexes) schema.index(fields, options);
  for (const [operation, command] of Object.entries(COMMANDS)) {
    schema.pre(operation as 'save', () => {
      countWrite(connection, command, name);
    });
  }
  return connection.model<T>(name, schema);
}

/** A nested value that the domain's own types describe; stored as it is. */
export const Mixed = mongoose.Schema.Types.Mixed;

/** Whether a write failed because its `_id` or another unique key exists already, which the flow reads as "already done". */
export function isDuplicate(error: unknown): boolean {
  return error instanceof Error && 'code' in error && error.code === 11000;
}

const AWAY = new Set([
  'MongoNetworkError',
  'MongoNetworkTimeoutError',
  'MongoServerSelectionError',
  'MongooseServerSelectionError',
  'MongoNotConnectedError',
  'MongoTopologyClosedError',
  'MongoPoolClearedError',
  'MongoPoolClosedError',
  'MongoClientClosedError',
]);

/** A socket that breaks between the driver's look at it and its write fails with the system's own error. */
const BROKEN = new Set(['EPIPE', 'ECONNRESET', 'ECONNREFUSED', 'ECONNABORTED', 'ETIMEDOUT', 'ENOENT', 'ENOTCONN']);

const isAway = (error: Error): boolean =>
  AWAY.has(error.name) || ('code' in error && typeof error.code === 'string' && BROKEN.has(error.code));

/** Runs a store operation; a store that cannot be reached becomes `StoreUnavailable`. */
export async function reaching<R>(operation: () => Promise<R>): Promise<R> {
  try {
    return await operation();
  } catch (error) {
    if (error instanceof Error && isAway(error)) throw new StoreUnavailable(error);
    throw error;
  }
}

/**
 * Every real date is after it. A partial index on "has a date" is written as a comparison that its queries repeat, because that is
 * what every planner recognises.
 */
export const EPOCH = new Date(0);
