import type { Directory } from '../src/domain/directory.ts';
import { say, text, type Reader, type Sentence } from '../src/text/text.ts';
import type { Action, Block, Card, ListItem } from './card.ts';
import type { Invocation } from './invocation.ts';
import { statusOf, titleOf, type Row } from './standing.ts';
import { actionOf, fits, typedOf } from './verb.ts';

export interface ListCardInput {
  readonly title: Sentence;
  readonly tickets: readonly Row[];
  /** How many there are in all. */
  readonly total: number;
  readonly directory: Directory;
  /** What shows the rows after these; absent: there is nothing of the kind. */
  readonly next?: Invocation;
}

/** Tickets as rows, each with what can be done about it: claim it when nobody has, else look at it. Masked. */
export function drawList({ title, tickets, total, directory, next }: ListCardInput, reader: Reader): Card {
  const heading = say(title, reader);
  const items = tickets.map((t) => rowOf(t, directory, reader));
  const rows: Block =
    items.length === 0
      ? { type: 'text', style: 'plain', text: text(reader, 'card.empty', null) }
      : { type: 'list', items };
  const more: readonly Block[] =
    items.length > 0 && total > items.length
      ? [{ type: 'note', text: text(reader, 'card.more', { shown: items.length, total }) }]
      : [];
  return {
    kind: 'list',
    locale: reader.locale,
    tone: 'grey',
    title: heading,
    summary: heading,
    blocks: [rows, ...more],
    actions: next === undefined ? [] : [nextAction(next, reader)],
  };
}

function nextAction(invoke: Invocation, reader: Reader): Action {
  const typed = typedOf(invoke, reader.locale);
  return { label: text(reader, 'figures.next', null), style: 'default', placement: 'button', invoke, typed };
}

/** One ticket as a row: claimed from here when nobody has it, else looked at. Masked. */
export function rowOf(t: Row, directory: Directory, reader: Reader): ListItem {
  const action = actionOf(fits('claim', t) ? 'claim' : 'show', { ticket: t, directory, reader });
  return {
    text: titleOf(t, reader, 'group'),
    detail: statusOf(t, directory, reader),
    ...(action === null ? {} : { action }),
  };
}
