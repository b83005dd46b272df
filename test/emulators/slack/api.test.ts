import { WebClient } from '@slack/web-api';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { Json } from './block-kit-rules.ts';
import { openStage, refusal, section, send, type Stage } from './stand-in.ts';

let stage: Stage;
beforeEach(async () => {
  stage = await openStage();
});
afterEach(async () => {
  await stage.close();
});

const post = async (text: string, more: Json = {}): Promise<string> => {
  const { ts } = await send(stage.client, 'C1', text, more);
  return ts ?? '';
};
const stored = (ts: string) => stage.slack.messages().find((m) => m.ts === ts);

describe('posting', () => {
  it('stores what was sent, with ids, and says who it was', async () => {
    const blocks = [section('*hi*')];
    const answer = await send(stage.client, 'C1', 'hi', { blocks });
    expect(answer).toMatchObject({ channel: 'C1', message: { text: 'hi', user: 'U0BOTT1', bot_id: 'B0BOTT1' } });
    expect(stored(answer.ts ?? '')).toMatchObject({
      text: 'hi',
      blocks,
      user: 'U0BOTT1',
      botId: 'B0BOTT1',
      threadTs: null,
    });
    expect(stored(answer.ts ?? '')?.blocks[0]).toHaveProperty('block_id');
    expect(stage.slack.findings).toEqual([]);
  });

  it('gives keys by its clock that are unique though the clock stands still', async () => {
    const [a, b] = [await post('a'), await post('b')];
    expect([a, b]).toEqual(['1794378600.000000', '1794378600.000001']);
  });

  it('opens the direct conversation of somebody, and is told of there', async () => {
    const { channel } = await send(stage.client, 'U1', 'hi');
    expect(channel).toBe(stage.slack.direct('T1', 'U1'));
    expect(stage.slack.reads(channel ?? '', 'U1').map((m) => m.text)).toEqual(['hi']);
    expect(stage.slack.reads(channel ?? '', 'U2')).toEqual([]);
  });

  it('refuses as Slack does', async () => {
    const { slack, client } = stage;
    slack.addChannel('T1', { id: 'C2', name: 'elsewhere', members: ['U1'], bot: false });
    slack.addChannel('T1', { id: 'G2', name: 'secret', members: ['U1'], bot: false, kind: 'group' });
    slack.addChannel('T1', { id: 'C3', name: 'old', members: ['U1'], isArchived: true });
    const to = async (channel: string, more: Json = {}) => refusal(send(client, channel, 'x', more));
    expect(await to('C9')).toMatchObject({ error: 'channel_not_found' });
    expect(await to('G2')).toMatchObject({ error: 'channel_not_found' });
    expect(await to('C2')).toMatchObject({ error: 'not_in_channel' });
    expect(await to('C3')).toMatchObject({ error: 'is_archived' });
    expect(await to('C1', { text: '' })).toMatchObject({ error: 'no_text' });
    expect(await to('C1', { thread_ts: '1.000000' })).toMatchObject({ error: 'cannot_reply_to_message' });
    expect(await to('C1', { blocks: '{' })).toMatchObject({ error: 'invalid_blocks_format' });
    expect(slack.messages()).toEqual([]);
  });

  it('says what is wrong with blocks, and remembers it', async () => {
    const blocks = [{ type: 'header', text: { type: 'plain_text', text: 'x'.repeat(151) } }];
    expect(await refusal(post('x', { blocks }))).toMatchObject({
      error: 'invalid_blocks',
      errors: ['must be at most 150 characters, is 151 characters [json-pointer:/blocks/0/text/text]'],
      response_metadata: {
        messages: ['[ERROR] must be at most 150 characters, is 151 characters [json-pointer:/blocks/0/text/text]'],
      },
    });
    expect(stage.slack.findings).toMatchObject([{ where: 'chat.postMessage', code: 'too_long' }]);
  });

  it('takes what only Gongdan must not send, and remembers that as well', async () => {
    await post('<!channel>');
    expect(stage.slack.findings).toMatchObject([{ where: 'chat.postMessage', pointer: '/text', code: 'mention' }]);
  });

  it('shows an ephemeral message to one person only', async () => {
    const { slack, client } = stage;
    await client.chat.postEphemeral({ channel: 'C1', user: 'U1', text: 'psst' });
    expect(slack.reads('C1', 'U1').map((m) => m.text)).toEqual(['psst']);
    expect(slack.reads('C1', 'U2')).toEqual([]);
    expect(await refusal(client.chat.postEphemeral({ channel: 'C1', user: 'U9', text: 'x' }))).toMatchObject({
      error: 'user_not_in_channel',
    });
    const [{ ts } = { ts: '' }] = slack.messages();
    expect(await refusal(client.chat.update({ channel: 'C1', ts, text: 'x' }))).toMatchObject({
      error: 'message_not_found',
    });
  });
});

