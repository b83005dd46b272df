import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import type { InboundEvent, InboundMessage } from '../../../adapters/adapter.ts';
import { CHANNEL, LILEI, runSlack, TEAM, WANGFANG, type RunningSlack } from '../../support/slack.ts';
import { BOT, command, envelope, message, type Json } from './payloads.ts';

let running: RunningSlack;
beforeEach(async () => {
  running = await runSlack();
});
afterEach(async () => {
  await running.close();
});

const sends = (event: Json, more: Json = {}) => running.emulator.sends(envelope(event, more));
const ids = (): string[] => running.sink.events.map(({ id }) => id);
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

describe('a message (2.4)', () => {
  test('that mentions the bot comes as message and as app_mention, and is one event', async () => {
    const { emulator, sink } = running;
    const told = await emulator.types(LILEI, CHANNEL, `<@${BOT}> 认领 4821`);
    expect([told, ...told.also].map(({ status }) => status)).toEqual([200, 200]);
    expect(told.also[0]?.eventId).not.toBe(told.eventId);
    expect(new Set(ids())).toEqual(new Set([`m:${CHANNEL}:${told.ts}`]));
    expect(sink.events[0]).toMatchObject({
      kind: 'message',
      platform: 'slack',
      app: 'slack',
      conversation: { id: CHANNEL, kind: 'group' },
      sender: { id: LILEI, name: 'lilei' },
      text: '认领 4821',
      addressed: true,
      attachments: [],
    });
  });

  test.each([`<@${BOT}>，认领 4821`, `认领 <@${BOT}> 4821`, `<@${BOT}|gongdan>: 认领 4821`, `<@${BOT}>\n认领 4821`])(
    'loses the mention of the bot wherever it stands: %s',
    async (text) => {
      await sends(message({ text }));
      expect(onlyMessage().text.replaceAll(/\s+/g, ' ')).toBe('认领 4821');
    },
  );

  test('in a direct conversation is addressed, and its place is the person', async () => {
    const { emulator } = running;
    await emulator.types(LILEI, emulator.direct(TEAM, LILEI), '我的');
    expect(onlyMessage()).toMatchObject({ conversation: { id: LILEI, kind: 'direct' }, addressed: true, text: '我的' });
    expect(onlyMessage()).not.toHaveProperty('grants');
  });

  test.each([
    ['channel', 'C0PUBLIC', 'channel'],
    ['private channel', 'G0PRIVATE', 'group'],
    ['newer private channel', 'C0PRIVATE', 'group'],
    ['conversation of several', 'G0SEVERAL', 'mpim'],
  ] as const)('in a %s is of a group: heard when it mentions the bot', async (_, id, kind) => {
    const { emulator } = running;
    emulator.addChannel(TEAM, { id, name: 'x', kind, members: [LILEI, WANGFANG] });
    expect((await emulator.types(LILEI, id, '吃了吗')).status).toBe(200);
    await emulator.types(LILEI, id, `<@${BOT}> 我的`);
    expect(new Set(ids()).size).toBe(1);
    expect(running.sink.events[0]).toMatchObject({ conversation: { id, kind: 'group' }, addressed: true });
  });

  test('in a thread names what it stands below, is heard without a mention, and is answered there', async () => {
    const { emulator, sink } = running;
    const { ts } = await running.workspace
      .send(
        { platform: 'slack', app: 'slack', conversation: CHANNEL },
        { type: 'text', text: '工单', attachments: [] },
        'k',
      )
      .then(({ id }) => ({ ts: id.split('/')[1] ?? '' }));
    await emulator.types(LILEI, CHANNEL, '我来看看', { thread: ts });
    const heard = onlyMessage();
    expect(heard).toMatchObject({ quote: `${CHANNEL}/${ts}`, inThread: true, addressed: false });
    const [grant] = heard.grants ?? [];
    expect(grant?.boundTo).toBe(LILEI);
    if (grant === undefined) return;
    await running.workspace.reply(grant, { type: 'text', text: '好的', attachments: [] }, 'r');
    expect(emulator.thread(CHANNEL, ts, LILEI).at(-1)).toMatchObject({ text: '好的', ephemeralTo: LILEI });
    void sink;
  });

  test('the head of a thread, told again with thread_ts equal to ts, is no reply', async () => {
    await sends(message({ thread_ts: '1794378600.000100' }));
    expect(onlyMessage()).not.toHaveProperty('inThread');
    expect(onlyMessage()).not.toHaveProperty('quote');
  });

  test.each(['file_share', 'thread_broadcast'])('of the subtype %s is one of a person', async (subtype) => {
    await sends(message({ subtype }));
    expect(onlyMessage().text).toBe('认领 4821');
  });

  test.each([
    'bot_message',
    'channel_archive',
    'channel_join',
    'channel_leave',
    'channel_name',
    'channel_posting_permissions',
    'channel_purpose',
    'channel_topic',
    'channel_unarchive',
    'ekm_access_denied',
    'me_message',
    'message_replied',
    'reminder_add',
    'huddle_thread',
    'tombstone',
    'something_new',
  ])('of the subtype %s is none', async (subtype) => {
    expect((await sends(message({ subtype }))).status).toBe(200);
    expect(ids()).toEqual([]);
  });

  test.each<[string, Json]>([
    ['our own, as another copy of the app has it', { user: BOT, bot_id: `B0BOT${TEAM}`, app_id: 'A0GONGDAN' }],
    ['our own, even without what says so', { user: BOT }],
    ["another bot's (no subtype, 2.4)", { user: 'U0OTHERBOT', bot_id: 'B0OTHER', app_id: 'A0OTHER', bot_profile: {} }],
    ["another bot's without a user", { user: null, bot_id: 'B0OTHER' }],
    ["Slack's own notices", { user: 'USLACK' }],
    ["Slackbot's", { user: 'USLACKBOT' }],
    ['of nobody', { user: undefined }],
  ])('%s is not heard, mention or not', async (_, more) => {
    expect((await sends(message(more))).status).toBe(200);
    expect((await sends({ ...message(more), type: 'app_mention' })).status).toBe(200);
    expect(ids()).toEqual([]);
  });

  test('what the bot posts, changes and answers comes back to it and is no event: no loop (1.7)', async () => {
    const { emulator, workspace } = running;
    const to = { platform: 'slack', app: 'slack', conversation: CHANNEL };
    const words = (text: string) => ({ type: 'text', text, attachments: [] }) as const;
    const ref = await workspace.send(to, words(`@${BOT} 认领 4821`), 'k1');
    await workspace.update(to, ref, words('改过'), 'k1');
    await workspace.send({ ...to, conversation: LILEI }, words('私信'), 'k2');
    await emulator.settled();
    expect(ids()).toEqual([]);
  });

  test('that is edited stays what it was; one that is deleted is told by the id it came under', async () => {
    const { emulator } = running;
    const { ts } = await emulator.types(LILEI, CHANNEL, `<@${BOT}> 我的`);
    running.sink.events.length = 0;
    expect((await emulator.edits(LILEI, CHANNEL, ts, `<@${BOT}> 解决 4821`)).status).toBe(200);
    expect(ids()).toEqual([]);
    const told = await emulator.deletes(LILEI, CHANNEL, ts);
    expect(only()).toMatchObject({
      kind: 'lifecycle',
      id: told.eventId,
      what: 'message_recalled',
      message: `m:${CHANNEL}:${ts}`,
      conversation: { id: CHANNEL, kind: 'group' },
    });
  });

  test('deleted in a direct conversation is of the same place as when it came', async () => {
    const { emulator } = running;
    const direct = emulator.direct(TEAM, LILEI);
    const { ts } = await emulator.types(LILEI, direct, '我的');
    await emulator.deletes(LILEI, direct, ts);
    const [came, went] = running.sink.events;
    expect(went).toMatchObject({ what: 'message_recalled', message: came?.id, conversation: came?.conversation });
  });

  test("a card of the bot's own that somebody deletes is nobody's words", async () => {
    const { emulator, workspace } = running;
    const to = { platform: 'slack', app: 'slack', conversation: CHANNEL };
    const { id } = await workspace.send(to, { type: 'text', text: '卡', attachments: [] }, 'k');
    expect((await emulator.deletes(LILEI, CHANNEL, id.split('/')[1] ?? '')).status).toBe(200);
    expect(ids()).toEqual([]);
  });
});

