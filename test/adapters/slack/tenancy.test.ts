import { afterEach, describe, expect, test } from 'vitest';
import type { SlackEmulator, SlackTeam } from '../../emulators/slack/emulator.ts';
import { openSlack } from '../../emulators/slack/slack.ts';
import { manualClock } from '../../support/clock.ts';
import { CHANNEL, LILEI, runSlack, TEAM, type RunningSlack } from '../../support/slack.ts';
import {
  authorization,
  blockActions,
  BOT,
  command,
  envelope,
  globalShortcut,
  message,
  messageShortcut,
  view,
  viewSubmission,
  type Json,
} from './payloads.ts';

/** Whose events they are: one workspace, Slack Connect, Enterprise Grid (1.8, 2.4 to 2.6). */

let running: RunningSlack;
let emulator: SlackEmulator;
afterEach(async () => {
  await running.close();
  await emulator.close();
});

async function run(team: Partial<SlackTeam> = {}): Promise<void> {
  const clock = manualClock();
  emulator = await openSlack(clock);
  emulator.addTeam({ id: TEAM, name: '山间茶铺', botToken: 'xoxb-0-tea-tests', ...team });
  emulator.addUser(TEAM, { id: LILEI, name: 'lilei' });
  emulator.addChannel(TEAM, { id: CHANNEL, name: 'aftersale', members: [LILEI] });
  running = await runSlack({ clock, emulator });
}

const claim = { action_id: 'do.0', block_id: '0.1.s-1', value: 'claim?ticket=4821' };
const kinds = (): string[] => running.sink.events.map(({ kind }) => kind);
const events = (body: Json) => emulator.sends(body);
const forms = (body: Json) => emulator.sends(body, { as: 'form' });
const presses = (body: Json) => emulator.sends(body, { as: 'payload' });

const ELSEWHERE = { id: 'T0ELSEWHERE', domain: 'elsewhere' };

describe('one workspace', () => {
  test.each<[string, () => Promise<{ status: number }>]>([
    ['an event', () => events(envelope(message(), { team_id: 'T0ELSEWHERE', authorizations: undefined }))],
    [
      'an event for an installation elsewhere, told by our team',
      () => events(envelope(message(), { authorizations: [authorization({ team_id: 'T0ELSEWHERE' })] })),
    ],
    ['a command', () => forms(command({ team_id: 'T0ELSEWHERE' }))],
    ['a press', () => presses(blockActions(claim, { team: ELSEWHERE }))],
    [
      'a press without a team by somebody from elsewhere',
      () => presses(blockActions(claim, { team: null, user: { id: LILEI, team_id: 'T0ELSEWHERE' } })),
    ],
    [
      'a form',
      () => presses(viewSubmission({ team: ELSEWHERE, view: view({ app_installed_team_id: 'T0ELSEWHERE' }) })),
    ],
    [
      'a form of another installation, handed in by our member',
      () => presses(viewSubmission({ view: view({ app_installed_team_id: 'T0ELSEWHERE' }) })),
    ],
    ['a shortcut', () => presses(globalShortcut({ team: ELSEWHERE }))],
    ['a message shortcut', () => presses(messageShortcut({ team: ELSEWHERE }))],
  ])('%s of another workspace is acknowledged and not ours', async (_, sent) => {
    await run();
    running.sink.form = () => {
      throw new Error('a form was asked for');
    };
    expect((await sent()).status).toBe(200);
    expect(kinds()).toEqual([]);
    expect(running.failures).toEqual([]);
    expect(running.lines).toEqual([]);
    expect(emulator.calls.filter(({ method }) => method !== 'auth.test')).toEqual([]);
  });

  test('Slack Connect: the message of another workspace in a channel of ours is ours by its authorization', async () => {
    await run();
    emulator.addUser(TEAM, { id: 'U0PARTNER', name: 'partner', isStranger: true });
    const body = envelope(message({ user: 'U0PARTNER', team: 'T0STRANGER' }), {
      team_id: 'T0STRANGER',
      context_team_id: TEAM,
      is_ext_shared_channel: true,
      authorizations: [authorization()],
    });
    expect((await events(body)).status).toBe(200);
    expect(running.sink.events).toMatchObject([{ app: 'slack', sender: { id: 'U0PARTNER', name: 'partner' } }]);
    expect(await running.workspace.lookUp('U0PARTNER')).toMatchObject({ outsider: true });
  });

  test('Slack Connect: who presses from another workspace presses in ours', async () => {
    await run();
    emulator.addUser(TEAM, { id: 'U0PARTNER', name: 'partner', isStranger: true });
    const user = { id: 'U0PARTNER', username: 'partner', team_id: 'T0STRANGER' };
    await presses(blockActions(claim, { user }));
    // Their form is told of with their team; the installation that opened it is ours.
    await presses(viewSubmission({ user, team: { id: 'T0STRANGER', domain: 'p' } }));
    expect(running.sink.events).toMatchObject([
      { kind: 'invoke', sender: { id: 'U0PARTNER' } },
      { kind: 'form', sender: { id: 'U0PARTNER' } },
    ]);
  });

  test('an event with nothing but what has to be in it (2.4)', async () => {
    await run();
    const { type, ts, channel, user, text } = message();
    await events({ type: 'event_callback', team_id: TEAM, event_id: 'Ev1', event: { type, ts, channel, user, text } });
    expect(kinds()).toEqual(['message']);
  });

  test('a workspace of an organisation, installed there alone', async () => {
    await run({ enterprise: { id: 'E0TEA', name: '茶' } });
    await events(
      envelope(message(), { enterprise_id: 'E0TEA', authorizations: [authorization({ enterprise_id: 'E0TEA' })] }),
    );
    await presses(blockActions(claim, { enterprise: { id: 'E0TEA', name: '茶' } }));
    // The same organisation, another workspace.
    await events(
      envelope(message(), {
        team_id: 'T0OTHER',
        authorizations: [authorization({ team_id: 'T0OTHER', enterprise_id: 'E0TEA' })],
      }),
    );
    expect(kinds()).toEqual(['message', 'invoke']);
  });
});

