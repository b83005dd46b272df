import type { Adapter } from '../../adapters/adapter.ts';
import type { Address } from '../domain/address.ts';
import type { Clock } from '../clock.ts';
import type { Budget, BudgetStore, Spent } from '../storage/budgets.ts';
import { capsOf, subjectsIn } from './limit.ts';
import { Outlook, roomInAll, usedOf, type Spending, type Told } from './spending.ts';

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
  /** It is about an urgent ticket. */
  readonly urgent?: boolean;
  /** The members it goes to, where a conversation calls. */
  readonly to?: readonly string[];
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

interface Account extends Spending {
  readonly id: string;
  /** The epoch under which it was read: in another one somebody else may have spent meanwhile. */
  readonly epoch: number;
  /** What was really used, by blocks of permits: each counted as used at the last moment its block may be used. The last one may be open. */
  readonly spent: { readonly at: number; n: number }[];
  /** Permits of the open block that are still free, usable until `until`. */
  free: number;
  until: number;
  /** Those who had to wait and have not come yet, in the order of their moments. */
  told: Told[];
}

/** A block is used up within this share of the window, or lost. */
const BLOCK_SHARE = 20;

/**
 * In windows up to this long, stored spending counts as if spent at the moment it is read, for a wall clock may have jumped since: at
 * most one window of caution when the holder changes. Longer ones trust the wall clock, for their caution would last too long.
 */
export const CAUTIOUS_MS = 300_000;

/** Those who are told a moment of their own, per account. Further ones come back when these have gone. */
const MOST_TOLD = 1_000;

/**
 * Keeps within every limit of an adapter: never more than `count` in any sliding window, also across restarts. Permits are written in
 * small blocks under the lease's epoch before they are used; what was not used of a block counts as spent for whoever comes after this
 * process. Time is the monotonic clock's, so that no jump of the wall clock silences a platform or breaks a limit.
 * `installations`: adapters of the same platform behind the same address, this one included.
 */
