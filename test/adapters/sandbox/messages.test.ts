import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { aCard, runSandbox, type RunningSandbox } from '../../support/sandbox.ts';

const API = '/sandbox/api';
const json = async (answer: Response): Promise<Record<string, unknown>> =>
  (await answer.json()) as Record<string, unknown>;

interface Feed {
  messages: Record<string, unknown>[];
  cursor: number;
}

let box: RunningSandbox;
beforeEach(async () => {
  box = await runSandbox();
});
afterEach(async () => {
  await box.close();
});

const feed = async (conversation: string, user: string, query = ''): Promise<Feed> =>
  (await (await box.get(`${API}/conversations/${conversation}/messages?user=${user}${query}`)).json()) as Feed;

const say = async (conversation: string, user: string, text: string, more: object = {}): Promise<Response> =>
  box.post(`${API}/messages`, { conversation, user, text, ...more });

const fieldsOf = async (answer: Response): Promise<string[]> => {
  expect(answer.headers.get('content-type')).toContain('application/problem+json');
  const problem = await json(answer);
  expect(problem['status']).toBe(answer.status);
  return (problem['errors'] as { field: string }[]).map(({ field }) => field);
};

describe('state', () => {
  it('tells people and conversations', async () => {
    const state = await json(await box.get(`${API}/state`));
    expect(state['people']).toContainEqual({ id: 'xiaomei', name: '小美', role: 'customer', teams: [] });
    expect(state['conversations']).toContainEqual({
      id: 'group:aftersales',
      kind: 'group',
      title: '售后组',
      members: ['lilei', 'wangfang', 'zhou'],
      team: 'aftersales',
    });
  });
});

it('knows name, language and time zone of its people', async () => {
  const xiaomei = { name: '小美', locale: 'zh-CN', timeZone: 'Asia/Shanghai' };
  expect(await box.adapter.lookUp('xiaomei')).toEqual(xiaomei);
  expect(await box.adapter.lookUp('lilei')).toEqual({ name: '李雷', direct: 'direct:lilei' });
});

