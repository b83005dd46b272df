import { nextStories } from '../../stories/next.ts';
import { expect, it } from 'vitest';
import { inSandbox, openDesk } from '../../support/desk.ts';
import { aShop } from '../../support/shop.ts';

nextStories(inSandbox);

it('a press is answered as it was, however often it is sent', async () => {
  const desk = await openDesk({ shop: aShop({ customers: 4 }) });
  try {
    await desk.writes('k1', '想问下发票');
    const pressed = { surface: null, user: 'lilei', command: 'next', clientId: 'once' };
    const [once, again] = [
      await desk.posts('/sandbox/api/actions', pressed),
      await desk.posts('/sandbox/api/actions', pressed),
    ];
    expect(again).toEqual(once);
    expect(JSON.stringify(once.body)).toContain('T-4800 归你了：想问下发票');
  } finally {
    await desk.stop();
  }
});
