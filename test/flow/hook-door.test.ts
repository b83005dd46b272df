import { expect, it } from 'vitest';
import { rotateHookSecret } from '../../src/flow/hook-secrets.ts';
import { createApi } from '../../src/flow/api.ts';
import { buildHooks } from '../../src/hooks.ts';
import { createLog } from '../../src/log.ts';
import { parseShop } from '../../src/shop/shop.ts';
import { aBench, aStore } from '../support/flow.ts';
import { aShop } from '../support/shop.ts';

it('the start says which source nobody can use yet, and what makes its secret; the demo has one from the start', async () => {
  const on = await aStore();
  try {
    const { parts, flow, clock } = aBench(on.store);
    const lines: string[] = [];
    const log = createLog({
      level: 'info',
      readable: false,
      clock,
      stream: { write: (line) => void lines.push(line) },
    });
    const hooks = 'hooks: { shop: { map: [{ ignore: true }] }, erp: { map: [{ ignore: true }] } }';
    const shop = parseShop(aShop({ more: hooks }), 'gongdan.yaml', 'en');
    const metrics = { hook: () => undefined };
    const start = async (isDemo: boolean): Promise<string[]> => {
      lines.length = 0;
      await buildHooks({ parts, api: createApi(parts, flow.sink), shop, isDemo, metrics, log });
      return lines.map((line) => /"app":"(\w+)".*hook secret in:SOURCE/u.exec(line)?.[1] ?? line);
    };
    expect(await start(false)).toEqual(['shop', 'erp']);
    expect(await on.store.hookSecrets.of('in:shop')).toEqual([]);
    expect(await start(true)).toEqual(['erp']);
    await rotateHookSecret(parts, 'in:erp');
    expect(await start(true)).toEqual([]);
    // A second start leaves what is there.
    expect(await on.store.hookSecrets.of('in:shop')).toHaveLength(1);
    // The demo's secret is none for another shop in the same database.
    expect(await start(false)).toEqual(['shop']);
  } finally {
    await on.close();
  }
});
