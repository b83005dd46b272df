import { createCipheriv, createDecipheriv, createHmac, timingSafeEqual } from 'node:crypto';
import type { Ids } from './ids.ts';
import type { Secrets } from './secret.ts';

/** Encrypts what platforms lend us, salts digests and signs links; keyed by the installation's secret. */
export interface Vault {
  seal(plain: string): string;
  /** The reverse of `seal`; throws when it was made with another secret or changed. */
  open(sealed: string): string;
  /** Salt of the digests in ticket histories. */
  readonly salt: string;
  /** What proves later that a text of ours was not changed: 43 characters of base64url. */
  sign(text: string): string;
  isSigned(text: string, signature: string): boolean;
}

/** AES-256-GCM: 12 bytes nonce, 16 bytes tag, then the text, as base64url. */
export function createVault(secrets: Secrets, ids: Ids): Vault {
  const sign = (text: string): string => createHmac('sha256', secrets.linkKey).update(text).digest('base64url');
  return {
    salt: secrets.digestSalt,
    sign,
    isSigned(text, signature) {
      const right = Buffer.from(sign(text));
      const given = Buffer.from(signature);
      return given.length === right.length && timingSafeEqual(given, right);
    },
    seal(plain) {
      const nonce = Buffer.from(ids.next(), 'base64url').subarray(0, 12);
      const cipher = createCipheriv('aes-256-gcm', secrets.grantKey, nonce);
      const body = Buffer.concat([cipher.update(plain, 'utf8'), cipher.final()]);
      return Buffer.concat([nonce, cipher.getAuthTag(), body]).toString('base64url');
    },
    open(sealed) {
      const bytes = Buffer.from(sealed, 'base64url');
      const decipher = createDecipheriv('aes-256-gcm', secrets.grantKey, bytes.subarray(0, 12), { authTagLength: 16 });
      decipher.setAuthTag(bytes.subarray(12, 28));
      return Buffer.concat([decipher.update(bytes.subarray(28)), decipher.final()]).toString('utf8');
    },
  };
}
