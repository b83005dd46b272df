import { parseArgs } from 'node:util';
import { EVENTS_PATH } from '../../adapters/slack/receiver.ts';
import { liveQuiet } from '../flow/quiet.ts';
import { systemIds as ids } from '../ids.ts';
import type { Store } from '../storage/store.ts';
import { directoryOf } from './directory.ts';
import { examine, hasStore } from './doctor.ts';
import { linkedChannels, slackGround, slackWhole, type LinkedChannel } from './doctor/slack.ts';
import { sendTest } from './slack-send.ts';
import { refusal, withStore } from './store.ts';
import type { CliContext, CliVerb } from './verb.ts';

export const doctorSlack: CliVerb = {
  usage: 'doctor slack [--json] [--send [--channel CHANNEL]]',
  summary: 'cli.doctor_slack',
  run: async (context) => {
    const { config } = context;
    if (!config.platforms.has('slack')) throw refusal(config, { key: 'slack_doctor.not_configured', params: null });
    const { values } = parseArgs({
      args: [...context.args],
      options: { send: { type: 'boolean' }, channel: { type: 'string' } },
      strict: false,
    });
    await examine(context, [slackWhole]);
    if (values.send !== true) return;
    if (!hasStore(config)) throw refusal(config, { key: 'slack_send.not_running', params: null });
    const channel = typeof values.channel === 'string' ? values.channel : null;
    const isWell = await withStore(config, (store) => send(context, store, channel));
    if (!isWell) process.exitCode = 1;
  },
};

async function send(context: CliContext, store: Store, wanted: string | null): Promise<boolean> {
  const { config, clock, tell } = context;
  const ground = await slackGround(config, clock, store);
  if (ground === null) return false;
  const quiet = liveQuiet(store);
  await quiet.refresh();
  if (quiet() !== null) throw refusal(config, { key: 'slack_send.quiet', params: null });
  const directory = (): ReturnType<typeof directoryOf> => directoryOf(store, context);
  const channel = chosen(context, linkedChannels(await directory()), wanted);
  let stopped = false;
  const stop = (): void => {
    stopped = true;
  };
  process.once('SIGINT', stop);
  try {
    const callback = `${config.publicUrl ?? 'PUBLIC_URL'}${EVENTS_PATH}`;
    return await sendTest({ store, clock, ids, ground, directory, tell, callback, isStopped: () => stopped }, channel);
  } finally {
    process.removeListener('SIGINT', stop);
  }
}

/** The channel that was asked for, or the first. */
function chosen(
  { config }: Pick<CliContext, 'config'>,
  linked: readonly LinkedChannel[],
  wanted: string | null,
): LinkedChannel {
  const [first] = wanted === null ? linked : linked.filter(({ address }) => address.conversation === wanted);
  if (first !== undefined) return first;
  const channels = linked.map(({ address }) => address.conversation);
  throw refusal(
    config,
    wanted === null || channels.length === 0
      ? { key: 'slack_send.no_channel', params: null }
      : { key: 'slack_send.other_channel', params: { channel: wanted, linked: channels } },
  );
}
