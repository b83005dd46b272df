import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { dingtalkSettings } from '../../adapters/dingtalk/settings.ts';
import { startApp, type App } from '../../src/app.ts';
import { doctorDingTalk } from '../../src/cli/doctor-dingtalk.ts';
import { withStore } from '../../src/cli/store.ts';
import type { Clock } from '../../src/clock.ts';
import { readConfig, type Config } from '../../src/config.ts';
import { systemIds } from '../../src/ids.ts';
import { createLog } from '../../src/log.ts';
import type { DingMessage, DingTalkEmulator } from '../emulators/dingtalk/emulator.ts';
import { openDingTalk } from '../emulators/dingtalk/dingtalk.ts';
import { ownTemplate, TEMPLATE } from '../support/dingtalk.ts';
import { hasty, quick, sendTest, soon } from '../support/send-test.ts';
import { sparePort } from '../support/spare-port.ts';

const OPEN = 'cidOpen==';
const OUT = 'cidOut==';
const SHOP = `shops:
  main: { name: Tea }
teams:
  service: { name: Service, locale: en, groups: { dingtalk: [${OPEN}, ${OUT}] } }
people:
  ana: { name: Ana, roles: [admin], teams: [service], accounts: { dingtalk: { user: ana, direct: ana } } }
`;

describe('doctor dingtalk --send', () => {
  let directory: string;
  let emulator: DingTalkEmulator;
  let port: number;
  let config: Config;
  let app: App | null;
  let before: typeof process.exitCode;

  const configOf = (template = TEMPLATE): Config =>
    readConfig({
      env: {
        PORT: String(port),
        GONGDAN_DATA: directory,
        GONGDAN_CONFIG: join(directory, 'gongdan.yaml'),
        GONGDAN_LANG: 'en',
        LOG_LEVEL: 'silent',
        DINGTALK_CLIENT_ID: emulator.app.clientId,
        DINGTALK_CLIENT_SECRET: emulator.app.clientSecret,
        DINGTALK_CARD_TEMPLATE: template,
        DINGTALK_API_URL: emulator.url,
        DINGTALK_OAPI_URL: emulator.url,
      },
      cwd: directory,
      ids: systemIds,
      platforms: [dingtalkSettings],
    });
  const started = async (): Promise<App> => {
    const log = createLog({ level: 'silent', readable: false, clock: quick });
    const running = await startApp({ config, clock: quick, ids: systemIds, log, fsync: false });
    await emulator.sockets(1);
    return running;
  };

  beforeEach(async () => {
    before = process.exitCode;
    directory = await mkdtemp(join(tmpdir(), 'dingtalk-send-'));
    await writeFile(join(directory, 'gongdan.yaml'), SHOP);
    emulator = await openDingTalk(quick);
    emulator.addUser({ userId: 'ana', name: 'Ana' });
    emulator.addUser({ userId: 'bob', name: 'Bob' });
    emulator.addGroup({ id: OPEN, title: 'service', members: ['ana', 'bob'] });
    emulator.addGroup({ id: OUT, title: 'outside', members: ['ana'], bot: false });
    emulator.addTemplate(ownTemplate());
    port = await sparePort();
    config = configOf();
    app = await started();
  });
  afterEach(async () => {
    process.exitCode = before;
    await app?.stop();
    await emulator.close();
    await rm(directory, { recursive: true, force: true });
  });

  const sent = (...more: [on?: (key: string) => unknown, args?: readonly string[], clock?: Clock]) =>
    sendTest({ verb: doctorDingTalk, config }, ...more);
  const cards = (): readonly DingMessage[] => emulator.messages().filter(({ text }) => text.includes('Test ticket'));
  const open = () => withStore(config, (store) => store.tickets.unclaimedFrom(new Date(0), 10));

  /** Somebody presses Claim on the card in the group. */
  const claim = async (user: string): Promise<void> => {
    const card = cards().find(({ conversation }) => conversation === OPEN);
    await emulator.presses(user, card?.id ?? '', 'Claim');
  };

  /** A template of the merchant's own, DingTalk's public one, and links that say words: each has to work. */
  it.each([TEMPLATE, 'public', 'none'])(
    'lives a ticket to the press, and leaves nothing behind (%s)',
    async (template) => {
      if (template !== TEMPLATE) {
        await app?.stop();
        config = configOf(template);
        app = await started();
      }
      const { keys, code, words } = await sent((key) => (key === 'send_test.press' ? claim('ana') : undefined));
      expect(keys).toEqual(['began', 'stands', 'press', 'claimed', 'cleaned']);
      expect(code).toBe(0);
      expect(words[1]).toMatch(/^The card of T-\d+ stood in cidOpen== after \d+ ms$/u);
      // A link says the words as if they had been typed.
      expect(words[3]).toMatch(
        template === 'none' ? /^Ana claimed it$/u : /^Ana claimed it: \d+ ms from the press reaching the bot$/u,
      );
      await emulator.settled();
      expect(cards()).toEqual([]);
      expect(emulator.findings).toEqual([]);
    },
  );

  it('cleans up when nobody presses, and says where to look', async () => {
    const clock = hasty();
    const { keys, code, words } = await sent(
      (key) => {
        if (key === 'send_test.press') soon(() => clock.skip(180_000));
      },
      [],
      clock,
    );
    expect(keys).toEqual(['began', 'stands', 'press', 'no_press', 'cleaned']);
    expect(code).toBe(1);
    expect(words[3]).toContain('no other machine uses the same app');
    expect([cards(), await open()]).toEqual([[], []]);
  });

  it('tells a press that may not claim from none at all', async () => {
    const clock = hasty();
    const { keys, code } = await sent(
      async (key) => {
        if (key === 'send_test.press') await claim('bob');
        if (key === 'send_test.stranger') clock.skip(180_000);
      },
      [],
      clock,
    );
    expect(keys).toEqual(['began', 'stands', 'press', 'stranger', 'unclaimed', 'cleaned']);
    expect([code, cards()]).toEqual([1, []]);
  });

  it('says that the bot is not in the group', async () => {
    const clock = hasty();
    const { keys, code, words } = await sent(
      (key) => {
        // By then it is a ticket.
        if (key === 'send_test.began') soon(() => clock.skip(30_000), 2_000);
      },
      ['--group', OUT],
      clock,
    );
    expect(keys.slice(0, 2)).toEqual(['began', 'no_card']);
    expect(words[1]).toContain('is the bot in the group');
    expect(code).toBe(1);
    expect(await open()).toEqual([]);
  });

  it('says where a card stands still that DingTalk would not take back', async () => {
    const failedResult = { any: 'recall.timeout' };
    const recall = 'POST /v1.0/robot/groupMessages/recall';
    emulator.fails(recall, { status: 200, body: { successResult: [], failedResult } });
    const { keys, code, words } = await sent((key) => (key === 'send_test.press' ? claim('ana') : undefined));
    expect(keys).toEqual(['began', 'stands', 'press', 'claimed', 'left']);
    expect(words.at(-1)).toContain(`could not be deleted from ${OPEN}: the group's owner can recall it there`);
    expect([code, cards().length]).toEqual([1, 1]);
  });

  it('names the groups that are linked when another is wanted', async () => {
    await expect(sent(undefined, ['--group', 'cidX=='])).rejects.toThrow(`linked ones: ${OPEN}, ${OUT}`);
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