describe('what was written (6)', () => {
  test('people are there by their names, and named by their accounts', async () => {
    await sends(message({ text: `<@${BOT}> 转给 <@${WANGFANG}> &amp; <@${WANGFANG}|wf> 和 <@U0NOBODY>` }));
    expect(onlyMessage().text).toBe('转给 @wangfang & @wangfang 和 @U0NOBODY');
    expect(onlyMessage().mentions).toEqual([{ user: WANGFANG, as: '@wangfang' }]);
  });

  test('a name that looks like markup stays a name', async () => {
    running.emulator.addUser(TEAM, { id: 'U0EVIL', name: '<!channel> & <@U0LILEI>' });
    await sends(message({ text: `<@${BOT}> 转给 <@U0EVIL>` }));
    expect(onlyMessage().text).toBe('转给 @<!channel> & <@U0LILEI>');
  });

  test.each([
    ['a &lt; b &amp;&amp; c &gt; d', 'a < b && c > d'],
    ['&amp;lt;', '&lt;'],
    ['<https://x.example/a?b=1&amp;c=2|x.example>', 'x.example (https://x.example/a?b=1&c=2)'],
    ['<mailto:a@b.c|a@b.c>', 'a@b.c'],
    ['<#C123|general> <#C124|> <!here> <!subteam^S1|@hotline>', '#general #C124 @here @hotline'],
    ['<!date^1392734382^{date_short}|18 February>', '18 February'],
    [':tea: :wave::skin-tone-3:', ':tea: :wave::skin-tone-3:'],
  ])('%s reads %s', async (written, read) => {
    await sends(message({ text: `<@${BOT}> 备注 ${written}` }));
    expect(onlyMessage().text).toBe(`备注 ${read}`);
  });

  test('names that Slack does not know or does not tell in time are ids; nothing waits for them', async () => {
    const { emulator, clock } = running;
    emulator.fails('users.info', { error: 'internal_error' }, { status: 503 }, { error: 'user_not_visible' });
    await sends(message({ text: `<@${BOT}> 转给 <@U0NOBODY>` }));
    expect(onlyMessage()).toMatchObject({ sender: { id: LILEI }, text: '转给 @U0NOBODY' });
    void clock;
  });

  test('many mentions ask Slack about no more than twenty', async () => {
    const all = Array.from({ length: 60 }, (_, i) => `<@U0MANY${i}>`).join(' ');
    await sends(message({ text: `<@${BOT}> ${all}` }));
    expect(running.emulator.calls.filter(({ method }) => method === 'users.info').length).toBeLessThanOrEqual(22);
  });
});

