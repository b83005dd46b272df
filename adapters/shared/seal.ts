import { encrypt, getSignature } from '@wecom/crypto';
import type { Clock } from '../../src/clock.ts';
import type { EnvelopeKeys } from './envelope.ts';

/**
 * What the platform asks an address with when it verifies it: the query, signed and encrypted with these secrets. `said`: what has to come back;
 * `nonce`: of this question alone.
 */
export function sealedQuestion(
  { token, aesKey, receiver }: EnvelopeKeys,
  { said, nonce }: { readonly said: string; readonly nonce: string },
  clock: Pick<Clock, 'now'>,
): URLSearchParams {
  const timestamp = String(Math.floor(clock.now().getTime() / 1_000));
  const echostr = encrypt(aesKey, said, receiver);
  const signature = getSignature(token, timestamp, nonce, echostr);
  return new URLSearchParams({ msg_signature: signature, timestamp, nonce, echostr });
}
