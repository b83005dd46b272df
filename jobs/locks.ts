import { type MongoBackend, MongoJobRepository } from '@agendajs/mongo-backend';
import type { JobParameters } from 'agenda';
import type { Clock } from '../src/clock.ts';
import type { Job } from './job.ts';

export type Database = Extract<ConstructorParameters<typeof MongoBackend>[0], { mongo: unknown }>['mongo'];

/** A job as its document has it. `lastModifiedBy` is the process that holds the lock, or held it last. */
interface Scheduled {
  readonly name: string;
  readonly type: 'single';
  readonly priority: number;
  readonly repeatInterval: string;
  readonly nextRunAt: Date | null;
  readonly data: { readonly lockMs: number } | null;
  readonly lockedAt?: Date | null;
  readonly lastRunAt?: Date | null;
  readonly lastModifiedBy?: string | null;
}

const COLLECTION = 'jobs';
/** What no process works on any more is forgotten when it is late by so much, ms. */
const FORGOTTEN_MS = 3_600_000;

/** The moment at which a job has to run, by its schedule and its last run; a job that never ran runs at once. */
export type NextRun = (every: string, lastRunAt: Date | null) => Date;

/**
 * Agenda's own way to its documents, but for what two processes need that work on the same ones: it lets a second process that starts free
 * the first one's locks, leaves what a run that is cut had locked until the run's next turn, frees a lock that was taken over meanwhile, and
 * keeps locks that a process had taken ahead when it ends. Here a lock belongs to the process that took it.
 */
export class JobLocks extends MongoJobRepository {
  readonly #database: Database;
  readonly #process: string;
  readonly #clock: Pick<Clock, 'now'>;
  /** Runs under way in this process: it begins none of these again, whatever became of the lock. */
  readonly #underway = new Set<string>();
  /** When what was locked should have begun. */
  readonly #planned = new Map<string, Date>();
  readonly #looking = new Set<Promise<unknown>>();
  #ended = false;

  constructor(database: Database, process: string, clock: Pick<Clock, 'now'>) {
    super({ mongo: database, db: { collection: COLLECTION }, ensureIndex: true });
    this.#database = database;
    this.#process = process;
    this.#clock = clock;
  }

  /** One document per job, whoever else makes them at the same moment. */
  async open(): Promise<void> {
    await this.connect();
    const seen = new Set<string>();
    for (const { _id, name } of await this.#rows
      .find({}, { projection: { name: 1 } })
      .sort({ _id: 1 })
      .toArray()) {
      if (seen.has(name)) await this.#rows.deleteOne({ _id });
      seen.add(name);
    }
    await this.#rows.createIndex({ name: 1 }, { unique: true, name: 'onePerName' });
  }

  /** Makes the schedules what the jobs say; a run under way is left alone. */
  async schedule(jobs: readonly Job[], next: NextRun): Promise<void> {
    const found = new Map((await this.#rows.find({}).toArray()).map((row) => [row.name, row]));
    for (const { name, every, lockMs } of jobs) {
      const known = found.get(name);
      const at = next(every, known?.lastRunAt ?? null);
      const data = { lockMs };
      if (known === undefined) {
        const row = { name, type: 'single' as const, priority: 0, repeatInterval: every, nextRunAt: at, data };
        // Found there by now: somebody else made it.
        await this.#rows.updateOne({ name }, { $setOnInsert: row }, { upsert: true }).catch(orThere);
        continue;
      }
      const isSame = known.repeatInterval === every && known.data?.lockMs === lockMs;
      if (!isSame) await this.#rows.updateOne({ name }, { $set: { repeatInterval: every, data } });
      // Also what a run under the schedule before has set.
      if (known.nextRunAt === null || known.nextRunAt > at || known.repeatInterval !== every)
        await this.#rows.updateOne({ name, lockedAt: null }, { $set: { nextRunAt: at } });
    }
  }

  /** Takes away jobs that are not these any more; `all`: at once, else those that no other process seems to know either. */
  async forget(jobs: readonly Job[], all: boolean): Promise<void> {
    const late = { nextRunAt: { $lt: new Date(this.#clock.now().getTime() - FORGOTTEN_MS) }, lockedAt: null };
    await this.#rows.deleteMany({ name: { $nin: jobs.map(({ name }) => name as string) }, ...(all ? {} : late) });
  }

  override async getNextJobToRun(
    ...asked: Parameters<MongoJobRepository['getNextJobToRun']>
  ): Promise<JobParameters | undefined> {
    const [name, nextScanAt] = asked;
    if (this.#ended || this.#underway.has(name)) return undefined;
    const looking = super.getNextJobToRun(...asked);
    this.#looking.add(looking);
    try {
      const found = await looking;
      // What was locked in the last moment is given back with the rest.
      if (found === undefined || this.#ended) return undefined;
      // Only a lock that ran out is found before its time: the run that had it never ended, and begins anew.
      const isTakenOver = found.nextRunAt === null || found.nextRunAt > nextScanAt;
      const now = this.#clock.now();
      this.#planned.set(name, (isTakenOver ? found.lastRunAt : found.nextRunAt) ?? now);
      return isTakenOver ? { ...found, nextRunAt: now } : found;
    } finally {
      this.#looking.delete(looking);
    }
  }

  /** Keeps what a run says of itself, as long as it has its lock. @throws when another process took it over */
  override async saveJobState(job: JobParameters): Promise<void> {
    const { matchedCount } = await this.#rows.updateOne(this.#mine(job.name), {
      $set: {
        lockedAt: job.lockedAt ?? null,
        nextRunAt: job.nextRunAt,
        lastRunAt: job.lastRunAt ?? null,
        lastFinishedAt: job.lastFinishedAt ?? null,
        failedAt: job.failedAt ?? null,
        failReason: job.failReason ?? null,
        failCount: job.failCount ?? null,
      },
    });
    if (matchedCount === 0) throw new Error(`another process took job ${job.name} over`);
  }

  override async unlockJob({ name }: JobParameters): Promise<void> {
    await this.#rows.updateOne(this.#mine(name), { $set: { lockedAt: null } });
  }

  /** A run begins; the moment at which it should have. */
  begins(name: string): Date {
    this.#underway.add(name);
    return this.#planned.get(name) ?? this.#clock.now();
  }

  ends(name: string): void {
    this.#underway.delete(name);
  }

  /** Shows that a run's process is alive: the new moment of its lock; null: it has none any more. */
  async beat(name: string): Promise<Date | null> {
    const lockedAt = this.#clock.now();
    const { matchedCount } = await this.#rows.updateOne(this.#mine(name), { $set: { lockedAt } });
    return matchedCount === 0 ? null : lockedAt;
  }

  /** Takes nothing more. */
  halt(): void {
    this.#ended = true;
  }

  /** Gives back what was locked and has not begun. */
  async end(): Promise<void> {
    await Promise.allSettled(this.#looking);
    await this.#rows.updateMany(
      { lastModifiedBy: this.#process, lockedAt: { $ne: null } },
      { $set: { lockedAt: null } },
    );
  }

  get #rows() {
    return this.#database.collection<Scheduled>(COLLECTION);
  }

  readonly #mine = (name: string) => ({ name, lastModifiedBy: this.#process, lockedAt: { $ne: null } });
}

/** Swallows that a document is there already. */
function orThere(error: unknown): void {
  if (!(error instanceof Error && 'code' in error && error.code === 11_000)) throw error;
}
