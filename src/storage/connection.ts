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
 * While the store is away operations fail within `patienceMs` instead of queueing for ever.
 */
export async function connectStore(uri: string, patienceMs = 2_000): Promise<Connection> {
  return mongoose
    .createConnection(uri, {
      autoIndex: false,
      autoCreate: false,
      bufferCommands: false,
      serverSelectionTimeoutMS: patienceMs,
      maxPoolSize: 20,
      monitorCommands: true,
    })
    .asPromise();
}

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

/** Runs a store operation; a store that cannot be reached becomes `StoreUnavailable`. */
export async function reaching<R>(operation: () => Promise<R>): Promise<R> {
  try {
    return await operation();
  } catch (error) {
    if (error instanceof Error && AWAY.has(error.name)) throw new StoreUnavailable(error);
    throw error;
  }
}
