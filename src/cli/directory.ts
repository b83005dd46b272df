import type { Directory } from '../domain/directory.ts';
import { liveDirectory } from '../flow/live-directory.ts';
import { parseShop } from '../shop/shop.ts';
import type { Store } from '../storage/store.ts';
import { refusal } from './store.ts';
import type { CliContext } from './verb.ts';

/** The shop as it was when the bot last started, with whom chat added since. Throws a `SetupError` before the first start. */
export async function directoryOf(
  store: Store,
  { config, clock }: Pick<CliContext, 'config' | 'clock'>,
): Promise<Directory> {
  const source = await store.settings.read('shop');
  if (typeof source !== 'string') throw refusal(config, { key: 'cli.start_first', params: null });
  const live = liveDirectory(store, clock, parseShop(source, 'gongdan.yaml', config.locale).directory);
  await live.refresh();
  return live.now();
}
