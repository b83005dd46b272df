import { CARDS } from './api-cards.ts';
import { Refusal, refuse, refuseOld, type Answer, type Asked, type DingTalk, type Endpoint } from './api-method.ts';
import { isToken, OLD } from './api-old.ts';
import { ROBOT } from './api-robot.ts';
import type { Failure } from './emulator.ts';
import type { Json } from '../json.ts';
import type { State } from './state.ts';
import { WEBHOOKS } from './webhooks.ts';

const ENDPOINTS: Readonly<Record<string, Endpoint>> = { ...ROBOT, ...CARDS, ...OLD, ...WEBHOOKS };

const endpointOf = ({ method, path }: Asked): Endpoint | undefined =>
  ENDPOINTS[`${method} ${path.replace(/^(\/v1\.0\/im\/chat\/)[^/]+/u, '$1:chatId')}`];

/** New calls bear their token in a header: addresses end up in logs. */
function checkAddress(state: State, { path, query }: Asked): void {
  if (!path.startsWith('/v1.0/')) return;
  const values = Object.values(query);
  const secrets = [state.app.clientSecret, ...state.tokens.keys()];
  const isSecret = (text: string): boolean => secrets.some((secret) => text.includes(secret));
  if (values.some(isSecret)) state.find(`${path}: a secret in an address`);
}

const DENIED = 'Forbidden.AccessDenied';

function checkAccess({ state, faults }: DingTalk, endpoint: Endpoint, asked: Asked): void {
  const { api, scope, counts } = endpoint;
  if (api === 'open' || api === 'hook') return;
  const isNew = api === 'new';
  const token = isNew ? asked.headers['x-acs-dingtalk-access-token'] : asked.query['access_token'];
  if (!isToken(state, token ?? '')) {
    if (isNew) refuse('InvalidAuthentication', 400, '不合法的access_token');
    refuseOld(40014, '不合法的access_token');
  }
  if (scope !== undefined && state.withheld.has(scope)) {
    const detail = { accessdenieddetail: { requiredScopes: [scope] } };
    if (isNew) refuse(`${DENIED}.AccessTokenPermissionDenied`, 403, '应用尚未开通所需的权限', detail);
    refuseOld(88, 'ding talk error', { sub_code: '60011', sub_msg: `应用尚未开通所需的权限：[${scope}]` });
  }
  if (faults.isTooFast(`${asked.method} ${asked.path}`)) {
    if (isNew) refuse(`${DENIED}.QpsLimitForAppkeyAndApi`, 403, '您的应用调用该接口的频率超限');
    refuseOld(90018, '您的应用调用该接口的频率超限');
  }
  if (counts !== true) return;
  const { settings } = state;
  if (settings.quota !== null && settings.quota <= 0) refuse(`${DENIED}.ApiCountLimitForOrg`, 403, '企业调用次数超限');
  if (settings.quota !== null) settings.quota -= 1;
  state.counted += 1;
}

const errorOf = (state: State, { status, code, message, more }: Refusal): Answer => {
  const id = state.next('REQ-');
  const json: Json =
    status === 200
      ? { errcode: Number(code), errmsg: message, request_id: id, ...more }
      : { code, message, requestid: id, ...more };
  return { status, json };
};

/** Does what a call asks, and answers it. */
export async function answer(ding: DingTalk, asked: Asked): Promise<Answer> {
  const { state } = ding;
  checkAddress(state, asked);
  try {
    const endpoint = endpointOf(asked);
    if (endpoint === undefined) {
      state.find(`there is no ${asked.method} ${asked.path}`);
      return refuse('InvalidAction.NotFound', 404, 'Specified api is not found');
    }
    checkAccess(ding, endpoint, asked);
    return { status: 200, json: { ...(await endpoint.run(ding, asked)), newAnswerField: null } };
  } catch (error) {
    if (error instanceof Refusal) return errorOf(state, error);
    throw error;
  }
}

/** What was ordered beforehand instead of an answer; null: the call is to be answered, with what `failure` says. */
export function ordered(state: State, failure: Failure): Answer | null {
  if ('status' in failure) {
    const { status, code = 'system.error', message = code, body } = failure;
    if (body !== undefined)
      return typeof body === 'string' ? { status, text: body } : { status, text: JSON.stringify(body) };
    return { status, json: { code, message, requestid: state.next('REQ-') } };
  }
  if ('errcode' in failure) {
    const { errcode, errmsg = 'error' } = failure;
    return { status: 200, json: { errcode, errmsg, request_id: state.next('req') } };
  }
  if ('html' in failure) {
    const page = '<!DOCTYPE html><html><head><title>访问受限</title></head><body><h1>亲，访问被拒绝</h1></body></html>';
    return { status: 200, text: page, headers: { 'content-type': 'text/html; charset=utf-8' } };
  }
  return 'reset' in failure ? { status: 0, isCut: true } : null;
}
