import type { Language } from '../domain/ticket.ts';

/** Chinese texts carry brand names and order numbers in Latin letters; English ones rarely carry Han characters. */
const LEAST_HAN = 0.15;

/** The language by the share of Han characters among the letters; `other`: another script, or no letters at all. */
export function languageOf(text: string): Language {
  const count = (pattern: RegExp): number => text.match(pattern)?.length ?? 0;
  const han = count(/\p{Script=Han}/gu);
  const latin = count(/\p{Script=Latin}/gu);
  const letters = count(/\p{L}/gu);
  const foreign = letters - han - latin;
  if (letters === 0) return 'other';
  if (foreign > 0 && foreign * 2 >= letters - foreign) return 'other';
  return han >= letters * LEAST_HAN ? 'zh' : 'en';
}
