import fc from 'fast-check';
import { afterAll, beforeAll, beforeEach, expect, it } from 'vitest';
import { figureName, windowOf, type Scope } from '../../src/domain/figure.ts';
import { numberOf } from '../../src/domain/figure-number.ts';
import { countIn, rowOf, type Row } from '../../src/domain/figures.ts';
import { periodOf } from '../../src/domain/period.ts';
import { tallyOf, type Tally } from '../../src/domain/tally.ts';
import { endOf, type TallyPageEnd } from '../../src/storage/tallies.ts';
import { everythingIn, queryOf, type TallyPart, type TallyQuery } from '../../src/storage/tally-query.ts';
import { aStore, type OwnStore } from '../support/flow.ts';
import { anyTallies, everyFigure } from '../support/histories.ts';
import { aTicket, minutes } from '../support/tickets.ts';

let on: OwnStore;
beforeAll(async () => {
  on = await aStore();
});
afterAll(() => on.close());
beforeEach(() => on.empty());

const period = periodOf('day:2026-11-10', 'Asia/Shanghai');
if (period === null) throw new Error('no such day');
const day = period;
const tallies = anyTallies([day.from, day.to]);
const rows = () => on.store.connection.collection<Tally>('tallies');

async function scanned(from: Date): Promise<Row[]> {
  const seen: Row[] = [];
  await on.store.tallies.scan({ from }, (row) => seen.push(structuredClone(row)));
  return seen;
}

it('the number of every figure is that of the tickets its query finds, each once, page by page', async () => {
  const nows = [day.to, new Date(day.to.getTime() - 5 * 3_600_000)];
  await fc.assert(
    fc.asyncProperty(tallies, fc.constantFrom(...nows), fc.nat(60), async (all, now, chosen) => {
      await on.empty();
      await on.store.tallies.keep(all);
      const window = windowOf(day, now);
      const counting = countIn(window);
      await on.store.tallies.scan(window, counting.add);
      for (const scope of ['all', { team: 'logistics' }] satisfies Scope[]) {
        const figures = counting.figures(scope);
        const wanted = everyFigure(figures);
        const asked = wanted.map((figure) => queryOf(figure, scope, window));
        const counts = await Promise.all(asked.map((query) => on.store.tallies.count(query)));
        expect(counts.map((n, i) => [figureName(wanted[i] ?? { is: 'new' }), n])).toEqual(
          wanted.map((figure) => [figureName(figure), numberOf(figures, figure)]),
        );
        const query = asked[chosen % asked.length];
        if (query === undefined) throw new Error('no figure');
        const paged = await allPages(query);
        expect(new Set(paged.map((t) => t._id)).size).toBe(paged.length);
        expect(paged).toHaveLength(counts[chosen % asked.length] ?? 0);
        const moments = paged.map((t) => query.order * (t[query.by]?.getTime() ?? 0));
        expect(moments).toEqual(moments.toSorted((a, b) => a - b));
        const streamed: string[] = [];
        for await (const t of on.store.tallies.each(query)) streamed.push(t._id);
        expect(streamed.toSorted()).toEqual(paged.map((t) => t._id).toSorted());
      }
    }),
    { numRuns: 8, endOnFailure: true },
  );
});

async function allPages(query: TallyQuery): Promise<Tally[]> {
  const found: Tally[] = [];
  let after: TallyPageEnd | null = null;
  for (;;) {
    const page: readonly Tally[] = await on.store.tallies.page(query, after, 3);
    if (page.length === 0) return found;
    found.push(...page);
    after = endOf(query, page, after);
  }
}

it('are read from their bytes as the driver reads them', async () => {
  await fc.assert(
    fc.asyncProperty(tallies, async (all) => {
      await on.empty();
      await on.store.tallies.keep(all);
      const read = await scanned(new Date(0));
      const decoded = await rows().find({}).sort({ touchedAt: 1, _id: 1 }).toArray();
      const sorted = (some: Row[]): string[] => some.map((row) => JSON.stringify(row)).toSorted();
      expect(sorted(read)).toEqual(sorted(decoded.map(rowOf)));
    }),
    { numRuns: 10, endOnFailure: true },
  );
});

