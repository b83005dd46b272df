import { describe, expect, it } from 'vitest';
import { accountKey, addressKey, type Address } from '../../src/domain/address.ts';
import {
  compose,
  decidersOf,
  hasAdmin,
  personByEmail,
  type GroupLink,
  type Member,
} from '../../src/domain/membership.ts';
import { aDirectory, aPerson, NOW } from '../support/tickets.ts';

const app = { platform: 'sandbox', app: 'demo' };
const at = (conversation: string): Address => ({ ...app, conversation });
const aMember = (user: string, more: Partial<Member> = {}): Member => ({
  account: { ...app, user },
  person: `p-${user}`,
  name: user,
  direct: `direct:${user}`,
  locale: null,
  timeZone: null,
  roles: ['agent'],
  teams: ['aftersales'],
  by: 'zhaomin',
  at: NOW,
  ...more,
});
const aLink = (conversation: string, team: string | null): GroupLink => ({
  address: at(conversation),
  team,
  by: 'gao',
  at: NOW,
});
const key = (user: string): string => accountKey({ ...app, user });

describe('the directory of file and chat', () => {
  it('is the file as long as chat decided nothing', () => {
    const file = aDirectory();
    expect(compose(file, { members: [], groups: [] })).toBe(file);
  });

  it('gains a person with team, language of the team and a chat to be reached in', () => {
    const d = compose(aDirectory(), { members: [aMember('wu', { name: '小吴' })], groups: [] });
    expect(d.people.get(d.accounts.get(key('wu')) ?? '')).toEqual({
      ...aPerson('p-wu', '小吴', { direct: [at('direct:wu')] }),
      outwardName: '小吴',
    });
    expect(d.people.size).toBe(aDirectory().people.size + 1);
  });

  it('adds roles to somebody of the file and keeps the rest', () => {
    const admin = aMember('lilei', { person: 'lilei', roles: ['admin'], teams: [] });
    const d = compose(aDirectory(), { members: [admin], groups: [] });
    expect(d.people.get('lilei')).toEqual({ ...aPerson('lilei', '李雷'), roles: ['agent', 'admin'] });
  });

  it('keeps an account with the person it first became, also when the file names it later', () => {
    const d = compose(aDirectory(), { members: [aMember('wangfang', { teams: ['logistics'] })], groups: [] });
    expect(d.accounts.get(key('wangfang'))).toBe('p-wangfang');
    expect(d.people.get('p-wangfang')).toMatchObject({ name: '王芳', teams: ['aftersales', 'logistics'] });
    expect(d.people.has('wangfang')).toBe(false);
  });

  it('keeps the name of who was taken out of every team, and nothing else', () => {
    const d = compose(aDirectory(), { members: [aMember('wu', { teams: [] })], groups: [] });
    expect(d.accounts.has(key('wu'))).toBe(false);
    expect(d.people.get('p-wu')).toMatchObject({ name: 'wu', teams: [] });
  });

  it('leaves out a team that the file no longer has', () => {
    const members = [aMember('wu', { teams: ['gone', 'logistics'] })];
    const d = compose(aDirectory(), { members, groups: [aLink('group:x', 'gone')] });
    expect(d.people.get('p-wu')?.teams).toEqual(['logistics']);
    expect(d.groups.has(addressKey(at('group:x')))).toBe(false);
  });

  it('binds, moves and unbinds groups over what the file says', () => {
    const groups = [aLink('group:new', 'logistics'), aLink('group:aftersales', 'logistics')];
    const moved = compose(aDirectory(), { members: [], groups });
    expect(moved.teams.get('aftersales')?.groups).toEqual([]);
    expect(moved.teams.get('logistics')?.groups).toEqual(['group:aftersales', 'group:logistics', 'group:new'].map(at));
    const none = compose(aDirectory(), { members: [], groups: [aLink('group:aftersales', null)] });
    expect(none.groups.has(addressKey(at('group:aftersales')))).toBe(false);
    expect(none.teams.get('aftersales')?.groups).toEqual([]);
  });

  it('makes a standby group an ordinary one, or none, when chat says so', () => {
    const plain = aDirectory();
    const spare = ['group:spare', 'group:other'].map(at);
    const teams = new Map([...plain.teams].map(([id, t]) => [id, id === 'aftersales' ? { ...t, standby: spare } : t]));
    const groups = new Map([...plain.groups, ...spare.map((a) => [addressKey(a), 'aftersales'] as const)]);
    const file = { ...plain, teams, groups };
    const untouched = compose(file, { members: [aMember('wu')], groups: [] });
    expect(untouched.teams.get('aftersales')?.standby).toEqual(spare);
    expect(untouched.teams.get('aftersales')?.groups).toEqual([at('group:aftersales')]);
    expect(untouched.groups.get(addressKey(at('group:spare')))).toBe('aftersales');
    const links = [aLink('group:spare', 'logistics'), aLink('group:other', null), aLink('group:spare', 'gone')];
    const changed = compose(file, { members: [], groups: links });
    expect(changed.teams.get('aftersales')?.standby).toEqual([]);
    expect(changed.teams.get('logistics')?.groups).toContainEqual(at('group:spare'));
    expect(changed.groups.has(addressKey(at('group:other')))).toBe(false);
    const stale = compose(file, { members: [], groups: [aLink('group:spare', 'gone')] });
    expect(stale.teams.get('aftersales')?.standby).toEqual(spare);
  });
});

