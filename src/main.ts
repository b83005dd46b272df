import { platformSettings } from '../adapters/registry.ts';
import { createAsk } from './cli/ask.ts';
import { reportFailure } from './cli/failure.ts';
import { verbOf, verbs } from './cli/registry.ts';
import { systemClock } from './clock.ts';
import { processEnvironment, readConfig } from './config.ts';
import { SetupError } from './errors.ts';
import { systemIds } from './ids.ts';
import { operator } from './text/operator.ts';
import { say, text, type TerminalSentence, type TextKey } from './text/text.ts';

/** `gongdan VERB ...`; without a verb the bot starts. Exit code 1: it could not be done, 2: no such verb. */
async function main(line: readonly string[]): Promise<void> {
  const config = readConfig({
    env: processEnvironment(),
    cwd: process.cwd(),
    ids: systemIds,
    platforms: platformSettings,
  });
  const reader = operator(config.locale);
  const print = (words: string): void => {
    process.stdout.write(`${words}\n`);
  };
  const tell = (sentence: TerminalSentence): void => {
    print(say(sentence, reader));
  };
  const found = verbOf(line);
  if (found !== null) {
    const ask = createAsk(process.stdin, (words) => process.stdout.write(words));
    try {
      await found.verb.run({ config, clock: systemClock, args: found.args, ask, tell, print });
    } catch (error) {
      if (error instanceof SetupError) throw error;
      const number = await reportFailure(
        { config, clock: systemClock, stream: process.stderr },
        found.verb.usage,
        error,
      );
      throw new SetupError(text(reader, 'cli.failed', { number }));
    } finally {
      ask.close();
    }
    return;
  }
  const asked = line[0] === 'help' || line[0] === '--help';
  if (!asked) process.exitCode = 2;
  print(text(reader, 'cli.usage', { unknown: asked ? null : line.join(' ') }));
  for (const { usage, summary } of verbs) print(`  ${usage.padEnd(34)}${say(plain(summary), reader)}`);
}

const plain = (key: TextKey): TerminalSentence => ({ key, params: null }) as TerminalSentence;

try {
  await main(process.argv.slice(2));
} catch (error) {
  if (!(error instanceof SetupError)) throw error;
  process.stderr.write(`${error.message}\n`);
  process.exitCode = 1;
}
