import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { newAdminCode } from '../../../src/flow/first-admin.ts';
import { accountsBench, addressed, SLACK, type Accounts } from '../../support/accounts.ts';
import { aStore, type OwnStore } from '../../support/flow.ts';

const MINUTE = 60_000;
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

const CODE = /[A-Z2-9]{4}-[A-Z2-9]{4}/u;
/** A fresh code, as somebody gets it where they are known. */
async function codeOf(user: string, from: Accounts = on): Promise<string> {
  const code = CODE.exec(await from.says(user, '绑定 账号', { on: 'sandbox' }))?.[0];
  if (code === undefined) throw new Error(`no code for ${user}`);
  return code;
}
const wrong = '验证码不对，或者已经用过、过期了';

describe('a code for a further account', () => {
  it('is told to whoever is known, alone, and kept as a hash only', async () => {
    const answer = await on.says('lilei', '绑定 账号', { on: 'sandbox' });
    expect(answer).toMatch(
      /^验证码 ([A-Z2-9]{4}-[A-Z2-9]{4})，10 分钟内有效，只能用一次，别给别人。用你的另一个账号单独发给我：绑定 账号 \1$/u,
    );
    const code = CODE.exec(answer)?.[0] ?? '';
    const kept = await own.store.connection.collection<{ _id: string }>('codes').find({}).toArray();
    expect(kept.map((c) => c._id)).toEqual(['person:lilei']);
    for (const form of [code, code.replace('-', '')]) expect(JSON.stringify(kept)).not.toContain(form);
  });

  it('makes the account that sends it the same person, whatever they are', async () => {
    expect(await on.says('U1', `绑定 账号 ${await codeOf('zhaomin')}`)).toBe(
      '绑定好了，这个账号现在也是赵敏，和你在沙盒的账号是同一个人。工单、权限都一样',
    );
    expect(on.who('U1')).toBe('zhaomin');
    expect(await on.row('U1')).toMatchObject({ by: 'code', roles: [], teams: [], direct: 'direct:U1' });
    const person = on.bench.parts.directory().people.get('zhaomin');
    expect(person).toMatchObject({ roles: ['agent', 'lead'], teams: ['aftersales'] });
    expect(person?.direct.at(-1)).toEqual({ ...SLACK, conversation: 'direct:U1' });
    // Nobody had to be asked about them.
    expect(on.asked).toEqual([]);
    // From there they link the next one.
    const code = CODE.exec(await on.says('U1', 'link account'))?.[0];
    expect(await on.says('U2', `link account ${code}`)).toContain('和你在沙盒、Slack的账号是同一个人');
  });

  it.each([
    (code: string) => `link account ${code.toLowerCase()}`,
    (code: string) => `bd 我 ${code.replace('-', '')}`,
    (code: string) => `绑定账号${code.replace('-', ' ')}`,
    (code: string) => `/绑定 帐号：${code}`,
    (code: string) => `link me: ${code}`,
    (code: string) => `绑定我${code}`,
  ])('may be written as people do (%#)', async (write) => {
    expect(await on.says('U1', write(await codeOf('lilei')))).toContain('这个账号现在也是李雷');
  });

  it.each(['绑定 账号', 'link account', '绑定账户', 'bd me'])('%s alone says how one is got', async (line) => {
    expect(await on.says('U1', line)).toMatch(/^在我已经认识你的 IM 里单独对我说「绑定 账号」/u);
  });

  it('is good once', async () => {
    const code = await codeOf('lilei');
    await on.says('U1', `绑定 账号 ${code}`);
    expect(await on.says('U2', `绑定 账号 ${code}`)).toContain(`${wrong}，还能试 4 次`);
    expect(on.who('U2')).toBeUndefined();
  });

  it('is good for ten minutes, across a restart', async () => {
    const [old, fresh] = [await codeOf('lilei'), await codeOf('wangfang')];
    await on.bench.passes(10 * MINUTE - 1);
    const again = await accountsBench(own.store, addressed(), on.bench.clock);
    expect(await again.says('U1', `绑定 账号 ${fresh}`)).toContain('这个账号现在也是王芳');
    await again.bench.passes(1);
    expect(await again.says('U2', `绑定 账号 ${old}`)).toContain(wrong);
    const third = await accountsBench(own.store, addressed(), on.bench.clock);
    expect([third.who('U1'), third.who('U2')]).toEqual(['wangfang', undefined]);
  });

  it('voids the one before, of this person alone', async () => {
    const [first, other, second] = [await codeOf('lilei'), await codeOf('wangfang'), await codeOf('lilei')];
    expect(await on.says('U1', `绑定 账号 ${first}`)).toContain(wrong);
    expect(await on.says('U2', `绑定 账号 ${other}`)).toContain('这个账号现在也是王芳');
    expect(await on.says('U1', `绑定 账号 ${second}`)).toContain('这个账号现在也是李雷');
  });

  it('five wrong ones make the account wait for an hour, for an admin’s code as well', async () => {
    const code = await codeOf('lilei');
    const admin = await newAdminCode(on.bench.parts);
    for (const left of [4, 3]) expect(await on.says('U1', '绑定 账号 AAAA-2222')).toContain(`还能试 ${left} 次`);
    for (const left of [2, 1]) expect(await on.says('U1', '绑定 管理员 AAAA-2222')).toContain(`还能试 ${left} 次`);
    expect(await on.says('U1', '绑定 账号 AAAA-2222')).toContain('试错太多次了');
    for (const line of [`绑定 账号 ${code}`, `绑定 管理员 ${admin}`])
      expect(await on.says('U1', line)).toContain('试错太多次了');
    await on.bench.passes(60 * MINUTE);
    expect(await on.says('U1', '绑定 账号 AAAA-2222')).toContain('还能试 4 次');
    expect(await on.says('U1', `绑定 账号 ${await codeOf('lilei')}`)).toContain('这个账号现在也是李雷');
    // Who was right starts anew.
    expect(await on.says('U1', '绑定 账号 AAAA-2222')).toContain('还能试 4 次');
  });

  it('counts wrong ones of a known account too', async () => {
    for (let i = 0; i < 5; i += 1) await on.says('lilei', '绑定 账号 AAAA-2222', { on: 'sandbox' });
    const code = await codeOf('wangfang');
    expect(await on.says('lilei', `绑定 账号 ${code}`, { on: 'sandbox' })).toContain('试错太多次了');
  });

  it('in a group is refused and void, under whatever word; nobody gets one there', async () => {
    const code = await codeOf('lilei');
    expect(await on.says('U1', `绑定 账号 ${code}`, { group: true })).toContain('验证码请单独发给我，群里大家都看得见');
    expect(await on.says('U1', `绑定 账号 ${code}`)).toContain(wrong);
    const other = await codeOf('wangfang');
    await on.says('U2', `绑定 管理员 ${other}`, { group: true });
    expect(await on.says('U2', `绑定 账号 ${other}`)).toContain(wrong);
    const admin = await newAdminCode(on.bench.parts);
    await on.says('U2', `绑定 账号 ${admin}`, { group: true });
    expect(await on.says('U2', `绑定 管理员 ${admin}`)).toContain(wrong);
    await on.says('U3', `绑定 账号 ${await codeOf('chenchen')}`);
    expect(await on.says('U3', '绑定 账号', { group: true })).toBe('「绑定 账号」请单独对我说，验证码不能让群里看见');
  });

  it('makes nobody an admin, nor does an admin’s code link an account', async () => {
    const code = await codeOf('lilei');
    expect(await on.says('U1', `绑定 管理员 ${code}`)).toContain(wrong);
    expect(await on.says('U1', `绑定 账号 ${await newAdminCode(on.bench.parts)}`)).toContain(wrong);
    expect(on.who('U1')).toBeUndefined();
  });

  it('of an admin makes an admin of that person’s account alone', async () => {
    const file = addressed();
    const accounts = new Map([...file.accounts, ['sandbox\ndemo\ngao', 'gao'] as const]);
    on = await accountsBench(own.store, { ...file, accounts });
    await on.says('U1', `绑定 账号 ${await codeOf('gao')}`);
    expect(on.who('U1')).toBe('gao');
    const without = new Map(file.people);
    without.delete('gao');
    const later = await accountsBench(own.store, { ...file, people: without }, on.bench.clock);
    expect(later.who('U1')).toBeUndefined();
    expect(later.bench.parts.directory().people.has('gao')).toBe(false);
  });
});

