import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import type { Form } from '../../../cards/card.ts';
import type { OutMessage } from '../../../adapters/adapter.ts';
import { StoreUnavailable } from '../../../src/errors.ts';
import type { Told } from '../../emulators/slack/emulator.ts';
import { buttonsOf, textOf } from '../../emulators/slack/seen.ts';
import { CHANNEL, LILEI, runSlack, TEAM, WANGFANG, type RunningSlack } from '../../support/slack.ts';
import { aCard, anAction } from './drawn.ts';
import { blockActions, blockSuggestion, viewClosed, type Json } from './payloads.ts';
import { turns } from './turns.ts';

const LATE = '表单没来得及打开，请再按一次';
const LOST = '刚才那一下没有存下来，请再按一次';

const form = (more: Partial<Form> = {}): Form => ({
  title: '回复 T-4821',
  submit: '发送',
  invoke: { command: 'reply', args: { ticket: '4821' } },
  fields: [{ name: 'text', label: '内容', type: 'text', required: true, max: 100 }],
  nonce: 'n-1',
  ...more,
});
const card = (): OutMessage => ({
  type: 'card',
  card: aCard({
    title: 'T-4821',
    actions: [anAction('认领'), anAction('回复', { form: form(), invoke: form().invoke })],
  }),
  fallback: 'T-4821',
  version: 7,
});

let running: RunningSlack;
let at: { channel: string; ts: string };
beforeEach(async () => {
  running = await runSlack();
  const { id } = await running.workspace.send(
    { platform: 'slack', app: 'slack', conversation: CHANNEL },
    card(),
    's-1',
  );
  at = { channel: CHANNEL, ts: id.split('/')[1] ?? '' };
});
afterEach(async () => {
  await running.close();
});

const payload = (body: Json): Promise<Told> => running.emulator.sends(body, { as: 'payload' });
const CLAIM = 'do.0';
const presses = (user: string, label: string): Promise<Told> => {
  const seen = running.emulator.reads(CHANNEL, user).find(({ ts }) => ts === at.ts);
  const found = buttonsOf(seen ?? {}).find((button) => button.label === label);
  return running.emulator.presses(user, at, found?.actionId ?? '');
};
const whispers = (user: string) =>
  running.emulator
    .messages()
    .filter((m) => m.ephemeralTo === user)
    .map(textOf);
const open = () => running.emulator.views(LILEI).map(({ title, blocks }) => [title, textOf({ blocks: [...blocks] })]);
const until = async (look: () => unknown, is: unknown): Promise<void> => {
  await expect.poll(look, { interval: 2 }).toEqual(is);
};
/** A form that takes as long as the test says. */
function slowly(): { resolve(form: Form | null): void; reject(error: Error): void } {
  let resolve: (form: Form | null) => void = () => undefined;
  let reject: (error: Error) => void = () => undefined;
  const made = new Promise<Form | null>((done, fail) => {
    resolve = done;
    reject = fail;
  });
  running.sink.openForm = () => made;
  return { resolve, reject };
}
/** The press has been acknowledged, the form has not come: what stands by now? */
async function waits(): Promise<void> {
  expect((await presses(LILEI, '回复')).status).toBe(200);
  await turns(10);
  running.clock.advance(800);
  await until(() => open().length, 1);
}

