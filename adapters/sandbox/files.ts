import type { Readable } from 'node:stream';
import type { Request, RequestHandler } from 'express';
import multer from 'multer';
import { accountKey } from '../../src/domain/address.ts';
import type { Attachment } from '../../src/domain/attachment.ts';
import { MAX_FILE, type Files, type StoredFile } from '../../src/files/file.ts';
import { serveFile } from '../../src/files/serve.ts';
import { parseOrRefuse, Problem, refuseField } from '../shared/problem.ts';
import { uploadBody } from './schema.ts';
import { BOT, type World } from './world.ts';

/** Hands what is uploaded to the file store while it comes in. */
class StoredUpload implements multer.StorageEngine {
  readonly #files: Files;
  readonly #owner: (user: string) => string;
  readonly received = new WeakMap<Request, Attachment>();
  readonly #working = new WeakMap<Request, { readonly stream: Readable; readonly done: Promise<void> }>();

  constructor(files: Files, owner: (user: string) => string) {
    this.#files = files;
    this.#owner = owner;
  }

  _handleFile(
    req: Request,
    file: Express.Multer.File,
    done: (error?: unknown, info?: Partial<Express.Multer.File>) => void,
  ): void {
    this.#working.set(req, { stream: file.stream, done: this.#hand(req, file, done) });
  }

  _removeFile(_req: Request, _file: Express.Multer.File, done: (error: Error | null) => void): void {
    done(null);
  }

  /** The parser has given up on a request, at times in the midst of a file: ends when nothing of it is left. */
  async abandon(req: Request): Promise<void> {
    const working = this.#working.get(req);
    working?.stream.destroy();
    await working?.done;
  }

  async #hand(req: Request, file: Express.Multer.File, done: (error?: unknown, info?: object) => void): Promise<void> {
    try {
      const attachment = await this.#take(req, file);
      this.received.set(req, attachment);
      done(null, { size: attachment.size });
    } catch (error) {
      done(error);
    }
  }

  async #take(req: Request, file: Express.Multer.File): Promise<Attachment> {
    // The parts come in order: what says whose file it is has to stand before it.
    const { user, seconds, transcript } = parseOrRefuse(uploadBody, { ...req.body });
    if (file.originalname.includes('\0')) throw refuseField(400, 'file', 'its name must not contain NUL');
    const attachment = await this.#files.take(file.stream, {
      owner: this.#owner(user),
      name: file.originalname,
      ...(seconds !== undefined && { seconds }),
      ...(transcript !== undefined && { transcript }),
    });
    if (attachment.problem === 'too_large') throw refuseField(413, 'file', `must be at most ${MAX_FILE} bytes`);
    if (attachment.size === 0) throw refuseField(400, 'file', 'is empty');
    return attachment;
  }
}

/** Routes for files: taken in by multipart, served back without ever letting a browser run one. */
export function createFileRoutes(deps: { readonly app: string; readonly files: Files; readonly world: World }): {
  upload: RequestHandler[];
  download: RequestHandler;
} {
  const { app, files, world } = deps;
  const storage = new StoredUpload(files, (user) => {
    if (user === BOT || !world.people.has(user)) throw refuseField(404, 'user', 'there is no such person');
    return accountKey({ platform: 'sandbox', app, user });
  });
  const parse = multer({
    storage,
    // One more than is kept: what the parser cuts off would otherwise look whole.
    limits: { fileSize: MAX_FILE + 1, files: 1, fields: 8, fieldSize: 16 * 1024, parts: 9, headerPairs: 50 },
    defParamCharset: 'utf8',
  }).single('file');

  const find = async (req: Request): Promise<{ file: StoredFile; content: string }> => {
    const file = await files.load(String(req.params['id']));
    const content = file === null ? null : await files.contentOf(file);
    if (file === null || content === null) throw refuseField(404, 'id', 'there is no such file');
    return { file, content };
  };

  return {
    upload: [
      (req, _res, next) => {
        if (req.is('multipart/form-data') === false)
          throw new Problem(415, 'send multipart/form-data with the fields "user" and "file"');
        next();
      },
      async (req, res, next) => {
        const error = await new Promise<unknown>((resolve) => {
          parse(req, res, resolve);
        });
        if (error !== undefined) {
          await storage.abandon(req);
          throw error;
        }
        next();
      },
      (req, res) => {
        const received = storage.received.get(req);
        if (req.file === undefined || received === undefined) throw refuseField(400, 'file', 'is missing');
        res.status(201).json(received);
      },
    ],
    async download(req, res) {
      const { file, content } = await find(req);
      await serveFile(res, file, content, 'private, max-age=31536000, immutable');
    },
  };
}
