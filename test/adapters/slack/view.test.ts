import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import {
  fieldErrors,
  formView,
  homeView,
  noticeView,
  readSubmission,
  waitingView,
  type ModalView,
  type Origin,
} from '../../../adapters/slack/view.ts';
import { readPress } from '../../../adapters/slack/press.ts';
import type { KnownBlock } from '../../../adapters/slack/rich.ts';
import type { Form, FormField } from '../../../cards/card.ts';
import { checkView } from '../../emulators/slack/block-kit.ts';
import { anyCard, anyForm, anyText, BOUNDED } from '../../support/any-card.ts';
import { everyCard } from '../../support/every-card.ts';
import { actionsIn } from '../../support/fitting.ts';
import { aCard, anAction, pressesIn, textsIn } from './drawn.ts';

const origin: Origin = { channel: 'C1', thread: '1700000000.000100', surface: 's-1' };
const aField = (more: Partial<FormField> = {}): FormField => ({
  name: 'text',
  label: '内容',
  type: 'text',
  required: true,
  max: 4_000,
  ...more,
});
const aForm = (...fields: readonly FormField[]): Form => ({
  title: '回复 T-4821',
  submit: '回复',
  invoke: { command: 'reply', args: { ticket: '4821' } },
  fields,
  nonce: 'n-1',
});
const viewOf = (...fields: readonly FormField[]): ModalView => formView(aForm(...fields), origin, 'zh-CN');

type Input = Extract<KnownBlock, { type: 'input' }>;
const inputsOf = (view: ModalView): Input[] =>
  view.blocks.flatMap((block) => (block.type === 'input' ? [block as Input] : []));
const inputOf = (more: Partial<FormField>): Input => {
  const [input] = inputsOf(viewOf(aField(more)));
  if (input === undefined) throw new Error('no input');
  return input;
};
/** The options of a select, in one list. */
const optionsOf = ({ element }: Input) =>
  element.type === 'static_select'
    ? (element.options ?? element.option_groups?.flatMap((group) => group.options) ?? [])
    : [];
/** A view as it comes back: values by field as typed, or the label of what was chosen. */
const filled = (view: ModalView, values: Readonly<Record<string, string | null>>) => ({
  ...view,
  state: {
    values: Object.fromEntries(
      inputsOf(view).map((input) => {
        const given = values[input.block_id ?? ''] ?? null;
        const chosen = optionsOf(input).find(({ text }) => text.text === given) ?? null;
        const select = input.element.type === 'static_select';
        return [input.block_id, { value: select ? { selected_option: chosen } : { value: given } }];
      }),
    ),
  },
});

