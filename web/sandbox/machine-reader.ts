/** The machine at work, as far as the server tells. */
export interface Machine {
  readonly inbox: { readonly open: number; readonly parked: number } | null;
  readonly apps: readonly AppFigures[];
  readonly jobs: readonly { readonly name: string; readonly lagMs: number }[];
}

export interface AppFigures {
  readonly app: string;
  readonly down: boolean;
  readonly waiting: number;
  readonly oldestMs: number;
  readonly dead: number;
  /** The fullest budget, 0 to 1; null: none was touched. */
  readonly used: {
    readonly name: string;
    readonly share: number;
    readonly used: number;
    readonly count: number;
  } | null;
  /** Rooms in which cards come together on boards. */
  readonly surge: number;
}

const record = (value: unknown): Readonly<Record<string, unknown>> =>
  typeof value === 'object' && value !== null ? (value as Readonly<Record<string, unknown>>) : {};
const list = (value: unknown): readonly Readonly<Record<string, unknown>>[] =>
  Array.isArray(value) ? value.map(record) : [];
const number = (value: unknown): number => (typeof value === 'number' && Number.isFinite(value) ? value : 0);
const string = (value: unknown): string => (typeof value === 'string' ? value : '');

/** Takes what it understands of the server's figures, and leaves out what it does not. */
export function readMachine(answer: unknown): Machine {
  const { inbox, apps, jobs } = record(answer);
  return {
    inbox:
      inbox === undefined ? null : { open: number(record(inbox)['open']), parked: number(record(inbox)['parked']) },
    apps: list(apps).map((app): AppFigures => {
      const budgets = list(app['budgets'])
        .map((b) => ({ name: string(b['name']), used: number(b['used']), count: number(b['count']) }))
        .filter(({ count }) => count > 0)
        .map((b) => ({ ...b, share: Math.min(1, b.used / b.count) }));
      return {
        app: string(app['app']),
        down: app['downSince'] !== undefined && app['downSince'] !== null,
        waiting: number(app['waiting']),
        oldestMs: number(app['oldestMs']),
        dead: number(app['dead']),
        used: budgets.toSorted((a, b) => b.share - a.share)[0] ?? null,
        surge: list(app['rooms']).filter(({ surgeSince }) => typeof surgeSince === 'string').length,
      };
    }),
    jobs: list(jobs).map((job) => ({ name: string(job['name']), lagMs: number(job['lagMs']) })),
  };
}
