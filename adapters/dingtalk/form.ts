import * as z from 'zod';
import type { Form, FormField } from '../../cards/card.ts';
import { cut } from '../../cards/excerpt.ts';
import { neutralLine } from '../../cards/neutralise.ts';
import type { Invocation } from '../../cards/invocation.ts';
import type { Locale } from '../../src/domain/directory.ts';
import { text, type Reader } from '../../src/text/text.ts';
import { cutBytes } from './bytes.ts';
import { bytesOf, MAX_JSON_BYTES, MAX_VALUE_BYTES } from './limits.ts';
import { carried } from './lines.ts';
import { CLOSE, sending } from './press.ts';
import { spokenIn } from '../../cards/typed-form.ts';
import { NO_BUTTONS, OFF, ON, type OwnValues } from './variables.ts';

/** Where a form was asked for: what a submission no longer says. Never trusted for rights. */
export interface Origin {
  readonly surface: string | null;
  readonly version: number | null;
}

/** What was handed in. */
export interface Submission {
  /** With what the form carried and what was filled in. */
  readonly invocation: Invocation;
  /** What was filled in, by field; what was left empty is absent. */
  readonly values: Readonly<Record<string, string>>;
  readonly nonce: string | null;
  readonly surface: string | null;
  /** The `cardVersion` on which it was asked for. */
  readonly seen: number | null;
}

/** The hidden field that carries what the form is about. */
const HELD = '_';
const MAX_LABEL = 100;
const MAX_NAME = 60;
const MAX_FIELDS = 20;
/** Most bytes of what is handed in that are looked at. */
const MAX_SUBMITTED = 200_000;

/** A field as DingTalk's form variables hold it. */
type Field = Readonly<Record<string, unknown>> & { readonly name: string };

/**
 * A form, open for the one person it is shown to; what is wrong with its fields stands above it and at each. A choice among more than a
 * form's value holds is a field to write in. @throws RangeError when what the form carries has no room: no form of ours carries so much.
 */
export function formVariables(form: Form, origin: Origin, locale: Locale = spokenIn(form.title)): OwnValues {
  const reader: Reader = { locale, timeZone: 'UTC', now: new Date(0) };
  const named = new Map(form.fields.filter(nameable).map((field) => [field.name, field]));
  const fields = [...named.values()].slice(0, MAX_FIELDS);
  const wrong = fields.flatMap((field) => (field.error === undefined ? [] : [said(field, field.error, reader)]));
  const notice = [neutralLine(form.title), ...wrong].filter((line) => line !== '').join('\n');
  return {
    notice: cutBytes(notice, MAX_VALUE_BYTES),
    notice_buttons: JSON.stringify([sending(text(reader, 'card.close_form', null), CLOSE)]),
    form: fitted(heldIn(form, origin), fields, reader),
    form_open: ON,
    form_button: cut(neutralLine(form.submit), MAX_LABEL) || '…',
    form_status: 'normal',
    menu_open: OFF,
  };
}

/** The form is gone, and what stood above it. */
export const closedForm = (): OwnValues => ({
  notice: '',
  notice_buttons: NO_BUTTONS,
  form: '',
  form_open: OFF,
  form_button: '',
  form_status: 'normal',
});

const nameable = ({ name }: FormField): boolean =>
  name !== '' && name !== HELD && name.length <= MAX_NAME && !/\0|\p{Surrogate}/u.test(name);

const said = ({ label }: FormField, error: string, reader: Reader): string =>
  text(reader, 'dingtalk.form_wrong', { label: neutralLine(label), error: neutralLine(error) });

/** As JSON, the largest choices written instead of chosen until it has room, then what was filled in and the hints gone. */
function fitted(held: Field, fields: readonly FormField[], reader: Reader): string {
  const written = new Set<string>();
  const size = ({ options = [] }: FormField): number => bytesOf(JSON.stringify(options));
  const draw = (bare: boolean): string =>
    JSON.stringify({ fields: [held, ...fields.map((field) => fieldOf(field, written.has(field.name), bare, reader))] });
  for (const field of fields.toSorted((a, b) => size(b) - size(a))) {
    if (bytesOf(draw(false)) <= MAX_JSON_BYTES) break;
    if (choicesOf(field).length > 0) written.add(field.name);
  }
  const whole = draw(false);
  const json = bytesOf(whole) <= MAX_JSON_BYTES ? whole : draw(true);
  if (bytesOf(json) > MAX_JSON_BYTES) throw new RangeError('a form carries more than a card can hold');
  return json;
}

