import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { firstBroken } from '../../../src/domain/chain.ts';
import { aKey, openDoor, shownOf, type Door } from '../../support/api.ts';
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
  await on.store.apiKeys.add(aKey());
  door = await openDoor(bench);
});
afterEach(() => door.close());

const post = (body: unknown, key?: string, shown?: string) =>
  door.ask('POST', '/api/v1/tickets', body, {
    ...(shown !== undefined && { key: shown }),
    headers: key === undefined ? {} : { 'idempotency-key': key },
  });
const get = (path: string, key?: string | null) =>
  door.ask('GET', `/api/v1/tickets${path}`, undefined, key === undefined ? {} : { key });
const errorsOf = (body: { errors: { field: string }[] }): string[] => body.errors.map((e) => e.field);

const STALL = {
  subject: '物流停滞 48 小时',
  text: '订单 281234567890123 的包裹没有动静，收件人 13812345678，地址：浙江省杭州市西湖区文三路 1 号',
  shop: 'tea',
  category: 'logistics.stalled',
  priority: 'high',
  tags: ['停滞'],
  order: '281234567890123',
  tracking: 'SF1234567890123',
  phone: '13812345678',
  address: '浙江省杭州市西湖区文三路 1 号',
  customer: { name: '小美', handle: 'mei_88' },
} as const;

describe('POST /api/v1/tickets', () => {
  it('opens a ticket, written down to the key, and says where it is', async () => {
    const { status, headers, body } = await post(STALL, 'stall-1');
    expect(status).toBe(201);
    expect(headers.get('location')).toBe(`/api/v1/tickets/${body.ticket.number}`);
    expect(headers.get('idempotency-key')).toBe('stall-1');
    expect(body).toMatchObject({
      outcome: 'opened',
      ticket: {
        name: `T-${body.ticket.number}`,
        status: 'new',
        priority: 'high',
        category: { id: 'logistics.stalled' },
        team: { id: 'logistics' },
        subject: STALL.subject,
        order: { order: STALL.order, tracking: STALL.tracking, phone: '138****5678' },
        tags: ['停滞'],
        customer: { name: '小美', handle: 'mei_88' },
        openedAt: bench.clock.now().toISOString(),
      },
    });
    const { body: history } = await get(`/${body.ticket.number}/history`);
    expect(history.events[0]).toMatchObject({ type: 'opened', actor: { kind: 'system', name: 'api:erp' } });
    await bench.flow.settle();
    expect(bench.adapter.calls.map((c) => c.conversation)).toContain('group:logistics');
  });

  it('needs no more than a text', async () => {
    const { status, body } = await post({ text: '杯子碎了，要换货' });
    expect([status, body.ticket.description]).toEqual([201, '杯子碎了，要换货']);
    expect(body.ticket.customer).toEqual({ name: '', place: null, handle: '' });
    expect((await post({ subject: '杯子碎了' })).status).toBe(201);
  });

  it('is repeated without harm under its Idempotency-Key, and refused with another body', async () => {
    const first = await post(STALL, 'k');
    const again = await post(Object.fromEntries(Object.entries(STALL).toReversed()), 'k');
    expect([again.status, again.body.outcome]).toEqual([200, 'repeated']);
    expect(again.body.ticket.number).toBe(first.body.ticket.number);
    const other = await post({ ...STALL, priority: 'low' }, 'k');
    expect([other.status, other.body.code]).toEqual([409, 'idempotency']);
    expect(other.body.detail).toContain('k came before with another body');
    expect((await post(STALL)).body.ticket.number).not.toBe(first.body.ticket.number);
    expect(await on.store.tickets.count({})).toBe(2);
  });

  it('a thousand at once with one key are one ticket', async () => {
    const all = await Promise.all(Array.from({ length: 1_000 }, () => post(STALL, 'rush')));
    expect(new Set(all.map((r) => r.body.ticket.number)).size).toBe(1);
    expect(all.filter((r) => r.status === 201)).toHaveLength(1);
    expect(all.filter((r) => r.status === 200)).toHaveLength(999);
    expect(await on.store.tickets.count({})).toBe(1);
  });

  it('tells an open ticket of the same matter, and opens another once that is done', async () => {
    const first = await post({ ...STALL, matter: 'stall:1' }, 'a');
    const second = await post({ ...STALL, matter: 'stall:1', text: '72 小时了', priority: 'urgent' }, 'b');
    expect([second.status, second.body.outcome]).toEqual([200, 'updated']);
    expect(second.body.ticket).toMatchObject({ number: first.body.ticket.number, priority: 'urgent' });
  });

  it('names every field that points at nothing', async () => {
    const { status, body } = await post({ category: 'x', team: 'y', customer: { place: 'z' }, shop: 'coffee' });
    expect(status).toBe(400);
    expect(errorsOf(body)).toEqual(['text', 'shop', 'category', 'team', 'customer.place']);
    expect(body.errors[1].message).toContain('tea');
  });

  it('speaks for a person that the key names, for nobody else', async () => {
    const { body } = await post({ ...STALL, actor: 'lilei' });
    const { body: history } = await get(`/${body.ticket.number}/history`);
    expect(history.events[0].actor).toEqual({ kind: 'person', id: 'lilei', name: '李雷', via: 'api:erp' });
    for (const actor of ['hanmei', 'nobody', 'api:other']) {
      const refused = await post({ ...STALL, actor });
      expect([refused.status, errorsOf(refused.body)]).toEqual([403, ['actor']]);
    }
    expect((await post({ ...STALL, actor: 'api:erp' })).status).toBe(201);
  });

  it('says so when it is stored and not worked in time', async () => {
    const { parts } = bench;
    const pending = await openDoor(bench, {
      api: { report: async () => ({ kind: 'pending' }), command: async () => ({ kind: 'pending' }) },
    });
    const { status, headers, body } = await pending.ask('POST', '/api/v1/tickets', STALL);
    expect([status, body, headers.get('retry-after')]).toEqual([202, { outcome: 'pending' }, '1']);
    expect(headers.get('idempotency-key')).toMatch(/^[\w-]{22}$/);
    await pending.close();
    expect(parts.store).toBe(on.store);
  });
});