describe('Enterprise Grid, the whole organisation', () => {
  const ORG = { enterprise: { id: 'E0TEA', name: '茶' }, orgWide: true };
  const grid = { team: null, enterprise: { id: 'E0TEA', name: '茶' }, is_enterprise_install: true };
  const authorized = [authorization({ enterprise_id: 'E0TEA', team_id: null, is_enterprise_install: true })];

  test('everything that people do arrives, with team null', async () => {
    await run(ORG);
    await emulator.types(LILEI, CHANNEL, `<@${BOT}> 我的`);
    await emulator.slash(LILEI, CHANNEL, '我的');
    const blocks = [
      {
        type: 'actions',
        block_id: '0.1.s-1',
        elements: [
          { type: 'button', action_id: 'do.0', text: { type: 'plain_text', text: '认领' }, value: 'claim?ticket=4821' },
        ],
      },
    ];
    const posted = await running.workspace.client.apiCall('chat.postMessage', {
      channel: CHANNEL,
      text: 'T-4821',
      blocks,
    });
    await emulator.presses(LILEI, { channel: CHANNEL, ts: (posted as { ts?: string }).ts ?? '' }, 'do.0');
    expect(new Set(running.sink.events.map(({ id }) => id)).size).toBe(3);
    expect(new Set(kinds())).toEqual(new Set(['message', 'invoke']));
    expect(running.sink.events.every(({ app }) => app === 'slack')).toBe(true);
  });

  test.each<[string, () => Promise<{ status: number }>, string]>([
    ['a press', () => presses(blockActions(claim, grid)), 'invoke'],
    [
      'a press by somebody of another workspace of it',
      () => presses(blockActions(claim, { ...grid, user: { id: LILEI, team_id: 'T0OTHER' } })),
      'invoke',
    ],
    [
      'a form, whose installation is the organisation',
      () => presses(viewSubmission({ ...grid, view: view({ app_installed_team_id: 'E0TEA' }) })),
      'form',
    ],
    [
      'a command, where it stands as text',
      () => forms(command({ enterprise_id: 'E0TEA', is_enterprise_install: 'true', team_id: 'T0OTHER' })),
      'message',
    ],
    [
      'an event of any of its workspaces',
      () => events(envelope(message(), { team_id: 'T0OTHER', enterprise_id: 'E0TEA', authorizations: authorized })),
      'message',
    ],
  ])('%s is taken', async (_, sent, kind) => {
    await run(ORG);
    expect((await sent()).status).toBe(200);
    expect(kinds()).toEqual([kind]);
  });

  test.each<[string, () => Promise<{ status: number }>]>([
    ['a press', () => presses(blockActions(claim, { ...grid, enterprise: { id: 'E0OTHER', name: 'x' } }))],
    ['a press that names none', () => presses(blockActions(claim, { ...grid, enterprise: null }))],
    ['a command', () => forms(command({ enterprise_id: 'E0OTHER', is_enterprise_install: 'true' }))],
    [
      'an event',
      () =>
        events(
          envelope(message(), {
            authorizations: [authorization({ enterprise_id: 'E0OTHER', team_id: null, is_enterprise_install: true })],
          }),
        ),
    ],
    ['an event of a workspace without an organisation', () => events(envelope(message()))],
  ])('%s of another organisation is not', async (_, sent) => {
    await run(ORG);
    expect((await sent()).status).toBe(200);
    expect(kinds()).toEqual([]);
  });
});
