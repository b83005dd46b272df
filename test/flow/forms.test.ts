import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import type { InboundForm } from '../../adapters/adapter.ts';
import type { Reply } from '../../src/flow/process.ts';
import { createReceive } from '../../src/flow/receive.ts';
import { aBench, aMessage, aStore, type Bench } from '../support/flow.ts';

let on: Awaited<ReturnType<typeof aStore>>;
let bench: Bench;
let ticket: { _id: string; number: number };
let turn = 0;
beforeAll(async () => {
  on = await aStore();
});
afterAll(() => on.close());
beforeEach(async () => {
  turn += 1;
  bench = aBench(on.store, { process: `p${turn}` });
  await on.store.leases.freeAll();
  const conversation = { id: `customer:${turn}`, kind: 'customer' } as const;
  const sender = { id: `c${turn}`, name: '小美' };
  const first = aMessage(bench.clock, `m${turn}`, '快递三天没更新了');
  await bench.flow.sink.accept({ ...first, conversation, sender });
  const [opened] = await on.store.tickets.ofCustomer(`sandbox\ndemo\nc${turn}`, 'tea');
  if (opened === undefined) throw new Error('no ticket');
  ticket = opened;
});

let events = 0;
const envelope = (user: string) => {
  events += 1;
  return {
    platform: 'sandbox',
    app: 'demo',
    id: `event-${events}`,
    conversation: { id: `direct:${user}`, kind: 'direct' },
    sender: { id: user, name: user },
    receivedAt: bench.clock.now(),
  } as const;
};
const opened = (user: string, command = 'note') =>
  bench.flow.sink.openForm({
    ...envelope(user),
    kind: 'invoke',
    invocation: { command, args: { ticket: String(ticket.number) } },
  });
/** Each submission comes as an event of its own, as from a platform that gives clicks no ids. */
const submits = (user: string, nonce: string | undefined, text: string, command = 'note') => {
  const form: InboundForm = {
    ...envelope(user),
    kind: 'form',
    invocation: { command, args: { ticket: String(ticket.number), text } },
    ...(nonce === undefined ? {} : { nonce }),
  };
  return bench.flow.sink.accept(form);
};
const notes = async (): Promise<readonly string[]> =>
  (await on.store.notes.ofTicket(ticket._id, 10)).map((n) => n.noteText);

describe('a typed verb whose values are missing', () => {
  /** Somebody types alone with the bot, on a platform that may lend the means to show a form. */
  const types = (user: string, text: string, takesForm: boolean) =>
    bench.flow.sink.accept({
      ...envelope(user),
      kind: 'message',
      text,
      attachments: [],
      addressed: true,
      ...(takesForm && { takesForm: true as const }),
    });

  it('is its form at once where one can be shown, with a nonce of its own', async () => {
    const { answer } = await types('zhou', `note ${ticket.number}`, true);
    expect(answer).toMatchObject({ message: null, form: { invoke: { command: 'note' } } });
    expect(answer?.form?.nonce).toMatch(/^[\w-]{22}$/u);
    await submits('zhou', answer?.form?.nonce, '问过仓库');
    await submits('zhou', answer?.form?.nonce, '问过仓库');
    expect(await notes()).toEqual(['问过仓库']);
  });

  it('new without words is the form of new', async () => {
    const { answer } = await types('zhou', 'new', true);
    expect(answer?.form?.fields.map((f) => f.name)).toEqual(expect.arrayContaining(['text', 'category', 'order']));
  });

  it('elsewhere is a button that opens it', async () => {
    const { answer } = await types('zhou', 'new', false);
    expect(answer).toMatchObject({
      form: null,
      message: { card: { actions: [{ invoke: { command: 'new', args: {} } }] } },
    });
  });

  it('is that button, too, when the form is ready too late, with what is known and what was to be said first', async () => {
    const work = async (): Promise<Reply> => {
      const form = await opened('zhou', 'pending');
      bench.clock.advance(2_000);
      return { answer: { first: { key: 'flow.instead', params: { no: 1, into: 2 } } }, form, person: 'zhou' };
    };
    const receive = createReceive(bench.parts, Object.assign(work, { form: async () => null }), () => undefined);
    const typed = { text: 'pending 1', attachments: [], addressed: true, takesForm: true } as const;
    expect(await receive.accept({ ...envelope('zhou'), kind: 'message', ...typed })).toEqual({ stored: true });
    await bench.flow.settle();
    const late = bench.adapter.calls.findLast((c) => c.conversation === 'direct:zhou')?.message;
    expect(late).toMatchObject({
      card: {
        summary: 'T-1 已并入 T-2。「挂起」还缺内容，点下面的按钮填写',
        actions: [{ invoke: { command: 'pending', args: { ticket: String(ticket.number) } } }],
      },
    });
  });
});

it('one form that was opened once and sent twice is one note', async () => {
  const form = await opened('zhou');
  expect(form?.nonce).toMatch(/^[\w-]{22}$/u);
  const both = await Promise.all([
    submits('zhou', form?.nonce, '催过承运商'),
    submits('zhou', form?.nonce, '催过承运商'),
  ]);
  expect(both.filter((b) => b.answer !== undefined)).toHaveLength(1);
  await submits('zhou', form?.nonce, '催过承运商');
  expect(await notes()).toEqual(['催过承运商']);
});

it('a form that is opened again, or is somebody else’s, is another one', async () => {
  const [first, second, other] = [await opened('zhou'), await opened('zhou'), await opened('chenchen')];
  expect(new Set([first?.nonce, second?.nonce, other?.nonce]).size).toBe(3);
  await submits('zhou', first?.nonce, '第一次');
  await submits('zhou', second?.nonce, '第二次');
  await submits('chenchen', first?.nonce, '同事');
  await submits('zhou', undefined, '没有编号');
  await submits('zhou', undefined, '没有编号');
  expect((await notes()).toSorted()).toEqual(['同事', '没有编号', '没有编号', '第一次', '第二次'].toSorted());
});

it('a reply that is sent twice reaches the customer once', async () => {
  const form = await opened('zhou', 'reply');
  await submits('zhou', form?.nonce, '马上给您查', 'reply');
  await submits('zhou', form?.nonce, '马上给您查', 'reply');
  await bench.passes(6_000);
  const said = bench.adapter.calls.filter((c) => c.message.type === 'text' && c.message.text === '马上给您查');
  expect(said).toHaveLength(1);
});

it('values that were wrong come back as a form with a nonce of its own, which then counts', async () => {
  const form = await opened('zhou');
  const wrong = await submits('zhou', form?.nonce, '长'.repeat(5_000));
  const again = wrong.answer?.form;
  expect(again?.fields.some((f) => f.error !== undefined)).toBe(true);
  expect(again?.nonce).not.toBe(form?.nonce);
  await submits('zhou', again?.nonce, '短');
  await submits('zhou', again?.nonce, '短');
  expect(await notes()).toEqual(['短']);
});
