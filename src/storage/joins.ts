import type { Connection } from 'mongoose';
import { collection, isDuplicate, reaching } from './connection.ts';

interface Join {
  readonly _id: string;
  readonly ticket: string;
}

/** Which ticket takes a customer's messages: one document per shop and customer account, where two first messages meet. */
export function joinStore(connection: Connection) {
  const text = { type: String, required: true };
  const model = collection<Join>(connection, 'joins', { _id: text, ticket: text });
  return {
    models: [model],
    read: (key: string): Promise<string | null> =>
      reaching(async () => (await model.findById(key).lean<Join>())?.ticket ?? null),
    /** Points the join at `ticket` if it still points at `seen`; false when somebody else was first. */
    point: (key: string, seen: string | null, ticket: string): Promise<boolean> =>
      reaching(async () => {
        if (seen !== null) {
          const result = await model.updateOne({ _id: key, ticket: seen }, { $set: { ticket } });
          return result.matchedCount === 1;
        }
        try {
          await model.create({ _id: key, ticket });
          return true;
        } catch (error) {
          if (isDuplicate(error)) return false;
          throw error;
        }
      }),
  };
}
