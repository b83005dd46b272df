import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import type { DingTalkStore, SentCard } from '../../adapters/dingtalk/store.ts';
import { StoreUnavailable } from '../../src/errors.ts';
import { dingtalkStore } from '../../src/storage/dingtalk.ts';
import { ensureIndexes } from '../../src/storage/store.ts';
import { memoryDingTalkStore } from '../support/dingtalk-memory.ts';
import { aStore } from '../support/flow.ts';

const AT = new Date('2026-11-11T06:30:00Z');
const later = (ms: number): Date => new Date(AT.getTime() + ms);
const aCard = (more: Partial<SentCard> = {}): SentCard => ({
  id: 'gd-own-1',
  surface: 's-1',
  conversation: 'cidAfterSale+/w==',
  carrier: 'key/1+w==',
  ...more,
});

/** The store in memory stands in for the real one in other tests, so both keep the same rules. */
function storeContract(name: string, fresh: () => Promise<DingTalkStore>): void {
  describe(`what DingTalk's adapter keeps: ${name}`, () => {
    let store: DingTalkStore;
    beforeEach(async () => {
      store = await fresh();
    });

    it('a card, by its own id and by that of its message', async () => {
      await store.sent(aCard(), AT);
      expect(await store.card('gd-own-1')).toEqual(aCard());
      expect(await store.cardOf('key/1+w==')).toBe('gd-own-1');
      expect(await store.card('gd-own-2')).toBeNull();
      expect(await store.cardOf('key/2+w==')).toBeNull();
    });

    it('a card that was sent again keeps its message where DingTalk does not say it twice', async () => {
      await store.sent(aCard({ carrier: null }), AT);
      expect(await store.card('gd-own-1')).toEqual(aCard({ carrier: null }));
      await store.sent(aCard(), later(1));
      await store.sent(aCard({ carrier: null }), later(2));
      expect(await store.cardOf('key/1+w==')).toBe('gd-own-1');
      await store.sent(aCard({ carrier: 'key/9+w==' }), later(3));
      expect(await store.card('gd-own-1')).toEqual(aCard({ carrier: 'key/9+w==' }));
    });

    it('who has a view of their own of a card, and since when', async () => {
      await store.viewed('a', 'lilei', AT);
      await store.viewed('a', 'wangfang', later(10));
      await store.viewed('b', 'lilei', AT);
      expect(await store.viewsBefore('a', AT)).toEqual([]);
      expect(await store.viewsBefore('a', later(1))).toEqual(['lilei']);
      expect((await store.viewsBefore('a', later(11))).toSorted()).toEqual(['lilei', 'wangfang']);
      await store.viewed('a', 'lilei', later(20));
      expect(await store.viewsBefore('a', later(11))).toEqual(['wangfang']);
    });

    it('forgets those views alone that are old, of that card alone', async () => {
      await store.viewed('a', 'lilei', AT);
      await store.viewed('a', 'wangfang', later(10));
      await store.viewed('b', 'lilei', AT);
      await store.forgetViews('a', later(10));
      expect(await store.viewsBefore('a', later(100))).toEqual(['wangfang']);
      expect(await store.viewsBefore('b', later(100))).toEqual(['lilei']);
    });

    it('in which groups the bot was heard, however often', async () => {
      expect(await store.knows('cidA==')).toBe(false);
      await Promise.all(Array.from({ length: 10 }, () => store.meet('cidA==', AT)));
      await store.meet('cidA==', later(1));
      expect([await store.knows('cidA=='), await store.knows('cidB==')]).toEqual([true, false]);
    });

    it('under which id a file lies at DingTalk', async () => {
      expect(await store.mediaOf('f')).toBeNull();
      await store.keepMedia('f', '@lADO1', AT);
      await store.keepMedia('f', '@lADO2', later(1));
      expect(await store.mediaOf('f')).toBe('@lADO2');
    });

    it('what was last seen, each by itself', async () => {
      expect(await store.seen()).toEqual({ heardAt: null, refusedAt: null, mutedAt: null });
      await store.see('heardAt', AT);
      await store.see('mutedAt', later(1));
      await store.see('heardAt', later(2));
      expect(await store.seen()).toEqual({ heardAt: later(2), refusedAt: null, mutedAt: later(1) });
    });
  });
}

