import type { Quota } from '../../adapters/adapter.ts';
import type { Clock } from '../clock.ts';
import { appName } from '../domain/address.ts';
import type { BudgetStore } from '../storage/budgets.ts';
import { reachedAdmins } from './account.ts';
import { StaleEpoch, type Budgets, type Use } from './budget.ts';
import type { Parts } from './parts.ts';
import { post } from './post.ts';

/** Shares of a month's calls at which the admins are told. */
export const TOLD_AT = [0.5, 0.8, 0.95] as const;
/** From this share on groups get boards only. */
export const SCARCE_AT = 0.8;
/** Beyond this share the rest belongs to urgent tickets, and to answers that somebody waits for. */
export const KEPT_AT = 0.95;
/** Permits written at once: so many are lost when a process dies. */
const BLOCK = 5;

/** Budgets that know of a month as well. */
export interface QuotaBudgets extends Budgets {
  /** The month's calls run short: what can be told together is. */
  isScarce(): boolean;
  /** How far apart calls lie that are spread evenly over what is left of the month, ms; 0: there is no quota. */
  evenMs(): number;
}

/** One month of an app's calls, for the process that holds the app's lease. */
export interface Month extends QuotaBudgets {
  /** Reads what the month has seen so far; asks the store once per epoch of the lease and month. */
  open(epoch: number): Promise<void>;
  /** Counts what was called beside delivery, and tells the admins what share is used, once per share and month. */
  follow(epoch: number): Promise<void>;
}

/** The calendar month at a moment: its name and its end. */
export function monthAt(now: Date, offsetMs: number): { readonly name: string; readonly endsAt: Date } {
  const local = new Date(now.getTime() + offsetMs);
  const [year, month] = [local.getUTCFullYear(), local.getUTCMonth()];
  return {
    name: `${year}-${String(month + 1).padStart(2, '0')}`,
    endsAt: new Date(Date.UTC(year, month + 1, 1) - offsetMs),
  };
}

/** How long the month of a moment is, ms. */
export function monthMs(now: Date, offsetMs: number): number {
  const { endsAt } = monthAt(now, offsetMs);
  const next = new Date(endsAt.getTime() + offsetMs);
  return next.getTime() - Date.UTC(next.getUTCFullYear(), next.getUTCMonth() - 1, 1);
}

/** Under which name the calls of one month are counted. */
export const quotaId = (quota: Pick<Quota, 'name'>, app: string, month: string): string =>
  `${quota.name}\n${app}\n${month}`;

/** Calls of this month so far, as the store has them. */
export async function usedIn(store: Pick<BudgetStore, 'read'>, app: string, quota: Quota, now: Date): Promise<number> {
  const stored = await store.read(quotaId(quota, app, monthAt(now, quota.offsetMs).name));
  return (stored?.spent ?? []).reduce((sum, { n }) => sum + n, 0);
}

/** Budgets without a month's end. */
const unbounded = (budgets: Budgets): Month => ({
  ...budgets,
  isScarce: () => false,
  evenMs: () => 0,
  open: () => Promise.resolve(),
  follow: () => Promise.resolve(),
});

/**
 * Keeps within a month's calls besides the limits. A call is counted before it is made, in the store first: what a dead process had
 * written and not used counts as used.
 */
export function withQuota(
  parts: Pick<Parts, 'store' | 'clock' | 'adapters' | 'directory'>,
  app: string,
  quota: Quota | undefined,
  budgets: Budgets,
): Month {
  if (quota === undefined) return unbounded(budgets);
  const { store, clock } = parts;
  const { count, offsetMs, except, setting } = quota;
  let current = { name: '', endsAt: new Date(0), epoch: -1, used: 0, free: 0 };
  let told = -1;
  let writing: Promise<void> | null = null;

  const month = (): ReturnType<typeof monthAt> => monthAt(clock.now(), offsetMs);
  const share = (): number => (current.name === month().name ? (current.used - current.free) / count : 0);

  const open = async (epoch: number): Promise<void> => {
    const { name, endsAt } = month();
    if (current.epoch === epoch && current.name === name) return;
    const used = await usedIn(store.budgets, app, quota, clock.now());
    if (current.name !== name) told = -1;
    current = { name, endsAt, epoch, used, free: 0 };
  };

  const refill = async (epoch: number): Promise<void> => {
    const { name, endsAt, used, free } = current;
    // What was called beside delivery has happened, whatever is left.
    const n = free < 0 ? -free : Math.min(BLOCK, count - used);
    const spent = [{ at: endsAt.getTime(), n: used + n }];
    if (!(await store.budgets.write({ _id: quotaId(quota, app, name), epoch, spent, emptyAt: endsAt })))
      throw new StaleEpoch(quota.name);
    current = { ...current, used: used + n, free: current.free + n };
  };

  /** One block at a time. */
  const refillOnce = (epoch: number): Promise<void> =>
    (writing ??= refill(epoch).finally(() => {
      writing = null;
    }));

  const left = ({ purpose, urgent }: Use): boolean => {
    const made = current.used - current.free;
    return made < (purpose === 'urgent' || urgent === true ? count : Math.floor(count * KEPT_AT));
  };

  return {
    ...budgets,
    open,
    async take(use, epoch) {
      if (except.includes(use.address.conversation)) return budgets.take(use, epoch);
      await open(epoch);
      if (!left(use)) return untilEnd(clock, current.endsAt);
      const wait = await budgets.take(use, epoch);
      if (wait > 0) return wait;
      while (current.free <= 0) {
        if (!left(use)) return untilEnd(clock, current.endsAt);
        await refillOnce(epoch);
      }
      current = { ...current, free: current.free - 1 };
      return 0;
    },
    isScarce: () => share() >= SCARCE_AT,
    evenMs() {
      const { endsAt } = month();
      const calls = Math.max(1, Math.floor(count * KEPT_AT) - (current.used - current.free));
      return (endsAt.getTime() - clock.now().getTime()) / calls;
    },
    async follow(epoch) {
      current = { ...current, free: current.free - (quota.beside?.() ?? 0) };
      while (current.free < 0) await refillOnce(epoch);
      const reached = TOLD_AT.findLastIndex((at) => share() >= at);
      if (reached <= told) return;
      const at = TOLD_AT[reached] ?? 1;
      for (const { person, to } of reachedAdmins(parts)) {
        const used = current.used - current.free;
        const params = { app: appName(app), used, count, share: at, until: current.endsAt, setting };
        await post(parts, {
          key: `quota:${app}:${current.name}:${at}:${person.id}`,
          to,
          person: person.id,
          sentence: { key: 'quota.used', params },
          offers: [],
          urgent: true,
        });
      }
      told = reached;
    },
  };
}

/** A month is waited for in pieces, so that a clock that was set right is believed soon. */
const LOOK_MS = 3_600_000;
const untilEnd = (clock: Clock, endsAt: Date): number =>
  Math.max(1, Math.min(LOOK_MS, endsAt.getTime() - clock.now().getTime()));
