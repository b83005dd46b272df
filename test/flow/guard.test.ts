import { beforeEach, describe, expect, it } from 'vitest';
import type { Adapter, OutMessage } from '../../adapters/adapter.ts';
import { DeliveryError } from '../../src/errors.ts';
import { createBreaker } from '../../src/flow/breaker.ts';
import { createGuard, Halted, type Guarded } from '../../src/flow/guard.ts';
import { systemIds } from '../../src/ids.ts';
import type { OutboxRow } from '../../src/storage/outbox.ts';
import { manualClock, type ManualClock } from '../support/clock.ts';
import { doubleAdapter, type DoubleAdapter } from '../support/flow.ts';

const address = { platform: 'sandbox', app: 'demo', conversation: 'g' };
const message: OutMessage = { type: 'text', text: '秘密', attachments: [] };
const aRow: OutboxRow = {
  _id: 'r',
  app: 'sandbox\ndemo',
  lane: 'l',
  address,
  body: { kind: 'say', message: 'm' },
  state: 'pending',
  order: new Date(0),
  notBefore: new Date(0),
  attempts: 0,
};

let clock: ManualClock;
let inner: DoubleAdapter;
let held: number;
let marks: string[];
let failures: string[];
beforeEach(() => {
  clock = manualClock();
  inner = doubleAdapter(clock);
  held = 1;
  marks = [];
  failures = [];
});

function guarded(more: Partial<Adapter> = {}, row: OutboxRow = aRow): Guarded {
  const nothing = (): void => undefined;
  const meter = {
    inbound: nothing,
    intent: nothing,
    delivered: nothing,
    seen: nothing,
    platform: nothing,
    notified: nothing,
    alarm: nothing,
    failed: (_app: string, failure: string): void => void failures.push(failure),
  };
  const store = { outbox: { unsure: async (_id: string, key: string): Promise<void> => void marks.push(key) } };
  const guard = createGuard(
    { clock, meter, store },
    row.app,
    { ...inner, ...more },
    {
      tenure: { fresh: (epoch) => epoch === held },
      breaker: createBreaker(clock, systemIds),
    },
  );
  return guard(row, 1, () => () => undefined);
}

async function failureOf(work: Promise<unknown>): Promise<unknown> {
  return work.then(
    () => null,
    (error: unknown) => error,
  );
}

