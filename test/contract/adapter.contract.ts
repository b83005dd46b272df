import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { Adapter, Grant, OutMessage } from '../../adapters/adapter.ts';
import type { Address } from '../../src/domain/address.ts';
import { DeliveryError } from '../../src/errors.ts';
import { aCard } from '../support/sandbox.ts';

/** One message as the emulated platform keeps it. */
export interface PlatformMessage {
  readonly id: string;
  readonly text?: string;
  readonly card?: { readonly title: string };
  readonly version?: number;
}

/** What a platform's emulator offers to the contract: its adapter, started, and a look at what it really stored. */
export interface AdapterUnderTest {
  readonly adapter: Adapter;
  /** A team's group with at least the two `members`. */
  readonly group: Address;
  readonly members: readonly [string, string];
  /** A conversation with a customer, and who they are there; null: the platform has none. */
  readonly customer: { readonly address: Address; readonly user: string } | null;
  /** What this member reads there, oldest first. */
  read(address: Address, user: string): Promise<readonly PlatformMessage[]>;
  /** The member writes something in the group; returns the grant it lent. */
  grantFrom(user: string): Promise<Grant>;
  /** Lets the platform refuse further sends to the group for a while. */
  exhaust(): Promise<void>;
  /** Moves the clock that the platform's limits go by. */
  advance(ms: number): void;
  stopAndStart(): Promise<void>;
  close(): Promise<void>;
}

const text = (words: string): OutMessage => ({ type: 'text', text: words, attachments: [] });
const card = (title: string, version: number): OutMessage => ({
  type: 'card',
  card: aCard(title),
  fallback: title,
  version,
});

async function failureOf(work: Promise<unknown>): Promise<DeliveryError> {
  const error: unknown = await work.then(
    () => null,
    (e: unknown) => e,
  );
  if (!(error instanceof DeliveryError)) throw new Error('expected a DeliveryError', { cause: error });
  return error;
}

