import { existsSync, readdirSync, readFileSync, statSync } from 'node:fs';
import { dirname, join, normalize } from 'node:path';
import { describe, expect, it } from 'vitest';
import * as z from 'zod';
import { platformSettings } from '../adapters/registry.ts';
import { verbs } from '../src/cli/registry.ts';
import { parseShop } from '../src/shop/shop.ts';

const ROOT = normalize(join(import.meta.dirname, '..'));
const read = (file: string): string => readFileSync(join(ROOT, file), 'utf8');

const documentsIn = (folder: string): string[] =>
  readdirSync(join(ROOT, folder), { withFileTypes: true, recursive: folder !== '.' })
    .filter((entry) => entry.isFile() && entry.name.endsWith('.md'))
    .map((entry) => join(entry.parentPath, entry.name).slice(ROOT.length + 1))
    .toSorted();

const DOCUMENTS = new Map([...documentsIn('.'), ...documentsIn('docs')].map((file) => [file, read(file)]));
const READMES = ['README.md', 'README.zh-CN.md'] as const;
const OPERATIONS = read('docs/operations.md');

const FENCE = /^```(\w*)\n([\s\S]*?)^```$/gm;
const prose = (text: string): string => text.replaceAll(FENCE, '');
const fences = (text: string, language: string): string[] =>
  [...text.matchAll(FENCE)].filter(([, name]) => name === language).map(([, , body]) => body ?? '');
const codes = (text: string): string[] => [...prose(text).matchAll(/`([^`\n]+)`/g)].map(([, code]) => code ?? '');

/** Something wrong and the document it stands in. */
const found = (wrong: (text: string, file: string) => readonly string[]): string[] =>
  [...DOCUMENTS].flatMap(([file, text]) => wrong(text, file).map((what) => `${file}: ${what}`));

/** As headings become anchors on the pages of code hosts. */
const anchors = (text: string): string[] =>
  [...prose(text).matchAll(/^#+ (.+)$/gm)].map(([, heading]) =>
    (heading ?? '')
      .toLowerCase()
      .replaceAll(/[^\p{L}\p{N} _-]/gu, '')
      .replaceAll(' ', '-'),
  );

describe('links', () => {
  const LINK = /\]\(([^)\s]+)\)|\bsrc="([^"]+)"/g;
  const linksOf = (text: string): string[] =>
    [...prose(text).matchAll(LINK)].map(([, link, source]) => link ?? source ?? '').filter((l) => !/^https?:/.test(l));

  it('lead to what exists', () => {
    expect([...DOCUMENTS.values()].flatMap(linksOf).length).toBeGreaterThan(30);
    const broken = found((text, file) =>
      linksOf(text).filter((link) => {
        const [path = '', anchor] = link.split('#');
        const target = path === '' ? file : normalize(join(dirname(file), path));
        if (!existsSync(join(ROOT, target))) return true;
        return anchor !== undefined && !anchors(read(target)).includes(anchor);
      }),
    );
    expect(broken).toEqual([]);
  });

  it('are the same in both READMEs', () => {
    const [english = [], chinese = []] = READMES.map((file) =>
      linksOf(read(file)).filter((l) => !l.startsWith('README')),
    );
    expect(new Set(chinese)).toEqual(new Set(english));
  });
});

describe('what the documents tell to run', () => {
  const { scripts } = z.object({ scripts: z.record(z.string(), z.string()) }).parse(JSON.parse(read('package.json')));

  it('names scripts that exist', () => {
    const named = found((text) =>
      [...text.matchAll(/npm run (?:--silent )?([\w:]+)/g)]
        .map(([, script]) => script ?? '')
        .filter((s) => !scripts[s]),
    );
    expect(named).toEqual([]);
  });

  it('is made of known commands', () => {
    const known = [
      /^npm (?:ci|start|test)$/,
      /^npm run [\w:]+(?: -- init)?$/,
      // test/flows/readme-commands.test.ts runs them.
      /^npm run gongdan -- (?:key create|hook test|doctor|trace|backup|restore|upgrade)\b/,
      /^docker compose (?:up --build -d|logs bot)$/,
    ];
    for (const file of READMES) {
      const lines = fences(read(file), 'sh').flatMap((body) => body.trimEnd().split('\n'));
      expect(lines.slice(0, 2)).toEqual(['npm ci', 'npm start']);
      expect(lines.filter((line) => !known.some((command) => command.test(line)))).toEqual([]);
    }
  });

  it('is the same in both READMEs', () => {
    const [english, chinese] = READMES.map((file) => fences(read(file), 'sh'));
    expect(chinese).toEqual(english);
  });

  it('has every verb of the command line', () => {
    const table = [...OPERATIONS.matchAll(/^\| `([^`]+)` \|/gm)].map(([, cell]) => cell?.replaceAll('\\|', '|') ?? '');
    for (const { usage } of verbs) expect(table).toContain(usage);
  });
});

