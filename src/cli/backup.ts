import { backupStore, compactStore, restoreStore, runningUri } from '../embedded/archive.ts';
import { orSetupError, storeFolder } from '../place.ts';
import { refusal } from './store.ts';
import type { CliContext, CliVerb } from './verb.ts';

/** MongoDB has tools of its own for these; which one is told instead. */
function embeddedOnly({ config }: CliContext, instead: 'mongodump' | 'mongorestore' | 'compact'): void {
  if (config.mongodbUri !== null) throw refusal(config, { key: 'cli.use_instead', params: { tool: instead } });
}

function fileOf({ config, args }: CliContext): string {
  const file = args.find((arg) => !arg.startsWith('--'));
  if (file === undefined) throw refusal(config, { key: 'cli.which_file', params: null });
  return file;
}

export const backup: CliVerb = {
  usage: 'backup FILE',
  summary: 'cli.backup',
  run: async (context) => {
    embeddedOnly(context, 'mongodump');
    const file = fileOf(context);
    const { bytesAfter } = await orSetupError(() => backupStore({ directory: storeFolder(context.config), file }));
    context.tell({ key: 'cli.backed_up', params: { file, bytes: bytesAfter } });
  },
};

export const restore: CliVerb = {
  usage: 'restore FILE [--replace]',
  summary: 'cli.restore',
  run: async (context) => {
    embeddedOnly(context, 'mongorestore');
    const file = fileOf(context);
    const directory = storeFolder(context.config);
    const replace = context.args.includes('--replace');
    await orSetupError(() => restoreStore({ directory, file, replace }));
    context.tell({ key: 'cli.restored', params: { file } });
  },
};

export const compact: CliVerb = {
  usage: 'compact',
  summary: 'cli.compact',
  run: async (context) => {
    embeddedOnly(context, 'compact');
    const directory = storeFolder(context.config);
    if ((await runningUri(directory)) !== undefined)
      throw refusal(context.config, { key: 'cli.stop_first', params: null });
    const report = await orSetupError(() => compactStore({ directory }));
    context.tell({ key: 'cli.compacted', params: { before: report.bytesBefore, after: report.bytesAfter } });
  },
};
