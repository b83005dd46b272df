import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import type { Card } from '../../cards/card.ts';
import type { Directory, Shop } from '../../src/domain/directory.ts';
import { FOREVER, tallyOf, type Tally } from '../../src/domain/tally.ts';
import { createDigests } from '../../src/flow/digests.ts';
import { createFigures } from '../../src/flow/figures.ts';
import type { Parts } from '../../src/flow/parts.ts';
import { aBench, aStore, type Bench, type OwnStore } from '../support/flow.ts';
import { aDirectory, aPerson, aTicket } from '../support/tickets.ts';

const HOUR = 3_600_000;
const DAY = 24 * HOUR;
/** Nine in the morning in Shanghai, 12 November 2026. */
const NINE = new Date('2026-11-12T01:00:00Z');

let on: OwnStore;
let bench: Bench;
beforeAll(async () => {
  on = await aStore();
});
afterAll(() => on.close());

const noCharts: Partial<Parts> = { charts: { render: () => Promise.reject(new Error('no chart here')) } };
const withDirectory = (more: Partial<Directory>): Partial<Parts> => {
  const directory = aDirectory(more);
  return { ...noCharts, directory: () => directory };
};
const moveTo = (at: Date): void => {
  bench.clock.advance(at.getTime() - bench.clock.now().getTime());
};
const works = async (): Promise<number> => {
  const sent = await bench.flow.digests();
  await bench.flow.settle();
  return sent;
};
/** The digests that went to a conversation, oldest first. */
const cardsIn = (conversation: string): readonly Card[] =>
  bench.adapter.calls.flatMap(({ conversation: where, message }) =>
    where === conversation && message.type === 'card' && message.card.kind === 'digest' ? [message.card] : [],
  );
const titles = (conversation: string): readonly string[] => cardsIn(conversation).map(({ title }) => title);
let made = 0;
/** A ticket that came at a moment and is resolved since. */
const came = (at: string, more: Partial<Tally> = {}): Tally => {
  made += 1;
  const openedAt = new Date(at);
  const base = tallyOf(aTicket({ _id: `t-${made}`, number: made, openedAt, updatedAt: openedAt }));
  const done = new Date(openedAt.getTime() + HOUR);
  return { ...base, touchedAt: done, open: false, done: [{ from: done, to: FOREVER }], overdue: null, ...more };
};

beforeEach(async () => {
  await on.empty();
  bench = aBench(on.store, noCharts);
  await on.store.tallies.keep([came('2026-11-10T03:00:00Z'), came('2026-11-11T03:00:00Z')]);
});

