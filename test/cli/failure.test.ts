import { existsSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { reportFailure } from '../../src/cli/failure.ts';
import { readConfig } from '../../src/config.ts';
import { systemIds } from '../../src/ids.ts';
import { manualClock } from '../support/clock.ts';
import { openDesk } from '../support/desk.ts';

/** A verb fails with this error in this data folder: its number, and what stands on standard error. */
async function fails(directory: string, error: unknown) {
  const env = { GONGDAN_DATA: directory, GONGDAN_LANG: 'en' };
  const config = readConfig({ env, cwd: directory, ids: systemIds, platforms: [] });
  const lines: string[] = [];
  const stream = { write: (line: string) => void lines.push(line) };
  const number = await reportFailure({ config, clock: manualClock(), stream }, 'inbox list', error);
  return { number, lines };
}
const error = new RangeError('13812345678 is out of range');

it('a command that fails for a reason of ours has a number that the store knows', async () => {
  const directory = await mkdtemp(join(tmpdir(), 'failure-'));
  const desk = await openDesk({ directory });
  try {
    const { number, lines } = await fails(directory, error);
    expect(number).toMatch(/^E-[0-9A-Z]{6}$/u);
    const kept = await desk.store.errors.load(number);
    expect(kept).toMatchObject({ where: 'command', what: 'inbox list', error: { name: 'RangeError' } });
    expect(lines.map((line) => JSON.parse(line) as unknown)).toMatchObject([{ error: number, what: 'inbox list' }]);
    expect(JSON.stringify([kept, lines])).not.toContain('13812345678');
  } finally {
    await desk.stop();
    await rm(directory, { recursive: true, force: true });
  }
});

it('where nothing was stored yet it makes no store', async () => {
  const directory = await mkdtemp(join(tmpdir(), 'failure-'));
  const { number, lines } = await fails(directory, error);
  expect(lines.join('')).toContain(number);
  expect(existsSync(join(directory, 'demo'))).toBe(false);
  await rm(directory, { recursive: true });
});
