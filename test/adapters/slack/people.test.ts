import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import { profileOf } from '../../../adapters/slack/people.ts';
import { runSlack, TEAM, type RunningSlack } from '../../support/slack.ts';
import { envelope } from './payloads.ts';

/** Who somebody is in Slack (`users.info`, 4.4), and whose address counts. */

type User = Parameters<typeof profileOf>[0];
const HOME = { team: TEAM, enterprise: null };
const ORG = { team: null, enterprise: 'E0TEA' };

const user = (more: Partial<User> = {}): User => ({
  id: 'U0LILEI',
  team_id: TEAM,
  name: 'lilei',
  real_name: '李雷',
  tz: 'Asia/Shanghai',
  locale: 'zh-CN',
  profile: { display_name: 'leige', real_name: '李雷', email: 'LiLei@Tea.example' },
  ...more,
});

describe('a profile', () => {
  test('of a full member: name, language, zone, and the address in small letters', () => {
    expect(profileOf(user(), HOME)).toEqual({
      name: 'leige',
      locale: 'zh-CN',
      timeZone: 'Asia/Shanghai',
      email: 'lilei@tea.example',
    });
  });

  test.each<[string, Partial<User>]>([
    ['a guest of several channels', { is_restricted: true }],
    ['a guest of one channel', { is_ultra_restricted: true }],
    ['a program', { is_bot: true }],
    ['Slackbot, which says that it is none', { id: 'USLACKBOT', is_bot: false }],
    ['a stranger in a shared channel', { is_stranger: true }],
    ['somebody of another workspace in a shared channel', { team_id: 'T0ELSEWHERE' }],
    ['somebody of no workspace', { team_id: undefined }],
    ['somebody who left', { deleted: true }],
    ['somebody invited who has not come', { is_invited_user: true }],
    [
      'somebody of an organisation that is not ours',
      { team_id: 'T0ELSEWHERE', enterprise_user: { enterprise_id: 'E0OTHER' } },
    ],
  ])('of %s is an outsider, whose address counts nothing', (_, more) => {
    const profile = profileOf(user(more), HOME);
    expect(profile.outsider).toBe(true);
    expect(profile).not.toHaveProperty('email');
    expect(profile.name).toBe('leige');
  });

  test('with an address that nobody confirmed has none, and is a member', () => {
    const profile = profileOf(user({ is_email_confirmed: false }), HOME);
    expect(profile).not.toHaveProperty('email');
    expect(profile).not.toHaveProperty('outsider');
    expect(profileOf(user({ profile: {} }), HOME)).not.toHaveProperty('email');
  });

  test('in an organisation that has the app as a whole, its people are members and nobody else', () => {
    const of = (enterprise_id: string | undefined, team_id = TEAM) =>
      profileOf(user({ team_id, enterprise_user: { enterprise_id } }), ORG).outsider ?? false;
    expect([of('E0TEA'), of('E0TEA', 'T0OTHER'), of('E0OTHER'), of(undefined)]).toEqual([false, false, true, true]);
    expect(profileOf(user(), ORG).outsider).toBe(true);
    // No organisation is nobody's organisation.
    expect(profileOf(user({ team_id: 'T0ELSEWHERE', enterprise_user: {} }), HOME).outsider).toBe(true);
  });

  test('before it is known where the bot is, nobody is a member', () => {
    const nowhere = { team: null, enterprise: null };
    expect(profileOf(user(), nowhere).outsider).toBe(true);
    expect(profileOf(user({ team_id: null, enterprise_user: { enterprise_id: null } }), nowhere).outsider).toBe(true);
    expect(profileOf(user({ team_id: null, enterprise_user: null }), nowhere).outsider).toBe(true);
  });

  test('in one workspace of an organisation, people of its other workspaces are of the house', () => {
    const home = { team: TEAM, enterprise: 'E0TEA' };
    const colleague = user({ team_id: 'T0OTHER', enterprise_user: { enterprise_id: 'E0TEA' } });
    expect(profileOf(colleague, home)).not.toHaveProperty('outsider');
    expect(profileOf(user({ team_id: 'T0OTHER' }), home).outsider).toBe(true);
  });

  test.each<[string, Partial<User>]>([
    ['leige', {}],
    ['李雷', { profile: { display_name: '', real_name: '李雷' } }],
    ['李雷', { profile: { display_name: '   ' } }],
    ['lilei', { profile: {}, real_name: '' }],
    ['U0LILEI', { profile: {}, real_name: undefined, name: '' }],
  ])('is called %s', (name, more) => {
    expect(profileOf(user(more), HOME).name).toBe(name);
  });

  test.each([
    ['zh-CN', 'zh-CN'],
    ['zh-TW', 'zh-CN'],
    ['en-US', 'en'],
    ['ja-JP', 'en'],
    [undefined, undefined],
  ])('with the locale %s reads %s', (locale, reads) => {
    expect(profileOf(user({ locale }), HOME).locale).toBe(reads);
  });

  test.each([
    ['Asia/Shanghai', 'Asia/Shanghai'],
    ['America/Argentina/Buenos_Aires', 'America/Argentina/Buenos_Aires'],
    ['Mars/Olympus', undefined],
    ['', undefined],
    [null, undefined],
    [undefined, undefined],
  ])('in the zone %s has %s', (tz, zone) => {
    const { timeZone } = profileOf(user({ tz }), HOME);
    expect(
      timeZone === undefined
        ? undefined
        : timeZone.replace(/^America\/Buenos_Aires$/, 'America/Argentina/Buenos_Aires'),
    ).toBe(zone);
  });
});

