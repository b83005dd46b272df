import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import type { InboundForm, InboundReport } from '../../adapters/adapter.ts';
import type { Report } from '../../src/domain/report.ts';
import type { Ticket } from '../../src/domain/ticket.ts';
import { createApi, type Api, type Reported } from '../../src/flow/api.ts';
import type { ApiKey } from '../../src/storage/api-keys.ts';
import { aBench, aStore, type Bench } from '../support/flow.ts';

let on: Awaited<ReturnType<typeof aStore>>;
let bench: Bench;
let api: Api;
beforeAll(async () => {
  on = await aStore();
});
afterAll(() => on.close());
beforeEach(async () => {
  await on.empty();
  bench = aBench(on.store);
  api = createApi(bench.parts, bench.flow.sink);
});

const REPORT: Report = {
  matter: 'stall:281234567890123',
  updates: false,
  deadline: null,
  shop: 'tea',
  subject: '物流停滞 48 小时',
  text: '订单 281234567890123 的包裹 48 小时没有动静',
  category: 'logistics.stalled',
  priority: 'high',
  tags: ['停滞'],
  team: null,
  facts: { order: '281234567890123', carrier: '中通' },
  customer: null,
  digest: 'd1',
};
const aReport = (id: string, more: Partial<Report> = {}): InboundReport => {
  const report = { ...REPORT, ...more };
  return {
    kind: 'report',
    platform: 'hook',
    app: 'shop',
    id,
    conversation: { id: report.matter ?? id, kind: 'system' },
    sender: { id: 'hook:shop', name: 'shop' },
    receivedAt: bench.clock.now(),
    report,
  };
};
const ticketOf = (reported: Reported): Ticket => {
  if (!('ticket' in reported)) throw new Error(`no ticket: ${reported.kind}`);
  return reported.ticket;
};

