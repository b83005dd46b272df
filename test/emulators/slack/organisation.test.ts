import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { openStage, section, send, type Stage } from './stand-in.ts';

let stage: Stage;
beforeEach(async () => {
  stage = await openStage();
});
afterEach(async () => {
  await stage.close();
});

describe('an installation on the whole organisation', () => {
  it('carries no team', async () => {
    const { slack } = stage;
    slack.addTeam({ id: 'T1', domain: 'shop', orgWide: true, enterprise: { id: 'E1', name: 'Group' } });
    await slack.types('U1', 'C1', 'x');
    expect(stage.heard[0]?.body).toMatchObject({
      team_id: 'T1',
      enterprise_id: 'E1',
      authorizations: [{ enterprise_id: 'E1', team_id: null, is_enterprise_install: true }],
    });
    await slack.slash('U1', 'C1', 'x');
    expect(stage.last()).toMatchObject({ enterprise_id: 'E1', is_enterprise_install: 'true' });
    await slack.shortcut('U1', 'x');
    expect(stage.last()).toMatchObject({
      team: null,
      enterprise: { id: 'E1', name: 'Group' },
      is_enterprise_install: true,
    });
  });
});

describe('a token for several workspaces', () => {
  it('acts in the one that what it names belongs to', async () => {
    const { slack, client } = stage;
    slack.addTeam({ id: 'T2', botToken: 'xoxb-T1', orgWide: true, enterprise: { id: 'E1', name: 'Group' } });
    slack.addUser('T2', { id: 'U3', name: 'hanmei' });
    slack.addChannel('T2', { id: 'C3', name: 'refunds', members: ['U3'] });
    expect(await send(client, 'C3', 'x')).toMatchObject({ message: { user: 'U0BOTT2', team: 'T2' } });
    expect(await send(client, 'U3', 'x')).toMatchObject({ channel: slack.direct('T2', 'U3') });
    expect(await client.users.info({ user: 'U3' })).toMatchObject({ user: { team_id: 'T2' } });
    expect(await client.conversations.open({ users: 'U3' })).toMatchObject({
      channel: { id: slack.direct('T2', 'U3') },
    });
    await slack.shortcut('U3', 'x');
    const view = { type: 'modal' as const, title: { type: 'plain_text' as const, text: 'x' }, blocks: [section('x')] };
    const { view: opened } = await client.views.open({ trigger_id: String(stage.last()['trigger_id']), view });
    expect(opened).toMatchObject({ team_id: 'T2', app_installed_team_id: 'E1' });
    expect(await client.views.update({ view_id: opened?.id ?? '', view })).toMatchObject({ ok: true });
  });
});
