import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { chatIdOf } from '../../emulators/dingtalk/api-old.ts';
import { GROUP, LILEI, runDingTalk, turns, WANGFANG, type RunningDingTalk } from '../../support/dingtalk.ts';

/** What happens in the organisation (1.6): at least once, and again until it is taken. */

const CHAT = chatIdOf({ id: GROUP });

let running: RunningDingTalk;
beforeEach(async () => {
  running = await runDingTalk();
});
afterEach(async () => {
  await running.close();
});

const happens = (type: string, data: unknown) => running.emulator.happens(type, data);
const told = () =>
  running.sink.events.map((event) =>
    event.kind === 'lifecycle'
      ? [event.what, event.conversation.id, 'member' in event ? event.member : null]
      : event.kind,
  );

describe('an event', () => {
  test.each([
    ['chat_add_member', 'member_joined'],
    ['chat_remove_member', 'member_left'],
    ['chat_quit', 'member_left'],
  ])('%s: who came or went, by name, in the group as messages name it', async (type, what) => {
    const { response } = await happens(type, { chatId: CHAT, userId: [LILEI, WANGFANG], operator: LILEI });
    expect(response).toMatchObject({ status: 'SUCCESS' });
    expect(told()).toEqual([
      [what, GROUP, { id: LILEI, name: '李雷' }],
      [what, GROUP, { id: WANGFANG, name: '王芳' }],
    ]);
    expect(running.sink.events[0]).toMatchObject({ sender: { id: LILEI, name: '' }, conversation: { kind: 'group' } });
    expect(new Set(running.sink.events.map(({ id }) => id)).size).toBe(2);
  });

  test.each([
    ['with a capital', { ChatId: CHAT, UserId: [LILEI] }],
    ['with one person', { chatid: CHAT, userid: LILEI }],
    ['by its newer id', { openConversationId: GROUP, userId: [LILEI] }],
    ['with what nobody knows', { chatId: CHAT, userId: [LILEI], corpId: 'ding', timeStamp: 7, next: { a: [] } }],
  ])('is read as pages write it: %s', async (_, data) => {
    await happens('chat_add_member', data);
    expect(told()).toEqual([['member_joined', GROUP, { id: LILEI, name: '李雷' }]]);
  });

  test('of somebody who left the organisation is of no group', async () => {
    await happens('user_leave_org', { userId: ['gone-1'] });
    expect(running.sink.events).toMatchObject([
      {
        what: 'member_left',
        member: { id: 'gone-1', name: '' },
        conversation: { id: 'organisation', kind: 'system' },
      },
    ]);
  });

  test('of a group that was disbanded: the bot is out', async () => {
    await happens('chat_disband', { chatId: CHAT, operator: LILEI });
    expect(told()).toEqual([['bot_removed', GROUP, null]]);
  });

  test.each([
    ['of a kind nobody asked for', 'bpms_task_change', { processInstanceId: 'x' }],
    ['of a kind that is a name of an object', '__proto__', {}],
    ['of a group that is not known', 'chat_add_member', { chatId: 'chat404', userId: [LILEI] }],
    ['without a group', 'chat_add_member', { userId: [LILEI] }],
    ['of another shape', 'chat_add_member', { chatId: { id: 7 }, userId: { a: 1 } }],
    ['that is a list', 'chat_add_member', [1, 2]],
    ['of a group whose name is half a character', 'chat_add_member', { chatId: '\uD83D', userId: [LILEI] }],
  ])('%s is acknowledged and does nothing', async (_, type, data) => {
    expect((await happens(type, data)).response).toMatchObject({ status: 'SUCCESS' });
    expect(running.sink.events).toEqual([]);
  });

  test('that the store did not take is answered LATER, and comes again under the same ids', async () => {
    const { emulator, sink, clock } = running;
    sink.away = true;
    const { acked, response } = await happens('chat_add_member', { chatId: CHAT, userId: [LILEI] });
    expect([acked, response?.['status']]).toEqual([true, 'LATER']);
    expect(sink.events).toEqual([]);
    sink.away = false;
    clock.advance(60_000);
    await expect.poll(() => emulator.acks.length, { interval: 2 }).toBe(2);
    expect(emulator.acks[1]?.data).toMatchObject({ status: 'SUCCESS' });
    expect(told()).toEqual([['member_joined', GROUP, { id: LILEI, name: '李雷' }]]);
  });

  test('of a group that DingTalk cannot name just now comes again', async () => {
    const { emulator, clock } = running;
    const convert = `POST /v1.0/im/chat/${CHAT}/convertToOpenConversationId`;
    emulator.fails(convert, { status: 500, code: 'system.busy' });
    expect((await happens('chat_quit', { chatId: CHAT, userId: [LILEI] })).response).toMatchObject({ status: 'LATER' });
    clock.advance(60_000);
    await expect.poll(() => emulator.acks.length, { interval: 2 }).toBe(2);
    expect(told()).toEqual([['member_left', GROUP, { id: LILEI, name: '李雷' }]]);
  });

  test('of many people is of a hundred of them, each once', async () => {
    const userId = Array.from({ length: 150 }, (_, i) => `u${i}`);
    await happens('chat_add_member', { chatId: CHAT, userId });
    expect(new Set(running.sink.events.map(({ id }) => id)).size).toBe(100);
  });

  test('does not wait long for names', async () => {
    running.emulator.fails('POST /topapi/v2/user/get', { slowMs: 30_000 });
    const telling = happens('chat_add_member', { chatId: CHAT, userId: [LILEI] });
    const isAsked = () => running.emulator.calls.some(({ path }) => path === '/topapi/v2/user/get');
    while (!isAsked()) await turns(1);
    running.clock.advance(300);
    await telling;
    expect(told()).toEqual([['member_joined', GROUP, { id: LILEI, name: '' }]]);
  });
});
