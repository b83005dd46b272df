import type { Connection } from 'mongoose';
import { batched } from './batch.ts';
import { Mixed, collection, isDuplicate } from './connection.ts';
import { rowsOf } from './rows.ts';

/** Permits that were taken: `n` of them, counted as used at `at` (ms). */
export interface Spent {
  readonly at: number;
  readonly n: number;
}

/** The spending on one limit of one subject (an app, a conversation, a member). */
export interface Budget {
  readonly _id: string;
  readonly epoch: number;
  readonly spent: readonly Spent[];
}

export function budgetStore(connection: Connection) {
  const model = collection<Budget>(connection, 'budgets', {
    _id: { type: String, required: true },
    epoch: { type: Number, required: true },
    spent: { type: Mixed },
  });
  const rows = rowsOf<Budget>(connection, 'budgets');
  const writeAll = (budgets: readonly Budget[]): Promise<number> =>
    rows.bulk(
      budgets.map(({ _id, epoch, spent }) => ({
        filter: { _id, epoch: { $lte: epoch } },
        update: { $set: { epoch, spent } },
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
  };
}

export type BudgetStore = ReturnType<typeof budgetStore>;
