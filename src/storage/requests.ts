import type { Connection } from 'mongoose';
import { accountKey, type Address } from '../domain/address.ts';
import type { Member } from '../domain/membership.ts';
import { Mixed, collection, isDuplicate, reaching } from './connection.ts';

/** Somebody asks to belong to a team; one per account and team, asked again it has a new number. */
export interface JoinRequest {
  readonly number: number;
  readonly account: Member['account'];
  readonly name: string;
  readonly team: string;
  /** The group in which they pressed something. */
  readonly place: Address;
  readonly state: 'asking' | 'yes' | 'no' | 'out';
  /** The inbox row that asked, and the latest one that waits for the answer. */
  readonly cause: string;
  readonly waiting: string;
  /** Who was sent a card, and where. */
  readonly asked: readonly { readonly person: string; readonly to: Address }[];
  /** When it was asked or, once decided, decided. */
  readonly at: Date;
  /** Name of who decided, and the inbox row in which; empty until then. */
  readonly by: string;
  readonly decided: string;
}

interface Row extends JoinRequest {
  readonly _id: string;
}

const idOf = (r: Pick<JoinRequest, 'account' | 'team'>): string => `${accountKey(r.account)}\n${r.team}`;
const bare = (row: Row | null): JoinRequest | null => {
  if (row === null) return null;
  const { _id, ...request } = row;
  return request;
};

export function requestStore(connection: Connection) {
  const text = { type: String, required: true };
  const model = collection<Row>(
    connection,
    'join_requests',
    {
      _id: text,
      number: { type: Number, required: true },
      account: Mixed,
      name: text,
      team: text,
      place: Mixed,
      state: text,
      cause: text,
      waiting: text,
      asked: Mixed,
      at: { type: Date, required: true },
      by: { type: String, default: '' },
      decided: { type: String, default: '' },
    },
    [{ fields: { number: 1 }, options: { unique: true } }],
  );
  return {
    models: [model],
    of: (who: Pick<JoinRequest, 'account' | 'team'>): Promise<JoinRequest | null> =>
      reaching(async () => bare(await model.findById(idOf(who)).lean<Row>())),
    byNumber: (number: number): Promise<JoinRequest | null> =>
      reaching(async () => bare(await model.findOne({ number }).lean<Row>())),
    /** Asks, in place of the earlier request of this number; false: somebody was faster. */
    ask: (request: JoinRequest, earlier: number | null): Promise<boolean> =>
      reaching(async () => {
        const _id = idOf(request);
        if (earlier !== null)
          return (await model.updateOne({ _id, number: earlier }, { $set: request })).matchedCount === 1;
        try {
          await model.create({ _id, ...request });
          return true;
        } catch (error) {
          if (isDuplicate(error)) return false;
          throw error;
        }
      }),
    /** The latest thing that waits for the answer; false: it was decided meanwhile. */
    waitsFor: (number: number, waiting: string): Promise<boolean> =>
      reaching(async () => {
        const met = await model.updateOne({ number, state: 'asking' }, { $set: { waiting } });
        return met.matchedCount === 1;
      }),
    /** Decides it, if it still is as it was; the request as it stands then. */
    decide: (
      number: number,
      from: JoinRequest['state'],
      to: Pick<JoinRequest, 'state' | 'by' | 'decided' | 'at'>,
    ): Promise<JoinRequest | null> =>
      reaching(async () => {
        const changed = { returnDocument: 'after' } as const;
        const decided = await model.findOneAndUpdate({ number, state: from }, { $set: to }, changed).lean<Row>();
        return bare(decided ?? (await model.findOne({ number }).lean<Row>()));
      }),
  };
}
