import { failedToParse, MongoError, typeMismatch } from '../error.ts';
import type { Variables } from '../expression/scope.ts';
import { decode } from '../values/decode.ts';
import { doc, int32, isDoc, type Value } from '../values/value.ts';
import type { Call, Command } from './command.ts';
import { ANY, ARRAY, Arguments, BOOL, checkFields, type Fields, OBJECT, required } from './fields.ts';
import { attempt, checkBatch, inTurn } from './batch.ts';
import { checkStages } from '../pipeline/pipeline.ts';
import { applyUpdate, applyUpsert, arrayFiltersOf, hits, type Target, targetOf, updateOf } from './modify.ts';
import { checkWritable, collectionName } from './namespace.ts';
import { type Selection, variablesOf } from './query.ts';
import type { Update } from '../update/update.ts';

export const UPDATE_STATEMENT: Fields = {
  q: required(OBJECT),
  u: required(ANY),
  c: OBJECT,
  multi: BOOL,
  upsert: BOOL,
  collation: OBJECT,
  arrayFilters: ARRAY,
  hint: ANY,
  upsertSupplied: BOOL,
};

export const DELETE_STATEMENT: Fields = {
  q: required(OBJECT),
  // The server reads what is no number as 0: all that match.
  limit: required(ANY),
  collation: OBJECT,
  hint: ANY,
};

interface Statement {
  readonly target: Target;
  readonly update: Update;
  readonly isUpsert: boolean;
}

/** The statements of a write command as checked arguments. */
export function statements(list: readonly Value[], at: string, fields: Fields): Arguments[] {
  checkBatch(list.length);
  return list.map((item, i) => {
    if (!isDoc(item)) throw typeMismatch(`BSON field '${at}.${i}' is the wrong type, expected type 'object'`);
    checkFields(at, item, fields);
    return new Arguments(item);
  });
}

export const update: Command = {
  name: 'update',
  summary: 'changes or replaces documents, upserts',
  fields: {
    update: required(ANY),
    updates: required(ARRAY),
    ordered: BOOL,
    let: OBJECT,
    bypassDocumentValidation: BOOL,
  },
  async run(args, call) {
    const name = collectionName(args, 'update', call.database);
    checkWritable(name, call.database);
    const vars = variablesOf(args, call, undefined);
    const parsed = statements(args.array('updates') ?? [], 'update.updates', UPDATE_STATEMENT);
    for (const statement of parsed) {
      // What is no list of stages or filters at all fails the command, not the statement.
      const u = statement.value('u');
      if (!isDoc(u ?? null) && !Array.isArray(u)) {
        throw failedToParse('Update argument must be either an object or an array');
      }
      if (Array.isArray(u)) checkStages(u);
      arrayFiltersOf(statement);
    }
    const list = parsed.map((statement) => attempt(() => parseUpdate(name, statement, call, vars)));
    const isOrdered = args.bool('ordered', true);
    return call.store.environment.write(() => {
      let n = 0;
      let modified = 0;
      const upserted: Value[] = [];
      const change = (statement: Statement, index: number): void => {
        const done = runUpdate(call, statement);
        n += done.n;
        modified += done.modified;
        if (done.upserted !== undefined) upserted.push(doc(['index', int32(index)], ['_id', done.upserted]));
      };
      return inTurn(list, isOrdered, change, () => {
        const reply = doc(['n', int32(n)], ['nModified', int32(modified)]);
        return upserted.length > 0 ? reply.set('upserted', upserted) : reply;
      });
    });
  },
};

function parseUpdate(name: string, statement: Arguments, call: Call, vars: Variables): Statement {
  const isMulti = statement.bool('multi');
  const isUpsert = statement.bool('upsert');
  const u = statement.value('u') ?? null;
  if (statement.doc('c') && !Array.isArray(u)) {
    throw new MongoError(51_198, 'Constant values may only be specified for pipeline updates');
  }
  if (statement.bool('upsertSupplied') && statement.doc('c')?.has('new') !== true) {
    throw failedToParse("the parameter 'upsertSupplied' is set to 'true', but no document was supplied");
  }
  const isReplacement = isDoc(u) && ![...u.keys()].some((key) => key.startsWith('$'));
  if (isReplacement && isMulti) throw failedToParse('multi update is not supported for replacement-style update');
  const limit = isMulti ? undefined : 1;
  const target = targetOf(name, statement.doc('q') ?? new Map(), statement, call, { vars, limit, isUpsert });
  return { target, update: updateOf(u, statement, statement.doc('c') ?? vars, call), isUpsert };
}

function runUpdate(call: Call, statement: Statement): { n: number; modified: number; upserted: Value | undefined } {
  const { target, update: change } = statement;
  const collection = call.store.catalogue.get(call.database, target.name);
  let n = 0;
  let modified = 0;
  if (collection)
    for (const hit of hits(call, collection, target)) {
      if (applyUpdate(call, collection, hit, target, change)) modified++;
      n++;
    }
  if (n > 0 || !statement.isUpsert) return { n, modified, upserted: undefined };
  const made = applyUpsert(call, target, change);
  return { n: 1, modified: 0, upserted: made.get('_id') };
}

export const deleteCommand: Command = {
  name: 'delete',
  summary: 'removes documents',
  fields: { delete: required(ANY), deletes: required(ARRAY), ordered: BOOL, let: OBJECT },
  async run(args, call) {
    const name = collectionName(args, 'delete', call.database);
    checkWritable(name, call.database);
    const vars = variablesOf(args, call, undefined);
    const list = statements(args.array('deletes') ?? [], 'delete.deletes', DELETE_STATEMENT).map((statement) => {
      const limit = statement.integer('limit') ?? 0;
      if (limit !== 0 && limit !== 1)
        throw failedToParse(`The limit field in delete objects must be 0 or 1. Got ${limit}`);
      return attempt(() =>
        targetOf(name, statement.doc('q') ?? new Map(), statement, call, { vars, limit: limit === 1 ? 1 : undefined }),
      );
    });
    const isOrdered = args.bool('ordered', true);
    return call.store.environment.write(() => {
      let n = 0;
      const collection = call.store.catalogue.get(call.database, name);
      const remove = (target: Target): void => {
        if (!collection) return;
        for (const hit of hits(call, collection, target)) {
          call.store.records.remove(collection, hit.record, decode(hit.bytes));
          n++;
        }
      };
      return inTurn(list, isOrdered, remove, () => doc(['n', int32(n)]));
    });
  },
};

/** The query of the first statement, for `explain`. */
export function parseExplainedUpdate(args: Arguments, call: Call): Selection {
  const name = collectionName(args, 'update', call.database);
  const [first] = statements(args.array('updates') ?? [], 'update.updates', UPDATE_STATEMENT);
  const { target } = parseUpdate(name, first ?? new Arguments(new Map()), call, variablesOf(args, call, undefined));
  return { ...target.selection, collection: call.store.catalogue.get(call.database, name) };
}

/** The query of the first statement, for `explain`. */
export function parseExplainedDelete(args: Arguments, call: Call): Selection {
  const name = collectionName(args, 'delete', call.database);
  const [first] = statements(args.array('deletes') ?? [], 'delete.deletes', DELETE_STATEMENT);
  const limit = first?.integer('limit') === 1 ? 1 : undefined;
  const target = targetOf(name, first?.doc('q') ?? new Map(), first ?? args, call, {
    vars: variablesOf(args, call, undefined),
    limit,
  });
  return { ...target.selection, collection: call.store.catalogue.get(call.database, name) };
}
