import { parseArgs } from 'node:util';
import { spotOf } from '../../adapters/wecom/places.ts';
import { CALLBACK_PATH } from '../../adapters/wecom/routes.ts';
import { examine } from './doctor.ts';
import { wecomGround, wecomWhole, type WeComGround } from './doctor/wecom.ts';
import { sendAsked, type Way } from './send-test.ts';
import { refusal } from './store.ts';
import type { CliVerb } from './verb.ts';

export const doctorWeCom: CliVerb = {
  usage: 'doctor wecom [--json] [--send [--group GROUP]]',
  summary: 'cli.doctor_wecom',
  run: async (context) => {
    const { config, clock } = context;
    if (!config.platforms.has('wecom')) throw refusal(config, { key: 'wecom_doctor.not_configured', params: null });
    const { values } = parseArgs({
      args: [...context.args],
      options: { send: { type: 'boolean' }, group: { type: 'string' } },
      strict: false,
    });
    await examine(context, [wecomWhole]);
    if (values.send !== true) return;
    const group = typeof values.group === 'string' ? values.group : null;
    await sendAsked(context, 'wecom', group, async (store) => {
      const ground = await wecomGround(config, clock, store);
      return ground === null ? null : wayOf(ground, config.publicUrl);
    });
  },
};

function wayOf({ settings, examiner }: WeComGround, publicUrl: string | null): Way {
  return {
    isConnected: ({ conversation }) => (isChat(conversation) ? settings.bot : settings.app) !== null,
    canPress: ({ conversation }) => ['duty', 'chat'].includes(spotOf(conversation).kind),
    calls: ({ conversation }) => spotOf(conversation).kind === 'duty',
    // The only ones that have a name of their own are those that nobody presses in.
    nameOf: ({ conversation }) => Promise.resolve(conversation),
    entrance: ({ conversation }) => (isChat(conversation) ? null : `${publicUrl ?? 'PUBLIC_URL'}${CALLBACK_PATH}`),
    // Only what the app sent to people can be recalled.
    stays: ({ conversation }) => examiner === null || !['duty', 'person'].includes(spotOf(conversation).kind),
    remove: async (_address, ref) => examiner !== null && (await examiner.recall(ref)),
  };
}

const isChat = (conversation: string): boolean => spotOf(conversation).kind === 'chat';
