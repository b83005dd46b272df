import { expect, it } from 'vitest';
import { openDesk } from '../../support/desk.ts';
import { aShop } from '../../support/shop.ts';

const RUSH = 12;

it('a shop whose sandbox is as strict as a platform: nothing is refused or dropped, urgent matters pass, every ticket is shown', async () => {
  const sandbox = [
    '  limits:',
    '    - { name: robot, per: robot, method: send, count: 6, window: 1m, conversations: [g-aftersale], reserve: { urgent: 2 }, overrun: { block: 10m } }',
  ].join('\n');
  const desk = await openDesk({ shop: aShop({ sandbox, customers: RUSH + 1 }) });
  const cards = async (): Promise<readonly string[]> =>
    (await desk.sees('lilei', 'g-aftersale')).flatMap((m) => (m.card?.kind === 'ticket' ? [m.card.title] : []));
  const rows = async (): Promise<readonly string[]> =>
    (await desk.sees('lilei', 'g-aftersale')).flatMap(({ card }) =>
      card?.kind === 'board' ? card.blocks.flatMap((b) => (b.type === 'list' ? b.items.map((i) => i.text) : [])) : [],
    );
  for (let i = 1; i <= RUSH; i += 1) await desk.writes(`k${i}`, '杯子碎了，要退货');
  // One message of the minute said that nobody is on duty.
  expect(await cards()).toHaveLength(3);
  // An urgent matter comes at once, from what the others had to leave.
  await desk.writes(`k${RUSH + 1}`, '漏电，起火了');
  expect((await cards()).filter((title) => title.includes('漏电'))).toHaveLength(1);
  for (let minute = 0; minute < 4; minute += 1) await desk.passes(63_000);
  expect(new Set([...(await cards()), ...(await rows())]).size).toBe(RUSH + 1);
  expect(await desk.store.outbox.countDead()).toBe(0);
  await desk.stop();
});

it('a message in a conversation of sandbox.fixed stays as it was posted', async () => {
  const shown = async (fixed: string): Promise<number | undefined> => {
    const desk = await openDesk({ shop: aShop({ sandbox: `  fixed: [${fixed}]`, customers: 1 }) });
    await desk.writes('k1', '杯子碎了，要退货');
    const posted = (await desk.sees('lilei', 'g-aftersale')).find((m) => m.card?.kind === 'ticket');
    await desk.presses('lilei', posted?.surface ?? null, 'claim');
    const now = (await desk.sees('lilei', 'g-aftersale')).find((m) => m.id === posted?.id);
    await desk.stop();
    return (now?.version ?? 0) - (posted?.version ?? 0);
  };
  expect(await shown('g-logistics')).toBeGreaterThan(0);
  expect(await shown('g-aftersale')).toBe(0);
});
