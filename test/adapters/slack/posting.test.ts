import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import type { Grant, OutMessage } from '../../../adapters/adapter.ts';
import type { DeliveryError } from '../../../src/errors.ts';
import { buttonsOf, textOf } from '../../emulators/slack/seen.ts';
import { CHANNEL, LILEI, runSlack, TEAM, WANGFANG, type RunningSlack } from '../../support/slack.ts';
import { aCard, anAction } from './drawn.ts';

let running: RunningSlack;
beforeEach(async () => {
  running = await runSlack();
});
afterEach(async () => {
  await running.close();
});

const words = (text: string, more: { thread?: string } = {}): OutMessage => ({
  type: 'text',
  text,
  attachments: [],
  ...more,
});
const card = (title: string, version: number, more: { surface?: string } = {}): OutMessage => ({
  type: 'card',
  card: aCard({ title, summary: title, actions: [anAction('认领')] }),
  fallback: title,
  version,
  ...more,
});
const at = (conversation: string) => ({ platform: 'slack', app: 'slack', conversation });
const group = at(CHANNEL);

const calls = (method: string) => running.emulator.calls.filter((call) => call.method === method);
const posted = () => running.emulator.messages().filter((m) => m.botId !== null);
const met = async (call: Promise<unknown> | undefined): Promise<DeliveryError['failure'] | 'taken'> => {
  try {
    await call;
    return 'taken';
  } catch (error) {
    return (error as DeliveryError).failure;
  }
};

describe('a message (4.4)', () => {
  test('always has words beside its blocks, whatever shows it', async () => {
    const { workspace, emulator } = running;
    await workspace.send(group, words('好的'), 'k1');
    const ref = await workspace.send(group, card('T-4821', 1), 'k2');
    await workspace.send(group, card('T-4821', 1), 'k3', LILEI);
    await workspace.update(group, ref, card('T-4821 已解决', 2), 'k2');
    await workspace.send(at(LILEI), card('T-4821', 1), 'k4');
    const made = emulator.calls.filter(({ method }) => method.startsWith('chat.'));
    expect(made).toHaveLength(5);
    for (const { args } of made) {
      expect(args['text']).toMatch(/\S/);
      expect(args['blocks']).not.toEqual([]);
      expect(String(args['text']).length).toBeLessThanOrEqual(4_000);
    }
  });

  test('is escaped where it would be read: no <!channel>, no mention, no link of somebody else', async () => {
    await running.workspace.send(group, words('<!channel> <@U0LILEI> a & b'), 'k');
    expect(posted()[0]?.text).toContain('a &amp; b');
    expect(posted()[0]?.text).not.toMatch(/[<>]|&(?!(?:amp|lt|gt);)/);
    expect(running.emulator.findings).toEqual([]);
  });

  test('shows no previews of links that customers sent', async () => {
    await running.workspace.send(group, words('https://evil.example'), 'k');
    expect(calls('chat.postMessage')[0]?.args).toMatchObject({ unfurl_links: 'false', unfurl_media: 'false' });
  });

  test('that is longer than a message is refused before it is sent', async () => {
    expect(await met(running.workspace.send(group, words('长'.repeat(4_001)), 'k'))).toBe('permanent');
    expect(calls('chat.postMessage')).toEqual([]);
    expect(await met(running.workspace.send(group, words('&'.repeat(4_000)), 'k'))).toBe('taken');
  });

  test('to a person goes into their direct conversation, which is opened once', async () => {
    const { workspace, emulator } = running;
    await Promise.all([1, 2, 3].map((i) => workspace.send(at(LILEI), words(`${i}`), `k${i}`)));
    const ref = await workspace.send(at(LILEI), card('T-4821', 1), 'k4');
    expect(ref.id).toMatch(/^D/);
    await workspace.update(at(LILEI), ref, card('T-4821', 2), 'k4');
    expect(calls('conversations.open')).toHaveLength(1);
    expect(emulator.reads(emulator.direct(TEAM, LILEI), LILEI)).toHaveLength(4);
  });

  test('to a person whose conversation could not be opened is tried anew', async () => {
    running.emulator.fails('conversations.open', { error: 'internal_error' }, { error: 'user_disabled' });
    expect(await met(running.workspace.send(at(LILEI), words('1'), 'k'))).toBe('unknown');
    expect(await met(running.workspace.send(at(LILEI), words('1'), 'k'))).toBe('gone');
    expect(await met(running.workspace.send(at(LILEI), words('1'), 'k'))).toBe('taken');
    expect(posted()).toHaveLength(1);
  });

  test('for one member of a channel is seen by them alone; for somebody who is not in it, never', async () => {
    const { workspace, emulator } = running;
    emulator.addUser(TEAM, { id: 'U0OUTSIDE', name: 'outside' });
    await workspace.send(group, words('只给你'), 'k', LILEI);
    expect(emulator.reads(CHANNEL, LILEI).map(textOf)).toEqual(['只给你']);
    expect(emulator.reads(CHANNEL, WANGFANG)).toEqual([]);
    expect(await met(workspace.send(group, words('只给你'), 'k', 'U0OUTSIDE'))).toBe('permanent');
  });

  test('below another stands in its thread, and in the channel of that one', async () => {
    const { workspace, emulator } = running;
    const { id } = await workspace.send(group, card('T-4821', 1), 'k1');
    await workspace.send(at('C0ELSEWHERE'), words('备注', { thread: id }), 'k2');
    expect(emulator.thread(CHANNEL, id.split('/')[1] ?? '').map(textOf)).toEqual(['备注']);
    expect(await met(workspace.send(group, words('备注', { thread: `${CHANNEL}/1.000001` }), 'k3'))).toBe('gone');
  });
});

