import { readPress, type Press } from '../../adapters/slack/press.ts';
import { readSubmission } from '../../adapters/slack/view.ts';
import type { Action, Block, Card, CardKind, Form, FormField, ListItem } from '../../cards/card.ts';
import { buttonsOf, textOf, type SeenElement } from '../emulators/slack/seen.ts';
import type { SlackMessage, SlackView } from '../emulators/slack/emulator.ts';
import type { Seen } from './desk.ts';

/** What Slack shows, read back: what of a card or a form a person can see again, with the invocations behind its buttons. */

type Json = Readonly<Record<string, unknown>>;

const SIGNS: Readonly<Record<string, Card['tone']>> = {
  '\u26AA': 'grey',
  '\u{1F535}': 'blue',
  '\u{1F7E0}': 'amber',
  '\u{1F7E1}': 'amber',
  '\u{1F534}': 'red',
  '\u{1F7E2}': 'green',
};

/** Something that can be pressed, with what it means. */
export interface Pressable {
  readonly press: Press;
  readonly label: string;
  readonly primary: boolean;
  readonly menu: boolean;
  readonly actionId: string;
  /** The entry's value, behind a menu. */
  readonly choice: string | undefined;
}

function pressesOf({ actionId, blockId, value, label, style, options }: SeenElement): Pressable[] {
  const one = { action_id: actionId, block_id: blockId };
  const own = value === null ? null : readPress({ ...one, value });
  const behind = options.flatMap((option): Pressable[] => {
    const press = readPress({ ...one, selected_option: option });
    return press === null
      ? []
      : [{ press, label: option.label, primary: false, menu: true, actionId, choice: option.value }];
  });
  return own === null
    ? behind
    : [{ press: own, label, primary: style === 'primary', menu: false, actionId, choice: undefined }, ...behind];
}

const known = new WeakMap<readonly Json[], readonly Pressable[]>();

/** Everything of ours that can be pressed there. */
export function pressables({ blocks }: { readonly blocks: readonly Json[] }): readonly Pressable[] {
  const before = known.get(blocks);
  if (before !== undefined) return before;
  const found = buttonsOf({ blocks }).flatMap(pressesOf);
  known.set(blocks, found);
  return found;
}

const actionOf = ({ press, label, primary, menu }: Pressable): Action => ({
  label,
  style: primary ? 'primary' : 'default',
  placement: menu ? 'menu' : 'button',
  invoke: press.invocation,
  typed: '',
});

const list = (value: unknown): Json[] => (Array.isArray(value) ? (value as Json[]) : []);
const stringOf = (value: unknown): string => (typeof value === 'string' ? value : '');
const typeOf = (value: Json | undefined): string => stringOf(value?.['type']);
const partsOf = (block: Json): Json[] => list(list(block['elements'])[0]?.['elements']);
const isBold = (part: Json | undefined): boolean => (part?.['style'] as Json | undefined)?.['bold'] === true;
const wordsOf = (block: Json): string => textOf({ blocks: [block] });

/** `订单：2811...`, a line each, the label in bold. */
function fieldsOf(parts: readonly Json[]): { label: string; value: string }[] {
  const fields: { label: string; value: string }[] = [];
  for (const part of parts) {
    const words = stringOf(part['text']);
    const last = fields.at(-1);
    if (isBold(part)) fields.push({ label: words.replace(/[：:]\s*$/u, ''), value: '' });
    else if (last !== undefined) fields[fields.length - 1] = { ...last, value: (last.value + words).trimEnd() };
  }
  return fields;
}

function richBlock(block: Json): Block {
  const parts = partsOf(block);
  const words = wordsOf(block);
  switch (typeOf(list(block['elements'])[0])) {
    case 'rich_text_list':
      return { type: 'list', items: words.split('\n•').map((item) => ({ text: item.replace(/^• ?/u, '').trim() })) };
    case 'rich_text_quote':
      return { type: 'text', style: 'quote', text: words.replaceAll(/^> /gmu, '') };
    case 'rich_text_preformatted':
      return { type: 'text', style: 'copy', text: words };
    default:
  }
  if (isBold(parts[0])) return { type: 'fields', fields: fieldsOf(parts) };
  const url = parts.length === 1 && typeOf(parts[0]) === 'link' ? stringOf(parts[0]?.['url']) : null;
  if (url !== null && url !== words) return { type: 'file', file: '', text: words, url };
  return { type: 'text', style: 'plain', text: words };
}

/** Blocks between the status and the actions. */
function bodyOf(blocks: readonly Json[]): Block[] {
  const body: Block[] = [];
  /** The row that what follows may belong to. */
  let row: ListItem[] = [];
  const end = (next: ListItem[] = []): void => {
    for (const item of row) body.push({ type: 'list', items: [item] });
    row = next;
  };
  for (const block of blocks) {
    const [action, also] = pressables({ blocks: [block] }).map(actionOf);
    const both = { ...(action !== undefined && { action }), ...(also !== undefined && { also }) };
    const [open] = row;
    if (typeOf(block) === 'section') end([{ text: wordsOf(block), ...both }]);
    else if (open !== undefined && typeOf(block) === 'actions') row = [{ ...open, ...both }];
    else if (open !== undefined && open.detail === undefined && typeOf(block) === 'context')
      row = [{ ...open, detail: wordsOf(block) }];
    else {
      end();
      if (typeOf(block) === 'divider') body.push({ type: 'divider' });
      else if (typeOf(block) === 'context') body.push({ type: 'note', text: wordsOf(block) });
      else body.push(richBlock(block));
    }
  }
  end();
  return body;
}

