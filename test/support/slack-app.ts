import type { SlackEmulator } from '../emulators/slack/emulator.ts';
import type { ManualClock } from './clock.ts';
import type { DeskOptions } from './desk.ts';
import { startPlatformApp, type PlatformApp } from './platform-app.ts';
import { APP_TOKEN, SIGNING_SECRET } from './slack.ts';

/** A second of a channel, and what a block of permits lasts. */
const SECOND_MS = 1_100;
/** What a few messages to one channel take, one after another. */
const SOON_MS = 3 * SECOND_MS;

/** The product beside an emulated Slack, in virtual time. */
export const startSlackApp = (
  options: Omit<DeskOptions, 'past'> & {
    readonly slack: SlackEmulator;
    readonly clock: ManualClock;
    readonly shop: string;
    readonly mode: 'http' | 'socket';
    readonly env: Readonly<Record<string, string>>;
    /** Installations, in the order in which they are delivered for. */
    readonly installations: () => readonly string[];
  },
): Promise<PlatformApp> => {
  const { slack, mode, env, installations } = options;
  const isSocket = mode === 'socket';
  return startPlatformApp({
    ...options,
    env: {
      SLACK_API_URL: slack.apiUrl,
      ...(isSocket ? { SLACK_APP_TOKEN: APP_TOKEN } : { SLACK_SIGNING_SECRET: SIGNING_SECRET }),
      ...env,
    },
    apps: () => installations().map((id) => `slack\n${id}`),
    other: {
      name: 'slack',
      calls: slack.calls,
      settled: () => slack.settled(),
      before() {
        if (isSocket) slack.connect({ mode: 'socket', appToken: APP_TOKEN });
      },
      async connect(url) {
        if (isSocket) await slack.sockets(1);
        else slack.connect({ mode: 'http', url: `${url}/slack/events`, signingSecret: SIGNING_SECRET });
      },
      soonMs: SOON_MS,
      stepMs: SECOND_MS,
    },
  });
};
