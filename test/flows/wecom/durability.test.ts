import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { openEmbedded, type Embedded } from '../../../src/embedded/embedded.ts';
import type { WeComEmulator } from '../../emulators/wecom/emulator.ts';
import { startWeCom } from '../../emulators/wecom/wecom.ts';
import { manualClock, type ManualClock } from '../../support/clock.ts';
import { words } from '../../support/desk.ts';
import { aShop } from '../../support/shop.ts';
import { openWeComDesk, type WeComDesk, type WeComDeskOptions } from '../../support/wecom-desk.ts';

/** What WeCom says twice, what it does not answer, and processes that follow each other. */

const shop = aShop({ customers: 5 });
let clock: ManualClock;
let wecom: WeComEmulator;
let directory: string;
let open: WeComDesk[];
beforeEach(async () => {
  clock = manualClock();
  wecom = await startWeCom({ clock });
  directory = await mkdtemp(join(tmpdir(), 'wecom-durability-'));
  open = [];
});
afterEach(async () => {
  for (const desk of open) await desk.stop();
  await wecom.close();
  await rm(directory, { recursive: true, force: true });
});

async function starts(more: Partial<WeComDeskOptions> = {}): Promise<WeComDesk> {
  const desk = await openWeComDesk({ shop, clock, wecom, directory, ...more });
  open.push(desk);
  return desk;
}
async function stops(desk: WeComDesk): Promise<void> {
  open = open.filter((other) => other !== desk);
  await desk.stop();
}
/** What somebody was sent whose title or words begin so. */
const sentTo = (user: string, begins: string) =>
  wecom.inbox(user).filter(({ card, text }) => (card?.title ?? text).startsWith(begins));
const updates = (): number =>
  wecom.calls.filter(({ path, errcode }) => path === 'message/update_template_card' && errcode === 0).length;

describe('what comes more than once', () => {
  it('is one preview and one ticket: three times at the same moment, and again after a restart', async () => {
    let desk = await starts();
    wecom.copies = 3;
    const said = await wecom.says('lilei', '新建 旺旺：a88 杯子碎了');
    await desk.settles();
    expect(said.attempts.length).toBeGreaterThanOrEqual(3);
    const previews = wecom.inbox('lilei').filter(({ card }) => card?.buttons.some(({ text }) => text === '建单'));
    expect(previews).toHaveLength(1);
    const pressed = await wecom.presses('lilei', null, '建单');
    await desk.settles();
    expect(await desk.store.tickets.count({})).toBe(1);

    await stops(desk);
    wecom.copies = 1;
    desk = await starts();
    const before = wecom.sent.length;
    for (const delivery of [said, pressed]) expect((await wecom.repeats(delivery, { times: 3 })).acked).toBe(true);
    await desk.settles();
    expect(await desk.store.tickets.count({})).toBe(1);
    expect(wecom.sent).toHaveLength(before);
  });

  it('a press spends one code, however often it is told', async () => {
    const desk = await starts();
    await desk.writes('k1', '杯子碎了');
    await desk.types('lilei', '认领 4800');
    const [work] = sentTo('lilei', 'T-4800 ·').toReversed();
    const before = updates();
    const pressed = await wecom.presses('lilei', work?.id ?? '', '执行', { menu: 'show?ticket=4800' });
    await Promise.all([wecom.repeats(pressed), wecom.repeats(pressed)]);
    await desk.settles();
    expect(updates()).toBe(before);
    await desk.types('lilei', '优先级 4800 高');
    expect(updates()).toBe(before + 1);
    // Of the send's code and the press's one is left, and none was refused.
    expect(wecom.sent.find(({ id }) => id === work?.id)?.codesLeft).toBe(1);
    expect(wecom.calls.filter(({ errcode }) => errcode === 60140)).toEqual([]);
  });
});

describe('what is not answered', () => {
  it('a card whose sending was not heard of is one card, and it changes', async () => {
    const lines: string[] = [];
    const desk = await starts({ lines: { write: (line) => void lines.push(line) } });
    await desk.writes('k1', '杯子碎了');
    wecom.fails('message/send', { pass: 1 }, { lost: true });
    await desk.types('lilei', '认领 4800');
    await desk.passes(30_000);
    expect(lines.filter((line) => line.includes('a delivery failed and is tried again'))).toHaveLength(1);
    expect(sentTo('lilei', 'T-4800 ·')).toHaveLength(1);
    await desk.types('lilei', '解决 4800');
    expect(sentTo('lilei', 'T-4800 ·').map(({ card }) => card?.desc)).toEqual([expect.stringContaining('已解决')]);
  });

  it('a token that ends early is replaced, and nobody notices', async () => {
    const desk = await starts();
    await desk.writes('k1', '杯子碎了');
    wecom.fails('message/send', { errcode: 42001 });
    const { answer } = await desk.types('lilei', '认领 4800');
    expect(words(answer)).toBe('T-4800 归你了');
    expect(wecom.count('gettoken')).toBe(2);
    expect(sentTo('lilei', 'T-4800 ·')).toHaveLength(1);
  });
});

describe('two processes', () => {
  let embedded: Embedded;
  beforeEach(async () => {
    embedded = await openEmbedded({ directory: join(directory, 'store'), fsync: false });
  });
  afterEach(async () => {
    for (const desk of open.splice(0)) await desk.stop();
    await embedded.stop();
  });

  it('the smart bot is connected once, and goes where delivery goes', async () => {
    const first = await starts({ mongodbUri: embedded.uri });
    const second = await starts({ mongodbUri: embedded.uri });
    await second.settles();
    expect([wecom.bot.connections, wecom.bot.subscribed]).toEqual([1, 1]);
    await first.writes('k1', '杯子碎了');
    expect((await second.card('lilei', 'g-aftersale', 4800)).card?.status).toContain('待认领');

    await stops(first);
    await wecom.bot.sockets(0);
    await second.settles();
    await wecom.bot.sockets(1);
    expect(wecom.bot.subscribed).toBe(2);
    await second.passes(1_000);
    await second.writes('k2', '盘子碎了');
    const [made] = await second.store.tickets.list({ order: 'newest', status: ['new'] }, 1);
    const no = made?.number ?? 0;
    expect(no).toBeGreaterThan(4800);
    const { surface } = await second.card('lilei', 'g-aftersale', no);
    await second.presses('lilei', surface ?? null, 'claim', { ticket: String(no) });
    expect((await second.card('wangfang', 'g-aftersale', no)).card?.status).toContain('李雷 处理中');
    // What the other one had posted is known here as well.
    const { answer } = await second.presses(
      'lilei',
      (await second.card('lilei', 'g-aftersale', 4800)).surface ?? null,
      'claim',
      {
        ticket: '4800',
      },
    );
    expect(words(answer)).toBe('T-4800 归你了');
  });
});