describe('a guarded call', () => {
  it.each([
    ['null', null],
    ['a text', 'id'],
    ['no id', {}],
    ['an empty id', { id: '' }],
    ['a number', { id: 7 }],
    ['a huge id', { id: 'x'.repeat(501) }],
    ['nothing', undefined],
  ])('takes %s for no message', async (_name, answer) => {
    const adapter = guarded({ send: async () => answer as never, update: async () => answer as never });
    expect(await failureOf(adapter.send(address, message, 'k'))).toMatchObject({ failure: 'unknown' });
    expect(await failureOf(adapter.update(address, { id: 'a' }, message, 'k'))).toMatchObject({ failure: 'unknown' });
  });

  it('takes a message with an id of 500 characters', async () => {
    const id = 'x'.repeat(500);
    expect(await guarded({ send: async () => ({ id }) }).send(address, message, 'k')).toEqual({ id });
  });

  it('turns any other error into an unknown outcome that names nothing of what was sent', async () => {
    const error = new SyntaxError('Unexpected token < in JSON at 秘密 xoxb-1');
    const adapter = guarded({
      send: () => {
        throw error;
      },
      reply: async () => {
        throw Object.assign(new Error('x'), { name: '秘密 is no name' });
      },
    });
    const failed = await failureOf(adapter.send(address, message, 'k'));
    expect(failed).toBeInstanceOf(DeliveryError);
    expect(failed).toMatchObject({ failure: 'unknown', message: 'the adapter threw SyntaxError' });
    const grant = { secret: 's', uses: 1, expiresAt: new Date(0) };
    expect(await failureOf(adapter.reply(grant, message, 'k'))).toMatchObject({
      message: 'the adapter threw an error without a name',
    });
    expect(failures).toEqual(['unknown', 'unknown']);
  });

  it('keeps a failure of the contract as it is', async () => {
    inner.fails(new DeliveryError('rate-limited', 'slow down', 3_000));
    expect(await failureOf(guarded().send(address, message, 'k'))).toMatchObject({
      failure: 'rate-limited',
      retryAfterMs: 3_000,
    });
  });

  it('is given up after ten seconds, and what it answers later is ignored', async () => {
    let answer: (ref: { id: string }) => void = () => undefined;
    let refuse: (error: Error) => void = () => undefined;
    const adapter = guarded({
      send: () => new Promise((resolve) => (answer = resolve)),
      update: () => new Promise((_resolve, reject) => (refuse = reject)),
    });
    const sending = failureOf(adapter.send(address, message, 'k'));
    const updating = failureOf(adapter.update(address, { id: 'a' }, message, 'k'));
    clock.advance(9_999);
    expect(await Promise.race([sending, Promise.resolve('waits')])).toBe('waits');
    clock.advance(1);
    for (const given of [await sending, await updating])
      expect(given).toMatchObject({ failure: 'unknown', message: 'no answer within 10 s' });
    answer({ id: 'late' });
    refuse(new Error('late'));
    await Promise.resolve();
  });

  it('is not made once the lease is lost, or held anew under a younger epoch', async () => {
    const adapter = guarded();
    held = 2;
    expect(await failureOf(adapter.send(address, message, 'k'))).toBeInstanceOf(Halted);
    expect(inner.calls).toEqual([]);
  });

  it('is not made while the platform is away', async () => {
    const adapter = guarded();
    inner.fails(new DeliveryError('auth', 'no'));
    await failureOf(adapter.send(address, message, 'k'));
    expect(await failureOf(adapter.send(address, message, 'k'))).toBeInstanceOf(Halted);
    expect(inner.calls).toHaveLength(1);
  });
});

describe('a platform that can tell what became of a send', () => {
  const asked: string[] = [];
  const telling = (found: string | null): Partial<Adapter> => ({
    settle: async (_address, key) => {
      asked.push(key);
      return found === null ? null : { id: found };
    },
  });
  beforeEach(() => asked.splice(0));

  it('is not asked about the first try, which is noted before it goes', async () => {
    await guarded(telling('old')).send(address, message, 'k');
    expect([asked, marks, inner.calls.length]).toEqual([[], ['k'], 1]);
  });

  it('is asked before a repeat: what it finds was posted', async () => {
    const adapter = guarded(telling('found'), { ...aRow, unsure: 'k' });
    expect(await adapter.send(address, message, 'k')).toEqual({ id: 'found' });
    expect([asked, inner.calls.length]).toEqual([['k'], 0]);
  });

  it('is asked before a repeat: what it does not find goes again', async () => {
    const adapter = guarded(telling(null), { ...aRow, unsure: 'k' });
    expect(await adapter.send(address, message, 'k')).toEqual({ id: 'posted:k' });
    expect([asked, inner.calls.length]).toEqual([['k'], 1]);
  });

  it('is asked about a card that an earlier process reserved, and not about another key', async () => {
    const adapter = guarded(telling(null), { ...aRow, unsure: 'other' });
    adapter.doubt('k');
    await adapter.send(address, message, 'k');
    await adapter.send(address, message, 'new');
    expect([asked, marks]).toEqual([['k'], ['k', 'new']]);
  });

  it('whose answer makes no sense is not sent to again in the same try', async () => {
    const adapter = guarded({ settle: async () => ({ id: '' }) }, { ...aRow, unsure: 'k' });
    expect(await failureOf(adapter.send(address, message, 'k'))).toMatchObject({ failure: 'unknown' });
    expect(inner.calls).toEqual([]);
  });
});
