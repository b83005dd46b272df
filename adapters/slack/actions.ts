import type { types } from '@slack/bolt';
import type { Action, Card } from '../../cards/card.ts';
import { readerOf } from '../../cards/fallback.ts';
import { encodeInvocation } from '../../cards/invocation.ts';
import { neutralLine } from '../../cards/neutralise.ts';
import { text } from '../../src/text/text.ts';
import { MAX_ELEMENTS, MAX_LABEL, MAX_OPTIONS, MAX_OVERFLOW } from './limits.ts';
import { actionId, blockId, chosenValue, menuValue, type CardMark } from './press.ts';
import { asks } from '../../cards/pressing.ts';
import { plainText } from './rich.ts';

/** Numbers what can be pressed on one card, in the order in which it is drawn. */
export interface Pen {
  /** The id of the next block that can be pressed. */
  readonly block: () => string;
  /** The number of the next element. */
  readonly element: () => number;
}

export function penFor(mark: CardMark | null): Pen {
  let blocks = 0;
  let elements = 0;
  return {
    block: () => blockId(blocks++, mark),
    element: () => elements++,
  };
}

/** The label as a person reads it; what would be typed where it has none. */
const labelOf = (action: Action): types.PlainTextElement =>
  plainText(neutralLine(action.label), MAX_LABEL, neutralLine(action.typed));

export function buttonOf(action: Action, pen: Pen): types.Button {
  return {
    type: 'button',
    text: labelOf(action),
    action_id: actionId(asks(action) ? 'ask' : 'do', pen.element()),
    value: encodeInvocation(action.invoke),
    ...(action.style === 'default' ? {} : { style: action.style }),
  };
}

type Element = types.Button | types.StaticSelect | types.Overflow;

/**
 * The actions under a card: its buttons, those whose values have no room in a menu's entry, at most `choices` values that are chosen on
 * the spot, and the one menu.
 */
export function actionBlocks(card: Card, pen: Pen, choices: number): readonly types.ActionsBlock[] {
  const buttons = card.actions.filter(({ placement }) => placement === 'button');
  const behind = card.actions.filter(({ placement }) => placement === 'menu');
  const chosen = new Map<Action, readonly types.PlainTextOption[]>();
  for (const action of card.kind === 'show' ? behind : []) {
    const options = chosen.size < choices ? choicesOf(action) : null;
    if (options !== null) chosen.set(action, options);
  }
  const rest = behind.filter((action) => !chosen.has(action));
  const entries = rest.filter((action) => menuValue(action) !== null);
  const long = rest.filter((action) => menuValue(action) === null);
  const elements: Element[] = [
    ...[...buttons, ...long].map((action) => buttonOf(action, pen)),
    ...[...chosen].map(([action, options]): Element => ({
      type: 'static_select',
      placeholder: labelOf(action),
      action_id: actionId('choose', pen.element()),
      options: [...options],
    })),
    ...menusOf(entries, card, pen),
  ];
  const blocks: types.ActionsBlock[] = [];
  for (let i = 0; i < elements.length; i += MAX_ELEMENTS)
    blocks.push({ type: 'actions', block_id: pen.block(), elements: elements.slice(i, i + MAX_ELEMENTS) });
  return blocks;
}

/** The one menu; `fit` lets no more into it than it holds. */
function menusOf(entries: readonly Action[], card: Card, pen: Pen): readonly Element[] {
  if (entries.length === 0) return [];
  const options = entries.slice(0, MAX_OPTIONS).map((action) => ({
    text: labelOf(action),
    value: menuValue(action) ?? '',
  }));
  const action_id = actionId('menu', pen.element());
  if (options.length <= MAX_OVERFLOW) return [{ type: 'overflow', action_id, options }];
  const placeholder = plainText(text(readerOf(card), 'card.menu', null), MAX_LABEL);
  return [{ type: 'static_select', action_id, placeholder, options }];
}

/** What can be chosen for an action that asks for one value out of a few; null where it asks for more, or a choice would not come back. */
function choicesOf({ form, ...action }: Action): readonly types.PlainTextOption[] | null {
  const [field, ...others] = form?.fields ?? [];
  if (field === undefined || others.length > 0 || field.type !== 'select' || !field.required) return null;
  const options = field.options ?? [];
  if (options.length === 0 || options.length > MAX_OPTIONS) return null;
  const values = options.map(({ value }) => chosenValue(action, field.name, value));
  if (values.includes(null) || new Set(values).size < values.length) return null;
  return options.map(({ label, value }, i) => ({
    text: plainText(neutralLine(label), MAX_LABEL, neutralLine(value)),
    value: values[i] ?? '',
  }));
}
