import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { verbOf } from '../../src/cli/registry.ts';
import { readConfig } from '../../src/config.ts';
import { systemIds } from '../../src/ids.ts';
import { manualClock, type ManualClock } from '../support/clock.ts';
import { openDesk, words, type Desk } from '../support/desk.ts';
import { openReceiver, type Receiver } from '../support/receiver.ts';
import { aShop } from '../support/shop.ts';
import { runVerb } from '../support/terminal.ts';

const HOUR = 3_600_000;

let clock: ManualClock;
let directory: string;
let receiver: Receiver;
const secrets: string[] = [];
let desk: Desk | null = null;

beforeEach(async () => {
  clock = manualClock();
  directory = await mkdtemp(join(tmpdir(), 'hooks-'));
  secrets.length = 0;
  receiver = await openReceiver(secrets, clock);
});
afterEach(async () => {
  await desk?.stop();
  desk = null;
  await receiver.close();
  await rm(directory, { recursive: true, force: true });
});

/** The shop with one subscription, and an admin who is told of it. */
const shop = (more: string): string =>
  aShop({
    more: [
      '  gaoyuan: { name: 高远, roles: [admin], accounts: { sandbox: { user: gaoyuan, direct: d-gaoyuan } } }',
      'subscriptions:',
      `  erp: { url: '${receiver.url}', events: [ticket.*], ${more} }`,
    ].join('\n'),
  });
const opens = async (more = 'private: true'): Promise<Desk> => {
  desk = await openDesk({ directory, clock, shop: shop(more) });
  return desk;
};

/** Runs a verb of the command line on the running desk; what it says and prints. */
async function gongdan(...line: string[]): Promise<string> {
  const env = { GONGDAN_DATA: directory, GONGDAN_CONFIG: join(directory, 'gongdan.yaml'), GONGDAN_LANG: 'en' };
  const config = readConfig({ env, cwd: directory, ids: systemIds, platforms: [] });
  const found = verbOf(line);
  if (found === null) throw new Error(`no verb: ${line.join(' ')}`);
  return (await runVerb(found.verb, config, found.args, { clock })).trimEnd();
}
const secretIn = (said: string): string => /^[\w-]{44}$/mu.exec(said)?.[0] ?? '';
const givesSecret = async (): Promise<void> => void secrets.push(secretIn(await gongdan('hook', 'secret', 'out:erp')));

const told = async (at: Desk): Promise<readonly string[]> =>
  (await at.sees('gaoyuan', 'd-gaoyuan')).map(words).filter((text) => text.includes('erp'));

