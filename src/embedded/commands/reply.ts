import { encode } from '../values/encode.ts';
import type { MongoError } from '../error.ts';
import { doc, int32, type Doc } from '../values/value.ts';

/** The BSON of a reply: the command's fields and `ok`. */
export function encodeReply(reply: Doc): Uint8Array {
  reply.set('ok', 1);
  return encode(reply);
}

/** The BSON of an error reply. */
export function encodeError(error: MongoError): Uint8Array {
  const reply = doc(['ok', 0], ['errmsg', error.message], ['code', int32(error.code)], ['codeName', error.codeName]);
  for (const [name, value] of error.extra ?? []) reply.set(name, value);
  return encode(reply);
}

/**
 * The reply of a command that opens or continues a cursor. The documents are put in as the bytes that they are, which spares decoding
 * and encoding them.
 */
export function cursorReply(
  batchName: 'firstBatch' | 'nextBatch',
  batch: readonly Uint8Array[],
  cursorId: bigint,
  namespace: string,
): Uint8Array {
  const names = batch.map((_, i) => String(i));
  let arraySize = 5;
  for (const [i, document] of batch.entries()) arraySize += document.length + 2 + (names[i]?.length ?? 0);
  const namespaceSize = Buffer.byteLength(namespace) + 1;
  const cursorSize = 4 + (1 + batchName.length + 1 + arraySize) + (1 + 3 + 8) + (1 + 3 + 4 + namespaceSize) + 1;
  const size = 4 + (1 + 7 + cursorSize) + (1 + 3 + 8) + 1;
  const out = Buffer.allocUnsafe(size);
  let at = out.writeInt32LE(size, 0);
  const name = (type: number, text: string): void => {
    out[at++] = type;
    at += out.write(text, at);
    out[at++] = 0;
  };
  name(3, 'cursor');
  at = out.writeInt32LE(cursorSize, at);
  name(4, batchName);
  at = out.writeInt32LE(arraySize, at);
  for (const [i, document] of batch.entries()) {
    name(3, names[i] ?? '');
    out.set(document, at);
    at += document.length;
  }
  out[at++] = 0;
  name(18, 'id');
  at = out.writeBigInt64LE(cursorId, at);
  name(2, 'ns');
  at = out.writeInt32LE(namespaceSize, at);
  at += out.write(namespace, at);
  out[at++] = 0;
  out[at++] = 0;
  name(1, 'ok');
  at = out.writeDoubleLE(1, at);
  out[at] = 0;
  return out;
}
