import { EventAck } from 'dingtalk-stream';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { Told } from './emulator.ts';
import { asObject, parsed } from '../json.ts';
import { acknowledges, Client, GROUP, openStage, until, type Stage } from './stand-in.ts';

let stage: Stage;
beforeEach(async () => {
  stage = await openStage();
});
afterEach(async () => {
  await stage.close();
});

const BUTTONS = JSON.stringify([
  {
    text: '认领',
    color: 'blue',
    status: 'normal',
    event: { type: 'sendCardRequest', params: { actionId: 'b0', params: { c: 'claim?ticket=1', v: '2' } } },
  },
]);

describe('the gateway', () => {
  it('opens a socket for the right secret, and hears who calls and what for', async () => {
    await stage.stream();
    await stage.ding.sockets(1);
    expect(stage.ding.connections).toBe(1);
    expect(stage.ding.calls.at(-1)).toMatchObject({
      path: '/v1.0/gateway/connections/open',
      body: {
        ua: 'gongdan-test',
        subscriptions: [
          { type: 'EVENT', topic: '*' },
          { type: 'CALLBACK', topic: '/v1.0/im/bot/messages/get' },
          { type: 'CALLBACK', topic: '/v1.0/card/instances/callback' },
        ],
      },
    });
    await expect(new Client(stage.ding, 'wrong').open()).rejects.toThrow('401 authFailed');
    expect(stage.ding.opened).toBe(2);
  });

  it('takes a ticket once, and for ninety seconds', async () => {
    const client = await stage.stream();
    await expect(client._connect()).rejects.toThrow('401');
    await client.getEndpoint();
    stage.clock.advance(90_001);
    await expect(client._connect()).rejects.toThrow('401');
  });

  it('refuses sockets on demand', async () => {
    stage.ding.fails('GET /connect', { status: 503 }, { reset: true });
    await expect(stage.stream()).rejects.toThrow('503');
    await expect(stage.stream()).rejects.toThrow(/hang up|ECONNRESET/u);
  });
});