describe('a button (1.4, 2.6)', () => {
  test('says what runs, on which card, in which state, and lends an answer', async () => {
    expect(await presses(LILEI, '认领')).toMatchObject({ status: 200, body: null });
    expect(running.sink.events).toMatchObject([
      {
        kind: 'invoke',
        id: expect.stringMatching(/^i:\d/) as string,
        conversation: { id: CHANNEL, kind: 'group' },
        sender: { id: LILEI, name: 'lilei' },
        invocation: { command: 'claim', args: { ticket: '4821' } },
        surface: 's-1',
        seen: 7,
        grants: [{ uses: 5, boundTo: LILEI }],
      },
    ]);
  });

  test('pressed by two people at once, or twice by one, is a press each', async () => {
    const told = await Promise.all([presses(LILEI, '认领'), presses(WANGFANG, '认领'), presses(LILEI, '认领')]);
    expect(told.map(({ status }) => status)).toEqual([200, 200, 200]);
    expect(new Set(running.sink.events.map(({ id }) => id)).size).toBe(3);
  });

  test('told twice by Slack is one', async () => {
    const body = blockActions({ action_id: CLAIM, block_id: '0.7.s-1', value: 'claim?ticket=4821' });
    await Promise.all([payload(body), payload(body)]);
    expect(new Set(running.sink.events.map(({ id }) => id)).size).toBe(1);
  });

  test('is acknowledged once it is stored, however long its answer takes', async () => {
    let answered = false;
    running.sink.answer = async () => {
      await turns(200);
      answered = true;
      return undefined;
    };
    expect(await presses(LILEI, '认领')).toMatchObject({ status: 200, body: null });
    expect(answered).toBe(false);
    await until(() => answered, true);
    expect(running.failures).toEqual([]);
  });

  test('with the store away is not acknowledged: who pressed sees that it failed', async () => {
    running.sink.away = true;
    expect((await presses(LILEI, '认领')).status).toBe(500);
    expect(running.failures).toEqual([]);
  });

  test('on what one person alone was shown, which Slack does not repeat (2.6)', async () => {
    const { workspace, emulator, sink } = running;
    await workspace.send({ platform: 'slack', app: 'slack', conversation: CHANNEL }, card(), 's-2', WANGFANG);
    const mine = emulator.reads(CHANNEL, WANGFANG).find((m) => m.ephemeralTo === WANGFANG);
    await emulator.presses(
      WANGFANG,
      { channel: CHANNEL, ts: mine?.ts ?? '' },
      buttonsOf(mine ?? {})[0]?.actionId ?? '',
    );
    expect(sink.events).toMatchObject([{ kind: 'invoke', surface: 's-2', conversation: { id: CHANNEL } }]);
  });

  test.each<[string, Json]>([
    ['an id nobody gave', { action_id: 'approve', block_id: 'b1', value: 'x' }],
    ['no value', { action_id: CLAIM, block_id: '0.7.s-1' }],
    ['a value that is no invocation', { action_id: CLAIM, block_id: '0.7.s-1', value: 'rm -rf /' }],
    ['a link that was opened', { action_id: 'Xy7', block_id: 'Zz9', url: 'https://desk.example/t/4821' }],
    [
      'a link with a value of its own',
      { action_id: 'link.0', block_id: '0.7', url: 'https://x.example', value: 'claim' },
    ],
    [
      'a choice that was taken back',
      { type: 'static_select', action_id: 'menu.0', block_id: '0.7', selected_option: null },
    ],
    ['a date', { type: 'datepicker', action_id: 'due', block_id: 'due', selected_date: '2026-11-11' }],
    ['people', { type: 'multi_users_select', action_id: 'who', block_id: 'who', selected_users: [LILEI] }],
  ])('%s is acknowledged at once and does nothing', async (_, action) => {
    const { status, ms } = await payload(blockActions(action));
    expect(status).toBe(200);
    expect(ms).toBeLessThan(1_000);
    expect(running.sink.events).toEqual([]);
  });

  test('of several actions the first counts, as Bolt has it', async () => {
    const first = { action_id: CLAIM, block_id: '0.7.s-1', value: 'claim?ticket=4821' };
    const body = blockActions(first);
    await payload({ ...body, actions: [first, { ...first, value: 'resolve?ticket=4821' }] });
    expect(running.sink.events).toMatchObject([{ invocation: { command: 'claim' } }]);
  });

  test('closing a view and typing into a search are acknowledged (1.4)', async () => {
    expect(await payload(viewClosed())).toMatchObject({ status: 200, body: null });
    expect(await payload(viewClosed({ is_cleared: true }))).toMatchObject({ status: 200 });
    expect(await payload(blockSuggestion())).toMatchObject({ status: 200, body: { options: [] } });
    expect(running.sink.events).toEqual([]);
    expect(running.failures).toEqual([]);
  });
});

