import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { asObject, parsed, type Json } from '../json.ts';
import { cardBody, GROUP, openStage, TEMPLATE, type Stage } from './stand-in.ts';

const CREATE = '/v1.0/card/instances/createAndDeliver';
const CARDS = '/v1.0/card/instances';
const PUBLIC = '382e4302-551d-4880-bf29-a30acfab2e71.schema';
const BY_KEY = { updateCardDataByKey: true, updatePrivateDataByKey: true };

let stage: Stage;
beforeEach(async () => {
  stage = await openStage();
});
afterEach(async () => {
  await stage.close();
});

const button = (text: string, actionId: string, more: Json = {}) => ({
  text,
  color: 'blue',
  status: 'normal',
  event: { type: 'sendCardRequest', params: { actionId, params: { c: actionId } } },
  ...more,
});
const group = (...buttons: Json[]): string => JSON.stringify(buttons);
const create = (id: string, values: Json, more?: Json) =>
  stage.api('POST', CREATE, cardBody(stage.ding, id, values, more));
const update = (body: Json) => stage.api('PUT', CARDS, body);

describe('creating a card', () => {
  it('posts it, notifies members alone, and shows it to whom it is for', async () => {
    const model = { robotCode: stage.ding.app.robotCode, recipients: ['u1'], atUserIds: { u1: '李雷', u2: '王芳' } };
    const { body } = await create('t1', { title: '工单' }, { imGroupOpenDeliverModel: model });
    const result = { spaceType: 'IM_GROUP', spaceId: GROUP, success: true };
    expect(body).toMatchObject({ success: true, result: { outTrackId: 't1', deliverResults: [result] } });
    expect(stage.ding.reads(GROUP, 'u1')).toMatchObject([{ kind: 'card', from: null, at: ['u1'], text: '工单' }]);
    expect(stage.ding.reads(GROUP, 'u2')).toEqual([]);
    expect(stage.ding.view('t1', 'u2')).toBeNull();
    expect(stage.ding.findings).toEqual([]);
    expect(stage.ding.counted).toBe(1);
  });

  it('notifies those who are named and nobody else', async () => {
    const at = async (id: string, atUserIds: Json) => {
      await create(id, { title: 'x' }, { imGroupOpenDeliverModel: { robotCode: stage.ding.app.robotCode, atUserIds } });
      return stage.ding.messages().at(-1)?.at;
    };
    expect(await at('t1', { u1: '李雷' })).toEqual(['u1']);
    expect(await at('t2', {})).toEqual([]);
    expect(await at('t3', { '@ALL': '@ALL' })).toEqual(['u1', 'u2', 'x1']);
  });

  it('tells of names that are no members', async () => {
    const model = { robotCode: stage.ding.app.robotCode, recipients: ['u3'], atUserIds: { u3: '赵敏' } };
    await create('t1', { title: '工单' }, { imGroupOpenDeliverModel: model });
    expect(stage.ding.findings).toHaveLength(2);
    expect(stage.ding.messages()).toMatchObject([{ at: [] }]);
  });

  it('goes to a person', async () => {
    const more = {
      openSpaceId: 'dtv1.card//IM_ROBOT.u1',
      imRobotOpenSpaceModel: { supportForward: false, lastMessageI18n: { ZH_CN: '摘要' } },
      imRobotOpenDeliverModel: { spaceType: 'IM_ROBOT', robotCode: stage.ding.app.robotCode },
    };
    await create('t1', { title: '工单' }, more);
    expect(stage.ding.reads('u1', 'u1')).toMatchObject([{ kind: 'card', text: '工单' }]);
    expect(stage.ding.reads('u1', 'u2')).toEqual([]);
    expect(stage.ding.findings).toEqual([]);
  });

  it('is done once for an id', async () => {
    await create('t1', { title: '一' });
    expect(await create('t1', { title: '二' })).toMatchObject({
      status: 400,
      body: { code: 'param.cardAlreadyExist' },
    });
    expect(stage.ding.reads(GROUP, 'u1').map(({ text }) => text)).toEqual(['一']);
    expect(stage.ding.findings).toEqual([]);
  });

  it.each<[string, Json, boolean]>([
    ['param.templateNotExist', { cardTemplateId: 'unknown.schema' }, false],
    ['param.templateUnpublished', { cardTemplateId: 'draft.schema' }, false],
    ['param.cardTemplateIdEmpty', { cardTemplateId: '' }, false],
    ['param.outTrackIdEmpty', { outTrackId: '' }, false],
    ['param.cardPublicDataEmpty', { cardData: null }, false],
    ['param.openSpaceIdEmpty', { openSpaceId: '' }, false],
    ['param.userIdNotExist', { privateData: { nobody: { cardParamMap: { title: 'x' } } } }, false],
    ['param.openSpaceIdInvalid', { openSpaceId: `IM_GROUP.${GROUP}` }, true],
    ['param.openSpaceIdInvalid', { openSpaceId: `dtv1.card//IM_GROUP.${'c'.repeat(1_000)}` }, true],
    ['param.openDeliverModelEmpty', { imGroupOpenDeliverModel: {} }, true],
    ['param.openDeliverModelError', { imGroupOpenDeliverModel: { robotCode: 'other' } }, true],
    ['param.openSpaceModelInvalid', { imGroupOpenSpaceModel: undefined }, true],
    ['param.invalid', { cardData: { cardParamMap: { title: 1 } } }, true],
    ['param.invalid', { outTrackId: 't'.repeat(101) }, true],
    ['param.invalid', { callbackType: 'HTTP', callbackRouteKey: 'unknown' }, true],
  ])('is refused as %s', async (code, more, isFault) => {
    stage.ding.addTemplate({ id: 'draft.schema', variables: [], published: false });
    expect(await create('t1', { title: 'x' }, more)).toMatchObject({ status: 400, body: { code } });
    expect(stage.ding.messages()).toEqual([]);
    expect(stage.ding.findings).toHaveLength(isFault ? 1 : 0);
  });

  it('may not be delivered, with HTTP 200', async () => {
    const delivered = async (id: string, more?: Json) => {
      const { status, body } = await create(id, { title: 'x' }, more);
      return { status, body: asObject(body['result'])['deliverResults'] };
    };
    stage.ding.fails(`POST ${CREATE}`, { undelivered: 'send.too.fast' });
    expect(await delivered('t1')).toMatchObject({ status: 200, body: [{ success: false, errorMsg: 'send.too.fast' }] });
    stage.ding.removesBot(GROUP);
    expect(await delivered('t2')).toMatchObject({ status: 200, body: [{ success: false }] });
    const nowhere = { openSpaceId: 'dtv1.card//IM_GROUP.cidNone==' };
    expect(await delivered('t3', nowhere)).toMatchObject({ status: 200, body: [{ success: false }] });
    expect(stage.ding.messages()).toEqual([]);
  });

  it('can be done in two steps', async () => {
    const body = cardBody(stage.ding, 't1', { title: 'x' });
    expect(await stage.api('POST', CARDS, body)).toMatchObject({ body: { success: true, result: 't1' } });
    expect(stage.ding.messages()).toEqual([]);
    await stage.api('POST', `${CARDS}/deliver`, body);
    expect(stage.ding.reads(GROUP, 'u1')).toMatchObject([{ text: 'x' }]);
  });
});

