import { ELEMENTS, PLACES } from './block-kit-elements.ts';
import { noMentions, picture, text } from './block-kit-objects.ts';
import { richText, richTextElements } from './block-kit-rich-text.ts';
import {
  boolean,
  integer,
  isObject,
  lengthOf,
  list,
  object,
  oneOf,
  say,
  string,
  typed,
  url,
  type Check,
  type Json,
  type Rule,
  type Shape,
} from './block-kit-rules.ts';

const blockId: Rule = (value, at, check) => {
  string(255, 1)(value, at, check);
  if (check.blockIds.has(String(value))) say(check, at, 'duplicate', 'a block_id once per message or view', value);
  check.blockIds.add(String(value));
};

const shape = (type: string, { required, optional = {}, whole }: Shape): Shape => ({
  required: { type: oneOf(type), ...required },
  optional: { block_id: blockId, ...optional },
  ...(whole === undefined ? {} : { whole }),
});

/** Ids of actions have to differ within a block only. */
const block = (type: string, what: Shape): Rule => {
  const rule = object(shape(type, what));
  return (value, at, check) => {
    const outer = check.actionIds;
    check.actionIds = new Set();
    rule(value, at, check);
    check.actionIds = outer;
  };
};

const elements = (allowed: readonly string[]): Rule => typed(() => ELEMENTS, allowed);
const image = elements(['image']);

const contextElement: Rule = (value, at, check) => {
  const rule = isObject(value) && value['type'] === 'image' ? image : text(3000, 'any');
  rule(value, at, check);
};

const onlyInViews = (_: Json, at: string, check: Check): void => {
  if (check.surface === 'message') say(check, `${at}/type`, 'not_allowed', 'an input only in a modal or home', 'input');
};

const markdownText: Rule = (value, at, check) => {
  string(12_000, 1)(value, at, check);
  if (typeof value !== 'string') return;
  noMentions(value, at, check);
  const before = check.markdown;
  check.markdown += lengthOf(value);
  // One block that is too long by itself was said already.
  if (before > 0 && before <= 12_000 && check.markdown > 12_000)
    say(check, at, 'too_long', 'at most 12000 characters in all markdown blocks', `${check.markdown} characters`);
};

const rawText = object({ required: { type: oneOf('raw_text'), text: string(3000, 1) } });
const rawNumber = object({
  required: {
    type: oneOf('raw_number'),
    text: string(3000, 1),
    value: (value, at, check) => {
      if (typeof value !== 'number') say(check, at, 'type', 'a number', value);
    },
  },
});
const cell = typed(() => ({ raw_text: rawText, raw_number: rawNumber, rich_text: richText }), null);

/** Characters that stand in a table's cells. */
function cellText(value: unknown): number {
  if (Array.isArray(value)) return value.reduce((sum: number, entry: unknown) => sum + cellText(entry), 0);
  if (!isObject(value)) return 0;
  return typeof value['text'] === 'string' ? lengthOf(value['text']) : cellText(value['elements']);
}

function oneTable(value: Json, at: string, check: Check): void {
  check.tables += 1;
  if (check.tables === 2) say(check, at, 'too_many', 'one table per message', check.tables);
  const length = cellText(value['rows']);
  if (length > 10_000)
    say(check, `${at}/rows`, 'too_long', 'at most 10000 characters in a table', `${length} characters`);
}

const sectionNeeds = (value: Json, at: string, check: Check): void => {
  if (value['text'] === undefined && value['fields'] === undefined)
    say(check, at, 'missing', 'text or fields', Object.keys(value).join(', '));
};

const cardNeeds = (value: Json, at: string, check: Check): void => {
  if (['hero_image', 'title', 'actions', 'body'].every((key) => value[key] === undefined))
    say(check, at, 'missing', 'hero_image, title, actions or body', Object.keys(value).join(', '));
};

const containerNeeds = (value: Json, at: string, check: Check): void => {
  if (value['title'] === undefined && value['rich_text_title'] === undefined)
    say(check, at, 'missing', 'title or rich_text_title', Object.keys(value).join(', '));
};