describe('digests', () => {
  it('are for managers, leads and groups; without a chart that could not be drawn they come all the same', async () => {
    moveTo(NINE);
    expect(await works()).toBe(4);
    expect(titles('direct:zhou')).toEqual(['昨天 1 单，没有超时未处理的']);
    expect(titles('direct:zhaomin')).toEqual(['昨天 1 单，没有超时未处理的']);
    expect(titles('group:logistics')).toEqual(['昨天没有新单，没有超时未处理的']);
    expect(titles('direct:lilei')).toEqual([]);
    expect(cardsIn('direct:zhou')[0]?.blocks.at(-1)).toEqual({ type: 'note', text: '11 点来得最多：1 单' });
    expect(await works()).toBe(0);
  });

  it('come to nobody before there was a ticket', async () => {
    await on.empty();
    moveTo(NINE);
    expect(await works()).toBe(0);
    await on.store.tallies.keep([came('2026-11-12T00:30:00Z')]);
    expect(await works()).toBe(0);
  });

  it('are sent once where a process died after it posted one and before it noted so', async () => {
    moveTo(NINE);
    const dying = {
      ...on.store,
      digestMarks: { ...on.store.digestMarks, note: () => Promise.reject(new Error('killed')) },
    };
    const dies = createDigests({ ...bench.parts, store: dying }, createFigures(on.store, bench.clock));
    await expect(dies()).rejects.toThrow('killed');
    await works();
    for (const to of ['direct:zhou', 'direct:zhaomin', 'group:aftersales', 'group:logistics'])
      expect([to, titles(to).length]).toEqual([to, 1]);
  });

  it('are sent late, once, of everything since the last one', async () => {
    moveTo(NINE);
    await works();
    await on.store.tallies.keep([came('2026-11-12T03:00:00Z'), came('2026-11-14T03:00:00Z')]);
    // Nothing runs for three days.
    moveTo(new Date(NINE.getTime() + 3 * DAY + 5 * HOUR));
    await works();
    await works();
    expect(titles('direct:zhou').slice(1)).toEqual(['11月12日至11月14日 2 单，没有超时未处理的']);
  });

  it('are not sent again once their posts are forgotten', async () => {
    moveTo(NINE);
    await works();
    moveTo(new Date(NINE.getTime() + HOUR));
    await on.store.outbox.prune(bench.clock.now());
    expect(await works()).toBe(0);
  });

  it('wait while the bot is quiet after a restore', async () => {
    moveTo(NINE);
    const at = bench.clock.now();
    await bench.parts.quiet.begin({ since: at, backupMadeAt: at }, at);
    expect(await bench.flow.digests()).toBe(0);
    expect(titles('direct:zhou')).toEqual([]);
  });

  it('are at one and at ten of the day so far, in a promotion', async () => {
    const promotions = [{ id: 'd11', name: '双11', from: '2026-11-12', to: '2026-11-12' }];
    bench = aBench(on.store, withDirectory({ promotions }));
    await on.store.tallies.keep([came('2026-11-12T02:00:00Z'), came('2026-11-12T06:00:00Z')]);
    for (const at of ['2026-11-12T01:00:00Z', '2026-11-12T05:00:00Z', '2026-11-12T14:00:00Z', '2026-11-13T01:00:00Z']) {
      moveTo(new Date(at));
      await works();
    }
    expect(titles('direct:zhou')).toEqual([
      '昨天 1 单，没有超时未处理的',
      '今天到 13:00 1 单，没有超时未处理的',
      '今天到 22:00 2 单，没有超时未处理的',
      '昨天 2 单，没有超时未处理的',
    ]);
  });

  it('are of a manager’s own shops, in their time zone and language', async () => {
    const shop = (id: string): readonly [string, Shop] => [id, { id, name: id, apps: [] }];
    const ann = aPerson('ann', 'Ann', {
      roles: ['manager'],
      teams: [],
      shops: ['tea', 'coffee'],
      locale: 'en',
      timeZone: 'Europe/Berlin',
    });
    const directory = { people: new Map([['ann', ann]]), shops: new Map(['tea', 'coffee', 'books'].map(shop)) };
    bench = aBench(on.store, withDirectory(directory));
    await on.store.tallies.keep([
      came('2026-11-10T23:30:00Z', { shop: 'coffee' }),
      came('2026-11-11T12:00:00Z', { shop: 'books' }),
    ]);
    moveTo(new Date('2026-11-12T07:59:00Z'));
    await works();
    expect(titles('direct:ann')).toEqual([]);
    bench.clock.advance(60_000);
    await works();
    // Half past midnight of the eleventh in Berlin, and one that was of the day there, too; books are not theirs.
    expect(titles('direct:ann')).toEqual(['Yesterday: 2 tickets, nothing overdue']);
    expect(cardsIn('direct:ann')[0]?.status).toBe('coffee, tea · Wed, Nov 11 · nothing needs you');
  });

  it('compare with the day before and the same weekday once there is a whole week', async () => {
    await on.store.tallies.keep([
      came('2026-11-01T03:00:00Z'),
      came('2026-11-04T03:00:00Z'),
      came('2026-11-04T04:00:00Z'),
    ]);
    moveTo(NINE);
    await works();
    const [card] = cardsIn('direct:zhou');
    const fields = card?.blocks.find((b) => b.type === 'fields');
    expect(fields?.type === 'fields' ? fields.fields[0] : null).toEqual({
      label: '新增',
      value: '1 · 前一天 持平 · 上周三 −1',
    });
  });
});
