import { describe, expect, it } from 'vitest';
import type { Form } from '../../cards/card.ts';
import type { Args, CommandContext, DraftText } from '../../commands/command.ts';
import { execute, formOnPress } from '../../commands/execute.ts';
import { formFor } from '../../commands/form.ts';
import type { Category, Directory } from '../../src/domain/directory.ts';
import { aDirectory } from '../support/tickets.ts';
import { aCommand, aContext } from './context.ts';

const category = (id: string, name: string, asks?: Category['asks']): [string, Category] => [
  id,
  { id, name: { 'zh-CN': name, en: id }, ...(asks !== undefined && { asks }) },
];
const order = { fact: 'order', required: true } as const;
const directory: Directory = aDirectory({
  categories: new Map([
    category('logistics', '物流', [order, { fact: 'tracking', required: false }]),
    category('logistics.stalled', '物流停滞'),
    category('presale', '售前', []),
    category('complaint', '投诉', [{ fact: 'phone', required: true }, order, { fact: 'handle', required: true }]),
    category('custom', '定制'),
  ]),
});
const context = (more: Partial<CommandContext> = {}): CommandContext =>
  aContext({ directory, ticket: null, from: 'form', ...more });
const newTicket = aCommand('new');

const names = (form: Form | null): readonly string[] =>
  (form?.fields ?? []).map((f) => `${f.name}${f.required ? '!' : ''}`);
const values = (form: Form | null): Args =>
  Object.fromEntries((form?.fields ?? []).flatMap((f) => (f.value === undefined ? [] : [[f.name, f.value]])));
const errors = (form: Form | null): Args =>
  Object.fromEntries((form?.fields ?? []).flatMap((f) => (f.error === undefined ? [] : [[f.name, f.error]])));
const started = (start: Args): Form | null => formFor(newTicket, context(), { values: start });
const submits = (given: Args, more: Partial<CommandContext> = {}) =>
  execute(newTicket, { from: 'form', values: given }, context(more));
async function comesBack(given: Args, more: Partial<CommandContext> = {}): Promise<Form> {
  const outcome = await submits(given, more);
  if (outcome.kind !== 'form') throw new Error(outcome.kind);
  return outcome.form;
}

describe('the form of new', () => {
  it('asks for everything while the category is not known, or nobody has said what it asks for', () => {
    const everything = ['category', 'text!', 'order', 'place', 'handle', 'phone', 'tracking', 'team'];
    expect(names(started({}))).toEqual(everything);
    expect(names(started({ category: 'custom' }))).toEqual(everything);
  });

  it.each([
    ['logistics', ['category', 'text!', 'order!', 'tracking', 'place', 'handle']],
    ['logistics.stalled', ['category', 'text!', 'order!', 'tracking', 'place', 'handle']],
    ['complaint', ['category', 'text!', 'phone!', 'order!', 'handle!', 'place']],
    ['presale', ['category', 'text!', 'place', 'handle']],
  ])('of %s asks for the words, who it is about, and what matters for it', (id, fields) => {
    expect(names(started({ category: id }))).toEqual(fields);
  });

  it('asks which shop it is where there are several', () => {
    const shops = new Map(['tea', 'tools'].map((id) => [id, { id, name: id, apps: [] }] as const));
    const form = formFor(newTicket, context({ directory: { ...directory, shops } }), {
      values: { category: 'presale' },
    });
    expect(names(form)).toEqual(['category', 'text!', 'place', 'handle', 'shop']);
  });

  it('guides by its category alone', () => {
    const guides = (form: Form | null) => form?.fields.filter((f) => f.guides === true).map((f) => f.name);
    expect(guides(started({}))).toEqual(['category']);
    expect(guides(started({ category: 'logistics' }))).toEqual(['category']);
    expect(guides(formFor(aCommand('category'), aContext()))).toEqual([]);
  });

  it('that is opened anew with another category keeps what was typed, also what that one does not ask for', () => {
    const typed = { category: 'presale', text: '什么时候到货', phone: '13812345678', handle: 'tb1', draft: 'd1' };
    const form = formOnPress(newTicket, typed, context());
    expect(names(form)).toEqual(['category', 'text!', 'place', 'handle', 'phone']);
    expect(values(form)).toEqual({ category: 'presale', text: '什么时候到货', phone: '13812345678', handle: 'tb1' });
    expect(form?.invoke).toEqual({ command: 'new', args: { draft: 'd1' } });
  });

  it('opens for a press that has what only it asks for, and for no other', async () => {
    const press = (given: Args) => execute(newTicket, { from: 'button', values: given }, context({ from: 'button' }));
    expect(await press({ text: '灯坏了', category: 'presale' })).toMatchObject({ kind: 'form' });
    for (const given of [{ text: '灯坏了' }, { draft: 'd1' }, { draft: 'd1', order: '2712345678901234567' }]) {
      expect(await press(given)).toMatchObject({ kind: 'file' });
      expect(formOnPress(newTicket, given, context())).toBeNull();
    }
    expect(await press({ draft: 'd1', step: 'edit' })).toMatchObject({ kind: 'draft' });
  });
});

describe('a required fact that is missing', () => {
  it('comes back at its field with everything that was typed, not as a ticket', async () => {
    const form = await comesBack({ category: 'complaint', text: '态度差', handle: 'tb1', draft: 'd1' });
    expect(errors(form)).toEqual({ phone: '「投诉」的工单要填这一项', order: '「投诉」的工单要填这一项' });
    expect(values(form)).toEqual({ category: 'complaint', text: '态度差', handle: 'tb1' });
    expect(form.invoke.args).toEqual({ draft: 'd1' });
  });

  it('of a category chosen in the full form is asked for as well', async () => {
    expect(
      errors(await comesBack({ category: 'logistics.stalled', text: '没更新', phone: '1', team: 'logistics' })),
    ).toEqual({
      order: '「物流停滞」的工单要填这一项',
    });
  });

  it.each<[string, Args]>([
    ['is given', { category: 'logistics', text: '没更新', order: 'A1' }],
    ['stands in the words', { category: 'logistics', text: '订单号：2712345678901234567 没更新' }],
    ['is not required', { category: 'presale', text: '有货吗' }],
    ['may be anything', { category: 'custom', text: '定制' }],
    ['is asked for by nobody', { text: '没更新' }],
  ])('is not missing where it %s', async (_why, given) => {
    expect((await submits(given)).kind).toBe('file');
  });

  it('was taken out of what a pasted text had, and counts as missing', async () => {
    const text = '订单号：2712345678901234567 没更新';
    const draft = (words: string) => async (): Promise<DraftText> => ({ _id: 'd1', text: words, attachments: [] });
    const given = { category: 'logistics', text, draft: 'd1' };
    expect(Object.keys(errors(await comesBack(given, { draft: draft(text) })))).toEqual(['order']);
    // A draft of pictures alone had no words that a form could have started from.
    expect((await submits(given, { draft: draft('') })).kind).toBe('file');
  });
});
