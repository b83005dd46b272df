import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { card, cardTo, HAN, LILEI, openStage, textTo, type Stage } from './stand-in.ts';

let stage: Stage;
beforeEach(async () => {
  stage = await openStage();
});
afterEach(async () => {
  await stage.close();
});

const texts = (user: string): readonly string[] => stage.wecom.inbox(user).map((m) => m.text);

describe('tokens', () => {
  it('are the same until they end, and one for each app', async () => {
    const first = await stage.token();
    expect(await stage.token()).toBe(first);
    expect(stage.wecom.count('gettoken')).toBe(2);
    const other = stage.wecom.addApp();
    expect(await stage.token(other.agentId)).not.toBe(first);
    stage.clock.advance(7_200_000);
    expect(await stage.token()).not.toBe(first);
  });

  it('are refused by the number that says why', async () => {
    const { url, corpId, app } = stage.wecom;
    const ask = async (path: string): Promise<unknown> =>
      ((await (await fetch(`${url}/cgi-bin/${path}`)).json()) as { errcode: number }).errcode;
    expect(await ask(`gettoken?corpid=${corpId}&corpsecret=no`)).toBe(40001);
    expect(await ask(`gettoken?corpid=ww9&corpsecret=${app.secret}`)).toBe(40013);
    expect(await ask('user/get?userid=x')).toBe(41001);
    expect(await ask('user/get?userid=x&access_token=no')).toBe(40014);
    const token = await stage.token();
    stage.clock.advance(7_200_000);
    expect(await ask(`user/get?userid=${LILEI}&access_token=${token}`)).toBe(42001);
    const next = await stage.token();
    stage.wecom.revokeTokens();
    expect(await ask(`user/get?userid=${LILEI}&access_token=${next}`)).toBe(40014);
    expect(await stage.token()).not.toBe(next);
  });
});

describe('message/send', () => {
  it('reaches whom it names, whatever the case, and says whom it does not', async () => {
    const answer = await stage.post('message/send', textTo(stage, 'lilei|NOBODY|hidden', '你好'));
    expect(answer).toMatchObject({ errcode: 0, invaliduser: 'nobody|hidden' });
    expect(texts(LILEI)).toEqual(['你好']);
    expect(texts(HAN)).toEqual([]);
    const post = async (path: string, body: unknown) => stage.post(path, body);
    expect(await post('message/send', textTo(stage, 'nobody', '你好'))).toMatchObject({ errcode: 81013 });
    expect(await post('message/send', textTo(stage, '', '你好'))).toMatchObject({ errcode: 82001 });
    expect(await post('message/send', { ...textTo(stage, '@all', '大家好'), agentid: 9 })).toMatchObject({
      errcode: 301002,
    });
    expect(await post('message/send', { ...textTo(stage, '@all', '大家好'), agentid: 'x' })).toMatchObject({
      errcode: 40056,
    });
    await post('message/send', textTo(stage, '@all', '大家好'));
    expect(texts(HAN)).toEqual(['大家好']);
  });

  it('reaches nobody who never logged in, and comes from no app that was switched off', async () => {
    stage.wecom.changeMember(HAN, { active: false });
    expect(await stage.post('message/send', textTo(stage, HAN, '你好'))).toMatchObject({
      errcode: 81013,
      invaliduser: HAN,
    });
    const off = stage.wecom.addApp({ disabled: true });
    const body = { ...textTo(stage, LILEI, '你好'), agentid: off.agentId };
    expect(await stage.post('message/send', body, off.agentId)).toMatchObject({ errcode: 50003 });
  });

  it('cuts a text at 2 048 bytes and through no character, and takes no empty one', async () => {
    await stage.post('message/send', textTo(stage, HAN, '好'.repeat(700)));
    expect(texts(HAN)).toEqual(['好'.repeat(682)]);
    expect(stage.wecom.inbox(HAN)[0]?.warnings).toEqual(['text: 2100 of 2048 bytes, cut']);
    expect(await stage.post('message/send', textTo(stage, HAN, ''))).toMatchObject({ errcode: 44004 });
    const markdown = {
      touser: HAN,
      msgtype: 'markdown',
      agentid: stage.wecom.app.agentId,
      markdown: { content: 'x'.repeat(2_049) },
    };
    expect(await stage.post('message/send', markdown)).toMatchObject({ errcode: 45002 });
  });

  it('drops in silence what is over thirty a minute for one member', async () => {
    for (let i = 1; i <= 31; i += 1) {
      const answer = await stage.post('message/send', textTo(stage, HAN, String(i)));
      expect(answer).toMatchObject({ errcode: 0 });
    }
    expect(
      stage.wecom
        .inbox(HAN)
        .filter((m) => m.dropped)
        .map((m) => m.text),
    ).toEqual(['31']);
    stage.clock.advance(60_000);
    await stage.post('message/send', textTo(stage, HAN, 'later'));
    expect(stage.wecom.inbox(HAN).at(-1)).toMatchObject({ text: 'later', dropped: false });
  });

  it('drops what is over so many an hour as well', async () => {
    stage.wecom.perMember = { minute: 30, hour: 2 };
    for (const text of ['1', '2', '3']) {
      await stage.post('message/send', textTo(stage, HAN, text));
      stage.clock.advance(60_000);
    }
    expect(stage.wecom.inbox(HAN).map((m) => m.dropped)).toEqual([false, false, true]);
    expect(stage.wecom.sent[2]).toMatchObject({ to: [HAN], dropped: [HAN] });
  });

  it('delivers the same words once while it is asked to look', async () => {
    const body = { ...textTo(stage, HAN, '一次'), enable_duplicate_check: 1, duplicate_check_interval: 600 };
    const first = await stage.post('message/send', body);
    expect(await stage.post('message/send', body)).toMatchObject({ errcode: 0, msgid: first['msgid'] });
    expect(texts(HAN)).toEqual(['一次']);
    stage.clock.advance(600_000);
    await stage.post('message/send', body);
    expect(texts(HAN)).toHaveLength(2);
  });

  it('takes no escapes in the body, and no broken JSON', async () => {
    const send = async (body: string): Promise<unknown> => {
      const answer = await fetch(`${stage.wecom.url}/cgi-bin/message/send?access_token=${await stage.token()}`, {
        method: 'POST',
        body,
      });
      return ((await answer.json()) as { errcode: number }).errcode;
    };
    const body = JSON.stringify(textTo(stage, HAN, 'MARK'));
    expect(await send(body.replace('MARK', '\\u4f60'))).toBe(40033);
    expect(await send(body.replace('MARK', '\\\\u4f60'))).toBe(0);
    expect(texts(HAN)).toEqual(['\\u4f60']);
    expect(await send('{')).toBe(40058);
  });

  it('is taken back within a day, by the app that sent it', async () => {
    const { msgid } = await stage.post('message/send', textTo(stage, HAN, '错了'));
    const other = stage.wecom.addApp();
    expect(await stage.post('message/recall', { msgid }, other.agentId)).toMatchObject({ errcode: 40058 });
    stage.clock.advance(86_400_001);
    expect(await stage.post('message/recall', { msgid })).toMatchObject({ errcode: 42052 });
    const again = await stage.post('message/send', textTo(stage, HAN, '又错'));
    expect(await stage.post('message/recall', { msgid: again['msgid'] })).toMatchObject({ errcode: 0 });
    expect(stage.wecom.inbox(HAN).map((m) => m.recalled)).toEqual([false, true]);
  });
});

