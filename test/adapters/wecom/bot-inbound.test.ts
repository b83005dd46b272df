import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { ASKS_HELP } from '../../../adapters/shared/help.ts';
import { readLent } from '../../../adapters/wecom/grants.ts';
import type { Form } from '../../../cards/card.ts';
import { until } from './botting.ts';
import { ALONE, AWAY, CHAT, HIDDEN, hearing, IN_GROUP, LILEI, type Hearing } from './hearing.ts';

/** What people say to the smart bot, as it comes over the real connection (fact sheet, 4.4 and 4.5). */

const FORM: Form = {
  title: '新工单',
  submit: '提交',
  invoke: { command: 'new', args: {} },
  fields: [],
};

let hear: Hearing;
beforeEach(async () => {
  hear = await hearing();
});
afterEach(async () => {
  await hear.running.close();
});

describe('a message', () => {
  test('in a group is of the group, without the name of the bot, and lends its answer', async () => {
    const msgid = hear.saysText('@工单助手 认领 4821');
    const message = await hear.heard();
    expect(message).toEqual({
      kind: 'message',
      platform: 'wecom',
      app: 'wecom',
      id: `b:${msgid}`,
      conversation: { id: `chat:${CHAT}`, kind: 'group' },
      sender: { id: LILEI, name: '李雷' },
      receivedAt: hear.running.clock.now(),
      text: '认领 4821',
      attachments: [],
      addressed: true,
      takesForm: true,
      grants: [expect.objectContaining({ uses: 1 })],
    });
    expect(readLent(message.grants?.[0]?.secret ?? '')).toEqual({
      by: 'said',
      req: `q-${hear.count}`,
      user: LILEI,
      conversation: message.conversation.id,
    });
  });

  test('to the bot alone is of its person, and stays as it is', async () => {
    hear.saysText('@张三 的单子呢', ALONE);
    expect(await hear.heard()).toMatchObject({ conversation: { id: LILEI, kind: 'direct' }, text: '@张三 的单子呢' });
    expect(hear.events).toHaveLength(1);
  });

  test.each([
    ['@工单助手 转派 4821 @张三', '转派 4821 @张三'],
    ['@工单助手\u2005认领 4821', '认领 4821'],
    ['@工单助手\n杯子碎了\n客户很急', '杯子碎了\n客户很急'],
    ['认领 4821 @工单助手', '认领 4821'],
    ['发到 a@b.com', '发到 a@b.com'],
    ['@工单助手', ASKS_HELP],
    ['  @工单助手  ', ASKS_HELP],
    ['', ASKS_HELP],
  ])('in a group that goes %j says %j', async (content, text) => {
    hear.saysText(content);
    expect((await hear.heard()).text).toBe(text);
  });

  test('keeps the capitals of its chat: two that differ in them are two', async () => {
    hear.saysText('@a 一');
    hear.saysText('@a 二', { chattype: 'group', chatid: CHAT.toLowerCase() });
    await hear.heard(2);
    expect(hear.events.map(({ event }) => [event.kind, event.conversation.id])).toEqual(
      expect.arrayContaining([
        ['lifecycle', `chat:${CHAT}`],
        ['message', `chat:${CHAT}`],
        ['lifecycle', `chat:${CHAT.toLowerCase()}`],
        ['message', `chat:${CHAT.toLowerCase()}`],
      ]),
    );
  });

  test('of 30 000 characters comes as far as a ticket takes it', async () => {
    hear.saysText(`@a ${'👍'.repeat(30_000)}`);
    expect(Array.from((await hear.heard()).text)).toHaveLength(20_000);
  });

  test('of words and pictures has both', async () => {
    const image = (n: number) => ({ msgtype: 'image', image: { url: `https://f.example/${n}`, aeskey: `k${n}` } });
    const item = [
      { msgtype: 'text', text: { content: '@工单助手 杯子碎了' } },
      image(1),
      null,
      { msgtype: 'text', text: { content: '两个都是' } },
      image(2),
    ];
    hear.says({ msgtype: 'mixed', mixed: { msg_item: item }, ...IN_GROUP });
    expect(await hear.heard()).toMatchObject({
      text: '杯子碎了\n两个都是',
      attachments: [{ name: 'picture' }, { name: 'picture' }],
    });
    expect(hear.pieces).toEqual([
      [
        { kind: 'picture', url: 'https://f.example/1', aesKey: 'k1' },
        { kind: 'picture', url: 'https://f.example/2', aesKey: 'k2' },
      ],
    ]);
  });

  test.each([
    ['image', 'picture'],
    ['file', 'file'],
    ['video', 'video'],
  ])('that is a %s alone has it', async (msgtype, kind) => {
    hear.says({ msgtype, [msgtype]: { url: 'https://f.example/1', aeskey: 'k' }, ...ALONE });
    expect(await hear.heard()).toMatchObject({ text: '', attachments: [{ name: kind }] });
    expect(hear.pieces).toEqual([[{ kind, url: 'https://f.example/1', aesKey: 'k' }]]);
  });

  test('that was spoken has its words', async () => {
    hear.says({ msgtype: 'voice', voice: { content: '快递三天没更新' }, ...ALONE });
    expect(await hear.heard()).toMatchObject({ text: '快递三天没更新', attachments: [] });
  });

  test.each<[string, Readonly<Record<string, unknown>>, string, number]>([
    ['words', { msgtype: 'text', text: { content: '杯子碎了' } }, '杯子碎了', 0],
    ['a picture', { msgtype: 'image', image: { url: 'https://f.example/1', aeskey: 'k' } }, '', 1],
    ['something else', { msgtype: 'template_card' }, ASKS_HELP, 0],
  ])('that says nothing but the name of the bot to %s it quotes says that', async (_, quote, text, files) => {
    hear.saysText('@工单助手', { ...IN_GROUP, quote });
    expect(await hear.heard()).toMatchObject({ text });
    expect(hear.pieces[0]).toHaveLength(files);
  });

  test('that says something of its own to what it quotes says that', async () => {
    hear.saysText('@工单助手 认领 4821', { ...IN_GROUP, quote: { msgtype: 'text', text: { content: '杯子碎了' } } });
    expect((await hear.heard()).text).toBe('认领 4821');
  });

  test.each([
    ['a place', { msgtype: 'location', location: { latitude: 1 } }],
    ['an empty recording', { msgtype: 'voice', voice: { content: '' } }],
    ['a picture without its address', { msgtype: 'image', image: {} }],
  ])('that is %s is answered with what can be read', async (_, body) => {
    const msgid = hear.says({ ...body, ...ALONE });
    await until(
      () => hear.told,
      [{ conversation: LILEI, user: LILEI, words: '(unsupported)', key: `unsupported:${msgid}` }],
    );
    expect(hear.events).toEqual([]);
  });

  test('that a form answers has it shown to its person', async () => {
    hear.answer = { stored: true, answer: { message: null, form: FORM } };
    const msgid = hear.saysText('@工单助手 新建');
    await until(() => hear.forms, [{ conversation: `chat:${CHAT}`, user: LILEI, key: `b:${msgid}` }]);
    expect(hear.events.at(-1)?.options).toMatchObject({ only: 'form', answerBy: 1_500 });
  });

  test('whose form cannot be shown is stored all the same', async () => {
    hear.answer = { stored: true, answer: { message: null, form: FORM } };
    hear.fails = { form: AWAY };
    hear.saysText('新建', ALONE);
    await hear.heard();
    await hear.dealt();
    expect(hear.told).toEqual([]);
  });
});

