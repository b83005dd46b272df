import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { verbOf } from '../../src/cli/registry.ts';
import { systemClock } from '../../src/clock.ts';
import { readConfig } from '../../src/config.ts';
import { systemIds } from '../../src/ids.ts';
import { openDesk, type Desk } from '../support/desk.ts';
import { runVerb } from '../support/terminal.ts';

let desk: Desk;
let directory: string;
beforeAll(async () => {
  directory = await mkdtemp(join(tmpdir(), 'keys-'));
  desk = await openDesk({ directory });
});
afterAll(async () => {
  await desk.stop();
  await rm(directory, { recursive: true, force: true });
});

/** What `gongdan ...` says while the bot runs; what it refuses rejects. */
async function gongdan(line: string): Promise<string[]> {
  const env = { GONGDAN_DATA: directory, GONGDAN_LANG: 'en' };
  const config = readConfig({ env, cwd: directory, ids: systemIds, platforms: [] });
  const found = verbOf(line.split(' '));
  if (found === null) throw new Error(`no verb: ${line}`);
  return (await runVerb(found.verb, config, found.args, { clock: systemClock })).trimEnd().split('\n');
}
const list = (key: string): Promise<number> =>
  desk.request('/api/v1/tickets', { headers: { authorization: `Bearer ${key}` } }).then((r) => r.status);

it('a key is made, listed without its secret, works, and is revoked', async () => {
  const [said, key = ''] = await gongdan(
    'key create erp --shop qingtian --may-act-as lilei --scope tickets:read --rate 5',
  );
  expect(said).toBe('Key erp (tickets:read); it is shown this once:');
  expect(await list(key)).toBe(200);
  const [count, line = ''] = await gongdan('key list');
  expect(count).toBe('API keys: 1');
  expect(line.split('\t').slice(0, 6)).toEqual([
    'erp',
    'active',
    'tickets:read',
    'shops=qingtian',
    'actors=api:erp,lilei',
    '5/s',
  ]);
  // The secret is what comes after `gd_<id>_`; it may have such a mark inside.
  expect(line).not.toContain(key.split('_').slice(2).join('_'));
  expect(await gongdan('key revoke erp')).toEqual(['Key erp is revoked and stops within two seconds']);
  desk.clock.advance(2_000);
  expect(await list(key)).toBe(401);
  expect((await gongdan('key list'))[1]).toContain('revoked');
});

it.each([
  ['key create', 'Name the key'],
  ['key create Erp', 'Name the key'],
  ['key create a b', 'Name the key'],
  ['key create a --colour red', 'Name the key'],
  ['key create erp', 'take another name'],
  ['key create a --shop qingtain', 'There is no shop "qingtain"; did you mean qingtian?'],
  ['key create a --may-act-as lile', 'There is no person "lile"; did you mean lilei?'],
  ['key create a --scope ticket:read', 'There is no scope "ticket:read"; did you mean tickets:read?'],
  ['key create a --rate 0', '--rate is requests a second'],
  ['key create a --rate many', '--rate is requests a second'],
  ['key revoke erq', 'There is no active key "erq"'],
  ['key revoke erp', 'There is no active key "erp"'],
])('%s: %s', async (line, why) => {
  await expect(gongdan(line)).rejects.toThrow(why);
});
