import { readFile } from 'node:fs/promises';
import { expect, it } from 'vitest';
import { openDesk, words } from '../support/desk.ts';

/** The first ticket that a visitor of the demo shop opens. */
const NO = 4807;

it.each([
  ['README.md', 'thanks'],
  ['README.zh-CN.md', '谢谢'],
])('the story that %s tells happens as it is told', async (file, thanks) => {
  const steps = [...(await readFile(file, 'utf8')).matchAll(/^\d\. .*?`([^`]+)`/gm)].map(([, typed]) => typed ?? '');
  const [matter = '', reply = '', resolve = ''] = steps;
  expect(steps).toHaveLength(3);
  const desk = await openDesk({ past: true });
  try {
    const hears = async (): Promise<string> => words((await desk.sees('xiaomei', 'c-xiaomei')).at(-1) ?? null);
    await desk.writes('xiaomei', matter);
    expect(await hears()).toContain(`T-${NO}`);
    const card = await desk.card('lilei', 'g-aftersale', NO);
    await desk.presses('lilei', card.surface ?? null, 'claim', { ticket: String(NO) });
    await desk.types('lilei', reply);
    await desk.passes(4_900);
    expect(await hears()).toContain(`T-${NO}`);
    await desk.passes(100);
    expect(reply.endsWith(await hears())).toBe(true);
    await desk.types('lilei', resolve);
    await desk.passes(10_000);
    expect(await hears()).toContain(`T-${NO}`);
    await desk.writes('xiaomei', thanks);
    expect(await desk.store.tickets.byNumber(NO)).toMatchObject({ status: 'resolved', assignee: 'lilei' });
  } finally {
    await desk.stop();
  }
});
