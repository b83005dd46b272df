import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { urlHost, type Config } from '../config.ts';
import { DATA_FILE } from '../embedded/storage/environment.ts';
import { SetupError } from '../errors.ts';
import { storeFolder } from '../place.ts';
import type { Store } from '../storage/store.ts';
import { operator } from '../text/operator.ts';
import { say, text } from '../text/text.ts';
import type { Check, Finding, Surroundings } from './doctor/check.ts';
import { askHealth } from './doctor/neighbour.ts';
import { checks } from './doctor/registry.ts';
import { withStore } from './store.ts';
import type { CliContext, CliVerb } from './verb.ts';

export const doctor: CliVerb = {
  usage: 'doctor [--json]',
  summary: 'cli.doctor',
  run: async (context) => {
    await examine(context, checks);
  },
};

/** Runs checks on what the bot stands on and shows what they find; the exit code is 1 when there is a problem. */
export async function examine(context: CliContext, which: readonly Check[]): Promise<void> {
  const { config, clock } = context;
  const neighbour = config.port === 0 ? null : await askHealth(`http://${urlHost(config.host)}:${config.port}`, clock);
  const lookAt = (store: Store | null, storeRefused: string | null): Promise<boolean> =>
    look(context, which, { config, clock, neighbour, store, storeRefused });
  const isWell = hasStore(config)
    ? await opened(
        config,
        (store) => lookAt(store, null),
        (refused) => lookAt(null, refused),
      )
    : await lookAt(null, null);
  if (!isWell) process.exitCode = 1;
}

/** Whether there is a store to look at: looking makes none. */
export const hasStore = (config: Config): boolean =>
  config.mongodbUri !== null || existsSync(join(storeFolder(config), DATA_FILE));

/** Runs `work` on the store, or `without` when it cannot be opened. */
async function opened<T>(
  config: Config,
  work: (store: Store) => Promise<T>,
  without: (refused: string) => Promise<T>,
): Promise<T> {
  let began = false;
  try {
    return await withStore(config, (store) => {
      began = true;
      return work(store);
    });
  } catch (error) {
    if (began || !(error instanceof SetupError)) throw error;
    return without(error.message);
  }
}

/** Shows what every check finds, one after another; whether there is no problem. */
async function look(
  { config, args, print }: CliContext,
  which: readonly Check[],
  surroundings: Surroundings,
): Promise<boolean> {
  const found: Finding[] = [];
  for (const check of which) {
    const findings = await check.run(surroundings);
    found.push(...findings);
    for (const finding of findings)
      for (const line of args.includes('--json') ? [asJson(config, check, finding)] : asLines(config, check, finding))
        print(line);
  }
  return found.every(({ level }) => level !== 'problem');
}

function asJson(config: Config, { name }: Check, { level, found, todo }: Finding): string {
  const reader = operator(config.locale);
  const words = { found: say(found, reader), todo: todo === null ? null : say(todo, reader) };
  return JSON.stringify({ check: name, level, key: found.key, ...words });
}

const WIDTH = Math.max(...checks.map(({ name }) => name.length));

function asLines(config: Config, { name }: Check, { level, found, todo }: Finding): readonly string[] {
  const reader = operator(config.locale);
  const head = `${text(reader, 'doctor.level', { level })}  ${name.padEnd(WIDTH)}  `;
  const first = `${head}${say(found, reader)}`;
  return todo === null
    ? [first]
    : [first, `${' '.repeat(WIDTH + 4)}${text(reader, 'doctor.todo', { todo: say(todo, reader) })}`];
}
