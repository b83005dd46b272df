import * as fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { DeliveryError } from '../../../src/errors.ts';
import { LILEI, runDingTalk, turns, type RunningDingTalk } from '../../support/dingtalk.ts';
import { CLAIM, cardPress, FORM, robotMessage, type Json } from './payloads.ts';

const ROBOT = '/v1.0/im/bot/messages/get';
const CARD = '/v1.0/card/instances/callback';
/** Replaced by the emulator's own: answers go there. */
const URL = 'http://127.0.0.1:9';

const file = (msgtype: string, content: Json): Json => robotMessage(URL, { msgtype, text: undefined, content });

/** One of everything that DingTalk sends. */
const RECORDED: readonly (readonly [string, 'CALLBACK' | 'EVENT', string, Json])[] = [
  ['text', 'CALLBACK', ROBOT, robotMessage(URL)],
  [
    'quote',
    'CALLBACK',
    ROBOT,
    robotMessage(URL, {
      originalMsgId: 'in-1',
      originalProcessQueryKey: 'key/1',
      text: {
        content: ' 好',
        isReplyMsg: true,
        repliedMsg: { msgId: 'in-1', msgType: 'text', senderId: 'x', createdAt: 1 },
      },
    }),
  ],
  ['one-to-one', 'CALLBACK', ROBOT, robotMessage(URL, { conversationType: '1', atUsers: undefined })],
  ['external', 'CALLBACK', ROBOT, robotMessage(URL, { senderStaffId: '', senderCorpId: 'dingelsewhere' })],
  ['picture', 'CALLBACK', ROBOT, file('picture', { downloadCode: 'c/1', pictureDownloadCode: 'c/1' })],
  ['audio', 'CALLBACK', ROBOT, file('audio', { downloadCode: 'c/1', recognition: '碎了', duration: 3_000 })],
  ['video', 'CALLBACK', ROBOT, file('video', { downloadCode: 'c/1', videoType: 'mp4', duration: '5' })],
  ['file', 'CALLBACK', ROBOT, file('file', { downloadCode: 'c/1', fileName: 'a.pdf', fileId: '1', spaceId: '2' })],
  [
    'rich text',
    'CALLBACK',
    ROBOT,
    file('richText', { richText: [{ text: '到货' }, { type: 'picture', downloadCode: 'c/1' }, { text: '碎了' }] }),
  ],
  ['unknown', 'CALLBACK', ROBOT, file('unknownMsgType', { unknownMsgType: '[聊天记录]' })],
  ['quota', 'CALLBACK', ROBOT, robotMessage(URL, { text: undefined, errorCode: '20001', errorMessage: '用完了' })],
  ['press', 'CALLBACK', CARD, cardPress(CLAIM)],
  ['press that asks', 'CALLBACK', CARD, cardPress({ ...CLAIM, a: '1' })],
  [
    'press of the public template',
    'CALLBACK',
    CARD,
    cardPress({}, { content: JSON.stringify({ cardPrivateData: { actionIds: ['7|claim?ticket=4821'], params: {} } }) }),
  ],
  ['submission', 'CALLBACK', CARD, cardPress(FORM)],
  ['menu', 'CALLBACK', CARD, cardPress({}, { content: JSON.stringify({ cardPrivateData: { actionIds: ['more'] } }) })],
  ['chat_add_member', 'EVENT', '*', { chatId: 'chat1', userId: [LILEI], operator: LILEI, corpId: 'ding' }],
  ['user_leave_org', 'EVENT', '*', { userId: ['gone-1'], timeStamp: '1' }],
  ['chat_disband', 'EVENT', '*', { openConversationId: 'cidX==', operator: LILEI }],
];

/** Where something stands in a document. */
type Place = readonly (string | number)[];

const placesIn = (value: unknown, at: Place = []): Place[] => [
  ...(at.length === 0 ? [] : [at]),
  ...(Array.isArray(value)
    ? value.flatMap((inner, i) => placesIn(inner, [...at, i]))
    : typeof value === 'object' && value !== null
      ? Object.entries(value).flatMap(([key, inner]) => placesIn(inner, [...at, key]))
      : []),
];

const GONE = Symbol('gone');

function changed(value: unknown, [key, ...rest]: Place, to: unknown): unknown {
  if (key === undefined) return to;
  if (Array.isArray(value))
    return value.flatMap((inner: unknown, i) => {
      if (i !== key) return [inner];
      const next = changed(inner, rest, to);
      return next === GONE ? [] : [next];
    });
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(
    Object.entries(value).flatMap(([name, inner]): [string, unknown][] => {
      if (name !== key) return [[name, inner]];
      const next = changed(inner, rest, to);
      return next === GONE ? [] : [[name, next]];
    }),
  );
}

