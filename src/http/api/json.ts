import type { IncomingMessage } from 'node:http';
import { Problem, refuseField } from '../../../adapters/shared/problem.ts';

/** Largest body that is read, bytes. */
export const MOST_BYTES = 256 * 1024;
/** Deepest nesting of lists and objects. */
const MOST_DEEP = 64;

const UTF8 = new TextDecoder('utf-8', { fatal: true });

/** Refuses (415) what does not say that it is JSON in UTF-8, or is packed. */
export function mustBeJson({ headers }: Pick<IncomingMessage, 'headers'>): void {
  const [type = '', ...rest] = (headers['content-type'] ?? '').toLowerCase().split(';');
  const charset = rest.map((part) => part.trim()).find((part) => part.startsWith('charset='));
  const isUtf8 = charset === undefined || /^charset="?utf-?8"?$/.test(charset);
  const isPlain = (headers['content-encoding'] ?? 'identity').toLowerCase() === 'identity';
  if (type.trim() === 'application/json' && isUtf8 && isPlain) return;
  throw new Problem(415, 'Send JSON in UTF-8, not packed, with the header Content-Type: application/json.');
}

/** A body as it came. Refuses (413) a larger one as soon as that shows, without keeping any more of it. */
export function readBody(request: IncomingMessage, most = MOST_BYTES): Promise<Buffer> {
  return new Promise((resolve, reject) => {
    const chunks: Buffer[] = [];
    let size = 0;
    const take = (chunk: Buffer): void => {
      size += chunk.length;
      if (size > most) tooLarge();
      else chunks.push(chunk);
    };
    const tooLarge = (): void => {
      chunks.length = 0;
      // What still comes is let go, so that the answer arrives.
      request.off('data', take);
      request.resume();
      reject(new Problem(413, `The body is larger than ${most} bytes.`));
    };
    if (Number(request.headers['content-length'] ?? 0) > most) {
      tooLarge();
      return;
    }
    const cut = (): void => {
      reject(new Problem(400, 'The body ended before its time.'));
    };
    request.on('data', take);
    request.once('end', () => {
      resolve(Buffer.concat(chunks));
    });
    request.once('aborted', cut);
    request.once('error', cut);
  });
}

/**
 * JSON as it has to be: UTF-8, at most 64 deep, every key once, none that means something to the language. Throws a `Problem` (400) that
 * names the key, or says that the body is not what its Content-Type says.
 */
export function parseJson(bytes: Uint8Array): unknown {
  let text: string;
  try {
    text = UTF8.decode(bytes);
  } catch {
    throw notJson('it is not UTF-8');
  }
  if (text.trim() === '') throw notJson('it is empty');
  scan(text);
  try {
    return JSON.parse(text);
  } catch {
    throw notJson('it cannot be read');
  }
}

const notJson = (why: string): Problem =>
  refuseField(400, 'body', `the Content-Type says JSON, which the body is not: ${why}`);

/** A list or an object that is open at some place of a text. */
interface Level {
  /** The keys an object has had; null: a list. */
  readonly keys: Set<string> | null;
  /** The key whose value stands here. */
  key: string;
}

/** What `JSON.parse` would let through. Broken text may pass: that is for `JSON.parse` to say. */
function scan(text: string): void {
  const open: Level[] = [];
  for (let at = 0; at < text.length; at += 1) {
    const char = text[at];
    if (char === '{' || char === '[') {
      if (open.length === MOST_DEEP) throw refuseField(400, 'body', `is nested deeper than ${MOST_DEEP}`);
      open.push({ keys: char === '{' ? new Set() : null, key: '' });
    } else if (char === '}' || char === ']') open.pop();
    else if (char === '"') {
      const end = endOfString(text, at);
      const level = open.at(-1);
      if (level?.keys != null && isKey(text, end)) nextKey(open, level, level.keys, text.slice(at, end + 1));
      at = end;
    }
  }
}

function nextKey(open: readonly Level[], level: Level, known: Set<string>, written: string): void {
  let key: unknown;
  try {
    key = JSON.parse(written);
  } catch {
    throw notJson('it cannot be read');
  }
  level.key = String(key);
  const path = (): string =>
    open
      .map((l) => l.key)
      .filter((part) => part !== '')
      .join('.')
      .slice(0, 200);
  if (known.has(level.key)) throw refuseField(400, path(), 'stands there twice');
  if (level.key === '__proto__') throw refuseField(400, path(), 'is not known');
  known.add(level.key);
}

/** Where the string that begins here ends; the last place of the text when it does not. */
function endOfString(text: string, start: number): number {
  let at = start + 1;
  while (at < text.length && text[at] !== '"') at += text[at] === '\\' ? 2 : 1;
  return Math.min(at, text.length - 1);
}

/** Whether a colon follows: only keys have one behind them. */
function isKey(text: string, end: number): boolean {
  let at = end + 1;
  while (at < text.length && /\s/.test(text[at] ?? '')) at += 1;
  return text[at] === ':';
}
