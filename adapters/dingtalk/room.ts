import type { Action, Card, ListItem } from '../../cards/card.ts';
import { charactersOf, fit, type CardLimits, type Cut } from '../../cards/fit.ts';

/** What does not fit, and how many times as large as there is room for it is. */
export interface Over {
  readonly what: 'words' | 'rows' | 'menu';
  readonly share: number;
}

/** A card as it fits, drawn. */
export interface Placed<T> {
  readonly card: Card;
  readonly drawn: T;
  readonly cut: readonly Cut[];
}

/**
 * Cuts a card until what is drawn of it has room: DingTalk counts bytes, which are known only once it is drawn. `works`: whether an action
 * can be pressed; what cannot is named in the closing line as what to type, like everything that is left out.
 */
export function refit<T>(
  original: Card,
  most: CardLimits,
  works: (action: Action) => boolean,
  draw: (card: Card) => { readonly drawn: T; readonly over: Over | null },
): Placed<T> {
  const { card, dead } = withoutDeadKeys(original, works);
  const buttons = card.actions.filter(({ placement }) => placement === 'button').length;
  const behind = Math.max(0, buttons - most.buttons) + card.actions.length - buttons - dead;
  let limits: CardLimits = { ...most, menu: Math.min(most.menu, behind) };
  for (;;) {
    const fitted = fit(card, limits);
    const { drawn, over } = draw(fitted.card);
    if (over === null || limits.characters < 0) return { ...fitted, drawn };
    limits = tighter(fitted.card, limits, over);
  }
}

/** Of a menu that cannot be shown, so many entries stand as buttons on a card that has no others. */
const MOST_OF_MENU = 4;

/** Where there is no menu: how many of its entries are buttons. */
export const ofMenu = ({ actions }: Card): number =>
  actions.some(({ placement }) => placement === 'button') ? 0 : Math.min(MOST_OF_MENU, actions.length);

/** Actions that no press brings back stand at the end of the menu, beyond what is let into it. */
function withoutDeadKeys(
  card: Card,
  works: (action: Action) => boolean,
): { readonly card: Card; readonly dead: number } {
  const dead: Action[] = [];
  const alive = (action: Action | undefined): action is Action => {
    if (action === undefined || works(action)) return action !== undefined;
    dead.push(action);
    return false;
  };
  const blocks = card.blocks.map((block) => {
    if (block.type !== 'list') return block;
    const items = block.items.map(({ action, also, ...rest }): ListItem => ({
      ...rest,
      ...(alive(action) && { action }),
      ...(alive(also) && { also }),
    }));
    return { ...block, items };
  });
  const actions = card.actions.filter(alive);
  const menu = dead.map((action): Action => ({ ...action, placement: 'menu' }));
  return { card: { ...card, blocks, actions: [...actions, ...menu] }, dead: dead.length };
}

/** A row's action, with the row it belongs to. */
export interface RowAction {
  readonly item: ListItem;
  readonly action: Action;
}

/** What can be done about the rows of a card, in their order. */
export const rowsOf = (card: Card): readonly RowAction[] =>
  card.blocks
    .flatMap((block) => (block.type === 'list' ? block.items : []))
    .flatMap((item) => [item.action, item.also].flatMap((action) => (action === undefined ? [] : [{ item, action }])));

/** Less than what did not fit; each step takes something away. */
function tighter(card: Card, limits: CardLimits, { what, share }: Over): CardLimits {
  const fewer = (count: number): number => Math.floor(count * Math.min(0.85, 1 / share));
  switch (what) {
    case 'rows':
      return { ...limits, rowActions: fewer(rowsOf(card).length) };
    case 'menu':
      return { ...limits, menu: fewer(card.actions.filter(({ placement }) => placement === 'menu').length) };
    case 'words':
      return { ...limits, characters: Math.min(limits.characters - 1, Math.floor(charactersOf(card) / share)) };
  }
}
