import { expect, it } from 'vitest';
import { drawBacklog } from '../../cards/backlog.ts';
import { fallback } from '../../cards/fallback.ts';
import { fit } from '../../cards/fit.ts';
import { sandboxCard } from '../../adapters/sandbox/limits.ts';
import { en, minutes, zh } from '../support/tickets.ts';

const item = {
  row: 'AAAAAAAAAAAAAAAAAAAAAA.000003.000',
  who: '小美',
  no: 4821,
  words: '新杯子今天寄出',
  at: minutes(-90),
};
const input = { items: [item], more: 2, counts: { messages: 3, cards: 40, reminders: 1, notices: 0 } };

it('reads aloud as what waits, for whom, since when, and what to type', () => {
  expect(fallback(drawBacklog(input, zh))).toBe(
    [
      '等着发给客户的 3 条',
      '- 小美 · T-4821 → 积压 send AAAAAAAAAAAAAAAAAAAAAA.000003.000 / 积压 void AAAAAAAAAAAAAAAAAAAAAA.000003.000',
      '  13:00 起等着：新杯子今天寄出',
      '后面还有 2 条；另有卡片和通知 40 条、到点的提醒 1 个',
      '可发送：积压 look AAAAAAAAAAAAAAAAAAAAAA.000003.000 / 积压 void / 积压 send',
    ].join('\n'),
  );
  expect(
    fallback(drawBacklog({ ...input, more: 0 }, en))
      .split('\n')
      .slice(0, 4),
  ).toEqual([
    '3 messages waiting to go to customers',
    '- 小美 · T-4821 → backlog send AAAAAAAAAAAAAAAAAAAAAA.000003.000 / backlog void AAAAAAAAAAAAAAAAAAAAAA.000003.000',
    '  Waiting since 13:00: 新杯子今天寄出',
    'also waiting: 40 cards and notices, 1 reminder that is due',
  ]);
});

it('keeps both buttons of a row or neither, and then says what to type', () => {
  const card = drawBacklog({ ...input, items: [item, { ...item, row: 'B.000001.000' }] }, zh);
  const { card: shown, cut } = fit(card, { ...sandboxCard, rowActions: 3 });
  const rows = shown.blocks.flatMap((b) => (b.type === 'list' ? b.items : []));
  expect(rows.map((r) => [r.action?.label, r.also?.label])).toEqual([
    ['发送', '作废'],
    [undefined, undefined],
  ]);
  expect(cut).toContainEqual({ what: 'row-action', count: 2 });
  expect(JSON.stringify(shown.blocks.at(-1))).toContain('积压 void B.000001.000');
});
