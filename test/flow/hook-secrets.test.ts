import { afterAll, beforeAll, beforeEach, expect, it } from 'vitest';
import { hookSecretsOf, rotateHookSecret } from '../../src/flow/hook-secrets.ts';
import { systemIds } from '../../src/ids.ts';
import { createVault } from '../../src/vault.ts';
import { aBench, aStore, type Bench } from '../support/flow.ts';

let on: Awaited<ReturnType<typeof aStore>>;
let bench: Bench;
beforeAll(async () => {
  on = await aStore();
});
beforeEach(async () => {
  await on.empty();
  bench = aBench(on.store);
});
afterAll(() => on.close());

const fresh = async (): Promise<string> => (await rotateHookSecret(bench.parts, 'out:erp')).secret;

it('a hook has no secret until one is made; with the second both are valid, the newest first', async () => {
  expect(await hookSecretsOf(bench.parts, 'out:erp')).toEqual([]);
  const first = await rotateHookSecret(bench.parts, 'out:erp');
  expect(first).toEqual({ secret: expect.stringMatching(/^[\w-]{44}$/u), valid: 1 });
  const second = await rotateHookSecret(bench.parts, 'out:erp');
  expect(second.valid).toBe(2);
  expect(await hookSecretsOf(bench.parts, 'out:erp')).toEqual([second.secret, first.secret]);
  expect(await hookSecretsOf(bench.parts, 'in:erp')).toEqual([]);
});

it('a third one ends the first, and so does the end of the old one', async () => {
  await fresh();
  const [second, third] = [await fresh(), await fresh()];
  expect(await hookSecretsOf(bench.parts, 'out:erp')).toEqual([third, second]);
  expect(await on.store.hookSecrets.endOld('out:erp')).toBe(true);
  expect(await hookSecretsOf(bench.parts, 'out:erp')).toEqual([third]);
  expect(await on.store.hookSecrets.endOld('out:erp')).toBe(true);
  expect(await hookSecretsOf(bench.parts, 'out:erp')).toEqual([third]);
  expect(await on.store.hookSecrets.endOld('out:none')).toBe(false);
});

it('of two processes that make the first one, one does', async () => {
  const at = bench.clock.now();
  const made = ['a', 'b'].map((sealed) => on.store.hookSecrets.first('in:shop', { sealed, createdAt: at }));
  expect((await Promise.all(made)).filter(Boolean)).toHaveLength(1);
  expect(await on.store.hookSecrets.of('in:shop')).toHaveLength(1);
});

it('lies sealed, and outlives the demo starting afresh', async () => {
  const secret = await fresh();
  await on.store.forget();
  const [row] = await on.store.connection.collection('hook_secrets').find({}).toArray();
  expect(JSON.stringify(row)).not.toContain(secret);
  expect(await hookSecretsOf(bench.parts, 'out:erp')).toEqual([secret]);
});

it('under another secret of the installation there is none', async () => {
  await fresh();
  const vault = createVault(
    { grantKey: Buffer.alloc(32, 9), digestSalt: 'salt', linkKey: Buffer.alloc(32, 2) },
    systemIds,
  );
  expect(await hookSecretsOf({ store: on.store, vault }, 'out:erp')).toEqual([]);
});
