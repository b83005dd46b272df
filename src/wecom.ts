import type { WeCom } from '../adapters/wecom/wecom.ts';
import { readWeComSettings } from '../adapters/wecom/settings.ts';
import { adapters as platforms } from '../adapters/registry.ts';
import type { Config } from './config.ts';
import { unlessTheirs, type PlatformParts } from './platform.ts';
import { ensureIndexes } from './storage/store.ts';
import { wecomStore } from './storage/wecom.ts';

/** WeCom as the environment configures it; null: it does not. */
export async function buildWeCom(config: Config, parts: PlatformParts): Promise<WeCom | null> {
  const values = config.platforms.get('wecom');
  if (values === undefined) return null;
  const { store, files, clock, ids, log, vault, publicUrl } = parts;
  const kept = wecomStore(store.connection);
  await ensureIndexes(kept.models);
  return platforms.wecom({
    settings: readWeComSettings(values),
    store: kept,
    files,
    clock,
    ids,
    log,
    signer: vault,
    publicUrl,
    locale: config.locale,
    onFailure: unlessTheirs('wecom', parts),
  });
}
