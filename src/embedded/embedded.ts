import { Worker } from 'node:worker_threads';
import { startEngine } from './engine.ts';
import type { WorkerMessage, WorkerRequest, WorkerSettings } from './worker.ts';

export interface EmbeddedOptions {
  /** Where the data is kept; made when it is missing, owned by this process while the store is open. */
  readonly directory: string;
  /** Whether the store runs in a thread of its own, so that its work does not hold up the caller's (default: true where it is compiled). */
  readonly inWorker?: boolean;
  /** The path of the unix socket; by default one inside the directory. */
  readonly socket?: string;
  /** False for tests: a power cut may then lose the store. */
  readonly fsync?: boolean;
  /** Told of failures inside the store that have no client to tell; nothing that a client stored is in the text. */
  readonly report?: (error: Error) => void;
}

/** An open store. */
export interface Embedded {
  /** For `mongoose.connect`, `MongoClient` and `mongosh`. */
  readonly uri: string;
  /** Removes expired documents now; it happens by itself once a minute. */
  sweep(): Promise<void>;
  /** Copies the whole store into one file while it is in use. */
  backup(file: string): Promise<void>;
  /** Finishes the writes under way and gives the directory back. */
  stop(): Promise<void>;
}

/** A worker needs the compiled file; under a test runner that loads the sources the store runs in the caller's thread. */
const IS_COMPILED = import.meta.url.endsWith('.js');

/**
 * Opens the store in a directory and serves it over MongoDB's wire protocol.
 * @throws Error with one clear sentence: the directory is in use, read-only or full, or its data is damaged or of another version
 */
export async function openEmbedded(options: EmbeddedOptions): Promise<Embedded> {
  const report = options.report ?? (() => undefined);
  if (!IS_COMPILED || options.inWorker === false) {
    return startEngine({ ...options, now: Date.now, report });
  }
  return openInWorker(options, report);
}

async function openInWorker(options: EmbeddedOptions, report: (error: Error) => void): Promise<Embedded> {
  const settings: WorkerSettings = {
    directory: options.directory,
    socket: options.socket,
    fsync: options.fsync !== false,
  };
  const worker = new Worker(new URL('worker.js', import.meta.url), { workerData: settings });
  const waiting = new Map<number, { resolve: () => void; reject: (error: Error) => void }>();
  let lastId = 0;
  let isStopped = false;

  const ended = (error: Error): void => {
    for (const { reject } of waiting.values()) reject(error);
    waiting.clear();
  };
  const uri = await new Promise<string>((resolve, reject) => {
    worker.on('message', (message: WorkerMessage) => {
      if ('ready' in message) resolve(message.ready);
      else if ('refused' in message) reject(new Error(message.refused));
      else if ('failed' in message) report(new Error(message.failed));
      else {
        const question = waiting.get(message.id);
        waiting.delete(message.id);
        if (message.error === undefined) question?.resolve();
        else question?.reject(new Error(message.error));
      }
    });
    worker.on('error', (cause) => {
      const error = new Error('the embedded store ended unexpectedly', { cause });
      report(error);
      reject(error);
      ended(error);
    });
    worker.on('exit', () => {
      const error = new Error('the embedded store has ended');
      reject(error);
      ended(error);
    });
  });

  const ask = (request: (id: number) => WorkerRequest): Promise<void> =>
    new Promise((resolve, reject) => {
      const id = ++lastId;
      waiting.set(id, { resolve, reject });
      worker.postMessage(request(id), []);
    });
  return {
    uri,
    sweep: () => ask((id) => ({ id, do: 'sweep' })),
    backup: (file) => ask((id) => ({ id, do: 'backup', file })),
    async stop() {
      if (isStopped) return;
      isStopped = true;
      const exited = new Promise<void>((resolve) => worker.once('exit', () => resolve()));
      await ask((id) => ({ id, do: 'stop' }));
      await exited;
    },
  };
}
