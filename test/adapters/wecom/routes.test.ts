import { randomBytes } from 'node:crypto';
import { request } from 'node:http';
import express, { type RequestHandler } from 'express';
import { afterEach, describe, expect, test } from 'vitest';
import { PROBE_HEADER } from '../../../adapters/wecom/routes.ts';
import { deferred } from '../../emulators/json.ts';
import { xmlOf } from '../../emulators/wecom/xml.ts';
import { turns, until } from './botting.ts';
import {
  APP,
  frameOf,
  outerOf,
  runCallback,
  saying,
  signedFor,
  wrapped,
  type Answer,
  type Callback,
} from './callback.ts';

/** The app's callback (fact sheet, 2 and 8). */

/** Published vectors (1.5). */
const VERIFICATION = {
  msg_signature: '5c45ff5e21c57e6ad56bac8758b79b1d9ac89fd3',
  timestamp: '1409659589',
  nonce: '263014780',
  echostr: 'P9nAzCzyDtyTWESHep1vC5X9xho/qYX3Zpb4yKa9SKld1DsH3Iyt3tP3zNdtp+4RPcs8TgAE7OaBO+FZXvnaqQ==',
};
const DELIVERY = {
  msg_signature: '477715d11cdb4164915debcba66cb864d751f3e6',
  timestamp: '1409659813',
  nonce: '1372623149',
};
const CIPHER =
  'RypEvHKD8QQKFhvQ6QleEB4J58tiPdvo+rtK1I9qca6aM/wvqnLSV5zEPeusUiX5L5X/0lWfrf0QADHHhGd3QczcdCUpj911L3vg3W/sYYvuJTs3TUUkSUXxaccAS0qhxchrRYt66wiSpGLYL42aM6A8dTT+6k4aSknmPj48kzJs8qLjvd4Xgpue06DOdnLxAUHzM6+kDZ+HMZfJYuR+LtwGc2hgf5gsijff0ekUNXZiqATP7PF5mZxZ3Izoun1s4zG4LUMnvw2r+KqCKIw+3IQH03v+BCA9nMELNqbSf6tiWSrXJB3LAVGUcallcrw8V2t9EL4EhzJWrQUax5wLVMNS0+rUPA3k22Ncx4XXZS9o0MBH27Bo6BpNelZpS+/uh9KsNlY6bHCmJU9p8g7m3fVKn28H3KDYA5Pl/T8Z1ptDAVe0lXdQ2YoyyH2uyPIGHBZZIs2pDBS8R07+qN+E7Q==';
const HELLO = {
  kind: 'message',
  id: 'm:4561255354251345929',
  user: 'mycreate',
  sort: 'text',
  text: 'hello',
  mediaId: null,
};

const OK: Answer = { status: 200, body: '' };
const REFUSED: Answer = { status: 401, body: '' };
const MINUTE = 60_000;

let callback: Callback;
async function run(before?: RequestHandler): Promise<Callback> {
  callback = await runCallback(before);
  return callback;
}
afterEach(async () => {
  await callback.close();
});

