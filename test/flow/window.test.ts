import { afterAll, beforeAll, expect, it } from 'vitest';
import { derivedId } from '../../src/ids.ts';
import { aBench, aStore } from '../support/flow.ts';

let on: Awaited<ReturnType<typeof aStore>>;
beforeAll(async () => {
  on = await aStore();
});
afterAll(() => on.close());

const WINDOW_MS = 48 * 3_600_000;

it.each([
  ['that sets a limit', { windowMs: WINDOW_MS }],
  ['that sets none', {}],
])('a ticket of a platform %s knows until when its customer can be written to', async (_what, can) => {
  await on.empty();
  const bench = aBench(on.store, { process: 'p1' }, [], can);
  const says = async (id: string, text: string): Promise<void> => {
    await bench.flow.sink.accept({
      kind: 'message',
      platform: 'sandbox',
      app: 'demo',
      id,
      conversation: { id: 'customer:xiaomei', kind: 'customer' },
      sender: { id: 'xiaomei', name: '小美' },
      receivedAt: bench.clock.now(),
      text,
      attachments: [],
      addressed: true,
    });
    await bench.flow.settle();
  };
  const until = async (): Promise<Date | null | undefined> =>
    (await on.store.tickets.load(derivedId('ticket', 'sandbox\ndemo\nfirst')))?.clocks.window?.due;
  const from = (): Date | undefined =>
    'windowMs' in can ? new Date(bench.clock.now().getTime() + WINDOW_MS) : undefined;
  await says('first', '杯子碎了');
  expect(await until()).toEqual(from());
  await bench.passes(3_600_000);
  await says('second', '还没好吗');
  expect(await until()).toEqual(from());
});
