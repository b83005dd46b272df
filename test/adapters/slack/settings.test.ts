import { describe, expect, it } from 'vitest';
import { readSlackSettings, slackSettings } from '../../../adapters/slack/settings.ts';
import { readConfig } from '../../../src/config.ts';
import { SetupError } from '../../../src/errors.ts';
import { systemIds } from '../../../src/ids.ts';

const BOT = { SLACK_BOT_TOKEN: 'xoxb-11-22-secretbottoken' };
const HTTP = { SLACK_SIGNING_SECRET: '8f742231b10e8888abcd99yyyzzz85a5' };
const SOCKET = { SLACK_APP_TOKEN: 'xapp-1-A0-secretapptoken' };
const OAUTH = { SLACK_CLIENT_ID: '1234.5678', SLACK_CLIENT_SECRET: 'secretclientsecret' };
type Env = Readonly<Record<string, string>>;

const configOf = (env: Env) =>
  readConfig({
    env: { GONGDAN_LANG: 'en', ...env },
    cwd: import.meta.dirname,
    ids: systemIds,
    platforms: [slackSettings],
  });

/** What the operator reads. */
function refusal(env: Env): string {
  try {
    configOf(env);
  } catch (error) {
    if (error instanceof SetupError) return error.message;
    throw error;
  }
  throw new Error('nothing was wrong');
}

/** The settings that are named as wrong. */
const named = (env: Env): readonly string[] => [...new Set(refusal(env).match(/SLACK_[A-Z_]+/g) ?? [])].toSorted();

describe('settings of Slack', () => {
  it.each([
    ['one workspace over HTTP', { ...BOT, ...HTTP }, { oauth: false, socket: false }],
    ['one workspace over Socket Mode', { ...BOT, ...SOCKET }, { oauth: false, socket: true }],
    ['many workspaces over HTTP', { ...OAUTH, ...HTTP }, { oauth: true, socket: false }],
    ['many workspaces over Socket Mode', { ...OAUTH, ...SOCKET }, { oauth: true, socket: true }],
    ['both ways in: the socket counts', { ...BOT, ...HTTP, ...SOCKET }, { oauth: false, socket: true }],
  ])('%s', (_name, env: Env, { oauth, socket }) => {
    const read = readSlackSettings(configOf(env).platforms.get('slack') ?? {});
    expect([read.oauth !== null, read.botToken !== null]).toEqual([oauth, !oauth]);
    expect([read.appToken !== null, read.signingSecret !== null]).toEqual([socket, !socket]);
    expect([read.command, read.apiUrl]).toEqual(['/ticket', 'https://slack.com/api/']);
  });

  it('are absent when none is set', () => {
    expect(configOf({}).platforms.size).toBe(0);
  });

  it.each([
    [{ ...BOT }, ['SLACK_SIGNING_SECRET']],
    [{ ...HTTP }, ['SLACK_BOT_TOKEN']],
    [{ ...SOCKET }, ['SLACK_BOT_TOKEN']],
    [{ ...OAUTH }, ['SLACK_SIGNING_SECRET']],
    [{ SLACK_CLIENT_ID: '1234.5678', ...HTTP }, ['SLACK_CLIENT_SECRET']],
    [{ SLACK_CLIENT_SECRET: 'secretclientsecret', ...BOT, ...HTTP }, ['SLACK_CLIENT_ID']],
    [{ SLACK_COMMAND: '/gd' }, ['SLACK_BOT_TOKEN', 'SLACK_SIGNING_SECRET']],
    [{ ...BOT, ...OAUTH, ...HTTP }, ['SLACK_CLIENT_ID']],
  ])('lack something: %j', (env: Env, missing) => {
    expect(named(env)).toEqual(missing);
  });

  it.each([
    ['SLACK_BOT_TOKEN', 'xoxp-a-users-token'],
    ['SLACK_BOT_TOKEN', 'xapp-1-in-the-wrong-place'],
    ['SLACK_SIGNING_SECRET', 'short'],
    ['SLACK_APP_TOKEN', 'xoxb-in-the-wrong-place'],
    ['SLACK_CLIENT_ID', 'not-a-client-id'],
    ['SLACK_CLIENT_SECRET', 'tiny'],
    ['SLACK_COMMAND', 'ticket'],
    ['SLACK_COMMAND', `/${'x'.repeat(32)}`],
    ['SLACK_API_URL', 'https://slack-gov.com'],
    ['SLACK_API_URL', 'ftp://slack.com/api/'],
  ])('of a wrong shape are named and not shown: %s', (name, value) => {
    const whole: Env = name.startsWith('SLACK_CLIENT') ? { ...OAUTH, ...HTTP } : { ...BOT, ...HTTP, ...SOCKET };
    const words = refusal({ ...whole, [name]: value });
    expect(words).toContain(name);
    for (const shown of [value, ...Object.values(whole)]) expect(words).not.toContain(shown);
  });

  it('go elsewhere for GovSlack', () => {
    const env = { ...BOT, ...HTTP, SLACK_API_URL: 'https://slack-gov.com/api/', SLACK_COMMAND: '/gd' };
    expect(readSlackSettings(env)).toMatchObject({ apiUrl: 'https://slack-gov.com/api/', command: '/gd' });
  });
});
