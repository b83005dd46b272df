import { backups } from './backups.ts';
import { budgets } from './budgets.ts';
import { calendars } from './calendars.ts';
import type { Check } from './check.ts';
import { clock } from './clock.ts';
import { configuration } from './configuration.ts';
import { dingtalkBrief } from './dingtalk.ts';
import { disk } from './disk.ts';
import { jobs } from './jobs.ts';
import { outside } from './outside.ts';
import { ports } from './ports.ts';
import { publicUrl } from './public-url.ts';
import { slackBrief } from './slack.ts';
import { store } from './store.ts';
import { wecomBrief } from './wecom.ts';

/** Every check, in the order in which they are shown. */
export const checks: readonly Check[] = [
  store,
  disk,
  clock,
  ports,
  publicUrl,
  configuration,
  calendars,
  jobs,
  budgets,
  slackBrief,
  dingtalkBrief,
  wecomBrief,
  outside,
  backups,
];
