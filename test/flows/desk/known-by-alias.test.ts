import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { accountKey } from '../../../src/domain/address.ts';
import { accountsBench, addressed, SLACK, type Accounts } from '../../support/accounts.ts';
import { aStore, type OwnStore } from '../../support/flow.ts';

let own: OwnStore;
let on: Accounts;
beforeAll(async () => {
  own = await aStore();
});
afterAll(() => own.close());

const MOBILE = 'mobile:13800138000';
/** The shop's file lists an agent and the admin there by their mobile numbers. */
const listed = () => {
  const plain = addressed();
  const accounts = new Map(plain.accounts);
  accounts.set(accountKey({ ...SLACK, user: MOBILE }), 'wangfang');
  accounts.set(accountKey({ ...SLACK, user: 'union:u-gao' }), 'gao');
  return { ...plain, accounts };
};
beforeEach(async () => {
  await own.empty();
  on = await accountsBench(own.store, listed());
});

const unknown = /^还没认识你/u;

describe('an account that the file lists by another name than the platform has for it', () => {
  it('is that person with the first thing they say', async () => {
    on.profiles.set('U1', { name: '芳芳', aliases: ['union:x', MOBILE] });
    expect(await on.says('U1', '列表')).toBe('这里没有工单');
    expect(on.who('U1')).toBe('wangfang');
    expect(await on.row('U1')).toMatchObject({ person: 'wangfang', by: 'alias', roles: [], teams: [] });
  });

  it('has the rights the file gives, an admin too: the file says whose account it is', async () => {
    on.profiles.set('U2', { name: '高飞', aliases: ['union:u-gao'] });
    await on.says('U2', '列表');
    expect(on.who('U2')).toBe('gao');
  });

  it('is nobody without it, and of another organisation whatever it says', async () => {
    on.profiles.set('U1', { name: '芳芳', aliases: ['mobile:13900139000'] });
    expect(await on.says('U1', '列表')).toMatch(unknown);
    on.profiles.set('U3', { name: '芳芳', aliases: [MOBILE], outsider: true });
    expect(await on.says('U3', '列表')).toMatch(unknown);
  });

  it('is nobody any more once the file lists it no longer', async () => {
    on.profiles.set('U1', { name: '芳芳', aliases: [MOBILE] });
    await on.says('U1', '列表');
    const without = await accountsBench(own.store, addressed(), on.bench.clock);
    without.profiles.set('U1', { name: '芳芳', aliases: [MOBILE] });
    expect(await without.says('U1', '列表')).toMatch(unknown);
  });
});
