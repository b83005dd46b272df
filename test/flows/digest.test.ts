import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Action, Card } from '../../cards/card.ts';
import { openDesk, words, type Answered, type Desk, type Seen } from '../support/desk.ts';
import { aShop } from '../support/shop.ts';

const HOUR = 3_600_000;
const NINE = new Date('2026-11-12T01:00:00Z');
const DIRECTS = ['zhoumin', 'chenjing', 'sunwei'] as const;

let desk: Desk;
const works = async (): Promise<void> => {
  await desk.flow.digests();
  await desk.flow.settle();
};
const digests = async (user: string, conversation: string): Promise<readonly Seen[]> =>
  (await desk.sees(user, conversation)).filter((m) => m.card?.kind === 'digest');
const digest = async (user: string, conversation = `d-${user}`): Promise<Seen & { card: Card }> => {
  const found = (await digests(user, conversation)).at(-1);
  if (found?.card === undefined) throw new Error(`${user} has no digest in ${conversation}`);
  return { ...found, card: found.card };
};
const opens = async (customer: string, text: string): Promise<number> => {
  await desk.writes(customer, text);
  const told = (await desk.sees(customer, `c-${customer}`)).filter((m) => m.from === 'bot').map(words);
  return Number(/T-(\d+)/u.exec(told.at(-1) ?? '')?.[1]);
};
const press = (user: string, on: Seen, action: Action): Promise<Answered> =>
  desk.presses(user, on.surface ?? null, action.invoke.command, action.invoke.args);
/** The last number of a text: how many tickets it speaks of. */
const countIn = (text: string): number => Number(/([\d\u00A0]+) 单/u.exec(text)?.[1]?.replaceAll('\u00A0', ''));
const rows = (card: Card | undefined): number =>
  card?.blocks.reduce((sum, b) => sum + (b.type === 'list' ? b.items.length : 0), 0) ?? 0;
const actionsOf = (card: Card): readonly Action[] => [
  ...card.actions,
  ...card.blocks.flatMap((b) => (b.type === 'list' ? b.items.flatMap(({ action }) => action ?? []) : [])),
];
const historyOf = async (no: number): Promise<readonly string[]> =>
  (await desk.store.tickets.byNumber(no))?.history.tail.map(({ type }) => type) ?? [];

let broken: readonly number[] = [];
let parcel = 0;
beforeAll(async () => {
  desk = await openDesk({ shop: aShop({ customers: 20 }) });
  const first = await opens('k1', '收到的杯子碎了');
  const second = await opens('k2', '收到的盘子碎了');
  const third = await opens('k3', '收到的碗碎了');
  parcel = await opens('k4', '快递三天没更新了');
  broken = [first, second, third];
  await desk.types('lilei', `认领 ${first}`);
  await desk.types('lilei', `回复 ${first} 马上给您补发`);
  await desk.passes(10_000);
  await desk.types('lilei', `认领 ${second}`);
  await desk.types('wangfang', `认领 ${third}`);
  await desk.types('wangfang', `解决 ${third}`);
  await desk.passes(NINE.getTime() - desk.clock.now().getTime() - 60_000);
});
afterAll(() => desk.stop());

