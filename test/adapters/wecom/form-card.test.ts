import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { formCard } from '../../../adapters/wecom/form-card.ts';
import { NOTHING, readPress } from '../../../adapters/wecom/press.ts';
import type { Form, FormField } from '../../../cards/card.ts';
import { anyForm, anyText, BOUNDED } from '../../support/any-card.ts';
import { everyCard } from '../../support/every-card.ts';
import { actionsIn } from '../../support/fitting.ts';
import { checkCard } from '../../emulators/wecom/card-rules.ts';

const task = 'gd-form';
const aField = (more: Partial<FormField> = {}): FormField => ({
  name: 'wait',
  label: '等谁',
  type: 'select',
  required: true,
  max: 20,
  options: [
    { value: 'customer', label: '客户' },
    { value: 'warehouse', label: '仓库' },
  ],
  ...more,
});
const aForm = (fields: readonly FormField[], more: Partial<Form> = {}): Form => ({
  title: '挂起 T-4821',
  submit: '挂起',
  invoke: { command: 'pending', args: { ticket: '4821' } },
  fields,
  nonce: 'n-1',
  ...more,
});
const draw = (...fields: readonly FormField[]) => formCard(aForm(fields), { task });
const listsOf = (card: unknown) => (card as { readonly select_list: readonly Record<string, unknown>[] }).select_list;
const optionsOf = (list: Record<string, unknown> | undefined) =>
  (list?.['option_list'] ?? []) as readonly { readonly id: string; readonly text: string }[];

/** As WeCom tells it when somebody presses without touching the lists. */
const untouched = (card: unknown) =>
  new Map(listsOf(card).map((list) => [String(list['question_key']), [String(list['selected_id'])]]));
const keyIn = (card: unknown) => (card as { readonly submit_button: { readonly key: string } }).submit_button.key;

