import type { Clock } from './clock.ts';

/**
 * How long each part of the process may take to end after a signal, ms, in the order in which they end: nothing more comes in, what is
 * under way ends, what was lent is given back. A part that takes longer is left behind, so all of them together stay below ten seconds.
 */
export const SHARES_MS = {
  streams: 50,
  http: 1_500,
  entrances: 500,
  jobs: 1_500,
  watch: 50,
  flow: 3_500,
  platforms: 500,
  charts: 150,
  store: 1_000,
  embedded: 1_000,
} as const;

export type Part = keyof typeof SHARES_MS;

/** One part that was started; `end` may name what of it goes on. */
export interface Started {
  readonly part: Part;
  readonly end: () => Promise<void | readonly string[]>;
}

/** Parts that did not end in time, or failed to. */
export class Unended extends Error {
  readonly parts: readonly string[];
  constructor(parts: readonly string[], cause: unknown) {
    super(`did not end: ${parts.join(', ')}`, { cause });
    this.name = 'Unended';
    this.parts = parts;
  }
}

/**
 * Ends parts one after another, the last that was started first, each within its share. What one of them cannot give back, for the store is
 * away, does not keep the others. @throws Unended when something did not end.
 */
export async function drain(started: readonly Started[], clock: Clock): Promise<void> {
  const left: string[] = [];
  let failure: unknown;
  for (const { part, end } of started.toReversed()) {
    try {
      const outcome = await within(end(), SHARES_MS[part], clock);
      if (outcome === LATE) left.push(part);
      else left.push(...(outcome ?? []));
    } catch (error) {
      failure ??= error;
      left.push(part);
    }
  }
  if (left.length > 0) throw new Unended(left, failure);
}

const LATE = Symbol('late');

function within<T>(work: Promise<T>, ms: number, clock: Clock): Promise<T | typeof LATE> {
  return new Promise((resolve, reject) => {
    const callOff = clock.after(ms, () => {
      resolve(LATE);
    });
    work.then(resolve, reject).finally(callOff);
  });
}
