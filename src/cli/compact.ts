import { finishRestore } from '../backup/installation.ts';
import { compactStore, runningUri } from '../embedded/archive.ts';
import { orSetupError, storeFolder } from '../place.ts';
import { refusal } from './store.ts';
import type { CliVerb } from './verb.ts';

export const compact: CliVerb = {
  usage: 'compact',
  summary: 'cli.compact',
  run: async ({ config, tell }) => {
    // MongoDB has a tool of its own for it.
    if (config.mongodbUri !== null) throw refusal(config, { key: 'cli.compact_instead', params: null });
    await finishRestore(config);
    const directory = storeFolder(config);
    if ((await runningUri(directory)) !== undefined) throw refusal(config, { key: 'cli.stop_first', params: null });
    const report = await orSetupError(() => compactStore({ directory }));
    tell({ key: 'cli.compacted', params: { before: report.bytesBefore, after: report.bytesAfter } });
  },
};
