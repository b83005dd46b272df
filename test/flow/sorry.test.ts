import { afterAll, beforeAll, beforeEach, expect, it } from 'vitest';
import type { InboundEvent } from '../../adapters/adapter.ts';
import { createReceive } from '../../src/flow/receive.ts';
import type { Process } from '../../src/flow/process.ts';
import { createLog } from '../../src/log.ts';
import { manualClock } from '../support/clock.ts';
import { aBench, aMessage, aStore } from '../support/flow.ts';

let on: Awaited<ReturnType<typeof aStore>>;
beforeAll(async () => {
  on = await aStore();
});
beforeEach(() => on.empty());
afterAll(() => on.close());

const broken: Process = Object.assign(
  async (): Promise<null> => {
    throw new Error('E11000 dup key: { phone: "13812345678" }');
  },
  { form: async () => null },
);

/** An event that fails until it is parked. */
async function parked(change: Partial<InboundEvent>) {
  const clock = manualClock();
  const lines: string[] = [];
  const log = createLog({ level: 'debug', readable: false, clock, stream: { write: (line) => void lines.push(line) } });
  const bench = aBench(on.store, { log }, [], {}, clock);
  const receive = createReceive(bench.parts, broken, () => undefined);
  const event = { ...aMessage(bench.clock, 'e1', '认领 4821'), ...change } as InboundEvent;
  await receive.accept(event);
  for (let i = 0; i < 40; i += 1) {
    bench.clock.advance(1_000);
    while ((await receive.step()) > 0) await receive.idle();
  }
  const [row] = await on.store.inbox.parked(10);
  await bench.flow.settle();
  const said = bench.adapter.calls.map(({ conversation, message }) => ({
    conversation,
    text: message.type === 'text' ? message.text : '',
  }));
  return { row, said, lines: lines.map((line) => JSON.parse(line) as Record<string, unknown>) };
}

const direct = { id: 'direct:lilei', kind: 'direct' } as const;
const press = {
  kind: 'invoke' as const,
  conversation: direct,
  sender: { id: 'lilei', name: '李雷' },
  invocation: { command: 'claim', args: { ticket: '4821' } },
};

it('a colleague whose command fails for good reads so alone, with the number that log and store know', async () => {
  const { row, said, lines } = await parked(press);
  const number = row?.number ?? '';
  expect(number).toMatch(/^E-[0-9A-Z]{6}$/u);
  expect(said).toEqual([{ conversation: 'direct:lilei', text: `没做成，稍后再试；编号 ${number}` }]);
  const error = await on.store.errors.load(number);
  expect(error).toMatchObject({ where: 'event', what: row?._id, cause: row?._id, ticket: 4821 });
  expect(error?.error.at?.join('\n')).toContain('sorry.test');
  const tries = lines.filter((line) => line['attempt'] !== undefined);
  expect(tries.map((line) => [line['ticket'], line['attempt']])).toEqual([1, 2, 3, 4].map((n) => ['T-4821', n]));
  expect(lines.find((line) => line['error'] === number)).toMatchObject({ ticket: 'T-4821', kind: 'event' });
  expect(JSON.stringify([error, lines])).not.toContain('13812345678');
});

it('so does one who typed it; whoever only talks in a group does not', async () => {
  const lilei = { sender: press.sender };
  const group = { id: 'group:aftersales', kind: 'group' } as const;
  expect((await parked({ ...lilei, conversation: direct })).said).toHaveLength(1);
  await on.empty();
  const { row, said } = await parked({ ...lilei, conversation: group, addressed: false });
  expect(row?.number).toMatch(/^E-/u);
  expect(said).toEqual([]);
});

it('a customer never reads a number, nor does somebody nobody knows', async () => {
  expect((await parked({})).said).toEqual([]);
  await on.empty();
  expect((await parked({ ...press, sender: { id: 'stranger', name: '?' } })).said).toEqual([]);
});

it('the answer of the row itself follows once it is put back to work', async () => {
  const { row } = await parked(press);
  const bench = aBench(on.store);
  const works: Process = Object.assign(
    async () => ({ answer: { sentence: { key: 'status.new', params: null } } as const, form: null, person: 'lilei' }),
    { form: async () => null },
  );
  const receive = createReceive(bench.parts, works, () => undefined);
  bench.clock.advance(60_000);
  expect(await on.store.inbox.replay([row?._id ?? ''], bench.clock.now())).toBe(1);
  await receive.step();
  await receive.idle();
  expect(await on.store.outbox.load(`answer:${row?._id}`)).toMatchObject({ state: 'pending' });
});
