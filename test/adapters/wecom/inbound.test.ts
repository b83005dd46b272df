import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import type { InboundEvent, InboundMessage } from '../../../adapters/adapter.ts';
import { codePoints } from '../../../adapters/shared/strings.ts';
import { readLent } from '../../../adapters/wecom/grants.ts';
import type { Form } from '../../../cards/card.ts';
import { encodeInvocation } from '../../../cards/invocation.ts';
import { accountKey } from '../../../src/domain/address.ts';
import { deferred } from '../../emulators/json.ts';
import { at, card, LILEI, runWeCom, WANGFANG, type RunningWeCom } from '../../support/wecom.ts';

/** What people say and do in the app's own chat, as WeCom's callback tells it (fact sheet, 2). */

const FORM: Form = {
  title: '回复 T-4821',
  submit: '发送',
  invoke: { command: 'reply', args: { ticket: '4821' } },
  fields: [{ name: 'text', label: '内容', type: 'text', required: true, max: 100 }],
  nonce: 'n-1',
};
const PDF = Buffer.from('%PDF-1.7\n%%EOF');

let running: RunningWeCom;
beforeEach(async () => {
  running = await runWeCom({ without: 'bot' });
});
afterEach(async () => {
  await running.close();
});

const only = (): InboundEvent => {
  const [event, ...others] = running.sink.events;
  if (event === undefined || others.length > 0) throw new Error(`${running.sink.events.length} events`);
  return event;
};
const onlyMessage = (): InboundMessage => {
  const event = only();
  if (event.kind !== 'message') throw new Error(`a ${event.kind}`);
  return event;
};
const inbox = (user = LILEI) => running.emulator.inbox(user).map(({ kind, text }) => [kind, text]);
/** 200 at the first attempt, with nothing to say. */
const OK = { acked: true, attempts: [{ status: 200, body: '' }] };

describe('a message', () => {
  test('is of whoever said it, in their own chat, under its 64-bit id', async () => {
    const told = await running.emulator.says(LILEI, ' 认领 4821\n');
    expect(told).toMatchObject(OK);
    expect(only()).toEqual({
      kind: 'message',
      platform: 'wecom',
      app: 'wecom',
      id: `m:${told.msgId}`,
      conversation: { id: LILEI, kind: 'direct' },
      sender: { id: LILEI, name: '李雷' },
      receivedAt: running.clock.now(),
      text: '认领 4821',
      attachments: [],
      addressed: true,
      takesForm: true,
    });
    expect(BigInt(told.msgId)).toBeGreaterThan(2n ** 53n);
  });

  test.each([']]>', '<b>&amp;</b>', '😀 & 你好', '<!DOCTYPE x>'])('says what was said: %s', async (text) => {
    await running.emulator.says(LILEI, text);
    expect(onlyMessage().text).toBe(text);
  });

  test('of more characters than a ticket takes comes as far as it takes them', async () => {
    await running.emulator.says(LILEI, '👍'.repeat(30_000));
    expect(codePoints(onlyMessage().text)).toBe(20_000);
  });

  test('whose sender’s name cannot be had is heard without it', async () => {
    running.emulator.fails('user/get', { errcode: -1 });
    await running.emulator.says(LILEI, '我的');
    expect(only()).toMatchObject({ sender: { id: LILEI, name: '' } });
  });

  test('whose sender’s name is long in coming does not wait for it', async () => {
    running.emulator.fails('user/get', { slowMs: 60_000 });
    const telling = running.emulator.says(LILEI, '我的');
    await running.emulator.until(() => running.emulator.count('user/get') === 1);
    running.clock.advance(300);
    expect(await telling).toMatchObject(OK);
    expect(only()).toMatchObject({ sender: { id: LILEI, name: '' } });
  });

  test.each([
    ['sendsImage', 'image.jpg'],
    ['sendsVoice', 'voice.amr'],
    ['sendsVideo', 'video.mp4'],
  ] as const)('by %s is its content, called %s, and of whoever sent it', async (by, name) => {
    await running.emulator[by](LILEI, PDF);
    const { text, attachments } = onlyMessage();
    expect([text, attachments.length]).toEqual(['', 1]);
    expect(attachments[0]).toMatchObject({ name, size: PDF.length });
    const stored = await running.files.load(attachments[0]?.id ?? '');
    expect(stored?.owner).toBe(accountKey({ platform: 'wecom', app: 'wecom', user: LILEI }));
  });

  test('that is a file is called as it is called', async () => {
    await running.emulator.sendsFile(LILEI, '发票 1.pdf', PDF);
    expect(onlyMessage().attachments).toMatchObject([{ name: '发票 1.pdf', type: 'application/pdf' }]);
    expect(inbox()).toEqual([]);
  });

  test('whose content is gone says so, and comes', async () => {
    running.emulator.fails('media/get', { errcode: 40_007 });
    expect(await running.emulator.sendsImage(LILEI, PDF)).toMatchObject(OK);
    const [attachment] = onlyMessage().attachments;
    expect(attachment).toMatchObject({ name: 'image.jpg' });
    expect(attachment).toHaveProperty('problem');
  });

  test('of a place or a page says where it is', async () => {
    const { emulator, sink } = running;
    await emulator.sendsLocation(LILEI, { lat: '23.104', lon: '113.32', label: '广州塔' });
    await emulator.sendsLink(LILEI, { title: '运单', description: '在路上', url: 'https://e.test/1' });
    expect(sink.events.map((event) => event.kind === 'message' && event.text)).toEqual([
      '广州塔\n23.104, 113.32',
      '运单\n在路上\nhttps://e.test/1',
    ]);
  });

  test('that asks for a form is acknowledged, and shown it', async () => {
    const { emulator, sink } = running;
    sink.answer = () => ({ message: null, form: FORM });
    expect(await emulator.says(LILEI, '回复 4821')).toMatchObject(OK);
    await emulator.until(() => emulator.inbox(LILEI).length === 1);
    expect(inbox()[0]?.[1]).toContain('回复 T-4821');
    expect(inbox(WANGFANG)).toEqual([]);
  });

  test('that cannot be read is acknowledged; its sender is told', async () => {
    const { emulator, sink } = running;
    expect(await emulator.says(LILEI, '', { MsgType: 'sticker' })).toMatchObject(OK);
    await emulator.until(() => emulator.inbox(LILEI).length === 1);
    expect(sink.events).toEqual([]);
    expect(inbox()[0]?.[0]).toBe('text');
    expect(inbox(WANGFANG)).toEqual([]);
  });

  test('that cannot be read is acknowledged before its sender is told', async () => {
    const { emulator, clock } = running;
    emulator.fails('message/send', { slowMs: 3_000 });
    const told = await emulator.says(LILEI, '', { MsgType: 'sticker' });
    expect(told).toMatchObject(OK);
    await emulator.until(() => emulator.count('message/send') === 1);
    // Only now WeCom answers what it was asked to say.
    clock.advance(3_000);
    await emulator.settled();
  });

  test('that cannot be read, to somebody who cannot be told, is acknowledged all the same', async () => {
    const { emulator, failures } = running;
    emulator.fails('message/send', { errcode: 81_013 });
    expect(await emulator.says(LILEI, '', { MsgType: 'sticker' })).toMatchObject(OK);
    await emulator.until(() => emulator.count('message/send') === 1);
    expect([inbox(), failures]).toEqual([[], []]);
  });
});

