import { createSandbox } from './sandbox/sandbox.ts';
import { slackSettings } from './slack/settings.ts';
import type { Slack, SlackOptions } from './slack/slack.ts';

/** Slack's own packages take a fifth of the start: they are loaded where Slack is configured. */
const createSlack = async (options: SlackOptions): Promise<Slack> => {
  const slack = await import('./slack/slack.ts');
  return slack.createSlack(options);
};

/** Every platform that can be talked to, by name: what makes its adapter. */
export const adapters = { sandbox: createSandbox, slack: createSlack } as const;

/** What each platform reads from the environment. */
export const platformSettings = [slackSettings] as const;
