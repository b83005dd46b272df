import { createCipheriv, createDecipheriv, createHash, hkdfSync, scrypt } from 'node:crypto';
import { BackupUnusable, type Header, type Keys, type Lock } from './backup.ts';

/** Plain bytes of one chunk; only the last one is shorter. */
export const CHUNK = 64 * 1024;
export const TAG = 16;

/** About 100 ms and 64 MB per try. */
export const COST = { cost: 65_536, blocks: 8, lanes: 1 } as const;

/** Seals or opens the chunks of one file. */
export interface Chunks {
  seal(plain: Uint8Array, index: number, isLast: boolean): Buffer;
  /** @throws BackupUnusable `damaged` */
  open(sealed: Uint8Array, index: number, isLast: boolean): Buffer;
}

interface Derived {
  readonly key: Buffer;
  /** What the header keeps to recognise the key. */
  readonly check: string;
}

/**
 * The key of a file.
 * @throws BackupUnusable when what it takes is not known
 */
export async function deriveKey(lock: Lock, salt: string, keys: Keys): Promise<Derived> {
  const bytes = Buffer.from(salt, 'base64url');
  const derive = (from: Buffer | string, purpose: string): Buffer =>
    Buffer.from(hkdfSync('sha256', from, bytes, `gongdan backup ${purpose}`, 32));
  const master = lock.by === 'passphrase' ? await stretched(lock, bytes, keys.passphrase) : keys.secret;
  if (master === null) throw new BackupUnusable(lock.by === 'passphrase' ? 'passphrase-missing' : 'secret-missing');
  return { key: derive(master, 'chunks'), check: derive(master, 'check').subarray(0, 8).toString('base64url') };
}

function stretched(
  lock: Extract<Lock, { by: 'passphrase' }>,
  salt: Buffer,
  passphrase: string | null,
): Promise<Buffer | null> {
  if (passphrase === null) return Promise.resolve(null);
  const { cost, blocks, lanes } = lock;
  const options = { N: cost, r: blocks, p: lanes, maxmem: 256 * cost * blocks + 1_048_576 };
  return new Promise((resolve, reject) => {
    scrypt(passphrase.normalize('NFC'), salt, 32, options, (error, key) => {
      if (error === null) resolve(key);
      else reject(error);
    });
  });
}

/**
 * The key of a file that exists.
 * @throws BackupUnusable also when the passphrase or the secret is another one
 */
export async function unlock(header: Header, keys: Keys): Promise<Buffer> {
  const { key, check } = await deriveKey(header.lock, header.salt, keys);
  if (check !== header.check)
    throw new BackupUnusable(header.lock.by === 'passphrase' ? 'passphrase-wrong' : 'secret-wrong');
  return key;
}

/**
 * AES-256-GCM per chunk. The nonce is the chunk's number and whether it is the last (a key serves one file), so that chunks that were
 * swapped, dropped or cut off do not open; the head of the file is authenticated with each of them.
 */
export function chunksOf(key: Buffer, head: Uint8Array): Chunks {
  const extra = createHash('sha256').update(head).digest();
  const nonceOf = (index: number, isLast: boolean): Buffer => {
    const nonce = Buffer.alloc(12);
    nonce.writeUIntBE(index, 0, 6);
    nonce[11] = isLast ? 1 : 0;
    return nonce;
  };
  return {
    seal(plain, index, isLast) {
      const cipher = createCipheriv('aes-256-gcm', key, nonceOf(index, isLast)).setAAD(extra);
      return Buffer.concat([cipher.update(plain), cipher.final(), cipher.getAuthTag()]);
    },
    open(sealed, index, isLast) {
      const body = sealed.subarray(0, sealed.length - TAG);
      const decipher = createDecipheriv('aes-256-gcm', key, nonceOf(index, isLast), { authTagLength: TAG });
      decipher.setAAD(extra).setAuthTag(sealed.subarray(sealed.length - TAG));
      try {
        return Buffer.concat([decipher.update(body), decipher.final()]);
      } catch {
        throw new BackupUnusable('damaged');
      }
    },
  };
}
