import { afterEach, beforeEach, expect, test } from 'vitest';
import type { Forgery } from '../../emulators/wecom/emulator.ts';
import { LILEI, runWeCom, type RunningWeCom } from '../../support/wecom.ts';

/** The app's callback, as WeCom uses it and as nobody should (fact sheet, 2.2, 2.3 and 8). */

let running: RunningWeCom;
beforeEach(async () => {
  running = await runWeCom({ without: 'bot' });
});
afterEach(async () => {
  await running.close();
});

const PHONE = '13812345678';

test('WeCom’s check of the address is passed, in time', async () => {
  expect(await running.emulator.verify()).toMatchObject({ ok: true, status: 200 });
  expect((await running.store.seen()).verifiedAt).toEqual(running.clock.now());
});

test.each<[Forgery, number]>([
  ['unsigned', 401],
  ['wrong-signature', 401],
  ['wrong-key', 401],
  ['foreign-id', 401],
  ['unencrypted', 401],
  ['stale', 401],
  ['future', 401],
  ['doctype', 401],
  ['huge', 413],
  ['repeated-keys', 401],
  ['no-xml', 401],
  ['empty', 401],
  ['broken-cipher', 401],
  // Encrypted as WeCom does it, so that it would only come again.
  ['entities', 200],
  ['deep', 200],
])('%s is answered with %d and nothing else, and nobody hears of it', async (how, status) => {
  const { emulator, sink, lines } = running;
  expect(await emulator.forges(how, PHONE)).toEqual({ status, body: '' });
  expect(sink.events).toEqual([]);
  const log = lines.join('');
  for (const word of [PHONE, 'root:', emulator.app.token, emulator.app.aesKey]) expect(log).not.toContain(word);
});

test('what has no number of its own is taken, and twice it is one', async () => {
  const { emulator, sink } = running;
  for (const _ of [1, 2]) expect(await emulator.forges('no-msgid', PHONE)).toEqual({ status: 200, body: '' });
  expect(sink.events.map(({ id }) => id)).toEqual([sink.events[0]?.id, sink.events[0]?.id]);
  expect(sink.events[0]).toMatchObject({ text: PHONE, id: expect.stringMatching(/^d:/u) as string });
});

test('what another app of the enterprise is told is refused, even where both have one key', async () => {
  const { emulator, sink, url } = running;
  const { token, aesKey } = emulator.app;
  const other = emulator.addApp({ token, aesKey });
  emulator.connect(`${url}/wecom/callback`, other.agentId);
  const told = await emulator.happens(LILEI, 'enter_agent', {}, other.agentId);
  expect(told.attempts.map(({ status }) => status)).toEqual([401]);
  expect(sink.events).toEqual([]);
});

test('what was forged does not bar the way of what was not', async () => {
  const { emulator, sink } = running;
  for (const how of ['wrong-key', 'huge', 'deep', 'entities', 'broken-cipher'] as const)
    await emulator.forges(how, 'x');
  expect((await emulator.says(LILEI, '我的')).acked).toBe(true);
  expect(sink.events).toMatchObject([{ text: '我的' }]);
});
