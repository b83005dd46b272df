import { MongoError } from '../error.ts';
import type { Collection } from '../storage/catalogue.ts';
import { doc, type Doc, type Value } from '../values/value.ts';
import type { Call, Command } from './command.ts';
import { ARRAY, NUMBER, required, STRING } from './fields.ts';
import { cursorReply } from './reply.ts';

/** The documents of the first batch when the client does not say. */
export const FIRST_BATCH = 101;
/** A batch holds at most this many bytes of documents, but always one document. */
const BATCH_BYTES = 16 * 1024 * 1024;
const IDLE_MS = 10 * 60_000;
const MAX_OPEN = 10_000;

/** A result that is read in batches. */
export interface Source {
  readonly namespace: string;
  /** The collection that it reads; when that is dropped the cursor ends. */
  readonly collection: Collection | undefined;
  readonly documents: Iterator<Uint8Array, void, undefined>;
}

interface OpenCursor extends Source {
  /** A document that did not fit into the last batch. */
  held: Uint8Array | undefined;
  usedAt: number;
  isNoTimeout: boolean;
}

/** The open cursors of a server. */
export class Cursors {
  readonly #open = new Map<bigint, OpenCursor>();
  readonly #randomBytes: (size: number) => Uint8Array;
  readonly #now: () => number;

  constructor(now: () => number, randomBytes: (size: number) => Uint8Array) {
    this.#now = now;
    this.#randomBytes = randomBytes;
  }

  get size(): number {
    return this.#open.size;
  }

  /** Answers with the first batch and keeps the rest for `getMore`. */
  start(
    source: Source,
    options: { batchSize: number; singleBatch?: boolean; noTimeout?: boolean; limit?: number },
  ): Uint8Array {
    const cursor: OpenCursor = {
      ...source,
      held: undefined,
      usedAt: this.#now(),
      isNoTimeout: options.noTimeout === true,
    };
    const { batch, isDone } = takeBatch(cursor, options.batchSize);
    const isClosed = isDone || options.singleBatch === true || batch.length === options.limit;
    if (isClosed) {
      source.documents.return?.();
      return cursorReply('firstBatch', batch, 0n, source.namespace);
    }
    if (this.#open.size >= MAX_OPEN) throw new MongoError(146, `more than ${MAX_OPEN} cursors are open`);
    const id = this.#newId();
    this.#open.set(id, cursor);
    return cursorReply('firstBatch', batch, id, source.namespace);
  }

  #newId(): bigint {
    for (;;) {
      const id = Buffer.from(this.#randomBytes(8)).readBigUInt64LE() & 0x7fff_ffff_ffff_ffffn;
      if (id !== 0n && !this.#open.has(id)) return id;
    }
  }

  next(id: bigint, namespace: string, batchSize: number): Uint8Array {
    const cursor = this.#open.get(id);
    if (!cursor) throw new MongoError(43, `cursor id ${id} not found`);
    if (cursor.namespace !== namespace)
      throw new MongoError(
        13,
        `Requested getMore on namespace '${namespace}', but cursor belongs to a different namespace ${cursor.namespace}`,
      );
    if (cursor.collection?.dropped) {
      this.#open.delete(id);
      throw new MongoError(175, 'collection dropped');
    }
    cursor.usedAt = this.#now();
    try {
      const { batch, isDone } = takeBatch(cursor, batchSize);
      if (isDone) this.#open.delete(id);
      return cursorReply('nextBatch', batch, isDone ? 0n : id, namespace);
    } catch (error) {
      this.#open.delete(id);
      throw error;
    }
  }

  /** Whether the cursor was open. */
  kill(id: bigint): boolean {
    this.#open.get(id)?.documents.return?.();
    return this.#open.delete(id);
  }

  /** Forgets cursors that nobody has asked for ten minutes. */
  sweep(): void {
    const before = this.#now() - IDLE_MS;
    for (const [id, cursor] of this.#open) if (cursor.usedAt < before && !cursor.isNoTimeout) this.kill(id);
  }
}

function takeBatch(cursor: OpenCursor, batchSize: number): { batch: Uint8Array[]; isDone: boolean } {
  const batch: Uint8Array[] = [];
  let bytes = 0;
  while (batch.length < batchSize) {
    let document = cursor.held;
    cursor.held = undefined;
    if (!document) {
      const next = cursor.documents.next();
      if (next.done) return { batch, isDone: true };
      document = next.value;
    }
    bytes += document.length;
    if (batch.length > 0 && bytes > BATCH_BYTES) {
      cursor.held = document;
      break;
    }
    batch.push(document);
  }
  return { batch, isDone: false };
}

export const getMore: Command = {
  name: 'getMore',
  summary: 'the next batch of a cursor',
  fields: { getMore: required(NUMBER), collection: required(STRING), batchSize: NUMBER },
  run(args, call) {
    const id = args.value('getMore');
    const batchSize = args.integer('batchSize');
    if (batchSize !== undefined && batchSize < 0)
      throw new MongoError(2, `Batch size for getMore must be nonnegative, but received: ${batchSize}`);
    const namespace = `${call.database}.${args.string('collection') ?? ''}`;
    return call.cursors.next(
      typeof id === 'bigint' ? id : BigInt(args.integer('getMore') ?? 0),
      namespace,
      batchSize || Infinity,
    );
  },
};

export const killCursors: Command = {
  name: 'killCursors',
  summary: 'closes cursors',
  fields: { killCursors: required(STRING), cursors: required(ARRAY) },
  run(args, call) {
    const killed: Value[] = [];
    const missing: Value[] = [];
    for (const id of args.array('cursors') ?? []) {
      if (typeof id !== 'bigint') throw new MongoError(14, 'cursor ids are of type long');
      (call.cursors.kill(id) ? killed : missing).push(id);
    }
    return doc(['cursorsKilled', killed], ['cursorsNotFound', missing], ['cursorsAlive', []], ['cursorsUnknown', []]);
  },
};

/** A reply with all documents in one batch, for the commands that list things. */
export function listReply(
  call: Call,
  name: string,
  documents: readonly Doc[],
  encode: (d: Doc) => Uint8Array,
  batchSize: number,
): Uint8Array {
  return call.cursors.start(
    { namespace: `${call.database}.${name}`, collection: undefined, documents: documents.map(encode).values() },
    { batchSize },
  );
}
