import type { Adapter } from './adapter.ts';
import type { DingTalk, DingTalkOptions } from './dingtalk/dingtalk.ts';
import { dingtalkSettings } from './dingtalk/settings.ts';
import type { EmailOptions } from './email/email.ts';
import { emailSettings } from './email/settings.ts';
import { createGateway } from './gateway/gateway.ts';
import { gatewaySettings } from './gateway/settings.ts';
import { createSandbox } from './sandbox/sandbox.ts';
import { slackSettings } from './slack/settings.ts';
import type { Slack, SlackOptions } from './slack/slack.ts';
import { wecomSettings } from './wecom/settings.ts';
import type { WeCom, WeComOptions } from './wecom/wecom.ts';

/** A platform's own packages take a good part of the start: they are loaded where it is configured. */
const createSlack = async (options: SlackOptions): Promise<Slack> => {
  const slack = await import('./slack/slack.ts');
  return slack.createSlack(options);
};

const createDingTalk = async (options: DingTalkOptions): Promise<DingTalk> => {
  const dingtalk = await import('./dingtalk/dingtalk.ts');
  return dingtalk.createDingTalk(options);
};

const createWeCom = async (options: WeComOptions): Promise<WeCom> => {
  const wecom = await import('./wecom/wecom.ts');
  return wecom.createWeCom(options);
};

const createEmail = async (options: EmailOptions): Promise<Adapter> => {
  const email = await import('./email/email.ts');
  return email.createEmail(options);
};

/** Every platform that can be talked to, by name: what makes its adapter. */
export const adapters = {
  sandbox: createSandbox,
  slack: createSlack,
  dingtalk: createDingTalk,
  wecom: createWeCom,
  email: createEmail,
  gateway: createGateway,
} as const;

/** What each platform reads from the environment. */
export const platformSettings = [
  slackSettings,
  dingtalkSettings,
  wecomSettings,
  emailSettings,
  gatewaySettings,
] as const;
