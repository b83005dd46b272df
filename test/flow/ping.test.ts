import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import type { Capabilities, Limit } from '../../adapters/adapter.ts';
import type { Card } from '../../cards/card.ts';
import { commandBy } from '../../commands/registry.ts';
import type { Intent } from '../../src/domain/intent.ts';
import type { Ticket } from '../../src/domain/ticket.ts';
import type { Parts } from '../../src/flow/parts.ts';
import { manualClock } from '../support/clock.ts';
import { aBench, aMessage, aStore, type Bench, type Call } from '../support/flow.ts';
import { anOwed } from '../support/owed.ts';
import { aDirectory, aPerson, clocksDue, NOW } from '../support/tickets.ts';

const MINUTE = 60_000;
const HOUR = 60 * MINUTE;

let on: Awaited<ReturnType<typeof aStore>>;
let bench: Bench;
beforeAll(async () => {
  on = await aStore();
});
afterAll(() => on.close());
beforeEach(() => on.empty());
afterEach(async () => bench.flow.stop());

interface Setting {
  readonly can?: Partial<Capabilities>;
  readonly parts?: Partial<Parts>;
  readonly limits?: readonly Limit[];
  readonly start?: Date;
}
const begin = ({ can = {}, parts = {}, limits = [], start = NOW }: Setting = {}): void => {
  bench = aBench(on.store, parts, limits, can, manualClock(start));
};
/** Nobody is on duty, and nobody has said so. */
const nobodyThere: Parts['roster'] = { read: async () => new Map(), keep: async () => undefined };

const owed = (number: number, dueIn: number, more: Partial<Ticket> = {}): Promise<Ticket> =>
  anOwed(on.store, bench.clock.now(), { number, dueIn, ...more });

let causes = 0;
const does = async (t: Pick<Ticket, '_id'>, intent: Intent, person = 'lilei'): Promise<void> => {
  causes += 1;
  const name = aDirectory().people.get(person)?.name ?? person;
  const who = { actor: { kind: 'person', id: person, name } as const, cause: `ping-${causes}` };
  expect((await bench.flow.perform(t._id, intent, who)).refusal).toBeNull();
  await bench.flow.settle();
};
/** What somebody reads who says this to the bot. */
const says = async (text: string, person = 'lilei'): Promise<string | null> => {
  causes += 1;
  const { answer } = await bench.flow.sink.accept({
    ...aMessage(bench.clock, `says-${causes}`, text),
    conversation: { id: `direct:${person}`, kind: 'direct' },
    sender: { id: person, name: person },
  });
  await bench.flow.settle();
  return answer?.message?.type === 'text' ? answer.message.text : null;
};

const isPing = ({ key }: Call): boolean => key.startsWith('ping:') || key.startsWith('posted:ping:');
const pings = (person = 'lilei'): Call[] =>
  bench.adapter.calls.filter((call) => isPing(call) && call.conversation === `direct:${person}`);
const methods = (person = 'lilei'): string[] => pings(person).map(({ method }) => method);
const cardOf = (call: Call | undefined): Card => {
  if (call?.message.type !== 'card') throw new Error('no card');
  return call.message.card;
};
const last = (person = 'lilei'): Card => cardOf(pings(person).at(-1));
const rowsOf = (card: Card): readonly string[] =>
  card.blocks.flatMap((b) => (b.type === 'list' ? b.items.map(({ text, detail = '' }) => `${text} | ${detail}`) : []));
const labels = (card: Card): readonly string[] =>
  card.actions.filter(({ placement }) => placement === 'button').map(({ label }) => label);

