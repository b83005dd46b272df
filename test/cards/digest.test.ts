import { describe, expect, it } from 'vitest';
import type { Card } from '../../cards/card.ts';
import { drawDigest, drawDigestRest } from '../../cards/digest.ts';
import { fallback } from '../../cards/fallback.ts';
import { fit } from '../../cards/fit.ts';
import { dingtalkCard } from '../../adapters/dingtalk/limits.ts';
import { sandboxCard } from '../../adapters/sandbox/limits.ts';
import { slackCard } from '../../adapters/slack/limits.ts';
import type { Digest } from '../../src/domain/digest.ts';
import { aDigest, aGroupDigest, aQuietDigest } from '../support/digests.ts';
import { aDirectory, en, zh } from '../support/tickets.ts';

const directory = aDirectory();
const drawn = (digest: Digest, reader = zh): Card => drawDigest({ digest, directory }, reader);
/** Without what to type: every line is a sentence of its own. */
const lines = (digest: Digest, reader = zh): readonly string[] =>
  fallback(drawn(digest, reader))
    .split('\n')
    .filter((line) => !/^(?:可发送|You can type)/u.test(line))
    .map((line) => line.replaceAll('\u00A0', ' '));

describe('what a digest says', () => {
  it('of a bad day: what is wrong, what to press, four numbers, the chart', () => {
    expect(lines(aDigest())).toEqual([
      '昨天 1 204 单，首响达标 96 %（↑2），7 单超时未处理',
      '全部 · 11月10日 周二 · 3 件事要处理',
      '- 7 单超时，等着处理 → 催办',
      '- 李雷 今天不在，手上还有 12 单 → 改派 lilei …',
      '- 「物流停滞」来了 96 单，平时 31 单 → 问题单 logistics.stalled day:2026-11-10',
      '新增：1 204 · 前一天 +120 · 上周二 −32',
      '解决：1 150 · 前一天 持平 · 上周二 −50',
      '首响：96 % · 前一天 +2',
      '积压：88 · 前一天 +54 · 上周二 +48',
      '[图片] 10 点来得最多：120 单',
    ]);
    expect(lines(aDigest(), en)).toEqual([
      'Yesterday: 1,204 tickets, 96% answered in time (↑2), 7 overdue and unhandled',
      'All teams · Tue, Nov 10 · 3 things need you',
      '- 7 tickets overdue and unhandled → chase',
      '- 李雷 is off today with 12 tickets open → reassign lilei …',
      '- Stalled parcel: 96 tickets, usually 31 → problem logistics.stalled day:2026-11-10',
      'New: 1,204 · day before +120 · last Tue −32',
      'Resolved: 1,150 · day before same · last Tue −50',
      'In time: 96% · day before +2 pts',
      'Backlog: 88 · day before +54 · last Tue +48',
      '[picture] Most came at 10:00: 120 tickets',
    ]);
  });

  it('of a quiet day: that nothing has to be done', () => {
    expect(lines(aQuietDigest).slice(0, 3)).toEqual([
      '昨天 12 单，首响达标 100 %，没有超时未处理的',
      '全部 · 11月10日 周二 · 没有需要处理的',
      '一切正常，没有需要你处理的事。',
    ]);
    expect(drawn(aQuietDigest).tone).toBe('green');
    expect(lines(aQuietDigest, en)[2]).toBe('All is well: nothing needs you.');
  });

  it('of a first day: when there will be comparisons, and none that mean nothing', () => {
    const first = aDigest({ before: null, week: null });
    expect(lines(first).join('\n')).toMatch(/新增：1 204\n解决：1 150\n首响：96 %\n积压：88\n满一周后显示对比/u);
    expect(lines(first).join('\n')).not.toMatch(/NaN|Infinity|∞|持平|前一天/u);
    expect(lines(first, en)).toContain('Comparisons appear after the first full week');
  });

  it('of a day without a single answer', () => {
    const none = { new: 0, resolved: 0, backlog: 3, inTime: { met: 0, of: 0 } };
    const digest = aDigest({ numbers: none, overdue: 0, items: [], peak: null });
    expect(lines(digest)[0]).toBe('昨天没有新单，没有超时未处理的');
    expect(lines(digest)).toContain('首响：还没有');
  });

  it('of the day so far, in a promotion', () => {
    const period = {
      key: 'day:2026-11-11',
      timeZone: 'Asia/Shanghai',
      from: new Date('2026-11-10T16:00:00Z'),
      to: new Date('2026-11-11T16:00:00Z'),
    };
    const until = new Date('2026-11-11T05:00:00Z');
    const digest = aDigest({ kind: 'so_far', period, until });
    expect(lines(digest)[0]).toBe('今天到 13:00 1 204 单，首响达标 96 %（↑2），7 单超时未处理');
    expect(lines(digest, en)[0]).toMatch(/^Today until 13:00: 1,204 tickets/u);
    // What its numbers open is as it was then.
    expect(drawn(digest).actions.find(({ label }) => label.includes('新增'))?.invoke.args).toEqual({
      ask: `new day:2026-11-11 @${until.getTime()}`,
    });
  });

  it.each([
    [
      'week:2026-W45',
      '2026-11-01T16:00:00Z',
      '2026-11-08T16:00:00Z',
      '11月2日至11月8日这周 1 204 单',
      'Week of Nov 2: ',
    ],
    ['month:2026-10', '2026-09-30T16:00:00Z', '2026-10-31T16:00:00Z', '10月 1 204 单', 'October: '],
    [
      'days:2026-11-06..2026-11-08',
      '2026-11-05T16:00:00Z',
      '2026-11-08T16:00:00Z',
      '11月6日至11月8日 1 204 单',
      'Nov 6 to Nov 8: ',
    ],
  ])('of %s', (key, from, to, chinese, english) => {
    const period = { key, timeZone: 'Asia/Shanghai', from: new Date(from), to: new Date(to) };
    const digest = aDigest({ period, until: period.to });
    expect(lines(digest)[0]?.startsWith(chinese)).toBe(true);
    expect(lines(digest, en)[0]?.startsWith(english)).toBe(true);
  });

  it('of two shops, as their manager reads it', () => {
    expect(lines(aDigest({ scope: 'all@tea' }))[1]).toBe('山间茶铺 · 11月10日 周二 · 3 件事要处理');
  });

  it('to a group without names, on the card and behind it', () => {
    const rest = drawDigestRest({ digest: aGroupDigest, directory, exports: false }, zh);
    const everything = JSON.stringify([drawn(aGroupDigest), rest]);
    for (const { id, name } of directory.people.values()) {
      expect(everything).not.toContain(name);
      expect(everything).not.toContain(id);
    }
    expect(lines(aGroupDigest)[1]).toBe('售后 · 11月10日 周二 · 2 件事要处理');
  });

  it('where no chart can be seen: when most came', () => {
    expect(lines(aDigest({ chart: null })).at(-1)).toBe('10 点来得最多：120 单');
    const slack = fit(drawn(aDigest()), slackCard).card;
    expect(slack.blocks.at(-1)).toMatchObject({ type: 'file', text: '[图片] 10 点来得最多：120 单' });
  });
});

describe('every number of a digest', () => {
  it('has an entry that opens the tickets behind it', () => {
    const labels = drawn(aDigest()).actions.map(({ label }) => label.replaceAll('\u00A0', ' '));
    expect(labels).toEqual([
      '更多',
      '看超时未处理的 7 单',
      '看 李雷 手上的 12 单',
      '看「物流停滞」96 单',
      '看新增的 1 204 单',
      '看解决的 1 150 单',
      '看首响达标的 1 152 单',
      '看首响超时的 48 单',
      '看积压的 88 单',
      '看 10 点来的 120 单',
      '导出',
    ]);
  });

  it('stays on every platform: none of its actions is lost, and the first lines are whole', () => {
    const card = drawn(aDigest());
    for (const limits of [sandboxCard, slackCard, dingtalkCard.own]) {
      const fitted = fit(card, limits);
      expect(fitted.card.title).toBe(card.title);
      expect(fitted.cut.map(({ what }) => what).filter((what) => what !== 'image')).toEqual([]);
    }
  });
});
