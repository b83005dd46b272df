import type { Connection } from 'mongoose';
import { batched } from './batch.ts';
import { collection } from './connection.ts';
import { rowsOf } from './rows.ts';

interface Join {
  readonly _id: string;
  readonly ticket: string;
}

/** Which ticket takes a customer's messages: one document per shop and customer account, where two first messages meet. */
export function joinStore(connection: Connection) {
  const text = { type: String, required: true };
  const model = collection<Join>(connection, 'joins', { _id: text, ticket: text });
  const rows = rowsOf<Join>(connection, 'joins');
  const add = batched(rows.add);
  return {
    models: [model],
    read: async (key: string): Promise<string | null> => (await rows.load(key))?.ticket ?? null,
    /** Points the join at `ticket` if it still points at `seen`; false when somebody else was first. */
    point: (key: string, seen: string | null, ticket: string): Promise<boolean> =>
      seen === null
        ? add({ _id: key, ticket })
        : rows.updateOne({ _id: key, ticket: seen }, { $set: { ticket } }).then((met) => met === 1),
  };
}
