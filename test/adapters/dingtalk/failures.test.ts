import { describe, expect, test } from 'vitest';
import {
  codeOf,
  failureIn,
  failureOf,
  isDenied,
  isWorthlessToken,
  undelivered,
  type DingTalkError,
} from '../../../adapters/dingtalk/failures.ts';
import { DeliveryError, type DeliveryFailure } from '../../../src/errors.ts';

/** What every error that DingTalk documents means for delivery (3.2, 3.4, 3.5, 3.6, 4). */

const PATH = '/v1.0/x';
const CUSTOMER = '13812345678';

const fails = (status: number, body: unknown, isPage = false): DingTalkError => {
  const failure = failureIn(PATH, { status, body, isPage });
  if (failure === null) throw new Error('it is no failure');
  expect(failure.message).toMatch(/^\/v1\.0\/x: /u);
  expect(failure.message).not.toContain(CUSTOMER);
  return failure;
};
type Expected = DeliveryFailure | readonly [DeliveryFailure, number];
const seen = ({ failure, retryAfterMs }: DingTalkError): Expected =>
  retryAfterMs === undefined ? failure : [failure, retryAfterMs];

const SECOND = ['rate-limited', 1_000] as const;
const NEW: readonly (readonly [number, string, Expected])[] = [
  [400, 'InvalidAuthentication', 'auth'],
  [401, 'InvalidAuthentication', 'auth'],
  [400, 'invalidClientIdOrSecret', 'auth'],
  [401, 'authFailed', 'auth'],
  [401, 'something.else', 'auth'],
  [400, 'unauthorized', 'auth'],
  [400, 'auth.error', 'auth'],
  [403, 'Forbidden.AccessDenied.AccessTokenPermissionDenied', 'auth'],
  [403, 'Forbidden.AccessDenied.IpNotInWhiteList', 'auth'],
  [403, 'Forbidden.AccessDenied.QpsLimitForAppkeyAndApi', SECOND],
  [403, 'Forbidden.AccessDenied.QpsLimitForApi', SECOND],
  [403, 'Forbidden.AccessDenied.QpmLimitForAppkeyAndApi', ['rate-limited', 60_000]],
  [403, 'Forbidden.AccessDenied.ApiCountLimitForOrg', ['rate-limited', 3_600_000]],
  [400, 'send.too.fast', SECOND],
  [400, 'send.byToken.tooFast', SECOND],
  [400, 'too.many.group', SECOND],
  [400, 'too.many.people', SECOND],
  [429, 'system.busy', SECOND],
  [500, 'system.busy', 'unknown'],
  [500, 'system.error', 'unknown'],
  [503, 'ServiceUnavailable', 'unknown'],
  ...['empty', 'auth', 'notExsit', 'coolApp', 'invalid'].map(
    (what) => [400, `invalidParameter.robotCode.${what}`, 'auth'] as const,
  ),
  [400, 'robot.oto.notExist', 'auth'],
  [400, 'chatbotId.notAllow.sendOTO', 'auth'],
  [400, 'permession.checkFailed', 'auth'],
  [400, 'group.disbanded', 'gone'],
  [400, 'invalid.openConversationId', 'gone'],
  [400, 'conversation.org.notMatch', 'gone'],
  [400, 'bot.stopped', 'gone'],
  [400, 'resource.not.found', 'gone'],
  [400, 'staffId.notExisted', 'gone'],
  [400, 'session.expired', 'gone'],
  [400, 'session.notExisted', 'gone'],
  [400, 'param.cardNotExist', 'gone'],
  [400, 'param.userIdNotExist', 'gone'],
  ...[
    'miss.openConversationId',
    'invalidParameter.userIds.empty',
    'invalidParameter.userIds.overMax',
    'invalidParameter.msgKey.empty',
    'invalidParameter.msgKey.invalid',
    'invalidParameter.msgParam.invalid',
    'invalidParameter.msgParam.tooLong',
    'invalidParameter.robotCode.downloadCode',
    'template.stopped',
    'send.forbidden',
    'bot.forbidden.sendMessage',
    'contain.unsafe.url',
    'contain.notAllowed.text',
    'contain.notAllowed.content',
    'contain.notAllowed.picture',
    'resource.unavailable',
    'Missingbody',
    'param.outTrackIdEmpty',
    'param.cardTemplateIdEmpty',
    'param.templateNotExist',
    'param.templateUnpublished',
    'param.openSpaceIdInvalid',
    'param.openDeliverModelEmpty',
    'param.openSpaceModelInvalid',
    'param.cardPublicDataEmpty',
    'param.cardDataAndPrivateDataBothEmpty',
    'param.contentUnsafe',
    'param.cardAlreadyExist',
    'param.invalid',
    'a.code.that.DingTalk.invents.tomorrow',
  ].map((code) => [400, code, 'permanent'] as const),
];

