import { rotateHookSecret } from '../flow/hook-secrets.ts';
import { systemIds as ids } from '../ids.ts';
import { loadSecrets } from '../secret.ts';
import type { HookId } from '../storage/hook-secrets.ts';
import { createVault } from '../vault.ts';
import { refusal, withStore } from './store.ts';
import type { CliVerb } from './verb.ts';

const isHookId = (text: string): text is HookId => /^(?:in|out):[a-z][a-z0-9_-]{0,39}$/.test(text);

export const hookSecret: CliVerb = {
  usage: 'hook secret in:NAME|out:NAME [--end-old]',
  summary: 'cli.hook_secret',
  run: ({ config, clock, args, tell }) => {
    const hook = args.find((arg) => !arg.startsWith('--')) ?? '';
    if (!isHookId(hook)) throw refusal(config, { key: 'cli.which_hook', params: null });
    return withStore(config, async (store) => {
      if (args.includes('--end-old')) {
        if (!(await store.hookSecrets.endOld(hook))) throw refusal(config, { key: 'cli.no_secret', params: { hook } });
        tell({ key: 'cli.secret_ended', params: { hook } });
        return;
      }
      const vault = createVault(loadSecrets(config.secret, ids, config.locale), ids);
      const { secret, valid } = await rotateHookSecret({ store, vault, ids, clock }, hook);
      tell({ key: 'cli.secret_made', params: { hook, secret, old: valid > 1 } });
    });
  },
};
