import type { Action, Card } from '../../cards/card.ts';
import { readerOf } from '../../cards/fallback.ts';
import { text } from '../../src/text/text.ts';
import { CARD, cutTo, MOST_BUTTONS, MOST_MENU, MOST_OPTIONS, QUESTION, type CardSizes } from './card-limits.ts';
import { goKey, keyOf, MENU, NOTHING, optionOf, type Mark } from './press.ts';
import { labelOf, rowLabel, type Row } from './rows.ts';

type Part = Readonly<Record<string, unknown>>;

/** Where the actions of a card stand. */
export interface Placed {
  readonly buttons: readonly Part[];
  /** A list, which the last button does the choice of. */
  readonly selection: Part | null;
  /** The menu in the card's corner. */
  readonly menu: Part | null;
  /** What found no place. */
  readonly lost: readonly Action[];
}

/** An action under the name by which it is pressed. */
interface Named {
  readonly action: Action;
  readonly label: string;
}

/** Colours, which the page shows in a picture only: blue, white, red. */
const STYLES: Readonly<Record<Action['style'], number>> = { primary: 1, default: 2, danger: 3 };

const named = (action: Action): Named => ({ action, label: labelOf(action) });

/** Each of what a press brings back; WeCom refuses a card that has one twice. */
function once(actions: readonly Named[], idOf: (action: Action) => string | null): readonly Named[] {
  const ids = new Set<string>();
  return actions.filter(({ action }) => {
    const id = idOf(action);
    if (id === null || ids.has(id)) return false;
    ids.add(id);
    return true;
  });
}

/**
 * The card's own buttons are its buttons. What stands behind its menu and at its rows is in the menu in its corner, where it has room (the bot
 * has none: its presses are documented of buttons alone), else in a list with a button that does what is chosen.
 * `opens`: the whole card opens its page, so that it may do without buttons.
 */
export function place(
  card: Card,
  rows: readonly Row[],
  options: { readonly mark: Mark; readonly where: 'app' | 'bot'; readonly opens: boolean },
): Placed {
  const { mark, where, opens } = options;
  const sizes = CARD[where];
  const keyed = (action: Action): string | null => keyOf(action, mark);
  const own = once(card.actions.map(named), keyed);
  const front = own.filter(({ action }) => action.placement === 'button');
  const buttons = front.slice(0, MOST_BUTTONS);
  const menu = own.filter(({ action }) => action.placement === 'menu');
  const rest = [...front.slice(MOST_BUTTONS), ...menu];
  const there = new Set(buttons.map(({ action }) => keyed(action)));
  const ofRows = rows
    .flatMap((row) => row.actions.map((action) => ({ action, label: rowLabel(row, action) })))
    .filter(({ action }) => !there.has(keyed(action)));
  const behind = once([...ofRows, ...rest], keyed);
  const all = [...card.actions, ...rows.flatMap(({ actions }) => actions)];
  const drawn = (shown: readonly Named[], more: Partial<Placed>, also: readonly Named[] = []): Placed => {
    const placed = new Set([...shown, ...also].map(({ action }) => keyed(action)));
    return {
      buttons: shown.map((one) => button(one, mark, sizes)),
      selection: null,
      menu: null,
      lost: all.filter((action) => keyed(action) === null || !placed.has(keyed(action))),
      ...more,
    };
  };

  if (behind.length === 0) return drawn(buttons, {});
  const isBare = buttons.length === 0;
  if (where === 'app' && (isBare ? opens && ofRows.length === 0 : behind.length <= MOST_MENU)) {
    const entries = behind.slice(0, MOST_MENU);
    return drawn(buttons, { menu: cornerOf(entries, card, mark, sizes) }, entries);
  }
  if (behind.length <= MOST_MENU && buttons.length + behind.length <= MOST_BUTTONS)
    return drawn([...buttons, ...behind], {});

  // One place is for the button that does what is chosen; the card's own actions are worth more than its last rows.
  const shown = buttons.slice(0, MOST_BUTTONS - 1);
  const listed = listOf(ofRows, [...buttons.slice(MOST_BUTTONS - 1), ...rest]);
  if (listed.length === 0) return drawn(buttons, {});
  const go = { text: text(readerOf(card), 'wecom.go', null), style: STYLES.default, key: goKey(mark) };
  const { buttons: before, ...others } = drawn(shown, { selection: selectionOf(listed, card, sizes) }, listed);
  return { ...others, buttons: [...before, go] };
}

function listOf(ofRows: readonly Named[], own: readonly Named[]): readonly Named[] {
  const room = MOST_OPTIONS - 1;
  const able = once(own, optionOf).slice(0, room);
  return once([...once(ofRows, optionOf).slice(0, room - able.length), ...able], optionOf);
}

const button = ({ action, label }: Named, mark: Mark, { button: most }: CardSizes): Part => ({
  text: cutTo(label, most),
  style: STYLES[action.style],
  key: keyOf(action, mark),
});

const cornerOf = (entries: readonly Named[], card: Card, mark: Mark, { button: most }: CardSizes): Part => ({
  desc: text(readerOf(card), 'wecom.choose', null),
  action_list: entries.map(({ action, label }) => ({ text: cutTo(label, most), key: keyOf(action, mark) })),
});

const selectionOf = (listed: readonly Named[], card: Card, { option: most }: CardSizes): Part => ({
  question_key: MENU,
  title: cutTo(text(readerOf(card), 'wecom.choose', null), QUESTION),
  // What is not said is the first entry.
  selected_id: NOTHING,
  option_list: [
    { id: NOTHING, text: text(readerOf(card), 'wecom.pick', null) },
    ...listed.map(({ action, label }) => ({ id: optionOf(action), text: cutTo(label, most) })),
  ],
});
