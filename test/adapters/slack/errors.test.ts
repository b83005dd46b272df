import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { OutMessage, Ref } from '../../../adapters/adapter.ts';
import { DeliveryError, type DeliveryFailure } from '../../../src/errors.ts';
import type { Failure } from '../../emulators/slack/emulator.ts';
import { CHANNEL, LILEI, runSlack, type RunningSlack } from '../../support/slack.ts';

/** What every failure of the Web API means for delivery (4.1, 4.2, 4.4). */

const words: OutMessage = { type: 'text', text: '好的', attachments: [] };
const group = { platform: 'slack', app: 'slack', conversation: CHANNEL };

let running: RunningSlack;
let ref: Ref;
beforeAll(async () => {
  running = await runSlack();
  ref = await running.workspace.send(group, words, 'the first');
});
afterAll(async () => {
  await running.close();
});

const CALLS = {
  'chat.postMessage': () => running.workspace.send(group, words, 'k'),
  'chat.update': () => running.workspace.update(group, ref, words, 'k'),
  'chat.postEphemeral': () => running.workspace.send(group, words, 'k', LILEI),
  'conversations.history': () => running.workspace.settle?.(group, 'k', words),
  'users.info': () => {
    running.workspace.people.forget(LILEI);
    return running.workspace.lookUp(LILEI);
  },
} as const;
type Method = keyof typeof CALLS;

/** What a call fails with that meets this. */
async function failing(method: Method, failure: Failure): Promise<DeliveryError> {
  running.emulator.fails(method, failure);
  const before = running.emulator.calls.length;
  try {
    await CALLS[method]();
  } catch (error) {
    if (!(error instanceof DeliveryError)) throw error;
    // One try: delivery does the trying.
    const made = running.emulator.calls.slice(before).filter((call) => call.method === method);
    if (made.length !== 1) throw new Error(`${made.length} calls of ${method}`, { cause: error });
    return error;
  }
  throw new Error(`${method} did not fail`);
}

const EVERY: Readonly<Record<string, DeliveryFailure>> = {
  not_authed: 'auth',
  invalid_auth: 'auth',
  account_inactive: 'auth',
  token_revoked: 'auth',
  token_expired: 'auth',
  not_allowed_token_type: 'auth',
  no_permission: 'auth',
  access_denied: 'auth',
  accesslimited: 'auth',
  org_login_required: 'auth',
  ekm_access_denied: 'auth',
  team_added_to_org: 'auth',
  team_access_not_granted: 'auth',
  invalid_arguments: 'permanent',
  invalid_arg_name: 'permanent',
  invalid_array_arg: 'permanent',
  invalid_charset: 'permanent',
  invalid_form_data: 'permanent',
  invalid_post_type: 'permanent',
  missing_post_type: 'permanent',
  request_timeout: 'unknown',
  ratelimited: 'rate-limited',
  service_unavailable: 'retryable',
  internal_error: 'unknown',
  fatal_error: 'unknown',
  unknown_method: 'permanent',
  a_code_that_slack_invents_tomorrow: 'permanent',
};

