import { readdirSync, readFileSync } from 'node:fs';
import { dirname, join, normalize } from 'node:path';
import { describe, expect, it } from 'vitest';
import {
  MAY_IMPORT,
  TYPES_ONLY,
  PACKAGES,
  MAKES_TIME_AND_CHANCE,
  HAS_WORDS,
  HAS_PATTERNS,
} from './support/architecture.ts';

const ROOT = normalize(join(import.meta.dirname, '..'));

interface Import {
  readonly file: string;
  readonly from: string;
  /** Package name, `node:...`, or the part of a file of ours. */
  readonly to: string;
  readonly own: boolean;
  readonly typeOnly: boolean;
}

function filesOf(folder: string, extension: string): string[] {
  return readdirSync(join(ROOT, folder), { withFileTypes: true, recursive: true })
    .filter((entry) => entry.isFile() && entry.name.endsWith(extension))
    .map((entry) => join(entry.parentPath, entry.name).slice(ROOT.length + 1))
    .toSorted();
}

const FOLDERS = readdirSync(ROOT).filter((name) =>
  ['src', 'adapters', 'cards', 'commands', 'jobs', 'bench', 'scripts', 'web'].includes(name),
);
const PRODUCT = FOLDERS.flatMap((folder) => ['.ts', '.tsx'].flatMap((extension) => filesOf(folder, extension)));
const SOURCES = new Map(PRODUCT.map((file) => [file, readFileSync(join(ROOT, file), 'utf8')]));

function partOf(file: string): string {
  const [first = '', second] = file.split('/');
  const layered = first === 'src' || first === 'adapters';
  return layered ? `${first}/${second ?? ''}` : first;
}

