import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import type { Tokens } from '../../../adapters/shared/token.ts';
import { createTokens } from '../../../adapters/wecom/token.ts';
import { manualClock, type ManualClock } from '../../support/clock.ts';
import { APP, openWire, TOKEN, type Said, type Wire } from './wire.ts';

/** The app's token (5.1). */

const MINUTE = 60_000;

let wire: Wire;
let clock: ManualClock;
let tokens: Tokens;
beforeEach(async () => {
  wire = await openWire();
  clock = manualClock();
  tokens = createTokens(APP, wire.url, clock);
});
afterEach(async () => {
  await wire.close();
});

test('is asked for by id and secret', async () => {
  expect(await tokens.get()).toBe('secret-token-1');
  expect(wire.calls).toEqual([
    { method: 'GET', path: TOKEN, query: { corpid: APP.corpId, corpsecret: APP.secret }, body: '' },
  ]);
});

test('is asked for once by however many ask at the same time, and kept', async () => {
  const all = await Promise.all(Array.from({ length: 50 }, () => tokens.get()));
  expect(new Set(all)).toEqual(new Set(['secret-token-1']));
  await tokens.get();
  expect(wire.calls).toHaveLength(1);
});

test('is renewed five minutes before it ends, once', async () => {
  await tokens.get();
  clock.advance(115 * MINUTE - 1);
  expect(await tokens.get()).toBe('secret-token-1');
  clock.advance(1);
  expect(new Set(await Promise.all([tokens.get(), tokens.get()]))).toEqual(new Set(['secret-token-2']));
  expect(wire.calls).toHaveLength(2);
});

test('that is the same when asked for early is renewed halfway to its end, and so on', async () => {
  const same = (expires_in: number): Said => ({ json: { errcode: 0, access_token: 'same', expires_in } });
  wire.answers(TOKEN, same(7_200), same(300), same(150));
  for (const [minutes, calls] of [
    [0, 1],
    [115, 2],
    [2, 2],
    [0.5, 3],
    [2, 4],
  ] as const) {
    clock.advance(minutes * MINUTE);
    await tokens.get();
    expect(wire.calls).toHaveLength(calls);
  }
});

test('with a clock that is set back or forward is as old as it is', async () => {
  await tokens.get();
  clock.jump(200 * MINUTE);
  expect(await tokens.get()).toBe('secret-token-1');
});

test('that is forgotten is asked for anew; one that came after it is not forgotten', async () => {
  await tokens.get();
  tokens.forget('secret-token-1');
  expect(await tokens.get()).toBe('secret-token-2');
  tokens.forget('secret-token-1');
  expect(await tokens.get()).toBe('secret-token-2');
});

test('that cannot be renewed is used until it ends', async () => {
  await tokens.get();
  wire.answers(TOKEN, 'reset', { status: 503, content: '' });
  clock.advance(119 * MINUTE);
  expect(await tokens.get()).toBe('secret-token-1');
  clock.advance(MINUTE);
  await expect(tokens.get()).rejects.toMatchObject({ failure: 'retryable' });
  expect(await tokens.get()).toBe('secret-token-2');
});

describe('what fails', () => {
  test.each([40001, 40013, 40091, 60020])(
    '%i is auth, and what everybody hears for a minute, without WeCom being asked',
    async (errcode) => {
      wire.answers(TOKEN, { json: { errcode, errmsg: `invalid ${APP.secret}, rid: 1` } });
      const heard = async () => {
        const all = await Promise.allSettled([tokens.get(), tokens.get()]);
        for (const met of all)
          expect(met).toMatchObject({ status: 'rejected', reason: { failure: 'auth', code: String(errcode) } });
        expect(JSON.stringify(all) + String(all.map((met) => met.status === 'rejected' && met.reason))).not.toContain(
          APP.secret,
        );
      };
      await heard();
      clock.advance(MINUTE - 1);
      clock.jump(60 * MINUTE);
      await heard();
      expect(wire.calls).toHaveLength(1);
      clock.advance(1);
      expect(await tokens.get()).toBe('secret-token-1');
      expect(wire.calls).toHaveLength(2);
    },
  );

  test('a secret that is refused when the token is renewed is not asked with again and again either', async () => {
    await tokens.get();
    wire.answers(TOKEN, { json: { errcode: 40001 } });
    clock.advance(116 * MINUTE);
    for (let i = 0; i < 5; i += 1) expect(await tokens.get()).toBe('secret-token-1');
    expect(wire.calls).toHaveLength(2);
  });

  test('a limit is waited for', async () => {
    wire.answers(TOKEN, { json: { errcode: 45009 } });
    for (let i = 0; i < 5; i += 1)
      await expect(tokens.get()).rejects.toMatchObject({ failure: 'rate-limited', retryAfterMs: MINUTE });
    expect(wire.calls).toHaveLength(1);
    clock.advance(MINUTE);
    expect(await tokens.get()).toBe('secret-token-1');
  });

  test.each<[string, Said]>([
    ['a lost answer', 'reset'],
    ['busy', { json: { errcode: -1 } }],
    ['a page', { status: 502, content: '<html>' }],
    ['an answer without a token', { json: { errcode: 0, access_token: '', expires_in: 7200 } }],
    ['an answer without an end', { json: { errcode: 0, access_token: 'x' } }],
  ])('%s: whatever needs the token was certainly not sent, and the next asks again', async (_, said) => {
    wire.answers(TOKEN, said);
    await expect(tokens.get()).rejects.toMatchObject({ failure: 'retryable' });
    expect(await tokens.get()).toBe('secret-token-1');
  });
});