/** What may stand where something else is expected. */
const ODD: readonly unknown[] = [
  GONE,
  null,
  '',
  'x'.repeat(5_000),
  0,
  -1,
  1e300,
  true,
  [],
  [[]],
  [null],
  {},
  { id: null },
  { cardPrivateData: { actionIds: 7, params: [] } },
  '{"cardPrivateData":',
  '\uD83D',
  '__proto__',
  'true',
];

const OTHERS: readonly unknown[] = [null, {}, 7, [], 'x'];

let running: RunningDingTalk;
const rejections: unknown[] = [];
const note = (reason: unknown): void => void rejections.push(reason);
beforeAll(async () => {
  process.on('unhandledRejection', note);
  running = await runDingTalk();
});
afterAll(async () => {
  // What DingTalk itself refuses meanwhile is no fault of ours.
  running.failures.length = 0;
  await running.close();
  process.off('unhandledRejection', note);
});

let frames = 0;
const frameOf = (type: string, topic: string, data: unknown, eventType: string) => {
  frames += 1;
  const head = { topic, messageId: `frame-${frames}`, contentType: 'application/json', time: '1' };
  const headers = type === 'EVENT' ? { ...head, eventType, eventId: `event-${frames}`, eventCorpId: 'ding' } : head;
  const text = JSON.stringify(data).replaceAll(URL, running.emulator.url);
  return { specVersion: '1.0', type, headers, data: text };
};

/** How something fares: whether it was acknowledged, and what broke that nobody foresaw. */
async function fares(name: string, type: string, topic: string, data: unknown): Promise<typeof BORNE> {
  running.failures.length = 0;
  rejections.length = 0;
  const { acked } = await running.emulator.pushes(frameOf(type, topic, data, name));
  await turns(1);
  const code = running.emulator.acks.at(-1)?.code ?? 0;
  const faults = running.failures.filter((error) => !(error instanceof DeliveryError));
  return { acked, code, faults, rejections: [...rejections] };
}
const BORNE = { acked: true, code: 200, faults: [] as unknown[], rejections: [] as unknown[] };

describe('whatever DingTalk sends is acknowledged, and breaks nothing', () => {
  test.each(RECORDED)('%s: as recorded', async (name, type, topic, data) => {
    expect(await fares(name, type, topic, data)).toEqual(BORNE);
  });

  test.each(RECORDED)('%s: anything in it missing, null or of another kind', async (name, type, topic, data) => {
    for (const [i, place] of placesIn(data).entries()) {
      expect(await fares(name, type, topic, changed(data, place, GONE)), `without ${place.join('.')}`).toEqual(BORNE);
      const other = OTHERS[i % OTHERS.length];
      expect(await fares(name, type, topic, changed(data, place, other)), place.join('.')).toEqual(BORNE);
    }
  });

  test('several things wrong at once', async () => {
    const mutilated = fc.constantFrom(...RECORDED).chain(([name, type, topic, data]) =>
      fc
        .array(fc.tuple(fc.constantFrom(...placesIn(data)), fc.constantFrom(...ODD)), { minLength: 1, maxLength: 4 })
        .map((wounds) => ({
          name,
          type,
          topic,
          data: wounds.reduce<unknown>((whole, [place, odd]) => changed(whole, place, odd), data),
        })),
    );
    await fc.assert(
      fc.asyncProperty(mutilated, async ({ name, type, topic, data }) => {
        expect(await fares(name, type, topic, data)).toEqual(BORNE);
      }),
      { numRuns: 100 },
    );
  });

  test('what a press packs is read for what it is, whatever it is', async () => {
    const packed = fc.oneof(
      fc.jsonValue().map((value) => JSON.stringify(value)),
      fc.jsonValue(),
      fc
        .record({
          actionIds: fc.jsonValue(),
          params: fc.dictionary(fc.constantFrom('c', 'v', 'a', 'form'), fc.jsonValue()),
        })
        .map((cardPrivateData) => JSON.stringify({ cardPrivateData })),
    );
    await fc.assert(
      fc.asyncProperty(packed, async (content) => {
        expect(await fares('', 'CALLBACK', CARD, { ...cardPress({}), content, value: content })).toEqual(BORNE);
      }),
      { numRuns: 100 },
    );
  });

  test('a text that is no JSON, no frame, or a frame of nothing, and the line stays', async () => {
    const { emulator } = running;
    for (const text of ['', '{', 'null', '[]', '{"type":"CALLBACK"}', '{"type":7,"headers":{}}', '\u0000'])
      await emulator.pushes(text);
    for (const topic of [ROBOT, CARD])
      for (const data of ['', '{', 'null', '[]', '"x"', '7'])
        expect((await emulator.pushes({ ...frameOf('CALLBACK', topic, {}, ''), data })).acked, `${topic} ${data}`).toBe(
          true,
        );
    expect(await emulator.pings()).toBe(true);
    expect(emulator.connections).toBe(1);
  });
});

test('no line of the log holds what was sent', () => {
  const said = running.lines.join('');
  for (const kept of ['认领 4821', '碎了', 'session=recorded', '客户在海外']) expect(said).not.toContain(kept);
});
