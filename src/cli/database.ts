import { parseArgs } from 'node:util';
import { finishRestore } from '../backup/installation.ts';
import { runningUri } from '../embedded/archive.ts';
import { openEmbedded } from '../embedded/embedded.ts';
import { copyDatabase, type CopyProgress } from '../storage/copy.ts';
import { orSetupError, storeFolder } from '../place.ts';
import { refusal } from './store.ts';
import type { CliVerb } from './verb.ts';

export const dbUri: CliVerb = {
  usage: 'db uri',
  summary: 'cli.db_uri',
  run: async ({ config, print }) => {
    if (config.mongodbUri !== null) throw refusal(config, { key: 'cli.uri_is_yours', params: null });
    const uri = await runningUri(storeFolder(config));
    if (uri === undefined) throw refusal(config, { key: 'cli.not_running', params: { folder: storeFolder(config) } });
    print(uri);
  },
};

export const dbCopy: CliVerb = {
  usage: 'db copy --to URI',
  summary: 'cli.db_copy',
  run: async ({ config, args, tell, print }) => {
    const { to } = parseArgs({ args: [...args], options: { to: { type: 'string' } }, strict: false }).values;
    if (typeof to !== 'string') throw refusal(config, { key: 'cli.copy_where', params: null });
    await finishRestore(config);
    const directory = storeFolder(config);
    const running = config.mongodbUri ?? (await runningUri(directory));
    // What changes while it is copied would be half there: the bot has to rest.
    if (running !== undefined && config.mongodbUri === null)
      throw refusal(config, { key: 'cli.stop_first', params: null });
    const own = config.mongodbUri === null ? await orSetupError(() => openEmbedded({ directory })) : null;
    try {
      const from = own?.uri ?? config.mongodbUri ?? '';
      const progress = createProgress(print);
      const copied = await orSetupError(() => copyDatabase({ from, to, report: progress }));
      const documents = copied.reduce((sum, c) => sum + c.documents, 0);
      tell({ key: 'cli.copied', params: { collections: copied.length, documents } });
    } finally {
      await own?.stop();
    }
  },
};

/** One line when a collection is begun and one when it is checked: enough to see that it goes on. */
function createProgress(print: (line: string) => void): (at: CopyProgress) => void {
  let last = '';
  return ({ collection, step, total }) => {
    const now = `${collection} ${step} ${total}`;
    if (now !== last) print(now);
    last = now;
  };
}
