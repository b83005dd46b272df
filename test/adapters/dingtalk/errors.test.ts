import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { Ref } from '../../../adapters/adapter.ts';
import { lendSession } from '../../../adapters/dingtalk/grants.ts';
import { DeliveryError, type DeliveryFailure } from '../../../src/errors.ts';
import type { Failure } from '../../emulators/dingtalk/emulator.ts';
import {
  at,
  card,
  group,
  GROUP,
  LILEI,
  runDingTalk,
  vault,
  words,
  type RunningDingTalk,
} from '../../support/dingtalk.ts';

/** What every call of delivery fails with, as DingTalk says it; which code means what, `failures.test.ts` has by itself. */

let running: RunningDingTalk;
let links: RunningDingTalk;
let ref: Ref;
let session: { readonly url: string; readonly endsAt: number };
beforeAll(async () => {
  running = await runDingTalk();
  links = await runDingTalk({ template: 'none', emulator: running.emulator, clock: running.clock });
  ref = await running.adapter.send(group, card('T-1', 1), 's-1');
  await links.stop();
  await running.emulator.says(LILEI, GROUP, '我的');
  const url = `${running.emulator.url}/robot/sendBySession?session=x`;
  session = { url, endsAt: running.clock.now().getTime() + 5_400_000 };
});
afterAll(async () => {
  await running.close();
  await links.close();
});

let no = 0;
const place = () => {
  no += 1;
  return { id: `p-${no}`, conversation: GROUP, user: LILEI };
};
const CALLS = {
  'POST /v1.0/card/instances/createAndDeliver': () => {
    no += 1;
    return running.adapter.send(group, words('电话 13812345678'), `k${no}`);
  },
  'PUT /v1.0/card/instances': () => running.adapter.update(group, ref, card('13812345678', 9), 'u'),
  'POST /v1.0/robot/groupMessages/send': () => links.adapter.send(group, words('电话 13812345678'), 'k'),
  'POST /v1.0/robot/oToMessages/batchSend': () => links.adapter.send(at(LILEI), words('电话 13812345678'), 'k'),
} as const;
type Call = keyof typeof CALLS;

/** What a call fails with that meets this. */
async function failing(of: string, call: () => Promise<unknown>, failure: Failure): Promise<DeliveryError> {
  running.emulator.fails(of, failure);
  const before = running.emulator.calls.length;
  try {
    await call();
  } catch (error) {
    if (!(error instanceof DeliveryError)) throw error;
    // One try: delivery does the trying.
    const made = running.emulator.calls.slice(before).filter(({ method, path }) => `${method} ${path}` === of);
    if (made.length !== 1) throw new Error(`${made.length} calls of ${of}`, { cause: error });
    return error;
  }
  throw new Error(`${of} did not fail`);
}

const CODES: [Failure, DeliveryFailure, number | undefined][] = [
  [{ status: 403, code: 'Forbidden.AccessDenied.QpsLimitForAppkeyAndApi' }, 'rate-limited', 1_000],
  [{ status: 403, code: 'Forbidden.AccessDenied.QpmLimitForAppkeyAndApi' }, 'rate-limited', 60_000],
  [{ status: 403, code: 'Forbidden.AccessDenied.ApiCountLimitForOrg' }, 'rate-limited', 3_600_000],
  [{ status: 403, code: 'Forbidden.AccessDenied.IpNotInWhiteList' }, 'auth', undefined],
  [{ status: 429, code: 'systemBusy' }, 'rate-limited', 1_000],
  [{ status: 500, code: 'system.error' }, 'unknown', undefined],
  [{ status: 502, body: '<html><body>13812345678</body></html>' }, 'unknown', undefined],
  [{ status: 200, body: { status: 1111, wait: 5, source: 'x5', punish: 'deny', uuid: 'u' } }, 'rate-limited', 300_000],
  [{ html: true }, 'rate-limited', 300_000],
  [{ reset: true }, 'unknown', undefined],
  [{ lost: true }, 'unknown', undefined],
  [{ status: 400, code: 'contain.unsafe.url', message: '13812345678' }, 'permanent', undefined],
  [{ status: 400, code: 'a.code.that.DingTalk.invents.tomorrow' }, 'permanent', undefined],
];

describe.each(Object.entries(CALLS))('%s', (of, call) => {
  test.each(CODES)('%j is %s', async (failure, kind, afterMs) => {
    const met = await failing(of, call, failure);
    expect(met.failure).toBe(kind);
    expect(met.retryAfterMs).toBe(afterMs);
    expect(met.message).toContain(of.split(' ')[1]);
    expect(met.message).not.toMatch(/1381234|cid|token/u);
  });

  test('a token that ended is renewed within the call', async () => {
    running.emulator.expireTokens();
    const before = running.emulator.calls.length;
    await call();
    const made = running.emulator.calls.slice(before).map(({ method, path, status }) => [`${method} ${path}`, status]);
    expect(made).toEqual([
      [of, 400],
      ['POST /v1.0/oauth2/accessToken', 200],
      [of, 200],
    ]);
  });
});

test.each<[Call, string, DeliveryFailure]>([
  ['POST /v1.0/card/instances/createAndDeliver', 'param.userIdNotExist', 'gone'],
  ['POST /v1.0/card/instances/createAndDeliver', 'param.contentUnsafe', 'permanent'],
  ['PUT /v1.0/card/instances', 'param.cardNotExist', 'gone'],
  ['POST /v1.0/robot/groupMessages/send', 'group.disbanded', 'gone'],
  ['POST /v1.0/robot/groupMessages/send', 'bot.stopped', 'gone'],
  ['POST /v1.0/robot/groupMessages/send', 'send.too.fast', 'rate-limited'],
  ['POST /v1.0/robot/oToMessages/batchSend', 'staffId.notExisted', 'gone'],
  ['POST /v1.0/robot/oToMessages/batchSend', 'robot.oto.notExist', 'auth'],
])('%s: %s is %s', async (of, code, kind) => {
  expect((await failing(of, CALLS[of], { status: 400, code })).failure).toBe(kind);
});

test.each<[Failure, DeliveryFailure]>([
  [{ errcode: -1 }, 'unknown'],
  [{ errcode: 430101 }, 'permanent'],
  [{ errcode: 460101, errmsg: 'message too long, exceed 20000 bytes' }, 'permanent'],
  [{ errcode: 130101 }, 'rate-limited'],
  [{ reset: true }, 'unknown'],
])('an answer by webhook that meets %j is %s', async (failure, kind) => {
  const grant = lendSession(vault, place(), session);
  const reply = () => running.adapter.reply(grant, words('13812345678', { open: true }), 'r');
  const met = await failing('POST /robot/sendBySession', reply, failure);
  expect(met.failure).toBe(kind);
  expect(met.message).not.toMatch(/1381234|session=/u);
});

test('a DingTalk that nobody reaches was certainly not told', async () => {
  const other = await runDingTalk();
  await other.adapter.send(group, words('好'), 'k1');
  await other.emulator.close();
  // The first meets a connection that was open.
  await other.adapter.send(group, words('好'), 'k2').catch(() => undefined);
  await expect(other.adapter.send(group, words('好'), 'k2')).rejects.toMatchObject({ failure: 'retryable' });
  await expect(other.adapter.lookUp('somebody new')).rejects.toMatchObject({ failure: 'retryable' });
  await other.stop();
});