describe('settings', () => {
  const source = read('src/config.ts');
  const ofPlatforms = platformSettings.flatMap(({ schema }) => Object.keys(schema.shape));
  const inCode = new Set([
    ...[...source.matchAll(/'((?:[A-Z]+_)*[A-Z]+)'/g)].map(([, name]) => name ?? ''),
    ...ofPlatforms,
  ]);
  const table = [...OPERATIONS.matchAll(/^\| `([A-Z_]+)` \|/gm)].map(([, name]) => name ?? '');

  it('are all in the table, and nothing else is', () => {
    const terminal = ['LC_ALL', 'LC_MESSAGES', 'LANG'];
    for (const name of terminal) expect(OPERATIONS).toContain(`\`${name}\``);
    expect(new Set([...table, ...terminal])).toEqual(inCode);
  });

  it('are called by their names everywhere', () => {
    const unknown = found((text) =>
      [...text.matchAll(/\b(?:GONGDAN|MONGODB|SLACK|DINGTALK)_[A-Z_]+[A-Z]\b/g)]
        .map(([name]) => name)
        .filter((name) => !inCode.has(name)),
    );
    expect(unknown).toEqual([]);
  });

  it('have the defaults the table says', () => {
    expect(OPERATIONS).toContain('| `PORT` | `3000` |');
    expect(source).toContain('return 3000');
    expect(OPERATIONS).toContain('| `HOST` | `127.0.0.1` |');
    expect(source).toContain("return '127.0.0.1'");
    expect(OPERATIONS).toContain('| `GONGDAN_DATA` | `data` |');
    expect(source).toContain("get('GONGDAN_DATA') ?? 'data'");
  });
});

it('every metric is explained, and only those', () => {
  const names = (text: string, pattern: RegExp): Set<string> =>
    new Set([...text.matchAll(pattern)].map(([, name]) => name ?? ''));
  const inCode = names(read('src/http/metrics.ts'), /'(gongdan_\w+)'/g);
  expect(inCode.size).toBeGreaterThan(5);
  expect(names(OPERATIONS, /^\| `(gongdan_\w+)` \|/gm)).toEqual(inCode);
});

it('every path that is named exists', () => {
  const PATH = /^(?:src|adapters|cards|commands|jobs|test|web|docs|demo|scripts|bench)\/[\w./-]*$/;
  expect(codes(read('docs/ARCHITECTURE.md')).filter((code) => PATH.test(code)).length).toBeGreaterThan(40);
  const missing = found((text) => codes(text).filter((code) => PATH.test(code) && !existsSync(join(ROOT, code))));
  expect(missing).toEqual([]);
});