describe('looking somebody up', () => {
  let running: RunningSlack;
  beforeAll(async () => {
    running = await runSlack();
  });
  afterAll(async () => {
    await running.close();
  });
  afterEach(() => {
    running.clock.advance(11 * 60_000);
  });
  const asked = () => running.emulator.calls.filter(({ method }) => method === 'users.info').length;

  test('as Slack says them', async () => {
    const { emulator, workspace } = running;
    emulator.addUser(TEAM, { id: 'U0GUEST', name: 'guest', isRestricted: true });
    emulator.addUser(TEAM, { id: 'U0PARTNER', name: 'partner', isStranger: true });
    expect(await workspace.lookUp('U0LILEI')).toEqual({
      name: 'lilei',
      locale: 'zh-CN',
      timeZone: 'Asia/Shanghai',
      email: 'lilei@tea.example',
    });
    expect(await workspace.lookUp('U0GUEST')).toMatchObject({ outsider: true });
    expect(await workspace.lookUp('U0PARTNER')).toMatchObject({ outsider: true });
  });

  test.each(['user_not_found', 'user_not_visible'])('%s is nobody, which is no fault', async (error) => {
    running.emulator.fails('users.info', { error });
    expect(await running.workspace.lookUp('U0NOBODY')).toBeNull();
  });

  test('is asked once for a while, however many ask at the same time; a failure is asked again', async () => {
    const { workspace, emulator, clock } = running;
    const before = asked();
    await Promise.all(Array.from({ length: 20 }, () => workspace.lookUp('U0LILEI')));
    expect(asked()).toBe(before + 1);
    clock.advance(10 * 60_000 - 1);
    await workspace.lookUp('U0LILEI');
    expect(asked()).toBe(before + 1);
    clock.advance(1);
    emulator.fails('users.info', { error: 'internal_error' });
    await expect(workspace.lookUp('U0LILEI')).rejects.toMatchObject({ failure: 'unknown' });
    expect(await workspace.lookUp('U0LILEI')).toMatchObject({ name: 'lilei' });
    expect(asked()).toBe(before + 3);
  });

  test('user_change counts at once: a member who becomes a guest loses the address', async () => {
    const { workspace, emulator } = running;
    emulator.addUser(TEAM, { id: 'U0XIAO', name: 'xiao' });
    expect(await workspace.lookUp('U0XIAO')).toMatchObject({ email: 'xiao@example.com' });
    emulator.addUser(TEAM, { id: 'U0XIAO', name: 'xiao', isRestricted: true });
    expect(await workspace.lookUp('U0XIAO')).toMatchObject({ email: 'xiao@example.com' });
    await emulator.sends(envelope({ type: 'user_change', user: { id: 'U0XIAO', team_id: TEAM }, event_ts: '1.1' }));
    expect(await workspace.lookUp('U0XIAO')).toMatchObject({ outsider: true });
  });

  test('an answer of another shape is an error of a kind, not a fault', async () => {
    running.emulator.fails('users.info', { status: 200, body: '{"ok":true,"user":{"id":7}}' });
    await expect(running.workspace.lookUp('U0LILEI')).rejects.toMatchObject({ failure: 'unknown' });
  });

  test('null where a text may stand costs nobody their name', async () => {
    const body = JSON.stringify({
      ok: true,
      user: {
        id: 'U0LILEI',
        team_id: TEAM,
        name: 'lilei',
        real_name: null,
        tz: null,
        locale: null,
        deleted: false,
        is_email_confirmed: null,
        enterprise_user: null,
        profile: { display_name: null, real_name: '李雷', email: null },
      },
    });
    running.emulator.fails('users.info', { status: 200, body });
    expect(await running.workspace.lookUp('U0LILEI')).toEqual({ name: '李雷' });
  });
});