describe('updating', () => {
  it('keeps, replaces and removes as Slack does', async () => {
    const { client } = stage;
    const metadata = { event_type: 'gongdan', event_payload: { key: 'k' } };
    const ts = await post('a', { blocks: [section('a')], metadata });
    await client.chat.update({ channel: 'C1', ts, text: 'b', blocks: [section('b')] });
    expect(stored(ts)).toMatchObject({ text: 'b', blocks: [section('b')], metadata, edited: false });
    await client.chat.update({ channel: 'C1', ts, metadata: { ...metadata, event_payload: { key: 'l' } } } as never);
    expect(stored(ts)).toMatchObject({ blocks: [section('b')], metadata: { event_payload: { key: 'l' } } });
    await client.chat.update({ channel: 'C1', ts, text: 'c' });
    expect(stored(ts)).toMatchObject({ text: 'c', blocks: [], edited: true });
  });

  it('refuses what is not there, not its own, or too long', async () => {
    const { slack, client } = stage;
    const { ts } = await slack.types('U1', 'C1', 'hello');
    const update = async (key: string, text: string) => refusal(client.chat.update({ channel: 'C1', ts: key, text }));
    expect(await update('1.000000', 'x')).toMatchObject({ error: 'message_not_found' });
    expect(await update(ts, 'x')).toMatchObject({ error: 'cant_update_message' });
    const own = await post('x');
    expect(await update(own, 'x'.repeat(4001))).toMatchObject({ error: 'msg_too_long' });
    expect(await update(own, '')).toMatchObject({ error: 'no_text' });
    await client.chat.delete({ channel: 'C1', ts: own });
    expect(await update(own, 'x')).toMatchObject({ error: 'message_not_found' });
  });
});

