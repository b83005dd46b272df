import type { Connection } from 'mongoose';
import { addressKey } from '../domain/address.ts';
import type { GroupLink } from '../domain/membership.ts';
import { Mixed, collection, reaching } from './connection.ts';

interface Row extends GroupLink {
  /** addressKey. */
  readonly _id: string;
}

/** Which team a group belongs to, as chat decided; nothing that a shop's file says takes a row away. */
export function groupStore(connection: Connection) {
  const model = collection<Row>(connection, 'groups', {
    _id: { type: String, required: true },
    address: Mixed,
    team: { type: String, default: null },
    by: { type: String, required: true },
    at: { type: Date, required: true },
  });
  return {
    models: [model],
    all: (): Promise<GroupLink[]> =>
      reaching(async () =>
        (await model.find({ _id: { $gte: '' } }).lean<Row[]>()).map(({ _id, ...link }): GroupLink => link),
      ),
    link: (link: GroupLink): Promise<void> =>
      reaching(async () => {
        await model.updateOne({ _id: addressKey(link.address) }, { $set: link }, { upsert: true });
      }),
  };
}
