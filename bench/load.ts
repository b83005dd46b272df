import { Agent, request } from 'node:http';
import { performance } from 'node:perf_hooks';
import { inParallel, spread } from './parallel.ts';

/** One POST that the load is made of. */
export interface Shot {
  readonly headers: Readonly<Record<string, string>>;
  readonly body: Buffer;
}

/** What a load met with. */
export interface Load {
  readonly perSecond: number;
  /** Of one request, ms. */
  readonly p50: number;
  readonly p99: number;
}

/** Posts `count` shots over so many connections, each of which goes on when it was answered. Rejects at any status but these. */
export async function load(
  url: string,
  options: { readonly count: number; readonly connections: number; readonly good: readonly number[] },
  shot: (i: number) => Shot,
): Promise<Load> {
  const { count, connections, good } = options;
  const agent = new Agent({ keepAlive: true, maxSockets: connections });
  const began = performance.now();
  const took = await inParallel(count, connections, async (i) => {
    const { headers, body } = shot(i);
    const status = await post(url, agent, headers, body);
    if (!good.includes(status)) throw new Error(`${url} answered ${status}`);
  });
  const perSecond = (count / (performance.now() - began)) * 1_000;
  agent.destroy();
  return { perSecond, ...spread(took) };
}

function post(url: string, agent: Agent, headers: Shot['headers'], body: Buffer): Promise<number> {
  return new Promise((resolve, reject) => {
    const all = { 'Content-Type': 'application/json', 'Content-Length': String(body.length), ...headers };
    const asked = request(url, { method: 'POST', agent, headers: all }, (response) => {
      response.resume();
      response.on('end', () => {
        resolve(response.statusCode ?? 0);
      });
      response.on('error', reject);
    });
    asked.on('error', (error: NodeJS.ErrnoException) => {
      // The other side closed an idle connection while this went out on it: as any client does, once more on another one.
      if (asked.reusedSocket && error.code === 'ECONNRESET') resolve(post(url, agent, headers, body));
      else reject(error);
    });
    asked.end(body);
  });
}