describe('when WeCom verifies the address', () => {
  test('it is told what it encrypted, and nothing else', async () => {
    const { url, seen } = await run();
    const response = await fetch(`${url}?${String(new URLSearchParams(VERIFICATION))}`);
    expect([response.status, await response.text()]).toEqual([200, '1616140317555161061']);
    expect(response.headers.get('content-type')).toMatch(/^text\/plain/u);
    expect(seen).toEqual(['verifiedAt']);
  });

  test('also while nothing is taken in', async () => {
    await run();
    callback.isOpen = false;
    expect((await callback.get(VERIFICATION)).status).toBe(200);
  });

  test.each(Object.keys(VERIFICATION))(
    'a request without %s, with another, with none, or with two, is refused',
    async (name) => {
      await run();
      const { [name as keyof typeof VERIFICATION]: value, ...rest } = VERIFICATION;
      const others = [
        rest,
        { ...rest, [name]: '' },
        { ...rest, [name]: `${value}x` },
        { ...rest, [`${name}[]`]: value },
      ];
      for (const query of others) expect(await callback.get(query)).toEqual(REFUSED);
      const whole = String(new URLSearchParams(VERIFICATION));
      expect(await callback.get(`${whole}&${name}=${encodeURIComponent(value)}`)).toEqual(REFUSED);
      expect(callback.seen).toEqual(['refusedAt']);
    },
  );

  test('what was delivered does for no verification, nor the other way round', async () => {
    await run();
    expect(await callback.get(DELIVERY)).toEqual(REFUSED);
    // Signed for what it is, but no words to say back: whoever caught it would have it opened.
    expect(await callback.get({ ...DELIVERY, echostr: CIPHER })).toEqual(REFUSED);
    expect((await callback.get({ ...DELIVERY, echostr: VERIFICATION.echostr })).status).toBe(401);
    const { echostr, ...query } = VERIFICATION;
    // It holds a number: opened, but nothing that anybody said.
    expect(await callback.post(query, outerOf(echostr))).toEqual(OK);
    expect(callback.taken).toEqual([]);
  });
});

describe('what WeCom delivers', () => {
  test('is handed over, and answered with nothing', async () => {
    await run();
    expect(await callback.post(DELIVERY, outerOf(CIPHER))).toEqual(OK);
    expect(callback.taken).toEqual([HELLO]);
    expect(callback.seen).toEqual(['heardAt']);
  });

  test('whatever it calls its content, in whatever order its envelope is, with no more than it needs', async () => {
    await run();
    for (const type of ['application/xml', 'text/plain', 'application/json', 'application/x-www-form-urlencoded'])
      expect(await callback.post(DELIVERY, outerOf(CIPHER), { 'content-type': type })).toEqual(OK);
    const [encrypt, to] = [`<Encrypt><![CDATA[${CIPHER}]]></Encrypt>`, '<ToUserName><![CDATA[x]]></ToUserName>'];
    for (const inner of [encrypt, `\n${encrypt}\n${to}\n`, `${to}${encrypt}<Other>1</Other>`])
      expect(await callback.post(DELIVERY, `<xml>${inner}</xml>`)).toEqual(OK);
    expect(callback.taken).toHaveLength(7);
  });

  test.each([']]>', 'a]]]]>b', '<b>&amp;</b>', '😀你好', '<!DOCTYPE html><!ENTITY a "b">', '\uD83D', ' '])(
    'is told as it was said: %j',
    async (text) => {
      await run();
      expect(await callback.delivers(saying(text))).toEqual(OK);
      expect(callback.taken).toMatchObject([{ text: Buffer.from(text).toString() }]);
    },
  );

  test('by PUT is not found', async () => {
    await run();
    expect((await fetch(callback.url, { method: 'PUT' })).status).toBe(404);
  });
});

