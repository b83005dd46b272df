import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { derivedId } from '../../src/ids.ts';
import { aBench, aStore, type Bench, type Call } from '../support/flow.ts';

let on: Awaited<ReturnType<typeof aStore>>;
beforeAll(async () => {
  on = await aStore();
});
afterAll(() => on.close());

const LILEI = { actor: { kind: 'person', id: 'lilei', name: '李雷' } } as const;
const aDesk = async (): Promise<{ bench: Bench; ticket: string; news: () => readonly Call[] }> => {
  const bench = aBench(on.store, { process: 'p1' }, [], { update: false });
  const since = bench.clock.now();
  const until = new Date(since.getTime() + 3_600_000);
  await bench.parts.roster.keep({ _id: 'lilei', state: 'on', since, until, ends: until, by: 'lilei' });
  await bench.flow.sink.accept({ ...first(bench), id: 'first' });
  await bench.flow.settle();
  const ticket = derivedId('ticket', 'sandbox\ndemo\nfirst');
  await bench.flow.perform(ticket, { type: 'claim' }, { ...LILEI, cause: 'c1' });
  await bench.flow.settle();
  const news = () => bench.adapter.calls.filter((c) => c.message.type === 'card' && c.message.card.kind === 'news');
  return { bench, ticket, news };
};
const first = (bench: Bench) => ({
  kind: 'message' as const,
  platform: 'sandbox',
  app: 'demo',
  conversation: { id: 'customer:xiaomei', kind: 'customer' as const },
  sender: { id: 'xiaomei', name: '小美' },
  receivedAt: bench.clock.now(),
  text: '杯子碎了',
  attachments: [],
  addressed: true,
});

describe('on a platform whose messages cannot be changed', () => {
  it('the lines of 10 s are held and then posted once, for good', async () => {
    const { bench, ticket, news } = await aDesk();
    await bench.writes('在吗');
    await bench.passes(4_000);
    await bench.writes('还没到');
    await bench.passes(5_999);
    expect(news()).toEqual([]);
    await bench.passes(1);
    const [call, ...more] = news();
    expect([call?.method, more]).toEqual(['send', []]);
    expect(call?.message.type === 'card' ? call.message.fallback : '').toContain('> 在吗\n> 还没到\n');
    await bench.passes(20_000);
    await bench.flow.perform(ticket, { type: 'reply', message: 'm1', sure: false }, { ...LILEI, cause: 'c2' });
    await bench.passes(1_000);
    expect(news()).toHaveLength(1);
    // What was answered before it went out is not told any more.
    await bench.writes('谢谢，那我等着');
    await bench.flow.perform(ticket, { type: 'reply', message: 'm2', sure: false }, { ...LILEI, cause: 'c3' });
    await bench.passes(60_000);
    expect(news()).toHaveLength(1);
  });
});
