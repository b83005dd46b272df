import type { CliVerb } from '../../src/cli/verb.ts';
import type { Clock } from '../../src/clock.ts';
import type { Config } from '../../src/config.ts';
import { operator } from '../../src/text/operator.ts';
import { say, type TerminalSentence } from '../../src/text/text.ts';
import { hurriedClock } from './clock.ts';

/** Bot, platform and doctor alike: what takes seconds takes tenths. */
export const quick = hurriedClock(6);

/** What `doctor PLATFORM --send` said, in order, and the exit code of the sending alone. */
export interface SentTest {
  /** Without `send_test.`. */
  readonly keys: readonly string[];
  /** In English. */
  readonly words: readonly string[];
  readonly code: typeof process.exitCode;
}

/** Runs it; `on` hears each sentence as it is said. */
export async function sendTest(
  { verb, config }: { readonly verb: CliVerb; readonly config: Config },
  on: (key: string) => unknown = () => undefined,
  args: readonly string[] = [],
  clock: Clock = quick,
): Promise<SentTest> {
  const said: TerminalSentence[] = [];
  const heard: unknown[] = [];
  process.exitCode = 0;
  await verb.run({
    config,
    clock,
    args: ['--send', ...args],
    ask: { interactive: false, line: never, hidden: never, close: () => undefined },
    print: () => {
      // What the checks before it found is not the matter here.
      process.exitCode = 0;
    },
    tell: (sentence) => {
      if (said.length === 0) process.exitCode = 0;
      said.push(sentence);
      heard.push(on(sentence.key));
    },
  });
  await Promise.all(heard);
  const code = process.exitCode;
  process.exitCode = 0;
  return {
    keys: said.map(({ key }) => key.slice('send_test.'.length)),
    words: said.map((sentence) => say(sentence, operator('en'))),
    code,
  };
}

const never = (): never => {
  throw new Error('nothing is asked');
};

/** Once what it was told of is being waited for. */
export const soon = (task: () => void, ms = 300): void => void quick.after(ms, task);

/** The same clock, whose patience can be used up at once. */
export function hasty(): Clock & { skip(ms: number): void } {
  let skipped = 0;
  return {
    ...quick,
    monotonic: () => quick.monotonic() + skipped,
    skip(ms) {
      skipped += ms;
    },
  };
}
