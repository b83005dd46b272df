import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { asObject, parsed, type Json } from '../json.ts';
import { sign, signCard } from './signature.ts';
import { acknowledges, cardBody, GROUP, openStage, type Stage } from './stand-in.ts';

const GROUP_SEND = '/v1.0/robot/groupMessages/send';
const SEND = '/v1.0/robot/oToMessages/batchSend';

let stage: Stage;
beforeEach(async () => {
  stage = await openStage();
});
afterEach(async () => {
  await stage.close();
});

const message = (msgKey: string, params: Json, more: Json = {}): Json => ({
  robotCode: stage.ding.app.robotCode,
  openConversationId: GROUP,
  msgKey,
  msgParam: JSON.stringify(params),
  ...more,
});
const toGroup = (msgKey: string, params: Json, more?: Json) =>
  stage.api('POST', GROUP_SEND, message(msgKey, params, more));
const toPeople = (userIds: readonly string[], more?: Json) =>
  stage.api(
    'POST',
    SEND,
    message('sampleText', { content: '你好' }, { userIds, openConversationId: undefined, ...more }),
  );
const code = async (reply: Promise<{ readonly body: Json }>, key = 'code') => (await reply).body[key];

describe('tokens', () => {
  it('are one while they last, and worth nothing after', async () => {
    const open = async () => {
      const body = JSON.stringify({ appKey: stage.ding.app.clientId, appSecret: stage.ding.app.clientSecret });
      const headers = { 'content-type': 'application/json' };
      const answer = await fetch(`${stage.ding.url}/v1.0/oauth2/accessToken`, { method: 'POST', headers, body });
      return asObject(await answer.json());
    };
    const first = await open();
    expect(first['expireIn']).toBe(7_200);
    expect((await open())['accessToken']).toBe(first['accessToken']);
    const ask = async (token: unknown) =>
      code(
        stage.hook(`${stage.ding.url}/topapi/v2/user/get?access_token=${String(token)}`, { userid: 'u1' }),
        'errcode',
      );
    expect(await ask(first['accessToken'])).toBe(0);
    stage.clock.advance(7_200_000);
    expect(await ask(first['accessToken'])).toBe(40014);
    expect((await open())['accessToken']).not.toBe(first['accessToken']);
    stage.ding.expireTokens();
    const dead = String(first['accessToken']);
    const answer = await fetch(`${stage.ding.url}${SEND}`, {
      method: 'POST',
      headers: { 'x-acs-dingtalk-access-token': dead },
    });
    expect([answer.status, asObject(await answer.json())['code']]).toEqual([400, 'InvalidAuthentication']);
    const old = await stage.hook(`${stage.ding.url}/topapi/v2/user/get?access_token=${dead}`, { userid: 'u1' });
    expect(old).toMatchObject({ status: 200, body: { errcode: 40014 } });
    expect(stage.ding.findings).toEqual([]);
  });

  it('are not for wrong secrets, and not for addresses', async () => {
    const wrong = stage.hook(`${stage.ding.url}/v1.0/oauth2/accessToken`, { appKey: 'x', appSecret: 'y' });
    expect(await wrong).toMatchObject({ status: 400, body: { code: 'invalidClientIdOrSecret' } });
    await stage.api('POST', SEND, {}, { secret: stage.ding.app.clientSecret });
    expect(stage.ding.findings).toEqual([expect.stringContaining('a secret in an address')]);
  });
});