describe('whoever speaks', () => {
  test('by an encrypted id is known by their user id', async () => {
    hear.saysText('我的', { ...ALONE, from: { userid: 'woLiLei' } });
    const message = await hear.heard();
    expect(message).toMatchObject({ conversation: { id: LILEI }, sender: { id: LILEI, name: '李雷' } });
    expect(readLent(message.grants?.[0]?.secret ?? '')).toMatchObject({ user: LILEI, conversation: LILEI });
    expect(hear.told).toEqual([]);
  });

  test('by an encrypted id is told things under their user id', async () => {
    const msgid = hear.says({ msgtype: 'location', ...ALONE, from: { userid: 'woLiLei' } });
    await until(() => hear.told.length, 1);
    expect(hear.told).toEqual([
      { conversation: LILEI, user: LILEI, words: '(unsupported)', key: `unsupported:${msgid}` },
    ]);
  });

  test('by one that nobody can tell is heard under it, and told so once', async () => {
    const hidden = { ...IN_GROUP, from: { userid: HIDDEN } };
    const msgid = hear.saysText('@a 一', hidden);
    hear.saysText('@a 二', hidden);
    const message = await hear.heard(2);
    expect(message).toMatchObject({ sender: { id: HIDDEN, name: '' } });
    expect(message).not.toHaveProperty('takesForm');
    await hear.dealt();
    expect(hear.told).toEqual([
      { conversation: `chat:${CHAT}`, user: HIDDEN, words: '(bot_alone)', key: `bot_alone:${msgid}` },
    ]);
  });
});

