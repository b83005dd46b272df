import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import type { Adapter } from '../../../adapters/adapter.ts';
import { createDingTalk, type DingTalk } from '../../../adapters/dingtalk/dingtalk.ts';
import { readDingTalkSettings } from '../../../adapters/dingtalk/settings.ts';
import { SetupError } from '../../../src/errors.ts';
import { createFiles } from '../../../src/files/disk.ts';
import { systemIds } from '../../../src/ids.ts';
import { createLog } from '../../../src/log.ts';
import type { DingTalkEmulator, Failure } from '../../emulators/dingtalk/emulator.ts';
import { manualClock, type ManualClock } from '../../support/clock.ts';
import { aDingTalk, group, NOBODY, runDingTalk, turns, vault, words } from '../../support/dingtalk.ts';
import { memoryDingTalkStore, type MemoryDingTalkStore } from '../../support/dingtalk-memory.ts';
import { memoryFacts, recordingSink } from '../../support/sandbox.ts';

/** DingTalk at the start, on its good and bad days. */

const TOKEN = 'POST /v1.0/oauth2/accessToken';
const SECRET = 'a-client-secret-that-is-wrong';

let emulator: DingTalkEmulator;
let clock: ManualClock;
let store: MemoryDingTalkStore;
let dingtalk: DingTalk;
let adapter: Adapter;
const lines: string[] = [];
const failures: unknown[] = [];
const sink = recordingSink();
beforeEach(() => {
  lines.length = 0;
  failures.length = 0;
});
afterEach(async () => {
  await dingtalk.close();
  await adapter.stop();
  const complaints = [...emulator.findings, ...failures.map(String)];
  await emulator.close();
  if (complaints.length > 0) throw new Error(complaints.join('\n'));
});

async function load(secret?: string, mode: 'stream' | 'http' = 'stream'): Promise<void> {
  clock = manualClock();
  emulator = await aDingTalk(clock);
  store = memoryDingTalkStore();
  dingtalk = createDingTalk({
    settings: readDingTalkSettings({
      DINGTALK_CLIENT_ID: emulator.app.clientId,
      DINGTALK_CLIENT_SECRET: secret ?? emulator.app.clientSecret,
      DINGTALK_MODE: mode,
      DINGTALK_API_URL: emulator.url,
      DINGTALK_OAPI_URL: emulator.url,
    }),
    store,
    files: createFiles({ directory: '/nowhere', facts: memoryFacts(), clock, ids: systemIds }),
    clock,
    ids: systemIds,
    log: createLog({ level: 'debug', readable: false, clock, stream: { write: (line) => void lines.push(line) } }),
    signer: vault,
    publicUrl: () => 'http://127.0.0.1:1',
    locale: 'en',
    onFailure: (error) => failures.push(error),
  });
  const [first] = await dingtalk.load();
  if (first === undefined) throw new Error('no adapter');
  adapter = first;
}
const asked = () => emulator.calls.filter(({ path }) => path === TOKEN.split(' ')[1]).length;

describe('credentials that DingTalk refuses', () => {
  test('at the start: one clear line without the secret, health says so, nothing is tried again', async () => {
    await load(SECRET);
    const started = adapter.start(sink);
    await expect(started).rejects.toThrow(SetupError);
    await expect(started).rejects.toThrow(/invalidClientIdOrSecret.*DINGTALK_CLIENT_ID.*DINGTALK_CLIENT_SECRET/u);
    await expect(started).rejects.not.toThrow(SECRET);
    expect(adapter.health()).toEqual({ ok: false, detail: 'the credentials were refused' });
    await dingtalk.open(sink, NOBODY);
    clock.advance(24 * 3_600_000);
    await turns(20);
    expect([asked(), emulator.opened]).toEqual([1, 0]);
    expect(lines.join('')).not.toContain(SECRET);
  });

  test('by the gateway alone: opening says so', async () => {
    await load();
    await adapter.start(sink);
    emulator.fails('POST /v1.0/gateway/connections/open', { status: 401, code: 'authFailed' });
    await expect(dingtalk.open(sink, NOBODY)).rejects.toThrow(SetupError);
    expect(dingtalk.health()).toEqual({ ok: false, detail: 'the stream is not connected' });
  });
});

