import type { Action, Card, ListItem } from '../../cards/card.ts';
import { length } from '../../cards/excerpt.ts';
import { charactersOf, fit, type CardLimits, type Cut } from '../../cards/fit.ts';
import { MAX_QUIET_ROWS, type Room } from './limits.ts';
import { pressable } from './press.ts';
import type { KnownBlock } from './rich.ts';

/** Most values that are chosen on the card itself. */
const MOST_CHOICES = 2;
/** Below so many characters a card's words are left alone until its rows and its menu have gone. */
const FEW_CHARACTERS = 1_500;

/** A card as it fits, drawn. */
export interface Placed {
  readonly card: Card;
  readonly blocks: KnownBlock[];
  readonly cut: readonly Cut[];
}

/** Characters (code points) of blocks as they are sent. */
export const sizeOf = (blocks: readonly KnownBlock[]): number => length(JSON.stringify(blocks));

/**
 * Cuts a card until what is drawn of it has room: how much JSON its rows and menus take is known only once they are drawn. What cannot be
 * pressed at all (its values would not come back) is named in the closing line as what to type, like everything that is left out.
 */
export function refit(original: Card, room: Room, draw: (card: Card, choices: number) => KnownBlock[]): Placed {
  const card = withoutDeadKeys(original);
  let limits = startOf(card, room);
  let choices = MOST_CHOICES;
  for (;;) {
    const fitted = fit(card, limits);
    const blocks = draw(fitted.card, choices);
    const size = sizeOf(blocks);
    if (size <= room.size && blocks.length <= room.blocks) return { ...fitted, blocks };
    if (choices > 0 && size > room.size) {
      choices -= 1;
      continue;
    }
    const less = tighter(fitted.card, limits, { room, size, drawn: blocks.length });
    if (less === null) return { ...fitted, blocks: [] };
    limits = less;
  }
}

const works = (action: Action): boolean => pressable(action.invoke);

/** Actions that no press brings back stand at the end of the menu, beyond what `startOf` lets in. */
function withoutDeadKeys(card: Card): Card {
  const dead: Action[] = [];
  const alive = (action: Action | undefined): action is Action => {
    if (action === undefined) return false;
    if (!works(action)) dead.push(action);
    return works(action);
  };
  const row = ({ action, also, ...rest }: ListItem): ListItem => ({
    ...rest,
    ...(alive(action) ? { action } : {}),
    ...(alive(also) ? { also } : {}),
  });
  const blocks = card.blocks.map((b) => (b.type === 'list' ? { ...b, items: b.items.map(row) } : b));
  const actions = card.actions.filter(alive);
  if (dead.length === 0) return card;
  return { ...card, blocks, actions: [...actions, ...dead.map((a): Action => ({ ...a, placement: 'menu' }))] };
}

function startOf(card: Card, { limits }: Room): CardLimits {
  const buttons = card.actions.filter(({ placement }) => placement === 'button').length;
  const behind = Math.max(0, buttons - limits.buttons) + card.actions.length - buttons;
  const dead = card.actions.filter((action) => !works(action)).length;
  const acting = card.blocks.some((b) => b.type === 'list' && b.items.some((i) => i.action ?? i.also));
  return {
    ...limits,
    menu: Math.min(limits.menu, behind - dead),
    rows: acting ? limits.rows : Math.max(limits.rows, MAX_QUIET_ROWS),
  };
}

interface Drawn {
  readonly room: Room;
  readonly size: number;
  readonly drawn: number;
}

/**
 * Less than what did not fit: rows where what stands around the words takes most of the room, then words, then whatever is left. Each
 * step takes something away; null when nothing is left.
 */
function tighter(card: Card, limits: CardLimits, { room, size, drawn }: Drawn): CardLimits | null {
  const content = charactersOf(card);
  const rows = card.blocks.reduce((sum, b) => sum + (b.type === 'list' ? b.items.length : 0), 0);
  const fields = card.blocks.reduce((sum, b) => sum + (b.type === 'fields' ? b.fields.length : 0), 0);
  const menu = card.actions.filter(({ placement }) => placement === 'menu').length;
  const buttons = card.actions.length - menu;
  const fewer = (count: number, share = room.size / size): number =>
    Math.floor(count * Math.min(0.85, share, room.blocks / drawn));
  const over = size - room.size;
  const crowded = drawn > room.blocks;
  const around = (room.size * 0.6) / (size - content);
  if (rows > 0 && (crowded || around < 1)) return { ...limits, rows: fewer(rows, around) };
  if (crowded && card.blocks.length > 0) return { ...limits, blocks: fewer(card.blocks.length, 1) };
  if (over > 0 && content > FEW_CHARACTERS) return { ...limits, characters: Math.max(FEW_CHARACTERS, content - over) };
  if (rows > 0) return { ...limits, rows: fewer(rows) };
  if (menu > 0) return { ...limits, menu: fewer(menu) };
  if (fields > 0) return { ...limits, fields: fewer(fields) };
  if (card.blocks.length > 0) return { ...limits, blocks: fewer(card.blocks.length) };
  if (buttons > 0) return { ...limits, buttons: buttons - 1, menu: 0 };
  return content > 0 ? { ...limits, characters: Math.floor(content / 2) } : null;
}
