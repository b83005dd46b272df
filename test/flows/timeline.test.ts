import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { openDesk, type Desk } from '../support/desk.ts';

interface Entry {
  readonly seq: number;
  readonly by: string;
  readonly text: string;
  readonly words?: string;
  readonly mark?: string;
}
interface View {
  readonly number: number;
  readonly card: { readonly kind: string; readonly title: string };
  readonly entries: readonly Entry[];
  readonly more: boolean;
}

let desk: Desk;
beforeAll(async () => {
  desk = await openDesk();
});
afterAll(() => desk.stop());

const ask = (user: string, number: number, more = ''): Promise<Response> =>
  desk.request(`/sandbox/api/tickets/${number}?user=${user}${more}`);
const look = async (user: string, number: number, more = ''): Promise<View> =>
  (await (await ask(user, number, more)).json()) as View;

describe("a ticket's timeline", () => {
  const no = 4800;
  const phone = '13812345678';

  it('tells its team everything that happened, with the words that were written, masked but for the assignee', async () => {
    await desk.writes('xiaomei', `杯子碎了，电话${phone}，订单 281234567890123`);
    await desk.types('lilei', `认领 ${no}`);
    await desk.types('lilei', `备注 ${no} 客户电话${phone}，语气急`);
    await desk.types('lilei', `回复 ${no} 找快递`);
    await desk.types('lilei', '撤销');
    await desk.types('lilei', `回复 ${no} 马上补发`);
    await desk.passes(5_000);

    const own = await look('lilei', no);
    expect(own.card).toMatchObject({ kind: 'show' });
    expect(own.entries.map(({ by, words, mark }) => [by, words, mark])).toEqual([
      ['customer', `杯子碎了，电话${phone}，订单 281234567890123`, undefined],
      ['person', undefined, undefined],
      ['person', `客户电话${phone}，语气急`, 'note'],
      ['person', '找快递', 'withdrawn'],
      ['person', undefined, undefined],
      ['person', '马上补发', undefined],
      ['system', undefined, undefined],
    ]);
    expect(own.entries[1]?.text).toMatch(/^李雷 .* 认领$/u);

    const other = JSON.stringify(await look('wangfang', no));
    expect(other).not.toContain(phone);
    expect(other).toContain('138****5678');
    expect(other).toContain('281234567890123');
  });

  it('is there for nobody who may not see the ticket', async () => {
    const statuses = await Promise.all(
      ['xiaomei', 'aqiang', 'linyue', 'sunwei'].map(async (user) => (await ask(user, no)).status),
    );
    expect(statuses).toEqual([404, 404, 404, 404]);
    expect((await ask('lilei', 9999)).status).toBe(404);
    expect((await ask('zhoumin', no)).status).toBe(200);
  });

  it('comes page by page, the newest first, none missing and none twice', async () => {
    for (let i = 0; i < 40; i += 1) await desk.types('lilei', `备注 ${no} 第 ${i} 条`);
    const seen: Entry[] = [];
    let before = '';
    for (let more = true; more;) {
      const page = await look('lilei', no, `&limit=10${before}`);
      expect(page.entries.length).toBeLessThanOrEqual(10);
      seen.unshift(...page.entries);
      before = `&before=${page.entries[0]?.seq ?? 0}`;
      more = page.more;
    }
    expect(seen.map(({ seq }) => seq)).toEqual(Array.from({ length: 47 }, (_, i) => i + 1));
    expect(seen.filter(({ mark }) => mark === 'note')).toHaveLength(41);
  });
});

describe('starting the demo over', () => {
  it('leaves what its past made and nothing else, with numbers that nobody had before', async () => {
    const demo = await openDesk({ past: true });
    try {
      const state = async (): Promise<{ epoch: string; demo: boolean }> =>
        (await (await demo.request('/sandbox/api/state')).json()) as { epoch: string; demo: boolean };
      const first = await state();
      expect(first.demo).toBe(true);
      const group = await demo.sees('lilei', 'g-aftersale');
      await demo.writes('xiaomei', '杯子碎了，怎么办');
      const number = Number(/T-(\d+)/u.exec((await demo.sees('xiaomei', 'c-xiaomei')).at(-1)?.text ?? '')?.[1]);
      await demo.types('lilei', `认领 ${number}`);
      await demo.types('lilei', '下线');

      expect((await demo.posts('/sandbox/api/restart', {})).status).toBe(200);
      expect((await state()).epoch).not.toBe(first.epoch);
      expect(await demo.sees('xiaomei', 'c-xiaomei')).toEqual([]);
      expect(await demo.store.tickets.byNumber(number)).toBeNull();
      const again = await demo.sees('lilei', 'g-aftersale');
      const matters = (seen: typeof again): (string | undefined)[] =>
        seen.map((m) => m.card?.title.replace(/^T-\d+/u, ''));
      expect(matters(again)).toEqual(matters(group));

      await demo.writes('xiaomei', '杯子又碎了');
      const next = Number(/T-(\d+)/u.exec((await demo.sees('xiaomei', 'c-xiaomei')).at(-1)?.text ?? '')?.[1]);
      expect(next).toBeGreaterThan(number);
      // Whoever went home is there again.
      await demo.types('lilei', `认领 ${next}`);
      expect((await demo.card('lilei', 'd-lilei', next)).card?.kind).toBe('work');
    } finally {
      await demo.stop();
    }
  });
});
