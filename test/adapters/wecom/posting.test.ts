import { afterEach, describe, expect, test } from 'vitest';
import { DeliveryError, type DeliveryFailure } from '../../../src/errors.ts';
import type { Grant, OutMessage, Ref } from '../../../adapters/adapter.ts';
import {
  anAction,
  at,
  card,
  chat,
  CHAT,
  duty,
  LILEI,
  PUSH_KEY,
  runWeCom,
  WANGFANG,
  words,
} from '../../support/wecom.ts';
import type { RunningWeCom } from '../../support/wecom.ts';

let running: RunningWeCom;
afterEach(() => running.close());

const failureOf = (work: Promise<unknown>): Promise<DeliveryFailure | null> =>
  work.then(
    () => null,
    (error: unknown) => (error instanceof DeliveryError ? error.failure : Promise.reject(error)),
  );
const inbox = (user: string) => running.emulator.inbox(user).filter(({ dropped, recalled }) => !dropped && !recalled);
const titles = (user: string) => inbox(user).map((m) => m.card?.title);
const called = (message: OutMessage, to: readonly string[] = [LILEI, WANGFANG]): OutMessage => ({ ...message, to });
const codeOf = ({ grants = [] }: Ref): Grant => {
  const [grant] = grants;
  if (grant === undefined) throw new Error('nothing was lent');
  return grant;
};

describe('cards of the app', () => {
  test('one card for several people changes for all of them by what the send lent, once', async () => {
    running = await runWeCom();
    const { adapter, emulator } = running;
    const ref = await adapter.send(duty, called(card('待认领', 1)), 's1');
    await adapter.update(duty, ref, card('李雷 处理中', 2, {}, 's1'), 'u1', codeOf(ref));
    expect([titles(LILEI), titles(WANGFANG)]).toEqual([['李雷 处理中'], ['李雷 处理中']]);
    expect(emulator.count('message/send')).toBe(1);
    // A code is good once: whoever has it no longer gets a successor.
    expect(await failureOf(adapter.update(duty, ref, card('又变了', 3, {}, 's1'), 'u2', codeOf(ref)))).toBe('gone');
    expect(await failureOf(adapter.update(duty, ref, card('又变了', 3, {}, 's1'), 'u3'))).toBe('gone');
    running.clock.advance(73 * 3_600_000);
    const late = await adapter.send(duty, called(card('下一张', 1)), 's2');
    running.clock.advance(73 * 3_600_000);
    expect(await failureOf(adapter.update(duty, late, card('晚了', 2, {}, 's2'), 'u4', codeOf(late)))).toBe('gone');
  });

  test('the same card sent again is the same card, also when its answer was lost', async () => {
    running = await runWeCom();
    const { adapter, emulator } = running;
    emulator.fails('message/send', { lost: true });
    expect(await failureOf(adapter.send(duty, called(card('待认领', 1)), 's1'))).toBe('unknown');
    const again = await adapter.send(duty, called(card('待认领', 1)), 's1');
    expect(titles(LILEI)).toEqual(['待认领']);
    expect(again.id).toMatch(/^msg:/u);
    // Beyond the hours in which WeCom knows it again, its task id still is.
    running.clock.advance(5 * 3_600_000);
    expect(await adapter.send(duty, called(card('待认领', 1)), 's1')).toEqual({ id: 'said:s1' });
    expect(titles(LILEI)).toEqual(['待认领']);
  });

  test('what went out is taken back for everybody, while WeCom allows it', async () => {
    running = await runWeCom();
    const { adapter } = running;
    const ref = await adapter.send(duty, called(card('待认领', 1)), 's1');
    await adapter.withdraw?.(duty, ref);
    expect([titles(LILEI), titles(WANGFANG)]).toEqual([[], []]);
    const old = await adapter.send(duty, called(card('待认领', 1)), 's2');
    running.clock.advance(25 * 3_600_000);
    expect(await failureOf(adapter.withdraw?.(duty, old) ?? Promise.resolve())).toBe('permanent');
  });

  test('whoever may not see the app does not keep it from the others; when nobody may it is gone', async () => {
    running = await runWeCom();
    const { adapter, emulator } = running;
    emulator.changeMember(WANGFANG, { visible: false });
    await adapter.send(duty, called(card('待认领', 1)), 's1');
    expect(titles(LILEI)).toEqual(['待认领']);
    expect(await failureOf(adapter.send(at(WANGFANG), words('在吗'), 'k1'))).toBe('gone');
    expect(await failureOf(adapter.send(duty, called(card('待认领', 1), []), 's2'))).toBe('gone');
  });

  test('a card that is long to read comes in words first, and then with what can be done', async () => {
    running = await runWeCom();
    const text = '第一句话说的是包裹的事情。'.repeat(40);
    const long = card('T-4821 · 全部经过', 1, { kind: 'show', blocks: [{ type: 'text', text, style: 'plain' }] });
    await running.adapter.send(at(LILEI), long, 's1');
    const [first, second] = inbox(LILEI);
    expect([first?.kind, second?.kind]).toEqual(['markdown', 'template_card']);
    expect(first?.text).toContain('包裹的事情');
    expect(second?.card?.buttons.map((b) => b.text)).toContain('认领');
  });
});

