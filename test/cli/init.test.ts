import { existsSync } from 'node:fs';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { createAsk } from '../../src/cli/ask.ts';
import { init } from '../../src/cli/init.ts';
import { readConfig } from '../../src/config.ts';
import { systemIds } from '../../src/ids.ts';
import { freshShop, teamsNamed, withCategories } from '../../src/shop/fresh.ts';
import { loadShop, parseShop } from '../../src/shop/shop.ts';
import { operator } from '../../src/text/operator.ts';
import { say } from '../../src/text/text.ts';
import { manualClock } from '../support/clock.ts';
import { openDesk, words } from '../support/desk.ts';

let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'gongdan-init-'));
});
afterEach(async () => {
  await rm(folder, { recursive: true });
});

/** Runs `gongdan init` with these lines on its input; everything it printed. */
async function run(lines: readonly string[], options: { lang?: string; tty?: boolean } = {}): Promise<string> {
  const env = { GONGDAN_LANG: options.lang ?? 'zh-CN' };
  const config = readConfig({ env, cwd: folder, ids: systemIds, platforms: [] });
  let printed = '';
  const print = (text: string): void => {
    printed += text;
  };
  const input = Object.assign(Readable.from(lines.map((l) => `${l}\n`)), { isTTY: options.tty === true });
  const ask = createAsk(input, print);
  const tell: Parameters<typeof init.run>[0]['tell'] = (sentence) => {
    print(`${say(sentence, operator(config.locale))}\n`);
  };
  await init.run({ config, clock: manualClock(), args: [join(folder, 'gongdan.yaml')], ask, tell, print });
  ask.close();
  return printed;
}
const shop = () => loadShop(join(folder, 'gongdan.yaml'), 'en');

describe('gongdan init', () => {
  it('asks five questions and writes a commented file that the start takes', async () => {
    const printed = await run([
      '晴天家居',
      'zh-CN Asia/Shanghai',
      '售前，售后',
      '售前: 售前咨询 订单; 售后: 退换货 破损少件',
      '高飞',
    ]);
    expect(printed.match(/\d\/5/gu)).toEqual(['1/5', '2/5', '3/5', '4/5', '5/5']);
    const { directory, source } = await shop();
    expect([...directory.shops.values()].map((s) => s.name)).toEqual(['晴天家居']);
    expect([...directory.teams.values()].map((t) => [t.id, t.name, t.categories])).toEqual([
      ['presale', '售前', ['presale', 'order']],
      ['aftersale', '售后', ['returns', 'damaged']],
    ]);
    expect(directory.people.get('admin')).toMatchObject({ name: '高飞', roles: ['admin', 'lead', 'agent'] });
    expect(source).toContain('# 店铺的设置');
  });

  it('takes Enter for what it proposes, in both languages, also when the answers end early', async () => {
    await run(['', '', '', '', '']);
    expect([...(await shop()).directory.teams.values()].map((t) => t.name)).toEqual(['售前', '售后', '物流']);
    await rm(join(folder, 'gongdan.yaml'));
    const printed = await run(['My "shop": #1'], { lang: 'en' });
    expect(printed).toContain('1/5 What is the shop called? [My shop]');
    const { directory, source } = await shop();
    expect([...directory.shops.values()].map((s) => s.name)).toEqual(['My "shop": #1']);
    expect([...directory.teams.values()].map((t) => t.id)).toEqual(['presale', 'aftersale', 'logistics']);
    expect(source).toContain('# The shop. The bot never writes this file');
  });

  it('refuses to overwrite', async () => {
    await writeFile(join(folder, 'gongdan.yaml'), 'mine');
    await expect(run(['', '', '', '', ''])).rejects.toThrow('不会覆盖');
    expect(await readFile(join(folder, 'gongdan.yaml'), 'utf8')).toBe('mine');
  });

  it.each([
    [['', 'zh-CN Mars/Base', '', '', ''], '「Mars/Base」不是 zh-CN、en 或时区'],
    [['', '', '售后, 售后', '', ''], '名字不能重复'],
    [['', '', '售前, 售后', '售前: 退活; 财务: 支付', ''], '没有「退活、财务」'],
    [['x'.repeat(61), '', '', '', ''], '名字要 1 到 60 个字'],
  ])('with piped answers a wrong one ends it and writes nothing: %j', async (lines, problem) => {
    await expect(run(lines)).rejects.toThrow(problem);
    expect(existsSync(join(folder, 'gongdan.yaml'))).toBe(false);
  });

  it('on a terminal a wrong answer is asked again', async () => {
    const printed = await run(['', 'Mars', 'en Europe/London', '', '', ''], { tty: true });
    expect(printed).toContain('「Mars」不是');
    expect((await shop()).directory.teams.get('presale')).toMatchObject({ locale: 'en', timeZone: 'Europe/London' });
  });

  it('writes names that YAML would take for something else', () => {
    for (const name of [
      'yes',
      'null',
      '1e3',
      '- a',
      "it's",
      'a: b',
      '#x',
      '{',
      '“引号”',
      '&a',
      '*b',
      '!c',
      '  x'.trim(),
    ]) {
      const teams = teamsNamed(name.replaceAll(/[,，、;；]/gu, '')) ?? [];
      const source = freshShop({ name, locale: 'zh-CN', timeZone: 'Asia/Shanghai', teams, admin: name });
      const { directory } = parseShop(source, 'gongdan.yaml', 'en');
      expect([directory.shops.get('main')?.name, directory.people.get('admin')?.name]).toEqual([name, name]);
    }
  });

  it('gives every team an id of its own, and no category to two', () => {
    const teams = teamsNamed('售后一组, 售后二组, 仓库, 特别小组, VIP Desk') ?? [];
    expect(teams.map((t) => t.id)).toEqual(['aftersale', 'team2', 'warehouse', 'team4', 'vip-desk']);
    const all = teams.flatMap((t) => t.categories);
    expect(new Set(all).size).toBe(all.length);
    expect(teamsNamed('客服')).toEqual([{ id: 'service', name: '客服', categories: [] }]);
    expect(withCategories(teams, 'vip-desk: returns, 支付')).toMatchObject({
      teams: [{}, {}, {}, {}, { categories: ['returns', 'payment'] }],
    });
  });

  it('what it writes runs: a customer writes, the admin claims', async () => {
    await run(['', 'zh-CN Asia/Shanghai', '', '', '高飞']);
    const desk = await openDesk({ shop: await readFile(join(folder, 'gongdan.yaml'), 'utf8') });
    try {
      await desk.writes('customer', '快递三天没更新了');
      const card = (await desk.sees('admin', 'g-logistics')).find((m) => m.card?.kind === 'ticket');
      expect(words((await desk.presses('admin', card?.surface ?? null, 'claim')).answer)).toContain('T-');
    } finally {
      await desk.stop();
    }
  });
});