describe('a message', () => {
  it('comes as DingTalk sends it, and is acknowledged', async () => {
    const client = await stage.stream();
    client.take = acknowledges(client);
    const told = await stage.ding.says('u1', GROUP, '@王芳 打印机坏了', { at: ['u2'] });
    expect(told).toMatchObject({ acked: true, response: { response: null } });
    const now = stage.clock.now().getTime();
    expect(client.data(0)).toMatchObject({
      msgId: told.msgId,
      msgtype: 'text',
      text: { content: ' 打印机坏了' },
      conversationType: '2',
      conversationId: GROUP,
      conversationTitle: '售后群',
      isInAtList: true,
      senderStaffId: 'u1',
      senderNick: '李雷',
      atUsers: [{ dingtalkId: client.data(0)['chatbotUserId'] }, { staffId: 'u2' }],
      createAt: now,
      sessionWebhookExpiredTime: now + 5_400_000,
      robotCode: stage.ding.app.robotCode,
    });
    expect(stage.ding.acks).toMatchObject([{ code: 200, messageId: client.heard[0]?.headers.messageId }]);
    expect(stage.ding.reads(GROUP, 'u2')).toMatchObject([{ from: 'u1', text: '@王芳 打印机坏了', at: ['u2'] }]);
  });

  it('of somebody outside names nobody, and one without quota says nothing', async () => {
    const client = await stage.stream();
    client.take = acknowledges(client);
    await stage.ding.says('x1', 'x1', '你好');
    expect(client.data(0)).toMatchObject({ conversationType: '1', text: { content: '你好' } });
    expect(client.data(0)).not.toHaveProperty('senderStaffId');
    stage.ding.inboundQuotaSpent = true;
    await stage.ding.says('u1', 'u1', '你好');
    expect(client.data(1)).toMatchObject({ errorCode: '20001' });
    expect(client.data(1)).not.toHaveProperty('text');
  });

  it('is not told where the robot is not', async () => {
    const client = await stage.stream();
    stage.ding.removesBot(GROUP);
    expect(await stage.ding.says('u1', GROUP, 'hi')).toMatchObject({ acked: false });
    expect(client.heard).toHaveLength(0);
    expect(stage.ding.reads(GROUP, 'u1')).toHaveLength(1);
    await expect(stage.ding.says('u3', GROUP, 'hi')).rejects.toThrow('not in');
  });

  it('comes again as long as nobody acknowledges, three times in all, under the same id', async () => {
    const client = await stage.stream();
    const telling = stage.ding.says('u1', 'u1', 'hi');
    await until(() => client.heard.length === 1);
    stage.clock.advance(59_999);
    stage.clock.advance(1);
    await until(() => client.heard.length === 2);
    stage.clock.advance(60_000);
    await until(() => client.heard.length === 3);
    stage.clock.advance(60_000);
    expect(await telling).toMatchObject({ acked: false });
    const ids = client.heard.map(({ headers }) => headers.messageId);
    expect(new Set(ids).size).toBe(3);
    expect(new Set(client.heard.map((_, i) => client.data(i)['msgId'])).size).toBe(1);
  });

  it('does not come again once it is acknowledged, nor where that is switched off', async () => {
    const client = await stage.stream();
    const telling = stage.ding.says('u1', 'u1', 'hi');
    await until(() => client.heard.length === 1);
    client.take = acknowledges(client);
    stage.clock.advance(60_000);
    expect(await telling).toMatchObject({ acked: true });
    stage.clock.advance(600_000);
    expect(await stage.ding.pings()).toBe(true);
    expect(client.heard).toHaveLength(2);
    await stage.ding.repeats(client.data(0)['msgId'] as string);
    expect(client.data(2)).toEqual(client.data(0));
    stage.ding.redelivers = false;
    client.take = () => {
      client.disconnect();
    };
    const lost = await stage.ding.says('u1', 'u1', 'again');
    expect(lost.acked).toBe(false);
    expect(lost.ms).toBeLessThan(2_000);
    stage.clock.advance(600_000);
    expect(client.heard).toHaveLength(4);
  });

  it('carries pictures, files and rich text, whose bytes can be had', async () => {
    const client = await stage.stream();
    client.take = acknowledges(client);
    const bytes = new Uint8Array([1, 2, 3]);
    await stage.ding.sendsContent('u1', GROUP, { type: 'picture', name: 'a.png', bytes });
    const parts = [{ text: '看' }, { name: 'b.png', bytes }];
    await stage.ding.sendsContent('u1', GROUP, { type: 'richText', parts });
    await stage.ding.sendsContent('u1', 'u1', { type: 'unknown', words: '暂不支持' });
    await expect(stage.ding.sendsContent('u1', GROUP, { type: 'file', name: 'a.pdf', bytes })).rejects.toThrow('group');
    expect(client.data(1)).toMatchObject({ content: { richText: [{ text: '看' }, { type: 'picture' }] } });
    expect(client.data(2)).toMatchObject({ msgtype: 'unknownMsgType', content: { unknownMsgType: '暂不支持' } });
    const { downloadCode } = asObject(client.data(0)['content']);
    const ask = { downloadCode, robotCode: stage.ding.app.robotCode };
    const { body } = await stage.api('POST', '/v1.0/robot/messageFiles/download', ask);
    const file = await fetch(String(body['downloadUrl']));
    expect(new Uint8Array(await file.arrayBuffer())).toEqual(bytes);
  });

  it('tells what it quotes', async () => {
    const client = await stage.stream();
    client.take = acknowledges(client);
    const card = await stage.card('t1', { title: '工单' });
    await stage.ding.says('u1', GROUP, '这个', { quote: card });
    expect(client.data(0)).toMatchObject({
      originalProcessQueryKey: card,
      text: { content: ' 这个', isReplyMsg: true, repliedMsg: { msgType: 'interactiveCard' } },
    });
  });
});

describe('an event', () => {
  it('comes again when it is put off, under the same id', async () => {
    const client = await stage.stream();
    client.answerEvent = () => ({ status: EventAck.LATER, message: 'busy' });
    expect(await stage.ding.happens('user_leave_org', { userId: ['u1'] })).toMatchObject({
      acked: true,
      response: { status: 'LATER' },
    });
    client.answerEvent = () => ({ status: EventAck.SUCCESS });
    stage.clock.advance(60_000);
    await until(() => stage.ding.acks.length === 2);
    stage.clock.advance(600_000);
    expect(await stage.ding.pings()).toBe(true);
    expect(client.heard.map(({ headers }) => headers.eventType)).toEqual(['user_leave_org', 'user_leave_org']);
    expect(new Set(client.heard.map(({ headers }) => headers.eventId)).size).toBe(1);
    expect(new Set(client.heard.map(({ headers }) => headers.messageId)).size).toBe(2);
  });
});