describe('a change', () => {
  test('keeps the blocks: what chat.update is not given it takes away', async () => {
    const { workspace, emulator } = running;
    const ref = await workspace.send(group, card('T-4821', 1), 'k');
    await workspace.update(group, ref, card('T-4821 已解决', 2), 'k');
    const [m] = emulator.reads(CHANNEL, LILEI);
    expect(m).toMatchObject({ edited: false, metadata: { event_payload: { key: 'k', version: 2 } } });
    expect(textOf(m ?? {})).toContain('已解决');
    expect(buttonsOf(m ?? {})).not.toEqual([]);
  });

  test('that was overtaken is not shown: Slack keeps no order', async () => {
    const { workspace, emulator } = running;
    const ref = await workspace.send(group, card('一', 1), 'k');
    await workspace.update(group, ref, card('五', 5), 'k');
    expect(await workspace.update(group, ref, card('三', 3), 'k')).toEqual(ref);
    expect(calls('chat.update')).toHaveLength(1);
    await workspace.update(group, ref, card('五', 5), 'k');
    await workspace.update(group, ref, card('六', 6), 'k');
    expect(textOf(emulator.reads(CHANNEL, LILEI)[0] ?? {})).toContain('六');
  });

  test('that failed overtakes nothing', async () => {
    const { workspace, emulator } = running;
    const ref = await workspace.send(group, card('一', 1), 'k');
    emulator.fails('chat.update', { error: 'internal_error' });
    expect(await met(workspace.update(group, ref, card('五', 5), 'k'))).toBe('unknown');
    await workspace.update(group, ref, card('三', 3), 'k');
    expect(textOf(emulator.reads(CHANNEL, LILEI)[0] ?? {})).toContain('三');
  });

  test.each(['', 'x', 'file:F1', `${CHANNEL}/`, `${CHANNEL}/1`, 'U0LILEI/1.1', `${CHANNEL}/1.1/2`])(
    'of "%s", which is no message, is gone',
    async (id) => {
      expect(await met(running.workspace.update(group, { id }, words('x'), 'k'))).toBe('gone');
      expect(running.emulator.calls.filter(({ method }) => method === 'chat.update')).toEqual([]);
    },
  );

  test('of a message that somebody deleted is gone', async () => {
    const { workspace, emulator } = running;
    const ref = await workspace.send(group, card('一', 1), 'k');
    await emulator.deletes(LILEI, CHANNEL, ref.id.split('/')[1] ?? '');
    expect(await met(workspace.update(group, ref, card('二', 2), 'k'))).toBe('gone');
  });
});

