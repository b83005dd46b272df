import * as fc from 'fast-check';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import type { OutMessage } from '../../adapters/adapter.ts';
import { accountKey } from '../../src/domain/address.ts';
import type { Directory } from '../../src/domain/directory.ts';
import { resend, resendAll, tellAdmins } from '../../src/flow/letters.ts';
import { post } from '../../src/flow/post.ts';
import type { OutboxRow } from '../../src/storage/outbox.ts';
import { aBench, aMessage, aStore, failure, type Bench, type Call } from '../support/flow.ts';
import { aDirectory, aPerson } from '../support/tickets.ts';

let on: Awaited<ReturnType<typeof aStore>>;
beforeAll(async () => {
  on = await aStore();
});
afterAll(() => on.close());

const SECOND = 1_000;
const MINUTE = 60_000;

/** 高远 reads Chinese, Ann English; both are admins. */
function withAdmins(): Directory {
  const directory = aDirectory();
  const admins = [
    aPerson('gaoyuan', '高远', { roles: ['admin'], teams: [] }),
    aPerson('ann', 'Ann', { roles: ['admin'], teams: [], locale: 'en' }),
    // Nobody reaches her alone.
    aPerson('lena', 'Lena', { roles: ['admin'], teams: [], direct: [] }),
  ];
  const account = (user: string): string => accountKey({ platform: 'sandbox', app: 'demo', user });
  return {
    ...directory,
    people: new Map([...directory.people, ...admins.map((p) => [p.id, p] as const)]),
    accounts: new Map([...directory.accounts, ...admins.map((p) => [account(p.id), p.id] as const)]),
  };
}
const directory = withAdmins();

let bench: Bench;
let turn = 0;
/** Conversations that take nothing, for good. */
const closed = new Set<string>();
beforeEach(async () => {
  turn += 1;
  closed.clear();
  await on.store.leases.freeAll();
  for (const name of ['outbox', 'tickets', 'joins']) await on.store.connection.collection(name).deleteMany({});
  bench = aBench(on.store, { process: `p${turn}`, directory: () => directory });
  const send = bench.adapter.send.bind(bench.adapter);
  Object.assign(bench.adapter, {
    send: async (...[address, ...rest]: Parameters<typeof send>) => {
      if ([...closed].some((c) => address.conversation.startsWith(c))) throw failure('permanent');
      return send(address, ...rest);
    },
  });
});

let letters = 0;
/** Something to a group that takes nothing. */
async function dies(): Promise<void> {
  letters += 1;
  closed.add('group:');
  await post(bench.parts, {
    key: `letter-${letters}`,
    to: { platform: 'sandbox', app: 'demo', conversation: 'group:aftersales' },
    person: null,
    sentence: { key: 'status.new', params: null },
    offers: [],
  });
  await bench.flow.settle();
}
const words = (m: OutMessage): string => (m.type === 'card' ? m.card.summary : m.text);
const told = (person = 'gaoyuan') =>
  bench.adapter.calls
    .filter((c) => c.conversation === `direct:${person}`)
    .map((c) => ({ at: c.at, said: words(c.message), message: c.message }));

