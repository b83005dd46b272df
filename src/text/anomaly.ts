import { entry } from './entry.ts';

const since = new Date('2026-11-11T06:05:00Z');
const word = (note: string, zh: string, en: string) => entry<null>({ note, sample: null, zh: () => zh, en: () => en });

interface Numbers {
  /** What there is more of: a category, a shop, a region. */
  readonly what: string;
  readonly count: number;
  readonly usual: number;
  readonly windowMs: number;
}

const zhRound = (n: number): string => (n < 10 ? String(Math.round(n * 10) / 10) : String(Math.round(n)));

/** Warnings that something is not as ever (异常预警). */
export const anomaly = {
  all: word('what a warning is about: all tickets of a team', '全部工单', 'all tickets'),
  title: entry<Numbers>({
    note: 'title of the card that warns of many more tickets than ever',
    sample: { what: '物流停滞', count: 19, usual: 3, windowMs: 3_600_000 },
    zh: (p, f) => `${p.what}突然变多：${f.duration(p.windowMs)}内 ${p.count} 单 / 平时 ${zhRound(p.usual)} 单`,
    en: (p, f) => `Surge of ${p.what}: ${p.count} in ${f.duration(p.windowMs)}, usually ${zhRound(p.usual)}`,
  }),
  status: entry<{ since: Date; by: 'weeks' | 'days' }>({
    note: 'status line of that card: since when, and what is usual by: the same hour of the week, or the days before while weeks are too few',
    sample: { since, by: 'weeks' },
    zh: (p, f) => `${f.stamp(p.since)} 起${p.by === 'days' ? ' · 历史不足三周，平时按前几天同一时段算' : ''}`,
    en: (p, f) =>
      `Since ${f.stamp(p.since)}${p.by === 'days' ? ' · less than three weeks known, usual is by the days before' : ''}`,
  }),
  words: entry<{ words: readonly string[] }>({
    note: 'line of that card: the words that stand in most of its tickets',
    sample: { words: ['快递', '没更新'] },
    zh: (p) => `常见词：${p.words.join('、')}`,
    en: (p) => `Often: ${p.words.join(', ')}`,
  }),
  grouped: entry<{ no: number; count: number }>({
    note: 'line of that card: the problem under which its tickets stand',
    sample: { no: 4821, count: 19 },
    zh: (p) => `已建问题单 T-${p.no}，归了 ${p.count} 张`,
    en: (p) => `Problem T-${p.no} has ${p.count} ${p.count === 1 ? 'ticket' : 'tickets'} of it`,
  }),
  problem: word('button of that card: its tickets stand under one from now on', '建问题单', 'Open a problem ticket'),
  problem_more: word('the same once there is one: what came since joins it', '归到问题单', 'Add to the problem'),
  over: entry<{ what: string; since: Date; at: Date; count: number }>({
    note: 'all that is left of that card once it is calm: from when to when, how many tickets it knows',
    sample: { what: '物流停滞', since, at: new Date('2026-11-11T08:05:00Z'), count: 31 },
    zh: (p, f) => `${p.what}恢复正常：${f.stamp(p.since)} 到 ${f.stamp(p.at)}`,
    en: (p, f) => `${p.what} back to normal: from ${f.stamp(p.since)} to ${f.stamp(p.at)}`,
  }),
  slow: entry<{ who: string; now: number; usual: number }>({
    note: 'title of the card to the leads of somebody who suddenly takes much longer to answer than they do; milliseconds',
    sample: { who: '李雷', now: 720_000, usual: 180_000 },
    zh: (p, f) => `${p.who} 首响变慢：${f.duration(p.now)} / 平时 ${f.duration(p.usual)}`,
    en: (p, f) => `${p.who} answers slower: ${f.duration(p.now)}, usually ${f.duration(p.usual)}`,
  }),
  slow_hint: word(
    'line of that card: what may help',
    '可能手上太多，或者遇到了难题；看看要不要分一些给别人',
    'They may have too much, or something hard: see whether others can take some',
  ),
  slow_over: entry<{ who: string }>({
    note: 'all that is left of that card once they are as ever',
    sample: { who: '李雷' },
    zh: (p) => `${p.who} 的首响恢复正常`,
    en: (p) => `${p.who} answers as fast as ever again`,
  }),
};
