import type { Connection } from 'mongoose';
import type { Figures } from '../domain/figures.ts';
import { scopeName, type Scope } from '../domain/figure.ts';
import type { Period } from '../domain/period.ts';
import { Mixed, collection, reaching } from './connection.ts';
import { rowsOf } from './rows.ts';

/** What was told of a period that is over, so that later ones can be compared with it. */
export interface Digest {
  /** Scope, time zone and key of the period. */
  readonly _id: string;
  /** The period's end. */
  readonly to: Date;
  readonly figures: Figures;
}

type Named = Pick<Period, 'key' | 'timeZone'>;

const idOf = (scope: Scope, { key, timeZone }: Named): string => `${scopeName(scope)}\n${timeZone}\n${key}`;

/** Figures of periods that are over, by scope and period in its time zone. */
export function digestStore(connection: Connection) {
  const model = collection<Digest>(
    connection,
    'digests',
    {
      _id: { type: String, required: true },
      to: { type: Date, required: true },
      figures: { type: Mixed },
    },
    [{ fields: { to: 1 } }],
  );
  const rows = rowsOf<Digest>(connection, 'digests');
  const load = async (scopes: readonly Scope[], period: Named): Promise<ReadonlyMap<string, Figures>> => {
    const found = await rows.find({ _id: { $in: scopes.map((scope) => idOf(scope, period)) } });
    return new Map(found.map(({ figures }) => [figures.scope, figures]));
  };

  return {
    models: [model],

    /** By the names of their scopes; what is not there was never kept. */
    load,

    /** Keeps figures of a period, unless there are some: what was told once stays what was told. Those that are kept now, by scope. */
    keep: async (scopes: readonly Scope[], period: Period, figures: readonly Figures[]) => {
      const ids = new Map(scopes.map((scope) => [scopeName(scope), idOf(scope, period)]));
      await rows.add(
        figures.flatMap((f): Digest[] => {
          const _id = ids.get(f.scope);
          return _id === undefined ? [] : [{ _id, to: period.to, figures: f }];
        }),
      );
      return load(scopes, period);
    },

    /** Forgets periods that ended before. */
    prune: (before: Date): Promise<unknown> => reaching(() => model.deleteMany({ to: { $lt: before } })),
  };
}
