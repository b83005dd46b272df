import { createHmac } from 'node:crypto';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import type { Accepted, OutMessage } from '../../../adapters/adapter.ts';
import { CARD_PATH, ROBOT_PATH } from '../../../adapters/dingtalk/routes.ts';
import { deferred } from '../../emulators/json.ts';
import {
  anAction,
  card,
  fromBot,
  group,
  GROUP,
  LILEI,
  runDingTalk,
  turns,
  vault,
  WANGFANG,
  words,
  type RunningDingTalk,
} from '../../support/dingtalk.ts';

/** When what came is acknowledged, and HTTP mode from end to end (4.3, 6). */

const SECRET = 'emulated-client-secret-0001';

describe.each(['stream', 'http'] as const)('over %s', (mode) => {
  let running: RunningDingTalk;
  beforeEach(async () => {
    running = await runDingTalk({ mode });
  });
  afterEach(async () => {
    await running.close();
  });

  test('a message is acknowledged when it is stored, and its answer comes by itself', async () => {
    const answer = deferred<Accepted['answer']>();
    running.sink.answer = ({ kind }) => (kind === 'message' ? answer.promise : undefined);
    const told = await running.emulator.says(LILEI, GROUP, '我的');
    expect(told.acked).toBe(true);
    expect(running.sink.events.at(-1)).toMatchObject({ kind: 'message', text: '我的', conversation: { id: GROUP } });
    answer.resolve({ message: null, form: null });
    const [grant] = running.sink.events.at(-1)?.grants ?? [];
    if (grant === undefined) throw new Error('nothing was lent');
    await running.adapter.reply(grant, words('没有', { open: true }), 'r');
    expect(fromBot(running, GROUP, WANGFANG).map(({ text, at }) => [text, at])).toEqual([['@李雷 没有', [LILEI]]]);
  });

  test('nothing is acknowledged that the store did not take', async () => {
    const { emulator, sink, clock } = running;
    sink.away = true;
    const telling = emulator.says(LILEI, LILEI, '杯子碎了');
    await turns(30);
    sink.away = false;
    clock.advance(60_000);
    expect((await telling).acked).toBe(true);
    expect(sink.events).toMatchObject([{ kind: 'message', text: '杯子碎了' }]);
  });

  test('a press is answered on the card by what its work came to', async () => {
    const { id } = await running.adapter.send(group, card('T-4821', 3), 's-1');
    const message: OutMessage = words('T-4821 是你的了');
    running.sink.answer = () => ({ message, form: null });
    expect((await running.emulator.presses(LILEI, id, '认领')).acked).toBe(true);
    expect(running.emulator.view(id, LILEI)?.values['notice']).toBe('T-4821 是你的了');
    expect(running.sink.events).toMatchObject([{ kind: 'invoke', seen: 3, surface: 's-1', sender: { id: LILEI } }]);
  });

  test('while it is stopped nothing is taken in and nothing is acknowledged; what came meanwhile comes again', async () => {
    const { emulator, sink, clock } = running;
    await running.stop();
    const telling = emulator.says(LILEI, LILEI, '杯子碎了');
    await turns(30);
    expect(sink.events).toEqual([]);
    await running.start();
    clock.advance(60_000);
    expect((await telling).acked).toBe(true);
    expect(sink.events).toHaveLength(1);
  });

  test('a stop waits for what is under way', async () => {
    const answer = deferred<Accepted['answer']>();
    running.sink.answer = () => answer.promise;
    await running.emulator.says(LILEI, LILEI, '我的');
    let isStopped = false;
    const stopping = running.stop().then(() => {
      isStopped = true;
    });
    await turns(10);
    expect(isStopped).toBe(false);
    answer.resolve(undefined);
    await stopping;
    await running.start();
  });
});

