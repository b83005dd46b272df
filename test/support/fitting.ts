import * as fc from 'fast-check';
import type { Action, Card } from '../../cards/card.ts';
import { length } from '../../cards/excerpt.ts';
import { charactersOf, type CardLimits } from '../../cards/fit.ts';

const limit = (max: number) => fc.integer({ min: 0, max });
/** Any limits a platform could have. */
export const limits: fc.Arbitrary<CardLimits> = fc.record({
  title: limit(40),
  summary: limit(40),
  line: limit(40),
  text: limit(200),
  fieldLabel: limit(10),
  fieldValue: limit(30),
  label: limit(10),
  blocks: limit(8),
  images: limit(3),
  fields: limit(5),
  rows: limit(5),
  rowActions: limit(5),
  buttons: limit(4),
  menu: limit(4),
  characters: limit(400),
});

const rowActions = (card: Card): Action[] =>
  card.blocks.flatMap((b) => (b.type === 'list' ? b.items.flatMap((i) => [i.action ?? [], i.also ?? []].flat()) : []));

/** Everything a card offers. */
export const actionsIn = (card: Card): Action[] => [...card.actions, ...rowActions(card)];

/** The closing line that says what to type. */
export const closing = (card: Card): string => {
  const last = card.blocks.at(-1);
  return last?.type === 'note' ? last.text : '';
};

/** The limits that a card breaks. */
export function breaches(card: Card, l: CardLimits): string[] {
  const found: string[] = [];
  const at = (what: string, is: number, most: number): void => {
    if (is > most) found.push(`${what} ${is} > ${most}`);
  };
  at('title', length(card.title), l.title);
  at('summary', length(card.summary), l.summary);
  at('status', length(card.status ?? ''), l.line);
  at('footer', length(card.footer ?? ''), l.line);
  at('blocks', card.blocks.length, l.blocks);
  at('images', card.blocks.filter((b) => b.type === 'image').length, l.images);
  at('buttons', card.actions.filter((a) => a.placement === 'button').length, l.buttons);
  at('menu', card.actions.filter((a) => a.placement === 'menu').length, l.menu);
  at('row actions', rowActions(card).length, l.rowActions);
  at('characters', charactersOf(card), l.characters);
  let fields = 0;
  let rows = 0;
  for (const b of card.blocks) {
    if (b.type === 'text' || b.type === 'note' || b.type === 'file') at('text', length(b.text), l.text);
    if (b.type === 'image') at('alt', length(b.alt), l.text);
    if (b.type === 'fields') fields += b.fields.length;
    if (b.type === 'fields') for (const f of b.fields) at('value', length(f.value), l.fieldValue);
    if (b.type === 'list') rows += b.items.length;
    if (b.type === 'list') for (const i of b.items) at('row', length(i.text), l.text);
  }
  at('fields', fields, l.fields);
  at('rows', rows, l.rows);
  for (const a of actionsIn(card)) at('label', length(a.label), l.label);
  return found;
}