describe('a message', () => {
  it('reaches the bot, is acknowledged and appears in the conversation', async () => {
    const answer = await say('customer:xiaomei', 'xiaomei', '杯子碎了');
    expect(answer.status).toBe(202);
    const { messageId } = await json(answer);
    expect(box.sink.events).toMatchObject([
      {
        kind: 'message',
        platform: 'sandbox',
        app: 'sandbox',
        id: messageId,
        conversation: { id: 'customer:xiaomei', kind: 'customer' },
        sender: { id: 'xiaomei', name: '小美' },
        text: '杯子碎了',
        attachments: [],
        addressed: true,
        grants: [{ uses: 5, boundTo: 'xiaomei' }],
      },
    ]);
    expect((await feed('customer:xiaomei', 'xiaomei')).messages).toEqual([
      { id: messageId, place: 1, from: 'xiaomei', text: '杯子碎了', at: box.clock.now().toISOString() },
    ]);
  });

  it('is one message however often its clientId is sent, also at the same instant', async () => {
    const answers = await Promise.all(
      Array.from({ length: 5 }, async () => say('customer:xiaomei', 'xiaomei', '在吗', { clientId: 'c1' })),
    );
    const later = await say('customer:xiaomei', 'xiaomei', '在吗', { clientId: 'c1' });
    const ids = await Promise.all([...answers, later].map(async (a) => (await json(a))['messageId']));
    expect(new Set(ids).size).toBe(1);
    expect(box.sink.events).toHaveLength(1);
    expect((await feed('customer:xiaomei', 'xiaomei')).messages).toHaveLength(1);
  });

  it('that is repeated while the bot still works on it waits for that', async () => {
    let release = (): void => undefined;
    const held = new Promise<undefined>((resolve) => {
      release = () => {
        resolve(undefined);
      };
    });
    box.sink.answer = () => held;
    const first = say('customer:ali', 'ali', '在吗', { clientId: 'c1' });
    const again = say('customer:ali', 'ali', '在吗', { clientId: 'c1' });
    for (let i = 0; i < 20; i += 1) await box.get(`${API}/state`);
    release();
    expect(await json(await again)).toEqual(await json(await first));
    expect(box.sink.events).toHaveLength(1);
  });

  it('keeps the clientIds of two people apart', async () => {
    await say('customer:xiaomei', 'xiaomei', '一', { clientId: 'c1' });
    await say('customer:ali', 'ali', '二', { clientId: 'c1' });
    expect(box.sink.events).toHaveLength(2);
  });

  it('answers 503 and leaves nothing behind while the bot cannot store it; the repeat works', async () => {
    box.sink.away = true;
    const refused = await say('customer:xiaomei', 'xiaomei', '在吗', { clientId: 'c1' });
    expect(refused.status).toBe(503);
    expect(refused.headers.get('retry-after')).toBe('1');
    expect((await feed('customer:xiaomei', 'xiaomei')).messages).toEqual([]);
    box.sink.away = false;
    expect((await say('customer:xiaomei', 'xiaomei', '在吗', { clientId: 'c1' })).status).toBe(202);
    expect((await feed('customer:xiaomei', 'xiaomei')).messages).toHaveLength(1);
  });

  it('answers 503 when its own store goes away after the bot took it, and the repeat shows it under the same id', async () => {
    box.sink.answer = () => {
      box.store.away = true;
      return undefined;
    };
    expect((await say('customer:xiaomei', 'xiaomei', '在吗', { clientId: 'c1' })).status).toBe(503);
    box.store.away = false;
    box.sink.answer = () => undefined;
    const { messageId } = await json(await say('customer:xiaomei', 'xiaomei', '在吗', { clientId: 'c1' }));
    expect(box.sink.events.map(({ id }) => id)).toEqual([messageId, messageId]);
    expect((await feed('customer:xiaomei', 'xiaomei')).messages).toHaveLength(1);
  });

  it('stands above what the bot said about it, even if the bot was faster', async () => {
    const address = { platform: 'sandbox', app: 'sandbox', conversation: 'customer:xiaomei' };
    box.sink.answer = async () => {
      await box.adapter.send(address, { type: 'text', text: '已收到', attachments: [] }, 'k1');
      return undefined;
    };
    await say('customer:xiaomei', 'xiaomei', '在吗');
    expect((await feed('customer:xiaomei', 'xiaomei')).messages.map((m) => m['text'])).toEqual(['在吗', '已收到']);
  });

  it('carries the instant answer privately into the feed of who wrote', async () => {
    box.sink.answer = () => ({ message: { type: 'text', text: '没有 4999 这张工单', attachments: [] }, form: null });
    await say('group:aftersales', 'lilei', '/查看 4999');
    expect((await feed('group:aftersales', 'lilei')).messages.at(-1)).toMatchObject({
      from: 'bot',
      text: '没有 4999 这张工单',
      private: true,
    });
    expect((await feed('group:aftersales', 'wangfang')).messages.map((m) => m['text'])).toEqual(['/查看 4999']);
  });

  it.each([
    ['大家好', false, '大家好'],
    ['/认领 4821', true, '/认领 4821'],
    ['、认领 4821', true, '、认领 4821'],
    ['／认领 4821', true, '／认领 4821'],
    ['@工单 认领 4821', true, '认领 4821'],
    ['@工单,认领 4821', true, '认领 4821'],
    ['@工单员 你好', false, '@工单员 你好'],
    ['@Gongdan claim 4821', true, 'claim 4821'],
  ])('in a group %j is addressed to the bot: %j', async (written, addressed, heard) => {
    await say('group:aftersales', 'lilei', written);
    expect(box.sink.events).toMatchObject([{ addressed, text: heard }]);
    expect((await feed('group:aftersales', 'lilei')).messages[0]?.['text']).toBe(written);
  });

  it('that quotes the bot is addressed to it', async () => {
    const address = { platform: 'sandbox', app: 'sandbox', conversation: 'group:aftersales' };
    const ref = await box.adapter.send(
      address,
      { type: 'card', card: aCard('T-1'), fallback: 'T-1', version: 1 },
      's1',
    );
    await say('group:aftersales', 'lilei', '我来', { quote: ref.id });
    expect(box.sink.events).toMatchObject([{ addressed: true, quote: ref.id }]);
  });

  it.each([
    ['an unknown person', { conversation: 'customer:xiaomei', user: 'nobody', text: 'x' }, 404, 'user'],
    ['an unknown conversation', { conversation: 'nowhere', user: 'xiaomei', text: 'x' }, 404, 'conversation'],
    ['somebody who is not in it', { conversation: 'customer:xiaomei', user: 'ali', text: 'x' }, 403, 'user'],
    ['no conversation', { user: 'ali', text: 'x' }, 400, 'conversation'],
    ['no text', { conversation: 'customer:ali', user: 'ali' }, 400, 'text'],
    ['blank text', { conversation: 'customer:ali', user: 'ali', text: ' \n' }, 400, 'text'],
    ['100 000 characters', { conversation: 'customer:ali', user: 'ali', text: '长'.repeat(100_000) }, 400, 'text'],
    ['20 001 characters', { conversation: 'customer:ali', user: 'ali', text: '👍'.repeat(20_001) }, 400, 'text'],
    ['NUL', { conversation: 'customer:ali', user: 'ali', text: 'a\0b' }, 400, 'text'],
    ['half a character', { conversation: 'customer:ali', user: 'ali', text: 'a\uD800' }, 400, 'text'],
    ['a number for text', { conversation: 'customer:ali', user: 'ali', text: 5 }, 400, 'text'],
    ['an unknown file', { conversation: 'customer:ali', user: 'ali', attachments: ['x'] }, 404, 'attachments.0'],
    ['an unknown quote', { conversation: 'customer:ali', user: 'ali', text: 'x', quote: 'x' }, 404, 'quote'],
    ['an unknown field', { conversation: 'customer:ali', user: 'ali', text: 'x', admin: true }, 400, 'admin'],
    ['an array', [], 400, 'body'],
  ])('with %s is refused by name and leaves no trace', async (_what, body, status, field) => {
    const answer = await box.post(`${API}/messages`, body);
    expect(answer.status).toBe(status);
    expect(await fieldsOf(answer)).toContain(field);
    expect(box.sink.events).toEqual([]);
    for (const user of ['xiaomei', 'ali']) expect((await feed(`customer:${user}`, user)).messages).toEqual([]);
  });

  it('may have 20 000 characters', async () => {
    expect((await say('customer:ali', 'ali', '👍'.repeat(20_000))).status).toBe(202);
  });

  it('of 10 MB, broken, or not JSON is refused', async () => {
    const huge = await box.post(`${API}/messages`, {
      conversation: 'customer:ali',
      user: 'ali',
      text: 'x'.repeat(10_000_000),
    });
    expect(huge.status).toBe(413);
    const broken = await box.post(`${API}/messages`, '{"conversation": "customer:ali", ');
    expect([broken.status, await fieldsOf(broken)]).toEqual([400, ['body']]);
    const form = await box.post(`${API}/messages`, 'user=ali', { 'content-type': 'application/x-www-form-urlencoded' });
    expect(form.status).toBe(415);
    const plain = await box.post(`${API}/messages`, '{}', { 'content-type': 'text/plain' });
    expect(plain.status).toBe(415);
    expect(box.sink.events).toEqual([]);
  });
});

