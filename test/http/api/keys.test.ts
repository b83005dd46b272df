import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { makeKey } from '../../../src/flow/api-keys.ts';
import { createRate } from '../../../src/http/api/rate.ts';
import { aKey, openDoor, shownOf, type Door } from '../../support/api.ts';
import { manualClock } from '../../support/clock.ts';
import { aBench, aStore, type Bench } from '../../support/flow.ts';

let on: Awaited<ReturnType<typeof aStore>>;
let bench: Bench;
let door: Door;
beforeAll(async () => {
  on = await aStore();
});
afterAll(() => on.close());
beforeEach(async () => {
  await on.empty();
  bench = aBench(on.store);
  door = await openDoor(bench);
});
afterEach(() => door.close());

const list = (key: string | null) => door.ask('GET', '/api/v1/tickets', undefined, { key });

describe('a key', () => {
  it('is shown once and kept as a hash; its name is never given again', async () => {
    const wanted = { name: 'erp', scopes: ['tickets:read'], shops: [], actors: [], rate: 50 } as const;
    const shown = (await makeKey(bench.parts, wanted)) ?? '';
    expect(shown).toMatch(/^gd_[A-Za-z0-9]{8,12}_[\w-]{44}$/);
    expect((await list(shown)).status).toBe(200);
    const kept = JSON.stringify(await on.store.apiKeys.all());
    expect(kept).not.toContain(shown.split('_').slice(2).join('_'));
    expect(await makeKey(bench.parts, wanted)).toBeNull();
    await on.store.apiKeys.revoke('erp', bench.clock.now());
    expect(await makeKey(bench.parts, wanted)).toBeNull();
  });

  it('that is not good is answered in one way, whatever is wrong', async () => {
    const key = aKey();
    await on.store.apiKeys.add(key);
    await on.store.apiKeys.add(aKey({ name: 'old', revokedAt: new Date(0) }));
    const shown = shownOf(key);
    const wrong = [
      null,
      '',
      shown.slice(0, -1),
      `${shown}s`,
      shown.replace('gd_', 'gd-'),
      shownOf({ _id: 'idnobody' }),
      shownOf({ _id: 'idold' }),
      shown.replace(/s$/, 't'),
      `gd_${key.hash}_x`,
      `gd_$ne_${'s'.repeat(44)}`,
    ];
    const answers = await Promise.all(wrong.map(async (k) => list(k)));
    expect(answers.map((a) => a.status)).toEqual(wrong.map(() => 401));
    expect(new Set(answers.map((a) => JSON.stringify(a.body))).size).toBe(1);
    expect(answers[0]?.headers.get('www-authenticate')).toBe('Bearer');
    const basic = await door.ask('GET', '/api/v1/tickets', undefined, {
      key: null,
      headers: { authorization: `Basic ${shown}` },
    });
    expect(basic.status).toBe(401);
    expect(door.lines.join('\n')).not.toContain('ssss');
  });

  it('that was revoked stops within two seconds', async () => {
    await on.store.apiKeys.add(aKey());
    const shown = shownOf(aKey());
    expect((await list(shown)).status).toBe(200);
    await on.store.apiKeys.revoke('erp', bench.clock.now());
    bench.clock.advance(2_000);
    expect((await list(shown)).status).toBe(401);
  });

  it('is kept for a moment, and its use written down once a minute', async () => {
    await on.store.apiKeys.add(aKey());
    let loads = 0;
    let uses = 0;
    const counting = await openDoor(bench, {
      keys: {
        load: async (id) => {
          loads += 1;
          return on.store.apiKeys.load(id);
        },
        used: async () => {
          uses += 1;
        },
      },
    });
    for (let i = 0; i < 5; i += 1) await counting.ask('GET', '/api/v1/tickets');
    expect([loads, uses]).toEqual([1, 1]);
    bench.clock.advance(60_000);
    await counting.ask('GET', '/api/v1/tickets');
    expect([loads, uses]).toEqual([2, 2]);
    await counting.close();
  });

  it('does what its scopes say and nothing else', async () => {
    const asked = [
      ['GET', '/api/v1/tickets', undefined, 'tickets:read'],
      ['GET', '/api/v1/tickets/1', undefined, 'tickets:read'],
      ['GET', '/api/v1/tickets/1/history', undefined, 'tickets:read'],
      ['GET', '/api/v1/tickets/1/messages', undefined, 'tickets:read'],
      ['POST', '/api/v1/tickets', { text: 'x' }, 'tickets:write'],
      ['POST', '/api/v1/tickets/1/commands', { command: 'claim' }, 'commands'],
    ] as const;
    for (const scope of ['tickets:read', 'customers:read', 'tickets:write', 'commands'] as const) {
      const key = aKey({ name: scope.replace(':', ''), scopes: [scope] });
      await on.store.apiKeys.add({ ...key, name: key.name });
      for (const [method, path, body, needed] of asked) {
        const { status } = await door.ask(method, path, body, { key: shownOf(key) });
        expect([scope, path, status === 403]).toEqual([scope, path, scope !== needed]);
      }
    }
  });

  it('may ask so often a second, twice as often at once, and hears when it may again', async () => {
    await on.store.apiKeys.add(aKey({ rate: 5 }));
    const other = aKey({ name: 'crm', rate: 5 });
    await on.store.apiKeys.add(other);
    const answers = await Promise.all(Array.from({ length: 12 }, () => list(shownOf(aKey()))));
    expect(answers.filter((a) => a.status === 200)).toHaveLength(10);
    const refused = answers.find((a) => a.status === 429);
    expect(refused?.headers.get('retry-after')).toBe('1');
    expect(refused?.body).toMatchObject({ status: 429, title: 'Too many requests' });
    expect((await list(shownOf(other))).status).toBe(200);
    bench.clock.advance(1_000);
    expect(
      (await Promise.all(Array.from({ length: 6 }, () => list(shownOf(aKey()))))).filter((a) => a.status === 200),
    ).toHaveLength(5);
  });
});

it('a rate of one every while says how long that is, and counts no more keys than it can hold', () => {
  const clock = manualClock();
  const rate = createRate(clock);
  expect([rate.take('a', 1), rate.take('a', 1), rate.take('a', 1)]).toEqual([0, 0, 1]);
  clock.advance(400);
  expect(rate.take('a', 1)).toBe(1);
  clock.advance(600);
  expect(rate.take('a', 1)).toBe(0);
  for (let i = 0; i < 10_001; i += 1) rate.take(`k${i}`, 1);
  expect([rate.take('a', 1), rate.take('a', 1)]).toEqual([0, 0]);
});