describe('a report of another system', () => {
  it('opens a ticket with what it says, in the queue its category belongs to', async () => {
    const reported = await api.report(aReport('r1'));
    expect(reported.kind).toBe('opened');
    const ticket = ticketOf(reported);
    expect(ticket).toMatchObject({
      subject: '物流停滞 48 小时',
      category: 'logistics.stalled',
      team: 'logistics',
      priority: 'high',
      status: 'new',
      source: { kind: 'system', platform: 'shop' },
      facts: { order: '281234567890123', carrier: '中通' },
    });
    expect(ticket.history.tail.map((e) => [e.type, e.actor])).toEqual([
      ['opened', { kind: 'system', name: 'hook:shop' }],
    ]);
    await bench.flow.settle();
    const [call] = bench.adapter.calls;
    expect(call?.conversation).toBe('group:logistics');
    expect(call?.message.type === 'card' ? call.message.card.title : '').toContain('物流停滞 48 小时');
  });

  it('brings the marketplace’s deadline along, whose clock runs day and night', async () => {
    const deadline = new Date(bench.clock.now().getTime() + 30 * 3_600_000);
    const { clocks } = ticketOf(await api.report(aReport('r1', { deadline })));
    expect(clocks.penalty).toMatchObject({ due: deadline, nonstop: true });
    expect(ticketOf(await api.report(aReport('r2', { matter: 'other' }))).clocks).not.toHaveProperty('penalty');
  });

  it('is one ticket however often it comes, also at the same moment', async () => {
    const all = await Promise.all(Array.from({ length: 50 }, () => api.report(aReport('r1'))));
    expect(new Set(all.map((r) => ticketOf(r).number)).size).toBe(1);
    expect(all.filter((r) => r.kind === 'opened')).toHaveLength(1);
    expect(all.filter((r) => r.kind === 'repeated')).toHaveLength(49);
    expect(await on.store.tickets.list({}, 10)).toHaveLength(1);
    expect((await api.report(aReport('r1'))).kind).toBe('repeated');
  });

  it('something else under the same id is refused', async () => {
    await api.report(aReport('r1'));
    expect((await api.report(aReport('r1', { digest: 'd2' }))).kind).toBe('conflict');
  });

  it('news of a matter that is open is told to its ticket: a note, and never less urgent', async () => {
    const first = ticketOf(await api.report(aReport('r1')));
    const second = await api.report(aReport('r2', { text: '72 小时了', priority: 'urgent', tags: ['停滞', '催'] }));
    expect(second.kind).toBe('updated');
    expect(ticketOf(second)).toMatchObject({ number: first.number, priority: 'urgent', tags: ['停滞', '催'] });
    const third = ticketOf(await api.report(aReport('r3', { text: '73 小时了', priority: 'low' })));
    expect(third).toMatchObject({ number: first.number, priority: 'urgent' });
    const notes = await on.store.notes.ofTicket(first._id, 10);
    expect(notes.map((n) => [n.noteText, n.author])).toEqual([
      ['物流停滞 48 小时\n72 小时了', { kind: 'system', name: 'hook:shop' }],
      ['物流停滞 48 小时\n73 小时了', { kind: 'system', name: 'hook:shop' }],
    ]);
    expect(ticketOf(await api.report(aReport('r2'))).number).toBe(first.number);
  });

  it('once the ticket is done the same matter is a new one that goes on from it', async () => {
    const first = ticketOf(await api.report(aReport('r1')));
    const actor = { kind: 'person', id: 'zhou', name: '周总' } as const;
    await bench.flow.perform(first._id, { type: 'claim' }, { actor, cause: 'c1' });
    const resolve = { type: 'resolve', disposition: 'handled', note: null, notice: 'n1' } as const;
    expect((await bench.flow.perform(first._id, resolve, { actor, cause: 'c2' })).outcome).toBe('done');
    const again = await api.report(aReport('r2'));
    expect(again.kind).toBe('opened');
    expect(ticketOf(again).follows).toEqual({ ticket: first._id, number: first.number });
    // What was told before the end is still answered by the ticket it was told to.
    expect(ticketOf(await api.report(aReport('r1'))).number).toBe(first.number);
  });

  it('without a matter each is a ticket of its own; one that only adds finds none and leaves nothing', async () => {
    const one = ticketOf(await api.report(aReport('r1', { matter: null })));
    const two = ticketOf(await api.report(aReport('r2', { matter: null })));
    expect(two.number).not.toBe(one.number);
    expect((await api.report(aReport('r3', { updates: true }))).kind).toBe('ignored');
    expect((await api.report(aReport('r3', { updates: true }))).kind).toBe('ignored');
    expect(await on.store.tickets.list({}, 10)).toHaveLength(2);
  });

  it('reports of one matter that meet open one ticket, whichever process works them', async () => {
    const other = aBench(on.store, { process: 'other' }, [], {}, bench.clock);
    const apis = [api, createApi(other.parts, other.flow.sink)];
    const state = { over: false };
    const reports = Promise.all(
      Array.from(
        { length: 20 },
        (_, i) => apis[i % 2]?.report(aReport(`r${i}`)) ?? Promise.reject(new Error('no api')),
      ),
    ).finally(() => (state.over = true));
    // Both are at work while time passes.
    await Promise.all([bench.flow.start(), other.flow.start()]);
    while (!state.over) {
      await new Promise(setImmediate);
      bench.clock.advance(5);
    }
    await Promise.all([bench.flow.stop(), other.flow.stop()]);
    const all = await reports;
    expect(new Set(all.map((r) => ticketOf(r).number)).size).toBe(1);
    expect(all.filter((r) => r.kind === 'opened')).toHaveLength(1);
  });
});

const KEY: ApiKey = {
  _id: 'k1',
  name: 'erp',
  hash: '',
  scopes: ['commands'],
  shops: [],
  actors: ['lilei'],
  rate: 100,
  createdAt: new Date(0),
  revokedAt: null,
  usedAt: null,
};

