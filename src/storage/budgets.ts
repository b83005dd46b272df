import type { Connection } from 'mongoose';
import { batched } from './batch.ts';
import { Mixed, collection, isDuplicate, reaching } from './connection.ts';
import { rowsOf } from './rows.ts';

/** Permits that were taken: `n` of them, counted as used at `at` (ms; in the store by the wall clock of who wrote it). */
export interface Spent {
  readonly at: number;
  readonly n: number;
}

/** The spending on one limit of one subject (an app, a conversation, a member). */
export interface Budget {
  readonly _id: string;
  readonly epoch: number;
  readonly spent: readonly Spent[];
  /** When no window remembers any of it. */
  readonly emptyAt: Date;
}

/** Answers that were given inside requests, out of the share that a limit sets aside: one each, in their order. */
export interface AsideBudget {
  readonly _id: string;
  /** How many there were since it was made: each is one change. */
  readonly rev: number;
  readonly spent: readonly Spent[];
  readonly emptyAt: Date;
}

export function budgetStore(connection: Connection) {
  const model = collection<Budget & AsideBudget>(
    connection,
    'budgets',
    {
      _id: { type: String, required: true },
      epoch: Number,
      rev: Number,
      spent: { type: Mixed },
      emptyAt: { type: Date, required: true },
    },
    [{ fields: { emptyAt: 1 } }],
  );
  const rows = rowsOf<Budget>(connection, 'budgets');
  const asides = rowsOf<AsideBudget>(connection, 'budgets');
  const writeAll = (budgets: readonly Budget[]): Promise<number> =>
    rows.bulk(
      budgets.map(({ _id, epoch, spent, emptyAt }) => ({
        filter: { _id, epoch: { $lte: epoch } },
        update: { $set: { epoch, spent, emptyAt } },
        upsert: true,
      })),
    );
  /** Under a younger epoch the filter misses, and the upsert meets the `_id` that exists. */
  const isStale = async (work: () => Promise<unknown>): Promise<boolean> => {
    try {
      await work();
      return false;
    } catch (error) {
      if (isDuplicate(error)) return true;
      throw error;
    }
  };
  const write = batched(async (budgets: readonly Budget[]) => {
    if (!(await isStale(() => writeAll(budgets)))) return budgets.map(() => true);
    // Which of them it is, each tells by itself; writing the same again changes nothing.
    return Promise.all(budgets.map(async (budget) => !(await isStale(() => writeAll([budget])))));
  });
  return {
    models: [model],
    read: rows.load,
    /** Writes the spending under the lease's epoch; false when a younger epoch has written: then nothing may be sent. */
    write: (budget: Budget): Promise<boolean> => write(budget),
    readAside: asides.load,
    /** Writes a share's next revision; false when somebody else was first. */
    writeAside: async ({ _id, rev, spent, emptyAt }: AsideBudget): Promise<boolean> => {
      if (rev === 1) return (await asides.add([{ _id, rev, spent, emptyAt }]))[0] === true;
      return (await asides.updateOne({ _id, rev: rev - 1 }, { $set: { rev, spent, emptyAt } })) > 0;
    },
    /** Forgets spending that no window has remembered since `before`. */
    prune: (before: Date): Promise<void> =>
      reaching(async () => void (await model.deleteMany({ emptyAt: { $lt: before } }))),
  };
}

export type BudgetStore = ReturnType<typeof budgetStore>;
