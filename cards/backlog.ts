import { text, type Reader } from '../src/text/text.ts';
import type { Action, Block, Card, ListItem } from './card.ts';
import type { Invocation } from './invocation.ts';
import { typedOf } from './verb.ts';

/** A message to a customer that waits after a restore, as an admin may read it: masked, its first words. */
export interface BacklogItem {
  /** Id of its outbox row. */
  readonly row: string;
  /** Empty: not known. */
  readonly who: string;
  readonly no: number | null;
  readonly words: string;
  /** Since when it waits. */
  readonly at: Date;
}

export interface BacklogCardInput {
  /** Oldest first. */
  readonly items: readonly BacklogItem[];
  /** How many come after these. */
  readonly more: number;
  /** What waits in all, these included. */
  readonly counts: Readonly<Record<'messages' | 'cards' | 'reminders' | 'notices', number>>;
}

/** The messages to customers that wait after a restore, a page of them, each with what may become of it. */
export function drawBacklog({ items, more, counts }: BacklogCardInput, reader: Reader): Card {
  const title = text(reader, 'backlog.title', { count: counts.messages });
  const rest = text(reader, 'backlog.rest', { ...counts, more });
  const rows = items.map(({ row, who, no, words, at }): ListItem => ({
    text: text(reader, 'backlog.row', { who, no }),
    detail: text(reader, 'backlog.row_words', { at, words }),
    action: button('send_one', { what: 'send', row }, reader),
    also: button('void_one', { what: 'void', row }, reader),
  }));
  const blocks: readonly Block[] = [
    ...(rows.length === 0 ? [] : [{ type: 'list', items: rows } as const]),
    ...(rest === '' ? [] : [{ type: 'note', text: rest } as const]),
  ];
  const last = items.at(-1);
  return {
    kind: 'list',
    locale: reader.locale,
    tone: 'amber',
    title,
    summary: title,
    blocks: blocks.length === 0 ? [{ type: 'text', style: 'plain', text: title }] : blocks,
    actions: [
      ...(more > 0 && last !== undefined ? [button('next', { what: 'look', row: last.row }, reader)] : []),
      button('void_all', { what: 'void' }, reader),
      button('send_all', { what: 'send' }, reader),
    ],
  };
}

type Label = 'send_one' | 'void_one' | 'next' | 'void_all' | 'send_all';

function button(label: Label, args: Readonly<Record<string, string>>, reader: Reader): Action {
  const invoke: Invocation = { command: 'backlog', args };
  const typed = typedOf(invoke, reader.locale);
  return { label: text(reader, `backlog.${label}`, null), style: 'default', placement: 'button', invoke, typed };
}
