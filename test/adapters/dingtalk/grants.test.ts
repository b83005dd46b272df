import { expect, test } from 'vitest';
import { lendSession, lendView, readGrant } from '../../../adapters/dingtalk/grants.ts';
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
