import { entry, type Entry } from './entry.ts';

const since = new Date('2026-11-11T01:12:00Z');
const until = new Date('2026-11-11T14:00:00Z');
const word = (note: string, zh: string, en: string): Entry<null> =>
  entry({ note, sample: null, zh: () => zh, en: () => en });

/** The page that somebody of the staff has for themselves on platforms with such pages. */
export const home = {
  title: entry<{ who: string }>({
    note: "title of a colleague's own page",
    sample: { who: '李雷' },
    zh: (p) => `${p.who}的工作台`,
    en: (p) => `${p.who}'s desk`,
  }),
  on: entry<{ since: Date; until: Date }>({
    note: 'status line of that page while its reader is on duty; it stays, so clock times',
    sample: { since, until },
    zh: (p, f) => `${f.stamp(p.since)} 起在班，到 ${f.stamp(p.until)}`,
    en: (p, f) => `On duty since ${f.stamp(p.since)}, until ${f.stamp(p.until)}`,
  }),
  away: entry<{ until: Date }>({
    note: 'the same while they are on a break',
    sample: { until },
    zh: (p, f) => `休息到 ${f.stamp(p.until)}，到点自动上线`,
    en: (p, f) => `Away until ${f.stamp(p.until)}, then back on duty`,
  }),
  off: entry<{ since: Date | null }>({
    note: 'the same while they are off duty; since is null when they never were on',
    sample: { since: until },
    zh: (p, f) => (p.since === null ? '不在班' : `${f.stamp(p.since)} 起不在班`),
    en: (p, f) => (p.since === null ? 'Off duty' : `Off duty since ${f.stamp(p.since)}`),
  }),
  mine: entry<{ count: number }>({
    note: "heading above the reader's own tickets",
    sample: { count: 3 },
    zh: (p) => (p.count === 0 ? '我的工单' : `我的工单 · ${p.count} 张`),
    en: (p) => (p.count === 0 ? 'My tickets' : `My tickets · ${p.count}`),
  }),
  mine_none: entry<{ waiting: number }>({
    note: 'in place of them when there are none; waiting: how many their teams have to claim',
    sample: { waiting: 0 },
    zh: (p) => (p.waiting === 0 ? '手上没有工单，也没有在排队的，歇一会儿' : '手上没有工单，可以取下一张'),
    en: (p) =>
      p.waiting === 0 ? 'Nothing with you and nothing waits: time for a break' : 'Nothing with you; take the next one',
  }),
  queue: entry<{ team: string; count: number }>({
    note: 'heading above the tickets of a team that nobody has claimed; row of the overview of all teams',
    sample: { team: '售后', count: 5 },
    zh: (p) => `${p.team} · ${p.count} 张待认领`,
    en: (p) => `${p.team} · ${p.count} to claim`,
  }),
  queue_none: entry<{ teams: readonly string[] }>({
    note: 'under the queues: the teams of the reader that have nothing to claim',
    sample: { teams: ['售后', '物流'] },
    zh: (p) => `${p.teams.join('、')}没有待认领的工单`,
    en: (p) => `Nothing waits to be claimed in ${p.teams.join(', ')}`,
  }),
  overview: word(
    'heading above one row per team, for a manager who is in none',
    '各组的队列',
    'The queues of all teams',
  ),
  oldest: entry<{ at: Date }>({
    note: 'second line of such a row: since when the first of its tickets waits',
    sample: { at: since },
    zh: (p, f) => `最早的 ${f.stamp(p.at)} 起等`,
    en: (p, f) => `The oldest waits since ${f.stamp(p.at)}`,
  }),
  overview_more: entry<{ shown: number; total: number }>({
    note: 'under those rows when not every team with something to claim is shown',
    sample: { shown: 10, total: 14 },
    zh: (p) => `显示最多的 ${p.shown} 个组，共 ${p.total} 个组有待认领`,
    en: (p) => `The ${p.shown} longest of ${p.total} queues`,
  }),
  overview_none: word('in place of those rows', '各组都没有待认领的工单', 'Nothing waits to be claimed in any team'),
  no_team: word(
    'in place of queues for somebody who is in no team',
    '你还没有入组；入组以后，这里会有组里待认领的工单',
    'You are in no team yet; what your team has to claim will be here',
  ),
} as const;
