import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { Form } from '../../../cards/card.ts';
import { aCard, runSandbox, type RunningSandbox } from '../../support/sandbox.ts';

const ACTIONS = '/sandbox/api/actions';
const group = { platform: 'sandbox', app: 'sandbox', conversation: 'group:aftersales' };

interface Answer {
  accepted?: boolean;
  answer?: Record<string, unknown>;
  form?: Form;
  errors?: { field: string }[];
}

const replyForm: Form = {
  title: '回复客户',
  submit: '发送',
  invoke: { command: 'reply', args: { ticket: '4821' } },
  fields: [{ name: 'text', label: '内容', type: 'text', required: true, max: 2000 }],
};

const ticket = aCard('T-4821 · 杯子碎了', {
  actions: [
    {
      label: '认领',
      style: 'primary',
      placement: 'button',
      invoke: { command: 'claim', args: { ticket: '4821' } },
      typed: '认领 4821',
    },
    {
      label: '回复',
      style: 'default',
      placement: 'button',
      invoke: replyForm.invoke,
      typed: '回复 4821',
      form: replyForm,
    },
  ],
});

let box: RunningSandbox;
beforeEach(async () => {
  box = await runSandbox();
  await box.adapter.send(group, { type: 'card', card: ticket, fallback: '', version: 3 }, 'surface-1');
});
afterEach(async () => {
  await box.close();
});

const press = async (body: object): Promise<{ status: number; body: Answer }> => {
  const answer = await box.post(ACTIONS, body);
  return { status: answer.status, body: (await answer.json()) as Answer };
};
const claim = { surface: 'surface-1', user: 'lilei', command: 'claim', args: { ticket: '4821' }, version: 3 };
const feed = async (user: string): Promise<Record<string, unknown>[]> => {
  const answer = await box.get(`/sandbox/api/conversations/group:aftersales/messages?user=${user}`);
  return ((await answer.json()) as { messages: Record<string, unknown>[] }).messages;
};

