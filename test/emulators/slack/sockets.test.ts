import { SocketModeReceiver } from '@slack/bolt';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { openStage, SILENT, type Stage } from './stand-in.ts';

const APP_TOKEN = 'xapp-1-emulated';

interface Envelope {
  readonly ack: (answer?: unknown) => Promise<void>;
  readonly body: Readonly<Record<string, unknown>>;
  readonly type: string;
  readonly retry_num?: number;
  readonly retry_reason?: string;
}

let stage: Stage;
let clients: InstanceType<typeof SocketModeReceiver>['client'][] = [];
beforeEach(async () => {
  stage = await openStage();
  stage.slack.connect({ mode: 'socket', appToken: APP_TOKEN });
});
afterEach(async () => {
  await Promise.all(clients.map(async (client) => client.disconnect()));
  clients = [];
  await stage.close();
});

/** The real client, as Bolt makes it; what it gets is handed to `take`. */
async function connected(take: (envelope: Envelope) => void, autoReconnectEnabled = false) {
  const installerOptions = { clientOptions: { slackApiUrl: stage.slack.apiUrl, retryConfig: { retries: 0 } } };
  const receiver = new SocketModeReceiver({
    appToken: APP_TOKEN,
    logger: SILENT,
    autoReconnectEnabled,
    installerOptions,
  });
  const { client } = receiver;
  clients.push(client);
  client.on('slack_event', take);
  await client.start();
  return client;
}

describe('a socket', () => {
  it('carries events, commands and clicks, and their acknowledgements', async () => {
    const seen: Envelope[] = [];
    await connected((envelope) => {
      seen.push(envelope);
      void envelope.ack(envelope.type === 'slash_commands' ? { text: 'done' } : {});
    });
    await stage.slack.sockets();
    const told = await stage.slack.types('U1', 'C1', 'hi');
    expect(told).toMatchObject({ status: 200 });
    await stage.slack.repeats(told.eventId, { num: 1, reason: 'timeout' });
    await stage.slack.slash('U1', 'C1', 'x');
    await stage.slack.shortcut('U1', 'new');
    expect(seen.map(({ type }) => type)).toEqual(['events_api', 'events_api', 'slash_commands', 'interactive']);
    expect(seen[0]).toMatchObject({ retry_num: 0, body: { event_id: told.eventId, event: { text: 'hi' } } });
    expect(seen[1]).toMatchObject({ retry_num: 1, retry_reason: 'timeout', body: { event_id: told.eventId } });
    expect(seen[2]?.body).toMatchObject({ command: '/ticket', is_enterprise_install: 'false' });
    expect(stage.slack.reads('C1', 'U1').map((m) => m.text)).toEqual(['hi', 'done']);
  });

  it('gets its share when there are several, and says when it ends', async () => {
    const counts = [0, 0];
    const [first] = await Promise.all(
      counts.map(async (_, i) =>
        connected((envelope) => {
          counts[i] = (counts[i] ?? 0) + 1;
          void envelope.ack();
        }),
      ),
    );
    await stage.slack.sockets(2);
    for (const text of ['a', 'b', 'c', 'd']) await stage.slack.types('U1', 'C1', text);
    expect(counts).toEqual([2, 2]);
    const over = new Promise((resolve) => first?.once('disconnected', resolve));
    stage.slack.disconnect('announced');
    await over;
  });

  it('is gone without a word when it is cut, and then nobody is told', async () => {
    const client = await connected(() => undefined);
    await stage.slack.sockets();
    const over = new Promise((resolve) => client.once('disconnected', resolve));
    const told = stage.slack.types('U1', 'C1', 'x');
    stage.slack.disconnect('silent');
    expect(await told).toMatchObject({ status: 0 });
    await over;
    expect(await stage.slack.types('U1', 'C1', 'y')).toMatchObject({ status: 0 });
  });

  it('is not opened with a token that nobody handed in, nor twice with one address', async () => {
    const open = async (token: string) => {
      const answer = await fetch(`${stage.slack.apiUrl}apps.connections.open`, {
        method: 'POST',
        headers: { authorization: `Bearer ${token}` },
      });
      return (await answer.json()) as { url?: string; error?: string };
    };
    expect(await open('xapp-2')).toMatchObject({ error: 'invalid_auth' });
    expect(await open(APP_TOKEN)).toMatchObject({
      url: expect.stringMatching(/^ws:\/\/127\.0\.0\.1:\d+\/link\/\?ticket=/),
    });
  });
});
