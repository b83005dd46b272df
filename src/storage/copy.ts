import { createHash } from 'node:crypto';
import mongoose from 'mongoose';

type Db = mongoose.mongo.Db;
type RawDocument = Uint8Array & mongoose.mongo.Document;

/** How far the copying of one collection is. */
export interface CopyProgress {
  readonly collection: string;
  readonly step: 'copying' | 'verifying';
  readonly documents: number;
  readonly total: number;
}

/** One collection after it was copied: both sides have as many documents with the same digest. */
export interface CopiedCollection {
  readonly collection: string;
  readonly documents: number;
  /** SHA-256 of all documents as BSON in the order of their `_id`, in hexadecimal. */
  readonly digest: string;
}

export interface CopyOptions {
  /** URI of the store to read, with the database's name if it is not the default. */
  readonly from: string;
  /** URI of the store to write. */
  readonly to: string;
  readonly report: (progress: CopyProgress) => void;
}

/** The two sides differ after the copying. */
export class CopyMismatch extends Error {
  constructor(collection: string, detail: string) {
    super(`${collection} differs from its copy (${detail}): was it written to meanwhile? Stop the bot and copy again`);
    this.name = 'CopyMismatch';
  }
}

const BATCH = 500;
/** Types are kept exactly: no int32 becomes a double, no long a number. */
const EXACT = { promoteValues: false, promoteLongs: false, promoteBuffers: false, bsonRegExp: true } as const;

/**
 * Copies a database between two stores that speak MongoDB's protocol: collections, indexes, documents. It can be repeated at any time
 * and goes on where it was: what is the same on both sides is left alone. In the end counts and digests are compared.
 * @throws CopyMismatch when the sides differ in the end, MongoServerError for what the target refuses
 */
export async function copyDatabase(options: CopyOptions): Promise<CopiedCollection[]> {
  const source = new mongoose.mongo.MongoClient(options.from);
  const target = new mongoose.mongo.MongoClient(options.to);
  try {
    await Promise.all([source.connect(), target.connect()]);
    const from = source.db();
    const to = target.db();
    const names = (await from.listCollections({ type: 'collection' }, { nameOnly: true }).toArray())
      .map(({ name }) => name)
      .filter((name) => !name.startsWith('system.'))
      .toSorted();
    for (const name of names) {
      await copyIndexes(from, to, name);
      await copyDocuments(from, to, name, options.report);
    }
    const copied: CopiedCollection[] = [];
    for (const name of names) copied.push(await verify(from, to, name, options.report));
    return copied;
  } finally {
    await Promise.all([source.close(), target.close()]);
  }
}

async function copyIndexes(from: Db, to: Db, name: string): Promise<void> {
  const indexes = await from.collection(name).listIndexes().toArray();
  const wanted = indexes.filter((index) => index['name'] !== '_id_');
  if (wanted.length === 0) {
    const [existing] = await to.listCollections({ name }, { nameOnly: true }).toArray();
    if (!existing) await to.createCollection(name);
    return;
  }
  // Field by field as listed, but for the version, which is the server's own matter.
  const specs = wanted.map(({ v: _version, ...spec }) => spec);
  await to.command({ createIndexes: name, indexes: specs });
}

async function copyDocuments(from: Db, to: Db, name: string, report: CopyOptions['report']): Promise<void> {
  const total = await from.collection(name).estimatedDocumentCount();
  let documents = 0;
  for await (const batch of batches(from, name)) {
    const ids = batch.map((raw) => idOf(raw));
    const there = new Map<string, RawDocument>();
    const found = to.collection(name).find<RawDocument>({ _id: { $in: ids } as never }, { raw: true });
    for await (const raw of found) there.set(keyOf(raw), raw);
    const missing = batch.filter((raw) => !same(there.get(keyOf(raw)), raw));
    if (missing.length > 0)
      await to.collection(name).bulkWrite(
        missing.map((raw) => ({
          replaceOne: { filter: { _id: idOf(raw) as never }, replacement: withoutId(raw), upsert: true },
        })),
        { ordered: false },
      );
    documents += batch.length;
    report({ collection: name, step: 'copying', documents, total: Math.max(total, documents) });
  }
}

async function verify(from: Db, to: Db, name: string, report: CopyOptions['report']): Promise<CopiedCollection> {
  const [ours, theirs] = await Promise.all([digestOf(from, name), digestOf(to, name)]);
  report({ collection: name, step: 'verifying', documents: theirs.documents, total: ours.documents });
  if (ours.documents !== theirs.documents)
    throw new CopyMismatch(name, `${ours.documents} documents here, ${theirs.documents} there`);
  if (ours.digest !== theirs.digest) throw new CopyMismatch(name, 'their digests are not the same');
  return { collection: name, ...ours };
}

async function digestOf(db: Db, name: string): Promise<{ documents: number; digest: string }> {
  const hash = createHash('sha256');
  let documents = 0;
  for await (const batch of batches(db, name))
    for (const raw of batch) {
      hash.update(raw);
      documents++;
    }
  return { documents, digest: hash.digest('hex') };
}

async function* batches(db: Db, name: string): AsyncGenerator<RawDocument[], void, undefined> {
  const cursor = db.collection(name).find<RawDocument>({}, { raw: true, batchSize: BATCH }).sort({ _id: 1 });
  let batch: RawDocument[] = [];
  for await (const raw of cursor) {
    batch.push(raw);
    if (batch.length < BATCH) continue;
    yield batch;
    batch = [];
  }
  if (batch.length > 0) yield batch;
}

const parse = (raw: RawDocument): mongoose.mongo.Document => mongoose.mongo.BSON.deserialize(raw, EXACT);

const idOf = (raw: RawDocument): unknown => parse(raw)['_id'];

function withoutId(raw: RawDocument): mongoose.mongo.Document {
  const { _id, ...rest } = parse(raw);
  return rest;
}

/** Ids as text that is equal only for equal ids of one type. */
const keyOf = (raw: RawDocument): string => mongoose.mongo.BSON.EJSON.stringify({ _id: idOf(raw) }, { relaxed: false });

const same = (a: Uint8Array | undefined, b: Uint8Array): boolean => a !== undefined && Buffer.compare(a, b) === 0;
