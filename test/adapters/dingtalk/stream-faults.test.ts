import { DWClient } from 'dingtalk-stream';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { SetupError } from '../../../src/errors.ts';
import { deferred } from '../../emulators/json.ts';
import type { Failure } from '../../emulators/dingtalk/emulator.ts';
import { OPEN, streaming, turns, until, type Streaming } from './streaming.ts';

/** A connection that cannot be had, ends, or only seems to be there (fact sheet, 1.5 and 1.7). */

const UP = 'GET /connect';
let running: Streaming;
afterEach(async () => {
  await running.close();
});

const isUp = (wanted: boolean) => until(() => running.stream.isConnected(), wanted);

const opens = () => running.emulator.calls.filter(({ path }) => OPEN.endsWith(path));

/** An hour goes by, not so fast that a try would be given up before it is made; what was tried has come to DingTalk before what is asked after it. */
async function anHour(): Promise<void> {
  for (const ms of [1_000, 1_000, 58_000, 3_540_000]) {
    running.clock.advance(ms);
    for (let i = 0; i < 3; i += 1) await fetch(running.emulator.url, { headers: { connection: 'close' } });
  }
}

/** Time goes by in steps, each of which the network has its turn in. */
async function passes(ms: number, step: number): Promise<void> {
  for (let at = 0; at < ms; at += step) {
    running.clock.advance(Math.min(step, ms - at));
    await turns(20);
  }
}

describe('at the start', () => {
  beforeEach(async () => {
    running = await streaming();
  });

  test.each<[string, Failure]>([
    ['authFailed', { status: 401, code: 'authFailed' }],
    ['invalidClientIdOrSecret', { status: 400, code: 'invalidClientIdOrSecret' }],
    ['invalidParameter.clientId', { status: 400, code: 'invalidParameter.clientId' }],
  ])('%s: one clear line, and no second try (1.7: 1)', async (code, failure) => {
    const { emulator, stream } = running;
    emulator.fails(OPEN, failure);
    const opening = stream.open();
    await expect(opening).rejects.toThrow(SetupError);
    await expect(opening).rejects.toThrow(`refused: ${code}`);
    expect(stream.isConnected()).toBe(false);
    await anHour();
    expect(opens()).toHaveLength(1);
  });

  test('a wrong secret is refused, and can be put right', async () => {
    const other = await streaming({ secret: 'another secret of an app' });
    await expect(other.stream.open()).rejects.toThrow('refused: authFailed');
    await expect(other.stream.open()).rejects.toThrow('refused: authFailed');
    await other.close();
  });

  test.each<[string, Failure]>([
    ['the gateway is busy', { status: 503 }],
    ['the app is not published', { status: 400, code: 'appNotPublished' }],
    ['the address is not allowed', { status: 403, code: 'Forbidden.AccessDenied.IpNotInWhiteList' }],
    ['a page instead of an answer', { html: true }],
    ['an answer without an address', { status: 200 }],
    ['the connection is cut', { reset: true }],
    ['the answer is lost', { lost: true }],
  ])('%s: it comes up by itself', async (_, failure) => {
    const { emulator, stream, clock, lines } = running;
    emulator.fails(OPEN, failure);
    await stream.open();
    expect(stream.isConnected()).toBe(false);
    expect(lines).toHaveLength(1);
    clock.advance(999);
    await turns(20);
    expect(opens()).toHaveLength(1);
    clock.advance(1);
    await isUp(true);
    expect(await running.says('一')).toMatchObject({ acked: true });
  });

  test.each<[string, string]>([
    ['the gateway does not answer', OPEN],
    ['the handshake comes to nothing', UP],
  ])('%s: eight seconds, and again (1.7: 10)', async (_, path) => {
    const { emulator, stream, clock, lines } = running;
    emulator.fails(path, { slowMs: 600_000 });
    const opening = stream.open();
    await until(() => emulator.opened, 1);
    await turns(50);
    clock.advance(7_999);
    await turns(20);
    expect(lines).toEqual([]);
    clock.advance(1);
    await opening;
    clock.advance(1_000);
    await isUp(true);
    expect(lines).toHaveLength(1);
  });

  test('handshakes that fail for ten minutes are no storm (1.7: 2)', async () => {
    const { emulator, stream, clock, lines } = running;
    emulator.fails(UP, ...Array.from({ length: 100 }, (): Failure => ({ status: 503 })));
    await stream.open();
    for (const [i, seconds] of [1, 2, 4, 8, 16, 32, 60, 60, 60, 60, 60, 60, 60, 60].entries()) {
      await until(() => lines.length, i + 1);
      clock.advance(seconds * 1_000 - 1);
      await turns(20);
      expect(emulator.opened).toBe(i + 1);
      clock.advance(1);
      await until(() => emulator.opened, i + 2);
    }
    expect(lines.join('')).toContain('no answer');
  });

  test('no two bots try again at the same moment', async () => {
    running.chance = 0;
    const { emulator, stream, clock } = running;
    emulator.fails(OPEN, { status: 503 }, { status: 503 });
    await stream.open();
    clock.advance(499);
    await turns(20);
    expect(opens()).toHaveLength(1);
    clock.advance(1);
    await until(() => opens().length, 2);
    await until(() => running.lines.length, 2);
    Object.assign(running, { chance: 0.5 });
    clock.advance(1_000);
    await until(() => opens().length, 3);
  });

  test('a stop calls the pending try off (1.7: 3)', async () => {
    const { emulator, stream } = running;
    emulator.fails(OPEN, { status: 503 });
    await stream.open();
    await stream.close();
    await anHour();
    expect(opens()).toHaveLength(1);
  });

  test('a stop at any moment while it is connecting leaves nothing behind (1.7: 4)', async () => {
    const { emulator, stream } = running;
    for (let moment = 0; moment < 24; moment += 1) {
      const opening = stream.open();
      await turns(moment);
      await stream.close();
      await opening;
      expect(stream.isConnected()).toBe(false);
      await emulator.sockets(0);
    }
    await anHour();
    expect(emulator.connections).toBe(0);
    await Promise.all([stream.open(), stream.open()]);
    await isUp(true);
    await turns(20);
    expect(emulator.connections).toBe(1);
  });

  test('two of one process do not share topics', async () => {
    const other = await streaming();
    await running.stream.open();
    await other.stream.open();
    const topics = (of: Streaming) =>
      of.emulator.calls.flatMap(({ body }) =>
        (body as { subscriptions: { topic: string }[] }).subscriptions.map(({ topic }) => topic),
      );
    const wanted = ['*', '/v1.0/im/bot/messages/get', '/v1.0/card/instances/callback'];
    expect([topics(running), topics(other)]).toEqual([wanted, wanted]);
    const bare = new DWClient({ clientId: 'a', clientSecret: 'b' });
    expect(bare.config.subscriptions).toEqual([{ type: 'EVENT', topic: '*' }]);
    await other.close();
  });
});

