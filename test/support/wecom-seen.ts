import { NOTHING, readPress } from '../../adapters/wecom/press.ts';
import { decodeInvocation, type Invocation } from '../../cards/invocation.ts';
import type { Action, Block, Card, CardKind, Form, FormField } from '../../cards/card.ts';
import type { CardView } from '../emulators/wecom/emulator.ts';
import type { Seen } from './desk.ts';
import type { Page } from './wecom-browser.ts';

/** What WeCom shows, read back: what of a card or a form a person can see again, with the invocations behind its buttons. */

/** What stands in a conversation, as one person has it. */
export interface Message {
  readonly id: string;
  readonly kind: string;
  readonly text: string;
  /** The conversation. */
  readonly place: string;
  readonly card: CardView | null;
  readonly at: Date;
  /** What the whole of it opens: a form that no card can hold. */
  readonly link: string | null;
  /** Who said it; null: the bot. */
  readonly from: string | null;
  /** Whose words it answers where others stand by. */
  readonly to: string | null;
  /** What was sent before a card that cannot hold all it says, in Markdown; null: nothing. */
  readonly whole: string | null;
}

type Chosen = Readonly<Record<string, string>>;

/** Something that can be pressed, with what it means. */
export interface Pressable {
  readonly invocation: Invocation;
  readonly label: string;
  readonly style: Action['style'];
  /** Values are asked for first. */
  readonly asks: boolean;
  /** The `cardVersion` that it stands on. */
  readonly seen: number | null;
  readonly group: 'button' | 'menu';
  /** Key of the button or of the entry of the menu. */
  readonly button: string;
  /** What is chosen in the card's list before; null: nothing has to be, and it stands in the menu at the top if it is of the menu. */
  readonly chosen: Chosen | null;
  /** It only opens an address. */
  readonly link: { readonly url: string; readonly invoke: Invocation } | null;
}

/** What an address of ours opens; null: it is none. */
function openedBy(url: string | null): Invocation | null {
  if (url === null || !URL.canParse(url)) return null;
  const { pathname, searchParams } = new URL(url);
  return pathname.endsWith('/wecom/open') ? decodeInvocation(searchParams.get('do') ?? '') : null;
}

const STYLES: Readonly<Record<number, Action['style']>> = { 1: 'primary', 3: 'danger' };

/** Everything of ours that can be pressed or opened on a card. */
export function pressables({ card }: Pick<Message, 'card'>): readonly Pressable[] {
  if (card === null) return [];
  const standing = new Map(card.questions.map((q) => [q.key, q.selected] as const));
  const found: Pressable[] = [];
  const add = (key: string, label: string, more: Pick<Pressable, 'style' | 'group' | 'chosen'>): boolean => {
    const chosen = new Map([...standing, ...Object.entries(more.chosen ?? {}).map(([q, id]) => [q, [id]] as const)]);
    const press = readPress(key, chosen);
    if (press?.kind !== 'press') return false;
    const { invocation, asks, seen } = press;
    found.push({ ...more, invocation, label, asks, seen, button: key, link: null });
    return true;
  };
  const opens = (url: string | null, label: string): void => {
    const invoke = openedBy(url);
    if (url === null || invoke === null) return;
    const rest = { style: 'default', asks: false, seen: null, group: 'menu', button: '', chosen: null } as const;
    found.push({ ...rest, invocation: invoke, label, link: { url, invoke } });
  };
  for (const { text, key, style, url } of card.buttons) {
    if (url !== null) opens(url, text);
    else if (!add(key, text, { style: STYLES[style] ?? 'default', group: 'button', chosen: null }))
      // The button that does what is chosen.
      for (const question of card.questions)
        for (const option of question.options)
          add(key, option.text, { style: 'default', group: 'menu', chosen: { [question.key]: option.id } });
  }
  for (const { text, key } of card.menu) add(key, text, { style: 'default', group: 'menu', chosen: null });
  for (const { value, url } of card.rows) opens(url, value);
  for (const { text, url } of card.jumps) opens(url, text);
  opens(card.opens, '');
  return found;
}

const formPress = ({ card }: Pick<Message, 'card'>) => {
  for (const { key, text } of card?.buttons ?? []) {
    const press = readPress(key, new Map());
    if (press?.kind === 'form') return { key, submit: text, press };
  }
  return null;
};

/** The form that a card is; null: it is none. */
export function formOf({ card }: Pick<Message, 'card'>): Form | null {
  const found = formPress({ card });
  if (card === null || found === null) return null;
  const { submit, press } = found;
  const fields = card.questions.map(({ key, title, selected, options }): FormField => {
    const [value = NOTHING] = selected;
    const given = options.filter(({ id }) => id !== NOTHING).map(({ id, text }) => ({ value: id, label: text }));
    const wrong = new RegExp(`${title}(?:：|: )(\\S.*)$`, 'u').exec(card.desc)?.[1];
    return {
      name: key,
      label: title,
      type: 'select',
      // A list does not say whether it may stay open.
      required: true,
      max: 0,
      ...(value !== NOTHING && { value }),
      options: given,
      ...(wrong !== undefined && { error: wrong }),
    };
  });
  return { title: card.title, submit, invoke: press.invocation, fields };
}