describe('the new API', () => {
  test.each(NEW)('HTTP %i %s', (status, code, expected) => {
    const failure = fails(status, { code, requestid: 'r', message: `refused: ${CUSTOMER}` });
    expect(seen(failure)).toEqual(expected);
    const isBare = code === 'something.else';
    expect(codeOf(failure)).toBe(isBare ? 'HTTP 401' : code);
    expect(failure.message).toBe(`${PATH}: ${isBare ? 'HTTP 401' : code}`);
  });

  test('a missing permission names what is missing', () => {
    const code = 'Forbidden.AccessDenied.AccessTokenPermissionDenied';
    const failure = fails(403, {
      code,
      message: CUSTOMER,
      accessdenieddetail: { requiredScopes: ['Card.Instance.Write', 'qyapi_robot_sendmsg', `<${CUSTOMER}>`, 7] },
    });
    expect(failure.message).toBe(`${PATH}: ${code} (Card.Instance.Write, qyapi_robot_sendmsg, 7)`);
    expect(isDenied(failure)).toBe(true);
    expect(codeOf(failure)).toBe(code);
  });

  test.each<[string, number, unknown, Expected]>([
    ['a code that is a sentence', 400, { code: `the text ${CUSTOMER} is bad` }, 'unknown'],
    ['no body', 404, undefined, 'unknown'],
    ['no body and a limit', 429, undefined, SECOND],
    ['no body and no right', 401, undefined, 'auth'],
    ['no body and a fault', 502, undefined, 'unknown'],
    ['a list', 400, [], 'unknown'],
  ])('%s', (_, status, body, expected) => {
    expect(seen(fails(status, body))).toEqual(expected);
  });

  test('an answer is none', () => {
    expect(failureIn(PATH, { status: 200, body: { processQueryKey: 'k' }, isPage: false })).toBeNull();
    expect(failureIn(PATH, { status: 200, body: { code: 'x', success: true }, isPage: false })).toBeNull();
  });
});

const OLD: readonly (readonly [number | string, Expected])[] = [
  [-1, 'unknown'],
  [88, 'auth'],
  [40001, 'auth'],
  [40014, 'auth'],
  ['40014', 'auth'],
  [42001, 'auth'],
  [60011, 'auth'],
  [60020, 'auth'],
  [90002, SECOND],
  [90018, SECOND],
  [90020, ['rate-limited', 3_600_000]],
  [33012, 'gone'],
  [40104, 'gone'],
  [50002, 'gone'],
  [60121, 'gone'],
  // Custom robots and session webhooks.
  [410100, ['rate-limited', 600_000]],
  [130101, ['rate-limited', 600_000]],
  [310000, 'auth'],
  [300001, 'gone'],
  [300005, 'gone'],
  [400013, 'gone'],
  [400101, 'gone'],
  [400102, 'gone'],
  [400106, 'gone'],
  [40035, 'permanent'],
  [43004, 'permanent'],
  [400105, 'permanent'],
  [430101, 'permanent'],
  [430102, 'permanent'],
  [430103, 'permanent'],
  [430104, 'permanent'],
  [460101, 'permanent'],
  [999999, 'permanent'],
];

