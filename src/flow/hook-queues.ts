import type { Parts } from './parts.ts';

/** What waits for one subscription. */
export interface HookQueueFigures {
  readonly subscription: string;
  readonly pending: number;
  /** Age of the oldest notice that waits, ms; 0 when none does. */
  readonly oldestMs: number;
  readonly paused: boolean;
}

/** What waits for each subscription of the directory. */
export async function hookQueues(
  { directory, clock }: Pick<Parts, 'directory' | 'clock'>,
  store: Pick<Parts['store'], 'hookDeliveries' | 'hookStates'>,
): Promise<readonly HookQueueFigures[]> {
  const ids = [...directory().subscriptions.keys()];
  if (ids.length === 0) return [];
  const paused = new Set((await store.hookStates.all()).flatMap((s) => (s.paused === null ? [] : [s._id])));
  return Promise.all(
    ids.map(async (subscription) => {
      const { pending, oldest } = await store.hookDeliveries.queue(subscription);
      const oldestMs = oldest === null ? 0 : clock.now().getTime() - oldest.getTime();
      return { subscription, pending, oldestMs, paused: paused.has(subscription) };
    }),
  );
}
