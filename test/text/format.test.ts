import { describe, expect, it } from 'vitest';
import { formatFor } from '../../src/text/format.ts';

const now = new Date('2026-11-11T06:32:00Z');
const zh = formatFor({ locale: 'zh-CN', timeZone: 'Asia/Shanghai', now });
const en = formatFor({ locale: 'en', timeZone: 'Asia/Shanghai', now });
const MINUTE = 60_000;
const HOUR = 60 * MINUTE;
const before = (ms: number): Date => new Date(now.getTime() - ms);

describe('times as people say them', () => {
  it.each([
    [0, '今天 14:32', 'today 14:32'],
    [-24 * HOUR, '明天 14:32', 'tomorrow 14:32'],
    [15 * HOUR, '昨天 23:32', 'yesterday 23:32'],
    [72 * HOUR, '11月8日 14:32', 'Nov 8, 14:32'],
    [365 * 24 * HOUR, '2025年11月11日 14:32', 'Nov 11 2025, 14:32'],
  ])('a moment %d ms ago', (ms, chinese, english) => {
    expect([zh.moment(before(ms)), en.moment(before(ms))]).toEqual([chinese, english]);
  });

  it('in the time zone of the reader', () => {
    const london = formatFor({ locale: 'en', timeZone: 'Europe/London', now });
    expect(london.moment(now)).toBe('today 6:32');
    expect(zh.moment(new Date('2026-11-11T16:00:00Z'))).toBe('明天 0:00');
  });

  it('names no day that would soon be wrong where it stays', () => {
    expect(zh.stamp(before(0))).toBe('14:32');
    expect(zh.stamp(before(-24 * HOUR))).toBe('11月12日 14:32');
    expect(en.stamp(before(-24 * HOUR))).toBe('Nov 12, 14:32');
  });

  it.each([
    [0, '刚刚', 'just now'],
    [59_000, '刚刚', 'just now'],
    [12 * MINUTE, '12 分钟前', '12 min ago'],
    [2 * HOUR, '今天 12:32', 'today 12:32'],
  ])('%d ms ago', (ms, chinese, english) => {
    expect([zh.ago(before(ms)), en.ago(before(ms))]).toEqual([chinese, english]);
  });

  it.each([
    [40, '刚刚', 'just now'],
    [1_240, '1.2 秒前', '1.2 s ago'],
    [42_000, '42 秒前', '42 s ago'],
    [3 * MINUTE, '3 分钟前', '3 min ago'],
  ])('%d ms ago, when it matters who was faster', (ms, chinese, english) => {
    expect([zh.since(before(ms)), en.since(before(ms))]).toEqual([chinese, english]);
  });

  it.each([
    [200, '0.2 秒', '0.2 s'],
    [30_000, '30 秒', '30 s'],
    [5 * MINUTE, '5 分钟', '5 min'],
    [72 * MINUTE, '1 小时 12 分', '1 h 12 min'],
    [24 * HOUR, '24 小时', '24 h'],
    [72 * HOUR, '3 天', '3 days'],
  ])('%d ms long', (ms, chinese, english) => {
    expect([zh.duration(ms), en.duration(ms)]).toEqual([chinese, english]);
  });
});
