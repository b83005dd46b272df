import type { Directory } from '../src/domain/directory.ts';
import { text, type Reader } from '../src/text/text.ts';
import type { Action, Block, Card } from './card.ts';
import { rowOf } from './list.ts';
import { teamName, type Row } from './standing.ts';
import { typedOf, verbLabel } from './verb.ts';

export interface BoardCardInput {
  /** The tickets that stand on it, in the order in which they should be claimed. */
  readonly rows: readonly Row[];
  /** How many of the team's tickets wait and stand on no board. */
  readonly waiting: number;
  /** When the oldest of those was opened; null when none waits. */
  readonly oldest: Date | null;
  /** Which board of the group it is, from 1. */
  readonly number: number;
  /** How many boards stand there. */
  readonly of: number;
  readonly team: string;
  readonly directory: Directory;
  /** False where it cannot be changed once posted: it says as of when it is. */
  readonly live: boolean;
  /** The moment of drawing. */
  readonly at: Date;
  /** Nothing on it waits any more. */
  readonly over: boolean;
}

/** Many unclaimed tickets on one card, while there are too many for a card each. Masked: it stands in a group. */
export function drawBoard(input: BoardCardInput, reader: Reader): Card {
  const { rows, waiting, oldest, number, of, directory, live, at, over } = input;
  const team = teamName(directory, input.team);
  const base = { kind: 'board', locale: reader.locale } as const;
  if (over) {
    const title = text(reader, 'board.over', { team });
    return { ...base, tone: 'grey', title, summary: title, blocks: [], actions: [] };
  }
  const title = text(reader, 'board.title', { team, count: rows.length, number, of });
  const status = text(reader, 'board.waiting', { count: waiting, oldest });
  const items = rows.map((t) => rowOf(t, directory, reader));
  const [first] = items;
  const blocks: Block[] = [];
  if (items.length > 0) blocks.push({ type: 'list', items });
  if (!live && first?.action !== undefined)
    blocks.push({ type: 'note', text: text(reader, 'board.by_number', { typed: first.action.typed }) });
  return {
    ...base,
    tone: waiting > 0 ? 'amber' : 'grey',
    title,
    summary: text(reader, 'card.summary', { title, status }),
    status,
    blocks,
    actions: [action('next', 'primary', reader), action('list', 'default', reader)],
    ...(live ? {} : { footer: text(reader, 'board.as_of', { at }) }),
  };
}

function action(command: 'next' | 'list', style: Action['style'], reader: Reader): Action {
  const invoke = { command, args: {} };
  const label = command === 'next' ? text(reader, 'board.next', null) : verbLabel(command, reader);
  return { label, style, placement: 'button', invoke, typed: typedOf(invoke, reader.locale) };
}
