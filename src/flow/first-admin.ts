import type { InboundForm, InboundInvoke, InboundMessage } from '../../adapters/adapter.ts';
import type { Answer } from '../../commands/command.ts';
import type { Clock } from '../clock.ts';
import { accountKey } from '../domain/address.ts';
import { FIRST_ADMIN } from '../domain/membership.ts';
import { derivedId, type Ids } from '../ids.ts';
import type { Store } from '../storage/store.ts';
import type { Vault } from '../vault.ts';
import { accountOf, addressOf, grant, personOf } from './account.ts';
import type { Parts } from './parts.ts';

/** Letters and digits that are not taken for each other when read aloud or from paper. */
const LETTERS = 'ACDEFGHJKMNPQRTUVWXY2346789';
const LENGTH = 8;

interface Makes {
  readonly store: Pick<Store, 'codes'>;
  readonly vault: Pick<Vault, 'salt'>;
  readonly clock: Clock;
  readonly ids: Ids;
}

const hashOf = (vault: Pick<Vault, 'salt'>, code: string): string => derivedId('admin-code', vault.salt, code);
const plain = (written: string): string =>
  written
    .normalize('NFKC')
    .toUpperCase()
    .replaceAll(/[^A-Z0-9]/gu, '');

function draw({ vault, clock, ids }: Makes) {
  const code = Array.from({ length: LENGTH }, () => LETTERS[Math.floor(ids.random() * LETTERS.length)]).join('');
  const expiresAt = new Date(clock.now().getTime() + FIRST_ADMIN.validMs);
  return { shown: `${code.slice(0, 4)}-${code.slice(4)}`, hash: hashOf(vault, code), expiresAt };
}

/** A new code that makes an admin, in place of the one before; only its hash is kept. */
export async function newAdminCode(makes: Makes): Promise<string> {
  const { shown, hash, expiresAt } = draw(makes);
  await makes.store.codes.put(hash, expiresAt);
  return shown;
}

/** The same unless there is one that is still good; null then. */
export async function offerAdminCode(makes: Makes): Promise<string | null> {
  const { shown, hash, expiresAt } = draw(makes);
  return (await makes.store.codes.offer(hash, expiresAt, makes.clock.now())) ? shown : null;
}

/** Makes who knows the code an admin, under the name the platform has; `cause` is the inbox row. */
export async function claimAdmin(
  parts: Parts,
  event: InboundMessage | InboundInvoke | InboundForm,
  cause: string,
  code: string,
): Promise<Answer> {
  const { store, vault, clock } = parts;
  const account = accountOf(event);
  const now = clock.now();
  const hash = hashOf(vault, plain(code));
  if (event.conversation.kind !== 'direct') {
    // Everybody has read it: it is good for nothing any more.
    if (code !== '') await store.codes.use(hash, cause, now);
    return { sentence: { key: 'people.admin_alone', params: null } };
  }
  if (personOf(parts, account)?.roles.includes('admin') === true)
    return { sentence: { key: 'people.admin_already', params: null } };
  if (code === '') return { sentence: { key: 'people.admin_missing', params: null } };
  const key = accountKey(account);
  const tries = await store.tries.read(key);
  if (tries?.lockedUntil != null && tries.lockedUntil > now)
    return { sentence: { key: 'people.admin_locked', params: { until: tries.lockedUntil } } };
  if (!(await store.codes.use(hash, cause, now))) return wrong(parts, key, cause);
  const direct = addressOf(event).conversation;
  const person = await grant(
    parts,
    { account, name: event.sender.name, direct },
    { roles: ['admin'], teams: [], by: 'code' },
  );
  await store.tries.reset(key, null);
  const { people, teams } = parts.directory();
  const [team] = [...teams.values()].map((t) => t.name);
  const params = { name: people.get(person)?.name ?? event.sender.name, team: team ?? '' };
  return { sentence: { key: 'people.admin_done', params } };
}

async function wrong({ store, clock }: Parts, account: string, cause: string): Promise<Answer> {
  const left = FIRST_ADMIN.tries - (await store.tries.wrong(account, cause));
  if (left > 0) return { sentence: { key: 'people.admin_wrong', params: { left } } };
  const until = new Date(clock.now().getTime() + FIRST_ADMIN.lockMs);
  await store.tries.reset(account, until);
  return { sentence: { key: 'people.admin_locked', params: { until } } };
}
