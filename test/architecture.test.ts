import { readdirSync, readFileSync } from 'node:fs';
import { dirname, join, normalize } from 'node:path';
import { describe, expect, it } from 'vitest';

const ROOT = normalize(join(import.meta.dirname, '..'));

/**
 * Who may import whom. A part is a folder, or a file that stands directly in src/ or adapters/. `*`: everything.
 * Direction of travel: adapters (in) -> flow -> commands -> flow -> domain -> storage -> flow -> cards -> adapters (out).
 */
const MAY_IMPORT: Readonly<Record<string, readonly string[]>> = {
  'src/domain': [],
  'src/errors.ts': [],
  'src/clock.ts': [],
  'src/ids.ts': [],
  'src/package-root.ts': [],
  'src/view.ts': ['cards'],
  'src/embedded': [],
  'src/text': ['src/domain'],
  'src/triage': ['src/domain'],
  'src/shop': ['src/domain', 'src/errors.ts', 'src/package-root.ts', 'src/text', 'src/triage', 'src/webhooks'],
  'src/config.ts': ['src/domain', 'src/errors.ts', 'src/ids.ts', 'src/shop', 'src/text'],
  'src/secret.ts': ['src/config.ts', 'src/domain', 'src/errors.ts', 'src/ids.ts', 'src/text'],
  'src/vault.ts': ['src/ids.ts', 'src/secret.ts'],
  'src/log.ts': ['src/clock.ts', 'src/config.ts', 'src/errors.ts'],
  'src/fault.ts': ['src/clock.ts', 'src/errors.ts', 'src/ids.ts', 'src/log.ts', 'src/storage'],
  'src/trace': ['src/domain', 'src/flow', 'src/storage'],
  'src/files': ['src/clock.ts', 'src/domain', 'src/ids.ts'],
  'src/webhooks': ['src/clock.ts', 'src/domain'],
  'src/http': [
    'adapters/adapter.ts',
    'adapters/shared',
    'src/clock.ts',
    'src/config.ts',
    'src/domain',
    'src/errors.ts',
    'src/files',
    'src/fault.ts',
    'src/flow',
    'src/ids.ts',
    'src/log.ts',
    'src/storage',
    'src/text',
    'src/webhooks',
    'src/vault.ts',
  ],
  'src/storage': [
    'adapters/adapter.ts',
    'adapters/sandbox',
    'adapters/slack',
    'commands',
    'src/domain',
    'src/errors.ts',
    'src/files',
    'src/text',
  ],
  'src/flow': [
    'adapters/adapter.ts',
    'cards',
    'commands',
    'src/clock.ts',
    'src/domain',
    'src/errors.ts',
    'src/files',
    'src/ids.ts',
    'src/log.ts',
    'src/fault.ts',
    'src/storage',
    'src/text',
    'src/triage',
    'src/vault.ts',
    'src/view.ts',
    'src/webhooks',
  ],
  'src/backup': [
    'src/clock.ts',
    'src/config.ts',
    'src/domain',
    'src/embedded',
    'src/errors.ts',
    'src/ids.ts',
    'src/package-root.ts',
    'src/place.ts',
    'src/secret.ts',
    'src/storage',
    'src/text',
  ],
  'src/upgrade.ts': [
    'src/backup',
    'src/clock.ts',
    'src/config.ts',
    'src/errors.ts',
    'src/flow',
    'src/ids.ts',
    'src/storage',
    'src/text',
  ],
  cards: ['commands', 'src/domain', 'src/text'],
  commands: ['cards', 'src/domain', 'src/ids.ts', 'src/text', 'src/triage', 'src/view.ts'],
  jobs: ['src/clock.ts', 'src/flow', 'src/storage'],
  'adapters/adapter.ts': ['cards', 'src/domain'],
  'adapters/registry.ts': ['adapters/adapter.ts', 'adapters/sandbox', 'adapters/slack'],
  'adapters/shared': [],
  'adapters/sandbox': [
    'adapters/adapter.ts',
    'adapters/shared',
    'cards',
    'src/clock.ts',
    'src/domain',
    'src/errors.ts',
    'src/files',
    'src/ids.ts',
    'src/log.ts',
    'src/package-root.ts',
    'src/text',
    'src/view.ts',
  ],
  'adapters/slack': [
    'adapters/adapter.ts',
    'adapters/shared',
    'cards',
    'src/clock.ts',
    'src/domain',
    'src/errors.ts',
    'src/files',
    'src/ids.ts',
    'src/log.ts',
    'src/text',
  ],
  web: ['cards', 'src/view.ts'],
  'src/seed.ts': ['adapters/sandbox', 'src/clock.ts', 'src/domain', 'src/flow', 'src/shop', 'src/storage'],
  'src/sandbox.ts': [
    'adapters/registry.ts',
    'adapters/sandbox',
    'src/clock.ts',
    'src/config.ts',
    'src/files',
    'src/ids.ts',
    'src/log.ts',
    'src/package-root.ts',
    'src/shop',
    'src/storage',
  ],
  'src/slack.ts': [
    'adapters/registry.ts',
    'adapters/slack',
    'src/clock.ts',
    'src/config.ts',
    'src/errors.ts',
    'src/fault.ts',
    'src/files',
    'src/ids.ts',
    'src/log.ts',
    'src/storage',
    'src/vault.ts',
  ],
  'src/drain.ts': ['src/clock.ts'],
  'src/restored.ts': ['src/backup', 'src/domain', 'src/errors.ts', 'src/flow', 'src/text'],
  'src/hooks.ts': ['adapters/adapter.ts', 'src/flow', 'src/http', 'src/log.ts', 'src/shop'],
  'src/watch.ts': ['src/clock.ts', 'src/storage'],
  'src/app.ts': ['*'],
  'src/main.ts': ['*'],
  'src/cli': ['*'],
  'src/place.ts': ['src/config.ts', 'src/errors.ts'],
  bench: ['*'],
  scripts: ['*'],
};

