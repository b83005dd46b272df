import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import type { Profile } from '../../../adapters/adapter.ts';
import { DeliveryError } from '../../../src/errors.ts';
import { accountsBench, addressed, SLACK, type Accounts } from '../../support/accounts.ts';
import { aStore, type OwnStore } from '../../support/flow.ts';
import { aDirectory, aPerson } from '../../support/tickets.ts';

let own: OwnStore;
let on: Accounts;
beforeAll(async () => {
  own = await aStore();
});
afterAll(() => own.close());
beforeEach(async () => {
  await own.empty();
  on = await accountsBench(own.store, addressed());
});

const member = (email: string, more: Partial<Profile> = {}): Profile => ({ name: '芳芳', email, ...more });
const unknown = /^还没认识你/u;

describe('an agent whom the platform knows by a verified address', () => {
  it('is the person of that address with the first thing they say, which is worked at once', async () => {
    on.profiles.set('U1', member(' Wangfang@Example.COM '));
    expect(await on.says('U1', '列表')).toBe('这里没有工单');
    expect(on.who('U1')).toBe('wangfang');
    expect(await on.row('U1')).toMatchObject({ person: 'wangfang', by: 'email', roles: [], teams: [], name: '芳芳' });
    const { people } = on.bench.parts.directory();
    expect(people.get('wangfang')?.roles).toEqual(['agent']);
    expect(people.get('wangfang')?.direct).toContainEqual({ ...SLACK, conversation: 'direct:U1' });
    await on.says('U1', '列表');
    expect(on.asked).toEqual(['U1']);
  });

  it('claims with the first press in a group, and is reached where the platform says', async () => {
    await on.bench.writes('收到的杯子碎了');
    const [row] = await own.store.tickets.list({}, 1);
    on.profiles.set('U1', member('lilei@example.com', { direct: 'D77' }));
    await on.says('U1', `认领 ${row?.number}`, { group: true });
    expect((await own.store.tickets.byNumber(row?.number ?? 0))?.assignee).toBe('lilei');
    const { people } = on.bench.parts.directory();
    expect(people.get('lilei')?.direct.at(-1)).toEqual({ ...SLACK, conversation: 'D77' });
  });

  it('stays that person in another process and after a restart, and in one row when worked twice', async () => {
    on.profiles.set('U1', member('wangfang@example.com'));
    await on.says('U1', '列表', { id: 'once' });
    expect(await on.says('U1', '列表', { id: 'once' })).toBe('');
    const first = await on.row('U1');
    const again = await accountsBench(own.store, addressed(), on.bench.clock);
    expect(again.who('U1')).toBe('wangfang');
    await own.store.connection
      .collection('inbox')
      .updateMany(
        {},
        { $set: { open: true, attempts: 0, lease: { by: '', until: new Date(0) } }, $unset: { doneAt: 1 } },
      );
    await again.bench.passes(1_000);
    expect(await again.row('U1')).toEqual(first);
    expect(again.asked).toEqual([]);
  });

  it('is one person also when they write in two places at the same moment', async () => {
    on.profiles.set('U1', member('wangfang@example.com'));
    const answers = await Promise.all([on.says('U1', '列表'), on.says('U1', '列表', { group: true })]);
    for (const answer of answers) expect(answer).toBe('这里没有工单');
    expect(on.who('U1')).toBe('wangfang');
  });

  it('is unknown again once the address is not theirs any more, and whoever has it then is known', async () => {
    on.profiles.set('U1', member('wangfang@example.com'));
    await on.says('U1', '列表');
    const file = addressed();
    const people = new Map(file.people);
    people.set('wangfang', aPerson('wangfang', '王芳'));
    people.set('xiaowu', aPerson('xiaowu', '小吴', { email: 'wangfang@example.com' }));
    const later = await accountsBench(own.store, { ...file, people }, on.bench.clock);
    expect(later.who('U1')).toBeUndefined();
    later.profiles.set('U1', member('wangfang@example.com'));
    await later.says('U1', '列表');
    expect(later.who('U1')).toBe('xiaowu');
  });

  it('is unknown again once they lead a team, until they send a code', async () => {
    on.profiles.set('U1', member('wangfang@example.com'));
    await on.says('U1', '列表');
    const file = addressed();
    const lead = { ...file, people: new Map(file.people) };
    lead.people.set(
      'wangfang',
      aPerson('wangfang', '王芳', { roles: ['agent', 'lead'], email: 'wangfang@example.com' }),
    );
    const later = await accountsBench(own.store, lead, on.bench.clock);
    later.profiles.set('U1', member('wangfang@example.com'));
    expect(await later.says('U1', '列表')).toContain('用验证码绑定');
    const code = /[A-Z0-9]{4}-[A-Z0-9]{4}/u.exec(await later.says('wangfang', '绑定 账号', { on: 'sandbox' }))?.[0];
    expect(await later.says('U1', `绑定 账号 ${code}`)).toContain('绑定好了');
    expect(later.who('U1')).toBe('wangfang');
    expect(await later.row('U1')).toMatchObject({ by: 'code', linked: { how: 'code' } });
  });
});

