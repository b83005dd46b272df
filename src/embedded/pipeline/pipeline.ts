import { MongoError, notSupported, typeMismatch } from '../error.ts';
import type { Scope } from '../expression/scope.ts';
import { isDoc } from '../values/value.ts';
import type { Doc, Value } from '../values/value.ts';
import type { Filter } from '../query/filter.ts';
import type { CompiledPipeline, ReadCollection, Stage, StageContext } from './stage.ts';
import { limitCount, matchFilter, skipCount, sortSpec, STAGES } from './stages.ts';
import { compileSortOrder } from '../sort.ts';

/** Stages that MongoDB has and this store refuses with code 115. */
export const UNSUPPORTED_STAGES: readonly string[] = [
  '$out',
  '$merge',
  '$graphLookup',
  '$setWindowFields',
  '$fill',
  '$densify',
  '$documents',
  '$geoNear',
  '$search',
  '$searchMeta',
  '$vectorSearch',
  '$indexStats',
  '$collStats',
  '$planCacheStats',
  '$currentOp',
  '$listSessions',
  '$listLocalSessions',
];

const NOT_IN_FACET = new Set(['$facet', '$out', '$merge', '$geoNear', '$indexStats', '$collStats', '$planCacheStats']);
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
  if (!STAGES.has(name) && !UNSUPPORTED_STAGES.includes(name)) {
    throw new MongoError(40_324, `Unrecognized pipeline stage name: '${name}'`);
  }
  return first;
}

function compileStages(list: readonly (readonly [string, Value])[], context: StageContext): Stage {
  const stages = list.map(([name, operand]) => {
    const compile = STAGES.get(name);
    if (!compile) throw notSupported(`the stage ${name}`);
    return compile(operand, context);
  });
  return (input) => stages.reduce((documents, stage) => stage(documents), input);
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
      if (name === '$out' || name === '$merge') {
        throw new MongoError(51_047, `${name} is not allowed within a ${inside}'s sub-pipeline`);
      }
    }
    const context: StageContext = { scope: innerScope, read, nested };
    if (inside !== '$facet') return compile(inner, context);
    return {
      leading: {},
      run: compileStages(
        inner.map((stage) => parseStage(stage)),
        context,
      ),
    };
  };
  return compile(stages, { scope, read, nested });
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
  const run = compileStages(list, { scope, read: never, nested: never });
  return (document) => {
    const [result] = run([document]);
    return result ?? document;
  };
}
