import * as fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { InboundEvent, OutMessage } from '../../adapters/adapter.ts';
import { StoreUnavailable } from '../../src/errors.ts';
import type { Store } from '../../src/storage/store.ts';
import { aBench, aMessage, aStore, failure, type Bench } from '../support/flow.ts';

let on: Awaited<ReturnType<typeof aStore>>;
beforeAll(async () => {
  on = await aStore();
});
afterAll(() => on.close());

/** What the platform does with one message: `lost` and `crash` accept it, but nobody hears, or lives to note, that they did. */
type Luck = 'ok' | 'retryable' | 'limited' | 'lost' | 'crash' | 'permanent';
type Step =
  | { readonly do: 'reply' }
  | { readonly do: 'undo'; readonly which: number; readonly at: 'calm' | 'delivery' | 'reply' | 'cut' }
  | { readonly do: 'sure'; readonly which: number }
  | { readonly do: 'touch' }
  | { readonly do: 'pass'; readonly ms: number };
type Fate = 'spared' | 'corrected' | 'seen' | 'refused' | 'unheard';

interface Reply {
  readonly text: string;
  readonly args: Readonly<Record<string, string>>;
  /** What each try to take it back came to. */
  readonly undone: string[];
}

const wordsOf = (m: OutMessage): string => (m.type === 'card' ? m.card.summary : m.text);
function fateOf(answer: string | undefined): Fate {
  if (answer === undefined) return 'unheard';
  if (answer.includes('客户没有看到')) return 'spared';
  if (answer.includes('更正已发给客户')) return 'corrected';
  return answer.includes('客户已经看到了') ? 'seen' : 'refused';
}

let turn = 0;

/** One conversation with an agent on one side and a customer behind a platform of such luck on the other. */
async function talk(luck: readonly Luck[]) {
  turn += 1;
  await on.store.leases.freeAll();
  for (const name of ['outbox', 'inbox']) await on.store.connection.collection(name).deleteMany({});
  const cut = { armed: false };
  const change: Store['tickets']['change'] = async (...args) => {
    if (!cut.armed) return on.store.tickets.change(...args);
    cut.armed = false;
    throw new Error('the process died');
  };
  const store = { ...on.store, tickets: { ...on.store.tickets, change } };
  const bench: Bench = aBench(store, { process: `p${turn}`, store });
  const { flow, clock } = bench;
  const customer = `customer:${turn}`;
  const script = [...luck];
  /** What the customer has read, by key, in order; on a platform that recognises keys. */
  const read = new Map<string, string>();
  const answers = new Map<string, string>();
  Object.assign(bench.adapter, {
    send: async (address: { conversation: string }, message: OutMessage, key: string) => {
      if (address.conversation !== customer) {
        if (key.startsWith('answer:')) answers.set(key.slice('answer:sandbox\ndemo\n'.length), wordsOf(message));
        return { id: `posted:${key}` };
      }
      const now = script.shift() ?? 'ok';
      if (now === 'retryable' || now === 'permanent') throw failure(now);
      if (now === 'limited') throw failure('rate-limited', 1_000);
      if (!read.has(key)) read.set(key, wordsOf(message));
      if (now === 'lost') throw failure('unknown');
      if (now === 'crash') throw new StoreUnavailable(new Error('the process died'));
      return { id: `posted:${key}` };
    },
  });
  const settle = async (): Promise<void> => {
    for (;;) {
      try {
        await flow.settle();
        return;
      } catch (error) {
        if (!(error instanceof StoreUnavailable)) throw error;
      }
    }
  };
  let events = 0;
  const accept = async (more: Partial<InboundEvent>): Promise<{ id: string; answer: OutMessage | null }> => {
    events += 1;
    // No two events of one person come in the same millisecond.
    clock.advance(1);
    const id = `event-${turn}-${events}`;
    const from = { conversation: { id: 'direct:zhou', kind: 'direct' }, sender: { id: 'zhou', name: '周总' } } as const;
    const { answer } = await flow.sink.accept({ ...aMessage(clock, id, ''), ...from, ...more, id } as InboundEvent);
    return { id, answer: answer?.message ?? null };
  };
  await flow.sink.accept({
    ...aMessage(clock, `first-${turn}`, '杯子碎了'),
    conversation: { id: customer, kind: 'customer' },
    sender: { id: `c${turn}`, name: '小美' },
  });
  const [ticket] = await on.store.tickets.ofCustomer(`sandbox\ndemo\nc${turn}`, 'tea');
  if (ticket === undefined) throw new Error('no ticket');
  await accept({ text: `认领 ${ticket.number}` });
  // The acknowledgement is not what this is about.
  const saved = script.splice(0);
  await settle();
  read.clear();
  script.push(...saved);

  const replies: Reply[] = [];
  const reply = async (): Promise<void> => {
    const text = `第${replies.length + 1}句`;
    const slot = replies.length;
    replies.push({ text, args: {}, undone: [] });
    const { answer } = await accept({ text: `回复 ${ticket.number} ${text}` });
    const offer = answer?.type === 'card' ? answer.card.actions.find((a) => a.invoke.command === 'undo') : undefined;
    replies[slot] = { text, args: offer?.invoke.args ?? {}, undone: replies[slot]?.undone ?? [] };
  };
  const undo = async (which: number, sure: boolean): Promise<void> => {
    const target = replies[which % Math.max(1, replies.length)];
    if (target === undefined || target.args['seq'] === undefined) return;
    const args = sure ? { ...target.args, sure: 'yes' } : target.args;
    const { id, answer } = await accept({
      kind: 'invoke',
      invocation: { command: 'undo', args },
    });
    target.undone.push(id);
    if (answer !== null) answers.set(id, wordsOf(answer));
  };
  const cutShort = async (which: number): Promise<void> => {
    cut.armed = true;
    await undo(which, false);
    cut.armed = false;
  };
  const work: { readonly [K in Step['do']]: (step: Extract<Step, { do: K }>) => Promise<unknown> } = {
    reply: () => reply(),
    undo: ({ which, at }) => {
      if (at === 'cut') return cutShort(which);
      const undoing = undo(which, false);
      if (at === 'delivery') return Promise.all([undoing, settle()]);
      return at === 'reply' ? Promise.all([undoing, reply()]) : undoing;
    },
    sure: ({ which }) => undo(which, true),
    touch: () =>
      flow.perform(
        ticket._id,
        { type: 'pend', wait: 'warehouse', until: null },
        { actor: { kind: 'system', name: 's' }, cause: `touch-${(events += 1)}-${turn}` },
      ),
    pass: async ({ ms }) => {
      clock.advance(ms);
      await settle();
    },
  };
  return {
    read,
    replies,
    fates: (r: Reply) => r.undone.map((id) => fateOf(answers.get(id))),
    run: async (steps: readonly Step[]): Promise<void> => {
      for (const step of steps) await work[step.do](step as never);
      for (let calm = 0, i = 0; calm < 2 && i < 60; i += 1) {
        clock.advance(10_000);
        await settle();
        const waiting = await Promise.all([
          on.store.connection.collection('outbox').countDocuments({ state: 'pending' }),
          on.store.connection.collection('inbox').countDocuments({ open: true }),
        ]);
        calm = waiting.every((count) => count === 0) ? calm + 1 : 0;
      }
    },
    messages: () => on.store.messages.ofTicket(ticket._id, 100),
    pending: () => on.store.connection.collection('outbox').countDocuments({ state: 'pending' }),
    ticket: () => on.store.tickets.load(ticket._id),
  };
}

