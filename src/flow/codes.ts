import type { Clock } from '../clock.ts';
import { accountKey } from '../domain/address.ts';
import { CODES } from '../domain/membership.ts';
import { derivedId, type Ids } from '../ids.ts';
import type { CodeKey, GoodCode } from '../storage/codes.ts';
import type { Store } from '../storage/store.ts';
import type { Vault } from '../vault.ts';
import type { Account } from './account.ts';
import type { Parts } from './parts.ts';

/** Letters and digits that are not taken for each other when read aloud or from paper. */
const LETTERS = 'ACDEFGHJKMNPQRTUVWXY2346789';
const LENGTH = 8;

/** What a code does; the same characters are different codes for each. */
export type CodeKind = 'admin' | 'account';

/** What codes are made with. */
export interface Makes {
  readonly store: Pick<Store, 'codes'>;
  readonly vault: Pick<Vault, 'salt'>;
  readonly clock: Clock;
  readonly ids: Ids;
}

const PURPOSE: Readonly<Record<CodeKind, string>> = { admin: 'admin-code', account: 'account-code' };
const hashOf = ({ vault }: Pick<Makes, 'vault'>, kind: CodeKind, code: string): string =>
  derivedId(PURPOSE[kind], vault.salt, code);
const kindOf = (key: CodeKey): CodeKind => (key === 'admin' ? 'admin' : 'account');
const plain = (written: string): string =>
  written
    .normalize('NFKC')
    .toUpperCase()
    .replaceAll(/[^A-Z0-9]/gu, '');

function draw(makes: Makes, key: CodeKey, validMs: number) {
  const { clock, ids } = makes;
  const code = Array.from({ length: LENGTH }, () => LETTERS[Math.floor(ids.random() * LETTERS.length)]).join('');
  const expiresAt = new Date(clock.now().getTime() + validMs);
  return { shown: `${code.slice(0, 4)}-${code.slice(4)}`, hash: hashOf(makes, kindOf(key), code), expiresAt };
}

/** A new code that is good for `validMs`, in place of the one before with this key; only its hash is kept. */
export async function newCode(makes: Makes, key: CodeKey, validMs: number): Promise<string> {
  const { shown, hash, expiresAt } = draw(makes, key, validMs);
  await makes.store.codes.put(key, hash, expiresAt);
  return shown;
}

/** The same unless there is one that is still good; null then. */
export async function offerCode(makes: Makes, key: CodeKey, validMs: number): Promise<string | null> {
  const { shown, hash, expiresAt } = draw(makes, key, validMs);
  return (await makes.store.codes.offer(key, hash, expiresAt, makes.clock.now())) ? shown : null;
}

/** A code as somebody wrote it; `cause` is the inbox row. */
export interface Tried {
  readonly account: Account;
  readonly kind: CodeKind;
  readonly code: string;
  readonly cause: string;
}

/** It is not good; `left`: how many more tries there are. */
export type Failed =
  | { readonly kind: 'wrong'; readonly left: number }
  | { readonly kind: 'locked'; readonly until: Date };

/** Whether a code is good, without using it up. A wrong one counts against the account, and after too many none is looked at for a while. */
export async function tryCode(parts: Parts, tried: Tried): Promise<(GoodCode & { readonly kind: 'good' }) | Failed> {
  const { store, clock } = parts;
  const now = clock.now();
  const tries = await store.tries.read(accountKey(tried.account));
  if (tries?.lockedUntil != null && tries.lockedUntil > now) return { kind: 'locked', until: tries.lockedUntil };
  const found = await store.codes.find(hashOf(parts, tried.kind, plain(tried.code)), tried.cause, now);
  return found === null ? wrongCode(parts, tried) : { kind: 'good', ...found };
}

/** Uses a good code up; false: somebody else was faster, or it has become too late. */
export const useCode = (parts: Parts, { kind, code, cause }: Tried): Promise<boolean> =>
  parts.store.codes.use(hashOf(parts, kind, plain(code)), cause, parts.clock.now());

/** Counts one wrong code. */
export async function wrongCode({ store, clock }: Parts, { account, cause }: Tried): Promise<Failed> {
  const key = accountKey(account);
  const left = CODES.tries - (await store.tries.wrong(key, cause));
  if (left > 0) return { kind: 'wrong', left };
  const until = new Date(clock.now().getTime() + CODES.lockMs);
  await store.tries.reset(key, until);
  return { kind: 'locked', until };
}

/** The account starts again with all its tries. */
export const forgiveTries = ({ store }: Parts, account: Account): Promise<void> =>
  store.tries.reset(accountKey(account), null);

/** Everybody has read it: whatever it was for, it is good for nothing any more. */
export async function spoilCode(parts: Parts, code: string, cause: string): Promise<void> {
  for (const kind of ['admin', 'account'] as const)
    await parts.store.codes.use(hashOf(parts, kind, plain(code)), cause, parts.clock.now());
}
