import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { Json } from './block-kit-rules.ts';
import { sign } from './signature.ts';
import { openStage, postJson, refusal, section, send, type Stage } from './stand-in.ts';

let stage: Stage;
beforeEach(async () => {
  stage = await openStage();
});
afterEach(async () => {
  await stage.close();
});

const posted = async (more: Json = {}, channel = 'C1'): Promise<string> => {
  const { ts } = await send(stage.client, channel, 'card', more);
  await stage.slack.settled();
  return ts ?? '';
};
const actions = (...elements: Json[]): Json[] => [{ type: 'actions', block_id: 'b', elements }];
const text = { type: 'plain_text', text: 'Claim' };
const button = { type: 'button', action_id: 'claim', value: 'T-1', text };
const option = (value: string): Json => ({ text: { type: 'plain_text', text: value }, value });

describe('a signature', () => {
  it('is the one of the documentation', () => {
    const body =
      'token=xyzz0WbapA4vBCDEFasx0q6G&team_id=T1DC2JH3J&team_domain=testteamnow&channel_id=G8PSS9T3V&channel_name=foobar&user_id=U2CERLKJA&user_name=roadrunner&command=%2Fwebhook-collect&text=&response_url=https%3A%2F%2Fhooks.slack.com%2Fcommands%2FT1DC2JH3J%2F397700885554%2F96rGlfmibIGlgcZRskXaIFfN&trigger_id=398738663015.47445629121.803a0bc887a14d10d2c447fce8b6703c';
    const secret = '8f742231b10e8888abcd99yyyzzz85a5';
    expect(sign(secret, 1_531_420_618, body)).toBe(
      'v0=a2114d57b48eac39b9ad189dd8316235a7b4a8d21a10bd27519666489c69b503',
    );
  });
});

