import type { DingTalk } from '../adapters/dingtalk/dingtalk.ts';
import { readDingTalkSettings } from '../adapters/dingtalk/settings.ts';
import { adapters as platforms } from '../adapters/registry.ts';
import type { Config } from './config.ts';
import { unlessTheirs, type PlatformParts } from './platform.ts';
import { dingtalkStore } from './storage/dingtalk.ts';
import { ensureIndexes } from './storage/store.ts';

/** DingTalk as the environment configures it; null: it does not. */
export async function buildDingTalk(config: Config, parts: PlatformParts): Promise<DingTalk | null> {
  const values = config.platforms.get('dingtalk');
  if (values === undefined) return null;
  const { store, files, clock, ids, log, vault, publicUrl } = parts;
  const kept = dingtalkStore(store.connection);
  await ensureIndexes(kept.models);
  return platforms.dingtalk({
    settings: readDingTalkSettings(values),
    store: kept,
    files,
    clock,
    ids,
    log,
    signer: vault,
    publicUrl,
    locale: config.locale,
    onFailure: unlessTheirs('dingtalk', parts),
  });
}
