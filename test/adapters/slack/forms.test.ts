import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import type { Accepted, InboundForm, OutMessage } from '../../../adapters/adapter.ts';
import type { Form } from '../../../cards/card.ts';
import { textOf } from '../../emulators/slack/seen.ts';
import { CHANNEL, LILEI, runSlack, TEAM, type RunningSlack } from '../../support/slack.ts';
import { aCard, anAction } from './drawn.ts';
import { message, messageShortcut, view, viewSubmission, type Json } from './payloads.ts';
import { turns } from './turns.ts';

const LATE = '表单没来得及打开，请再按一次';

const form = (more: Partial<Form> = {}): Form => ({
  title: '新建工单',
  submit: '新建',
  invoke: { command: 'new', args: { shop: 'tea' } },
  fields: [
    { name: 'text', label: '内容', type: 'text', required: true, max: 100 },
    {
      name: 'person',
      label: '谁来处理',
      type: 'select',
      required: false,
      max: 40,
      options: [{ value: 'lilei', label: '李雷' }],
    },
  ],
  nonce: 'n-1',
  ...more,
});

let running: RunningSlack;
beforeEach(async () => {
  running = await runSlack();
});
afterEach(async () => {
  const { findings } = running.emulator;
  await running.close();
  if (findings.length > 0) throw new Error(JSON.stringify(findings));
});

const payload = (body: Json) => running.emulator.sends(body, { as: 'payload' });
const views = () => running.emulator.views(LILEI);
const shown = () => views().map((v) => textOf({ blocks: [...v.blocks] }));
const until = async (look: () => unknown, is: unknown): Promise<void> => {
  await expect.poll(look, { interval: 2 }).toEqual(is);
};
const forms = (): InboundForm[] => running.sink.events.filter((event) => event.kind === 'form');
const answers = (answer: Accepted['answer']): void => {
  running.sink.answer = () => answer;
};
/** A form that stands, opened from a command in the channel. */
async function opened(given = form()): Promise<void> {
  answers({ message: null, form: given });
  await running.emulator.slash(LILEI, CHANNEL, '新建');
  await until(() => views().length, 1);
  answers(undefined);
  running.sink.events.length = 0;
}

describe('a form that is handed in (1.5, 2.6)', () => {
  test('carries what was filled in and what it carried, and closes', async () => {
    await opened();
    expect(await running.emulator.submits(LILEI, { text: '杯子碎了' })).toMatchObject({ status: 200, body: null });
    expect(views()).toEqual([]);
    expect(forms()).toMatchObject([
      {
        invocation: { command: 'new', args: { shop: 'tea', text: '杯子碎了' } },
        conversation: { id: CHANNEL, kind: 'group' },
        sender: { id: LILEI },
      },
    ]);
    expect(forms()[0]?.invocation.args).not.toHaveProperty('person');
    expect(forms()[0]?.grants).toHaveLength(1);
  });

  test('twice with the same values is one; with others it is another try', async () => {
    const body = viewSubmission();
    const other = viewSubmission({
      view: view({ state: { values: { text: { value: { type: 'plain_text_input', value: '再见' } } } } }),
    });
    for (const sent of [body, body, other]) await payload(sent);
    const [first, second, third] = forms();
    expect(first?.id).toBe(second?.id);
    expect(first?.nonce).toBe(second?.nonce);
    expect(third?.id).not.toBe(first?.id);
    expect(third?.nonce).not.toBe(first?.nonce);
  });

  test('the answer goes to whoever handed it in, where the form was asked for', async () => {
    await opened();
    await running.emulator.submits(LILEI, { text: '杯子碎了' });
    const [grant] = forms()[0]?.grants ?? [];
    if (grant === undefined) throw new Error('nothing was lent');
    await running.workspace.reply(grant, { type: 'text', text: '建好了', attachments: [] }, 'r');
    expect(running.emulator.reads(CHANNEL, LILEI)).toMatchObject([{ text: '建好了', ephemeralTo: LILEI }]);
  });

  test('with the store away is not acknowledged, and the form stays as it is', async () => {
    await opened();
    running.sink.away = true;
    expect((await running.emulator.submits(LILEI, { text: '杯子碎了' })).status).toBe(500);
    expect(views()).toHaveLength(1);
    running.sink.away = false;
    await running.emulator.submits(LILEI, { text: '杯子碎了' });
    expect(forms()).toHaveLength(1);
  });

  test('what is wrong stands at its field; in nothing but other fields at the first', async () => {
    await opened();
    answers({
      message: null,
      form: form({ fields: [{ name: 'text', label: '内容', type: 'text', required: true, max: 100, error: '太短' }] }),
    });
    await running.emulator.submits(LILEI, { text: '啊' });
    expect(views()[0]?.errors).toEqual({ text: '太短' });
    answers({
      message: null,
      form: form({
        fields: [{ name: 'shop', label: '店', type: 'line', required: true, max: 100, error: '没有这家店' }],
      }),
    });
    await running.emulator.submits(LILEI, { text: '啊啊' });
    expect(views()[0]?.errors).toEqual({ text: '没有这家店' });
  });

  test('handed in again unchanged, the same is wrong', async () => {
    await opened();
    answers({
      message: null,
      form: form({ fields: [{ name: 'text', label: '内容', type: 'text', required: true, max: 100, error: '太短' }] }),
    });
    await running.emulator.submits(LILEI, { text: '啊' });
    running.sink.accept = () => Promise.resolve({ stored: true, repeated: true });
    await running.emulator.submits(LILEI, { text: '啊' });
    expect(views()[0]?.errors).toEqual({ text: '太短' });
    await running.emulator.submits(LILEI, { text: '够长了' });
    expect(views()).toEqual([]);
  });

  test('the next form takes the place of the one before', async () => {
    await opened();
    answers({ message: null, form: form({ title: '还差一点', invoke: { command: 'claim', args: {} } }) });
    await running.emulator.submits(LILEI, { text: '啊' });
    expect(views()).toMatchObject([{ title: '还差一点' }]);
  });

  test.each<[string, Json]>([
    ['of another app', { callback_id: 'approve', private_metadata: '' }],
    ['of ours with a torn note', { private_metadata: '{"command":' }],
    ['with a note somebody invented', { private_metadata: '{"command":"rm -rf","args":[]}' }],
    ['without a state', { state: undefined }],
    ['that is a page', { type: 'home', state: { values: {} }, private_metadata: '' }],
  ])('%s is acknowledged and nothing', async (_, more) => {
    expect(await payload(viewSubmission({ view: view(more) }))).toMatchObject({ status: 200, body: null });
    expect(running.sink.events).toEqual([]);
  });

  test('fields that were left empty come as null and are absent', async () => {
    const values = {
      text: { value: { type: 'plain_text_input', value: null } },
      person: { value: { type: 'static_select', selected_option: null } },
    };
    await payload(viewSubmission({ view: view({ state: { values } }) }));
    expect(forms()[0]?.invocation.args).toEqual({ ticket: '4821' });
  });
});

