import * as z from 'zod';

const secret = z.string().min(8);

/**
 * What the Slack adapter reads from the environment. One workspace by `SLACK_BOT_TOKEN`, or many by OAuth with `SLACK_CLIENT_ID` and
 * `SLACK_CLIENT_SECRET`; over Socket Mode with `SLACK_APP_TOKEN`, else over HTTP with `SLACK_SIGNING_SECRET`.
 */
const schema = z
  .object({
    SLACK_BOT_TOKEN: z
      .string()
      .regex(/^xoxb-[\w-]{8,}$/)
      .optional(),
    SLACK_SIGNING_SECRET: secret.optional(),
    SLACK_APP_TOKEN: z
      .string()
      .regex(/^xapp-[\w-]{8,}$/)
      .optional(),
    SLACK_CLIENT_ID: z
      .string()
      .regex(/^\d+\.\d+$/)
      .optional(),
    SLACK_CLIENT_SECRET: secret.optional(),
    /** The slash command, as the app's manifest names it. */
    SLACK_COMMAND: z
      .string()
      .regex(/^\/[a-z0-9_-]{1,31}$/)
      .optional(),
    /** Where the Web API is: elsewhere only for GovSlack or a proxy. */
    SLACK_API_URL: z
      .url({ protocol: /^https?$/ })
      .regex(/\/api\/$/)
      .optional(),
  })
  .superRefine((given, ctx) => {
    const missing = (name: keyof typeof given): void => {
      ctx.addIssue({ code: 'custom', path: [name], message: 'is missing' });
    };
    if (given.SLACK_CLIENT_ID !== undefined && given.SLACK_CLIENT_SECRET === undefined) missing('SLACK_CLIENT_SECRET');
    if (given.SLACK_CLIENT_SECRET !== undefined && given.SLACK_CLIENT_ID === undefined) missing('SLACK_CLIENT_ID');
    if (given.SLACK_BOT_TOKEN === undefined && given.SLACK_CLIENT_ID === undefined) missing('SLACK_BOT_TOKEN');
    // One way in: both tokens of one workspace or those of many would leave open whose events are whose.
    if (given.SLACK_BOT_TOKEN !== undefined && given.SLACK_CLIENT_ID !== undefined)
      ctx.addIssue({ code: 'custom', path: ['SLACK_CLIENT_ID'], message: 'stands beside SLACK_BOT_TOKEN' });
    if (given.SLACK_APP_TOKEN === undefined && given.SLACK_SIGNING_SECRET === undefined)
      missing('SLACK_SIGNING_SECRET');
  });

/** The slash command where `SLACK_COMMAND` names no other. */
export const DEFAULT_COMMAND = '/ticket';

export const slackSettings = { platform: 'slack', schema } as const;

export interface SlackSettings {
  /** Null: workspaces come by OAuth. */
  readonly botToken: string | null;
  /** Null: workspaces do not come by OAuth. */
  readonly oauth: { readonly clientId: string; readonly clientSecret: string } | null;
  /** Null: Socket Mode. */
  readonly signingSecret: string | null;
  /** Null: HTTP. */
  readonly appToken: string | null;
  readonly command: string;
  /** Ends in `/api/`. */
  readonly apiUrl: string;
}

/** Slack's own: https://docs.slack.dev/apis/web-api/ */
const API_URL = 'https://slack.com/api/';

/** The same, read. @throws ZodError when they were not checked before. */
export function readSlackSettings(values: Readonly<Record<string, string>>): SlackSettings {
  const given = schema.parse(values);
  const { SLACK_CLIENT_ID: clientId, SLACK_CLIENT_SECRET: clientSecret } = given;
  const appToken = given.SLACK_APP_TOKEN ?? null;
  return {
    botToken: given.SLACK_BOT_TOKEN ?? null,
    oauth: clientId === undefined || clientSecret === undefined ? null : { clientId, clientSecret },
    signingSecret: appToken === null ? (given.SLACK_SIGNING_SECRET ?? null) : null,
    appToken,
    command: given.SLACK_COMMAND ?? DEFAULT_COMMAND,
    apiUrl: given.SLACK_API_URL ?? API_URL,
  };
}
