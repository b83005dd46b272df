import { expect, it } from 'vitest';
import { DeliveryError } from '../../src/errors.ts';
import { createLog } from '../../src/log.ts';
import { manualClock } from '../support/clock.ts';
import { openDesk, type DeskOptions } from '../support/desk.ts';
import { aBench, aStore } from '../support/flow.ts';

/** What people and systems planted: none of it may stand in a line, nor any part of a name. */
const PLANTED = {
  words: '杯子碎了一地玻璃渣',
  phone: '13812345678',
  order: '271234567890',
  address: '浙江省杭州市西湖区文三路90号',
  reply: '您好已为您补发新杯子',
  note: '客户有点着急别惹她',
  code: 'xoxb-1234-very-secret',
  broken: 'dup key phone 13987654321',
} as const;
const NAMES = ['小美', '李雷', '王芳'];

/** A morning at the desk: a matter, a claim, a reply that is delivered, a note, a refusal, a resolution, a command that breaks. */
async function aMorning(options: DeskOptions): Promise<readonly string[]> {
  const lines: string[] = [];
  const desk = await openDesk({ ...options, lines: { write: (line) => void lines.push(line) } });
  try {
    const { words, phone, order, address, reply, note, code, broken } = PLANTED;
    await desk.writes('xiaomei', `${words},订单 ${order},电话 ${phone},地址 ${address} ${code}`);
    const [row] = await desk.store.tickets.list({}, 1);
    const no = row?.number ?? 0;
    await desk.types('lilei', `认领 ${no}`);
    await desk.types('wangfang', `认领 ${no}`);
    await desk.types('lilei', `备注 ${no} ${note} ${phone}`);
    await desk.types('lilei', `回复 ${no} ${reply} ${order}`);
    await desk.passes(6_000);
    await desk.types('lilei', `标签 ${no} +${code}`);
    await desk.types('lilei', `${words} ${phone}`);
    // One event breaks each time it is worked.
    const load = desk.store.tickets.byNumber.bind(desk.store.tickets);
    Object.assign(desk.store.tickets, { byNumber: () => Promise.reject(new Error(broken)) });
    await desk.types('lilei', `认领 ${no}`);
    for (let i = 0; i < 12; i += 1) await desk.passes(3_000);
    Object.assign(desk.store.tickets, { byNumber: load });
    await desk.types('lilei', `解决 ${no} 已补发 ${note}`);
    await desk.passes(60_000);
    expect((await desk.request(`/nothing/${phone}?q=${encodeURIComponent(words)}`)).status).toBe(404);
    return lines;
  } finally {
    await desk.stop();
  }
}

it('no line holds what people wrote; each is JSON; each that names a ticket names its cause', async () => {
  const lines = await aMorning({});
  const parsed = lines.map((line) => JSON.parse(line) as Record<string, unknown>);
  const all = lines.join('\n');
  for (const planted of [...Object.values(PLANTED), ...NAMES]) expect(all).not.toContain(planted);
  expect(all).not.toMatch(/1[38]\d{9}/u);
  expect(parsed.filter((line) => 'dropped' in line)).toEqual([]);
  const about = parsed.filter((line) => line['ticket'] !== undefined);
  expect(about.filter((line) => typeof line['cause'] !== 'string')).toEqual([]);
  expect(about.every((line) => /^T-\d+$/u.test(String(line['ticket'])))).toBe(true);
  // What happened can be followed: who was first, who was refused, what broke.
  const decided = about.filter((line) => line['msg'] === 'decided').map((l) => [l['kind'], l['outcome'], l['event']]);
  expect(decided).toEqual(
    expect.arrayContaining([
      ['open', 'done', 'opened'],
      ['claim', 'done', 'claimed'],
      ['claim', 'already_claimed', undefined],
      ['reply', 'done', 'replied'],
      ['delivered', 'done', 'delivered'],
    ]),
  );
  expect(parsed.filter((line) => line['level'] === 'warn').map((line) => line['attempt'])).toEqual([1, 2, 3, 4]);
  expect(parsed.filter((line) => line['level'] === 'error').map((line) => line['error'])).toEqual([
    expect.stringMatching(/^E-[0-9A-Z]{6}$/u),
    expect.stringMatching(/^E-[0-9A-Z]{6}$/u),
  ]);
});

it('in a terminal the same lines can be read', async () => {
  const lines = await aMorning({ readable: true });
  const all = lines.join('');
  expect(() => JSON.parse(lines[0] ?? '') as unknown).toThrow(SyntaxError);
  expect(all).toMatch(/\d\d:\d\d:\d\d.*DEBUG.*decided.*T-\d+/u);
  for (const planted of Object.values(PLANTED)) expect(all).not.toContain(planted);
});

it('what a platform says in words of its own stays out, whether it is tried again or given up', async () => {
  const on = await aStore();
  try {
    const clock = manualClock();
    const lines: string[] = [];
    const log = createLog({ level: 'debug', readable: false, clock, stream: { write: (l) => void lines.push(l) } });
    const bench = aBench(on.store, { log }, [], {}, clock);
    const said = `cannot post "${PLANTED.words} ${PLANTED.phone}"`;
    bench.adapter.fails(new DeliveryError('retryable', said), new DeliveryError('permanent', said));
    await bench.writes(PLANTED.words);
    await bench.passes(60_000);
    const parsed = lines.map((line) => JSON.parse(line) as Record<string, unknown>);
    const failures = parsed.filter((line) => line['level'] !== 'debug');
    expect(failures.map((l) => [l['level'], l['msg'], l['failure'] ?? l['kind']])).toEqual([
      ['warn', 'a delivery failed and is tried again', 'retryable'],
      ['error', 'something failed on our side', 'delivery'],
    ]);
    const opened = parsed.find((line) => line['msg'] === 'decided');
    expect(opened?.['event']).toBe('opened');
    // Both follow from the message that opened the ticket.
    expect(failures.map((l) => [l['ticket'], l['cause']])).toEqual(
      failures.map(() => [opened?.['ticket'], opened?.['cause']]),
    );
    for (const planted of Object.values(PLANTED)) expect(lines.join('\n')).not.toContain(planted);
    expect(JSON.stringify(await on.store.errors.load(String(failures[1]?.['error'])))).not.toContain(PLANTED.words);
  } finally {
    await on.close();
  }
});

it('a request that breaks, of whatever part, answers with a number that log and store know', async () => {
  const lines: string[] = [];
  const desk = await openDesk({ lines: { write: (line) => void lines.push(line) } });
  try {
    Object.assign(desk.flow, { machine: () => Promise.reject(new Error(PLANTED.broken)) });
    const response = await desk.request('/sandbox/api/machine');
    const body = (await response.json()) as { error?: string };
    expect(response.status).toBe(500);
    const number = body.error ?? '';
    expect(number).toMatch(/^E-[0-9A-Z]{6}$/u);
    expect(await desk.store.errors.load(number)).toMatchObject({ where: 'request' });
    expect(lines.filter((line) => line.includes(number))).toHaveLength(1);
    expect([JSON.stringify(body), ...lines].join('\n')).not.toContain(PLANTED.broken);
  } finally {
    await desk.stop();
  }
});
