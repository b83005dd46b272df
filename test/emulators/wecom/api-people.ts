import { asTexts, asText, type Json } from '../json.ts';
import type { Member } from './emulator.ts';
import { refuse, type Answer, type Asked, type Endpoints, type WeCom } from './method.ts';
import { findMember, isIn, type State } from './state.ts';

/** A code of the authorize page lives so long, and is good once (fact sheet, 4.6). */
const LOGIN_MS = 300_000;
const MOST_IDS = 1_000;

/** @throws Refusal */
function seen(state: State, userId: string | undefined): Member {
  if (userId === undefined || userId === '') return refuse(41009, 'userid missing');
  const member = findMember(state, userId) ?? refuse(60111, 'userid not found');
  return member.visible ? member : refuse(60011, 'no privilege to access this member');
}

function getUser({ state }: WeCom, { query }: Asked): Json {
  const member = seen(state, query['userid']);
  const mail = member.mail !== null && !state.settings.hidesMail ? { email: '', biz_mail: member.mail } : {};
  return {
    userid: member.userId,
    name: member.name,
    department: member.departments,
    main_department: member.departments[0] ?? 1,
    position: '',
    status: member.active ? 1 : 4,
    isleader: 0,
    ...mail,
  };
}

function list({ state }: WeCom, { query, agentId }: Asked): Json {
  const id = Number(query['department_id']);
  if (!state.departments.has(id)) refuse(60003, 'department not found');
  if (state.apps.get(agentId)?.seesAll !== true) refuse(60011, 'no privilege to access this department');
  const members = Array.from(state.members.values()).filter(
    (m) => m.visible && (query['fetch_child'] === '1' ? isIn(state, m, id) : m.departments.includes(id)),
  );
  return {
    userlist: members.map((m) => ({ userid: m.userId, name: m.name, department: m.departments, open_userid: '' })),
  };
}

function departments({ state }: WeCom, { agentId }: Asked): readonly Json[] {
  const all = Array.from(state.departments.values());
  const members = Array.from(state.members.values()).filter((m) => m.visible);
  const isSeen = (id: number): boolean =>
    state.apps.get(agentId)?.seesAll === true || members.some((m) => m.departments.includes(id));
  return all
    .filter((d) => isSeen(d.id))
    .map((d) => ({ id: d.id, name: d.name, parentid: d.parent, order: 100_000 - d.id }));
}

function whoIs({ state }: WeCom, { query }: Asked): Json {
  const code = asText(query['code']);
  if (code === '') refuse(41008, 'code missing');
  const login = state.logins.get(code);
  state.logins.delete(code);
  if (login === undefined || login.endsAt <= state.now()) return refuse(40029, 'invalid code');
  const member = findMember(state, login.user);
  return member === undefined ? { openid: `openid-${login.user}` } : { userid: member.userId };
}

function openIds({ state }: WeCom, { args }: Asked): Json {
  const ids = asTexts(args['open_userid_list']);
  if (ids.length === 0 || ids.length > MOST_IDS) refuse(40058, 'invalid open_userid_list');
  const members = Array.from(state.members.values()).filter((m) => m.visible);
  const found = ids.flatMap((id) => members.filter((m) => m.openUserId === id));
  return {
    userid_list: found.map((m) => ({ open_userid: m.openUserId, userid: m.userId })),
    invalid_open_userid_list: ids.filter((id) => !found.some((m) => m.openUserId === id)),
  };
}

export const PEOPLE_ENDPOINTS: Endpoints = {
  'user/get': { method: 'GET', run: getUser },
  'user/simplelist': { method: 'GET', run: list },
  /** Only with the secret of the directory itself (通讯录同步), which no app has. */
  'user/list_id': { method: 'POST', run: () => refuse(48002, 'api forbidden') },
  'department/simplelist': {
    method: 'GET',
    run: (wecom, asked) => ({
      department_id: departments(wecom, asked).map(({ id, parentid, order }) => ({ id, parentid, order })),
    }),
  },
  'department/list': { method: 'GET', run: (wecom, asked) => ({ department: departments(wecom, asked) }) },
  'auth/getuserinfo': { method: 'GET', run: whoIs },
  'batch/openuserid_to_userid': { method: 'POST', run: openIds },
};

const page = (text: string): Answer => ({
  status: 200,
  text: `<!DOCTYPE html><html><body><p>${text}</p></body></html>`,
  headers: { 'content-type': 'text/html; charset=utf-8' },
});

/** The page that a link of the app opens first: it sends whoever holds the phone back with a code. */
export function authorize({ state }: WeCom, query: Asked['query'], headers: Asked['headers']): Answer {
  const user = headers['x-wecom-user'] ?? state.settings.phone;
  if (user === null) return page('请在企业微信客户端打开链接');
  if (query['appid'] !== state.corpId) return page('appid 参数错误');
  if (query['response_type'] !== 'code') return page('response_type 参数错误');
  if (!['snsapi_base', 'snsapi_privateinfo'].includes(query['scope'] ?? '')) return page('scope 参数错误');
  const app =
    state.apps.get(Number(query['agentid'])) ??
    (query['agentid'] === undefined ? [...state.apps.values()][0] : undefined);
  if (app === undefined) return page('agentid 参数错误');
  const back = query['redirect_uri'] ?? '';
  if (!URL.canParse(back)) return page('redirect_uri 参数错误');
  const url = new URL(back);
  if (app.trusted !== null && !app.trusted.includes(url.host) && !app.trusted.includes(url.hostname))
    return page('redirect_uri 与配置的授权完成回调域名不一致 (50001)');
  const code = state.secret('login-');
  state.logins.set(code, { user, endsAt: state.now() + LOGIN_MS });
  url.searchParams.set('code', code);
  if (query['state'] !== undefined) url.searchParams.set('state', query['state']);
  return { status: 302, text: '', headers: { location: url.href } };
}
