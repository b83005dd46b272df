import { afterAll, beforeAll, expect, it } from 'vitest';
import { filterOf, oldFilterOf, type TicketQuery } from '../../src/storage/ticket-pages.ts';
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
/** How a query is answered, as far as it costs: by an index, with a sort, by looking at everything. */
async function stagesOf(command: object): Promise<string> {
  const plan: unknown = await on.store.connection.db?.command({ explain: command, verbosity: 'queryPlanner' });
  const stages = [...JSON.stringify(plan).matchAll(/"stage":"(\w+)"/g)].map(([, stage]) => stage ?? '');
  return [...new Set(stages)].filter((stage) => ['IXSCAN', 'SORT', 'COLLSCAN'].includes(stage)).join(' ');
}

const names = (filters: readonly TicketQuery[]): string =>
  filters.flatMap((f) => Object.keys(f)).join(' + ') || 'nothing';
const SUBSETS = Array.from({ length: 2 ** FILTERS.length }, (_, bits) =>
  FILTERS.filter((_f, i) => ((bits >> i) & 1) === 1),
);

it.each(SUBSETS.map((filters) => ({ what: names(filters), filters })))(
  'pages by $what come in the order of an index',
  async ({ filters }) => {
    const query = Object.assign({}, ...filters) as TicketQuery;
    const after = { openedAt: { $lte: new Date() }, number: { $nin: [1] } };
    for (const [find, filter] of [
      ['tickets', filterOf(query)],
      ['tickets_archive', oldFilterOf(query)],
    ] as const)
      expect(await stagesOf({ find, filter: { ...filter, ...after }, sort: { openedAt: -1 }, limit: 50 })).toBe(
        'IXSCAN',
      );
  },
);

it('what may be archived comes in the order of an index', async () => {
  const filter = { status: 'closed', closedAt: { $lt: new Date() }, relay: { $ne: true }, nextDueAt: null };
  expect(await stagesOf({ find: 'tickets', filter, sort: { closedAt: 1 }, limit: 200 })).toBe('IXSCAN');
});