describe('the digest of a day', () => {
  it('comes at nine to the manager, the leads and the groups, each once, whoever sends them', async () => {
    await works();
    expect(await digests('zhoumin', 'd-zhoumin')).toEqual([]);
    await desk.passes(60_000);
    // Two processes at the same minute, and every minute after it.
    await Promise.all([desk.flow.digests(), desk.flow.digests()]);
    await works();
    await desk.passes(HOUR);
    await works();
    for (const user of DIRECTS) expect(await digests(user, `d-${user}`)).toHaveLength(1);
    expect(await digests('lilei', 'g-aftersale')).toHaveLength(1);
    expect(await digests('daniel', 'g-logistics')).toHaveLength(1);
    expect(await digests('lilei', 'd-lilei')).toEqual([]);
    // Nor when the clock is set back.
    desk.clock.jump(-HOUR);
    await works();
    for (const user of DIRECTS) expect(await digests(user, `d-${user}`)).toHaveLength(1);
  });

  it('says to each what is theirs', async () => {
    expect((await digest('zhoumin')).card.title.replaceAll('\u00A0', ' ')).toMatch(/^昨天 4 单，首响达标 \d+ %，/u);
    expect((await digest('chenjing')).card.title).toMatch(/^昨天 3 单/u);
    expect((await digest('sunwei')).card.title).toMatch(/^昨天 1 单/u);
    expect((await digest('zhoumin')).card.blocks.some((b) => b.type === 'image')).toBe(true);
  });

  it('names nobody in a group, and nobody but themselves to an agent behind it', async () => {
    const group = await digest('lilei', 'g-aftersale');
    const more = group.card.actions[0];
    const { answer } = more === undefined ? { answer: null } : await press('lilei', group, more);
    expect(answer?.card?.title).toContain('明细');
    expect(JSON.stringify([group.card, answer?.card])).not.toMatch(/王芳|陈静|wangfang|chenjing/u);
    expect(JSON.stringify(group.card)).not.toMatch(/李雷|lilei/u);
    // Their lead reads who did what.
    const lead = await digest('chenjing');
    const rest = await press('chenjing', lead, lead.card.actions[0] ?? (more as Action));
    expect(JSON.stringify(rest.answer?.card)).toContain('李雷');
    expect(JSON.stringify(rest.answer?.card)).not.toContain('Daniel');
  });

  it.each([
    ['zhoumin', 'd-zhoumin'],
    ['chenjing', 'd-chenjing'],
    ['lilei', 'g-aftersale'],
    ['sunwei', 'd-sunwei'],
  ])('opens for %s as many tickets as each of its numbers says', async (user, conversation) => {
    const shown = await digest(user, conversation);
    const numbers = shown.card.actions.filter(({ label }) => label.startsWith('看'));
    expect(numbers.length).toBeGreaterThan(2);
    for (const action of numbers) {
      const { answer } = await press(user, shown, action);
      expect([action.label, countIn(answer?.card?.title ?? ''), rows(answer?.card)]).toEqual([
        action.label,
        countIn(action.label),
        countIn(action.label),
      ]);
    }
  });

  it('is nobody else’s: an agent may not open what is of all, nor a lead what is of another team', async () => {
    const { answer } = await desk.presses('lilei', null, 'stats', { ask: 'new all day:2026-11-11' });
    expect(countIn(answer?.card?.title ?? '')).toBe(3);
    const other = await desk.presses('chenjing', null, 'stats', { ask: 'new team:logistics day:2026-11-11' });
    expect(other.answer?.text).toMatch(/组长/u);
    const person = await desk.presses('lilei', null, 'stats', { ask: 'held.wangfang team:aftersale day:2026-11-11' });
    expect(person.answer?.text).toMatch(/组长/u);
  });
});

describe('asked for', () => {
  it('by the manager: today so far; by an agent: their own numbers alone', async () => {
    const { answer } = await desk.types('zhoumin', '日报');
    expect(answer?.card?.title).toMatch(/^今天到 \d+:\d\d 没有新单/u);
    const own = await desk.types('lilei', '日报 昨天');
    expect(own.answer?.card?.title).toBe('统计 · 李雷 · 11月11日');
    expect(JSON.stringify(own.answer?.card)).not.toContain('王芳');
    // What they would be refused is no button.
    expect(own.answer?.card?.actions).toEqual([]);
    const held = actionsOf(own.answer?.card as Card).find(({ invoke }) => invoke.args['ask']?.startsWith('held'));
    const tickets = await press('lilei', own.answer as Seen, held as Action);
    expect(rows(tickets.answer?.card)).toBe(2);
  });

  it('opens later what it told of, although more has come since', async () => {
    await opens('k5', '收到的锅碎了');
    const { answer } = await desk.types('zhoumin', '日报');
    expect(answer?.card?.title).toMatch(/ 1 单/u);
    await desk.passes(60_000);
    await opens('k6', '收到的壶碎了');
    const fresh = actionsOf(answer?.card as Card).find(({ label }) => label.startsWith('看新增'));
    const list = await press('zhoumin', answer as Seen, fresh as Action);
    expect([countIn(list.answer?.card?.title ?? ''), rows(list.answer?.card)]).toEqual([1, 1]);
    expect((await desk.types('zhoumin', '统计 今天 新增')).answer?.card?.title).toContain('2 单');
  });

  it('by team, person, category, source and period, in words of either language', async () => {
    const title = async (line: string): Promise<string | undefined> =>
      (await desk.types('zhoumin', line)).answer?.card?.title;
    expect(await title('统计 物流 昨天')).toBe('统计 · 物流 · 11月11日');
    expect(await title('stats 李雷 yesterday')).toBe('统计 · 李雷 · 11月11日');
    expect(await title('统计 昨天 新增')).toBe('11月11日 · 新增 4 单');
    expect(await title('tj 上周')).toBe('统计 · 全部 · 11月2日至11月8日');
    expect(await title('统计 2026-11-11 sandbox')).toBe('统计 · 全部 · 11月11日');
    expect((await desk.types('zhoumin', '统计 随便什么')).answer?.text).toContain('随便什么');
  });

  it('as files, for leads and managers, by a link that is theirs and opens for a day', async () => {
    const { answer } = await desk.types('zhoumin', '统计 导出 昨天');
    const urls = (answer?.card?.blocks ?? []).flatMap((b) => (b.type === 'file' ? [b.url ?? ''] : []));
    const path = (url = ''): string => new URL(url).pathname + new URL(url).search;
    const csv = await desk.request(path(urls[0]));
    expect(csv.headers.get('content-disposition')).toContain('tickets-2026-11-11.csv');
    expect((await csv.text()).trim().split('\r\n')).toHaveLength(5);
    const jsonl = await (await desk.request(path(urls[1]))).text();
    const read = jsonl
      .trim()
      .split('\n')
      .map((line) => JSON.parse(line) as { ticket: string });
    expect(read.map(({ ticket }) => ticket).toSorted()).toEqual([...broken, parcel].map((no) => `T-${no}`).toSorted());
    expect(jsonl).not.toMatch(/杯子|快递/u);
    expect((await desk.request(path(urls[0]).replace('f=new', 'f=backlog'))).status).toBe(403);
    expect((await desk.types('lilei', '统计 导出')).answer?.text).toMatch(/组长/u);
    await desk.passes(25 * HOUR);
    expect((await desk.request(path(urls[0]))).status).toBe(410);
  });
});

