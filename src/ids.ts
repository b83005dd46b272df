import { createHash, randomBytes } from 'node:crypto';

/** Ids and randomness, handed in so that a story can be replayed exactly. */
export interface Ids {
  /** A new unguessable id: 22 characters of base64url. */
  next(): string;
  /** A number in [0, 1), for jitter. */
  random(): number;
}

export const systemIds: Ids = {
  next: () => randomBytes(16).toString('base64url'),
  random: () => randomBytes(4).readUInt32LE() / 2 ** 32,
};

/** An id that follows from what caused it, so that doing a thing twice meets the same `_id`: 22 characters of base64url. */
export function derivedId(...parts: string[]): string {
  return createHash('sha256').update(JSON.stringify(parts)).digest('base64url').slice(0, 22);
}

/** `E-7F3K2M`: what a person reads of an error, and under which it is found in the log. */
export const errorNumber = (ids: Pick<Ids, 'next'>): string =>
  `E-${ids
    .next()
    .replaceAll(/[^A-Za-z0-9]/g, '')
    .slice(0, 6)
    .toUpperCase()}`;
