import { MongoError, notSupported, typeMismatch } from '../error.ts';
import type { Scope } from '../expression/scope.ts';
import { isDoc, isNumeric } from '../values/value.ts';
import type { Doc, Value } from '../values/value.ts';
import type { Filter } from '../query/filter.ts';
import type { CompiledPipeline, ReadCollection, Stage, StageContext } from './stage.ts';
import { limitCount, matchFilter, skipCount, sortSpec, STAGES } from './stages.ts';
import { compileSortOrder } from '../sort.ts';

/** Stages that MongoDB has and this store refuses with code 115. */
export const UNSUPPORTED_STAGES: readonly string[] = (
  '$graphLookup $setWindowFields $fill $densify $geoNear $search $searchMeta $vectorSearch $indexStats ' +
  '$planCacheStats $currentOp $listSessions $listLocalSessions'
).split(' ');

/** The stage that a pipeline may begin with instead of the documents of its collection, done by the command. */
export const SOURCE_STAGE = '$collStats';

/** Stages that write: the last of a pipeline, done by the command. */
export const OUTPUT_STAGES: readonly string[] = ['$out', '$merge'];

const NOT_IN_FACET = new Set([
  ...OUTPUT_STAGES,
  '$facet',
  '$documents',
  '$indexStats',
  SOURCE_STAGE,
  '$planCacheStats',
]);
const IN_UPDATES = new Set(['$addFields', '$set', '$project', '$unset', '$replaceRoot', '$replaceWith']);

function parseStage(stage: Value): [name: string, operand: Value] {
  if (!isDoc(stage)) throw typeMismatch("Each element of the 'pipeline' array must be an object");
  const [first, ...more] = stage;
  if (!first || more.length > 0) {
    throw new MongoError(40_323, 'A pipeline stage specification object must contain exactly one field.');
  }
  const [name] = first;
  if (name === '$changeStream') {
    throw new MongoError(40_573, 'The $changeStream stage is only supported on replica sets');
  }
  if (
    !STAGES.has(name) &&
    !UNSUPPORTED_STAGES.includes(name) &&
    !OUTPUT_STAGES.includes(name) &&
    name !== SOURCE_STAGE
  ) {
    throw new MongoError(40_324, `Unrecognized pipeline stage name: '${name}'`);
  }
  return first;
}

/**
 * Checks that a list is one of stages, whatever is in them.
 * @throws MongoError 14, 40323, 40324, 40573
 */
export function checkStages(stages: readonly Value[]): void {
  for (const stage of stages) parseStage(stage);
}

function compileStages(list: readonly (readonly [string, Value])[], context: StageContext): Stage {
  let { isComputed } = context;
  const stages = list.map(([name, operand]) => {
    const compile = STAGES.get(name);
    if (OUTPUT_STAGES.includes(name)) {
      throw new MongoError(40_601, `${name} can only be the final stage in the pipeline`);
    }
    if (name === SOURCE_STAGE) throw new MongoError(40_602, `${name} is only valid as the first stage in a pipeline`);
    if (!compile) throw notSupported(`the stage ${name}`);
    const stage = compile(operand, { ...context, isComputed });
    isComputed = computedAfter(name, operand, isComputed);
    return stage;
  });
  return (input) => stages.reduce((documents, stage) => stage(documents), input);
}

const EVERYTHING = new Set(['$group', '$bucket', '$bucketAuto', '$sortByCount', '$count', '$facet']);

const textOf = (v: Value | undefined): string => (typeof v === 'string' ? v : '');
const isFlag = (v: Value): boolean => typeof v === 'boolean' || isNumeric(v);

/** Which fields hold values that the pipeline made rather than the collection. */
function computedAfter(name: string, operand: Value, before: (field: string) => boolean): (field: string) => boolean {
  if (EVERYTHING.has(name)) return () => true;
  const made = new Set<string>();
  const top = (path: string): string => path.split('.')[0] ?? '';
  if (isDoc(operand)) {
    if (name === '$project') for (const [path, value] of operand) if (!isFlag(value)) made.add(top(path));
    if (name === '$addFields' || name === '$set') for (const path of operand.keys()) made.add(top(path));
    if (name === '$lookup') made.add(top(textOf(operand.get('as'))));
    if (name === '$unwind') made.add(top(textOf(operand.get('path')).slice(1)));
  } else if (name === '$unwind' && typeof operand === 'string') {
    made.add(top(operand.slice(1)));
  }
  return (field) => made.has(field) || before(field);
}

/** The stages that may lead, by name, in the order in which a planner applies them. */
const LEADING = ['$match', '$sort', '$skip', '$limit'];

function compile(stages: readonly Value[], context: StageContext): CompiledPipeline {
  const list = stages.map((stage) => parseStage(stage));
  let taken = 0;
  let step = 0;
  const leading: { filter?: Filter; sort?: Doc; skip?: number; limit?: number } = {};
  for (const [name, operand] of list) {
    const at = LEADING.indexOf(name);
    if (at < step) break;
    if (name === '$match') leading.filter = matchFilter(operand, context);
    if (name === '$sort') {
      leading.sort = sortSpec(operand);
      compileSortOrder(leading.sort, context.scope.collation);
    }
    if (name === '$skip') leading.skip = skipCount(operand);
    if (name === '$limit') leading.limit = limitCount(operand);
    step = at + 1;
    taken++;
  }
  return { leading, run: compileStages(list.slice(taken), context) };
}

/**
 * Compiles a pipeline.
 * @throws MongoError with MongoDB's codes: 40323, 40324, 115 for a stage that is not supported, those of the stages
 */
export function compilePipeline(stages: readonly Value[], scope: Scope, read: ReadCollection): CompiledPipeline {
  const nested: StageContext['nested'] = (inner, innerScope, inside) => {
    for (const stage of inner) {
      const [name] = parseStage(stage);
      if (inside === '$facet' && NOT_IN_FACET.has(name)) {
        throw new MongoError(40_600, `${name} is not allowed to be used within a $facet stage`);
      }
      if (name === '$documents') throw notSupported(`$documents within ${inside}`);
      if (OUTPUT_STAGES.includes(name)) {
        throw new MongoError(51_047, `${name} is not allowed within a ${inside}'s sub-pipeline`);
      }
    }
    const context: StageContext = { scope: innerScope, read, nested, isComputed: () => false };
    if (inside !== '$facet') return compile(inner, context);
    return {
      leading: {},
      run: compileStages(
        inner.map((stage) => parseStage(stage)),
        context,
      ),
    };
  };
  return compile(stages, { scope, read, nested, isComputed: () => false });
}

/**
 * Compiles the pipeline of an update.
 * @throws MongoError 72 for a stage that an update cannot use
 */
export function compileUpdatePipeline(stages: readonly Value[], scope: Scope): (doc: Doc) => Doc {
  const list = stages.map((stage) => parseStage(stage));
  const never = (): never => {
    throw new MongoError(72, 'stage is not allowed to be used within an update');
  };
  for (const [name] of list) {
    if (!IN_UPDATES.has(name)) throw new MongoError(72, `${name} is not allowed to be used within an update`);
  }
  const run = compileStages(list, { scope, read: never, nested: never, isComputed: () => false });
  return (document) => {
    const [result] = run([document]);
    return result ?? document;
  };
}
