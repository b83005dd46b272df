import { collectDefaultMetrics, Counter, Gauge, Histogram, Registry } from 'prom-client';
import type { Log } from '../log.ts';

/** How long the queues are, counted when somebody asks. */
export interface QueueFigures {
  readonly inboxDepth: number;
  readonly outboxDepth: number;
  /** Age of the oldest row that waits, ms; 0 when none does. */
  readonly outboxOldestMs: number;
  readonly deadLetters: number;
  readonly parkedRows: number;
  /** What waits for each subscription; its age in ms. */
  readonly hooks: readonly {
    readonly subscription: string;
    readonly pending: number;
    readonly oldestMs: number;
    readonly paused: boolean;
  }[];
}

/** How old the last backup is, and its size. */
export interface BackupFigures {
  readonly ageMs: number;
  readonly bytes: number;
}

/** What happens, as Prometheus numbers. Labels are platforms, types and outcomes: never ids, never text. */
export interface Metrics {
  inbound(platform: string, kind: string, outcome: string): void;
  intent(type: string, outcome: string): void;
  /** From the moment an outbox row was made to the moment the platform took it, ms. */
  delivered(app: string, kind: string, ms: number): void;
  /** How long a board showed what was no longer so, ms. */
  seen(app: string, ms: number): void;
  /** Whether a platform answers. */
  platform(app: string, up: boolean): void;
  /** A call to a platform failed. */
  failed(app: string, failure: string): void;
  /** A subscription was told of something, or was not. */
  notified(subscription: string, outcome: string): void;
  /** Something that somebody has to look at: counted and logged. `detail` names ids only. */
  alarm(what: string, detail: Readonly<Record<string, string | number>>): void;
  /** What became of a webhook that came in; `source` is a configured one, or `-`. */
  hook(source: string, outcome: string): void;
  /** A write that the store answered. */
  write(command: string, collection: string): void;
  /** A run of a job ended at this moment: how late it began, how long it took (ms), whether it failed. */
  job(job: string, run: { readonly lagMs: number; readonly tookMs: number; readonly failed: boolean }, at: Date): void;
  /** Everything in Prometheus' text format. Queue lengths are left out while they cannot be counted. */
  scrape(): Promise<{ readonly contentType: string; readonly body: string }>;
}

export interface MetricsOptions {
  readonly log: Log;
  /** Counts the queues; may reject while the store is away. */
  readonly queues: () => Promise<QueueFigures>;
  /** The last backup; null: none was ever made. */
  readonly backup?: () => Promise<BackupFigures | null>;
}

/** Every alarm that there is. */
const ALARMS = [
  'parked',
  'dead-letter',
  'ledger',
  'deadline',
  'loop',
  'clock',
  'outage',
  'job',
  'hook-paused',
  'tally',
] as const;

/** `slack/T1` */
const label = (app: string): string => app.replaceAll('\n', '/');

