import type { InboundForm, InboundInvoke, InboundMessage } from '../../adapters/adapter.ts';
import type { Answer } from '../../commands/command.ts';
import { CODES } from '../domain/membership.ts';
import { accountOf, addressOf, grant, personOf } from './account.ts';
import {
  forgiveTries,
  newCode,
  offerCode,
  spoilCode,
  tryCode,
  useCode,
  wrongCode,
  type Failed,
  type Makes,
} from './codes.ts';
import type { Parts } from './parts.ts';

/** A new code that makes an admin, in place of the one before; only its hash is kept. */
export const newAdminCode = (makes: Makes): Promise<string> => newCode(makes, 'admin', CODES.printedMs);

/** The same unless there is one that is still good; null then. */
export const offerAdminCode = (makes: Makes): Promise<string | null> => offerCode(makes, 'admin', CODES.printedMs);

/** Makes who knows the code an admin, under the name the platform has; `cause` is the inbox row. */
export async function claimAdmin(
  parts: Parts,
  event: InboundMessage | InboundInvoke | InboundForm,
  cause: string,
  code: string,
): Promise<Answer> {
  const account = accountOf(event);
  if (event.conversation.kind !== 'direct') {
    if (code !== '') await spoilCode(parts, code, cause);
    return { sentence: { key: 'people.admin_alone', params: null } };
  }
  if (personOf(parts, account)?.roles.includes('admin') === true)
    return { sentence: { key: 'people.admin_already', params: null } };
  if (code === '') return { sentence: { key: 'people.admin_missing', params: null } };
  const tried = { account, kind: 'admin', code, cause } as const;
  const trial = await tryCode(parts, tried);
  if (trial.kind !== 'good') return refusedCode(trial);
  if (!(await useCode(parts, tried))) return refusedCode(await wrongCode(parts, tried));
  const direct = addressOf(event).conversation;
  const person = await grant(
    parts,
    { account, name: event.sender.name, direct },
    { roles: ['admin'], teams: [], by: 'code' },
  );
  await forgiveTries(parts, account);
  const { people, teams } = parts.directory();
  const [team] = [...teams.values()].map((t) => t.name);
  const params = { name: people.get(person)?.name ?? event.sender.name, team: team ?? '' };
  return { sentence: { key: 'people.admin_done', params } };
}

const refusedCode = (failed: Failed): Answer =>
  failed.kind === 'wrong'
    ? { sentence: { key: 'people.admin_wrong', params: { left: failed.left } } }
    : { sentence: { key: 'people.code_locked', params: { until: failed.until } } };
