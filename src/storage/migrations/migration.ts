import type { mongo } from 'mongoose';

/** A document as whatever version wrote it. */
export interface AnyDocument {
  readonly _id: string;
  readonly [field: string]: unknown;
}

/** What a migration works with. */
export interface MigrationRun {
  /** A collection by the driver alone: documents as they are, without the shape that today's schemas want. */
  readonly documents: (collection: string) => mongo.Collection<AnyDocument>;
  /** How far a run of this migration that was cut had come, as it saved it; null: it begins. */
  readonly from: string | null;
  /** Keeps how far it is, so that it goes on there after a crash. */
  readonly save: (at: string) => Promise<void>;
  /** The moment of the upgrade. */
  readonly now: Date;
}

/**
 * One step forward of the documents' shape; one per file, listed in registry.ts. It may be cut anywhere and is then run again from what it
 * saved last: what it changes has to come out the same when it is changed twice. Nobody else uses the store meanwhile. Never edit one
 * that was released: what it has done stays. Tickets stand in several collections of one shape (`TICKETS`): what changes theirs changes all.
 */
export interface Migration {
  /** The schema version that the store has afterwards: one more than before. */
  readonly version: number;
  /** For the log: a few words with hyphens. */
  readonly name: string;
  readonly run: (run: MigrationRun) => Promise<void>;
}
