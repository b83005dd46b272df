import { MongoError } from '../error.ts';
import { countEntries } from '../storage/scan.ts';
import { isCovered } from '../storage/store.ts';
import type { Plan } from '../storage/plan.ts';
import { doc, int32, type Doc, type Value } from '../values/value.ts';
import type { Call, Command } from './command.ts';
import { Arguments, checkCommand, OBJECT, required, STRING } from './fields.ts';
import { count, find, parseCount, parseFind } from './find.ts';
import { deleteCommand, parseExplainedDelete, parseExplainedUpdate, update } from './update.ts';
import { findAndModify, parseFindAndModify } from './find-and-modify.ts';
import { aggregate, parseAggregate } from './aggregate.ts';
import { distinct, parseDistinct } from './distinct.ts';
import { planOf, select, type Selection } from './query.ts';

/** The selection behind a command that can be explained. */
const EXPLAINED: ReadonlyMap<string, { command: Command; parse: (args: Arguments, call: Call) => Selection }> = new Map(
  [
    ['find', { command: find, parse: (args: Arguments, call: Call) => parseFind(args, call).selection }],
    ['count', { command: count, parse: parseCount }],
    ['distinct', { command: distinct, parse: parseDistinct }],
    [
      'aggregate',
      {
        command: aggregate,
        parse: (args: Arguments, call: Call) => parseAggregate(args, call, args.string('aggregate') ?? '').selection,
      },
    ],
    ['update', { command: update, parse: parseExplainedUpdate }],
    ['delete', { command: deleteCommand, parse: parseExplainedDelete }],
    ['findAndModify', { command: findAndModify, parse: parseFindAndModify }],
  ],
);

export const explain: Command = {
  name: 'explain',
  summary: 'which index a query uses and how much it reads',
  fields: { explain: required(OBJECT), verbosity: STRING },
  run(args, call) {
    const inner = new Arguments(args.doc('explain') ?? new Map());
    const [name] = inner.fields.keys();
    const verbosity = args.string('verbosity') ?? 'allPlansExecution';
    if (!['queryPlanner', 'executionStats', 'allPlansExecution'].includes(verbosity))
      throw new MongoError(
        9,
        `verbosity string must be one of {'queryPlanner', 'executionStats', 'allPlansExecution'}`,
      );
    const isExecuted = verbosity !== 'queryPlanner';
    const known = EXPLAINED.get(name ?? '');
    if (!known) throw new MongoError(59, `Explain failed due to unknown command: ${name}`);
    checkCommand(known.command, inner.fields);
    return describe(call, known.parse(inner, call), inner.fields, isExecuted, name === 'count');
  },
};

function describe(call: Call, selection: Selection, command: Doc, isExecuted: boolean, isCount: boolean): Doc {
  const { collection } = selection;
  const plan = planOf(call, selection);
  const isFromIndex = isCount && isCovered(plan, selection.query);
  const winning = collection ? stages(plan, selection, isFromIndex) : doc(['stage', 'EOF']);
  const planner = doc(
    ['namespace', collection?.namespace ?? ''],
    ['parsedQuery', selection.query ?? doc()],
    ['winningPlan', winning],
    ['rejectedPlans', []],
  );
  const reply = doc(['explainVersion', '1'], ['queryPlanner', planner]);
  if (isExecuted) {
    const examined = call.examined();
    const startedAt = call.now();
    let returned = 0;
    if (isFromIndex) examined.keys = countEntries(call.store.environment, plan);
    else for (const _ of select(call, selection, plan, examined)) returned++;
    reply.set(
      'executionStats',
      doc(
        ['executionSuccess', true],
        ['nReturned', int32(returned)],
        ['executionTimeMillis', int32(Math.round(call.now() - startedAt))],
        ['totalKeysExamined', int32(examined.keys)],
        ['totalDocsExamined', int32(examined.documents)],
        ['executionStages', winning],
      ),
    );
  }
  reply.set('command', command);
  return reply;
}

function stages(plan: Plan, selection: Selection, isFromIndex: boolean): Doc {
  let stage: Doc;
  if (plan.kind === 'collection') {
    stage = doc(['stage', 'COLLSCAN'], ['direction', plan.backwards ? 'backward' : 'forward']);
  } else {
    const { index } = plan;
    const scan = doc(
      ['stage', isFromIndex ? 'COUNT_SCAN' : 'IXSCAN'],
      ['keyPattern', index.spec.get('key') ?? null],
      ['indexName', index.name],
      ['isMultiKey', index.multikey],
      ['isUnique', index.unique],
      ['isSparse', index.sparse],
      ['isPartial', index.partial !== undefined],
      ['direction', plan.backwards ? 'backward' : 'forward'],
      ['indexBounds', plan.bounds()],
    );
    stage = isFromIndex ? doc(['stage', 'COUNT'], ['inputStage', scan]) : doc(['stage', 'FETCH'], ['inputStage', scan]);
  }
  const wrap = (name: string, ...fields: [string, Value][]): void => {
    stage = doc(['stage', name], ...fields, ['inputStage', stage]);
  };
  if (selection.sort && !plan.sorted) wrap('SORT', ['sortPattern', selection.sort]);
  if (selection.skip > 0) wrap('SKIP', ['skipAmount', int32(selection.skip)]);
  if (selection.limit !== undefined) wrap('LIMIT', ['limitAmount', int32(selection.limit)]);
  return stage;
}
