import { beforeEach, afterEach, describe, expect, test } from 'vitest';
import { createClient } from '../../../adapters/dingtalk/client.ts';
import { createPeople, type People } from '../../../adapters/dingtalk/people.ts';
import { manualClock, type ManualClock } from '../../support/clock.ts';
import { openWire, type Said, type Wire } from './wire.ts';

/** Who somebody is in DingTalk (5), and under which names the shop's file may list them. */

const GET = '/topapi/v2/user/get';
const BY_MOBILE = '/topapi/v2/user/getbymobile';
const BY_UNION = '/topapi/user/getbyunionid';
const LILEI = {
  userid: 'user001',
  unionid: 'iSunion1',
  name: '李雷',
  mobile: '13800138000',
  state_code: '86',
  email: 'typed@by.somebody',
  org_email: 'LiLei@Tea.example',
  active: true,
  dept_id_list: [1],
};
const found = (result: unknown): Said => ({ json: { errcode: 0, errmsg: 'ok', result, request_id: 'r' } });

let wire: Wire;
let clock: ManualClock;
let people: People;
beforeEach(async () => {
  wire = await openWire();
  clock = manualClock();
  const app = { clientId: 'dingclient', clientSecret: 'the-secret-of-the-app' };
  people = createPeople(createClient({ app, apiUrl: wire.url, oapiUrl: wire.url, clock }), clock);
});
afterEach(async () => {
  await wire.close();
});
const asked = (path: string) =>
  wire.calls.filter((call) => call.path === path).map(({ body }) => JSON.parse(body) as unknown);

describe('a profile', () => {
  test('of a member: name, address in small letters, mobile and union id', async () => {
    wire.answers(GET, found(LILEI));
    expect(await people.lookUp('user001')).toEqual({
      name: '李雷',
      email: 'lilei@tea.example',
      aliases: ['mobile:13800138000', 'union:iSunion1'],
    });
    expect(asked(GET)).toEqual([{ userid: 'user001' }]);
  });

  const ALL = { name: '李雷', email: 'lilei@tea.example', aliases: ['mobile:13800138000', 'union:iSunion1'] };
  test.each<[string, object, object]>([
    [
      'fields the app has no right to',
      { mobile: undefined, org_email: '' },
      { name: '李雷', aliases: ['union:iSunion1'] },
    ],
    ['nothing but an id', { name: null, mobile: null, org_email: null, unionid: null }, { name: 'user001' }],
    ['a mailbox of the organisation', { org_email: 'Li@Corp.example' }, { ...ALL, email: 'li@corp.example' }],
    [
      'a number of another country',
      { state_code: '65', mobile: '91234567' },
      { ...ALL, aliases: ['mobile:+65-91234567', 'union:iSunion1'] },
    ],
    ['a number without a country', { state_code: undefined }, ALL],
    ['blanks around', { name: ' 李雷 ', mobile: ' 13800138000' }, ALL],
  ])('with %s', async (_, more, expected) => {
    wire.answers(GET, found({ ...LILEI, ...more }));
    expect(await people.lookUp('user001')).toEqual(expected);
  });

  test('of somebody who never signed in lets nobody in', async () => {
    wire.answers(GET, found({ ...LILEI, active: false }));
    expect(await people.lookUp('user001')).toEqual({ name: '李雷', outsider: true });
  });
});

describe('nobody', () => {
  test.each([33012, 50002, 60121])('is whom errcode %i is about', async (errcode) => {
    wire.answers(GET, { json: { errcode, errmsg: 'm' } });
    expect(await people.lookUp('user404')).toBeNull();
  });

  test('is somebody of another organisation, whom no API knows', async () => {
    expect(await people.lookUp('$:LWCP_v1:$abc')).toBeNull();
    expect(await people.userIdOf('$:LWCP_v1:$abc')).toBeNull();
    expect(wire.calls).toEqual([]);
  });

  test.each<[string, unknown]>([
    ['60011', { errcode: 60011, errmsg: 'm' }],
    ['88 with 60011', { errcode: 88, sub_code: '60011', sub_msg: 'qyapi_get_member' }],
  ])('is known to an app without the right to read people (%s)', async (_, json) => {
    wire.answers(GET, { json });
    expect(await people.lookUp('user001')).toBeNull();
  });
});

