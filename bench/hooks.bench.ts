import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { packageRoot } from '../src/package-root.ts';
import { DEMO_HOOK_SECRET } from '../src/shop/demo.ts';
import { SIGNATURE_HEADER, signatureOf } from '../src/webhooks/signature.ts';
import { startBot } from './bot.ts';
import { load, type Load, type Shot } from './load.ts';
import { rounded } from './parallel.ts';

// Webhooks into the demo shop, each of a matter of its own, beside a bare express with one insert; then while wrong signatures arrive:
// `npm run bench -- hooks [webhooks] [wrong signatures per second]`.

const COUNT = Number(process.argv[2] ?? 2_000);
const WRONG = Number(process.argv[3] ?? 10_000);
const CONNECTIONS = 64;
const SAMPLES = ['logistics-stall', 'refund-spike', 'stock-alert', 'order-anomaly'] as const;

const fileOf = (name: string): string => join(packageRoot(), 'demo', 'hooks', `${name}.json`);
const texts = SAMPLES.map((name) => readFileSync(fileOf(name), 'utf8'));

/** A sample about a parcel, an article or an order that nothing else is about, signed. */
const webhook =
  (run: string) =>
  (i: number): Shot => {
    const own = (texts[i % texts.length] ?? '')
      .replace(/"event_id": "[^"]*"/u, `"event_id": "${run}-${i}"`)
      .replaceAll(/"(no|sku)": "[^"]*"/gu, `"$1": "${run}${String(i).padStart(9, '0')}"`);
    const body = Buffer.from(own);
    return { body, headers: { [SIGNATURE_HEADER]: signatureOf([DEMO_HOOK_SECRET], new Date(), body) } };
  };

const bare = (i: number): Shot => {
  const text = texts[i % texts.length] ?? '';
  return { body: Buffer.from(JSON.stringify({ conversation: 'c', user: 'u', text })), headers: {} };
};

const print = (what: string, { perSecond, p50, p99 }: Load, than: Load | null): void => {
  const share = than === null ? '' : `, ${((perSecond / than.perSecond) * 100).toFixed(0)} %`;
  const figures = `${rounded(perSecond).padStart(8)} requests/s${share}`;
  process.stdout.write(`${what.padEnd(52)}${figures.padEnd(30)}p50 / p99 ${rounded(p50)} / ${rounded(p99)} ms\n`);
};

const data = mkdtempSync(join(tmpdir(), 'gongdan-bench-'));
try {
  const to = { count: COUNT, connections: CONNECTIONS };
  const baseline = await startBot({ data, script: 'bench/baseline.js' });
  const path = `${baseline.url}/sandbox/api/messages`;
  await load(path, { ...to, count: CONNECTIONS, good: [202] }, bare);
  const one = await load(path, { ...to, good: [202] }, bare);
  await baseline.stop();
  print('bare express and one insert', one, null);

  const bot = await startBot({ data, env: { LOG_LEVEL: 'error' } });
  const url = `${bot.url}/hooks/shop`;
  await load(url, { ...to, count: CONNECTIONS, good: [201] }, webhook('warm'));
  const calm = await load(url, { ...to, good: [201, 202] }, webhook('calm'));
  print('POST /hooks/shop, a ticket each', calm, one);

  const flood = spawn(
    process.execPath,
    [join(packageRoot(), 'dist/bench/flood.js'), url, fileOf('stock-alert'), String(WRONG)],
    { stdio: ['ignore', 'pipe', 'inherit'] },
  );
  let answered = '';
  flood.stdout.on('data', (chunk: Buffer) => {
    answered += chunk.toString();
  });
  const flooded = await load(url, { ...to, good: [201, 202] }, webhook('flood'));
  flood.kill('SIGTERM');
  await once(flood, 'close');
  print(`the same while ${rounded(WRONG)} wrong signatures/s are sent`, flooded, calm);
  process.stdout.write(`wrong signatures: ${answered}\n`);
  await bot.stop();
} finally {
  rmSync(data, { recursive: true, force: true });
}
