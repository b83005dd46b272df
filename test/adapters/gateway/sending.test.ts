import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { createGateway } from '../../../adapters/gateway/gateway.ts';
import { SetupError } from '../../../src/errors.ts';
import { carrierTo } from '../../../src/outside.ts';
import { openGateway, SECRET, type Gateway } from '../../emulators/gateway/server.ts';
import { manualClock, type ManualClock } from '../../support/clock.ts';
import { callTo, cardMessage, failureOf, gatewayAt, textTo, wordsMessage } from '../../support/outside.ts';
import { aCard, recordingSink } from '../../support/sandbox.ts';

let server: Gateway;
let clock: ManualClock;
let apps: ReturnType<typeof gatewayAt>;
beforeEach(async () => {
  clock = manualClock();
  server = await openGateway(clock);
  apps = gatewayAt(server.url, clock);
});
afterEach(async () => {
  await apps.sms.stop();
  await server.close();
});

const LILEI = '+8613800138000';
const send = (words = 'T-4821 要超时了', key = 'k1') => apps.sms.send(textTo(LILEI), wordsMessage(words), key);

describe('what is sent', () => {
  it('is signed, and says what it is, to whom and about what', async () => {
    await send();
    const card = aCard('', { summary: 'T-7 已超时', tone: 'red' });
    await apps.phone.send(callTo('+12025550123'), cardMessage(card), 'k1');
    const id = expect.stringMatching(/^[0-9a-f]{40}$/u) as unknown;
    const at = '2026-11-11T06:30:00.000Z';
    expect(server.sent).toEqual([
      { id, kind: 'sms', to: LILEI, text: 'T-4821 要超时了', ticket: 'T-4821', urgent: false, at },
      { id, kind: 'phone', to: '+12025550123', text: 'T-7 已超时', ticket: 'T-7', urgent: true, at },
    ]);
  });

  it('bears an id that is the same at every try and another for everything else', async () => {
    const refs = [
      await send('一', 'k1'),
      await send('一', 'k1'),
      await send('一', 'k2'),
      await apps.sms.send(textTo('+12025550123'), wordsMessage('一'), 'k1'),
      await apps.phone.send(callTo(LILEI), wordsMessage('一'), 'k1'),
    ].map(({ id }) => id);
    expect(refs[1]).toBe(refs[0]);
    expect(new Set(refs).size).toBe(4);
    expect(server.seen).toHaveLength(5);
    expect(server.sent).toHaveLength(4);
  });

  it.each(['13800138000', '+0123456789', '8613800138000', '+86138001380001234', 'nowhere', ''])(
    'goes to nobody at %j',
    async (to) => {
      expect((await failureOf(apps.sms.send(textTo(to), wordsMessage('一'), 'k1')))?.failure).toBe('gone');
      expect(server.seen).toEqual([]);
    },
  );
});

describe('what the gateway answers', () => {
  it.each([
    [400, 'permanent'],
    [404, 'permanent'],
    [401, 'auth'],
    [403, 'auth'],
    [408, 'unknown'],
    [429, 'rate-limited'],
    [500, 'unknown'],
    [503, 'unknown'],
  ] as const)('%d is %s', async (status, failure) => {
    server.answers(status);
    const error = await failureOf(send());
    expect([error?.failure, error?.message]).toEqual([failure, `gateway: HTTP ${status}`]);
  });

  it('says when it wants to be asked again, in seconds or by a date', async () => {
    server.answers({ status: 429, retryAfter: '7' });
    expect((await failureOf(send()))?.retryAfterMs).toBe(7_000);
    server.answers({ status: 429, retryAfter: 'Wed, 11 Nov 2026 06:30:30 GMT' });
    expect((await failureOf(send()))?.retryAfterMs).toBe(30_000);
    server.answers({ status: 503, retryAfter: 'soon' });
    expect((await failureOf(send()))?.retryAfterMs).toBeUndefined();
    server.answers(429);
    expect((await failureOf(send()))?.retryAfterMs).toBe(10_000);
  });

  it('sends nobody on', async () => {
    server.answers({ location: 'http://127.0.0.1:1/' });
    expect((await failureOf(send()))?.failure).toBe('auth');
  });

  it('nothing within eight seconds: nobody knows, and the repeat is dropped', async () => {
    server.answers('hangs');
    const hanging = server.hanging();
    const failed = failureOf(send());
    await hanging;
    clock.advance(8_000);
    expect((await failed)?.failure).toBe('unknown');
    server.answers(202);
    await send();
    expect(server.seen).toHaveLength(2);
    expect(server.sent).toHaveLength(1);
  });

  it('nothing, for it is not there: tried again', async () => {
    await server.away();
    expect((await failureOf(send()))?.failure).toBe('retryable');
    await server.back();
    await send();
    expect(server.sent).toHaveLength(1);
  });
});

describe('an address that is not on the public internet', () => {
  it('is not called unless that was allowed', async () => {
    const carry = carrierTo({ url: server.url, secret: SECRET, private: false }, clock);
    const [sms] = createGateway({ carry, clock, locale: 'en' });
    if (sms === undefined) throw new Error('no app');
    expect((await failureOf(sms.send(textTo(LILEI), wordsMessage('一'), 'k1')))?.failure).toBe('auth');
    await expect(sms.start(recordingSink())).rejects.toThrow(/private_address/u);
    expect(server.seen).toEqual([]);
  });
});

describe('the start', () => {
  it('asks once whether the signature is good, and reaches nobody', async () => {
    for (const app of Object.values(apps)) await app.start(recordingSink());
    expect(server.seen.map(({ kind }) => kind)).toEqual(['ping']);
    expect(server.sent).toEqual([]);
    expect(apps.sms.health()).toEqual({ ok: true, detail: 'ok' });
  });

  it('takes a gateway that does not know the question', async () => {
    server.answers(400);
    await apps.sms.start(recordingSink());
    expect(apps.sms.health().ok).toBe(true);
  });

  it('refuses a wrong secret with one line', async () => {
    apps = gatewayAt(server.url, clock, 'another secret of more');
    const refused = apps.sms.start(recordingSink());
    await expect(refused).rejects.toBeInstanceOf(SetupError);
    await expect(refused).rejects.toThrow(/^短信电话网关不接受.*401.*$/u);
    expect(apps.sms.health().ok).toBe(false);
    expect(server.refused).toEqual(['signature']);
  });

  it('goes on without a gateway, and asks again', async () => {
    await server.away();
    await apps.sms.start(recordingSink());
    expect(apps.sms.health().detail).toBe('not reached yet');
    await server.back();
    clock.advance(15_000);
    await expect.poll(() => apps.sms.health().ok).toBe(true);
  });
});
