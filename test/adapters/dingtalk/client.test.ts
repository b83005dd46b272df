import { inspect } from 'node:util';
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import * as z from 'zod';
import { createClient, type Client } from '../../../adapters/dingtalk/client.ts';
import { codeOf } from '../../../adapters/dingtalk/failures.ts';
import { DeliveryError } from '../../../src/errors.ts';
import { manualClock } from '../../support/clock.ts';
import { openWire, PATH, TOKEN, type Said, type Wire } from './wire.ts';

/** Calls of both APIs (3.1, 3.2). */

const OLD = '/topapi/v2/user/get';
const MEDIA = '/media/upload';
const CUSTOMER = 'call 13812345678';
const SECRET = 'the-secret-of-the-app';
const answer = z.object({ processQueryKey: z.string() });

let wire: Wire;
let client: Client;
const at = (apiUrl: string, oapiUrl = apiUrl): Client =>
  createClient({ app: { clientId: 'dingclient', clientSecret: SECRET }, apiUrl, oapiUrl, clock: manualClock() });
beforeEach(async () => {
  wire = await openWire();
  client = at(wire.url);
});
afterEach(async () => {
  vi.restoreAllMocks();
  await wire.close();
});

const CALLS: Readonly<Record<string, readonly [string, (c: Client) => Promise<unknown>]>> = {
  new: [PATH, (c) => c.api('POST', PATH, answer, { text: CUSTOMER }, { customer: CUSTOMER })],
  old: [OLD, (c) => c.old(OLD, z.unknown(), { text: CUSTOMER })],
  media: [MEDIA, (c) => c.upload('file', `${CUSTOMER}.pdf`, Buffer.from('%PDF'))],
};
const made = (path: string) => wire.calls.filter((call) => call.path === path);

/** What a call fails with; nothing of what was sent or is secret may be in it. */
async function failing(call: () => Promise<unknown>): Promise<DeliveryError> {
  const error = await call().then(
    () => new Error('it did not fail'),
    (met: unknown) => met,
  );
  if (!(error instanceof DeliveryError)) throw error;
  const all = inspect(error, { depth: 9, showHidden: true });
  for (const secret of [SECRET, 'secret-token', '13812345678', wire.url]) expect(all).not.toContain(secret);
  return error;
}

describe('a call', () => {
  test('of the new API has its token in a header and what was asked in the address', async () => {
    const got = await client.api('PUT', PATH, answer, { a: 1 }, { key: 'a/b+c==' });
    expect(got).toEqual({ processQueryKey: 'key' });
    expect(made(PATH)).toEqual([
      { method: 'PUT', target: `${PATH}?key=a%2Fb%2Bc%3D%3D`, path: PATH, token: 'secret-token-1', body: '{"a":1}' },
    ]);
  });

  test('without a body has none', async () => {
    await client.api('GET', PATH, answer);
    expect(made(PATH)).toMatchObject([{ method: 'GET', body: '' }]);
  });

  test('of the old API has its token in the address, which is how DingTalk wants it', async () => {
    await client.old(OLD, z.unknown(), { userid: 'u' });
    expect(made(OLD)).toMatchObject([
      { method: 'POST', target: `${OLD}?access_token=secret-token-1`, token: '', body: '{"userid":"u"}' },
    ]);
  });

  test('goes where that API is', async () => {
    const other = await openWire();
    await at(other.url, wire.url).old(OLD, z.unknown(), {});
    expect(other.calls.map(({ path }) => path)).toEqual([TOKEN]);
    expect(made(OLD)).toHaveLength(1);
    await other.close();
  });

  test('upload is a form with type and file', async () => {
    wire.answers(MEDIA, { json: { errcode: 0, media_id: '@lADP', type: 'image' } });
    expect(await client.upload('image', 'cup.png', Buffer.from('png!'))).toBe('@lADP');
    const [call] = made(MEDIA);
    expect(call?.body).toMatch(/name="type"\r\n\r\nimage\r\n/u);
    expect(call?.body).toMatch(/name="media"; filename="cup.png"[\s\S]*png!/u);
  });
});

const WORTHLESS: readonly (readonly [string, Said])[] = [
  ['InvalidAuthentication', { status: 400, json: { code: 'InvalidAuthentication', message: 'm' } }],
  ['HTTP 401', { status: 401, json: { code: 'x' } }],
  ['40014', { json: { errcode: 40014, errmsg: 'm' } }],
  ['40001', { json: { errcode: 40001 } }],
  ['42001', { json: { errcode: 42001 } }],
  ['88', { json: { errcode: 88 } }],
  ['40014', { json: { errcode: 88, sub_code: '40014' } }],
];

describe.each(WORTHLESS)('a token that is worth nothing any more: %s', (code, said) => {
  test.each(['new', 'old'])('of the %s API: a new one, and the call once again', async (kind) => {
    const [path, call] = CALLS[kind] ?? ['', () => Promise.resolve()];
    wire.answers(path, said);
    await call(client);
    expect(made(path)).toHaveLength(2);
    expect(made(path)[0]?.body).toBe(made(path)[1]?.body);
    expect(made(TOKEN)).toHaveLength(2);
    expect(made(path)[1]?.token + String(made(path)[1]?.target)).toContain('secret-token-2');
  });

  test('twice is auth, without a third try', async () => {
    wire.answers(PATH, said, said);
    const met = await failing(() => client.api('POST', PATH, answer, {}));
    expect(met.failure).toBe('auth');
    expect(codeOf(met)).toBe(code);
    expect(made(PATH)).toHaveLength(2);
  });
});

