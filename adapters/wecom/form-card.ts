import type { Form, FormField } from '../../cards/card.ts';
import { cut } from '../../cards/excerpt.ts';
import { neutralLine } from '../../cards/neutralise.ts';
import { spokenIn } from '../../cards/typed-form.ts';
import { text, type Reader } from '../../src/text/text.ts';
import {
  bytesOf,
  CARD,
  FORM_DESC,
  KEY_BYTES,
  MOST_LISTS,
  MOST_OPTIONS,
  OPTION_BYTES,
  QUESTION,
} from './card-limits.ts';
import type { TemplateCard } from './draw.ts';
import { formKey, NOTHING } from './press.ts';

/** A form as a card of lists to choose from (fact sheet, 3.2); null: it asks for more than such a card can hold. What is wrong stands below its title. */
export function formCard(form: Form, { task }: { readonly task: string }): TemplateCard | null {
  const { fields } = form;
  const key = formKey(form, task);
  if (key === null || fields.length === 0 || fields.length > MOST_LISTS || !areDistinct(fields)) return null;
  const reader = { locale: spokenIn(form.title), timeZone: 'UTC', now: new Date(0) };
  const lists = fields.map((field) => listOf(field, reader));
  if (lists.includes(null)) return null;
  const wrong = fields.flatMap(({ label, error }) =>
    error === undefined ? [] : [text(reader, 'card.field', { label: neutralLine(label), value: neutralLine(error) })],
  );
  const desc = cut(wrong.join(' '), FORM_DESC);
  return {
    card_type: 'multiple_interaction',
    task_id: task,
    main_title: { title: worded(form.title, CARD.app.title), ...(desc !== '' && { desc }) },
    select_list: lists,
    submit_button: { text: worded(form.submit, CARD.app.button), key },
  };
}

const worded = (written: string, most: number): string => cut(neutralLine(written), most) || '…';

const areDistinct = (fields: readonly FormField[]): boolean =>
  new Set(fields.map(({ name }) => name)).size === fields.length;

/** Whether it comes back as it is. */
const carries = (id: string, most: number): boolean =>
  id !== '' && bytesOf(id) <= most && !/[\p{Cc}\p{Surrogate}]/u.test(id);

function listOf(field: FormField, reader: Reader): Readonly<Record<string, unknown>> | null {
  const { name, label, type, required, value } = field;
  const options = [...new Map((field.options ?? []).map((option) => [option.value, option])).values()];
  if (type !== 'select' || options.length === 0 || !carries(name, KEY_BYTES)) return null;
  if (!options.every((option) => option.value !== NOTHING && carries(option.value, OPTION_BYTES))) return null;
  // A list always has something chosen: where that may be nothing, or is to be chosen yet, an entry says so.
  const isGiven = options.some((option) => option.value === value);
  const open = text(reader, required ? 'wecom.pick' : 'wecom.nothing', null);
  const given = required && isGiven ? options : [{ value: NOTHING, label: open }, ...options];
  if (given.length > MOST_OPTIONS) return null;
  return {
    question_key: name,
    title: worded(label, QUESTION),
    selected_id: isGiven ? value : NOTHING,
    option_list: given.map((option) => ({ id: option.value, text: worded(option.label, CARD.app.option) })),
  };
}
