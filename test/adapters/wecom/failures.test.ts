import { describe, expect, test } from 'vitest';
import {
  codeOf,
  failureIn,
  failureOf,
  isDenied,
  isKnownTask,
  isNobody,
  isSpentCode,
  isWorthlessToken,
  type WeComError,
} from '../../../adapters/wecom/failures.ts';
import { DeliveryError, type DeliveryFailure } from '../../../src/errors.ts';

/** What every error that WeCom documents means for delivery (0, 4.5, 5.2). */

const PATH = '/cgi-bin/x';
const CUSTOMER = '13812345678';

const fails = (status: number, body: unknown): WeComError => {
  const failure = failureIn(PATH, { status, body });
  if (failure === null) throw new Error('it is no failure');
  expect(failure.message).toBe(`${PATH}: ${failure.code}`);
  return failure;
};
type Expected = DeliveryFailure | readonly [DeliveryFailure, number];
const seen = ({ failure, retryAfterMs }: WeComError): Expected =>
  retryAfterMs === undefined ? failure : [failure, retryAfterMs];

const MINUTE = ['rate-limited', 60_000] as const;
const CODES: Readonly<Record<string, readonly (number | string)[]>> = {
  // Busy: nothing says that it was not done.
  unknown: [-1, '-1'],
  // Token, secret, enterprise, agent, address, callback, domain, permissions: settings of the app.
  auth: [
    40014,
    42001,
    '42001',
    41001,
    40001,
    40091,
    40013,
    40056,
    43012,
    48001,
    48002,
    48006,
    50001,
    50003,
    60020,
    301002,
  ],
  // People.
  gone: [81013, 40003, 60111, 60011, 60021, 50002],
  // Cards, groups, message pushes, presses.
  'gone ': [60140, 82102, 42015, 42016, 40050, 86001, 86003, 86008, 93000, 93001, 93004, 93006, 93008, 846605, 846608],
  retryable: [6000],
  permanent: [
    40007, 40008, 40033, 40058, 40063, 41011, 42014, 42017, 42018, 42019, 42020, 42027, 42028, 42031, 42035, 42038,
    42039, 42041, 42042, 42043, 42045, 42046, 42047, 42049, 42050, 42051, 42052, 44004, 45002, 82001, 82002, 82003,
    82004, 86006, 86007, 999999,
  ],
};

describe('errcode, with HTTP 200', () => {
  test.each(Object.entries(CODES).flatMap(([kind, codes]) => codes.map((code) => [code, kind.trim()] as const)))(
    '%j is %s',
    (errcode, expected) => {
      const failure = fails(200, { errcode, errmsg: `${CUSTOMER}, hint: [1700000000], rid: 6` });
      expect(seen(failure)).toBe(expected);
      expect(codeOf(failure)).toBe(String(errcode));
      expect(failureOf(PATH, errcode)).toMatchObject({ failure: failure.failure, code: String(errcode) });
    },
  );

  test.each<[number, Expected]>([
    [45009, MINUTE],
    [45033, ['rate-limited', 1_000]],
  ])('%i says how long to wait', (errcode, expected) => {
    expect(seen(fails(200, { errcode }))).toEqual(expected);
  });

  test.each([{ errcode: 0, errmsg: 'ok' }, { errcode: '0' }, { access_token: 'x' }, { errcode: null }, {}])(
    '%j is none',
    (body) => {
      expect(failureIn(PATH, { status: 200, body })).toBeNull();
    },
  );
});

describe('HTTP', () => {
  test.each<[string, number, unknown, Expected]>([
    ['no JSON', 200, undefined, 'unknown'],
    ['a list', 200, [], 'unknown'],
    ['a text', 200, 'ok', 'unknown'],
    ['an errcode that is none', 200, { errcode: `bad ${CUSTOMER}` }, 'unknown'],
    ['a page of a fault', 502, undefined, 'unknown'],
    ['a fault that says that all is well', 500, { errcode: 0 }, 'unknown'],
    ['a proxy that refuses', 403, undefined, 'unknown'],
    ['a limit', 429, undefined, MINUTE],
  ])('%s', (_, status, body, expected) => {
    const failure = fails(status, body);
    expect(seen(failure)).toEqual(expected);
    expect(codeOf(failure)).toBe(`HTTP ${status}`);
  });

  test.each<[number, number, Expected]>([
    [500, -1, 'unknown'],
    [429, 45009, MINUTE],
    [403, 60020, 'auth'],
  ])('%i with errcode %i is what the errcode says', (status, errcode, expected) => {
    expect(seen(fails(status, { errcode }))).toEqual(expected);
  });
});

test.each<[string, (error: unknown) => boolean, readonly number[], number]>([
  ['a token that is worth nothing', isWorthlessToken, [40014, 42001], 40001],
  ['a missing permission', isDenied, [48001, 48002, 48006], 60020],
  ['nobody', isNobody, [40003, 60011, 60021, 60111, 50002], 81013],
  ['a spent code', isSpentCode, [60140], 82102],
  ['a known task', isKnownTask, [42014], 42016],
])('%s is told by its code', (_, is, codes, other) => {
  for (const code of codes) expect(is(failureOf(PATH, code))).toBe(true);
  expect(is(failureOf(PATH, other))).toBe(false);
  for (const error of [new DeliveryError('gone', String(codes[0])), new Error('x'), null])
    expect(is(error)).toBe(false);
});

test('what was not said by WeCom has no code', () => {
  expect(codeOf(new DeliveryError('unknown', 'x'))).toBeNull();
});
