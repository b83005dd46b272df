import { appName } from '../../domain/address.ts';
import { ok, problem, warning, type Check, type Finding } from './check.ts';

/** How one installation's outbox stands. */
export interface Queue {
  /** `slack/T1` */
  readonly app: string;
  /** Rows that could have gone a minute ago and wait still. */
  readonly stuck: number;
  /** Rows made more than a minute ago that wait for a permit of the platform's limits. */
  readonly limited: number;
  /** Since when the platform does not answer, ms; null: it does. */
  readonly awayMs: number | null;
}

export interface BudgetFacts {
  readonly running: boolean;
  readonly queues: readonly Queue[];
}

export function judgeBudgets({ running, queues }: BudgetFacts): readonly Finding[] {
  const findings = queues.flatMap(({ app, stuck, limited, awayMs }): readonly Finding[] => {
    if (awayMs !== null)
      return [
        problem(
          { key: 'doctor.app_away', params: { app, ms: awayMs, waiting: stuck + limited } },
          { key: 'doctor.app_away_todo', params: null },
        ),
      ];
    if (stuck > 0 && running)
      return [
        problem({ key: 'doctor.stuck', params: { app, count: stuck } }, { key: 'doctor.stuck_todo', params: null }),
      ];
    if (limited > 0)
      return [
        warning(
          { key: 'doctor.limited', params: { app, count: limited } },
          { key: 'doctor.limited_todo', params: null },
        ),
      ];
    return [];
  });
  return findings.length > 0 ? findings : [ok({ key: 'doctor.budgets_ok', params: null })];
}

const MINUTE_MS = 60_000;

export const budgets: Check = {
  name: 'budgets',
  run: async ({ clock, store, neighbour }) => {
    if (store === null) return [];
    const now = clock.now();
    const minuteAgo = new Date(now.getTime() - MINUTE_MS);
    const [leases, open] = await Promise.all([store.leases.deliverers(), store.outages.open()]);
    const queues = await Promise.all(
      leases.map(async ({ app }): Promise<Queue> => {
        const away = open.find((outage) => outage.app === app && outage.until === null);
        const [stuck, limited] = await Promise.all([
          store.outbox.waiting(app, minuteAgo),
          store.outbox.limited(app, now, minuteAgo),
        ]);
        const awayMs = away === undefined ? null : now.getTime() - away.since.getTime();
        return { app: appName(app), stuck, limited, awayMs };
      }),
    );
    return judgeBudgets({ running: neighbour !== null && neighbour.process !== null, queues });
  },
};
