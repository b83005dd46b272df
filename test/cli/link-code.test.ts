import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { linkCode } from '../../src/cli/link-code.ts';
import { readConfig } from '../../src/config.ts';
import { systemIds } from '../../src/ids.ts';
import { openDesk, words, type Desk } from '../support/desk.ts';
import { changes } from '../support/group.ts';
import { aShop } from '../support/shop.ts';
import { runVerb } from '../support/terminal.ts';

const HOUR = 3_600_000;
let desk: Desk;
let directory: string;
beforeAll(async () => {
  directory = await mkdtemp(join(tmpdir(), 'codes-'));
  const shop = aShop({ customers: 1 }).replace('people:', 'people:\n  wang2: { name: 王芳, roles: [manager] }');
  desk = await openDesk({ directory, shop });
});
afterAll(async () => {
  await desk.stop();
  await rm(directory, { recursive: true, force: true });
});

/** What `gongdan link-code ...` says while the bot runs; what it refuses rejects. */
function gongdan(...args: string[]): Promise<string> {
  const env = { GONGDAN_DATA: directory, GONGDAN_LANG: 'en' };
  const config = readConfig({ env, cwd: directory, ids: systemIds, platforms: [] });
  return runVerb(linkCode, config, args, { clock: desk.clock });
}
const codeIn = (line: string): string => /[A-Z2-9]{4}-[A-Z2-9]{4}/u.exec(line)?.[0] ?? '';
const sends = async (user: string, code: string): Promise<string> => {
  await changes(desk, 'POST', '/people', { id: user, name: user }).catch(() => undefined);
  return words((await desk.types(user, `绑定 账号 ${code}`)).answer);
};

it('prints a code for somebody who has no account yet, good for 24 hours, once', async () => {
  const line = await gongdan('wang2');
  const code = codeIn(line);
  expect(line).toBe(
    `Code for 王芳: ${code} (good for 24 hours, once). 王芳 sends it to the bot alone, from their own account: link account ${code}\n`,
  );
  await desk.passes(24 * HOUR - 1_000);
  expect(await sends('boss', code)).toBe('绑定好了，这个账号现在也是王芳。工单、权限都一样');
  expect(words((await desk.types('boss', '列表')).answer)).not.toContain('还没认识你');
  expect(await sends('other', code)).toContain('验证码不对');
});

it('is too late after 24 hours, and void once there is a newer one', async () => {
  const old = codeIn(await gongdan('sunwei'));
  await desk.passes(24 * HOUR);
  expect(await sends('late', old)).toContain('验证码不对');
  const [first, second] = [codeIn(await gongdan('sunwei')), codeIn(await gongdan('孙伟'))];
  expect(await sends('late', first)).toContain('验证码不对');
  expect(await sends('late', second)).toContain('这个账号现在也是孙伟');
});

it('takes a name as it is written, also one of two words', async () => {
  expect(await gongdan('Daniel', 'Wu')).toContain('Code for Daniel Wu:');
});

it.each([
  [[], 'Name the person'],
  [['lilie'], 'There is nobody "lilie"; did you mean lilei?'],
  [['nobody-at-all'], 'There is nobody "nobody-at-all"'],
  [['王芳'], '2 people are called 王芳; use an id: wang2, wangfang'],
])('%j is refused with the way out', async (args, words_) => {
  await expect(gongdan(...args)).rejects.toThrow(words_);
});
