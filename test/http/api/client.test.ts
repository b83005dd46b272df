import { execFile } from 'node:child_process';
import { cp, mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { promisify } from 'node:util';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { aKey, openDoor, shownOf, type Door } from '../../support/api.ts';
import { aBench, aStore, type Bench } from '../../support/flow.ts';

const ROOT = join(import.meta.dirname, '../../..');
const run = promisify(execFile);

let on: Awaited<ReturnType<typeof aStore>>;
let bench: Bench;
let door: Door;
/** Below node_modules, so that what the client imports is found. */
let folder: string;
beforeAll(async () => {
  on = await aStore();
  await on.store.apiKeys.add(aKey());
  bench = aBench(on.store);
  door = await openDoor(bench);
  await mkdir(join(ROOT, 'node_modules/.cache'), { recursive: true });
  folder = await mkdtemp(join(ROOT, 'node_modules/.cache/client-'));
});
afterAll(async () => {
  await door.close();
  await on.close();
  await rm(folder, { recursive: true, force: true });
});

const CONFIG = {
  compilerOptions: {
    target: 'es2023',
    lib: ['es2023', 'dom'],
    types: [],
    module: 'nodenext',
    strict: true,
    exactOptionalPropertyTypes: true,
    noUncheckedIndexedAccess: true,
    rewriteRelativeImportExtensions: true,
    outDir: 'out',
  },
  files: ['day.ts'],
};

/** What the compiler says of the folder. */
async function compile(): Promise<string> {
  const tsc = join(ROOT, 'node_modules/typescript/bin/tsc');
  return run(process.execPath, [tsc, '-p', folder]).then(
    () => '',
    (error: unknown) => (error instanceof Error && 'stdout' in error ? String(error.stdout) : String(error)),
  );
}

it('a client that a foreign generator makes of the document compiles and lives the story', async () => {
  const document = join(folder, 'openapi.json');
  await writeFile(document, await (await fetch(`${door.url}/api/openapi.json`)).text());
  const generator = [
    join(ROOT, 'node_modules/openapi-typescript/bin/cli.js'),
    document,
    '-o',
    join(folder, 'generated.ts'),
  ];
  await run(process.execPath, ['--import', join(import.meta.dirname, 'generator.mjs'), ...generator]);
  expect(await readFile(join(folder, 'generated.ts'), 'utf8')).toContain('"/api/v1/tickets/{no}/commands"');
  await cp(join(ROOT, 'test/fixtures/api-client.ts.txt'), join(folder, 'day.ts'));
  await writeFile(join(folder, 'package.json'), '{"type":"module"}');
  await writeFile(join(folder, 'tsconfig.json'), JSON.stringify(CONFIG));
  expect(await compile()).toBe('');

  await bench.writes('茶杯收到就是坏的，我要退货');
  const day: unknown = await import(/* @vite-ignore */ pathToFileURL(join(folder, 'out/day.js')).href).then(
    (module: { day: (url: string, key: string) => Promise<unknown> }) => module.day(door.url, shownOf(aKey())),
  );
  const number = (await on.store.tickets.list({ order: 'newest' }, 10)).find((t) => t.source.kind === 'system')?.number;
  expect(day).toMatchObject({
    statuses: [201, 200, 200, 200],
    number,
    read: { number, status: 'new', order: { order: '2712345678901234567' }, tags: ['碎'] },
    again: { outcome: 'repeated', ticket: { number } },
    done: ['done in_progress', 'done waiting_customer', 'done resolved', 'done in_progress', 'done waiting_customer'],
    refused: [409, 'unreachable'],
    history: [
      ['opened', 'system'],
      ['claimed', 'api:erp'],
      ['replied_elsewhere', 'api:erp'],
      ['resolved', 'api:erp'],
    ],
    said: [
      ['in', '茶杯收到就是坏的，我要退货'],
      ['out', expect.stringContaining('已收到，单号')],
      ['out', '马上给您换'],
    ],
  });
});
