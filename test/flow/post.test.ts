import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import type { OutMessage } from '../../adapters/adapter.ts';
import type { Address } from '../../src/domain/address.ts';
import { post } from '../../src/flow/post.ts';
import type { Sentence } from '../../src/text/text.ts';
import { aBench, aStore, failure, type Bench } from '../support/flow.ts';
import { aDirectory, aPerson } from '../support/tickets.ts';

let on: Awaited<ReturnType<typeof aStore>>;
let bench: Bench;
beforeAll(async () => {
  on = await aStore();
  const { people } = aDirectory();
  const directory = aDirectory({ people: new Map([...people, ['ann', aPerson('ann', 'Ann', { locale: 'en' })]]) });
  bench = aBench(on.store, { directory: () => directory });
});
afterAll(() => on.close());
beforeEach(() => bench.adapter.calls.splice(0));

const sentence: Sentence = { key: 'command.list_none', params: { mine: false } };
const offers = [
  { label: { key: 'flow.claim', params: null }, invoke: { command: 'claim', args: { ticket: '7' } } },
] as const;
const at = (conversation: string): Address => ({ platform: 'sandbox', app: 'demo', conversation });
const words = (message: OutMessage | undefined): string =>
  message?.type === 'card' ? message.card.summary : (message?.text ?? '');

describe('a post', () => {
  it('is said once per key, in the language of who reads it', async () => {
    const { parts, adapter, flow } = bench;
    for (const person of ['ann', 'lilei']) {
      const one = { key: `once-${person}`, to: at(`direct:${person}`), person, sentence, offers: [] };
      await post(parts, one);
      await post(parts, one);
      await flow.settle();
      await post(parts, one);
      await flow.settle();
    }
    expect(adapter.calls.map((c) => [c.conversation, words(c.message)])).toEqual([
      ['direct:ann', 'There are no tickets here'],
      ['direct:lilei', '这里没有工单'],
    ]);
  });

  it('has its buttons on a card, the first one primary', async () => {
    const { parts, adapter, flow } = bench;
    await post(parts, { key: 'buttons', to: at('group:aftersales'), person: null, sentence, offers });
    await flow.settle();
    const [call] = adapter.calls;
    expect(call?.message).toMatchObject({
      type: 'card',
      card: { kind: 'notice', summary: '这里没有工单', actions: [{ label: '认领', style: 'primary' }] },
    });
  });

  it('can be shown differently later, once it has gone out', async () => {
    const { parts, adapter, flow } = bench;
    adapter.fails(failure('retryable'));
    await post(parts, { key: 'first', to: at('group:aftersales'), person: null, sentence, offers });
    await post(parts, {
      key: 'then',
      instead: 'first',
      to: at('group:aftersales'),
      person: null,
      sentence,
      offers: [],
    });
    await flow.settle();
    expect(adapter.calls.map((c) => c.method)).toEqual(['send']);
    await bench.passes(1_000);
    await bench.passes(1_000);
    expect(adapter.calls.map((c) => c.method)).toEqual(['send', 'send', 'update']);
    expect(adapter.calls[2]?.message).toMatchObject({ type: 'card', version: 2, card: { actions: [] } });
  });

  it('that never went out is not changed, and one that somebody deleted is left alone', async () => {
    const { parts, adapter, flow } = bench;
    const to = at('group:logistics');
    await post(parts, { key: 'dead', to, person: null, sentence, offers });
    adapter.fails(failure('permanent'));
    await flow.settle();
    await post(parts, { key: 'after-dead', instead: 'dead', to, person: null, sentence, offers: [] });
    await post(parts, { key: 'deleted', to, person: null, sentence, offers });
    await flow.settle();
    adapter.fails(failure('gone'));
    await post(parts, { key: 'after-deleted', instead: 'deleted', to, person: null, sentence, offers: [] });
    await flow.settle();
    expect(adapter.calls.map((c) => [c.method, c.key])).toEqual([
      ['send', 'post:dead'],
      ['send', 'post:deleted'],
      ['update', 'post:after-deleted'],
    ]);
    expect(await on.store.outbox.load('post:after-deleted')).toMatchObject({ state: 'done' });
  });

  it('to a platform that is not connected is not kept', async () => {
    const { parts } = bench;
    const to = { platform: 'slack', app: 'T1', conversation: 'C1' };
    await post(parts, { key: 'nowhere', to, person: null, sentence, offers });
    expect(await on.store.outbox.load('post:nowhere')).toBeNull();
  });
});
