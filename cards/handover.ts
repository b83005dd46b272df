import { dueBefore, inOrder } from '../src/domain/handover.ts';
import { text, type Reader } from '../src/text/text.ts';
import type { Action, Block, Card, ListItem } from './card.ts';
import { statusOf, titleOf, type Row } from './standing.ts';
import type { Directory } from '../src/domain/directory.ts';
import { verbName } from '../src/text/verb.ts';

export interface HandoverCardInput {
  /** Tickets of who goes home that have no answer yet, in no order. */
  readonly tickets: readonly Row[];
  /** How many they said they go on with. */
  readonly kept: number;
  readonly person: string;
  readonly ends: Date;
  /** When they are at work again. */
  readonly back: Date;
  /** Names of who comes next; empty: nobody. */
  readonly names: readonly string[];
  /** When somebody is there again; null: not known. */
  readonly from: Date | null;
  readonly directory: Directory;
}

/** Rows that are shown one by one. */
const ROWS = 8;

/** What becomes of somebody's tickets at the end of their shift, in their own direct chat; one quiet line once all have an answer. */
export function drawHandover(input: HandoverCardInput, reader: Reader): Card {
  const { tickets, kept, ends, back, names, from } = input;
  const base = { kind: 'handover', locale: reader.locale } as const;
  if (tickets.length === 0) {
    const settled = text(reader, 'handover.settled', { kept, back });
    return { ...base, tone: 'green', title: settled, summary: settled, blocks: [], actions: [] };
  }
  const urgent = tickets.filter((t) => t.priority === 'urgent').length;
  const due = tickets.filter((t) => dueBefore(t, back) !== null).length;
  const title = text(reader, 'handover.title', { count: tickets.length, ends });
  const status = text(reader, 'handover.status', { urgent, due, back });
  const rows = inOrder(tickets, back);
  const more = rows.length - ROWS;
  const blocks: readonly Block[] = [
    { type: 'list', items: rows.slice(0, ROWS).map((t) => rowOf(t, input, reader)) },
    ...(more > 0 ? [{ type: 'note', text: text(reader, 'handover.more', { count: more }) } as const] : []),
    { type: 'note', text: text(reader, 'handover.next', { names, from }) },
    { type: 'note', text: text(reader, 'handover.unanswered', { ends }) },
  ];
  return {
    ...base,
    tone: urgent > 0 ? 'red' : due > 0 ? 'amber' : 'blue',
    title,
    summary: text(reader, 'card.summary', { title, status }),
    status,
    blocks,
    actions: [
      button('to_next', 'primary', { what: 'next' }, reader),
      button('to_person', 'default', { what: 'to' }, reader),
      // What could be kept of none of them is no button.
      ...(due < tickets.length ? [button('keep', 'default', { what: 'keep' }, reader)] : []),
    ],
  };
}

/** One of them: to the next shift, and, where it can wait, kept; else to a colleague. */
function rowOf(t: Row, { person, back, directory }: HandoverCardInput, reader: Reader): ListItem {
  const no = String(t.number);
  const other =
    dueBefore(t, back) === null
      ? button('keep_one', 'default', { what: 'keep', no }, reader)
      : button('to_person', 'default', { what: 'to', no }, reader);
  return {
    text: titleOf(t, reader, 'assignee'),
    detail: statusOf(t, directory, reader, person),
    action: button('to_next', 'default', { what: 'next', no }, reader),
    also: other,
  };
}

type Label = 'to_next' | 'to_person' | 'keep' | 'keep_one';

/** What is pressed, and of which ticket; without a number of all. */
type Pressed = { readonly what: 'next' | 'to' | 'keep'; readonly no?: string };

function button(label: Label, style: Action['style'], args: Pressed, reader: Reader): Action {
  const typed = [verbName('handover', reader.locale), text(reader, `value.handover_${args.what}`, null), args.no];
  return {
    label: text(reader, `handover.${label}`, null),
    style,
    placement: 'button',
    invoke: { command: 'handover', args },
    typed: typed.filter((word) => word !== undefined).join(' '),
  };
}
