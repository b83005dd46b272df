import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import type { Form } from '../../../cards/card.ts';
import { SetupError } from '../../../src/errors.ts';
import { APP_TOKEN, CHANNEL, LILEI, runSlack, TEAM, type RunningSlack } from '../../support/slack.ts';
import { blockActions, BOT, command, envelope, message, viewSubmission } from './payloads.ts';
import { turns } from './turns.ts';

const FORM: Form = {
  title: '回复',
  submit: '发送',
  invoke: { command: 'reply', args: { ticket: '4821' } },
  fields: [{ name: 'text', label: '内容', type: 'text', required: true, max: 100, error: '太短' }],
};

let running: RunningSlack;
const rejections: unknown[] = [];
const note = (reason: unknown): void => void rejections.push(reason);

beforeEach(async () => {
  rejections.length = 0;
  process.on('unhandledRejection', note);
  running = await runSlack({ mode: 'socket' });
});
afterEach(async () => {
  await running.close();
  await turns(5);
  process.off('unhandledRejection', note);
  if (rejections.length > 0) throw new AggregateError(rejections, 'a promise of nobody would have ended the process');
});

const opens = () => running.emulator.calls.filter(({ method }) => method === 'apps.connections.open');
const isUp = async (up: boolean) => {
  await expect.poll(() => running.slack.health().ok, { interval: 2 }).toBe(up);
};

/** Sends an event until somebody acknowledges it, as Slack does: how it fared on the way is not told. */
const says = (text: string) => running.emulator.types(LILEI, running.emulator.direct(TEAM, LILEI), text);
const texts = () => running.sink.events.map((event) => (event.kind === 'message' ? event.text : event.kind));

describe('what comes over the socket (3)', () => {
  test('hello makes it connected; nothing listens over HTTP besides', async () => {
    expect(running.slack.health()).toEqual({ ok: true, detail: 'ok' });
    expect(opens()).toMatchObject([{ token: APP_TOKEN }]);
    expect((await fetch(`${running.url}/slack/events`, { method: 'POST' })).status).toBe(404);
  });

  test('events, commands and presses are acknowledged once they are stored', async () => {
    const { emulator, sink } = running;
    let stored = false;
    sink.accept = async (event, options) => {
      await turns(10);
      stored = true;
      sink.events.push(event);
      options?.stored?.();
      return { stored: true };
    };
    for (const [body, as] of [
      [envelope(message()), 'json'],
      [command(), 'form'],
      [blockActions({ action_id: 'do.0', block_id: '0.1.s-1', value: 'claim?ticket=4821' }), 'payload'],
    ] as const) {
      stored = false;
      // Bolt would send the empty text of nothing; an acknowledgement without words says nothing to people.
      const told = await emulator.sends(body, { as });
      expect(told.status).toBe(200);
      expect(told.body ?? {}).toEqual({});
      expect(stored).toBe(true);
    }
    expect(sink.events.map(({ kind }) => kind)).toEqual(['message', 'message', 'invoke']);
  });

  test('with the store away nothing is acknowledged, and the envelope that comes again is taken once', async () => {
    const { emulator, sink, failures } = running;
    sink.away = true;
    const accept = sink.accept.bind(sink);
    let tried = 0;
    sink.accept = (event, options) => {
      tried += 1;
      return accept(event, options);
    };
    const told = emulator.sends(envelope(message()));
    await expect.poll(() => tried, { interval: 2 }).toBe(1);
    // The socket ends before the three seconds do: whoever was not acknowledged is not.
    emulator.disconnect('silent');
    expect((await told).status).toBe(0);
    sink.away = false;
    await emulator.sockets(1);
    expect((await emulator.repeats('Ev07RECORDED', { num: 1, reason: 'timeout' })).status).toBe(200);
    expect(sink.events).toMatchObject([{ id: `m:${CHANNEL}:1794378600.000100` }]);
    expect(failures).toEqual([]);
  });

  test('an envelope that is delivered twice is one event', async () => {
    const { emulator, sink } = running;
    const told = await Promise.all([1, 2, 3].map(() => emulator.sends(envelope(message()))));
    expect(told.map(({ status }) => status)).toEqual([200, 200, 200]);
    expect(new Set(sink.events.map(({ id }) => id)).size).toBe(1);
  });

  test('what is wrong with a form comes with the acknowledgement', async () => {
    running.sink.answer = () => ({ message: null, form: FORM });
    const told = await running.emulator.sends(viewSubmission(), { as: 'payload' });
    expect(told).toMatchObject({ status: 200, body: { response_action: 'errors', errors: { text: '太短' } } });
  });

  test.each<[string, unknown]>([
    ['no JSON', '{'],
    ['no envelope', '[]'],
    ['null', 'null'],
    ['an envelope without a payload', { envelope_id: 'e-1', type: 'events_api', accepts_response_payload: false }],
    ['an envelope of another kind', { envelope_id: 'e-2', type: 'hello_again', payload: {} }],
    ['an envelope whose payload is a text', { envelope_id: 'e-3', type: 'interactive', payload: 'x' }],
    ['an event without an event', { envelope_id: 'e-4', type: 'events_api', payload: { event: null } }],
  ])('%s does no harm', async (_, body) => {
    const { emulator } = running;
    await emulator.sends(body, { as: 'raw' });
    await turns(5);
    expect((await says('我的')).status).toBe(200);
    expect(texts()).toEqual(['我的']);
  });
});