describe('what it lets one do', () => {
  const confirm = async (user: string, asked: Answered): Promise<Answered> => {
    const [yes] = asked.answer?.card?.actions ?? [];
    return press(user, asked.answer as Seen, yes as Action);
  };

  it('reminds everybody of what is late, after a question, once per ticket', async () => {
    await desk.types('lilei', '知道了');
    const asked = await desk.types('chenjing', '催办 售后');
    expect(asked.answer?.card?.summary).toBe('确认提醒 1 单？会提醒处理人；另有 2 单没人认领，在群里催大家来接');
    expect((await Promise.all(broken.map(historyOf))).flat()).not.toContain('chased');
    const done = await confirm('chenjing', asked);
    expect(done.answer?.text).toBe('正在提醒 1 单的处理人，工单里会记下；2 单没人认领，已在群里催');
    const chased = await Promise.all(broken.map(historyOf));
    expect(chased.flat().filter((type) => type === 'chased')).toHaveLength(1);
    expect((await desk.sees('lilei', 'g-aftersale')).at(-1)?.card?.summary).toBe(
      '有 2 单超时还没人认领，谁方便先接一下',
    );
    // Who has it reads of it, although they had said that they know.
    expect((await desk.sees('lilei', 'd-lilei')).at(-1)?.card?.kind).toBe('ping');
    // The parcel is another team's.
    expect(await historyOf(parcel)).not.toContain('chased');
    expect((await desk.types('lilei', '催办')).answer?.text).toMatch(/组长/u);
  });

  it('gives all that somebody has to a colleague', async () => {
    await desk.types('wangfang', '上线');
    const asked = await desk.types('chenjing', '改派 李雷 王芳');
    expect(asked.answer?.card?.summary).toBe('确认把 李雷 手上的 2 单交给 王芳？');
    await confirm('chenjing', asked);
    const now = await Promise.all(broken.slice(0, 2).map(async (no) => desk.store.tickets.byNumber(no)));
    expect(now.map((t) => t?.assignee ?? t?.offer?.to)).toEqual(['wangfang', 'wangfang']);
  });

  it('gives it back to the team', async () => {
    const asked = await desk.types('chenjing', '改派 王芳 售后');
    expect(asked.answer?.card?.summary).toMatch(/放回组里待认领/u);
    await confirm('chenjing', asked);
    const now = await Promise.all(broken.slice(0, 2).map(async (no) => desk.store.tickets.byNumber(no)));
    expect(now.map((t) => [t?.assignee, t?.status])).toEqual([
      [null, 'new'],
      [null, 'new'],
    ]);
    expect((await desk.types('chenjing', '改派 王芳 售后')).answer?.text).toMatch(/没有/u);
  });

  it('opens a ticket about the cause of many, and marks those', async () => {
    const category = (await desk.store.tickets.byNumber(broken[0] ?? 0))?.category ?? '';
    const asked = await desk.presses('chenjing', null, 'problem', { category, of: 'team:aftersale day:2026-11-11' });
    expect(countIn(asked.answer?.card?.summary ?? '')).toBe(2);
    const done = await confirm('chenjing', asked);
    const no = Number(/T-(\d+)/u.exec(done.answer?.card?.summary ?? '')?.[1]);
    const problem = await desk.store.tickets.byNumber(no);
    expect([problem?.category, problem?.team]).toEqual([category, 'aftersale']);
    const tags = await Promise.all(broken.slice(0, 2).map(async (of) => (await desk.store.tickets.byNumber(of))?.tags));
    expect(tags).toEqual([[`problem:t-${no}`], [`problem:t-${no}`]]);
    expect((await desk.store.tickets.byNumber(no))?.cases).toHaveLength(2);
  });
});