describe('a button that asks (2.7: a trigger lives for three seconds)', () => {
  test('opens its form at once; nothing is stored for it', async () => {
    running.sink.form = () => form();
    expect((await presses(LILEI, '回复')).status).toBe(200);
    await until(open, [['回复 T-4821', '内容']]);
    expect(running.sink.events).toEqual([]);
  });

  test('that takes long shows that it comes, then the form in its place', async () => {
    const making = slowly();
    await waits();
    expect(open()).toEqual([['工单', '正在打开，马上就好']]);
    const id = running.emulator.views(LILEI)[0]?.id;
    making.resolve(form());
    await until(open, [['回复 T-4821', '内容']]);
    expect(running.emulator.views(LILEI)[0]?.id).toBe(id);
  });

  test('that takes long and has no form says where the reason stands', async () => {
    const making = slowly();
    await waits();
    making.resolve(null);
    await until(() => running.emulator.calls.at(-1)?.method, 'views.update');
    expect(open()).toEqual([['工单', '没有表单可以填，原因已经单独发给你']]);
  });

  test('that takes long and fails does not leave somebody waiting', async () => {
    const making = slowly();
    await waits();
    making.reject(new StoreUnavailable(new Error('away')));
    await until(() => running.emulator.calls.at(-1)?.method, 'views.update');
    expect(open()).toEqual([['工单', LOST]]);
  });

  test('whose waiting view was closed by hand stays closed', async () => {
    const making = slowly();
    await waits();
    await running.emulator.closes(LILEI);
    making.resolve(form());
    await until(() => running.emulator.calls.at(-1)?.method, 'views.update');
    expect(running.emulator.calls.at(-1)?.answer).toMatchObject({ error: 'not_found' });
    await turns(5);
    expect(open()).toEqual([]);
    expect(running.failures).toEqual([]);
  });

  test.each(['expired_trigger_id', 'exchanged_trigger_id'])('%s: whoever pressed is told, alone', async (error) => {
    running.sink.form = () => form();
    running.emulator.fails('views.open', { error });
    expect((await presses(LILEI, '回复')).status).toBe(200);
    await until(() => whispers(LILEI), [LATE]);
    expect(open()).toEqual([]);
    expect(running.failures).toEqual([]);
  });

  test('a waiting view that came too late as well: told, and nothing more', async () => {
    const making = slowly();
    running.emulator.fails('views.open', { error: 'expired_trigger_id' });
    await presses(LILEI, '回复');
    await turns(10);
    running.clock.advance(800);
    await until(() => whispers(LILEI), [LATE]);
    making.resolve(form());
    await turns(10);
    expect(open()).toEqual([]);
    expect(running.failures).toEqual([]);
  });

  test.each<[string, Parameters<RunningSlack['emulator']['fails']>[1]]>([
    ['internal_error', { error: 'internal_error' }],
    ['invalid_arguments', { error: 'invalid_arguments' }],
    ['a limit', { retryAfter: 30 }],
    ['no answer', { cut: true }],
  ])('views.open meets %s: told, and known to us', async (_, failure) => {
    running.sink.form = () => form();
    running.emulator.fails('views.open', failure);
    expect((await presses(LILEI, '回复')).status).toBe(200);
    await until(() => whispers(LILEI), [LATE]);
    await until(() => running.failures.length, 1);
    expect(String(running.failures[0])).toContain('views.open');
  });

  test('a form that cannot be made: told, and known to us', async () => {
    running.sink.openForm = () => Promise.reject(new TypeError('a fault of ours'));
    expect((await presses(LILEI, '回复')).status).toBe(200);
    await until(() => whispers(LILEI), [LOST]);
    await until(() => running.failures.map(String), ['TypeError: a fault of ours']);
  });

  test('for somebody who gets none becomes a press, which is answered', async () => {
    expect((await presses(LILEI, '回复')).status).toBe(200);
    await until(() => running.sink.events.map(({ kind }) => kind), ['invoke']);
    expect(running.sink.events[0]).toMatchObject({ invocation: { command: 'reply' }, grants: [{ boundTo: LILEI }] });
  });

  test('the same with the store away: told, since nobody sends it again', async () => {
    running.sink.away = true;
    expect((await presses(LILEI, '回复')).status).toBe(200);
    await until(() => whispers(LILEI), [LOST]);
  });

  test('two at once are two forms, the later on top, and nobody is told off', async () => {
    running.sink.form = () => form();
    await Promise.all([presses(LILEI, '回复'), presses(LILEI, '回复')]);
    await until(() => running.emulator.calls.filter(({ method }) => method === 'views.open').length, 2);
    expect(whispers(LILEI)).toEqual([]);
  });
});

