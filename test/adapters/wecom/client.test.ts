import { inspect } from 'node:util';
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import * as z from 'zod';
import { createClient, type Client } from '../../../adapters/wecom/client.ts';
import { codeOf } from '../../../adapters/wecom/failures.ts';
import { DeliveryError } from '../../../src/errors.ts';
import { manualClock } from '../../support/clock.ts';
import { APP, openWire, PATH, TOKEN, type Said, type Wire } from './wire.ts';

/** Calls of WeCom's API (0, 3.1, 3.5, 5). */

const UPLOAD = '/cgi-bin/media/upload';
const MEDIA = '/cgi-bin/media/get';
const CUSTOMER = 'call 13812345678';
const answer = z.object({ msgid: z.string() });

let wire: Wire;
let client: Client;
beforeEach(async () => {
  wire = await openWire();
  client = createClient({ app: APP, apiUrl: wire.url, clock: manualClock() });
});
afterEach(async () => {
  vi.restoreAllMocks();
  await wire.close();
});

const send = (body: unknown = { text: CUSTOMER }) => client.call('POST', PATH, answer, body, { customer: CUSTOMER });
const CALLS: Readonly<Record<string, readonly [string, () => Promise<unknown>]>> = {
  call: [PATH, send],
  upload: [UPLOAD, () => client.upload('file', `${CUSTOMER}.pdf`, Buffer.from('%PDF'))],
};

/** What a call fails with; nothing of what was sent or is secret may be in it. */
async function failing(call: () => Promise<unknown>): Promise<DeliveryError> {
  const error = await call().then(
    () => new Error('it did not fail'),
    (met: unknown) => met,
  );
  if (!(error instanceof DeliveryError)) throw error;
  const all = inspect(error, { depth: 9, showHidden: true });
  for (const secret of [APP.secret, 'secret-token', '13812345678', wire.url]) expect(all).not.toContain(secret);
  return error;
}

describe('a call', () => {
  test('has its token and what was asked in the address, and what is sent as JSON', async () => {
    const query = { userid: 'a/b+c==' };
    expect(await client.call('POST', PATH, answer, { touser: 'alice|bob' }, query)).toEqual({ msgid: 'm-1' });
    expect(wire.made(PATH)).toEqual([
      {
        method: 'POST',
        path: PATH,
        query: { userid: 'a/b+c==', access_token: 'secret-token-1' },
        body: '{"touser":"alice|bob"}',
      },
    ]);
  });

  test('without a body has none, and its answer needs no errcode', async () => {
    wire.answers(PATH, { json: { msgid: 'm-2' } });
    expect(await client.call('GET', PATH, answer)).toEqual({ msgid: 'm-2' });
    expect(wire.made(PATH)).toMatchObject([{ method: 'GET', body: '' }]);
  });

  test('sends texts without what JSON could only escape, wherever they stand', async () => {
    const body = { text: { content: '杯\u0007子\u001b\r\n\t🍵\ud83d碎\udc00"了\\' }, list: ['\u0000a', 7, null] };
    await send(body);
    const [{ body: sent } = { body: '' }] = wire.made(PATH);
    expect(sent).not.toMatch(/\\u/u);
    expect(JSON.parse(sent)).toEqual({ text: { content: '杯子\n\t🍵\ufffd碎\ufffd"了\\' }, list: ['a', 7, null] });
  });

  test('upload is a form with the file, and says in the address what it is', async () => {
    wire.answers(UPLOAD, { json: { errcode: 0, errmsg: '', type: 'image', media_id: '1G6n', created_at: '1' } });
    expect(await client.upload('image', '发票\u0007 "1".png', Buffer.from('png!'))).toBe('1G6n');
    const [call] = wire.made(UPLOAD);
    expect(call?.query).toEqual({ type: 'image', access_token: 'secret-token-1' });
    expect(call?.body).toMatch(/name="media"; filename="发票 %221%22.png"[\s\S]*png!/u);
  });
});

