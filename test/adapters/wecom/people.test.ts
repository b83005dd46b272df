import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { createClient } from '../../../adapters/wecom/client.ts';
import { createPeople, type People } from '../../../adapters/wecom/people.ts';
import { manualClock, type ManualClock } from '../../support/clock.ts';
import { APP, openWire, type Said, type Wire } from './wire.ts';

/** Who somebody is in WeCom (4.4, 5.2; doc 90196, 90200, 95350). */

const GET = '/cgi-bin/user/get';
const CONVERT = '/cgi-bin/batch/openuserid_to_userid';
const MEMBERS = '/cgi-bin/user/simplelist';
const DEPARTMENTS = '/cgi-bin/department/simplelist';
const LILEI = {
  userid: 'LiLei',
  name: '李雷',
  department: [1, 2],
  mobile: '13800138000',
  email: 'typed@by.somebody',
  biz_mail: 'LiLei@Tea.example',
  alias: 'boss',
  status: 1,
};
/** As a smart bot names somebody when no super administrator made it. */
const OPEN = 'wo3cf0CQAAAk93TmyDiBFyFSDQfVDg7A';
const found = (result: object): Said => ({ json: { errcode: 0, errmsg: 'ok', ...result } });
const refused = (errcode: number): Said => ({ json: { errcode, errmsg: 'm' } });

let wire: Wire;
let clock: ManualClock;
let people: People;
beforeEach(async () => {
  wire = await openWire();
  clock = manualClock();
  people = createPeople(createClient({ app: APP, apiUrl: wire.url, clock }), clock);
});
afterEach(async () => {
  await wire.close();
});

describe('a profile', () => {
  const ALL = { name: '李雷', email: 'lilei@tea.example', aliases: ['mobile:13800138000'] };

  test('of a member: name, mailbox in small letters, mobile', async () => {
    wire.answers(GET, found(LILEI));
    expect(await people.lookUp('LiLei')).toEqual(ALL);
    expect(wire.made(GET)).toMatchObject([{ method: 'GET', query: { userid: 'LiLei' } }]);
  });

  test.each<[string, object, object]>([
    ['what an app made since 2022 is told', { mobile: undefined, biz_mail: undefined }, { name: '李雷' }],
    ['nothing but an id', { name: '', mobile: '', biz_mail: null, status: undefined }, { name: 'LiLei' }],
    ['a number of another country', { mobile: '+65 91234567' }, { ...ALL, aliases: ['mobile:+65-91234567'] }],
    ['a number as DingTalk has it', { mobile: '+65-91234567' }, { ...ALL, aliases: ['mobile:+65-91234567'] }],
    ['a number with its country', { mobile: '+86 13800138000' }, ALL],
    ['a number with its country before it', { mobile: '+8613800138000' }, ALL],
    ['blanks around', { name: ' 李雷 ', mobile: ' 13800138000' }, ALL],
  ])('with %s', async (_, more, expected) => {
    wire.answers(GET, found({ ...LILEI, ...more }));
    expect(await people.lookUp('LiLei')).toEqual(expected);
  });

  test.each([
    ['was disabled', 2],
    ['never signed in', 4],
    ['has left', 5],
  ])('of somebody who %s lets nobody in', async (_, status) => {
    wire.answers(GET, found({ ...LILEI, status }));
    expect(await people.lookUp('LiLei')).toEqual({ name: '李雷', outsider: true });
  });
});

describe('nobody', () => {
  test.each([40003, 60111, 60011, 60021, 50002])('is whom errcode %i is about', async (errcode) => {
    wire.answers(GET, refused(errcode));
    expect(await people.lookUp('nobody')).toBeNull();
  });

  test.each([48001, 48002, 48006])('is known to an app without the right to read people (%i)', async (errcode) => {
    wire.answers(GET, refused(errcode));
    expect(await people.lookUp('LiLei')).toBeNull();
  });

  test('is known without an app', async () => {
    const alone = createPeople(null, clock);
    expect(await alone.lookUp('LiLei')).toBeNull();
    expect(await alone.userIdOf('LiLei')).toBe('LiLei');
    expect(await alone.userIdOf(OPEN)).toBeNull();
    expect(await alone.membersOf(1)).toBeNull();
    expect(await alone.departments()).toEqual([]);
  });
});

test('a WeCom that does not let this machine in has not said that there is nobody', async () => {
  wire.answers(GET, refused(60020), refused(-1));
  await expect(people.lookUp('LiLei')).rejects.toMatchObject({ failure: 'auth' });
  await expect(people.lookUp('LiLei')).rejects.toMatchObject({ failure: 'unknown' });
});

