import { createHash } from 'node:crypto';
import { createWriteStream } from 'node:fs';
import { access, mkdir, rename, rm } from 'node:fs/promises';
import path from 'node:path';
import { Transform } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import type { Request, RequestHandler } from 'express';
import multer from 'multer';
import type { Clock } from '../../src/clock.ts';
import { kindOf } from '../../src/domain/attachment.ts';
import { derivedId, type Ids } from '../../src/ids.ts';
import { Problem, refuseField } from '../shared/problem.ts';
import { SHOWN_IN_PLACE, SNIFF_BYTES, sniffType } from '../shared/sniff.ts';
import type { SandboxFile, SandboxStore } from './store.ts';

export const MAX_FILE = 25 * 1024 * 1024;

interface Received {
  readonly hash: string;
  readonly type: string;
  readonly size: number;
}

/** A name for people: no control characters, at most 200 characters; the multipart parser has cut off any path. */
function readableName(original: string): string {
  const name = Array.from(original.replaceAll(/[\p{Cc}\p{Surrogate}\p{Bidi_Control}]/gu, ''))
    .slice(0, 200)
    .join('')
    .trim();
  return name === '' ? 'file' : name;
}

const facts = ({ _id, type, name, size }: SandboxFile): object => ({ id: _id, kind: kindOf(type), type, name, size });

const placeOf = (directory: string, hash: string): string => path.join(directory, hash.slice(0, 2), hash);

/** Takes one file to disk under its content's hash, through a temporary name, so that a file that is there is whole. */
class HashedStorage implements multer.StorageEngine {
  readonly #directory: string;
  readonly #ids: Ids;
  readonly received = new WeakMap<Request, Received>();

  constructor(directory: string, ids: Ids) {
    this.#directory = directory;
    this.#ids = ids;
  }

  _handleFile(
    req: Request,
    file: Express.Multer.File,
    done: (error?: unknown, info?: Partial<Express.Multer.File>) => void,
  ): void {
    void this.#hand(req, file, done);
  }

  _removeFile(_req: Request, _file: Express.Multer.File, done: (error: Error | null) => void): void {
    done(null);
  }

  async #hand(req: Request, file: Express.Multer.File, done: (error?: unknown, info?: object) => void): Promise<void> {
    try {
      const received = await this.#take(file);
      this.received.set(req, received);
      done(null, { size: received.size });
    } catch (error) {
      done(error);
    }
  }

  async #take(file: Express.Multer.File): Promise<Received> {
    await mkdir(this.#directory, { recursive: true, mode: 0o700 });
    const temporary = path.join(this.#directory, `incoming-${this.#ids.next()}`);
    const hash = createHash('sha256');
    let head = Buffer.alloc(0);
    let size = 0;
    const measure = new Transform({
      transform(chunk: Buffer, _encoding, pass) {
        if (head.length < SNIFF_BYTES) head = Buffer.concat([head, chunk.subarray(0, SNIFF_BYTES - head.length)]);
        size += chunk.length;
        hash.update(chunk);
        pass(null, chunk);
      },
    });
    try {
      await pipeline(file.stream, measure, createWriteStream(temporary, { mode: 0o600, flush: true }));
      // The multipart parser cuts a stream at the limit instead of failing it.
      if (size > MAX_FILE || ('truncated' in file.stream && file.stream.truncated === true))
        throw refuseField(413, 'file', `must be at most ${MAX_FILE} bytes`);
      if (size === 0) throw refuseField(400, 'file', 'is empty');
      const hex = hash.digest('hex');
      const place = placeOf(this.#directory, hex);
      await mkdir(path.dirname(place), { recursive: true, mode: 0o700 });
      const known = await access(place).then(
        () => true,
        () => false,
      );
      if (!known) await rename(temporary, place);
      return { hash: hex, type: sniffType(head), size };
    } finally {
      await rm(temporary, { force: true });
    }
  }
}

/** Routes for files: taken in by multipart, served back without ever letting a browser run one. */
export function createFiles(deps: {
  readonly store: SandboxStore;
  readonly clock: Clock;
  readonly ids: Ids;
  readonly directory: string;
}): { upload: RequestHandler[]; download: RequestHandler; about: RequestHandler } {
  const { store, clock, ids } = deps;
  const directory = path.resolve(deps.directory);
  const storage = new HashedStorage(directory, ids);
  const parse = multer({
    storage,
    limits: { fileSize: MAX_FILE, files: 1, fields: 8, fieldSize: 1024, parts: 9, headerPairs: 50 },
    defParamCharset: 'utf8',
  }).single('file');

  const find = async (req: Request): Promise<SandboxFile> => {
    const file = await store.file(String(req.params['id']));
    if (file === null) throw refuseField(404, 'id', 'there is no such file');
    return file;
  };

  return {
    upload: [
      (req, _res, next) => {
        if (req.is('multipart/form-data') === false)
          throw new Problem(415, 'send multipart/form-data with one part "file"');
        next();
      },
      parse,
      async (req, res) => {
        const received = storage.received.get(req);
        if (req.file === undefined || received === undefined) throw refuseField(400, 'file', 'is missing');
        if (req.file.originalname.includes('\0')) throw refuseField(400, 'file', 'its name must not contain NUL');
        const name = readableName(req.file.originalname);
        const file: SandboxFile = {
          _id: derivedId('sandbox-file', received.hash, name),
          ...received,
          name,
          at: clock.now(),
        };
        await store.keepFile(file);
        res.status(201).json(facts(file));
      },
    ],
    async about(req, res) {
      const file = await find(req);
      res.set('Cache-Control', 'private, max-age=31536000, immutable').json(facts(file));
    },
    async download(req, res) {
      const file = await find(req);
      if (!SHOWN_IN_PLACE.has(file.type)) res.attachment(file.name);
      res.type(file.type);
      res.set('Content-Security-Policy', "default-src 'none'; sandbox");
      const place = placeOf(directory, file.hash);
      await new Promise<void>((resolve, reject) => {
        const options = { root: path.dirname(place), maxAge: '1y', immutable: true, cacheControl: true };
        res.sendFile(path.basename(place), options, (error?: Error) => {
          if (error === undefined || res.headersSent) resolve();
          else reject(error);
        });
      });
    },
  };
}
