import {
  confirm,
  conversationFilter,
  dispatchConfig,
  markedOption,
  option,
  optionGroup,
  overflowOption,
  picture,
  style,
  text,
} from './block-kit-objects.ts';
import { richText } from './block-kit-rich-text.ts';
import {
  anything,
  boolean,
  integer,
  isObject,
  list,
  matches,
  measure,
  object,
  oneOf,
  say,
  string,
  url,
  type Check,
  type Json,
  type Rule,
  type Shape,
} from './block-kit-rules.ts';

const actionId: Rule = (value, at, check) => {
  string(255, 1)(value, at, check);
  if (check.actionIds.has(String(value))) say(check, at, 'duplicate', 'an action_id once per block', value);
  check.actionIds.add(String(value));
};

const focus: Rule = (value, at, check) => {
  boolean(value, at, check);
  if (value === true) check.focused.push(at);
};

const FOCUS = { focus_on_load: focus };
const PLACEHOLDER = { placeholder: text(150, 'plain') };
const CONFIRM = { confirm };
const DISPATCH = { dispatch_action_config: dispatchConfig };
const MAX_ITEMS = { max_selected_items: integer(1, 100) };
const OPTIONAL = { ...FOCUS, ...PLACEHOLDER, ...CONFIRM };

const element = (
  type: string,
  required: Shape['required'],
  optional: NonNullable<Shape['optional']>,
  whole?: Shape['whole'],
): Rule =>
  object({
    required: { type: oneOf(type), ...required },
    optional: { action_id: actionId, ...optional },
    ...(whole === undefined ? {} : { whole }),
  });

/** Options of a select, flat or in groups, as they were given. */
export function optionsOf(value: Json): readonly unknown[] {
  const groups = Array.isArray(value['option_groups']) ? value['option_groups'] : [];
  const grouped = groups.flatMap((g: unknown) => (isObject(g) && Array.isArray(g['options']) ? g['options'] : []));
  return [...(Array.isArray(value['options']) ? value['options'] : []), ...grouped];
}

/** What is chosen from the start has to be among the options, to the letter. */
function initial(value: Json, at: string, check: Check): void {
  const options = new Set(optionsOf(value).map((o) => JSON.stringify(o)));
  const many = Array.isArray(value['initial_options']) ? value['initial_options'] : [];
  const chosen: [unknown, string][] = many.map((o: unknown, i) => [o, `${at}/initial_options/${i}`]);
  if (isObject(value['initial_option'])) chosen.push([value['initial_option'], `${at}/initial_option`]);
  for (const [o, where] of chosen) {
    if (!options.has(JSON.stringify(o))) say(check, where, 'not_allowed', 'one of the options', o);
  }
}

function eitherOptions(value: Json, at: string, check: Check): void {
  if ((value['options'] === undefined) === (value['option_groups'] === undefined))
    say(check, `${at}/options`, 'missing', 'either options or option_groups', Object.keys(value).join(', '));
  initial(value, at, check);
}

const SELECT_OPTIONS = { options: list(option, 1, 100), option_groups: list(optionGroup, 1, 100) };
const id = string(255, 1);
const ids = list(id, 1, 100);
const label = string(75, 1);

function lengths(value: Json, at: string, check: Check): void {
  const [min, max, given] = [value['min_length'], value['max_length'], value['initial_value']];
  if (typeof min === 'number' && typeof max === 'number' && min > max)
    say(check, `${at}/min_length`, 'too_big', `at most max_length (${max})`, min);
  if (typeof given === 'string')
    measure(given, Number(min ?? 0), Math.min(3000, Number(max ?? 3000)), `${at}/initial_value`, check);
}

const DATE = matches(/^\d{4}-\d{2}-\d{2}$/, 'YYYY-MM-DD');
const NUMBER = matches(/^-?\d+(?:\.\d+)?$/, 'a number as a string');
const feedback = object({
  required: { text: text(75, 'plain'), value: string(2000, 1) },
  optional: { accessibility_label: label },
});
const buttonLook = { style, accessibility_label: label, ...CONFIRM };

