import { adapters as platforms } from '../adapters/registry.ts';
import { readSlackSettings } from '../adapters/slack/settings.ts';
import type { Slack } from '../adapters/slack/slack.ts';
import type { Config } from './config.ts';
import { unlessTheirs, type PlatformParts } from './platform.ts';
import { slackStore } from './storage/slack.ts';
import { ensureIndexes } from './storage/store.ts';

/** Slack as the environment configures it; null: it does not. */
export async function buildSlack(config: Config, parts: PlatformParts): Promise<Slack | null> {
  const values = config.platforms.get('slack');
  if (values === undefined) return null;
  const { store, files, clock, ids, log, vault, publicUrl } = parts;
  const kept = slackStore(store.connection, vault);
  await ensureIndexes(kept.models);
  return platforms.slack({
    settings: readSlackSettings(values),
    store: kept,
    files,
    clock,
    ids,
    log,
    signer: vault,
    publicUrl,
    locale: config.locale,
    onFailure: unlessTheirs('slack', parts),
  });
}
