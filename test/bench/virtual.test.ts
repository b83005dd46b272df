import * as fc from 'fast-check';
import { afterAll, beforeAll, expect, it } from 'vitest';
import type { OutMessage } from '../../adapters/adapter.ts';
import type { SandboxLimit } from '../../adapters/sandbox/limits.ts';
import { shopFile } from '../../bench/shop.ts';
import { openVirtual, type Virtual } from '../../bench/virtual.ts';
import { limitOf, most } from '../support/limits.ts';

const once = (conversation: string, method: 'send' | 'update', kind: 'drop' | 'reject'): SandboxLimit => ({
  ...limitOf({ name: `${conversation}-${method}`, per: 'conversation', method, count: 1, windowMs: 60_000 }),
  conversations: [conversation],
  overrun: { kind },
});

let v: Virtual;
beforeAll(async () => {
  const limits = [
    once('g-presale', 'send', 'drop'),
    once('g-aftersale', 'update', 'drop'),
    once('g-logistics', 'send', 'reject'),
  ];
  v = await openVirtual(shopFile(4, 1), limits, []);
});
afterAll(() => v.stop());

const words = (text: string): OutMessage => ({ type: 'text', text, attachments: [] });
const card = (version: number): OutMessage => ({
  type: 'card',
  card: { kind: 'board', locale: 'en', tone: 'grey', title: 'board', summary: '', blocks: [], actions: [] },
  fallback: '',
  version,
});

/** What became of every call to the adapter in this conversation. */
const outcomes = (conversation: string): readonly string[] =>
  v.calls.filter((c) => c.conversation === conversation).map(({ method, outcome }) => `${method} ${outcome}`);

const inGroup = (conversation: string) => {
  const adapter = v.parts.adapters.get('sandbox\nsandbox');
  if (adapter === undefined) throw new Error('no adapter');
  const address = { platform: 'sandbox', app: 'sandbox', conversation };
  return {
    send: (message: OutMessage, key: string) => adapter.send(address, message, `${conversation}:${key}`),
    update: (ref: { id: string }, message: OutMessage, key: string) =>
      adapter.update(address, ref, message, `${conversation}:${key}`),
  };
};

it('a message that the platform swallows is one call that was dropped', async () => {
  const group = inGroup('g-presale');
  await group.send(words('one'), '1');
  await group.send(words('two'), '2');
  expect(outcomes('g-presale')).toEqual(['send taken', 'send dropped']);
});

it('so is a change of a message', async () => {
  const group = inGroup('g-aftersale');
  const ref = await group.send(card(1), '1');
  await group.update(ref, card(2), '1:2');
  await group.update(ref, card(3), '1:3');
  expect(outcomes('g-aftersale')).toEqual(['send taken', 'update taken', 'update dropped']);
});

it('one that it refuses is one call that was refused, and has no message', async () => {
  const group = inGroup('g-logistics');
  await group.send(words('one'), '1');
  await expect(group.send(words('two'), '2')).rejects.toMatchObject({ failure: 'rate-limited' });
  expect(outcomes('g-logistics')).toEqual(['send taken', 'send refused']);
  expect(v.calls.at(-1)).toMatchObject({ key: 'g-logistics:2', ref: null });
});

it('the most in a window is what its definition says, in whatever order they come', () => {
  const inWindow = (all: readonly number[], end: number, ms: number) =>
    all.filter((at) => at <= end && at > end - ms).length;
  fc.assert(
    fc.property(fc.array(fc.nat({ max: 60 })), fc.integer({ min: 1, max: 30 }), (moments, ms) => {
      expect(most(moments, ms)).toBe(Math.max(0, ...moments.map((end) => inWindow(moments, end, ms))));
    }),
  );
});
