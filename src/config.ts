import { existsSync, readFileSync, statSync } from 'node:fs';
import { isIP } from 'node:net';
import { join, resolve } from 'node:path';
import type * as z from 'zod';
import type { Locale } from './domain/directory.ts';
import { SetupError } from './errors.ts';
import type { Ids } from './ids.ts';
import { suggest } from './shop/suggestion.ts';
import { operator } from './text/operator.ts';
import { say, type TerminalSentence } from './text/text.ts';

/** Everything the environment says, checked. */
export interface Config {
  /** 0: the system picks one. */
  readonly port: number;
  readonly host: string;
  /** Absolute path of the data folder. */
  readonly data: string;
  /** Null: the embedded store. May hold a password: never logged. */
  readonly mongodbUri: string | null;
  /** Absolute path of the shop's gongdan.yaml; null: the demo shop. */
  readonly shopFile: string | null;
  readonly sandbox: SandboxSettings;
  readonly secret: SecretSource;
  readonly backups: BackupSettings;
  /** Where people reach this process from outside, without a trailing slash; null: where it listens. */
  readonly publicUrl: string | null;
  readonly logLevel: LogLevel;
  /** Language of what the operator reads in the terminal. */
  readonly locale: Locale;
  /** Checked settings of each configured IM platform, by platform; the variables as they stand in the environment. */
  readonly platforms: ReadonlyMap<string, Readonly<Record<string, string>>>;
}

export interface SandboxSettings {
  readonly on: boolean;
  /** Whoever opens the sandbox has to know it; null: loopback only, nobody is asked. */
  readonly token: string | null;
}

export interface BackupSettings {
  /** Absolute path of the folder for the daily ones; `auto`: in the data folder; `off`: none are made. */
  readonly daily: 'auto' | 'off' | { readonly folder: string };
  /** Seals backups; null: the installation's secret does. */
  readonly passphrase: string | null;
}

/** Where the key comes from that encrypts grants and salts digests. */
export type SecretSource =
  | { readonly from: 'setting'; readonly value: string }
  | { readonly from: 'file'; readonly path: string }
  /** Made at the first start. */
  | { readonly from: 'generated'; readonly path: string };

const LOG_LEVELS = ['debug', 'info', 'warn', 'error', 'silent'] as const;
export type LogLevel = (typeof LOG_LEVELS)[number];

/** What an IM adapter reads from the environment: a zod object with one key per variable. Any of them set: the platform is wanted. */
export interface PlatformSettings {
  readonly platform: string;
  readonly schema: z.ZodObject;
  /** Nothing comes in by it: nobody works there, so it takes the place of no chat. */
  readonly sendsOnly?: true;
}

export interface ConfigInput {
  readonly env: Readonly<Record<string, string | undefined>>;
  /** Folder that relative paths start from. */
  readonly cwd: string;
  readonly ids: Ids;
  readonly platforms: readonly PlatformSettings[];
}

/** The process's own environment; nothing else in the product reads it. `.env` files are not read. */
export const processEnvironment = (): ConfigInput['env'] => process.env;

const LEAST_SECRET = 32;
const LEAST_TOKEN = 12;
/** Fewest characters of a backup's passphrase. */
export const LEAST_PASSPHRASE = 12;

