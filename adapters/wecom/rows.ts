import type { Action, Card, ListItem } from '../../cards/card.ts';
import { neutralLine } from '../../cards/neutralise.ts';
import { cutTo, widthOf } from './card-limits.ts';

/** A row of a card with what can be done about it. */
export interface Row {
  /** What it is told apart by: its ticket's number, else where it stands among those that have none of their own. */
  readonly name: string;
  readonly item: ListItem;
  readonly actions: readonly Action[];
}

const NUMBER = /\bT-\d+\b/u;
const LEADING = /^T-\d+\s*·?\s*/u;

/** The rows of a card about which something can be done, in their order. */
export function rowsIn(card: Card): readonly Row[] {
  const acting = card.blocks
    .flatMap((block) => (block.type === 'list' ? block.items : []))
    .map((item) => ({ item, actions: [item.action, item.also].filter((action) => action !== undefined) }))
    .filter(({ actions }) => actions.length > 0);
  const numbers = acting.map(({ item }) => numberOf(item));
  let place = 0;
  return acting.map((row, i) => {
    const number = numbers[i] ?? null;
    const isAlone = number !== null && numbers.filter((other) => other === number).length === 1;
    if (!isAlone) place += 1;
    return { ...row, name: isAlone ? number : String(place) };
  });
}

function numberOf({ text: written, action, also }: ListItem): string | null {
  const found = NUMBER.exec(written)?.[0];
  if (found !== undefined) return found;
  const ticket = (action ?? also)?.invoke.args['ticket'] ?? '';
  return /^\d{1,12}$/u.test(ticket) ? `T-${ticket}` : null;
}

export const isNumbered = ({ name }: Row): boolean => NUMBER.test(name);

export const labelOf = ({ label, typed }: Action): string => neutralLine(label) || neutralLine(typed) || '…';

/** What an action is called where it does not stand beside its row: `T-4830 认领`. */
export function rowLabel({ name }: Row, action: Action): string {
  const label = labelOf(action);
  return NUMBER.test(label) ? label : `${name} ${label}`;
}

/** All that a row says. */
export const rowText = ({ text: written, detail = '' }: ListItem): string => joined(neutralLine(written), detail);

const joined = (matter: string, detail: string): string =>
  [matter, neutralLine(detail)].filter((part) => part !== '').join(' · ');

/** Of what a row is about, so much stays where its state is long. */
const LEAST_MATTER = 10;

/** What stands beside a row's name: what it is about is cut first, what is to be done about it last. */
export function rowValue({ item, name }: Row, most: number): { readonly value: string; readonly isWhole: boolean } {
  const written = neutralLine(item.text);
  const matter = written.startsWith(name) ? written.replace(LEADING, '') : written;
  const whole = joined(matter, item.detail ?? '') || written;
  if (widthOf(whole) <= most) return { value: whole, isWhole: true };
  const rest = widthOf(whole) - widthOf(matter);
  const short = cutTo(matter, Math.max(LEAST_MATTER, most - rest));
  return { value: cutTo(joined(short, item.detail ?? ''), most), isWhole: false };
}
