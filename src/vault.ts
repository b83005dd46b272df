import { createCipheriv, createDecipheriv } from 'node:crypto';
import type { Ids } from './ids.ts';
import type { Secrets } from './secret.ts';

/** Encrypts what platforms lend us, and salts digests; keyed by the installation's secret. */
export interface Vault {
  seal(plain: string): string;
  /** The reverse of `seal`; throws when it was made with another secret or changed. */
  open(sealed: string): string;
  /** Salt of the digests in ticket histories. */
  readonly salt: string;
}

/** AES-256-GCM: 12 bytes nonce, 16 bytes tag, then the text, as base64url. */
export function createVault(secrets: Secrets, ids: Ids): Vault {
  return {
    salt: secrets.digestSalt,
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