describe('one that stood', () => {
  beforeEach(async () => {
    running = await streaming();
    await running.stream.open();
  });

  test('and whose end is announced is replaced at once; its own end is no loss (1.7: 9)', async () => {
    const { emulator, stream, clock } = running;
    await passes(60_000, 30_000);
    emulator.disconnects('announced');
    await until(() => emulator.opened, 2);
    await emulator.sockets(2);
    expect(stream.isConnected()).toBe(true);
    expect(await running.says('一')).toMatchObject({ acked: true });
    clock.advance(10_000);
    await until(() => emulator.connections, 1);
    await passes(60_000, 20_000);
    expect(stream.isConnected()).toBe(true);
    expect(emulator.opened).toBe(2);
    expect(await running.says('二')).toMatchObject({ acked: true });
  });

  test('and was reset is replaced at once, by one, and the message that it took along comes again', async () => {
    const { emulator, clock, on, texts } = running;
    const taken = on.robot;
    const lost = deferred<null>();
    let begun = 0;
    on.robot = async () => {
      begun += 1;
      await lost.promise;
      throw new TypeError('the machine was going down');
    };
    void running.says('一');
    await until(() => begun, 1);
    emulator.disconnects('reset');
    await until(() => emulator.opened, 2);
    await isUp(true);
    on.robot = taken;
    lost.resolve(null);
    clock.advance(60_000);
    await until(() => texts, ['一']);
    expect(emulator.opened).toBe(2);
    expect(emulator.connections).toBe(1);
  });

  test('and that ends again and again is had again in the end, without a storm', async () => {
    const { emulator, clock } = running;
    for (let time = 0; time < 30; time += 1) {
      emulator.disconnects('reset');
      await turns(10);
      clock.advance(1_000);
      await turns(10);
    }
    expect(emulator.opened).toBeLessThan(8);
    await passes(120_000, 10_000);
    await isUp(true);
    expect(emulator.connections).toBe(1);
    expect(await running.says('一')).toMatchObject({ acked: true });
  });

  test('while DingTalk gives no new one, health says so, and refused credentials are tried again as well', async () => {
    const { emulator, clock, lines } = running;
    emulator.fails(OPEN, { status: 503 }, { status: 401, code: 'authFailed' }, { html: true });
    emulator.disconnects('reset');
    for (const [i, wait] of [1_000, 2_000, 4_000].entries()) {
      await until(() => lines.length, i + 1);
      expect(running.stream.isConnected()).toBe(false);
      clock.advance(wait);
    }
    await isUp(true);
    expect(lines[1]).toContain('authFailed');
    // It stands well: the next loss is none of that series.
    clock.advance(10_000);
    emulator.disconnects('reset');
    await until(() => emulator.opened, 3);
    await isUp(true);
  });

  test('a stop while it waits for the next try', async () => {
    const { emulator, stream, lines } = running;
    emulator.fails(OPEN, { status: 503 });
    emulator.disconnects('reset');
    await until(() => lines.length, 1);
    await stream.close();
    await anHour();
    expect(emulator.connections).toBe(0);
    expect(opens()).toHaveLength(2);
  });
});

describe('a socket that is there and dead', () => {
  beforeEach(async () => {
    running = await streaming();
    await running.stream.open();
  });

  test.each([75_000, 25_000, 15_000, 5_000])('is given up after 75 seconds, in steps of %d ms', async (step) => {
    const { emulator } = running;
    emulator.disconnects('half-open');
    await passes(75_000 - 5_000, Math.min(step, 70_000));
    expect(emulator.opened).toBe(1);
    await passes(5_000, step);
    await until(() => emulator.opened, 2);
    await isUp(true);
    await until(() => emulator.connections, 1);
    expect(await running.says('一')).toMatchObject({ acked: true });
  });

  test('is not one on which only pongs come, however time goes by', async () => {
    const { emulator, clock } = running;
    await passes(600_000, 30_000);
    // A machine that was asleep reads what came meanwhile before it judges.
    clock.advance(8 * 3_600_000);
    await turns(20);
    expect(emulator.opened).toBe(1);
    expect(await running.says('一')).toMatchObject({ acked: true });
  });
});
