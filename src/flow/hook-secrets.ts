import type { HookId } from '../storage/hook-secrets.ts';
import type { Parts } from './parts.ts';

/** What the valid secrets of a hook are, newest first. One that was sealed under another installation's secret is none. */
export async function hookSecretsOf(
  { store, vault }: { readonly store: Pick<Parts['store'], 'hookSecrets'>; readonly vault: Parts['vault'] },
  hook: HookId,
): Promise<readonly string[]> {
  const sealed = await store.hookSecrets.of(hook);
  return sealed.flatMap((secret) => {
    try {
      return [vault.open(secret.sealed)];
    } catch {
      return [];
    }
  });
}

/** Makes a fresh secret for a hook: the one before stays valid beside it. Nobody can read it again later. */
export async function rotateHookSecret(
  parts: Pick<Parts, 'vault' | 'ids' | 'clock'> & { readonly store: Pick<Parts['store'], 'hookSecrets'> },
  hook: HookId,
): Promise<{ readonly secret: string; readonly valid: number }> {
  const { store, vault, ids, clock } = parts;
  const secret = `${ids.next()}${ids.next()}`;
  const valid = await store.hookSecrets.rotate(hook, { sealed: vault.seal(secret), createdAt: clock.now() });
  return { secret, valid };
}