export function createMetrics({ log, queues, backup }: MetricsOptions): Metrics {
  const registry = new Registry();
  const registers = [registry];
  collectDefaultMetrics({ register: registry });
  const counter = <L extends string>(name: string, help: string, labelNames: readonly L[]): Counter<L> =>
    new Counter({ name, help, labelNames: [...labelNames], registers });
  const gauge = (name: string, help: string): Gauge => new Gauge({ name, help, registers });
  const perHook = (name: string, help: string): Gauge<'subscription'> =>
    new Gauge({ name, help, labelNames: ['subscription'], registers });

  const inbound = counter('gongdan_inbound_total', 'Events that came in', ['platform', 'kind', 'outcome']);
  const intents = counter('gongdan_intents_total', 'Intents by what became of them', ['type', 'outcome']);
  const alarms = counter('gongdan_alarms_total', 'Things somebody has to look at', ['what']);
  // There from the start: of a series that begins with 1 Prometheus sees no increase.
  for (const what of ALARMS) alarms.inc({ what }, 0);
  const writes = counter('gongdan_store_writes_total', 'Writes the store answered', ['command', 'collection']);
  const hooks = counter('gongdan_hook_requests_total', 'Webhooks that came in', ['source', 'outcome']);
  const latency = new Histogram({
    name: 'gongdan_delivery_seconds',
    help: 'From the outbox row to the platform taking it',
    labelNames: ['app', 'kind'],
    buckets: [0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60, 300],
    registers,
  });
  const boards = new Histogram({
    name: 'gongdan_board_lag_seconds',
    help: 'How long a board showed what was no longer so',
    labelNames: ['app'],
    buckets: [0.25, 0.5, 1, 2.5, 5, 10, 20, 30, 60, 300],
    registers,
  });
  const perJob = (name: string, help: string): Gauge<'job'> =>
    new Gauge({ name, help, labelNames: ['job'], registers });
  const lag = perJob('gongdan_job_lag_seconds', 'How late a job last started');
  const took = perJob('gongdan_job_duration_seconds', 'How long the last run of a job took');
  const succeeded = perJob('gongdan_job_success_timestamp_seconds', 'When a job last ended well, Unix time');
  const runs = counter('gongdan_job_runs_total', 'Runs of a job that ended', ['job', 'outcome']);
  const up = new Gauge({
    name: 'gongdan_platform_up',
    help: '1 while a platform answers, 0 while it does not',
    labelNames: ['app'],
    registers,
  });
  const failures = counter('gongdan_platform_failures_total', 'Calls to a platform that failed', ['app', 'failure']);
  const unworked = gauge('gongdan_inbox_depth', 'Inbox rows that are still to be worked');
  const depth = gauge('gongdan_outbox_depth', 'Outbox rows that wait');
  const oldest = gauge('gongdan_outbox_oldest_seconds', 'Age of the oldest outbox row that waits');
  const dead = gauge('gongdan_dead_letters', 'Outbox rows that were given up');
  const parked = gauge('gongdan_parked_rows', 'Inbox rows that failed too often');
  const notices = counter('gongdan_hook_deliveries_total', 'Tries at telling a subscription', [
    'subscription',
    'outcome',
  ]);
  const hookDepth = perHook('gongdan_hook_depth', 'Notices that wait for a subscription');
  const hookOldest = perHook('gongdan_hook_oldest_seconds', 'Age of the oldest notice that waits for a subscription');
  const hookPaused = perHook('gongdan_hook_paused', '1 while nothing is sent to a subscription');

  const backupAge = gauge('gongdan_backup_age_seconds', 'Age of the last backup');
  const backupBytes = gauge('gongdan_backup_bytes', 'Size of the last backup');

  const lookAtBackup = async (): Promise<void> => {
    const last = await backup?.();
    if (last === null || last === undefined) {
      // 0 would look like one that was made just now.
      for (const figure of [backupAge, backupBytes]) figure.remove();
      return;
    }
    backupAge.set(last.ageMs / 1_000);
    backupBytes.set(last.bytes);
  };
  const countQueues = async (): Promise<void> => {
    try {
      const figures = await queues();
      unworked.set(figures.inboxDepth);
      depth.set(figures.outboxDepth);
      oldest.set(figures.outboxOldestMs / 1_000);
      dead.set(figures.deadLetters);
      parked.set(figures.parkedRows);
      for (const { subscription, pending, oldestMs, paused } of figures.hooks) {
        hookDepth.set({ subscription }, pending);
        hookOldest.set({ subscription }, oldestMs / 1_000);
        hookPaused.set({ subscription }, paused ? 1 : 0);
      }
    } catch (error) {
      // An old figure would look like a quiet queue.
      for (const figure of [unworked, depth, oldest, dead, parked]) figure.remove();
      for (const figure of [hookDepth, hookOldest, hookPaused]) figure.reset();
      log.warn('queues could not be counted', { err: error });
    }
  };

  return {
    inbound: (platform, kind, outcome) => {
      inbound.inc({ platform, kind, outcome });
    },
    intent: (type, outcome) => {
      intents.inc({ type, outcome });
    },
    delivered: (app, kind, ms) => {
      latency.observe({ app: label(app), kind }, ms / 1_000);
    },
    platform: (app, isUp) => {
      up.set({ app: label(app) }, isUp ? 1 : 0);
    },
    failed: (app, failure) => {
      failures.inc({ app: label(app), failure });
    },
    notified: (subscription, outcome) => {
      notices.inc({ subscription, outcome });
    },
    seen: (app, ms) => {
      boards.observe({ app: label(app) }, ms / 1_000);
    },
    alarm: (what, detail) => {
      alarms.inc({ what });
      log.error('somebody has to look', { ...detail, what });
    },
    hook: (source, outcome) => {
      hooks.inc({ source, outcome });
    },
    write: (command, collection) => {
      writes.inc({ command, collection });
    },
    job: (job, { lagMs, tookMs, failed }, at) => {
      lag.set({ job }, lagMs / 1_000);
      took.set({ job }, tookMs / 1_000);
      // Both from the first run on: of a series that begins with 1 Prometheus sees no increase.
      runs.inc({ job, outcome: 'done' }, failed ? 0 : 1);
      runs.inc({ job, outcome: 'failed' }, failed ? 1 : 0);
      if (!failed) succeeded.set({ job }, at.getTime() / 1_000);
    },
    async scrape() {
      await Promise.all([countQueues(), lookAtBackup()]);
      return { contentType: registry.contentType, body: await registry.metrics() };
    },
  };
}
