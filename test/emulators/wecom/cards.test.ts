import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { Json } from '../json.ts';
import { card, cardTo, HAN, LILEI, openStage, type Stage } from './stand-in.ts';

let stage: Stage;
beforeEach(async () => {
  stage = await openStage();
});
afterEach(async () => {
  await stage.close();
});

const send = async (content: Json, to = `${LILEI}|${HAN}`): Promise<Json> =>
  stage.post('message/send', cardTo(stage, to, content));

const change = async (code: unknown, more: Json): Promise<Json> =>
  stage.post('message/update_template_card', { agentid: stage.wecom.app.agentId, response_code: code, ...more });

const claimed: Json = {
  card_type: 'button_interaction',
  main_title: { title: '#T-1 登录失败', desc: '李雷 已认领' },
  button_list: [{ text: '解决', style: 1, key: 'resolve' }],
};

describe('what a card must be', () => {
  const list = (count: number, one: (i: number) => Json): readonly Json[] =>
    Array.from({ length: count }, (_, i) => one(i));
  const options = (count: number) => list(count, (i) => ({ id: `o${i}`, text: `选${i}` }));
  const button = (more: Json): Json => ({ button_list: [{ text: '认领', style: 1, key: 'k', ...more }] });
  const row = (more: Json): Json => ({ horizontal_content_list: [{ keyname: '渠道', value: 'x', ...more }] });

  it.each<[number, string, Json]>([
    [42031, 'an unknown type', { card_type: 'other' }],
    [42014, 'no task', { task_id: undefined }],
    [42014, 'a task with other characters', { task_id: 'gd:1' }],
    [42014, 'a task that is too long', { task_id: 'x'.repeat(129) }],
    [40058, 'no title', { main_title: { desc: 'x' } }],
    [42027, 'a row without a name', row({ keyname: '' })],
    [42028, 'a row with a bad address', row({ type: 1, url: 'a.example' })],
    [42050, 'a row of nobody', row({ type: 3 })],
    [42035, 'seven rows', { horizontal_content_list: list(7, () => ({ keyname: 'k' })) }],
    [42045, 'an action of no type', { card_action: { type: 3 } }],
    [40058, 'no buttons', { button_list: [] }],
    [40058, 'seven buttons', { button_list: list(7, (i) => ({ text: 'x', key: `k${i}` })) }],
    [42038, 'a button without a label', button({ text: '' })],
    [42039, 'a button without a key', button({ key: '' })],
    [42039, 'a key that is too long', button({ key: '好'.repeat(342) })],
    [42039, 'two buttons of one key', { button_list: list(2, () => ({ text: 'x', key: 'k' })) }],
    [42028, 'a button with a bad address', button({ type: 1, url: 'x' })],
    [42043, 'a question without a key', { button_selection: { option_list: options(2) } }],
    [40058, 'eleven options', { button_selection: { question_key: 'q', option_list: options(11) } }],
    [42041, 'an option without a text', { button_selection: { question_key: 'q', option_list: [{ id: 'a' }] } }],
    [
      42051,
      'a menu entry with the key of a button',
      { action_menu: { desc: 'x', action_list: [{ text: 'x', key: 'claim' }] } },
    ],
    [
      42047,
      'four lists',
      {
        card_type: 'multiple_interaction',
        select_list: list(4, (i) => ({ question_key: `q${i}`, option_list: options(2) })),
      },
    ],
    [
      42046,
      'a form that cannot be sent',
      { card_type: 'vote_interaction', checkbox: { question_key: 'q', option_list: options(2) } },
    ],
    [
      42042,
      'four jumps',
      {
        card_type: 'text_notice',
        card_action: { type: 1, url: 'https://a.example' },
        jump_list: list(4, () => ({ title: 'x' })),
      },
    ],
    [42045, 'a notice that opens nothing', { card_type: 'text_notice' }],
  ])('%i: %s', async (errcode, _what, more) => {
    expect(await send(card('t-1', more))).toMatchObject({ errcode });
    expect(stage.wecom.inbox(LILEI)).toEqual([]);
  });

  it('can be longer than recommended, with a warning', async () => {
    await send(card('t-1', { main_title: { title: '长'.repeat(37) }, jump_list: [] }));
    expect(stage.wecom.inbox(LILEI)[0]?.warnings).toEqual([
      'jump_list is not shown on button_interaction',
      'title: 37 of 36 characters',
    ]);
    await send(card('t-2'));
    expect(stage.wecom.inbox(LILEI)[1]?.warnings).toEqual([]);
  });

  it('has a task that was never used, in one app', async () => {
    expect(await send(card('t-1'))).toMatchObject({ errcode: 0 });
    expect(await send(card('t-1'))).toMatchObject({ errcode: 42014 });
    const other = stage.wecom.addApp();
    stage.wecom.connect('http://127.0.0.1:9/', other.agentId);
    const body = { ...cardTo(stage, HAN, card('t-1')), agentid: other.agentId };
    expect(await stage.post('message/send', body, other.agentId)).toMatchObject({ errcode: 0 });
  });

  it('needs a callback, if it can be pressed', async () => {
    stage.wecom.connect(null);
    expect(await send(card('t-1'))).toMatchObject({ errcode: 43012 });
    const notice = {
      card_type: 'text_notice',
      main_title: { title: 'x' },
      card_action: { type: 1, url: 'https://a.example' },
    };
    const answer = await send(notice);
    expect(answer).toMatchObject({ errcode: 0 });
    expect(answer).not.toHaveProperty('response_code');
  });
});

