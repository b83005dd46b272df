import { TRANSITIONS, type Move } from '../src/domain/status.ts';
import { hasCustomer, placeOf } from '../src/domain/contact.ts';
import { somebodyMay, type Right } from '../src/domain/permission.ts';
import { hiddenOf } from '../src/domain/reveal.ts';
import type { Locale } from '../src/domain/directory.ts';
import { text, type Reader } from '../src/text/text.ts';
import { verbName } from '../src/text/verb.ts';
import type { Action } from './card.ts';
import { formOf, type Asking } from './form.ts';
import type { Invocation } from './invocation.ts';
import { isHandled, type Row } from './standing.ts';

/** The verbs that cards offer on a ticket. */
export type Verb =
  | 'claim'
  | 'reply'
  | 'told'
  | 'resolve'
  | 'pending'
  | 'transfer'
  | 'assign'
  | 'release'
  | 'note'
  | 'reveal'
  | 'priority'
  | 'category'
  | 'tag'
  | 'close'
  | 'reopen'
  | 'split'
  | 'remind'
  | 'escalate'
  | 'acknowledge'
  | 'show';

const moves =
  (...any: readonly Move[]) =>
  (t: Row): boolean =>
    any.some((move) => TRANSITIONS[t.status][move] !== undefined);
const open = (t: Row): boolean => !isHandled(t);
const always = (): boolean => true;

/** Whether a verb could succeed on a ticket as it stands, for whoever has the right. */
const FITS: Readonly<Record<Verb, (t: Row) => boolean>> = {
  claim: moves('claim'),
  // Somebody without a conversation cannot be written to by anybody.
  reply: (t) => open(t) && t.links.some((l) => l.role === 'customer'),
  told: (t) => open(t) && hasCustomer(t) && !t.links.some((l) => l.role === 'customer'),
  resolve: moves('resolve'),
  pending: moves('pend_customer', 'pend_other'),
  transfer: moves('offer', 'transfer_team'),
  assign: moves('assign'),
  release: moves('release'),
  note: always,
  reveal: (t) => hiddenOf(t).values.length > 0,
  priority: open,
  category: open,
  tag: open,
  close: moves('close'),
  reopen: moves('reopen_owned', 'reopen_queue'),
  split: (t) => t.status !== 'closed' && t.customer.account !== null && t.customerMessages > 1,
  remind: open,
  escalate: open,
  // Only who was told of something has the button.
  acknowledge: always,
  show: always,
};

export const fits = (verb: Verb, t: Row): boolean => FITS[verb](t);

/** The right that a verb asks for, where it takes more than being of the team. */
const NEEDS: Partial<Record<Verb, (t: Row) => Right>> = {
  resolve: () => 'assignee',
  pending: () => 'assignee',
  release: () => 'assignee',
  close: () => 'assignee',
  transfer: (t) => (t.assignee === null ? 'member' : 'assignee'),
  // Whoever wants an unclaimed one may give it to themselves.
  assign: (t) => (t.assignee === null ? 'member' : 'lead'),
};

/** Whether anybody at all could do this now: what everybody would be refused is no button. */
const offers = (verb: Verb, { ticket, directory }: Asking): boolean =>
  fits(verb, ticket) && somebodyMay(NEEDS[verb]?.(ticket) ?? 'member', ticket, directory);

/** The most buttons beside the one menu. */
const MAX_BUTTONS = 4;

/**
 * The actions of a ticket's card: of `wanted`, those that fit; the first is primary when it moves the ticket on, at most
 * `buttons` are buttons, the rest stands behind the menu. `expand`: the quote was cut, so the full view gets a button.
 */
export function actionsOf(
  wanted: readonly Verb[],
  a: Asking,
  options: { readonly buttons: number; readonly expand: boolean },
): readonly Action[] {
  const all = wanted
    .filter((verb) => verb !== 'show' && offers(verb, a))
    .map((verb) => actionOf(verb, a))
    .filter((action) => action !== null);
  const buttons = Math.min(options.buttons, options.expand ? MAX_BUTTONS - 1 : MAX_BUTTONS);
  const show = wanted.includes('show') ? [showAction(a, options.expand)] : [];
  const placed = all.map((action, i): Action => {
    const placement = i < buttons ? 'button' : 'menu';
    return { ...action, placement, style: i === 0 && placement === 'button' ? 'primary' : action.style };
  });
  return options.expand
    ? [...placed.filter(isButton), ...show, ...placed.filter((action) => !isButton(action))]
    : [...placed, ...show];
}

const isButton = (action: Action): boolean => action.placement === 'button';

/** One verb as a button; null when its form would offer nothing to choose. */
export function actionOf(verb: Verb, a: Asking): Action | null {
  const form = formOf(verb, a);
  if (form === 'impossible') return null;
  const invoke: Invocation = { command: verb, args: { ticket: String(a.ticket.number) } };
  return {
    label: labelOf(verb, a),
    style: verb === 'close' ? 'danger' : 'default',
    placement: 'button',
    invoke,
    typed: typedOf(invoke, a.reader.locale),
    ...(form === null ? {} : { form }),
  };
}

/** `已在千牛回复` says where. */
export const labelOf = (verb: string, { ticket, directory, reader }: Asking): string =>
  verb === 'told'
    ? text(reader, 'field.told', placeOf(ticket, directory))
    : verb === 'split'
      ? text(reader, 'card.split', null)
      : verbLabel(verb, reader);

function showAction(a: Asking, expand: boolean): Action {
  const invoke: Invocation = { command: 'show', args: { ticket: String(a.ticket.number) } };
  return {
    label: expand ? text(a.reader, 'card.expand', null) : verbLabel('show', a.reader),
    style: 'default',
    placement: expand ? 'button' : 'menu',
    invoke,
    typed: typedOf(invoke, a.reader.locale),
  };
}

export const verbLabel = (verb: string, reader: Reader): string => text(reader, 'command.form_submit', { verb });

/** What a person types for an invocation: `认领 4821`; the number first, then the other values in their order. */
export function typedOf(invoke: Invocation, locale: Locale): string {
  const { ticket, ...others } = invoke.args;
  const values = [ticket, ...Object.values(others)].filter((v) => v !== undefined && v !== '');
  return [verbName(invoke.command, locale), ...values].join(' ');
}
