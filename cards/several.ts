import type { Ticket } from '../src/domain/ticket.ts';
import { text } from '../src/text/text.ts';
import type { Action, Block } from './card.ts';
import { categoryName } from './facts.ts';
import type { Asking } from './form.ts';
import type { Invocation } from './invocation.ts';
import { isHandled, nameOf, shown, word, type Row } from './standing.ts';
import { typedOf, verbLabel } from './verb.ts';

/** A ticket as a card shows it, with those of its likely duplicates that are still open, as they are at this moment. */
export type WithTwins = Ticket & { readonly twins?: readonly Row[] };

const openTwins = (t: WithTwins): readonly Row[] =>
  isHandled(t) ? [] : (t.twins ?? []).filter((twin) => !isHandled(twin) && twin.merged.into === null);

/** `可能重复：T-4790 物流停滞 · 李雷处理中`: one line, nothing that identifies a person. */
export function duplicateBlocks(t: WithTwins, a: Asking): readonly Block[] {
  const twins = openTwins(t);
  if (twins.length === 0) return [];
  const items = twins.map((twin) => {
    const about = categoryName(a.directory, twin.category, a.reader) ?? shown(twin, twin.subject, 'group');
    const who = twin.assignee === null ? '' : nameOf(a.directory, twin.assignee);
    return { no: twin.number, about, who, status: word(twin, a.reader) };
  });
  return [{ type: 'note', text: text(a.reader, 'card.duplicates', { items }) }];
}

const plain = (label: string, invoke: Invocation, a: Asking, placement: Action['placement']): Action => ({
  label,
  style: 'default',
  placement,
  invoke,
  typed: typedOf(invoke, a.reader.locale),
});

/** 合并到 T-4790, for each likely duplicate; the first is a button while nobody has claimed the ticket. */
export const mergeActions = (t: WithTwins, a: Asking): readonly Action[] =>
  openTwins(t).map(({ number }, i) => {
    const invoke = { command: 'merge', args: { ticket: String(t.number), into: String(number) } };
    const placement = i === 0 && t.assignee === null ? 'button' : 'menu';
    return plain(text(a.reader, 'card.merge_into', { no: number }), invoke, a, placement);
  });

/** What can be done about a merged ticket: look at the one that goes on, or take the merge back. */
export function mergedActions(t: Row, a: Asking): readonly Action[] {
  const { into } = t.merged;
  if (into === null) return [];
  const show = { command: 'show', args: { ticket: String(into.number) } };
  const split = { command: 'split', args: { ticket: String(t.number) } };
  return [
    plain(text(a.reader, 'card.show_other', { no: into.number }), show, a, 'menu'),
    plain(verbLabel('split', a.reader), split, a, 'menu'),
  ];
}

/** The card's actions with those about other tickets behind the primary one. */
export const besides = (actions: readonly Action[], more: readonly Action[]): readonly Action[] => [
  ...actions.slice(0, 1),
  ...more,
  ...actions.slice(1),
];

/** How many buttons are left for the verbs when these are there too and, perhaps, the one that opens the full view. */
export const buttonsBeside = (more: readonly Action[], expand: boolean): number =>
  4 - more.filter((action) => action.placement === 'button').length - (expand ? 1 : 0);