describe('files', () => {
  const upload = async (path: string, name: string, bytes: Uint8Array): Promise<Record<string, unknown>> => {
    const form = new FormData();
    form.append('media', new Blob([new Uint8Array(bytes)]), name);
    const answer = await fetch(`${stage.wecom.url}/cgi-bin/${path}`, { method: 'POST', body: form });
    return (await answer.json()) as Record<string, unknown>;
  };

  it('are kept for three days', async () => {
    const bytes = Buffer.from('a,b\n1,2\n');
    const path = `media/upload?type=file&access_token=${await stage.token()}`;
    const { media_id } = await upload(path, '报表.csv', bytes);
    const got = await fetch(
      `${stage.wecom.url}/cgi-bin/media/get?access_token=${await stage.token()}&media_id=${String(media_id)}`,
    );
    expect(Buffer.from(await got.arrayBuffer())).toEqual(bytes);
    const body = { touser: HAN, msgtype: 'file', agentid: stage.wecom.app.agentId, file: { media_id } };
    expect(await stage.post('message/send', body)).toMatchObject({ errcode: 0 });
    expect(stage.wecom.inbox(HAN)[0]).toMatchObject({ kind: 'file', text: '报表.csv', file: { name: '报表.csv' } });
    expect(await stage.post('message/send', { ...body, msgtype: 'image', image: { media_id } })).toMatchObject({
      errcode: 40007,
    });
    stage.clock.advance(3 * 86_400_000 + 1);
    expect(await stage.get('media/get', { media_id: String(media_id) })).toMatchObject({ errcode: 40007 });
    expect(
      await upload(path.replace(/token=.*/u, `token=${await stage.token()}`), 'x', Buffer.from('tiny')),
    ).toMatchObject({ errcode: 40006 });
  });

  it('of a message push are of that one alone', async () => {
    const [a, b] = ['key-a-0123456789', 'key-b-0123456789'];
    stage.wecom.addWebhook(a);
    stage.wecom.addWebhook(b);
    const { media_id } = await upload(`webhook/upload_media?key=${a}&type=file`, 'a.txt', Buffer.from('hello world'));
    const body = { msgtype: 'file', file: { media_id } };
    expect(await stage.post(`webhook/send?key=${b}`, body)).toMatchObject({ errcode: 40007 });
    expect(await stage.post(`webhook/send?key=${a}`, body)).toMatchObject({ errcode: 0 });
    expect(stage.wecom.webhook(a)[0]?.file?.name).toBe('a.txt');
  });
});