describe('what a card says', () => {
  it.each<[string, Json, Json]>([
    ['has no variable unknown', { unknown: 'x' }, {}],
    ['body1 has 1025 bytes', { body1: 'x'.repeat(1_025) }, {}],
    ['cannot differ', { title: 'x' }, { privateData: { u1: { cardParamMap: { lastMessage: 'x' } } } }],
    ['buttons is no buttonGroup', { buttons: 'claim' }, {}],
    ['form is no form', { form: '[]' }, {}],
    ['menu_open is no boolean', { menu_open: '1' }, {}],
    ['no picture @none', { pictures: '![](@none)' }, {}],
    ['without lastMessageI18n', { title: 'x' }, { imGroupOpenSpaceModel: { supportForward: false } }],
  ])('is found fault with: %s', async (what, values, more) => {
    expect(await create('t1', values, more)).toMatchObject({ status: 200 });
    expect(stage.ding.findings).toEqual([expect.stringContaining(what)]);
  });

  it('may be long where it is a structure, and not in all', async () => {
    const long = group(button('长'.repeat(500), 'b0'));
    await create('t1', { rows: long, title: 'x'.repeat(1_024) });
    expect(stage.ding.findings).toEqual([]);
    await create('t2', { rows: group(...Array.from({ length: 60 }, () => button('长'.repeat(600), 'b0'))) });
    expect(stage.ding.findings).toEqual([expect.stringMatching(/cardData has \d{6} bytes/u)]);
  });

  it('is read in order, and buttons are where they are open', async () => {
    const values = {
      footer: '脚',
      body2: '二',
      body1: '**一**',
      status: '待处理',
      title: '工单',
      tone: 'common_blue1_color',
      rows: group(button('认领', 'b0')),
      buttons: group(
        button('关闭', 'b1'),
        button('不能', 'b2', { status: 'disabled' }),
        button('打开', '', { event: { type: 'openLink', params: { url: 'https://a.cn' } } }),
      ),
      menu: group(button('转给', 'm0')),
    };
    const message = await stage.card('t1', values);
    const labels = (user: string) => stage.ding.view('t1', user)?.buttons.map(({ label }) => label);
    expect(stage.ding.reads(GROUP, 'u1')[0]?.text).toBe('工单\n待处理\n**一**\n二\n脚');
    expect(labels('u1')).toEqual(['认领', '关闭', '打开']);
    await update({
      outTrackId: 't1',
      privateData: { u1: { cardParamMap: { menu_open: 'true' } } },
      cardUpdateOptions: BY_KEY,
    });
    expect(labels('u1')).toEqual(['认领', '关闭', '打开', '转给']);
    expect(labels('u2')).toEqual(['认领', '关闭', '打开']);
    await expect(stage.ding.presses('u1', message, '打开')).rejects.toThrow('address');
    await expect(stage.ding.presses('u2', message, '转给')).rejects.toThrow('no button');
  });

  it('is what the public template shows of it', async () => {
    const msgButtons = [
      { text: '认领', color: 'blue', id: '12|claim', request: true },
      { text: '网页', color: 'gray', url: 'https://a.cn' },
    ];
    const values = {
      flowStatus: '3',
      msgTitle: '工单',
      msgContent: String.raw`第一行  ${'\n'}\*不是\*`,
      staticMsgContent: '',
      sys_full_json_obj: JSON.stringify({ order: ['msgTitle', 'msgContent', 'msgButtons'], msgButtons }),
    };
    const client = await stage.stream();
    client.take = ({ headers }) => {
      client.socketCallBackResponse(headers.messageId, {});
    };
    const message = await stage.card('t1', values, { cardTemplateId: PUBLIC });
    expect(stage.ding.reads(GROUP, 'u1')[0]?.text).toBe('工单\n第一行\n*不是*');
    await stage.ding.presses('u1', message, '认领');
    expect(parsed(String(client.data(0)['content']))).toEqual({
      cardPrivateData: { actionIds: ['12|claim'], params: {} },
    });
    expect(stage.ding.findings).toEqual([]);
  });
});

