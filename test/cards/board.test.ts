import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { drawBoard } from '../../cards/board.ts';
import { fallback, hintOf } from '../../cards/fallback.ts';
import { fit } from '../../cards/fit.ts';
import type { Reader } from '../../src/text/text.ts';
import { aBoard } from '../support/every-card.ts';
import { actionsIn, breaches, closing, limits } from '../support/fitting.ts';
import { nastyText } from '../support/nasty.ts';
import { aTicket, en, zh } from '../support/tickets.ts';

const lines = (...all: readonly string[]): string => all.join('\n');

test('each row of a full board can be claimed, by its button or by its number, wherever a card has room for the line that says so', () => {
  const roomy = limits.map((l) => ({ ...l, text: 200 + l.text, line: 200 + l.line, characters: 360 + l.characters }));
  fc.assert(
    fc.property(
      fc.array(nastyText, { minLength: 10, maxLength: 10 }),
      fc.boolean(),
      fc.constantFrom(zh, en),
      roomy,
      (subjects, live, reader, l) => {
        const rows = subjects.map((subject, i) => aTicket({ _id: `t${i}`, number: 104_821 + i, subject }));
        const card = drawBoard(aBoard({ rows, live }), reader);
        const { card: fitted, cut } = fit(card, l);
        expect(breaches(fitted, l)).toEqual([]);
        expect(cut.map((c) => c.what)).not.toContain('hints');
        const there = new Set(actionsIn(fitted).map((a) => a.typed));
        const words = `${closing(fitted)}\n${fitted.footer ?? ''}`;
        expect(actionsIn(card).filter((a) => !there.has(a.typed) && !words.includes(hintOf(a)))).toEqual([]);
      },
    ),
  );
});

describe('a board', () => {
  const rows = [aTicket(), aTicket({ number: 4822, subject: '退款，电话 13812345678', priority: 'high' })];
  const board = (more: Parameters<typeof aBoard>[0], reader: Reader = zh): string =>
    fallback(drawBoard(aBoard({ rows, ...more }), reader));

  test('one of three, with more waiting', () => {
    expect(board({})).toBe(
      lines(
        '售后 · 2 张待认领（1/3）',
        '另有 42 张排队，最早的 14:02 起等',
        '- T-4821 · 快递三天没更新 → 认领 4821',
        '  待认领 · 14:32 前首响',
        '- T-4822 · 退款，电话 138****5678 → 认领 4822',
        '  待认领 · 高优先 · 14:32 前首响',
        '可发送：下一张 / 列表',
      ),
    );
    expect(board({}, en)).toBe(
      lines(
        '售后 · 2 to claim (board 1 of 3)',
        '42 more wait, the oldest since 14:02',
        '- T-4821 · 快递三天没更新 → claim 4821',
        '  Unclaimed · first reply by 14:32',
        '- T-4822 · 退款，电话 138****5678 → claim 4822',
        '  Unclaimed · high priority · first reply by 14:32',
        'You can type: next / list',
      ),
    );
  });

  test('the last one, with nothing else waiting', () => {
    const input = { waiting: 0, oldest: null, of: 1 };
    expect(board(input).split('\n').slice(0, 2)).toEqual(['售后 · 2 张待认领', '没有别的在排队']);
    expect(board(input, en).split('\n').slice(0, 2)).toEqual(['售后 · 2 to claim', 'Nothing else waits']);
    expect(drawBoard(aBoard(input), zh).tone).toBe('grey');
    expect(drawBoard(aBoard(), zh).tone).toBe('amber');
  });

  test('where it cannot be changed it says as of when it is', () => {
    expect(board({ live: false })).toBe(
      lines(
        '售后 · 2 张待认领（1/3）',
        '另有 42 张排队，最早的 14:02 起等',
        '- T-4821 · 快递三天没更新 → 认领 4821',
        '  待认领 · 14:32 前首响',
        '- T-4822 · 退款，电话 138****5678 → 认领 4822',
        '  待认领 · 高优先 · 14:32 前首响',
        '按单号认领，例如「认领 4821」',
        '14:30 的情况，之后可能已有人认领',
        '可发送：下一张 / 列表',
      ),
    );
    expect(board({ live: false }, en)).toBe(
      lines(
        '售后 · 2 to claim (board 1 of 3)',
        '42 more wait, the oldest since 14:02',
        '- T-4821 · 快递三天没更新 → claim 4821',
        '  Unclaimed · first reply by 14:32',
        '- T-4822 · 退款，电话 138****5678 → claim 4822',
        '  Unclaimed · high priority · first reply by 14:32',
        'Claim by number, such as "claim 4821"',
        'As of 14:30; some may have been claimed since',
        'You can type: next / list',
      ),
    );
  });

  test('when all of it was taken it is one line', () => {
    expect(board({ over: true })).toBe('售后 · 这里的工单都有人接了');
    expect(board({ over: true }, en)).toBe('售后 · every ticket here was taken');
  });
});