describe('words', () => {
  test('control characters and half characters never reach WeCom', async () => {
    running = await runWeCom();
    await running.adapter.send(at(LILEI), words('第一\u0000行\u001B\n第二行 \uD83D!'), 'k1');
    const [message] = inbox(LILEI);
    expect(message?.text).toBe('第一行\n第二行 \uFFFD!');
  });

  test('a long text comes in parts, whole', async () => {
    running = await runWeCom();
    const long = Array.from({ length: 60 }, (_, i) => `第 ${i} 行：已经帮您催过快递了`).join('\n');
    await running.adapter.send(at(LILEI), words(long), 'k1');
    expect(inbox(LILEI).length).toBe(2);
    expect(
      inbox(LILEI)
        .map((m) => m.text)
        .join('\n'),
    ).toBe(long);
  });

  test('a group by its message push reads a card as words, with links for what can be done', async () => {
    running = await runWeCom();
    await running.adapter.send(at('push:aftersale'), card('T-4821 · 快递三天没更新', 1), 's1');
    const [message] = running.emulator.webhook(PUSH_KEY);
    expect(message?.text).toContain('**T-4821 · 快递三天没更新**');
    expect(message?.text).toMatch(/\[认领\]\(http:.*\/wecom\/open\?do=claim/u);
    expect(await failureOf(running.adapter.send(at('push:nobody'), words('在吗'), 'k1'))).toBe('gone');
    running.emulator.removeWebhook(PUSH_KEY);
    expect(await failureOf(running.adapter.send(at('push:aftersale'), words('在吗'), 'k2'))).toBe('gone');
  });
});

describe('the smart bot', () => {
  test('a group that nobody wrote in is gone, and so is a press that is too old to change a card', async () => {
    running = await runWeCom();
    const { adapter, emulator } = running;
    emulator.bot.addChat({ id: 'wrSilent', members: [LILEI] });
    expect(await failureOf(adapter.send(at('chat:wrSilent'), card('待认领', 1), 's1'))).toBe('gone');
    const ref = await adapter.send(chat, card('待认领', 1), 's2');
    const told = emulator.bot.presses(LILEI, CHAT, null, '认领');
    const secret = JSON.stringify({ by: 'press', req: told.reqId, task: emulator.bot.chat(CHAT).at(-1)?.card?.taskId });
    running.clock.advance(6_000);
    const grant = { secret, uses: 1, expiresAt: running.clock.now() };
    expect(await failureOf(adapter.update(chat, ref, card('李雷 处理中', 2, {}, 's2'), 'u1', grant))).toBe('gone');
    expect(emulator.bot.chat(CHAT).at(-1)?.card?.title).toBe('待认领');
  });

  test('while it is not connected its sends wait, and the app goes on', async () => {
    running = await runWeCom();
    const { adapter, emulator } = running;
    emulator.bot.refuses(-1, 100);
    emulator.bot.drops();
    while (adapter.health().detail === 'ok') await new Promise((resolve) => setImmediate(resolve));
    expect(await failureOf(adapter.send(chat, card('待认领', 1), 's1'))).toBe('rate-limited');
    await adapter.send(at(LILEI), words('照常'), 'k1');
    expect(inbox(LILEI).map((m) => m.text)).toEqual(['照常']);
  });

  test('alone it writes to people who wrote to it, and calls nobody', async () => {
    running = await runWeCom({ without: 'app' });
    const { adapter, emulator } = running;
    emulator.bot.opens(LILEI);
    const more = { actions: [anAction('认领')] };
    await adapter.send(at(LILEI), card('你的工单', 1, more), 's1');
    expect(emulator.bot.chat(LILEI).map((m) => m.card?.title)).toEqual(['你的工单']);
    expect(await failureOf(adapter.send(at(WANGFANG), words('在吗'), 'k1'))).toBe('gone');
    expect(await failureOf(adapter.send(duty, called(card('待认领', 1)), 's2'))).toBe('gone');
  });
});
