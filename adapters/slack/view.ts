import type { types } from '@slack/bolt';
import { z } from 'zod';
import type { Card, Form, FormField } from '../../cards/card.ts';
import { cut } from '../../cards/excerpt.ts';
import { neutralise, neutralLine } from '../../cards/neutralise.ts';
import type { Invocation } from '../../cards/invocation.ts';
import type { Locale } from '../../src/domain/directory.ts';
import { text } from '../../src/text/text.ts';
import { HOME_ROOM, MAX_ELEMENT, MAX_ID } from './limits.ts';
import { isSelect, optionsFor, roomForOptions, type Choices } from './options.ts';
import { carried, linkedWords, paragraph, plainText, type KnownBlock } from './rich.ts';
import { placeCard } from './render.ts';

/** Modals and the Home tab. */
export type ModalView = types.ModalView;
export type HomeView = types.HomeView;

/** Where a form was asked for: what a submission no longer says. Never trusted for rights. */
export interface Origin {
  readonly channel: string | null;
  readonly thread: string | null;
  readonly surface: string | null;
}

/** What was handed in. */
export interface Submission {
  /** With what the form carried and what was filled in. */
  readonly invocation: Invocation;
  readonly nonce: string | null;
  readonly origin: Origin;
  /** What was filled in, by field; what was left empty is absent. */
  readonly values: Readonly<Record<string, string>>;
}

/** Title, words and the word of the one button of a view that only says something. */
export interface Notice {
  readonly title: string;
  readonly words: string;
  readonly close: string;
}

/** Tells our views apart, and from those of others. */
export const CALLBACK = { form: 'gongdan.form', waiting: 'gongdan.waiting', notice: 'gongdan.notice' } as const;

const MAX_TITLE = 24;
const MAX_FIELD_LABEL = 2_000;
const MAX_PLACEHOLDER = 150;
const MAX_METADATA = 3_000;
const MAX_BLOCKS = 100;
const VALUE = 'value';

/** In a modal that would be empty, which Slack refuses. */
const NOTHING: KnownBlock = { type: 'context', elements: [plainText('')] };

const title = (words: string): types.PlainTextElement => plainText(neutralLine(words), MAX_TITLE);

/**
 * A form as a modal; `locale` words its way out (absent: Slack's own word). What is wrong with a field stands above it, since a view that
 * opens cannot show it otherwise. Fields beyond what a modal holds, and repeated ones, are left out.
 * @throws RangeError when what the form carries has no room: no form of ours carries so much.
 */
export function formView(form: Form, origin: Origin, locale?: Locale): ModalView {
  const room = roomForOptions(form);
  const long: string[] = [];
  const metadata = (): string => metadataOf(form, origin, long);
  if (metadata().length > MAX_METADATA) throw new RangeError('a form carries more than a view can hold');
  const keep = (value: string): string | null => {
    long.push(value);
    if (metadata().length <= MAX_METADATA) return `#${long.length - 1}`;
    long.pop();
    return null;
  };
  const named = new Map(form.fields.filter(nameable).map((field) => [field.name, field]));
  const blocks: KnownBlock[] = [];
  for (const field of named.values()) {
    const drawn = fieldBlocks(field, isSelect(field) ? optionsFor(field, room, keep) : null);
    if (blocks.length + drawn.length <= MAX_BLOCKS) blocks.push(...drawn);
  }
  return {
    type: 'modal',
    callback_id: CALLBACK.form,
    title: title(form.title),
    submit: title(form.submit),
    ...(locale === undefined ? {} : { close: title(wordFor(locale)) }),
    private_metadata: metadata(),
    blocks: blocks.length === 0 ? [NOTHING] : blocks,
  };
}

const wordFor = (locale: Locale): string =>
  text({ locale, timeZone: 'UTC', now: new Date(0) }, 'card.close_form', null);

const nameable = ({ name }: FormField): boolean =>
  name !== '' && name.length <= MAX_ID && !/\0|\p{Surrogate}/u.test(name);

function fieldBlocks(field: FormField, choices: Choices | null): readonly KnownBlock[] {
  const label = plainText(neutralLine(field.label), MAX_FIELD_LABEL, field.name);
  const wrong = neutralLine(field.error ?? '');
  return [
    ...(wrong === '' ? [] : [{ type: 'context' as const, elements: [plainText(wrong)] }]),
    {
      type: 'input',
      block_id: field.name,
      label,
      optional: !field.required,
      ...(field.guides === true ? { dispatch_action: true } : {}),
      element: choices === null ? writtenInput(field) : choiceInput(field, choices),
    },
  ];
}

const placeholderOf = ({ placeholder = '' }: FormField): { placeholder?: types.PlainTextElement } => {
  const line = neutralLine(placeholder);
  return line === '' ? {} : { placeholder: plainText(line, MAX_PLACEHOLDER) };
};

