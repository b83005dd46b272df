import type { Limit } from '../../adapters/adapter.ts';
import type { Address } from '../domain/address.ts';
import { addressKey, appKey } from '../domain/address.ts';
import type { Clock } from '../clock.ts';
import { createLanes } from './lanes.ts';
import type { BudgetStore, Spent } from '../storage/budgets.ts';

/** What somebody wants to do with a platform. */
export interface Use {
  readonly address: Address;
  readonly method: 'send' | 'update';
  /** The member it goes to, where members have limits. */
  readonly member?: string;
}

export interface Budgets {
  /** 0: the permit is taken. Otherwise nothing was taken: ms until it is worth asking again. */
  take(use: Use, epoch: number): Promise<number>;
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
export function createBudgets(store: BudgetStore, clock: Clock, limits: readonly Limit[]): Budgets {
  const accounts = new Map<string, Account>();
  const lanes = createLanes();

  const accountOf = async (limit: Limit, subject: string, epoch: number): Promise<Account> => {
    const id = `${limit.name}\n${subject}`;
    const known = accounts.get(id);
    if (known?.epoch === epoch) return known;
    const stored = await store.read(id);
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
    if (limit.per === 'app') return appKey(use.address);
    if (limit.per === 'conversation') return addressKey(use.address);
    return use.member === undefined ? null : `${appKey(use.address)}\n${use.member}`;
  };

  const take = async (use: Use, epoch: number): Promise<number> => {
    const needed: Account[] = [];
    for (const limit of limits) {
      if (limit.method !== 'any' && limit.method !== use.method) continue;
      const subject = subjectOf(limit, use);
      if (subject !== null) needed.push(await accountOf(limit, subject, epoch));
    }
    for (const account of needed) {
      if (account.free > 0 && clock.now().getTime() < account.until) continue;
      const wait = await refill(account, epoch);
      if (wait > 0) return wait;
    }
    for (const account of needed) account.free -= 1;
    return 0;
  };
  // One at a time: a permit that two deliveries take at once would be counted once.
  return { take: (use, epoch) => lanes.run('', () => take(use, epoch)) };
}
