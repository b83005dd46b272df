import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { CALLBACK_PATH } from '../../adapters/wecom/routes.ts';
import { wecomSettings } from '../../adapters/wecom/settings.ts';
import { startApp, type App } from '../../src/app.ts';
import { doctorWeCom } from '../../src/cli/doctor-wecom.ts';
import { withStore } from '../../src/cli/store.ts';
import type { Clock } from '../../src/clock.ts';
import { readConfig, type Config } from '../../src/config.ts';
import { systemIds } from '../../src/ids.ts';
import { createLog } from '../../src/log.ts';
import type { AppMessage, WeComEmulator } from '../emulators/wecom/emulator.ts';
import type { BotMessage } from '../emulators/wecom/bot-driver.ts';
import { startWeCom } from '../emulators/wecom/wecom.ts';
import { hasty, quick, sendTest, soon } from '../support/send-test.ts';
import { sparePort } from '../support/spare-port.ts';
import { envOf } from '../support/wecom.ts';

const DUTY = 'duty:service';
const CHAT = 'wrOpen';
const SHOP = `shops:
  main: { name: Tea }
teams:
  service: { name: Service, locale: en, groups: { wecom: '${DUTY}' } }
  store: { name: Store, locale: en, groups: { wecom: ['chat:${CHAT}', 'push:aftersale'] } }
people:
  ana: { name: Ana, locale: en, roles: [admin], teams: [service, store], accounts: { wecom: ana } }
  bob: { name: Bob, locale: en, roles: [agent], teams: [store], accounts: { wecom: bob } }
`;

