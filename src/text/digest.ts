import { grouped, percent, signed } from './count.ts';
import { entry } from './entry.ts';
import type { Format } from './format.ts';

const word = (note: string, zh: string, en: string) => entry<null>({ note, sample: null, zh: () => zh, en: () => en });

const from = new Date('2026-11-09T16:00:00Z');
const until = new Date('2026-11-11T05:00:00Z');

/** What a digest is of; `last`: its last day. */
interface When {
  readonly of: 'day' | 'days' | 'week' | 'month' | 'so_far' | 'so_far_week' | 'so_far_month';
  readonly from: Date;
  readonly last: Date;
  readonly until: Date;
}
const when: When = { of: 'day', from, last: from, until };

const zhWhen = ({ of, from: first, last, until: at }: When, f: Format): string => {
  switch (of) {
    case 'day':
      return f.day(first);
    case 'days':
      return `${f.date(first)}至${f.date(last)}`;
    case 'week':
      return `${f.date(first)}至${f.date(last)}这周`;
    case 'month':
      return f.month(first);
    case 'so_far':
      return `今天到 ${f.clock(at)} `;
    case 'so_far_week':
      return '本周到现在 ';
    case 'so_far_month':
      return '本月到现在 ';
  }
};
const enWhen = ({ of, from: first, last, until: at }: When, f: Format): string => {
  switch (of) {
    case 'day':
      return f.day(first).replace(/^on /u, '');
    case 'days':
      return `${f.date(first)} to ${f.date(last)}`;
    case 'week':
      return `Week of ${f.date(first)}`;
    case 'month':
      return f.month(first);
    case 'so_far':
      return `Today until ${f.clock(at)}`;
    case 'so_far_week':
      return 'This week so far';
    case 'so_far_month':
      return 'This month so far';
  }
};

const zhRise = (change: number | null): string =>
  change === null || change === 0 ? '' : `（${change > 0 ? '↑' : '↓'}${Math.abs(change)}）`;
const enRise = (change: number | null): string =>
  change === null || change === 0 ? '' : ` (${change > 0 ? '↑' : '↓'}${Math.abs(change)})`;

const capital = (line: string): string => line.slice(0, 1).toUpperCase() + line.slice(1);
const tickets = (count: number): string => `${grouped(count, 'en')} ${count === 1 ? 'ticket' : 'tickets'}`;
const space = (after: string): string => (/[0-9]$/u.test(after) ? ' ' : '');

/** What earlier number something is compared with. `day`: of days; null: there is none. */
interface Against {
  readonly before: number | null;
  readonly week: number | null;
  readonly of: 'day' | 'days' | 'week' | 'month';
  readonly from: Date;
}
const against: Against = { before: 120, week: -32, of: 'day', from };

const ZH_BEFORE = { day: '前一天', days: '前几天', week: '前一周', month: '前一月' } as const;
const EN_BEFORE = {
  day: 'day before',
  days: 'days before',
  week: 'week before',
  month: 'month before',
};

const zhChange = (name: string, change: number | null, unit: string): readonly string[] =>
  change === null ? [] : [`${name} ${signed(change, 'zh') ?? '持平'}${change === 0 ? '' : unit}`];
const enChange = (name: string, change: number | null, unit: string): readonly string[] =>
  change === null ? [] : [`${name} ${signed(change, 'en') ?? 'same'}${change === 0 ? '' : unit}`];

const zhChanges = (a: Against, f: Format, unit = ''): string => {
  const same = a.of === 'day' ? `上${f.weekday(a.from)}` : '上周同期';
  return [...zhChange(ZH_BEFORE[a.of], a.before, unit), ...zhChange(same, a.week, unit)].map((c) => ` · ${c}`).join('');
};
const enChanges = (a: Against, f: Format, unit = ''): string => {
  const same = a.of === 'day' ? `last ${f.weekday(a.from)}` : 'a week earlier';
  return [...enChange(EN_BEFORE[a.of], a.before, unit), ...enChange(same, a.week, unit)].map((c) => ` · ${c}`).join('');
};

