import { join } from 'node:path';
import { adapters as platforms } from '../adapters/registry.ts';
import type { Sandbox } from '../adapters/sandbox/sandbox.ts';
import type { Clock } from './clock.ts';
import type { Config } from './config.ts';
import type { Files } from './files/file.ts';
import type { Ids } from './ids.ts';
import type { Log } from './log.ts';
import { packageRoot } from './package-root.ts';
import type { Shop } from './shop/shop.ts';
import { sandboxStore } from './storage/sandbox.ts';
import { ensureIndexes, type Store } from './storage/store.ts';

interface SandboxParts {
  readonly store: Store;
  readonly files: Files;
  readonly clock: Clock;
  readonly ids: Ids;
  readonly log: Log;
}

/** The sandbox as the shop's file describes it; null: it does not. */
export async function buildSandbox(
  config: Config,
  shop: Shop,
  { store, files, clock, ids, log }: SandboxParts,
): Promise<Sandbox | null> {
  const seed = shop.sandbox;
  if (seed === null) return null;
  const kept = sandboxStore(store.connection);
  await ensureIndexes(kept.models);
  return platforms.sandbox({
    store: kept,
    files,
    clock,
    ids,
    people: seed.people,
    conversations: seed.conversations,
    fixed: seed.fixed,
    ...(seed.windowMs !== null && { windowMs: seed.windowMs }),
    ...(seed.limits === null ? {} : { limits: seed.limits }),
    access: { token: config.sandbox.token, hosts: [] },
    web: join(packageRoot(), 'dist', 'web'),
    onFailure: (err) => {
      log.error('the sandbox failed', { err });
    },
  });
}