describe('reading', () => {
  it('pages through a conversation, newest first, and gives metadata when asked', async () => {
    const metadata = { event_type: 'gongdan', event_payload: { key: 'k' } };
    const first = await post('1', { metadata });
    await post('2');
    await post('reply', { thread_ts: first });
    await post('3');
    const page = await stage.client.conversations.history({ channel: 'C1', limit: 2 });
    expect(page.messages?.map((m) => m.text)).toEqual(['3', '2']);
    expect(page.has_more).toBe(true);
    const rest = await stage.client.conversations.history({
      channel: 'C1',
      limit: 2,
      cursor: page.response_metadata?.next_cursor ?? '',
      include_all_metadata: true,
    });
    expect(rest.messages).toMatchObject([{ text: '1', metadata, reply_count: 1, thread_ts: first }]);
    const after = await stage.client.conversations.history({ channel: 'C1', oldest: first });
    expect(after.messages?.map((m) => m.text)).toEqual(['3', '2']);
    expect(after.messages?.[0]).not.toHaveProperty('metadata');
    const thread = await stage.client.conversations.replies({ channel: 'C1', ts: first });
    expect(thread.messages?.map((m) => m.text)).toEqual(['1', 'reply']);
    expect(stage.slack.thread('C1', first).map((m) => m.text)).toEqual(['reply']);
  });

  it('knows people, by id and by mail address', async () => {
    const { client } = stage;
    expect(await client.users.info({ user: 'U1', include_locale: true })).toMatchObject({
      user: { id: 'U1', locale: 'zh-CN', tz_offset: 28_800, profile: { email: 'lilei@shop.cn' } },
    });
    expect(await client.users.lookupByEmail({ email: 'LILEI@shop.cn' })).toMatchObject({ user: { id: 'U1' } });
    expect(await refusal(client.users.lookupByEmail({ email: 'no@shop.cn' }))).toMatchObject({
      error: 'users_not_found',
    });
    expect(await refusal(client.users.info({ user: 'U9' }))).toMatchObject({ error: 'user_not_found' });
    expect(await client.conversations.members({ channel: 'C1' })).toMatchObject({ members: ['U1', 'U2', 'U0BOTT1'] });
    expect(await client.conversations.info({ channel: 'C1' })).toMatchObject({
      channel: { name: 'aftersales', is_member: true },
    });
    expect(await client.conversations.list({ types: 'public_channel,im' })).toMatchObject({ channels: [{ id: 'C1' }] });
  });

  it('opens and joins conversations, and says whose it is', async () => {
    const { client, slack } = stage;
    slack.addUser('T1', { id: 'U4', name: 'gone', isDeleted: true });
    slack.addChannel('T1', { id: 'C2', name: 'elsewhere', members: ['U1'], bot: false });
    expect(await client.conversations.open({ users: 'U1' })).toMatchObject({
      channel: { id: slack.direct('T1', 'U1') },
    });
    expect(await refusal(client.conversations.open({ users: 'U9' }))).toMatchObject({ error: 'user_not_found' });
    expect(await refusal(client.conversations.open({ users: 'U4' }))).toMatchObject({ error: 'user_disabled' });
    expect(await refusal(client.conversations.history({ channel: 'C2' }))).toMatchObject({ error: 'not_in_channel' });
    expect(await client.conversations.join({ channel: 'C2' })).toMatchObject({
      channel: { id: 'C2', is_member: true },
    });
    expect(await client.conversations.history({ channel: 'C2' })).toMatchObject({ messages: [], has_more: false });
    expect(await client.team.info()).toMatchObject({ team: { id: 'T1', name: 'Shop', domain: 'shop' } });
    expect(await client.bots.info({ bot: 'B0BOTT1' })).toMatchObject({
      bot: { app_id: 'A0GONGDAN', user_id: 'U0BOTT1' },
    });
  });

  it('gives links to messages, and marks them', async () => {
    const { client, slack } = stage;
    const ts = await post('x');
    const { permalink } = await client.chat.getPermalink({ channel: 'C1', message_ts: ts });
    expect(permalink).toBe(`https://shop.slack.com/archives/C1/p${ts.replace('.', '')}`);
    await client.reactions.add({ channel: 'C1', timestamp: ts, name: 'eyes' });
    expect(slack.messages()[0]?.reactions).toEqual([{ name: 'eyes', users: ['U0BOTT1'] }]);
    expect(await refusal(client.reactions.add({ channel: 'C1', timestamp: ts, name: 'eyes' }))).toMatchObject({
      error: 'already_reacted',
    });
    await client.reactions.remove({ channel: 'C1', timestamp: ts, name: 'eyes' });
    expect(slack.messages()[0]?.reactions).toEqual([]);
  });
});

describe('files', () => {
  it('are uploaded in three steps, shared in a thread, and read with the token alone', async () => {
    const { client, slack } = stage;
    const parent = await post('x');
    const content = Buffer.from('picture');
    const upload = { channel_id: 'C1', thread_ts: parent, filename: 'cup.png', file: content, initial_comment: 'here' };
    const done = (await client.files.uploadV2(upload)) as unknown as { files: { files: { id: string }[] }[] };
    const id = done.files[0]?.files[0]?.id ?? '';
    expect(slack.thread('C1', parent)).toMatchObject([{ text: 'here', files: [id], botId: 'B0BOTT1' }]);
    expect(slack.files()).toMatchObject([
      { id, name: 'cup.png', mimetype: 'image/png', shares: [{ channel: 'C1', threadTs: parent }] },
    ]);
    const { file } = await client.files.info({ file: id });
    const get = async (token: string) =>
      fetch(file?.url_private ?? '', { headers: { authorization: `Bearer ${token}` } });
    const good = await get('xoxb-T1');
    expect([good.headers.get('content-type'), await good.text()]).toEqual(['image/png', 'picture']);
    const bad = await get('wrong');
    expect([bad.status, bad.headers.get('content-type')]).toEqual([200, 'text/html; charset=utf-8']);
    expect(await refusal(client.files.completeUploadExternal({ files: [{ id: 'F9' }] }))).toMatchObject({
      error: 'file_not_found',
    });
  });
});