it('every collection is in the map', () => {
  const collections = readdirSync(join(ROOT, 'src/storage'))
    .filter((file) => file.endsWith('.ts'))
    .flatMap((file) => [...read(`src/storage/${file}`).matchAll(/collection<[\s\S]*?>\(\s*connection,\s*'(\w+)'/g)])
    .map(([, name]) => name ?? '')
    .filter((name) => !name.startsWith('sandbox_'));
  expect(collections.length).toBeGreaterThan(8);
  const map = new Set([...read('docs/ARCHITECTURE.md').matchAll(/^\| `(\w+)` \|/gm)].map(([, name]) => name ?? ''));
  expect(collections.filter((name) => !map.has(name))).toEqual([]);
});

describe('READMEs', () => {
  it.each(READMES)('%s shows a shop that works', (file) => {
    const [yaml = ''] = fences(read(file), 'yaml');
    const shop = parseShop(yaml, file, 'en');
    expect(shop.sandbox?.people.map((p) => p.role)).toEqual(expect.arrayContaining(['agent', 'customer']));
    expect(shop.sandbox?.conversations.map((c) => c.kind)).toEqual(
      expect.arrayContaining(['customer', 'group', 'direct']),
    );
  });

  it('are written in their language', () => {
    const chinese = prose(read('README.zh-CN.md')).replaceAll(/`[^`]*`|\]\([^)]*\)|<[^>]*>/g, ' ');
    const half = /\p{Script=Han}[,:;?!()]|[,:;?!()]\p{Script=Han}/u;
    expect(chinese.split('\n').filter((line) => half.test(line))).toEqual([]);
  });

  it('show pictures of a decent size', () => {
    const pictures = readdirSync(join(ROOT, 'docs/images'));
    expect(pictures.length).toBeGreaterThan(1);
    for (const name of pictures) {
      const file = join(ROOT, 'docs/images', name);
      expect(readFileSync(file).subarray(1, 4).toString()).toBe('PNG');
      expect(statSync(file).size).toBeLessThan(300_000);
      const isDesk = name.startsWith('desk-');
      for (const page of isDesk ? ['docs/desk.md'] : READMES)
        expect(read(page)).toContain(isDesk ? `images/${name}` : `docs/images/${name}`);
    }
  });
});

describe('decisions', () => {
  const pages = readdirSync(join(ROOT, 'docs/adr')).filter((name) => /^\d{4}-/.test(name));
  const index = read('docs/adr/README.md');

  it.each(pages)('%s is dated, short and in the index', (name) => {
    const text = read(`docs/adr/${name}`);
    const [title = '', , status = ''] = text.split('\n');
    expect(status).toMatch(/^\d{4}-\d{2}-\d{2} · (?:accepted|superseded by \d{4})$/);
    expect([...text.matchAll(/^## (.+)$/gm)].map(([, heading]) => heading)).toEqual([
      'Context',
      'Decision',
      'Consequences',
    ]);
    expect(text.split('\n').length).toBeLessThan(60);
    expect(title).toBe(`# ${name.slice(0, 4)} ${title.slice(7)}`);
    expect(index).toContain(`[${name.slice(0, 4)}](${name}) | ${title.slice(7)} |`);
  });

  it('have numbers without gaps', () => {
    expect(pages.map((name) => Number(name.slice(0, 4)))).toEqual(pages.map((_, i) => i + 1));
  });
});

it('figures stand beside the command that measured them', () => {
  const FIGURE =
    /\d\s*(?:tickets|inserts|claims|documents|ops)?\s*\/\s*s\b|\bp(?:50|99)\b[^|\n]*\|\s*\d|\d\s*(?:per second|MB RSS)/;
  expect(FIGURE.test('| Claim, p50 / p99 | 3 ms |')).toBe(true);
  const unmarked = found((text) =>
    text
      .split(/^(?=#{1,6} )/m)
      .filter((section) => FIGURE.test(section) && !/npm run bench|dist\/bench\//.test(section))
      .map((section) => section.split('\n')[0] ?? ''),
  );
  expect(unmarked).toEqual([]);
});

it('the documents speak of the product alone', () => {
  const OTHER =
    /\b(?:AI|LLM|GPT)s?\b|ChatGPT|Copilot|language model|大模型|人工智能|\/(?:home|root|work|Users)\/|\bTODO\b|\bFIXME\b/;
  expect(OTHER.test('TODO: say how')).toBe(true);
  expect(found((text) => OTHER.exec(text) ?? [])).toEqual([]);
});

it('the changelog says what is not released yet', () => {
  expect(read('CHANGELOG.md')).toMatch(/^## Unreleased\n\n### Added\n\n- /m);
});
