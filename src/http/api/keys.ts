import { createHash, timingSafeEqual } from 'node:crypto';
import type { Clock } from '../../clock.ts';
import type { ApiKey } from '../../storage/api-keys.ts';

/** A key is looked at anew after this time: one that was revoked stops within two seconds, in every process. */
const FRESH_MS = 1_000;
/** How often it is written down that a key is used. */
const USED_MS = 60_000;
const MOST_KEPT = 1_000;

const SHOWN = /^Bearer gd_([A-Za-z0-9]{1,40})_([A-Za-z0-9_-]{20,100})$/;
/** What the secret of a key that does not exist is compared with. */
const NOBODY = Buffer.alloc(32);

/** Reads of the keys' store. */
export interface KeyStore {
  load(id: string): Promise<ApiKey | null>;
  used(id: string, at: Date): Promise<void>;
}

export interface Keys {
  /** Whose header this is; null: nobody's, whatever is wrong about it. */
  of(authorization: string | undefined): Promise<ApiKey | null>;
}

/** Knows keys by what callers show. All comparisons take the same time. */
export function createKeys(store: KeyStore, clock: Clock): Keys {
  const kept = new Map<string, { readonly key: ApiKey; readonly at: number }>();
  const written = new Map<string, number>();

  const load = async (id: string): Promise<ApiKey | null> => {
    const now = clock.monotonic();
    const fresh = kept.get(id);
    if (fresh !== undefined && now - fresh.at < FRESH_MS) return fresh.key;
    const key = await store.load(id);
    kept.delete(id);
    const [oldest] = kept.keys();
    if (kept.size >= MOST_KEPT && oldest !== undefined) kept.delete(oldest);
    if (key !== null) kept.set(id, { key, at: now });
    return key;
  };

  const noteUse = (id: string): void => {
    const now = clock.monotonic();
    if (now - (written.get(id) ?? -Infinity) < USED_MS) return;
    written.set(id, now);
    // Nobody waits for it, and a store that is away says so to whoever does wait for it.
    store.used(id, clock.now()).catch(() => written.delete(id));
  };

  return {
    async of(authorization) {
      const [, id = '', secret = ''] = SHOWN.exec(authorization ?? '') ?? [];
      const key = id === '' ? null : await load(id);
      const right = key === null ? NOBODY : Buffer.from(key.hash, 'hex');
      const given = createHash('sha256').update(secret).digest();
      const isRight = right.length === given.length && timingSafeEqual(right, given);
      if (key === null || !isRight || key.revokedAt !== null) return null;
      noteUse(id);
      return key;
    },
  };
}