describe('messages of the robot', () => {
  it('are read as they are meant', async () => {
    await toGroup('sampleMarkdown', { title: '标题', text: '**一**\n\n二' });
    await toGroup('sampleActionCard2', {
      title: '标题',
      text: '工单',
      actionTitle1: '认领',
      actionURL1: `dtmd://dingtalkclient/sendMessage?content=${encodeURIComponent('认领 T-1')}`,
      actionTitle2: '网页',
      actionURL2: 'https://a.cn',
    });
    await toPeople(['u1', 'x1', 'nobody']);
    expect(stage.ding.reads(GROUP, 'u1')).toMatchObject([
      { kind: 'markdown', text: '一\n二' },
      { kind: 'actionCard', text: '工单', links: [{ label: '认领' }, { label: '网页', url: 'https://a.cn' }] },
    ]);
    expect(stage.ding.reads('u1', 'u1')).toMatchObject([{ kind: 'text', text: '你好', from: null }]);
    const client = await stage.stream();
    client.take = acknowledges(client);
    const [, card] = stage.ding.reads(GROUP, 'u2');
    await stage.ding.presses('u2', card?.id ?? '', '认领');
    expect(client.data(0)).toMatchObject({
      text: { content: ' 认领 T-1' },
      senderStaffId: 'u2',
      conversationId: GROUP,
    });
    await expect(stage.ding.presses('u2', card?.id ?? '', '网页')).rejects.toThrow('address');
    expect(stage.ding.counted).toBe(3);
    expect(stage.ding.findings).toEqual([]);
  });

  it('tell whom they did not reach', async () => {
    stage.ding.flowControlled.add('u2');
    expect((await toPeople(['u1', 'u2', 'x1', 'nobody'])).body).toMatchObject({
      invalidStaffIdList: ['x1', 'nobody'],
      flowControlledStaffIdList: ['u2'],
    });
    expect(stage.ding.messages().map(({ conversation }) => conversation)).toEqual(['u1']);
  });

  it.each<[string, () => Promise<{ readonly body: Json }>, boolean]>([
    [
      'invalidParameter.robotCode.notExsit',
      () => toGroup('sampleText', { content: 'x' }, { robotCode: 'other' }),
      false,
    ],
    ['miss.openConversationId', () => toGroup('sampleText', { content: 'x' }, { openConversationId: '' }), false],
    ['invalid.openConversationId', () => toGroup('sampleText', { content: 'x' }, { openConversationId: 'cid' }), false],
    ['invalidParameter.msgKey.invalid', () => toGroup('sampleUnknown', {}), true],
    ['invalidParameter.msgParam.invalid', () => toGroup('sampleText', {}, { msgParam: { content: 'x' } }), true],
    ['invalidParameter.msgParam.invalid', () => toGroup('sampleText', { text: 'x' }), true],
    ['invalidParameter.msgParam.invalid', () => toGroup('sampleText', { content: 'x', title: 'y' }), true],
    ['invalidParameter.msgParam.tooLong', () => toGroup('sampleText', { content: '长'.repeat(5_000) }), true],
    ['invalidParameter.userIds.empty', () => toPeople([]), false],
    ['invalidParameter.userIds.overMax', () => toPeople(Array.from({ length: 21 }, () => 'u1')), true],
  ])('are refused as %s', async (wanted, send, isFault) => {
    expect(await code(send())).toBe(wanted);
    expect(stage.ding.messages()).toEqual([]);
    expect(stage.ding.findings).toHaveLength(isFault ? 1 : 0);
  });

  it('can be taken back', async () => {
    const { body } = await toGroup('sampleText', { content: 'x' });
    const key = String(body['processQueryKey']);
    const ask = { robotCode: stage.ding.app.robotCode, openConversationId: GROUP, processQueryKeys: [key, 'none'] };
    const { body: taken } = await stage.api('POST', '/v1.0/robot/groupMessages/recall', ask);
    expect(taken).toMatchObject({ successResult: [key], failedResult: { none: 'message.not.exist' } });
    expect(stage.ding.reads(GROUP, 'u1')).toEqual([]);
  });

  it('show what was uploaded', async () => {
    const upload = async () => {
      const form = new FormData();
      form.set('type', 'image');
      form.set('media', new Blob([new Uint8Array([1, 2])]), 'a.png');
      const token = await stage.old('/topapi/v2/user/get', { userid: 'u1' });
      expect(token.body).toMatchObject({ errcode: 0 });
      const access = stage.ding.calls.at(-1)?.query['access_token'] ?? '';
      const answer = await fetch(`${stage.ding.url}/media/upload?access_token=${access}`, {
        method: 'POST',
        body: form,
      });
      return String(asObject(await answer.json())['media_id']);
    };
    const media = await upload();
    await toGroup('sampleImageMsg', { photoURL: media });
    await toGroup('sampleFile', { mediaId: media, fileName: 'a.pdf', fileType: 'pdf' });
    await toGroup('sampleMarkdown', { title: 'x', text: `![](${media})` });
    expect(stage.ding.findings).toEqual([]);
    expect(stage.ding.reads(GROUP, 'u1')).toMatchObject([
      { kind: 'picture', file: { name: 'a.png', bytes: new Uint8Array([1, 2]) } },
      { kind: 'file', file: { name: 'a.pdf' } },
      { kind: 'markdown', text: '[图片]' },
    ]);
    await toGroup('sampleMarkdown', { title: 'x', text: '![](@none)' });
    expect(stage.ding.findings).toHaveLength(1);
  });
});

