import { Readable } from 'node:stream';
import { createAsk } from '../../src/cli/ask.ts';
import type { CliVerb } from '../../src/cli/verb.ts';
import type { Clock } from '../../src/clock.ts';
import { readConfig, type Config } from '../../src/config.ts';
import { systemIds } from '../../src/ids.ts';
import { operator } from '../../src/text/operator.ts';
import { say } from '../../src/text/text.ts';
import { manualClock } from './clock.ts';

/** The settings of an installation in a folder: its data in `data`. */
export const settingsIn = (folder: string, env: Readonly<Record<string, string>> = {}): Config =>
  readConfig({
    env: { PORT: '0', GONGDAN_DATA: 'data', GONGDAN_LANG: 'en', LOG_LEVEL: 'silent', ...env },
    cwd: folder,
    ids: systemIds,
    platforms: [],
  });

/** Runs a verb of the command line as an operator would; what it printed. */
export async function runVerb(
  verb: CliVerb,
  config: Config,
  args: readonly string[] = [],
  { typed = [], clock = manualClock() }: { readonly typed?: readonly string[]; readonly clock?: Clock } = {},
): Promise<string> {
  let printed = '';
  const ask = createAsk(Readable.from(typed.map((line) => `${line}\n`)), (words) => {
    printed += words;
  });
  const print = (line: string): void => {
    printed += `${line}\n`;
  };
  try {
    await verb.run({ config, clock, args, ask, print, tell: (s) => print(say(s, operator(config.locale))) });
  } finally {
    ask.close();
  }
  return printed;
}
