import { describe, expect, test } from 'vitest';
import {
  cardCallback,
  frame,
  gateway,
  paramsOf,
  piecesOf,
  QUOTA_SPENT,
  robotMessage,
  textOf,
  unpackedJson,
} from '../../../adapters/dingtalk/schema.ts';

/** Everything that DingTalk sends, in every spelling that pages and reports have (fact sheet, 1.5, 2 and 4.3). */

type Json = Readonly<Record<string, unknown>>;

/** The sample of the fact sheet. */
const SAMPLE: Json = {
  senderPlatform: 'Mac',
  conversationId: 'cidX==',
  atUsers: [{ dingtalkId: '$:LWCP_v1:$bot' }, { dingtalkId: '$:LWCP_v1:$u2', staffId: 'user002' }],
  chatbotCorpId: 'dingcorp',
  chatbotUserId: '$:LWCP_v1:$bot',
  msgId: 'msgX==',
  senderNick: '小丁',
  isAdmin: true,
  senderStaffId: 'user001',
  sessionWebhookExpiredTime: 1_695_204_671_648,
  createAt: 1_695_199_269_062,
  senderCorpId: 'dingcorp',
  conversationType: '2',
  senderId: '$:LWCP_v1:$u1',
  conversationTitle: '运维群',
  isInAtList: true,
  sessionWebhook: 'https://oapi.dingtalk.com/robot/sendBySession?session=abc',
  text: { content: ' 新建工单 打印机坏了' },
  robotCode: 'dingclientid',
  msgtype: 'text',
};

const read = (more: Json = {}) => robotMessage.parse({ ...SAMPLE, ...more });
const of = (msgtype: string, content: unknown) => read({ msgtype, text: undefined, content });

describe('a robot message (2)', () => {
  test('the sample, with fields that nobody knows', () => {
    const { senderPlatform: _, chatbotCorpId: _c, isAdmin: _a, ...known } = SAMPLE;
    expect(read({ openThreadId: 't', hostingContext: { userId: 'x' } })).toEqual(known);
    expect(textOf(read())).toBe(' 新建工单 打印机坏了');
    expect(piecesOf(read())).toEqual([]);
  });

  test('moments are numbers, whatever they came as; what is none is absent', () => {
    expect(read({ createAt: '1695199269062' }).createAt).toBe(1_695_199_269_062);
    expect(read({ sessionWebhookExpiredTime: '1695204671648' }).sessionWebhookExpiredTime).toBe(1_695_204_671_648);
    expect(read({ createAt: 'yesterday' }).createAt).toBeNull();
    expect(read({ createAt: undefined }).createAt).toBeUndefined();
  });

  test('somebody of another organisation has no staff id, a custom robot no code', () => {
    const guest = read({ senderStaffId: '', senderNick: undefined, robotCode: undefined, conversationTitle: null });
    expect(guest).toMatchObject({ senderStaffId: '', senderNick: '', senderId: '$:LWCP_v1:$u1' });
  });

  test.each(['msgId', 'msgtype', 'conversationType', 'conversationId', 'senderId'])('without %s it is none', (name) => {
    expect(robotMessage.safeParse({ ...SAMPLE, [name]: undefined }).success).toBe(false);
    expect(robotMessage.safeParse({ ...SAMPLE, [name]: 7 }).success).toBe(false);
  });

  test.each([null, 7, 'text', []])('%j is none', (data) => {
    expect(robotMessage.safeParse(data).success).toBe(false);
  });

  test.each<[string, Json]>([
    ['errorCode', { errorCode: QUOTA_SPENT, errorMessage: 'x' }],
    ['errorCode, a number', { errorCode: 20_001 }],
    ['errCode', { errCode: QUOTA_SPENT, errMsg: 'x' }],
    ['errCode, a number', { errCode: 20_001 }],
  ])('the quota marker as %s, without a text', (_, more) => {
    const message = read({ ...more, text: undefined });
    expect(String(message.errorCode ?? message.errCode)).toBe(QUOTA_SPENT);
    expect(textOf(message)).toBeNull();
  });

  test('a quote, by both of its ids', () => {
    const repliedMsg = {
      msgType: 'interactiveCard',
      msgId: 'msgQ==',
      senderId: 's',
      createdAt: 1,
      content: { text: 'x' },
    };
    const message = read({ text: { content: '好', isReplyMsg: true, repliedMsg }, originalProcessQueryKey: 'pqk' });
    expect(message.text?.repliedMsg?.msgId).toBe('msgQ==');
    expect(message.originalProcessQueryKey).toBe('pqk');
  });

  test('what only reports tell of loses no message, whatever its shape', () => {
    const odd = read({
      text: { content: '好', repliedMsg: 'once a text' },
      originalProcessQueryKey: 7,
      originalMsgId: {},
      atUsers: 'everybody',
      isInAtList: 'true',
      errorCode: { code: 1 },
    });
    expect(textOf(odd)).toBe('好');
    expect([odd.text?.repliedMsg, odd.originalProcessQueryKey, odd.atUsers, odd.errorCode]).toEqual([
      null,
      null,
      null,
      null,
    ]);
  });
});

