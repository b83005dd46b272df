import type { types } from '@slack/bolt';
import type { Form, FormField } from '../../cards/card.ts';
import { neutralLine } from '../../cards/neutralise.ts';
import { length } from '../../cards/excerpt.ts';
import { MAX_LABEL, MAX_OPTIONS, MAX_OPTION_VALUE } from './limits.ts';
import { plainText } from './rich.ts';

/** What a select offers, in the shape that its number asks for, and what it starts with. */
export interface Choices {
  readonly options?: types.PlainTextOption[];
  readonly option_groups?: { label: types.PlainTextElement; options: types.PlainTextOption[] }[];
  readonly initial: types.PlainTextOption | null;
}

/** Bytes of a view's options together; a whole view takes 250 kB. */
const OPTION_BYTES = 180_000;

/** A select without anything to choose is a line to write in. */
export const isSelect = ({ type, options = [] }: FormField): boolean => type === 'select' && options.length > 0;

/** Bytes that each select of a form has for its options. */
export const roomForOptions = ({ fields }: Form): number => OPTION_BYTES / Math.max(1, fields.filter(isSelect).length);

/**
 * The options of a select. A value that no option can carry is kept elsewhere by `keep`, which answers its key, or null where there is no
 * room left: then it is not offered. More than a hundred stand in groups of a hundred, as many as there is room for; a value that stands
 * there twice is offered once.
 */
export function optionsFor(field: FormField, room: number, keep: (value: string) => string | null): Choices | null {
  const offered = new Map<string, types.PlainTextOption>();
  let left = room;
  for (const { value, label } of field.options ?? []) {
    if (offered.has(value) || offered.size === MAX_OPTIONS * MAX_OPTIONS) continue;
    const key = carriable(value) ? value : keep(value);
    if (key === null) continue;
    const option = { text: plainText(neutralLine(label), MAX_LABEL, neutralLine(value)), value: key };
    left -= Buffer.byteLength(JSON.stringify(option)) + 1;
    if (left < 0) break;
    offered.set(value, option);
  }
  const all = [...offered.values()];
  if (all.length === 0) return null;
  const initial = field.value === undefined ? null : (offered.get(field.value) ?? null);
  return all.length <= MAX_OPTIONS ? { options: all, initial } : { option_groups: grouped(all), initial };
}

/** `#` starts the keys of values that are kept elsewhere. */
const carriable = (value: string): boolean =>
  value.trim() !== '' && !/^#|\0|\p{Surrogate}/u.test(value) && length(value) <= MAX_OPTION_VALUE;

function grouped(all: readonly types.PlainTextOption[]): NonNullable<Choices['option_groups']> {
  const groups: NonNullable<Choices['option_groups']> = [];
  for (let from = 0; from < all.length; from += MAX_OPTIONS) {
    const options = all.slice(from, from + MAX_OPTIONS);
    groups.push({ label: plainText(`${from + 1}–${from + options.length}`, MAX_LABEL), options });
  }
  return groups;
}
