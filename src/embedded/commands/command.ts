import type { ConnectionState } from '../server.ts';
import type { Examined } from '../storage/plan.ts';
import type { Store } from '../storage/store.ts';
import type { Doc } from '../values/value.ts';
import type { Cursors } from './cursors.ts';
import type { Arguments, Fields } from './fields.ts';

/** What the server hands to its commands. */
export interface ServerContext {
  readonly store: Store;
  readonly cursors: Cursors;
  /** Milliseconds since 1970. */
  readonly now: () => number;
  readonly randomBytes: (size: number) => Uint8Array;
  /** A number from 0 up to 1. */
  readonly random: () => number;
  readonly startedAt: number;
  readonly connections: () => number;
}

/** What one call of a command knows besides its arguments. */
export interface Call extends ServerContext {
  /** Fresh counters for one scan; they also watch the time that the client gave. */
  readonly examined: () => Examined;
  readonly database: string;
  readonly connection: ConnectionState;
  /** Documents that came as sequences; the raw bytes are kept for `insert`. */
  readonly sequences: ReadonlyMap<string, readonly Uint8Array[]>;
}

/** A reply without `ok`, or its finished BSON bytes. */
export type Reply = Doc | Uint8Array;

/** One command: its fields are data, from which the checks and the documentation are made. */
export interface Command {
  readonly name: string;
  readonly aliases?: readonly string[];
  /** Without the fields that all commands take. */
  readonly fields: Fields;
  /** The one code of everything that is wrong with the fields, where the server's own parser has only one. */
  readonly parseCode?: number;
  /** One line for the table of what is supported. */
  readonly summary: string;
  run(args: Arguments, call: Call): Reply | Promise<Reply>;
}
