import { expect, test } from 'vitest';
import { countUses, lendSession, lendView, readGrant } from '../../../adapters/dingtalk/grants.ts';
import { systemIds } from '../../../src/ids.ts';
import { createVault } from '../../../src/vault.ts';
import { manualClock } from '../../support/clock.ts';
import { vault } from '../../support/dingtalk.ts';

const place = { id: 'p-1', conversation: 'cidA==', user: 'lilei' };
const URL = 'https://oapi.dingtalk.com/robot/sendBySession?session=abc';
const clock = manualClock();

test('what a message lends ends a minute before its webhook does', () => {
  const endsAt = clock.now().getTime() + 5_400_000;
  const grant = lendSession(vault, place, { url: URL, endsAt });
  expect(grant).toMatchObject({ uses: 5, boundTo: 'lilei', expiresAt: new Date(endsAt - 60_000) });
  expect(grant).not.toHaveProperty('surface');
  expect(readGrant(vault, grant.secret)).toEqual({ ...place, session: URL, card: null, until: endsAt - 60_000 });
});

test('what a press lends is half an hour of the view of who pressed', () => {
  const grant = lendView(vault, place, 'gd-own-1', clock.now());
  expect(grant.expiresAt.getTime() - clock.now().getTime()).toBe(30 * 60_000);
  expect(readGrant(vault, grant.secret)).toMatchObject({ session: null, card: 'gd-own-1' });
});

test('one of another key, of another shape, or altered is none', () => {
  const { secret } = lendView(vault, place, 'gd-own-1', clock.now());
  const other = createVault(
    { grantKey: Buffer.alloc(32, 9), digestSalt: 'other', linkKey: Buffer.alloc(32, 9) },
    systemIds,
  );
  const [body = '', proof = ''] = secret.split('.');
  expect(readGrant(other, secret)).toBeNull();
  for (const forged of ['', '.', body, `${body}.${proof}x`, `${body}x.${proof}`])
    expect(readGrant(vault, forged)).toBeNull();
});

test('each key is one use, and of many grants the oldest are forgotten', () => {
  const facts = readGrant(vault, lendView(vault, place, 'gd-own-1', clock.now()).secret);
  if (facts === null) throw new Error('unreadable');
  const uses = countUses();
  expect(uses.look(facts, 'a')).toBe('free');
  // Looking is no use: what failed is tried again.
  expect(uses.look(facts, 'a')).toBe('free');
  for (const key of ['a', 'b', 'c', 'd']) uses.note(facts, key);
  expect([uses.look(facts, 'a'), uses.look(facts, 'e')]).toEqual(['done', 'free']);
  uses.note(facts, 'e');
  expect([uses.look(facts, 'e'), uses.look(facts, 'f')]).toEqual(['done', 'spent']);
  for (let i = 0; i < 10_000; i += 1) uses.note({ ...facts, id: `other ${i}` }, 'a');
  expect(uses.look(facts, 'f')).toBe('free');
});
