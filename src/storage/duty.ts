import type { Connection } from 'mongoose';
import type { DutyRecord } from '../domain/duty.ts';
import { collection, isDuplicate, reaching } from './connection.ts';

/** Who is on duty: one document per person, what was said last. */
export function dutyStore(connection: Connection) {
  const text = { type: String, required: true };
  const date = { type: Date, required: true };
  const model = collection<DutyRecord>(connection, 'duty', {
    _id: text,
    state: { type: String, required: true, enum: ['on', 'away', 'off'] },
    since: date,
    until: date,
    ends: date,
    by: text,
  });
  return {
    models: [model],
    all: (): Promise<DutyRecord[]> => reaching(() => model.find({ _id: { $gte: '' } }).lean<DutyRecord[]>()),
    /** Keeps a record unless a later one stands; what was said first and is worked again does not come back. */
    keep: (record: DutyRecord): Promise<void> =>
      reaching(async () => {
        const { _id, ...said } = record;
        try {
          await model.updateOne({ _id, since: { $lte: record.since } }, { $set: said }, { upsert: true });
        } catch (error) {
          if (!isDuplicate(error)) throw error;
        }
      }),
  };
}