describe('doctor wecom --send', () => {
  let directory: string;
  let emulator: WeComEmulator;
  let config: Config;
  let app: App | null;
  let before: typeof process.exitCode;

  const started = async (): Promise<App> => {
    const log = createLog({ level: 'silent', readable: false, clock: quick });
    const running = await startApp({ config, clock: quick, ids: systemIds, log, fsync: false });
    await emulator.bot.sockets(1);
    return running;
  };

  beforeEach(async () => {
    before = process.exitCode;
    directory = await mkdtemp(join(tmpdir(), 'wecom-send-'));
    await writeFile(join(directory, 'gongdan.yaml'), SHOP);
    emulator = await startWeCom({ clock: quick });
    emulator.addMember({ userId: 'ana', name: 'Ana' });
    emulator.addMember({ userId: 'bob', name: 'Bob' });
    emulator.addMember({ userId: 'eve', name: 'Eve' });
    emulator.bot.addChat({ id: CHAT, members: ['ana', 'bob', 'eve'] });
    emulator.addWebhook('0f6a2b3c-aaaa-bbbb-cccc-000000000001');
    const port = await sparePort();
    emulator.connect(`http://127.0.0.1:${port}${CALLBACK_PATH}`);
    config = readConfig({
      env: {
        PORT: String(port),
        PUBLIC_URL: `http://127.0.0.1:${port}`,
        GONGDAN_DATA: directory,
        GONGDAN_CONFIG: join(directory, 'gongdan.yaml'),
        GONGDAN_LANG: 'en',
        LOG_LEVEL: 'silent',
        ...envOf(emulator),
      },
      cwd: directory,
      ids: systemIds,
      platforms: [wecomSettings],
    });
    app = await started();
  });
  afterEach(async () => {
    process.exitCode = before;
    await app?.stop();
    await emulator.close();
    await rm(directory, { recursive: true, force: true });
  });

  const sent = (...more: [on?: (key: string) => unknown, args?: readonly string[], clock?: Clock]) =>
    sendTest({ verb: doctorWeCom, config }, ...more);
  const open = () => withStore(config, (store) => store.tickets.unclaimedFrom(new Date(0), 10));

  const isTest = ({ kind, text }: { readonly kind: string; readonly text: string }): boolean =>
    kind === 'template_card' && text.includes('Test ticket');
  /** Cards of the test that somebody has in their chat with the app. */
  const cardsOf = (user: string): readonly AppMessage[] =>
    emulator.inbox(user).filter((message) => isTest(message) && !message.recalled);
  const inGroup = (): readonly BotMessage[] => emulator.bot.chat(CHAT).filter(isTest);

  const goesOnDuty = async (user: string): Promise<void> => {
    await emulator.says(user, 'on');
    await emulator.until(() => emulator.inbox(user).length > 0);
  };
  const claim = async (user: string): Promise<void> => {
    await emulator.presses(user, cardsOf(user).at(-1)?.id ?? '', 'Claim');
  };
  const claimInGroup = (user: string): void => {
    emulator.bot.presses(user, CHAT, inGroup().at(-1)?.id ?? '', 'Claim');
  };
  const meet = async (): Promise<void> => {
    await emulator.bot.answer(emulator.bot.says('ana', CHAT, 'hello'));
  };

  it('lives a ticket to the press where people are called one by one, and recalls its cards', async () => {
    await goesOnDuty('ana');
    const { keys, code, words } = await sent((key) => (key === 'send_test.press' ? claim('ana') : undefined));
    expect(keys).toEqual(['began', 'stands', 'press', 'claimed', 'cleaned']);
    expect(code).toBe(0);
    expect(words[1]).toMatch(/^The card of T-\d+ stood in duty:service after \d+ ms$/u);
    expect(words[3]).toMatch(/^Ana claimed it: \d+ ms from the press reaching the bot$/u);
    expect([cardsOf('ana'), await open()]).toEqual([[], []]);
    expect(emulator.findings).toEqual([]);
  });

  it('says of a group with the smart bot that the card stays, which is no failure', async () => {
    await meet();
    const { keys, code, words } = await sent(
      (key) => {
        if (key === 'send_test.press') claimInGroup('ana');
      },
      ['--group', `chat:${CHAT}`],
    );
    expect(keys).toEqual(['began', 'stands', 'press', 'claimed', 'stays']);
    expect(code).toBe(0);
    expect(words.at(-1)).toContain(
      `WeCom lets nobody delete what stands in chat:${CHAT}, push:aftersale: what the test posted stays`,
    );
    expect([inGroup().length, await open()]).toEqual([1, []]);
    expect(emulator.findings).toEqual([]);
  });

  it('cleans up when nobody presses, and says where to look', async () => {
    await goesOnDuty('ana');
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
    expect(words[3]).toContain(CALLBACK_PATH);
    expect([cardsOf('ana'), await open()]).toEqual([[], []]);
  });

  it('tells a press that may not claim from none at all', async () => {
    await meet();
    const clock = hasty();
    const { keys, code } = await sent(
      (key) => {
        if (key === 'send_test.press') claimInGroup('eve');
        if (key === 'send_test.stranger') clock.skip(180_000);
      },
      ['--group', `chat:${CHAT}`],
      clock,
    );
    expect(keys).toEqual(['began', 'stands', 'press', 'stranger', 'unclaimed', 'stays']);
    expect([code, await open()]).toEqual([1, []]);
  });

  it('asks whether anybody is on duty where no card comes, and leaves nothing to come later', async () => {
    const clock = hasty();
    let isOver = false;
    /** Waits no longer once it is a ticket. */
    const impatient = async (): Promise<void> => {
      if (isOver) return;
      if ((await open()).length > 0) clock.skip(30_000);
      soon(() => void impatient(), 600);
    };
    const { keys, code, words } = await sent(
      (key) => {
        isOver ||= key === 'send_test.no_card';
        if (key === 'send_test.began') void impatient();
      },
      [],
      clock,
    );
    expect(keys).toEqual(['began', 'no_card', 'cleaned']);
    expect(words[1]).toContain('is anybody of the team on duty');
    expect(code).toBe(1);
    expect([cardsOf('ana'), await open()]).toEqual([[], []]);
  });

  it('says where a card stands still that WeCom would not take back', async () => {
    await goesOnDuty('ana');
    emulator.fails('message/recall', { errcode: 42052, times: 5 });
    const { keys, code, words } = await sent((key) => (key === 'send_test.press' ? claim('ana') : undefined));
    expect(keys).toEqual(['began', 'stands', 'press', 'claimed', 'left']);
    expect(words.at(-1)).toContain(`could not be deleted from ${DUTY}`);
    expect(code).toBe(1);
  });

  it('names the places where something can be pressed when another is wanted', async () => {
    await expect(sent(undefined, ['--group', 'push:aftersale'])).rejects.toThrow(`linked ones: ${DUTY}, chat:${CHAT}`);
  });
});
