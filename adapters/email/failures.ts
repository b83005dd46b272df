import { DeliveryError, type DeliveryFailure } from '../../src/errors.ts';

/** What a failed letter is known by. None of it quotes the server: its words name addresses. */
interface Facts {
  /** nodemailer's own word (`EAUTH`, `EENVELOPE`, `ETLS`). */
  readonly code: string;
  /** The SMTP command that was answered so. */
  readonly command: string;
  /** The server's reply (`550`); 0: there was none. */
  readonly reply: number;
}

function factsOf(error: unknown): Facts {
  if (!(error instanceof Error)) return { code: '', command: '', reply: 0 };
  const { code, originalCode, command, responseCode } = error as Partial<Record<string, unknown>> & Error;
  const isTls = typeof originalCode === 'string' && TLS.test(originalCode);
  return {
    code: isTls ? 'ETLS' : typeof code === 'string' && /^[A-Z]{1,20}$/u.test(code) ? code : '',
    command: typeof command === 'string' && /^[A-Z][A-Z0-9 -]{1,20}$/u.test(command) ? command : '',
    reply: typeof responseCode === 'number' ? responseCode : 0,
  };
}

/** The system's words for a certificate that nobody vouches for, or no TLS at all. */
const TLS = /^(?:ERR_TLS|ERR_SSL|CERT_|UNABLE_TO|SELF_SIGNED|DEPTH_ZERO|EPROTO)/u;

/** Of a server that does not want this letter now: it may mean to be asked again only after minutes (greylisting). */
const AGAIN_MS = 60_000;

/** What the server says in so many words whenever it wants to know who we are first (RFC 4954). */
const WHO_ARE_YOU: ReadonlySet<number> = new Set([530, 534, 535, 538]);

/**
 * What came of a letter. `began`: its words were on their way, so that without an answer nobody knows whether it arrived.
 * A sender that is refused is a setting, alike for every letter: nothing goes out until somebody has put it right.
 */
export function failureOf(error: unknown, began: boolean): DeliveryError {
  const { code, command, reply } = factsOf(error);
  const what = [command === 'API' ? '' : command, reply === 0 ? code : String(reply)].filter((part) => part !== '');
  const failed = (failure: DeliveryFailure, afterMs?: number): DeliveryError =>
    new DeliveryError(failure, `mail: ${what.join(' ') || 'it could not be sent'}`, afterMs);
  // Nothing was said yet, whatever the server answered to the wish for TLS.
  if (code === 'ETLS') return failed('retryable');
  if (code === 'ENOAUTH' || (code === 'EAUTH' && (reply === 0 || reply >= 500))) return failed('auth');
  if (WHO_ARE_YOU.has(reply) || (reply >= 500 && command === 'MAIL FROM')) return failed('auth');
  if (reply === 421) return failed('retryable');
  if (reply >= 400 && reply < 500) return failed('retryable', code === 'EAUTH' ? undefined : AGAIN_MS);
  // 503: the session was in the wrong state for a command, which says nothing of the letter.
  if (reply >= 500 && reply !== 503) return failed('permanent');
  return failed(began ? 'unknown' : 'retryable');
}
