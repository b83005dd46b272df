import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { closedForm, formVariables, readForm } from '../../../adapters/dingtalk/form.ts';
import { OWN } from '../../../adapters/dingtalk/variables.ts';
import type { Form } from '../../../cards/card.ts';
import { anyForm, BOUNDED } from '../../support/any-card.ts';
import { buttonsIn, pressOf, wrongIn } from './drawn.ts';

const transfer: Form = {
  title: '转给 T-4821',
  submit: '转给',
  invoke: { command: 'transfer', args: { ticket: '4821' } },
  nonce: 'n-1',
  fields: [
    {
      name: 'to',
      label: '转给',
      type: 'select',
      required: true,
      max: 200,
      options: [
        { value: 'team:a', label: '售后' },
        { value: 'person:w', label: '王芳' },
      ],
      value: 'person:w',
    },
    { name: 'note', label: '说明', type: 'text', required: true, max: 1_000, placeholder: '说一句情况' },
  ],
};
const origin = { surface: 's-1', version: 7 };
const opened = (form: Form = transfer) => formVariables(form, origin);
type Field = Readonly<Record<string, unknown>> & { readonly name: string };
const fieldsOf = (form: Form): readonly Field[] =>
  (JSON.parse(opened(form).form ?? '') as { fields: readonly Field[] }).fields;
/** What comes back when somebody fills it in so. */
const handedIn = (form: Form, filled: Record<string, unknown>) => {
  const [held] = fieldsOf(form);
  return readForm({ form: JSON.stringify({ _: held?.['defaultValue'], ...filled }) });
};

describe('a form', () => {
  test('stands open, with its title above it and a way out', () => {
    const { form, notice_buttons: buttons, ...rest } = opened();
    expect(rest).toEqual({
      notice: '转给 T-4821',
      form_open: 'true',
      form_button: '转给',
      form_status: 'normal',
      menu_open: 'false',
    });
    expect(buttonsIn(buttons).map((button) => [button.text, pressOf(button).id])).toEqual([['取消', 'close']]);
    expect(JSON.parse(form ?? '')).toEqual({
      fields: [
        {
          name: '_',
          type: 'TEXT',
          hidden: true,
          defaultValue: '{"i":["transfer",[["ticket","4821"]]],"n":"n-1","s":"s-1","v":7}',
        },
        {
          name: 'to',
          label: '转给',
          required: true,
          type: 'SELECT',
          options: [
            { value: 'team:a', text: '售后' },
            { value: 'person:w', text: '王芳' },
          ],
          defaultValue: { index: 1, value: 'person:w' },
        },
        { name: 'note', label: '说明', required: true, type: 'TEXT', placeholder: '说一句情况' },
      ],
    });
  });

  test('says what was wrong above it and at the field, and keeps what was filled in', () => {
    const [to, note] = transfer.fields;
    if (to === undefined || note === undefined) throw new Error('no fields');
    const form = {
      ...transfer,
      fields: [
        { ...to, error: '没有叫这个名字的人' },
        { ...note, value: '已核实\n电话' },
      ],
    };
    expect(opened(form).notice).toBe('转给 T-4821\n转给：没有叫这个名字的人');
    expect(fieldsOf(form).slice(1)).toMatchObject([
      { label: '转给：没有叫这个名字的人', placeholder: '没有叫这个名字的人' },
      { defaultValue: '已核实\n电话' },
    ]);
  });

  test('a choice among more than a value holds is written, the smaller ones stay', () => {
    const many = Array.from({ length: 800 }, (_, i) => ({ value: `category-${i}`, label: `分类 ${i}` }));
    const [to] = transfer.fields;
    if (to === undefined) throw new Error('no field');
    const fields = [to, { ...to, name: 'category', label: '分类', options: many }];
    expect(fieldsOf({ ...transfer, fields }).map(({ name, type }) => [name, type])).toEqual([
      ['_', 'TEXT'],
      ['to', 'SELECT'],
      ['category', 'TEXT'],
    ]);
  });

  test('has no field under a name that would not come back, or under the one that carries what it is about', () => {
    const [to] = transfer.fields;
    if (to === undefined) throw new Error('no field');
    const fields = ['_', '', 'half \uD83D', 'x'.repeat(61), 'to'].map((name) => ({ ...to, name }));
    expect(fieldsOf({ ...transfer, fields }).map(({ name }) => name)).toEqual(['_', 'to']);
  });

  test('that carries more than a card can hold is refused', () => {
    const invoke = { command: 'new', args: { text: 'x'.repeat(20_000) } };
    expect(() => opened({ ...transfer, invoke })).toThrow(RangeError);
  });

  test('closed, nothing of it is left', () => {
    const closed = closedForm();
    expect(wrongIn(closed)).toEqual([]);
    expect(Object.keys(closed).toSorted()).toEqual(
      OWN.map(({ name }) => name)
        .filter((name) => name !== 'menu_open')
        .toSorted(),
    );
    expect([closed.form_open, closed.notice, closed.form]).toEqual(['false', '', '']);
  });
});

describe('a submission', () => {
  test('says what runs with what was filled in, where it was asked for, and which opening it was', () => {
    const filled = { to: { index: 0, value: 'team:a' }, note: '已核实', other: '' };
    expect(handedIn(transfer, filled)).toEqual({
      invocation: { command: 'transfer', args: { ticket: '4821', to: 'team:a', note: '已核实' } },
      values: { to: 'team:a', note: '已核实' },
      nonce: 'n-1',
      surface: 's-1',
      seen: 7,
    });
  });

  test('comes as JSON or as it is', () => {
    const held = { i: ['next', []], n: null, s: null, v: null };
    const read = { invocation: { command: 'next', args: {} }, values: {}, nonce: null, surface: null, seen: null };
    expect(readForm({ form: JSON.stringify({ _: JSON.stringify(held) }) })).toEqual(read);
    expect(readForm({ form: { _: held }, other: 1 })).toEqual(read);
  });

  test('of anything else is none, and never throws', () => {
    for (const params of [
      undefined,
      {},
      { form: '' },
      { form: '{' },
      { form: '[]' },
      { form: '{}' },
      { form: { _: '{"i":["Not a command",[]],"n":null,"s":null,"v":null}' } },
      { form: { _: '{"i":["claim",[["a"]]],"n":null,"s":null,"v":null}' } },
      { form: 'x'.repeat(300_000) },
    ])
      expect(readForm(params)).toBeNull();
    fc.assert(
      fc.property(fc.anything(), (form) => {
        expect(readForm({ form })).toBeNull();
        readForm(form);
      }),
    );
  });

  test('any form breaks no limit and comes back as it went out', () => {
    fc.assert(
      fc.property(anyForm, (form) => {
        expect(wrongIn(opened(form))).toEqual([]);
        const fields = fieldsOf(form);
        expect(new Set(fields.map(({ name }) => name)).size).toBe(fields.length);
        const filled = Object.fromEntries(fields.slice(1).map(({ name }) => [name, '填']));
        const read = handedIn(form, filled);
        expect(read).toMatchObject({ nonce: form.nonce ?? null, surface: 's-1', seen: 7, values: filled });
        expect(read?.invocation.args).toEqual({ ...form.invoke.args, ...filled });
      }),
      BOUNDED,
    );
  });
});
