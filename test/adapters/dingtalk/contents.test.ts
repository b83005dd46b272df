import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import type { InboundEvent, InboundMessage } from '../../../adapters/adapter.ts';
import type { DingContent } from '../../emulators/dingtalk/emulator.ts';
import { PICTURES } from '../../support/pictures.ts';
import {
  fromBot,
  GROUP,
  GUEST,
  LILEI,
  runDingTalk,
  turns,
  WANGFANG,
  type RunningDingTalk,
} from '../../support/dingtalk.ts';

const UNSUPPORTED = '这种消息我还看不懂，请用文字或图片说明';
const MUTED = '这条消息没有收到内容：钉钉本月的消息额度用完了，请联系管理员';
const SESSION = 'POST /robot/sendBySession';

let running: RunningDingTalk;
beforeEach(async () => {
  running = await runDingTalk();
});
afterEach(async () => {
  await running.close();
});

const ofKind = (kind: InboundEvent['kind']) => running.sink.events.filter((event) => event.kind === kind);
const only = (): InboundMessage => {
  const [event, ...others] = ofKind('message');
  if (event?.kind !== 'message' || others.length > 0) throw new Error(`${running.sink.events.length} events`);
  return event;
};
const said = (conversation: string, user: string) =>
  fromBot(running, conversation, user).map(({ text, kind }) => [kind, text]);

describe('pictures, recordings, videos and files', () => {
  const bytes = new Uint8Array(PICTURES.png);
  const audio: DingContent = { type: 'audio', name: 'a.amr', bytes, recognition: '杯子碎了', durationMs: 3_400 };
  const pdf = Buffer.from('%PDF-1.7');

  test.each<[string, string, DingContent, Readonly<Record<string, unknown>>]>([
    ['a picture', GROUP, { type: 'picture', name: 'x.png', bytes }, { kind: 'image', type: 'image/png' }],
    ['a picture', LILEI, { type: 'picture', name: 'x.png', bytes }, { kind: 'image', type: 'image/png' }],
    ['a recording', LILEI, audio, { name: 'voice.amr', seconds: 3, transcript: '杯子碎了' }],
    ['a video', LILEI, { type: 'video', name: 'v.mp4', bytes, durationMs: 5_000 }, { seconds: 5 }],
    ['a file', LILEI, { type: 'file', name: '账单 11月.pdf', bytes: pdf }, { name: '账单 11月.pdf', kind: 'file' }],
  ])('%s in %s', async (_, conversation, content, expected) => {
    await running.emulator.sendsContent(LILEI, conversation, content);
    expect(only()).toMatchObject({ text: '', attachments: [expected] });
  });

  test('rich text: its words, and its pictures in order', async () => {
    const parts = [
      { text: '到货' },
      { name: 'x.png', bytes },
      { text: '就碎了' },
      { name: 'y.jpg', bytes: new Uint8Array(PICTURES.jpeg) },
    ];
    await running.emulator.sendsContent(LILEI, GROUP, { type: 'richText', parts });
    expect(only()).toMatchObject({
      text: '到货就碎了',
      attachments: [{ type: 'image/png' }, { type: 'image/jpeg' }],
    });
  });

  test('that cannot be had say so, and the message is heard', async () => {
    running.emulator.fails('POST /v1.0/robot/messageFiles/download', {
      status: 400,
      code: 'invalidParameter.robotCode.downloadCode',
    });
    await running.emulator.sendsContent(LILEI, GROUP, { type: 'picture', name: 'x.png', bytes });
    expect(only().attachments).toMatchObject([{ problem: 'expired' }]);
  });

  test('that come again while they are still fetched are fetched once', async () => {
    const { emulator } = running;
    emulator.fails('POST /v1.0/robot/messageFiles/download', { slowMs: 30 });
    const first = emulator.sendsContent(LILEI, LILEI, { type: 'picture', name: 'x.png', bytes });
    const asks = () => emulator.calls.filter(({ path }) => path.endsWith('/download')).length;
    while (asks() === 0) await turns(1);
    const msgId = emulator.messages().at(-1)?.id ?? '';
    expect((await emulator.repeats(msgId)).acked).toBe(true);
    expect((await first).acked).toBe(true);
    expect(asks()).toBe(1);
    expect(ofKind('message')).toHaveLength(1);
  });
});

describe('what cannot be read is answered politely, once, and nothing is stored', () => {
  test.each<[string, string, DingContent]>([
    ['a kind that DingTalk itself does not know', GROUP, { type: 'unknown', words: '[聊天记录]' }],
    ['the same alone', LILEI, { type: 'unknown', words: '[聊天记录]' }],
  ])('%s', async (_, conversation, content) => {
    expect((await running.emulator.sendsContent(LILEI, conversation, content)).acked).toBe(true);
    expect(running.sink.events).toEqual([]);
    const [told, ...others] = fromBot(running, conversation, LILEI);
    expect(told?.text).toContain(UNSUPPORTED);
    expect(told?.at).toEqual(conversation === GROUP ? [LILEI] : []);
    expect(others).toEqual([]);
    expect(running.emulator.counted).toBe(0);
  });

  test.each([{ msgtype: 'chatRecord' }, { msgtype: 'interactiveCard', text: null, content: null }, { msgtype: '' }])(
    'another: %j',
    async (over) => {
      expect((await running.emulator.says(LILEI, GROUP, '我的', { over })).acked).toBe(true);
      expect(running.sink.events).toEqual([]);
      expect(fromBot(running, GROUP, LILEI)).toHaveLength(1);
    },
  );

  test('without a webhook: to whoever wrote alone, also when it is told again', async () => {
    const { emulator } = running;
    const over = { sessionWebhook: null, msgtype: 'chatRecord' };
    const { msgId } = await emulator.says(LILEI, GROUP, '我的', { over });
    await emulator.repeats(msgId);
    expect(said(GROUP, LILEI)).toEqual([['card', UNSUPPORTED]]);
    expect(said(GROUP, WANGFANG)).toEqual([]);
  });

  test('to somebody of another organisation without a webhook nothing can be said, and that is all', async () => {
    const over = { sessionWebhook: null, msgtype: 'chatRecord' };
    expect((await running.emulator.says(GUEST, GROUP, '我的', { over })).acked).toBe(true);
    expect(running.emulator.messages().filter(({ from }) => from === null)).toEqual([]);
  });

  test('where even that fails it is acknowledged all the same', async () => {
    running.emulator.fails(SESSION, { status: 500, code: 'system.error' });
    expect((await running.emulator.sendsContent(LILEI, GROUP, { type: 'unknown', words: '' })).acked).toBe(true);
  });
});

describe("a month's messages that are used up (20001)", () => {
  test.each([
    ['errorCode', {}],
    ['errCode', { errorCode: undefined, errorMessage: undefined, errCode: 20001, errMsg: 'x' }],
    ['a text of it', { errorCode: undefined, errCode: '20001' }],
  ])('%s: whoever wrote is told, doctor knows, nothing is stored', async (_, over) => {
    running.emulator.inboundQuotaSpent = true;
    expect((await running.emulator.says(LILEI, GROUP, '杯子碎了', { over })).acked).toBe(true);
    expect(running.sink.events).toEqual([]);
    expect(fromBot(running, GROUP, LILEI)[0]?.text).toContain(MUTED);
    expect((await running.store.seen()).mutedAt).toEqual(running.clock.now());
  });
});
