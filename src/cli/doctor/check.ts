import type { Clock } from '../../clock.ts';
import type { Config } from '../../config.ts';
import type { Store } from '../../storage/store.ts';
import type { TerminalSentence } from '../../text/text.ts';

/** `warning`: something will go wrong if nobody looks · `problem`: something is wrong now. */
export type Level = 'ok' | 'warning' | 'problem';

export interface Finding {
  readonly level: Level;
  /** What was found. */
  readonly found: TerminalSentence;
  /** What to do about it; null: nothing. */
  readonly todo: TerminalSentence | null;
}

/** What answers at the address where the bot listens. */
export interface Neighbour {
  /** The id a Gongdan process gives itself; null: it is none. */
  readonly process: string | null;
}

/** What the checks look at. */
export interface Surroundings {
  readonly config: Config;
  readonly clock: Clock;
  /** Null: it could not be opened, or there is none yet. */
  readonly store: Store | null;
  /** Why there is no store: in words of ours; null: nothing was stored yet, or there is one. */
  readonly storeRefused: string | null;
  /** Null: nothing listens where the bot would. */
  readonly neighbour: Neighbour | null;
}

/** One thing to look at; one per file, listed in registry.ts: gathers facts, then judges them by a pure function. */
export interface Check {
  readonly name: string;
  readonly run: (surroundings: Surroundings) => Promise<readonly Finding[]>;
}

export const ok = (found: TerminalSentence): Finding => ({ level: 'ok', found, todo: null });
export const warning = (found: TerminalSentence, todo: TerminalSentence): Finding => ({
  level: 'warning',
  found,
  todo,
});
export const problem = (found: TerminalSentence, todo: TerminalSentence): Finding => ({
  level: 'problem',
  found,
  todo,
});