describe('what is due of somebody’s', () => {
  it('is one message with the buttons of the ticket, and one quiet line once it is known', async () => {
    begin();
    const t = await owed(4821, 1);
    await bench.passes(1);
    expect(methods()).toEqual([]);
    await bench.passes(MINUTE);
    expect(methods()).toEqual(['send']);
    expect(last()).toMatchObject({ kind: 'ping', tone: 'red', status: '⏰ 回复已超时（14:31）' });
    expect(last().title).toBe('T-4821 · 杯子碎了，电话 13812345678');
    expect(labels(last())).toEqual(['回复', '解决', '知道了']);
    await does(t, { type: 'acknowledge' });
    expect(methods()).toEqual(['send', 'update']);
    expect(last()).toMatchObject({ tone: 'grey', title: 'T-4821 的提醒结束了', actions: [] });
  });

  it('is one message when it comes together, the late ones first, and masked for those who lead', async () => {
    begin();
    for (let i = 0; i < 10; i += 1) await owed(4830 - i, 5 - 0.1 * i, { priority: i === 3 ? 'urgent' : 'normal' });
    await owed(4900, 400, { reminders: [{ person: 'lilei', at: new Date(NOW.getTime() + 5 * MINUTE), since: 1 }] });
    await bench.passes(5 * MINUTE);
    expect(methods()).toEqual(['send']);
    expect(last().title).toBe('10 张工单到时限了，1 张你要我提醒');
    expect(rowsOf(last()).slice(0, 2)).toEqual([
      'T-4827 · 杯子碎了，电话 13812345678 | ⏰ 回复已超时（14:34） · 紧急',
      'T-4821 · 杯子碎了，电话 13812345678 | ⏰ 回复已超时（14:34）',
    ]);
    expect(rowsOf(last())).toHaveLength(8);
    expect(last().actions.map(({ label, typed }) => [label, typed])).toEqual([
      ['全部知道了', '知道了'],
      ['还有 3 张', '列表 我的'],
    ]);
    await bench.passes(5 * MINUTE);
    const lead = last('zhaomin');
    expect(lead.title).toBe('10 张工单到时限了');
    expect(rowsOf(lead)[0]).toBe('T-4827 · 杯子碎了，电话 138****5678 | ⏰ 李雷 还没处理 · 回复已超时（14:34） · 紧急');
    expect(lead.actions.at(-1)?.typed).toBe('列表');
  });

  it('lives: what is settled leaves the message, and a newer one has what is still so of the older', async () => {
    begin();
    const [a, b] = [await owed(4821, 1), await owed(4822, 1)];
    await bench.passes(MINUTE);
    await does(a, { type: 'acknowledge' });
    expect(methods()).toEqual(['send', 'update']);
    expect(last().title).toContain('T-4822');
    await owed(4823, 3);
    await bench.passes(3 * MINUTE);
    expect(methods()).toEqual(['send', 'update', 'send', 'update']);
    expect(cardOf(pings()[2]).title).toBe('2 张工单到时限了');
    // The older one points to it.
    expect(pings()[3]).toMatchObject({ method: 'update', key: expect.stringMatching(/:1:/) });
    expect(last().title).toBe('这条提醒旧了，看下面最新的');
    await does(b, { type: 'assign', person: 'wangfang', seen: 'lilei' }, 'zhaomin');
    expect(last().title).toContain('T-4823');
  });

  it('that is not so any more when its turn comes is not said', async () => {
    begin();
    const t = await owed(4821, 1);
    bench.clock.advance(MINUTE);
    await bench.flow.wake();
    causes += 1;
    const who = { actor: { kind: 'person', id: 'lilei', name: '李雷' } as const, cause: `ping-${causes}` };
    await bench.flow.perform(t._id, { type: 'close', reason: null }, who);
    await bench.flow.settle();
    expect(pings()).toEqual([]);
  });

  it('is said again step by step, until its reader knows', async () => {
    begin();
    const t = await owed(4821, 20, { clocks: clocksDue({ resolution: new Date(NOW.getTime() + 240 * MINUTE) }) });
    await bench.passes(0.1 * MINUTE);
    expect(last()).toMatchObject({ tone: 'amber', status: '18:30 前解决' });
    await bench.passes(240 * MINUTE);
    expect(methods()).toEqual(['send', 'send', 'update']);
    await does(t, { type: 'acknowledge' });
    await bench.passes(24 * HOUR);
    expect(methods()).toEqual(['send', 'send', 'update', 'update']);
    // Who leads hears of it all the same, and who manages after them.
    expect(last('zhaomin').status).toContain('李雷 还没处理 · 解决已超时');
    expect(methods('zhou')).toContain('send');
  });

  it('waits for its reader’s time, and comes then all at once', async () => {
    // 22:30 in Shanghai, where the teams are there from 9:00 to 22:00.
    begin({ start: new Date('2026-11-11T14:30:00Z'), parts: { roster: nobodyThere } });
    for (const number of [4821, 4822, 4823]) await owed(number, number - 4820);
    const urgent = await owed(4824, 9, { priority: 'urgent' });
    await bench.passes(9 * MINUTE);
    // What is most urgent cannot wait.
    expect(pings().map((call) => cardOf(call).title)).toEqual(['T-4824 · 杯子碎了，电话 13812345678']);
    await does(urgent, { type: 'acknowledge' });
    await bench.passes(10 * HOUR);
    expect(methods()).toEqual(['send', 'update']);
    await bench.passes(HOUR);
    expect(methods()).toEqual(['send', 'update', 'send']);
    expect(last().title).toBe('11月11日 22:39 到现在：3 张工单到时限了');
  });
});