describe('reading', () => {
  it('knows a ticket by either form of its number, and none of other shops', async () => {
    const { number } = (await post(STALL)).body.ticket;
    expect((await get(`/T-${number}`)).body).toEqual((await get(`/${number}`)).body);
    expect((await get('/999999')).status).toBe(404);
    const key = aKey({ name: 'tools', shops: ['tools'] });
    await on.store.apiKeys.add(key);
    for (const path of [`/${number}`, `/${number}/history`, `/${number}/messages`])
      expect((await get(path, shownOf(key))).status).toBe(404);
    expect((await get('', shownOf(key))).body.tickets).toEqual([]);
    expect((await get('?shop=tea', shownOf(key))).status).toBe(403);
    expect((await post(STALL, undefined, shownOf(key))).status).toBe(403);
  });

  it('masks numbers and addresses as groups see them, unless the key may see customers', async () => {
    const { number } = (await post(STALL)).body.ticket;
    const key = aKey({ name: 'crm', scopes: ['tickets:read', 'customers:read'] });
    await on.store.apiKeys.add(key);
    for (const path of [`/${number}`, '', `/${number}/messages`]) {
      const masked = JSON.stringify((await get(path)).body);
      expect(masked).not.toMatch(/13812345678|文三路/);
      expect(masked).toContain('281234567890123');
    }
    const { body } = await get(`/${number}`, shownOf(key));
    expect(body.order).toMatchObject({ phone: STALL.phone, address: STALL.address });
    expect((await get(`/${number}/messages`, shownOf(key))).body.messages[0].text).toBe(STALL.text);
  });

  it('has a history whose chain anybody can check, page by page', async () => {
    const { number } = (await post(STALL)).body.ticket;
    for (let i = 0; i < 30; i += 1)
      await door.ask('POST', `/api/v1/tickets/${number}/commands`, {
        command: 'tag',
        args: { tags: i % 2 === 0 ? '+a' : '-a' },
      });
    await bench.flow.settle();
    const events = [];
    for (let cursor: string | null = ''; cursor !== null;) {
      const { body } = await get(`/${number}/history?limit=7${cursor === '' ? '' : `&cursor=${cursor}`}`);
      expect(body.events.length).toBeLessThanOrEqual(7);
      events.push(...body.events);
      cursor = body.nextCursor;
    }
    expect(events.map((e) => e.seq)).toEqual(Array.from({ length: 31 }, (_, i) => i + 1));
    expect(firstBroken(events)).toBeNull();
    expect(firstBroken(events.map((e) => (e.seq === 9 ? { ...e, cause: 'other' } : e)))).toBe(9);
  });

  it('pages through messages of one moment, each once', async () => {
    const { number } = (await post(STALL)).body.ticket;
    const ticket = await on.store.tickets.byNumber(number);
    const text = (i: number): string => `message ${i}`;
    await on.store.messages.add(
      Array.from({ length: 9 }, (_, i) => ({
        _id: `m${i}`,
        ticket: ticket?._id ?? '',
        direction: 'in',
        author: { kind: 'customer', account: 'a' },
        body: { text: text(i), attachments: [] },
        address: null,
        platformId: null,
        state: 'received',
        at: new Date(bench.clock.now().getTime() + (i < 5 ? 1_000 : 2_000)),
      })),
    );
    const seen: string[] = [];
    for (let cursor: string | null = ''; cursor !== null;) {
      const { body } = await get(`/${number}/messages?limit=2${cursor === '' ? '' : `&cursor=${cursor}`}`);
      seen.push(...body.messages.map((m: { text: string }) => m.text));
      cursor = body.nextCursor;
    }
    expect(seen).toHaveLength(10);
    expect(new Set(seen.slice(1))).toEqual(new Set(Array.from({ length: 9 }, (_, i) => text(i))));
  });
});