describe('a form of lists', () => {
  test('is a card, as a person reads it', () => {
    expect(draw(aField({ value: 'warehouse' }))).toEqual({
      card_type: 'multiple_interaction',
      task_id: task,
      main_title: { title: '挂起 T-4821' },
      select_list: [
        {
          question_key: 'wait',
          title: '等谁',
          selected_id: 'warehouse',
          option_list: [
            { id: 'customer', text: '客户' },
            { id: 'warehouse', text: '仓库' },
          ],
        },
      ],
      submit_button: { text: '挂起', key: 'f|gd-form|pending?ticket=4821|n-1' },
    });
  });

  test('what has to be chosen is not chosen by itself', () => {
    for (const field of [aField(), aField({ value: 'gone' })]) {
      const card = draw(field);
      expect(listsOf(card)[0]).toMatchObject({ selected_id: NOTHING });
      expect(optionsOf(listsOf(card)[0])[0]).toEqual({ id: NOTHING, text: '请选择' });
      expect(readPress(keyIn(card), untouched(card))).toMatchObject({ invocation: { args: { ticket: '4821' } } });
    }
  });

  test('what may stay open can be left open again', () => {
    const card = draw(aField({ required: false, value: 'customer' }));
    expect(optionsOf(listsOf(card)[0])[0]).toEqual({ id: NOTHING, text: '不选' });
    expect(listsOf(card)[0]).toMatchObject({ selected_id: 'customer' });
    const left = new Map([['wait', [NOTHING]]]);
    expect(readPress(keyIn(card), left)).toMatchObject({ kind: 'form', nonce: 'n-1' });
    expect(readPress(keyIn(card), left)).not.toHaveProperty('invocation.args.wait');
  });

  test('says what is wrong with what was handed in', () => {
    expect(draw(aField({ error: '先选一个' }), aField({ name: 'until', label: '到', error: '太早' }))).toMatchObject({
      main_title: { title: '挂起 T-4821', desc: '等谁：先选一个 到：太早' },
    });
    const english = aForm([aField({ label: 'For', error: 'choose one' })], { title: 'Set aside' });
    expect(formCard(english, { task })).toMatchObject({ main_title: { desc: 'For: choose one' } });
  });

  test('what has no words has a sign, and what is long is cut', () => {
    const bare = aField({ label: '', value: 'a', options: [{ value: 'a', label: ' ' }], error: '太早'.repeat(100) });
    const card = formCard(aForm([bare], { title: '', submit: '\n' }), { task });
    expect(checkCard(card ?? {}, 'app')).toEqual([]);
    expect(card).toMatchObject({ main_title: { title: '…' }, submit_button: { text: '…' } });
    expect(listsOf(card)[0]).toMatchObject({ title: '…', option_list: [{ id: 'a', text: '…' }] });
  });

  test('brings back what was chosen', () => {
    const card = draw(aField(), aField({ name: 'until', required: false }));
    const given = new Map([...untouched(card), ['wait', ['customer']]] as const);
    expect(readPress(keyIn(card), given)).toEqual({
      kind: 'form',
      task,
      nonce: 'n-1',
      invocation: { command: 'pending', args: { ticket: '4821', wait: 'customer' } },
    });
  });

  test('as large as it may be', () => {
    const options = (count: number) => Array.from({ length: count }, (_, i) => ({ value: `o${i}`, label: `第 ${i}` }));
    const full = aField({ value: 'o3', options: options(10) });
    const card = draw(full, { ...full, name: 'b' }, { ...full, name: 'c' });
    expect(checkCard(card ?? {}, 'app')).toEqual([]);
    expect(listsOf(card)).toHaveLength(3);
    expect(draw(aField({ options: options(9) }))).not.toBeNull();
    for (const [why, fields] of [
      ['a fourth list', [full, { ...full, name: 'b' }, { ...full, name: 'c' }, { ...full, name: 'd' }]],
      ['an eleventh entry', [aField({ value: 'o3', options: options(11) })]],
      ['no room for the entry that is none', [aField({ options: options(10) })]],
    ] as const)
      expect([why, draw(...fields)]).toEqual([why, null]);
  });

  test.each([
    ['nothing', []],
    ['words', [aField({ type: 'line' })]],
    ['words beside a list', [aField(), aField({ name: 'text', type: 'text' })]],
    ['a list of nothing', [aField({ options: [] })]],
    ['one name twice', [aField(), aField()]],
    ['no name', [aField({ name: '' })]],
    ['an entry without a value', [aField({ options: [{ value: '', label: 'x' }] })]],
    ['an entry called like none', [aField({ options: [{ value: NOTHING, label: 'x' }] })]],
    ['an entry too long', [aField({ options: [{ value: '工'.repeat(43), label: 'x' }] })]],
    ['half a character', [aField({ options: [{ value: '\uD83D', label: 'x' }] })]],
  ] as const)('that asks for %s is none', (_, fields) => {
    expect(draw(...fields)).toBeNull();
  });

  test('the same entry twice is one', () => {
    const twice = [
      { value: 'a', label: 'A' },
      { value: 'a', label: 'A' },
    ];
    expect(optionsOf(listsOf(draw(aField({ value: 'a', options: twice })))[0])).toHaveLength(1);
  });

  test('any breaks no limit and brings back what it is about', () => {
    const name = fc.oneof(fc.constantFrom('text', 'person', 'note', 'ticket', '__proto__'), anyText);
    const option = fc.record({ value: fc.oneof(fc.constantFrom('lilei', 'none', ''), anyText), label: anyText });
    const select: fc.Arbitrary<FormField> = fc.record(
      {
        name,
        label: anyText,
        type: fc.constant('select'),
        required: fc.boolean(),
        max: fc.constant(9),
        value: fc.oneof(fc.constant('lilei'), anyText),
        options: fc.array(option, { maxLength: 11 }),
        error: anyText,
      },
      { requiredKeys: ['name', 'label', 'type', 'required', 'max'] },
    );
    const lists = fc.tuple(anyForm, fc.array(select, { maxLength: 4 })).map(([form, fields]) => ({ ...form, fields }));
    fc.assert(
      fc.property(fc.oneof(lists, anyForm), (form) => {
        const card = formCard(form, { task });
        if (card === null) return;
        expect(checkCard(card, 'app')).toEqual([]);
        const press = readPress(keyIn(card), new Map());
        expect(press).toEqual({ kind: 'form', task, nonce: form.nonce ?? null, invocation: form.invoke });
      }),
      BOUNDED,
    );
  });

  test('ours break none', () => {
    let drawn = 0;
    for (const { name, card } of everyCard)
      for (const { form } of actionsIn(card)) {
        const asked = form === undefined ? null : formCard(form, { task });
        if (asked === null) continue;
        drawn += 1;
        expect([name, checkCard(asked, 'app')]).toEqual([name, []]);
      }
    expect(drawn).toBeGreaterThan(0);
  });
});