describe('what became of a send whose answer was lost (4.2: no idempotency key)', () => {
  /** The one message that stands under this name, and what `settle` says. */
  const lost = async (to: ReturnType<typeof at>, message: OutMessage, key: string, name = key) => {
    running.emulator.fails('chat.postMessage', { lost: true });
    const failure = await met(running.workspace.send(to, message, key));
    const found = await running.workspace.settle?.(to, key, message);
    const there = posted().filter(({ metadata }) => metadata?.event_payload['key'] === name);
    const [m] = there;
    return { failure, count: there.length, isFound: found?.id === `${m?.channel}/${m?.ts}`, kind: m?.channel[0] };
  };
  const once = (kind: string) => ({ failure: 'unknown', count: 1, isFound: true, kind });

  test('it is found in the channel, in a direct conversation, and below a message', async () => {
    const { workspace } = running;
    expect(await lost(group, card('T-4821', 1), 'k1')).toEqual(once('C'));
    expect(await lost(group, words('好的'), 'k2')).toEqual(once('C'));
    expect(await lost(at(LILEI), card('T-4821', 1), 'k3')).toEqual(once('D'));
    const { id } = await workspace.send(group, card('T-4822', 1), 'k4');
    expect(await lost(group, words('备注', { thread: id }), 'k5')).toEqual(once('C'));
    // A card that presses name by another name than the one it was sent under.
    expect(await lost(group, card('T-4823', 1, { surface: 's-9' }), 'k6', 's-9')).toEqual(once('C'));
  });

  test('it is found behind everything that was written since', async () => {
    const { workspace, emulator } = running;
    emulator.fails('chat.postMessage', { lost: true });
    await met(workspace.send(group, words('好的'), 'k'));
    emulator.connect(null);
    for (let i = 0; i < 450; i += 1) await emulator.types(LILEI, CHANNEL, `${i}`);
    expect(await workspace.settle?.(group, 'k', words('好的'))).toMatchObject({
      id: expect.stringContaining(CHANNEL) as string,
    });
    expect(calls('conversations.history')).toHaveLength(3);
  });

  test('one that was cut off before was not posted; neither was one of another key', async () => {
    const { workspace, emulator } = running;
    await workspace.send(group, words('别的'), 'other');
    emulator.fails('chat.postMessage', { cut: true });
    expect(await met(workspace.send(group, words('好的'), 'k'))).toBe('unknown');
    expect(await workspace.settle?.(group, 'k', words('好的'))).toBeNull();
  });

  test("somebody else's message with the same words or the same key is not ours", async () => {
    const { workspace, emulator } = running;
    await emulator.types(LILEI, CHANNEL, '好的');
    await workspace.client.apiCall('chat.postMessage', {
      channel: CHANNEL,
      text: 'x',
      metadata: { event_type: 'of_another', event_payload: { key: 'k' } },
    });
    expect(await workspace.settle?.(group, 'k', words('好的'))).toBeNull();
  });

  test('where it cannot be asked it stays open', async () => {
    running.emulator.fails('conversations.history', { error: 'internal_error' });
    expect(await met(running.workspace.settle?.(group, 'k', words('好的')))).toBe('unknown');
  });
});

