import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import type { InboundForm, InboundInvoke } from '../../adapters/adapter.ts';
import type { Intent } from '../../src/domain/intent.ts';
import type { Surface } from '../../src/storage/surfaces.ts';
import { aBench, aMessage, aStore, type Bench } from '../support/flow.ts';

let on: Awaited<ReturnType<typeof aStore>>;
let bench: Bench;
let ticket: { _id: string; number: number };
let turn = 0;
beforeAll(async () => {
  on = await aStore();
});
afterAll(() => on.close());

let causes = 0;
const does = (person: string, intent: Intent) => {
  causes += 1;
  const actor = { kind: 'person', id: person, name: person } as const;
  return bench.flow.perform(ticket._id, intent, { actor, cause: `cause-${causes}` });
};
const surfaces = (): Promise<readonly Surface[]> => on.store.surfaces.ofTicket(ticket._id);
const surfaceOf = async (card: string): Promise<Surface> => {
  const found = (await surfaces()).find((s) => s.place.card === card);
  if (found === undefined) throw new Error(`no ${card} card stands`);
  return found;
};

/** A ticket of 李雷's that 王芳 did not take and whose customer wrote again: cards of every kind stand. */
beforeEach(async () => {
  turn += 1;
  bench = aBench(on.store, { process: `p${turn}` });
  await on.store.leases.freeAll();
  const customer = { id: `customer:${turn}`, kind: 'customer' } as const;
  const sender = { id: `c${turn}`, name: '小美' };
  const writes = async (text: string): Promise<void> => {
    await bench.flow.sink.accept({
      ...aMessage(bench.clock, `m${turn}-${text}`, text),
      conversation: customer,
      sender,
    });
    await bench.flow.settle();
  };
  await writes('快递三天没更新了');
  const [opened] = await on.store.tickets.ofCustomer(`sandbox\ndemo\nc${turn}`, 'tea');
  if (opened === undefined) throw new Error('no ticket');
  ticket = opened;
  await on.store.connection
    .collection<{ _id: string }>('tickets')
    .updateOne({ _id: ticket._id }, { $set: { team: 'aftersales' } });
  await does('lilei', { type: 'claim' });
  await does('lilei', { type: 'transfer', person: 'wangfang', team: null, note: 'n', words: '已核实' });
  await bench.flow.settle();
  await bench.passes(5 * 60_000);
  await writes('到底什么时候能到');
  await bench.passes(10_000);
});

let presses = 0;
/** Somebody uses a card as it stood long ago; what they read. */
async function uses(surface: Surface, by: string, command: string, more: Partial<InboundInvoke | InboundForm> = {}) {
  await on.store.connection
    .collection<{ _id: string }>('surfaces')
    .updateOne({ _id: surface._id }, { $set: { shown: 0 } });
  presses += 1;
  const { answer } = await bench.flow.sink.accept({
    kind: 'invoke',
    platform: 'sandbox',
    app: 'demo',
    id: `press-${presses}`,
    conversation: { id: surface.address.conversation, kind: 'direct' },
    sender: { id: by, name: by },
    receivedAt: bench.clock.now(),
    invocation: { command, args: { ticket: String(ticket.number) } },
    surface: surface._id,
    ...more,
  });
  const before = bench.adapter.calls.length;
  await bench.flow.settle();
  const redrawn = bench.adapter.calls
    .slice(before)
    .filter((c) => c.method === 'update' && c.key.startsWith(surface._id));
  const message = answer?.message;
  return {
    said: message?.type === 'card' ? message.card.summary : (message?.text ?? ''),
    redrawn: redrawn.map((c) => c.conversation),
  };
}

it.each(['ticket', 'work', 'offer', 'alert', 'news'])(
  'a refused press on a %s card brings that card up to date',
  async (card) => {
    const surface = await surfaceOf(card);
    const { said, redrawn } = await uses(surface, 'wangfang', 'claim');
    expect(said).toContain('已认领');
    expect(redrawn).toEqual([surface.address.conversation]);
    const ticketNow = await on.store.tickets.load(ticket._id);
    expect((await on.store.surfaces.load(surface._id))?.shown).toBe(ticketNow?.cardVersion);
  },
);

describe('so does', () => {
  it('what was so already', async () => {
    const surface = await surfaceOf('ticket');
    const { said, redrawn } = await uses(surface, 'lilei', 'claim');
    expect(said).toBe(`T-${ticket.number} 已经是你的了`);
    expect(redrawn).toEqual([surface.address.conversation]);
  });

  it('a press of somebody the directory does not know, and a verb that is none', async () => {
    const stranger = await uses(await surfaceOf('ticket'), 'nobody-knows', 'claim');
    expect(stranger.redrawn).toHaveLength(1);
    const nonsense = await uses(await surfaceOf('work'), 'lilei', 'fly');
    expect(nonsense.said).toContain('fly');
    expect(nonsense.redrawn).toHaveLength(1);
  });

  it('a form that was filled in for nothing', async () => {
    const args = { ticket: String(ticket.number), disposition: 'handled' };
    const more = { kind: 'form', invocation: { command: 'resolve', args } } as const;
    const { said, redrawn } = await uses(await surfaceOf('ticket'), 'wangfang', 'resolve', more);
    expect(said).toContain('由李雷负责');
    expect(redrawn).toHaveLength(1);
  });

  it('a value that is none, and a ticket that went where the speaker does not see it', async () => {
    const invocation = { command: 'priority', args: { ticket: String(ticket.number), priority: 'soon' } };
    const wrong = await uses(await surfaceOf('work'), 'lilei', 'priority', { invocation });
    expect(wrong.said).toContain('soon');
    expect(wrong.redrawn).toHaveLength(1);
    const gone = await uses(await surfaceOf('ticket'), 'chenchen', 'claim');
    expect(gone.said).toContain(`T-${ticket.number}`);
    expect(gone.redrawn).toHaveLength(1);
  });

  it('a ticket that is merged into another by now', async () => {
    const merged = { into: { ticket: 'x', number: 1, at: bench.clock.now() }, before: null, from: [] };
    const other = await on.store.tickets.load(ticket._id);
    if (other === null) throw new Error('no ticket');
    await on.store.connection
      .collection<{ _id: string }>('tickets')
      .insertOne({ ...other, _id: `survivor-${turn}`, number: 90_000 + turn } as { _id: string });
    await on.store.connection.collection<{ _id: string }>('tickets').updateOne(
      { _id: ticket._id },
      {
        $set: { merged: { ...merged, into: { ...merged.into, ticket: `survivor-${turn}`, number: 90_000 + turn } } },
      },
    );
    const { said, redrawn } = await uses(await surfaceOf('ticket'), 'wangfang', 'claim');
    expect(said).toContain(`T-${90_000 + turn}`);
    expect(redrawn).toHaveLength(1);
  });
});

it('a verb that still fits is done whatever the card said when it was pressed, and the card is redrawn once', async () => {
  const surface = await surfaceOf('ticket');
  const invocation = { command: 'note', args: { ticket: String(ticket.number), text: '催过承运商' } };
  const { said, redrawn } = await uses(surface, 'wangfang', 'note', { kind: 'form', invocation });
  expect(said).not.toContain('已认领');
  expect(await on.store.notes.ofTicket(ticket._id, 10)).toHaveLength(1);
  expect(redrawn.length).toBeLessThanOrEqual(1);
});