describe.each([40014, 42001])('a token that is worth nothing any more: %i', (errcode) => {
  const said: Said = { json: { errcode, errmsg: 'hint: [1700000000]' } };

  test.each(Object.entries(CALLS))('%s: a new one, and the call once again', async (_, [path, call]) => {
    wire.answers(path, said, { json: { errcode: 0, msgid: 'm', media_id: 'x' } });
    await call();
    expect(wire.made(path).map(({ query }) => query['access_token'])).toEqual(['secret-token-1', 'secret-token-2']);
    expect(wire.made(path)[0]?.body.length).toBe(wire.made(path)[1]?.body.length);
    expect(wire.made(TOKEN)).toHaveLength(2);
  });

  test('a download: a new one, and it comes', async () => {
    wire.answers(MEDIA, said, { content: 'GIF89a', headers: { 'content-type': 'image/gif' } });
    expect(await client.download('id')).toMatchObject({ name: null });
    expect(wire.made(MEDIA).map(({ query }) => query['access_token'])).toEqual(['secret-token-1', 'secret-token-2']);
  });

  test('twice is auth, without a third try', async () => {
    wire.answers(PATH, said, said);
    const met = await failing(send);
    expect([met.failure, codeOf(met)]).toEqual(['auth', String(errcode)]);
    expect(wire.made(PATH)).toHaveLength(2);
  });
});

test('many calls with one token that ended ask for one new one', async () => {
  wire.ended.add(await client.token());
  await Promise.all(Array.from({ length: 20 }, () => send()));
  expect(wire.made(TOKEN)).toHaveLength(2);
  expect(wire.made(PATH)).toHaveLength(40);
});

describe.each(Object.entries(CALLS))('what may fail, %s', (kind, [path, call]) => {
  test.each<[string, Said, DeliveryError['failure'], number?]>([
    ['a connection that is lost after WeCom acted', 'reset', 'unknown'],
    ['busy', { json: { errcode: -1, errmsg: 'system error' } }, 'unknown'],
    ['a page of a fault', { status: 502, content: `<html>${CUSTOMER}</html>` }, 'unknown'],
    ['half an answer', { content: '{"errcode":0,"msgid":"m' }, 'unknown'],
    ['an answer without what it promises', { json: { errcode: 0, msg: CUSTOMER } }, 'unknown'],
    ['an empty answer', { content: '' }, 'unknown'],
    ['a redirect', { status: 302, content: '', headers: { location: 'https://example.com/' } }, 'unknown'],
    ['too many calls', { json: { errcode: 45009, errmsg: CUSTOMER } }, 'rate-limited', 60_000],
    ['too many at once', { json: { errcode: 45033 } }, 'rate-limited', 1_000],
    ['an address that is not allowed', { json: { errcode: 60020, errmsg: '10.0.0.1' } }, 'auth'],
    ['an error nobody knows', { json: { errcode: 999999, errmsg: CUSTOMER } }, 'permanent'],
  ])('%s', async (what, said, expected, afterMs) => {
    wire.answers(path, said);
    const met = await failing(call);
    // Bytes that may or may not have arrived show nobody anything.
    expect(met.failure).toBe(kind === 'upload' && expected === 'unknown' ? 'retryable' : expected);
    expect(met.retryAfterMs).toBe(afterMs);
    expect(met.message).toMatch(new RegExp(`^${path}: `, 'u'));
    expect(wire.made(path), what).toHaveLength(1);
  });

  test('a WeCom that nobody reaches was certainly not told', async () => {
    await client.token();
    await wire.close();
    expect(await failing(call)).toMatchObject({ failure: 'retryable' });
    wire = await openWire();
  });

  test('no token: nothing was sent', async () => {
    wire.answers(TOKEN, 'reset', { json: { errcode: 40001, errmsg: APP.secret } });
    expect(await failing(call)).toMatchObject({ failure: 'retryable' });
    expect(await failing(call)).toMatchObject({ failure: 'auth', code: '40001' });
    expect(wire.made(path)).toEqual([]);
  });
});