describe('reading', () => {
  it('is for members only', async () => {
    const answer = await box.get(`${API}/conversations/customer:xiaomei/messages?user=ali`);
    expect(answer.status).toBe(403);
    expect(await fieldsOf(answer)).toEqual(['user']);
    expect((await box.get(`${API}/conversations/nowhere/messages?user=ali`)).status).toBe(404);
    expect(await fieldsOf(await box.get(`${API}/conversations/customer:ali/messages`))).toEqual(['user']);
  });

  it('goes page by page, newest first wanted, oldest first shown', async () => {
    for (const text of ['一', '二', '三', '四', '五']) await say('customer:ali', 'ali', text);
    const newest = await feed('customer:ali', 'ali', '&limit=2');
    expect(newest.messages.map((m) => m['text'])).toEqual(['四', '五']);
    const older = await feed('customer:ali', 'ali', `&limit=2&before=${String(newest.messages[0]?.['id'])}`);
    expect(older.messages.map((m) => m['text'])).toEqual(['二', '三']);
    expect((await box.get(`${API}/conversations/customer:ali/messages?user=ali&limit=0`)).status).toBe(400);
    expect((await box.get(`${API}/conversations/customer:ali/messages?user=ali&before=x`)).status).toBe(404);
  });

  it('answers an unknown route with a problem, too', async () => {
    const answer = await box.get(`${API}/nothing`);
    expect(answer.status).toBe(404);
    expect(await fieldsOf(answer)).toEqual([]);
  });
});