describe('repeats (2.2)', () => {
  test('of one event, at the same time, have one id', async () => {
    const told = await running.emulator.types(LILEI, CHANNEL, `<@${BOT}> 我的`);
    const again = await Promise.all(
      [1, 2, 3].map((num) => running.emulator.repeats(told.eventId, { num, reason: 'http_timeout' })),
    );
    expect(again.map(({ status }) => status)).toEqual([200, 200, 200]);
    expect(new Set(ids()).size).toBe(1);
  });

  test('after a restart have the id they had before', async () => {
    const { emulator, store, clock } = running;
    const told = await emulator.types(LILEI, CHANNEL, `<@${BOT}> 我的`);
    const joined = await emulator.joins('U0LILEI', CHANNEL);
    const before = new Set(ids());
    expect(before.size).toBe(2);
    await running.stop();
    const later = await runSlack({ emulator, store, clock });
    try {
      for (const { eventId } of [told, joined]) await emulator.repeats(eventId, { num: 2, reason: 'http_error' });
      expect(new Set(later.sink.events.map(({ id }) => id))).toEqual(before);
    } finally {
      await later.close();
    }
  });

  test('a command that is typed twice is two, one request twice is one', async () => {
    for (const trigger_id of ['1.1.a', '1.1.a', '1.1.b'])
      await running.emulator.sends(command({ trigger_id }), { as: 'form' });
    expect(ids()).toEqual(['c:1.1.a', 'c:1.1.a', 'c:1.1.b']);
  });
});

describe('a slash command (2.5)', () => {
  test('is a line that begins with a slash, answered where it was typed, with the means to show a form', async () => {
    await running.emulator.slash(LILEI, CHANNEL, `转给 <@${WANGFANG}|wangfang>`);
    expect(onlyMessage()).toMatchObject({
      text: '/转给 @wangfang',
      addressed: true,
      takesForm: true,
      mentions: [{ user: WANGFANG, as: '@wangfang' }],
      conversation: { id: CHANNEL, kind: 'group' },
      grants: [{ uses: 5, boundTo: LILEI }],
    });
  });

  test('without text asks for help; in a direct conversation its place is the person', async () => {
    await running.emulator.sends(command({ text: '', channel_id: 'D0DIRECT' }), { as: 'form' });
    expect(onlyMessage()).toMatchObject({ text: '/ticket', conversation: { id: LILEI, kind: 'direct' } });
  });

  test('is acknowledged with nothing: the answer comes by the ordinary way', async () => {
    running.sink.answer = () => ({ message: { type: 'text', text: '答', attachments: [] }, form: null });
    expect(await running.emulator.slash(LILEI, CHANNEL, '我的')).toMatchObject({ status: 200, body: null });
  });
});

describe('around the talk', () => {
  test('the bot comes and goes, people come and go', async () => {
    const { emulator } = running;
    await emulator.removesBot(LILEI, CHANNEL);
    await emulator.invitesBot(LILEI, CHANNEL);
    await emulator.leaves(WANGFANG, CHANNEL);
    await emulator.joins(WANGFANG, CHANNEL);
    await sends({ type: 'channel_left', channel: CHANNEL }, { event_id: 'Ev1' });
    await sends({ type: 'group_left', channel: 'G0PRIVATE' }, { event_id: 'Ev2' });
    expect(running.sink.events).toMatchObject([
      { what: 'bot_removed', conversation: { id: CHANNEL, kind: 'group' } },
      { what: 'bot_added' },
      { what: 'member_left', member: { id: WANGFANG, name: 'wangfang' }, sender: { id: WANGFANG } },
      { what: 'member_joined', member: { id: WANGFANG, name: 'wangfang' } },
      { what: 'bot_removed', id: 'Ev1' },
      { what: 'bot_removed', id: 'Ev2', conversation: { id: 'G0PRIVATE', kind: 'group' } },
    ]);
  });
});