test('what does not answer within eight seconds is given up, and may have arrived', async () => {
  const timeout = AbortSignal.timeout.bind(AbortSignal);
  const asked = vi.spyOn(AbortSignal, 'timeout').mockImplementation(() => timeout(100));
  wire.answers(PATH, 'never');
  expect(await failing(send)).toMatchObject({ failure: 'unknown' });
  expect(asked.mock.calls.flat().every((ms) => ms === 8_000)).toBe(true);
});

test('a token that takes all of that time leaves none to send in', async () => {
  const over = AbortSignal.abort();
  const timeout = AbortSignal.timeout.bind(AbortSignal);
  vi.spyOn(AbortSignal, 'timeout')
    .mockImplementationOnce(() => over)
    .mockImplementation(timeout);
  expect(await failing(send)).toMatchObject({ failure: 'retryable' });
  expect(wire.made(PATH)).toEqual([]);
});

describe('what lies under a media id', () => {
  const got = async (said: Said) => {
    wire.answers(MEDIA, said);
    const content = await client.download('1G6n');
    return 'problem' in content ? content : { name: content.name, text: await new Response(content.stream).text() };
  };

  test('comes with the name that WeCom gave it', async () => {
    const headers = { 'content-type': 'image/jpeg', 'content-disposition': 'attachment; filename="1G6n.jpg"' };
    expect(await got({ content: 'jpeg', headers })).toEqual({ name: '1G6n.jpg', text: 'jpeg' });
    expect(wire.made(MEDIA)).toMatchObject([
      { method: 'GET', query: { media_id: '1G6n', access_token: 'secret-token-1' } },
    ]);
  });

  test('that is JSON of its own is a file like any other', async () => {
    const headers = { 'content-type': 'application/json', 'content-disposition': 'attachment; filename="a.json"' };
    expect(await got({ content: '{"errcode":40007}', headers })).toMatchObject({ text: '{"errcode":40007}' });
  });

  test.each<[string, string, string | null]>([
    ['in UTF-8', Buffer.from('attachment; filename="发票.pdf"').toString('latin1'), '发票.pdf'],
    ['percent-encoded', 'attachment; filename="%E5%8F%91%E7%A5%A8.pdf"', '发票.pdf'],
    ['twice', `attachment; filename="a.pdf"; filename*=UTF-8''%E5%8F%91%E7%A5%A8.pdf`, '发票.pdf'],
    ['without marks', 'attachment; filename=a.pdf; size=1', 'a.pdf'],
    ['with a sign that looks encoded', 'attachment; filename="50% off.pdf"', '50% off.pdf'],
    ['in Latin-1', 'attachment; filename="caf\u00e9.pdf"', 'caf\u00e9.pdf'],
    ['empty', 'attachment; filename=""', null],
    ['not at all', 'attachment', null],
  ])('is called %s', async (_, disposition, name) => {
    expect(await got({ content: 'x', headers: { 'content-disposition': disposition } })).toMatchObject({ name });
  });

  test.each<[string, Said, string]>([
    ['too old an id', { json: { errcode: 40007, errmsg: 'invalid media_id' } }, 'expired'],
    ['a busy WeCom', { json: { errcode: -1 } }, 'unreadable'],
    ['a page', { status: 502, content: '<html>', headers: { 'content-type': 'text/html' } }, 'unreadable'],
    ['a fault', { status: 500, content: 'x', headers: { 'content-type': 'image/png' } }, 'unreadable'],
    ['an answer that is nothing', { json: { errcode: 0 } }, 'unreadable'],
    ['an answer of no kind', { content: '{"errcode":40007}' }, 'expired'],
    ['a redirect', { status: 302, content: '', headers: { location: 'http://169.254.169.254/' } }, 'unreadable'],
    ['a lost connection', 'reset', 'unreadable'],
  ])('cannot be had after %s', async (_, said, problem) => {
    expect(await got(said)).toEqual({ problem });
  });

  test('cannot be had without a token', async () => {
    wire.answers(TOKEN, { json: { errcode: 40001 } });
    expect(await client.download('1G6n')).toEqual({ problem: 'unreadable' });
  });
});
