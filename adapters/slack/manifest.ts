/** Callback ids of the shortcuts, as the manifest declares them. */
export const SHORTCUTS = { global: 'ticket_new', message: 'ticket_from_message' } as const;

/** What the bot may do (fact sheet, section 7); what each is for stands in the catalogue, `slack_doctor.scope`. */
export const SCOPES = [
  'commands',
  'chat:write',
  'app_mentions:read',
  'im:history',
  'im:read',
  'im:write',
  'channels:history',
  'channels:read',
  'groups:history',
  'groups:read',
  'users:read',
  'users:read.email',
  'files:read',
  'files:write',
  'links:read',
  'links:write',
] as const;

/** What the bot is told of. */
export const EVENTS = [
  'app_home_opened',
  'app_mention',
  'app_uninstalled',
  'channel_left',
  'group_left',
  'link_shared',
  'member_joined_channel',
  'member_left_channel',
  'message.channels',
  'message.groups',
  'message.im',
  'tokens_revoked',
  'user_change',
] as const;

/** What of a manifest depends on where the bot runs and on the vocabulary. */
export interface ManifestInput {
  /** `/ticket` */
  readonly command: string;
  /** Where people reach the bot, without a trailing slash; null: nowhere from outside. */
  readonly publicUrl: string | null;
  /** Slack sends through a socket that the bot opens, and not to an address. */
  readonly socketMode: boolean;
  /** Many workspaces install it. */
  readonly distributed: boolean;
  readonly texts: {
    readonly name: string;
    readonly description: string;
    readonly commandDescription: string;
    /** What may be typed behind the command. */
    readonly usage: string;
    readonly globalShortcut: string;
    readonly globalDescription: string;
    readonly messageShortcut: string;
    readonly messageDescription: string;
  };
}

/** What people mention and invite. Slack allows it small letters, digits and `-_.` only. */
export const BOT_NAME = 'gongdan';

/** The app's manifest, to be pasted where an app is created: https://docs.slack.dev/reference/app-manifest */
export function slackManifest(input: ManifestInput): Record<string, unknown> {
  const { command, publicUrl, socketMode, distributed, texts } = input;
  const callback = socketMode || publicUrl === null ? null : `${publicUrl}/slack/events`;
  const url = callback === null ? {} : { url: callback };
  const request = callback === null ? {} : { request_url: callback };
  // Slack reads pages over https alone.
  const domains = publicUrl?.startsWith('https:') === true ? [new URL(publicUrl).hostname] : [];
  return {
    display_information: { name: texts.name, description: texts.description },
    features: {
      app_home: { home_tab_enabled: true, messages_tab_enabled: true, messages_tab_read_only_enabled: false },
      bot_user: { display_name: BOT_NAME, always_online: true },
      slash_commands: [
        { command, description: texts.commandDescription, usage_hint: texts.usage, should_escape: true, ...url },
      ],
      shortcuts: [
        {
          type: 'global',
          name: texts.globalShortcut,
          callback_id: SHORTCUTS.global,
          description: texts.globalDescription,
        },
        {
          type: 'message',
          name: texts.messageShortcut,
          callback_id: SHORTCUTS.message,
          description: texts.messageDescription,
        },
      ],
      ...(domains.length > 0 && { unfurl_domains: domains }),
    },
    oauth_config: {
      ...(distributed && publicUrl !== null && { redirect_urls: [`${publicUrl}/slack/oauth_redirect`] }),
      scopes: { bot: [...SCOPES] },
    },
    settings: {
      event_subscriptions: { ...request, bot_events: [...EVENTS] },
      interactivity: { is_enabled: true, ...request },
      org_deploy_enabled: distributed,
      socket_mode_enabled: callback === null,
      token_rotation_enabled: false,
    },
  };
}