/** Every element of Block Kit, by its type. */
export const ELEMENTS: Readonly<Record<string, Rule>> = {
  image: object(picture()),
  button: element('button', { text: text(75, 'plain') }, { value: string(2000, 1), url, ...buttonLook }),
  workflow_button: element('workflow_button', { text: text(75, 'plain'), workflow: anything }, buttonLook),
  overflow: element('overflow', { options: list(overflowOption, 1, 5) }, CONFIRM),
  checkboxes: element(
    'checkboxes',
    { options: list(markedOption, 1, 10) },
    { initial_options: list(markedOption, 1, 10), ...FOCUS, ...CONFIRM },
    initial,
  ),
  radio_buttons: element(
    'radio_buttons',
    { options: list(markedOption, 1, 10) },
    { initial_option: markedOption, ...FOCUS, ...CONFIRM },
    initial,
  ),
  static_select: element(
    'static_select',
    {},
    { ...SELECT_OPTIONS, initial_option: option, ...OPTIONAL },
    eitherOptions,
  ),
  multi_static_select: element(
    'multi_static_select',
    {},
    { ...SELECT_OPTIONS, initial_options: list(option, 1, 100), ...MAX_ITEMS, ...OPTIONAL },
    eitherOptions,
  ),
  external_select: element(
    'external_select',
    {},
    { initial_option: option, min_query_length: integer(0, 100), ...OPTIONAL },
  ),
  multi_external_select: element(
    'multi_external_select',
    {},
    { initial_options: list(option, 1, 100), min_query_length: integer(0, 100), ...MAX_ITEMS, ...OPTIONAL },
  ),
  users_select: element('users_select', {}, { initial_user: id, ...OPTIONAL }),
  multi_users_select: element('multi_users_select', {}, { initial_users: ids, ...MAX_ITEMS, ...OPTIONAL }),
  channels_select: element('channels_select', {}, { initial_channel: id, response_url_enabled: boolean, ...OPTIONAL }),
  multi_channels_select: element('multi_channels_select', {}, { initial_channels: ids, ...MAX_ITEMS, ...OPTIONAL }),
  conversations_select: element(
    'conversations_select',
    {},
    {
      initial_conversation: id,
      default_to_current_conversation: boolean,
      filter: conversationFilter,
      response_url_enabled: boolean,
      ...OPTIONAL,
    },
  ),
  multi_conversations_select: element(
    'multi_conversations_select',
    {},
    {
      initial_conversations: ids,
      default_to_current_conversation: boolean,
      filter: conversationFilter,
      ...MAX_ITEMS,
      ...OPTIONAL,
    },
  ),
  datepicker: element('datepicker', {}, { initial_date: DATE, ...OPTIONAL }),
  timepicker: element(
    'timepicker',
    {},
    { initial_time: matches(/^(?:[01]\d|2[0-3]):[0-5]\d$/, 'HH:mm'), timezone: string(255, 1), ...OPTIONAL },
  ),
  datetimepicker: element(
    'datetimepicker',
    {},
    { initial_date_time: integer(1_000_000_000, 9_999_999_999), ...FOCUS, ...CONFIRM },
  ),
  plain_text_input: element(
    'plain_text_input',
    {},
    {
      initial_value: string(3000),
      multiline: boolean,
      min_length: integer(0, 3000),
      max_length: integer(1, 3000),
      ...FOCUS,
      ...PLACEHOLDER,
      ...DISPATCH,
    },
    lengths,
  ),
  email_text_input: element(
    'email_text_input',
    {},
    { initial_value: string(3000), ...FOCUS, ...PLACEHOLDER, ...DISPATCH },
  ),
  url_text_input: element('url_text_input', {}, { initial_value: string(3000), ...FOCUS, ...PLACEHOLDER, ...DISPATCH }),
  number_input: element(
    'number_input',
    { is_decimal_allowed: boolean },
    { initial_value: NUMBER, min_value: NUMBER, max_value: NUMBER, ...FOCUS, ...PLACEHOLDER, ...DISPATCH },
  ),
  rich_text_input: element(
    'rich_text_input',
    {},
    {
      initial_value: richText,
      min_lines: integer(1, 100),
      max_lines: integer(1, 100),
      ...FOCUS,
      ...PLACEHOLDER,
      ...DISPATCH,
    },
  ),
  file_input: element('file_input', {}, { filetypes: list(string(255, 1), 1, 100), max_files: integer(1, 10) }),
  feedback_buttons: element('feedback_buttons', { positive_button: feedback, negative_button: feedback }, {}),
  icon_button: element(
    'icon_button',
    { icon: oneOf('trash'), text: text(75, 'plain') },
    { value: string(2000, 1), accessibility_label: label, visible_to_user_ids: ids, ...CONFIRM },
  ),
};

const PICKERS = ['datepicker', 'datetimepicker', 'timepicker', 'checkboxes', 'radio_buttons'];
const SELECTS = ['static', 'external', 'users', 'channels', 'conversations'].flatMap((kind) => [
  `${kind}_select`,
  `multi_${kind}_select`,
]);

/** Which elements may stand where. */
export const PLACES = {
  actions: ['button', 'workflow_button', 'overflow', 'rich_text_input', ...PICKERS, ...SELECTS],
  accessory: ['button', 'workflow_button', 'overflow', 'image', ...PICKERS, ...SELECTS],
  input: [
    'plain_text_input',
    'email_text_input',
    'url_text_input',
    'number_input',
    'rich_text_input',
    'file_input',
    ...PICKERS,
    ...SELECTS,
  ],
  contextActions: ['feedback_buttons', 'icon_button'],
} as const;
