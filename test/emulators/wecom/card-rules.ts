import { asList, asObject, asText, bytesOf, isObject, type Json } from '../json.ts';
import { refuse } from './method.ts';

export type Sender = 'app' | 'bot' | 'push';

/** Recommended lengths in characters; clients cut what is longer (fact sheet, 3.2 and 4.4). */
interface Lengths {
  readonly title: number;
  readonly desc: number;
  readonly sub: number;
  readonly button: number;
  readonly option: number;
}
const LENGTHS: Readonly<Record<Sender, Lengths>> = {
  app: { title: 36, desc: 44, sub: 160, button: 10, option: 16 },
  push: { title: 26, desc: 30, sub: 112, button: 10, option: 16 },
  bot: { title: 26, desc: 30, sub: 112, button: 10, option: 10 },
};

const CARDS = new Set(['text_notice', 'news_notice', 'button_interaction', 'vote_interaction', 'multiple_interaction']);
const NOTICES = ['text_notice', 'news_notice'];
const KEY_BYTES = 1_024;
const TASK = /^[0-9A-Za-z_@-]{1,128}$/u;

/** What is shown on which cards only; elsewhere it is taken and shown nowhere. */
const SHOWN_ON: Readonly<Record<string, readonly string[]>> = {
  emphasis_content: ['text_notice'],
  jump_list: NOTICES,
  action_menu: [...NOTICES, 'button_interaction'],
  button_list: ['button_interaction'],
  button_selection: ['button_interaction'],
  checkbox: ['vote_interaction'],
  select_list: ['multiple_interaction'],
  submit_button: ['vote_interaction', 'multiple_interaction'],
  card_image: ['news_notice'],
  image_text_area: ['news_notice'],
  vertical_content_list: ['news_notice'],
  horizontal_content_list: [...NOTICES, 'button_interaction'],
  quote_area: [...NOTICES, 'button_interaction'],
  sub_title_text: ['text_notice', 'button_interaction'],
};

const long = (text: string): number => Array.from(text).length;

/** Whether presses on it come back: then it needs a callback, and is answered with a code. */
export const isInteractive = (card: Json): boolean =>
  !NOTICES.includes(asText(card['card_type'])) || isObject(card['action_menu']);

export const canBeGreyed = (card: Json): boolean => !NOTICES.includes(asText(card['card_type']));

/** @throws Refusal 42014 */
export function checkTask(task: string): void {
  if (!TASK.test(task)) refuse(42014, 'invalid task_id');
}

