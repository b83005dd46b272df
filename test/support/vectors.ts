import { createReadStream } from 'node:fs';
import { createInterface } from 'node:readline';
import { createGunzip } from 'node:zlib';
import { EJSON } from 'bson';
import type { Document } from 'mongodb';
import { MongoClient, MongoServerError } from 'mongodb';

/** Commands and the replies that a MongoDB server gave to them, in a database that holds `docs` and `indexes`. */
export interface Vector {
  readonly id: string;
  readonly docs?: Readonly<Record<string, readonly Document[]>>;
  readonly indexes?: Readonly<Record<string, readonly Document[]>>;
  /** Paths of lists whose order is not defined. */
  readonly unordered?: readonly string[];
  readonly run: readonly Document[];
  readonly replies: readonly Document[];
}

/** A reply that is not what MongoDB answered: `loud` if it is an error, `silent` if nothing says so. */
export interface Difference {
  readonly id: string;
  readonly kind: 'loud' | 'silent';
  readonly command: string;
  readonly expected: string;
  readonly actual: string;
}

export interface Replay {
  readonly same: number;
  readonly differences: readonly Difference[];
}

/** Names that Extended JSON would read as types are written with their dollar sign doubled. */
function undouble(value: unknown): unknown {
  if (Array.isArray(value)) return value.map((item) => undouble(item));
  if (value === null || typeof value !== 'object' || '_bsontype' in value || value instanceof Date) return value;
  return Object.fromEntries(
    Object.entries(value).map(([name, item]) => [name.startsWith('$$') ? name.slice(1) : name, undouble(item)]),
  );
}

/** The vectors of one area. */
export async function* readVectors(area: string): AsyncGenerator<Vector, void, undefined> {
  const file = new URL(`../fixtures/mongo-vectors/${area}.jsonl.gz`, import.meta.url);
  for await (const line of createInterface({ input: createReadStream(file).pipe(createGunzip()) })) {
    yield undouble(EJSON.parse(line, { relaxed: false })) as Vector;
  }
}

/** What every reply has and what differs from server to server. */
const NOISE = new Set([
  'ok',
  '$clusterTime',
  'operationTime',
  'topologyVersion',
  'electionId',
  'opTime',
  'lastCommittedOpTime',
]);

function withoutNoise(reply: Document, database: string): Document {
  const result: Document = {};
  for (const [name, value] of Object.entries(reply)) {
    if (NOISE.has(name)) continue;
    if (name === 'cursor') {
      result['cursor'] = { firstBatch: value.firstBatch, open: String(value.id) !== '0' };
    } else if (name === 'writeErrors') {
      result['writeErrors'] = value.map((error: Document) => ({
        index: Number(error['index']),
        code: Number(error['code']),
        ...keysOf(error),
      }));
    } else if (name === 'n' || name === 'nModified') {
      result[name] = Number(value);
    } else {
      result[name] = typeof value === 'string' ? value.replaceAll(database, '<db>') : value;
    }
  }
  return result;
}

const keysOf = (error: Document): Document =>
  error['keyPattern'] === undefined ? {} : { keyPattern: error['keyPattern'], keyValue: error['keyValue'] };

function errorReply(error: unknown): Document {
  if (!(error instanceof MongoServerError)) throw error;
  return { error: { code: Number(error.code), codeName: error.codeName, ...keysOf(error) } };
}

/** Exact types of the replies. */
const RAW = {
  promoteValues: false,
  promoteLongs: false,
  promoteBuffers: false,
  bsonRegExp: true,
  enableUtf8Validation: false,
  ignoreUndefined: false,
} as const;

async function answers(client: MongoClient, database: string, vector: Vector): Promise<Document[]> {
  const db = client.db(database);
  for (const [collection, indexes] of Object.entries(vector.indexes ?? {})) {
    await db.command({ createIndexes: collection, indexes });
  }
  for (const [collection, documents] of Object.entries(vector.docs ?? {})) {
    if (documents.length > 0) await db.command({ insert: collection, documents });
  }
  const replies: Document[] = [];
  for (const command of vector.run) {
    replies.push(await db.command(command, RAW).then((reply) => withoutNoise(reply, database), errorReply));
  }
  await db.command({ dropDatabase: 1 });
  return replies;
}

const byText = (a: unknown, b: unknown): number => (JSON.stringify(a) < JSON.stringify(b) ? -1 : 1);

function sortAt(node: unknown, path: readonly string[]): void {
  if (Array.isArray(node)) {
    if (path.length === 0) node.sort(byText);
    else for (const item of node) sortAt(item, path);
    return;
  }
  if (node === null || typeof node !== 'object') return;
  const [first = '', ...rest] = path;
  if ('cursor' in node) {
    sortAt((node.cursor as Document)['firstBatch'], path.length === 0 ? [] : path);
  } else if (path.length > 0 && first in node) {
    sortAt((node as Document)[first], rest);
  }
}

/** A reply as text that is equal for equal replies; messages are for people, dates beyond JavaScript's compare as one word. */
function comparable(reply: Document, unordered: readonly string[]): string {
  const { message: _, ...rest } = reply;
  const text = EJSON.stringify(rest, { relaxed: false });
  const plain: unknown = JSON.parse(text.replaceAll('{"$date":{"$numberLong":"NaN"}}', '"a date beyond JavaScript"'));
  for (const path of unordered) sortAt(plain, path.split('.'));
  return JSON.stringify(plain);
}

/** How many vectors are under way at once; each has a database of its own. */
const PARALLEL = 4;

/** Plays the vectors of an area against a server. */
export async function replay(uri: string, area: string): Promise<Replay> {
  const client = await MongoClient.connect(uri);
  const vectors = readVectors(area);
  const differences: Difference[] = [];
  let same = 0;
  let number = 0;
  const play = async (): Promise<void> => {
    for (let next = await vectors.next(); next.done !== true; next = await vectors.next()) {
      const vector = next.value;
      const database = `${area}-${process.pid}-${number++}`;
      const unordered = vector.unordered ?? [];
      const replies = await answers(client, database, vector).catch((error: unknown) =>
        vector.run.map(() => errorReply(error)),
      );
      for (const [i, reply] of vector.replies.entries()) {
        const expected = comparable(reply, unordered);
        const actual = comparable(replies[i] ?? {}, unordered);
        if (expected === actual) {
          same++;
          continue;
        }
        const kind = actual.includes('"error"') ? 'loud' : 'silent';
        differences.push({ id: vector.id, kind, command: EJSON.stringify(vector.run[i] ?? {}), expected, actual });
      }
    }
  };
  try {
    await Promise.all(Array.from({ length: PARALLEL }, play));
  } finally {
    await client.close();
  }
  return { same, differences };
}