describe('200 means that it is stored', () => {
  test('however long its work takes', async () => {
    const answer = deferred<undefined>();
    running.sink.answer = () => answer.promise;
    expect(await running.emulator.says(LILEI, '我的')).toMatchObject(OK);
    answer.resolve(undefined);
  });

  test('with the store away it is 503, and WeCom’s next attempt is taken', async () => {
    const { emulator, sink, clock } = running;
    sink.away = true;
    const told = await emulator.says(LILEI, '杯子碎了');
    expect(told.attempts.map(({ status }) => status)).toEqual([503]);
    sink.away = false;
    clock.advance(emulator.retryGapMs);
    await emulator.until(() => told.over);
    expect(told.attempts.map(({ status }) => status)).toEqual([503, 200]);
    expect(onlyMessage().text).toBe('杯子碎了');
  });

  test('the same three times at once is one event and one download', async () => {
    const { emulator, sink } = running;
    emulator.copies = 3;
    const told = await emulator.sendsImage(LILEI, PDF);
    await emulator.until(() => told.over);
    expect(told.attempts.map(({ status }) => status)).toEqual([200, 200, 200]);
    expect(sink.events).toHaveLength(1);
    expect(emulator.count('media/get')).toBe(1);
  });

  test('the same again, later, with another nonce or the same, is the same event', async () => {
    const { emulator, sink } = running;
    const said = await emulator.says(LILEI, '我的');
    const joined = await emulator.happens(LILEI, 'unsubscribe');
    for (const told of [said, joined])
      for (const sameNonce of [false, true]) await emulator.repeats(told, { sameNonce });
    expect(said.attempts.map(({ status }) => status)).toEqual([200, 200, 200]);
    expect(new Set(sink.events.map(({ id }) => id)).size).toBe(2);
  });
});

