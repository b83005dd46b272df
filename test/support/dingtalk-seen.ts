import { readPress, type Press } from '../../adapters/dingtalk/press.ts';
import { readForm } from '../../adapters/dingtalk/form.ts';
import { BODY } from '../../adapters/dingtalk/variables.ts';
import type { Action, Block, Card, CardKind, Form, FormField, ListItem } from '../../cards/card.ts';
import type { DingMessage, DingView } from '../emulators/dingtalk/emulator.ts';
import type { Seen } from './desk.ts';

/** What DingTalk shows, read back: what of a card or a form a person can see again, with the invocations behind its buttons. */

const SIGNS: Readonly<Record<string, Card['tone']>> = {
  '\u26AA': 'grey',
  '\u{1F535}': 'blue',
  '\u{1F7E1}': 'amber',
  '\u{1F534}': 'red',
  '\u{1F7E2}': 'green',
};

/** Something that can be pressed, with what it means. */
export interface Pressable {
  readonly press: Press;
  readonly label: string;
  readonly color: string;
  readonly actionId: string;
  readonly group: 'rows' | 'buttons' | 'menu' | 'notice_buttons';
}

interface Button {
  readonly text: string;
  readonly color: string;
  readonly event: { readonly params: { readonly actionId?: string; readonly params?: unknown } };
}

/** Everything of ours that can be pressed there; what stands in the menu as well while it is closed. */
export function pressables({ values }: DingView): readonly Pressable[] {
  return (['rows', 'buttons', 'menu', 'notice_buttons'] as const).flatMap((group) => {
    const buttons = JSON.parse(values[group] || '[]') as readonly Button[];
    return buttons.flatMap(({ text, color, event }): Pressable[] => {
      const { actionId = '', params } = event.params;
      const press = readPress(actionId, params);
      return press === null ? [] : [{ press, label: text, color, actionId, group }];
    });
  });
}

const actionOf = ({ press, label, color, group }: Pressable): Action => ({
  label,
  style: color === 'blue' ? 'primary' : color === 'red' ? 'danger' : 'default',
  placement: group === 'menu' ? 'menu' : 'button',
  invoke: press.invocation,
  typed: '',
});

const FIELD = /^(?<label>[^：:，。？「“\s][^：:，。？「“]{0,30}?)(?:：|: )(?<value>.*)$/u;
const ITEM = /^(?:•|(?<place>\d{1,2})\.) (?<text>.*)$/u;
const RULE = /^─+$/u;
const QUOTE = /^(?:「(?<zh>.*)」|“(?<en>.*)”)$/su;

interface Row {
  readonly place: string | null;
  item: ListItem;
}

/** The lines of a card, as far as a person can tell apart what they are; `rows` stand below them. */
function blocksOf(body: string, rows: readonly Pressable[]): Block[] {
  const blocks: Block[] = [];
  const listed: { readonly at: number; readonly rows: Row[] }[] = [];
  const lines = body.split('\n');
  for (let i = 0; i < lines.length; i += 1) {
    let line = lines[i] ?? '';
    if (line.trim() === '') continue;
    // Words that go over several lines.
    if (/^[「“]/u.test(line))
      while (!/[」”]$/u.test(line) && i + 1 < lines.length) line += `\n${lines[(i += 1)] ?? ''}`;
    const quote = QUOTE.exec(line)?.groups;
    const item = ITEM.exec(line)?.groups;
    const field = FIELD.exec(line)?.groups;
    const last = blocks.at(-1);
    if (RULE.test(line)) blocks.push({ type: 'divider' });
    else if (quote !== undefined) blocks.push({ type: 'text', style: 'quote', text: quote['zh'] ?? quote['en'] ?? '' });
    else if (item !== undefined) {
      const detail = /^ {3}(.*)$/u.exec(lines[i + 1] ?? '')?.[1];
      if (detail !== undefined) i += 1;
      const row = {
        place: item['place'] ?? null,
        item: { text: item['text'] ?? '', ...(detail !== undefined && { detail }) },
      };
      const list = listed.at(-1);
      if (last?.type === 'list' && list !== undefined) list.rows.push(row);
      else {
        listed.push({ at: blocks.length, rows: [row] });
        blocks.push({ type: 'list', items: [] });
      }
    } else if (field !== undefined) {
      const one = { label: field['label'] ?? '', value: field['value'] ?? '' };
      if (last?.type === 'fields') blocks[blocks.length - 1] = { ...last, fields: [...last.fields, one] };
      else blocks.push({ type: 'fields', fields: [one] });
    } else blocks.push({ type: 'note', text: line });
  }
  const loose = rows.filter(
    (row) =>
      !belongs(
        row,
        listed.flatMap((list) => list.rows),
      ),
  );
  for (const { at, rows: found } of listed) blocks[at] = { type: 'list', items: found.map(({ item }) => item) };
  if (loose.length > 0) blocks.push({ type: 'list', items: loose.map((row) => ({ text: '', action: actionOf(row) })) });
  return blocks;
}

/** Puts a button below the words to the row that it names: by its place in the list, or by a ticket's number. */
function belongs(pressable: Pressable, rows: readonly Row[]): boolean {
  const { label } = pressable;
  const [, named = label, place = null] = /^(.*) (\d{1,2})$/u.exec(label) ?? [];
  const ticket = /\bT-\d+\b/u.exec(label)?.[0];
  const byPlace = place === null ? undefined : rows.find((row) => row.place === place);
  const row =
    byPlace ?? rows.find(({ item }) => ticket !== undefined && item.text.includes(ticket) && item.also === undefined);
  if (row === undefined) return false;
  const action = { ...actionOf(pressable), label: byPlace === undefined ? label : named };
  row.item = row.item.action === undefined ? { ...row.item, action } : { ...row.item, also: action };
  return true;
}