test('many calls with one token that ended ask for one new one', async () => {
  wire.ended.add(await client.token());
  await Promise.all(Array.from({ length: 20 }, () => client.api('POST', PATH, answer, {})));
  expect(made(TOKEN)).toHaveLength(2);
  expect(made(PATH)).toHaveLength(40);
});

describe.each(Object.entries(CALLS))('what may fail, %s API', (kind, [path, call]) => {
  test.each<[string, Said, DeliveryError['failure']]>([
    ['a lost connection', 'reset', 'unknown'],
    ['a fault', { status: 500, json: { code: 'system.error', message: CUSTOMER } }, 'unknown'],
    ['a page of a fault', { status: 502, text: `<html>${CUSTOMER}</html>` }, 'unknown'],
    ['half an answer', { text: '{"errcode":' }, 'unknown'],
    ['an answer without what it promises', { json: { media: CUSTOMER } }, 'unknown'],
    ['a redirect', { status: 302, text: '', headers: { location: 'https://example.com/' } }, 'unknown'],
    ['a page', { text: `<!DOCTYPE html><html>${CUSTOMER}</html>` }, 'rate-limited'],
    ['the wall', { json: { status: 1111, wait: 5, source: 'x5', punish: 'deny' } }, 'rate-limited'],
    ['a missing right', { json: { errcode: 60011, errmsg: CUSTOMER } }, 'auth'],
    ['an error nobody knows', { status: 400, json: { code: 'new.one', message: CUSTOMER } }, 'permanent'],
  ])('%s', async (what, said, expected) => {
    wire.answers(path, said);
    const met = await failing(() => call(client));
    // Bytes that may or may not have arrived show nobody anything.
    expect(met.failure).toBe(kind === 'media' && expected === 'unknown' ? 'retryable' : expected);
    expect(met.message).toMatch(new RegExp(`^${path}: `, 'u'));
    expect(made(path), what).toHaveLength(1);
  });

  test('a DingTalk that nobody reaches was certainly not told', async () => {
    await client.token();
    await wire.close();
    expect(await failing(() => call(client))).toMatchObject({ failure: 'retryable' });
    wire = await openWire();
  });

  test('no token: nothing was sent', async () => {
    wire.answers(TOKEN, 'reset', { status: 400, json: { code: 'invalidClientIdOrSecret', message: SECRET } });
    expect(await failing(() => call(client))).toMatchObject({ failure: 'retryable' });
    expect(await failing(() => call(client))).toMatchObject({ failure: 'auth' });
    expect(made(path)).toEqual([]);
  });
});

test('what does not answer within eight seconds is given up, and may have arrived', async () => {
  const timeout = AbortSignal.timeout.bind(AbortSignal);
  const asked = vi.spyOn(AbortSignal, 'timeout').mockImplementation(() => timeout(100));
  wire.answers(PATH, 'never');
  expect(await failing(() => client.api('POST', PATH, answer, {}))).toMatchObject({ failure: 'unknown' });
  expect(asked.mock.calls.flat().every((ms) => ms === 8_000)).toBe(true);
});

test('a token that takes all of that time leaves none to send in', async () => {
  const over = AbortSignal.abort();
  const timeout = AbortSignal.timeout.bind(AbortSignal);
  vi.spyOn(AbortSignal, 'timeout')
    .mockImplementationOnce(() => over)
    .mockImplementation(timeout);
  expect(await failing(() => client.api('POST', PATH, answer, {}))).toMatchObject({ failure: 'retryable' });
  expect(made(PATH)).toEqual([]);
});

describe('what lies at an address', () => {
  test('comes without any token being shown', async () => {
    wire.answers('/file', { text: 'content' });
    const content = await client.download(`${wire.url}/file?sign=1`);
    expect(await new Response(content).text()).toBe('content');
    expect(wire.calls).toMatchObject([{ path: '/file', token: '' }]);
  });

  test.each<[string, Said]>([
    ['403', { status: 403, text: 'no' }],
    ['a redirect', { status: 302, text: '', headers: { location: 'http://169.254.169.254/' } }],
    ['a lost connection', 'reset'],
  ])('with %s cannot be had', async (_, said) => {
    wire.answers('/file', said);
    expect(await client.download(`${wire.url}/file`)).toBeNull();
  });

  test.each([
    'http://down.example.com/a',
    'ftp://down.example.com/a',
    'file:///etc/passwd',
    'data:text/plain,abc',
    'https://user@down.example.com/a',
    '//down.example.com/a',
    'javascript:0',
    '',
  ])('%j is not asked, with the API behind https', async (address) => {
    const fetched = vi.spyOn(globalThis, 'fetch');
    expect(await at('https://api.dingtalk.com').download(address)).toBeNull();
    expect(fetched).not.toHaveBeenCalled();
  });

  test('behind https is asked for', async () => {
    const fetched = vi.spyOn(globalThis, 'fetch').mockResolvedValue(new Response('abc'));
    expect(await at('https://api.dingtalk.com').download('https://down.example.com/a')).not.toBeNull();
    expect(fetched).toHaveBeenCalledWith('https://down.example.com/a', expect.objectContaining({ redirect: 'error' }));
  });
});