const CHILDREN = 'actions context divider file header image input rich_text section table video'.split(' ');
const short = (max: number): Rule => string(max, 1);

/** Every block of Block Kit, by its type. */
export const BLOCKS: Readonly<Record<string, Rule>> = {
  section: block('section', {
    required: {},
    optional: {
      text: text(3000, 'any'),
      fields: list(text(2000, 'any'), 1, 10),
      accessory: elements(PLACES.accessory),
      expand: boolean,
    },
    whole: sectionNeeds,
  }),
  header: block('header', { required: { text: text(150, 'plain') } }),
  divider: block('divider', { required: {} }),
  context: block('context', { required: { elements: list(contextElement, 1, 10) } }),
  actions: block('actions', { required: { elements: list(elements(PLACES.actions), 1, 25) } }),
  context_actions: block('context_actions', { required: { elements: list(elements(PLACES.contextActions), 1, 5) } }),
  input: block('input', {
    required: { label: text(2000, 'plain'), element: elements(PLACES.input) },
    optional: { hint: text(2000, 'plain'), optional: boolean, dispatch_action: boolean },
    whole: onlyInViews,
  }),
  image: (() => {
    const what = picture({ title: text(2000, 'plain') });
    const { type: _, ...required } = what.required;
    return block('image', { ...what, required });
  })(),
  rich_text: block('rich_text', { required: { elements: richTextElements } }),
  markdown: block('markdown', { required: { text: markdownText } }),
  file: block('file', { required: { source: oneOf('remote'), external_id: short(255) } }),
  video: block('video', {
    required: { video_url: url, thumbnail_url: url, alt_text: short(200), title: text(200, 'plain') },
    optional: {
      title_url: url,
      author_name: short(50),
      provider_name: short(50),
      provider_icon_url: url,
      description: text(200, 'plain'),
    },
  }),
  alert: block('alert', {
    required: { text: text(200, 'any') },
    optional: { level: oneOf('default', 'info', 'warning', 'error', 'success') },
  }),
  card: block('card', {
    required: {},
    optional: {
      hero_image: image,
      icon: image,
      title: text(150, 'mrkdwn'),
      subtitle: text(150, 'mrkdwn'),
      body: text(200, 'mrkdwn'),
      actions: list(elements(['button']), 1, 3),
    },
    whole: cardNeeds,
  }),
  carousel: block('carousel', {
    required: {
      elements: list(
        typed(() => BLOCKS, ['card']),
        1,
        10,
      ),
    },
  }),
  container: block('container', {
    required: {
      child_blocks: list(
        typed(() => BLOCKS, CHILDREN),
        1,
        10,
      ),
    },
    optional: {
      title: text(150, 'plain'),
      rich_text_title: richText,
      subtitle: text(150, 'any'),
      width: oneOf('narrow', 'standard', 'wide', 'full'),
      icon: image,
      is_collapsible: boolean,
      default_collapsed: boolean,
      has_header_divider: boolean,
    },
    whole: containerNeeds,
  }),
  table: block('table', {
    required: { rows: list(list(cell, 1, 20), 1, 100) },
    optional: {
      column_settings: list(
        object({ required: {}, optional: { align: oneOf('left', 'center', 'right'), is_wrapped: boolean } }),
        1,
        20,
      ),
    },
    whole: oneTable,
  }),
  data_table: block('data_table', {
    // One row of headings and at most a hundred more.
    required: { rows: list(list(cell, 1, 20), 2, 101), caption: short(3000) },
    optional: { page_size: integer(1, 100), row_header_column_index: integer(0, 19) },
  }),
  task_card: block('task_card', {
    required: {
      task_id: short(255),
      title: short(3000),
      status: oneOf('pending', 'in_progress', 'complete', 'error'),
    },
    optional: {
      details: richText,
      output: richText,
      sources: list(object({ required: { type: oneOf('url'), url, text: short(3000) } }), 1, 100),
    },
  }),
  plan: block('plan', {
    required: { title: short(3000) },
    optional: {
      tasks: list(
        typed(() => BLOCKS, ['task_card']),
        1,
        50,
      ),
    },
  }),
};

export const anyBlock = typed(() => BLOCKS, null);
