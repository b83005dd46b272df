import type { Figure } from '../src/domain/figure.ts';
import { figureName } from '../src/domain/figure.ts';
import { text, type ParamsOf, type Reader } from '../src/text/text.ts';
import type { Card, ListItem } from './card.ts';
import type { Invocation } from './invocation.ts';
import { typedOf } from './verb.ts';

export interface StatsRow extends ParamsOf<'figures.row'> {
  readonly figure: Figure;
}

export interface StatsCardInput {
  readonly title: ParamsOf<'figures.title'>;
  readonly rows: readonly StatsRow[];
  /** How each number, and the files, are asked for: what of a digest's numbers is the same for all of them. */
  readonly ask: string;
  /** Whether its reader may have the tickets as files. */
  readonly exports: boolean;
}

/** Numbers of a period, each with the tickets behind it. */
export function drawStats({ title, rows, ask, exports }: StatsCardInput, r: Reader): Card {
  const heading = text(r, 'figures.title', title);
  const items = rows.map((row): ListItem => ({
    text: text(r, 'figures.row', row),
    ...(row.count > 0 && { action: press(text(r, 'digest.see_row', null), asking(figureName(row.figure), ask), r) }),
  }));
  return {
    kind: 'list',
    locale: r.locale,
    tone: 'grey',
    title: heading,
    summary: heading,
    blocks: [{ type: 'list', items }],
    actions: exports ? [press(text(r, 'digest.export', null), asking('export', ask), r)] : [],
  };
}

export interface ExportCardInput {
  /** What is in the files. */
  readonly what: ParamsOf<'figures.behind'>;
  readonly files: readonly { readonly name: string; readonly url: string }[];
  /** How long they can be opened, hours. */
  readonly hours: number;
}

/** Where the tickets behind a number are as files, for the one person who asked. */
export function drawExport({ what, files, hours }: ExportCardInput, r: Reader): Card {
  const title = text(r, 'figures.behind', what);
  return {
    kind: 'list',
    locale: r.locale,
    tone: 'grey',
    title,
    summary: title,
    blocks: [
      ...files.map(({ name, url }) => ({ type: 'file', file: name, text: name, url }) as const),
      { type: 'note', text: text(r, 'figures.exported', { hours }) },
    ],
    actions: [],
  };
}

const asking = (what: string, ask: string): Invocation => ({ command: 'stats', args: { ask: `${what} ${ask}` } });

const press = (label: string, invoke: Invocation, r: Reader) =>
  ({ label, style: 'default', placement: 'button', invoke, typed: typedOf(invoke, r.locale) }) as const;
