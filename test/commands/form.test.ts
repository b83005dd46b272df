import { describe, expect, it } from 'vitest';
import { execute, formOnPress } from '../../commands/execute.ts';
import { formFor } from '../../commands/form.ts';
import { commands } from '../../commands/registry.ts';
import { readArgs } from '../../commands/params.ts';
import { formOf } from '../../cards/form.ts';
import { aTicket, zh } from '../support/tickets.ts';
import { aCommand, aContext, aPersonOf, typed } from './context.ts';

const options = (name: string, context = aContext()) =>
  formFor(aCommand(name), context)
    ?.fields.find((f) => f.type === 'select')
    ?.options?.map((o) => o.label);

const start = (name: string) => formFor(aCommand(name), aContext())?.fields[0]?.value;

describe('a missing value', () => {
  it('is asked for in a form with what is known filled in', async () => {
    const outcome = await typed('挂起 4821');
    expect(outcome).toEqual({
      kind: 'form',
      form: {
        title: '挂起 T-4821',
        submit: '挂起',
        invoke: { command: 'pending', args: { ticket: '4821' } },
        fields: [
          {
            name: 'wait',
            label: '等谁',
            type: 'select',
            required: true,
            max: 200,
            options: [
              { value: 'customer', label: '客户' },
              { value: 'warehouse', label: '仓库' },
              { value: 'finance', label: '财务' },
              { value: 'carrier', label: '承运商' },
            ],
          },
          { name: 'for', label: '多久', type: 'line', required: false, max: 40, placeholder: '30分钟、2小时、1天' },
        ],
      },
    });
  });

  it('keeps what was given, in a shape that can be sent again', async () => {
    const context = aContext();
    const outcome = await execute(aCommand('pending'), { from: 'button', values: { for: '2小时' } }, context);
    if (outcome.kind !== 'form') throw new Error(outcome.kind);
    const value = outcome.form.fields.find((f) => f.name === 'for')?.value;
    expect(value).toBe('120m');
    const again = readArgs(aCommand('pending'), { from: 'form', values: { wait: '仓库', for: value ?? '' } }, context);
    expect(again).toMatchObject({ kind: 'args', args: { for: '7200000' } });
  });

  it.each(['回复', '备注', '转给', '派给', '优先级', '分类', '标签'])('%s alone asks', async (line) => {
    expect((await typed(line)).kind).toBe('form');
  });

  it('is asked in the language of the speaker', async () => {
    const outcome = await typed('reply', { speaker: { ...aPersonOf('lilei'), locale: 'en' } });
    expect(outcome).toMatchObject({ form: { title: 'Reply T-4821', submit: 'Reply', fields: [{ label: 'Text' }] } });
  });
});

describe('choices', () => {
  it('assign: colleagues who may see the ticket, but neither oneself nor who has it', () => {
    const ticket = aTicket({ status: 'in_progress', assignee: 'wangfang' });
    expect(options('assign', aContext({ ticket, speaker: aPersonOf('zhaomin') }))).toEqual(['李雷', '周总']);
  });

  it('transfer: other teams and other people, team-mates first', () => {
    expect(options('transfer')).toEqual(['物流', '王芳', '赵敏', '陈晨', '周总']);
    const ticket = aTicket({ team: 'logistics' });
    expect(options('transfer', aContext({ ticket }))).toEqual(['售后', '陈晨', '王芳', '赵敏', '周总']);
  });

  it('category and priority start from what the ticket has, the outcome from the usual one', () => {
    expect([start('category'), start('priority'), start('resolve')]).toEqual([
      'logistics.stalled',
      'normal',
      'handled',
    ]);
    expect(options('category')).toEqual(['物流', '物流 / 物流停滞', '退换货']);
  });

  it('every choice of every form is understood when it is sent', () => {
    const context = aContext();
    for (const command of commands) {
      for (const field of formFor(command, context)?.fields ?? []) {
        for (const o of field.options ?? []) {
          const reading = readArgs(command, { from: 'form', values: { [field.name]: o.value } }, context);
          const values = reading.kind === 'args' ? reading.args : reading.values;
          expect(values).toMatchObject({ [field.name]: o.value });
        }
      }
    }
  });
});

it('what cards ask for is what the commands take', () => {
  const context = aContext();
  const forms = commands.flatMap((c) => {
    const form = formOf(c.name, { ticket: aTicket(), directory: context.directory, reader: zh });
    return form === null || form === 'impossible' ? [] : [{ command: c, form }];
  });
  expect(forms.map((f) => f.form.invoke.command)).toContain('transfer');
  for (const { command, form } of forms) {
    const asked = form.fields.map((f) => f.name);
    expect(asked).toEqual(command.params.map((p) => p.name).filter((p) => asked.includes(p)));
    const required = command.params.filter((p) => p.required).map((p) => p.name);
    expect(asked).toEqual(expect.arrayContaining(required));
    for (const field of form.fields) {
      for (const o of field.options ?? []) {
        const reading = readArgs(command, { from: 'form', values: { [field.name]: o.value } }, context);
        const values = reading.kind === 'args' ? reading.args : reading.values;
        expect(values).toEqual({ [field.name]: o.value });
      }
    }
  }
});

describe('a wrong value', () => {
  it('in a form comes back at its field, with everything that was typed', async () => {
    const values = { ticket: '4821', wait: 'warehouse', for: '下周' };
    const outcome = await execute(aCommand('pending'), { from: 'form', values }, aContext());
    if (outcome.kind !== 'form') throw new Error(outcome.kind);
    expect(outcome.form.fields).toMatchObject([
      { name: 'wait', value: 'warehouse' },
      { name: 'for', value: '下周', error: '「下周」不是时长，可以写：30分钟、2小时、1天' },
    ]);
    expect(outcome.form.fields[0]).not.toHaveProperty('error');
  });

  it('by a button is refused', async () => {
    const outcome = await execute(aCommand('pending'), { from: 'button', values: { wait: 'x' } }, aContext());
    expect(outcome).toMatchObject({ kind: 'refused', refusal: { code: 'unknown_value', given: 'x' } });
  });
});

describe('a press', () => {
  it('opens a form only where something is missing', () => {
    expect(formOnPress(aCommand('claim'), { ticket: '4821' }, aContext())).toBeNull();
    expect(formOnPress(aCommand('resolve'), {}, aContext())).toBeNull();
    expect(formOnPress(aCommand('undo'), {}, aContext())).toBeNull();
    // Where its card asks, what may be filled in is asked for, too.
    expect(formOnPress(aCommand('resolve'), {}, aContext(), true)?.title).toBe('解决 T-4821');
    expect(formOnPress(aCommand('claim'), { ticket: '4821' }, aContext(), true)).toBeNull();
    expect(formOnPress(aCommand('reply'), {}, aContext())?.title).toBe('回复 T-4821');
    expect(formOnPress(aCommand('transfer'), { to: 'logistics' }, aContext())?.fields[0]?.value).toBe('team:logistics');
  });
});