describe('groups', () => {
  const KEY = 'key-0123456789abcdef';

  it('of the app take everything but cards, and are nobody else’s', async () => {
    const { chatid } = await stage.post('appchat/create', { name: '售后', owner: LILEI, userlist: [LILEI, HAN] });
    const say = { chatid, msgtype: 'text', text: { content: '看 <@hanmeimei> <@ghost>' } };
    expect(await stage.post('appchat/send', say)).toEqual({ errcode: 0, errmsg: 'ok', new_answer_field: null });
    expect(stage.wecom.appchat(String(chatid)).messages).toMatchObject([{ kind: 'text', at: [HAN] }]);
    const send = { chatid, msgtype: 'template_card', template_card: card('t-1') };
    expect(await stage.post('appchat/send', send)).toMatchObject({ errcode: 40008 });
    const other = stage.wecom.addApp();
    expect(await stage.post('appchat/send', say, other.agentId)).toMatchObject({ errcode: 86008 });
    expect(await stage.get('appchat/get', { chatid: String(chatid) })).toMatchObject({ chat_info: { owner: LILEI } });
    expect(await stage.post('appchat/create', { userlist: [LILEI] })).toMatchObject({ errcode: 86007 });
  });

  it('are pushed to twenty times a minute, with notices for cards', async () => {
    stage.wecom.addWebhook(KEY);
    const notice = {
      card_type: 'text_notice',
      main_title: { title: '新工单' },
      card_action: { type: 1, url: 'https://a.example/t/1' },
    };
    const push = async (body: unknown) => stage.post(`webhook/send?key=${KEY}`, body);
    expect(await push({ msgtype: 'template_card', template_card: notice })).toMatchObject({ errcode: 0 });
    expect(await push({ msgtype: 'template_card', template_card: card('t-1') })).toMatchObject({ errcode: 40008 });
    expect(stage.wecom.webhook(KEY)).toMatchObject([{ card: { title: '新工单', opens: 'https://a.example/t/1' } }]);
    expect(await push({ msgtype: 'markdown', markdown: { content: 'x'.repeat(4_097) } })).toMatchObject({
      errcode: 40058,
    });
    for (let i = 3; i < 20; i += 1) await push({ msgtype: 'markdown_v2', markdown_v2: { content: `- ${i}` } });
    expect(await push({ msgtype: 'text', text: { content: 'over' } })).toMatchObject({ errcode: 45009 });
    stage.wecom.removeWebhook(KEY);
    expect(await push({ msgtype: 'text', text: { content: 'gone' } })).toMatchObject({ errcode: 93000 });
  });
});