describe('a reminder and an escalation', () => {
  it('say who wants what, and end when their reader does something about it', async () => {
    begin();
    const t = await owed(4821, 400);
    await does(t, { type: 'remind', at: new Date(NOW.getTime() + HOUR) });
    await says('升级 4821 客户要找平台，电话 13812345678');
    expect(last('zhaomin')).toMatchObject({ kind: 'ping', status: '李雷 升级给你：客户要找平台，电话 138****5678' });
    expect(labels(last('zhaomin'))).toEqual(['知道了', '派给', '转给']);
    await bench.passes(HOUR);
    expect(last()).toMatchObject({ status: '你要我提醒你' });
    await says('知道了', 'zhaomin');
    expect(last('zhaomin').title).toBe('T-4821 的提醒结束了');
    await does(t, { type: 'note', note: 'n1' });
    expect(last().title).toBe('T-4821 的提醒结束了');
  });

  it('知道了 without a number is all that somebody was told of, and says so when there is none', async () => {
    begin();
    await owed(4821, 1);
    await owed(4822, 1);
    await bench.passes(MINUTE);
    expect(await says('知道了')).toBe('好，这 2 张这次不再提醒你');
    expect(last().title).toBe('T-4821、T-4822 的提醒结束了');
    expect(await says('收到')).toBe('现在没有要你确认的提醒');
    expect(commandBy('知道了')?.name).toBe('acknowledge');
  });
});

describe('where messages cannot be changed freely', () => {
  it('they are taken back where the platform can, and changed by what it lends', async () => {
    begin({ can: { update: 'by-grant' } });
    const [a] = [await owed(4821, 1), await owed(4822, 1)];
    await bench.passes(MINUTE);
    await does(a, { type: 'acknowledge' });
    expect(pings().at(-1)).toMatchObject({ method: 'update', spent: `sent:${pings()[0]?.key}` });
    await owed(4823, 1);
    await bench.passes(MINUTE);
    expect(methods()).toEqual(['send', 'update', 'send', 'withdraw']);
    expect(pings().at(-1)?.key).toBe(`posted:${pings()[0]?.key}`);
    await says('知道了');
    expect(pings().at(-1)).toMatchObject({ method: 'withdraw', key: `posted:${pings()[2]?.key}` });
    // The press of a card lends the change that it leads to.
    await owed(4824, 1);
    await owed(4825, 1);
    await bench.passes(MINUTE);
    const surface = pings().findLast(({ method }) => method === 'send')?.key ?? '';
    await bench.flow.sink.accept({
      kind: 'invoke',
      platform: 'sandbox',
      app: 'demo',
      id: 'press-ack',
      conversation: { id: 'direct:lilei', kind: 'direct' },
      sender: { id: 'lilei', name: '李雷' },
      receivedAt: bench.clock.now(),
      invocation: { command: 'acknowledge', args: { ticket: '4824' } },
      surface,
      grants: [{ surface, secret: 'pressed', uses: 1, expiresAt: new Date(bench.clock.now().getTime() + HOUR) }],
    });
    await bench.flow.settle();
    expect(pings().at(-1)).toMatchObject({ method: 'update', spent: 'pressed' });
  });

  it('they stay as they were said where nothing can be changed', async () => {
    begin({ can: { update: false } });
    const t = await owed(4821, 1);
    await bench.passes(MINUTE);
    await does(t, { type: 'acknowledge' });
    await owed(4822, 1);
    await bench.passes(MINUTE);
    expect(methods()).toEqual(['send', 'send']);
    expect(last().title).toContain('T-4822');
  });
});

describe('outside the chats', () => {
  it('is said once, without names of customers’ numbers, and nothing to press', async () => {
    const { people } = aDirectory();
    const mail = { platform: 'email', app: 'main', conversation: 'zhou@example.com' };
    const boss = aPerson('zhou', '周总', { roles: ['manager'], teams: [], outside: [mail] });
    const directory = aDirectory({ people: new Map([...people, ['zhou', boss]]) });
    const adapters = new Map<string, Bench['adapter']>();
    begin({ parts: { directory: () => directory, adapters } });
    adapters.set('sandbox\ndemo', bench.adapter);
    const away: Bench['adapter'] = { ...bench.adapter, platform: 'email', app: 'main' };
    adapters.set('email\nmain', away);
    const t = await owed(4821, 1);
    const other = await owed(4822, 2);
    const both = aBench(on.store, { directory: () => directory, adapters }, [], {}, bench.clock);
    bench = { ...both, adapter: bench.adapter };
    await bench.passes(40 * MINUTE);
    const sent = (): Call[] => bench.adapter.calls.filter(({ conversation }) => conversation === 'zhou@example.com');
    expect(sent().map(({ method }) => method)).toEqual(['send']);
    expect(cardOf(sent()[0])).toMatchObject({ title: '2 张工单到时限了', actions: [] });
    expect(JSON.stringify(sent()[0])).not.toContain('13812345678');
    await does(t, { type: 'acknowledge' }, 'zhou');
    await does(other, { type: 'acknowledge' }, 'zhou');
    expect(sent()).toHaveLength(1);
  });
});