/** What is chosen on a form to hand these values in. @throws Error when it is no form. */
export function chosenFor(message: Pick<Message, 'card'>, values: Chosen): { button: string; chosen: Chosen } {
  const found = formPress(message);
  if (found === null || message.card === null) throw new Error('this is no form');
  const fields = new Set(message.card.questions.map(({ key }) => key));
  const chosen = Object.entries(values)
    .filter(([name]) => fields.has(name))
    .map(([name, value]) => [name, value === '' ? NOTHING : value] as const);
  return { button: found.key, chosen: Object.fromEntries(chosen) };
}

/** What the whole of a message opens. */
export function linkIn(kind: string, content: Readonly<Record<string, unknown>>): string | null {
  const { url } = content;
  return kind === 'textcard' && typeof url === 'string' ? url : null;
}

const TONES: Readonly<Record<number, Card['tone']>> = { 0: 'grey', 1: 'blue', 2: 'red', 3: 'green' };
const NUMBER = /\bT-\d+\b/u;
const ITEM = /^T-\d+ /u;
const FIELD = /^(?<label>[^：:，。？「“\s][^：:，。？「“]{0,30}?)(?:：|: )(?<value>.*)$/u;

const actionOf = ({ invocation, label, style, group }: Pressable): Action => ({
  label,
  style,
  placement: group,
  invoke: invocation,
  typed: '',
});

/** Lines that say something each: customer's words, rows, facts, or anything else. */
function blocksOf(lines: readonly string[]): Block[] {
  const blocks: Block[] = [];
  for (const line of lines.filter((one) => one !== '')) {
    const last = blocks.at(-1);
    const quote = /^> (.*)$/u.exec(line)?.[1];
    const { label, value = '' } = FIELD.exec(line)?.groups ?? {};
    if (quote !== undefined) {
      if (last?.type === 'text') blocks[blocks.length - 1] = { ...last, text: `${last.text}\n${quote}` };
      else blocks.push({ type: 'text', style: 'quote', text: quote });
    } else if (ITEM.test(line)) {
      const items = [...(last?.type === 'list' ? last.items : []), { text: line }];
      if (last?.type === 'list') blocks.pop();
      blocks.push({ type: 'list', items });
    } else if (label !== undefined) {
      const fields = [...(last?.type === 'fields' ? last.fields : []), { label, value }];
      if (last?.type === 'fields') blocks.pop();
      blocks.push({ type: 'fields', fields });
    } else blocks.push({ type: 'note', text: line });
  }
  return blocks;
}

/** Markdown as it is read. */
const plainly = (markdown: string): string[] =>
  markdown
    .replaceAll(/<font[^>]*>|<\/font>|\*\*/gu, '')
    .replaceAll(/\[([^\]]*)\]\([^)]*\)/gu, '$1')
    .split('\n');

/** Names that stand beside rows: of a ticket, or where they stand. */
const ROW = /^(?:T-)?\d+$/u;
/** What the last thing that happened stands beside. */
const LATEST: ReadonlySet<string> = new Set(['最近', 'Latest']);

const quoteTitle = ({ raw }: CardView): string => {
  const quote = raw['quote_area'];
  return typeof quote === 'object' && quote !== null && 'title' in quote ? String(quote.title) : '';
};

/** The lines of a card below its title: customer's words, what stands beside names, the rest. */
function linesOn(view: CardView): {
  readonly blocks: readonly Block[];
  readonly below: readonly string[];
  readonly footer: string;
} {
  const below = view.subTitle.split('\n').filter((line) => line !== '');
  const note = quoteTitle(view);
  const footer = view.rows.find(({ key }) => LATEST.has(key))?.value ?? below.at(-1) ?? '';
  const items = view.rows
    .filter(({ key }) => ROW.test(key))
    .map(({ key, value }) => ({ text: key.startsWith('T-') ? `${key} · ${value}` : value }));
  const fields = view.rows
    .filter(({ key }) => !ROW.test(key) && !LATEST.has(key))
    .map(({ key, value }) => ({ label: key, value }));
  return {
    below,
    footer,
    blocks: [
      ...(note === '' ? [] : [{ type: 'note', text: note } as const]),
      ...below.map((text): Block => ({ type: 'note', text })),
      ...(view.quote === '' ? [] : [{ type: 'text', style: 'quote', text: view.quote } as const]),
      ...(fields.length === 0 ? [] : [{ type: 'fields', fields } as const]),
      ...(items.length === 0 ? [] : [{ type: 'list', items } as const]),
    ],
  };
}

