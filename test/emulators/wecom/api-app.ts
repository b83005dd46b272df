import { asList, asObject, asText, bytesOf, type Json } from '../json.ts';
import { refuse, type Asked, type Endpoints, type WeCom } from './method.ts';
import { type State } from './state.ts';

/** Seconds that a token lasts (fact sheet, 5.1). */
const TOKEN_S = 7_200;

const sameSecret = (state: State, secret: string) =>
  Array.from(state.apps.values()).find((app) => app.secret === secret);

function getToken({ state }: WeCom, { query }: Asked): Json {
  const { corpid, corpsecret } = query;
  if (corpid === undefined) return refuse(41002, 'corpid missing');
  if (corpsecret === undefined) return refuse(41004, 'corpsecret missing');
  if (corpid !== state.corpId) return refuse(40013, 'invalid corpid');
  const app = sameSecret(state, corpsecret) ?? refuse(40001, 'invalid credential');
  const now = state.now();
  const [token, found] =
    Array.from(state.tokens).find(([, t]) => t.agentId === app.agentId && t.revoked === null && t.endsAt > now) ?? [];
  if (token !== undefined && found !== undefined)
    return { access_token: token, expires_in: Math.ceil((found.endsAt - now) / 1_000) };
  const fresh = state.secret('token-');
  state.tokens.set(fresh, { agentId: app.agentId, endsAt: now + TOKEN_S * 1_000, revoked: null });
  return { access_token: fresh, expires_in: TOKEN_S };
}

/** The app of the token of a call. @throws Refusal */
export function agentOf(state: State, token: string | undefined): number {
  if (token === undefined || token === '') return refuse(41001, 'access_token missing');
  const found = state.tokens.get(token) ?? refuse(40014, 'invalid access_token');
  if (found.revoked !== null) return refuse(found.revoked, 'access_token is not valid any more');
  if (found.endsAt <= state.now()) return refuse(42001, 'access_token expired');
  return found.agentId;
}

/** What a body or query says must be the app of the token. @throws Refusal */
export function checkAgent({ state }: WeCom, asked: Asked, given: unknown): void {
  if (given === undefined) refuse(41011, 'agentid missing');
  // Some clients send it as text; WeCom takes whole numbers either way.
  const id = typeof given === 'string' && /^\d+$/u.test(given) ? Number(given) : given;
  if (typeof id !== 'number' || !Number.isInteger(id)) return refuse(40056, 'invalid agentid');
  if (id !== asked.agentId) return refuse(301002, 'agentid does not match the token');
  if (state.apps.get(id)?.disabled === true) refuse(50003, 'app is disabled');
}

function getAgent(wecom: WeCom, asked: Asked): Json {
  const { state } = wecom;
  checkAgent(wecom, { ...asked }, asked.query['agentid']);
  const app = state.apps.get(asked.agentId) ?? refuse(40056, 'invalid agentid');
  const users = Array.from(state.members.values()).filter((m) => m.visible);
  return {
    agentid: app.agentId,
    name: app.name,
    square_logo_url: '',
    description: '',
    allow_userinfos: { user: app.seesAll ? [] : users.map((m) => ({ userid: m.userId })) },
    allow_partys: { partyid: app.seesAll ? [1] : [] },
    allow_tags: { tagid: [] },
    close: app.disabled ? 1 : 0,
    redirect_domain: app.trusted?.[0] ?? '',
    report_location_flag: 0,
    isreportenter: 0,
    home_url: '',
  };
}

const MENU_TYPES = new Set([
  'click',
  'view',
  'scancode_push',
  'scancode_waitmsg',
  'pic_sysphoto',
  'location_select',
  'view_miniprogram',
]);

function checkEntry(entry: Json, isSub: boolean): void {
  const name = asText(entry['name']);
  const children = asList(entry['sub_button']).map(asObject);
  if (name === '' || bytesOf(name) > (isSub ? 40 : 16)) refuse(isSub ? 40025 : 40018, 'invalid button name');
  if (isSub && children.length > 0) refuse(40022, 'invalid sub button level');
  if (children.length > 5) refuse(40023, 'invalid sub button size');
  for (const child of children) checkEntry(child, true);
  if (children.length > 0) return;
  const type = asText(entry['type']);
  if (!MENU_TYPES.has(type)) refuse(isSub ? 40024 : 40017, 'invalid button type');
  if (type === 'view') {
    const url = asText(entry['url']);
    if (bytesOf(url) > 1_024) refuse(isSub ? 40027 : 40020, 'invalid button url size');
    if (!/^https?:\/\//u.test(url)) refuse(isSub ? 40054 : 40055, 'invalid button url');
    return;
  }
  const key = asText(entry['key']);
  if (key === '' || bytesOf(key) > 128) refuse(isSub ? 40026 : 40019, 'invalid button key');
}

function createMenu(wecom: WeCom, asked: Asked): Json {
  checkAgent(wecom, asked, asked.query['agentid']);
  const buttons = asList(asked.args['button']).map(asObject);
  if (buttons.length < 1 || buttons.length > 3) refuse(40016, 'invalid button size');
  for (const button of buttons) checkEntry(button, false);
  wecom.state.menus.set(asked.agentId, { button: buttons });
  return {};
}

/** Entries of an app's menu, those of sub-menus too. */
export const entriesOf = (menu: Json | undefined): readonly Json[] =>
  asList(menu?.['button'])
    .map(asObject)
    .flatMap((entry) => [entry, ...asList(entry['sub_button']).map(asObject)]);

export const APP_ENDPOINTS: Endpoints = {
  gettoken: { method: 'GET', open: true, run: getToken },
  'agent/get': { method: 'GET', run: getAgent },
  'menu/create': { method: 'POST', run: createMenu },
  'menu/get': {
    method: 'GET',
    run(wecom, asked) {
      checkAgent(wecom, asked, asked.query['agentid']);
      return wecom.state.menus.get(asked.agentId) ?? refuse(46003, 'menu does not exist');
    },
  },
  'menu/delete': {
    method: 'GET',
    run(wecom, asked) {
      checkAgent(wecom, asked, asked.query['agentid']);
      wecom.state.menus.delete(asked.agentId);
      return {};
    },
  },
  getcallbackip: { method: 'GET', run: () => ({ ip_list: ['127.0.0.1'] }) },
  get_api_domain_ip: { method: 'GET', run: () => ({ ip_list: ['127.0.0.1'] }) },
};
