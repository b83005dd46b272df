import { optionsOf } from './block-kit-elements.ts';
import { asText, isObject, lengthOf, type Json } from './block-kit-rules.ts';
import { elementsOf } from './seen.ts';
import type { State } from './state.ts';
import { richTextOf, typed } from './text.ts';

const optionBy = (element: Json, value: string): Json => {
  const found = optionsOf(element).find((o) => isObject(o) && o['value'] === value);
  if (!isObject(found)) throw new Error(`${asText(element['action_id'])} offers no ${value}`);
  return found;
};

const parts = (choice: string): string[] => (choice === '' ? [] : choice.split(',').map((one) => one.trim()));

/** Somebody or something that can be chosen from what the workspace has. */
function existing(state: State, kind: 'user' | 'channel', id: string): string {
  const map: ReadonlyMap<string, unknown> = kind === 'user' ? state.users : state.channels;
  if (!map.has(id)) throw new Error(`there is no ${kind} ${id} to choose`);
  return id;
}

function typedText(element: Json, text: string): string {
  const name = asText(element['action_id']);
  const length = lengthOf(text);
  const max = Number(element['max_length'] ?? 3000);
  const min = Number(element['min_length'] ?? 0);
  if (length > max) throw new Error(`${name} takes at most ${max} characters, not ${length}`);
  if (length > 0 && length < min) throw new Error(`${name} takes at least ${min} characters, not ${length}`);
  return text;
}

function pattern(element: Json, text: string, allowed: RegExp): string {
  if (text !== '' && !allowed.test(text)) throw new Error(`${asText(element['action_id'])} does not take ${text}`);
  return text;
}

function number(element: Json, text: string): string {
  pattern(element, text, element['is_decimal_allowed'] === true ? /^-?\d+(?:\.\d+)?$/ : /^-?\d+$/);
  const [low, high] = [Number(element['min_value'] ?? -Infinity), Number(element['max_value'] ?? Infinity)];
  if (text !== '' && (Number(text) < low || Number(text) > high))
    throw new Error(`${asText(element['action_id'])} takes ${low} to ${high}, not ${text}`);
  return text;
}

/** How one kind of element says what is in it. */
interface Kind {
  readonly key: string;
  /** What stands in it from the start. */
  readonly initial: (element: Json) => unknown;
  /** What somebody typed or chose; throws when it cannot be chosen. */
  readonly chosen: (element: Json, choice: string, state: State) => unknown;
}

const one = (key: string, from: string, chosen: Kind['chosen']): Kind => ({
  key,
  initial: (element) => element[from] ?? null,
  chosen: (element, choice, state) => (choice === '' ? null : chosen(element, choice, state)),
});

const many = (key: string, from: string, chosen: Kind['chosen']): Kind => ({
  key,
  initial: (element) => element[from] ?? [],
  chosen: (element, choice, state) => {
    const all = parts(choice);
    const max = Number(element['max_selected_items'] ?? Infinity);
    if (all.length > max) throw new Error(`${asText(element['action_id'])} takes at most ${max} choices`);
    return all.map((item) => chosen(element, item, state));
  },
});

const option: Kind['chosen'] = (element, choice) => optionBy(element, choice);
const anyOption: Kind['chosen'] = (_, choice) => ({ text: { type: 'plain_text', text: choice }, value: choice });
const user: Kind['chosen'] = (_, choice, state) => existing(state, 'user', choice);
const channel: Kind['chosen'] = (_, choice, state) => existing(state, 'channel', choice);
const words = (chosen: Kind['chosen']): Kind => one('value', 'initial_value', chosen);

const KINDS: Readonly<Record<string, Kind>> = {
  static_select: one('selected_option', 'initial_option', option),
  radio_buttons: one('selected_option', 'initial_option', option),
  overflow: one('selected_option', 'initial_option', option),
  external_select: one('selected_option', 'initial_option', anyOption),
  users_select: one('selected_user', 'initial_user', user),
  channels_select: one('selected_channel', 'initial_channel', channel),
  conversations_select: one('selected_conversation', 'initial_conversation', channel),
  checkboxes: many('selected_options', 'initial_options', option),
  multi_static_select: many('selected_options', 'initial_options', option),
  multi_external_select: many('selected_options', 'initial_options', anyOption),
  multi_users_select: many('selected_users', 'initial_users', user),
  multi_channels_select: many('selected_channels', 'initial_channels', channel),
  multi_conversations_select: many('selected_conversations', 'initial_conversations', channel),
  plain_text_input: words(typedText),
  email_text_input: words((e, text) => pattern(e, text, /^[^@\s]+@[^@\s]+\.[^@\s]+$/)),
  url_text_input: words((e, text) => pattern(e, text, /^https?:\/\/\S+$/)),
  number_input: words(number),
  datepicker: one('selected_date', 'initial_date', (e, text) => pattern(e, text, /^\d{4}-\d{2}-\d{2}$/)),
  timepicker: one('selected_time', 'initial_time', (e, text) => pattern(e, text, /^(?:[01]\d|2[0-3]):[0-5]\d$/)),
  datetimepicker: one('selected_date_time', 'initial_date_time', (e, text) => Number(pattern(e, text, /^\d{10}$/))),
  rich_text_input: one('rich_text_value', 'initial_value', (_, text) => richTextOf(typed(text), 'rich')),
  file_input: many('files', 'initial_files', (element, id, state) => {
    const file = state.files.get(id);
    if (file === undefined) throw new Error(`${asText(element['action_id'])}: there is no file ${id}`);
    return { id: file.id, name: file.name, mimetype: file.mimetype, size: file.size };
  }),
};

/** Kinds that keep what was chosen; the others only tell it. */
const keeps = (element: Json): boolean =>
  KINDS[asText(element['type'])] !== undefined && element['type'] !== 'overflow';

export const initialOf = (element: Json): Json => {
  const kind = KINDS[asText(element['type'])];
  return { type: element['type'], ...(kind === undefined ? {} : { [kind.key]: kind.initial(element) }) };
};

/** What an element says after somebody typed or chose; throws when that is not possible. */
export function chosenOf(element: Json, choice: string, state: State): Json {
  const kind = KINDS[asText(element['type'])];
  if (kind === undefined) throw new Error(`nothing can be chosen in a ${asText(element['type'])}`);
  return { type: element['type'], [kind.key]: kind.chosen(element, choice, state) };
}

export function isEmpty(value: Json): boolean {
  const { type: _, ...rest } = value;
  return Object.values(rest).every((v) => v === null || v === '' || (Array.isArray(v) && v.length === 0));
}

/** `state.values`: what stands in every element that keeps something; `kept`: what was chosen before, where the same element is still there. */
export function valuesOf(
  blocks: unknown,
  kept: Readonly<Record<string, Readonly<Record<string, Json>>>> = {},
): Record<string, Record<string, Json>> {
  const values: Record<string, Record<string, Json>> = {};
  for (const block of Array.isArray(blocks) ? blocks.filter(isObject) : []) {
    const id = asText(block['block_id']);
    for (const element of elementsOf(block).filter(keeps)) {
      const action = asText(element['action_id']);
      const before = kept[id]?.[action];
      const value = before !== undefined && before['type'] === element['type'] ? before : initialOf(element);
      values[id] = { ...values[id], [action]: value };
    }
  }
  return values;
}