describe('a press', () => {
  it('reaches the bot with surface, version and a grant', async () => {
    expect(await press(claim)).toEqual({ status: 202, body: { accepted: true } });
    expect(box.sink.events).toMatchObject([
      {
        kind: 'invoke',
        invocation: { command: 'claim', args: { ticket: '4821' } },
        surface: 'surface-1',
        seen: 3,
        conversation: { id: 'group:aftersales', kind: 'group' },
        sender: { id: 'lilei', name: '李雷' },
        grants: [{ uses: 5, boundTo: 'lilei' }],
      },
    ]);
  });

  it('gets its private answer at once and in the feed, the same again for the same clientId', async () => {
    box.sink.answer = () => ({ message: { type: 'text', text: '王芳更快', attachments: [] }, form: null });
    const first = await press({ ...claim, clientId: 'p1' });
    const again = await press({ ...claim, clientId: 'p1' });
    expect(first.body.answer).toMatchObject({ from: 'bot', text: '王芳更快', private: true });
    expect(again).toEqual(first);
    expect(box.sink.events).toHaveLength(1);
    expect((await feed('lilei')).at(-1)).toEqual(first.body.answer);
    expect(await feed('wangfang')).toHaveLength(1);
  });

  it('shares one outcome among repeats that arrive together', async () => {
    const all = await Promise.all(Array.from({ length: 5 }, async () => press({ ...claim, clientId: 'p1' })));
    expect(all.map(({ status }) => status)).toEqual([202, 202, 202, 202, 202]);
    expect(box.sink.events).toHaveLength(1);
  });

  it('is 503 while the bot cannot store it', async () => {
    box.sink.away = true;
    expect((await press({ ...claim, clientId: 'p1' })).status).toBe(503);
    box.sink.away = false;
    expect((await press({ ...claim, clientId: 'p1' })).status).toBe(202);
    expect(box.sink.events).toHaveLength(1);
  });

  it('without the values of its form opens it and stores nothing', async () => {
    const fresh = { ...replyForm, title: '回复小美' };
    box.sink.form = () => fresh;
    const opened = await press({ surface: 'surface-1', user: 'lilei', command: 'reply', args: { ticket: '4821' } });
    expect(opened).toEqual({ status: 202, body: { accepted: true, form: fresh } });
    box.sink.form = () => null;
    const plain = await press({ surface: 'surface-1', user: 'lilei', command: 'reply', args: { ticket: '4821' } });
    expect(plain.body.form).toEqual(replyForm);
    expect(box.sink.events).toEqual([]);
  });

  it('with the values of its form is a submitted form', async () => {
    await press({ surface: 'surface-1', user: 'lilei', command: 'reply', args: { ticket: 4821, text: '马上补发' } });
    expect(box.sink.events).toMatchObject([
      { kind: 'form', surface: 'surface-1', invocation: { args: { ticket: '4821', text: '马上补发' } } },
    ]);
  });

  it('of a form that was opened hands in the nonce it had', async () => {
    const args = { ticket: '4821', text: '马上补发' };
    await press({ surface: 'surface-1', user: 'lilei', command: 'reply', args, form: true, nonce: 'n1' });
    await press({ surface: 'surface-1', user: 'lilei', command: 'reply', args, form: true });
    expect(box.sink.events.map((e) => (e.kind === 'form' ? e.nonce : 'none'))).toEqual(['n1', undefined]);
  });

  it('passes on the form the bot answers with', async () => {
    box.sink.answer = () => ({ message: null, form: replyForm });
    expect((await press(claim)).body).toEqual({ accepted: true, form: replyForm });
  });

  it('without a card acts in the chat alone with the bot, a customer in the customer chat', async () => {
    await press({ surface: null, user: 'lilei', command: 'list' });
    await press({ surface: null, user: 'xiaomei', command: 'help' });
    await press({ surface: null, user: 'lilei', command: 'list', conversation: 'group:aftersales' });
    expect(box.sink.events.map(({ conversation }) => conversation.id)).toEqual([
      'direct:lilei',
      'customer:xiaomei',
      'group:aftersales',
    ]);
    expect(box.sink.events.every((event) => !('surface' in event))).toBe(true);
  });

  it('on the card of a private answer names no surface of the bot', async () => {
    box.sink.answer = () => ({ message: { type: 'card', card: ticket, fallback: '', version: 1 }, form: null });
    const { body } = await press(claim);
    await press({ ...claim, surface: body.answer?.['surface'] });
    expect(box.sink.events.at(-1)).not.toHaveProperty('surface');
    expect(box.sink.events.at(-1)?.conversation.id).toBe('group:aftersales');
    expect((await press({ ...claim, surface: body.answer?.['surface'], user: 'wangfang' })).status).toBe(404);
  });

  it.each([
    ['an unknown card', { ...claim, surface: 'nothing' }, 404, 'surface'],
    ['an unknown person', { ...claim, user: 'nobody' }, 404, 'user'],
    ['somebody outside', { ...claim, user: 'xiaomei' }, 403, 'user'],
    ['no command', { surface: 'surface-1', user: 'lilei' }, 400, 'command'],
    ['no possible command', { ...claim, command: '$where' }, 400, 'command'],
    ['values that are no text', { ...claim, args: { ticket: { $gt: '' } } }, 400, 'args.ticket'],
    ['a parameter of no possible name', { ...claim, args: { $set: 'x' } }, 400, 'args.$set'],
    ['a version that is no number', { ...claim, version: 'new' }, 400, 'version'],
  ])('with %s is refused by name', async (_what, body, status, field) => {
    const answer = await box.post(ACTIONS, body);
    expect(answer.status).toBe(status);
    expect(((await answer.json()) as Answer).errors?.map((e) => e.field)).toContain(field);
    expect(box.sink.events).toEqual([]);
  });
});
