import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { StoreUnavailable } from '../../../src/errors.ts';
import { deferred } from '../../emulators/json.ts';
import { GROUP, streaming, textIn, turns, until, type Streaming } from './streaming.ts';

/** What comes over Stream and how it is acknowledged (fact sheet, 1.4 to 1.6). */

const AWAY = new StoreUnavailable(new Error('test'));

let running: Streaming;
beforeEach(async () => {
  running = await streaming();
  await running.stream.open();
});
afterEach(async () => {
  await running.close();
});

const card = (messageId: string, data: unknown = { outTrackId: 'o-1', userId: 'lilei' }) =>
  running.emulator.pushes({ type: 'CALLBACK', headers: { topic: '/v1.0/card/instances/callback', messageId }, data });

test('it says who it is and what it wants, and answers pings', async () => {
  const { emulator, stream } = running;
  expect(stream.isConnected()).toBe(true);
  expect(emulator.calls).toMatchObject([
    {
      headers: { accept: 'application/json' },
      body: {
        clientId: emulator.app.clientId,
        ua: 'gongdan',
        subscriptions: [
          { type: 'EVENT', topic: '*' },
          { type: 'CALLBACK', topic: '/v1.0/im/bot/messages/get' },
          { type: 'CALLBACK', topic: '/v1.0/card/instances/callback' },
        ],
      },
    },
  ]);
  expect(await emulator.pings()).toBe(true);
});

describe('a message', () => {
  test('is handed over parsed, and acknowledged when that resolves, not before', async () => {
    const { emulator, on } = running;
    const stored = deferred<string>();
    let data: unknown;
    on.robot = (given) => {
      data = given;
      return stored.promise;
    };
    const told = running.says('打印机坏了');
    await until(() => data !== undefined, true);
    await turns(20);
    expect(data).toMatchObject({ msgtype: 'text', conversationId: GROUP, text: { content: ' 打印机坏了' } });
    expect(emulator.acks).toEqual([]);
    stored.resolve('what it resolves to says nothing');
    expect(await told).toMatchObject({ acked: true, response: { response: null } });
  });

  test('that is stored is acknowledged while the rest goes on, once', async () => {
    const { emulator, on } = running;
    const rest = deferred<null>();
    on.robot = async (_, ack) => {
      ack();
      ack();
      await rest.promise;
      ack();
    };
    expect(await running.says('一')).toMatchObject({ acked: true });
    rest.resolve(null);
    await turns(20);
    expect(emulator.acks).toHaveLength(1);
  });

  test('whose rest fails after that is acknowledged, and the failure is told', async () => {
    const { on, failures } = running;
    on.robot = async (_, ack) => {
      ack();
      throw new TypeError('a fault of ours');
    };
    expect(await running.says('一')).toMatchObject({ acked: true });
    await until(() => failures.length, 1);
  });

  test('while the store is away is not acknowledged, and taken when it comes again', async () => {
    const { emulator, clock, on, texts, failures } = running;
    let tried = 0;
    const taken = on.robot;
    on.robot = async () => {
      tried += 1;
      throw AWAY;
    };
    void running.says('一');
    await until(() => tried, 1);
    clock.advance(60_000);
    await until(() => tried, 2);
    await turns(20);
    expect(emulator.acks).toEqual([]);
    on.robot = taken;
    clock.advance(60_000);
    await until(() => texts, ['一']);
    await until(() => emulator.acks.length, 1);
    // The store's own watch tells of it.
    expect(failures).toEqual([]);
    clock.advance(600_000);
    await turns(20);
    expect(texts).toEqual(['一']);
  });

  test.each<[string, () => Promise<never>]>([
    ['rejects', () => Promise.reject(new TypeError('a fault of ours'))],
    [
      'throws',
      () => {
        throw new TypeError('a fault of ours');
      },
    ],
  ])(
    'whose handler %s is not acknowledged, the failure is told, and the next is taken (1.7: 6 and 7)',
    async (_, fails) => {
      const { emulator, clock, on, failures, texts } = running;
      emulator.redelivers = false;
      const taken = on.robot;
      on.robot = fails;
      void running.says('一');
      await until(() => failures, [new TypeError('a fault of ours')]);
      await turns(10);
      expect(emulator.acks).toEqual([]);
      on.robot = taken;
      expect(await running.says('二')).toMatchObject({ acked: true });
      expect(await emulator.pings()).toBe(true);
      expect(texts).toEqual(['二']);
      clock.advance(60_000);
    },
  );

  test('waits for no other: each is acknowledged when it is done itself', async () => {
    const { emulator, on } = running;
    const first = deferred<null>();
    on.robot = async (data) => {
      if (textIn(data) === '一') await first.promise;
    };
    const slow = running.says('一');
    expect(await running.says('二')).toMatchObject({ acked: true });
    expect(emulator.acks).toHaveLength(1);
    first.resolve(null);
    expect(await slow).toMatchObject({ acked: true });
  });
});

describe('a press', () => {
  test('is answered with what the handler resolves to', async () => {
    const { on } = running;
    const answer = { cardUpdateOptions: { updateCardDataByKey: true }, userPrivateData: { cardParamMap: { a: '1' } } };
    let data: unknown;
    on.card = async (given) => {
      data = given;
      return answer;
    };
    expect(await card('m-1')).toMatchObject({ acked: true, response: { response: answer } });
    expect(data).toEqual({ outTrackId: 'o-1', userId: 'lilei' });
    on.card = async () => undefined;
    expect(await card('m-2')).toMatchObject({ acked: true, response: { response: {} } });
  });

  test('is not answered when the handler rejects, or has an answer that cannot be written', async () => {
    const { emulator, on, failures } = running;
    const answers: (() => unknown)[] = [
      () => {
        throw AWAY;
      },
      () => ({ count: 1n }),
    ];
    on.card = async () => answers.shift()?.();
    void card('m-1');
    void card('m-2');
    await until(() => failures.length, 1);
    await turns(10);
    expect(answers).toEqual([]);
    expect(emulator.acks).toEqual([]);
  });
});

