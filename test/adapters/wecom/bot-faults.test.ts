import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { SetupError } from '../../../src/errors.ts';
import type { Ack } from './bot-server.ts';
import { botting, turns, until, type Botting } from './botting.ts';

/** A connection that cannot be had, is taken away, ends, or only seems to be there (fact sheet, 4.5). */

const CHAT = 'wrAbCdEF_case';
let running: Botting;
afterEach(async () => {
  await running.close();
});

const isUp = (wanted: boolean) => until(() => running.bot.isConnected(), wanted);

/** Time goes by in steps, each of which the network has its turn in. */
async function passes(ms: number, step: number): Promise<void> {
  for (let at = 0; at < ms; at += step) {
    running.clock.advance(Math.min(step, ms - at));
    await fetch(running.server.url.replace('ws:', 'http:'), { headers: { connection: 'close' } }).catch(
      () => undefined,
    );
    await turns(5);
  }
}

describe('at the start', () => {
  beforeEach(async () => {
    running = await botting();
  });

  test('a wrong secret: one clear line, and no second try; it can be put right', async () => {
    const wrong = await botting({ secret: 'another secret of a bot' });
    const opening = wrong.bot.open();
    await expect(opening).rejects.toThrow(SetupError);
    await expect(opening).rejects.toThrow('refused: 853000');
    expect([wrong.bot.isConnected(), wrong.bot.why()]).toEqual([false, 'refused']);
    wrong.clock.advance(3_600_000);
    await turns(20);
    expect(wrong.server.opened).toBe(1);
    await expect(wrong.bot.open()).rejects.toThrow('refused: 853000');
    await until(() => wrong.server.connections, 0);
    await wrong.close();
  });

  test('the SDK tries nothing again by itself: it leaves no timer behind', async () => {
    const { server, bot } = running;
    const timers = () => process.getActiveResourcesInfo().filter((kind) => kind === 'Timeout').length;
    const before = timers();
    for (const ack of [853000, 45009]) {
      server.answers('aibot_subscribe', ack);
      await bot.open().catch(() => undefined);
      await turns(20);
      // One that was there before may have ended meanwhile.
      expect(timers()).toBeLessThanOrEqual(before);
    }
    await bot.open();
    server.door = 'down';
    server.drops();
    await isUp(false);
    await turns(20);
    expect(timers()).toBeLessThanOrEqual(before);
  });

  test('what is said while it is connecting is tried again shortly', async () => {
    const { server, bot } = running;
    server.door = 'mute';
    const opening = bot.open();
    await until(() => server.opened, 1);
    await expect(bot.send(CHAT, 'group', {})).rejects.toMatchObject({ failure: 'rate-limited' });
    await bot.close();
    await opening;
  });

  test.each<Ack>([-1, 6000, 45009, 45033])(
    'a subscription that comes at a bad moment (%s) is tried again',
    async (ack) => {
      const { server, bot, clock } = running;
      server.answers('aibot_subscribe', ack);
      await bot.open();
      expect([bot.isConnected(), bot.why()]).toEqual([false, 'not connected']);
      clock.advance(999);
      await turns(20);
      expect(server.opened).toBe(1);
      clock.advance(1);
      await isUp(true);
      expect(bot.why()).toBeNull();
    },
  );

  test('an address that is none is no reason to end', async () => {
    const odd = await botting({ url: 'wss://openws.example/#there' });
    await odd.bot.open();
    expect(odd.lines).toHaveLength(1);
    odd.clock.advance(1_000);
    await until(() => odd.lines.length, 2);
    await odd.close();
  });

  test('a WeCom that cannot be reached is tried again, ever more seldom', async () => {
    const { server, bot, clock, lines } = running;
    server.door = 'down';
    await bot.open();
    for (const [i, seconds] of [1, 2, 4, 8, 16, 32, 60, 60, 60, 60, 60, 60].entries()) {
      await until(() => lines.length, i + 1);
      clock.advance(seconds * 1_000 - 1);
      await turns(20);
      expect(server.opened).toBe(i + 1);
      clock.advance(1);
      await until(() => server.opened, i + 2);
    }
    server.door = 'up';
    await until(() => lines.length, 13);
    clock.advance(60_000);
    await isUp(true);
  });

  test('no two bots try again at the same moment', async () => {
    running.chance = 0;
    const { server, bot, clock } = running;
    server.door = 'down';
    await bot.open();
    clock.advance(499);
    await turns(20);
    expect(server.opened).toBe(1);
    clock.advance(1);
    await until(() => server.opened, 2);
  });

  test('opened again, it does not wait for its next try', async () => {
    const { server, bot } = running;
    server.door = 'down';
    await bot.open();
    server.door = 'up';
    await bot.open();
    expect(bot.isConnected()).toBe(true);
    await passes(60_000, 20_000);
    expect(server.opened).toBe(2);
  });

  test.each<[string, (server: Botting['server']) => void]>([
    ['a handshake', (server) => (server.door = 'mute')],
    [
      'a subscription',
      (server) => {
        server.answers('aibot_subscribe', 'silent');
      },
    ],
  ])('%s that nobody answers is given up after ten seconds', async (_, falls) => {
    const { server, bot, clock, lines } = running;
    falls(server);
    const opening = bot.open();
    await until(() => server.opened, 1);
    await turns(50);
    clock.advance(9_999);
    await turns(20);
    expect(lines).toEqual([]);
    clock.advance(1);
    await opening;
    server.door = 'up';
    clock.advance(1_000);
    await isUp(true);
    expect(lines).toHaveLength(1);
    await until(() => server.connections, 1);
  });

  test('a stop calls the pending try off', async () => {
    const { server, bot, clock } = running;
    server.door = 'down';
    await bot.open();
    await bot.close();
    clock.advance(3_600_000);
    await turns(20);
    expect(server.opened).toBe(1);
  });

  test('a stop at any moment while it is connecting leaves nothing behind', async () => {
    const { server, bot, clock, lines } = running;
    for (let moment = 0; moment < 24; moment += 1) {
      const opening = bot.open();
      await turns(moment);
      await bot.close();
      await opening;
      expect(bot.isConnected()).toBe(false);
      await until(() => server.connections, 0);
      clock.advance(3_600_000);
      await turns(10);
      await until(() => server.connections, 0);
      // What was given up while it was on its way may have come to WeCom by now.
      expect(server.opened).toBeLessThanOrEqual(moment + 1);
      expect(lines).toEqual([]);
    }
    await Promise.all([bot.open(), bot.open()]);
    await isUp(true);
    await turns(20);
    expect(server.connections).toBe(1);
  });

  test('a stop and a start at any moment while it is connecting end in one connection', async () => {
    const { server, bot, clock } = running;
    for (let moment = 0; moment < 12; moment += 1) {
      const opening = bot.open();
      await turns(moment);
      const closing = bot.close();
      const again = bot.open();
      await Promise.all([opening, closing, again]);
      clock.advance(1_000);
      await isUp(true);
      await until(() => server.connections, 1);
      expect(bot.why()).toBeNull();
      await bot.close();
      await until(() => server.connections, 0);
    }
  });
});

