import * as fc from 'fast-check';
import type { Action, Block, Card, Form, FormField } from '../../cards/card.ts';
import { nastyText } from './nasty.ts';

/** Cards are large: a failure among them is made small for so long and no longer, ms. */
export const BOUNDED = { interruptAfterTimeLimit: 4_000 } as const;

/** Mostly nasty, sometimes very long, sometimes nothing but what has to be escaped. */
export const anyText: fc.Arbitrary<string> = fc.oneof(
  { weight: 8, arbitrary: nastyText },
  {
    weight: 1,
    arbitrary: fc.constantFrom('', ' ', '\0', '"'.repeat(5_000), '快递三天没更新'.repeat(800), '](', 'a'.repeat(3_001)),
  },
  { weight: 1, arbitrary: fc.constant('见 https://shop.example/orders/1，谢谢 ').map((t) => t.repeat(40)) },
);

const invoke = fc.record({
  command: fc.constantFrom('claim', 'show', 'transfer', 'not-a Command'),
  args: fc.oneof(
    fc.constant({ ticket: '4821' }),
    fc.dictionary(fc.constantFrom('ticket', 'person', '__proto__', '名'), anyText, { maxKeys: 3 }),
    fc.record({ ticket: fc.constant('4821'), note: fc.string({ minLength: 60, maxLength: 300 }) }),
  ),
});

const option = fc.record({ value: fc.oneof(fc.constantFrom('lilei', 'wangfang', '#0', ''), anyText), label: anyText });
const field: fc.Arbitrary<FormField> = fc.record(
  {
    name: fc.oneof(fc.constantFrom('text', 'person', 'note', 'ticket'), anyText),
    label: anyText,
    type: fc.constantFrom('line', 'text', 'select'),
    required: fc.boolean(),
    max: fc.integer({ min: 0, max: 5_000 }),
    value: anyText,
    placeholder: anyText,
    options: fc.array(option, { maxLength: 5 }),
    error: anyText,
    guides: fc.constant(true),
  },
  { requiredKeys: ['name', 'label', 'type', 'required', 'max'] },
);

/** A form of any fields; what it carries is small, as in ours. */
export const anyForm: fc.Arbitrary<Form> = fc.record(
  {
    title: anyText,
    submit: anyText,
    invoke: fc.constant({ command: 'transfer', args: { ticket: '4821' } }),
    fields: fc.array(field, { maxLength: 8 }),
    nonce: fc.constant('n-1'),
  },
  { requiredKeys: ['title', 'submit', 'invoke', 'fields'] },
);

/** What to type is told apart by its number. */
export const anyAction: fc.Arbitrary<Action> = fc.record(
  {
    label: anyText,
    style: fc.constantFrom('primary', 'default', 'danger'),
    placement: fc.constantFrom('button', 'menu'),
    invoke,
    typed: fc.integer({ min: 1, max: 99_999 }).map((n) => `认领 ${n}`),
    form: anyForm,
  },
  { requiredKeys: ['label', 'style', 'placement', 'invoke', 'typed'] },
);

const row = fc.record(
  { text: anyText, detail: anyText, action: anyAction, also: anyAction },
  { requiredKeys: ['text'] },
);

const anyBlock: fc.Arbitrary<Block> = fc.oneof(
  fc.record({ type: fc.constant('text'), style: fc.constantFrom('plain', 'quote', 'copy'), text: anyText }),
  fc.record({ type: fc.constant('note'), text: anyText }),
  fc.record(
    { type: fc.constant('image'), file: fc.constant('f'), alt: anyText, url: fc.webUrl() },
    { requiredKeys: ['type', 'file', 'alt'] },
  ),
  fc.record(
    { type: fc.constant('file'), file: fc.constant('f'), text: anyText, url: fc.oneof(fc.webUrl(), anyText) },
    { requiredKeys: ['type', 'file', 'text'] },
  ),
  fc.record({ type: fc.constant('divider') }),
  fc.record({
    type: fc.constant('fields'),
    fields: fc.array(fc.record({ label: anyText, value: anyText }), { maxLength: 12 }),
  }),
  fc.record({ type: fc.constant('list'), items: fc.array(row, { maxLength: 30 }) }),
);

/** Any card, also such as none of ours is. */
export const anyCard: fc.Arbitrary<Card> = fc.record(
  {
    kind: fc.constantFrom('ticket', 'show', 'list', 'board'),
    locale: fc.constantFrom('zh-CN', 'en'),
    tone: fc.constantFrom('grey', 'blue', 'amber', 'red', 'green'),
    title: anyText,
    summary: anyText,
    status: anyText,
    footer: anyText,
    blocks: fc.array(anyBlock, { maxLength: 14 }),
    actions: fc.array(anyAction, { maxLength: 40 }),
  },
  { requiredKeys: ['kind', 'locale', 'tone', 'title', 'summary', 'blocks', 'actions'] },
);
