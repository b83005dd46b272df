import type { Connection } from 'mongoose';
import { accountKey } from '../domain/address.ts';
import type { Member } from '../domain/membership.ts';
import { Mixed, collection, isDuplicate, reaching } from './connection.ts';

interface Row extends Member {
  /** accountKey: an account stands for one person. */
  readonly _id: string;
}

/** Who platform accounts are, as chat decided; nothing that a shop's file says takes a row away. */
export function memberStore(connection: Connection) {
  const text = { type: String, required: true };
  const model = collection<Row>(connection, 'members', {
    _id: text,
    account: Mixed,
    person: text,
    name: text,
    direct: text,
    locale: { type: String, default: null },
    timeZone: { type: String, default: null },
    roles: [String],
    teams: [String],
    by: text,
    at: { type: Date, required: true },
    linked: { type: Mixed },
    formerly: { type: String },
  });
  const plain = ({ _id, ...member }: Row): Member => member;
  return {
    models: [model],
    all: (): Promise<Member[]> =>
      reaching(async () => (await model.find({ _id: { $gte: '' } }).lean<Row[]>()).map(plain)),
    of: (account: Member['account']): Promise<Member | null> =>
      reaching(async () => {
        const found = await model.findById(accountKey(account)).lean<Row>();
        return found === null ? null : plain(found);
      }),
    /** Makes the account what `member` says, in place of what was decided `before`; false: something else has been decided meanwhile. */
    link: (member: Member, before: Member | null): Promise<boolean> =>
      reaching(async () => {
        const _id = accountKey(member.account);
        if (before !== null) {
          const { linked, formerly, ...same } = member;
          const set = { ...same, ...(linked && { linked }), ...(formerly !== undefined && { formerly }) };
          const gone = { ...(!linked && { linked: 1 }), ...(formerly === undefined && { formerly: 1 }) };
          const update = { $set: set, ...(Object.keys(gone).length > 0 && { $unset: gone }) };
          return (await model.updateOne({ _id, person: before.person, at: before.at }, update)).matchedCount === 1;
        }
        try {
          await model.create({ _id, ...member });
          return true;
        } catch (error) {
          if (isDuplicate(error)) return false;
          throw error;
        }
      }),
    /** Makes the account this person, or gives who it is already these roles and teams as well. */
    grant: (member: Member): Promise<void> =>
      reaching(async () => {
        const { roles, teams, by, at, ...who } = member;
        const update = {
          $setOnInsert: who,
          $addToSet: { roles: { $each: [...roles] }, teams: { $each: [...teams] } },
          $set: { by, at },
        };
        await model.updateOne({ _id: accountKey(member.account) }, update, { upsert: true });
      }),
    /** Takes a team away again. */
    leave: (account: Member['account'], team: string, by: string, at: Date): Promise<void> =>
      reaching(async () => {
        const had = { _id: accountKey(account), teams: team };
        await model.updateOne(had, { $pull: { teams: team }, $set: { by, at } });
      }),
  };
}