describe('what is no text (2)', () => {
  test('a picture', () => {
    const message = of('picture', { downloadCode: 'd1', pictureDownloadCode: 'd2' });
    expect(piecesOf(message)).toEqual([{ kind: 'picture', downloadCode: 'd1', name: null }]);
    expect(textOf(message)).toBe('');
  });

  test('a file', () => {
    const message = of('file', { downloadCode: 'd1', fileName: '发票.pdf', fileId: '1', spaceId: '2' });
    expect(piecesOf(message)).toEqual([{ kind: 'file', downloadCode: 'd1', name: '发票.pdf' }]);
    expect(textOf(message)).toBe('');
    expect(piecesOf(of('file', { downloadCode: 'd1', fileName: '' }))).toMatchObject([{ name: null }]);
  });

  test.each<[unknown, Json]>([
    [4_000, { durationMs: 4_000 }],
    [800, { durationMs: 800 }],
    ['5', { durationMs: 5_000 }],
    ['5000', { durationMs: 5_000 }],
    [undefined, {}],
    ['long', {}],
  ])('a recording of %j', (duration, wanted) => {
    const message = of('audio', { downloadCode: 'd1', recognition: '打印机坏了', duration });
    expect(piecesOf(message)).toEqual([
      { kind: 'audio', downloadCode: 'd1', name: null, recognition: '打印机坏了', ...wanted },
    ]);
    expect(textOf(message)).toBe('');
  });

  test('a video', () => {
    const message = of('video', { downloadCode: 'd1', videoType: 'mp4', duration: '5' });
    expect(piecesOf(message)).toEqual([{ kind: 'video', downloadCode: 'd1', name: null, durationMs: 5_000 }]);
  });

  test('rich text: words and pictures, in order', () => {
    const richText = [
      { text: '看这里：' },
      { type: 'picture', downloadCode: 'd1', pictureDownloadCode: 'p1' },
      { type: 'new', atName: '王芳', atUserId: 'u' },
      null,
      { text: '谢谢' },
      { type: 'picture', downloadCode: 'd2' },
    ];
    const message = of('richText', { richText });
    expect(textOf(message)).toBe('看这里：谢谢');
    expect(piecesOf(message).map(({ kind, downloadCode }) => [kind, downloadCode])).toEqual([
      ['picture', 'd1'],
      ['picture', 'd2'],
    ]);
    expect(textOf(of('richText', { richText: [{ type: 'picture', downloadCode: 'd1' }] }))).toBe('');
  });

  test.each<[string, unknown]>([
    ['unknownMsgType', { unknownMsgType: '暂不支持的消息类型' }],
    ['chatRecord', { summary: '聊天记录', chatRecord: '[]' }],
    ['interactiveCard', undefined],
    ['picture', {}],
    ['picture', undefined],
    ['file', 'a text'],
    ['richText', { richText: [] }],
    ['richText', { richText: 'x' }],
    ['constructor', {}],
  ])('%s with %j says nothing that can be read', (msgtype, content) => {
    const message = of(msgtype, content);
    expect(textOf(message)).toBeNull();
    expect(piecesOf(message)).toEqual([]);
  });
});