const OWN: Readonly<Record<Method, Readonly<Record<string, DeliveryFailure>>>> = {
  'chat.postMessage': {
    missing_scope: 'auth',
    channel_not_found: 'gone',
    not_in_channel: 'gone',
    is_archived: 'gone',
    no_text: 'permanent',
    invalid_blocks: 'permanent',
    invalid_blocks_format: 'permanent',
    msg_blocks_too_long: 'permanent',
    too_many_attachments: 'permanent',
    attachment_payload_limit_exceeded: 'permanent',
    rate_limited: 'rate-limited',
    message_limit_exceeded: 'rate-limited',
    messages_tab_disabled: 'gone',
    restricted_action: 'permanent',
    restricted_action_read_only_channel: 'permanent',
    cannot_reply_to_message: 'gone',
    metadata_too_large: 'permanent',
    invalid_metadata_format: 'permanent',
    markdown_text_conflict: 'permanent',
  },
  'chat.update': {
    missing_scope: 'auth',
    message_not_found: 'gone',
    cant_update_message: 'gone',
    edit_window_closed: 'gone',
    channel_not_found: 'gone',
    msg_too_long: 'permanent',
    no_text: 'permanent',
    invalid_blocks: 'permanent',
    block_mismatch: 'permanent',
    is_inactive: 'gone',
    update_failed: 'retryable',
  },
  'chat.postEphemeral': {
    missing_scope: 'auth',
    // The conversation is there; it is the person who is not in it.
    user_not_in_channel: 'permanent',
    channel_not_found: 'gone',
    not_in_channel: 'gone',
    no_text: 'permanent',
    invalid_blocks: 'permanent',
    msg_too_long: 'permanent',
    messages_tab_disabled: 'gone',
  },
  'conversations.history': {
    missing_scope: 'permanent',
    channel_not_found: 'gone',
    not_in_channel: 'gone',
    thread_not_found: 'gone',
    invalid_ts_latest: 'permanent',
    invalid_ts_oldest: 'permanent',
  },
  'users.info': { missing_scope: 'permanent' },
};

describe.each(Object.keys(CALLS) as Method[])('%s', (method) => {
  test.each(Object.entries({ ...EVERY, ...OWN[method] }))('%s is %s', async (error, failure) => {
    const met = await failing(method, { error });
    expect(met.failure).toBe(failure);
    expect(met.message).toContain(method);
    expect(met.message).not.toContain(CHANNEL);
  });

  test('a limit says for how long (4.2)', async () => {
    expect(await failing(method, { retryAfter: 30 })).toMatchObject({ failure: 'rate-limited', retryAfterMs: 30_000 });
    const silent = await failing(method, { retryAfter: null });
    expect(silent).toMatchObject({ failure: 'rate-limited', retryAfterMs: undefined });
  });

  test('whatever may have arrived is unknown: HTML, 5xx, nonsense, a redirect, a connection that ends', async () => {
    const html = '<!DOCTYPE html><html><body>13812345678 is under maintenance</body></html>';
    for (const failure of [
      { status: 200, body: html },
      { status: 200, body: '' },
      { status: 200, body: '{"ok":' },
      { status: 200, body: '{"ok":true}' },
      { status: 302, body: '' },
      { status: 404, body: 'Not Found' },
      { status: 500, body: html },
      { status: 503, body: html },
      { cut: true },
      { lost: true },
    ] as const) {
      // An update or a reading of people needs nothing from the answer, or says that it cannot be read.
      if (method !== 'chat.postMessage' && 'body' in failure && failure.body === '{"ok":true}') continue;
      const met = await failing(method, failure);
      expect(met.failure, JSON.stringify(failure)).toBe('unknown');
      expect(met.message).not.toContain('13812345678');
    }
  });
});

test('a limit of one method does not hold up the others, nor the next call of the same (4.2)', async () => {
  const { emulator, workspace } = running;
  emulator.fails('chat.postMessage', { retryAfter: 30 }, { retryAfter: 30 });
  const began = performance.now();
  const [first, second, changed, person] = await Promise.allSettled([
    workspace.send(group, words, 'a'),
    workspace.send(group, words, 'b'),
    workspace.update(group, ref, words, 'c'),
    workspace.lookUp(LILEI),
  ]);
  expect([first.status, second.status, changed.status, person.status]).toEqual([
    'rejected',
    'rejected',
    'fulfilled',
    'fulfilled',
  ]);
  await workspace.send(group, words, 'd');
  expect(performance.now() - began).toBeLessThan(1_500);
});

test('a Slack that nobody reaches was certainly not told', async () => {
  const other = await runSlack();
  try {
    await other.emulator.close();
    await expect(other.workspace.send(group, words, 'k')).rejects.toMatchObject({ failure: 'retryable' });
    await expect(other.workspace.lookUp(LILEI)).rejects.toMatchObject({ failure: 'retryable' });
  } finally {
    await other.stop();
  }
});
