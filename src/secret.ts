import { hkdfSync } from 'node:crypto';
import {
  closeSync,
  existsSync,
  fsyncSync,
  linkSync,
  mkdirSync,
  openSync,
  readFileSync,
  rmSync,
  writeSync,
} from 'node:fs';
import { dirname } from 'node:path';
import { isOpenToOthers, type SecretSource } from './config.ts';
import type { Locale } from './domain/directory.ts';
import { SetupError } from './errors.ts';
import type { Ids } from './ids.ts';
import { operator } from './text/operator.ts';
import { text } from './text/text.ts';

/** What is derived from the installation's one secret; changing the secret makes stored grants unreadable. */
export interface Secrets {
  /** 32 bytes for AES-256-GCM: encrypts grants. */
  readonly grantKey: Buffer;
  /** Salts the digests of customer text in events. */
  readonly digestSalt: string;
  /** Signs links. */
  readonly linkKey: Buffer;
}

/** Reads the secret, or makes it at the first start (mode 0600). Throws `SetupError` when the key file is open to other users. */
export function loadSecrets(source: SecretSource, ids: Ids, locale: Locale): Secrets {
  const secret = source.from === 'setting' ? source.value : readKey(source, ids, locale);
  const derive = (purpose: string): Buffer => Buffer.from(hkdfSync('sha256', secret, 'gongdan', purpose, 32));
  return { grantKey: derive('grants'), digestSalt: derive('digests').toString('base64url'), linkKey: derive('links') };
}

/** The secret as it is, for what has to open it again elsewhere; null: there is none yet. */
export function knownSecret(source: SecretSource): string | null {
  if (source.from === 'setting') return source.value;
  return existsSync(source.path) ? readFileSync(source.path, 'utf8').trim() : null;
}

function readKey(source: Exclude<SecretSource, { from: 'setting' }>, ids: Ids, locale: Locale): string {
  const { path } = source;
  if (source.from === 'generated' && !existsSync(path)) make(path, ids, locale);
  if (isOpenToOthers(path)) throw new SetupError(text(operator(locale), 'setup.secret_readable', { path }));
  return readFileSync(path, 'utf8').trim();
}

/** Of several processes that start at once the first link wins, and none ever reads half a key. */
function make(path: string, ids: Ids, locale: Locale): void {
  const draft = `${path}.${ids.next()}`;
  try {
    mkdirSync(dirname(path), { recursive: true });
    const file = openSync(draft, 'wx', 0o600);
    writeSync(file, `${ids.next()}${ids.next()}\n`);
    fsyncSync(file);
    closeSync(file);
  } catch {
    throw new SetupError(text(operator(locale), 'setup.data_unwritable', { path: dirname(path) }));
  }
  try {
    linkSync(draft, path);
  } catch (error) {
    if (!(error instanceof Error && 'code' in error && error.code === 'EEXIST')) throw error;
  } finally {
    rmSync(draft);
  }
}
