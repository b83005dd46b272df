/** NFKC, lower case, half width, white space collapsed: how texts and keywords are compared. */
export const fold = (text: string): string => text.normalize('NFKC').toLowerCase().replaceAll(/\s+/gu, ' ').trim();

/** How much a matched word says: longer ones say more, a Han character as much as three letters. */
export function weight(word: string): number {
  const plain = word.replaceAll('*', '');
  const han = plain.match(/\p{Script=Han}/gu)?.length ?? 0;
  return han * 3 + (plain.length - han);
}

/** Finds which of its words a folded text holds. */
export type Finder = (folded: string) => readonly string[];

/**
 * Words to a finder. A word is found as a whole word where it is Latin (a plural s is allowed) and anywhere where it is Chinese;
 * `*` at the end stands for any ending, `*` inside for up to twelve characters of the same sentence.
 */
export function finder(words: readonly string[]): Finder {
  const patterns = words.map((word) => ({ word, pattern: pattern(fold(word)) }));
  // One pass tells most texts apart from those that hold a word at all.
  const any = new RegExp(patterns.map((p) => p.pattern).join('|'), 'u');
  const each = patterns.map(({ word, pattern: p }) => ({ word, regExp: new RegExp(p, 'u') }));
  return (folded) => (any.test(folded) ? each.filter((e) => e.regExp.test(folded)).map((e) => e.word) : []);
}

const LATIN = '[\\p{Script=Latin}\\p{Nd}]';

function pattern(word: string): string {
  const open = word.endsWith('*');
  const body = (open ? word.slice(0, -1) : word)
    .split('*')
    .map((part) => part.replaceAll(/[\\^$.*+?()[\]{}|/]/gu, String.raw`\$&`))
    .join('[^。!?;\\n.]{0,12}?');
  const before = /^[\p{Script=Latin}\p{Nd}]/u.test(word) ? `(?<!${LATIN})` : '';
  const latinEnd = /[\p{Script=Latin}\p{Nd}]\*?$/u.test(word);
  const after = open ? '' : latinEnd ? `s?(?!${LATIN})` : '';
  return `(?:${before}${body}${after})`;
}
