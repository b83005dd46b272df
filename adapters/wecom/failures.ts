import * as z from 'zod';
import { DeliveryError, type DeliveryFailure } from '../../src/errors.ts';
import type { Reply } from '../shared/http.ts';

/** How delivery treats what WeCom answered, and when it may try again, ms. */
interface Verdict {
  readonly failure: DeliveryFailure;
  readonly afterMs?: number;
}

/** WeCom refused a call, and said why. */
export class WeComError extends DeliveryError {
  /** WeCom's own word: `errcode`, or `HTTP 503` where there was none. */
  readonly code: string;
  constructor(path: string, code: string, verdict: Verdict) {
    super(verdict.failure, `${path}: ${code}`, verdict.afterMs);
    this.code = code;
  }
}

/** WeCom's word for what went wrong; null: it said none. */
export const codeOf = (error: unknown): string | null => (error instanceof WeComError ? error.code : null);

/** Who called too often is shut out for as long as the window that was exceeded; the shortest is a minute (fact sheet, 5.3). */
const A_MINUTE: Verdict = { failure: 'rate-limited', afterMs: 60_000 };
/** Too many at the same time: some of them end soon. */
const A_SECOND: Verdict = { failure: 'rate-limited', afterMs: 1_000 };
const AUTH: Verdict = { failure: 'auth' };
const GONE: Verdict = { failure: 'gone' };
const PERMANENT: Verdict = { failure: 'permanent' };
/** It certainly was not done. */
const RETRYABLE: Verdict = { failure: 'retryable' };
/** Nobody says whether it was done before it failed. */
const UNKNOWN: Verdict = { failure: 'unknown' };

const all = (verdict: Verdict, codes: string): [string, Verdict][] => codes.split(' ').map((code) => [code, verdict]);

/** Codes by which a token is worth nothing any more: a new one may help, once (5.1). */
const WORTHLESS: ReadonlySet<string> = new Set(['40014', '42001']);

/** A permission that the app does not have, or not any more: nothing goes out until somebody has put it right. */
const DENIED: ReadonlySet<string> = new Set(['48001', '48002', '48006']);

/** Nobody of that id, or nobody this app may see: outside of its visible range (60011, 60021, 50002). */
const NOBODY: ReadonlySet<string> = new Set(['40003', '60011', '60021', '60111', '50002']);

/** Every code the fact sheet names (4.5, 5.2) and that is not for good; what is not listed is. */
const VERDICTS: ReadonlyMap<string, Verdict> = new Map([
  ...[...WORTHLESS, ...DENIED].map((code): [string, Verdict] => [code, AUTH]),
  // Secret, enterprise, agent id, address of the caller, callback, trusted domain: settings, alike for every message.
  ...all(AUTH, '40001 40091 40013 40056 41001 43012 50001 50003 60020 301002'),
  ...all(A_MINUTE, '45009 846607'),
  ...all(A_SECOND, '45033'),
  // Two writers met, and one lost.
  ...all(RETRYABLE, '6000'),
  ...[...NOBODY].map((code): [string, Verdict] => [code, GONE]),
  // No receiver is left.
  ...all(GONE, '81013'),
  // What could change the card is spent, or whose card it is never got it; the card of another app, or none.
  ...all(GONE, '60140 82102 42015 42016'),
  // Groups of the app, message pushes, chats of the smart bot.
  ...all(GONE, '40050 86001 86003 86008 93000 93001 93004 93006 93008'),
  // A press or a message of the smart bot's that is too old to be answered.
  ...all(GONE, '846605 846606 846608'),
  // Busy: WeCom's advice is to try again, and does not say that nothing was done.
  ...all(UNKNOWN, '-1'),
]);

/** What a code means, wherever WeCom answered it: over HTTP, or over the smart bot's connection. */
export const failureOf = (path: string, code: string | number): WeComError =>
  new WeComError(path, String(code), VERDICTS.get(String(code)) ?? PERMANENT);

export const isWorthlessToken = (error: unknown): boolean => WORTHLESS.has(codeOf(error) ?? '');
/** The app lacks a permission. */
export const isDenied = (error: unknown): boolean => DENIED.has(codeOf(error) ?? '');
/** There is nobody of that id, or nobody whom the app may see. */
export const isNobody = (error: unknown): boolean => NOBODY.has(codeOf(error) ?? '');
/** The code that was to change a card was used before, or is too old: another may do. */
export const isSpentCode = (error: unknown): boolean => codeOf(error) === '60140';
/** A card of this `task_id` was posted before. */
export const isKnownTask = (error: unknown): boolean => codeOf(error) === '42014';

/** Success is `errcode` 0, or none (section 0). */
const answer = z.looseObject({ errcode: z.union([z.int(), z.string().regex(/^-?\d{1,10}$/u)]).nullish() });

/** What is wrong with an answer; null: nothing. */
export function failureIn(path: string, { status, body }: Pick<Reply, 'status' | 'body'>): WeComError | null {
  const read = answer.safeParse(body);
  const code = read.data?.errcode ?? 0;
  if (Number(code) !== 0) return failureOf(path, code);
  if (status === 429) return new WeComError(path, 'HTTP 429', A_MINUTE);
  if (status >= 400 || !read.success) return new WeComError(path, `HTTP ${status}`, UNKNOWN);
  return null;
}
