import type { Directory } from '../src/domain/directory.ts';
import { PRIORITIES, RELEASE_REASONS, WAITS } from '../src/domain/status.ts';
import { text, type Reader } from '../src/text/text.ts';
import type { Form, FormField } from './card.ts';
import type { Row } from './standing.ts';
import { categoryPath } from './facts.ts';

/** What a form is drawn from. */
export interface Asking {
  readonly ticket: Row;
  readonly directory: Directory;
  readonly reader: Reader;
}

type Option = { readonly value: string; readonly label: string };
type Fields = (a: Asking) => readonly FormField[];

/** The inputs of each verb that asks for values; names are the command's parameter names. */
const FIELDS: Readonly<Record<string, Fields>> = {
  reply: (a) => [{ ...written(a, 'text', 'text', true, 4000), placeholder: text(a.reader, 'field.text_hint', null) }],
  told: (a) => [{ ...written(a, 'text', 'text', true, 4000), placeholder: text(a.reader, 'field.told_hint', null) }],
  note: (a) => [
    { ...written(a, 'text', 'text', true, 4000), placeholder: text(a.reader, 'field.note_text_hint', null) },
  ],
  transfer: (a) => [
    select(a, 'to', 'to', true, [
      ...teams(a).map((o) => ({ ...o, value: `team:${o.value}` })),
      ...colleagues(a).map((o) => ({ ...o, value: `person:${o.value}` })),
    ]),
    { ...written(a, 'note', 'note', true, 1000), placeholder: text(a.reader, 'field.note_hint', null) },
  ],
  assign: (a) => [select(a, 'person', 'person', true, colleagues(a))],
  pending: (a) => [
    select(
      a,
      'wait',
      'wait',
      true,
      WAITS.map((w) => ({ value: w, label: text(a.reader, `value.wait_${w}`, null) })),
    ),
    { ...line(a, 'for', 'for', false, 40), placeholder: text(a.reader, 'command.hint_for', null) },
  ],
  resolve: (a) => {
    const outcomes = [...a.directory.dispositions.values()].map((d) => ({
      value: d.id,
      label: d.name[a.reader.locale],
    }));
    const usual = (outcomes.find((o) => o.value === 'handled') ?? outcomes[0])?.value;
    return [
      // A shop that names no outcomes is not asked for one.
      ...(outcomes.length === 0 ? [] : [select(a, 'disposition', 'disposition', true, outcomes, usual)]),
      written(a, 'note', 'note', false, 1000),
    ];
  },
  release: (a) => [
    select(
      a,
      'reason',
      'reason',
      true,
      RELEASE_REASONS.map((r) => ({ value: r, label: text(a.reader, `value.reason_${r}`, null) })),
    ),
  ],
  close: (a) => [written(a, 'reason', 'reason', false, 200)],
  priority: (a) => [
    select(
      a,
      'priority',
      'priority',
      true,
      PRIORITIES.map((p) => ({ value: p, label: text(a.reader, `value.priority_${p}`, null) })),
      a.ticket.priority,
    ),
  ],
  category: (a) => [select(a, 'category', 'category', true, categories(a), a.ticket.category ?? undefined)],
  remind: (a) => [{ ...line(a, 'when', 'when', true, 40), placeholder: text(a.reader, 'command.hint_when', null) }],
  escalate: (a) => [written(a, 'note', 'note', false, 1000)],
  tag: (a) => [{ ...line(a, 'tags', 'tags', true, 400), placeholder: text(a.reader, 'command.hint_tags', null) }],
};

/** The form of a verb on this ticket; null when the verb asks for nothing, or nothing could be chosen in it. */
export function formOf(verb: string, a: Asking): Form | 'impossible' | null {
  const fields = FIELDS[verb]?.(a);
  if (fields === undefined) return null;
  if (fields.some((f) => f.type === 'select' && f.options?.length === 0)) return 'impossible';
  return {
    title: text(a.reader, 'command.form_title', { verb, no: a.ticket.number }),
    submit: text(a.reader, 'command.form_submit', { verb }),
    invoke: { command: verb, args: { ticket: String(a.ticket.number) } },
    fields,
  };
}

type Label =
  | 'text'
  | 'note'
  | 'to'
  | 'person'
  | 'wait'
  | 'for'
  | 'when'
  | 'disposition'
  | 'reason'
  | 'priority'
  | 'category'
  | 'tags';

const input = (a: Asking, name: string, label: Label, required: boolean, max: number) => ({
  name,
  label: text(a.reader, `command.label_${label}`, null),
  required,
  max,
});
const written = (a: Asking, name: string, label: Label, required: boolean, max: number): FormField => ({
  ...input(a, name, label, required, max),
  type: 'text',
});
const line = (a: Asking, name: string, label: Label, required: boolean, max: number): FormField => ({
  ...input(a, name, label, required, max),
  type: 'line',
});
const select = (
  a: Asking,
  name: string,
  label: Label,
  required: boolean,
  options: readonly Option[],
  value?: string,
): FormField => ({
  ...input(a, name, label, required, 200),
  type: 'select',
  options,
  // A value that is no longer offered would be refused on submission.
  ...(value !== undefined && options.some((o) => o.value === value) ? { value } : {}),
});

const teams = ({ directory, ticket }: Asking): Option[] =>
  [...directory.teams.values()].filter((t) => t.id !== ticket.team).map((t) => ({ value: t.id, label: t.name }));

/** The same for every card of one directory, and long. */
const KNOWN = new WeakMap<Directory, Map<string, readonly Option[]>>();

function categories({ directory, reader }: Asking): readonly Option[] {
  const known = KNOWN.get(directory) ?? new Map<string, readonly Option[]>();
  KNOWN.set(directory, known);
  const options =
    known.get(reader.locale) ??
    [...directory.categories.keys()].map((id) => ({ value: id, label: categoryPath(directory, id, reader) }));
  known.set(reader.locale, options);
  return options;
}

/** The people of the ticket's team but for its assignee; who else should have it gets it through their team. */
const colleagues = ({ directory, ticket }: Asking): Option[] =>
  [...directory.people.values()]
    .filter((p) => p.id !== ticket.assignee && p.teams.includes(ticket.team))
    .filter((p) => p.shops.length === 0 || p.shops.includes(ticket.shop))
    .map((p) => ({ value: p.id, label: p.name }));