/** What digests say: the card that managers, leads and groups get each morning, and what stands behind its buttons. */
export const digest = {
  headline: entry<{
    when: When;
    count: number;
    /** Share of first answers in time; null: there was none. */
    inTime: number | null;
    /** In points against the period before. */
    change: number | null;
    overdue: number;
  }>({
    note: 'first line of a digest: how many came, how many first answers were in time, how many are late and unhandled now',
    sample: { when, count: 1_204, inTime: 0.96, change: 2, overdue: 7 },
    zh: (p, f) => {
      const name = zhWhen(p.when, f);
      const came =
        p.count === 0 ? `${name}没有新单` : `${name}${name.endsWith(' ') ? '' : ' '}${grouped(p.count, 'zh')} 单`;
      const rate = p.inTime === null ? [] : [`首响达标 ${percent(p.inTime, 'zh')}${zhRise(p.change)}`];
      const late = p.overdue === 0 ? '没有超时未处理的' : `${grouped(p.overdue, 'zh')} 单超时未处理`;
      return [came, ...rate, late].join('，');
    },
    en: (p, f) => {
      const came = `${capital(enWhen(p.when, f))}: ${p.count === 0 ? 'no new tickets' : tickets(p.count)}`;
      const rate = p.inTime === null ? [] : [`${percent(p.inTime, 'en')} answered in time${enRise(p.change)}`];
      const late = p.overdue === 0 ? 'nothing overdue' : `${grouped(p.overdue, 'en')} overdue and unhandled`;
      return [came, ...rate, late].join(', ');
    },
  }),
  status: entry<{ who: readonly string[]; from: Date; last: Date; todo: number }>({
    note: 'second line of a digest: of which teams or shops (none: of all), of which days, how much there is to do',
    sample: { who: ['售后'], from, last: from, todo: 3 },
    zh: (p, f) =>
      [
        p.who.length === 0 ? '全部' : p.who.join('、'),
        f.date(p.from) === f.date(p.last)
          ? `${f.date(p.from)} ${f.weekday(p.from)}`
          : `${f.date(p.from)}至${f.date(p.last)}`,
        p.todo === 0 ? '没有需要处理的' : `${p.todo} 件事要处理`,
      ].join(' · '),
    en: (p, f) =>
      [
        p.who.length === 0 ? 'All teams' : p.who.join(', '),
        f.date(p.from) === f.date(p.last)
          ? `${f.weekday(p.from)}, ${f.date(p.from)}`
          : `${f.date(p.from)} to ${f.date(p.last)}`,
        p.todo === 0 ? 'nothing needs you' : `${p.todo} ${p.todo === 1 ? 'thing needs' : 'things need'} you`,
      ].join(' · '),
  }),
  dates: entry<{ from: Date; last: Date }>({
    note: 'the days of a period, inside titles',
    sample: { from, last: from },
    zh: (p, f) => (f.date(p.from) === f.date(p.last) ? f.date(p.from) : `${f.date(p.from)}至${f.date(p.last)}`),
    en: (p, f) => (f.date(p.from) === f.date(p.last) ? f.date(p.from) : `${f.date(p.from)} to ${f.date(p.last)}`),
  }),
  nothing: word(
    'in place of what has to be done, when nothing has to',
    '一切正常，没有需要你处理的事。',
    'All is well: nothing needs you.',
  ),
  item_overdue: entry<{ count: number }>({
    note: 'something to do on a digest; its button reminds who handles them',
    sample: { count: 7 },
    zh: (p) => `${grouped(p.count, 'zh')} 单超时，等着处理`,
    en: (p) => `${tickets(p.count)} overdue and unhandled`,
  }),
  item_away: entry<{ who: string; count: number }>({
    note: 'something to do on a digest; its button gives them to somebody else. Only to the person’s leads and managers',
    sample: { who: '李雷', count: 12 },
    zh: (p) => `${p.who} 今天不在，手上还有 ${grouped(p.count, 'zh')} 单`,
    en: (p) => `${p.who} is off today with ${tickets(p.count)} open`,
  }),
  item_surge: entry<{ category: string; count: number; usual: number }>({
    note: 'something to do on a digest; its button opens a ticket about the cause',
    sample: { category: '物流停滞', count: 96, usual: 31 },
    zh: (p) =>
      `「${p.category}」来了 ${grouped(p.count, 'zh')} 单，平时${p.usual === 0 ? '没有' : ` ${grouped(p.usual, 'zh')} 单`}`,
    en: (p) => `${p.category}: ${tickets(p.count)}, usually ${p.usual === 0 ? 'none' : grouped(p.usual, 'en')}`,
  }),
  remind_all: word('button beside overdue tickets', '提醒全部', 'Remind all'),
  reassign: word('button beside the tickets of somebody who is off', '重新指派', 'Reassign'),
  open_problem: word('button beside a category of which far more came than usual', '建问题单', 'Open problem'),
  more: word('button: all the rest of a digest, shown privately', '更多', 'More'),
  export: word('button: the tickets of a digest as files', '导出', 'Export'),
  label_new: word('label of a number on a digest', '新增', 'New'),
  label_resolved: word('label of a number on a digest', '解决', 'Resolved'),
  label_in_time: word('label of a number on a digest: first answers in time', '首响', 'In time'),
  label_backlog: word('label of a number on a digest: open at the end', '积压', 'Backlog'),
  value: entry<{ count: number; against: Against }>({
    note: 'a number on a digest with what changed',
    sample: { count: 1_204, against },
    zh: (p, f) => `${grouped(p.count, 'zh')}${zhChanges(p.against, f)}`,
    en: (p, f) => `${grouped(p.count, 'en')}${enChanges(p.against, f)}`,
  }),
  rate: entry<{ met: number; of: number; against: Against }>({
    note: 'the share of first answers in time on a digest with what changed, in points',
    sample: { met: 47, of: 49, against: { ...against, before: 2, week: null } },
    zh: (p, f) => (p.of === 0 ? '还没有' : `${percent(p.met / p.of, 'zh')}${zhChanges(p.against, f)}`),
    en: (p, f) => (p.of === 0 ? 'none yet' : `${percent(p.met / p.of, 'en')}${enChanges(p.against, f, ' pts')}`),
  }),
  no_history: word(
    'on the digests of the first week, in place of comparisons',
    '满一周后显示对比',
    'Comparisons appear after the first full week',
  ),
  peak: entry<{ at: Date; count: number; of: 'hour' | 'day' }>({
    note: 'what the chart of a digest shows, for who cannot see it: when most came',
    sample: { at: until, count: 96, of: 'hour' },
    zh: (p, f) => `${p.of === 'hour' ? `${f.hour(p.at)} 点` : f.date(p.at)}来得最多：${grouped(p.count, 'zh')} 单`,
    en: (p, f) => `Most came ${p.of === 'hour' ? `at ${f.hour(p.at)}:00` : `on ${f.date(p.at)}`}: ${tickets(p.count)}`,
  }),
  see: entry<{
    what: 'new' | 'resolved' | 'in_time' | 'late_first' | 'backlog' | 'overdue' | 'late' | 'reopened' | 'slot';
    count: number;
    at: string;
  }>({
    note: 'entry of the menu of a digest: opens the tickets behind a number; at: the hour or day',
    sample: { what: 'new', count: 1_204, at: '' },
    zh: (p) => {
      const { what, count, at } = p;
      const names = {
        new: '新增的',
        resolved: '解决的',
        in_time: '首响达标的',
        late_first: '首响超时的',
        backlog: '积压的',
        overdue: '超时未处理的',
        late: '超时过的',
        reopened: '重开的',
        slot: ` ${at}来的`,
      };
      return `看${names[what]} ${grouped(count, 'zh')} 单`;
    },
    en: (p) => {
      const names = {
        new: 'new',
        resolved: 'resolved',
        in_time: 'answered in time',
        late_first: 'answered late',
        backlog: 'in the backlog',
        overdue: 'overdue',
        late: 'that ran late',
        reopened: 'reopened',
        slot: `from ${p.at}`,
      };
      return `See ${grouped(p.count, 'en')} ${names[p.what]}`;
    },
  }),
  see_cause: entry<{ category: string | null; count: number }>({
    note: 'entry of a menu: opens the tickets of a category; null: of none',
    sample: { category: '物流停滞', count: 96 },
    zh: (p) => `看「${p.category ?? '未分类'}」${space(p.category ?? '')}${grouped(p.count, 'zh')} 单`,
    en: (p) => `See ${grouped(p.count, 'en')} of ${p.category ?? 'no category'}`,
  }),
  see_held: entry<{ who: string; count: number }>({
    note: 'entry of the menu of a digest: opens what somebody had at its end. Only to the person’s leads and managers',
    sample: { who: '李雷', count: 12 },
    zh: (p) => `看 ${p.who} 手上的 ${grouped(p.count, 'zh')} 单`,
    en: (p) => `See ${grouped(p.count, 'en')} with ${p.who}`,
  }),
  slot: entry<{ at: Date }>({
    note: 'an hour, inside the entry of a menu that opens what came in it',
    sample: { at: until },
    zh: (p, f) => `${f.hour(p.at)} 点`,
    en: (p, f) => `${f.hour(p.at)}:00`,
  }),
  see_row: word('button beside a number with the tickets behind it', '看', 'See'),
  more_title: entry<When>({
    note: 'title of the rest of a digest, shown privately',
    sample: when,
    zh: (p, f) => `${zhWhen(p, f).trim()}的明细`,
    en: (p, f) => `${capital(enWhen(p, f))}: the rest`,
  }),
  late: entry<{ count: number; first: number }>({
    note: 'row of the rest of a digest: tickets of which a promise passed unmet, and those whose first answer was late',
    sample: { count: 12, first: 5 },
    zh: (p) => `超时过 ${grouped(p.count, 'zh')} 单${p.first === 0 ? '' : `，其中首响 ${grouped(p.first, 'zh')} 单`}`,
    en: (p) =>
      `${grouped(p.count, 'en')} ran late${p.first === 0 ? '' : `, ${grouped(p.first, 'en')} at the first answer`}`,
  }),
  reopened: entry<{ count: number; share: number | null }>({
    note: 'row of the rest of a digest; share: of what was resolved',
    sample: { count: 4, share: 0.03 },
    zh: (p) =>
      `重开 ${grouped(p.count, 'zh')} 单${p.share === null || p.count === 0 ? '' : `，解决量的 ${percent(Math.min(p.share, 1), 'zh')}`}`,
    en: (p) =>
      `${grouped(p.count, 'en')} reopened${p.share === null || p.count === 0 ? '' : `, ${percent(Math.min(p.share, 1), 'en')} of the resolved`}`,
  }),
  spread: entry<{ of: 'first' | 'resolution'; p50: number; p90: number }>({
    note: 'line of the rest of a digest: how long first answers or resolutions took, working time',
    sample: { of: 'first', p50: 80_000, p90: 170_000 },
    zh: (p, f) =>
      `${p.of === 'first' ? '首响' : '解决'}用时：一半在 ${f.duration(p.p50)} 内，九成在 ${f.duration(p.p90)} 内`,
    en: (p, f) =>
      `${p.of === 'first' ? 'First answer' : 'Resolution'}: half within ${f.duration(p.p50)}, nine in ten within ${f.duration(p.p90)}`,
  }),
  cause: entry<{ category: string | null; count: number; change: number | null }>({
    note: 'row of the rest of a digest: a category; null: none; change: against a week earlier',
    sample: { category: '物流停滞', count: 96, change: 40 },
    zh: (p) =>
      `${p.category ?? '未分类'} ${grouped(p.count, 'zh')} 单${p.change === null || p.change === 0 ? '' : `（比上周 ${signed(p.change, 'zh') ?? ''}）`}`,
    en: (p) =>
      `${p.category ?? 'No category'}: ${grouped(p.count, 'en')}${p.change === null || p.change === 0 ? '' : ` (${signed(p.change, 'en') ?? ''} on last week)`}`,
  }),
  source: entry<{ kind: string; platform: string; count: number }>({
    note: 'row of the rest of a digest: where tickets came from',
    sample: { kind: 'message', platform: 'wecom', count: 300 },
    zh: (p) => `${ZH_SOURCE[p.kind] ?? p.kind} · ${ZH_PLATFORM[p.platform] ?? p.platform} ${grouped(p.count, 'zh')} 单`,
    en: (p) => `${EN_SOURCE[p.kind] ?? p.kind} · ${EN_PLATFORM[p.platform] ?? p.platform}: ${grouped(p.count, 'en')}`,
  }),
  person: entry<{ who: string; resolved: number; open: number; late: number }>({
    note: 'row of the rest of a digest, for leads and managers alone',
    sample: { who: '李雷', resolved: 40, open: 5, late: 2 },
    zh: (p) =>
      `${p.who}：解决 ${grouped(p.resolved, 'zh')}，手上 ${grouped(p.open, 'zh')}${p.late === 0 ? '' : `，超时 ${grouped(p.late, 'zh')}`}`,
    en: (p) =>
      `${p.who}: ${grouped(p.resolved, 'en')} resolved, ${grouped(p.open, 'en')} open${p.late === 0 ? '' : `, ${grouped(p.late, 'en')} late`}`,
  }),
  chart_title: entry<{ who: readonly string[]; from: Date; last: Date }>({
    note: 'title inside the chart of a digest',
    sample: { who: ['售后'], from, last: from },
    zh: (p, f) =>
      `${p.who.length === 0 ? '全部' : p.who.join('、')} · ${f.date(p.from)}${f.date(p.from) === f.date(p.last) ? '' : `至${f.date(p.last)}`}`,
    en: (p, f) =>
      `${p.who.length === 0 ? 'All teams' : p.who.join(', ')} · ${f.date(p.from)}${f.date(p.from) === f.date(p.last) ? '' : ` to ${f.date(p.last)}`}`,
  }),
  chart_subtitle: entry<{ from: Date; of: 'hour' | 'day' }>({
    note: 'below it: the weekday of a day, else what a bar is',
    sample: { from, of: 'hour' },
    zh: (p, f) => (p.of === 'hour' ? f.weekday(p.from) : '按天'),
    en: (p, f) => (p.of === 'hour' ? f.weekday(p.from) : 'by day'),
  }),
  chart_late: word('name of what was late inside the chart of a digest', '超时', 'Late'),
  chart_before: word(
    'name of the line of the earlier period inside the chart of a digest',
    '上周同期',
    'A week earlier',
  ),
};

const ZH_SOURCE: Readonly<Record<string, string>> = { message: '客户来信', agent: '同事代建', system: '系统' };
const ZH_PLATFORM: Readonly<Record<string, string>> = {
  wecom: '企业微信',
  dingtalk: '钉钉',
  slack: 'Slack',
  sandbox: '沙盒',
};
const EN_PLATFORM: Readonly<Record<string, string>> = {
  wecom: 'WeCom',
  dingtalk: 'DingTalk',
  slack: 'Slack',
  sandbox: 'Sandbox',
};
const EN_SOURCE: Readonly<Record<string, string>> = { message: 'Messages', agent: 'Filed by staff', system: 'Systems' };