describe('what somebody else sends', () => {
  test.each<[string, () => Promise<Answer>]>([
    ['without a query', () => callback.post('', outerOf(CIPHER))],
    ['with another signature', () => callback.post({ ...DELIVERY, msg_signature: '0'.repeat(40) }, outerOf(CIPHER))],
    ['with the signature of another message', () => callback.post(DELIVERY, outerOf(wrapped(saying('x')).cipher))],
    [
      'with everything twice',
      () => callback.post(String(new URLSearchParams(DELIVERY)).repeat(2).replace('9msg', '9&msg'), outerOf(CIPHER)),
    ],
    [
      'with its envelope twice',
      () => callback.post(DELIVERY, `<xml>${`<Encrypt>${CIPHER}</Encrypt>`.repeat(2)}</xml>`),
    ],
    ['signed with another token', () => callback.delivers(saying('x'), { token: 'other' })],
    ['encrypted with another key', () => callback.delivers(saying('x'), { key: 'A'.repeat(43) })],
    ['encrypted for another corporation', () => callback.delivers(saying('x'), { id: 'ww0000000000000002' })],
    ['encrypted for nobody', () => callback.delivers(saying('x'), { id: '' })],
    [
      'for another corporation, said within',
      () => callback.delivers(saying('x', { ToUserName: 'ww0000000000000002' })),
    ],
    ['for another app', () => callback.delivers(saying('x', { AgentID: '219' }))],
    ['in plain text', () => callback.post(DELIVERY, saying('x'))],
    ['in plain text, signed', () => callback.post(signedFor(saying('x')), saying('x'))],
    ['in JSON', () => callback.post(DELIVERY, JSON.stringify({ Encrypt: CIPHER }))],
    ['empty', () => callback.post(DELIVERY, '')],
    ['cut off', () => callback.post(DELIVERY, outerOf(CIPHER).slice(0, -6))],
    ['with a declared type', () => callback.post(DELIVERY, `<!DOCTYPE xml [<!ENTITY a "b">]>${outerOf(CIPHER)}`)],
    ['nested without end', () => callback.post(DELIVERY, '<xml>'.repeat(20_000))],
  ])('%s is refused like everything else', async (_, sent) => {
    await run();
    expect(await sent()).toEqual(REFUSED);
    expect(callback.taken).toEqual([]);
    expect([callback.seen, callback.failures]).toEqual([['refusedAt'], []]);
  });

  test('from a hundred other keys is refused', async () => {
    await run();
    const keys = Array.from({ length: 100 }, () => randomBytes(32).toString('base64').slice(0, 43));
    const statuses = new Set<number>();
    for (const key of keys) statuses.add((await callback.delivers(saying('x'), { key })).status);
    expect([...statuses]).toEqual([401]);
    expect(callback.taken).toEqual([]);
  });

  test('or what comes again after more than ten minutes, or before its time', async () => {
    await run();
    const again = () => callback.post(DELIVERY, outerOf(CIPHER));
    callback.clock.jump(10 * MINUTE);
    expect(await again()).toEqual(OK);
    callback.clock.jump(1_000);
    expect(await again()).toEqual(REFUSED);
    callback.clock.jump(-20 * MINUTE - 2_000);
    expect(await again()).toEqual(REFUSED);
  });

  test('a flood of it is one line and one note', async () => {
    await run();
    for (let i = 0; i < 5; i += 1) await callback.post('', 'x');
    expect([callback.lines.length, callback.seen]).toEqual([1, ['refusedAt']]);
    callback.clock.advance(MINUTE);
    await callback.get('');
    expect([callback.lines.length, callback.seen]).toEqual([2, ['refusedAt', 'refusedAt']]);
  });
});

describe('what WeCom encrypted and nobody can read is acknowledged, with one line that says nothing of it', () => {
  const BOMB = '<!DOCTYPE xml [<!ENTITY a "13812345678"><!ENTITY b "&a;&a;&a;&a;&a;&a;&a;&a;">]>';

  test.each<[string, string]>([
    ['nothing', ''],
    ['no XML', '13812345678'],
    ['JSON', '{"FromUserName":"13812345678"}'],
    ['half of it', saying('13812345678').slice(0, -8)],
    ['a declared type', `${BOMB}${saying('13812345678')}`],
    ['entities that are declared nowhere', saying('').replace('<![CDATA[]]>', '&b;13812345678')],
    ['nesting without end', `<xml>${'<a>'.repeat(10_000)}13812345678${'</a>'.repeat(10_000)}</xml>`],
    ['nobody who says it', saying('13812345678', { FromUserName: null })],
    ['everybody twice', `<xml>${saying('13812345678').slice(5, -6).repeat(2)}</xml>`],
  ])('%s', async (what, plain) => {
    await run();
    const answer = await callback.delivers(plain);
    expect(answer.status, what).toBeLessThan(500);
    expect([callback.taken, callback.failures]).toEqual([[], []]);
    expect(callback.lines).toHaveLength(1);
    expect(callback.lines.join('')).not.toContain('13812345678');
  });

  test('a shape that is not known is 200', async () => {
    await run();
    expect(await callback.delivers(saying('x', { FromUserName: null }))).toEqual(OK);
    expect(callback.lines.join('')).toContain('a shape that is not known');
  });

  test('without its number it is taken all the same', async () => {
    await run();
    expect(await callback.delivers(saying('hello', { MsgId: null }))).toEqual(OK);
    expect(callback.taken).toMatchObject([{ kind: 'message', text: 'hello' }]);
  });

  test('without its app, too', async () => {
    await run();
    const plain = xmlOf(frameOf('event', [['Event', 'subscribe']]), { AgentID: null });
    expect(await callback.delivers(plain)).toEqual(OK);
    expect(callback.taken).toMatchObject([{ kind: 'joined' }]);
  });
});

