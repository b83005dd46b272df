import { Worker } from 'node:worker_threads';
import type { ChartPicture, DigestChart } from './chart.ts';
import type { Drawn } from './worker.ts';

/** Who draws: one chart at a time. */
export interface Artist {
  /** @throws Error when this chart could not be drawn */
  draw(chart: DigestChart): Promise<ChartPicture>;
  /** True once it has ended, by itself or not: it draws nothing any more. */
  hasEnded(): boolean;
  /** Stops at once; what is being drawn fails. */
  end(): Promise<void>;
}

interface Waiting {
  readonly resolve: (picture: ChartPicture) => void;
  readonly reject: (error: Error) => void;
}

/** Far more than a chart takes; a thread that wants more ends instead of the process. Of young objects little is kept: it would only stay until the thread ends. */
const MOST_HEAP = { maxOldGenerationSizeMb: 128, maxYoungGenerationSizeMb: 8 };

/** Draws in a thread of its own, so that the bot answers meanwhile. The thread keeps no process alive but while it draws. */
export function threadArtist(file: URL): Artist {
  const worker = new Worker(file, { resourceLimits: MOST_HEAP });
  let waiting: Waiting | null = null;
  let ended: Error | null = null;

  const settle = (drawn: Drawn): void => {
    const current = waiting;
    waiting = null;
    worker.unref();
    if ('picture' in drawn) current?.resolve(drawn.picture);
    else current?.reject(new Error(`the chart could not be drawn: ${drawn.error}`));
  };
  const end = (cause?: unknown): void => {
    ended ??= new Error('the thread that draws charts has ended', { cause });
    waiting?.reject(ended);
    waiting = null;
  };
  worker.on('message', settle);
  worker.on('error', end);
  worker.on('exit', () => end());
  worker.unref();

  return {
    draw(chart) {
      if (ended !== null) return Promise.reject(ended);
      return new Promise((resolve, reject) => {
        waiting = { resolve, reject };
        worker.ref();
        worker.postMessage(chart, []);
      });
    },
    hasEnded: () => ended !== null,
    async end() {
      end();
      await worker.terminate();
    },
  };
}

/** Draws in the caller's thread: where the sources run as they are, there is no compiled file for a thread. */
export function localArtist(): Artist {
  // Loaded here and not above, so that a process that draws in a thread does not hold it twice.
  const render = import('./render.ts').then(({ chartRenderer }) => chartRenderer());
  let isEnded = false;
  return {
    draw: async (chart) => (await render)(chart),
    hasEnded: () => isEnded,
    async end() {
      isEnded = true;
    },
  };
}
