import { createServer, request, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import express, { type RequestHandler } from 'express';
import { afterEach, describe, expect, test } from 'vitest';
import { CARD_PATH, createRoutes, PROBE_HEADER, ROBOT_PATH } from '../../../adapters/dingtalk/routes.ts';
import { cardSignature, robotSignature } from '../../../adapters/dingtalk/signature.ts';
import { StoreUnavailable } from '../../../src/errors.ts';
import { createLog } from '../../../src/log.ts';
import { deferred } from '../../emulators/json.ts';
import { manualClock, type ManualClock } from '../../support/clock.ts';
import { turns, until } from './streaming.ts';

/** HTTP mode (fact sheet, 4.3 and 6). */

/** Vectors of the fact sheet. */
const AT = '1577262236757';
const ROBOT = { secret: 'this is a secret', timestamp: AT, sign: 'DJrE6qdyVGCQz9z5r2MDuNcNAhwYnuAkyj13cx169CA=' };
const CARD = {
  secret: 'example-secret',
  headers: {
    'x-ddpaas-signature-timestamp': AT,
    'x-ddpaas-signature': '9EQUhx+gSqHfgSF/OnOV2ifDC9m1VzjPj00L/WOZeew=',
  },
};
const MESSAGE = { msgId: 'm-1', msgtype: 'text', text: { content: '电话 13812345678' } };
const PRESS = { outTrackId: 'o-1', userId: 'lilei' };
const AWAY = new StoreUnavailable(new Error('test'));

interface Answer {
  readonly status: number;
  readonly body: string;
}

let server: Server;
let url: string;
let clock: ManualClock;
let isOpen: boolean;
let robot: (data: unknown, ack: () => void) => Promise<unknown>;
let card: (data: unknown) => Promise<unknown>;
let taken: unknown[];
let seen: string[];
let failures: unknown[];
let lines: string[];

async function run(before: RequestHandler = (_request, _response, next) => next()): Promise<void> {
  clock = manualClock(new Date(Number(AT)));
  isOpen = true;
  [taken, seen, failures, lines] = [[], [], [], []];
  robot = async (data) => void taken.push(data);
  card = async (data) => {
    taken.push(data);
    return { userPrivateData: { cardParamMap: { notice: '好' } } };
  };
  const app = express();
  app.use(before);
  app.use(
    createRoutes({
      clientSecret: ROBOT.secret,
      clock,
      log: createLog({ level: 'debug', readable: false, clock, stream: { write: (line) => void lines.push(line) } }),
      handle: { robot: (data, ack) => robot(data, ack), card: (data) => card(data) },
      cardSecret: () => CARD.secret,
      isOpen: () => isOpen,
      seen: (what) => seen.push(what),
      onFailure: (error) => failures.push(error),
    }),
  );
  server = createServer(app);
  await new Promise<void>((resolve) => {
    server.listen(0, '127.0.0.1', resolve);
  });
  url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
}
afterEach(async () => {
  server.closeAllConnections();
  await new Promise((resolve) => server.close(resolve));
});

async function post(path: string, body: unknown, headers: Readonly<Record<string, string>>): Promise<Answer> {
  const response = await fetch(url + path, {
    method: 'POST',
    headers: { 'content-type': 'application/json; charset=utf-8', ...headers },
    body: typeof body === 'string' ? body : JSON.stringify(body),
  });
  return { status: response.status, body: await response.text() };
}
const says = (body: unknown = MESSAGE, headers: Readonly<Record<string, string>> = {}) =>
  post(ROBOT_PATH, body, { timestamp: ROBOT.timestamp, sign: ROBOT.sign, ...headers });
const presses = (body: unknown = PRESS, headers: Readonly<Record<string, string>> = {}) =>
  post(CARD_PATH, body, { ...CARD.headers, ...headers });

const NOTHING: Answer = { status: 200, body: '{"msgtype":"empty"}' };

describe('what DingTalk signed', () => {
  test('a message is handed over, and answered with nothing to say', async () => {
    await run();
    expect(await says()).toEqual(NOTHING);
    expect(taken).toEqual([MESSAGE]);
  });

  test('a press is answered with what its handler resolves to', async () => {
    await run();
    expect(await presses()).toEqual({ status: 200, body: '{"userPrivateData":{"cardParamMap":{"notice":"好"}}}' });
    expect(taken).toEqual([PRESS]);
    card = async () => undefined;
    expect(await presses()).toEqual({ status: 200, body: '{}' });
  });

  test('whatever it calls its content', async () => {
    await run();
    for (const type of ['text/plain', 'application/octet-stream', 'application/x-www-form-urlencoded'])
      expect(await says(MESSAGE, { 'content-type': type })).toEqual(NOTHING);
  });

  test.each(['GET', 'PUT'])('by %s is not found, nor is another path', async (method) => {
    await run();
    expect((await fetch(url + ROBOT_PATH, { method })).status).toBe(404);
    expect((await post('/dingtalk/other', {}, {})).status).toBe(404);
  });
});

describe('what somebody else says', () => {
  const HOUR = 3_600_000;

  test.each<[string, Readonly<Record<string, string>>]>([
    ['without a signature', { sign: '' }],
    ['with another one', { sign: robotSignature('another', AT) }],
    ['with the signature of a card', { sign: cardSignature(ROBOT.secret, AT) }],
    ['without a time', { timestamp: '' }],
    ['at another time', { timestamp: String(Number(AT) + 1) }],
    ['at a time that is none', { timestamp: 'now', sign: robotSignature(ROBOT.secret, 'now') }],
  ])('a message %s is 401, unread', async (_, headers) => {
    await run();
    expect(await says('{', headers)).toEqual({ status: 401, body: '' });
    expect(taken).toEqual([]);
    expect(seen).toEqual(['refusedAt']);
  });

  test.each<[string, Readonly<Record<string, string>>]>([
    ['without a signature', { 'x-ddpaas-signature': '' }],
    ['with another one', { 'x-ddpaas-signature': cardSignature('another', AT) }],
    ['with the signature of a robot', { 'x-ddpaas-signature': robotSignature(CARD.secret, AT) }],
    ['with the headers of a robot', { 'x-ddpaas-signature': '', timestamp: AT, sign: ROBOT.sign }],
    ['without a time', { 'x-ddpaas-signature-timestamp': '' }],
  ])('a press %s is 401', async (_, headers) => {
    await run();
    expect(await presses(PRESS, headers)).toEqual({ status: 401, body: '' });
    expect(taken).toEqual([]);
  });

  test.each([-HOUR, 0, HOUR])('%d ms off it is taken, a second more and it is not', async (ms) => {
    await run();
    clock.jump(ms);
    expect((await says()).status).toBe(200);
    expect((await presses()).status).toBe(200);
    clock.jump(ms < 0 ? -1_000 : HOUR + 1_000);
    expect((await says()).status).toBe(401);
    expect((await presses()).status).toBe(401);
  });

  test('a flood of it is one line and one note', async () => {
    await run();
    for (let i = 0; i < 5; i += 1) await says(MESSAGE, { sign: 'x' });
    expect(lines).toHaveLength(1);
    clock.advance(60_000);
    await says(MESSAGE, { sign: 'x' });
    expect(lines).toHaveLength(2);
    expect(seen).toEqual(['refusedAt', 'refusedAt']);
  });
});

describe('200 means that it is stored', () => {
  test('a message is answered as soon as it is, whatever goes on after', async () => {
    await run();
    const rest = deferred<null>();
    robot = async (_, ack) => {
      ack();
      ack();
      await rest.promise;
      throw new TypeError('a fault of ours');
    };
    expect(await says()).toEqual(NOTHING);
    rest.resolve(null);
    await until(() => failures, [new TypeError('a fault of ours')]);
  });

  test('and not before', async () => {
    await run();
    const stored = deferred<null>();
    let begun = false;
    robot = async () => {
      begun = true;
      await stored.promise;
    };
    let isAnswered = false;
    const told = says().finally(() => {
      isAnswered = true;
    });
    await until(() => begun, true);
    await turns(20);
    expect(isAnswered).toBe(false);
    stored.resolve(null);
    expect(await told).toEqual(NOTHING);
  });

  test('with the store away it is 503, and nobody is told twice', async () => {
    await run();
    robot = () => Promise.reject(AWAY);
    card = robot as typeof card;
    expect(await says()).toEqual({ status: 503, body: '' });
    expect(await presses()).toEqual({ status: 503, body: '' });
    expect(failures).toEqual([]);
  });

  test('what fails in another way is 500, and told', async () => {
    await run();
    robot = () => {
      throw new TypeError('a fault of ours');
    };
    card = async () => ({ count: 1n });
    expect(await says()).toEqual({ status: 500, body: '' });
    expect(await presses()).toEqual({ status: 500, body: '' });
    expect(failures).toHaveLength(2);
  });

  test('while nothing is taken in it is 503', async () => {
    await run();
    isOpen = false;
    expect((await says()).status).toBe(503);
    expect((await presses()).status).toBe(503);
    expect(taken).toEqual([]);
  });
});

describe('a body', () => {
  test.each(['', '{', '[]', 'null', '7', '"text"', 'text=1'])('%j is 400', async (body) => {
    await run();
    expect((await says(body)).status).toBe(400);
    expect((await presses(body)).status).toBe(400);
    expect([taken, failures]).toEqual([[], []]);
  });

  test('of 256 kB is taken, of one byte more it is 413', async () => {
    await run();
    const most = 256 * 1024;
    const filled = (length: number) => `{"a":"${'x'.repeat(length - 8)}"}`;
    expect((await says(filled(most))).status).toBe(200);
    expect((await says(filled(most + 1))).status).toBe(413);
    expect(taken).toHaveLength(1);
  });

  test('that never ends is cut off, unread', async () => {
    await run();
    const { promise, resolve } = deferred<number>();
    const sent = request(url + ROBOT_PATH, {
      method: 'POST',
      headers: { timestamp: ROBOT.timestamp, sign: ROBOT.sign },
    });
    let written = 0;
    const more = (): void => {
      if (written > 64 * 1024 * 1024 || sent.destroyed) return;
      written += 65_536;
      sent.write(Buffer.alloc(65_536), more);
    };
    sent.on('response', ({ statusCode = 0 }) => {
      resolve(statusCode);
      sent.destroy();
    });
    sent.on('error', () => {
      resolve(0);
    });
    more();
    expect(await promise).toBe(413);
  });

  test('that somebody has read before is no proof of anything: 500, and what is wrong is said', async () => {
    await run(express.json());
    expect((await says()).status).toBe(500);
    expect(failures).toMatchObject([{ message: 'the body was read before its signature could be checked' }]);
  });
});

describe('what doctor asks', () => {
  const PROBE = { [PROBE_HEADER]: '1' };

  test('is answered, signed, with what it asked; nothing is handed over, and nothing noted', async () => {
    await run();
    isOpen = false;
    expect(await says({ challenge: 'abc' }, PROBE)).toEqual({ status: 200, body: '{"challenge":"abc"}' });
    expect(await presses({ challenge: 'abc' }, PROBE)).toEqual({ status: 200, body: '{"challenge":"abc"}' });
    expect([taken, seen, lines]).toEqual([[], [], []]);
  });

  test('unsigned is refused like anything else, without a word', async () => {
    await run();
    expect((await says({ challenge: 'abc' }, { ...PROBE, sign: 'x' })).status).toBe(401);
    expect([seen, lines]).toEqual([[], []]);
  });

  test('reads when something good came, at most once a minute', async () => {
    await run();
    await says();
    await presses();
    expect(seen).toEqual(['heardAt']);
    clock.advance(60_000);
    await says();
    expect(seen).toEqual(['heardAt', 'heardAt']);
  });
});

test('no line of the log holds anything of a request or a secret', async () => {
  await run();
  await says();
  await says(MESSAGE, { sign: 'stolen' });
  await presses(PRESS, { 'x-ddpaas-signature': 'stolen' });
  await says('{"text":"13812345678"');
  const log = lines.join('');
  expect(log).toContain('had no valid signature');
  for (const word of ['13812345678', 'stolen', ROBOT.secret, ROBOT.sign, CARD.secret]) expect(log).not.toContain(word);
});
