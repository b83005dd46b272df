import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { slackSettings } from '../../adapters/slack/settings.ts';
import { startApp, type App } from '../../src/app.ts';
import { doctorSlack } from '../../src/cli/doctor-slack.ts';
import { withStore } from '../../src/cli/store.ts';
import type { Clock } from '../../src/clock.ts';
import { readConfig, type Config } from '../../src/config.ts';
import { systemIds } from '../../src/ids.ts';
import { createLog } from '../../src/log.ts';
import type { SlackEmulator, SlackMessage } from '../emulators/slack/emulator.ts';
import { openSlack } from '../emulators/slack/slack.ts';
import { hasty, quick, sendTest, soon } from '../support/send-test.ts';
import { sparePort } from '../support/spare-port.ts';

const SECRET = '8f742231b10e8888abcd99yyyzzz85a5';
const SHOP = `shops:
  main: { name: Tea }
teams:
  service: { name: Service, locale: en, groups: { slack: [C0OPEN, C0OUT] } }
people:
  ana: { name: Ana, roles: [admin], teams: [service], accounts: { slack: { user: U0ANA, direct: U0ANA } } }
`;

describe('doctor slack --send', () => {
  let directory: string;
  let emulator: SlackEmulator;
  let config: Config;
  let app: App | null;
  let before: typeof process.exitCode;

  const started = async (): Promise<App> => {
    const log = createLog({ level: 'silent', readable: false, clock: quick });
    return startApp({ config, clock: quick, ids: systemIds, log, fsync: false });
  };

  beforeEach(async () => {
    before = process.exitCode;
    directory = await mkdtemp(join(tmpdir(), 'slack-send-'));
    await writeFile(join(directory, 'gongdan.yaml'), SHOP);
    emulator = await openSlack(quick);
    emulator.addTeam({ id: 'T0TEA', name: 'Tea House', botToken: 'xoxb-0-tea-tests' });
    emulator.addUser('T0TEA', { id: 'U0ANA', name: 'ana', realName: 'Ana' });
    emulator.addUser('T0TEA', { id: 'U0BOB', name: 'bob', realName: 'Bob' });
    emulator.addChannel('T0TEA', { id: 'C0OPEN', name: 'service', members: ['U0ANA', 'U0BOB'] });
    emulator.addChannel('T0TEA', { id: 'C0OUT', name: 'outside', members: ['U0ANA'], bot: false });
    const port = await sparePort();
    const url = `http://127.0.0.1:${port}`;
    config = readConfig({
      env: {
        PORT: String(port),
        PUBLIC_URL: url,
        GONGDAN_DATA: directory,
        GONGDAN_CONFIG: join(directory, 'gongdan.yaml'),
        GONGDAN_LANG: 'en',
        LOG_LEVEL: 'silent',
        SLACK_BOT_TOKEN: 'xoxb-0-tea-tests',
        SLACK_SIGNING_SECRET: SECRET,
        SLACK_API_URL: emulator.apiUrl,
      },
      cwd: directory,
      ids: systemIds,
      platforms: [slackSettings],
    });
    emulator.connect({ mode: 'http', url: `${url}/slack/events`, signingSecret: SECRET });
    app = await started();
  });
  afterEach(async () => {
    process.exitCode = before;
    await app?.stop();
    await emulator.close();
    await rm(directory, { recursive: true, force: true });
  });

  const sent = (...more: [on?: (key: string) => unknown, args?: readonly string[], clock?: Clock]) =>
    sendTest({ verb: doctorSlack, config }, ...more);

  const cards = (): readonly SlackMessage[] =>
    emulator.messages().filter(({ blocks }) => JSON.stringify(blocks).includes('Test ticket'));

  /** Somebody presses Claim on the card in the channel. */
  const claim = async (user: string): Promise<void> => {
    const card = cards().find(({ channel }) => channel === 'C0OPEN');
    const buttons = (card?.blocks ?? []).flatMap((block) => (block['elements'] ?? []) as readonly Button[]);
    const button = buttons.find(({ text }) => text?.text === 'Claim');
    await emulator.presses(user, { channel: 'C0OPEN', ts: card?.ts ?? '' }, button?.action_id ?? '');
  };

  const open = () => withStore(config, (store) => store.tickets.unclaimedFrom(new Date(0), 10));

  it('lives a ticket from the inbox to the press, and leaves nothing behind', async () => {
    const { keys, code, words } = await sent((key) => (key === 'send_test.press' ? claim('U0ANA') : undefined));
    expect(keys).toEqual(['began', 'stands', 'press', 'claimed', 'cleaned']);
    expect(code).toBe(0);
    expect(words[1]).toMatch(/^The card of T-\d+ stood in #service after \d+ ms$/);
    expect(words[3]).toMatch(/^Ana claimed it: \d+ ms from the press reaching the bot$/);
    await emulator.settled();
    expect(cards()).toEqual([]);
    expect(emulator.findings).toEqual([]);
  });

  it('cleans up when nobody presses, and says where presses should arrive', async () => {
    const clock = hasty();
    const { keys, code, words } = await sent(
      (key) => key === 'send_test.press' && soon(() => clock.skip(180_000)),
      [],
      clock,
    );
    expect(keys).toEqual(['began', 'stands', 'press', 'no_press', 'cleaned']);
    expect(code).toBe(1);
    expect(words[3]).toContain(`${config.publicUrl}/slack/events`);
    expect([cards(), await open()]).toEqual([[], []]);
  });

  it('tells a press that may not claim from none at all', async () => {
    const clock = hasty();
    const { keys, code } = await sent(
      async (key) => {
        if (key === 'send_test.press') await claim('U0BOB');
        if (key === 'send_test.stranger') clock.skip(180_000);
      },
      [],
      clock,
    );
    expect(keys).toEqual(['began', 'stands', 'press', 'stranger', 'unclaimed', 'cleaned']);
    expect([code, cards()]).toEqual([1, []]);
  });

  it('ends early when the operator has had enough, and cleans up', async () => {
    const { keys, code } = await sent((key) => key === 'send_test.press' && process.emit('SIGINT'));
    expect(keys).toEqual(['began', 'stands', 'press', 'stopped', 'cleaned']);
    expect([code, cards(), await open()]).toEqual([1, [], []]);
  });

  it('says that the bot is not in the channel', async () => {
    const clock = hasty();
    const { keys, code, words } = await sent(
      (key) => {
        // By then it is a ticket.
        if (key === 'send_test.began') soon(() => clock.skip(30_000), 2_000);
      },
      ['--channel', 'C0OUT'],
      clock,
    );
    expect(keys.slice(0, 2)).toEqual(['began', 'no_card']);
    expect(words[1]).toContain('/invite @gongdan');
    expect(code).toBe(1);
    expect(await open()).toEqual([]);
  });

  it('names the channels that are linked when another is wanted', async () => {
    await expect(sent(undefined, ['--channel', 'C0X'])).rejects.toThrow('linked ones: C0OPEN, C0OUT');
  });

  it('needs the running bot, and leaves nothing for its next start', async () => {
    await app?.stop();
    app = null;
    const { keys, code } = await sent();
    expect([keys, code]).toEqual([['not_running'], 1]);
    app = await started();
    await emulator.settled();
    expect(await open()).toEqual([]);
  });
});

interface Button {
  readonly action_id?: string;
  readonly text?: { readonly text?: string };
}
