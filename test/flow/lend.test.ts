import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import type { InboundInvoke } from '../../adapters/adapter.ts';
import type { Intent } from '../../src/domain/intent.ts';
import type { Ticket } from '../../src/domain/ticket.ts';
import { post } from '../../src/flow/post.ts';
import { aBench, aStore, failure, LENT_MS, type Bench, type Call } from '../support/flow.ts';

let on: Awaited<ReturnType<typeof aStore>>;
let bench: Bench;
beforeAll(async () => {
  on = await aStore();
});
afterAll(() => on.close());

let turn = 0;
let ticket: Ticket;
beforeEach(async () => {
  turn += 1;
  await bench?.flow.stop();
  await on.empty();
  const route: Bench['parts']['route'] = async (d) => d.teams.get('aftersales') ?? null;
  bench = aBench(on.store, { route }, [], { update: 'by-grant' });
  const id = `k${turn}`;
  await bench.writes('杯子碎了', {
    id: `m${turn}`,
    conversation: { id: `customer:${id}`, kind: 'customer' },
    sender: { id, name: id },
  });
  const rows = await on.store.tickets.list({ order: 'newest' }, 1);
  const loaded = await on.store.tickets.load(rows[0]?._id ?? '');
  if (loaded === null) throw new Error('no ticket');
  ticket = loaded;
});

const group = (): Call[] => bench.adapter.calls.filter((c) => c.conversation === 'group:aftersales');
let causes = 0;
const does = async (intent: Intent, person = 'lilei'): Promise<void> => {
  causes += 1;
  const actor = { kind: 'person', id: person, name: person } as const;
  const { refusal } = await bench.flow.perform(ticket._id, intent, { actor, cause: `lend-${causes}` });
  expect(refusal).toBeNull();
  await bench.flow.settle();
};
const surfaces = async () =>
  (await on.store.surfaces.ofTicket(ticket._id))
    .filter((s) => s.place.card === 'ticket')
    .toSorted((a, b) => a.generation - b.generation);
/** Somebody presses a button of the card, which lends one change of it. */
const pressOf = (surface: string, command: string, secret: string): InboundInvoke => {
  causes += 1;
  return {
    kind: 'invoke',
    platform: 'sandbox',
    app: 'demo',
    id: `press-${causes}`,
    conversation: { id: 'group:aftersales', kind: 'group' },
    sender: { id: 'lilei', name: '李雷' },
    receivedAt: bench.clock.now(),
    invocation: { command, args: { ticket: String(ticket.number) } },
    surface,
    grants: [{ surface, secret, uses: 1, expiresAt: new Date(bench.clock.now().getTime() + LENT_MS) }],
  };
};
const presses = async (surface: string, command: string, secret: string): Promise<void> => {
  await bench.flow.sink.accept(pressOf(surface, command, secret));
  await bench.flow.settle();
};

