import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import type { BotFrame } from '../../../adapters/wecom/bot-link.ts';
import { DeliveryError, StoreUnavailable, type DeliveryFailure } from '../../../src/errors.ts';
import { deferred } from '../../emulators/json.ts';
import { BOT, SECRET } from './bot-server.ts';
import { botting, turns, until, type Botting } from './botting.ts';

/** What goes over the smart bot's connection and what comes over it, with the real SDK (fact sheet, 4.5). */

const CHAT = 'wrAbCdEF_case';
const MESSAGE = {
  cmd: 'aibot_msg_callback',
  headers: { req_id: 'q-1' },
  body: { msgid: 'm-1', msgtype: 'text', text: { content: '电话 13812345678' } },
};

let running: Botting;
beforeEach(async () => {
  running = await botting();
  await running.bot.open();
});
afterEach(async () => {
  await running.close();
});

/** What it rejects with. */
async function failureOf(
  sending: Promise<void>,
): Promise<{ failure: DeliveryFailure; retryAfterMs: number | undefined; message: string }> {
  const error = await sending.then(
    () => null,
    (reason: unknown) => reason,
  );
  if (!(error instanceof DeliveryError)) throw new Error('no DeliveryError');
  return { failure: error.failure, retryAfterMs: error.retryAfterMs, message: error.message };
}

test('it subscribes with its id and secret', () => {
  const { bot, said } = running;
  expect(said('aibot_subscribe')).toMatchObject([{ body: { bot_id: BOT, secret: SECRET } }]);
  expect([bot.isConnected(), bot.why()]).toEqual([true, null]);
});

describe('what it says', () => {
  test('unasked names the chat as WeCom writes it, and its kind', async () => {
    const { bot, said } = running;
    const markdown = { msgtype: 'markdown', markdown: { content: '**T-4821**' } };
    await bot.send(CHAT, 'group', markdown);
    await bot.send('LiLei', 'single', markdown);
    const frames = said('aibot_send_msg');
    expect(frames.map(({ body }) => body)).toEqual([
      { chatid: CHAT, chat_type: 2, ...markdown },
      { chatid: 'LiLei', chat_type: 1, ...markdown },
    ]);
    expect(new Set(frames.map(({ headers }) => headers.req_id)).size).toBe(2);
  });

  test('to a message, a press and an arrival goes under what came with them', async () => {
    const { bot, server } = running;
    await bot.respond('q-1', { msgtype: 'markdown', markdown: { content: '好' } });
    await bot.update('q-2', { card_type: 'button_interaction', task_id: 'gd-1' });
    await bot.welcome('q-3', { msgtype: 'text', text: { content: '你好' } });
    expect(server.said.slice(1)).toEqual([
      {
        cmd: 'aibot_respond_msg',
        headers: { req_id: 'q-1' },
        body: { msgtype: 'markdown', markdown: { content: '好' } },
      },
      {
        cmd: 'aibot_respond_update_msg',
        headers: { req_id: 'q-2' },
        body: {
          response_type: 'update_template_card',
          template_card: { card_type: 'button_interaction', task_id: 'gd-1' },
        },
      },
      {
        cmd: 'aibot_respond_welcome_msg',
        headers: { req_id: 'q-3' },
        body: { msgtype: 'text', text: { content: '你好' } },
      },
    ]);
  });

  test.each<[number, DeliveryFailure, number | undefined]>([
    [93006, 'gone', undefined],
    [86001, 'gone', undefined],
    [846605, 'gone', undefined],
    [846608, 'gone', undefined],
    [42014, 'permanent', undefined],
    [40058, 'permanent', undefined],
    [45009, 'rate-limited', 60_000],
    [-1, 'unknown', undefined],
  ])('refused by %d is %s', async (code, failure, retryAfterMs) => {
    running.server.answers('aibot_send_msg', code);
    expect(await failureOf(running.bot.send(CHAT, 'group', {}))).toEqual({
      failure,
      retryAfterMs,
      message: `aibot_send_msg: ${code}`,
    });
  });

  test('and nobody acknowledges in five seconds may have arrived; an acknowledgement after that does no harm', async () => {
    const { bot, server, clock, said, lines } = running;
    server.answers('aibot_send_msg', 'silent');
    let failure: unknown;
    const sending = failureOf(bot.send(CHAT, 'group', {})).then((found) => {
      failure = found;
    });
    await until(() => said('aibot_send_msg').length, 1);
    clock.advance(4_999);
    await turns(10);
    expect(failure).toBeUndefined();
    clock.advance(1);
    await sending;
    expect(failure).toMatchObject({ failure: 'unknown', message: 'aibot_send_msg: no answer' });
    server.acks(said('aibot_send_msg')[0]?.headers.req_id ?? '');
    await bot.send(CHAT, 'group', {});
    expect(lines).toEqual([]);
  });

  test('while the connection is lost may have arrived', async () => {
    const { bot, server, said } = running;
    server.answers('aibot_respond_update_msg', 'silent');
    const updating = failureOf(bot.update('q-1', {}));
    await until(() => said('aibot_respond_update_msg').length, 1);
    server.drops();
    expect(await updating).toMatchObject({ failure: 'unknown' });
  });

  test('without a connection is tried again shortly, and is no sign that WeCom is away', async () => {
    const { bot } = running;
    await bot.close();
    for (const sending of [
      bot.send(CHAT, 'group', {}),
      bot.respond('q', {}),
      bot.update('q', {}),
      bot.welcome('q', {}),
    ])
      expect(await failureOf(sending)).toMatchObject({ failure: 'rate-limited', retryAfterMs: 2_000 });
    expect(bot.why()).toBe('not connected');
  });
});

