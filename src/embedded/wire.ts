import { MongoError } from './error.ts';

/** The largest message that MongoDB's protocol allows, in bytes. */
export const MAX_MESSAGE = 48_000_000;

const HEADER = 16;
const OP_REPLY = 1;
const OP_QUERY = 2004;
const OP_MSG = 2013;

const CHECKSUM_PRESENT = 1;
const MORE_TO_COME = 2;
/** Bits 0-15 must be understood by the receiver; the others may be ignored. */
const UNKNOWN_REQUIRED_FLAGS = 0xffff & ~(CHECKSUM_PRESENT | MORE_TO_COME);

/** One request as it came over the wire; documents are still BSON bytes. */
export interface Request {
  readonly requestId: number;
  /** OP_QUERY is answered with OP_REPLY. */
  readonly legacy: boolean;
  /** The client waits for no reply (moreToCome). */
  readonly silent: boolean;
  /** The database of an OP_QUERY; an OP_MSG names it in `$db`. */
  readonly database: string | undefined;
  readonly body: Uint8Array;
  /** Document sequences (kind 1) by the field that they stand for. */
  readonly sequences: ReadonlyMap<string, Uint8Array[]>;
}

/** A frame that breaks the protocol: there is no way to go on, so the connection is closed. */
export class FrameError extends Error {
  constructor(message: string) {
    super(message);
    this.name = 'FrameError';
  }
}

/** The length that a frame declares in its first four bytes. Throws FrameError when no frame has that length. */
export function frameLength(bytes: Uint8Array, at: number): number {
  const length = readInt32(bytes, at);
  if (length < HEADER || length > MAX_MESSAGE) throw new FrameError(`message length ${length} is out of bounds`);
  return length;
}

/** Reads one whole frame. Throws FrameError for frames that cannot be understood, MongoError 17 for damaged content. */
export function parseFrame(frame: Uint8Array): Request {
  const requestId = readInt32(frame, 4);
  const opcode = readInt32(frame, 12);
  if (opcode === OP_MSG) return parseMessage(frame, requestId);
  if (opcode === OP_QUERY) return parseQuery(frame, requestId);
  throw new FrameError(`opcode ${opcode} is not supported`);
}

function parseMessage(frame: Uint8Array, requestId: number): Request {
  if (frame.length < HEADER + 5) throw new FrameError('OP_MSG is cut');
  const flags = readInt32(frame, HEADER);
  if (flags & UNKNOWN_REQUIRED_FLAGS) throw new FrameError('OP_MSG has unknown required flags');
  let end = frame.length;
  if (flags & CHECKSUM_PRESENT) {
    end -= 4;
    if (end < HEADER + 5 || crc32c(frame.subarray(0, end)) !== readInt32(frame, end) >>> 0)
      throw new FrameError('OP_MSG checksum does not match');
  }
  let body: Uint8Array | undefined;
  const sequences = new Map<string, Uint8Array[]>();
  let at = HEADER + 4;
  while (at < end) {
    const kind = frame[at++];
    if (kind === 0) {
      if (body) throw new FrameError('OP_MSG has two bodies');
      body = documentAt(frame, at, end);
      at += body.length;
    } else if (kind === 1) {
      const size = at + 4 <= end ? readInt32(frame, at) : -1;
      const sectionEnd = at + size;
      if (size < 5 || sectionEnd > end) throw new FrameError('OP_MSG section has a wrong length');
      const nul = frame.indexOf(0, at + 4);
      if (nul < 0 || nul >= sectionEnd) throw new FrameError('OP_MSG section has no name');
      const name = utf8(frame, at + 4, nul);
      if (sequences.has(name)) throw new FrameError(`OP_MSG has section ${name} twice`);
      const documents: Uint8Array[] = [];
      at = nul + 1;
      while (at < sectionEnd) {
        const document = documentAt(frame, at, sectionEnd);
        documents.push(document);
        at += document.length;
      }
      sequences.set(name, documents);
    } else throw new FrameError(`OP_MSG has a section of unknown kind ${kind}`);
  }
  if (!body) throw new FrameError('OP_MSG has no body');
  return { requestId, legacy: false, silent: (flags & MORE_TO_COME) !== 0, database: undefined, body, sequences };
}

function parseQuery(frame: Uint8Array, requestId: number): Request {
  const nul = frame.indexOf(0, HEADER + 4);
  if (nul < 0 || nul + 9 > frame.length) throw new FrameError('OP_QUERY is cut');
  const namespace = utf8(frame, HEADER + 4, nul);
  if (!namespace.endsWith('.$cmd')) throw new FrameError('OP_QUERY on a collection is not supported');
  const body = documentAt(frame, nul + 9, frame.length);
  return { requestId, legacy: true, silent: false, database: namespace.slice(0, -5), body, sequences: new Map() };
}

function documentAt(frame: Uint8Array, at: number, end: number): Uint8Array {
  const length = at + 4 <= end ? readInt32(frame, at) : -1;
  if (length < 5 || at + length > end) throw new FrameError('a document has a wrong length');
  return frame.subarray(at, at + length);
}

/** The reply to a request, ready to be sent. Throws MongoError 10334 when it is larger than a message may be. */
export function frameReply(request: Request, document: Uint8Array, replyId: number): Uint8Array {
  const head = request.legacy ? HEADER + 20 : HEADER + 5;
  const length = head + document.length;
  if (length > MAX_MESSAGE) throw new MongoError(10334, `BSONObj size: ${document.length} is invalid`);
  const frame = Buffer.allocUnsafe(length);
  frame.writeInt32LE(length, 0);
  frame.writeInt32LE(replyId, 4);
  frame.writeInt32LE(request.requestId, 8);
  if (request.legacy) {
    frame.writeInt32LE(OP_REPLY, 12);
    frame.fill(0, HEADER, HEADER + 16);
    frame.writeInt32LE(8, HEADER); // AwaitCapable, as every server says
    frame.writeInt32LE(1, HEADER + 16);
  } else {
    frame.writeInt32LE(OP_MSG, 12);
    frame.writeInt32LE(0, HEADER);
    frame[HEADER + 4] = 0;
  }
  frame.set(document, head);
  return frame;
}

function readInt32(bytes: Uint8Array, at: number): number {
  return (bytes[at] ?? 0) | ((bytes[at + 1] ?? 0) << 8) | ((bytes[at + 2] ?? 0) << 16) | ((bytes[at + 3] ?? 0) << 24);
}

const utf8 = (bytes: Uint8Array, from: number, to: number): string =>
  Buffer.from(bytes.buffer, bytes.byteOffset + from, to - from).toString();

const CRC_TABLE = Uint32Array.from({ length: 256 }, (_, n) => {
  let c = n;
  for (let bit = 0; bit < 8; bit++) c = c & 1 ? (c >>> 1) ^ 0x82f63b78 : c >>> 1;
  return c;
});

/** CRC-32C (Castagnoli), the checksum of OP_MSG. */
export function crc32c(bytes: Uint8Array): number {
  let crc = 0xffffffff;
  for (const byte of bytes) crc = (crc >>> 8) ^ (CRC_TABLE[(crc ^ byte) & 0xff] ?? 0);
  return (crc ^ 0xffffffff) >>> 0;
}