describe('a card callback (4.3)', () => {
  const inside = { cardPrivateData: { actionIds: ['accept'], params: { action: 'accept', index: [1, 2], ok: true } } };
  const beside = { cardPrivateData: { actionIds: ['accept'] }, params: { action: 'accept', index: [1, 2], ok: true } };
  const wanted = { actionIds: ['accept'], params: { action: 'accept', index: [1, 2], ok: true } };
  const callback = (more: Json) =>
    cardCallback.parse({
      type: 'actionCallback',
      outTrackId: 'ticket-T-1',
      userId: 'user001',
      userIdType: 1,
      corpId: 'dingcorp',
      spaceType: 'im',
      spaceId: 'cidX==',
      extension: '{}',
      ...more,
    });

  test.each<[string, Json]>([
    ['in content and value', { content: JSON.stringify(inside), value: JSON.stringify(inside) }],
    ['in content alone', { content: JSON.stringify(inside) }],
    ['in value alone', { value: JSON.stringify(inside) }],
    ['in value, beside an empty content', { content: '', value: JSON.stringify(inside) }],
    ['in value, beside a broken content', { content: '{', value: JSON.stringify(inside) }],
    ['in value, beside a content that says nothing', { content: '{}', value: JSON.stringify(inside) }],
    ['beside cardPrivateData', { content: JSON.stringify(beside) }],
    ['as an object', { content: inside }],
  ])('what was pressed stands %s', (_, more) => {
    expect(paramsOf(callback(more))).toEqual(wanted);
  });

  test.each<[string, Json]>([
    ['nothing', {}],
    ['broken JSON twice', { content: '{', value: '[' }],
    ['numbers', { content: 7, value: 7 }],
    ['other things', { content: '{"cardPrivateData":"x","params":[]}' }],
  ])('%s: nothing was pressed', (_, more) => {
    expect(paramsOf(callback(more))).toEqual({ actionIds: [], params: {} });
  });

  test('parameters without an action, and the other way round', () => {
    expect(paramsOf(callback({ content: '{"cardPrivateData":{"params":{"a":1}}}' }))).toEqual({
      actionIds: [],
      params: { a: 1 },
    });
    expect(paramsOf(callback({ content: '{"cardPrivateData":{"actionIds":["x", 7]}}' }))).toEqual({
      actionIds: ['x', '7'],
      params: {},
    });
  });

  test('of a one-to-one chat names no space; without card or person it is none', () => {
    expect(callback({ spaceId: undefined, spaceType: null }).userId).toBe('user001');
    for (const name of ['outTrackId', 'userId'])
      expect(cardCallback.safeParse({ outTrackId: 'o', userId: 'u', [name]: undefined }).success).toBe(false);
  });
});

describe('a frame (1.5)', () => {
  test('of an event names it', () => {
    const headers = {
      appId: 'a',
      connectionId: 'c',
      contentType: 'application/json',
      messageId: 'm',
      time: '1690362102194',
      topic: '*',
      eventType: 'chat_disband',
      eventId: 'e',
      eventCorpId: 'dingcorp',
      eventBornTime: 1_690_362_102_194,
      eventUnifiedAppId: 'u',
    };
    expect(frame.parse({ specVersion: '1.0', type: 'EVENT', headers, data: '{}' })).toMatchObject({
      type: 'EVENT',
      headers: { topic: '*', messageId: 'm', eventType: 'chat_disband', eventId: 'e' },
      data: '{}',
    });
  });

  test('may lack version, id and data', () => {
    expect(frame.safeParse({ type: 'SYSTEM', headers: { topic: 'disconnect' } }).success).toBe(true);
    expect(frame.safeParse({ type: 'SYSTEM', headers: {} }).success).toBe(false);
  });

  test('data is JSON in a text', () => {
    expect(unpackedJson('{"a":1}')).toEqual({ a: 1 });
    expect(unpackedJson({ a: 1 })).toEqual({ a: 1 });
    for (const none of ['', '{', undefined]) expect(unpackedJson(none)).toBeUndefined();
  });
});

test.each<[Json, boolean]>([
  [{ endpoint: 'wss://wss-open-connection.dingtalk.com:443/connect', ticket: 't' }, true],
  [{ endpoint: 'ws://127.0.0.1:8080/connect', ticket: 't' }, true],
  [{ endpoint: 'https://example.com/connect', ticket: 't' }, false],
  [{ endpoint: 'wss://example.com', ticket: '' }, false],
  [{ endpoint: 'wss://example.com' }, false],
])('the gateway names an address and a ticket: %j', (answer, isGood) => {
  expect(gateway.safeParse(answer).success).toBe(isGood);
});