/** Puts what the list of a card offers about one ticket to the row that names it. */
function besideRows(blocks: readonly Block[], actions: readonly Action[]): { blocks: Block[]; rest: Action[] } {
  const numbers = new Set(
    blocks.flatMap((block) =>
      block.type === 'list' ? block.items.flatMap(({ text }) => NUMBER.exec(text)?.[0] ?? []) : [],
    ),
  );
  const isOfRow = ({ label, placement }: Action): boolean =>
    placement === 'menu' && numbers.has(NUMBER.exec(label)?.[0] ?? '');
  const own = actions.filter(isOfRow);
  return {
    rest: actions.filter((action) => !isOfRow(action)),
    blocks: blocks.map((block) =>
      block.type === 'list'
        ? {
            type: 'list',
            items: block.items.map((item) => {
              const number = NUMBER.exec(item.text)?.[0] ?? '';
              const [action, also] = own
                .filter(({ label }) => NUMBER.exec(label)?.[0] === number)
                .map((one) => ({ ...one, label: one.label.replace(`${number} `, '') }));
              return { ...item, ...(action && { action }), ...(also && { also }) };
            }),
          }
        : block,
    ),
  };
}

/** A card as it was made of; `surface`: what the rest of the product calls it by. */
export function cardOf(message: Message & { readonly card: CardView }, surface: string): Card {
  const { card: view, whole } = message;
  const { below, blocks, footer } = linesOn(view);
  const raw = view.raw['source'];
  const color = typeof raw === 'object' && raw !== null && 'desc_color' in raw ? Number(raw.desc_color) : 0;
  const actions = pressables(message)
    .filter(({ link }) => link === null)
    .map(actionOf);
  const lines = whole === null ? null : plainly(whole);
  const isTitled = whole?.startsWith('**') === true || view.desc !== '';
  const read = lines === null ? blocks : blocksOf(lines.slice(isTitled ? (view.desc === '' ? 1 : 2) : 0));
  const rows = besideRows(read, actions);
  return {
    kind: (/^[a-z]+/u.exec(surface)?.[0] ?? 'notice') as CardKind,
    locale: 'zh-CN',
    tone: TONES[color] ?? 'grey',
    title: view.title,
    summary:
      isTitled || actions.length === 0
        ? [view.title, view.desc].filter((part) => part !== '').join(' ')
        : spoken(view.title, below),
    ...(view.desc !== '' && { status: view.desc }),
    blocks: rows.blocks,
    actions: rows.rest,
    ...(footer !== '' && { footer }),
  };
}

/** What begins where a title would stand and goes on below it: parted where a sentence ends, or the beginning said twice. */
function spoken(title: string, below: readonly string[]): string {
  const rest = below.join('\n');
  if (rest === '' || /^T-\d+ ·/u.test(title)) return title;
  if (title.endsWith('…') && rest.startsWith(title.slice(0, -1))) return rest;
  return /\p{Script=Han}/u.test(title) ? `${title}。${rest}` : `${title}. ${rest}`;
}

/** How a reader knows what they see. */
export interface Reading {
  readonly user: string;
  /** What the rest of the product calls a card by; '': it does not know it. */
  readonly surfaceOf: (task: string) => string;
  readonly isGroup: (conversation: string) => boolean;
}

/** A message as the sandbox would show it. */
export function seenOf(message: Message, reading: Reading): Seen {
  const { id, from, card, at, text, place, to } = message;
  const common = { id, from: from ?? 'bot', at: at.toISOString() };
  if (from !== null) return { ...common, text };
  const isGroup = reading.isGroup(place);
  if (card === null) {
    // The answer to what somebody said is theirs, wherever it stands.
    const isMine = isGroup ? to === reading.user : true;
    const lines = plainly(text);
    const read = { ...common, ...(isMine && { private: true }) };
    const title = text.startsWith('**') ? (lines[0] ?? '') : '';
    if (title === '') return { ...read, text: lines.join('\n') };
    // A card in words: as it is called, and what it says below.
    const card = { kind: 'notice', locale: 'zh-CN', tone: 'grey', title, summary: title } as const;
    return { ...read, card: { ...card, blocks: blocksOf(lines.slice(1)), actions: [] } };
  }
  const surface = reading.surfaceOf(card.taskId);
  const versions = pressables(message).flatMap(({ seen }) => seen ?? []);
  return {
    ...common,
    // What bears no task nobody presses or changes: an answer that is only read.
    ...((surface.startsWith('answer:') || (card.taskId === '' && !isGroup)) && { private: true }),
    surface: id,
    card: cardOf({ ...message, card }, surface),
    ...(versions.length > 0 && { version: Math.max(...versions) }),
  };
}

/** A page that says what came of a press, as the answer to it. */
export function seenOfPage({ title, text, actions }: Page, id: string, at: Date): Seen {
  const common = { id, from: 'bot', at: at.toISOString(), private: true };
  const lines = text.split('\n').filter((line) => line !== '');
  if (actions.length === 0) return { ...common, text };
  const card = { kind: 'notice', locale: 'zh-CN', tone: 'grey', title, summary: title } as const;
  return { ...common, surface: id, card: { ...card, blocks: blocksOf(lines), actions } };
}
