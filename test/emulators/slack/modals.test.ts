import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { Json } from './block-kit-rules.ts';
import { openStage, refusal, section, type Stage } from './stand-in.ts';

let stage: Stage;
beforeEach(async () => {
  stage = await openStage();
});
afterEach(async () => {
  await stage.close();
});

const plain = (text: string): Json => ({ type: 'plain_text', text });
const option = (value: string): Json => ({ text: plain(value), value });
const input = (id: string, element: Json, more: Json = {}): Json => ({
  type: 'input',
  block_id: id,
  label: plain(id),
  element: { action_id: 'v', ...element },
  ...more,
});
const modal = (more: Json = {}): Json => ({
  type: 'modal',
  callback_id: 'new',
  title: plain('New'),
  submit: plain('Send'),
  private_metadata: 'T-1',
  blocks: [input('title', { type: 'plain_text_input', max_length: 5 })],
  ...more,
});
const trigger = async (): Promise<string> => {
  await stage.slack.shortcut('U1', 'x');
  return String(stage.last()['trigger_id']);
};
const call = async (method: string, args: Json): Promise<Json> =>
  (await stage.client.apiCall(method, args)) as unknown as Json;
const open = async (view: Json, method = 'views.open'): Promise<Json> =>
  (await call(method, { trigger_id: await trigger(), view }))['view'] as Json;
const titles = (): string[] => stage.slack.views('U1').map((v) => v.title);

describe('opening', () => {
  it('takes a trigger once, for three seconds', async () => {
    const id = await trigger();
    await call('views.open', { trigger_id: id, view: modal() });
    expect(stage.slack.views('U1')).toMatchObject([
      { type: 'modal', callbackId: 'new', title: 'New', privateMetadata: 'T-1', errors: {} },
    ]);
    expect(await refusal(call('views.open', { trigger_id: id, view: modal() }))).toMatchObject({
      error: 'exchanged_trigger_id',
    });
    expect(await refusal(call('views.open', { trigger_id: '1.2.3', view: modal() }))).toMatchObject({
      error: 'invalid_trigger_id',
    });
    const late = await trigger();
    stage.clock.advance(3_000);
    expect(await refusal(call('views.open', { trigger_id: late, view: modal() }))).toMatchObject({
      error: 'expired_trigger_id',
    });
  });

  it('piles up to three, and refuses what cannot stand', async () => {
    expect(await refusal(open(modal(), 'views.push'))).toMatchObject({ error: 'not_found' });
    await open(modal());
    await open(modal({ title: plain('2') }), 'views.push');
    await open(modal({ title: plain('3') }), 'views.push');
    expect(titles()).toEqual(['New', '2', '3']);
    expect(await refusal(open(modal(), 'views.push'))).toMatchObject({ error: 'push_limit_reached' });
    expect(await refusal(open(modal({ title: plain('x'.repeat(25)) })))).toMatchObject({
      error: 'invalid_arguments',
      response_metadata: {
        messages: ['[ERROR] must be at most 24 characters, is 25 characters [json-pointer:/view/title/text]'],
      },
    });
    expect(stage.slack.findings).toMatchObject([{ where: 'views.open', pointer: '/view/title/text' }]);
  });

  it('updates by id and hash, and keeps what was chosen', async () => {
    const select = input(
      'kind',
      { type: 'static_select', options: [option('a'), option('b')] },
      { dispatch_action: true },
    );
    const view = await open(modal({ blocks: [select] }));
    await stage.slack.presses('U1', 'modal', 'v', 'b');
    expect(stage.last()).toMatchObject({
      type: 'block_actions',
      container: { type: 'view', view_id: view['id'] },
      view: { private_metadata: 'T-1' },
      actions: [{ block_id: 'kind', selected_option: option('b') }],
    });
    expect(stage.last()).not.toHaveProperty('response_url');
    const update = async (hash: unknown) =>
      call('views.update', {
        view_id: view['id'],
        hash,
        view: modal({ title: plain('Newer'), blocks: [section('hint'), select] }),
      });
    expect(await refusal(update('1.0'))).toMatchObject({ error: 'hash_conflict' });
    expect(await update(view['hash'])).toMatchObject({
      view: { state: { values: { kind: { v: { selected_option: option('b') } } } } },
    });
    expect(titles()).toEqual(['Newer']);
    expect(await refusal(call('views.update', { view_id: 'V9', view: modal() }))).toMatchObject({ error: 'not_found' });
  });

  it('publishes a home, that is told when it is opened', async () => {
    const blocks = [{ type: 'actions', elements: [{ type: 'button', action_id: 'go', text: plain('go') }] }];
    await call('views.publish', { user_id: 'U1', view: { type: 'home', blocks } });
    expect(stage.slack.home('U1')).toMatchObject({ type: 'home', blocks });
    expect(stage.slack.home('U2')).toBeNull();
    await stage.slack.opensHome('U1');
    expect(stage.last()).toMatchObject({ tab: 'home', view: { type: 'home' } });
    await stage.slack.presses('U1', 'home', 'go');
    expect(stage.last()).toMatchObject({
      type: 'block_actions',
      view: { type: 'home' },
      actions: [{ action_id: 'go' }],
    });
    expect(
      await refusal(call('views.publish', { user_id: 'U1', hash: '1', view: { type: 'home', blocks } })),
    ).toMatchObject({ error: 'hash_conflict' });
  });
});

