import { newAdminCode } from '../flow/first-admin.ts';
import { systemIds as ids } from '../ids.ts';
import { loadSecrets } from '../secret.ts';
import { createVault } from '../vault.ts';
import { withStore } from './store.ts';
import type { CliVerb } from './verb.ts';

export const adminCode: CliVerb = {
  usage: 'admin-code',
  summary: 'cli.admin_code',
  run: ({ config, clock, tell }) =>
    withStore(config, async (store) => {
      const vault = createVault(loadSecrets(config.secret, ids, config.locale), ids);
      tell({ key: 'setup.admin_code', params: { code: await newAdminCode({ store, vault, clock, ids }) } });
    }),
};
