import { DeliveryError, type DeliveryFailure } from '../../src/errors.ts';

/** How delivery treats what DingTalk answered, and when it may try again, ms. */
interface Verdict {
  readonly failure: DeliveryFailure;
  readonly afterMs?: number;
}

/** DingTalk refused a call, and said why. */
export class DingTalkError extends DeliveryError {
  /** DingTalk's own word: `code` of the new API, `errcode` (behind 88 its `sub_code`) of the old one, or `HTTP 503` where there was none. */
  readonly code: string;
  constructor(path: string, code: string, verdict: Verdict, scopes: readonly string[] = []) {
    const missing = scopes.length === 0 ? '' : ` (${scopes.join(', ')})`;
    super(verdict.failure, `${path}: ${code}${missing}`, verdict.afterMs);
    this.code = code;
  }
}

/** DingTalk's word for what went wrong; null: it said none. */
export const codeOf = (error: unknown): string | null => (error instanceof DingTalkError ? error.code : null);

const limited = (afterMs: number): Verdict => ({ failure: 'rate-limited', afterMs });
/** Windows are one second wide and nothing says when they began (fact sheet, 3.2). */
const A_SECOND = limited(1_000);
const A_MINUTE = limited(60_000);
/** How long an address is shut out that called too often (3.2). */
const SHUT_OUT = limited(5 * 60_000);
/** How long a custom robot is blocked that said too much (3.6). */
const ROBOT_BLOCKED = limited(10 * 60_000);
/** The month's calls are used up; whether somebody bought more is asked every hour. */
const SPENT = limited(3_600_000);

const AUTH: Verdict = { failure: 'auth' };
const GONE: Verdict = { failure: 'gone' };
const PERMANENT: Verdict = { failure: 'permanent' };
/** Nobody says whether it was done before it failed. */
const UNKNOWN: Verdict = { failure: 'unknown' };

const all = (verdict: Verdict, codes: string): [string, Verdict][] => codes.split(' ').map((code) => [code, verdict]);

/** Codes by which a token is worth nothing any more: a new one may help, once (3.2). */
const WORTHLESS: ReadonlySet<string> = new Set(['InvalidAuthentication', '40014', '40001', '42001', '88', 'HTTP 401']);

/** A permission that the app does not have: nothing goes out until somebody has put it right. */
const DENIED: ReadonlySet<string> = new Set(['Forbidden.AccessDenied.AccessTokenPermissionDenied', '60011']);

/** Every code the fact sheet names (3.2, 3.4, 3.5, 3.6, 4, 5); what is not listed is for good. */
const VERDICTS: ReadonlyMap<string, Verdict> = new Map([
  ...[...WORTHLESS, ...DENIED].map((code): [string, Verdict] => [code, AUTH]),
  ...all(
    AUTH,
    'invalidClientIdOrSecret authFailed unauthorized auth.error Forbidden.AccessDenied.IpNotInWhiteList 60020 40089 310000',
  ),
  // The robot's code or its right to write to people: the app's settings, alike for every message.
  ...all(
    AUTH,
    'invalidParameter.robotCode.empty invalidParameter.robotCode.auth invalidParameter.robotCode.notExsit invalidParameter.robotCode.coolApp invalidParameter.robotCode.invalid robot.oto.notExist chatbotId.notAllow.sendOTO permession.checkFailed',
  ),
  ...all(A_SECOND, 'send.too.fast send.byToken.tooFast 90002 90018'),
  ...all(ROBOT_BLOCKED, '410100 130101'),
  ...all(SHUT_OUT, '1111'),
  ...all(SPENT, '90020'),
  ...all(
    GONE,
    'group.disbanded invalid.openConversationId conversation.org.notMatch bot.stopped resource.not.found staffId.notExisted param.cardNotExist param.userIdNotExist session.expired session.notExisted',
  ),
  // Custom robots and session webhooks; people who are not there, or not for this app to see.
  ...all(GONE, '300001 300005 400013 400101 400102 400106 33012 40104 50002 60121'),
  ...all(UNKNOWN, 'system.error system.busy systemBusy -1'),
]);

/** Codes that come in families. */
const FAMILIES: readonly (readonly [RegExp, Verdict])[] = [
  [/QpmLimit/u, A_MINUTE],
  [/QpsLimit/u, A_SECOND],
  [/^too\.many\./u, A_SECOND],
  [/ApiCountLimit/u, SPENT],
];

const verdictOf = (code: string): Verdict | undefined =>
  VERDICTS.get(code) ?? FAMILIES.find(([family]) => family.test(code))?.[1];

