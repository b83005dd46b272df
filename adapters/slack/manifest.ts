/** Callback ids of the shortcuts, as the manifest declares them. */
export const SHORTCUTS = { global: 'ticket_new', message: 'ticket_from_message' } as const;

/** What the bot may do, each with what it is for (fact sheet, section 7). */
export const SCOPE_USES: Readonly<Record<string, string>> = {
  commands: 'the slash command and the shortcuts',
  'chat:write': 'posting and changing cards, private answers',
  'app_mentions:read': '@bot in channels',
  'im:history': 'direct messages to the bot',
  'im:read': 'direct conversations',
  'im:write': 'opening a direct conversation',
  'channels:history': 'threads below cards in public channels',
  'channels:read': 'public channels the bot is in',
  'groups:history': 'threads below cards in private channels',
  'groups:read': 'private channels the bot is in',
  'users:read': 'names, time zones and languages',
  'users:read.email': 'linking full members by e-mail',
  'files:read': 'taking over files',
  'files:write': 'sharing files in threads',
  'links:read': 'links to tickets',
  'links:write': 'showing what a link to a ticket stands for',
};
export const SCOPES: readonly string[] = Object.keys(SCOPE_USES);

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
  /** Where people reach the bot, without a trailing slash; null: Socket Mode. */
  readonly publicUrl: string | null;
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

/** The app's manifest, to be pasted where an app is created: https://docs.slack.dev/reference/app-manifest */
export function slackManifest({ command, publicUrl, distributed, texts }: ManifestInput): Record<string, unknown> {
  const url = publicUrl === null ? {} : { url: `${publicUrl}/slack/events` };
  const request = publicUrl === null ? {} : { request_url: `${publicUrl}/slack/events` };
  const domains = publicUrl === null || !publicUrl.startsWith('https:') ? [] : [new URL(publicUrl).hostname];
  return {
    display_information: { name: texts.name, description: texts.description },
    features: {
      app_home: { home_tab_enabled: true, messages_tab_enabled: true, messages_tab_read_only_enabled: false },
      bot_user: { display_name: texts.name, always_online: true },
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
      socket_mode_enabled: publicUrl === null,
      token_rotation_enabled: false,
    },
  };
}
