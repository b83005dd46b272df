import { createHmac } from 'node:crypto';
import { request } from 'node:http';
import express from 'express';
import { afterEach, describe, expect, test, vi } from 'vitest';
import { isSigned } from '../../../adapters/slack/receiver.ts';
import type { Sending } from '../../emulators/slack/emulator.ts';
import { deferred } from '../../emulators/slack/wire.ts';
import { manualClock } from '../../support/clock.ts';
import { LILEI, runSlack, SIGNING_SECRET, type RunningSlack, type RunOptions } from '../../support/slack.ts';
import { BOT, command, envelope, message } from './payloads.ts';
import { turns } from './turns.ts';

/** Slack's own example: https://docs.slack.dev/authentication/verifying-requests-from-slack */
const VECTOR = {
  timestamp: '1531420618',
  body: 'token=xyzz0WbapA4vBCDEFasx0q6G&team_id=T1DC2JH3J&team_domain=testteamnow&channel_id=G8PSS9T3V&channel_name=foobar&user_id=U2CERLKJA&user_name=roadrunner&command=%2Fwebhook-collect&text=&response_url=https%3A%2F%2Fhooks.slack.com%2Fcommands%2FT1DC2JH3J%2F397700885554%2F96rGlfmibIGlgcZRskXaIFfN&trigger_id=398738663015.47445629121.803a0bc887a14d10d2c447fce8b6703c',
  signature: 'v0=a2114d57b48eac39b9ad189dd8316235a7b4a8d21a10bd27519666489c69b503',
};

let running: RunningSlack;
afterEach(async () => {
  await running.close();
});

async function run(options: RunOptions = {}): Promise<RunningSlack> {
  running = await runSlack(options);
  return running;
}

const sends = async (body: unknown, how?: Sending) => running.emulator.sends(body, how);
const ids = (): string[] => running.sink.events.map(({ id }) => id);

/** Signed as Slack does, with whatever stands in the header of the time. */
const signedAt = (timestamp: string, body: string): Sending => ({
  as: 'raw',
  signature: `v0=${createHmac('sha256', SIGNING_SECRET).update(`v0:${timestamp}:${body}`).digest('hex')}`,
  headers: { 'x-slack-request-timestamp': timestamp },
});

describe('the signature (2.1)', () => {
  test('the example of the documentation holds, and nothing next to it', async () => {
    await run();
    const { timestamp, body, signature } = VECTOR;
    const raw = Buffer.from(body);
    expect(isSigned(SIGNING_SECRET, timestamp, signature, raw)).toBe(true);
    expect(isSigned(SIGNING_SECRET, '1531420619', signature, raw)).toBe(false);
    expect(isSigned(`${SIGNING_SECRET}0`, timestamp, signature, raw)).toBe(false);
    expect(isSigned(SIGNING_SECRET, timestamp, signature, Buffer.from(`${body}&`))).toBe(false);
    for (const wrong of [
      '',
      'v0=',
      signature.slice(3),
      signature.toUpperCase(),
      `${signature} `,
      signature.replace('v0', 'v1'),
    ])
      expect(isSigned(SIGNING_SECRET, timestamp, wrong, raw), wrong).toBe(false);
  });

  test('the example over the wire, in its own time', async () => {
    await run({ clock: manualClock(new Date(Number(VECTOR.timestamp) * 1_000)) });
    const form = { as: 'raw', contentType: 'application/x-www-form-urlencoded', signature: VECTOR.signature } as const;
    expect((await sends(VECTOR.body, form)).status).toBe(200);
    expect((await sends(VECTOR.body.replace('foobar', 'foobaz'), form)).status).toBe(401);
  });

  test.each<[string, Sending]>([
    ['none', { signature: null }],
    ['an empty one', { signature: '' }],
    ['one of zeros', { signature: `v0=${'0'.repeat(64)}` }],
    ['one that is no hex', { signature: `v0=${'é'.repeat(64)}` }],
    ['five minutes and a second old', { skew: -301 }],
    ['five minutes and a second ahead, which Bolt would take', { skew: 301 }],
    ['of an hour ahead', { skew: 3_600 }],
  ])('%s is refused with 401 and an empty body', async (_, how) => {
    await run();
    expect(await sends(envelope(message()), how)).toMatchObject({ status: 401, body: null });
    expect(ids()).toEqual([]);
  });

  test.each([-300, 0, 300])('%d seconds off is taken', async (skew) => {
    await run();
    expect((await sends(envelope(message()), { skew })).status).toBe(200);
    expect(ids()).toHaveLength(1);
  });

  test.each(['', 'abc', 'NaN', 'Infinity', '1e9', '-1', '0x1', '1794378600.5', '99999999999999999999'])(
    'the time "%s" is none, however well it is signed',
    async (timestamp) => {
      await run();
      const body = JSON.stringify(envelope(message()));
      expect((await sends(body, signedAt(timestamp, body))).status).toBe(401);
      expect(ids()).toEqual([]);
    },
  );

  test('is over the bytes as they came: spaces, order and escapes of the sender', async () => {
    await run();
    const body = ` ${JSON.stringify(envelope(message({ text: `<@${BOT}> caf\u00e9 \u{1F375}` }))).replaceAll('é', '\\u00e9')}\n`;
    expect((await sends(body, { as: 'raw' })).status).toBe(200);
    expect(running.sink.events).toMatchObject([{ text: 'caf\u00e9 \u{1F375}' }]);
    // The same document, written by somebody else: the signature of the first does not speak for it.
    const other = JSON.stringify(JSON.parse(body));
    const stolen = signedAt(String(Math.floor(running.clock.now().getTime() / 1_000)), body);
    expect((await sends(other, stolen)).status).toBe(401);
  });
});

