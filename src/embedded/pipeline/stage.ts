import type { Scope } from '../expression/scope.ts';
import type { Filter } from '../query/filter.ts';
import type { Doc, Value } from '../values/value.ts';

/** The stages at a pipeline's start that a planner can take over: in this order, each at most once. */
export interface Leading {
  readonly filter?: Filter | undefined;
  readonly sort?: Doc | undefined;
  readonly skip?: number | undefined;
  readonly limit?: number | undefined;
}

/** Reads another collection of the database: what the leading stages select, in their order. */
export type ReadCollection = (collection: string, leading: Leading) => Iterable<Doc>;

/** What a stage does with the documents that reach it. */
export type Stage = (input: Iterable<Doc>) => Iterable<Doc>;

/** What the compilers of stages need. */
export interface StageContext {
  readonly scope: Scope;
  readonly read: ReadCollection;
  /** Whether a field's value was made by an earlier stage: `$sort` then takes an array as it is. */
  readonly isComputed: (field: string) => boolean;
  /** Compiles a pipeline within this one; `inside` names the stage, for what it does not allow. */
  readonly nested: (stages: readonly Value[], scope: Scope, inside: string) => CompiledPipeline;
}

/** A pipeline in two parts: what a planner takes over and what then runs on its result. */
export interface CompiledPipeline {
  readonly leading: Leading;
  readonly run: Stage;
}

export type CompileStage = (operand: Value, context: StageContext) => Stage;

/** A stage that turns each document into one other. */
export const mapStage =
  (change: (doc: Doc) => Doc): Stage =>
  (input) =>
    mapDocuments(input, change);

function* mapDocuments(input: Iterable<Doc>, change: (doc: Doc) => Doc): Generator<Doc, void, undefined> {
  for (const doc of input) yield change(doc);
}
