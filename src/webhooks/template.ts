/** A place inside JSON: names and positions, `order.items[0].sku`. */
export interface JsonPath {
  /** As it is written in the file, for sentences about it. */
  readonly written: string;
  readonly steps: readonly (string | number)[];
}

/** Text with places for values: `订单 {order.no}，{order.note|没有备注}`. A brace that is meant as one is doubled. */
export interface Template {
  readonly parts: readonly (string | Slot)[];
}

interface Slot {
  readonly path: JsonPath;
  /** What stands there when the value is missing or blank; null: then nothing can be made of it. */
  readonly otherwise: string | null;
}

/** Longest path, in characters and in steps, and the last position of a list that can be named. */
const LONGEST_PATH = 200;
const MOST_STEPS = 12;
const LAST_POSITION = 999;

/** A name, in any language, or a position. */
const STEP = /([^.[\]{}|\s\p{Cc}]{1,60})|\[(\d{1,3})\]/uy;

/** Null: it is no path. */
export function parsePath(written: string): JsonPath | null {
  if (written.length > LONGEST_PATH) return null;
  const steps: (string | number)[] = [];
  let at = 0;
  while (at < written.length) {
    const isName = written[at] !== '[';
    if (isName && steps.length > 0) {
      if (written[at] !== '.') return null;
      at += 1;
    }
    STEP.lastIndex = at;
    const match = STEP.exec(written);
    if (match === null || (isName && match[1] === undefined)) return null;
    const step = match[1] ?? Number(match[2]);
    if (typeof step === 'number' && step > LAST_POSITION) return null;
    steps.push(step);
    at += match[0].length;
  }
  return steps.length === 0 || steps.length > MOST_STEPS ? null : { written, steps };
}

/** What stands at a path; undefined: nothing, or null. Only what the JSON itself has, never what objects inherit. */
export function readPath(json: unknown, { steps }: JsonPath): unknown {
  let at: unknown = json;
  for (const step of steps) {
    const fits = typeof at === 'object' && at !== null && Array.isArray(at) === (typeof step === 'number');
    if (!fits || !Object.hasOwn(at as object, step)) return undefined;
    at = (at as Record<string | number, unknown>)[step];
  }
  return at ?? undefined;
}

/** Null: a brace is not closed, or what stands between two is no path. */
export function parseTemplate(written: string): Template | null {
  const parts: (string | Slot)[] = [];
  let literal = '';
  for (let at = 0; at < written.length; at += 1) {
    const char = written[at] ?? '';
    if (char !== '{' && char !== '}') {
      literal += char;
    } else if (written[at + 1] === char) {
      literal += char;
      at += 1;
    } else {
      const end = char === '{' ? written.indexOf('}', at) : -1;
      if (end === -1) return null;
      const [name = '', ...rest] = written.slice(at + 1, end).split('|');
      const path = parsePath(name.trim());
      if (path === null) return null;
      if (literal !== '') parts.push(literal);
      literal = '';
      parts.push({ path, otherwise: rest.length === 0 ? null : rest.join('|') });
      at = end;
    }
  }
  if (literal !== '') parts.push(literal);
  return { parts };
}

/** Controls, direction marks and what is invisible, but for line breaks and what emoji are joined with. */
const INVISIBLE = /(?!\n|\u200D|\uFE0E|\uFE0F)[\p{Cc}\p{Cs}\p{Default_Ignorable_Code_Point}]/gu;

/** Longest text that is taken over from one value, code points. */
const LONGEST_VALUE = 4_000;

/** The first `most` code points of a text. */
export const clip = (text: string, most: number): string =>
  text.length <= most
    ? text
    : Array.from(text.slice(0, most * 2))
        .slice(0, most)
        .join('');

/** What of a value can stand in a text, without anything invisible; null: it is a list or a set of names. */
function textOf(value: unknown): string | null {
  if (typeof value === 'number' || typeof value === 'boolean') return String(value);
  return typeof value === 'string' ? clip(value.replaceAll(INVISIBLE, ''), LONGEST_VALUE) : null;
}

export type Filled = { readonly text: string } | { readonly fault: 'missing' | 'not_text'; readonly path: string };

/** Puts values into a template. A value that is blank counts as missing. */
export function fill({ parts }: Template, json: unknown): Filled {
  let text = '';
  for (const part of parts) {
    if (typeof part === 'string') {
      text += part;
      continue;
    }
    const value = readPath(json, part.path);
    const said = value === undefined ? '' : textOf(value);
    if (said === null) return { fault: 'not_text', path: part.path.written };
    if (said.trim() !== '') text += said;
    else if (part.otherwise === null) return { fault: 'missing', path: part.path.written };
    else text += part.otherwise;
  }
  return { text };
}
