import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { InboundEvent } from '../../../adapters/adapter.ts';
import { DeliveryError } from '../../../src/errors.ts';
import { runSandbox, type RunningSandbox } from '../../support/sandbox.ts';

let on: RunningSandbox;
beforeEach(async () => {
  on = await runSandbox();
});
afterEach(() => on.close());

const API = '/sandbox/api';
const send = async (method: string, path: string, body?: unknown): Promise<{ status: number; body: unknown }> => {
  const json = { 'content-type': 'application/json' };
  const more = body === undefined ? {} : { headers: json, body: JSON.stringify(body) };
  const response = await fetch(`${on.url}${API}${path}`, { method, ...more });
  return { status: response.status, body: await response.json() };
};
/** What the bot heard of, without ids and times. */
const heard = (): unknown[] =>
  on.sink.events.map((event: InboundEvent) => {
    const { id: _id, platform: _platform, app: _app, receivedAt: _at, grants: _grants, ...rest } = event;
    return rest;
  });
const group = { id: 'group:aftersales', kind: 'group' };
const zhou = { id: 'zhou', name: '周总' };
const address = (conversation: string) => ({ platform: 'sandbox', app: 'sandbox', conversation });
const text = { type: 'text', text: '您好', attachments: [] } as const;

describe('the sandbox changes while it runs', () => {
  it('a new group has the bot in it, which hears of it and can write there', async () => {
    const { status, body } = await send('POST', '/conversations', {
      title: '新群',
      members: ['lilei', 'zhou'],
      user: 'zhou',
    });
    const { id } = body as { id: string };
    expect(status).toBe(201);
    expect(heard()).toEqual([
      { kind: 'lifecycle', what: 'bot_added', conversation: { id, kind: 'group' }, sender: zhou },
    ]);
    await on.adapter.send(address(id), text, 'k');
    const seen = await (await on.get(`${API}/conversations/${id}/messages?user=lilei`)).json();
    expect(seen).toMatchObject({ messages: [{ text: '您好' }] });
  });

  it('a group that nobody could be told of is not there', async () => {
    on.sink.away = true;
    const made = { id: 'g-new', title: '新群', members: ['lilei'], user: 'lilei' };
    expect((await send('POST', '/conversations', made)).status).toBe(503);
    on.sink.away = false;
    expect((await send('POST', '/conversations', made)).status).toBe(201);
  });

  it('a new person has a chat of their own, and is found by the platform', async () => {
    const { body } = await send('POST', '/people', { id: 'xiaowu', name: '小吴', locale: 'en' });
    expect(body).toEqual({ id: 'xiaowu', chat: 'd-xiaowu' });
    expect(await on.adapter.lookUp('xiaowu')).toEqual({ name: '小吴', locale: 'en', direct: 'd-xiaowu' });
    expect((await send('POST', '/people', { id: 'xiaowu', name: '小吴' })).status).toBe(409);
    expect((await send('POST', '/people', { id: 'dada', name: '大大', role: 'customer' })).body).toEqual({
      id: 'dada',
      chat: 'c-dada',
    });
    expect((await send('POST', '/messages', { conversation: 'c-dada', user: 'dada', text: '在吗' })).status).toBe(202);
    expect(heard()).toMatchObject([{ kind: 'message', conversation: { id: 'c-dada', kind: 'customer' } }]);
  });

  it('the bot hears who joins and who leaves, once', async () => {
    await send('POST', '/people', { id: 'xiaowu', name: '小吴' });
    const path = '/conversations/group:aftersales/members/xiaowu';
    for (const _ of [1, 2]) expect((await send('PUT', path, { user: 'zhou' })).status).toBe(200);
    for (const _ of [1, 2]) expect((await send('DELETE', `${path}?user=zhou`)).status).toBe(200);
    const member = { id: 'xiaowu', name: '小吴' };
    expect(heard()).toEqual([
      { kind: 'lifecycle', what: 'member_joined', member, conversation: group, sender: zhou },
      { kind: 'lifecycle', what: 'member_left', member, conversation: group, sender: zhou },
    ]);
  });

  it('a bot that was taken out hears nothing and cannot write, until it is back', async () => {
    const path = '/conversations/group:aftersales/members/bot';
    await send('DELETE', `${path}?user=zhou`);
    await send('POST', '/messages', { conversation: group.id, user: 'lilei', text: '@工单 列表' });
    await send('DELETE', '/conversations/group:aftersales/members/wangfang?user=zhou');
    await expect(on.adapter.send(address(group.id), text, 'k')).rejects.toBeInstanceOf(DeliveryError);
    await send('PUT', path, { user: 'lilei' });
    expect(heard()).toMatchObject([{ what: 'bot_removed' }, { what: 'bot_added' }]);
  });

  it('a message can be taken back by who wrote it: everybody sees that, and the bot hears which', async () => {
    const written = await send('POST', '/messages', { conversation: group.id, user: 'lilei', text: '写错了' });
    const { messageId } = written.body as { messageId: string };
    expect((await send('DELETE', `/messages/${messageId}?user=wangfang`)).status).toBe(403);
    expect((await send('DELETE', `/messages/none?user=lilei`)).status).toBe(404);
    for (const _ of [1, 2]) expect((await send('DELETE', `/messages/${messageId}?user=lilei`)).status).toBe(200);
    expect(heard().slice(1)).toEqual([
      {
        kind: 'lifecycle',
        what: 'message_recalled',
        message: messageId,
        conversation: group,
        sender: { id: 'lilei', name: '李雷' },
      },
    ]);
    const seen = await (await on.get(`${API}/conversations/${group.id}/messages?user=wangfang`)).json();
    expect(seen).toMatchObject({ messages: [{ id: messageId, from: 'lilei', recalled: true }] });
    expect((seen as { messages: object[] }).messages[0]).not.toHaveProperty('text');
  });

  it('what changed is there again after a restart', async () => {
    await send('POST', '/people', { id: 'xiaowu', name: '小吴' });
    await send('POST', '/conversations', { id: 'g-new', title: '新群', members: ['xiaowu'], user: 'xiaowu' });
    await send('DELETE', '/conversations/group:aftersales/members/zhou?user=zhou');
    const again = await runSandbox({ store: on.store });
    const state = (await (await again.get(`${API}/state`)).json()) as { conversations: { id: string }[] };
    await again.close();
    expect(state.conversations.find((c) => c.id === 'g-new')).toMatchObject({ members: ['xiaowu'] });
    expect(state.conversations.find((c) => c.id === group.id)).toMatchObject({ members: ['lilei', 'wangfang'] });
  });

  it.each([
    ['POST', '/conversations', { title: '', members: ['lilei'], user: 'lilei' }, 400, 'title'],
    ['POST', '/conversations', { title: 'x', members: ['nobody'], user: 'lilei' }, 404, 'members.0'],
    ['POST', '/conversations', { title: 'x', members: ['xiaomei'], user: 'lilei' }, 400, 'members'],
    ['POST', '/conversations', { id: 'direct:lilei', title: 'x', members: ['lilei'], user: 'lilei' }, 409, 'id'],
    [
      'POST',
      '/conversations',
      { kind: 'customer', title: 'x', members: ['lilei', 'zhou'], user: 'lilei' },
      400,
      'members',
    ],
    ['POST', '/people', { id: 'Big One', name: 'x' }, 400, 'id'],
    ['POST', '/people', { id: 'bot', name: 'x' }, 409, 'id'],
    ['PUT', '/conversations/none/members/lilei', { user: 'zhou' }, 404, 'conversation'],
    ['PUT', '/conversations/direct:lilei/members/zhou', { user: 'zhou' }, 400, 'conversation'],
    ['PUT', '/conversations/group:aftersales/members/xiaomei', { user: 'zhou' }, 400, 'member'],
  ])('%s %s %j is refused by name', async (method, path, body, status, field) => {
    const refused = await send(method, path, body);
    expect(refused).toMatchObject({ status, body: { errors: [{ field }] } });
    expect(on.sink.events).toEqual([]);
  });
});
