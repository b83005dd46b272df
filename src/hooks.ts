import type { Api } from './flow/api.ts';
import { hookEvent } from './flow/hook-event.ts';
import { hookSecretsOf } from './flow/hook-secrets.ts';
import type { Parts } from './flow/parts.ts';
import { createHooks, type Hooks } from './http/hooks.ts';
import type { Metrics } from './http/metrics.ts';
import type { Log } from './log.ts';
import { DEMO_HOOK, DEMO_HOOK_SECRET } from './shop/demo.ts';
import type { Shop } from './shop/shop.ts';

interface HookParts {
  readonly parts: Parts;
  readonly api: Pick<Api, 'report'>;
  readonly shop: Shop;
  readonly isDemo: boolean;
  readonly metrics: Pick<Metrics, 'hook'>;
  readonly log: Log;
}

/** The door for the shop's sources of webhooks. Says in the log which of them nobody can use yet. */
export async function buildHooks({ parts, api, shop, isDemo, metrics, log }: HookParts): Promise<Hooks> {
  const { store, vault, clock } = parts;
  if (isDemo && shop.hooks.has(DEMO_HOOK))
    await store.hookSecrets.first(`in:${DEMO_HOOK}`, { sealed: vault.seal(DEMO_HOOK_SECRET), createdAt: clock.now() });
  const secrets = async (source: string): Promise<readonly string[]> => {
    const valid = await hookSecretsOf(parts, `in:${source}`);
    // Everybody knows the demo's: a shop that came after it in the same database must not be open to them.
    return isDemo ? valid : valid.filter((secret) => secret !== DEMO_HOOK_SECRET);
  };
  for (const source of shop.hooks.keys()) {
    if ((await secrets(source)).length > 0) continue;
    log.warn('a source of webhooks has no secret yet and is refused: gongdan hook secret in:SOURCE makes one', {
      app: source,
    });
  }
  return createHooks({
    sources: shop.hooks,
    secrets,
    report: (source, id, report) => api.report(hookEvent(source, id, report, clock.now())),
    clock,
    metrics,
    log,
  });
}
