import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import * as z from 'zod';
import { EVENTS, SCOPES, SHORTCUTS } from '../../../adapters/slack/manifest.ts';
import { manifestFor, usageHint } from '../../../scripts/slack-manifest.ts';
import { parse } from '../../../commands/parse.ts';
import { SetupError } from '../../../src/errors.ts';

const ADAPTER = join(import.meta.dirname, '../../../adapters/slack');
const sources = new Map(readdirSync(ADAPTER).map((file) => [file, readFileSync(join(ADAPTER, file), 'utf8')] as const));
const all = [...sources.values()].join('\n');

/** Code points, as Slack counts. */
const atMost = (most: number) =>
  z.string().refine((s) => s.length > 0 && Array.from(s).length <= most, `1 to ${most} characters`);
const https = z.url({ protocol: /^https$/ });

/** Limits of section 7 of the fact sheet, and of Slack's own schema (slackapi/manifest-schema). */
const limits = z.strictObject({
  display_information: z.strictObject({ name: atMost(35), description: atMost(140) }),
  features: z.strictObject({
    app_home: z.strictObject({
      home_tab_enabled: z.literal(true),
      messages_tab_enabled: z.literal(true),
      messages_tab_read_only_enabled: z.literal(false),
    }),
    bot_user: z.strictObject({ display_name: z.string().regex(/^[a-z0-9._-]{1,80}$/), always_online: z.literal(true) }),
    slash_commands: z
      .array(
        z.strictObject({
          command: z.string().regex(/^\/\S{1,31}$/),
          description: atMost(2_000),
          usage_hint: atMost(1_000),
          should_escape: z.literal(true),
          url: https.optional(),
        }),
      )
      .length(1),
    shortcuts: z
      .array(
        z.strictObject({
          type: z.enum(['global', 'message']),
          name: atMost(24),
          callback_id: atMost(255),
          description: atMost(150),
        }),
      )
      .min(1)
      .max(10),
    unfurl_domains: z
      .array(z.string().regex(/^(?![.-])[-a-z0-9.]+[a-z0-9]$/))
      .min(1)
      .max(5)
      .optional(),
  }),
  oauth_config: z.strictObject({
    redirect_urls: z.array(https).min(1).max(1_000).optional(),
    scopes: z.strictObject({ bot: z.array(atMost(50)).max(255) }),
  }),
  settings: z.strictObject({
    event_subscriptions: z.strictObject({ request_url: https.optional(), bot_events: z.array(atMost(50)).max(100) }),
    interactivity: z.strictObject({ is_enabled: z.literal(true), request_url: https.optional() }),
    org_deploy_enabled: z.boolean(),
    socket_mode_enabled: z.boolean(),
    token_rotation_enabled: z.literal(false),
  }),
});

const made = (env: Record<string, string> = {}) =>
  limits.parse(manifestFor({ env: { GONGDAN_LANG: 'en', ...env }, cwd: import.meta.dirname }));
const PUBLIC_URL = 'https://Desk.example.com/';
const CALLBACK = 'https://Desk.example.com/slack/events';

describe('the manifest', () => {
  it.each(['zh-CN', 'en'])('is within Slack’s limits in %s', (GONGDAN_LANG) => {
    const whole = made({ GONGDAN_LANG, PUBLIC_URL, SLACK_CLIENT_ID: '1.2', SLACK_COMMAND: `/${'x'.repeat(31)}` });
    expect(whole.features.shortcuts.map((s) => [s.type, s.callback_id])).toEqual(Object.entries(SHORTCUTS));
    expect(new Set(whole.settings.event_subscriptions.bot_events).size).toBe(EVENTS.length);
    const isChinese = /\p{Script=Han}/u.test(whole.display_information.description);
    expect(isChinese).toBe(GONGDAN_LANG === 'zh-CN');
  });

  it('is for Socket Mode without an address, or with an app-level token, and then names no callback', () => {
    for (const env of [{}, { PUBLIC_URL, SLACK_APP_TOKEN: 'xapp-1-A0-something' }]) {
      const { settings, features } = made(env);
      expect(settings.socket_mode_enabled).toBe(true);
      expect(JSON.stringify([settings, features.slash_commands])).not.toContain('http');
    }
  });

  it('names the one callback for events, interactions and the command', () => {
    const { settings, features } = made({ PUBLIC_URL });
    expect(settings.socket_mode_enabled).toBe(false);
    const urls = [
      settings.event_subscriptions.request_url,
      settings.interactivity.request_url,
      features.slash_commands[0]?.url,
    ];
    expect(urls).toEqual([CALLBACK, CALLBACK, CALLBACK]);
  });

  it('registers the domain of ticket links, also over Socket Mode; Slack reads no page without TLS', () => {
    expect(made({ PUBLIC_URL }).features.unfurl_domains).toEqual(['desk.example.com']);
    const socket = made({ PUBLIC_URL, SLACK_APP_TOKEN: 'xapp-1-A0-something' });
    expect(socket.features.unfurl_domains).toEqual(['desk.example.com']);
    expect(
      made({ PUBLIC_URL: 'http://127.0.0.1:3000', SLACK_APP_TOKEN: 'xapp-1-A0-something' }).features,
    ).not.toHaveProperty('unfurl_domains');
  });

  it('is distributed once there is a client id, and leads back to where OAuth ends', () => {
    expect(made({ PUBLIC_URL }).oauth_config).not.toHaveProperty('redirect_urls');
    expect(made({ PUBLIC_URL }).settings.org_deploy_enabled).toBe(false);
    for (const more of [{}, { SLACK_APP_TOKEN: 'xapp-1-A0-something' }]) {
      const many = made({ PUBLIC_URL, SLACK_CLIENT_ID: '123.456', ...more });
      expect(many.oauth_config.redirect_urls).toEqual(['https://Desk.example.com/slack/oauth_redirect']);
      expect(many.settings.org_deploy_enabled).toBe(true);
    }
  });

  it('takes the command from the settings, and says what is wrong with them', () => {
    expect(made({ SLACK_COMMAND: '/gd' }).features.slash_commands[0]?.command).toBe('/gd');
    expect(made().features.slash_commands[0]?.command).toBe('/ticket');
    expect(() => made({ SLACK_COMMAND: 'no slash' })).toThrow(SetupError);
  });

  it('hints at verbs that are understood as they stand there', () => {
    expect(usageHint('en')).toBe('claim 4821 | 认领 4821 | reply 4821 | resolve 4821 | next | new | list | help');
    for (const locale of ['zh-CN', 'en'] as const)
      for (const line of usageHint(locale).split(' | ')) expect([line, parse(line).kind]).toEqual([line, 'command']);
  });
});

