import { isObject, type Json } from '../json.ts';
import { agentOf, APP_ENDPOINTS } from './api-app.ts';
import { FILE_ENDPOINTS } from './api-files.ts';
import { GROUP_ENDPOINTS } from './api-groups.ts';
import { MESSAGE_ENDPOINTS } from './api-message.ts';
import { PEOPLE_ENDPOINTS } from './api-people.ts';
import type { Failure } from './emulator.ts';
import { Refusal, refuse, type Answer, type Asked, type Endpoint, type Endpoints, type WeCom } from './method.ts';

const ENDPOINTS: Endpoints = {
  ...APP_ENDPOINTS,
  ...MESSAGE_ENDPOINTS,
  ...GROUP_ENDPOINTS,
  ...FILE_ENDPOINTS,
  ...PEOPLE_ENDPOINTS,
};

/** `\uXXXX` in the body as it came, which WeCom does not take (fact sheet, section 0). */
const ESCAPED = /(?<!\\)(?:\\\\)*\\u[0-9a-fA-F]{4}/u;

/** @throws Refusal */
function checkBody({ state }: WeCom, { raw, body, upload, path }: Asked): void {
  if (upload !== null) return;
  if (ESCAPED.test(raw)) refuse(40033, 'invalid request character');
  if (!isObject(body)) refuse(40058, 'invalid json');
  // eslint-disable-next-line no-control-regex
  if (/[\u0000-\u0008\u000b\u000c\u000e-\u001f]/u.test(raw)) state.find(`${path}: control characters`);
}

function found(asked: Asked): Endpoint {
  const endpoint = Object.hasOwn(ENDPOINTS, asked.path) ? ENDPOINTS[asked.path] : undefined;
  if (endpoint === undefined) return refuse(44, `there is no ${asked.path}`);
  if (endpoint.method !== asked.method) return refuse(43002, `${asked.path} is not called by ${asked.method}`);
  return endpoint;
}

const refused = ({ errcode, message, more }: Refusal): Json => ({
  errcode,
  errmsg: `${message}, hint: [1700000000_1_emulated], from ip: 127.0.0.1`,
  ...more,
});

/** Does what a call asks, and answers it. */
export function answer(wecom: WeCom, asked: Asked): Answer {
  try {
    const endpoint = found(asked);
    const agentId = endpoint.open === true ? 0 : agentOf(wecom.state, asked.query['access_token']);
    if (asked.method === 'POST') checkBody(wecom, asked);
    const done = endpoint.run(wecom, { ...asked, agentId });
    if ('answer' in done) return done.answer as Answer;
    return { status: 200, json: { errcode: 0, errmsg: 'ok', ...done, new_answer_field: null } };
  } catch (error) {
    if (!(error instanceof Refusal)) throw error;
    if (error.errcode === 44 || error.errcode === 43002) wecom.state.find(error.message);
    return { status: 200, json: refused(error) };
  }
}

/** What was ordered beforehand instead of an answer; null: the call is to be answered. */
export function ordered(failure: Failure): Answer | null {
  if ('errcode' in failure) {
    const errmsg = 'errmsg' in failure ? (failure.errmsg ?? 'error') : 'error';
    return { status: 200, json: refused(new Refusal(failure.errcode, errmsg, {})) };
  }
  if ('html' in failure) {
    const text = '<!DOCTYPE html><html><head><title>502 Bad Gateway</title></head><body>nginx</body></html>';
    return { status: failure.html, text, headers: { 'content-type': 'text/html' } };
  }
  return 'reset' in failure ? { status: 0, isCut: true } : null;
}
