import { expect, test } from 'vitest';
import { drawAnomaly, type AnomalyCardInput } from '../../cards/anomaly.ts';
import { fallback } from '../../cards/fallback.ts';
import { aDirectory, aTicket, en, minutes, zh } from '../support/tickets.ts';

const surge: AnomalyCardInput = {
  about: { kind: 'surge', what: '物流 / 物流停滞' },
  open: true,
  since: minutes(-30),
  at: minutes(0),
  count: 19,
  usual: 3,
  by: 'weeks',
  windowMs: 3_600_000,
  tickets: [4801, 4802, 4803].map((number) => ({ ticket: `t${number}`, number })),
  samples: [aTicket({ number: 4803 })],
  words: ['快递', '没更新'],
  problem: null,
  directory: aDirectory(),
};
const lines = (...all: readonly string[]): string => all.join('\n');

test('more than ever: what, how much, since when, words, a few tickets, and one button for all of them', () => {
  expect(fallback(drawAnomaly(surge, zh))).toBe(
    lines(
      '物流 / 物流停滞突然变多：1 小时内 19 单 / 平时 3 单',
      '14:00 起',
      '常见词：快递、没更新',
      '- T-4803 · 快递三天没更新 → 认领 4803',
      '  待认领 · 14:32 前首响',
      '可发送：归为问题 4801 4802 4803',
    ),
  );
  expect(fallback(drawAnomaly(surge, en))).toBe(
    lines(
      'Surge of 物流 / 物流停滞: 19 in 1 h, usually 3',
      'Since 14:00',
      'Often: 快递, 没更新',
      '- T-4803 · 快递三天没更新 → claim 4803',
      '  Unclaimed · first reply by 14:32',
      'You can type: group 4801 4802 4803',
    ),
  );
});

test('once they stand under a problem only what came since is offered', () => {
  const problem = { no: 4801, count: 2, missing: [4803] };
  expect(fallback(drawAnomaly({ ...surge, problem, samples: [] }, zh))).toBe(
    lines(
      '物流 / 物流停滞突然变多：1 小时内 19 单 / 平时 3 单',
      '14:00 起',
      '常见词：快递、没更新',
      '已建问题单 T-4801，归了 2 张',
      '可发送：归为问题 4801 4803',
    ),
  );
  expect(drawAnomaly({ ...surge, problem: { ...problem, missing: [] } }, zh).actions).toEqual([]);
});

test('over it is one line', () => {
  expect(fallback(drawAnomaly({ ...surge, open: false }, zh))).toBe('物流 / 物流停滞恢复正常：14:00 到 14:30');
});

test('somebody slower than they are: no blame, and what may help', () => {
  const slow = { ...surge, about: { kind: 'slow', who: '李雷' }, count: 840_000, usual: 180_000, samples: [] } as const;
  expect(fallback(drawAnomaly({ ...slow, words: [] }, zh))).toBe(
    lines('李雷 首响变慢：14 分钟 / 平时 3 分钟', '14:00 起', '可能手上太多，或者遇到了难题；看看要不要分一些给别人'),
  );
  expect(fallback(drawAnomaly({ ...slow, open: false }, en))).toBe('李雷 answers as fast as ever again');
});