describe('an event', () => {
  test('is acknowledged as its handler says, and comes again when that is later (1.7: 8)', async () => {
    const { emulator, clock, on } = running;
    const heads: unknown[] = [];
    const verdicts: ('LATER' | 'SUCCESS')[] = ['LATER', 'SUCCESS'];
    on.event = async (head) => {
      heads.push(head);
      return verdicts.shift() ?? 'SUCCESS';
    };
    const told = await emulator.happens('user_leave_org', { userId: ['lilei'] });
    expect(told.response).toEqual({ status: 'LATER', message: 'ok' });
    clock.advance(60_000);
    await until(() => emulator.acks.at(-1)?.data, { status: 'SUCCESS', message: 'ok' });
    expect(heads).toHaveLength(2);
    expect(heads[0]).toMatchObject({ eventType: 'user_leave_org', eventId: expect.stringMatching(/./u) as string });
    expect(heads[1]).toEqual(heads[0]);
  });

  test.each([AWAY, new TypeError('a fault of ours')])('that fails with %s is for later', async (error) => {
    const { emulator, on, failures } = running;
    on.event = async () => {
      throw error;
    };
    const told = await emulator.happens('user_leave_org', {});
    expect(told.response).toMatchObject({ status: 'LATER' });
    expect(failures).toEqual(error === AWAY ? [] : [error]);
  });
});

describe('what nobody can read (1.7: 6)', () => {
  const TOPIC = '/v1.0/im/bot/messages/get';

  test.each<[string, unknown]>([
    ['no JSON', '{'],
    ['nothing', ''],
    ['null', 'null'],
    ['a list', '[]'],
    ['a frame without headers', '{"type":"CALLBACK","data":"{}"}'],
    ['a frame without a topic', '{"type":"CALLBACK","headers":{"messageId":"m"},"data":"{}"}'],
    ['a frame of another kind', { type: 'OTHER', headers: { topic: TOPIC, messageId: '' }, data: {} }],
    ['a topic that is not ours', { type: 'CALLBACK', headers: { topic: '/v1.0/other', messageId: '' }, data: {} }],
    ['a topic called error', { type: 'CALLBACK', headers: { topic: 'error', messageId: '' }, data: {} }],
    ['a system frame nobody knows', { type: 'SYSTEM', headers: { topic: 'greeting', messageId: '' }, data: {} }],
  ])('%s does no harm', async (_, pushed) => {
    const { emulator, failures, texts } = running;
    await emulator.pushes(pushed as string);
    await turns(10);
    expect(emulator.acks).toEqual([]);
    expect(await running.says('二')).toMatchObject({ acked: true });
    expect(await emulator.pings()).toBe(true);
    expect(texts).toEqual(['二']);
    expect(failures).toEqual([]);
  });

  test.each<[string, string, unknown]>([
    ['CALLBACK', TOPIC, { response: null }],
    ['CALLBACK', '/v1.0/card/instances/callback', { response: {} }],
    ['EVENT', '*', { status: 'SUCCESS', message: 'ok' }],
  ])(
    'data that is no JSON of %s %s is acknowledged: it will be none the next time either',
    async (type, topic, ack) => {
      const { emulator, lines, texts } = running;
      await emulator.pushes({ type, headers: { topic, messageId: 'm-1' }, data: '{"text":"13812345678' });
      expect(emulator.acks).toMatchObject([{ messageId: 'm-1', data: ack }]);
      expect(texts).toEqual([]);
      expect(lines.join('')).toContain('a shape that is not known');
    },
  );

  test('a message without an id is taken, though nobody can be told', async () => {
    const { emulator, texts, failures } = running;
    await emulator.pushes({ type: 'CALLBACK', headers: { topic: TOPIC }, data: { text: { content: '一' } } });
    await until(() => texts, ['一']);
    expect(emulator.acks).toEqual([]);
    expect(failures).toEqual([]);
  });
});

describe('a stop', () => {
  test('waits for what is under way and its acknowledgement, and takes nothing more in', async () => {
    const { emulator, stream, on } = running;
    const stored = deferred<null>();
    const begun: string[] = [];
    on.robot = async (data) => {
      begun.push(textIn(data));
      await stored.promise;
    };
    const first = running.says('一');
    await until(() => begun, ['一']);
    let isClosed = false;
    const closing = stream.close().then(() => {
      isClosed = true;
    });
    expect(stream.isConnected()).toBe(false);
    void running.says('二');
    await turns(20);
    expect(isClosed).toBe(false);
    stored.resolve(null);
    expect(await first).toMatchObject({ acked: true });
    await closing;
    await emulator.sockets(0);
    expect(begun).toEqual(['一']);
    expect(emulator.acks).toHaveLength(1);
  });

  test('is for good until it is opened again', async () => {
    const { emulator, stream, clock, texts } = running;
    await stream.close();
    await stream.close();
    clock.advance(3_600_000);
    await turns(20);
    expect(emulator.opened).toBe(1);
    await stream.open();
    expect(await running.says('一')).toMatchObject({ acked: true });
    expect(texts).toEqual(['一']);
  });
});
