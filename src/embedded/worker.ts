import { parentPort, workerData } from 'node:worker_threads';
import { type Engine, startEngine } from './engine.ts';

/** What the thread that holds the store is told. */
export interface WorkerSettings {
  readonly directory: string;
  readonly socket: string | undefined;
  readonly fsync: boolean;
}

/** A question to the worker; it is answered with the same number. */
export type WorkerRequest =
  | { readonly id: number; readonly do: 'stop' | 'sweep' }
  | { readonly id: number; readonly do: 'backup'; readonly file: string };

/** What the worker says. */
export type WorkerMessage =
  | { readonly ready: string }
  | { readonly refused: string }
  | { readonly failed: string }
  | { readonly id: number; readonly error?: string };

const port = parentPort;
if (!port) throw new Error('this file runs as a worker thread');
const settings = workerData as WorkerSettings;
const say = (message: WorkerMessage): void => port.postMessage(message);
const textOf = (error: unknown): string => (error instanceof Error ? error.message : String(error));

async function obey(engine: Engine, request: WorkerRequest): Promise<void> {
  try {
    if (request.do === 'backup') await engine.backup(request.file);
    else if (request.do === 'sweep') await engine.sweep();
    else await engine.stop();
    say({ id: request.id });
  } catch (error) {
    say({ id: request.id, error: textOf(error) });
  }
  if (request.do === 'stop') parentPort?.close();
}

try {
  const engine = await startEngine({
    ...settings,
    now: Date.now,
    report: (error) => say({ failed: error.stack ?? error.message }),
  });
  port.on('message', (request: WorkerRequest) => void obey(engine, request));
  say({ ready: engine.uri });
} catch (error) {
  say({ refused: textOf(error) });
  port.close();
}
