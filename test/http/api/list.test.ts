import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { aKey, openDoor, type Door } from '../../support/api.ts';
import { aBench, aStore, type Bench } from '../../support/flow.ts';

let on: Awaited<ReturnType<typeof aStore>>;
let bench: Bench;
let door: Door;
const numbers: number[] = [];
const post = async (body: object): Promise<number> => {
  const { body: answer } = await door.ask('POST', '/api/v1/tickets', body);
  numbers.push(answer.ticket.number);
  return answer.ticket.number;
};
const command = (no: number, name: string, args = {}, actor = 'lilei') =>
  door.ask('POST', `/api/v1/tickets/${no}/commands`, { command: name, args, actor });

beforeAll(async () => {
  on = await aStore();
  await on.store.apiKeys.add(aKey());
  bench = aBench(on.store);
  door = await openDoor(bench);
  const claimed = await post({
    subject: '杯子碎了要退货',
    category: 'return',
    order: '111',
    customer: { name: '小美', handle: 'mei_88' },
  });
  await command(claimed, 'claim');
  bench.clock.advance(1_000);
  await post({ subject: '物流停滞 48 小时', category: 'logistics.stalled', tracking: 'SF111' });
  await post({ subject: '物流异常', category: 'logistics' });
  bench.clock.advance(1_000);
  const done = await post({ subject: '退货退款', category: 'return' });
  await command(done, 'claim');
  await command(done, 'resolve', { disposition: 'handled' });
});
afterAll(async () => {
  await door.close();
  await on.close();
});

const list = async (query: string): Promise<{ status: number; found: number[]; next: string | null }> => {
  const { status, body } = await door.ask('GET', `/api/v1/tickets${query}`);
  const tickets: { number: number }[] = body.tickets ?? [];
  return { status, found: tickets.map((t) => numbers.indexOf(t.number)), next: body.nextCursor ?? null };
};
const q = (words: string): Promise<number[]> => list(`?q=${encodeURIComponent(words)}`).then(({ found }) => found);

describe('a list', () => {
  it('is newest first', async () => {
    const { found } = await list('');
    expect([found[0], new Set(found.slice(1, 3)), found[3]]).toEqual([3, new Set([1, 2]), 0]);
  });

  it.each([
    ['?status=new', [1, 2]],
    ['?status=in_progress&status=resolved', [0, 3]],
    ['?status=in_progress,resolved', [0, 3]],
    ['?team=logistics', [1, 2]],
    ['?team=aftersales&status=resolved', [3]],
    ['?assignee=lilei', [0, 3]],
    ['?assignee=lilei,zhou&status=in_progress', [0]],
    ['?category=logistics', [1, 2]],
    ['?category=logistics.stalled', [1]],
    ['?category=return&team=logistics', []],
    ['?shop=tea&category=return', [0, 3]],
    ['?shop=coffee', []],
    ['?team=nobody', []],
  ])('%s', async (query, expected) => {
    const { status, found } = await list(query);
    expect([status, found.toSorted((a, b) => a - b)]).toEqual([200, expected]);
  });

  it('finds a ticket by its number, order, parcel, handle and words', async () => {
    expect(await q(String(numbers[0]))).toEqual([0]);
    expect(await q(`T-${numbers[1]}`)).toEqual([1]);
    expect(await q('111')).toEqual([0]);
    expect(await q('sf111')).toEqual([1]);
    expect(await q('mei_88')).toEqual([0]);
    expect(await q('小美')).toEqual([0]);
    expect((await q('物流')).toSorted((a, b) => a - b)).toEqual([1, 2]);
    expect(await q('物流 48')).toEqual([1]);
    expect(await q('物流停滞')).toEqual([1]);
    expect(await q('没有的')).toEqual([]);
    expect((await list(`?q=${encodeURIComponent('退货')}&status=resolved`)).found).toEqual([3]);
  });

  it('finds it by what it says now', async () => {
    const [ticket] = await on.store.tickets.byNumbers([numbers[2] ?? 0]);
    if (ticket === undefined) throw new Error('no ticket');
    const facts = { order: '999' };
    const source = { ticket: 'x', number: 1 };
    expect(await q('999')).toEqual([]);
    const intent = {
      type: 'absorb',
      under: source,
      path: [],
      content: {
        ...source,
        customer: ticket.customer,
        links: [],
        facts,
        quotes: [],
        attachments: [],
        messages: 0,
        due: {},
      },
    } as const;
    await bench.flow.perform(ticket._id, intent, { actor: { kind: 'system', name: 'test' }, cause: 'c' });
    expect(await q('999')).toEqual([2]);
  });

  it('is refused what is no word, and sizes that are none', async () => {
    for (const query of [
      '?q=',
      '?q=%20',
      `?q=${encodeURIComponent('退')}`,
      '?q=%21',
      '?limit=0',
      '?limit=201',
      '?limit=x',
      '?limit=1.5',
      '?status=open',
      '?status=',
      '?limit=1&limit=2',
      '?q=a&q=b',
    ])
      expect([query, (await list(query)).status]).toEqual([query, 400]);
    expect((await list('?limit=200')).status).toBe(200);
  });
});

it('pages tell each ticket once, whatever comes meanwhile, also of one moment', async () => {
  const seen: number[] = [];
  const expected = (await list('?limit=200')).found;
  let query = '?limit=1';
  for (let turn = 0; turn < 20; turn += 1) {
    const { found, next } = await list(query);
    seen.push(...found);
    if (next === null) break;
    query = `?limit=${1 + (turn % 2)}&cursor=${next}`;
    bench.clock.advance(1);
    await post({ text: 'new' });
  }
  expect(seen).toHaveLength(expected.length);
  expect(new Set(seen)).toEqual(new Set(expected));
});

it('the words a ticket is found by are loaded by nobody', async () => {
  const stored = await on.store.connection.collection('tickets').findOne({ number: numbers[1] });
  expect(stored?.['words']).toContain('停滞');
  expect(await on.store.tickets.byNumber(numbers[1] ?? 0)).not.toHaveProperty('words');
  expect((await on.store.tickets.list({}, 1))[0]).not.toHaveProperty('words');
});
