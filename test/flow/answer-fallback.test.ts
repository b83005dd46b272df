import { afterAll, beforeAll, beforeEach, expect, it } from 'vitest';
import type { Grant } from '../../adapters/adapter.ts';
import { StoreUnavailable, type DeliveryFailure } from '../../src/errors.ts';
import { privateRow } from '../../src/flow/privately.ts';
import type { Store } from '../../src/storage/store.ts';
import { aBench, aStore, failure, type Bench } from '../support/flow.ts';
import { words } from '../support/threads.ts';

let on: Awaited<ReturnType<typeof aStore>>;
let turn = 0;
let bench: Bench;
beforeAll(async () => {
  on = await aStore();
});
afterAll(() => on.close());
beforeEach(async () => {
  turn += 1;
  await on.store.leases.freeAll();
  await on.store.connection.collection('outbox').deleteMany({});
  bench = aBench(on.store, { process: `p${turn}` });
});

const id = (): string => `answer:a${turn}`;

/** A late answer with a grant that lasts a minute. */
async function owed(more: Partial<Grant> = {}, to: Bench = bench): Promise<void> {
  const expiresAt = new Date(to.clock.now().getTime() + 60_000);
  const grant = { secret: to.parts.vault.seal('secret'), uses: 1, expiresAt, ...more };
  const address = { platform: 'sandbox', app: 'demo', conversation: 'group:aftersales' };
  const answer = { sentence: { key: 'command.list_none', params: { mine: false } } } as const;
  const row = privateRow({ key: `a${turn}`, address, user: 'lilei', person: 'lilei', answer, grant }, to.clock.now());
  await on.store.outbox.add([row]);
}

const calls = (of: Bench = bench) =>
  of.adapter.calls.map(({ method, conversation, key, visibleTo }) => [method, conversation, key, visibleTo ?? null]);
const asPrivate = () => ['send', 'group:aftersales', id(), 'lilei'];
const byGrant = () => ['reply', '', id(), null];
const state = async () => (await on.store.outbox.load(id()))?.state;

it.each<DeliveryFailure>(['gone', 'permanent'])('a grant that is %s is replaced by a private message', async (kind) => {
  await owed();
  bench.adapter.fails(failure(kind));
  await bench.flow.settle();
  expect(calls()).toEqual([byGrant(), asPrivate()]);
  expect(new Set(bench.adapter.calls.map((c) => words(c.message)))).toEqual(new Set(['这里没有工单']));
  expect(await state()).toBe('done');
  expect(await on.store.outbox.countDead()).toBe(0);
});

it('a grant that was accepted is all there is', async () => {
  await owed();
  await bench.flow.settle();
  expect(calls()).toEqual([byGrant()]);
});

it('every other failure leaves the grant for the next try', async () => {
  await owed();
  bench.adapter.fails(failure('retryable'), failure('rate-limited', 500), failure('unknown'));
  for (let i = 0; i < 8; i += 1) await bench.passes(1_000);
  expect(calls()).toEqual([byGrant(), byGrant(), byGrant(), byGrant()]);
  expect(await state()).toBe('done');
});

it('the message is tried again without the grant, and is a dead letter only when it cannot go either', async () => {
  await owed();
  bench.adapter.fails(failure('gone'), failure('retryable'), failure('permanent'));
  for (let i = 0; i < 4; i += 1) await bench.passes(1_000);
  expect(calls()).toEqual([byGrant(), asPrivate(), asPrivate()]);
  expect(await state()).toBe('dead');
});

it('the message waits for its permit, and the grant is not spent a second time meanwhile', async () => {
  const limit = { name: `l${turn}`, per: 'app', method: 'send', count: 1, windowMs: 10_000, source: '' } as const;
  bench = aBench(on.store, { process: `p${turn}` }, [limit]);
  const address = { platform: 'sandbox', app: 'demo', conversation: 'group:aftersales' };
  const answer = { sentence: { key: 'command.list_none', params: { mine: true } } } as const;
  const first = { key: `first${turn}`, address, user: 'wangfang', person: 'wangfang', answer, grant: null };
  await on.store.outbox.add([privateRow(first, new Date(bench.clock.now().getTime() - 1))]);
  await bench.flow.settle();
  await owed();
  bench.adapter.fails(failure('gone'));
  await bench.flow.settle();
  expect(calls().slice(1)).toEqual([byGrant()]);
  for (let i = 0; i < 15; i += 1) await bench.passes(1_000);
  expect(calls().slice(1)).toEqual([byGrant(), asPrivate()]);
});

it.each(['withoutGrant', 'done'] as const)('cut at %s it is said under one key', async (where) => {
  const cut = async (): Promise<never> => {
    throw new StoreUnavailable(new Error('died'));
  };
  const { outbox } = on.store;
  const done: Store['outbox']['done'] = (ids, at) => (ids.length > 0 ? cut() : outbox.done(ids, at));
  const dying = where === 'done' ? { done } : { withoutGrant: cut };
  const store: Store = { ...on.store, outbox: { ...outbox, ...dying } };
  const first = aBench(store, { process: `first${turn}`, store }, [], {}, bench.clock);
  await owed({}, first);
  first.adapter.fails(failure('gone'));
  await expect(first.flow.settle()).rejects.toThrow(StoreUnavailable);
  await on.store.leases.freeAll();
  bench.adapter.fails(...(where === 'withoutGrant' ? [failure('gone')] : []));
  await bench.flow.settle();
  const said = [...calls(first), ...calls()].filter(([method]) => method === 'send');
  expect(new Set(said.map(String))).toEqual(new Set([String(asPrivate())]));
  expect(said).toHaveLength(where === 'done' ? 2 : 1);
  expect(await state()).toBe('done');
});
