import { createSandbox } from './sandbox/sandbox.ts';
import { slackSettings } from './slack/settings.ts';
import { createSlack } from './slack/slack.ts';

/** Every platform that can be talked to, by name: what makes its adapter. */
export const adapters = { sandbox: createSandbox, slack: createSlack } as const;

/** What each platform reads from the environment. */
export const platformSettings = [slackSettings] as const;