describe('a verb through a key', () => {
  let asked = 0;
  const says = (command: string, no: number, args: Record<string, string>, by = 'api:erp', id?: string) => {
    asked += 1;
    const event: InboundForm = {
      kind: 'form',
      platform: 'api',
      app: 'erp',
      id: id ?? `ask-${asked}`,
      conversation: { id: id ?? `ask-${asked}`, kind: 'system' },
      sender: { id: by, name: by },
      receivedAt: bench.clock.now(),
      invocation: { command, args: { ticket: String(no), ...args } },
    };
    return api.command(event);
  };

  it('is written down to the program, or to the person with the program', async () => {
    await on.store.apiKeys.add(KEY);
    const { _id, number } = ticketOf(await api.report(aReport('r1')));
    expect(await says('priority', number, { priority: 'urgent' })).toMatchObject({ outcome: { outcome: 'done' } });
    const lilei = await says('note', number, { text: '已催' }, 'lilei');
    // 李雷 is not of the team the ticket is with: a key gives nobody more rights than they have.
    expect(lilei).toMatchObject({ kind: 'worked', outcome: { outcome: 'refused', refusal: { code: 'not_found' } } });
    expect(await says('transfer', number, { to: '售后', text: '归售后' }, 'zhou')).toMatchObject({ kind: 'worked' });
    await on.store.connection
      .collection<{ _id: string }>('tickets')
      .updateOne({ _id }, { $set: { team: 'aftersales' } });
    expect(await says('note', number, { text: '已催' }, 'lilei')).toMatchObject({ outcome: { outcome: 'done' } });
    const after = await on.store.tickets.load(_id);
    expect(after?.history.tail.map((e) => e.actor)).toEqual([
      { kind: 'system', name: 'hook:shop' },
      { kind: 'system', name: 'api:erp' },
      { kind: 'person', id: 'lilei', name: '李雷', via: 'api:erp' },
    ]);
    expect(after?.priority).toBe('urgent');
  });

  it('says what is refused, what is missing and what is wrong', async () => {
    await on.store.apiKeys.add(KEY);
    const { number } = ticketOf(await api.report(aReport('r1')));
    expect(await says('reply', number, { text: '在查' })).toMatchObject({
      outcome: { outcome: 'refused', refusal: { code: 'unreachable' } },
    });
    expect(await says('note', number, {})).toMatchObject({
      outcome: { outcome: 'incomplete', fields: [{ field: 'text', message: null }] },
    });
    const wrong = await says('priority', number, { priority: 'soon' });
    expect(wrong).toMatchObject({ outcome: { outcome: 'incomplete', fields: [{ field: 'priority' }] } });
  });

  it('is done once under one id, and something else under it is refused', async () => {
    await on.store.apiKeys.add(KEY);
    const { _id, number } = ticketOf(await api.report(aReport('r1')));
    expect(await says('note', number, { text: 'a' }, 'api:erp', 'same')).toMatchObject({ kind: 'worked' });
    expect(await says('note', number, { text: 'a' }, 'api:erp', 'same')).toEqual({ kind: 'repeated' });
    expect(await says('note', number, { text: 'b' }, 'api:erp', 'same')).toEqual({ kind: 'conflict' });
    expect(await on.store.notes.ofTicket(_id, 10)).toHaveLength(1);
  });

  it('that was refused is not said to be done when it is asked again, and one that waits still waits', async () => {
    await on.store.apiKeys.add(KEY);
    const { number } = ticketOf(await api.report(aReport('r1')));
    expect(await says('reply', number, { text: '在查' }, 'api:erp', 'no')).toMatchObject({
      outcome: { outcome: 'refused' },
    });
    expect(await says('reply', number, { text: '在查' }, 'api:erp', 'no')).toEqual({ kind: 'unchanged' });
    await on.store.connection
      .collection<{ _id: string }>('inbox')
      .updateOne({ _id: 'api\nerp\nno' }, { $unset: { doneAt: 1 } });
    expect(await says('reply', number, { text: '在查' }, 'api:erp', 'no')).toEqual({ kind: 'pending' });
  });

  it("by the key itself is an agent's: what takes a lead or whoever works on it is refused, and nobody is on duty for it", async () => {
    await on.store.apiKeys.add(KEY);
    const { _id, number } = ticketOf(await api.report(aReport('r1')));
    expect(await says('assign', number, { person: 'chenchen' })).toMatchObject({
      outcome: { outcome: 'refused', refusal: { code: 'not_allowed', needs: 'lead' } },
    });
    const actor = { kind: 'person', id: 'zhou', name: '周总' } as const;
    await bench.flow.perform(_id, { type: 'claim' }, { actor, cause: 'c1' });
    expect(await says('resolve', number, { disposition: 'handled' })).toMatchObject({
      outcome: { outcome: 'refused', refusal: { code: 'not_allowed', needs: 'assignee', who: '周总' } },
    });
    expect(await says('told', number, { text: '电话里说过了' })).toMatchObject({ outcome: { outcome: 'done' } });
    expect((await on.store.duty.all()).map((r) => r._id)).not.toContain('api:erp');
  });

  it('of a key that was revoked changes nothing', async () => {
    await on.store.apiKeys.add({ ...KEY, revokedAt: new Date(0) });
    const { _id, number } = ticketOf(await api.report(aReport('r1')));
    await says('priority', number, { priority: 'urgent' });
    expect((await on.store.tickets.load(_id))?.priority).toBe('high');
  });
});
