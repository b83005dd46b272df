import { afterEach, expect, it } from 'vitest';
import { words } from '../../support/desk.ts';
import { aShop } from '../../support/shop.ts';
import { openSlackDesk, type SlackDesk } from '../../support/slack-desk.ts';

let desk: SlackDesk | null = null;
afterEach(async () => {
  const findings = desk?.slack.findings ?? [];
  await desk?.stop();
  expect(findings).toEqual([]);
});

for (const mode of ['http', 'socket'] as const) {
  it(`${mode}: from a customer message to "resolved"`, async () => {
    desk = await openSlackDesk({ shop: aShop(), mode });
    await desk.writes('k1', '收到的杯子碎了,订单 281234567890123');
    const no = 4800;
    const open = await desk.card('lilei', 'g-aftersale', no);
    expect(open.card?.status).toMatch(/^待认领 · /u);
    await desk.presses('lilei', open.surface ?? null, 'claim', { ticket: String(no) });
    expect((await desk.card('wangfang', 'g-aftersale', no)).card?.status).toContain('李雷');
    expect((await desk.card('lilei', 'd-lilei', no)).card?.kind).toBe('work');
    await desk.types('lilei', '回复 很抱歉,马上给您补发一个');
    await desk.passes(5_000);
    expect((await desk.sees('k1', 'c-k1')).map(words)).toContain('很抱歉,马上给您补发一个');
    await desk.types('lilei', '解决');
    await desk.passes(10_000);
    expect((await desk.card('lilei', 'g-aftersale', no)).card?.tone).toBe('green');
  });
}
