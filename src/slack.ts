import { adapters as platforms } from '../adapters/registry.ts';
import { readSlackSettings } from '../adapters/slack/settings.ts';
import type { Slack } from '../adapters/slack/slack.ts';
import type { Clock } from './clock.ts';
import type { Config } from './config.ts';
import { DeliveryError } from './errors.ts';
import type { NoteFault } from './fault.ts';
import type { Files } from './files/file.ts';
import type { Ids } from './ids.ts';
import type { Log } from './log.ts';
import { slackStore } from './storage/slack.ts';
import { ensureIndexes, type Store } from './storage/store.ts';
import type { Vault } from './vault.ts';

interface SlackParts {
  readonly store: Store;
  readonly files: Files;
  readonly clock: Clock;
  readonly ids: Ids;
  readonly log: Log;
  readonly vault: Vault;
  readonly publicUrl: () => string;
  readonly noteFault: NoteFault;
}

/** Slack as the environment configures it; null: it does not. */
export async function buildSlack(config: Config, parts: SlackParts): Promise<Slack | null> {
  const values = config.platforms.get('slack');
  if (values === undefined) return null;
  const { store, files, clock, ids, log, vault, publicUrl, noteFault } = parts;
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
    onFailure: (error) => {
      // What Slack did not take is no fault of ours; people read of it or press again.
      if (error instanceof DeliveryError)
        log.warn('Slack did not take a page or a form', { platform: 'slack', failure: error.failure, err: error });
      else void noteFault({ where: 'request', what: 'slack', error });
    },
  });
}