describe('somebody whose address counts for nothing', () => {
  it.each(['zhaomin', 'zhou', 'gao'])('%s, above an agent: reads that it takes a code', async (id) => {
    on.profiles.set('U1', member(`${id}@example.com`));
    for (const group of [false, true]) expect(await on.says('U1', '列表', { group })).toContain('要用验证码绑定');
    expect(on.who('U1')).toBeUndefined();
    expect(await on.row('U1')).toBeNull();
  });

  it.each([
    ['a guest', { name: '访客', outsider: true }],
    ['a guest of whom the platform tells an address all the same', member('wangfang@example.com', { outsider: true })],
    ['a member whose address it does not tell', { name: '芳芳' }],
    ['a member with an address that is nobody’s', member('someone@example.com')],
    ['a user it does not know', null],
  ] satisfies readonly (readonly [string, Profile | null])[])('%s', async (_who, profile) => {
    if (profile !== null) on.profiles.set('U1', profile);
    expect(await on.says('U1', '列表')).toMatch(unknown);
    expect(await on.row('U1')).toBeNull();
    // The team's lead is asked, as ever, and may let them in by hand.
    expect(await on.says('U1', '列表', { group: true })).toContain('已经告诉组长赵敏');
    const request = await own.store.requests.of({ account: { ...SLACK, user: 'U1' }, team: 'aftersales' });
    await on.says('zhaomin', `入组 ${request?.number} 同意`, { on: 'sandbox' });
    expect(on.who('U1')).toMatch(/^p-/u);
    expect(await on.row('U1')).toMatchObject({ roles: ['agent'], teams: ['aftersales'], by: 'zhaomin' });
  });

  it('the address of a name alone is never shown', async () => {
    on.profiles.set('U1', member('zhaomin@example.com'));
    const answers = [await on.says('U1', '列表'), await on.says('U1', '列表', { group: true })];
    expect(answers.join(' ')).not.toContain('@');
  });
});

describe('a trusted platform', () => {
  it('lets in its members, no guests, with one look each', async () => {
    on = await accountsBench(own.store, addressed({ trusted: ['slack'] }));
    on.profiles.set('U1', { name: '小陈' });
    on.profiles.set('U2', { name: '访客', outsider: true });
    await on.says('U1', '列表', { group: true });
    expect(await on.row('U1')).toMatchObject({ name: '小陈', by: 'trust', teams: ['aftersales'] });
    expect(await on.says('U2', '列表', { group: true })).toContain('已经告诉组长赵敏');
    expect(await on.row('U2')).toBeNull();
    expect(on.asked).toEqual(['U1', 'U2']);
  });
});

describe('a platform that cannot be asked', () => {
  it.each(['retryable', 'auth', 'unknown', 'permanent'] as const)(
    '%s: nobody is known, and the next time they are',
    async (failure) => {
      on.profiles.set('U1', new DeliveryError(failure, 'scripted'));
      expect(await on.says('U1', '列表')).toMatch(unknown);
      on.profiles.set('U1', member('wangfang@example.com'));
      expect(await on.says('U1', '列表')).toBe('这里没有工单');
      expect(await own.store.connection.collection('inbox').countDocuments({ attempts: { $gt: 0 } })).toBe(0);
    },
  );

  it('is not asked where no address could be found', async () => {
    on = await accountsBench(own.store, aDirectory());
    expect(await on.says('U1', '列表')).toMatch(unknown);
    expect(on.asked).toEqual([]);
  });
});

it('a lead who lets somebody in does not let in the person whose address it once was', async () => {
  on.profiles.set('U1', member('wangfang@example.com'));
  await on.says('U1', '列表');
  const file = addressed();
  const lead = { ...file, people: new Map(file.people) };
  lead.people.set('wangfang', aPerson('wangfang', '王芳', { roles: ['agent', 'lead'] }));
  const later = await accountsBench(own.store, lead, on.bench.clock);
  expect(await later.says('U1', '列表', { group: true })).toContain('已经告诉组长');
  const request = await own.store.requests.of({ account: { ...SLACK, user: 'U1' }, team: 'aftersales' });
  await later.says('zhaomin', `入组 ${request?.number} 同意`, { on: 'sandbox' });
  expect(later.who('U1')).toMatch(/^p-/u);
  expect(later.bench.parts.directory().people.get(later.who('U1') ?? '')?.roles).toEqual(['agent']);
});
