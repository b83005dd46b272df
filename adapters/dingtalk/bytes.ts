import { BODY } from './variables.ts';
import { bytesOf, MAX_VALUE_BYTES } from './limits.ts';

/** The start of a text in at most so many bytes of UTF-8, never half a character. */
function headOf(text: string, most: number): string {
  if (bytesOf(text) <= most) return text;
  let end = 0;
  let bytes = 0;
  for (const sign of text) {
    bytes += bytesOf(sign);
    if (bytes > most) break;
    end += sign.length;
  }
  return text.slice(0, end);
}

/** A text in at most so many bytes, with `…` where something was left out. */
export function cutBytes(text: string, most: number): string {
  if (bytesOf(text) <= most) return text;
  const kept = headOf(text, most - bytesOf('…')).trimEnd();
  return `${kept}…`;
}

/** Where a line may end without tearing a word or a number: after the last such sign of a piece. */
const SEAM = /^[\s\S]*[\s\p{P}](?=[^\s\p{P}]*$)/u;
/** A piece that ends at a seam is still so full at least, of 1. */
const FULL = 0.75;

/** In pieces as full as they can be; `seamed`: but that they end at seams where one is near. */
function filled(text: string, seamed: boolean): readonly string[] {
  const pieces: string[] = [];
  for (let left = text; left !== '';) {
    const most = headOf(left, MAX_VALUE_BYTES);
    const seam = seamed && most !== left ? (SEAM.exec(most)?.[0] ?? '') : '';
    const piece = seam.length >= most.length * FULL ? seam : most;
    pieces.push(piece);
    left = left.slice(piece.length);
  }
  return pieces;
}

/** In pieces that end where lines end; only a line that is longer than a piece is broken. */
function byLines(text: string): readonly string[] {
  const pieces: string[] = [];
  let piece: string | null = null;
  for (const line of text.split('\n')) {
    const more: string = piece === null ? line : `${piece}\n${line}`;
    if (bytesOf(more) <= MAX_VALUE_BYTES) {
      piece = more;
      continue;
    }
    const broken = filled(line, true);
    pieces.push(...(piece === null ? [] : [piece]), ...broken.slice(0, -1));
    piece = broken.at(-1) ?? null;
  }
  return piece === null ? pieces : [...pieces, piece];
}

/** The gentlest way to break words into so few pieces that there is room for them. */
function piecesOf(written: string): readonly string[] {
  const lines = byLines(written.trimEnd()).filter((piece) => piece.trim() !== '');
  if (lines.length <= BODY.length) return lines;
  const seamed = filled(written.trim(), true);
  return seamed.length <= BODY.length ? seamed : filled(written.trim(), false);
}

/** What a card's words come to. */
export interface Parts {
  /** By variable; empty where nothing is left. */
  readonly values: Readonly<Record<(typeof BODY)[number], string>>;
  /** How much more they are than there is room for; at most 1: they all stand there. */
  readonly share: number;
}

/** Words, spread over the variables of a card's body: at line ends, where that takes too many at the ends of words, else wherever each is full. */
export function bodyParts(written: string): Parts {
  const pieces = piecesOf(written);
  const at = (i: number): string => pieces[i] ?? '';
  return {
    values: {
      body1: at(0),
      body2: at(1),
      body3: at(2),
      body4: at(3),
      body5: at(4),
      body6: at(5),
      body7: at(6),
      body8: at(7),
    },
    share: pieces.length / BODY.length,
  };
}