describe('where each change of a card spends what the platform lent', () => {
  it('the press pays for the change it causes, and what the post lent is kept for another one', async () => {
    const [card] = await surfaces();
    await presses(card?._id ?? '', 'claim', 'click-1');
    expect(group().map((c) => [c.method, c.spent])).toEqual([
      ['send', undefined],
      ['update', 'click-1'],
    ]);
    await does({ type: 'prioritise', priority: 'high' });
    expect(group().at(-1)).toMatchObject({ method: 'update', spent: `sent:${card?._id}` });
    expect((await surfaces())[0]?.lent).toEqual([]);
    expect(JSON.stringify(await surfaces())).not.toContain('click');
  });

  it('when nothing is left an open ticket gets a successor; a press of the old card marks it', async () => {
    const [card] = await surfaces();
    await does({ type: 'prioritise', priority: 'high' });
    await does({ type: 'tag', add: ['x'], remove: [] });
    await does({ type: 'tag', add: ['y'], remove: [] });
    expect(group().map((c) => c.method)).toEqual(['send', 'update']);
    await bench.passes(5 * 60_000);
    expect(group().map((c) => c.method)).toEqual(['send', 'update', 'send', 'withdraw']);
    expect(group().at(-1)?.key).toBe(`posted:${card?._id}`);
    expect((await surfaces()).map((s) => [s.generation, s.state])).toEqual([
      [1, 'gone'],
      [2, 'live'],
    ]);
    await presses(card?._id ?? '', 'show', 'late');
    const marked = group().at(-1);
    expect(marked).toMatchObject({ method: 'update', spent: 'late' });
    expect(marked?.message.type === 'card' ? marked.message.card.summary : '').toContain('旧');
  });

  it('what has run out is as good as spent', async () => {
    bench.clock.advance(LENT_MS + 1);
    await does({ type: 'tag', add: ['x'], remove: [] });
    expect(group().map((c) => c.method)).toEqual(['send', 'send', 'withdraw']);
  });

  it('what has to be taken anew is shown anew at once, what somebody has is not', async () => {
    await does({ type: 'claim' });
    await does({ type: 'tag', add: ['x'], remove: [] });
    expect(group().map((c) => c.method)).toEqual(['send', 'update']);
    await does({ type: 'release', reason: 'busy' });
    expect(group().map((c) => c.method)).toEqual(['send', 'update', 'send', 'withdraw']);
  });

  it('what came back is shown anew at once, also when something else has been said since', async () => {
    await does({ type: 'claim' });
    await bench.passes(1_000);
    const actor = { kind: 'person', id: 'lilei', name: 'lilei' } as const;
    await bench.flow.perform(ticket._id, { type: 'release', reason: 'busy' }, { actor, cause: 'back' });
    await does({ type: 'tag', add: ['x'], remove: [] });
    expect(group().map((c) => c.method)).toEqual(['send', 'update', 'send', 'withdraw']);
  });

  it('a press that only asks brings a card up to date that shows less than is so', async () => {
    const [card] = await surfaces();
    await does({ type: 'tag', add: ['x'], remove: [] });
    await does({ type: 'tag', add: ['y'], remove: [] });
    await presses(card?._id ?? '', 'show', 'look');
    expect(group().map((c) => [c.method, c.spent])).toEqual([
      ['send', undefined],
      ['update', `sent:${card?._id}`],
      ['update', 'look'],
    ]);
  });

  it('what the press lent that opens a form pays for what comes of the form', async () => {
    const [card] = await surfaces();
    const surface = card?._id ?? '';
    const form = await bench.flow.sink.openForm({
      ...pressOf(surface, 'note', 'asked'),
      asks: true,
    });
    expect(form).not.toBeNull();
    await does({ type: 'tag', add: ['x'], remove: [] });
    expect(group().at(-1)).toMatchObject({ method: 'update', spent: 'asked' });
  });

  it('a press that opens a form puts a card right that shows less than is so', async () => {
    const [card] = await surfaces();
    await does({ type: 'tag', add: ['x'], remove: [] });
    await does({ type: 'tag', add: ['y'], remove: [] });
    expect(group().map((c) => c.method)).toEqual(['send', 'update']);
    await bench.flow.sink.openForm({ ...pressOf(card?._id ?? '', 'note', 'asked'), asks: true });
    await bench.flow.settle();
    expect(group().at(-1)).toMatchObject({ method: 'update', spent: 'asked' });
  });

  it('words to colleagues that change spend what was lent for them, once', async () => {
    const to = { platform: 'sandbox', app: 'demo', conversation: 'group:aftersales' };
    const said = { to, person: null, sentence: { key: 'flow.undo', params: null }, offers: [] } as const;
    await post(bench.parts, { ...said, key: 'hello', passing: true });
    await bench.flow.settle();
    await post(bench.parts, { ...said, key: 'over', instead: 'hello' });
    await bench.flow.settle();
    expect(group().at(-1)).toMatchObject({ method: 'update', spent: 'sent:post:hello' });
    await post(bench.parts, { ...said, key: 'over-again', instead: 'hello' });
    await bench.flow.settle();
    expect(group().filter((c) => c.method === 'update')).toHaveLength(1);
    await presses('post:hello', 'show', 'pressed');
    await post(bench.parts, { ...said, key: 'once-more', instead: 'hello' });
    await bench.flow.settle();
    expect(group().at(-1)).toMatchObject({ method: 'update', spent: 'pressed' });
  });

  it('a ticket that is over gets no successor', async () => {
    await does({ type: 'claim' });
    const before = group().length;
    await does({ type: 'resolve', disposition: 'handled', note: null, notice: 'n' });
    expect(group().length).toBe(before);
  });

  it('what a refused try did not spend is good for the next one; what the platform calls spent is', async () => {
    bench.adapter.fails(failure('retryable'));
    await does({ type: 'tag', add: ['x'], remove: [] });
    for (let i = 0; i < 5; i += 1) await bench.passes(1_000);
    expect(group().map((c) => c.method)).toEqual(['send', 'update', 'update']);
    const [card] = await surfaces();
    bench.adapter.fails(failure('gone'));
    await presses(card?._id ?? '', 'claim', 'spent-already');
    for (let i = 0; i < 5; i += 1) await bench.passes(1_000);
    expect((await surfaces()).map((s) => s.state)).toEqual(['gone', 'live']);
  });
});

it('where nothing can be changed a ticket is shown anew only when the group has to take it again', async () => {
  const route: Bench['parts']['route'] = async (d) => d.teams.get('aftersales') ?? null;
  await bench.flow.stop();
  bench = aBench(on.store, { route }, [], { update: false });
  await does({ type: 'claim' });
  await does({ type: 'prioritise', priority: 'high' });
  expect(group()).toEqual([]);
  await does({ type: 'release', reason: 'busy' });
  expect(group().map((c) => c.method)).toEqual(['send']);
});