describe('a body parser before Bolt (1.3)', () => {
  test.each([
    ['express.json', express.json()],
    ['express.text', express.text({ type: '*/*' })],
  ])('%s: nothing is taken, and what is wrong is said', async (_, before) => {
    await run({ before });
    expect((await sends(envelope(message()))).status).toBe(500);
    expect(ids()).toEqual([]);
    expect(running.failures).toMatchObject([{ message: 'the body was read before its signature could be checked' }]);
  });

  test('express.urlencoded: neither commands nor what nobody signed', async () => {
    await run({ before: express.urlencoded({ extended: false }) });
    expect((await sends(command(), { as: 'form' })).status).toBe(500);
    expect((await sends(command(), { as: 'form', signature: null })).status).not.toBe(200);
    expect(ids()).toEqual([]);
  });
});

describe('content types (1.3)', () => {
  test.each(['application/json', 'application/json; charset=utf-8', 'Application/JSON;charset=UTF-8', 'text/plain'])(
    'an event as "%s"',
    async (contentType) => {
      await run();
      expect((await sends(envelope(message()), { contentType })).status).toBe(200);
      expect(ids()).toHaveLength(1);
    },
  );

  test.each([
    'application/x-www-form-urlencoded',
    'application/x-www-form-urlencoded; charset=utf-8',
    'Application/X-WWW-Form-Urlencoded ;charset=UTF-8',
  ])('a command as "%s"', async (contentType) => {
    await run();
    expect((await sends(command(), { as: 'form', contentType })).status).toBe(200);
    expect(running.sink.events).toMatchObject([{ text: '/帮助' }]);
  });

  test.each<[string, string, string]>([
    ['broken JSON', 'application/json', '{"type":'],
    ['nothing', 'application/json', ''],
    ['a list', 'application/json', '[]'],
    ['null', 'application/json', 'null'],
    ['bytes', 'application/octet-stream', '\u0000\u0001'],
    ['a form with a broken payload', 'application/x-www-form-urlencoded', 'payload=%7B'],
    ['a form with a payload that is no object', 'application/x-www-form-urlencoded', 'payload=7'],
  ])('%s is 400', async (_, contentType, body) => {
    await run();
    expect((await sends(body, { as: 'raw', contentType })).status).toBe(400);
    expect(running.failures).toEqual([]);
  });
});

describe("Slack's own questions", () => {
  test('url_verification gets its challenge back, if it is signed (2.3)', async () => {
    await run();
    const asked = {
      token: 't',
      challenge: '3eZbrw1aBm2rZgRNFdxV2595E9CY3gmdALWMmHkvFXO7tYXAYM8P',
      type: 'url_verification',
    };
    expect(await sends(asked)).toMatchObject({ status: 200, body: { challenge: asked.challenge } });
    expect(await sends(asked, { signature: null })).toMatchObject({ status: 401, body: null });
  });

  test('ssl_check: signed it is answered, unsigned it is refused like anything else (1.3)', async () => {
    await run();
    expect((await sends({ ssl_check: '1', token: 't' }, { as: 'form' })).status).toBe(200);
    expect((await sends({ ssl_check: '1', token: 't' }, { as: 'form', signature: null })).status).toBe(401);
    expect(ids()).toEqual([]);
  });

  test('app_rate_limited is acknowledged at once and said (1.4)', async () => {
    await run();
    const told = { token: 't', type: 'app_rate_limited', team_id: 'T0TEA', minute_rate_limited: 1, api_app_id: 'A1' };
    const { status, ms } = await sends(told);
    expect(status).toBe(200);
    expect(ms).toBeLessThan(1_000);
    expect(running.lines.join('')).toContain('Slack holds events back');
  });

  test('GET and other paths are 404', async () => {
    await run();
    expect((await fetch(`${running.url}/slack/events`)).status).toBe(404);
    expect((await fetch(`${running.url}/slack/event`, { method: 'POST' })).status).toBe(404);
  });

  test.each([{ type: 'something_new' }, { type: 'interactive_message', callback_id: 'x' }, {}])(
    'what nobody knows is acknowledged without waiting: %j (1.3: 404 after three seconds)',
    async (body) => {
      await run();
      const { status, ms } = await sends(body);
      expect(status).toBe(200);
      expect(ms).toBeLessThan(1_000);
      expect(ids()).toEqual([]);
    },
  );
});

