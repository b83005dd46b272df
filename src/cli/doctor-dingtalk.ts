import { parseArgs } from 'node:util';
import { messageOf } from '../../adapters/dingtalk/posting.ts';
import { CARD_PATH } from '../../adapters/dingtalk/routes.ts';
import { examine } from './doctor.ts';
import { dingtalkGround, dingtalkWhole, type DingTalkGround } from './doctor/dingtalk.ts';
import { sendAsked, type Way } from './send-test.ts';
import { refusal } from './store.ts';
import type { CliVerb } from './verb.ts';

export const doctorDingTalk: CliVerb = {
  usage: 'doctor dingtalk [--json] [--send [--group GROUP]]',
  summary: 'cli.doctor_dingtalk',
  run: async (context) => {
    const { config, clock } = context;
    if (!config.platforms.has('dingtalk'))
      throw refusal(config, { key: 'dingtalk_doctor.not_configured', params: null });
    const { values } = parseArgs({
      args: [...context.args],
      options: { send: { type: 'boolean' }, group: { type: 'string' } },
      strict: false,
    });
    await examine(context, [dingtalkWhole]);
    if (values.send !== true) return;
    const group = typeof values.group === 'string' ? values.group : null;
    await sendAsked(context, 'dingtalk', group, async (store) => {
      const ground = await dingtalkGround(config, clock, store);
      return ground === null ? null : wayOf(ground, config.publicUrl);
    });
  },
};

function wayOf({ settings, examiner, kept }: DingTalkGround, publicUrl: string | null): Way {
  return {
    // Without an app nobody could press.
    isConnected: () => examiner !== null,
    // No API tells what a group is called.
    nameOf: ({ conversation }) => Promise.resolve(conversation),
    entrance: () => (settings.mode === 'http' ? `${publicUrl ?? 'PUBLIC_URL'}${CARD_PATH}` : null),
    async remove({ conversation }, ref) {
      const message = messageOf(ref) ?? (await kept?.card(ref))?.carrier;
      return examiner !== null && message != null && examiner.remove(conversation, message);
    },
  };
}
