import { cut } from '../../cards/excerpt.ts';

/**
 * What a card holds (pages 90236 and 101032; fact sheet, 3.2 and 4.4). Sizes of lists and bytes are hard. How wide a text may be is what WeCom
 * recommends, and clients cut what is wider. It counts 字: a letter or digit takes half of one.
 */
export interface CardSizes {
  readonly title: number;
  readonly desc: number;
  /** Of the text below the title. */
  readonly sub: number;
  readonly value: number;
  readonly button: number;
  readonly option: number;
}

export const CARD: Readonly<Record<'app' | 'bot', CardSizes>> = {
  app: { title: 36, desc: 44, sub: 160, value: 30, button: 10, option: 16 },
  bot: { title: 26, desc: 30, sub: 112, value: 26, button: 10, option: 10 },
};

export const KEY_NAME = 5;
export const MOST_ROWS = 6;
export const MOST_BUTTONS = 6;
/** Entries of the menu in a card's corner. */
export const MOST_MENU = 3;
/** Of one list to choose from. */
export const MOST_OPTIONS = 10;
/** Lists of one form. */
export const MOST_LISTS = 3;
/** Title of a list to choose from. */
export const QUESTION = 13;
export const KEY_BYTES = 1_024;
export const OPTION_BYTES = 128;
/** Of an address that a press opens. */
export const URL_BYTES = 2_048;
/** Of a form, on which nothing else stands. */
export const FORM_DESC = 160;

export const bytesOf = (text: string): number => Buffer.byteLength(text);

/** The last of the letters that take half the room of a Han character. */
const LAST_NARROW = '\u024F';

/** How much room a text takes, in Han characters. */
export function widthOf(text: string): number {
  let width = 0;
  for (const sign of text) width += sign <= LAST_NARROW ? 0.5 : 1;
  return width;
}

/** The text in at most so much room, with `…` where something was left out. */
export function cutTo(text: string, most: number): string {
  let short = cut(text, most * 2);
  for (let over = widthOf(short) - most; over > 0; over = widthOf(short) - most)
    short = cut(text, Array.from(short).length - Math.ceil(over));
  return short;
}
