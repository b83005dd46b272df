import { createHmac, timingSafeEqual } from 'node:crypto';

/** The header that proves who sent a webhook and when, in both directions: `t=<unix seconds>,v1=<hex HMAC-SHA256 of "<t>.<raw body>">`. */
export const SIGNATURE_HEADER = 'X-Gongdan-Signature';

/** How far a signature's moment may lie from now, in either direction: older ones may be replays, younger ones come from a wrong clock. */
const WINDOW_MS = 300_000;

/** Longest header that is looked at: two signatures (a sender in rotation) and room. */
const LONGEST = 400;

const hmac = (secret: string, seconds: number, body: Buffer): Buffer =>
  createHmac('sha256', secret).update(`${seconds}.`).update(body).digest();

/** The value of the header for a body as it goes over the wire, signed at `at`; with several secrets one `v1` for each. */
export function signatureOf(secrets: readonly string[], at: Date, body: Buffer): string {
  const seconds = Math.floor(at.getTime() / 1_000);
  return [`t=${seconds}`, ...secrets.map((secret) => `v1=${hmac(secret, seconds, body).toString('hex')}`)].join(',');
}

/** Why a signature is not good; `missing` also stands for what is none at all. */
export type SignatureFault = 'missing' | 'malformed' | 'too_old' | 'too_new' | 'wrong';

/** A header that can be read, of a moment inside the window. What it signs was not looked at. */
export interface SignatureHeader {
  readonly seconds: number;
  readonly signatures: readonly Buffer[];
}

/** Reads a header, or says what is wrong with it whatever it signs: before a byte of the body came. */
export function headerOf(header: string | undefined, now: Date): SignatureHeader | Exclude<SignatureFault, 'wrong'> {
  const parsed = parse(header);
  return typeof parsed === 'string' ? parsed : (momentFault(parsed.seconds, now) ?? parsed);
}

/**
 * Checks what a header signs against the secrets that are valid now (two during a rotation). Null: it is good. Every comparison takes the
 * same time however many digits agree, and none is made for a moment outside the window: a body may have taken its time to come.
 */
export function bodyFault(
  { seconds, signatures }: SignatureHeader,
  secrets: readonly string[],
  now: Date,
  body: Buffer,
): 'too_old' | 'too_new' | 'wrong' | null {
  const fault = momentFault(seconds, now);
  if (fault !== null) return fault;
  const rights = secrets.map((secret) => hmac(secret, seconds, body));
  const good = rights.flatMap((right) => signatures.map((given) => timingSafeEqual(given, right)));
  return good.includes(true) ? null : 'wrong';
}

function momentFault(seconds: number, now: Date): 'too_old' | 'too_new' | null {
  const age = now.getTime() - seconds * 1_000;
  if (age > WINDOW_MS) return 'too_old';
  return age < -WINDOW_MS ? 'too_new' : null;
}

function parse(header: string | undefined): SignatureHeader | 'missing' | 'malformed' {
  if (header === undefined || header === '') return 'missing';
  if (header.length > LONGEST) return 'malformed';
  const parts = header.split(',').map((part) => part.trim());
  const moments = parts.flatMap((part) => /^t=(\d{1,12})$/u.exec(part)?.[1] ?? []);
  const signatures = parts.flatMap((part) => /^v1=([0-9a-fA-F]{64})$/u.exec(part)?.[1] ?? []);
  // Fields of versions to come are passed over; two moments would leave open which one was signed.
  if (moments.length !== 1 || signatures.length === 0 || signatures.length > 3) return 'malformed';
  return { seconds: Number(moments[0]), signatures: signatures.map((hex) => Buffer.from(hex, 'hex')) };
}