let on: Awaited<ReturnType<typeof aStore>>;
let kept: ReturnType<typeof dingtalkStore>;
/** Every command that was sent since it was last emptied. */
const sent: { name: string; command: Record<string, unknown> }[] = [];
beforeAll(async () => {
  on = await aStore('&monitorCommands=true');
  on.store.connection.getClient().on('commandStarted', ({ commandName: name, command }) => {
    if (['find', 'update', 'delete', 'aggregate'].includes(name)) sent.push({ name, command });
  });
  kept = dingtalkStore(on.store.connection);
  await ensureIndexes(kept.models);
});
afterAll(() => on.close());

storeContract('in memory', () => Promise.resolve(memoryDingTalkStore()));
storeContract('in the embedded store', async () => {
  await on.empty();
  return kept;
});

/** The stages of a plan, wherever they stand in it. */
function stages(plan: unknown): string[] {
  if (typeof plan !== 'object' || plan === null) return [];
  const own = 'stage' in plan && typeof plan.stage === 'string' ? [plan.stage] : [];
  return [...own, ...Object.entries(plan).flatMap(([key, value]) => (key === 'rejectedPlans' ? [] : stages(value)))];
}

it('every query uses an index', async () => {
  for (let i = 0; i < 30; i += 1) {
    await kept.sent(aCard({ id: `gd-own-${i}`, carrier: `key/${i}` }), AT);
    await kept.viewed(`gd-own-${i}`, 'lilei', AT);
  }
  sent.length = 0;
  await kept.sent(aCard(), AT);
  await kept.card('gd-own-1');
  await kept.cardOf('key/1');
  await kept.viewed('gd-own-1', 'lilei', AT);
  await kept.viewsBefore('gd-own-1', later(1));
  await kept.forgetViews('gd-own-1', later(1));
  await kept.knows('cidA==');
  await kept.meet('cidA==', AT);
  await kept.mediaOf('f');
  await kept.keepMedia('f', '@lADO1', AT);
  await kept.seen();
  await kept.see('heardAt', AT);
  expect(sent).toHaveLength(12);
  const scanned: string[] = [];
  for (const { name, command } of sent.slice()) {
    const target = String(command[name]);
    const parts = (command['updates'] ?? command['deletes'] ?? [{ q: command['filter'] }]) as readonly { q: unknown }[];
    for (const { q } of parts) {
      const explain = { find: target, filter: q };
      const found = stages(await on.store.connection.db?.command({ explain, verbosity: 'queryPlanner' }));
      const isIndexed = found.some((stage) => /IXSCAN|IDHACK/u.test(stage));
      if (!isIndexed || found.includes('COLLSCAN'))
        scanned.push(`${name} ${JSON.stringify(explain)}: ${found.join(' ')}`);
    }
  }
  expect(scanned).toEqual([]);
});

it('forgets cards, views and uploads in time, and never a group', async () => {
  const expiring = await Promise.all(
    kept.models.map(async ({ collection }) => {
      const indexes = await collection.indexes();
      return [collection.collectionName, indexes.flatMap(({ expireAfterSeconds: s }) => (s === undefined ? [] : [s]))];
    }),
  );
  expect(Object.fromEntries(expiring)).toEqual({
    dingtalk_cards: [180 * 86_400],
    dingtalk_views: [180 * 86_400],
    dingtalk_groups: [],
    dingtalk_media: [30 * 86_400],
    dingtalk_state: [],
  });
});

it('that cannot be reached says so', async () => {
  const other = await aStore();
  const away = dingtalkStore(other.store.connection);
  await other.close();
  for (const call of [away.card('x'), away.sent(aCard(), AT), away.meet('cidA==', AT), away.seen()])
    await expect(call).rejects.toThrow(StoreUnavailable);
});