it('are read in full however many lots they take, also when whoever reads stops early', async () => {
  const [t] =
    fc.sample(
      tallies.filter((all) => all.length > 0),
      { numRuns: 1, seed: 7 },
    )[0] ?? [];
  if (t === undefined) throw new Error('no tally');
  const many = Array.from({ length: 4_500 }, (_, i): Tally => ({ ...t, _id: `m${i}`, number: i, passes: i }));
  await rows().insertMany(many);
  const passes = (await scanned(new Date(0))).map((row) => row.passes);
  expect(passes.toSorted((a, b) => a - b)).toEqual(many.map((_, i) => i));
  let seen = 0;
  const stops = on.store.tallies.scan({ from: new Date(0) }, () => {
    seen += 1;
    if (seen === 10) throw new Error('enough');
  });
  await expect(stops).rejects.toThrow('enough');
  expect(seen).toBe(10);
});

it('no other field of a tally can be taken for one that is read', () => {
  const codes = Object.keys(tallyOf(aTicket())).map((name) => `${name.length}${name.slice(0, 2)}`);
  // Both of them are passed over.
  const unread = '6nu';
  expect(codes.filter((code, i) => codes.indexOf(code) !== i && code !== unread)).toEqual([]);
});

it('an older tally never replaces a newer one, whichever comes first', async () => {
  const at = (version: number, team: string): Tally => tallyOf(aTicket({ version, team }));
  const kept = async () => (await on.store.tallies.withIds(['ticket-4821'])).map(({ v, team }) => [v, team]);
  const other = tallyOf(aTicket({ _id: 'other' }));
  await on.store.tallies.keep([at(3, 'logistics')]);
  // What came with it is kept all the same.
  await on.store.tallies.keep([at(2, 'aftersales'), other]);
  expect(await kept()).toEqual([[3, 'logistics']]);
  expect(await on.store.tallies.withIds(['other'])).toHaveLength(1);
  await on.store.tallies.keep([at(3, 'again')]);
  expect(await kept()).toEqual([[3, 'logistics']]);
  await Promise.all([on.store.tallies.keep([at(5, 'five')]), on.store.tallies.keep([at(4, 'four')])]);
  expect(await kept()).toEqual([[5, 'five']]);
  expect(await on.store.tallies.begin()).toEqual(minutes(-1));
});

it('every query is answered from an index, and one that is sorted in the order of its index', async () => {
  const { db } = on.store.connection;
  const look = async ({ filter, hint }: TallyPart, sort: object): Promise<string> =>
    JSON.stringify(await db?.command({ explain: { find: 'tallies', filter, sort, hint }, verbosity: 'queryPlanner' }));
  const counting = countIn(day);
  const people = fc.sample(tallies, { numRuns: 20, seed: 3 }).flat();
  for (const t of people) counting.add(rowOf(t));
  const wanted = everyFigure(counting.figures('all'));
  expect(wanted.length).toBeGreaterThan(40);
  for (const figure of wanted) {
    const { parts, by, order } = queryOf(figure, 'all', day);
    for (const [i, part] of parts.entries()) {
      const plan = await look(part, { [by]: order });
      expect([figureName(figure), plan.includes('COLLSCAN'), plan.includes('IXSCAN')]).toEqual([
        figureName(figure),
        false,
        true,
      ]);
      // What was open at a past end and is not now is found by when it was touched: little, and sorted by when it was opened.
      expect([figureName(figure), plan.includes('"SORT"')]).toEqual([figureName(figure), i === 1]);
    }
  }
  for (const part of everythingIn(day)) expect(await look(part, {})).toContain('IXSCAN');
});