describe('writing', () => {
  it('tells the event in its envelope, signed', async () => {
    const told = await stage.slack.types('U1', 'C1', 'a & b <x>');
    expect(told).toMatchObject({ status: 200, ts: '1794378600.000000', eventId: expect.stringMatching(/^Ev/) });
    const [heard] = stage.heard;
    expect(heard?.isSigned).toBe(true);
    expect(heard?.headers).toMatchObject({
      'content-type': 'application/json',
      'x-slack-request-timestamp': '1794378600',
    });
    expect(heard?.body).toEqual({
      token: 'verification-token',
      team_id: 'T1',
      context_team_id: 'T1',
      context_enterprise_id: null,
      api_app_id: 'A0GONGDAN',
      event: {
        type: 'message',
        user: 'U1',
        ts: told.ts,
        client_msg_id: expect.any(String),
        text: 'a &amp; b &lt;x&gt;',
        team: 'T1',
        blocks: [
          {
            type: 'rich_text',
            block_id: expect.any(String),
            elements: [{ type: 'rich_text_section', elements: [{ type: 'text', text: 'a & b <x>' }] }],
          },
        ],
        channel: 'C1',
        channel_type: 'channel',
        event_ts: told.ts,
      },
      type: 'event_callback',
      event_id: told.eventId,
      event_time: 1_794_378_600,
      authorizations: [
        { enterprise_id: null, team_id: 'T1', user_id: 'U0BOTT1', is_bot: true, is_enterprise_install: false },
      ],
      is_ext_shared_channel: false,
      event_context: expect.stringMatching(/^4-/),
    });
  });

  it('tells a mention twice, under two ids and one ts', async () => {
    const told = await stage.slack.types('U1', 'C1', '<@U0BOTT1> https://x.cn/a');
    const [message, mention] = stage.events().toSorted((a, b) => String(b['type']).localeCompare(String(a['type'])));
    expect([message, mention]).toMatchObject([
      { type: 'message', ts: told.ts },
      { type: 'app_mention', ts: told.ts, text: '<@U0BOTT1> <https://x.cn/a>' },
    ]);
    expect(mention).not.toHaveProperty('channel_type');
    expect(new Set(stage.heard.map(({ body }) => body['event_id']))).toEqual(
      new Set([told.eventId, told.also[0]?.eventId]),
    );
  });

  it('tells nothing where the bot is not, or what it did not ask for', async () => {
    const { slack } = stage;
    slack.addChannel('T1', { id: 'C2', name: 'other', members: ['U1'], bot: false });
    expect(await slack.types('U1', 'C2', 'x')).toMatchObject({ status: 0, eventId: '' });
    slack.addTeam({ id: 'T1', subscribed: ['app_mention'] });
    expect(await slack.types('U1', 'C1', 'x')).toMatchObject({ status: 0, eventId: '' });
    expect(await slack.types('U1', 'C1', '<@U0BOTT1>')).toMatchObject({ status: 200, also: [] });
    expect(stage.events()).toMatchObject([{ type: 'app_mention' }]);
  });

  it('replies in threads, with files, and is edited and deleted', async () => {
    const { slack } = stage;
    const parent = await slack.types('U1', 'C1', 'a');
    const file = slack.uploads('U2', 'cup.png', Buffer.from('x'));
    const reply = await slack.types('U2', 'C1', 'b', { thread: parent.ts, files: [file] });
    expect(stage.last()).toMatchObject({
      subtype: 'file_share',
      thread_ts: parent.ts,
      parent_user_id: 'U1',
      files: [{ id: file, name: 'cup.png', size: 1, url_private: expect.stringContaining(slack.url) }],
    });
    await slack.edits('U2', 'C1', reply.ts, 'c');
    expect(stage.last()).toMatchObject({
      subtype: 'message_changed',
      hidden: true,
      message: { text: 'c', ts: reply.ts, edited: { user: 'U2' } },
      previous_message: { text: 'b' },
    });
    expect(stage.last()).not.toHaveProperty('user');
    await slack.deletes('U2', 'C1', reply.ts);
    expect(stage.last()).toMatchObject({
      subtype: 'message_deleted',
      deleted_ts: reply.ts,
      previous_message: { text: 'c' },
    });
    expect(slack.thread('C1', parent.ts)).toEqual([]);
    expect(slack.reads('C1', 'U1').map((m) => m.text)).toEqual(['a']);
    await expect(slack.types('U9', 'C1', 'x')).rejects.toThrow('no user U9');
  });

  it("hears of the bot's own words and changes", async () => {
    const ts = await posted();
    expect(stage.last()).toMatchObject({
      type: 'message',
      ts,
      user: 'U0BOTT1',
      bot_id: 'B0BOTT1',
      app_id: 'A0GONGDAN',
      bot_profile: { id: 'B0BOTT1' },
    });
    await stage.client.chat.update({ channel: 'C1', ts, text: 'new' });
    await stage.slack.settled();
    expect(stage.last()).toMatchObject({
      subtype: 'message_changed',
      message: { text: 'new', ts },
      previous_message: { text: 'card' },
    });
    await stage.client.chat.delete({ channel: 'C1', ts });
    await stage.slack.settled();
    expect(stage.last()).toMatchObject({ subtype: 'message_deleted', deleted_ts: ts });
  });

  it('is told again under the same id when asked to', async () => {
    stage.answers(500);
    const told = await stage.slack.types('U1', 'C1', 'x');
    expect(told.status).toBe(500);
    stage.answers(200);
    const again = await stage.slack.repeats(told.eventId, { num: 1, reason: 'http_error' });
    expect(again).toMatchObject({ status: 200, eventId: told.eventId });
    expect(stage.heard[1]).toMatchObject({
      body: stage.heard[0]?.body,
      isSigned: true,
      headers: { 'x-slack-retry-num': '1', 'x-slack-retry-reason': 'http_error' },
    });
  });
});