describe('a field that decides what else is asked for', () => {
  const guiding = (more: Partial<Form> = {}): Form =>
    form({
      fields: [
        {
          name: 'kind',
          label: '类别',
          type: 'select',
          required: true,
          max: 40,
          guides: true,
          options: [
            { value: 'broken', label: '破损' },
            { value: 'late', label: '迟到' },
          ],
        },
        { name: 'text', label: '内容', type: 'text', required: true, max: 100 },
      ],
      ...more,
    });

  test('draws the form anew with what was chosen; nothing is stored', async () => {
    await opened(guiding());
    const asked: unknown[] = [];
    running.sink.form = ({ invocation }) => {
      asked.push(invocation);
      return guiding({ title: '破损' });
    };
    expect((await running.emulator.presses(LILEI, 'modal', 'value', 'broken')).status).toBe(200);
    await until(() => views()[0]?.title, '破损');
    expect(asked).toEqual([{ command: 'new', args: { shop: 'tea', kind: 'broken' } }]);
    expect(running.sink.events).toEqual([]);
    expect(running.emulator.calls.at(-1)?.args['hash']).toMatch(/\S/);
  });

  test('is acknowledged before the form is made anew', async () => {
    await opened(guiding());
    let made = false;
    running.sink.openForm = async () => {
      await turns(200);
      made = true;
      return guiding({ title: '破损' });
    };
    expect((await running.emulator.presses(LILEI, 'modal', 'value', 'broken')).status).toBe(200);
    expect(made).toBe(false);
    await until(() => views()[0]?.title, '破损');
  });

  test.each(['hash_conflict', 'not_found'])('%s: what stands by then stands', async (error) => {
    await opened(guiding());
    running.sink.form = () => guiding({ title: '破损' });
    running.emulator.fails('views.update', { error });
    await running.emulator.presses(LILEI, 'modal', 'value', 'broken');
    await until(() => running.emulator.calls.at(-1)?.method, 'views.update');
    await turns(5);
    expect(running.failures).toEqual([]);
    expect(views()[0]?.title).toBe('新建工单');
  });

  test('a form that there is no more leaves what stands', async () => {
    await opened(guiding());
    expect((await running.emulator.presses(LILEI, 'modal', 'value', 'broken')).status).toBe(200);
    await turns(10);
    expect(views()[0]?.title).toBe('新建工单');
    expect(running.failures).toEqual([]);
  });
});