const CORRECTION = '请忽略';
const step: fc.Arbitrary<Step> = fc.oneof(
  { weight: 3, arbitrary: fc.constant<Step>({ do: 'reply' }) },
  {
    weight: 3,
    arbitrary: fc.record({
      do: fc.constant('undo' as const),
      which: fc.nat(5),
      at: fc.constantFrom('calm', 'delivery', 'reply', 'cut'),
    }),
  },
  { weight: 1, arbitrary: fc.record({ do: fc.constant('sure' as const), which: fc.nat(5) }) },
  { weight: 1, arbitrary: fc.constant<Step>({ do: 'touch' }) },
  {
    weight: 4,
    // Around the end of the hold to the millisecond, or anywhere.
    arbitrary: fc.record({
      do: fc.constant('pass' as const),
      ms: fc.oneof(fc.constantFrom(1, 500, 4_999, 5_000, 5_001), fc.nat(8_000)),
    }),
  },
);

async function check(steps: readonly Step[], luck: readonly Luck[]): Promise<void> {
  const t = await talk(luck);
  await t.run(steps);
  const texts = [...t.read.values()];
  const said = texts.filter((x) => x.startsWith('第'));
  expect(new Set(said).size, 'none is read twice').toBe(said.length);
  const order = said.map((x) => t.replies.findIndex((r) => r.text === x));
  expect(order, 'in the order in which they were written').toEqual(order.toSorted((a, b) => a - b));
  const messages = await t.messages();
  expect(messages.filter((m) => m.state === 'held' || m.state === 'sending')).toEqual([]);
  expect(await t.pending()).toBe(0);
  let corrected = 0;
  for (const reply of t.replies) {
    const message = messages.find((m) => 'text' in m.body && m.body.text === reply.text);
    const wasRead = said.includes(reply.text);
    const fates = t.fates(reply);
    const won = fates.filter((f) => f === 'spared' || f === 'corrected');
    expect(won.length, 'taken back at most once').toBeLessThanOrEqual(1);
    expect(fates, 'whoever presses hears').not.toContain('unheard');
    if (won.includes('spared')) expect(wasRead, `${reply.text} was spared`).toBe(false);
    else if (!wasRead) expect(['failed', 'withdrawn'], `${reply.text} was given up`).toContain(message?.state);
    if (won.length === 0 && !wasRead) expect(message?.state).toBe('failed');
    if (fates.includes('seen') && !luck.includes('permanent')) expect(wasRead || won.includes('spared')).toBe(true);
    if (won.includes('corrected') && wasRead) corrected += 1;
  }
  const corrections = texts.filter((x) => x.includes(CORRECTION)).length;
  if (!luck.includes('permanent')) expect(corrections).toBe(corrected);
  expect(corrections, 'only what was read is corrected').toBeLessThanOrEqual(corrected);
}

/** Conversations of each kind; more of them only take longer. */
const RUNS = 25;

/** Throws what the first conversation breaks. */
const tries = (luck: fc.Arbitrary<Luck>): Promise<void> =>
  fc.assert(
    fc.asyncProperty(fc.array(step, { minLength: 2, maxLength: 14 }), fc.array(luck, { maxLength: 10 }), check),
    { numRuns: RUNS, endOnFailure: true },
  );

describe('any interleaving of replying, taking back, delivery and time', () => {
  it('on a platform that takes everything', { timeout: 60_000 }, async () => {
    await expect(tries(fc.constant('ok'))).resolves.toBeUndefined();
  });

  it('on one that fails, and with processes that die after it accepted', { timeout: 120_000 }, async () => {
    await expect(tries(fc.constantFrom('ok', 'ok', 'retryable', 'limited', 'lost', 'crash'))).resolves.toBeUndefined();
  });

  it('on one that refuses some for good', { timeout: 120_000 }, async () => {
    await expect(tries(fc.constantFrom('ok', 'ok', 'retryable', 'lost', 'permanent'))).resolves.toBeUndefined();
  });
});