describe('coming and going', () => {
  it('tells who joins and leaves, who opens the home, and the end', async () => {
    const { slack } = stage;
    await slack.leaves('U2', 'C1');
    await slack.joins('U2', 'C1');
    await slack.removesBot('U1', 'C1');
    await slack.invitesBot('U1', 'C1');
    const members = stage.events().filter(({ type }) => String(type).startsWith('member_'));
    expect(members).toMatchObject([
      { type: 'member_left_channel', user: 'U2', channel: 'C1', channel_type: 'C', team: 'T1' },
      { type: 'member_joined_channel', user: 'U2' },
      { type: 'member_left_channel', user: 'U0BOTT1' },
      { type: 'member_joined_channel', user: 'U0BOTT1', inviter: 'U1' },
    ]);
    await slack.opensHome('U1');
    expect(stage.last()).toEqual({
      type: 'app_home_opened',
      user: 'U1',
      channel: slack.direct('T1', 'U1'),
      tab: 'home',
      event_ts: expect.any(String),
    });
    await slack.uninstalls('T1');
    expect(stage.events().slice(-2)).toMatchObject([
      { type: 'tokens_revoked', tokens: { bot: ['U0BOTT1'] } },
      { type: 'app_uninstalled' },
    ]);
    expect(await refusal(stage.client.auth.test())).toMatchObject({ error: 'account_inactive' });
  });

  it('tells links, which the bot unfurls, and buttons there can be pressed', async () => {
    const { slack, client } = stage;
    const link = 'https://gongdan.example/t/4821?a=1&b=2';
    const told = await slack.shares('U1', 'C1', link);
    const shared = stage.events().find(({ type }) => type === 'link_shared');
    expect(shared).toMatchObject({
      message_ts: told.ts,
      links: [{ url: link, domain: 'gongdan.example' }],
      unfurl_id: expect.any(String),
    });
    await client.chat.unfurl({ channel: 'C1', ts: told.ts, unfurls: { [link]: { blocks: actions(button) as never } } });
    await slack.presses('U1', { channel: 'C1', ts: told.ts }, 'claim');
    expect(stage.last()).toMatchObject({
      container: { type: 'message_attachment', app_unfurl_url: link },
      actions: [{ value: 'T-1' }],
    });
  });
});

describe('a command', () => {
  it('comes as a form, and its answer appears to that person', async () => {
    stage.answers(200, { text: 'done', response_type: 'ephemeral' });
    const told = await stage.slack.slash('U1', 'C1', 'new 快递');
    expect(stage.last()).toEqual({
      token: 'verification-token',
      team_id: 'T1',
      team_domain: 'shop',
      channel_id: 'C1',
      channel_name: 'aftersales',
      user_id: 'U1',
      user_name: 'lilei',
      command: '/ticket',
      text: 'new 快递',
      api_app_id: 'A0GONGDAN',
      is_enterprise_install: 'false',
      response_url: expect.stringContaining(`${stage.slack.url}/commands/T1/`),
      trigger_id: expect.any(String),
    });
    expect(stage.heard[0]).toMatchObject({
      isSigned: true,
      headers: { 'content-type': 'application/x-www-form-urlencoded' },
    });
    expect(stage.slack.reads('C1', 'U1')).toMatchObject([{ ts: told.ts, text: 'done', ephemeralTo: 'U1' }]);
    stage.answers(200, 'plain words');
    await stage.slack.slash('U2', stage.slack.direct('T1', 'U2'), '');
    expect(stage.last()).toMatchObject({ channel_name: 'directmessage', text: '' });
    expect(stage.slack.reads(stage.slack.direct('T1', 'U2'), 'U2').map((m) => m.text)).toEqual(['plain words']);
  });

  it('lends an address for five answers within half an hour', async () => {
    const { slack, clock } = stage;
    await slack.slash('U1', 'C1', 'x');
    const { response_url: url } = stage.last();
    for (const n of [1, 2, 3, 4]) expect((await postJson(url, { text: `${n}` })).status).toBe(200);
    expect(await postJson(url, { text: 'all', response_type: 'in_channel' })).toMatchObject({ status: 200 });
    expect(await postJson(url, { text: '6' })).toEqual({ status: 404, body: { ok: false, error: 'used_url' } });
    expect(slack.reads('C1', 'U2').map((m) => m.text)).toEqual(['all']);
    expect(slack.reads('C1', 'U1')).toHaveLength(5);
    await slack.slash('U1', 'C1', 'x');
    const { response_url: late } = stage.last();
    clock.advance(30 * 60_000);
    expect(await postJson(late, { text: 'x' })).toEqual({ status: 404, body: { ok: false, error: 'expired_url' } });
  });
});

