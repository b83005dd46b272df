import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { readLent } from '../../../adapters/wecom/grants.ts';
import { until } from './botting.ts';
import { ALONE, AWAY, CHAT, hearing, IN_GROUP, LILEI, type Hearing } from './hearing.ts';

/** Presses in chats of the smart bot, what else happens there, and what nobody can read (fact sheet, 4.4 and 4.5). */

let hear: Hearing;
beforeEach(async () => {
  hear = await hearing();
});
afterEach(async () => {
  await hear.running.close();
});

describe('a press', () => {
  const KEY = '1|gd-abc|claim:4821';
  const item = [
    { question_key: 'team', option_ids: { option_id: ['warehouse'] } },
    { question_key: 'why', option_ids: { option_id: [] } },
    { question_key: 'who' },
  ];
  const pressed = {
    card_type: 'button_interaction',
    event_key: KEY,
    task_id: 'gd-abc',
    selected_items: { selected_item: item },
  };

  test('says what was pressed and chosen, where and by whom, and lends the change of its card', async () => {
    const msgid = hear.happens({ eventtype: 'template_card_event', template_card_event: pressed });
    await until(() => hear.clicks.length, 1);
    const [{ lent, ...click } = { lent: null }] = hear.clicks;
    expect(click).toEqual({
      id: `e:${msgid}`,
      user: LILEI,
      conversation: `chat:${CHAT}`,
      task: 'gd-abc',
      key: KEY,
      chosen: new Map([
        ['team', ['warehouse']],
        ['why', []],
        ['who', []],
      ]),
    });
    const grant = lent?.('s-1');
    expect(grant).toMatchObject({ surface: 's-1', uses: 1 });
    expect(readLent(grant?.secret ?? '')).toEqual({ by: 'press', req: `q-${hear.count}`, task: 'gd-abc' });
    expect((grant?.expiresAt.getTime() ?? 0) - hear.running.clock.now().getTime()).toBe(4_500);
    expect(hear.seen).toEqual([hear.running.clock.now()]);
  });

  test('changes its card in time, under the id it came with', async () => {
    const { running } = hear;
    hear.clicked = async (click) => {
      const lent = readLent(click.lent?.('s-1').secret ?? '');
      if (lent?.by === 'press') await running.bot.update(lent.req, { task_id: lent.task });
    };
    hear.happens({ eventtype: 'template_card_event', template_card_event: pressed });
    await until(() => running.said('aibot_respond_update_msg').length, 1);
    expect(running.said('aibot_respond_update_msg')).toEqual([
      {
        cmd: 'aibot_respond_update_msg',
        headers: { req_id: `q-${hear.count}` },
        body: { response_type: 'update_template_card', template_card: { task_id: 'gd-abc' } },
      },
    ]);
  });

  test.each<[string, Readonly<Record<string, unknown>>]>([
    ['flat, as the SDK has it', { event_key: KEY, task_id: 'gd-abc', selected_items: { selected_item: item[0] } }],
    ['both ways', { event_key: 'other', task_id: 'other', template_card_event: pressed }],
    ['nested, and the rest in a shape nobody knows', { template_card_event: pressed, event_key: 7 }],
  ])('is read %s', async (_, event) => {
    hear.happens({ eventtype: 'template_card_event', ...event });
    await until(() => hear.clicks.length, 1);
    const [click] = hear.clicks;
    expect([click?.key, click?.task, click?.chosen.get('team')]).toEqual([KEY, 'gd-abc', ['warehouse']]);
  });

  test('in a chat with the bot alone is of its person, by their user id', async () => {
    const event = { eventtype: 'template_card_event', template_card_event: pressed };
    hear.happens(event, { ...ALONE, from: { userid: 'woLiLei' } });
    hear.happens(event, { from: { userid: LILEI } });
    await until(() => hear.clicks.length, 2);
    for (const click of hear.clicks) expect(click).toMatchObject({ user: LILEI, conversation: LILEI });
  });

  test.each([
    ['without a key', { task_id: 'gd-abc' }],
    ['without its card', { event_key: KEY }],
    ['of nothing', null],
  ])('%s is nothing to work on', async (_, event) => {
    hear.happens({ eventtype: 'template_card_event', template_card_event: event });
    await until(() => hear.running.lines.length, 1);
    expect(hear.running.lines[0]).toContain('press');
    expect(hear.clicks).toEqual([]);
  });

  test('that could not be stored is told to whoever made it: it does not come again', async () => {
    hear.clicked = async () => {
      throw AWAY;
    };
    const msgid = hear.happens({ eventtype: 'template_card_event', template_card_event: pressed });
    await until(
      () => hear.told,
      [{ conversation: `chat:${CHAT}`, user: LILEI, words: '(not_stored)', key: `not_stored:${msgid}` }],
    );
    expect(hear.running.failures).toEqual([]);
  });

  test('that fails when it is stored is told of to nobody but us', async () => {
    const fault = new TypeError('a fault of ours');
    hear.clicked = async (_, stored) => {
      stored();
      throw fault;
    };
    hear.happens({ eventtype: 'template_card_event', template_card_event: pressed });
    await until(() => hear.running.failures, [fault]);
    expect(hear.told).toEqual([]);
  });
});