const isRow = (block: Json | undefined): boolean => typeOf(block) === 'section' && block?.['accessory'] === undefined;

/** Where the card's own actions begin: those of a row stand right below it. */
function actionsFrom(blocks: readonly Json[]): number {
  let from = blocks.length;
  while (from > 0 && typeOf(blocks[from - 1]) === 'actions') from -= 1;
  const above = typeOf(blocks[from - 1]) === 'context' ? blocks[from - 2] : blocks[from - 1];
  return from < blocks.length && isRow(above) ? from + 1 : from;
}

/** A message's blocks as the card they were made of. */
export function cardOf(message: Pick<SlackMessage, 'text' | 'blocks'>, key: string): Card {
  const from = actionsFrom(message.blocks);
  const above = message.blocks.slice(0, from);
  const hasTitle =
    typeOf(above[0]) === 'header' || (typeOf(above[0]) === 'rich_text' && partsOf(above[0] ?? {}).every(isBold));
  const title = hasTitle ? wordsOf(above.shift() ?? {}) : '';
  const first = above[0] === undefined ? '' : wordsOf(above[0]);
  const [sign = ''] = Array.from(first);
  const tone = SIGNS[sign];
  if (tone !== undefined) above.shift();
  const footer = hasTitle && typeOf(above.at(-1)) === 'context' ? wordsOf(above.at(-1) ?? {}) : null;
  const isFooter = footer !== null && tone !== undefined;
  return {
    kind: (/^[a-z]+/u.exec(key)?.[0] ?? 'notice') as CardKind,
    locale: 'zh-CN',
    tone: tone ?? 'grey',
    title,
    summary: textOf({ text: message.text }),
    ...(tone !== undefined && { status: first.slice(sign.length).trim() }),
    // A footer looks like a note: it stands in both places.
    blocks: bodyOf(above),
    actions: pressables({ blocks: message.blocks.slice(from) }).map(actionOf),
    ...(isFooter && { footer }),
  };
}

/** By what was posted: a change brings other blocks. */
const seenBefore = new WeakMap<readonly Json[], Seen>();

/** A message as the sandbox would show it. */
export function seenOf(message: SlackMessage, nameOf: (id: string) => string): Seen {
  const before = seenBefore.get(message.blocks);
  if (before !== undefined) return before;
  const seen = readMessage(message, nameOf);
  seenBefore.set(message.blocks, seen);
  return seen;
}

function readMessage(message: SlackMessage, nameOf: (id: string) => string): Seen {
  const payload = message.metadata?.event_payload ?? {};
  const key = typeof payload['key'] === 'string' ? payload['key'] : '';
  const version = Number(payload['version'] ?? 0);
  const isPrivate = message.ephemeralTo !== null || key.startsWith('answer:');
  const isCard =
    buttonsOf(message).length > 0 || message.blocks.length > 1 || typeOf(message.blocks[0]) === 'header' || version > 1;
  const id = `${message.channel}/${message.ts}`;
  const common = {
    id,
    from: message.botId === null ? nameOf(message.user) : 'bot',
    at: new Date(Number(message.ts) * 1_000).toISOString(),
    ...(isPrivate && { private: true }),
  };
  if (message.botId === null || !isCard) return { ...common, text: textOf(message) };
  // What a press on it is known by here: the message itself.
  return { ...common, surface: id, card: cardOf(message, key), ...(version > 0 && { version }) };
}

/** What stands in an input when the form opens. */
function initialOf(element: Json | undefined): string | undefined {
  const option = element?.['initial_option'] as { value: string } | undefined;
  const written = element?.['initial_value'];
  return option?.value ?? (typeof written === 'string' ? written : undefined);
}

const optionsOf = (element: Json | undefined): { value: string; label: string }[] =>
  [...list(element?.['options']), ...list(element?.['option_groups']).flatMap((g) => list(g['options']))].map((o) => ({
    value: stringOf(o['value']),
    label: stringOf((o['text'] as Json)['text']),
  }));

/** The modal somebody has open as the form it was made of. Null: nothing in it is filled in. */
export function formOf(view: SlackView): Form | null {
  const held = readSubmission({ private_metadata: view.privateMetadata, state: { values: {} } });
  if (held === null) return null;
  const fields = view.blocks.flatMap((block, i): FormField[] => {
    if (typeOf(block) !== 'input') return [];
    const name = stringOf(block['block_id']);
    const element = block['element'] as Json | undefined;
    const above = view.blocks[i - 1];
    const error = view.errors[name] ?? (typeOf(above) === 'context' ? wordsOf(above ?? {}) : undefined);
    const isSelect = typeOf(element) === 'static_select';
    const value = initialOf(element);
    return [
      {
        name,
        label: stringOf((block['label'] as Json)['text']),
        type: isSelect ? 'select' : element?.['multiline'] === true ? 'text' : 'line',
        required: block['optional'] !== true,
        max: Number(element?.['max_length'] ?? 0),
        ...(value !== undefined && { value }),
        ...(isSelect && { options: optionsOf(element) }),
        ...(error !== undefined && { error }),
        ...(block['dispatch_action'] === true && { guides: true as const }),
      },
    ];
  });
  const submit = stringOf((view.raw['submit'] as Json | undefined)?.['text']);
  return { title: view.title, submit, invoke: held.invocation, fields };
}
