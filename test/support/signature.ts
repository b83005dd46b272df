import { bodyFault, headerOf, type SignatureFault } from '../../src/webhooks/signature.ts';

/** What a receiver finds wrong with a signed body; null: nothing. */
export function signatureFault(
  header: string | undefined,
  secrets: readonly string[],
  now: Date,
  body: Buffer,
): SignatureFault | null {
  const read = headerOf(header, now);
  return typeof read === 'string' ? read : bodyFault(read, secrets, now, body);
}
