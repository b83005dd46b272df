import type { Clock } from '../clock.ts';
import { type Artist, localArtist, threadArtist } from './artist.ts';
import { type ChartPicture, checkChart, type DigestChart } from './chart.ts';

export interface ChartsOptions {
  readonly clock: Clock;
  /** Starts who draws (default: a thread of its own where this is compiled). */
  readonly start?: () => Artist;
  /** How long one chart may take, the start of the thread included, in ms. */
  readonly limitMs?: number;
  /** How long the thread is kept after the last chart, in ms: digests come in a bunch, then not for hours. */
  readonly idleMs?: number;
}

/** Draws the pictures of digests, one after the other. */
export interface Charts {
  /**
   * A chart as a PNG.
   * @throws RangeError for what is no chart; Error when it could not be drawn in time or at all, which concerns this chart alone
   */
  render(chart: DigestChart): Promise<ChartPicture>;
  /** Ends the thread; what is not drawn yet fails, as does everything later. */
  stop(): Promise<void>;
}

const LIMIT_MS = 10_000;
const IDLE_MS = 60_000;
const IS_COMPILED = import.meta.url.endsWith('.js');

const startArtist = (): Artist => (IS_COMPILED ? threadArtist(new URL('worker.js', import.meta.url)) : localArtist());

/** Nothing is started before the first chart. */
export function createCharts(options: ChartsOptions): Charts {
  const { clock, start = startArtist, limitMs = LIMIT_MS, idleMs = IDLE_MS } = options;
  let artist: Artist | null = null;
  let forget = (): void => undefined;
  let isStopped = false;
  let last: Promise<unknown> = Promise.resolve();

  const dismiss = async (): Promise<void> => {
    forget();
    const dismissed = artist;
    artist = null;
    await dismissed?.end();
  };

  async function drawNow(chart: DigestChart): Promise<ChartPicture> {
    if (isStopped) throw new Error('charts are no longer drawn: the process ends');
    forget();
    if (artist?.hasEnded() === true) artist = null;
    artist ??= start();
    const drawing = artist.draw(chart);
    try {
      return await within(drawing);
    } finally {
      if (artist !== null) forget = clock.after(idleMs, () => void dismiss());
    }
  }

  /** Whoever takes too long is not waited for, not even until its thread has ended. */
  function within(drawing: Promise<ChartPicture>): Promise<ChartPicture> {
    return new Promise((resolve, reject) => {
      const callOff = clock.after(limitMs, () => {
        reject(new Error(`a chart took longer than ${limitMs} ms`));
        void dismiss();
      });
      drawing.then(resolve, reject).finally(callOff);
    });
  }

  return {
    async render(chart) {
      checkChart(chart);
      const mine = last.then(() => drawNow(chart));
      last = mine.catch(() => undefined);
      return mine;
    },
    async stop() {
      isStopped = true;
      await dismiss();
    },
  };
}