/** Checks one card; what it says that is too long to be shown. @throws Refusal */
export function checkCard(card: Json, sender: Sender): readonly string[] {
  const warnings: string[] = [];
  const lengths = LENGTHS[sender];
  const type = asText(card['card_type']);
  if (!CARDS.has(type)) refuse(42031, 'invalid card_type');
  if (sender === 'push' && !NOTICES.includes(type)) refuse(40008, 'invalid message type');

  /** A text, checked against what is recommended. */
  const text = (value: unknown, name: string, most: number): string => {
    if (value === undefined) return '';
    if (typeof value !== 'string') return refuse(40058, `${name} is no string`);
    if (long(value) > most) warnings.push(`${name}: ${long(value)} of ${most} characters`);
    return value;
  };
  const object = (name: string): Json | null => {
    const value = card[name];
    if (value === undefined) return null;
    return isObject(value) ? value : refuse(40058, `${name} is no object`);
  };
  const list = (from: Json, name: string): readonly Json[] => {
    const value = from[name];
    if (value === undefined) return [];
    return Array.isArray(value) ? (value as unknown[]).map(asObject) : refuse(40058, `${name} is no array`);
  };
  const address = (value: unknown, name: string): void => {
    if (!/^https?:\/\/[^\s/]/u.test(asText(value)) || bytesOf(asText(value)) > 2_048)
      refuse(42028, `invalid url of ${name}`);
  };
  /** What a press would open: by `url`, or a mini-program. */
  const opens = (from: Json, name: string, types: readonly number[], bad: number): void => {
    const kind = from['type'] ?? 0;
    if (typeof kind !== 'number' || !types.includes(kind)) refuse(bad, `invalid type of ${name}`);
    if (kind === 1) address(from['url'], name);
    if (kind === 2 && asText(from['appid']) === '') refuse(bad, `no appid of ${name}`);
  };
  const keys = new Set<string>();
  const key = (value: unknown, bad: number, clash: number): void => {
    const given = asText(value);
    if (given === '' || bytesOf(given) > KEY_BYTES) refuse(bad, 'invalid key');
    if (keys.has(given)) refuse(clash, 'key is not unique');
    keys.add(given);
  };
  const options = (from: Json, most: number, name: string, length: number): void => {
    const given = list(from, 'option_list');
    if (given.length < 1 || given.length > most) refuse(40058, `${given.length} options of ${name}, 1 to ${most}`);
    const ids = new Set<string>();
    for (const option of given) {
      const id = asText(option['id']);
      if (id === '' || bytesOf(id) > 128 || ids.has(id)) refuse(40058, `invalid option id of ${name}`);
      ids.add(id);
      if (text(option['text'], `${name} option`, length) === '') refuse(42041, 'no option text');
    }
  };
  const question = (from: Json, most: number, name: string, length: number): void => {
    if (asText(from['question_key']) === '' || bytesOf(asText(from['question_key'])) > KEY_BYTES)
      refuse(42043, 'invalid question_key');
    text(from['title'], `${name} title`, 13);
    options(from, most, name, length);
    const selected = asText(from['selected_id']);
    const ids = list(from, 'option_list').map((option) => asText(option['id']));
    if (selected !== '' && !ids.includes(selected)) warnings.push(`${name}: nothing has the selected_id`);
  };

  for (const [name, where] of Object.entries(SHOWN_ON))
    if (card[name] !== undefined && !where.includes(type)) warnings.push(`${name} is not shown on ${type}`);

  const source = object('source');
  text(source?.['desc'], 'source', 20);
  if (![undefined, 0, 1, 2, 3].includes(source?.['desc_color'] as number | undefined))
    refuse(40058, 'invalid desc_color');

  const main = object('main_title');
  const isVote = type === 'vote_interaction';
  const isForm = isVote || type === 'multiple_interaction';
  const title = text(main?.['title'], 'title', isVote && sender === 'app' ? 16 : lengths.title);
  text(main?.['desc'], 'desc', isForm && sender === 'app' ? 160 : lengths.desc);
  const sub = text(card['sub_title_text'], 'sub_title_text', lengths.sub);
  const emphasis = object('emphasis_content');
  text(emphasis?.['title'], 'emphasis title', sender === 'app' ? 14 : 10);
  text(emphasis?.['desc'], 'emphasis desc', sender === 'app' ? 22 : 15);

  const quote = object('quote_area');
  if (quote !== null) opens(quote, 'quote_area', [0, 1, 2], 40058);

  const rows = list(card, 'horizontal_content_list');
  if (rows.length > 6) refuse(42035, 'too many horizontal_content_list');
  for (const row of rows) {
    if (text(row['keyname'], 'keyname', 5) === '') refuse(42027, 'no keyname');
    text(row['value'], 'value', sender === 'app' ? 30 : 26);
    const kind = row['type'] ?? 0;
    if (!(sender === 'bot' ? [0, 1, 3] : [0, 1, 2, 3]).includes(kind as number)) refuse(40058, 'invalid type of a row');
    if (kind === 1) address(row['url'], 'horizontal_content_list');
    if (kind === 2 && asText(row['media_id']) === '') refuse(40007, 'invalid media_id');
    if (kind === 3 && asText(row['userid']) === '') refuse(42050, 'invalid userid');
  }

  const jumps = list(card, 'jump_list');
  if (jumps.length > 3) refuse(42042, 'too many jump_list');
  for (const jump of jumps) {
    if (text(jump['title'], 'jump title', sender === 'app' ? 18 : 13) === '') refuse(40058, 'no title of a jump');
    if (sender === 'bot' && jump['type'] === 3) {
      const asked = asText(jump['question']);
      if (asked === '' || bytesOf(asked) > 200) refuse(40058, 'invalid question');
    } else opens(jump, 'jump_list', [0, 1, 2], 40058);
  }

  const action = object('card_action');
  if (action === null && NOTICES.includes(type)) refuse(42045, 'no card_action');
  if (action !== null) opens(action, 'card_action', NOTICES.includes(type) ? [1, 2] : [0, 1, 2], 42045);

  if (type === 'button_interaction') {
    const buttons = list(card, 'button_list');
    if (buttons.length < 1 || buttons.length > 6) refuse(40058, `${buttons.length} buttons, 1 to 6`);
    for (const button of buttons) {
      if (text(button['text'], 'button', lengths.button) === '') refuse(42038, 'no button text');
      if (![undefined, 1, 2, 3, 4].includes(button['style'] as number | undefined)) refuse(40058, 'invalid style');
      const kind = button['type'] ?? 0;
      if (sender === 'bot' && kind !== 0) refuse(40058, 'a bot has no buttons with addresses');
      if (kind === 1) address(button['url'], 'button_list');
      else if (kind === 0) key(button['key'], 42039, 42039);
      else refuse(40058, 'invalid type of a button');
    }
    const selection = object('button_selection');
    if (selection !== null) question(selection, 10, 'button_selection', lengths.option);
  }
  if (isVote) {
    const box = object('checkbox') ?? refuse(40058, 'no checkbox');
    if (![undefined, 0, 1].includes(box['mode'] as number | undefined)) refuse(40058, 'invalid mode');
    question(box, 20, 'checkbox', sender === 'app' ? 17 : 11);
  }
  if (type === 'multiple_interaction') {
    const lists = list(card, 'select_list');
    if (lists.length < 1 || lists.length > 3) refuse(42047, 'invalid select_list');
    for (const one of lists) question(one, 10, 'select_list', lengths.option);
    if (new Set(lists.map((one) => one['question_key'])).size < lists.length)
      refuse(42043, 'question_key is not unique');
  }
  if (isForm) {
    const submit = object('submit_button') ?? refuse(42046, 'no submit_button');
    if (text(submit['text'], 'submit_button', 10) === '') refuse(42046, 'no text of submit_button');
    key(submit['key'], 42049, 42049);
  }
  const menu = object('action_menu');
  if (menu !== null && !isForm) {
    const entries = list(menu, 'action_list');
    if (entries.length < 1 || entries.length > 3) refuse(40058, `${entries.length} entries of action_menu, 1 to 3`);
    for (const entry of entries) {
      if (asText(entry['text']) === '') refuse(40058, 'no text of an entry');
      key(entry['key'], 42039, 42051);
    }
  }
  if (type === 'news_notice') {
    const image = object('card_image');
    const area = object('image_text_area');
    if (image === null && area === null) refuse(40058, 'no card_image and no image_text_area');
    if (image !== null) address(image['url'], 'card_image');
    const ratio = image?.['aspect_ratio'];
    if (ratio !== undefined && !(Number(ratio) >= 1.3 && Number(ratio) <= 2.25)) refuse(40058, 'invalid aspect_ratio');
    if (area !== null) address(area['image_url'], 'image_text_area');
    const verticals = list(card, 'vertical_content_list');
    if (verticals.length > 4) refuse(40058, 'too many vertical_content_list');
    for (const item of verticals) {
      if (text(item['title'], 'vertical title', 38) === '') refuse(40058, 'no title');
      text(item['desc'], 'vertical desc', 160);
    }
  }
  if (title === '' && (type !== 'text_notice' || sub === '')) refuse(40058, 'no main_title');
  return warnings;
}

/** Whether it cannot do without a task_id. */
export const needsTask = (card: Json): boolean =>
  asList(asObject(card['action_menu'])['action_list']).length > 0 || canBeGreyed(card);