describe('HTTP mode', () => {
  let running: RunningDingTalk;
  beforeEach(async () => {
    running = await runDingTalk({ mode: 'http' });
  });
  afterEach(async () => {
    await running.close();
  });

  test('tells DingTalk where presses go and with what they are signed, and connects nowhere', () => {
    const [call, ...others] = running.emulator.calls.filter(({ path }) => path === '/v1.0/card/callbacks/register');
    expect(others).toEqual([]);
    expect(call?.body).toEqual({
      callbackRouteKey: 'gongdan',
      callbackUrl: `${running.url}${CARD_PATH}`,
      apiSecret: vault.sign('dingtalk-card'),
      forceUpdate: true,
    });
    expect(running.emulator.opened).toBe(0);
    expect(running.dingtalk.health().ok).toBe(true);
  });

  test('sends cards whose presses come to that address', async () => {
    await running.adapter.send(group, card('T-4821', 1), 's-1');
    const body = running.emulator.calls.at(-1)?.body;
    expect(body).toMatchObject({ callbackType: 'HTTP', callbackRouteKey: 'gongdan' });
  });

  const robotSign = (timestamp: string, secret = SECRET): string =>
    createHmac('sha256', secret).update(`${timestamp}\n${secret}`).digest('base64');
  const cardSign = (timestamp: string, secret = vault.sign('dingtalk-card')): string =>
    createHmac('sha256', secret).update(timestamp).digest('base64');
  const message = JSON.stringify({
    msgId: 'm-1',
    msgtype: 'text',
    conversationType: '1',
    conversationId: 'cid1',
    senderStaffId: LILEI,
    senderId: '$:LWCP_v1:$1',
    senderNick: '李雷',
    text: { content: '我的' },
  });
  const post = async (path: string, body: string, headers: Readonly<Record<string, string>>) => {
    const answer = await fetch(running.url + path, {
      method: 'POST',
      body,
      headers: { 'content-type': 'application/json; charset=utf-8', ...headers },
    });
    return { status: answer.status, text: await answer.text() };
  };
  const now = (ms = 0): string => String(running.clock.now().getTime() + ms);

  test('a message whose signature fits is answered with nothing to say', async () => {
    const { status, text } = await post(ROBOT_PATH, message, { timestamp: now(), sign: robotSign(now()) });
    expect([status, JSON.parse(text)]).toEqual([200, { msgtype: 'empty' }]);
    expect(running.sink.events).toMatchObject([{ id: 'm:m-1', text: '我的' }]);
  });

  test.each<[string, () => Readonly<Record<string, string>>]>([
    ['none', () => ({})],
    ['one of another secret', () => ({ timestamp: now(), sign: robotSign(now(), 'another-secret-of-another-app') })],
    ['one of another moment', () => ({ timestamp: now(1), sign: robotSign(now()) })],
    ['one of more than an hour ago', () => ({ timestamp: now(-3_600_001), sign: robotSign(now(-3_600_001)) })],
    ['one for presses', () => ({ 'x-ddpaas-signature-timestamp': now(), 'x-ddpaas-signature': cardSign(now()) })],
  ])('a message with a signature that does not fit is refused: %s', async (_, headers) => {
    expect((await post(ROBOT_PATH, message, headers())).status).toBe(401);
    expect(running.sink.events).toEqual([]);
    expect((await running.store.seen()).refusedAt).toEqual(running.clock.now());
    expect(running.lines.join('')).not.toContain('我的');
  });

  test('a press with a signature that does not fit is refused, and nothing is stored', async () => {
    const { id } = await running.adapter.send(group, card('T-4821', 1), 's-1');
    const content = JSON.stringify({ cardPrivateData: { actionIds: ['b0'], params: { c: 'claim?ticket=4821' } } });
    const body = JSON.stringify({ outTrackId: id, userId: LILEI, content });
    for (const signature of ['', robotSign(now()), cardSign(now(), 'another-secret')])
      expect(
        (await post(CARD_PATH, body, { 'x-ddpaas-signature-timestamp': now(), 'x-ddpaas-signature': signature }))
          .status,
      ).toBe(401);
    expect(running.sink.events).toEqual([]);
    const signed = { 'x-ddpaas-signature-timestamp': now(), 'x-ddpaas-signature': cardSign(now()) };
    expect((await post(CARD_PATH, body, signed)).status).toBe(200);
    expect(running.sink.events).toMatchObject([{ kind: 'invoke' }]);
  });

  test('with the store away answers 503 to a message, and to a press what its person has to know', async () => {
    const { id } = await running.adapter.send(group, card('T-4821', 1, { actions: [anAction('认领')] }), 's-1');
    running.sink.away = true;
    expect((await post(ROBOT_PATH, message, { timestamp: now(), sign: robotSign(now()) })).status).toBe(503);
    await running.emulator.presses(LILEI, id, '认领');
    expect(running.emulator.view(id, LILEI)?.values['notice']).toBe('刚才那一下没有存下来，请再按一次');
    expect(running.sink.events).toEqual([]);
  });
});