/** What every adapter keeps, whatever the platform; run against its emulator. */
export function adapterContract(name: string, make: () => Promise<AdapterUnderTest>): void {
  describe(`the adapter contract: ${name}`, () => {
    let under: AdapterUnderTest;
    beforeEach(async () => {
      under = await make();
    });
    afterEach(async () => {
      await under.close();
    });
    const readers = async (user: string) => under.read(under.group, user);

    it('posts words that every member reads', async () => {
      await under.adapter.send(under.group, text('T-4821 已认领'), 'k1');
      for (const member of under.members) expect((await readers(member)).map((m) => m.text)).toEqual(['T-4821 已认领']);
    });

    it('posts once however often the same key is sent', async () => {
      if (!under.adapter.capabilities(under.group).idempotentSend) return;
      const first = await under.adapter.send(under.group, text('一次'), 'k1');
      const again = await under.adapter.send(under.group, text('一次'), 'k1');
      const together = await Promise.all(
        Array.from({ length: 10 }, async () => under.adapter.send(under.group, text('同时'), 'k2')),
      );
      expect(again).toEqual(first);
      expect(new Set(together.map(({ id }) => id)).size).toBe(1);
      expect((await readers(under.members[0])).map((m) => m.text)).toEqual(['一次', '同时']);
    });

    it('knows what became of a send, where it can tell', async () => {
      if (under.adapter.settle === undefined) return;
      const ask = async (key: string, message: OutMessage) => under.adapter.settle?.(under.group, key, message);
      expect(await ask('s1', card('一', 1))).toBeNull();
      const ref = await under.adapter.send(under.group, card('一', 1), 's1');
      for (let i = 0; i < 30; i += 1) await under.adapter.send(under.group, text('别的'), `k${i}`);
      expect(await ask('s1', card('一', 1))).toEqual(ref);
      await under.adapter.update(under.group, ref, { ...card('二', 2), surface: 's1' } as OutMessage, 's1:2');
      expect(await ask('s1', card('一', 1))).toEqual(ref);
      expect(await ask('s2', card('一', 1))).toBeNull();
    });

    it('keeps the order in which messages were sent', async () => {
      const words = Array.from({ length: 20 }, (_, i) => `第 ${i} 句`);
      for (const [i, w] of words.entries()) await under.adapter.send(under.group, text(w), `k${i}`);
      expect((await readers(under.members[0])).map((m) => m.text)).toEqual(words);
    });

    it('redraws a card in place', async () => {
      if (under.adapter.capabilities(under.group).update !== true) return;
      const ref = await under.adapter.send(under.group, card('待认领', 1), 's1');
      await under.adapter.update(under.group, ref, card('李雷处理中', 2), 'u1');
      const [message, ...rest] = await readers(under.members[0]);
      expect(rest).toEqual([]);
      expect(message?.card?.title).toBe('李雷处理中');
      expect(message?.version).toBe(2);
    });

    it('never lets an older card cover a newer one', async () => {
      if (under.adapter.capabilities(under.group).update !== true) return;
      const ref = await under.adapter.send(under.group, card('一', 1), 's1');
      await under.adapter.update(under.group, ref, card('三', 3), 'u3');
      await under.adapter.update(under.group, ref, card('二', 2), 'u2');
      expect((await readers(under.members[0]))[0]?.card?.title).toBe('三');
    });

    it('says that a message it does not know is gone', async () => {
      if (under.adapter.capabilities(under.group).update !== true) return;
      const error = await failureOf(under.adapter.update(under.group, { id: 'nothing' }, card('一', 1), 'u1'));
      expect(error.failure).toBe('gone');
    });

    it('says that a conversation it does not know is gone', async () => {
      const nowhere = { ...under.group, conversation: 'nowhere' };
      expect((await failureOf(under.adapter.send(nowhere, text('有人吗'), 'k1'))).failure).toBe('gone');
    });

    it('shows a private message to one member only', async () => {
      if (!under.adapter.capabilities(under.group).privateInGroup) return;
      await under.adapter.send(under.group, text('李雷更快'), 'k1', under.members[1]);
      expect(await readers(under.members[0])).toEqual([]);
      expect((await readers(under.members[1])).map((m) => m.text)).toEqual(['李雷更快']);
    });

    it('answers privately with a grant until it is spent, each key once', async () => {
      const grant = await under.grantFrom(under.members[0]);
      const before = (await readers(under.members[0])).length;
      for (let use = 0; use < grant.uses; use += 1) {
        await under.adapter.reply(grant, text(`答 ${use}`), `r${use}`);
        await under.adapter.reply(grant, text(`答 ${use}`), `r${use}`);
      }
      expect((await failureOf(under.adapter.reply(grant, text('再答'), 'r-more'))).failure).toBe('gone');
      const answers = (await readers(under.members[0])).slice(before).map((m) => m.text);
      expect(answers).toEqual(Array.from({ length: grant.uses }, (_, use) => `答 ${use}`));
      expect((await readers(under.members[1])).filter((m) => m.text?.startsWith('答') === true)).toEqual([]);
    });

    it('takes no answer on a grant that has expired or was made up', async () => {
      const grant = await under.grantFrom(under.members[0]);
      const altered = grant.secret.replace(/^./, (first) => (first === 'A' ? 'B' : 'A'));
      for (const secret of [altered, `${grant.secret}x`, '']) {
        const forged = await failureOf(under.adapter.reply({ ...grant, secret }, text('假'), 'r1'));
        expect(forged.failure).toBe('permanent');
      }
      under.advance(grant.expiresAt.getTime());
      expect((await failureOf(under.adapter.reply(grant, text('晚了'), 'r2'))).failure).toBe('gone');
    });

    it('says how long to wait when the platform refuses for its rate', async () => {
      await under.exhaust();
      const error = await failureOf(under.adapter.send(under.group, text('太快'), 'late'));
      expect(error.failure).toBe('rate-limited');
      expect(error.retryAfterMs).toBeGreaterThan(0);
      under.advance(error.retryAfterMs ?? 0);
      await under.adapter.send(under.group, text('太快'), 'late');
      expect((await readers(under.members[0])).at(-1)?.text).toBe('太快');
    });

    it.each([
      '<script>alert(1)</script>',
      '@所有人 <!channel> [点我](https://example.com) *粗*',
      '\u202Eabc\u202C שלום 👩‍👩‍👧‍👦 🇨🇳 \u{20BB7}',
      '第一行\n第二行\t"引号" \\ \u0001',
      '__proto__',
    ])('delivers hostile text as text: %j', async (words) => {
      await under.adapter.send(under.group, text(words), 'k1');
      // A character that nobody can see may be left out, and so may a blank at the end.
      const visible = words.replaceAll(/[^\P{Cc}\n\t]/gu, '');
      expect([words, visible, visible.trimEnd()]).toContain((await readers(under.members[0]))[0]?.text);
    });

    it('takes its longest text and refuses a longer one for good', async () => {
      const { maxText } = under.adapter.capabilities(under.group);
      await under.adapter.send(under.group, text('👍'.repeat(maxText)), 'k1');
      const error = await failureOf(under.adapter.send(under.group, text('长'.repeat(maxText + 1)), 'k2'));
      expect(error.failure).toBe('permanent');
      expect(await readers(under.members[0])).toHaveLength(1);
    });

    it('goes on where it was after a stop and a start', async () => {
      const ref = await under.adapter.send(under.group, card('一', 1), 's1');
      const grant = await under.grantFrom(under.members[0]);
      await under.stopAndStart();
      expect(under.adapter.health().ok).toBe(true);
      const again = under.adapter.capabilities(under.group).idempotentSend
        ? under.adapter.send(under.group, card('一', 1), 's1')
        : under.adapter.settle?.(under.group, 's1', card('一', 1));
      // What knows no keys and cannot be asked remembers nothing either.
      expect((await again) ?? ref).toEqual(ref);
      await under.adapter.send(under.group, text('二'), 'k2');
      await under.adapter.reply(grant, text('答'), 'r1');
      expect((await readers(under.members[0])).slice(-2).map((m) => m.text)).toEqual(['二', '答']);
    });

    it('knows its people', async () => {
      expect((await under.adapter.lookUp(under.members[0]))?.name).toBeTruthy();
      expect(await under.adapter.lookUp('nobody')).toBeNull();
    });
  });
}
