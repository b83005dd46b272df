import { createHash } from 'node:crypto';
import type { ApiKey } from '../storage/api-keys.ts';
import type { Parts } from './parts.ts';

/** What a new key is to be. */
export type WantedKey = Pick<ApiKey, 'name' | 'scopes' | 'shops' | 'actors' | 'rate'>;

/** Makes a key and returns what its caller shows, `gd_<id>_<secret>`: nowhere else and never again. Null: the name is taken. */
export async function makeKey(
  { store, clock, ids }: Pick<Parts, 'clock' | 'ids'> & { readonly store: Pick<Parts['store'], 'apiKeys'> },
  wanted: WantedKey,
): Promise<string | null> {
  const _id = ids
    .next()
    .replaceAll(/[^A-Za-z0-9]/g, '')
    .slice(0, 12);
  const secret = ids.next() + ids.next();
  const hash = createHash('sha256').update(secret).digest('hex');
  const fresh = await store.apiKeys.add({
    ...wanted,
    _id,
    hash,
    createdAt: clock.now(),
    revokedAt: null,
    usedAt: null,
  });
  return fresh ? `gd_${_id}_${secret}` : null;
}
