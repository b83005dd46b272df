import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import type { Grant, InboundEvent, InboundMessage } from '../../../adapters/adapter.ts';
import { ASKS_HELP } from '../../../adapters/shared/help.ts';
import { codePoints } from '../../../adapters/shared/strings.ts';
import type { Form } from '../../../cards/card.ts';
import { deferred } from '../../emulators/json.ts';
import {
  card,
  fromBot,
  group,
  GROUP,
  GUEST,
  LILEI,
  runDingTalk,
  turns,
  WANGFANG,
  words,
  type RunningDingTalk,
} from '../../support/dingtalk.ts';

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
const grantOf = ({ grants = [] }: InboundEvent): Grant => {
  const [grant] = grants;
  if (grant === undefined) throw new Error('nothing was lent');
  return grant;
};
const said = (conversation: string, user: string) =>
  fromBot(running, conversation, user).map(({ text, kind }) => [kind, text]);

describe('a message (2)', () => {
  test('in a group comes without the @ of the bot, and lends its answer', async () => {
    const { emulator, sink, clock } = running;
    const told = await emulator.says(LILEI, GROUP, '认领 4821');
    expect(told.acked).toBe(true);
    const heard = only();
    expect(heard).toMatchObject({
      platform: 'dingtalk',
      app: 'dingtalk',
      id: `m:${told.msgId}`,
      conversation: { id: GROUP, kind: 'group' },
      sender: { id: LILEI, name: '李雷' },
      text: '认领 4821',
      attachments: [],
      addressed: true,
      takesForm: true,
      receivedAt: clock.now(),
    });
    expect(heard).not.toHaveProperty('mentions');
    expect(heard).not.toHaveProperty('quote');
    const grant = grantOf(heard);
    expect(grant).toMatchObject({ uses: 5, boundTo: LILEI });
    // A minute before DingTalk ends it.
    expect(grant.expiresAt.getTime() - clock.now().getTime()).toBe(5_400_000 - 60_000);
    expect(grant.secret).not.toContain('sendBySession');
    expect(sink.events).toHaveLength(2);
  });

  test('to the bot alone is of the person, whatever DingTalk calls the chat', async () => {
    await running.emulator.says(LILEI, LILEI, '我的');
    expect(only()).toMatchObject({ conversation: { id: LILEI, kind: 'direct' }, text: '我的', addressed: true });
    expect(ofKind('lifecycle')).toEqual([]);
  });

  test('that names others has their names again, which DingTalk cuts out, and says who they are', async () => {
    await running.emulator.says(LILEI, GROUP, '转给 @王芳 4821', { at: [WANGFANG, GUEST] });
    expect(only()).toMatchObject({
      text: '转给 4821 @王芳',
      mentions: [{ user: WANGFANG, as: '@王芳' }],
    });
  });

  test('that names somebody whose name cannot be had in time names them by their id', async () => {
    running.emulator.fails('POST /topapi/v2/user/get', { errcode: 60121 });
    await running.emulator.says(LILEI, GROUP, '转给 @王芳', { at: [WANGFANG] });
    expect(only().mentions).toEqual([{ user: WANGFANG, as: `@${WANGFANG}` }]);
  });

  test.each([
    ['nothing but the @', ''],
    ['blanks', '   '],
  ])('of %s in a group asks for help', async (_, text) => {
    await running.emulator.says(LILEI, GROUP, text);
    expect(only().text).toBe(ASKS_HELP);
  });

  test('of 20 000 bytes comes whole, of more characters than a ticket takes as much of it', async () => {
    const long = '快递三天没更新'.repeat(952);
    await running.emulator.says(LILEI, GROUP, long);
    expect(only().text).toBe(long);
    running.sink.events.length = 0;
    await running.emulator.says(LILEI, GROUP, '👍'.repeat(30_000));
    expect(codePoints(only().text)).toBe(20_000);
  });

  test('of somebody of another organisation has their encrypted id, and is no place for a form', async () => {
    await running.emulator.says(GUEST, GROUP, '杯子碎了');
    expect(only()).toMatchObject({ sender: { id: `$:LWCP_v1:$${GUEST}`, name: '外部小陈' }, text: '杯子碎了' });
    expect(only()).not.toHaveProperty('takesForm');
    expect(grantOf(only()).boundTo).toBe(`$:LWCP_v1:$${GUEST}`);
  });

  test('without a webhook lends nothing', async () => {
    await running.emulator.says(LILEI, GROUP, '我的', { over: { sessionWebhook: null } });
    expect(only()).not.toHaveProperty('grants');
  });

  test.each([
    ['texts', { createAt: '1794378600000', sessionWebhookExpiredTime: '1794384000000' }],
    ['nothing', { createAt: null, isInAtList: 'yes', atUsers: null, senderPlatform: 7, conversationTitle: null }],
  ])('is heard with figures that are %s', async (_, over) => {
    expect((await running.emulator.says(LILEI, GROUP, '我的', { over })).acked).toBe(true);
    expect(only().text).toBe('我的');
  });
});