/** A card's values as the card they were made of; `surface`: what the rest of the product calls it by. */
export function cardOf(view: DingView, surface: string): Card {
  const { values } = view;
  const shown = (name: string): string => values[name] ?? '';
  const [sign = ''] = Array.from(shown('status'));
  const tone = SIGNS[sign];
  const all = pressables(view);
  const body = [...BODY, 'pictures'].map(shown).filter((part) => part !== '');
  const footer = shown('footer');
  return {
    kind: (/^[a-z]+/u.exec(surface)?.[0] ?? 'notice') as CardKind,
    locale: 'zh-CN',
    tone: tone ?? 'grey',
    title: shown('title'),
    summary: shown('lastMessage'),
    ...(shown('status') !== '' && {
      status: shown('status')
        .slice(tone === undefined ? 0 : sign.length)
        .trim(),
    }),
    blocks: blocksOf(
      body.join('\n'),
      all.filter(({ group }) => group === 'rows'),
    ),
    actions: all.filter(({ group }) => group === 'buttons' || group === 'menu').map(actionOf),
    ...(footer !== '' && { footer }),
  };
}

/** Behind the id of a card: what one person reads on it alone. */
export const NOTICE = '#notice';

/** How a reader knows what they see. */
export interface Reading {
  readonly user: string;
  /** What the rest of the product calls a card by; '': it does not know it. */
  readonly surfaceOf: (outTrackId: string) => string;
  readonly isGroup: (conversation: string) => boolean;
  /** Whether a card was changed for everybody since it was posted: words never are. */
  readonly isChanged: (outTrackId: string) => boolean;
}

/** A message as the sandbox would show it. */
export function seenOf(message: DingMessage, reading: Reading): Seen {
  const { id, from, card, at, text, recipients } = message;
  const common = { id, from: from ?? 'bot', at: message.sentAt.toISOString() };
  if (card === null) {
    if (from !== null) return { ...common, text };
    // The answer to what somebody wrote: where others stand by it begins with their name.
    const isMine = reading.isGroup(message.conversation) ? at.includes(reading.user) : message.kind === 'text';
    return {
      ...common,
      text: text.replace(at.length > 0 ? /^@\S+ /u : /^(?!)/u, ''),
      ...(isMine && { private: true }),
    };
  }
  const surface = reading.surfaceOf(card.outTrackId);
  const isPrivate = recipients !== null || surface.startsWith('answer:');
  const { values } = card;
  const all = pressables(card).filter(({ group }) => group !== 'notice_buttons');
  const isPlain = all.length === 0 && ['title', 'status', 'footer'].every((name) => (values[name] ?? '') === '');
  const body = BODY.map((name) => values[name] ?? '').filter((part) => part !== '');
  const versions = all.flatMap(({ press }) => press.seen ?? []);
  return {
    ...common,
    ...(isPrivate && { private: true }),
    ...(isPlain && !reading.isChanged(card.outTrackId)
      ? { text: body.join('\n') }
      : { surface: id, card: cardOf(card, surface), ...(versions.length > 0 && { version: Math.max(...versions) }) }),
  };
}

/** What somebody alone reads, since `at`, on a card they pressed; null: nothing, or only what stands above a form. */
export function noticeOf(message: DingMessage, at: Date): Seen | null {
  const { values } = message.card ?? {};
  const said = values?.['notice'] ?? '';
  if (message.card === null || message.card.form !== null || said === '') return null;
  const id = `${message.id}${NOTICE}`;
  const common = { id, from: 'bot', at: at.toISOString(), private: true };
  const actions = pressables(message.card)
    .filter(({ group }) => group === 'notice_buttons')
    .map(actionOf);
  if (actions.length === 0) return { ...common, text: said };
  const card = { kind: 'notice', locale: 'zh-CN', tone: 'grey', title: '', summary: said } as const;
  return { ...common, surface: id, card: { ...card, blocks: [{ type: 'text', style: 'plain', text: said }], actions } };
}

/** The form that somebody has open on a card, as what it was made of; null: none. */
export function formOf({ values, form }: DingView): Form | null {
  if (form === null) return null;
  const held = readForm({ form: Object.fromEntries(form.fields.map(({ name, value }) => [name, value])) });
  const own = form.fields.find(({ name }) => name === '_')?.value ?? '';
  const invoke = readForm({ form: { _: own } })?.invocation;
  if (held === null || invoke === undefined) return null;
  const [title = '', ...wrong] = (values['notice'] ?? '').split('\n');
  const fields = form.fields
    .filter(({ hidden }) => !hidden)
    .map(({ name, label, type, required, value, options }): FormField => {
      const line = wrong.find((one) => one.startsWith(label));
      const parts = line === undefined ? null : /^(.*?)(?:：|: )(.*)$/su.exec(line);
      return {
        name,
        label: parts?.[1] ?? label,
        type: type === 'SELECT' ? 'select' : 'line',
        required,
        max: 0,
        ...(value !== '' && { value }),
        ...(options.length > 0 && { options: options.map((option) => ({ value: option.value, label: option.text })) }),
        ...(parts !== null && { error: parts[2] ?? '' }),
      };
    });
  return { title, submit: form.submit, invoke, fields };
}