describe('a system of the shop', () => {
  it('is told, with a signature it can check by the page alone, under old and new secrets', async () => {
    const at = await opens();
    await at.writes('k1', '杯子碎了');
    expect(receiver.seen).toEqual([]);
    await givesSecret();
    await at.passes(1_000);
    expect(receiver.taken.map((n) => [n.type, n.ticket.no])).toEqual([
      ['ticket.opened', expect.stringMatching(/^T-/u)],
    ]);
    const [first = ''] = secrets;
    const rotated = await gongdan('hook', 'secret', 'out:erp');
    await at.writes('k2', '杯子碎了');
    // The receiver knows the old one alone as yet.
    expect(receiver.taken).toHaveLength(2);
    secrets.splice(0, 1, secretIn(rotated));
    await at.writes('k3', '杯子碎了');
    expect(receiver.taken).toHaveLength(3);
    await gongdan('hook', 'secret', 'out:erp', '--end-old');
    secrets.splice(0, 1, first);
    await at.writes('k4', '杯子碎了');
    expect([receiver.taken.length, receiver.refused]).toEqual([3, ['signature']]);
    const [{ ticket }] = receiver.taken as [(typeof receiver.taken)[number]];
    const traced = (await gongdan('trace', ticket.no, '--json')).split('\n').map((line) => JSON.parse(line));
    expect(traced).toContainEqual(expect.objectContaining({ stage: 'sent', what: 'ticket.opened', to: 'erp' }));
    expect(traced).toContainEqual(expect.objectContaining({ stage: 'answered', what: 'ticket.opened', status: 200 }));
  });

  it('hears nothing while the bot is quiet after a restore; what was voided can still be sent again', async () => {
    await writeFile(join(directory, 'restored.json'), JSON.stringify({ at: clock.now(), backupMadeAt: clock.now() }));
    const at = await opens();
    await givesSecret();
    await at.writes('k1', '杯子碎了');
    await at.passes(HOUR);
    expect(receiver.seen).toEqual([]);
    const card = (await at.sees('gaoyuan', 'd-gaoyuan')).find((m) => words(m).includes('从备份恢复'));
    expect(card === undefined ? '' : words(card)).toContain('给其他系统的通知 1 条');
    await at.types('gaoyuan', '积压 作废');
    await at.passes(1_000);
    // That the acknowledgement was voided is news of after the decision.
    // And that the moments which came meanwhile were passed by.
    const news = ['ticket.reply_failed', 'ticket.reminded'];
    expect(receiver.taken.map((n) => n.type)).toEqual(news);
    await gongdan('hook', 'replay', '--all', 'erp');
    await at.passes(1_000);
    expect(receiver.taken.map((n) => n.type)).toEqual([...news, 'ticket.opened']);
  });

  it('that answers 5xx for a day is paused, the admin reads it, nothing is lost, and it all comes once it is resumed', async () => {
    const at = await opens();
    await givesSecret();
    receiver.answers(503);
    await at.writes('k1', '杯子碎了');
    const ids = new Set<string>();
    for (let hour = 0; hour < 25; hour += 1) {
      for (let half = 0; half < 2; half += 1) await at.passes(HOUR / 2);
      if (hour % 6 === 0) await at.writes(`k${hour + 2}`, '碟子也碎了');
      for (const { id } of receiver.seen) ids.add(id);
    }
    const [sentence = ''] = await told(at);
    expect(sentence).toMatch(/推送 erp 从.*503.*gongdan hook resume erp/u);
    expect(await told(at)).toHaveLength(1);
    const before = receiver.seen.length;
    await at.passes(48 * HOUR);
    await at.writes('k30', '盘子也碎了');
    expect(receiver.seen).toHaveLength(before);
    const log = await gongdan('hook', 'log', 'erp');
    expect(log).toContain('paused: erp');
    expect(log).toMatch(/\tticket\.opened\tT-\d+\theld\t\d+\t503/u);
    expect(log).not.toMatch(/\tdead\t/u);

    receiver.answers(204);
    expect(await gongdan('hook', 'resume', 'erp')).toMatch(/goes on; sending what was kept: \d+/u);
    await at.passes(1_000);
    const opened = receiver.taken.filter((n) => n.type === 'ticket.opened');
    expect(opened).toHaveLength(7);
    const arrived = new Set(receiver.taken.map((n) => n.id));
    expect([...ids].filter((id) => !arrived.has(id))).toEqual([]);
    expect(receiver.taken).toHaveLength(arrived.size);
    // Every try said the same, byte for byte.
    for (const id of arrived) expect(new Set(receiver.seen.filter((n) => n.id === id).map((n) => n.raw)).size).toBe(1);
    expect(await gongdan('hook', 'log')).not.toMatch(/held|pending/u);
    await at.writes('k31', '杯子碎了');
    expect(receiver.taken.filter((n) => n.type === 'ticket.opened')).toHaveLength(8);
  });

  it('that hangs is given up after ten seconds and tried again; people notice nothing of it', async () => {
    const at = await opens();
    await givesSecret();
    receiver.answers('hangs');
    const hanging = receiver.hanging();
    const writing = at.writes('k1', '杯子碎了');
    await hanging;
    clock.advance(1_000);
    await writing;
    expect((await at.sees('lilei', 'g-aftersale')).some((m) => m.card !== undefined)).toBe(true);
    receiver.answers(200);
    await at.passes(9_000);
    // Giving it up frees the row; the loops go on by themselves.
    await at.passes(10_000);
    expect(receiver.taken.map((n) => n.type)).toEqual(['ticket.opened']);
    expect(await gongdan('hook', 'log')).toMatch(/\tdone\t2\t200$/u);
  });

  it('that sends us on to a private address is not followed', async () => {
    const at = await opens();
    await givesSecret();
    receiver.answers({ location: 'http://169.254.169.254/latest/meta-data/' });
    await at.writes('k1', '杯子碎了');
    expect(await gongdan('hook', 'log', 'erp')).toMatch(/\tpending\t1\tredirect$/u);
    expect(receiver.taken).toEqual([]);
  });

  it('at a private address is told nothing unless that is allowed', async () => {
    desk = await openDesk({ directory, clock, shop: shop('').replace('http://127.0.0.1', 'https://127.0.0.1') });
    await givesSecret();
    await desk.writes('k1', '杯子碎了');
    expect(await gongdan('hook', 'log', 'erp')).toMatch(/\tpending\t1\tprivate_address$/u);
  });

  it('is told what happened before a crash, once', async () => {
    let at = await opens();
    await givesSecret();
    await gongdan('hook', 'pause', 'erp');
    await at.writes('k1', '杯子碎了');
    expect(receiver.seen).toEqual([]);
    await at.stop();
    at = await opens();
    await gongdan('hook', 'resume', 'erp');
    await at.passes(1_000);
    expect(receiver.taken.map((n) => n.type)).toEqual(['ticket.opened']);
    const id = receiver.taken[0]?.id ?? '';
    expect(await gongdan('hook', 'replay', id)).toContain('1');
    await at.passes(1_000);
    expect(receiver.taken.map((n) => n.id)).toEqual([id, id]);
  });
});

describe('the command line', () => {
  it('names what it knows when asked for what it does not', async () => {
    await opens();
    await expect(gongdan('hook', 'resume', 'epr')).rejects.toThrow('no webhook "epr"; known are erp');
    await expect(gongdan('hook', 'pause')).rejects.toThrow('known are erp');
    await expect(gongdan('hook', 'replay', '--all', 'x')).rejects.toThrow('known are erp');
    await expect(gongdan('hook', 'replay')).rejects.toThrow('Name the ids');
    await expect(gongdan('hook', 'secret', 'erp')).rejects.toThrow('out:NAME');
    await expect(gongdan('hook', 'secret', 'out:erp', '--end-old')).rejects.toThrow('no secret yet');
    expect(await gongdan('hook', 'log')).toBe('No deliveries');
  });
});