/** What a code that DingTalk answered elsewhere than in an error (a list of people it held back) means. */
export const failureOf = (path: string, code: string | number): DingTalkError =>
  new DingTalkError(path, String(code), verdictOf(String(code)) ?? PERMANENT);

export const isWorthlessToken = (error: unknown): boolean => WORTHLESS.has(codeOf(error) ?? '');
/** The app lacks a permission. */
export const isDenied = (error: unknown): error is DingTalkError => DENIED.has(codeOf(error) ?? '');

/** An answer as it came over the wire. */
export interface Reply {
  /** HTTP status. */
  readonly status: number;
  /** The parsed body; undefined where it is no JSON. */
  readonly body: unknown;
  /** It is a page for people. */
  readonly isPage: boolean;
}

const isRecord = (value: unknown): value is Readonly<Record<string, unknown>> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);
const wordOf = (value: unknown): string | null =>
  (typeof value === 'string' || typeof value === 'number') && /^-?[\w.-]{1,120}$/u.test(String(value))
    ? String(value)
    : null;

/** Names of missing permissions: a list in the new API; the old one hides them in its sentence. */
function scopesIn(body: Readonly<Record<string, unknown>>): readonly string[] {
  const detail = body['accessdenieddetail'];
  const listed = isRecord(detail) && Array.isArray(detail['requiredScopes']) ? detail['requiredScopes'] : [];
  const named = listed.map(wordOf).filter((scope) => scope !== null);
  if (named.length > 0) return named;
  const sentence = body['sub_msg'];
  return typeof sentence === 'string' ? [...new Set(sentence.match(/\bqyapi_\w{1,60}/gu))] : [];
}

/** The old API's errors come with HTTP 200; behind 88, what is the matter stands in `sub_code`. */
function oldError(path: string, body: Readonly<Record<string, unknown>>, errcode: string): DingTalkError | null {
  if (Number(errcode) === 0) return null;
  const sub = errcode === '88' ? wordOf(body['sub_code']) : null;
  if (sub === null) return new DingTalkError(path, errcode, verdictOf(errcode) ?? PERMANENT, scopesIn(body));
  return new DingTalkError(path, sub, verdictOf(sub) ?? AUTH, scopesIn(body));
}

/** What is wrong with an answer; null: nothing. */
export function failureIn(path: string, { status, body, isPage }: Reply): DingTalkError | null {
  const known = isRecord(body) ? body : {};
  // The wall around all APIs answers in its own words, or with a page; whatever came from behind it and failed is a 5xx.
  if (known['status'] === 1111) return new DingTalkError(path, '1111', SHUT_OUT);
  if (isPage && status < 500) return new DingTalkError(path, `HTTP ${status} and a page`, SHUT_OUT);
  const errcode = wordOf(known['errcode']);
  if (errcode !== null) {
    const failed = oldError(path, known, errcode);
    if (failed !== null) return failed;
  }
  if (status < 400) return null;
  const code = wordOf(known['code']);
  const bare = `HTTP ${status}`;
  if (status === 429) return new DingTalkError(path, code ?? bare, A_SECOND);
  const verdict = code === null ? undefined : verdictOf(code);
  if (code !== null && verdict !== undefined) return new DingTalkError(path, code, verdict, scopesIn(known));
  if (status === 401) return new DingTalkError(path, bare, AUTH);
  if (code === null || status >= 500) return new DingTalkError(path, code ?? bare, UNKNOWN);
  return new DingTalkError(path, code, PERMANENT);
}

/**
 * Words in which a card's delivery (`deliverResults[].errorMsg`) says that there is nobody to deliver to any more.
 */
const NOBODY_THERE =
  /not.{0,3}in.{0,5}(?:group|conversation)|notIn(?:Group|Conversation)|disband|not.{0,3}(?:exist|found)|stopped|不在|不存在|解散|停用|退出/iu;
const TOO_FAST = /too.{0,3}(?:fast|many)|limit|限流|频繁|频率/iu;

/** A card that DingTalk took and did not deliver: HTTP 200, and one of the `deliverResults` failed (4.1). It certainly did not arrive. */
export function undelivered(path: string, errorMsg: string | null): DingTalkError {
  const code = errorMsg !== null && /^[\w.-]{1,80}$/u.test(errorMsg) ? errorMsg : 'not delivered';
  const words = errorMsg ?? '';
  const known = verdictOf(words);
  if (known !== undefined && known !== UNKNOWN) return new DingTalkError(path, code, known);
  if (known === UNKNOWN) return new DingTalkError(path, code, { failure: 'retryable' });
  if (NOBODY_THERE.test(words)) return new DingTalkError(path, code, GONE);
  return new DingTalkError(path, code, TOO_FAST.test(words) ? A_SECOND : PERMANENT);
}