test('a DingTalk that does not let this machine in has not said that there is nobody', async () => {
  wire.answers(GET, { json: { errcode: 60020 } });
  await expect(people.lookUp('user001')).rejects.toMatchObject({ failure: 'auth' });
});

describe('a user id', () => {
  test('is itself, and nothing is asked', async () => {
    expect(await people.userIdOf('user001')).toBe('user001');
    expect(wire.calls).toEqual([]);
  });

  test('by mobile', async () => {
    wire.answers(BY_MOBILE, found({ userid: 'user001' }));
    expect(await people.userIdOf('mobile:13800138000')).toBe('user001');
    expect(asked(BY_MOBILE)).toEqual([{ mobile: '13800138000' }]);
  });

  test('by union id, unless they are no member', async () => {
    wire.answers(BY_UNION, found({ contact_type: 0, userid: 'user001' }), found({ contact_type: '1', userid: 'ext1' }));
    expect(await people.userIdOf('union:iSunion1')).toBe('user001');
    expect(await people.userIdOf('union:iSunion2')).toBeNull();
    expect(asked(BY_UNION)).toEqual([{ unionid: 'iSunion1' }, { unionid: 'iSunion2' }]);
  });

  test.each([
    ['mobile:1', BY_MOBILE, 40104],
    ['mobile:13800138001', BY_MOBILE, 60121],
    ['union:x', BY_UNION, 60121],
  ])('%s is nobody where %s answers %i', async (ref, path, errcode) => {
    wire.answers(path, { json: { errcode, errmsg: 'm' } });
    expect(await people.userIdOf(ref)).toBeNull();
  });

  test('without the right to ask is no answer: what is for them waits', async () => {
    wire.answers(BY_MOBILE, { json: { errcode: 88, sub_code: '60011', sub_msg: 'qyapi_get_member_by_mobile' } });
    const met: unknown = await people.userIdOf('mobile:13800138000').catch((error: unknown) => error);
    expect(met).toMatchObject({ failure: 'auth', message: `${BY_MOBILE}: 60011 (qyapi_get_member_by_mobile)` });
  });
});

describe('is asked once for a while', () => {
  test('however many ask at the same time; a failure is asked again', async () => {
    wire.answers(GET, { json: { errcode: -1 } }, found(LILEI), found({ ...LILEI, name: '李磊' }));
    await expect(people.lookUp('user001')).rejects.toMatchObject({ failure: 'unknown' });
    const all = await Promise.all(Array.from({ length: 20 }, () => people.lookUp('user001')));
    expect(new Set(all.map((p) => p?.name))).toEqual(new Set(['李雷']));
    clock.advance(5 * 60_000 - 1);
    expect(await people.lookUp('user001')).toMatchObject({ name: '李雷' });
    clock.advance(1);
    expect(await people.lookUp('user001')).toMatchObject({ name: '李磊' });
    expect(asked(GET)).toHaveLength(3);
  });

  test('until somebody changes', async () => {
    wire.answers(GET, found(LILEI), { json: { errcode: 60121 } });
    await people.lookUp('user001');
    people.forget('user001');
    expect(await people.lookUp('user001')).toBeNull();
  });

  test('by mobile as well', async () => {
    wire.answers(BY_MOBILE, found({ userid: 'user001' }), found({ userid: 'user002' }));
    await Promise.all([people.userIdOf('mobile:13800138000'), people.userIdOf('mobile:13800138000')]);
    expect(asked(BY_MOBILE)).toHaveLength(1);
    clock.advance(5 * 60_000);
    expect(await people.userIdOf('mobile:13800138000')).toBe('user002');
  });
});

test.each<[string, Said]>([
  ['without a result', { json: { errcode: 0 } }],
  ['with a result of another shape', found({ userid: 7 })],
])('an answer %s is an error of a kind, not a fault', async (_, said) => {
  wire.answers(GET, said);
  await expect(people.lookUp('user001')).rejects.toMatchObject({ failure: 'unknown' });
});