describe('people', () => {
  it('are known by id, mobile and union id, unless they are of elsewhere', async () => {
    const found = async (path: string, body: Json) => (await stage.old(path, body)).body;
    expect(await found('/topapi/v2/user/get', { userid: 'u1' })).toMatchObject({
      errcode: 0,
      result: {
        userid: 'u1',
        name: '李雷',
        mobile: '13800138000',
        state_code: '86',
        org_email: 'lilei@shop.cn',
        active: true,
      },
    });
    expect(await found('/topapi/v2/user/get', { userid: 'x1' })).toMatchObject({ errcode: 60121 });
    const mobile = '/topapi/v2/user/getbymobile';
    expect(await found(mobile, { mobile: '13800138000' })).toMatchObject({ result: { userid: 'u1' } });
    expect(await found(mobile, { mobile: 'none' })).toMatchObject({ errcode: 40104 });
    const union = { result: { contact_type: 0, userid: 'u2' } };
    expect(await found('/topapi/user/getbyunionid', { unionid: 'union-u2' })).toMatchObject(union);
    stage.ding.withheld.add('qyapi_get_member');
    expect(await found('/topapi/v2/user/get', { userid: 'u1' })).toMatchObject({ errcode: 88, sub_code: '60011' });
  });

  it('meet in groups that have an old id too', async () => {
    stage.ding.addGroup({ id: 'cidOld==', title: '旧', members: [], chatId: 'chatOld' });
    const { body } = await stage.api('POST', '/v1.0/im/chat/chatOld/convertToOpenConversationId');
    expect(body).toMatchObject({ openConversationId: 'cidOld==' });
  });
});

describe('limits', () => {
  it('hold back what comes too fast, by the clock', async () => {
    stage.ding.qps = 2;
    const send = () => toGroup('sampleText', { content: 'x' });
    expect((await send()).status).toBe(200);
    stage.clock.advance(999);
    expect((await send()).status).toBe(200);
    expect(await send()).toMatchObject({
      status: 403,
      body: { code: 'Forbidden.AccessDenied.QpsLimitForAppkeyAndApi' },
    });
    stage.clock.advance(1);
    expect((await send()).status).toBe(200);
    expect((await toPeople(['u1'])).status).toBe(200);
    expect(stage.ding.counted).toBe(4);
  });

  it('are those of the month, and of what the app may do', async () => {
    stage.ding.quota = 1;
    expect((await toPeople(['u1'])).status).toBe(200);
    const spent = { status: 403, body: { code: 'Forbidden.AccessDenied.ApiCountLimitForOrg' } };
    expect(await toPeople(['u1'])).toMatchObject(spent);
    stage.ding.withheld.add('qyapi_robot_sendmsg');
    expect(await toPeople(['u1'])).toMatchObject({
      status: 403,
      body: { accessdenieddetail: { requiredScopes: ['qyapi_robot_sendmsg'] } },
    });
  });
});

describe('misbehaviour', () => {
  const send = () => toGroup('sampleText', { content: 'x' });
  const posted = () => stage.ding.messages().length;

  it('is what was ordered, once each', async () => {
    stage.ding.fails(
      `POST ${GROUP_SEND}`,
      { status: 500, code: 'system.busy' },
      { html: true },
      { lost: true },
      { reset: true },
    );
    expect(await send()).toMatchObject({ status: 500, body: { code: 'system.busy' } });
    expect(await send()).toEqual({ status: 200, body: {} });
    expect(posted()).toBe(0);
    await expect(send()).rejects.toThrow('fetch failed');
    expect(posted()).toBe(1);
    await expect(send()).rejects.toThrow('fetch failed');
    expect(posted()).toBe(1);
    expect((await send()).status).toBe(200);
    expect(stage.ding.calls.filter(({ path }) => path === GROUP_SEND)).toHaveLength(5);
  });

  it('can be the wall, the old API, or mere slowness', async () => {
    const path = `POST ${GROUP_SEND}`;
    stage.ding.fails(path, { status: 403, body: { status: 1111, wait: 5 } }, { errcode: 88 }, { slowMs: 20 });
    expect(await send()).toEqual({ status: 403, body: { status: 1111, wait: 5 } });
    expect(await send()).toMatchObject({ status: 200, body: { errcode: 88 } });
    const began = performance.now();
    expect((await send()).status).toBe(200);
    expect(performance.now() - began).toBeGreaterThan(15);
  });
});