describe('a user id', () => {
  test.each([
    'LiLei',
    'wo',
    'wonderful_customer_service',
    'wo.with.a.name.that.is.longer.than.others',
    '13800138000',
    'a@b.example',
  ])('%s is itself', async (id) => {
    expect(await people.userIdOf(id)).toBe(id);
    expect(wire.calls).toEqual([]);
  });

  test('of whom a smart bot names in its own way is asked for, once for a while', async () => {
    const userid_list = [
      { open_userid: 'another', userid: 'HanMeimei' },
      { open_userid: OPEN, userid: 'LiLei' },
    ];
    wire.answers(CONVERT, found({ userid_list, invalid_open_userid_list: [] }));
    expect(await Promise.all([people.userIdOf(OPEN), people.userIdOf(OPEN)])).toEqual(['LiLei', 'LiLei']);
    expect(await people.userIdOf(OPEN)).toBe('LiLei');
    expect(wire.made(CONVERT).map(({ body }) => JSON.parse(body) as unknown)).toEqual([{ open_userid_list: [OPEN] }]);
  });

  test.each<[string, Said]>([
    ['is not in the app’s range', found({ userid_list: [], invalid_open_userid_list: [OPEN] })],
    ['is no member', refused(40003)],
    ['is not told of', found({})],
  ])('of somebody who %s is none', async (_, said) => {
    wire.answers(CONVERT, said);
    wire.answers(GET, refused(60111));
    expect(await people.userIdOf(OPEN)).toBeNull();
  });

  test('that only looks like a smart bot’s is itself', async () => {
    wire.answers(CONVERT, found({ userid_list: [], invalid_open_userid_list: [OPEN] }));
    wire.answers(GET, found({ ...LILEI, userid: OPEN }));
    expect(await people.userIdOf(OPEN)).toBe(OPEN);
  });

  test('that cannot be asked for is no answer', async () => {
    wire.answers(CONVERT, refused(48002), found({ userid_list: [{ open_userid: OPEN, userid: 'LiLei' }] }));
    await expect(people.userIdOf(OPEN)).rejects.toMatchObject({ failure: 'auth' });
    expect(await people.userIdOf(OPEN)).toBe('LiLei');
  });
});

describe('a department', () => {
  test('has its members, by name where WeCom tells it', async () => {
    const userlist = [
      { userid: 'LiLei', name: '李雷', department: [2], open_userid: '' },
      { userid: 'HanMeimei', department: [2] },
    ];
    wire.answers(MEMBERS, found({ userlist }));
    const members = [
      { id: 'LiLei', name: '李雷' },
      { id: 'HanMeimei', name: 'HanMeimei' },
    ];
    expect(await people.membersOf(2)).toEqual(members);
    expect(await people.membersOf(2)).toEqual(members);
    expect(wire.made(MEMBERS).map(({ query }) => query['department_id'])).toEqual(['2']);
  });

  test('may be empty', async () => {
    wire.answers(MEMBERS, found({ userlist: [] }), found({}));
    expect(await people.membersOf(2)).toEqual([]);
    expect(await people.membersOf(3)).toEqual([]);
  });

  test.each([60003, 60011, 60123])('that errcode %i is about is none', async (errcode) => {
    wire.answers(MEMBERS, refused(errcode));
    expect(await people.membersOf(7)).toBeNull();
  });

  test('that cannot be read is no answer', async () => {
    wire.answers(MEMBERS, refused(48002));
    await expect(people.membersOf(2)).rejects.toMatchObject({ failure: 'auth' });
  });

  test('stands below another, if the app may see that', async () => {
    const department_id = [{ id: 2, parentid: 1, order: 10 }, { id: 3, parentid: 2, order: 40 }, { id: 9 }];
    wire.answers(DEPARTMENTS, found({ department_id }), found({}));
    expect(await people.departments()).toEqual([
      { id: 2, parent: null },
      { id: 3, parent: 2 },
      { id: 9, parent: null },
    ]);
    expect(await people.departments()).toEqual([]);
    expect(wire.made(DEPARTMENTS)).toMatchObject([{ method: 'GET' }, {}]);
  });
});

describe('is asked once for a while', () => {
  test('however many ask at the same time; a failure is asked again', async () => {
    wire.answers(GET, refused(-1), found(LILEI), found({ ...LILEI, name: '李磊' }));
    await expect(people.lookUp('LiLei')).rejects.toMatchObject({ failure: 'unknown' });
    const all = await Promise.all(Array.from({ length: 20 }, () => people.lookUp('LiLei')));
    expect(new Set(all.map((p) => p?.name))).toEqual(new Set(['李雷']));
    clock.advance(5 * 60_000 - 1);
    expect(await people.lookUp('LiLei')).toMatchObject({ name: '李雷' });
    clock.advance(1);
    expect(await people.lookUp('LiLei')).toMatchObject({ name: '李磊' });
  });

  test('until somebody changes', async () => {
    wire.answers(GET, found(LILEI), refused(60111));
    await people.lookUp('LiLei');
    people.forget('LiLei');
    expect(await people.lookUp('LiLei')).toBeNull();
  });
});

test.each<[string, Said]>([
  ['without an id', found({ name: '李雷' })],
  ['of another shape', found({ userid: 7 })],
])('an answer %s is an error of a kind, not a fault', async (_, said) => {
  wire.answers(GET, said);
  await expect(people.lookUp('LiLei')).rejects.toMatchObject({ failure: 'unknown' });
});