describe('people', () => {
  it('are known to an app that may see them', async () => {
    expect(await stage.get('user/get', { userid: 'lilei' })).toMatchObject({
      userid: LILEI,
      name: '李雷',
      biz_mail: 'lilei@tea.example',
    });
    stage.wecom.hidesMail = true;
    expect(await stage.get('user/get', { userid: LILEI })).not.toHaveProperty('biz_mail');
    expect(await stage.get('user/get', { userid: 'nobody' })).toMatchObject({ errcode: 60111 });
    expect(await stage.get('user/get', { userid: 'hidden' })).toMatchObject({ errcode: 60011 });
    stage.wecom.addDepartment({ id: 2, name: '售后', parent: 1 });
    stage.wecom.addMember({ userId: 'u3', name: '小三', departments: [2] });
    const users = async (query: Record<string, string>) =>
      ((await stage.get('user/simplelist', query))['userlist'] as { userid: string }[]).map((u) => u.userid);
    expect(await users({ department_id: '1', fetch_child: '1' })).toEqual([LILEI, HAN, 'u3']);
    expect(await users({ department_id: '2' })).toEqual(['u3']);
    expect(await stage.get('department/simplelist')).toMatchObject({
      department_id: [
        { id: 1, parentid: 0 },
        { id: 2, parentid: 1 },
      ],
    });
    expect(await stage.post('batch/openuserid_to_userid', { open_userid_list: ['wo-open-LiLei', 'x'] })).toMatchObject({
      userid_list: [{ open_userid: 'wo-open-LiLei', userid: LILEI }],
      invalid_open_userid_list: ['x'],
    });
  });

  it('come back from the authorize page with a code that is good once, for five minutes', async () => {
    const { wecom } = stage;
    const query = new URLSearchParams({
      appid: wecom.corpId,
      redirect_uri: 'http://localhost:1/wecom/open?x=1',
      response_type: 'code',
      scope: 'snsapi_base',
      state: 'st',
      agentid: String(wecom.app.agentId),
    });
    const open = async (): Promise<URL> => {
      const answer = await fetch(`${wecom.url}/connect/oauth2/authorize?${String(query)}`, { redirect: 'manual' });
      expect(answer.status).toBe(302);
      return new URL(answer.headers.get('location') ?? '');
    };
    expect((await fetch(`${wecom.url}/connect/oauth2/authorize?${String(query)}`, { redirect: 'manual' })).status).toBe(
      200,
    );
    wecom.phone = LILEI;
    const back = await open();
    expect([back.pathname, back.searchParams.get('x'), back.searchParams.get('state')]).toEqual([
      '/wecom/open',
      '1',
      'st',
    ]);
    const code = back.searchParams.get('code') ?? '';
    expect(await stage.get('auth/getuserinfo', { code })).toMatchObject({ errcode: 0, userid: LILEI });
    expect(await stage.get('auth/getuserinfo', { code })).toMatchObject({ errcode: 40029 });
    const late = (await open()).searchParams.get('code') ?? '';
    stage.clock.advance(300_000);
    expect(await stage.get('auth/getuserinfo', { code: late })).toMatchObject({ errcode: 40029 });
  });

  it('see the menu that the app made', async () => {
    const agentid = String(stage.wecom.app.agentId);
    const menu = { button: [{ name: '工单', sub_button: [{ type: 'click', name: '我的工单', key: 'mine' }] }] };
    expect(await stage.post(`menu/create?agentid=${agentid}`, menu)).toMatchObject({ errcode: 0 });
    expect(await stage.get('menu/get', { agentid })).toMatchObject(menu);
    await stage.wecom.clicksMenu(LILEI, '我的工单');
    expect(stage.wecom.deliveries[0]).toMatchObject({ what: 'click', acked: true });
    expect(await stage.post(`menu/create?agentid=${agentid}`, { button: [] })).toMatchObject({ errcode: 40016 });
    expect(await stage.get('agent/get', { agentid })).toMatchObject({ allow_partys: { partyid: [1] } });
  });
});

describe('what goes wrong on demand', () => {
  it('does so once, or as often as it is told, and after so many calls', async () => {
    const send = async () => stage.post('message/send', textTo(stage, HAN, 'x'));
    stage.wecom.fails('message/send', { pass: 1 }, { errcode: -1, times: 2 }, { invalid: [HAN] });
    expect((await send())['errcode']).toBe(0);
    expect((await send())['errcode']).toBe(-1);
    expect((await send())['errcode']).toBe(-1);
    expect((await send())['errcode']).toBe(81013);
    expect((await send())['errcode']).toBe(0);
    expect(texts(HAN)).toHaveLength(2);
    stage.wecom.fails('message/send', { errcode: 45009, forMs: 60_000 });
    expect([(await send())['errcode'], (await send())['errcode']]).toEqual([45009, 45009]);
    stage.clock.advance(60_000);
    expect((await send())['errcode']).toBe(0);
  });

  it('answers with a page, half of an answer, late, or never', async () => {
    const raw = async (): Promise<Response> =>
      fetch(`${stage.wecom.url}/cgi-bin/message/send?access_token=${await stage.token()}`, {
        method: 'POST',
        body: JSON.stringify(textTo(stage, HAN, 'x')),
      });
    stage.wecom.fails(
      'message/send',
      { html: 502 },
      { truncated: true },
      { lost: true },
      { reset: true },
      { slowMs: 6_000 },
    );
    const page = await raw();
    expect([page.status, page.headers.get('content-type')]).toEqual([502, 'text/html']);
    await expect((await raw()).json()).rejects.toThrow(/JSON/u);
    expect(texts(HAN)).toHaveLength(1);
    await expect(raw()).rejects.toThrow('fetch failed');
    expect(texts(HAN)).toHaveLength(2);
    await expect(raw()).rejects.toThrow('fetch failed');
    expect(texts(HAN)).toHaveLength(2);
    const slow = raw();
    await stage.wecom.until(() => texts(HAN).length === 3);
    stage.clock.advance(6_000);
    expect((await slow).status).toBe(200);
  });

  it('counts calls of what does not exist as findings', async () => {
    expect((await stage.post('message/sned', {}))['errcode']).not.toBe(0);
    expect(stage.wecom.findings).toEqual(['there is no message/sned']);
    await stage.post('message/send', cardTo(stage, HAN, card('t-1')));
    expect(stage.wecom.calls.at(-1)).toMatchObject({ method: 'POST', path: 'message/send', errcode: 0 });
  });
});
