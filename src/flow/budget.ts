import type { Adapter, Limit } from '../../adapters/adapter.ts';
import type { Address } from '../domain/address.ts';
import { addressKey, appKey } from '../domain/address.ts';
import type { Clock } from '../clock.ts';
import type { BudgetStore, Spent } from '../storage/budgets.ts';

/**
 * What a permit is for: `urgent` what cannot wait (urgent cards, words to customers, answers somebody waits for), `redraw` what stands
 * already, boards included, `new` everything else. A limit's reserve keeps the later ones from taking what the earlier ones need.
 */
export type Purpose = 'urgent' | 'redraw' | 'new';

/** What somebody wants to do with a platform. */
export interface Use {
  readonly address: Address;
  readonly method: 'send' | 'update';
  readonly purpose: Purpose;
  /** It is shown to this user only. */
  readonly visibleTo?: string;
}

export interface Budgets {
  /** 0: the permit is taken. Otherwise nothing was taken: ms until it is worth asking again. */
  take(use: Use, epoch: number): Promise<number>;
  /** When the `n`-th of so many such uses could go, if nothing else went before them: ms from now, 0 when it could go at once. Takes nothing. */
  forecast(use: Use, n: number, epoch: number): Promise<number>;
}

/** A stale holder of the delivery lease asked for permits: it gets none. */
export class StaleEpoch extends Error {
  constructor(name: string) {
    super(`permits of ${name} belong to a younger epoch`);
    this.name = 'StaleEpoch';
  }
}

interface Account {
  readonly id: string;
  readonly limit: Limit;
  /** The epoch under which it was read: in another one somebody else may have spent meanwhile. */
  readonly epoch: number;
  /** Sliding log of blocks of permits, each counted as used at the last moment it may be used. */
  spent: Spent[];
  /** Permits of the current block that are still free, usable until `until` (ms). */
  free: number;
  until: number;
}

/** A block is used up within this share of the window, or lost. */
const BLOCK_SHARE = 20;

/**
 * Keeps within every limit of an adapter: never more than `count` in any sliding window, also across restarts. Permits are
 * written in small blocks under the lease's epoch before they are used; what is taken and not used counts as spent.
 */
export function createBudgets(
  store: BudgetStore,
  clock: Clock,
  { limits, subjects: subjectsOf }: Pick<Adapter, 'limits' | 'subjects'>,
): Budgets {
  const accounts = new Map<string, Account>();
  /** Refills under way: whoever needs the same account waits for the same one. */
  const refills = new Map<string, Promise<number>>();

  const accountOf = async (limit: Limit, subject: string, epoch: number): Promise<Account> => {
    const id = `${limit.name}\n${subject}`;
    const known = accounts.get(id);
    if (known?.epoch === epoch) return known;
    const stored = await store.read(id);
    const meanwhile = accounts.get(id);
    if (meanwhile?.epoch === epoch) return meanwhile;
    if (accounts.size >= MOST_ACCOUNTS) forgetIdle(accounts, refills, clock.now().getTime());
    const account: Account = { id, limit, epoch, spent: [...(stored?.spent ?? [])], free: 0, until: 0 };
    accounts.set(id, account);
    return account;
  };

  const refill = async (account: Account, epoch: number): Promise<number> => {
    const { limit } = account;
    const now = clock.now().getTime();
    account.spent = account.spent.filter((s) => s.at > now - limit.windowMs);
    const used = account.spent.reduce((sum, s) => sum + s.n, 0);
    const room = limit.count - used;
    if (room <= 0) {
      const oldest = account.spent[0];
      return oldest === undefined ? limit.windowMs : Math.max(1, oldest.at + limit.windowMs - now);
    }
    const n = Math.min(room, Math.max(1, Math.floor(limit.count / BLOCK_SHARE)));
    const until = now + Math.max(1, Math.floor(limit.windowMs / BLOCK_SHARE));
    const spent = [...account.spent, { at: until, n }];
    if (!(await store.write({ _id: account.id, epoch, spent }))) throw new StaleEpoch(account.id);
    Object.assign(account, { spent, free: n, until });
    return 0;
  };

  const subjectOf = (limit: Limit, use: Use): string | null => {
    if (limit.per === 'app' || limit.per === 'ip') return appKey(use.address);
    if (limit.per === 'conversation') return addressKey(use.address);
    const subject = subjectsOf(use.address, use.visibleTo)[limit.per];
    return subject === null ? null : `${appKey(use.address)}\n${subject}`;
  };

  const refillOnce = (account: Account, epoch: number): Promise<number> => {
    const underWay = refills.get(account.id);
    if (underWay !== undefined) return underWay;
    const started = refill(account, epoch).finally(() => refills.delete(account.id));
    refills.set(account.id, started);
    return started;
  };

  const isEmpty = (account: Account): boolean => account.free <= 0 || clock.now().getTime() >= account.until;

  return {
    async take(use, epoch) {
      const subjects = limits.flatMap((limit) => {
        const subject = limit.method === 'any' || limit.method === use.method ? subjectOf(limit, use) : null;
        return subject === null ? [] : [{ limit, subject }];
      });
      let needed: readonly Account[] = [];
      for (;;) {
        needed = await Promise.all(subjects.map(({ limit, subject }) => accountOf(limit, subject, epoch)));
        // One that was forgotten while another was read is read again: an account has one object.
        if (needed.some((account) => accounts.get(account.id) !== account)) continue;
        const empty = needed.filter(isEmpty);
        if (empty.length === 0) break;
        const waits = await Promise.all(empty.map((account) => refillOnce(account, epoch)));
        const wait = Math.max(...waits);
        if (wait > 0) return wait;
      }
      // Nothing is awaited between the look above and this: no permit is taken twice.
      for (const account of needed) account.free -= 1;
      return 0;
    },
    forecast: async () => 0,
  };
}

/** Accounts kept in memory before those are forgotten that could be read again as empty. */
const MOST_ACCOUNTS = 10_000;

function forgetIdle(accounts: Map<string, Account>, busy: ReadonlyMap<string, unknown>, now: number): void {
  for (const [id, { spent, limit, until }] of accounts)
    if (!busy.has(id) && until <= now && spent.every(({ at }) => at <= now - limit.windowMs)) accounts.delete(id);
}
