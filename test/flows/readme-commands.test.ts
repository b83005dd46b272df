import { spawn, type ChildProcess } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';

const ROOT = join(import.meta.dirname, '..', '..');
const LINE = /^npm run gongdan -- (.+)$/gm;
/** Answers questions, or writes a file where it is started. */
const ASKS = /^init\b/;
const NEEDS_A_STOPPED_BOT = /^(?:restore|upgrade)\b/;

/** What the README tells to type after `npm run gongdan --`. */
const linesOf = (file: string): string[] =>
  [...readFileSync(join(ROOT, file), 'utf8').matchAll(LINE)]
    .map(([, line]) => line ?? '')
    .filter((line) => !ASKS.test(line));

const folder = mkdtempSync(join(tmpdir(), 'readme-'));
const port = 21_000 + Math.floor(Math.random() * 11_000);
const env = {
  PATH: process.env['PATH'] ?? '',
  PORT: String(port),
  GONGDAN_DATA: join(folder, 'data'),
  GONGDAN_LANG: 'en',
  LOG_LEVEL: 'error',
};
const running: ChildProcess[] = [];

/** `npm run gongdan --` and these words, in the package's folder as the README has it. */
function gongdan(words: readonly string[]): { readonly child: ChildProcess; readonly ended: Promise<string> } {
  const child = spawn(process.execPath, ['dist/src/main.js', ...words], { cwd: ROOT, env });
  let output = '';
  for (const stream of [child.stdout, child.stderr]) stream.on('data', (chunk) => (output += String(chunk)));
  const ended = new Promise<string>((resolve) => {
    child.once('exit', (code) => resolve(`${output}exit code ${code}`));
  });
  return { child, ended };
}

async function startBot(): Promise<() => Promise<string>> {
  const { child, ended } = gongdan([]);
  running.push(child);
  const up = new Promise<void>((resolve) =>
    child.stdout?.on('data', (text) => String(text).includes('http') && resolve()),
  );
  await Promise.race([up, ended.then((said) => Promise.reject(new Error(said)))]);
  return () => {
    child.kill('SIGTERM');
    return ended;
  };
}

/** The same, with a file of the README in a folder of the test. */
const here = (line: string): string[] =>
  line.split(' ').map((word) => (word === 'shop.gongdan' ? join(folder, word) : word));

describe('what the README tells to type', () => {
  const lines = linesOf('README.md');
  let stop: () => Promise<string>;
  beforeAll(async () => {
    stop = await startBot();
  });
  afterAll(() => {
    for (const child of running) child.kill('SIGKILL');
    rmSync(folder, { recursive: true, force: true });
  });

  it('is the same in Chinese', () => {
    expect(lines.length).toBeGreaterThan(7);
    expect(linesOf('README.zh-CN.md')).toEqual(lines);
  });

  it.each(lines.filter((line) => !NEEDS_A_STOPPED_BOT.test(line)))('works beside a running bot: %s', async (line) => {
    const said = await gongdan(here(line)).ended;
    expect(said).toMatch(/exit code 0$/);
  });

  it('works on a stopped one, which then starts and is quiet', async () => {
    expect(await stop()).toMatch(/exit code 0$/);
    for (const line of lines.filter((l) => NEEDS_A_STOPPED_BOT.test(l)))
      expect(`${line}: ${await gongdan(here(line)).ended}`).toMatch(/exit code 0$/);
    stop = await startBot();
    const ready = (await (await fetch(`http://127.0.0.1:${port}/readyz`)).json()) as { degraded: string[] };
    expect(ready.degraded).toEqual([expect.stringContaining('quiet since')]);
    expect(await stop()).toMatch(/exit code 0$/);
  });
});