describe('webhooks', () => {
  const sessionOf = async (conversation: string) => {
    const client = await stage.stream();
    client.take = acknowledges(client);
    await stage.ding.says('u1', conversation, 'hi');
    return String(client.data(0)['sessionWebhook']);
  };
  const text = (content: string, atUserIds: readonly string[] = []): Json => ({
    msgtype: 'text',
    text: { content },
    at: { atUserIds },
  });

  it('answer where somebody spoke, and notify members whom words and list name', async () => {
    const url = await sessionOf(GROUP);
    expect((await stage.hook(url, text('@u1 @u3 @u2x 已受理', ['u1', 'u2', 'u3']))).body).toMatchObject({ errcode: 0 });
    expect(stage.ding.reads(GROUP, 'u2').at(-1)).toMatchObject({
      text: '@李雷 @u3 @u2x 已受理',
      at: ['u1'],
      from: null,
    });
    expect((await stage.hook(url, { msgtype: 'image' })).body).toMatchObject({ errcode: 400105 });
    expect(stage.ding.findings).toHaveLength(1);
    stage.clock.advance(5_400_001);
    expect(await stage.hook(url, text('x'))).toMatchObject({ status: 200, body: { errcode: 300001 } });
    expect(stage.ding.counted).toBe(0);
  });

  it('of custom robots want a signature, know repeats, and block whoever says too much', async () => {
    const robot = { token: 'abc', secret: 'SECemulated', group: GROUP };
    stage.ding.addRobot(robot);
    const say = async (body: Json, secret = robot.secret) => {
      const timestamp = String(stage.clock.now().getTime());
      const query = new URLSearchParams({ access_token: robot.token, timestamp, sign: sign(secret, timestamp) });
      return (await stage.hook(`${stage.ding.url}/robot/send?${query.toString()}`, body)).body['errcode'];
    };
    expect(await say(text('x'), 'SECwrong')).toBe(310000);
    expect(await say(text('长'.repeat(7_000)))).toBe(460101);
    expect(await say({ ...text('一'), msgUuid: 'k' })).toBe(0);
    expect(await say({ ...text('一'), msgUuid: 'k' })).toBe(0);
    expect(stage.ding.reads(GROUP, 'u1')).toMatchObject([{ from: 'abc', text: '一' }]);
    for (let i = 0; i < 18; i += 1) expect(await say(text('x'))).toBe(0);
    expect(await say(text('x'))).toBe(130101);
    stage.clock.advance(599_999);
    expect(await say(text('x'))).toBe(130101);
    stage.clock.advance(1);
    expect(await say(text('x'))).toBe(0);
  });
});

it('reaches a bot over HTTP, signed', async () => {
  const heard: { readonly url: string; readonly headers: Json; readonly body: Json }[] = [];
  let status = 500;
  const server = createServer((request, response) => {
    const chunks: Buffer[] = [];
    request.on('data', (chunk: Buffer) => chunks.push(chunk));
    request.on('end', () => {
      const body = asObject(parsed(Buffer.concat(chunks).toString()));
      heard.push({ url: request.url ?? '', headers: request.headers, body });
      const answer =
        request.url === '/card'
          ? { userPrivateData: { cardParamMap: { notice: '好' } }, cardUpdateOptions: { updatePrivateDataByKey: true } }
          : { msgtype: 'empty' };
      response.statusCode = status;
      response.end(JSON.stringify(answer));
    });
  });
  await new Promise<void>((resolve) => {
    server.listen(0, '127.0.0.1', resolve);
  });
  const base = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  stage.ding.connect({ robotUrl: `${base}/robot` });
  const telling = stage.ding.says('u1', GROUP, 'hi');
  while (heard.length === 0)
    await new Promise((resolve) => {
      setImmediate(resolve);
    });
  status = 200;
  stage.clock.advance(60_000);
  expect(await telling).toMatchObject({ acked: true, response: { msgtype: 'empty' } });
  expect(heard[1]?.body).toEqual(heard[0]?.body);
  const { timestamp, sign: signature } = heard[1]?.headers ?? {};
  expect(signature).toBe(sign(stage.ding.app.clientSecret, String(timestamp)));

  const route = { callbackRouteKey: 'gongdan', callbackUrl: `${base}/card`, apiSecret: 'card-secret' };
  await stage.api('POST', '/v1.0/card/callbacks/register', route);
  const event = { type: 'sendCardRequest', params: { actionId: 'b0', params: {} } };
  const values = { title: 'x', buttons: JSON.stringify([{ text: '认领', event }]) };
  const more = { callbackType: 'HTTP', callbackRouteKey: 'gongdan' };
  await stage.api('POST', '/v1.0/card/instances/createAndDeliver', cardBody(stage.ding, 't1', values, more));
  const card = stage.ding.reads(GROUP, 'u1').at(-1)?.id ?? '';
  expect(await stage.ding.presses('u1', card, '认领')).toMatchObject({ acked: true });
  expect(stage.ding.view('t1', 'u1')?.values['notice']).toBe('好');
  const pressed = heard.at(-1)?.headers ?? {};
  expect(pressed['x-ddpaas-signature']).toBe(signCard('card-secret', String(pressed['x-ddpaas-signature-timestamp'])));
  server.closeAllConnections();
  server.close();
});

it.each([
  [sign('this is a secret', '1577262236757'), 'DJrE6qdyVGCQz9z5r2MDuNcNAhwYnuAkyj13cx169CA='],
  [sign('this is secret', '1577262236757'), 'hmPWwU+7lVdm3ZZz0r9tSfx0L4Q26jWOZr9+Gs6EZQM='],
  [signCard('example-secret', '1577262236757'), '9EQUhx+gSqHfgSF/OnOV2ifDC9m1VzjPj00L/WOZeew='],
])('signs as DingTalk does: %s', (signature, wanted) => {
  expect(signature).toBe(wanted);
});