describe('changing a card', () => {
  it('changes what is named for everybody, under what is their own', async () => {
    await create('t1', { title: '一', status: '甲' }, { privateData: { u1: { cardParamMap: { status: '我' } } } });
    await update({ outTrackId: 't1', cardData: { cardParamMap: { status: '乙' } }, cardUpdateOptions: BY_KEY });
    expect(stage.ding.view('t1', 'u1')?.values).toEqual({ title: '一', status: '我' });
    expect(stage.ding.view('t1', 'u2')?.values).toEqual({ title: '一', status: '乙' });
    await update({
      outTrackId: 't1',
      privateData: { u1: { cardParamMap: { status: '' } } },
      cardUpdateOptions: BY_KEY,
    });
    expect(stage.ding.view('t1', 'u1')?.values).toEqual({ title: '一', status: '乙' });
    expect(stage.ding.findings).toEqual([]);
  });

  it('throws the rest away unless it is told not to', async () => {
    await create('t1', { title: '一', status: '甲' });
    await update({ outTrackId: 't1', cardData: { cardParamMap: { status: '乙' } } });
    expect(stage.ding.view('t1', 'u1')?.values).toEqual({ status: '乙' });
    expect(stage.ding.findings).toEqual([expect.stringContaining('updateCardDataByKey')]);
  });

  it('is refused where there is nothing to change', async () => {
    const message = await stage.card('t1', { title: 'x' });
    const change = { cardData: { cardParamMap: { title: 'y' } }, cardUpdateOptions: BY_KEY };
    const code = async (body: Json) => (await update(body)).body['code'];
    expect(await code(change)).toBe('param.outTrackIdEmpty');
    expect(await code({ ...change, outTrackId: 'none' })).toBe('param.cardNotExist');
    expect(await code({ outTrackId: 't1' })).toBe('param.cardDataAndPrivateDataBothEmpty');
    stage.ding.deletes(message);
    expect(await code({ ...change, outTrackId: 't1' })).toBe('param.cardNotExist');
  });
});