describe('what a code changes', () => {
  it('is the card of whom it names, once', async () => {
    const { response_code: code } = await send(card('t-1'));
    expect(await change(code, { userids: [HAN], template_card: claimed })).toMatchObject({
      errcode: 0,
      invaliduser: [],
    });
    expect(stage.wecom.view(HAN, 't-1')).toMatchObject({
      desc: '李雷 已认领',
      taskId: 't-1',
      changes: 1,
      buttons: [{ text: '解决', key: 'resolve' }],
    });
    expect(stage.wecom.view(LILEI, 't-1')).toMatchObject({ desc: '等待认领', changes: 0 });
    expect(await change(code, { atall: 1, template_card: claimed })).toMatchObject({ errcode: 60140 });
  });

  it('is everybody’s with atall, by the code of a press as well', async () => {
    await send(card('t-1'));
    const { responseCode } = await stage.wecom.presses(LILEI, 't-1', '认领');
    expect(await change(responseCode, { atall: 1, button: { replace_name: '已认领' } })).toMatchObject({ errcode: 0 });
    for (const user of [LILEI, HAN])
      expect(stage.wecom.view(user, 't-1')).toMatchObject({ greyed: '已认领', buttons: [] });
    await expect(stage.wecom.presses(HAN, 't-1', '认领')).rejects.toThrow('greyed: 已认领');
    expect(stage.wecom.sent[0]?.codesLeft).toBe(1);
    await send(card('t-2'), HAN);
    const { responseCode: next } = await stage.wecom.presses(HAN, null, '转派');
    await change(next, { atall: 1, template_card: { ...claimed, main_title: { title: '长'.repeat(40) } } });
    expect(stage.wecom.inbox(HAN)[1]?.warnings).toEqual(['changed: title: 40 of 36 characters']);
  });

  it('ends after 72 hours, and is not for other apps, nor for whom it was not sent to', async () => {
    const { response_code: code } = await send(card('t-1'), HAN);
    expect(await change(code, { userids: [LILEI], template_card: claimed })).toMatchObject({ errcode: 82102 });
    const other = stage.wecom.addApp();
    const body = { agentid: other.agentId, response_code: code, atall: 1, template_card: claimed };
    expect(await stage.post('message/update_template_card', body, other.agentId)).toMatchObject({ errcode: 60140 });
    expect(await change(code, { atall: 1, template_card: claimed, button: { replace_name: 'x' } })).toMatchObject({
      errcode: 40058,
    });
    expect(await change(code, { atall: 1, template_card: { ...claimed, button_list: [] } })).toMatchObject({
      errcode: 40058,
    });
    stage.clock.advance(3 * 86_400_000);
    expect(await change(code, { atall: 1, template_card: claimed })).toMatchObject({ errcode: 60140 });
    expect(stage.wecom.view(HAN, 't-1')?.changes).toBe(0);
  });
});

describe('what people do on a card', () => {
  it('comes with what they chose, and what stood chosen', async () => {
    const selection = {
      question_key: 'who',
      title: '转给',
      selected_id: 'b',
      option_list: [
        { id: 'a', text: '甲' },
        { id: 'b', text: '乙' },
      ],
    };
    await send(card('t-1', { button_selection: selection }));
    const told = await stage.wecom.presses(HAN, null, '转派', { who: 'a' });
    expect(told.xml).toContain(
      '<SelectedItems><SelectedItem><QuestionKey><![CDATA[who]]></QuestionKey><OptionIds><OptionId><![CDATA[a]]></OptionId></OptionIds></SelectedItem></SelectedItems>',
    );
    expect((await stage.wecom.presses(HAN, null, 'assign')).xml).toContain('<OptionId><![CDATA[b]]></OptionId>');
    await expect(stage.wecom.presses(HAN, null, '转派', { who: 'c' })).rejects.toThrow('offers no c');
    await expect(stage.wecom.presses('hidden', null, '转派')).rejects.toThrow('has no card');
  });

  it('can be in its menu', async () => {
    await send(card('t-1', { action_menu: { desc: '更多', action_list: [{ text: '静音', key: 'mute' }] } }));
    const told = await stage.wecom.menuPress(HAN, 't-1', '静音');
    expect(told).toMatchObject({ what: 'template_card_menu_event', acked: true });
    expect(told.xml).toContain('<EventKey><![CDATA[mute]]></EventKey><TaskId><![CDATA[t-1]]></TaskId>');
    expect(await change(told.responseCode, { atall: 1, template_card: claimed })).toMatchObject({ errcode: 0 });
  });
});
