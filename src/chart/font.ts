import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

/** Our own font: a machine may have none, and pictures look the same on all of them. */
export interface Font {
  readonly file: string;
  readonly family: string;
  /**
   * What can be drawn of a text, on one line. What the font does not have is shown as `□`, one for each character that a reader sees:
   * a renderer leaves out what it has no glyph for, and a name without its last character is another name.
   */
  drawable(text: string): string;
  /** How wide a drawable text is, in the unit of `size`. */
  widthOf(text: string, size: number): number;
  /** The text, drawable and cut with `…` where it is wider than `most`. */
  cut(text: string, size: number, most: number): string;
}

const FAMILY = 'Noto Sans CJK SC';
const SUBSTITUTE = '□';
/** More than any line shows; keeps a text of a megabyte from being looked at whole. */
const LONGEST = 600;

/** @throws Error when the font is missing or is not one */
export function loadFont(): Font {
  const file = fileURLToPath(new URL('font/noto-sans-sc.otf', import.meta.url));
  const advances = readAdvances(readFileSync(file));
  const segmenter = new Intl.Segmenter('zh', { granularity: 'grapheme' });
  const hasAll = (text: string): boolean => Array.from(text).every((char) => advances.has(char.codePointAt(0) ?? 0));

  /** One character as a reader sees it: an emoji of five parts is one. */
  const shown = (grapheme: string): string => {
    const visible = grapheme.replaceAll(/\p{Default_Ignorable_Code_Point}|\p{Cf}/gu, '');
    return hasAll(visible) ? visible : SUBSTITUTE;
  };
  const drawable = (text: string): string => {
    const line = text
      .slice(0, LONGEST)
      .normalize('NFC')
      .replaceAll(/(?:[^\S\ufeff]|\p{Cc})+/gu, ' ')
      .trim();
    return Array.from(segmenter.segment(line), ({ segment }) => shown(segment)).join('');
  };
  const widthOf = (text: string, size: number): number => {
    let units = 0;
    for (const char of text) units += advances.get(char.codePointAt(0) ?? 0) ?? 1000;
    return (units * size) / 1000;
  };
  const cut = (text: string, size: number, most: number): string => {
    const whole = drawable(text);
    if (widthOf(whole, size) <= most) return whole;
    let kept = '';
    for (const char of whole) {
      if (widthOf(ended(kept + char), size) > most) break;
      kept += char;
    }
    return ended(kept.trimEnd());
  };
  return { file, family: FAMILY, drawable, widthOf, cut };
}

/** Our font has the ellipsis at the height where Chinese has it. */
const ended = (kept: string): string => kept + (/[\u2e80-\u9fff\uff00-\uffef]$/u.test(kept) ? '…' : '...');

/** The characters that a font has, with how far each moves on in thousandths of its size. */
function readAdvances(font: Buffer): Map<number, number> {
  const tables = new Map<string, number>();
  for (let i = 0; i < font.readUInt16BE(4); i++) {
    const entry = 12 + i * 16;
    tables.set(font.toString('latin1', entry, entry + 4), font.readUInt32BE(entry + 8));
  }
  const table = (name: string): number => {
    const at = tables.get(name);
    if (at === undefined) throw new Error(`the chart's font has no table ${name}`);
    return at;
  };
  const perEm = font.readUInt16BE(table('head') + 18);
  const metrics = font.readUInt16BE(table('hhea') + 34);
  const hmtx = table('hmtx');
  const advances = new Map<number, number>();
  for (const [char, glyph] of glyphsOf(font, table('cmap'))) {
    // Glyphs behind the last of these are as wide as it.
    const advance = font.readUInt16BE(hmtx + Math.min(glyph, metrics - 1) * 4);
    advances.set(char, (advance * 1000) / perEm);
  }
  return advances;
}

/** Reads the mapping from characters to glyphs in the form that our font has it (format 4: segments of 16 bit characters). */
function* glyphsOf(font: Buffer, cmap: number): Generator<[char: number, glyph: number]> {
  let at = -1;
  for (let i = 0; i < font.readUInt16BE(cmap + 2); i++) {
    const subtable = cmap + font.readUInt32BE(cmap + 8 + i * 8);
    if (font.readUInt16BE(subtable) === 4) at = subtable;
  }
  if (at < 0) throw new Error("the chart's font has no mapping of format 4");
  const size = font.readUInt16BE(at + 6);
  const [ends, starts, deltas, offsets] = [at + 14, at + 16 + size, at + 16 + size * 2, at + 16 + size * 3];
  for (let i = 0; i < size; i += 2) {
    const end = font.readUInt16BE(ends + i);
    const start = font.readUInt16BE(starts + i);
    const delta = font.readUInt16BE(deltas + i);
    const offset = font.readUInt16BE(offsets + i);
    for (let char = start; char <= end && char < 0xffff; char++) {
      const listed = offset === 0 ? char : font.readUInt16BE(offsets + i + offset + (char - start) * 2);
      const glyph = listed === 0 ? 0 : (listed + delta) & 0xffff;
      if (glyph !== 0) yield [char, glyph];
    }
  }
}