describe('a form', () => {
  const FIELDS = [
    { name: '_', type: 'TEXT', hidden: true, defaultValue: '{"n":1}' },
    { name: 'text', label: '内容', type: 'TEXT', required: true, requiredMsg: '请填写' },
    { name: 'more', label: '备注', type: 'TEXT' },
    {
      name: 'to',
      label: '转给',
      type: 'SELECT',
      required: true,
      options: [
        { value: 'a', text: '甲' },
        { value: 'b', text: '乙' },
      ],
      defaultValue: { index: 0, value: 'a' },
    },
  ];
  const form = {
    form: JSON.stringify({ fields: FIELDS }),
    form_open: 'true',
    form_button: '提交',
    form_status: 'normal',
  };

  it('is there for whom it stands open, and is sent with what is hidden', async () => {
    const { form_open: open, ...closedForm } = form;
    const opened = { u1: { cardParamMap: { form_open: open } } };
    const message = await stage.card('t1', { title: 'x', ...closedForm }, { privateData: opened });
    const client = await stage.stream();
    client.take = ({ headers }) => {
      client.socketCallBackResponse(headers.messageId, {});
    };
    expect(stage.ding.view('t1', 'u2')?.form).toBeNull();
    expect(stage.ding.view('t1', 'u1')?.form).toMatchObject({ submit: '提交', enabled: true });
    await expect(stage.ding.submits('u2', message, {})).rejects.toThrow('no form');
    await expect(stage.ding.submits('u1', message, { to: 'b' })).rejects.toThrow('请填写');
    await expect(stage.ding.submits('u1', message, { text: 'x', to: 'c' })).rejects.toThrow('offers no c');
    await expect(stage.ding.submits('u1', message, { _: 'x' })).rejects.toThrow('no field _');
    await stage.ding.submits('u1', message, { text: '好', to: 'b' });
    expect(parsed(String(client.data(0)['content']))).toEqual({
      cardPrivateData: {
        actionIds: ['form'],
        params: { form: { _: '{"n":1}', text: '好', to: { index: 1, value: 'b' } } },
      },
    });
    const closed = { u1: { cardParamMap: { form_status: 'disabled' } } };
    await update({ outTrackId: 't1', privateData: closed, cardUpdateOptions: BY_KEY });
    await expect(stage.ding.submits('u1', message, { text: '好' })).rejects.toThrow('cannot be sent');
    expect(stage.ding.findings).toEqual([]);
  });
});

it('says which template a card is of', async () => {
  await create('t1', { title: 'x' });
  expect(stage.ding.view('t1', 'u1')).toMatchObject({ outTrackId: 't1', template: TEMPLATE });
});
