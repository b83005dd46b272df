import { fork } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { openEmbedded } from '../src/embedded/embedded.ts';
import { packageRoot } from '../src/package-root.ts';
import { lagBefore } from './lag.ts';

/** The embedded store in a process of its own, behind a wire whose answers come late. */
export interface SlowStore {
  /** By way of the wire. */
  readonly uri: string;
  /** Past it. */
  readonly direct: string;
  /** How late the answers come from now on, ms. */
  late(ms: number): void;
  stop(): Promise<void>;
}

type Ready = Pick<SlowStore, 'uri' | 'direct'>;

/** Starts it on a folder; it is closed when this process ends. */
export async function startSlowStore(directory: string): Promise<SlowStore> {
  const child = fork(join(packageRoot(), 'dist', 'bench', 'slow-store.js'), [directory]);
  const ended = once(child, 'exit');
  const [ready] = (await Promise.race([once(child, 'message'), ended.then(() => [null])])) as [Ready | null];
  if (ready === null) throw new Error('the store ended before it listened');
  return {
    ...ready,
    late(ms) {
      child.send(ms);
    },
    async stop() {
      child.disconnect();
      await ended;
    },
  };
}

async function serve(directory: string): Promise<void> {
  const store = await openEmbedded({ directory });
  const path = decodeURIComponent(/^mongodb:\/\/([^/]+)\//u.exec(store.uri)?.[1] ?? '');
  const lag = await lagBefore({ path });
  process.on('message', (ms: number) => {
    lag.set(ms);
  });
  process.once('disconnect', () => {
    void lag.close().then(() => store.stop());
  });
  const ready: Ready = { uri: `mongodb://127.0.0.1:${lag.port}/?directConnection=true`, direct: store.uri };
  process.send?.(ready);
}

const [, script = '', directory] = process.argv;
if (script.endsWith('slow-store.js') && directory !== undefined) await serve(directory);