describe('a press', () => {
  test('on a card names its surface, its state and its person, and lends one change', async () => {
    const { adapter, emulator, clock } = running;
    await adapter.send(at(LILEI), card('T-4821', 7, {}, 's-1'), 's-1');
    const told = await emulator.presses(LILEI, null, '认领');
    expect(told).toMatchObject(OK);
    const event = only();
    expect(event).toMatchObject({
      kind: 'invoke',
      conversation: { id: LILEI, kind: 'direct' },
      sender: { id: LILEI, name: '李雷' },
      invocation: { command: 'claim', args: { ticket: '4821' } },
      seen: 7,
      surface: 's-1',
    });
    const [grant] = event.grants ?? [];
    expect(grant).toMatchObject({ uses: 1, surface: 's-1' });
    expect(readLent(grant?.secret ?? '')).toEqual({ by: 'code', code: told.responseCode });
    // 72 hours, less a minute (3.3).
    expect((grant?.expiresAt.getTime() ?? 0) - clock.now().getTime()).toBe(72 * 3_600_000 - 60_000);
  });

  test('two of one person on one card within a second are two when the buttons are, else one', async () => {
    const { emulator, sink } = running;
    const press = (key: string) =>
      emulator.happens(LILEI, 'template_card_event', { EventKey: `1|gd-x|${key}`, TaskId: 'gd-x', ResponseCode: 'c' });
    const claim = encodeInvocation({ command: 'claim', args: { ticket: '4821' } });
    for (const key of [claim, claim, encodeInvocation({ command: 'close', args: { ticket: '4821' } })])
      await press(key);
    expect(new Set(sink.events.map(({ id }) => id)).size).toBe(2);
  });

  test('of a key that is none of ours is acknowledged, and nothing', async () => {
    const told = await running.emulator.happens(LILEI, 'template_card_event', { EventKey: 'x', TaskId: 'y' });
    expect(told).toMatchObject(OK);
    expect(running.sink.events).toEqual([]);
  });
});

describe('the menu below the chat', () => {
  test('does what it says, as if it had been typed', async () => {
    expect(await running.emulator.clicksMenu(LILEI, encodeInvocation({ command: 'list', args: {} }))).toMatchObject(OK);
    expect(only()).toMatchObject({
      kind: 'invoke',
      conversation: { id: LILEI, kind: 'direct' },
      sender: { id: LILEI, name: '李雷' },
      invocation: { command: 'list', args: {} },
    });
    expect(only()).not.toHaveProperty('grants');
  });

  test('shows the form that a word of it asks for', async () => {
    const { emulator, sink } = running;
    sink.answer = () => ({ message: null, form: FORM });
    await emulator.clicksMenu(LILEI, encodeInvocation({ command: 'new', args: {} }));
    await emulator.until(() => emulator.inbox(LILEI).length === 1);
    expect(inbox()[0]?.[1]).toContain('回复 T-4821');
  });

  test('that somebody else made is acknowledged, and nothing', async () => {
    const { emulator, sink } = running;
    expect(await emulator.happens(LILEI, 'click', { EventKey: '不是我们的' })).toMatchObject(OK);
    expect(sink.events).toEqual([]);
  });
});

describe('what happens to the app', () => {
  test('taken from somebody’s sight is told, without asking who they are', async () => {
    const { emulator, clock } = running;
    expect(await emulator.happens(LILEI, 'unsubscribe')).toMatchObject(OK);
    expect(only()).toEqual({
      kind: 'lifecycle',
      platform: 'wecom',
      app: 'wecom',
      id: expect.stringMatching(/^e:/u) as string,
      conversation: { id: 'organisation', kind: 'system' },
      sender: { id: '', name: '' },
      receivedAt: clock.now(),
      what: 'member_left',
      member: { id: LILEI, name: '' },
    });
    expect(emulator.count('user/get')).toBe(0);
  });

  test.each(['subscribe', 'unsubscribe'])('%s lets what is known of somebody be asked anew', async (event) => {
    const { emulator, sink } = running;
    await emulator.says(LILEI, '一');
    emulator.changeMember(LILEI, { name: '李小雷' });
    await emulator.happens(LILEI, event);
    await emulator.says(LILEI, '二');
    expect(sink.events.at(-1)).toMatchObject({ text: '二', sender: { name: '李小雷' } });
  });

  test('that could not be stored is told again', async () => {
    const { emulator, sink, clock } = running;
    sink.away = true;
    const told = await emulator.happens(LILEI, 'unsubscribe');
    sink.away = false;
    clock.advance(emulator.retryGapMs);
    await emulator.until(() => told.over);
    expect(told.attempts.map(({ status }) => status)).toEqual([503, 200]);
    expect(only()).toMatchObject({ what: 'member_left' });
  });

  test.each<[string, Readonly<Record<string, string>>]>([
    ['subscribe', { EventKey: '' }],
    ['enter_agent', { EventKey: '' }],
    ['LOCATION', { Latitude: '23.1', Longitude: '113.3', Precision: '15', AppType: 'wxwork' }],
    ['view', { EventKey: 'https://e.test' }],
    ['inactive_alert', { EffectTime: '1700000000' }],
    ['kf_msg_or_event', { Token: 't', OpenKfId: 'wk1' }],
  ])('by %s is acknowledged, and nothing', async (event, fields) => {
    expect(await running.emulator.happens(LILEI, event, fields)).toMatchObject(OK);
    expect([running.sink.events, running.lines]).toEqual([[], []]);
  });
});