describe('a form', () => {
  test('is a modal with an input for each field', () => {
    const plain = (text: string) => ({ type: 'plain_text', text, emoji: false });
    const choice = { value: 'customer', label: '客户' };
    const view = viewOf(
      aField({ placeholder: '客户会看到' }),
      aField({ name: 'wait', label: '等谁', type: 'select', options: [choice], value: 'customer', guides: true }),
      aField({ name: 'for', label: '多久', type: 'line', required: false, max: 40, value: '1天\n后', error: '看不懂' }),
    );
    expect(checkView(view)).toEqual([]);
    expect(view).toMatchObject({ title: plain('回复 T-4821'), submit: plain('回复'), close: plain('取消') });
    const option = { text: plain('客户'), value: 'customer' };
    expect(view.blocks).toEqual([
      {
        type: 'input',
        block_id: 'text',
        label: plain('内容'),
        optional: false,
        element: {
          type: 'plain_text_input',
          action_id: 'value',
          multiline: true,
          max_length: 3_000,
          placeholder: plain('客户会看到'),
        },
      },
      {
        type: 'input',
        block_id: 'wait',
        label: plain('等谁'),
        optional: false,
        dispatch_action: true,
        element: { type: 'static_select', action_id: 'value', options: [option], initial_option: option },
      },
      { type: 'context', elements: [plain('看不懂')] },
      {
        type: 'input',
        block_id: 'for',
        label: plain('多久'),
        optional: true,
        element: {
          type: 'plain_text_input',
          action_id: 'value',
          multiline: false,
          max_length: 40,
          initial_value: '1天 后',
        },
      },
    ]);
  });

  test('has the way out that Slack words itself where nobody says in which language', () => {
    expect(formView(aForm(aField()), origin)).not.toHaveProperty('close');
    expect(formView(aForm(aField()), origin, 'en').close?.text).toBe('Cancel');
  });

  test('of any kind breaks no limit', () => {
    fc.assert(
      fc.property(anyForm, (form) => {
        expect(checkView(formView(form, origin, 'zh-CN'))).toEqual([]);
      }),
      BOUNDED,
    );
  });

  test('of ours breaks none, and each can be handed in', () => {
    const forms = everyCard.flatMap(({ card }) => actionsIn(card).flatMap(({ form }) => form ?? []));
    expect(forms.length).toBeGreaterThan(100);
    for (const form of forms) {
      const view = formView(form, origin, 'zh-CN');
      expect(checkView(view)).toEqual([]);
      expect(inputsOf(view).map(({ block_id }) => block_id)).toEqual(form.fields.map(({ name }) => name));
      expect(readSubmission(filled(view, {}))).toMatchObject({ invocation: form.invoke, origin });
    }
  });

  test('without anything to choose from is written', () => {
    expect(inputOf({ type: 'select', options: [] }).element.type).toBe('plain_text_input');
  });

  test('with more than a hundred choices has them in groups, with ten thousand as many as a view takes', () => {
    const options = (count: number) => Array.from({ length: count }, (_, i) => ({ value: `v${i}`, label: `选 ${i}` }));
    const { element } = inputOf({ type: 'select', options: options(201), value: 'v150' });
    expect(element).toMatchObject({
      option_groups: [{ label: { text: '1–100' } }, { label: { text: '101–200' } }, { label: { text: '201–201' } }],
      initial_option: { value: 'v150' },
    });
    expect(element).not.toHaveProperty('options');
    const view = viewOf(aField({ type: 'select', options: options(10_001) }));
    expect(checkView(view)).toEqual([]);
    expect(inputsOf(view).flatMap(optionsOf).length).toBeGreaterThan(1_500);
  });

  test('cuts what was written to what may be', () => {
    expect(inputOf({ value: '写'.repeat(50), max: 10 }).element).toMatchObject({
      initial_value: '写写写写写写写写写…',
    });
  });

  test('that carries more than a view holds is refused', () => {
    const form = { ...aForm(aField()), invoke: { command: 'reply', args: { note: 'x'.repeat(3_000) } } };
    expect(() => formView(form, origin)).toThrow(RangeError);
  });
});