describe('a connection that ends (3)', () => {
  test.each(['announced', 'silent'] as const)('%s: there is another at once, and only one', async (how) => {
    const { emulator, clock } = running;
    emulator.disconnect(how);
    await expect.poll(() => opens().length, { interval: 2 }).toBe(2);
    await isUp(true);
    expect((await says('我的')).status).toBe(200);
    clock.advance(60_000);
    await turns(50);
    expect(opens()).toHaveLength(2);
    // Slack deals envelopes out among the sockets of an app: three in a row reach us only where there is one.
    for (const text of ['一', '二', '三']) expect((await says(text)).status).toBe(200);
    expect(texts()).toEqual(['我的', '一', '二', '三']);
  });

  test('while Slack gives no new one it is tried again, later and later, and health says so', async () => {
    const { emulator, clock, lines } = running;
    emulator.fails(
      'apps.connections.open',
      { status: 503 },
      { error: 'internal_error' },
      { cut: true },
      { retryAfter: 30 },
    );
    emulator.disconnect('silent');
    await expect.poll(() => opens().length, { interval: 2 }).toBe(2);
    await isUp(false);
    expect(running.slack.health().detail).toBe('Socket Mode is not connected');
    for (const [i, wait] of [1_000, 2_000, 4_000].entries()) {
      await expect.poll(() => lines.length, { interval: 2 }).toBe(i + 1);
      clock.advance(wait - 1);
      await turns(50);
      expect(opens()).toHaveLength(i + 2);
      clock.advance(1);
      await expect.poll(() => opens().length, { interval: 2 }).toBe(i + 3);
    }
    await expect.poll(() => lines.length, { interval: 2 }).toBe(4);
    clock.advance(8_000);
    await isUp(true);
    expect((await says('我的')).status).toBe(200);
    expect(lines.join('')).not.toContain(APP_TOKEN);
    // The next one that ends is replaced at once again.
    emulator.disconnect('silent');
    await expect.poll(() => opens().length, { interval: 2 }).toBe(7);
    await isUp(true);
  });

  test('that ends again and again, at any moment of its making, is had again in the end, once', async () => {
    const { emulator, clock } = running;
    for (let moment = 0; moment < 12; moment += 1) {
      emulator.disconnect('silent');
      await turns(moment);
    }
    await expect
      .poll(
        async () => {
          clock.advance(30_000);
          await turns(5);
          return (await says('我的')).status;
        },
        { interval: 5, timeout: 10_000 },
      )
      .toBe(200);
    for (const text of ['一', '二', '三']) expect((await says(text)).status).toBe(200);
  });
});

describe('the start and the end', () => {
  test.each(['invalid_auth', 'not_allowed_token_type', 'account_inactive', 'token_revoked'])(
    '%s: one clear line, and no second try',
    async (code) => {
      const { emulator, clock, slack, sink } = running;
      await running.stop();
      emulator.fails('apps.connections.open', { error: code });
      const before = opens().length;
      const started = slack.open(sink, { joined: async () => undefined, left: async () => undefined });
      await expect(started).rejects.toThrow(SetupError);
      await expect(started).rejects.toThrow(code);
      await expect(started).rejects.toThrow('SLACK_APP_TOKEN');
      await expect(started).rejects.not.toThrow(APP_TOKEN);
      clock.advance(600_000);
      await turns(50);
      expect(opens()).toHaveLength(before + 1);
      expect(slack.health().ok).toBe(false);
    },
  );

  test('Slack cannot be reached at the start: it comes up by itself', async () => {
    const { emulator, clock, slack } = running;
    await running.stop();
    emulator.fails('apps.connections.open', { cut: true });
    await running.start();
    expect(slack.health().ok).toBe(false);
    clock.advance(1_000);
    await isUp(true);
    expect((await says('我的')).status).toBe(200);
  });

  test('a stop ends it: no socket, no further try', async () => {
    const { clock } = running;
    await running.stop();
    expect(running.slack.health().ok).toBe(false);
    clock.advance(600_000);
    await turns(50);
    expect(opens()).toHaveLength(1);
    expect((await says('我的')).status).toBe(0);
    expect(texts()).toEqual([]);
  });

  test('a stop while it waits for the next try', async () => {
    const { emulator, clock, lines } = running;
    emulator.fails('apps.connections.open', { status: 503 });
    emulator.disconnect('silent');
    await expect.poll(() => lines.length, { interval: 2 }).toBe(1);
    await running.stop();
    clock.advance(600_000);
    await turns(50);
    expect(opens()).toHaveLength(2);
  });

  test('a stop at any moment while it is connecting leaves no socket behind', async () => {
    const { slack, sink } = running;
    await running.stop();
    for (let moment = 0; moment < 12; moment += 1) {
      const opening = slack.open(sink, { joined: async () => undefined, left: async () => undefined });
      await turns(moment);
      await slack.close();
      await opening;
      expect(slack.health().ok).toBe(false);
      // Nobody is there whom Slack could tell: with a socket it would have waited for an answer.
      await expect.poll(async () => says('我的'), { interval: 2, timeout: 2_000 }).toMatchObject({ status: 0, ms: 0 });
    }
    expect(texts()).toEqual([]);
  });

  test('what was under way is finished before a stop resolves', async () => {
    const { sink, slack } = running;
    let done = false;
    sink.answer = async () => {
      await turns(30);
      done = true;
      return undefined;
    };
    const told = running.emulator.slash(LILEI, CHANNEL, '我的');
    await expect.poll(() => texts(), { interval: 1 }).toEqual(['/我的']);
    await slack.close();
    expect(done).toBe(true);
    await told;
  });
});

test('the name of the bot alone asks for help, over the socket as well', async () => {
  await running.emulator.sends(envelope(message({ text: `<@${BOT}>` })));
  expect(texts()).toEqual(['/ticket']);
});