describe('a DingTalk that is not there at the start', () => {
  test.each<[string, Failure]>([
    ['no connection', { reset: true }],
    ['HTTP 503', { status: 503, code: 'system.busy' }],
    ['a page', { html: true }],
    ['the wall around all APIs', { status: 200, body: { status: 1111, wait: 5, source: 'x5', punish: 'deny' } }],
    ['a limit', { status: 403, code: 'Forbidden.AccessDenied.QpsLimitForApi' }],
    ['an answer of another shape', { status: 200, body: { ok: true } }],
  ])('%s: the start succeeds, and it comes up by itself', async (_, failure) => {
    await load();
    emulator.fails(TOKEN, failure, failure);
    await adapter.start(sink);
    expect(adapter.health()).toEqual({ ok: false, detail: 'not reached yet' });
    clock.advance(14_999);
    await turns(10);
    expect(asked()).toBe(1);
    clock.advance(1);
    await expect.poll(asked, { interval: 2 }).toBe(2);
    await expect
      .poll(
        () => {
          clock.advance(15_000);
          return adapter.health().ok;
        },
        { interval: 5 },
      )
      .toBe(true);
    expect(asked()).toBe(3);
    expect(adapter.health()).toEqual({ ok: true, detail: 'ok' });
  });

  test('what is sent meanwhile is tried all the same: it is the call that tells', async () => {
    await load();
    emulator.fails(TOKEN, { reset: true });
    await adapter.start(sink);
    await adapter.send(group, words('好'), 'k');
    expect(emulator.messages()).toHaveLength(1);
  });

  test('that then refuses the credentials says so in its health, and is not asked again', async () => {
    await load(SECRET);
    emulator.fails(TOKEN, { reset: true });
    await adapter.start(sink);
    clock.advance(15_000);
    await expect.poll(() => adapter.health().detail, { interval: 2 }).toBe('the credentials were refused');
    clock.advance(24 * 3_600_000);
    await turns(20);
    expect(asked()).toBe(2);
  });

  test('and a stop: it is not asked any more; started anew it is well', async () => {
    await load();
    emulator.fails(TOKEN, { reset: true });
    await adapter.start(sink);
    await adapter.stop();
    clock.advance(24 * 3_600_000);
    await turns(20);
    expect([asked(), adapter.health().detail]).toEqual([1, 'not started']);
    await adapter.start(sink);
    expect(adapter.health()).toEqual({ ok: true, detail: 'ok' });
  });
});

describe('the stream', () => {
  test('that is lost says so until it is back', async () => {
    await load();
    await adapter.start(sink);
    await dingtalk.open(sink, NOBODY);
    await emulator.sockets(1);
    expect(dingtalk.health()).toEqual({ ok: true, detail: 'ok' });
    emulator.fails('POST /v1.0/gateway/connections/open', { reset: true });
    emulator.disconnects('reset');
    await expect.poll(() => dingtalk.health().ok, { interval: 2 }).toBe(false);
    await expect
      .poll(
        () => {
          clock.advance(1_000);
          return dingtalk.health().ok;
        },
        { interval: 5 },
      )
      .toBe(true);
  });
});

test('what doctor reads is noted when something comes, and not for every message', async () => {
  await load();
  const running = await runDingTalk({ emulator, clock, store });
  await running.emulator.says('lilei', 'lilei', '一');
  const first = clock.now();
  expect((await store.seen()).heardAt).toEqual(first);
  await running.passes(59_000);
  await running.emulator.says('lilei', 'lilei', '二');
  expect((await store.seen()).heardAt).toEqual(first);
  await running.passes(1_000);
  await running.emulator.says('lilei', 'lilei', '三');
  expect((await store.seen()).heardAt).toEqual(clock.now());
  await running.close();
});