describe('a body', () => {
  const filled = (length: number) => {
    const whole = outerOf(CIPHER);
    return whole.replace('</xml>', `<F>${'x'.repeat(length - whole.length - 7)}</F></xml>`);
  };

  test('of 256 kB is taken, of more it is 413', async () => {
    await run();
    expect(await callback.post(DELIVERY, filled(256 * 1_024))).toEqual(OK);
    expect((await callback.post(DELIVERY, filled(256 * 1_024 + 1))).status).toBe(413);
    expect((await callback.post(DELIVERY, filled(2 * 1_024 * 1_024))).status).toBe(413);
    expect(callback.taken).toHaveLength(1);
  });

  test('that somebody has read before is no proof of anything: 500, and what is wrong is said', async () => {
    await run(express.text({ type: () => true }));
    expect(await callback.post(DELIVERY, outerOf(CIPHER))).toEqual({ status: 500, body: '' });
    expect(callback.failures).toMatchObject([{ message: 'the body was read before its signature could be checked' }]);
  });

  test('that breaks off is nobody’s fault', async () => {
    const met = deferred<null>();
    let isOver = false;
    await run((asked, response, next) => {
      response.on('close', () => {
        isOver = true;
      });
      next();
      asked.once('data', () => {
        met.resolve(null);
      });
    });
    const sent = request(callback.url, { method: 'POST', headers: { 'content-length': 1_000 } });
    sent.on('error', () => undefined);
    sent.write('<xml>');
    await met.promise;
    sent.destroy();
    await until(() => isOver, true);
    await turns(20);
    expect([callback.failures, callback.lines]).toEqual([[], []]);
    expect(await callback.post(DELIVERY, outerOf(CIPHER))).toEqual(OK);
  });
});

test('what doctor asks is answered, and noted nowhere', async () => {
  await run();
  const probe = { [PROBE_HEADER]: '1' };
  expect(await callback.get(VERIFICATION, probe)).toEqual({ status: 200, body: '1616140317555161061' });
  expect(await callback.get({ ...VERIFICATION, nonce: 'x' }, probe)).toEqual(REFUSED);
  expect([callback.seen, callback.lines]).toEqual([[], []]);
});

test('what is good is noted at most once a minute', async () => {
  await run();
  for (let i = 0; i < 3; i += 1) await callback.delivers(saying('x'));
  expect(callback.seen).toEqual(['heardAt']);
  callback.clock.advance(MINUTE);
  await callback.delivers(saying('x'));
  expect(callback.seen).toEqual(['heardAt', 'heardAt']);
});

test('no line of the log holds anything of a request or a secret', async () => {
  await run();
  await callback.post({ ...DELIVERY, msg_signature: 'stolen' }, outerOf(CIPHER));
  await callback.delivers(saying('13812345678', { CreateTime: 'stolen' }));
  expect(callback.lines).toHaveLength(2);
  const log = callback.lines.join('');
  for (const word of ['13812345678', 'stolen', 'mycreate', APP.token, APP.aesKey, APP.corpId])
    expect(log).not.toContain(word);
});