describe('pressing', () => {
  it('sends the whole of it', async () => {
    const ts = await posted({
      blocks: [
        section('card'),
        ...actions(button, {
          type: 'static_select',
          action_id: 'pick',
          options: [option('a'), option('b')],
          initial_option: option('a'),
        }),
      ],
    });
    await stage.slack.presses('U1', { channel: 'C1', ts }, 'claim');
    expect(stage.heard.at(-1)?.raw).toMatch(/^payload=/);
    expect(stage.last()).toEqual({
      type: 'block_actions',
      team: { id: 'T1', domain: 'shop' },
      user: { id: 'U1', username: 'lilei', name: 'lilei', team_id: 'T1' },
      api_app_id: 'A0GONGDAN',
      token: 'verification-token',
      trigger_id: expect.any(String),
      enterprise: null,
      is_enterprise_install: false,
      container: { type: 'message', message_ts: ts, channel_id: 'C1', is_ephemeral: false },
      channel: { id: 'C1', name: 'aftersales' },
      message: expect.objectContaining({ ts, text: 'card', bot_id: 'B0BOTT1' }),
      state: { values: { b: { pick: { type: 'static_select', selected_option: option('a') } } } },
      response_url: expect.stringContaining(`${stage.slack.url}/actions/T1/`),
      actions: [{ ...button, block_id: 'b', action_ts: expect.any(String) }],
    });
    await stage.slack.presses('U1', { channel: 'C1', ts }, 'pick', 'b');
    expect(stage.last()).toMatchObject({
      actions: [{ type: 'static_select', selected_option: option('b') }],
      state: { values: { b: { pick: { selected_option: option('b') } } } },
    });
  });

  it('cannot be done where there is nothing to press', async () => {
    const at = {
      channel: 'C1',
      ts: await posted({ blocks: actions(button, { type: 'overflow', action_id: 'more', options: [option('a')] }) }),
    };
    const { slack, client } = stage;
    await expect(slack.presses('U1', at, 'close')).rejects.toThrow('U1 finds no close there');
    await expect(slack.presses('U1', at, 'more', 'z')).rejects.toThrow('more offers no z');
    await expect(slack.presses('U1', at, 'more')).rejects.toThrow('more wants a choice');
    await expect(slack.presses('U1', at, 'claim', 'x')).rejects.toThrow('offers no choice');
    await expect(slack.presses('U1', 'home', 'claim')).rejects.toThrow('no home open');
    await client.chat.postEphemeral({ channel: 'C1', user: 'U1', text: 'x', blocks: actions(button) as never });
    const { ts = '' } = slack.messages().at(-1) ?? {};
    await expect(slack.presses('U2', { channel: 'C1', ts }, 'claim')).rejects.toThrow('sees no message');
    await slack.presses('U1', { channel: 'C1', ts }, 'claim');
    expect(stage.last()).toMatchObject({ container: { is_ephemeral: true } });
    expect(stage.last()).not.toHaveProperty('message');
    const { response_url: url } = stage.last();
    await postJson(url, { replace_original: true, text: 'done' });
    expect(slack.reads('C1', 'U1').at(-1)).toMatchObject({ ts, text: 'done', blocks: [], ephemeralTo: 'U1' });
    await postJson(url, { delete_original: true });
    expect(slack.messages().some((m) => m.ts === ts)).toBe(false);
  });

  it('is told of a link button and of shortcuts', async () => {
    const { slack } = stage;
    const at = { channel: 'C1', ts: await posted({ blocks: actions({ ...button, url: 'https://x.cn' }) }) };
    expect(await slack.presses('U1', at, 'claim')).toMatchObject({ status: 200 });
    await slack.shortcut('U1', 'ticket_new');
    expect(stage.last()).toMatchObject({ type: 'shortcut', callback_id: 'ticket_new', trigger_id: expect.any(String) });
    expect(stage.last()).not.toHaveProperty('channel');
    await slack.shortcut('U1', 'ticket_from_message', at);
    expect(stage.last()).toMatchObject({
      type: 'message_action',
      message_ts: at.ts,
      message: { ts: at.ts },
      channel: { id: 'C1' },
      response_url: expect.any(String),
    });
  });
});

describe('what is sent by hand', () => {
  it('is signed as told', async () => {
    const { slack } = stage;
    await slack.sends({ type: 'x' });
    await slack.sends({ type: 'x' }, { signature: null });
    await slack.sends({ type: 'x' }, { signature: 'v0=00', skew: -301 });
    await slack.sends({ a: 'b' }, { as: 'form' });
    await slack.sends({ a: 'b' }, { as: 'payload' });
    await slack.sends('{', { as: 'raw', contentType: 'text/plain' });
    expect(stage.heard.map((h) => h.isSigned)).toEqual([true, false, false, true, true, true]);
    expect(stage.heard[2]?.headers).toMatchObject({ 'x-slack-request-timestamp': '1794378299' });
    expect(stage.heard.slice(3).map((h) => h.raw)).toEqual(['a=b', 'payload=%7B%22a%22%3A%22b%22%7D', '{']);
    slack.connect(null);
    expect(await slack.types('U1', 'C1', 'x')).toMatchObject({ status: 0 });
  });
});
