import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import type { Capabilities, Limit } from '../../adapters/adapter.ts';
import type { Card } from '../../cards/card.ts';
import { commandBy } from '../../commands/registry.ts';
import type { Intent } from '../../src/domain/intent.ts';
import { nextWake } from '../../src/domain/timing.ts';
import type { Ticket } from '../../src/domain/ticket.ts';
import { StoreUnavailable } from '../../src/errors.ts';
import { createDeliverer } from '../../src/flow/deliver.ts';
import type { Parts } from '../../src/flow/parts.ts';
import { outboxRow } from '../../src/flow/row.ts';
import type { OutboxRow } from '../../src/storage/outbox.ts';
import type { Store } from '../../src/storage/store.ts';
import { manualClock, type ManualClock } from '../support/clock.ts';
import { aBench, aMessage, aStore, failure, type Bench, type Call } from '../support/flow.ts';
import { aDirectory, aPerson, aTicket, clocksDue, NOW } from '../support/tickets.ts';

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

/** A ticket of 李雷 whose next answer is due so many minutes after the bench's now. */
async function owed(number: number, dueIn: number, more: Partial<Ticket> = {}): Promise<Ticket> {
  const due = new Date(bench.clock.now().getTime() + dueIn * MINUTE);
  const ticket = aTicket({
    _id: `t${number}`,
    number,
    subject: `杯子碎了，电话 13812345678`,
    status: 'in_progress',
    assignee: 'lilei',
    clocks: clocksDue({ nextResponse: due }),
    ...more,
  });
  const woken = { ...ticket, nextDueAt: nextWake(ticket), dueToken: '1' };
  await on.store.tickets.create({
    ticket: woken,
    events: [],
    effects: [],
    cause: { cause: '', seq: 0, already: false },
  });
  return woken;
}

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
    expect(labels(last())).toEqual(['回复', '挂起', '知道了']);
    await does(t, { type: 'acknowledge' });
    expect(methods()).toEqual(['send', 'update']);
    expect(last()).toMatchObject({ tone: 'grey', title: 'T-4821 不用再管了', actions: [] });
  });

  it('is one message when it comes together, the late ones first, and masked for those who lead', async () => {
    begin();
    for (let i = 0; i < 10; i += 1) await owed(4830 - i, 5 - 0.1 * i, { priority: i === 3 ? 'urgent' : 'normal' });
    await owed(4900, 400, { reminders: [{ person: 'lilei', at: new Date(NOW.getTime() + 5 * MINUTE), since: 1 }] });
    await bench.passes(5 * MINUTE);
    expect(methods()).toEqual(['send']);
    expect(last().title).toBe('10 张工单到时限了，1 张你要我提醒');
    expect(rowsOf(last()).slice(0, 2)).toEqual([
      'T-4827 · 杯子碎了，电话 13812345678 | ⏰ 回复已超时（14:34）',
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
    expect(rowsOf(lead)[0]).toBe('T-4827 · 杯子碎了，电话 138****5678 | ⏰ 李雷 还没处理 · 回复已超时（14:34）');
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
    await does(b, { type: 'assign', person: 'wangfang' }, 'zhaomin');
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
    expect(last('zhaomin').title).toBe('T-4821 不用再管了');
    await does(t, { type: 'note', note: 'n1' });
    expect(last().title).toBe('T-4821 不用再管了');
  });

  it('知道了 without a number is all that somebody was told of, and says so when there is none', async () => {
    begin();
    await owed(4821, 1);
    await owed(4822, 1);
    await bench.passes(MINUTE);
    expect(await says('知道了')).toBe('好，这 2 张这次不再提醒你');
    expect(last().title).toBe('T-4821、T-4822 不用再管了');
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

/** The store as one process sees it, which dies at its n-th step: before what it asks for is done, or right after. */
function dying(store: Store, n: number, after: boolean): { readonly store: Store; readonly steps: () => number } {
  let steps = 0;
  const watched = <T extends object>(part: T): T =>
    new Proxy(part, {
      get(target, name) {
        const found: unknown = Reflect.get(target, name);
        if (typeof found !== 'function') return found;
        return async (...args: readonly unknown[]): Promise<unknown> => {
          steps += 1;
          const dies = steps >= n;
          if (dies && !(after && steps === n)) throw new StoreUnavailable(new Error('cut'));
          const answer: unknown = await Reflect.apply(found, target, args);
          if (dies) throw new StoreUnavailable(new Error('cut'));
          return answer;
        };
      },
    });
  const cut: Store = { ...store, outbox: watched(store.outbox), pings: watched(store.pings) };
  return { store: cut, steps: () => steps };
}

describe('a process that dies', () => {
  const lane = 'ping:sandbox\ndemo\ndirect:lilei';
  const row = (number: number, telling: boolean): OutboxRow =>
    outboxRow(
      {
        _id: `t${number}.${telling ? 'told' : 'over'}`,
        lane,
        address: { platform: 'sandbox', app: 'demo', conversation: 'direct:lilei' },
        body: {
          kind: 'ping',
          person: 'lilei',
          ticket: `t${number}`,
          number,
          telling: telling ? { why: 'due', level: 'handler', since: 2 } : null,
        },
      },
      new Date(bench.clock.now().getTime() + number),
    );
  const deliver = async (store: Store, clock: ManualClock, process: string): Promise<void> => {
    const parts = { ...bench.parts, store, process };
    const deliverer = createDeliverer(parts, 'sandbox\ndemo', bench.adapter);
    try {
      for (let i = 0; i < 4; i += 1) {
        await deliverer.step();
        clock.advance(1_000);
      }
    } finally {
      await deliverer.stop();
    }
  };
  /** A message that stands, with a ticket that is settled by now and two that are new. */
  const prepare = async (): Promise<void> => {
    await on.empty();
    begin({ can: { idempotentSend: true } });
    const late = { ...clocksDue({ nextResponse: NOW }).nextResponse, rung: 2, told: ['lilei'] };
    const clocks = { nextResponse: late } as unknown as Ticket['clocks'];
    await owed(1, 0, { clocks });
    await on.store.outbox.add([row(1, true)]);
    await deliver(on.store, bench.clock, 'first');
    for (const number of [2, 3]) await owed(number, 0, { clocks });
    await on.store.outbox.add([row(2, true), row(3, true)]);
    bench.adapter.calls.splice(0);
  };

  it.each([
    ['before', false],
    ['after', true],
  ])(
    '%s whatever it does to the store loses nothing and says nothing twice',
    async (_when, after) => {
      for (let n = 1; ; n += 1) {
        await prepare();
        const cut = dying(on.store, n, after);
        await deliver(cut.store, bench.clock, 'dies').catch((error: unknown) => {
          expect(error).toBeInstanceOf(StoreUnavailable);
        });
        bench.clock.advance(MINUTE);
        await deliver(on.store, bench.clock, 'goes on');
        bench.clock.advance(MINUTE);
        await deliver(on.store, bench.clock, 'and on');
        const sent = pings().filter(({ method }) => method === 'send');
        // A repeat under its key is the same message.
        const messages = new Map(sent.map(({ key, message }) => [key, JSON.stringify(message)]));
        expect([n, ...messages.keys()]).toEqual([n, `${lane}:2`]);
        expect(new Set(sent.map(({ message }) => JSON.stringify(message))).size).toBe(1);
        expect(cardOf(sent[0]).title).toBe('3 张工单到时限了');
        // The one before it says so.
        expect(last().title).toBe('这条提醒旧了，看下面最新的');
        expect((await on.store.pings.load(lane))?.items).toHaveLength(3);
        if (cut.steps() < n) break;
      }
    },
    60_000,
  );

  it('while its message may have arrived is followed by the same message', async () => {
    await prepare();
    bench.adapter.fails(failure('unknown'));
    await deliver(on.store, bench.clock, 'dies');
    await owed(4, 0, { assignee: 'wangfang' });
    await on.store.outbox.add([row(4, true)]);
    bench.clock.advance(MINUTE);
    await deliver(on.store, bench.clock, 'goes on');
    const sent = pings().filter(({ method }) => method === 'send');
    expect(sent.map(({ key }) => key)).toEqual([`${lane}:2`, `${lane}:2`]);
    expect(sent[0]?.message).toEqual(sent[1]?.message);
  });

  it('leaves the rest to another one: of two that both believe to deliver one says it', async () => {
    await prepare();
    const [a, b] = ['a', 'b'].map((process) =>
      createDeliverer({ ...bench.parts, process }, 'sandbox\ndemo', bench.adapter),
    );
    bench.clock.advance(MINUTE);
    await Promise.all([a?.step(), b?.step()]);
    bench.clock.advance(MINUTE);
    await Promise.all([a?.step(), b?.step()]);
    await Promise.all([a?.stop(), b?.stop()]);
    expect(new Set(pings().flatMap(({ method, key }) => (method === 'send' ? [key] : [])))).toEqual(
      new Set([`${lane}:2`]),
    );
  });
});

describe('thousands at once', () => {
  it('are one message, of reads that are bounded', async () => {
    begin();
    const now = bench.clock.now();
    const address = { platform: 'sandbox', app: 'demo', conversation: 'direct:zhaomin' };
    await owed(1, 0, {
      clocks: {
        nextResponse: { ...clocksDue({ nextResponse: NOW }).nextResponse, rung: 3, told: ['zhaomin'] },
      } as unknown as Ticket['clocks'],
    });
    const rows = Array.from({ length: 2_500 }, (_, i) =>
      outboxRow(
        {
          _id: `t${i + 1}.told`,
          lane: 'ping:sandbox\ndemo\ndirect:zhaomin',
          address,
          body: {
            kind: 'ping',
            person: 'zhaomin',
            ticket: `t${i + 1}`,
            number: i + 1,
            telling: { why: 'due', level: 'lead', since: 2 },
          },
        },
        now,
      ),
    );
    await on.store.outbox.add(rows);
    await bench.passes(1);
    await bench.passes(1);
    expect(methods('zhaomin')).toEqual(['send']);
    expect(last('zhaomin').title).toBe('至少 1 张工单到时限了');
    expect(await on.store.outbox.counts(['sandbox\ndemo'])).toMatchObject([{ pending: 0 }]);
    const plan = await on.store.connection.db
      ?.collection('outbox')
      .find({ state: 'pending', 'body.kind': 'ping', lane: 'x', notBefore: { $lte: now } })
      .sort({ notBefore: 1, order: 1, _id: 1 })
      .explain('queryPlanner');
    expect(JSON.stringify(plan)).toContain('IXSCAN');
    expect(JSON.stringify(plan)).not.toMatch(/COLLSCAN|"SORT"/);
  });
});
