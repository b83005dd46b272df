import { describe, expect, test } from 'vitest';
import { fallback } from '../../cards/fallback.ts';
import { drawHandover } from '../../cards/handover.ts';
import { aDirectory, aTicket, en, minutes, zh } from '../support/tickets.ts';

const directory = aDirectory();
const lines = (...all: readonly string[]): string => all.join('\n');

describe('before somebody goes home', () => {
  const leaving = {
    kept: 0,
    person: 'lilei',
    ends: minutes(30),
    back: minutes(15 * 60),
    names: [],
    from: minutes(15 * 60),
    directory,
  };
  const tickets = [
    aTicket({ number: 4830, status: 'in_progress', assignee: 'lilei', clocks: {} }),
    aTicket({ status: 'in_progress', assignee: 'lilei', priority: 'urgent' }),
  ];

  test('their tickets, the urgent one first, and what can be done', () => {
    expect(fallback(drawHandover({ ...leaving, tickets }, zh))).toBe(
      lines(
        '15:00 交班 · 手上 2 张',
        '紧急 1 张 · 1 张等不到你 11月12日 5:30 回来',
        '- T-4821 · 快递三天没更新 → 交班 下一班 4821 / 交班 同事 4821',
        '  🔥 处理中 · 紧急 · 14:32 前首响',
        '- T-4830 · 快递三天没更新 → 交班 下一班 4830 / 交班 我继续 4830',
        '  处理中',
        '今天后面没有班了：交给下一班的放进队列，11月12日 5:30 有人接',
        '到 15:00 没选的：等不到你回来的自动放进队列，其余留给你；之后自动下线',
        '可发送：交班 下一班 / 交班 同事 / 交班 我继续',
      ),
    );
    expect(fallback(drawHandover({ ...leaving, tickets }, en))).toBe(
      lines(
        'Handover 15:00 · 2 tickets with you',
        '1 urgent · 1 cannot wait until you are back Nov 12, 5:30',
        '- T-4821 · 快递三天没更新 → handover next 4821 / handover to 4821',
        '  🔥 In progress · urgent · first reply by 14:32',
        '- T-4830 · 快递三天没更新 → handover next 4830 / handover keep 4830',
        '  In progress',
        'No shift comes after yours: what you hand on waits in the queue until Nov 12, 5:30',
        'What you have not decided by 15:00: tickets that cannot wait go to the queue, the others stay with you; then you are off duty',
        'You can type: handover next / handover to / handover keep',
      ),
    );
  });

  test('once all have an answer one line is left', () => {
    expect(fallback(drawHandover({ ...leaving, tickets: [], kept: 2 }, zh))).toBe(
      '交班好了：2 张你 11月12日 5:30 回来继续',
    );
  });
});
