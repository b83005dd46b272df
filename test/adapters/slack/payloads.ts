import { CHANNEL, LILEI, TEAM } from '../../support/slack.ts';

/** Payloads as Slack sends them (fact sheet, 2.4 to 2.6), recorded and cut to what was in them; `more` stands over what is here. */

export type Json = Readonly<Record<string, unknown>>;

export const BOT = `U0BOT${TEAM}`;

export const authorization = (more: Json = {}): Json => ({
  enterprise_id: null,
  team_id: TEAM,
  user_id: BOT,
  is_bot: true,
  is_enterprise_install: false,
  ...more,
});

export const envelope = (event: unknown, more: Json = {}): Json => ({
  token: 'verification-token',
  team_id: TEAM,
  context_team_id: TEAM,
  context_enterprise_id: null,
  api_app_id: 'A0GONGDAN',
  event,
  type: 'event_callback',
  event_id: 'Ev07RECORDED',
  event_time: 1_794_378_600,
  authorizations: [authorization()],
  is_ext_shared_channel: false,
  event_context: '4-eyJldCI6Im1lc3NhZ2UifQ',
  ...more,
});

export const message = (more: Json = {}): Json => ({
  type: 'message',
  user: LILEI,
  ts: '1794378600.000100',
  client_msg_id: '00000000-0000-4000-8000-000000000001',
  text: `<@${BOT}> 认领 4821`,
  team: TEAM,
  blocks: [
    {
      type: 'rich_text',
      block_id: 'Xy7',
      elements: [
        {
          type: 'rich_text_section',
          elements: [
            { type: 'user', user_id: BOT },
            { type: 'text', text: ' 认领 4821' },
          ],
        },
      ],
    },
  ],
  channel: CHANNEL,
  channel_type: 'channel',
  event_ts: '1794378600.000100',
  ...more,
});

const person = { id: LILEI, username: 'lilei', name: 'lilei', team_id: TEAM };
const common = (type: string): Json => ({
  type,
  team: { id: TEAM, domain: 'tea' },
  user: person,
  api_app_id: 'A0GONGDAN',
  token: 'verification-token',
  trigger_id: '13345224609.738474920.8088930838d88f008e0',
  enterprise: null,
  is_enterprise_install: false,
});

export const command = (more: Json = {}): Json => ({
  token: 'verification-token',
  team_id: TEAM,
  team_domain: 'tea',
  channel_id: CHANNEL,
  channel_name: 'aftersale',
  user_id: LILEI,
  user_name: 'lilei',
  command: '/ticket',
  text: '帮助',
  api_app_id: 'A0GONGDAN',
  is_enterprise_install: 'false',
  response_url: 'http://127.0.0.1:9/commands/T0TEA/1/secretpath',
  trigger_id: '13345224609.738474920.8088930838d88f008e0',
  ...more,
});

export const blockActions = (action: Json, more: Json = {}): Json => ({
  ...common('block_actions'),
  container: { type: 'message', message_ts: '1794378600.000100', channel_id: CHANNEL, is_ephemeral: false },
  channel: { id: CHANNEL, name: 'aftersale' },
  message: { type: 'message', user: BOT, ts: '1794378600.000100', bot_id: `B0BOT${TEAM}`, text: 'T-4821' },
  state: { values: {} },
  response_url: 'http://127.0.0.1:9/actions/T0TEA/1/secretpath',
  actions: [{ type: 'button', action_ts: '1794378601.000000', text: { type: 'plain_text', text: '认领' }, ...action }],
  ...more,
});

/** A view of ours as `view_submission` carries it. */
export const view = (more: Json = {}): Json => ({
  id: 'V0RECORDED',
  team_id: TEAM,
  type: 'modal',
  blocks: [
    {
      type: 'input',
      block_id: 'text',
      label: { type: 'plain_text', text: '内容' },
      element: { type: 'plain_text_input', action_id: 'value' },
    },
  ],
  private_metadata: JSON.stringify({
    command: 'reply',
    args: [['ticket', '4821']],
    nonce: 'n-1',
    origin: { channel: CHANNEL, thread: null, surface: null },
    long: [],
  }),
  callback_id: 'gongdan.form',
  state: { values: { text: { value: { type: 'plain_text_input', value: '您好' } } } },
  hash: '1794378600.h1',
  title: { type: 'plain_text', text: '回复' },
  submit: { type: 'plain_text', text: '发送' },
  close: null,
  clear_on_close: false,
  notify_on_close: false,
  previous_view_id: null,
  root_view_id: 'V0RECORDED',
  app_id: 'A0GONGDAN',
  external_id: '',
  app_installed_team_id: TEAM,
  bot_id: `B0BOT${TEAM}`,
  ...more,
});

export const viewSubmission = (more: Json = {}): Json => ({
  ...common('view_submission'),
  view: view(),
  response_urls: [],
  ...more,
});

export const viewClosed = (more: Json = {}): Json => ({
  ...common('view_closed'),
  view: view({ state: { values: {} } }),
  is_cleared: false,
  ...more,
});

export const globalShortcut = (more: Json = {}): Json => ({
  ...common('shortcut'),
  callback_id: 'ticket_new',
  action_ts: '1794378600.000000',
  ...more,
});

export const messageShortcut = (more: Json = {}): Json => ({
  ...common('message_action'),
  callback_id: 'ticket_from_message',
  action_ts: '1794378600.000000',
  message_ts: '1794378600.000100',
  message: message(),
  channel: { id: CHANNEL, name: 'aftersale' },
  response_url: 'http://127.0.0.1:9/actions/T0TEA/2/secretpath',
  ...more,
});

export const blockSuggestion = (more: Json = {}): Json => ({
  ...common('block_suggestion'),
  action_id: 'person',
  block_id: 'person',
  value: '李',
  container: { type: 'view', view_id: 'V0RECORDED' },
  view: view(),
  ...more,
});
