import { App, LogLevel } from '@slack/bolt';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { systemClock } from '../../../src/clock.ts';
import type { SlackEmulator } from './emulator.ts';
import { openSlack } from './slack.ts';

const APP_TOKEN = 'xapp-1-emulated';
const SECRET = 'signing-secret';
const plain = (text: string) => ({ type: 'plain_text' as const, text });

let slack: SlackEmulator;
let app: App;

/** A small app on the real Bolt, in either mode. */
async function start(mode: 'http' | 'socket'): Promise<void> {
  slack = await openSlack(systemClock);
  const { botToken, botId, botUser } = slack.addTeam({ id: 'T1' });
  slack.addUser('T1', { id: 'U1', name: 'lilei' });
  slack.addChannel('T1', { id: 'C1', name: 'aftersales', members: ['U1'] });
  const common = { token: botToken, botId, botUserId: botUser, logLevel: LogLevel.ERROR };
  const clientOptions = { slackApiUrl: slack.apiUrl, retryConfig: { retries: 0 } };
  const how = mode === 'http' ? { signingSecret: SECRET } : { socketMode: true, appToken: APP_TOKEN };
  app = new App({ ...common, ...how, clientOptions });
  app.event('app_mention', async ({ event, say }) => {
    const button = { type: 'button' as const, action_id: 'claim', text: plain('Claim') };
    await say({ text: 'card', thread_ts: event.ts, blocks: [{ type: 'actions', elements: [button] }] });
  });
  app.command('/ticket', async ({ ack, client, body }) => {
    await ack();
    const blocks = [
      {
        type: 'input' as const,
        block_id: 'title',
        label: plain('Title'),
        element: { type: 'plain_text_input' as const, action_id: 'v' },
      },
    ];
    const view = { type: 'modal' as const, callback_id: 'new', title: plain('New'), submit: plain('Send'), blocks };
    await client.views.open({ trigger_id: body.trigger_id, view });
  });
  app.action('claim', async ({ ack, respond }) => {
    await ack();
    await respond({ replace_original: true, text: 'claimed' });
  });
  app.view('new', async ({ ack, view, client, body }) => {
    const title = view.state.values['title']?.['v']?.value ?? '';
    await ack(title === 'x' ? { response_action: 'errors', errors: { title: 'too short' } } : undefined);
    if (title !== 'x') await client.chat.postEphemeral({ channel: 'C1', user: body.user.id, text: title });
  });
  if (mode === 'socket') slack.connect({ mode, appToken: APP_TOKEN });
  const server = await app.start(0);
  if (mode === 'socket') await slack.sockets();
  else {
    const address = (server as { address(): { port: number } }).address();
    slack.connect({ mode, url: `http://127.0.0.1:${address.port}/slack/events`, signingSecret: SECRET });
  }
}

/** What Bolt does after it acknowledged comes in its own time. */
async function comes<T>(look: () => T | undefined): Promise<T> {
  await expect.poll(look, { interval: 5 }).toBeDefined();
  return look() as T;
}

describe.each(['http', 'socket'] as const)('the real Bolt over %s', (mode) => {
  beforeEach(async () => {
    await start(mode);
  });
  afterEach(async () => {
    await app.stop();
    await slack.close();
  });

  it('is mentioned, pressed, called and filled in', async () => {
    const { ts, also } = await slack.types('U1', 'C1', '<@U0BOTT1> broken');
    expect(also).toMatchObject([{ status: 200 }]);
    const card = await comes(() => slack.thread('C1', ts)[0]);
    expect(await slack.presses('U1', { channel: 'C1', ts: card.ts }, 'claim')).toMatchObject({ status: 200 });
    await comes(() => slack.thread('C1', ts).find((m) => m.text === 'claimed'));

    expect(await slack.slash('U1', 'C1', '')).toMatchObject({ status: 200 });
    await comes(() => slack.views('U1')[0]);
    await slack.submits('U1', { title: 'x' });
    expect(slack.views('U1')).toMatchObject([{ errors: { title: 'too short' } }]);
    await slack.submits('U1', { title: 'broken cup' });
    expect(slack.views('U1')).toEqual([]);
    await comes(() => slack.reads('C1', 'U1').find((m) => m.text === 'broken cup'));
    expect(slack.findings).toEqual([]);
  });
});
