import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { expect, it } from 'vitest';
import { seeded } from '../../bench/random.ts';
import { audit } from './audit.ts';
import { openDriver } from './driver.ts';
import { shopFile } from './shop.ts';
import { tell, type Told } from './stories.ts';

const STORIES = 500;
/** Stories under way at the same time. */
const WIDTH = 50;
/** A run that takes longer hangs. */
const LONGEST_MS = 240_000;

it('loses nothing and doubles nothing, however often the process is killed', { timeout: 300_000 }, async () => {
  const seed = Number(process.env['KILL_SEED'] ?? Math.floor(Math.random() * 2 ** 31));
  const random = seeded(seed);
  const data = await mkdtemp(join(tmpdir(), 'gongdan-kill-'));
  const shop = join(data, 'gongdan.yaml');
  await writeFile(shop, shopFile(STORIES));
  const driver = await openDriver({ data, shop, random, between: 450 });
  try {
    const told: Told[] = [];
    let next = 0;
    const play = async (): Promise<void> => {
      for (let index = next++; index < STORIES; index = next++) told.push(await tell(driver, index, random));
    };
    const giveUp = new AbortController();
    const hangs = pause(LONGEST_MS, null, { signal: giveUp.signal }).then(() => {
      throw new Error(`${told.length} stories were told after ${LONGEST_MS} ms`);
    });
    await Promise.race([Promise.all(Array.from({ length: WIDTH }, play)).then(() => driver.drained()), hangs]);
    giveUp.abort();
    hangs.catch(() => undefined);
    await driver.stop();
    const problems = await audit(data, driver.inputs, told);
    const run = `seed ${seed}, ${driver.kills()} kills, ${driver.inputs.length} inputs, restarts ${driver.restarts.join()} ms`;
    expect(problems.slice(0, 30), run).toEqual([]);
    expect(driver.kills(), run).toBeGreaterThan(5);
    expect(told.length, run).toBe(STORIES);
  } catch (error) {
    throw new Error(`seed ${seed}, after ${driver.kills()} kills`, { cause: error });
  } finally {
    await driver.abandon();
    await rm(data, { recursive: true, force: true });
  }
});