describe('a quote', () => {
  const quotes = async (over: Readonly<Record<string, unknown>> = {}): Promise<string> => {
    const { id } = await running.adapter.send(group, card('T-4821', 1), 's-1');
    await running.emulator.says(LILEI, GROUP, '这个先别发', { quote: id, over });
    return id;
  };

  test('of a card of ours names it, by the key of its sending', async () => {
    const id = await quotes();
    expect(only()).toMatchObject({ quote: id, text: '这个先别发' });
    expect(only()).not.toHaveProperty('inThread');
  });

  test('of which only the message is named, too', async () => {
    const sent = running.adapter.send(group, card('T-4822', 1), 's-2');
    const { id } = await sent;
    const carrier = fromBot(running, GROUP, LILEI)[0]?.id;
    const text = { content: ' 好', isReplyMsg: true, repliedMsg: { msgId: carrier, msgType: 'interactiveCard' } };
    await running.emulator.says(LILEI, GROUP, '好', { over: { text } });
    expect(only()).toMatchObject({ quote: id, text: '好' });
  });

  test('is known after a restart, and of what is not ours is none', async () => {
    const { id } = await running.adapter.send(group, card('T-4821', 1), 's-1');
    const other = await runDingTalk({ emulator: running.emulator, clock: running.clock, store: running.store });
    await running.stop();
    await running.emulator.says(LILEI, GROUP, '这个', { quote: id });
    const { msgId } = await running.emulator.says(WANGFANG, GROUP, '随便说说');
    await running.emulator.says(LILEI, GROUP, '那个', { quote: msgId });
    const heard = other.sink.events.filter(({ kind }) => kind === 'message');
    expect(heard.map((event) => event.kind === 'message' && event.quote)).toEqual([id, undefined, undefined]);
    await other.close();
  });

  test('in a shape that nobody documents is none, and the message is heard', async () => {
    await quotes({ originalProcessQueryKey: { id: 7 }, text: { content: '这个先别发', repliedMsg: 'x' } });
    expect(only().text).toBe('这个先别发');
    expect(only()).not.toHaveProperty('quote');
  });
});

describe('an answer', () => {
  const asks = async (conversation = GROUP, user = LILEI): Promise<Grant> => {
    await running.emulator.says(user, conversation, '我的');
    return grantOf(only());
  };

  test('that is no secret goes by the webhook, with an @ that reaches whoever asked', async () => {
    const grant = await asks();
    await running.adapter.reply(grant, words('你名下没有工单', { open: true }), 'r');
    const [answer, ...others] = fromBot(running, GROUP, WANGFANG);
    expect(answer).toMatchObject({ kind: 'text', text: '@李雷 你名下没有工单', at: [LILEI] });
    expect(others).toEqual([]);
    expect(running.emulator.counted).toBe(0);
  });

  test('for one person is read by them alone', async () => {
    await running.adapter.reply(await asks(), words('客户电话 138'), 'r');
    expect(said(GROUP, LILEI)).toEqual([['card', '客户电话 138']]);
    expect(said(GROUP, WANGFANG)).toEqual([]);
    expect(running.emulator.counted).toBe(1);
  });

  test('to somebody alone goes by the webhook, as text in which nothing means anything', async () => {
    await running.adapter.reply(await asks(LILEI), words('**3** <b>张</b>'), 'r');
    expect(said(LILEI, LILEI)).toEqual([['text', '**3** <b>张</b>']]);
    expect(running.emulator.counted).toBe(0);
  });

  test('whose webhook is over goes by the API instead; to another organisation it cannot', async () => {
    const grant = await asks();
    running.emulator.fails(SESSION, { errcode: 300001 });
    await running.adapter.reply(grant, words('好', { open: true }), 'r');
    expect(said(GROUP, LILEI)).toEqual([['card', '好']]);
    running.sink.events.length = 0;
    const guest = await asks(GROUP, GUEST);
    running.emulator.fails(SESSION, { errcode: 300001 });
    await expect(running.adapter.reply(guest, words('好', { open: true }), 'r2')).rejects.toMatchObject({
      failure: 'gone',
    });
  });

  test('by the webhook of another address than DingTalk is none: nothing is shown to it', async () => {
    const over = { sessionWebhook: 'https://evil.example/robot/sendBySession?session=x' };
    await running.emulator.says(LILEI, GROUP, '我的', { over });
    await running.adapter.reply(grantOf(only()), words('好', { open: true }), 'r');
    expect(said(GROUP, LILEI)).toEqual([['card', '好']]);
  });

  test('that is a form is shown at once, to whoever typed alone', async () => {
    const form: Form = {
      title: '回复 T-4821',
      submit: '发送',
      invoke: { command: 'reply', args: { ticket: '4821' } },
      fields: [{ name: 'text', label: '内容', type: 'text', required: true, max: 100 }],
      nonce: 'n-1',
    };
    running.sink.answer = (event) => (event.kind === 'message' ? { message: null, form } : undefined);
    await running.emulator.says(LILEI, GROUP, '回复 4821');
    await expect.poll(() => fromBot(running, GROUP, LILEI).length, { interval: 2 }).toBe(1);
    const shown = fromBot(running, GROUP, LILEI)[0];
    expect(shown?.card?.form?.fields.map(({ name }) => name)).toContain('text');
    expect(fromBot(running, GROUP, WANGFANG)).toEqual([]);
    await running.emulator.submits(LILEI, shown?.id ?? '', { text: '马上' });
    expect(running.sink.events.at(-1)).toMatchObject({
      kind: 'form',
      invocation: { command: 'reply', args: { ticket: '4821', text: '马上' } },
      conversation: { id: GROUP },
    });
  });
});

