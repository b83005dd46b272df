import type { SandboxLimit } from '../adapters/sandbox/limits.ts';
import { slackLimits } from '../adapters/slack/limits.ts';

// The limits of real platforms, enforced by the sandbox in the conversations that are named, as strictly as the platforms do.

const MINUTE = 60_000;

const DINGTALK_ROBOT = 'https://open.dingtalk.com/document/orgapp/invocation-frequency-limit';
const DINGTALK_QPS =
  'https://open.dingtalk.com/document/orgapp-server/descriptions-about-adjusting-limit-and-frequency-of-api-calls';
const WECOM_WEBHOOK = 'https://developer.work.weixin.qq.com/document/path/99110';

/** Groups with a DingTalk robot each, of one app: a robot that says too much is blocked for ten minutes. */
export function dingtalk(conversations: readonly string[]): readonly SandboxLimit[] {
  return [
    {
      name: 'dingtalk-robot',
      per: 'robot',
      method: 'send',
      count: 20,
      windowMs: MINUTE,
      conversations,
      source: DINGTALK_ROBOT,
      // Cards are changed by another API: of what stands already only what is posted anew needs the second part.
      reserve: { urgent: 9, redraw: 3 },
      overrun: { kind: 'block', forMs: 10 * MINUTE },
    },
    {
      name: 'dingtalk-send',
      per: 'app',
      method: 'send',
      count: 20,
      windowMs: 1_000,
      conversations,
      source: DINGTALK_QPS,
      reserve: { urgent: 4, redraw: 2 },
      overrun: { kind: 'reject' },
    },
    {
      name: 'dingtalk-update',
      per: 'app',
      method: 'update',
      count: 20,
      windowMs: 1_000,
      conversations,
      source: DINGTALK_QPS,
      reserve: { urgent: 4, redraw: 0 },
      overrun: { kind: 'reject' },
    },
  ];
}

/** Groups with a WeCom message-push webhook each: what is too much vanishes. Their messages cannot be changed: they belong into `fixed` as well. */
export function wecom(conversations: readonly string[]): readonly SandboxLimit[] {
  return [
    {
      name: 'wecom-webhook',
      per: 'robot',
      method: 'send',
      count: 20,
      windowMs: MINUTE,
      conversations,
      source: WECOM_WEBHOOK,
      // What cannot be changed is shown anew: boards are sent like everything else.
      reserve: { urgent: 9, redraw: 6 },
      overrun: { kind: 'drop' },
    },
  ];
}

/** Channels of one Slack workspace: what is too much is refused with the delay after which it works again. */
export const slack = (conversations: readonly string[]): readonly SandboxLimit[] =>
  slackLimits.map((limit) => ({ ...limit, conversations, overrun: { kind: 'reject' } }));
