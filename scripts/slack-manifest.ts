import { fileURLToPath } from 'node:url';
import * as z from 'zod';
import { slackManifest } from '../adapters/slack/manifest.ts';
import { DEFAULT_COMMAND, slackSettings } from '../adapters/slack/settings.ts';
import { commandBy } from '../commands/registry.ts';
import { processEnvironment, readConfig, type ConfigInput } from '../src/config.ts';
import type { Locale } from '../src/domain/directory.ts';
import { SetupError } from '../src/errors.ts';
import { systemIds } from '../src/ids.ts';
import { operator } from '../src/text/operator.ts';
import { text } from '../src/text/text.ts';

/** Verbs that stand behind the slash command in Slack's own help, in this order; help lists the rest. */
const SHOWN = ['claim', 'reply', 'resolve', 'next', 'new', 'list', 'help'] as const;
/** A number as people type it. */
const NUMBER = '4821';

/** `认领 4821 | claim 4821 | help`: the reader's own words, and one verb in the other language to show that both are understood. */
export function usageHint(locale: Locale): string {
  const verbs = SHOWN.flatMap((name) => {
    const verb = commandBy(name);
    return verb === null ? [] : [verb];
  });
  const shown = verbs.map(({ name, zh, subject }) => {
    const word = locale === 'zh-CN' ? zh : name;
    return subject !== 'none' ? `${word} ${NUMBER}` : word;
  });
  const [first] = verbs;
  const other = first === undefined ? [] : [`${locale === 'zh-CN' ? first.name : first.zh} ${NUMBER}`];
  return [...shown.slice(0, 1), ...other, ...shown.slice(1)].join(' | ');
}

/**
 * The manifest of the Slack app for this installation's settings; no token is needed for it. Without `PUBLIC_URL`, or with
 * `SLACK_APP_TOKEN`, it is for Socket Mode. @throws SetupError that lists what is wrong with the settings it reads.
 */
export function manifestFor({ env, cwd }: Pick<ConfigInput, 'env' | 'cwd'>): Record<string, unknown> {
  const { SLACK_COMMAND, SLACK_APP_TOKEN, SLACK_CLIENT_ID } = slackSettings.schema.shape;
  // What is set has to be right; that the rest is missing is no matter here.
  const schema = z.object({ SLACK_COMMAND, SLACK_APP_TOKEN, SLACK_CLIENT_ID });
  const config = readConfig({ env, cwd, ids: systemIds, platforms: [{ platform: 'slack', schema }] });
  const given = config.platforms.get('slack') ?? {};
  const reader = operator(config.locale);
  return slackManifest({
    command: given['SLACK_COMMAND'] ?? DEFAULT_COMMAND,
    publicUrl: config.publicUrl,
    socketMode: config.publicUrl === null || given['SLACK_APP_TOKEN'] !== undefined,
    distributed: given['SLACK_CLIENT_ID'] !== undefined,
    texts: {
      name: text(reader, 'slack.install_title', null),
      description: text(reader, 'slack.description', null),
      commandDescription: text(reader, 'slack.command_description', null),
      usage: usageHint(config.locale),
      globalShortcut: text(reader, 'slack.shortcut_new', null),
      globalDescription: text(reader, 'slack.shortcut_new_description', null),
      messageShortcut: text(reader, 'slack.shortcut_message', null),
      messageDescription: text(reader, 'slack.shortcut_message_description', null),
    },
  });
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  try {
    const manifest = manifestFor({ env: processEnvironment(), cwd: process.cwd() });
    process.stdout.write(`${JSON.stringify(manifest, null, 2)}\n`);
  } catch (error) {
    if (!(error instanceof SetupError)) throw error;
    process.stderr.write(`${error.message}\n`);
    process.exitCode = 1;
  }
}
