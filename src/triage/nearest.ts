// Not the package root: that loads 1 269 modules and reads ./.env.
import { DamerauLevenshteinDistance, JaroWinklerDistance } from 'natural/lib/natural/distance/index.js';

const HAN = /\p{Script=Han}/u;

/**
 * The candidate that a mistyped word most likely meant, or null when none is near. Candidates in order of preference; words in lower case.
 * Latin words: one slip (letter too many, missing, wrong, two swapped) up to 4 letters, two from 5 on; initials only when no other is as near.
 * Chinese words: a candidate that stands in the text, or one that differs in a single character.
 */
export function nearest(word: string, candidates: readonly string[]): string | null {
  const wanted = word.normalize('NFKC').toLowerCase().trim();
  return HAN.test(wanted) ? nearestHan(wanted, candidates) : nearestLatin(wanted, candidates);
}

function nearestHan(word: string, candidates: readonly string[]): string | null {
  const han = candidates.filter((c) => HAN.test(c));
  const inside = han.filter((c) => word.includes(c)).toSorted((a, b) => b.length - a.length)[0];
  if (inside !== undefined) return inside;
  if (word.length < 2 || word.length > 5) return null;
  const begun = han.find((c) => c.startsWith(word));
  return begun ?? best(word, han, () => 1)[0] ?? null;
}

function nearestLatin(word: string, candidates: readonly string[]): string | null {
  if (word.length < 2 || word.length > 20) return null;
  const latin = candidates.filter((c) => !HAN.test(c));
  const found = best(word, latin, (c) => slips(Math.min(word.length, c.length)));
  const [first, second] = found;
  if (first === undefined) return null;
  // Two letters are too few to choose between equals.
  return word.length <= 3 && second !== undefined ? null : first;
}

/** How many slips a word of this length may have and still be recognised. */
const slips = (length: number): number => (length < 2 ? 0 : length <= 4 ? 1 : 2);

/**
 * The candidates at the least distance within what is allowed, of these the ones made of the same letters, of these the most alike;
 * in the given order.
 */
function best(word: string, candidates: readonly string[], allowed: (candidate: string) => number): readonly string[] {
  const near = candidates
    .map((candidate) => ({
      candidate,
      distance: distance(word, candidate),
      swapped: letters(candidate) === letters(word) ? 0 : 1,
      alike: JaroWinklerDistance(word, candidate),
    }))
    .filter((c) => c.distance <= allowed(c.candidate))
    .toSorted((a, b) => a.distance - b.distance || a.swapped - b.swapped || b.alike - a.alike);
  const top = near[0];
  return near
    .filter((c) => c.distance === top?.distance && c.swapped === top.swapped && c.alike === top.alike)
    .map((c) => c.candidate);
}

const letters = (word: string): string => Array.from(word).toSorted().join('');

// `restricted`: neighbouring letters swapped are one slip, and no letter is moved twice.
const distance = (a: string, b: string): number => DamerauLevenshteinDistance(a, b, { restricted: true });
