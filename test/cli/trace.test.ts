import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { trace } from '../../src/cli/trace.ts';
import { readConfig } from '../../src/config.ts';
import { SetupError } from '../../src/errors.ts';
import { systemIds } from '../../src/ids.ts';
import { manualClock } from '../support/clock.ts';
import { openDesk, type Desk } from '../support/desk.ts';
import { runVerb } from '../support/terminal.ts';

const WRITTEN = ['杯子碎了', '271234567890', '13812345678', '已为您补发', '客户很着急', '请尽快联系', '小美', '李雷'];

let directory: string;
let desk: Desk;
let no = 0;
let failed = '';
const clock = manualClock();

/** `gongdan trace ARGS` beside the running bot. */
async function run(args: readonly string[], lang: 'zh-CN' | 'en' = 'en'): Promise<readonly string[]> {
  const env = { GONGDAN_DATA: directory, GONGDAN_LANG: lang };
  const config = readConfig({ env, cwd: directory, ids: systemIds, platforms: [] });
  return (await runVerb(trace, config, args, { clock })).trimEnd().split('\n');
}
const entries = async (number: string) =>
  (await run([number, '--json'])).map((line) => JSON.parse(line) as Record<string, unknown>);

beforeAll(async () => {
  directory = await mkdtemp(join(tmpdir(), 'trace-'));
  desk = await openDesk({ directory, clock });
  await desk.writes('xiaomei', '杯子碎了,订单 271234567890,电话 13812345678');
  no = (await desk.store.tickets.list({}, 1))[0]?.number ?? 0;
  const card = await desk.card('lilei', 'g-aftersale', no);
  clock.advance(1_000);
  await desk.presses('lilei', card.surface ?? null, 'claim', { ticket: String(no) });
  clock.advance(1_000);
  await desk.presses('wangfang', card.surface ?? null, 'claim', { ticket: String(no) });
  clock.advance(1_000);
  await desk.types('lilei', `备注 ${no} 客户很着急`);
  clock.advance(1_000);
  await desk.types('lilei', `回复 ${no} 已为您补发`);
  await desk.passes(6_000);
  await desk.types('lilei', `转给 ${no} 物流 请尽快联系`);
  // One press breaks each time it is worked.
  const load = desk.store.tickets.byNumber.bind(desk.store.tickets);
  Object.assign(desk.store.tickets, { byNumber: () => Promise.reject(new TypeError('13812345678 is no ticket')) });
  await desk.presses('lilei', null, 'show', { ticket: String(no) });
  for (let i = 0; i < 12; i += 1) await desk.passes(3_000);
  Object.assign(desk.store.tickets, { byNumber: load });
  failed = (await desk.store.inbox.parked(1))[0]?.number ?? '';
});
afterAll(async () => {
  await desk.stop();
  await rm(directory, { recursive: true, force: true });
});

it('tells in order what came in, was decided, was sent, and what the platform answered', async () => {
  const found = await entries(`T-${no}`);
  const moments = found.map((e) => String(e['at']));
  expect(moments).toEqual(moments.toSorted());
  const at = (stage: string, what: string, from = 0) =>
    found.findIndex((e, i) => i >= from && e['stage'] === stage && e['what'] === what);
  const way = [
    at('in', 'message'),
    at('decided', 'opened'),
    at('sent', 'draw'),
    at('answered', 'taken'),
    at('decided', 'claimed'),
    at('decided', 'replied'),
    at('sent', 'say', at('decided', 'replied')),
    at('decided', 'delivered'),
  ];
  expect(way.every((i) => i >= 0)).toBe(true);
  expect(way).toEqual(way.toSorted((a, b) => a - b));
  // Everything decided follows from something that came in, and everything sent from something decided.
  const causes = new Set(found.filter((e) => e['stage'] === 'in').map((e) => e['cause']));
  const decided = found.filter((e) => e['stage'] === 'decided');
  expect(decided.map((e) => e['seq'])).toEqual(decided.map((_, i) => i + 1));
  expect(decided.filter((e) => !causes.has(e['cause'])).map((e) => e['what'])).toEqual([]);
  const drawn = found.filter((e) => e['stage'] === 'sent' && e['what'] === 'draw');
  expect(drawn.filter((e) => !causes.has(e['cause']))).toEqual([]);
  const claim = found.find((e) => e['command'] === 'claim');
  expect(drawn.find((e) => e['place'] === 'work:lilei')?.['cause']).toBe(claim?.['cause']);
  const reply = found.find((e) => e['what'] === 'text' && e['stage'] === 'sent' && e['chars'] === 5);
  expect(reply).toMatchObject({ state: 'sent', ref: expect.stringContaining('c-xiaomei') });
  expect(found.find((e) => e['what'] === 'card' && e['place'] === 'work:lilei')).toMatchObject({ state: 'live' });
});

it('has presses that were refused, and the number of one that broke', async () => {
  const found = await entries(String(no));
  const presses = found.filter((e) => e['what'] === 'invoke');
  expect(presses.map((e) => [e['by'], e['command'], e['changed'], e['state']])).toEqual([
    ['sandbox/sandbox/lilei', 'claim', undefined, 'worked'],
    ['sandbox/sandbox/wangfang', 'claim', 'nothing', 'worked'],
    ['sandbox/sandbox/lilei', 'show', 'nothing', 'parked'],
  ]);
  expect(presses[2]?.['error']).toBe(failed);
  expect(found.filter((e) => e['stage'] === 'failed')).toMatchObject([{ error: failed, name: 'TypeError' }]);
});

it('a number leads from the error to its cause and its ticket', async () => {
  const lines = await run([failed.toLowerCase()]);
  expect(lines[0]).toBe('TypeError');
  expect(lines[1]).toMatch(/^ {2}at .*trace\.test/u);
  const story = lines.filter((line) => /^\d{4}-/u.test(line));
  expect(story.some((line) => line.includes('opened'))).toBe(true);
  expect(story.filter((line) => line.includes(failed))).toHaveLength(2);
});

it('shows nothing that anybody wrote, in either form', async () => {
  const all = [...(await run([`T-${no}`])), ...(await run([`T-${no}`, '--json'])), ...(await run([failed]))].join('\n');
  for (const written of WRITTEN) expect(all).not.toContain(written);
});

it('stands in columns that can be read', async () => {
  const lines = await run([`T-${no}`], 'zh-CN');
  const columns = lines.map((line) => /^(\S+ \S+Z {2}(?:来件|判定|发出|回应|出错) {2}\S+ +)/u.exec(line)?.[1]?.length);
  expect(lines.length).toBeGreaterThan(15);
  expect(new Set(columns).size).toBe(1);
});

it('says what is not there: no such number, no number at all, what was forgotten', async () => {
  await expect(run(['T-99999'])).rejects.toThrow(SetupError);
  await expect(run(['E-NOSUCH'])).rejects.toThrow('E-NOSUCH is not known here');
  await expect(run(['T-99'])).rejects.toThrow('There is no ticket T-99');
  await expect(run([])).rejects.toThrow('gongdan trace T-4821');
  expect((await run([`T-${no}`])).join('\n')).not.toContain('are gone');
  clock.advance(8 * 86_400_000);
  expect((await run([`T-${no}`])).slice(0, 2)).toEqual([
    '(worked events older than 7 days are gone)',
    '(delivered messages and cards older than 2 days are gone)',
  ]);
});
