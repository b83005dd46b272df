import { Agent, request } from 'node:http';
import { performance } from 'node:perf_hooks';

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
  const took: number[] = [];
  let next = 0;
  const run = async (): Promise<void> => {
    for (let i = next++; i < count; i = next++) {
      const { headers, body } = shot(i);
      const from = performance.now();
      const status = await post(url, agent, headers, body);
      if (!good.includes(status)) throw new Error(`${url} answered ${status}`);
      took.push(performance.now() - from);
    }
  };
  const began = performance.now();
  await Promise.all(Array.from({ length: connections }, run));
  const perSecond = (count / (performance.now() - began)) * 1_000;
  agent.destroy();
  const sorted = took.toSorted((a, b) => a - b);
  const at = (share: number): number => sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))] ?? 0;
  return { perSecond, p50: at(0.5), p99: at(0.99) };
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