describe('what comes', () => {
  test('is handed over with the id it is answered under', async () => {
    const { server, on } = running;
    const frames: [string, BotFrame][] = [];
    on.message = (frame) => void frames.push(['message', frame]);
    on.event = (frame) => void frames.push(['event', frame]);
    server.pushes(MESSAGE);
    const event = { msgid: 'e-1', msgtype: 'event', event: { eventtype: 'enter_chat' } };
    server.pushes({ cmd: 'aibot_event_callback', headers: { req_id: 'q-2' }, body: event });
    await until(() => frames.length, 2);
    expect(frames).toEqual([
      ['message', { req: 'q-1', body: MESSAGE.body }],
      ['event', { req: 'q-2', body: event }],
    ]);
  });

  test('waits for nothing else', async () => {
    const { server, on } = running;
    const first = deferred<null>();
    const begun: string[] = [];
    on.message = async ({ req }) => {
      begun.push(req);
      if (req === 'q-1') await first.promise;
    };
    server.pushes(MESSAGE);
    server.pushes({ ...MESSAGE, headers: { req_id: 'q-2' } });
    await until(() => begun.length, 2);
    expect(begun).toEqual(['q-1', 'q-2']);
    first.resolve(null);
  });

  test('and cannot be worked is told of, unless the store is away, and the next is heard', async () => {
    const { server, on, failures } = running;
    const fault = new TypeError('a fault of ours');
    const fails: (() => void | Promise<void>)[] = [
      () => Promise.reject(fault),
      () => {
        throw fault;
      },
      () => Promise.reject(new StoreUnavailable(new Error('test'))),
    ];
    let heard = 0;
    on.message = () => {
      heard += 1;
      return fails.shift()?.();
    };
    for (let i = 0; i < 4; i += 1) server.pushes(MESSAGE);
    await until(() => heard, 4);
    await turns(5);
    expect(failures).toEqual([fault, fault]);
    expect(running.bot.isConnected()).toBe(true);
  });

  test.each<[string, Record<string, unknown> | string, number]>([
    ['no JSON', '{"text":"13812345678', 1],
    ['nothing', '', 1],
    ['null', 'null', 1],
    ['a list', '["13812345678"]', 0],
    ['a message without a body', { cmd: MESSAGE.cmd, headers: MESSAGE.headers }, 1],
    ['a message without a type', { ...MESSAGE, body: { text: { content: '13812345678' } } }, 1],
    ['a message that cannot be answered', { cmd: MESSAGE.cmd, body: MESSAGE.body }, 1],
    ['an event without a type', { ...MESSAGE, cmd: 'aibot_event_callback', headers: { req_id: 7 } }, 1],
    ['another command', { ...MESSAGE, cmd: 'aibot_new_callback' }, 0],
    ['an acknowledgement of nothing', { headers: { req_id: 'q-9' }, errcode: 0 }, 0],
    ['a subscription that nobody made', { headers: { req_id: 'aibot_subscribe_1' }, errcode: 0 }, 0],
  ])('as %s does no harm, and no word of it is in the log', async (_, pushed, warnings) => {
    const { server, on, lines, bot, failures } = running;
    const heard: string[] = [];
    on.message = ({ req }) => void heard.push(req);
    on.event = on.message;
    server.pushes(pushed);
    server.pushes({ ...MESSAGE, headers: { req_id: 'q-2' } });
    await until(() => heard, ['q-2']);
    expect(lines.filter((line) => line.includes('a shape that is not known'))).toHaveLength(warnings);
    expect([failures, lines.length]).toEqual([[], warnings]);
    await bot.send(CHAT, 'group', {});
  });
});

describe('a stop', () => {
  test('waits for what is under way and what it answers, and for what comes meanwhile: nobody else hears of it', async () => {
    const { server, bot, on, said } = running;
    const stored = deferred<null>();
    const begun: string[] = [];
    on.event = async ({ req }) => {
      begun.push(req);
      await stored.promise;
      await bot.update(req, { task_id: 'gd-1' });
    };
    const press = { ...MESSAGE, cmd: 'aibot_event_callback' };
    server.pushes(press);
    await until(() => begun, ['q-1']);
    let isClosed = false;
    const closing = bot.close().then(() => {
      isClosed = true;
    });
    expect(bot.isConnected()).toBe(false);
    server.pushes({ ...press, headers: { req_id: 'q-2' } });
    await until(() => begun, ['q-1', 'q-2']);
    expect(isClosed).toBe(false);
    stored.resolve(null);
    await closing;
    expect(said('aibot_respond_update_msg').map(({ headers }) => headers.req_id)).toEqual(['q-1', 'q-2']);
    await until(() => server.connections, 0);
  });

  test('is for good until it is opened again', async () => {
    const { server, bot, clock } = running;
    await bot.close();
    await bot.close();
    clock.advance(3_600_000);
    await turns(20);
    expect([server.opened, server.connections]).toEqual([1, 0]);
    await bot.open();
    await bot.send(CHAT, 'group', {});
  });

  test('that is taken back while it waits leaves the connection as it is', async () => {
    const { server, bot, on } = running;
    const stored = deferred<null>();
    let begun = 0;
    on.message = async () => {
      begun += 1;
      await stored.promise;
    };
    server.pushes(MESSAGE);
    await until(() => begun, 1);
    const closing = bot.close();
    await bot.open();
    stored.resolve(null);
    await closing;
    expect(bot.isConnected()).toBe(true);
    await bot.send(CHAT, 'group', {});
    expect(server.opened).toBe(1);
  });
});
