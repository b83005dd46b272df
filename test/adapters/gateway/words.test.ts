import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { cut, saidOf } from '../../../adapters/gateway/words.ts';
import { cardMessage, wordsMessage } from '../../support/outside.ts';
import { aCard } from '../../support/sandbox.ts';

const card = (summary: string, more: Parameters<typeof aCard>[1] = {}) =>
  cardMessage(aCard('标题', { summary, ...more }));
const sms = (message: Parameters<typeof saidOf>[0]) => saidOf(message, 'sms');

describe('an SMS', () => {
  it('is the summary, with what else fits into one', () => {
    const said = sms(card('T-4821 还有 5 分钟超时', { status: '处理中', tone: 'red' }));
    expect(said).toEqual({ text: 'T-4821 还有 5 分钟超时 · 处理中', ticket: 'T-4821', urgent: true });
    expect(sms(card('T-4821 · 碎了 · 处理中', { status: '处理中' })).text).toBe('T-4821 · 碎了 · 处理中');
  });

  it('names as many of several as fit into one', () => {
    const items = [1, 2, 3, 4, 5, 6].map((n) => ({ text: `T-48${n} 快递三天没更新超时` }));
    const said = sms(card('6 张工单要超时', { blocks: [{ type: 'list', items }] }));
    expect(said.text).toBe(
      '6 张工单要超时 · T-481 快递三天没更新超时 · T-482 快递三天没更新超时 · T-483 快递三天没更新超时',
    );
    expect(said).toMatchObject({ ticket: null, urgent: false });
  });

  it('begins with the number of its ticket', () => {
    expect(sms(card('周总请你看 T-4821')).text).toBe('T-4821 周总请你看 T-4821');
    const long = sms(wordsMessage(`${'长'.repeat(300)} T-4821`)).text;
    expect(long.startsWith('T-4821 长')).toBe(true);
    expect(long).toHaveLength(201);
  });

  it('shows nothing of what is quoted or can be pressed', () => {
    const said = sms(card('T-1 超时', { blocks: [{ type: 'text', style: 'quote', text: '我的电话 13800138000' }] }));
    expect(said.text).toBe('T-1 超时');
  });

  it('is cut between words', () => {
    expect(cut('The parcel of T-4821 has not moved', 20)).toBe('The parcel of…');
    expect(cut('快递三天没更新，客户很着急', 9)).toBe('快递三天没更新…');
    expect(cut('x'.repeat(50), 10)).toBe(`${'x'.repeat(9)}…`);
    expect(cut('👍'.repeat(10), 6)).toBe('👍👍…');
  });

  it('has at most three parts, no line ends and no half signs, whatever is said', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'grapheme', maxLength: 600 }), fc.constantFrom('sms', 'phone'), (words, kind) => {
        const { text } = saidOf(card(words, { status: words }), kind);
        expect(text.length).toBeLessThanOrEqual(kind === 'sms' ? 201 : 60);
        expect(text).not.toMatch(/[\r\n]|\p{Surrogate}/u);
      }),
    );
  });
});

describe('a call', () => {
  it('is short, and what a voice can say', () => {
    const said = saidOf(card('🔴 T-4821 · 还有 5 分钟超时 https://desk.example/t/4821', { status: '处理中' }), 'phone');
    expect(said.text).toBe('T-4821, 还有 5 分钟超时, 处理中');
  });
});