/** Scopes that methods of the Web API need (https://docs.slack.dev/reference/methods). */
const METHOD_SCOPES: Readonly<Record<string, readonly string[]>> = {
  'auth.test': [],
  'chat.delete': ['chat:write'],
  'chat.postEphemeral': ['chat:write'],
  'chat.postMessage': ['chat:write'],
  'chat.unfurl': ['links:write'],
  'chat.update': ['chat:write'],
  'conversations.history': ['channels:history', 'groups:history', 'im:history'],
  'conversations.info': ['channels:read', 'groups:read', 'im:read'],
  'conversations.open': ['im:write'],
  'conversations.replies': ['channels:history', 'groups:history', 'im:history'],
  'files.completeUploadExternal': ['files:write'],
  'files.getUploadURLExternal': ['files:write'],
  'files.info': ['files:read'],
  'users.info': ['users:read', 'users:read.email'],
  'views.open': [],
  'views.publish': [],
  'views.update': [],
  // With the app-level token.
  'apps.connections.open': [],
};

/** Scopes that events need (https://docs.slack.dev/reference/events). */
const EVENT_SCOPES: Readonly<Record<(typeof EVENTS)[number], readonly string[]>> = {
  app_home_opened: [],
  app_mention: ['app_mentions:read'],
  app_uninstalled: [],
  channel_left: ['channels:read'],
  group_left: ['groups:read'],
  link_shared: ['links:read'],
  member_joined_channel: ['channels:read', 'groups:read'],
  member_left_channel: ['channels:read', 'groups:read'],
  'message.channels': ['channels:history'],
  'message.groups': ['groups:history'],
  'message.im': ['im:history'],
  tokens_revoked: [],
  user_change: ['users:read'],
};

describe('scopes and events', () => {
  const methods = new Set(
    [
      ...all.matchAll(/\bclient(?:\(\w+\))?\.((?:[a-z]+\.)+\w+)\(|apiCall\(\s*'([\w.]+)'|\bcalling\('([\w.]+)'/g),
    ].flatMap(([, called, named, wrapped]) => [called, named, wrapped].filter((m) => m !== undefined)),
  );

  it('asks for what the methods and events it uses need, and for nothing more', () => {
    expect([...methods].filter((m) => m.includes('.')).length).toBeGreaterThan(10);
    const unknown = [...methods].filter((m) => /^[a-z]+\.[a-zA-Z.]+$/.test(m) && METHOD_SCOPES[m] === undefined);
    expect(unknown).toEqual([]);
    const needed = new Set([
      // The slash command and the shortcuts.
      'commands',
      ...[...methods].flatMap((m) => METHOD_SCOPES[m] ?? []),
      ...EVENTS.flatMap((event) => EVENT_SCOPES[event]),
    ]);
    expect(new Set<string>(SCOPES)).toEqual(needed);
  });

  it('handles every event it subscribes to', () => {
    const inbound = sources.get('inbound.ts') ?? '';
    const bolt = sources.get('bolt.ts') ?? '';
    const table = inbound.slice(inbound.indexOf('const events:'));
    const handled = (event: string): boolean =>
      new RegExp(String.raw`^ {4}(?:async )?${event}[(:]`, 'm').test(table) ||
      bolt.includes(`event.type === '${event}'`);
    expect(EVENTS.map((event) => event.split('.')[0] ?? '').filter((event) => !handled(event))).toEqual([]);
    expect(handled('reaction_added')).toBe(false);
  });

  it('knows the shortcuts it declares', () => {
    const shortcuts = sources.get('shortcuts.ts') ?? '';
    for (const kind of Object.keys(SHORTCUTS)) expect(shortcuts).toContain(`SHORTCUTS.${kind}`);
  });
});
