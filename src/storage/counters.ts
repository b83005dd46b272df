import type { Connection } from 'mongoose';
import { collection, isDuplicate, reaching } from './connection.ts';

interface Counter {
  readonly _id: string;
  readonly next: number;
}

/** Number series, handed out in blocks so that a ticket does not cost a write for its number; gaps are fine. */
export function counterStore(connection: Connection) {
  const model = collection<Counter>(connection, 'counters', {
    _id: { type: String, required: true },
    next: { type: Number, required: true },
  });
  return {
    models: [model],
    /** Takes `size` numbers; the first of them. The series starts at `from`. */
    block: (name: string, size: number, from: number): Promise<number> =>
      reaching(async () => {
        const step = { $inc: { next: size } };
        const known = await model.findOneAndUpdate({ _id: name }, step, { returnDocument: 'after' }).lean<Counter>();
        if (known !== null) return known.next - size;
        try {
          await model.create({ _id: name, next: from });
        } catch (error) {
          if (!isDuplicate(error)) throw error;
        }
        const made = await model.findOneAndUpdate({ _id: name }, step, { returnDocument: 'after' }).lean<Counter>();
        if (made === null) throw new Error(`counter ${name} vanished`);
        return made.next - size;
      }),
  };
}

export type CounterStore = ReturnType<typeof counterStore>;