describe('submitting', () => {
  it('carries what stands in every kind of input', async () => {
    const file = stage.slack.uploads('U1', 'a.png', Buffer.from('x'));
    const optional = { optional: true };
    const blocks = [
      input('words', { type: 'plain_text_input' }),
      input('blank', { type: 'plain_text_input' }, optional),
      input('kind', { type: 'static_select', options: [option('a'), option('b')] }),
      input('radio', { type: 'radio_buttons', options: [option('a')], initial_option: option('a') }),
      input('boxes', { type: 'checkboxes', options: [option('a'), option('b')] }),
      input('who', { type: 'users_select' }),
      input('where', { type: 'conversations_select' }),
      input('many', { type: 'multi_users_select' }),
      input('day', { type: 'datepicker' }),
      input('time', { type: 'timepicker' }),
      input('moment', { type: 'datetimepicker' }),
      input('count', { type: 'number_input', is_decimal_allowed: false, max_value: '9' }),
      input('mail', { type: 'email_text_input' }),
      input('rich', { type: 'rich_text_input' }),
      input('file', { type: 'file_input' }),
    ];
    const view = await open(modal({ blocks }));
    const given = {
      words: '坏了',
      kind: 'b',
      boxes: 'a,b',
      who: 'U2',
      where: 'C1',
      many: 'U1, U2',
      day: '2026-11-11',
      time: '09:30',
      moment: '1794378600',
      count: '3',
      mail: 'a@b.cn',
      rich: 'hi',
      file,
    };
    await stage.slack.submits('U1', given);
    const { view: sent, ...rest } = stage.last();
    expect(rest).toMatchObject({
      type: 'view_submission',
      team: { id: 'T1' },
      user: { id: 'U1' },
      response_urls: [],
      is_enterprise_install: false,
      enterprise: null,
    });
    expect(rest).not.toHaveProperty('channel');
    expect(sent).toMatchObject({
      id: view['id'],
      hash: view['hash'],
      callback_id: 'new',
      private_metadata: 'T-1',
      root_view_id: view['id'],
      previous_view_id: null,
      app_installed_team_id: 'T1',
    });
    const { values } = (sent as Json)['state'] as { values: Record<string, { v: Json }> };
    expect(Object.fromEntries(Object.entries(values).map(([id, { v }]) => [id, v]))).toEqual({
      words: { type: 'plain_text_input', value: '坏了' },
      blank: { type: 'plain_text_input', value: null },
      kind: { type: 'static_select', selected_option: option('b') },
      radio: { type: 'radio_buttons', selected_option: option('a') },
      boxes: { type: 'checkboxes', selected_options: [option('a'), option('b')] },
      who: { type: 'users_select', selected_user: 'U2' },
      where: { type: 'conversations_select', selected_conversation: 'C1' },
      many: { type: 'multi_users_select', selected_users: ['U1', 'U2'] },
      day: { type: 'datepicker', selected_date: '2026-11-11' },
      time: { type: 'timepicker', selected_time: '09:30' },
      moment: { type: 'datetimepicker', selected_date_time: 1_794_378_600 },
      count: { type: 'number_input', value: '3' },
      mail: { type: 'email_text_input', value: 'a@b.cn' },
      rich: { type: 'rich_text_input', rich_text_value: expect.objectContaining({ type: 'rich_text' }) },
      file: { type: 'file_input', files: [expect.objectContaining({ id: file })] },
    });
    expect(titles()).toEqual([]);
  });

  it("does not get past Slack's own client", async () => {
    await open(
      modal({
        blocks: [
          input('title', { type: 'plain_text_input', max_length: 5, min_length: 2 }),
          input('kind', { type: 'static_select', options: [option('a')] }, { optional: true }),
        ],
      }),
    );
    const submits = async (values: Record<string, string>) => stage.slack.submits('U1', values);
    await expect(submits({ other: 'x' })).rejects.toThrow('nothing to fill in at other');
    await expect(submits({})).rejects.toThrow('title has to be filled in');
    await expect(submits({ title: '' })).rejects.toThrow('title has to be filled in');
    await expect(submits({ title: 'abcdef' })).rejects.toThrow('at most 5 characters');
    await expect(submits({ title: 'a' })).rejects.toThrow('at least 2 characters');
    await expect(submits({ title: 'abc', kind: 'z' })).rejects.toThrow('offers no z');
    await expect(stage.slack.submits('U2', {})).rejects.toThrow('U2 has no modal open');
    expect(stage.heard).toHaveLength(1);
  });

  it('does what the answer says', async () => {
    await open(modal());
    const submits = async (answer: Json, status = 200) => {
      stage.answers(status, answer);
      await stage.slack.submits('U1', { title: 'x' });
    };
    await submits({}, 500);
    expect(titles()).toEqual(['New']);
    await submits({ response_action: 'errors', errors: { title: 'too short' } });
    expect(stage.slack.views('U1')[0]?.errors).toEqual({ title: 'too short' });
    await submits({ response_action: 'update', view: modal({ title: plain('2') }) });
    await submits({ response_action: 'push', view: modal({ title: plain('3') }) });
    expect(titles()).toEqual(['2', '3']);
    expect(stage.slack.views('U1').map((v) => v.errors)).toEqual([{}, {}]);
    await submits({});
    expect(titles()).toEqual(['2']);
    await submits({ response_action: 'clear' });
    expect(titles()).toEqual([]);
    expect(stage.slack.findings).toEqual([]);
    await open(modal());
    await submits({ response_action: 'errors', errors: { elsewhere: 'x' } });
    await submits({ response_action: 'update', view: modal({ blocks: [] }) });
    expect(stage.slack.findings).toMatchObject([
      { where: 'view_submission answer', pointer: '/errors/elsewhere' },
      { pointer: '/view/blocks', code: 'too_few' },
    ]);
    expect(titles()).toEqual(['New']);
  });

  it('is closed by hand, and that is told to who asked for it', async () => {
    await open(modal());
    expect(await stage.slack.closes('U1')).toMatchObject({ status: 0 });
    await open(modal({ notify_on_close: true }));
    expect(await stage.slack.closes('U1')).toMatchObject({ status: 200 });
    expect(stage.last()).toMatchObject({ type: 'view_closed', is_cleared: false, view: { callback_id: 'new' } });
    await open(modal());
    await open(modal({ clear_on_close: true, notify_on_close: true }), 'views.push');
    await stage.slack.closes('U1');
    expect(stage.last()).toMatchObject({ is_cleared: true });
    expect(titles()).toEqual([]);
  });
});
