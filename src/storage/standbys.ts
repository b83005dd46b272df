import type { Connection } from 'mongoose';
import type { Address } from '../domain/address.ts';
import { Mixed, collection, reaching } from './connection.ts';
import { rowsOf } from './rows.ts';

/** One ticket that stands in a standby group since an outage: its card there is redrawn like any other from then on. */
export interface Standby {
  /** Ticket and outage: a ticket moves once in each. */
  readonly _id: string;
  readonly ticket: string;
  readonly team: string;
  readonly address: Address;
  readonly at: Date;
}

export function standbyStore(connection: Connection) {
  const text = { type: String, required: true };
  const model = collection<Standby>(
    connection,
    'standbys',
    { _id: text, ticket: text, team: text, address: Mixed, at: { type: Date, required: true } },
    [{ fields: { ticket: 1 } }],
  );
  const rows = rowsOf<Standby>(connection, 'standbys');
  return {
    models: [model],
    /** Adds; of two processes that choose for one ticket at the same instant the first has chosen. */
    add: (standbys: readonly Standby[]): Promise<void> => rows.add(standbys).then(() => undefined),
    /** Where these tickets stand besides their team's groups. */
    ofTickets: (tickets: readonly string[]): Promise<Standby[]> =>
      reaching(() => rows.find({ ticket: { $in: [...tickets] } })),
  };
}