describe('tokens', () => {
  it('are asked for, known, allowed things, and revoked', async () => {
    const { slack, client } = stage;
    const other = (token?: string) => new WebClient(token, { slackApiUrl: slack.apiUrl, retryConfig: { retries: 0 } });
    expect(await refusal(other().auth.test())).toMatchObject({ error: 'not_authed' });
    expect(await refusal(other('xoxb-9').auth.test())).toMatchObject({ error: 'invalid_auth' });
    expect(await refusal(client.apiCall('chat.shout'))).toMatchObject({ error: 'unknown_method' });
    expect(await refusal(client.apps.connections.open())).toMatchObject({ error: 'not_allowed_token_type' });
    slack.addTeam({ id: 'T1', scopes: ['chat:write'] });
    expect(await refusal(client.users.info({ user: 'U1' }))).toMatchObject({
      error: 'missing_scope',
      needed: 'users:read',
      provided: 'chat:write',
    });
    slack.revoke('T1', 'token_revoked');
    expect(await refusal(client.auth.test())).toMatchObject({ error: 'token_revoked' });
  });

  it('come with their scopes and the date of the clock', async () => {
    const answer = await fetch(`${stage.slack.apiUrl}auth.test`, {
      method: 'POST',
      headers: { authorization: 'Bearer xoxb-T1' },
    });
    expect(answer.headers.get('date')).toBe('Wed, 11 Nov 2026 06:30:00 GMT');
    expect(answer.headers.get('x-oauth-scopes')).toContain('chat:write');
    expect(await answer.json()).toMatchObject({ ok: true, team_id: 'T1', user_id: 'U0BOTT1', bot_id: 'B0BOTT1' });
    expect((await fetch(`${stage.slack.url}/nothing`)).status).toBe(404);
  });

  it('are handed out by OAuth, once per code', async () => {
    const { slack } = stage;
    const { clientId, clientSecret } = slack.app;
    const redirect_uri = 'http://127.0.0.1:1/back';
    const query = new URLSearchParams({ client_id: clientId, scope: 'chat:write', state: 's', redirect_uri });
    const page = await fetch(`${slack.url}/oauth/v2/authorize?${query.toString()}`, { redirect: 'manual' });
    const back = new URL(page.headers.get('location') ?? '');
    expect([back.origin + back.pathname, back.searchParams.get('state')]).toEqual([redirect_uri, 's']);
    const code = back.searchParams.get('code') ?? '';
    const client = new WebClient(undefined, { slackApiUrl: slack.apiUrl, retryConfig: { retries: 0 } });
    const access = async (secret: string) =>
      client.oauth.v2.access({ client_id: clientId, client_secret: secret, code, redirect_uri });
    expect(await refusal(access('no'))).toMatchObject({ error: 'bad_client_secret' });
    expect(await access(clientSecret)).toMatchObject({
      access_token: 'xoxb-T1',
      bot_user_id: 'U0BOTT1',
      team: { id: 'T1' },
      is_enterprise_install: false,
    });
    expect(await refusal(access(clientSecret))).toMatchObject({ error: 'invalid_code' });
  });
});

describe('misbehaviour', () => {
  it('limits one conversation, not the others, until its clock has moved on', async () => {
    const { slack, clock } = stage;
    slack.addChannel('T1', { id: 'C2', name: 'other', members: ['U1'] });
    slack.limit(2, 3);
    await post('1');
    await post('2');
    const answer = await fetch(`${slack.apiUrl}chat.postMessage`, {
      method: 'POST',
      headers: { authorization: 'Bearer xoxb-T1' },
      body: new URLSearchParams({ channel: 'C1', text: '3' }),
    });
    expect([answer.status, answer.headers.get('retry-after')]).toEqual([429, '3']);
    await post('other', { channel: 'C2' });
    clock.advance(2_999);
    expect(await refusal(post('4'))).toMatchObject({ message: expect.stringContaining('rate-limit') });
    clock.advance(1);
    await post('5');
    expect(slack.messages().map((m) => m.text)).toEqual(['1', '2', 'other', '5']);
  });

  it('fails as it is told, once each', async () => {
    const { slack } = stage;
    slack.fails(
      'chat.postMessage',
      { error: 'missing_scope', needed: 'x:y' },
      { status: 503 },
      { cut: true },
      { lost: true },
    );
    expect(await refusal(post('1'))).toMatchObject({ error: 'missing_scope', needed: 'x:y' });
    expect(await refusal(post('2'))).toMatchObject({ message: expect.stringContaining('503') });
    expect(await refusal(post('3'))).toHaveProperty('message');
    expect(slack.messages()).toEqual([]);
    expect(await refusal(post('4'))).toHaveProperty('message');
    await post('5');
    expect(slack.messages().map((m) => m.text)).toEqual(['4', '5']);
    expect(slack.calls.map(({ method, status }) => [method, status])).toEqual(
      [200, 503, 0, 200, 200].map((code) => ['chat.postMessage', code]),
    );
  });
});