describe('a body beyond what Slack sends', () => {
  test('is 413, whether it says how long it is or not, and nothing of it is taken', async () => {
    await run();
    const big = JSON.stringify(envelope(message({ text: `<@${BOT}> ${'x'.repeat(2_100_000)}` })));
    expect((await sends(big, { as: 'raw' })).status).toBe(413);
    expect((await sends(big, { as: 'raw', signature: null })).status).toBe(413);
    expect(ids()).toEqual([]);
  });

  test('that never ends is cut off, unread', async () => {
    await run();
    const answered = new Promise<number>((resolve) => {
      const sent = request(`${running.url}/slack/events`, { method: 'POST' });
      let taken = 0;
      const more = (): void => {
        if (taken > 64 * 1024 * 1024 || sent.destroyed) return;
        taken += 65_536;
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
    });
    expect(await answered).toBe(413);
  });

  test('one just below is taken', async () => {
    await run();
    expect((await sends(envelope(message({ text: `<@${BOT}> ${'x'.repeat(1_500_000)}` })))).status).toBe(200);
    const [event] = running.sink.events;
    expect(event?.kind === 'message' && event.text.length).toBe(20_000);
  });
});

describe('200 means that it is stored (2.2)', () => {
  test('with the store away it is 500, nothing happened, and the repeat is taken', async () => {
    await run();
    const { emulator, sink } = running;
    sink.away = true;
    const told = await emulator.types(LILEI, emulator.direct('T0TEA', LILEI), '我的');
    expect(told).toMatchObject({ status: 500, body: null });
    expect(told.headers).not.toHaveProperty('x-slack-no-retry');
    expect(emulator.messages().filter((m) => m.botId !== null)).toEqual([]);
    // The store's own watch tells of it; each request that it costs would drown that.
    expect(running.failures).toEqual([]);
    sink.away = false;
    expect((await emulator.repeats(told.eventId, { num: 1, reason: 'http_error' })).status).toBe(200);
    expect(sink.events).toMatchObject([{ kind: 'message', text: '我的' }]);
  });

  test('what fails in another way is 500 as well, and is told', async () => {
    await run();
    running.sink.answer = () => {
      throw new TypeError('a fault of ours');
    };
    expect((await sends(envelope(message()))).status).toBe(500);
    expect(running.failures).toMatchObject([{ message: 'a fault of ours' }]);
  });

  test('while the adapter is closed it is 503: Slack sends it again', async () => {
    await run();
    await running.stop();
    expect((await sends(envelope(message()))).status).toBe(503);
    await running.start();
    expect((await sends(envelope(message()))).status).toBe(200);
    expect(ids()).toHaveLength(1);
  });

  test('a repeat while files are still being fetched waits for them and is handed in once', async () => {
    let requests = 0;
    await run({
      before(_request, _response, next) {
        requests += 1;
        next();
      },
    });
    const { workspace, files, sink } = running;
    const fetched = deferred<undefined>();
    const begun = deferred<undefined>();
    const take = vi.fn<typeof workspace.filesIn.take>(async (sent, owner) => {
      begun.resolve(undefined);
      await fetched.promise;
      return sent.map(({ id, name }) => files.missing({ owner, name: name ?? id }, 'unreadable'));
    });
    Object.assign(workspace.filesIn, { take });
    const event = envelope(message({ subtype: 'file_share', files: [{ id: 'F1', name: 'video.mp4' }] }));
    const first = sends(event);
    await begun.promise;
    const again = [1, 2].map((num) =>
      sends(event, { headers: { 'X-Slack-Retry-Num': String(num), 'X-Slack-Retry-Reason': 'http_timeout' } }),
    );
    await expect.poll(() => requests, { interval: 2 }).toBe(3);
    await turns(20);
    fetched.resolve(undefined);
    expect((await Promise.all([first, ...again])).map(({ status }) => status)).toEqual([200, 200, 200]);
    expect(take).toHaveBeenCalledOnce();
    expect(sink.events).toMatchObject([{ attachments: [{ name: 'video.mp4' }] }]);
  });
});

test('no line of the log holds anything of a request, a token or the secret', async () => {
  await run();
  const text = '电话 13812345678';
  await sends(envelope(message({ text })));
  await sends(envelope(message({ text, user: 7 })));
  await sends(command({ text }), { as: 'form' });
  await sends(envelope(message({ text })), { signature: 'v0=stolen' });
  await sends({ type: 'block_actions', user: { id: LILEI }, text });
  await sends('{"text":"13812345678"', { as: 'raw' });
  running.sink.away = true;
  await sends(envelope(message({ text })));
  const log = running.lines.join('');
  expect(log).toContain('had no valid signature');
  expect(log).toContain('a shape that is not known');
  for (const word of ['13812345678', 'xoxb', SIGNING_SECRET, 'stolen', 'verification-token', 'secretpath'])
    expect(log).not.toContain(word);
});
