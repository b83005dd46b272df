import type { Connection } from 'mongoose';
import { Mixed, collection, isDuplicate, reaching } from './connection.ts';
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
  return {
    models: [model],
    read: rows.load,
    /** Writes the spending under the lease's epoch; false when a younger epoch has written: then nothing may be sent. */
    write: (budget: Budget): Promise<boolean> =>
      reaching(async () => {
        const { _id, epoch, spent } = budget;
        try {
          const result = await model.updateOne(
            { _id, epoch: { $lte: epoch } },
            { $set: { epoch, spent } },
            { upsert: true },
          );
          return result.matchedCount + result.upsertedCount === 1;
        } catch (error) {
          if (isDuplicate(error)) return false;
          throw error;
        }
      }),
  };
}

export type BudgetStore = ReturnType<typeof budgetStore>;
