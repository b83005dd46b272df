import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { createTokens, type Tokens } from '../../../adapters/dingtalk/token.ts';
import { manualClock, type ManualClock } from '../../support/clock.ts';
import { openWire, TOKEN, type Wire } from './wire.ts';

/** The app's token (3.1). */

const app = { clientId: 'dingclient', clientSecret: 'a secret of the app' };
const MINUTE = 60_000;

let wire: Wire;
let clock: ManualClock;
let tokens: Tokens;
beforeEach(async () => {
  wire = await openWire();
  clock = manualClock();
  tokens = createTokens(app, wire.url, clock);
});
afterEach(async () => {
  await wire.close();
});

test('is asked for by JSON, with the secret in no address', async () => {
  expect(await tokens.get()).toBe('secret-token-1');
  const [call] = wire.calls;
  expect(call).toMatchObject({ method: 'POST', target: TOKEN });
  expect(JSON.parse(call?.body ?? '')).toEqual({ appKey: app.clientId, appSecret: app.clientSecret });
});

test('is asked for once by however many ask at the same time, and kept', async () => {
  const all = await Promise.all(Array.from({ length: 50 }, () => tokens.get()));
  expect(new Set(all)).toEqual(new Set(['secret-token-1']));
  await tokens.get();
  expect(wire.calls).toHaveLength(1);
});

test('is renewed ten minutes before it ends, once', async () => {
  await tokens.get();
  clock.advance(110 * MINUTE - 1);
  expect(await tokens.get()).toBe('secret-token-1');
  clock.advance(1);
  const all = await Promise.all(Array.from({ length: 50 }, () => tokens.get()));
  expect(new Set(all)).toEqual(new Set(['secret-token-2']));
  expect(wire.calls).toHaveLength(2);
});

test('with a clock that is set back or forward is as old as it is', async () => {
  await tokens.get();
  clock.jump(200 * MINUTE);
  expect(await tokens.get()).toBe('secret-token-1');
  clock.jump(-500 * MINUTE);
  clock.advance(110 * MINUTE);
  expect(await tokens.get()).toBe('secret-token-2');
});

test('of a short life is renewed halfway', async () => {
  wire.answers(TOKEN, { json: { accessToken: 'short', expireIn: 60 } });
  expect(await tokens.get()).toBe('short');
  clock.advance(MINUTE / 2 - 1);
  expect(await tokens.get()).toBe('short');
  clock.advance(1);
  expect(await tokens.get()).toBe('secret-token-1');
});

test('that is forgotten is asked for anew; one that came after it is not forgotten', async () => {
  await tokens.get();
  tokens.forget('secret-token-1');
  expect(await tokens.get()).toBe('secret-token-2');
  tokens.forget('secret-token-1');
  expect(await tokens.get()).toBe('secret-token-2');
  expect(wire.calls).toHaveLength(2);
});

test('that cannot be renewed is used until it ends', async () => {
  await tokens.get();
  wire.answers(TOKEN, 'reset', { status: 503, text: '' }, 'reset');
  clock.advance(115 * MINUTE);
  expect(await tokens.get()).toBe('secret-token-1');
  expect(await tokens.get()).toBe('secret-token-1');
  clock.advance(5 * MINUTE);
  await expect(tokens.get()).rejects.toMatchObject({ failure: 'retryable' });
  expect(await tokens.get()).toBe('secret-token-2');
});

describe('what fails', () => {
  test.each([
    [400, 'invalidClientIdOrSecret'],
    [401, 'authFailed'],
  ])('HTTP %i %s is auth, for all who asked, and asked again by the next', async (status, code) => {
    wire.answers(TOKEN, { status, json: { code, message: app.clientSecret } });
    const all = await Promise.allSettled([tokens.get(), tokens.get()]);
    for (const met of all) expect(met).toMatchObject({ status: 'rejected', reason: { failure: 'auth', code } });
    expect(JSON.stringify(all)).not.toContain(app.clientSecret);
    expect(await tokens.get()).toBe('secret-token-1');
    expect(wire.calls).toHaveLength(2);
  });

  test.each<[string, Parameters<Wire['answers']>[1]]>([
    ['a lost answer', 'reset'],
    ['a fault', { status: 500, json: { code: 'system.error' } }],
    ['an answer without a token', { json: { accessToken: '', expireIn: 7200 } }],
    ['an answer without an end', { json: { accessToken: 'x' } }],
  ])('%s: whatever needs the token was certainly not sent', async (_, said) => {
    wire.answers(TOKEN, said);
    await expect(tokens.get()).rejects.toMatchObject({ failure: 'retryable' });
  });

  test('a limit stays one', async () => {
    wire.answers(TOKEN, { status: 403, json: { code: 'Forbidden.AccessDenied.QpsLimitForApi' } });
    await expect(tokens.get()).rejects.toMatchObject({ failure: 'rate-limited', retryAfterMs: 1_000 });
  });
});