describe('an account that is somebody’s already', () => {
  it('reads so: its own person’s code stays good, another’s is refused', async () => {
    const [mine, theirs] = [await codeOf('lilei'), await codeOf('wangfang')];
    expect(await on.says('lilei', `绑定 账号 ${mine}`, { on: 'sandbox' })).toBe(
      '这个账号已经是李雷了。验证码要用你的另一个账号发给我',
    );
    expect(await on.says('lilei', `绑定 账号 ${theirs}`, { on: 'sandbox' })).toContain(
      '这个账号是李雷的，不能再绑定到别人',
    );
    expect(await on.says('U1', `绑定 账号 ${mine}`)).toContain('这个账号现在也是李雷');
    expect(await on.says('U1', `绑定 账号 ${theirs}`)).toContain('这个账号是李雷的');
    expect(on.who('U1')).toBe('lilei');
  });

  it('once it is taken out of its team it can be linked, and keeps the name under which it worked', async () => {
    await on.says('U1', '列表', { group: true });
    const request = await own.store.requests.of({ account: { ...SLACK, user: 'U1' }, team: 'aftersales' });
    await on.says('zhaomin', `入组 ${request?.number} 同意`, { on: 'sandbox' });
    const before = on.who('U1') ?? '';
    expect(await on.says('U1', `绑定 账号 ${await codeOf('lilei')}`)).toContain('不能再绑定到别人');
    await on.says('zhaomin', `入组 ${request?.number} out`, { on: 'sandbox' });
    expect(await on.says('U1', `绑定 账号 ${await codeOf('lilei')}`)).toContain('这个账号现在也是李雷');
    const { people } = on.bench.parts.directory();
    expect(people.get(before)).toMatchObject({ name: '@U1', teams: [], direct: [] });
    expect(people.get('lilei')?.roles).toEqual(['agent']);
  });
});