/** Reads and checks all settings. Throws one `SetupError` that lists every problem. */
export function readConfig(input: ConfigInput): Config {
  const { env, cwd, ids } = input;
  const problems: TerminalSentence[] = [];
  const get = (name: string): string | null => {
    const value = env[name]?.trim();
    return value === undefined || value === '' ? null : value;
  };
  const report = (sentence: TerminalSentence): void => {
    problems.push(sentence);
  };
  const option = <T extends string>(name: string, options: readonly T[], fallback: T): T => {
    const value = get(name);
    if (value === null) return fallback;
    const found = options.find((o) => o === value);
    if (found !== undefined) return found;
    report({ key: 'setup.not_an_option', params: { name, value, options, suggestion: suggest(value, options) } });
    return fallback;
  };

  const locale = option<Locale>('GONGDAN_LANG', ['zh-CN', 'en'], terminalLocale(get));
  const port = readPort(get('PORT'), report);
  const host = readHost(get('HOST'), report);
  const data = resolve(cwd, get('GONGDAN_DATA') ?? 'data');
  const mongodbUri = readUrl('MONGODB_URI', get('MONGODB_URI'), ['mongodb://', 'mongodb+srv://'], report);
  const publicUrl = readUrl('PUBLIC_URL', get('PUBLIC_URL'), ['https://', 'http://'], report);
  const shopFile = readShopFile(cwd, get('GONGDAN_CONFIG'), report);
  const secret = readSecretSource(cwd, data, get('GONGDAN_SECRET'), get('GONGDAN_SECRET_FILE'), report);
  const backups = {
    daily: readBackups(cwd, get('GONGDAN_BACKUPS')),
    passphrase: readPassphrase(cwd, get, report),
  };
  const logLevel = option('LOG_LEVEL', LOG_LEVELS, 'info');
  const platforms = readPlatforms(env, input.platforms, report);
  const wish = option('GONGDAN_SANDBOX', ['on', 'off', 'auto'], 'auto');
  const givenToken = get('GONGDAN_SANDBOX_TOKEN');
  if (givenToken !== null && givenToken.length < LEAST_TOKEN) {
    report({ key: 'setup.secret_short', params: { name: 'GONGDAN_SANDBOX_TOKEN', least: LEAST_TOKEN } });
  }
  if (problems.length > 0) {
    const reader = operator(locale);
    const problemTexts = problems.map((sentence) => say(sentence, reader));
    throw new SetupError(say({ key: 'setup.settings_problems', params: { problems: problemTexts } }, reader));
  }
  const sandbox = sandboxSettings(wish, {
    host,
    imConfigured: input.platforms.some((p) => p.sendsOnly !== true && platforms.has(p.platform)),
    token: givenToken,
    ids,
  });
  return {
    port,
    host,
    data,
    mongodbUri,
    shopFile,
    sandbox,
    secret,
    backups,
    publicUrl: publicUrl?.replace(/\/+$/, '') ?? null,
    logLevel,
    locale,
    platforms,
  };
}

interface Surroundings {
  readonly host: string;
  readonly imConfigured: boolean;
  readonly token: string | null;
  readonly ids: Ids;
}

/**
 * On by itself only where it can do no harm: no real IM, and nobody but this machine reaches it. Wherever it is on
 * beyond that it asks for a token, made up when none was given.
 */
function sandboxSettings(wish: 'on' | 'off' | 'auto', s: Surroundings): SandboxSettings {
  const harmless = !s.imConfigured && isLoopback(s.host);
  const on = wish === 'on' || (wish === 'auto' && harmless);
  if (!on) return { on: false, token: null };
  return { on: true, token: s.token ?? (harmless ? null : s.ids.next()) };
}

/** Whether only this machine can reach a server bound to `host`. */
export const isLoopback = (host: string): boolean =>
  host === 'localhost' || host === '::1' || (isIP(host) === 4 && host.startsWith('127.'));

/** A host as it stands in a URL: an address everybody listens on becomes this machine, IPv6 gets brackets. */
export function urlHost(host: string): string {
  if (host === '0.0.0.0' || host === '::') return '127.0.0.1';
  return isIP(host) === 6 ? `[${host}]` : host;
}

type Get = (name: string) => string | null;
type Report = (sentence: TerminalSentence) => void;

function terminalLocale(get: Get): Locale {
  const lang = get('LC_ALL') ?? get('LC_MESSAGES') ?? get('LANG') ?? '';
  return lang.toLowerCase().startsWith('zh') ? 'zh-CN' : 'en';
}

function readPort(value: string | null, report: Report): number {
  if (value === null) return 3000;
  const port = /^\d{1,5}$/.test(value) ? Number(value) : Number.NaN;
  if (port >= 0 && port <= 65_535) return port;
  report({ key: 'setup.not_a_port', params: { name: 'PORT', value } });
  return 0;
}

function readHost(value: string | null, report: Report): string {
  if (value === null) return '127.0.0.1';
  const isName = /^(?=.{1,253}$)[a-z0-9]([a-z0-9.-]*[a-z0-9])?$/i.test(value);
  if (isIP(value) === 0 && !isName) report({ key: 'setup.not_a_host', params: { name: 'HOST', value } });
  return value;
}

