import type { InboundForm, InboundInvoke, InboundMessage } from '../../adapters/adapter.ts';
import type { Answer, Outcome } from '../../commands/command.ts';
import { claimAdmin } from './first-admin.ts';
import { linkAccount } from './linking.ts';
import type { Parts } from './parts.ts';

/** What comes of a code that somebody sent, or asked for; `cause` is the inbox row. */
export const redeem = (
  parts: Parts,
  event: InboundMessage | InboundInvoke | InboundForm,
  cause: string,
  { of, code }: Pick<Extract<Outcome, { kind: 'code' }>, 'of' | 'code'>,
): Promise<Answer> => (of === 'admin' ? claimAdmin(parts, event, cause, code) : linkAccount(parts, event, cause, code));