describe('a command or a press whose answer is a form', () => {
  test('opens it; too late, whoever typed is told by the url that the command lent', async () => {
    const { emulator, sink } = running;
    sink.answer = () => ({ message: null, form: form() });
    await emulator.slash(LILEI, CHANNEL, '回复 4821');
    await until(open, [['回复 T-4821', '内容']]);
    emulator.fails('views.open', { error: 'expired_trigger_id' });
    expect((await presses(LILEI, '认领')).status).toBe(200);
    await until(() => whispers(LILEI), [LATE]);
  });
});

describe('the Home tab', () => {
  const home = async (): Promise<void> => {
    running.sink.openHome = () => Promise.resolve(aCard({ title: '我的工单', actions: [anAction('认领')] }));
    await running.emulator.opensHome(LILEI);
    await until(() => running.emulator.home(LILEI)?.type, 'home');
  };

  test('is drawn when it is opened, and not when the messages are', async () => {
    await running.emulator.opensHome(LILEI, 'messages');
    expect(running.emulator.home(LILEI)).toBeNull();
    await home();
    expect(textOf({ blocks: [...(running.emulator.home(LILEI)?.blocks ?? [])] })).toContain('我的工单');
  });

  test('a press there has no channel and no answer of its own: the page says what came of it', async () => {
    await home();
    running.sink.answer = () => ({ message: { type: 'text', text: '已认领', attachments: [] }, form: null });
    const action = buttonsOf({ blocks: [...(running.emulator.home(LILEI)?.blocks ?? [])] })[0]?.actionId ?? '';
    expect((await running.emulator.presses(LILEI, 'home', action)).status).toBe(200);
    expect(running.sink.events).toMatchObject([{ kind: 'invoke', conversation: { id: LILEI, kind: 'direct' } }]);
    expect(running.sink.events[0]).not.toHaveProperty('grants');
    await until(() => textOf({ blocks: [...(running.emulator.home(LILEI)?.blocks ?? [])] }).includes('已认领'), true);
  });

  test('for somebody whom nobody knows says so; what cannot be drawn is no lost event', async () => {
    running.emulator.fails('views.publish', { error: 'not_enabled' });
    expect((await running.emulator.opensHome(WANGFANG)).status).toBe(200);
    await until(() => running.failures.length, 1);
    await running.emulator.opensHome(WANGFANG);
    expect(textOf({ blocks: [...(running.emulator.home(WANGFANG)?.blocks ?? [])] })).toContain('还没认识你');
  });

  test('a form that is asked for there, too late: told in the direct conversation', async () => {
    running.sink.openHome = () =>
      Promise.resolve(
        aCard({ title: '我的工单', actions: [anAction('回复', { form: form(), invoke: form().invoke })] }),
      );
    running.sink.form = () => form();
    await running.emulator.opensHome(LILEI);
    running.emulator.fails('views.open', { error: 'expired_trigger_id' });
    const action = buttonsOf({ blocks: [...(running.emulator.home(LILEI)?.blocks ?? [])] })[0]?.actionId ?? '';
    expect(action).toMatch(/^ask/);
    await running.emulator.presses(LILEI, 'home', action);
    const direct = running.emulator.direct(TEAM, LILEI);
    await until(() => running.emulator.reads(direct, LILEI).map(textOf), [LATE]);
  });
});