function readUrl(name: string, value: string | null, schemes: readonly string[], report: Report): string | null {
  if (value === null) return null;
  const rest = schemes.find((s) => value.startsWith(s));
  // A MongoDB address may list several hosts, which the URL class refuses: the driver checks what follows the scheme.
  const parses = name === 'MONGODB_URI' ? value.length > (rest?.length ?? 0) : URL.canParse(value);
  if (rest === undefined || !parses) report({ key: 'setup.not_a_url', params: { name, schemes } });
  return value;
}

function readable(path: string): boolean {
  try {
    readFileSync(path);
    return true;
  } catch {
    return false;
  }
}

function readShopFile(cwd: string, value: string | null, report: Report): string | null {
  const path = resolve(cwd, value ?? 'gongdan.yaml');
  if (value === null && !existsSync(path)) return null;
  if (!readable(path)) report({ key: 'setup.file_unreadable', params: { name: 'GONGDAN_CONFIG', path } });
  return path;
}

function readSecretSource(
  cwd: string,
  data: string,
  value: string | null,
  file: string | null,
  report: Report,
): SecretSource {
  if (value !== null && file !== null) {
    report({ key: 'setup.both_given', params: { first: 'GONGDAN_SECRET', second: 'GONGDAN_SECRET_FILE' } });
  }
  if (value !== null) {
    if (value.length < LEAST_SECRET) {
      report({ key: 'setup.secret_short', params: { name: 'GONGDAN_SECRET', least: LEAST_SECRET } });
    }
    return { from: 'setting', value };
  }
  if (file === null) return { from: 'generated', path: join(data, 'secret.key') };
  const path = resolve(cwd, file);
  if (!readable(path)) report({ key: 'setup.file_unreadable', params: { name: 'GONGDAN_SECRET_FILE', path } });
  else if (isOpenToOthers(path)) report({ key: 'setup.secret_readable', params: { path } });
  else if (readFileSync(path, 'utf8').trim().length < LEAST_SECRET) {
    report({ key: 'setup.secret_short', params: { name: 'GONGDAN_SECRET_FILE', least: LEAST_SECRET } });
  }
  return { from: 'file', path };
}

const readBackups = (cwd: string, value: string | null): BackupSettings['daily'] =>
  value === null || value === 'auto' ? 'auto' : value === 'off' ? 'off' : { folder: resolve(cwd, value) };

function readPassphrase(cwd: string, get: Get, report: Report): string | null {
  const value = get('GONGDAN_BACKUP_PASSPHRASE');
  const file = get('GONGDAN_BACKUP_PASSPHRASE_FILE');
  const [first, second] = ['GONGDAN_BACKUP_PASSPHRASE', 'GONGDAN_BACKUP_PASSPHRASE_FILE'] as const;
  if (value !== null && file !== null) report({ key: 'setup.both_given', params: { first, second } });
  const path = file === null ? null : resolve(cwd, file);
  if (path !== null && !readable(path)) {
    report({ key: 'setup.file_unreadable', params: { name: second, path } });
    return null;
  }
  if (path !== null && isOpenToOthers(path)) report({ key: 'setup.secret_readable', params: { path } });
  const found = value ?? (path === null ? null : readFileSync(path, 'utf8').trim());
  if (found !== null && found.length < LEAST_PASSPHRASE) {
    report({ key: 'setup.secret_short', params: { name: value === null ? second : first, least: LEAST_PASSPHRASE } });
  }
  return found;
}

/** Whether users outside the owner and its group may read or write the file. */
export const isOpenToOthers = (path: string): boolean => (statSync(path).mode & 0o007) !== 0;

function readPlatforms(
  env: ConfigInput['env'],
  platforms: readonly PlatformSettings[],
  report: Report,
): Config['platforms'] {
  const found = new Map<string, Readonly<Record<string, string>>>();
  for (const { platform, schema } of platforms) {
    const values: Record<string, string> = {};
    for (const name of Object.keys(schema.shape)) {
      const value = env[name]?.trim();
      if (value !== undefined && value !== '') values[name] = value;
    }
    if (Object.keys(values).length === 0) continue;
    const parsed = schema.safeParse(values);
    for (const issue of parsed.error?.issues ?? []) {
      const name = String(issue.path[0]);
      report({ key: 'setup.platform_setting', params: { name, platform, missing: values[name] === undefined } });
    }
    found.set(platform, values);
  }
  return found;
}
