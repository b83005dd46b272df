import { z } from 'zod';

/** Unicode characters as a person counts them, cheaper than an array of them. */
export function codePoints(text: string): number {
  let count = 0;
  for (const _ of text) count += 1;
  return count;
}

/** The first code points of a text. */
export const head = (text: string, most: number): string =>
  text.length <= most ? text : Array.from(text).slice(0, most).join('');

/** A text from outside: at most `max` code points, no NUL, no half surrogate pair (which no store could keep). */
export const cleanText = (max: number): z.ZodType<string> =>
  z
    .string()
    .refine((text) => !text.includes('\0'), 'must not contain NUL')
    .refine((text) => !/\p{Surrogate}/u.test(text), 'holds half a character')
    .refine((text) => text.length <= max || codePoints(text) <= max, `must be at most ${max} characters`);