describe('an answer by response_url (2.7)', () => {
  const lend = async (): Promise<Grant> => {
    await running.emulator.slash(LILEI, CHANNEL, '我的');
    const [grant] = running.sink.events.at(-1)?.grants ?? [];
    if (grant === undefined) throw new Error('nothing was lent');
    return grant;
  };

  test('is shown to whoever asked alone, and what they pressed stays', async () => {
    const { workspace, emulator, sink } = running;
    const ref = await workspace.send(group, card('T-4821', 1), 'k');
    const press = buttonsOf(emulator.reads(CHANNEL, LILEI)[0] ?? {})[0]?.actionId ?? '';
    await emulator.presses(LILEI, { channel: CHANNEL, ts: ref.id.split('/')[1] ?? '' }, press);
    const [grant] = sink.events[0]?.grants ?? [];
    if (grant === undefined) throw new Error('nothing was lent');
    await workspace.reply(grant, words('已经是你的了'), 'r');
    expect(emulator.reads(CHANNEL, LILEI).map(textOf)).toEqual([expect.stringContaining('T-4821'), '已经是你的了']);
    expect(emulator.reads(CHANNEL, WANGFANG)).toHaveLength(1);
  });

  test.each<[string, Parameters<RunningSlack['emulator']['fails']>[1], string]>([
    ['404', { error: 'used_url' }, 'gone'],
    ['400', { status: 400, body: 'invalid_payload' }, 'gone'],
    ['429', { retryAfter: 7 }, 'rate-limited'],
    ['429 without a time', { retryAfter: null }, 'rate-limited'],
    ['500', { status: 500 }, 'unknown'],
    ['a redirect', { status: 302 }, 'unknown'],
    ['nothing', { cut: true }, 'unknown'],
  ])('that meets %s', async (_, failure, kind) => {
    const grant = await lend();
    running.emulator.fails('response_url', failure);
    const said = await running.workspace
      .reply(grant, words('好'), 'r')
      .catch((error: unknown) => error as DeliveryError);
    expect(said?.failure).toBe(kind);
    expect(said?.retryAfterMs).toBe(
      kind === 'rate-limited' && 'retryAfter' in failure && failure.retryAfter !== null ? 7_000 : undefined,
    );
    expect(said?.message).not.toContain('commands');
    // A try that failed is no answer: the next one is given.
    await running.workspace.reply(grant, words('好'), 'r');
    expect(posted()).toHaveLength(1);
  });

  test('is given once per key, five times in all, and for half an hour', async () => {
    const { workspace, clock } = running;
    const grant = await lend();
    for (const key of ['1', '1', '2', '3', '4', '5', '5']) await workspace.reply(grant, words(key), key);
    expect(posted().map(textOf)).toEqual(['1', '2', '3', '4', '5']);
    expect(await met(workspace.reply(grant, words('6'), '6'))).toBe('gone');
    const later = await lend();
    clock.advance(30 * 60_000);
    expect(await met(workspace.reply(later, words('7'), '7'))).toBe('gone');
    expect(posted()).toHaveLength(5);
  });

  test('in the place where somebody wrote is given for half an hour as well', async () => {
    const { workspace, emulator, sink, clock } = running;
    await emulator.types(LILEI, CHANNEL, '<@U0BOTT0TEA> 我的');
    const [grant] = sink.events[0]?.grants ?? [];
    if (grant === undefined) throw new Error('nothing was lent');
    await workspace.reply(grant, words('一'), '1');
    expect(emulator.reads(CHANNEL, LILEI).at(-1)).toMatchObject({ text: '一', ephemeralTo: LILEI });
    clock.advance(30 * 60_000);
    expect(await met(workspace.reply(grant, words('二'), '2'))).toBe('gone');
  });

  test('with something that we did not lend is refused', async () => {
    const grant = await lend();
    const [body = '', proof = ''] = grant.secret.split('.');
    const forged = Buffer.from(JSON.stringify({ url: `${running.emulator.url}/api/auth.test`, until: 9e15 })).toString(
      'base64url',
    );
    for (const secret of ['', 'x', `${forged}.${proof}`, body, `${body}.`, `${grant.secret}.x`])
      expect(await met(running.workspace.reply({ ...grant, secret }, words('x'), 'x')), secret).toBe('permanent');
    expect(posted()).toEqual([]);
  });
});
