import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import type { InboundEvent, OutMessage } from '../../adapters/adapter.ts';
import type { DeliveryError } from '../../src/errors.ts';
import { resendAll } from '../../src/flow/letters.ts';
import type { Store } from '../../src/storage/store.ts';
import { aBench, aMessage, aStore, failure, type Bench } from '../support/flow.ts';

let on: Awaited<ReturnType<typeof aStore>>;
beforeAll(async () => {
  on = await aStore();
});
afterAll(() => on.close());

const wordsOf = (m: OutMessage | null | undefined): string => (m?.type === 'card' ? m.card.summary : (m?.text ?? ''));

let turn = 0;
let bench: Bench;
let ticket: { _id: string; number: number };
/** What the next writes of an inbox row or a message meet. */
const broken = { tell: false };
beforeEach(async () => {
  turn += 1;
  broken.tell = false;
  await on.store.leases.freeAll();
  for (const name of ['outbox', 'inbox']) await on.store.connection.collection(name).deleteMany({});
  const add: Store['inbox']['add'] = async (rows) => {
    if (broken.tell && rows.some((r) => r._id.startsWith('undelivered:'))) {
      broken.tell = false;
      throw new Error('the process died');
    }
    return on.store.inbox.add(rows);
  };
  const store = { ...on.store, inbox: { ...on.store.inbox, add } };
  bench = aBench(store, { process: `p${turn}`, store });
  script.length = 0;
  const send = bench.adapter.send.bind(bench.adapter);
  Object.assign(bench.adapter, {
    send: async (...args: Parameters<typeof send>) => {
      const sent = await send(...args);
      const next = args[0].conversation === chat() ? script.shift() : undefined;
      if (next !== undefined) throw next;
      return sent;
    },
  });
  await bench.flow.sink.accept({
    ...aMessage(bench.clock, `first-${turn}`, '杯子碎了'),
    conversation: { id: chat(), kind: 'customer' },
    sender: { id: `c${turn}`, name: '小美' },
  });
  const [opened] = await on.store.tickets.ofCustomer(`sandbox\ndemo\nc${turn}`, 'tea');
  if (opened === undefined) throw new Error('no ticket');
  ticket = opened;
  await says(`认领 ${ticket.number}`);
  await bench.flow.settle();
});

/** What the next messages to the customer meet, in order. */
const script: DeliveryError[] = [];
const fails = (...failures: readonly DeliveryError[]): void => {
  script.push(...failures);
};
const chat = (): string => `customer:${turn}`;
let events = 0;
async function acts(more: Partial<InboundEvent>): Promise<OutMessage | null> {
  events += 1;
  bench.clock.advance(1);
  const id = `event-${events}`;
  const from = { conversation: { id: 'direct:zhou', kind: 'direct' }, sender: { id: 'zhou', name: '周总' } } as const;
  const { answer } = await bench.flow.sink.accept({
    ...aMessage(bench.clock, id, ''),
    ...from,
    ...more,
    id,
  } as InboundEvent);
  return answer?.message ?? null;
}
const says = (text: string) => acts({ text });
/** Replies; the arguments of the button that takes it back. */
async function replies(text: string): Promise<Record<string, string>> {
  const answer = await says(`回复 ${ticket.number} ${text}`);
  const offer = answer?.type === 'card' ? answer.card.actions.find((a) => a.invoke.command === 'undo') : undefined;
  return { ...offer?.invoke.args };
}
const undoes = async (args: Record<string, string>): Promise<string> =>
  wordsOf(await acts({ kind: 'invoke', invocation: { command: 'undo', args } }));
const tried = (): string[] =>
  bench.adapter.calls
    .filter((c) => c.conversation === chat())
    .map((c) => wordsOf(c.message))
    .slice(1);
const messageOf = async (text: string) =>
  (await on.store.messages.ofTicket(ticket._id, 50)).find((m) => 'text' in m.body && m.body.text === text);
const later = async (ms: number): Promise<void> => {
  for (let left = ms; left > 0; left -= 1_000) await bench.passes(Math.min(1_000, left));
};

describe('taking back what is on its way', () => {
  it('what certainly did not arrive can still be spared before the next try', async () => {
    const reply = await replies('发错了');
    fails(failure('rate-limited', 3_000));
    await later(5_000);
    expect(tried()).toEqual(['发错了']);
    expect(await undoes(reply)).toContain('客户没有看到');
    await later(60_000);
    expect(tried()).toEqual(['发错了']);
    expect((await messageOf('发错了'))?.state).toBe('withdrawn');
  });

  it('what may have arrived counts as read, also when a later try certainly failed', async () => {
    const reply = await replies('发错了');
    fails(failure('unknown'), failure('rate-limited', 8_000));
    await later(7_000);
    expect(tried()).toEqual(['发错了', '发错了']);
    expect(await undoes(reply)).toContain('客户已经看到了');
    expect(await undoes({ ...reply, sure: 'yes' })).toContain('更正已发给客户');
    await later(30_000);
    expect(tried().slice(2)).toEqual(['发错了', expect.stringContaining('请忽略')]);
  });

  it('what was taken back and then refused for good is neither corrected nor missed, and no resend brings it back', async () => {
    const reply = await replies('发错了');
    fails(failure('unknown'));
    await later(5_000);
    fails(failure('permanent'));
    expect(await undoes({ ...reply, sure: 'yes' })).toContain('更正已发给客户');
    await later(30_000);
    expect(tried()).toEqual(['发错了', '发错了']);
    expect(await on.store.tickets.load(ticket._id)).toMatchObject({ undelivered: null });
    await resendAll(on.store, bench.clock.now());
    await later(10_000);
    expect(tried()).toEqual(['发错了', '发错了']);
  });
});

describe('an undo that was cut after the message was withdrawn', () => {
  it('and is refused when it comes back: the message goes out, before what was written after it', async () => {
    await replies('一');
    const first = await messageOf('一');
    await on.store.messages.withdraw(first?._id ?? '');
    await replies('二');
    await later(12_000);
    expect(tried()).toEqual([]);
    await on.store.messages.restore(first?._id ?? '');
    await later(5_000);
    expect(tried()).toEqual(['一', '二']);
  });

  it('and never comes back: the message goes out once it is surely too late for the undo', async () => {
    await replies('一');
    await on.store.messages.withdraw((await messageOf('一'))?._id ?? '');
    await replies('二');
    await later(89_000);
    expect(tried()).toEqual([]);
    await later(4_000);
    expect(tried()).toEqual(['一', '二']);
  });
});

describe('giving up', () => {
  it('is told to the ticket, however often the process dies in between', async () => {
    await replies('在吗');
    fails(failure('permanent'));
    broken.tell = true;
    await bench.passes(5_000).catch(() => undefined);
    await later(10_000);
    const message = await messageOf('在吗');
    expect(message?.state).toBe('failed');
    expect(await on.store.tickets.load(ticket._id)).toMatchObject({ undelivered: message?._id });
    expect(tried()).toEqual(['在吗']);
    expect((await on.store.outbox.deadLetters(10)).map((r) => r.body.kind)).toEqual(['say']);
  });

  it('what was put back and fails again is told again', async () => {
    await replies('在吗');
    fails(failure('permanent'));
    await later(6_000);
    await replies('再试一次');
    await later(6_000);
    expect(await on.store.tickets.load(ticket._id)).toMatchObject({ undelivered: null });
    fails(failure('permanent'));
    await resendAll(on.store, bench.clock.now());
    await later(2_000);
    expect(await on.store.tickets.load(ticket._id)).toMatchObject({ undelivered: (await messageOf('在吗'))?._id });
  });
});
