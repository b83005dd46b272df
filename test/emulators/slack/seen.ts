import { optionsOf } from './block-kit-elements.ts';
import { asText, isObject, type Json } from './block-kit-rules.ts';
import { read } from './text.ts';

const objects = (value: unknown): Json[] => (Array.isArray(value) ? value.filter(isObject) : []);

function textObject(value: unknown): string {
  if (!isObject(value)) return '';
  const words = asText(value['text']);
  return value['type'] === 'mrkdwn' ? read(words) : words;
}

const INLINE: Readonly<Record<string, (element: Json) => string>> = {
  text: (e) => asText(e['text']),
  link: (e) => asText(e['text']) || asText(e['url']),
  user: (e) => `@${asText(e['user_id'])}`,
  usergroup: (e) => `@${asText(e['usergroup_id'])}`,
  channel: (e) => `#${asText(e['channel_id'])}`,
  broadcast: (e) => `@${asText(e['range'])}`,
  emoji: (e) => `:${asText(e['name'])}:`,
  date: (e) => asText(e['fallback']) || asText(e['format']),
  color: (e) => asText(e['value']),
};

const inline = (elements: unknown): string =>
  objects(elements)
    .map((e) => INLINE[asText(e['type'])]?.(e) ?? '')
    .join('');

function richText(element: Json): string {
  switch (element['type']) {
    case 'rich_text_quote':
      return inline(element['elements'])
        .split('\n')
        .map((line) => `> ${line}`)
        .join('\n');
    case 'rich_text_list': {
      const first = typeof element['offset'] === 'number' ? element['offset'] + 1 : 1;
      return objects(element['elements'])
        .map((item, i) => `${element['style'] === 'ordered' ? `${first + i}.` : '•'} ${inline(item['elements'])}`)
        .join('\n');
    }
    default:
      return inline(element['elements']);
  }
}

const lines = (...parts: readonly string[]): string => parts.filter((part) => part !== '').join('\n');

const BLOCKS: Readonly<Record<string, (block: Json) => string>> = {
  header: (b) => textObject(b['text']),
  section: (b) => lines(textObject(b['text']), ...objects(b['fields']).map(textObject)),
  context: (b) =>
    lines(...objects(b['elements']).map((e) => (e['type'] === 'image' ? asText(e['alt_text']) : textObject(e)))),
  rich_text: (b) => lines(...objects(b['elements']).map(richText)),
  markdown: (b) => asText(b['text']),
  image: (b) => lines(textObject(b['title']), asText(b['alt_text'])),
  input: (b) => lines(textObject(b['label']), textObject(b['hint'])),
  alert: (b) => textObject(b['text']),
  card: (b) => lines(textObject(b['title']), textObject(b['subtitle']), textObject(b['body'])),
  video: (b) => lines(textObject(b['title']), textObject(b['description'])),
  carousel: (b) => lines(...objects(b['elements']).map(blockText)),
  container: (b) =>
    lines(textObject(b['title']), textObject(b['subtitle']), ...objects(b['child_blocks']).map(blockText)),
};

const blockText = (block: Json): string => BLOCKS[asText(block['type'])]?.(block) ?? '';

/** What can be seen in something that was sent; views have no text. */
interface Seen {
  readonly text?: string;
  readonly blocks?: readonly Json[];
}

/** What a person reads: the blocks in their order when there are any (buttons are `buttonsOf`'s), else the text; nothing is escaped in it. */
export const textOf = ({ text = '', blocks = [] }: Seen): string =>
  blocks.length > 0 ? lines(...blocks.map(blockText)) : read(text);

/** Something that can be pressed, chosen from or typed into. */
export interface SeenElement {
  readonly type: string;
  readonly actionId: string;
  readonly blockId: string;
  /** A button's text, an input's label, else the placeholder. */
  readonly label: string;
  /** A button's value; null when it has none. */
  readonly value: string | null;
  readonly url: string | null;
  readonly style: string | null;
  readonly options: readonly { readonly label: string; readonly value: string }[];
}

/** Elements of one block, without those that only show something. */
export function elementsOf(block: Json): Json[] {
  const nested = [
    ...objects(block['child_blocks']),
    ...(block['type'] === 'carousel' ? objects(block['elements']) : []),
  ];
  const own = [block['accessory'], block['element']].filter(isObject);
  const row = ['actions', 'context_actions'].includes(asText(block['type'])) ? objects(block['elements']) : [];
  const ofCard = block['type'] === 'card' ? objects(block['actions']) : [];
  return [...own, ...row, ...ofCard, ...nested.flatMap(elementsOf)].filter((e) => e['type'] !== 'image');
}

/** Every interactive element, in order. */
export const buttonsOf = ({ blocks = [] }: Seen): SeenElement[] =>
  blocks.flatMap((block) =>
    elementsOf(block).map((e) => ({
      type: asText(e['type']),
      actionId: asText(e['action_id']),
      blockId: asText(block['block_id']),
      label: textObject(e['text']) || textObject(block['label']) || textObject(e['placeholder']),
      value: typeof e['value'] === 'string' ? e['value'] : null,
      url: typeof e['url'] === 'string' ? e['url'] : null,
      style: typeof e['style'] === 'string' ? e['style'] : null,
      options: optionsOf(e)
        .filter(isObject)
        .map((o) => ({ label: textObject(o['text']), value: asText(o['value']) })),
    })),
  );