test('whoever comes in is greeted', async () => {
  hear.happens({ eventtype: 'enter_chat' }, ALONE);
  await until(() => hear.running.said('aibot_respond_welcome_msg').length, 1);
  expect(hear.running.said('aibot_respond_welcome_msg')).toMatchObject([
    { headers: { req_id: `q-${hear.count}` }, body: { msgtype: 'text', text: { content: '(bot_hello)' } } },
  ]);
});

test.each(['feedback_event', 'auth_change_event'])('%s is none of ours', async (eventtype) => {
  hear.happens({ eventtype, [eventtype]: { id: '1' } });
  await hear.dealt();
  expect([hear.events, hear.clicks, hear.told, hear.running.lines]).toEqual([[], [], [], []]);
});

describe('that it was heard', () => {
  test('is noted once a minute', async () => {
    const { clock } = hear.running;
    hear.saysText('一', ALONE);
    await hear.heard();
    clock.advance(10_000);
    hear.happens({ eventtype: 'template_card_event', template_card_event: { event_key: 'k', task_id: 't' } });
    await until(() => hear.clicks.length, 1);
    expect(hear.seen).toHaveLength(1);
    clock.advance(50_000);
    hear.saysText('二', ALONE);
    await hear.heard(2);
    expect(hear.seen.map((at) => at.getTime() - (hear.seen[0]?.getTime() ?? 0))).toEqual([0, 60_000]);
  });

  test('is noted by the next, when it could not be', async () => {
    hear.fails = { see: AWAY };
    hear.saysText('一', ALONE);
    await hear.heard();
    hear.fails = {};
    hear.saysText('二', ALONE);
    await hear.heard(2);
    expect(hear.seen).toHaveLength(1);
    expect(hear.running.failures).toEqual([]);
  });
});

describe('a shape that nobody knows', () => {
  test.each<[string, Readonly<Record<string, unknown>>]>([
    ['a message of nobody', { msgtype: 'text', text: { content: '13812345678' }, from: null, ...ALONE }],
    ['a message of a group that has no id', { msgtype: 'text', text: { content: '13812345678' }, chattype: 'group' }],
    ['a message with an id that is none', { msgtype: 'text', msgid: 7, text: { content: '13812345678' } }],
    ['a message with an id without end', { msgtype: 'text', msgid: 'm'.repeat(191), text: { content: '13812345678' } }],
    ['a message of a chat of another kind', { msgtype: 'text', text: { content: '13812345678' }, chattype: 'ring' }],
  ])('%s is one line, without what it says', async (_, body) => {
    hear.says(body);
    await until(() => hear.running.lines.length, 1);
    expect(JSON.parse(hear.running.lines[0] ?? '')).toMatchObject({ platform: 'wecom', what: 'message' });
    expect([hear.events, hear.told]).toEqual([[], []]);
  });

  test('an event of no kind is one line', async () => {
    hear.happens({});
    await until(() => hear.running.lines.length, 1);
    expect(hear.running.lines[0]).toContain('"what":"event"');
  });

  test('what only stands beside it does no harm', async () => {
    hear.saysText('@a 一', {
      ...IN_GROUP,
      quote: 'nothing',
      image: 'nothing',
      create_time: 'now',
      from: { userid: LILEI, corpid: 7 },
    });
    expect((await hear.heard()).text).toBe('一');
  });
});
