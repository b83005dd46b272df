import { refuse, refuseOld, type Endpoints } from './api-method.ts';
import type { DingUser } from './emulator.ts';
import { asObject, asText, type Json } from '../json.ts';
import type { State } from './state.ts';

const MB = 1024 * 1024;
/** Bytes by type (fact sheet, 3.5). */
const MOST_BYTES: Readonly<Record<string, number>> = { image: 20 * MB, voice: 2 * MB, video: 20 * MB, file: 20 * MB };

const colleague = ({ users }: State, isIt: (user: DingUser) => boolean): DingUser | undefined =>
  [...users.values()].find((user) => !user.external && isIt(user));

const ok = (state: State, more: Json): Json => ({ errcode: 0, errmsg: 'ok', request_id: state.next('req'), ...more });

/** Numbers of other countries bear theirs: `+65-91234567`. */
function mobileOf({ withheld }: State, { mobile }: DingUser): Json {
  if (mobile === null || withheld.has('fieldMobile')) return {};
  const [, country = '86', number = mobile] = /^\+(\d{1,4})-(.+)$/u.exec(mobile) ?? [];
  return { mobile: number, state_code: country };
}

/** The id that the old API has for a group. */
export const chatIdOf = (group: { readonly id: string; readonly chatId?: string }): string =>
  group.chatId ?? `chat${Buffer.from(group.id).toString('hex')}`;

/** The one token while it lasts; each call makes it last longer (fact sheet, 3.1). */
function tokenOf(state: State): string {
  const valid = [...state.tokens].find(([, endsAt]) => endsAt > state.clock.monotonic())?.[0];
  const token = valid ?? state.next('token-');
  state.tokens.set(token, state.clock.monotonic() + state.settings.expireIn * 1_000);
  return token;
}

export const isToken = (state: State, token: string): boolean =>
  (state.tokens.get(token) ?? -1) > state.clock.monotonic();

export const OLD: Endpoints = {
  'POST /v1.0/oauth2/accessToken': {
    api: 'open',
    run({ state }, { args, headers }) {
      if (!(headers['content-type'] ?? '').includes('application/json')) refuse('Missingbody');
      const { clientId, clientSecret } = state.app;
      if (args['appKey'] !== clientId || args['appSecret'] !== clientSecret) refuse('invalidClientIdOrSecret');
      return { accessToken: tokenOf(state), expireIn: state.settings.expireIn };
    },
  },
  'GET /gettoken': {
    api: 'hook',
    run({ state }, { query }) {
      const { clientId, clientSecret } = state.app;
      if (query['appkey'] !== clientId || query['appsecret'] !== clientSecret) refuseOld(40089, 'invalid credential');
      return ok(state, { access_token: tokenOf(state), expires_in: state.settings.expireIn });
    },
  },
  'POST /topapi/v2/user/get': {
    api: 'old',
    scope: 'qyapi_get_member',
    run({ state }, { args }) {
      const user = colleague(state, ({ userId }) => userId === asText(args['userid']));
      if (user === undefined) return refuseOld(60121, '找不到该用户');
      const result = {
        userid: user.userId,
        unionid: user.unionId,
        name: user.name,
        avatar: '',
        ...mobileOf(state, user),
        ...(user.email !== null && !state.withheld.has('fieldEmail') && { email: '', org_email: user.email }),
        title: '',
        job_number: '',
        dept_id_list: [1],
        active: user.active,
        admin: false,
        new_field: { unknown: true },
      };
      return ok(state, { result });
    },
  },
  'POST /topapi/v2/user/getbymobile': {
    api: 'old',
    scope: 'qyapi_get_member_by_mobile',
    run({ state }, { args }) {
      const mobile = asText(args['mobile']);
      if (!/^(?:\+\d{1,4}-)?\d{5,15}$/u.test(mobile)) return refuseOld(40104, '无效的手机号');
      const user = colleague(state, (candidate) => candidate.mobile === mobile);
      if (user === undefined) return refuseOld(60121, '找不到该用户');
      return ok(state, { result: { userid: user.userId, exclusive_account_userid_list: [] } });
    },
  },
  'POST /topapi/user/getbyunionid': {
    api: 'old',
    scope: 'qyapi_get_member',
    run({ state }, { args }) {
      const user = colleague(state, ({ unionId }) => unionId === asText(args['unionid']));
      if (user === undefined) return refuseOld(60121, '找不到该用户');
      return ok(state, { result: { contact_type: 0, userid: user.userId } });
    },
  },
  'POST /media/upload': {
    api: 'old',
    run({ state }, { args, query, uploads }) {
      const type = asText(args['type']) || (query['type'] ?? '');
      const most = MOST_BYTES[type];
      const media = uploads['media'];
      if (most === undefined) return refuseOld(40004, '不合法的媒体文件类型');
      if (media === undefined || media.bytes.length === 0) return refuseOld(41005, '缺少多媒体文件数据');
      if (media.bytes.length > most) return refuseOld(40009, '不合法的媒体文件大小');
      const id = state.next('@lADPemulated');
      state.media.set(id, media);
      return ok(state, { type, media_id: id, created_at: state.now() });
    },
  },
  'POST /v1.0/im/chat/:chatId/convertToOpenConversationId': {
    api: 'new',
    counts: true,
    run({ state }, { path }) {
      const chatId = decodeURIComponent(path.split('/')[4] ?? '');
      const group = [...state.groups.values()].find((candidate) => chatIdOf(candidate) === chatId);
      return group === undefined ? refuse('invalid.chatId') : { openConversationId: group.id };
    },
  },
  'POST /v1.0/gateway/connections/open': {
    api: 'open',
    run({ state, sockets, url }, { args, headers }) {
      const { clientId, clientSecret } = state.app;
      state.opened += 1;
      if (args['clientId'] !== clientId || args['clientSecret'] !== clientSecret) refuse('authFailed', 401, '鉴权失败');
      const given = Array.isArray(args['subscriptions']) ? (args['subscriptions'] as unknown[]) : [];
      const subscriptions = given.map(asObject).map((s) => ({ type: asText(s['type']), topic: asText(s['topic']) }));
      if (subscriptions.some((s) => s.type === 'EVENT' && s.topic !== '*'))
        state.find('connections/open: of EVENT there is the topic * alone');
      if (!(headers['accept'] ?? '').includes('application/json'))
        state.find('connections/open: without an Accept header DingTalk answers in XML');
      return { endpoint: `${url.replace(/^http/u, 'ws')}/connect`, ticket: sockets.ticket(subscriptions) };
    },
  },
};
