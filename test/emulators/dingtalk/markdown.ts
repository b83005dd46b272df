/** Escaped characters on their way through the rules, as halves of pairs, which no text holds. */
const HIDDEN = 0xdc00;

const hide = (text: string): string =>
  text.replaceAll(/\\([!-/:-@[-`{-~])/gu, (_, char: string) =>
    String.fromCodePoint(HIDDEN + (char.codePointAt(0) ?? 0)),
  );

const show = (text: string): string =>
  text.replaceAll(/[\uDC21-\uDC7E]/gu, (char) => String.fromCodePoint((char.codePointAt(0) ?? 0) - HIDDEN));

const ENTITIES: Readonly<Record<string, string>> = {
  nbsp: '\u{A0}',
  lt: '<',
  gt: '>',
  amp: '&',
  quot: '"',
  apos: "'",
};

const entities = (text: string): string =>
  text
    .replaceAll(/&#(\d{1,7});/gu, (_, code: string) => String.fromCodePoint(Math.min(Number(code), 0x10ffff)))
    .replaceAll(/&([a-z]+);/gu, (all, name: string) => ENTITIES[name] ?? all);

const IMAGE = /!\[([^\]]*)\]\(([^)]*)\)/gu;
const LINK = /\[([^\]]*)\]\(([^)]*)\)/gu;

/** What stands around text and is not read. Marks for which DingTalk promises nothing (`_`, `~~`, backticks, tags) are taken for marks too: clients differ, and nothing of what is meant to be read may depend on it. */
const inline = (text: string): string =>
  entities(
    text
      .replaceAll(IMAGE, (_, alt: string) => (alt === '' ? '[图片]' : alt))
      .replaceAll(LINK, '$1')
      .replaceAll(/<(https?:[^\s>]+)>/gu, '$1')
      .replaceAll(/<\/?[a-z][^>]*>/giu, '')
      .replaceAll(/(`+)(.+?)\1/gu, '$2')
      .replaceAll(/~~(\S(?:.*?\S)?)~~/gu, '$1')
      .replaceAll(/\*\*(\S(?:.*?\S)?)\*\*/gu, '$1')
      .replaceAll(/\*(\S(?:.*?\S)?)\*/gu, '$1')
      .replaceAll(/(?<![\p{L}\p{N}_])_{1,2}([^\s_](?:.*?[^\s_])?)_{1,2}(?![\p{L}\p{N}_])/gu, '$1'),
  );

const RULE = /^ {0,3}([-*_])(?:[ \t]*\1){2,}[ \t]*$/u;

/** A line that begins something new, without its mark; null: an ordinary line. */
function block(line: string): string | null {
  const heading = /^ {0,3}#{1,6}(?:[ \t]+|$)(.*)$/u.exec(line);
  if (heading !== null) return heading[1] ?? '';
  const bullet = /^\s*[-*+][ \t]+(.*)$/u.exec(line);
  if (bullet !== null) return `• ${bullet[1] ?? ''}`;
  return /^\s*\d{1,9}[.)][ \t]/u.test(line) ? line.trim() : null;
}

/**
 * DingTalk's Markdown (fact sheet, 5) as it is read: marks gone, backslash escapes honoured, one line per paragraph, heading, and list item.
 * A line end alone is a blank, as the documentation has it; two blanks before it or an empty line make it one.
 */
export function plain(markdown: string): string {
  const lines: string[] = [];
  let isOpen = false;
  let isBroken = false;
  let isQuote = false;
  for (const raw of hide(markdown).split(/\r?\n/u)) {
    const quoted = /^ {0,3}>[ \t]?(.*)$/u.exec(raw);
    const line = quoted === null ? raw : (quoted[1] ?? '');
    const begun = block(line);
    if (line.trim() === '' || RULE.test(line)) {
      isOpen = false;
    } else if (begun !== null) {
      lines.push(begun.trimEnd());
      isOpen = !/^ {0,3}#/u.test(line);
    } else if (isOpen && !isBroken && (quoted === null || isQuote)) {
      lines.push(`${lines.pop() ?? ''} ${line.trim()}`);
    } else {
      lines.push(line.trim());
      isOpen = true;
    }
    isBroken = /(?: {2,}|\\)$/u.test(line);
    isQuote = quoted !== null;
  }
  return lines.map((line) => show(inline(line))).join('\n');
}

/** Where its pictures are: addresses and media ids. */
export const picturesIn = (markdown: string): readonly string[] =>
  [...hide(markdown).matchAll(IMAGE)].map((match) => show(match[2] ?? '').trim());
