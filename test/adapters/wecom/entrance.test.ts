import { afterEach, describe, expect, test } from 'vitest';
import { SetupError } from '../../../src/errors.ts';
import { encodeInvocation } from '../../../cards/invocation.ts';
import { manualClock } from '../../support/clock.ts';
import { aWeCom, at, LILEI, runWeCom, words, type RunningWeCom } from '../../support/wecom.ts';

/** WeCom at the start, on its good and bad days. */

let running: RunningWeCom | null = null;
afterEach(async () => {
  await running?.close();
  running = null;
});

describe('at the start', () => {
  test('a secret that is refused ends it, in a line that says what to do and holds no secret', async () => {
    const emulator = await aWeCom(manualClock());
    const secret = 'a-secret-that-is-wrong';
    const started = runWeCom({ emulator, env: { WECOM_SECRET: secret } });
    const error: unknown = await started.catch((e: unknown) => e);
    expect(error).toBeInstanceOf(SetupError);
    expect(String(error)).toContain('WECOM_SECRET');
    expect(String(error)).toContain('40001');
    expect(String(error)).not.toContain(secret);
    await emulator.close();
  });

  test('the app has a menu below its chat whose words are commands', async () => {
    running = await runWeCom();
    const { emulator, sink } = running;
    const menu = JSON.stringify(emulator.menu());
    for (const command of ['next', 'list', 'on', 'off', 'help'])
      expect(menu).toContain(`"key":"${encodeInvocation({ command, args: {} })}"`);
    const { acked } = await emulator.clicksMenu(LILEI, 'next');
    expect(acked).toBe(true);
    expect(sink.events.at(-1)).toMatchObject({
      kind: 'invoke',
      invocation: { command: 'next', args: {} },
      conversation: { id: LILEI, kind: 'direct' },
    });
  });

  test('a WeCom that cannot be reached is tried again, and has the menu then', async () => {
    const clock = manualClock();
    const emulator = await aWeCom(clock);
    emulator.fails('gettoken', { html: 502 });
    running = await runWeCom({ emulator, clock, without: 'bot' });
    expect(running.adapter.health()).toEqual({ ok: false, detail: 'not reached yet' });
    expect(emulator.menu()).toBeNull();
    clock.advance(15_000);
    await emulator.until(() => emulator.menu() !== null);
    expect(running.adapter.health().ok).toBe(true);
    await running.close();
    running = null;
    await emulator.close();
  });

  test('the smart bot is connected where the app is sent for, and nowhere else', async () => {
    running = await runWeCom();
    const { adapter, emulator } = running;
    expect(emulator.bot.connections).toBe(1);
    adapter.held?.(false);
    await emulator.bot.sockets(0);
    adapter.held?.(true);
    await emulator.bot.sockets(1);
    expect(adapter.health()).toMatchObject({ ok: true });
  });

  test('a smart bot that is refused is told of, and the app works', async () => {
    const emulator = await aWeCom(manualClock());
    emulator.bot.refuses(40_001, 1);
    running = await runWeCom({
      emulator,
      without: 'bot',
      env: {
        WECOM_BOT_ID: emulator.bot.botId,
        WECOM_BOT_SECRET: emulator.bot.secret,
      },
    });
    await emulator.until(() => emulator.bot.subscribed > 0);
    while (!running.lines.some((line) => line.includes('WeCom refuses the smart bot')))
      await new Promise((resolve) => setImmediate(resolve));
    expect(running.adapter.health().detail).toBe('refused');
    await running.adapter.send(at(LILEI), words('照常'), 'k1');
    expect(emulator.inbox(LILEI).map((m) => m.text)).toEqual(['照常']);
    await running.close();
    running = null;
    await emulator.close();
  });
});