describe('an account that is linked to a person', () => {
  const file = aDirectory({
    people: new Map([...aDirectory().people, ['xiaowu', aPerson('xiaowu', '小吴', { email: 'wu@example.com' })]]),
  });
  const aLinked = (person: string, more: Partial<Member> = {}): Member =>
    aMember('u1', { person, roles: [], teams: [], by: 'code', linked: { how: 'code' }, ...more });
  const byEmail = (person: string, email: string): Member =>
    aLinked(person, { by: 'email', linked: { how: 'email', email } });
  const made = (members: Member[], of = file) => compose(of, { members, groups: [] });

  it('stands for the person, who is reached there as well and is nothing more than before', () => {
    for (const member of [aLinked('xiaowu'), byEmail('xiaowu', 'wu@example.com')]) {
      const d = made([member]);
      expect(d.accounts.get(key('u1'))).toBe('xiaowu');
      const before = file.people.get('xiaowu');
      expect(d.people.get('xiaowu')).toEqual({ ...before, direct: [...(before?.direct ?? []), at('direct:u1')] });
      expect(d.people.size).toBe(file.people.size);
    }
  });

  it('by an address only as long as it is the person’s, and they are no more than an agent', () => {
    expect(made([byEmail('xiaowu', 'old@example.com')]).accounts.has(key('u1'))).toBe(false);
    for (const role of ['lead', 'manager', 'admin'] as const) {
      const people = new Map(file.people);
      people.set('xiaowu', aPerson('xiaowu', '小吴', { roles: ['agent', role], email: 'wu@example.com' }));
      const d = made([byEmail('xiaowu', 'wu@example.com')], { ...file, people });
      expect(d.accounts.has(key('u1'))).toBe(false);
      expect(d.people.get('xiaowu')?.direct).toEqual([at('direct:xiaowu')]);
      expect(made([aLinked('xiaowu')], { ...file, people }).accounts.get(key('u1'))).toBe('xiaowu');
    }
  });

  it('knows of the admin that chat made of the person on another account, whatever the order', () => {
    const admin = aMember('u2', { person: 'xiaowu', roles: ['admin'], teams: [], by: 'code' });
    const mail = byEmail('xiaowu', 'wu@example.com');
    for (const members of [
      [admin, mail],
      [mail, admin],
    ]) {
      const d = made(members);
      expect([d.accounts.get(key('u2')), d.accounts.get(key('u1'))]).toEqual(['xiaowu', undefined]);
    }
  });

  it('of somebody whom only chat knows, as long as they belong to a team', () => {
    const wu = aMember('wu');
    for (const members of [
      [wu, aLinked('p-wu')],
      [aLinked('p-wu'), wu],
    ])
      expect(made(members).accounts.get(key('u1'))).toBe('p-wu');
    const out = made([aMember('wu', { teams: [] }), aLinked('p-wu')]);
    expect(out.accounts.has(key('u1'))).toBe(false);
  });

  it('is nobody’s once the person is gone from the file, and the file’s own word counts over it', () => {
    const d = made([aLinked('gone')]);
    expect(d.accounts.has(key('u1'))).toBe(false);
    expect(d.people.has('gone')).toBe(false);
    const accounts = new Map([...file.accounts, [key('u1'), 'wangfang'] as const]);
    expect(made([aLinked('xiaowu')], { ...file, accounts }).accounts.get(key('u1'))).toBe('wangfang');
  });

  it('follows a person of the file into the one that chat had made of them', () => {
    const d = made([aLinked('wangfang'), aMember('wangfang', { teams: ['logistics'] })]);
    expect(d.accounts.get(key('u1'))).toBe('p-wangfang');
    expect(d.people.has('wangfang')).toBe(false);
  });

  it('leaves a name to the tickets of the person it was before', () => {
    const d = made([aLinked('xiaowu', { name: '小五', formerly: 'p-u1' })]);
    expect(d.people.get('p-u1')).toMatchObject({ name: '小五', roles: [], teams: [], direct: [] });
    expect(d.accounts.get(key('u1'))).toBe('xiaowu');
  });

  it('is found by an address that one person has', () => {
    expect(personByEmail(file, ' Wu@Example.com')?.id).toBe('xiaowu');
    expect(personByEmail(file, 'nobody@example.com')).toBeNull();
    const people = new Map([...file.people, ['wu2', aPerson('wu2', '小吴', { email: 'wu@example.com' })] as const]);
    expect(personByEmail({ people }, 'wu@example.com')).toBeNull();
  });
});

describe('who decides', () => {
  const admin = aPerson('gao', '高飞', { roles: ['admin'], teams: [] });
  const directory = aDirectory({ people: new Map([...aDirectory().people, ['gao', admin]]) });

  it('are the leads of the team, else the admins, of those who can be reached', () => {
    const names = (team: string, reaches = () => true): string[] =>
      decidersOf(directory, team, reaches).map((p) => p.name);
    expect(names('aftersales')).toEqual(['赵敏']);
    expect(names('logistics')).toEqual(['高飞']);
    expect(names('logistics', () => false)).toEqual([]);
  });

  it('is nobody without an admin on a platform that is connected', () => {
    const apps = new Set(['sandbox\ndemo']);
    expect(hasAdmin(directory, apps)).toBe(false);
    const known = { ...directory, accounts: new Map([...directory.accounts, [key('gao'), 'gao']]) };
    expect(hasAdmin(known, apps)).toBe(true);
    expect(hasAdmin(known, new Set(['slack\nT1']))).toBe(false);
  });
});