describe('one that stood', () => {
  beforeEach(async () => {
    running = await botting();
    await running.bot.open();
  });

  test('and drops is replaced at once', async () => {
    const { server, bot } = running;
    for (const opened of [2, 3]) {
      await passes(60_000, 20_000);
      server.drops();
      await until(() => server.opened, opened);
      await isUp(true);
    }
    await bot.send(CHAT, 'group', {});
    expect(running.lines).toEqual([]);
  });

  test('and drops again and again is had again in the end, without a storm', async () => {
    const { server, bot } = running;
    for (let time = 0; time < 30; time += 1) {
      server.drops();
      await passes(1_000, 1_000);
    }
    expect(server.opened).toBeLessThan(10);
    await passes(120_000, 10_000);
    await isUp(true);
    expect(server.connections).toBe(1);
    await bot.send(CHAT, 'group', {});
  });

  test('and whose secret is refused afterwards says so, and tries seldom', async () => {
    const { server, bot, clock, lines } = running;
    await passes(20_000, 20_000);
    server.answers('aibot_subscribe', 853000);
    server.drops();
    await until(() => bot.why(), 'refused');
    expect(lines.join('')).toContain('853000');
    await passes(599_000, 300_000);
    expect(server.opened).toBe(2);
    clock.advance(1_000);
    await isUp(true);
    expect(bot.why()).toBeNull();
  });

  test.each(['told', 'bare'] as const)(
    'and is taken over (%s) leaves the other one alone for a minute',
    async (how) => {
      const { server, bot, clock, lines } = running;
      await passes(20_000, 20_000);
      server.kicks(how);
      await until(() => bot.why(), 'taken over by another connection');
      expect(lines.filter((line) => line.includes('took over'))).toHaveLength(1);
      await until(() => server.connections, 0);
      await passes(59_000, 10_000);
      expect(server.opened).toBe(1);
      clock.advance(1_000);
      await isUp(true);
      expect(bot.why()).toBeNull();
      await bot.close();
      expect(bot.why()).toBe('not connected');
    },
  );

  test('and is taken over comes back at once when it is opened again', async () => {
    const { server, bot } = running;
    server.kicks();
    await until(() => bot.why(), 'taken over by another connection');
    await bot.open();
    expect(bot.isConnected()).toBe(true);
    await passes(120_000, 20_000);
    expect(server.opened).toBe(2);
  });

  test('and is taken over, and closed, stays away', async () => {
    const { server, bot } = running;
    server.kicks();
    await until(() => bot.why(), 'taken over by another connection');
    await bot.close();
    await passes(120_000, 30_000);
    expect(server.opened).toBe(1);
  });

  test('and is ended by what is no frame at all does not take the process along', async () => {
    const { server, bot } = running;
    server.garbles();
    await until(() => server.opened, 2);
    await isUp(true);
    await bot.send(CHAT, 'group', {});
    server.garbles('kicked');
    await isUp(false);
    expect(bot.why()).toBe('taken over by another connection');
  });
});

describe('a socket that is there and dead', () => {
  beforeEach(async () => {
    running = await botting();
    await running.bot.open();
  });

  test('is given up after two pings that nobody answers', async () => {
    const { server, bot } = running;
    server.isDeaf = true;
    await passes(79_000, 1_000);
    expect([server.pings, server.opened]).toEqual([2, 1]);
    server.isDeaf = false;
    await passes(1_000, 1_000);
    await until(() => server.opened, 2);
    await isUp(true);
    await until(() => server.connections, 1);
    await bot.send(CHAT, 'group', {});
  });

  test('is not one that answers every other ping', async () => {
    const { server } = running;
    for (let minute = 0; minute < 5; minute += 1) {
      server.isDeaf = true;
      await passes(40_000, 10_000);
      server.isDeaf = false;
      await passes(30_000, 10_000);
    }
    expect(server.opened).toBe(1);
  });

  test('is not one that answers, however time goes by', async () => {
    const { server, clock, bot } = running;
    await passes(600_000, 30_000);
    expect(server.pings).toBeGreaterThan(15);
    // A machine that was asleep reads what came meanwhile before it judges.
    for (let night = 0; night < 3; night += 1) {
      clock.advance(8 * 3_600_000);
      await passes(10, 10);
    }
    expect(server.opened).toBe(1);
    await bot.send(CHAT, 'group', {});
  });
});
