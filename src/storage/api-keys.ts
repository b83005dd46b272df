import type { Connection } from 'mongoose';
import { collection } from './connection.ts';
import { rowsOf } from './rows.ts';

/** What a key may be used for: read tickets, see customers' numbers and addresses unmasked, open tickets, run commands. */
export const SCOPES = ['tickets:read', 'customers:read', 'tickets:write', 'commands'] as const;
export type Scope = (typeof SCOPES)[number];

/** A key of the REST API. What the caller shows is `gd_<id>_<secret>`; the secret is kept as its SHA-256 only. */
export interface ApiKey {
  readonly _id: string;
  /** Unique; its changes are written down to `api:<name>`. */
  readonly name: string;
  /** Hex SHA-256 of the secret, which has 256 bits of chance: nothing slower is needed. */
  readonly hash: string;
  readonly scopes: readonly Scope[];
  /** Shops it is about; none: all. */
  readonly shops: readonly string[];
  /** Ids of the people it may act as. */
  readonly actors: readonly string[];
  /** Requests a second, on average; twice as many at once. */
  readonly rate: number;
  readonly createdAt: Date;
  readonly revokedAt: Date | null;
  /** When it was last used, a minute more or less. */
  readonly usedAt: Date | null;
}

export function apiKeyStore(connection: Connection) {
  const text = { type: String, required: true };
  const model = collection<ApiKey>(
    connection,
    'api_keys',
    {
      _id: text,
      name: text,
      hash: text,
      scopes: [String],
      shops: [String],
      actors: [String],
      rate: { type: Number, required: true },
      createdAt: { type: Date, required: true },
      revokedAt: { type: Date, default: null },
      usedAt: { type: Date, default: null },
    },
    [{ fields: { name: 1 }, options: { unique: true } }],
  );
  const rows = rowsOf<ApiKey>(connection, 'api_keys');
  return {
    models: [model],
    /** False: the name is taken, also by one that was revoked, for histories name it. */
    add: (key: ApiKey): Promise<boolean> => rows.add([key]).then(([fresh]) => fresh === true),
    load: (id: string): Promise<ApiKey | null> => rows.load(id),
    named: (name: string): Promise<ApiKey | null> => rows.findOne({ name }),
    all: (): Promise<ApiKey[]> => rows.find({}, { sort: { name: 1 } }),
    /** False: there is none of this name, or it was revoked before. */
    revoke: (name: string, at: Date): Promise<boolean> =>
      rows.updateOne({ name, revokedAt: null }, { $set: { revokedAt: at } }).then((met) => met === 1),
    used: (id: string, at: Date): Promise<void> =>
      rows.updateOne({ _id: id }, { $set: { usedAt: at } }).then(() => undefined),
  };
}