describe('at the same moment and again', () => {
  it('two accounts that send one code: one becomes the person', async () => {
    const code = await codeOf('lilei');
    const users = ['U1', 'U2', 'U3', 'U4'];
    const answers = await Promise.all(users.map((user) => on.says(user, `绑定 账号 ${code}`)));
    expect(answers.filter((a) => a.includes('这个账号现在也是李雷'))).toHaveLength(1);
    expect(answers.filter((a) => a.includes('还能试 4 次'))).toHaveLength(3);
    expect(users.map((user) => on.who(user)).filter((p) => p !== undefined)).toEqual(['lilei']);
  });

  it('one account that sends two people’s codes in two processes becomes one of them', async () => {
    const [first, second] = [await codeOf('lilei'), await codeOf('wangfang')];
    const other = await accountsBench(own.store, addressed(), on.bench.clock);
    const answers = await Promise.all([on.says('U1', `绑定 账号 ${first}`), other.says('U1', `绑定 账号 ${second}`)]);
    await on.bench.passes(2_000);
    await other.bench.passes(0);
    await Promise.all([on, other].map(({ bench }) => bench.parts.live.refresh()));
    expect(answers.filter((a) => a.includes('绑定好了'))).toHaveLength(1);
    const became = on.who('U1');
    expect(['lilei', 'wangfang']).toContain(became);
    expect(other.who('U1')).toBe(became);
    // Who came too late reads so, at once or when it is worked again.
    const later = await own.store.connection.collection('outbox').find({}).toArray();
    expect(`${answers.join(' ')} ${JSON.stringify(later)}`).toMatch(/不能再绑定到别人|account_other/u);
  });

  it('what was decided about an account since it was read is not written over', async () => {
    await on.says('U1', '列表', { group: true });
    const account = { ...SLACK, user: 'U1' };
    const request = await own.store.requests.of({ account, team: 'aftersales' });
    await on.says('zhaomin', `入组 ${request?.number} 同意`, { on: 'sandbox' });
    await on.says('zhaomin', `入组 ${request?.number} out`, { on: 'sandbox' });
    const before = await on.row('U1');
    if (before === null) throw new Error('no row');
    on.bench.clock.advance(1);
    const again = { ...before, teams: ['aftersales'], at: on.bench.clock.now() };
    await own.store.members.grant(again);
    const linked = { ...before, person: 'lilei', linked: { how: 'code' } as const };
    expect(await own.store.members.link(linked, before)).toBe(false);
    expect(await own.store.members.link(linked, null)).toBe(false);
    expect(await on.row('U1')).toEqual(again);
  });

  it('the same message twice is one code, one link and one wrong try', async () => {
    const code = CODE.exec(await on.says('lilei', '绑定 账号', { on: 'sandbox', id: 'ask' }))?.[0];
    expect(await on.says('lilei', '绑定 账号', { on: 'sandbox', id: 'ask' })).toBe('');
    for (const id of ['bad', 'bad']) await on.says('U1', '绑定 账号 AAAA-2222', { id });
    expect(await on.says('U1', '绑定 账号 AAAA-3333')).toContain('还能试 3 次');
    expect(await on.says('U1', `绑定 账号 ${code}`, { id: 'good' })).toContain('这个账号现在也是李雷');
    expect(await on.says('U1', `绑定 账号 ${code}`, { id: 'good' })).toBe('');
  });

  it('what a process that died had half done is done when the row is worked again', async () => {
    const code = await codeOf('lilei');
    await on.says('U1', `绑定 账号 ${code}`);
    const open = { open: true, attempts: 0, lease: { by: '', until: new Date(0) } };
    const inbox = own.store.connection.collection('inbox');
    const again = async () => {
      await inbox.updateMany({ 'body.event.sender.id': 'U1' }, { $set: open, $unset: { doneAt: 1 } });
      const next = await accountsBench(own.store, addressed(), on.bench.clock);
      await next.bench.passes(1_000);
      return next;
    };
    // Linked, and not answered yet.
    expect((await again()).who('U1')).toBe('lilei');
    expect(await inbox.countDocuments({ open: true })).toBe(0);
    // The code was used up, and the account not linked yet.
    await own.store.connection.collection('members').deleteMany({});
    expect((await again()).who('U1')).toBe('lilei');
    const told = await own.store.connection.collection('outbox').find({}).toArray();
    expect(JSON.stringify(told)).toContain('account_done');
    expect(JSON.stringify(told)).not.toMatch(/account_(?:wrong|already)/u);
  });
});

it('a team that is called as the word for accounts is still linked to a group', async () => {
  const file = addressed();
  const teams = new Map([...file.teams].map(([id, t]) => [id, id === 'logistics' ? { ...t, name: '账号' } : t]));
  const accounts = new Map([...file.accounts, ['slack\nT1\nU9', 'gao'] as const]);
  on = await accountsBench(own.store, { ...file, teams, accounts });
  expect(await on.says('U9', '绑定 账号', { group: true })).toContain('改绑后，账号的新工单发到这里');
  expect(await on.says('U9', '绑定 我')).toMatch(CODE);
});