describe('shortcuts (2.6)', () => {
  const draft = (): OutMessage => ({
    type: 'card',
    card: aCard({
      actions: [anAction('改一下', { invoke: { command: 'new', args: { step: 'edit', draft: 'd-1' } } })],
    }),
    fallback: '草稿',
    version: 0,
  });

  test('the global one opens the form; too late it is said in the direct conversation: there is no channel', async () => {
    running.sink.form = () => form();
    expect((await running.emulator.shortcut(LILEI, 'ticket_new')).status).toBe(200);
    await until(() => views().map(({ title }) => title), ['新建工单']);
    running.emulator.fails('views.open', { error: 'expired_trigger_id' });
    await running.emulator.shortcut(LILEI, 'ticket_new');
    const direct = running.emulator.direct(TEAM, LILEI);
    await until(() => running.emulator.reads(direct, LILEI).map(textOf), [LATE]);
  });

  test('the one on a message takes its thread with names, without what bots said, and opens what was recognised', async () => {
    const { emulator, sink, workspace } = running;
    const to = { platform: 'slack', app: 'slack', conversation: CHANNEL };
    const { ts } = await emulator.types(LILEI, CHANNEL, '杯子碎了 <b>');
    await emulator.types('U0WANGFANG', CHANNEL, '哪个订单', { thread: ts });
    await workspace.send(to, { type: 'text', text: '我是机器人', attachments: [], thread: `${CHANNEL}/${ts}` }, 'k');
    sink.events.length = 0;
    sink.answer = (event) =>
      event.kind === 'invoke'
        ? { message: null, form: form({ title: event.invocation.args['draft'] ?? '' }) }
        : { message: draft(), form: null };
    expect((await emulator.shortcut(LILEI, 'ticket_from_message', { channel: CHANNEL, ts })).status).toBe(200);
    await until(() => views().map(({ title }) => title), ['d-1']);
    // The draft is looked up by the press that would open it: what it holds stands in no card.
    expect(sink.events).toMatchObject([
      { kind: 'message', text: '/new lilei: 杯子碎了 <b>\nwangfang: 哪个订单' },
      { kind: 'invoke', invocation: { command: 'new', args: { step: 'edit', draft: 'd-1' } } },
    ]);
  });

  test('where the bot is not, the message alone', async () => {
    running.sink.answer = () => ({ message: { type: 'text', text: '好', attachments: [] }, form: null });
    running.emulator.fails('conversations.replies', { error: 'not_in_channel' });
    await payload(messageShortcut({ message: message({ text: '杯子碎了 &amp; 漏水' }) }));
    await until(() => running.sink.events.length, 1);
    expect(running.sink.events).toMatchObject([{ text: '/new 杯子碎了 & 漏水' }]);
  });

  test('what cannot become a ticket says so where the form would stand', async () => {
    const { ts } = await running.emulator.types(LILEI, CHANNEL, '你好');
    running.sink.answer = () => ({ message: { type: 'text', text: '没看出是什么事', attachments: [] }, form: null });
    await running.emulator.shortcut(LILEI, 'ticket_from_message', { channel: CHANNEL, ts });
    await until(() => views().length, 1);
    expect(shown()).toEqual(['没看出是什么事']);
  });

  test.each(['of_another_app', ''])('with the id "%s" is acknowledged and nothing', async (callback_id) => {
    expect((await payload(messageShortcut({ callback_id }))).status).toBe(200);
    await turns(5);
    expect(running.sink.events).toEqual([]);
    expect(running.failures).toEqual([]);
  });
});

describe('a link to a ticket (link_shared)', () => {
  const URL_ = 'https://desk.example/t/4821';

  test('shows what it stands for; one that may not be seen shows nothing', async () => {
    const { emulator, sink } = running;
    sink.openLink = (_, url) => Promise.resolve(url === URL_ ? aCard({ title: 'T-4821' }) : null);
    const { ts } = await emulator.shares(LILEI, CHANNEL, URL_);
    await until(() => Object.keys(emulator.reads(CHANNEL, LILEI).find((m) => m.ts === ts)?.unfurls ?? {}), [URL_]);
    await emulator.shares(LILEI, CHANNEL, 'https://desk.example/t/1');
    expect(emulator.calls.filter(({ method }) => method === 'chat.unfurl')).toHaveLength(1);
  });

  test('that cannot be shown is no lost event', async () => {
    running.sink.openLink = () => Promise.resolve(aCard());
    running.emulator.fails('chat.unfurl', { error: 'cannot_unfurl_url' });
    expect((await running.emulator.shares(LILEI, CHANNEL, URL_)).status).toBe(200);
    await until(() => running.failures.length, 1);
  });
});
