import { parentPort } from 'node:worker_threads';
import type { ChartPicture, DigestChart } from './chart.ts';
import { chartRenderer } from './render.ts';

/** What the thread answers to a chart. */
export type Drawn = { readonly picture: ChartPicture } | { readonly error: string };

const port = parentPort;
if (!port) throw new Error('this file runs as a worker thread');
const render = chartRenderer();

port.on('message', (chart: DigestChart) => {
  try {
    const picture = render(chart);
    port.postMessage({ picture } satisfies Drawn, [picture.png.buffer as ArrayBuffer]);
  } catch (error) {
    port.postMessage({ error: error instanceof Error ? error.message : String(error) } satisfies Drawn);
  }
});
