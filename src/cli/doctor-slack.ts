import { parseArgs } from 'node:util';
import { EVENTS_PATH } from '../../adapters/slack/receiver.ts';
import { readRef } from '../../adapters/slack/refs.ts';
import type { Address } from '../domain/address.ts';
import { examine } from './doctor.ts';
import { slackGround, slackWhole, type Installed, type SlackGround } from './doctor/slack.ts';
import { sendAsked, type Way } from './send-test.ts';
import { refusal } from './store.ts';
import type { CliVerb } from './verb.ts';

export const doctorSlack: CliVerb = {
  usage: 'doctor slack [--json] [--send [--channel CHANNEL]]',
  summary: 'cli.doctor_slack',
  run: async (context) => {
    const { config, clock } = context;
    if (!config.platforms.has('slack')) throw refusal(config, { key: 'slack_doctor.not_configured', params: null });
    const { values } = parseArgs({
      args: [...context.args],
      options: { send: { type: 'boolean' }, channel: { type: 'string' } },
      strict: false,
    });
    await examine(context, [slackWhole]);
    if (values.send !== true) return;
    const channel = typeof values.channel === 'string' ? values.channel : null;
    await sendAsked(context, 'slack', channel, async (store) => {
      const ground = await slackGround(config, clock, store);
      return ground === null ? null : wayOf(ground, config.publicUrl);
    });
  },
};

function wayOf({ settings, examiner, installed }: SlackGround, publicUrl: string | null): Way {
  const of = (address: Address): Installed | undefined => installed.find(({ app }) => app === address.app);
  return {
    isConnected: (address) => of(address) !== undefined,
    async nameOf(address) {
      const token = of(address)?.token;
      const asked = token === undefined ? null : await examiner.channel(token, address.conversation);
      return asked?.kind === 'ok' ? `#${asked.name}` : address.conversation;
    },
    entrance: () => (settings.appToken === null ? `${publicUrl ?? 'PUBLIC_URL'}${EVENTS_PATH}` : null),
    async remove(address, ref) {
      const [token, where] = [of(address)?.token, readRef(ref)];
      // What is no message of Slack's is none that could be left there.
      if (where === null) return true;
      return token !== undefined && (await examiner.remove(token, where));
    },
  };
}
