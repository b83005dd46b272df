import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { actionCard, robotBody, sendLink, sessionBody } from '../../../adapters/dingtalk/action-card.ts';
import {
  bytesOf,
  MAX_MARKDOWN,
  MAX_PARAM_BYTES,
  MAX_ROBOT_BYTES,
  MAX_TEXT,
} from '../../../adapters/dingtalk/limits.ts';
import type { Card } from '../../../cards/card.ts';
import { length } from '../../../cards/excerpt.ts';
import { neutralLine } from '../../../cards/neutralise.ts';
import { anyCard, anyText, BOUNDED } from '../../support/any-card.ts';
import { everyCard } from '../../support/every-card.ts';
import { actionsIn } from '../../support/fitting.ts';
import { aCard, anAction } from './drawn.ts';

const claim = 'dtmd://dingtalkclient/sendMessage?content=%E8%AE%A4%E9%A2%86%20A';
const draw = (more: Partial<Card> = {}) => actionCard(aCard(more));

/** What each link sends, in order. */
const sent = ({ msgParam }: ReturnType<typeof actionCard>): readonly string[] =>
  Object.values(msgParam)
    .filter((value) => value.startsWith('dtmd://'))
    .map((url) => decodeURIComponent(url.slice(sendLink('').length)));

describe('by the robot', () => {
  test('a card without buttons is Markdown, with one has a single one, with more as many as it has', () => {
    const text = '### T-4821 · 快递三天没更新';
    const title = 'T-4821 · 待认领';
    expect(draw()).toEqual({ msgKey: 'sampleMarkdown', msgParam: { title, text } });
    expect(draw({ actions: [anAction('A')] })).toEqual({
      msgKey: 'sampleActionCard',
      msgParam: { title, text, singleTitle: 'A', singleURL: claim },
    });
    expect(draw({ actions: [anAction('A'), anAction('B', { typed: '回复 4821' })] })).toEqual({
      msgKey: 'sampleActionCard2',
      msgParam: {
        title,
        text,
        actionTitle1: 'A',
        actionURL1: claim,
        actionTitle2: 'B',
        actionURL2: 'dtmd://dingtalkclient/sendMessage?content=%E5%9B%9E%E5%A4%8D%204821',
      },
    });
  });

  test('there are five links at most, the card before its rows; the others are named', () => {
    const rows = Array.from({ length: 8 }, (_, i) => ({
      text: `T-${i} 退款`,
      action: anAction('认领', { typed: `认领 ${i}` }),
    }));
    const content = draw({ blocks: [{ type: 'list', items: rows }], actions: [anAction('A'), anAction('B')] });
    expect(content.msgKey).toBe('sampleActionCard5');
    expect(sent(content)).toEqual(['认领 0', '认领 1', '认领 2', '认领 A', '认领 B']);
    expect(content.msgParam['actionTitle1']).toBe('认领 T-0');
    expect(content.msgParam['text']).toContain('可发送：认领 3 / 认领 4');
  });

  test('any card breaks no limit, and links send what would be typed', () => {
    fc.assert(
      fc.property(anyCard, (card) => {
        const content = actionCard(card);
        expect(bytesOf(JSON.stringify(content.msgParam))).toBeLessThanOrEqual(MAX_PARAM_BYTES);
        expect(length(content.msgParam['text'] ?? '')).toBeLessThanOrEqual(MAX_MARKDOWN);
        for (const value of Object.values(content.msgParam)) expect(value).not.toBe('');
        const typed = new Set(actionsIn(card).map((action) => neutralLine(action.typed)));
        for (const words of sent(content)) expect(typed).toContain(words);
      }),
      BOUNDED,
    );
  });

  test('words that are too long for a link are named', () => {
    const content = draw({ actions: [anAction('A'), anAction('B', { typed: `备注 ${'很'.repeat(200)}` })] });
    expect(content.msgKey).toBe('sampleActionCard');
    expect(content.msgParam['text']).toContain('可发送：备注 很');
  });

  test('ours lose no words', () => {
    for (const { name, card } of everyCard) {
      const { msgParam } = actionCard(card);
      expect(msgParam['text'], name).toContain(neutralLine(card.title).slice(0, 6));
    }
  });
});

describe('by a webhook', () => {
  test('links are buttons, one below the other', () => {
    expect(sessionBody(aCard({ actions: [anAction('A')] }))).toEqual({
      msgtype: 'actionCard',
      actionCard: {
        title: 'T-4821 · 待认领',
        text: '### T-4821 · 快递三天没更新',
        btnOrientation: '0',
        btns: [{ title: 'A', actionURL: claim }],
      },
    });
    expect(sessionBody(aCard())).toMatchObject({ msgtype: 'markdown' });
  });

  test('nothing that a custom robot says sends anything: it hears nothing', () => {
    const card = aCard({ actions: [anAction('A')] });
    expect(robotBody({ type: 'card', card, fallback: '', version: 1 })).toEqual({
      msgtype: 'markdown',
      markdown: { title: 'T-4821 · 待认领', text: '### T-4821 · 快递三天没更新\n\n可发送：认领 A' },
    });
    expect(robotBody({ type: 'text', text: ' *收到* ', attachments: [] })).toEqual({
      msgtype: 'text',
      text: { content: '*收到*' },
    });
  });

  test('any message has room', () => {
    fc.assert(
      fc.property(anyCard, anyText, (card, text) => {
        for (const body of [
          sessionBody(card),
          robotBody({ type: 'card', card, fallback: '', version: 1 }),
          robotBody({ type: 'text', text: Array.from(text).slice(0, MAX_TEXT).join(''), attachments: [] }),
        ])
          expect(bytesOf(JSON.stringify(body))).toBeLessThanOrEqual(MAX_ROBOT_BYTES);
      }),
      BOUNDED,
    );
  });
});
