import { afterAll, beforeAll, expect, it } from 'vitest';
import { filterOf, type TicketQuery } from '../../src/storage/ticket-pages.ts';
import { aBench, aMessage, aStore } from '../support/flow.ts';

let on: Awaited<ReturnType<typeof aStore>>;
beforeAll(async () => {
  on = await aStore();
  const bench = aBench(on.store);
  for (let i = 0; i < 5; i += 1)
    await bench.flow.sink.accept({
      ...aMessage(bench.clock, `e${i}`, '杯子碎了'),
      sender: { id: `u${i}`, name: '客' },
    });
  await bench.flow.settle();
});
afterAll(() => on.close());

const FILTERS: readonly TicketQuery[] = [
  { status: ['new', 'closed'] },
  { team: ['aftersales', 'logistics'] },
  { shop: ['tea', 'tools'] },
  { assignee: ['lilei', 'zhou'] },
  { category: ['return', 'logistics'] },
  { words: ['退货', 'sf123'] },
];
const names = (filters: readonly TicketQuery[]): string =>
  filters.flatMap((f) => Object.keys(f)).join(' + ') || 'nothing';
const SUBSETS = Array.from({ length: 2 ** FILTERS.length }, (_, bits) =>
  FILTERS.filter((_f, i) => ((bits >> i) & 1) === 1),
);

it.each(SUBSETS.map((filters) => ({ what: names(filters), filters })))(
  'pages by $what come in the order of an index',
  async ({ filters }) => {
    const filter = {
      ...filterOf(Object.assign({}, ...filters) as TicketQuery),
      openedAt: { $lte: new Date() },
      number: { $nin: [1] },
    };
    const plan: unknown = await on.store.connection.db?.command({
      explain: { find: 'tickets', filter, sort: { openedAt: -1 }, limit: 50 },
      verbosity: 'queryPlanner',
    });
    const stages = [...JSON.stringify(plan).matchAll(/"stage":"(\w+)"/g)].map(([, stage]) => stage);
    expect(stages).toContain('IXSCAN');
    expect(stages).not.toContain('SORT');
  },
);
