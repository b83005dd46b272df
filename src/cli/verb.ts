import type { Clock } from '../clock.ts';
import type { Config } from '../config.ts';
import type { Ask } from './ask.ts';
import type { TextKey } from '../text/text.ts';
import type { TerminalSentence } from '../text/text.ts';

/** What a verb of `gongdan` stands on. */
export interface CliContext {
  readonly config: Config;
  readonly clock: Clock;
  /** The words after the verb. */
  readonly args: readonly string[];
  /** Where questions are answered. */
  readonly ask: Ask;
  /** Says something to the operator in their language. */
  readonly tell: (sentence: TerminalSentence) => void;
  /** Writes a line as it is: for output that other programs read. */
  readonly print: (line: string) => void;
}

/** One verb of `gongdan`; one per file, listed in registry.ts. */
export interface CliVerb {
  /** `inbox list`; what stands in capitals is to be filled in. */
  readonly usage: string;
  readonly summary: TextKey;
  /** Throws a `SetupError` with one sentence when it cannot be done. */
  readonly run: (context: CliContext) => Promise<void>;
}

/** The words of a usage that are typed as they are: `inbox list`. */
export const wordsOf = (verb: Pick<CliVerb, 'usage'>): readonly string[] =>
  verb.usage.split(' ').filter((word) => /^[a-z][a-z-]*$/u.test(word));
