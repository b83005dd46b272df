import {
  WebAPIHTTPError,
  WebAPIPlatformError,
  WebAPIRateLimitedError,
  WebAPIRequestError,
  WebClient,
  type WebClientOptions,
} from '@slack/web-api';
import type { z } from 'zod';
import { DeliveryError, type DeliveryFailure } from '../../src/errors.ts';
import { quietLogger } from './quiet.ts';

/** A call that has not answered by then is given up, ms; delivery waits 10 s for an adapter. */
const TIMEOUT_MS = 8_000;

/**
 * How every client of ours is made: one try per call, as delivery does the trying, and a limit is an answer instead of a pause of the whole
 * client. Never `headers`: clients write their token into that object, and the next workspace would send it (fact sheet, 1.2).
 */
export const clientOptions = (apiUrl: string): WebClientOptions => ({
  slackApiUrl: apiUrl,
  retryConfig: { retries: 0 },
  rejectRateLimitedCalls: true,
  timeout: TIMEOUT_MS,
  allowAbsoluteUrls: false,
  logger: quietLogger,
});

export const createClient = (token: string, apiUrl: string): WebClient => new WebClient(token, clientOptions(apiUrl));

const kinds = (failure: DeliveryFailure, codes: string): [string, DeliveryFailure][] =>
  codes.split(' ').map((code) => [code, failure]);

/** Slack's error codes as delivery treats them (fact sheet, 4.4); what is not listed is for good. */
const FAILURES: ReadonlyMap<string, DeliveryFailure> = new Map([
  ...kinds(
    'auth',
    'not_authed invalid_auth account_inactive token_revoked token_expired not_allowed_token_type no_permission access_denied accesslimited org_login_required ekm_access_denied team_added_to_org team_access_not_granted two_factor_setup_required',
  ),
  ...kinds(
    'gone',
    'channel_not_found is_archived not_in_channel message_not_found cant_update_message edit_window_closed is_inactive thread_not_found cannot_reply_to_message user_not_found users_not_found user_disabled user_not_visible messages_tab_disabled',
  ),
  // Nobody says whether the call went through before it failed.
  ...kinds('unknown', 'internal_error fatal_error request_timeout'),
  ...kinds('retryable', 'service_unavailable update_failed'),
  ...kinds('rate-limited', 'ratelimited rate_limited message_limit_exceeded'),
]);

/** Names of the network's own failures by which certainly nothing was sent. */
const NOT_SENT = /ECONNREFUSED|ENOTFOUND|EAI_AGAIN|ENETUNREACH|EHOSTUNREACH|UND_ERR_CONNECT_TIMEOUT/;

/** The platform's word for what went wrong: one word, or null where it answered with something else (an HTML page). */
export function codeOf(error: unknown): string | null {
  if (!(error instanceof WebAPIPlatformError)) return null;
  const { error: code } = error.data;
  return /^[a-z][a-z_]{1,60}$/.test(code) ? code : null;
}

/** What a failed call of this method means for delivery. */
export function failureOf(method: string, error: unknown): DeliveryError {
  if (error instanceof DeliveryError) return error;
  if (error instanceof WebAPIRateLimitedError)
    return new DeliveryError('rate-limited', `${method}: too many calls`, error.retryAfter * 1_000);
  const code = codeOf(error);
  // Without the right to post nothing at all goes out: it waits until somebody has put the scopes right.
  if (code === 'missing_scope')
    return new DeliveryError(method.startsWith('chat.') ? 'auth' : 'permanent', `${method}: missing_scope`);
  if (code !== null) return new DeliveryError(FAILURES.get(code) ?? 'permanent', `${method}: ${code}`);
  if (error instanceof WebAPIHTTPError) return new DeliveryError('unknown', `${method}: HTTP ${error.statusCode}`);
  if (error instanceof WebAPIRequestError && NOT_SENT.test(networkCode(error)))
    return new DeliveryError('retryable', `${method}: Slack cannot be reached`);
  // A 429 that does not say for how long is a plain error of the client's.
  if (error instanceof Error && error.message.startsWith('Retry header'))
    return new DeliveryError('rate-limited', `${method}: too many calls`);
  return new DeliveryError('unknown', `${method}: no answer that could be read`);
}

/** Runs one call; failures become `DeliveryError`s that name the method and never what was sent. */
export async function calling<R>(method: string, call: () => Promise<R>): Promise<R> {
  try {
    return await call();
  } catch (error) {
    throw failureOf(method, error);
  }
}

/** Reads an answer of Slack's; what does not look like one says nothing of what was done. */
export function read<T>(method: string, schema: z.ZodType<T>, answer: unknown): T {
  const parsed = schema.safeParse(answer);
  if (parsed.success) return parsed.data;
  throw new DeliveryError('unknown', `${method}: an answer without what it promises`);
}

function networkCode(error: WebAPIRequestError): string {
  const codes: string[] = [];
  for (let at: unknown = error.original; at instanceof Error; at = at.cause) {
    if ('code' in at) codes.push(String(at.code));
  }
  return codes.join(' ');
}
