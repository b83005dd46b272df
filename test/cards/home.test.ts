import { expect, test } from 'vitest';
import { fallback } from '../../cards/fallback.ts';
import { drawHome, type HomeCardInput } from '../../cards/home.ts';
import { drawTicketLink } from '../../cards/ticket-link.ts';
import { STATES } from '../support/card-states.ts';
import { aHome } from '../support/every-card.ts';
import { aDirectory, aTicket, en, minutes, zh } from '../support/tickets.ts';

const directory = aDirectory();
const lines = (...all: readonly string[]): string => all.join('\n');
const buttons = (more: Partial<HomeCardInput>): readonly string[] =>
  drawHome(aHome(more), zh).actions.map((a) => (a.style === 'primary' ? `[${a.label}]` : a.label));

const mine = {
  tickets: [
    aTicket({ status: 'in_progress', assignee: 'lilei' }),
    aTicket({ ...STATES['waiting_customer'], number: 4790, subject: '找 13812345678 退款' }),
  ],
  total: 12,
};
const queues = {
  of: 'teams',
  teams: [
    { team: 'aftersales', tickets: [aTicket({ number: 4830 })], total: 5 },
    { team: 'logistics', tickets: [], total: 0 },
  ],
} as const;

test('duty, own tickets with what comes next, the queues, and what there is no room for', () => {
  expect(fallback(drawHome(aHome({ mine, queues }), zh))).toBe(
    lines(
      '李雷的工作台',
      '9:30 起在班，到 22:00',
      '我的工单 · 12 张',
      '- T-4821 · 快递三天没更新 → 查看 4821 / 回复 4821 …',
      '  处理中 · 14:32 前首响',
      '- T-4790 · 找 138****5678 退款 → 查看 4790 / 解决 4790 …',
      '  等客户 · 11月12日 0:30 前解决',
      '显示前 2 张，共 12 张',
      '售后 · 5 张待认领',
      '- T-4830 · 快递三天没更新 → 认领 4830',
      '  待认领 · 14:32 前首响',
      '显示前 1 张，共 5 张',
      '物流没有待认领的工单',
      '可发送：下一张 / 下线 / 列表 / 帮助',
    ),
  );
});

test('the same in English', () => {
  const text = fallback(drawHome(aHome({ mine, queues }), en));
  expect(text).toContain("李雷's desk\nOn duty since 9:30, until 22:00\nMy tickets · 12\n");
  expect(text).toContain('\n售后 · 5 to claim\n');
  expect(text).toContain('\nNothing waits to be claimed in 物流\n');
});

test('whoever is not on duty goes on duty first; the next ticket matters once something waits', () => {
  const away = { state: 'away', until: minutes(30) } as const;
  const nothing = { of: 'teams', teams: [{ team: 'aftersales', tickets: [], total: 0 }] } as const;
  expect(buttons({})).toEqual(['[下一张]', '下线', '列表', '帮助']);
  expect(buttons({ queues: nothing })).toEqual(['下一张', '下线', '列表', '帮助']);
  expect(buttons({ duty: { state: 'off', since: null } })).toEqual(['[上线]', '下一张', '列表', '帮助']);
  expect(buttons({ duty: away })).toEqual(['[上线]', '下一张', '列表', '帮助']);
  expect(buttons({ queues: { of: 'nobody' } })).toEqual(['下线', '列表', '帮助']);
});

test.each<[HomeCardInput['duty'], string, string]>([
  [{ state: 'away', until: minutes(30) }, '休息到 15:00，到点自动上线', 'Away until 15:00, then back on duty'],
  [{ state: 'off', since: minutes(-30) }, '14:00 起不在班', 'Off duty since 14:00'],
  [{ state: 'off', since: minutes(-24 * 60) }, '11月10日 14:30 起不在班', 'Off duty since Nov 10, 14:30'],
  [{ state: 'off', since: null }, '不在班', 'Off duty'],
])('status line: %j', (duty, inChinese, inEnglish) => {
  expect(drawHome(aHome({ duty }), zh).status).toBe(inChinese);
  expect(drawHome(aHome({ duty }), en).status).toBe(inEnglish);
});

test('with nothing to do it says so in a friendly way', () => {
  const nothing = { tickets: [], total: 0 };
  const idle = (more: Partial<HomeCardInput>): string => fallback(drawHome(aHome({ mine: nothing, ...more }), zh));
  expect(idle({})).toContain('\n我的工单\n手上没有工单，可以取下一张\n');
  expect(idle({ queues: { of: 'teams', teams: [{ team: 'aftersales', ...nothing }] } })).toContain(
    '\n手上没有工单，也没有在排队的，歇一会儿\n售后没有待认领的工单\n',
  );
  expect(idle({ queues: { of: 'nobody' } })).toContain('\n你还没有入组；入组以后，这里会有组里待认领的工单\n');
  expect(idle({ queues: { of: 'all', teams: [], total: 0 } })).toContain('\n各组的队列\n各组都没有待认领的工单\n');
});

test('a manager in no team has one row per queue, each with its list', () => {
  const overview = {
    of: 'all',
    teams: [
      { team: 'aftersales', total: 42, oldest: minutes(-28) },
      { team: 'logistics', total: 3, oldest: null },
    ],
    total: 11,
  } as const;
  const card = drawHome(aHome({ queues: overview }), zh);
  expect(fallback(card)).toContain(
    lines(
      '各组的队列',
      '- 售后 · 42 张待认领 → 列表 team:aftersales',
      '  最早的 14:02 起等',
      '- 物流 · 3 张待认领 → 列表 team:logistics',
      '显示最多的 2 个组，共 11 个组有待认领',
    ),
  );
});

test('a link says what it is about and where it stands, and nothing of the customer', () => {
  const draw = (state: string): string =>
    fallback(drawTicketLink({ ticket: STATES[state] ?? aTicket(), directory }, zh));
  expect(draw('new')).toBe(
    lines('T-4821 · 快递三天没更新', '待认领 · 14:32 前首响', '组：售后', '分类：物流停滞', '可发送：查看 4821'),
  );
  expect(draw('crowded')).toContain('T-4821 · 电话138****5678的订单破了\n');
  expect(draw('crowded')).not.toMatch(/小美|199|西湖/u);
});