describe('a message that comes again (1.6)', () => {
  test('is the same event, though its frame is another', async () => {
    const { emulator, sink } = running;
    const { msgId } = await emulator.says(LILEI, GROUP, '我的');
    await emulator.repeats(msgId);
    expect(new Set(emulator.acks.map(({ messageId }) => messageId)).size).toBe(2);
    expect(new Set(sink.events.map(({ id }) => id))).toEqual(new Set([`g:${GROUP}`, `m:${msgId}`]));
  });

  test('because the store was away is acknowledged when it is stored', async () => {
    const { emulator, sink, clock } = running;
    sink.away = true;
    const telling = emulator.says(LILEI, GROUP, '杯子碎了');
    await turns(20);
    expect(emulator.acks).toEqual([]);
    sink.away = false;
    clock.advance(60_000);
    expect((await telling).acked).toBe(true);
    expect(only().text).toBe('杯子碎了');
  });

  test('is acknowledged once it is stored, however long its work takes', async () => {
    const { emulator, sink } = running;
    const answer = deferred<undefined>();
    sink.answer = (event) => (event.kind === 'message' ? answer.promise : undefined);
    expect((await emulator.says(LILEI, LILEI, '我的')).acked).toBe(true);
    answer.resolve(undefined);
  });
});

describe('a group in which the bot was never heard', () => {
  test('is met once, before what was said, by whoever spoke', async () => {
    const { emulator, sink } = running;
    await Promise.all([emulator.says(LILEI, GROUP, '一'), emulator.says(WANGFANG, GROUP, '二')]);
    await emulator.says(LILEI, GROUP, '三');
    const added = sink.events.filter((event) => event.kind === 'lifecycle');
    expect(new Set(added.map(({ id }) => id))).toEqual(new Set([`g:${GROUP}`]));
    expect(added[0]).toMatchObject({ what: 'bot_added', conversation: { id: GROUP, kind: 'group' } });
    expect(sink.events[0]?.kind).toBe('lifecycle');
  });

  test('is not met again after a restart', async () => {
    await running.emulator.says(LILEI, GROUP, '一');
    const other = await runDingTalk({ emulator: running.emulator, clock: running.clock, store: running.store });
    await running.stop();
    await running.emulator.says(LILEI, GROUP, '二');
    expect(other.sink.events.map(({ kind }) => kind)).toEqual(['message']);
    await other.close();
  });

  test('of which the store did not hear is met by the next message', async () => {
    const { emulator, sink, clock } = running;
    sink.away = true;
    const telling = emulator.says(LILEI, GROUP, '一');
    await turns(20);
    sink.away = false;
    clock.advance(60_000);
    await telling;
    expect(sink.events.map(({ kind }) => kind)).toEqual(['lifecycle', 'message']);
  });
});