describe('when something could not be delivered', () => {
  it('every admin who can be reached reads it 5 s later, once, with what there is by then', async () => {
    const at = { id: `customer:${turn}`, kind: 'customer' } as const;
    closed.add('customer:');
    closed.add('group:');
    await bench.flow.sink.accept({
      ...aMessage(bench.clock, `m${turn}`, '杯子碎了'),
      conversation: at,
      sender: { id: `c${turn}`, name: '小美' },
    });
    await bench.flow.settle();
    await bench.passes(4_999);
    await dies();
    expect(told()).toEqual([]);
    await bench.passes(1);
    await bench.passes(30 * MINUTE);
    const [letter] = (await on.store.outbox.deadLetters(10)).toReversed();
    const number = letter?.number ?? '';
    expect(number).toMatch(/^E-[0-9A-Z]{6}$/u);
    expect(await on.store.errors.load(number)).toMatchObject({ where: 'delivery', what: letter?._id });
    expect(told().map((t) => t.said)).toEqual([
      `14:30 起有 3 条没送到：给客户的 1 条、卡片 1 张、通知 1 条；最近一条是因为平台不接收（编号 ${number}）。明细在服务器上看：gongdan dead-letters list`,
    ]);
    expect(told('ann').map((t) => t.said)).toEqual([
      `Not delivered since 14:30: 1 message to a customer, 1 card, 1 notice. Reason of the newest: the platform refused it (${number}). Details on the server: gongdan dead-letters list`,
    ]);
    const [{ message } = { message: null }] = told();
    expect(message?.type === 'card' ? message.card.actions.map((a) => [a.label, a.invoke.command]) : []).toEqual([
      ['补发', 'resend'],
    ]);
  });

  it('what dies afterwards is told ten minutes after the first time, all of it at once', async () => {
    await dies();
    await bench.passes(5 * SECOND);
    for (let i = 0; i < 9; i += 1) {
      await bench.passes(MINUTE);
      await dies();
    }
    await bench.passes(MINUTE - 1);
    expect(told()).toHaveLength(1);
    await bench.passes(1);
    expect(told().map((t) => /有 (\d+) 条/u.exec(t.said)?.[1])).toEqual(['1', '10']);
    await bench.passes(60 * MINUTE);
    expect(told()).toHaveLength(2);
  });

  it('a notice that cannot be delivered causes no other', async () => {
    closed.add('direct:gaoyuan');
    await dies();
    for (let i = 0; i < 10; i += 1) await bench.passes(10 * MINUTE);
    expect(told('ann')).toHaveLength(1);
    const rows = await on.store.outbox.deadLetters(100);
    expect(rows.map((r) => r.body.kind).toSorted()).toEqual(['letters', 'post']);
    // The next death is told of again.
    closed.delete('direct:gaoyuan');
    await dies();
    await bench.passes(10 * MINUTE);
    expect(told()).toHaveLength(1);
  });

  it('nothing is said when all of it is under way again by then', async () => {
    await dies();
    closed.clear();
    await resendAll(on.store, bench.clock.now());
    await bench.passes(20 * MINUTE);
    expect(told()).toEqual([]);
  });

  it('what died just before a crash is told of after the start', async () => {
    await dies();
    await on.store.connection.collection<{ _id: string }>('outbox').deleteMany({ 'body.kind': 'letters' });
    await tellAdmins(bench.parts);
    await tellAdmins(bench.parts);
    await bench.passes(5 * SECOND);
    await tellAdmins(bench.parts);
    await bench.passes(20 * MINUTE);
    expect(told()).toHaveLength(1);
  });

  it(
    'never more often than every ten minutes, and whatever dies is told of within them',
    { timeout: 120_000 },
    async () => {
      const step = fc.record({
        after: fc.integer({ min: 0, max: 6 * MINUTE }),
        what: fc.constantFrom('dies', 'dies', 'waits', 'admin chat fails'),
      });
      await fc.assert(
        fc.asyncProperty(fc.array(step, { minLength: 1, maxLength: 12 }), async (steps) => {
          await on.store.connection.collection('outbox').deleteMany({});
          const from = bench.adapter.calls.length;
          const failing = steps.filter(({ what }) => what === 'admin chat fails').length;
          const deaths: number[] = [];
          for (const { after, what } of steps) {
            for (let left = after; left > 0; left -= 30 * SECOND) await bench.passes(Math.min(left, 30 * SECOND));
            if (what === 'admin chat fails') bench.adapter.fails(failure('retryable'));
            if (what !== 'dies') continue;
            deaths.push(bench.clock.now().getTime());
            await dies();
          }
          for (let i = 0; i < 30; i += 1) await bench.passes(30 * SECOND);
          // So many failures may have been an outage, of which admins read as well.
          const isMine = (c: Call): boolean => c.conversation === 'direct:gaoyuan' && c.key.startsWith('letters:');
          const mine = bench.adapter.calls.slice(from).filter(isMine);
          // A try that failed is no notice.
          const arrived = mine.filter((c, i) => mine[i + 1]?.key !== c.key);
          const counts = arrived.map((c) => ({ at: c.at, count: Number(/有 (\d+) 条/u.exec(words(c.message))?.[1]) }));
          for (const [i, { at }] of counts.entries())
            expect(at - (counts[i - 1]?.at ?? -Infinity)).toBeGreaterThanOrEqual(10 * MINUTE);
          for (const [i, death] of deaths.entries()) {
            const first = counts.find((c) => c.at >= death && c.count > i);
            expect(first).toBeDefined();
            // Each try that fails puts it off by a minute at the most.
            expect((first?.at ?? 0) - death).toBeLessThanOrEqual((11 + failing) * MINUTE);
          }
          closed.clear();
        }),
        { numRuns: 15, endOnFailure: true },
      );
    },
  );
});

describe('补发', () => {
  const says = (user: string, text: string) =>
    bench.flow.sink
      .accept({
        ...aMessage(bench.clock, `say-${user}-${turn}`, text),
        conversation: { id: `direct:${user}`, kind: 'direct' },
        sender: { id: user, name: user },
      })
      .then(({ answer }) => (answer?.message == null ? '' : words(answer.message)));

  it('an admin has all of it delivered again, messages to customers too', async () => {
    closed.add('customer:');
    await bench.flow.sink.accept({
      ...aMessage(bench.clock, `m${turn}`, '杯子碎了'),
      conversation: { id: `customer:again-${turn}`, kind: 'customer' },
      sender: { id: `again-${turn}`, name: '小美' },
    });
    await bench.flow.settle();
    await dies();
    expect(await on.store.outbox.countDead()).toBe(2);
    expect(await says('lilei', '补发')).toBe('这一步需要管理员来做');
    closed.clear();
    expect(await says('gaoyuan', '补发')).toBe('正在补发 2 条');
    await bench.flow.settle();
    expect(await on.store.outbox.countDead()).toBe(0);
    const arrived = bench.adapter.calls.filter((c) => c.conversation === `customer:again-${turn}`);
    expect(arrived.map((c) => words(c.message))[0]).toContain('已收到');
    expect(await says('ann', 'resend')).toBe('Nothing to resend: everything was delivered');
  });

  it('what told of it says so from then on, once nothing else is dead', async () => {
    await dies();
    await bench.passes(10 * SECOND);
    expect(told('ann').map((t) => t.said)).toEqual([expect.stringContaining('Not delivered')]);
    await dies();
    const dead = await on.store.connection.collection<OutboxRow>('outbox').find({ state: 'dead' }).toArray();
    expect(dead).toHaveLength(2);
    closed.clear();
    await resend(on.store, dead.slice(0, 1), bench.clock.now());
    await bench.passes(10 * SECOND);
    const changed = () =>
      bench.adapter.calls.filter((c) => c.method === 'update').map((c) => [c.conversation, words(c.message)] as const);
    expect(changed()).toEqual([]);
    expect(await says('gaoyuan', '补发')).toBe('正在补发 1 条');
    await bench.passes(10 * SECOND);
    expect(new Map(changed())).toEqual(
      new Map([
        ['direct:ann', 'All of it was resent at 14:30; you will be told if any of it fails again'],
        ['direct:gaoyuan', '14:30 已全部补发；再有没送到的，会另行通知'],
      ]),
    );
    expect(changed()).toHaveLength(2);
  });
});
