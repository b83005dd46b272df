import { createHash } from 'node:crypto';
import { existsSync } from 'node:fs';
import { readdir, readFile, writeFile } from 'node:fs/promises';
import { extname, join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { galleryCards, gallerySentences } from './gallery.ts';

/** Builds the pages into dist/web, unless all that they are made of is as it was at the last build. */
const SOURCE = join('web', 'sandbox');
const TARGET = join('dist', 'web');
const STAMP = join(TARGET, '.built-from');
/** What is bundled, and by what: of everything else a page sees types only. */
const INPUTS = ['web', 'scripts/build-web.ts', 'package-lock.json'];
/** What the gallery reads: taken as it is now, whatever it was made from. */
const SAMPLES = {
  'gallery-cards.json': JSON.stringify(galleryCards()),
  'gallery-sentences.json': JSON.stringify(gallerySentences()),
};
const SMALLER = new Set(['.html', '.js', '.css', '.svg', '.json']);

const filesIn = async (folder: string): Promise<string[]> =>
  (await readdir(folder, { withFileTypes: true, recursive: true }))
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name));

async function fingerprint(): Promise<string> {
  const hash = createHash('sha256').update(JSON.stringify(SAMPLES));
  for (const input of INPUTS) {
    const files = extname(input) === '' ? (await filesIn(input)).toSorted() : [input];
    for (const file of files)
      hash
        .update(file)
        .update('\0')
        .update(await readFile(file));
  }
  return hash.digest('hex');
}

async function build(): Promise<void> {
  const { build: bundle } = await import('vite');
  const { default: react } = await import('@vitejs/plugin-react');
  await bundle({
    configFile: false,
    root: SOURCE,
    base: '/sandbox/',
    publicDir: 'public',
    logLevel: 'warn',
    plugins: [react()],
    build: {
      outDir: join('..', '..', TARGET),
      emptyOutDir: true,
      // Nothing is put into the page itself: its policy lets nothing inline run.
      assetsInlineLimit: 0,
      modulePreload: { polyfill: false },
      target: 'es2023',
      rolldownOptions: { input: ['index', 'gallery', 'machine'].map((page) => join(SOURCE, `${page}.html`)) },
    },
    worker: { format: 'es' },
  });
  for (const [file, content] of Object.entries(SAMPLES)) await writeFile(join(TARGET, file), content);
  for (const file of await filesIn(TARGET))
    if (SMALLER.has(extname(file))) await writeFile(`${file}.gz`, gzipSync(await readFile(file), { level: 9 }));
}

const now = await fingerprint();
if (!existsSync(STAMP) || (await readFile(STAMP, 'utf8')) !== now) {
  await build();
  await writeFile(STAMP, now);
}