export function createBudgets(
  store: BudgetStore,
  clock: Clock,
  { limits, subjects: subjectsOf }: Pick<Adapter, 'limits' | 'subjects'>,
  installations: number,
): Budgets {
  const shared = limits.map((limit) => ({ limit, caps: capsOf(limit, installations) }));
  const accounts = new Map<string, Account>();
  /** Refills under way: whoever needs the same account waits for the same one. */
  const refills = new Map<string, Promise<void>>();

  const accountOf = async (
    { limit, caps }: (typeof shared)[number],
    subject: string,
    epoch: number,
  ): Promise<Account> => {
    const id = `${limit.name}\n${subject}`;
    const known = accounts.get(id);
    if (known?.epoch === epoch) return known;
    const stored = await store.read(id);
    const meanwhile = accounts.get(id);
    if (meanwhile?.epoch === epoch) return meanwhile;
    if (accounts.size >= MOST_ACCOUNTS) forgetIdle(accounts, refills, clock.monotonic());
    const { windowMs } = limit;
    const blockMs = Math.max(1, Math.floor(windowMs / BLOCK_SHARE));
    const spent = [...spentBefore(stored, windowMs, clock)];
    const account: Account = { id, caps, windowMs, blockMs, epoch, spent, free: 0, until: 0, told: [] };
    accounts.set(id, account);
    return account;
  };

  const accountsOf = async (use: Use, epoch: number): Promise<readonly Account[]> => {
    const concerned = shared.flatMap((share) =>
      subjectsIn(share.limit, use, subjectsOf).map((subject) => ({ share, subject })),
    );
    for (;;) {
      const needed = await Promise.all(concerned.map(({ share, subject }) => accountOf(share, subject, epoch)));
      // One that was forgotten while another was read is read again: an account has one object.
      if (needed.every((account) => accounts.get(account.id) === account)) return needed;
    }
  };

  /** Opens a block of permits; there is room for one at least. */
  const refill = async (account: Account, epoch: number): Promise<void> => {
    const { id, caps, windowMs, blockMs, spent } = account;
    const before = clock.monotonic();
    const ahead = clock.now().getTime() - before;
    const room = caps.urgent - usedOf(spent);
    const n = Math.min(room, Math.max(1, Math.floor(caps.urgent / BLOCK_SHARE)));
    // The last moment at which it may be used when the write takes as long as a block lasts.
    const latest = before + 2 * blockMs;
    const stored = [...spent.filter((s) => s.n > 0), { at: latest, n }].map((s) => ({
      at: Math.ceil(s.at + ahead),
      n: s.n,
    }));
    const emptyAt = new Date(Math.ceil(latest + ahead + windowMs));
    if (!(await store.write({ _id: id, epoch, spent: stored, emptyAt }))) throw new StaleEpoch(id);
    const until = clock.monotonic() + blockMs;
    // Whoever reads a long window later goes by the stored moment; a short one never looks at it, so a slow store costs it nothing.
    if (windowMs > CAUTIOUS_MS && until > latest) return;
    spent.push({ at: until, n: 0 });
    Object.assign(account, { free: n, until });
  };

  const refillOnce = (account: Account, epoch: number): Promise<void> => {
    const underWay = refills.get(account.id);
    if (underWay !== undefined) return underWay;
    const started = refill(account, epoch).finally(() => refills.delete(account.id));
    refills.set(account.id, started);
    return started;
  };

  /** When somebody who has to wait should come back, ms: when those told before have gone. */
  const tell = (needed: readonly Account[], purpose: Purpose, now: number): number => {
    for (const account of needed) account.told = account.told.filter((t) => t.at > now);
    const outlooks = needed.map((account) => new Outlook(account, purpose, account.told));
    const wait = Math.ceil(roomInAll(outlooks, now) - now);
    const told = { at: now + wait, purpose };
    for (const account of needed) {
      if (account.told.length >= MOST_TOLD) continue;
      const place = account.told.findLastIndex((t) => t.at <= told.at) + 1;
      account.told.splice(place, 0, told);
    }
    return wait;
  };

  return {
    async take(use, epoch) {
      for (;;) {
        const needed = await accountsOf(use, epoch);
        // Nothing is awaited between this look and the taking: no permit is taken twice.
        const now = clock.monotonic();
        for (const account of needed) forgetSpent(account, now);
        if (needed.some((account) => usedOf(account.spent) >= account.caps[use.purpose]))
          return tell(needed, use.purpose, now);
        const empty = needed.filter((account) => account.free <= 0 || now >= account.until);
        if (empty.length === 0) {
          for (const account of needed) spend(account);
          return 0;
        }
        await Promise.all(empty.map((account) => refillOnce(account, epoch)));
      }
    },

    async forecast(use, n, epoch) {
      const needed = await accountsOf(use, epoch);
      const now = clock.monotonic();
      const outlooks = needed.map((account) => new Outlook(account, use.purpose, []));
      let at = now;
      for (let i = 0; i < n; i += 1) {
        at = roomInAll(outlooks, at);
        for (const outlook of outlooks) outlook.use(at);
      }
      return Math.ceil(at - now);
    },
  };
}

/** Spending of those who held the lease before, as moments of this process's monotonic clock. */
function spentBefore(stored: Budget | null, windowMs: number, clock: Clock): readonly Spent[] {
  if (stored === null || stored.spent.length === 0) return [];
  const now = clock.monotonic();
  if (windowMs <= CAUTIOUS_MS) return [{ at: now, n: usedOf(stored.spent) }];
  const wall = clock.now().getTime();
  return stored.spent.map(({ at, n }) => ({ at: Math.min(now, now + at - wall), n })).toSorted((a, b) => a.at - b.at);
}

/** Forgets what the window no longer remembers. */
function forgetSpent({ spent, windowMs }: Account, now: number): void {
  const first = spent.findIndex((s) => s.at + windowMs > now);
  spent.splice(0, first === -1 ? spent.length : first);
}

function spend(account: Account): void {
  const open = account.spent.at(-1);
  if (open === undefined) throw new Error('a block that can be used is in the log');
  open.n += 1;
  account.free -= 1;
}

/** Accounts kept in memory before those are forgotten that have nothing to remember. */
const MOST_ACCOUNTS = 10_000;

function forgetIdle(accounts: Map<string, Account>, busy: ReadonlyMap<string, unknown>, now: number): void {
  for (const [id, { spent, windowMs, until, told }] of accounts) {
    const idle = until <= now && spent.every((s) => s.at + windowMs <= now) && told.every((t) => t.at <= now);
    if (idle && !busy.has(id)) accounts.delete(id);
  }
}