describe('a group', () => {
  test('is met the first time anybody speaks to the bot there, once', async () => {
    hear.saysText('@a 一');
    await hear.heard();
    hear.saysText('@a 二');
    await hear.heard(2);
    expect(hear.events.map(({ event }) => event.kind)).toEqual(['lifecycle', 'message', 'message']);
    expect(hear.events[0]?.event).toMatchObject({
      what: 'bot_added',
      id: `g:${CHAT}`,
      conversation: { id: `chat:${CHAT}`, kind: 'group' },
      sender: { id: LILEI, name: '李雷' },
    });
    expect([...hear.known]).toEqual([CHAT]);
  });

  test('that was met before is no news', async () => {
    hear.known.add(CHAT);
    hear.saysText('@a 一');
    await hear.heard();
    expect(hear.events).toHaveLength(1);
  });
});

describe('what cannot be stored', () => {
  test.each<[keyof Hearing['fails'], Error]>([
    ['accept', AWAY],
    ['meet', AWAY],
    ['files', Object.assign(new Error('full'), { code: 'ENOSPC' })],
    ['people', new Error('WeCom is away')],
  ])('%s: its person is told, as WeCom says nothing twice', async (what, error) => {
    hear.fails = { [what]: error };
    const msgid = hear.saysText('@a 一');
    await until(
      () => hear.told,
      [{ conversation: `chat:${CHAT}`, user: LILEI, words: '(not_stored)', key: `not_stored:${msgid}` }],
    );
    expect(hear.events.filter(({ event }) => event.kind === 'message')).toEqual([]);
    await until(() => hear.running.failures, error === AWAY ? [] : [error]);
  });

  test('and cannot be told either ends nothing', async () => {
    const fault = new Error('cannot be told');
    const full = Object.assign(new Error('full'), { code: 'ENOSPC' });
    hear.fails = { files: full, tell: fault };
    hear.saysText('@a 一');
    await until(() => hear.running.failures, [fault, full]);
    hear.fails = {};
    hear.saysText('@a 二');
    expect((await hear.heard()).text).toBe('二');
  });

  test('a group that could not be met is met by the next message', async () => {
    hear.fails = { accept: AWAY };
    hear.saysText('@a 一');
    await until(() => hear.told.length, 1);
    hear.fails = {};
    hear.saysText('@a 二');
    await hear.heard();
    expect(hear.events.map(({ event }) => event.kind)).toEqual(['lifecycle', 'message']);
  });
});