/** Source without comments; strings that hold `//` keep it, since only lines that begin with it are comments here. */
const code = (source: string): string => source.replaceAll(/\/\*[\s\S]*?\*\//g, '').replaceAll(/^\s*\/\/.*$/gm, '');

const SPECIFIER =
  /^(?:import|export)\s+(type\s)?[^'";]*?from\s+'([^']+)'|^import\s+'([^']+)'|\b(?:import|require)\('([^']+)'\)/gm;

function importsOf(file: string, source: string): Import[] {
  return [...code(source).matchAll(SPECIFIER)].map((match): Import => {
    const specifier = match[2] ?? match[3] ?? match[4] ?? '';
    const own = specifier.startsWith('.');
    const scoped = specifier.startsWith('@') ? 2 : 1;
    const to = own
      ? partOf(normalize(join(dirname(file), specifier)))
      : specifier.startsWith('node:')
        ? specifier
        : specifier.split('/').slice(0, scoped).join('/');
    return { file, from: partOf(file), to, own, typeOnly: match[1] !== undefined };
  });
}

const IMPORTS = [...SOURCES].flatMap(([file, source]) => importsOf(file, source));
const show = (i: Import): string => `${i.file} imports ${i.to}`;
const inParts = (file: string, parts: readonly string[]): boolean => parts.includes(partOf(file));

describe('the architecture', () => {
  it('is checked on everything there is', () => {
    expect(PRODUCT.length).toBeGreaterThan(150);
    expect(IMPORTS.length).toBeGreaterThan(PRODUCT.length * 2);
    expect(IMPORTS.filter((i) => i.own && i.from !== i.to).length).toBeGreaterThan(200);
    const withoutRule = new Set(PRODUCT.map(partOf).filter((part) => MAY_IMPORT[part] === undefined));
    expect([...withoutRule]).toEqual([]);
  });

  it('reads imports of every form', () => {
    const source = `import a from 'x';\nimport type { B } from '../domain/b.ts';\nimport {\n  c,\n} from '@s/p/deep';\nexport { d } from './d.ts';\nimport 'side';\n// import 'not'\n/* import 'nor' */\nawait import('lazy');\nrequire('lazier/deep');`;
    expect(importsOf('src/flow/f.ts', source).map((i) => `${i.typeOnly ? 'type ' : ''}${i.to}`)).toEqual([
      'x',
      'type src/domain',
      '@s/p',
      'src/flow',
      'side',
      'lazy',
      'lazier',
    ]);
  });

  it('lets each part import only what the table says', () => {
    const wrong = IMPORTS.filter((i) => {
      const allowed = MAY_IMPORT[i.from] ?? [];
      return i.own && i.from !== i.to && !allowed.includes('*') && !allowed.includes(i.to);
    });
    expect(wrong.map(show)).toEqual([]);
  });

  it('keeps what is needed as a type only as a type', () => {
    const wrong = IMPORTS.filter((i) => !i.typeOnly && TYPES_ONLY.some(([from, to]) => i.from === from && i.to === to));
    expect(wrong.map(show)).toEqual([]);
  });

  it('has no cycle between parts in what runs', () => {
    const edges = new Map<string, Set<string>>();
    for (const i of IMPORTS.filter((x) => x.own && !x.typeOnly && x.from !== x.to)) {
      edges.set(i.from, (edges.get(i.from) ?? new Set()).add(i.to));
    }
    const done = new Set<string>();
    const cycles: string[] = [];
    const walk = (part: string, path: readonly string[]): void => {
      if (path.includes(part)) cycles.push([...path.slice(path.indexOf(part)), part].join(' -> '));
      if (done.has(part) || path.includes(part)) return;
      for (const next of edges.get(part) ?? []) walk(next, [...path, part]);
      done.add(part);
    };
    for (const part of edges.keys()) walk(part, []);
    expect(cycles).toEqual([]);
  });

  it('imports each package in its place', () => {
    const foreign = IMPORTS.filter(
      (i) => !i.own && !i.to.startsWith('node:') && !inParts(i.file, ['bench', 'scripts']),
    );
    expect(foreign.filter((i) => !(PACKAGES[i.to] ?? []).includes(i.from)).map(show)).toEqual([]);
  });

  it('has the same rule for packages in the linter', () => {
    const rules = readFileSync(join(ROOT, '.oxlintrc.json'), 'utf8').split('"overrides"')[0];
    const exclusive = Object.keys(PACKAGES).filter((name) => PACKAGES[name]?.length === 1);
    expect(exclusive.filter((name) => rules?.includes(`"${name}"`) !== true)).toEqual([]);
  });

  it('keeps the domain pure', () => {
    const outside = IMPORTS.filter((i) => i.from === 'src/domain' && i.to !== 'src/domain' && i.to !== 'node:crypto');
    expect(outside.map(show)).toEqual([]);
  });

  it('reads the environment in one place', () => {
    const readers = PRODUCT.filter((file) => /process\s*\.\s*env|process\[/.test(code(SOURCES.get(file) ?? '')));
    expect(readers.filter((file) => !inParts(file, ['bench', 'scripts']))).toEqual(['src/config.ts']);
  });

  it('makes time and chance in one place', () => {
    const makers = /\bDate\.now\b|\bMath\.random\b|\bnew Date\(\)|\bperformance\.now\b|\brandomUUID\b|\brandomBytes\b/;
    const found = PRODUCT.filter((file) => makers.test(code(SOURCES.get(file) ?? '')));
    expect(found).toContain('src/clock.ts');
    expect(found.filter((file) => !inParts(file, MAKES_TIME_AND_CHANCE))).toEqual([]);
  });

  it('has its words in the catalogues', () => {
    const worded = PRODUCT.filter((file) => /\p{Script=Han}/u.test(code(SOURCES.get(file) ?? '')));
    expect(worded.length).toBeGreaterThan(10);
    expect(worded.filter((file) => !inParts(file, HAS_WORDS) && !HAS_PATTERNS.has(file))).toEqual([]);
  });

  it('logs constant sentences: values go into fields, which are an allow-list', () => {
    const calls = /\blog\s*\.\s*(?:debug|info|warn|error)\(\s*(?!['"])[^)\s]/;
    expect(calls.test('log.warn(`lost ${text}`)')).toBe(true);
    expect(PRODUCT.filter((file) => file !== 'src/log.ts' && calls.test(code(SOURCES.get(file) ?? '')))).toEqual([]);
    expect(
      PRODUCT.filter(
        (file) => /\bconsole\s*\./.test(code(SOURCES.get(file) ?? '')) && !inParts(file, ['bench', 'scripts']),
      ),
    ).toEqual([]);
  });

  it('has no default exports, barrels, utils or files over 400 lines', () => {
    const all = [...PRODUCT, ...filesOf('test', '.ts'), ...filesOf('web', '.css')];
    const text = (file: string): string => readFileSync(join(ROOT, file), 'utf8');
    expect(all.length).toBeGreaterThan(PRODUCT.length + 10);
    expect(all.filter((file) => text(file).split('\n').length > 401)).toEqual([]);
    expect(PRODUCT.filter((file) => /^export default\b|^export \* from/m.test(text(file)))).toEqual([]);
    expect(all.filter((file) => /(?:^|\/)(?:utils?|helpers?|index)(?:\.tsx?|\/)/.test(file))).toEqual([]);
  });
});