describe('what is handed in', () => {
  test('holds what the form carried and what was filled in, and where it was asked for', () => {
    const view = viewOf(aField(), aField({ name: 'note', required: false }));
    expect(readSubmission(filled(view, { text: '<已寄出> & 好' }))).toEqual({
      invocation: { command: 'reply', args: { ticket: '4821', text: '<已寄出> & 好' } },
      nonce: 'n-1',
      origin,
      values: { text: '<已寄出> & 好' },
    });
  });

  test('any value that is offered comes back as it was', () => {
    const options = fc.uniqueArray(fc.oneof(anyText, fc.constantFrom('#0', '#1', 'lilei', 'x'.repeat(76))), {
      minLength: 1,
      maxLength: 6,
    });
    fc.assert(
      fc.property(options, (values) => {
        const field = aField({ type: 'select', options: values.map((value, i) => ({ value, label: `${i}` })) });
        const view = viewOf(field);
        const offered = inputsOf(view).flatMap(optionsOf);
        for (const { text } of offered) {
          const read = readSubmission(filled(view, { text: text.text }));
          expect(read?.values).toEqual({ text: values[Number(text.text)] });
        }
        const short = values.filter((value) => value.length < 400);
        expect(offered.length).toBeGreaterThanOrEqual(Math.min(short.length, 1));
      }),
    );
  });

  test('values that are too long for an option are kept beside the form', () => {
    const [a, b] = ['a'.repeat(76), 'b'.repeat(90)];
    const view = viewOf(
      aField({
        type: 'select',
        options: [
          { value: a, label: 'A' },
          { value: b, label: 'B' },
        ],
        value: b,
      }),
    );
    expect(
      inputsOf(view)
        .flatMap(optionsOf)
        .map(({ value }) => value),
    ).toEqual(['#0', '#1']);
    expect(inputsOf(view)[0]?.element).toMatchObject({ initial_option: { value: '#1' } });
    expect(readSubmission(filled(view, { text: 'B' }))?.values).toEqual({ text: b });
  });

  test.each<[string, unknown]>([
    ['nothing', null],
    ['a view of another app', { private_metadata: 'T-1', state: { values: {} } }],
    ['a view without any', { private_metadata: '', state: { values: {} } }],
    ['a view of another shape', { private_metadata: '{"command":"reply"}', state: { values: {} } }],
    [
      'a command that is none',
      { private_metadata: viewOf().private_metadata?.replace('reply', 'Re ply'), state: { values: {} } },
    ],
    ['one without values', { private_metadata: viewOf().private_metadata }],
  ])('%s is none of ours', (_, view) => {
    expect(readSubmission(view)).toBeNull();
  });

  test('a key that names nothing is no value', () => {
    const view = { ...viewOf(aField()), state: { values: { text: { value: { selected_option: { value: '#7' } } } } } };
    expect(readSubmission(view)?.values).toEqual({});
  });

  test('anything at all is read without a fault', () => {
    fc.assert(
      fc.property(fc.anything(), fc.json(), (anything, metadata) => {
        expect(readSubmission(anything)).toBeNull();
        expect(readSubmission({ private_metadata: metadata, state: { values: {} } })).toBeNull();
        expect(fieldErrors(aForm(aField({ error: 'x' })), anything)).toEqual({});
      }),
    );
  });
});

describe('what is wrong', () => {
  const asked = viewOf(aField(), aField({ name: 'for' }));
  test('stands at its field', () => {
    expect(fieldErrors(aForm(aField(), aField({ name: 'for', error: '看不懂' })), asked)).toEqual({ for: '看不懂' });
  });

  test('elsewhere, or without a field, stands at the first', () => {
    expect(fieldErrors(aForm(aField({ name: 'shop', error: '没有这家店' })), asked)).toEqual({ text: '没有这家店' });
    expect(fieldErrors(aForm(aField()), asked)).toEqual({ text: '回复 T-4821' });
    expect(fieldErrors(aForm(aField({ error: 'x' })), noticeView({ title: 't', words: 'w', close: 'c' }))).toEqual({});
  });

  test('is never an empty word', () => {
    expect(fieldErrors(aForm(aField({ error: '' })), asked)).toEqual({ text: '…' });
  });
});

describe('other views', () => {
  test('break no limit whatever they say', () => {
    fc.assert(
      fc.property(anyText, anyText, anyText, (title, words, close) => {
        expect(checkView(noticeView({ title, words, close }))).toEqual([]);
        expect(checkView(waitingView({ title, words, close }))).toEqual([]);
      }),
    );
  });

  test('say what they are told', () => {
    const view = noticeView({ title: '认领', words: '李雷 已认领 T-4821', close: '知道了' });
    expect(textsIn(view.blocks)).toBe('李雷 已认领 T-4821');
    expect(view).not.toHaveProperty('submit');
    expect(readSubmission({ ...view, state: { values: {} } })).toBeNull();
  });

  test('the page of a person: any card has room, and thirty rows with two buttons each', () => {
    fc.assert(
      fc.property(anyCard, (card) => {
        expect(checkView(homeView(card))).toEqual([]);
      }),
      { ...BOUNDED, numRuns: 50 },
    );
    const items = Array.from({ length: 30 }, (_, i) => ({
      text: `T-${i}`,
      action: anAction('A'),
      also: anAction('B'),
    }));
    const { blocks } = homeView(aCard({ blocks: [{ type: 'list', items }] }));
    const presses = pressesIn(blocks as KnownBlock[]);
    expect(presses).toHaveLength(60);
    expect(readPress(presses[0])).toMatchObject({ surface: null, seen: null });
  });
});