describe('the old API, with HTTP 200', () => {
  test.each(OLD)('errcode %s', (errcode, expected) => {
    const failure = fails(200, { errcode, errmsg: `bad: ${CUSTOMER}` });
    expect(seen(failure)).toEqual(expected);
    expect(codeOf(failure)).toBe(String(errcode));
    expect(failureOf(PATH, errcode)).toMatchObject({ failure: failure.failure, code: String(errcode) });
  });

  test.each<[string, DeliveryFailure, boolean, boolean]>([
    ['60011', 'auth', true, false],
    ['40014', 'auth', false, true],
    ['90018', 'rate-limited', false, false],
    ['isv.something-new', 'auth', false, false],
  ])('88 means what its sub_code %s means', (sub_code, expected, denied, worthless) => {
    const failure = fails(200, { errcode: 88, sub_code, errmsg: CUSTOMER });
    expect(failure.failure).toBe(expected);
    expect(codeOf(failure)).toBe(sub_code);
    expect([isDenied(failure), isWorthlessToken(failure)]).toEqual([denied, worthless]);
  });

  test('a missing permission is named where its sentence names it', () => {
    const sub_msg = `\u5e94\u7528\u5c1a\u672a\u5f00\u901a\u6240\u9700\u7684\u6743\u9650\uff1a[qyapi_get_member]\uff0c?content=x%23qyapi_get_member ${CUSTOMER}`;
    expect(fails(200, { errcode: 88, sub_code: '60011', sub_msg }).message).toBe(`${PATH}: 60011 (qyapi_get_member)`);
  });

  test.each([0, '0'])('errcode %j is none', (errcode) => {
    expect(failureIn(PATH, { status: 200, body: { errcode, errmsg: 'ok' }, isPage: false })).toBeNull();
  });
});

describe('the wall around both', () => {
  const shut = { status: 1111, wait: 5, source: 'x5', punish: 'deny', uuid: 'u' };
  test.each([200, 403, 429])('1111 with HTTP %i shuts out for five minutes', (status) => {
    expect(seen(fails(status, shut))).toEqual(['rate-limited', 300_000]);
  });
  test.each([200, 403])('so does a page with HTTP %i', (status) => {
    expect(seen(fails(status, undefined, true))).toEqual(['rate-limited', 300_000]);
  });
  test('a page with a fault is a fault', () => {
    expect(seen(fails(502, undefined, true))).toBe('unknown');
  });
});

describe('a card that was not delivered', () => {
  test.each<[string | null, Expected]>([
    ['group.disbanded', 'gone'],
    ['bot.stopped', 'gone'],
    ['send.too.fast', SECOND],
    ['system.busy', 'retryable'],
    ['robot is not in the group', 'gone'],
    ['robotNotInGroup', 'gone'],
    ['userId not exist', 'gone'],
    ['\u673a\u5668\u4eba\u4e0d\u5728\u7fa4\u5185', 'gone'],
    ['\u7fa4\u5df2\u89e3\u6563', 'gone'],
    ['\u89e6\u53d1\u9650\u6d41', SECOND],
    ['too many requests', SECOND],
    [`unsafe content ${CUSTOMER}`, 'permanent'],
    [null, 'permanent'],
  ])('%s', (errorMsg, expected) => {
    const failure = undelivered(PATH, errorMsg);
    expect(seen(failure)).toEqual(expected);
    expect(failure.message).not.toContain(CUSTOMER);
  });
});

test('what was not said by DingTalk has no code', () => {
  expect(codeOf(new DeliveryError('unknown', 'x'))).toBeNull();
  expect(codeOf(new Error('x'))).toBeNull();
  expect(isWorthlessToken(null)).toBe(false);
});
