import { execFile } from 'node:child_process';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { hookTest } from '../../src/cli/hook-test.ts';
import { systemClock } from '../../src/clock.ts';
import { readConfig } from '../../src/config.ts';
import { SetupError } from '../../src/errors.ts';
import { systemIds } from '../../src/ids.ts';
import { manualClock } from '../support/clock.ts';
import { openDesk, type Desk } from '../support/desk.ts';
import { runVerb } from '../support/terminal.ts';

const run = promisify(execFile);

/** The verb over a data folder; what it printed, or the sentence it ends with. */
async function ran(data: string, args: readonly string[], env: Record<string, string> = {}): Promise<string> {
  const settings = { GONGDAN_LANG: 'en', GONGDAN_DATA: data, ...env };
  const config = readConfig({ env: settings, cwd: data, ids: systemIds, platforms: [] });
  try {
    return (await runVerb(hookTest, config, args, { clock: systemClock })).trimEnd();
  } catch (error) {
    if (!(error instanceof SetupError)) throw error;
    return error.message;
  }
}

const STALL = 'demo/hooks/logistics-stall.json';
/** The first commands of the page. */
const documented = async (): Promise<string> =>
  /```sh\n(secret=[\s\S]*?)```/u.exec(await readFile('docs/webhooks.md', 'utf8'))?.[1] ?? '';

describe('gongdan hook test', () => {
  let data: string;
  beforeEach(async () => {
    data = await mkdtemp(join(tmpdir(), 'gongdan-hook-'));
  });
  afterEach(() => rm(data, { recursive: true }));

  it('says which rule fits, what comes out, and how to send it as the page says', async () => {
    const printed = await ran(data, ['shop', STALL]);
    expect(printed).toBe(`The rule "物流停滞" fits:
  id        LG-20261111-000381
  matter    parcel:78912345678901
  shop      qingtian
  subject   中通快递 52 小时没有更新
  text      订单 2026110828461357902 的包裹 78912345678901 已经 52 小时没有新的物流信息。最后一条：杭州转运中心已发出，下一站郑州转运中心
  category  logistics.stalled
  priority  high
  tags      系统上报
  order     2026110828461357902
  tracking  78912345678901
  carrier   中通快递
  phone     13812345678
  customer  爱喝茶的小鹿 · qianniu · 爱喝茶的小鹿
It would open a ticket, or be told to an open one of this matter (there is no data yet to look at)
To send it with curl and openssl:
${(await documented()).trimEnd()}`);
  });

  it.each([
    [['shop'], 'Name the source and a file'],
    [['shpo', STALL], 'hooks in gongdan.yaml has no source "shpo"; did you mean shop?'],
    [['shop', 'nowhere.json'], 'The file cannot be read: nowhere.json'],
    [['shop', STALL, '--send'], 'The source shop has no secret yet'],
  ])('%j: %s', async (args, sentence) => {
    expect(await ran(data, args)).toContain(sentence);
  });

  it.each([
    ['{"event":"ping"}', 'The rule "心跳" fits, and says ignore: nothing happens'],
    ['{"event":"nothing"}', 'No rule fits. Where they looked: event, parcel.hours_without_scan, stock, order.no'],
    [
      '{"event":"refund.spike"}',
      'The rule "退款激增" needs item.sku, which is missing or empty; if it may be, write {item.sku|default}',
    ],
    ['{"event":1,"event":2}', 'is no JSON that is taken: event: stands there twice'],
    [' '.repeat(300_000), 'is too large: a webhook has at most 262144 bytes'],
  ])('%j', async (text, sentence) => {
    const file = join(data, 'event.json');
    await writeFile(file, text);
    expect(await ran(data, ['shop', file])).toContain(sentence);
  });
});

describe('beside a running bot', () => {
  let desk: Desk;
  let data: string;
  beforeAll(async () => {
    data = await mkdtemp(join(tmpdir(), 'gongdan-hook-'));
    desk = await openDesk({ directory: data, clock: manualClock(systemClock.now()) });
  });
  afterAll(async () => {
    await desk.stop();
    await rm(data, { recursive: true });
  });
  const beside = (...args: string[]): Promise<string> => ran(data, args, { PORT: new URL(desk.url).port });

  it('the commands of the page do what the page says, and the verb knows of it', async () => {
    expect(await beside('shop', STALL)).toContain('It would open a ticket\n');
    const commands = (await documented()).replace('http://127.0.0.1:3000', desk.url);
    expect(commands).toContain(desk.url);
    const { stdout } = await run('bash', ['-euc', commands]);
    expect(JSON.parse(stdout)).toMatchObject({
      outcome: 'opened',
      ticket: { name: expect.stringMatching(/^T-\d+$/u) },
    });
    await desk.flow.settle();
    const { number } = (JSON.parse(stdout) as { ticket: { number: number } }).ticket;
    expect((await desk.card('sunwei', 'g-logistics', number)).card?.title).toContain('52 小时没有更新');
    expect(await beside('shop', STALL)).toContain('This id came before');
    const moving = 'demo/hooks/logistics-moving.json';
    expect(await beside('shop', moving)).toContain(`It would be told to T-${number}, where this matter is open`);
    const sent = await beside('shop', moving, '--send');
    expect(sent).toContain(`answered 200:\n{"outcome":"updated","ticket":{"number":${number},"name":"T-${number}"}}`);
  });

  it('where nobody listens it says so', async () => {
    expect(await ran(data, ['shop', STALL, '--send'], { PORT: '9' })).toBe(
      'http://127.0.0.1:9/hooks/shop does not answer: npm start first (with another port: PORT=)',
    );
  });
});