/** What can be chosen, each value once. */
function choicesOf({ type, options = [] }: FormField): readonly { readonly value: string; readonly text: string }[] {
  if (type !== 'select') return [];
  const shown = options
    .filter(({ value }) => value !== '' && !/\0|\p{Surrogate}/u.test(value))
    .map(({ value, label }) => [value, cut(neutralLine(label), MAX_LABEL) || value] as const);
  return Array.from(new Map(shown), ([value, label]) => ({ value, text: label }));
}

function fieldOf(field: FormField, isWritten: boolean, bare: boolean, reader: Reader): Field {
  const { name, required, error, value = '' } = field;
  const label = cut(error === undefined ? neutralLine(field.label) : said(field, error, reader), MAX_LABEL) || name;
  const hint = cut(neutralLine(field.placeholder ?? error ?? ''), MAX_LABEL);
  const common = { name, label, required, ...(hint !== '' && !bare && { placeholder: hint }) };
  const options = isWritten ? [] : choicesOf(field);
  if (options.length > 0) {
    const index = options.findIndex((option) => option.value === value);
    return { ...common, type: 'SELECT', options, ...(index >= 0 && { defaultValue: { index, value } }) };
  }
  // Theirs, as they wrote it: nothing in an input means anything. Of a choice its value means nothing to its reader.
  const filled = field.type === 'select' || bare ? '' : cut(carried(value), Math.max(1, field.max));
  return { ...common, type: 'TEXT', ...(filled !== '' && { defaultValue: filled }) };
}

const heldSchema = z.object({
  i: z.tuple([z.string().regex(/^[a-z][a-z-]{0,30}$/u), z.array(z.tuple([z.string(), z.string()]))]),
  n: z.string().nullable(),
  s: z.string().nullable(),
  v: z.number().int().nonnegative().nullable(),
});

function heldIn({ invoke, nonce }: Form, { surface, version }: Origin): Field {
  const held: z.infer<typeof heldSchema> = {
    i: [invoke.command, Object.entries(invoke.args)],
    n: nonce ?? null,
    s: surface,
    v: version,
  };
  return { name: HELD, type: 'TEXT', hidden: true, defaultValue: JSON.stringify(held) };
}

const submitted = z.object({ form: z.union([z.string().max(MAX_SUBMITTED), z.record(z.string(), z.unknown())]) });
const chosen = z.object({ value: z.string() });

/** The value of a field; null: left empty. */
function valueOf(given: unknown): string | null {
  const value = typeof given === 'string' ? given : (chosen.safeParse(given).data?.value ?? '');
  return value === '' ? null : value;
}

/** What a form of ours says when it is handed in; null for anything else. Never throws. */
export function readForm(params: unknown): Submission | null {
  const given = submitted.safeParse(params);
  if (!given.success) return null;
  const { form } = given.data;
  const fields = z.record(z.string(), z.unknown()).safeParse(typeof form === 'string' ? parsed(form) : form);
  if (!fields.success) return null;
  const { [HELD]: kept, ...filled } = fields.data;
  const held = heldSchema.safeParse(typeof kept === 'string' ? parsed(kept) : kept);
  if (!held.success) return null;
  const { i, n: nonce, s: surface, v: seen } = held.data;
  const [command, args] = i;
  const entries = Object.entries(filled).flatMap(([name, value]): [string, string][] => {
    const worth = valueOf(value);
    return worth === null ? [] : [[name, worth]];
  });
  return {
    invocation: { command, args: Object.fromEntries([...args, ...entries]) },
    values: Object.fromEntries(entries),
    nonce,
    surface,
    seen,
  };
}

function parsed(json: string): unknown {
  try {
    return JSON.parse(json) as unknown;
  } catch {
    return null;
  }
}