function writtenInput(field: FormField): types.PlainTextInput {
  const max = Math.min(Math.max(1, Math.floor(field.max)), MAX_ELEMENT);
  const multiline = field.type === 'text';
  const whole = carried(field.value ?? '');
  // Theirs, as they wrote it: nothing in an input means anything.
  const value = cut(multiline ? whole : whole.replaceAll(/\s*\n\s*/g, ' '), max);
  return {
    type: 'plain_text_input',
    action_id: VALUE,
    multiline,
    max_length: max,
    ...(value === '' ? {} : { initial_value: value }),
    ...placeholderOf(field),
  };
}

const choiceInput = (field: FormField, { initial, ...choices }: Choices): types.StaticSelect => ({
  type: 'static_select',
  action_id: VALUE,
  ...choices,
  ...(initial === null ? {} : { initial_option: initial }),
  ...placeholderOf(field),
});

const metadataSchema = z.object({
  command: z.string().regex(/^[a-z][a-z-]{0,30}$/),
  args: z.array(z.tuple([z.string(), z.string()])),
  nonce: z.string().nullable(),
  origin: z.object({
    channel: z.string().nullable(),
    thread: z.string().nullable(),
    surface: z.string().nullable(),
  }),
  /** Values that have no room in an option; `#0` names the first. */
  long: z.array(z.string()),
});

function metadataOf({ invoke, nonce }: Form, { channel, thread, surface }: Origin, long: readonly string[]): string {
  const held: z.infer<typeof metadataSchema> = {
    command: invoke.command,
    args: Object.entries(invoke.args),
    nonce: nonce ?? null,
    origin: { channel, thread, surface },
    long: [...long],
  };
  return JSON.stringify(held);
}

function readMetadata(written: string): z.infer<typeof metadataSchema> | null {
  try {
    return metadataSchema.safeParse(JSON.parse(written)).data ?? null;
  } catch {
    return null;
  }
}

const submittedSchema = z.object({
  private_metadata: z.string().max(MAX_METADATA),
  state: z.object({
    values: z.record(
      z.string(),
      z.record(
        z.string(),
        z.object({
          value: z.string().nullish(),
          selected_option: z.object({ value: z.string() }).nullish(),
        }),
      ),
    ),
  }),
});

/** What a view of ours says when it is handed in or a field that `guides` was changed; null for any other. Never throws. */
export function readSubmission(view: unknown): Submission | null {
  const parsed = submittedSchema.safeParse(view);
  if (!parsed.success) return null;
  const held = readMetadata(parsed.data.private_metadata);
  if (held === null) return null;
  const { command, args, nonce, origin, long } = held;
  const filled = Object.entries(parsed.data.state.values).flatMap(([name, block]): [string, string][] => {
    const input = block[VALUE];
    const chosen = input?.selected_option?.value;
    const key = /^#(\d{1,4})$/.exec(chosen ?? '')?.[1];
    const value = key === undefined ? (chosen ?? input?.value) : long[Number(key)];
    return value === undefined || value === null ? [] : [[name, value]];
  });
  return {
    invocation: { command, args: Object.fromEntries([...args, ...filled]) },
    nonce,
    origin,
    values: Object.fromEntries(filled),
  };
}

const askedSchema = z.object({ blocks: z.array(z.object({ type: z.string(), block_id: z.string().optional() })) });

/**
 * What is wrong with what was handed in, by block, for `response_action: errors`: Slack takes only blocks that are there, and at least one.
 * What is wrong elsewhere stands at the first input. Empty only when `asked` has no input.
 */
export function fieldErrors(form: Form, asked: unknown): Readonly<Record<string, string>> {
  const blocks = askedSchema.safeParse(asked).data?.blocks ?? [];
  const inputs = blocks.flatMap(({ type, block_id }) => (type === 'input' && block_id !== undefined ? [block_id] : []));
  const wrong = form.fields.flatMap(({ name, error }) => (error === undefined ? [] : [{ name, error }]));
  const there = wrong.filter(({ name }) => inputs.includes(name));
  const [first] = inputs;
  const said = (words: string): string => plainText(neutralLine(words), MAX_FIELD_LABEL).text;
  if (there.length > 0) return Object.fromEntries(there.map(({ name, error }) => [name, said(error)]));
  return first === undefined ? {} : { [first]: said(wrong[0]?.error ?? form.title) };
}

function saying(callback_id: string, { title: heading, words, close }: Notice): ModalView {
  const said = paragraph(linkedWords(cut(neutralise(words).trim(), MAX_ELEMENT)));
  return {
    type: 'modal',
    callback_id,
    title: title(heading),
    close: title(close),
    blocks: [said ?? NOTHING],
  };
}

/** Opened at once, within the three seconds that a press lends, and replaced by what was asked for. */
export const waitingView = (notice: Notice): ModalView => saying(CALLBACK.waiting, notice);

/** Says something where a form was asked for. */
export const noticeView = (notice: Notice): ModalView => saying(CALLBACK.notice, notice);

/** A person's own page. What stands there has no surface: it is drawn anew whenever it is opened. */
export const homeView = (card: Card): HomeView => ({ type: 'home', blocks: placeCard(card, null, HOME_ROOM).blocks });