/** Parts that see another only as types: nothing of it runs there. */
const TYPES_ONLY: readonly (readonly [from: string, to: string])[] = [
  ['cards', 'commands'],
  ['src/storage', 'adapters/adapter.ts'],
  ['src/storage', 'adapters/sandbox'],
  ['src/storage', 'adapters/slack'],
  ['src/storage', 'commands'],
  ['src/storage', 'src/files'],
  ['src/storage', 'src/text'],
  ['src/flow', 'adapters/adapter.ts'],
  ['src/flow', 'src/files'],
  ['src/flow', 'src/log.ts'],
  ['src/flow', 'src/fault.ts'],
  ['src/http', 'adapters/adapter.ts'],
  ['src/http', 'src/fault.ts'],
  ['src/fault.ts', 'src/storage'],
  ['src/trace', 'src/storage'],
  ['src/http', 'src/flow'],
  ['src/http', 'src/storage'],
  ['jobs', 'src/storage'],
  ['web', 'cards'],
  ['web', 'src/view.ts'],
  ['src/view.ts', 'cards'],
];

/** Every package and the parts that may import it; a heavy one has one. Adapters build their own routes with express' Router. */
const PACKAGES: Readonly<Record<string, readonly string[]>> = {
  mongoose: ['src/storage'],
  bson: ['src/embedded', 'src/storage'],
  lmdb: ['src/embedded'],
  express: ['src/http', 'adapters/adapter.ts', 'adapters/shared', 'adapters/sandbox', 'adapters/slack'],
  multer: ['adapters/sandbox'],
  agenda: ['jobs'],
  '@agendajs/mongo-backend': ['jobs'],
  natural: ['src/triage'],
  yaml: ['src/shop'],
  pino: ['src/log.ts'],
  'pino-pretty': ['src/log.ts'],
  'prom-client': ['src/http'],
  react: ['web'],
  'react-dom': ['web'],
  zod: [
    'src/backup',
    'src/config.ts',
    'src/restored.ts',
    'src/cli',
    'src/shop',
    'src/flow',
    'src/storage',
    'src/http',
    'src/webhooks',
    'adapters/shared',
    'adapters/sandbox',
    'adapters/slack',
  ],
  '@slack/bolt': ['adapters/slack'],
  '@slack/oauth': ['adapters/slack'],
  '@slack/socket-mode': ['adapters/slack'],
  '@slack/web-api': ['adapters/slack'],
};

/** Time and chance are handed in: only these make them. A page in a browser has its own. */
const MAKES_TIME_AND_CHANCE = ['src/clock.ts', 'src/ids.ts', 'src/embedded', 'bench', 'scripts', 'web'];

/** Where Chinese may stand outside of comments: the catalogues, and what people type. */
const HAS_WORDS = ['src/text', 'src/triage', 'src/shop', 'commands', 'scripts', 'bench'];
/** Patterns that recognise what people wrote. */
const HAS_PATTERNS = new Set(['src/domain/mask.ts', 'adapters/sandbox/inbound.ts']);

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

const SPECIFIER = /^(?:import|export)\s+(type\s)?[^'";]*?from\s+'([^']+)'|^import\s+'([^']+)'|\bimport\('([^']+)'\)/gm;

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
    const source = `import a from 'x';\nimport type { B } from '../domain/b.ts';\nimport {\n  c,\n} from '@s/p/deep';\nexport { d } from './d.ts';\nimport 'side';\n// import 'not'\n/* import 'nor' */\nawait import('lazy');`;
    expect(importsOf('src/flow/f.ts', source).map((i) => `${i.typeOnly ? 'type ' : ''}${i.to}`)).toEqual([
      'x',
      'type src/domain',
      '@s/p',
      'src/flow',
      'side',
      'lazy',
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