describe('a press', () => {
  it('is told with what is bound to the button, and answered for the one who pressed alone', async () => {
    const client = await stage.stream();
    const message = await stage.card('t1', { title: '工单', status: '待处理', buttons: BUTTONS });
    client.take = ({ headers: { messageId } }) => {
      client.socketCallBackResponse(messageId, {
        cardUpdateOptions: { updateCardDataByKey: true, updatePrivateDataByKey: true },
        cardData: { cardParamMap: { status: '我的' } },
        userPrivateData: { cardParamMap: { notice: '已认领' } },
      });
    };
    expect(await stage.ding.presses('u1', message, '认领')).toMatchObject({ acked: true, response: {} });
    const told = client.data(0);
    expect(told).toMatchObject({
      type: 'actionCallback',
      outTrackId: 't1',
      userId: 'u1',
      userIdType: 1,
      spaceId: GROUP,
    });
    expect(told['value']).toBe(told['content']);
    expect(parsed(String(told['content']))).toEqual({
      cardPrivateData: { actionIds: ['b0'], params: { c: 'claim?ticket=1', v: '2' } },
    });
    expect(stage.ding.view('t1', 'u1')?.values).toMatchObject({ status: '我的', notice: '已认领' });
    expect(stage.ding.view('t1', 'u2')?.values).toEqual({ title: '工单', status: '待处理', buttons: BUTTONS });
    expect(stage.ding.reads(GROUP, 'u1').at(-1)?.text).toBe('工单\n我的\n已认领');
    expect(stage.ding.findings).toEqual([]);
  });

  it('reaches nobody when the card asks for no callbacks', async () => {
    const client = await stage.stream();
    const message = await stage.card('t1', { title: '工单', buttons: BUTTONS }, { callbackType: undefined });
    expect(await stage.ding.presses('u1', message, '认领')).toMatchObject({ acked: false });
    expect(client.heard).toHaveLength(0);
    await expect(stage.ding.presses('u1', message, '没有')).rejects.toThrow('no button');
  });
});

describe('the connection', () => {
  it('is pinged, and answers', async () => {
    expect(await stage.ding.pings()).toBe(false);
    await stage.stream();
    expect(await stage.ding.pings()).toBe(true);
  });

  it('is announced to end, is silent, and ends ten seconds later', async () => {
    const first = await stage.stream();
    stage.ding.disconnects('announced');
    await until(() => !first.connected);
    const telling = stage.ding.says('u1', 'u1', 'in the silence');
    const second = await stage.stream();
    second.take = acknowledges(second);
    expect(stage.ding.connections).toBe(2);
    const over = first.closed();
    stage.clock.advance(10_000);
    await over;
    expect(second.heard).toHaveLength(0);
    stage.clock.advance(50_000);
    expect(await telling).toMatchObject({ acked: true });
    expect(first.heard).toHaveLength(0);
  });

  it('loses what is said in the silence, where it is told to', async () => {
    await stage.stream();
    stage.ding.silence = 'lost';
    stage.ding.disconnects('announced');
    expect(await stage.ding.says('u1', 'u1', 'x')).toMatchObject({ acked: false });
    const second = await stage.stream();
    stage.clock.advance(600_000);
    expect(await stage.ding.pings()).toBe(true);
    expect(second.heard).toHaveLength(0);
  });

  it('shares its messages among all sockets, and can be reset', async () => {
    const [one, two] = await Promise.all([stage.stream(), stage.stream()]);
    one.take = acknowledges(one);
    two.take = acknowledges(two);
    for (const text of ['a', 'b', 'c', 'd']) await stage.ding.says('u1', 'u1', text);
    expect([one.heard.length, two.heard.length]).toEqual([2, 2]);
    const over = Promise.all([one.closed(), two.closed()]);
    for (const client of [one, two]) client['socket']?.on('error', () => undefined);
    stage.ding.disconnects('reset');
    await over;
    await stage.ding.sockets(0);
  });

  it('carries frames of the caller own, and text that is none', async () => {
    const client = await stage.stream();
    const told: Promise<Told> = stage.ding.pushes({
      type: 'SYSTEM',
      headers: { topic: 'ping', messageId: 'own-1' },
      data: { opaque: 'x' },
    });
    expect(await told).toMatchObject({ acked: true, response: { opaque: 'x' } });
    const raw = new Promise((resolve) => {
      client.onDownStream = (text: unknown) => {
        resolve(String(text));
      };
    });
    await stage.ding.pushes('no frame');
    expect(await raw).toBe('no frame');
  });
});

/** Both wait by the machine's clock, and so they wait side by side. */
describe('what comes too late', () => {
  const late = async (): Promise<boolean> => {
    const client = await stage.stream();
    const message = await stage.card('t1', { title: '工单', buttons: BUTTONS });
    const told = await stage.ding.presses('u1', message, 'b0');
    expect(told).toMatchObject({ acked: false, response: null });
    client.socketCallBackResponse(client.heard[0]?.headers.messageId ?? '', {
      cardUpdateOptions: { updateCardDataByKey: true },
      cardData: { cardParamMap: { status: '晚了' } },
    });
    await until(() => stage.ding.acks.length === 1);
    return 'status' in (stage.ding.view('t1', 'u1')?.values ?? {});
  };
  const dead = async (): Promise<boolean> => {
    const other = await openStage();
    const client = await other.stream();
    other.ding.disconnects('half-open');
    const silent = other.ding.says('u1', 'u1', 'x');
    const isEchoed = await other.ding.pings();
    expect(other.ding.connections).toBe(1);
    expect(client.heard).toHaveLength(0);
    await other.close();
    expect(await silent).toMatchObject({ acked: false });
    return isEchoed;
  };

  it('changes nothing', async () => {
    expect(await Promise.all([late(), dead()])).toEqual([false, false]);
  });
});
