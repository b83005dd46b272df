import { nearest } from '../triage/nearest.ts';

/** The option that a mistyped value probably meant, case aside; null when none is near. */
export function suggest(value: string, options: Iterable<string>): string | null {
  const byFolded = new Map([...options].map((option) => [option.toLowerCase(), option]));
  const found = nearest(value, [...byFolded.keys()]);
  return found === null ? null : (byFolded.get(found) ?? null);
}
