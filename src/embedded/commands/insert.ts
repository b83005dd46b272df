import { badValue, MongoError, typeMismatch } from '../error.ts';
import { withTimestamps } from '../update/storable.ts';
import { decode } from '../values/decode.ts';
import { encode } from '../values/encode.ts';
import { doc, int32, isDoc, ObjectId, Regex, typeName, UNDEFINED, type Doc, type Value } from '../values/value.ts';
import { attempt, checkBatch, inTurn } from './batch.ts';
import type { Call, Command } from './command.ts';
import { ANY, ARRAY, BOOL, required } from './fields.ts';
import { checkWritable, collectionName } from './namespace.ts';

interface Prepared {
  readonly document: Doc;
  readonly bytes: Uint8Array;
}

export const insert: Command = {
  name: 'insert',
  summary: 'stores documents',
  fields: { insert: required(ANY), documents: required(ARRAY), ordered: BOOL, bypassDocumentValidation: BOOL },
  async run(args, call) {
    const name = collectionName(args, 'insert', call.database);
    checkWritable(name, call.database);
    const documents = prepareAll(args.array('documents') ?? [], call);
    checkBatch(documents.length);
    const isOrdered = args.bool('ordered', true);
    return call.store.environment.write(() => {
      let inserted = 0;
      const collection = call.store.ensure(call.database, name);
      const store = ({ document, bytes }: Prepared): void => {
        call.store.records.insert(collection, document, bytes);
        inserted++;
      };
      return inTurn(documents, isOrdered, store, () => doc(['n', int32(inserted)]));
    });
  },
};

function prepareAll(inBody: readonly Value[], call: Call): (Prepared | MongoError)[] {
  const raw = call.sequences.get('documents');
  if (raw) return raw.map((bytes) => prepareOne(decode(bytes), bytes, call));
  return inBody.map((document, i) => {
    if (!isDoc(document))
      throw typeMismatch(
        `BSON field 'insert.documents.${i}' is the wrong type '${typeName(document)}', expected type 'object'`,
      );
    return prepareOne(document, undefined, call);
  });
}

function prepareOne(document: Doc, bytes: Uint8Array | undefined, call: Call): Prepared | MongoError {
  return attempt(() => {
    const stored = prepareInsert(document, call);
    return { document: stored, bytes: bytes && stored === document ? bytes : encode(stored) };
  });
}

/**
 * The document as it is stored: its `_id` first, made when it is missing, time stamps of zero filled in.
 * @throws MongoError 2, 52 ... for what cannot be stored
 */
export function prepareInsert(given: Doc, call: Pick<Call, 'now' | 'randomBytes'>): Doc {
  for (const name of given.keys())
    if (name.startsWith('$')) throw badValue(`Document can't have $ prefixed field names: ${name}`);
  const document = withTimestamps(given, BigInt(call.now()));
  const id = document.get('_id');
  if (id !== undefined) checkId(id);
  const [first] = document.keys();
  if (first === '_id') return document;
  const stored: Doc = new Map([['_id', id ?? newObjectId(call)]]);
  for (const [name, value] of document) if (name !== '_id') stored.set(name, value);
  return stored;
}

/** @throws MongoError 2 for an array, a regular expression or undefined, 52 for an operator inside */
export function checkId(id: Value): void {
  if (Array.isArray(id)) throw badValue("can't use an array for _id");
  if (id instanceof Regex) throw badValue("can't use a regex for _id");
  if (id === UNDEFINED) throw badValue("can't use a undefined for _id");
  if (isDoc(id))
    for (const name of id.keys())
      if (name.startsWith('$'))
        throw new MongoError(52, `_id fields may not contain '$'-prefixed fields: ${name} is not valid for storage.`);
}

/** Seconds, five random bytes, a counter: as drivers make them. */
export function newObjectId(call: Pick<Call, 'now' | 'randomBytes'>): ObjectId {
  const bytes = Buffer.alloc(12);
  bytes.writeUInt32BE(Math.floor(call.now() / 1000) >>> 0, 0);
  bytes.set(call.randomBytes(8), 4);
  return new ObjectId(bytes.toString('hex'));
}
