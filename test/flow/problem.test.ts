import { afterAll, beforeAll, expect, it } from 'vitest';
import { aBench, aMessage, aStore, type Bench } from '../support/flow.ts';
import { aTicket } from '../support/tickets.ts';

let on: Awaited<ReturnType<typeof aStore>>;
let bench: Bench;
let events = 0;
beforeAll(async () => {
  on = await aStore();
  bench = aBench(on.store);
  for (const number of [4801, 4802, 4803])
    await on.store.tickets.create({
      ticket: aTicket({ _id: `t${number}`, number }),
      events: [],
      effects: [],
      cause: { cause: 'c', seq: 1, already: false },
    });
});
afterAll(() => on.close());

async function types(text: string): Promise<string> {
  events += 1;
  const said = {
    ...aMessage(bench.clock, `say-${events}`, text),
    conversation: { id: 'direct:lilei', kind: 'direct' },
    sender: { id: 'lilei', name: '李雷' },
  } as const;
  const { answer } = await bench.flow.sink.accept(said, { answerBy: 60_000 });
  await bench.flow.settle();
  const message = answer?.message ?? null;
  return message?.type === 'text' ? message.text : (message?.card.summary ?? '');
}
const problems = async () =>
  (await on.store.tickets.byNumbers([4801, 4802, 4803])).map((t) => [t.number, t.problem?.number ?? null, t.cases]);
const refs = (...numbers: readonly number[]) => numbers.map((number) => ({ ticket: `t${number}`, number }));

it('many tickets stand under one, each knows it, and they come out again', async () => {
  expect(await types('归为问题 4801 4802 4803')).toBe('T-4802, T-4803 归到问题单 T-4801 了');
  expect(await problems()).toEqual([
    [4801, null, refs(4802, 4803)],
    [4802, 4801, undefined],
    [4803, 4801, undefined],
  ]);
  const cards = bench.adapter.calls.flatMap((c) => (c.message.type === 'card' ? [JSON.stringify(c.message.card)] : []));
  expect(cards.some((card) => card.includes('问题单 · 归到这里 2 张'))).toBe(true);
  expect(cards.some((card) => card.includes('属于问题单 T-4801'))).toBe(true);
  expect(await types('归为问题 4801 4802 4803')).toBe('已经都在问题单 T-4801 里了');
  expect(await types('归为问题 4801 -4803')).toBe('T-4803 移出问题单 T-4801 了');
  expect(await types('归为问题 4802 4803')).toContain('T-4802 已经归到问题单 T-4801');
  expect(await types('撤销 4801')).toContain('撤销了');
  expect((await problems()).map(([, problem]) => problem)).toEqual([null, null, null]);
});

it('a ticket that goes to another problem leaves the one before', async () => {
  await types('归为问题 4801 4803');
  await types('归为问题 4802 4803');
  expect(await problems()).toEqual([
    [4801, null, []],
    [4802, null, refs(4803)],
    [4803, 4802, undefined],
  ]);
});

it('what is not there is named', async () => {
  expect(await types('归为问题 4801 9999')).toContain('T-9999');
  expect(await types('归为问题 4801 杯子')).toContain('「杯子」');
});
