import type { Clock } from '../src/clock.ts';
import type { Store } from '../src/storage/store.ts';
import type { Job } from './job.ts';

const DAY = 86_400_000;

/** How long a worked inbox row is kept, so that a late repeat of the same event is still recognised. */
export const INBOX_MS = 7 * DAY;
/** How long a delivered outbox row is kept: far longer than a ticket can hold an effect that was relayed. */
export const OUTBOX_MS = 2 * DAY;
/** How long notices to subscriptions are kept: those that arrived, and all, counted from their making. */
const HOOKS_DONE_MS = 7 * DAY;
const HOOKS_MS = 30 * DAY;
/** How long spending is kept that no window remembers any more: a wall clock that is wrong by less makes no platform's window break. */
const BUDGET_MS = DAY;

/** How long what went wrong is kept: whoever was shown its number may ask about it. */
export const ERRORS_MS = 30 * DAY;

/** How long figures of periods are kept to compare later ones with: two years of months. */
const DIGESTS_MS = 800 * DAY;

/** Forgets what was worked and delivered long ago. */
export const retention = (
  store: Pick<Store, 'inbox' | 'outbox' | 'drafts' | 'budgets' | 'errors' | 'hookDeliveries' | 'digests'>,
  clock: Clock,
  draftMs: () => number,
  isQuiet: () => boolean = () => false,
): Job => ({
  name: 'retention',
  every: '1 hour',
  lockMs: 600_000,
  run: async () => {
    const now = clock.now().getTime();
    await store.inbox.prune(new Date(now - INBOX_MS));
    // The cards of admins are rows as well, and are changed once somebody decides.
    if (!isQuiet()) await store.outbox.prune(new Date(now - OUTBOX_MS));
    await store.hookDeliveries.prune(new Date(now - HOOKS_DONE_MS), new Date(now - HOOKS_MS));
    await store.budgets.prune(new Date(now - BUDGET_MS));
    await store.errors.prune(new Date(now - ERRORS_MS));
    await store.digests.prune(new Date(now - DIGESTS_MS));
    await store.drafts.prune(new Date(now - draftMs()));
  },
});
