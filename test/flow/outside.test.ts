import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import type { Adapter } from '../../adapters/adapter.ts';
import { appKey, type Address } from '../../src/domain/address.ts';
import { post } from '../../src/flow/post.ts';
import { openMailServer, type MailServer } from '../emulators/email/server.ts';
import { openGateway, type Gateway } from '../emulators/gateway/server.ts';
import { manualClock, type ManualClock } from '../support/clock.ts';
import { settlePast } from '../support/faulty.ts';
import { aBench, aStore, doubleAdapter, type Bench, type DoubleAdapter } from '../support/flow.ts';
import { callTo, emailAt, gatewayAt, mailTo, textTo } from '../support/outside.ts';

let on: Awaited<ReturnType<typeof aStore>>;
let mail: MailServer;
let gateway: Gateway;
let clock: ManualClock;
let chat: DoubleAdapter;
let ways: readonly Adapter[];
let bench: Bench;
let turn = 0;
beforeAll(async () => {
  on = await aStore();
});
afterAll(() => on.close());
beforeEach(async () => {
  await on.empty();
  turn += 1;
  clock = manualClock();
  mail = await openMailServer();
  gateway = await openGateway(clock);
  chat = doubleAdapter(clock);
  ways = [emailAt(mail.url, clock), ...Object.values(gatewayAt(gateway.url, clock))];
  const adapters = new Map<string, Adapter>([chat, ...ways].map((a) => [appKey(a), a]));
  bench = aBench(on.store, { process: `p${turn}`, adapters }, [], {}, clock);
});
afterEach(async () => {
  await Promise.all(ways.map((way) => way.stop()));
  await Promise.all([mail.close(), gateway.close()]);
});

const hangs = (): Promise<void> => Promise.race([mail.hanging(), gateway.hanging()]);
const settle = (): Promise<void> =>
  settlePast(bench.flow, { hangs }, (ms) => {
    clock.advance(ms);
  });
const passes = async (ms: number): Promise<void> => {
  clock.advance(ms);
  await settle();
};
const say = (to: Address, key: string): Promise<void> =>
  post(bench.parts, {
    key: `${turn}-${key}`,
    to,
    person: null,
    sentence: { key: 'command.list_none', params: { mine: false } },
    offers: [],
  });
const CHAT: Address = { platform: 'sandbox', app: 'demo', conversation: 'direct:lilei' };
const LILEI = mailTo('lilei@shop.example');
const WANGFANG = mailTo('wangfang@shop.example');
const NUMBER = '+8613800138000';
const readers = (): string[] => mail.mails.flatMap(({ to }) => to);
const waiting = async (app: string): Promise<boolean> => (await on.store.outbox.nextMoment(app)) !== null;

it('what is posted goes by every way, once', async () => {
  for (const to of [CHAT, LILEI, textTo(NUMBER), callTo(NUMBER)]) await say(to, to.app);
  await settle();
  await settle();
  expect(chat.calls).toHaveLength(1);
  expect(readers()).toEqual(['lilei@shop.example']);
  expect(gateway.sent.map(({ kind, to }) => [kind, to])).toEqual(
    expect.arrayContaining([
      ['sms', NUMBER],
      ['phone', NUMBER],
    ]),
  );
  expect(gateway.sent).toHaveLength(2);
});

describe('a mail server that hangs', () => {
  it('holds neither other letters nor the chat, and the letter goes out once when it is back', async () => {
    mail.hangs('taken');
    await say(LILEI, 'a');
    const began = clock.now().getTime();
    await settle();
    expect(clock.now().getTime() - began).toBe(1_000);
    await say(WANGFANG, 'b');
    await say(CHAT, 'c');
    await bench.flow.settle();
    expect(readers()).toEqual(['lilei@shop.example', 'wangfang@shop.example']);
    expect(chat.calls).toHaveLength(1);
    // Its eight seconds pass: nobody knows, and the next try finds the same letter under way.
    await passes(7_000);
    expect(await waiting('email\nmain')).toBe(true);
    mail.release();
    for (let i = 0; i < 5; i += 1) await passes(1_000);
    expect(await waiting('email\nmain')).toBe(false);
    expect(readers()).toEqual(['lilei@shop.example', 'wangfang@shop.example']);
    expect(await on.store.outbox.deadLetters(10)).toEqual([]);
  });

  it('before it takes a word: the same', async () => {
    mail.hangs('greeting', 2);
    await say(LILEI, 'a');
    await settle();
    await say(CHAT, 'c');
    await bench.flow.settle();
    expect(chat.calls).toHaveLength(1);
    await passes(7_000);
    for (let i = 0; i < 15; i += 1) await passes(1_000);
    mail.release();
    expect(readers()).toEqual(['lilei@shop.example']);
    expect(await waiting('email\nmain')).toBe(false);
  });
});

it('a mail server that is away for an hour gets every letter once, and no letter is given up', async () => {
  await mail.away();
  for (const [to, key] of [
    [LILEI, 'a'],
    [WANGFANG, 'b'],
    [LILEI, 'c'],
  ] as const)
    await say(to, key);
  for (let i = 0; i < 15; i += 1) await passes(240_000);
  expect(bench.flow.down().map(({ app }) => app)).toEqual(['email\nmain']);
  await mail.back();
  for (let i = 0; i < 5; i += 1) await passes(60_000);
  expect(readers().toSorted()).toEqual(['lilei@shop.example', 'lilei@shop.example', 'wangfang@shop.example']);
  expect(await on.store.outbox.deadLetters(10)).toEqual([]);
});

it('a gateway that hangs holds nobody, and one SMS goes out', async () => {
  gateway.answers('hangs');
  await say(textTo(NUMBER), 'a');
  await settle();
  await say(LILEI, 'b');
  await say(CHAT, 'c');
  await bench.flow.settle();
  expect([readers(), chat.calls.length]).toEqual([['lilei@shop.example'], 1]);
  await passes(7_000);
  gateway.answers(202);
  // A repeat is a use like any other: one SMS a minute.
  for (let i = 0; i < 3; i += 1) await passes(60_000);
  expect(gateway.seen.length).toBeGreaterThan(1);
  expect(gateway.sent).toHaveLength(1);
  expect(await waiting('gateway\nsms')).toBe(false);
});

it('somebody is called once in five minutes, however much there is to say', async () => {
  for (const key of ['a', 'b', 'c']) await say(callTo(NUMBER), key);
  for (let i = 0; i < 4; i += 1) await passes(60_000);
  expect(gateway.sent).toHaveLength(1);
  for (let i = 0; i < 12; i += 1) await passes(60_000);
  expect(gateway.sent).toHaveLength(3);
});

it('neither addresses nor numbers are left in what is kept of a failure', async () => {
  mail.refuses('recipient', 550);
  gateway.answers(400);
  await say(LILEI, 'a');
  await say(textTo(NUMBER), 'b');
  await settle();
  await settle();
  const dead = await on.store.outbox.deadLetters(10);
  expect(dead).toHaveLength(2);
  const errors = await on.store.connection.collection('errors').find({}).toArray();
  const kept = JSON.stringify([dead.map(({ error }) => error), errors, bench.alarms]);
  expect(kept).toContain('RCPT TO 550');
  expect(kept).not.toMatch(/lilei@|13800138000/u);
});
