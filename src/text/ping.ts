import { entry, type Entry } from './entry.ts';

const at = new Date('2026-11-11T06:32:00Z');
const word = (note: string, zh: string, en: string): Entry<null> =>
  entry({ note, sample: null, zh: () => zh, en: () => en });

/** What is due, by how it concerns the reader. */
interface Counts {
  /** Their moment has passed. */
  readonly late: number;
  /** It comes soon. */
  readonly soon: number;
  readonly escalated: number;
  readonly reminders: number;
  /** More than these: the counts are what is known. */
  readonly more: boolean;
}

const zhCount = ({ late, soon, escalated, reminders, more }: Counts): string => {
  const first = late + soon > 0 ? '张工单' : '';
  const parts = [
    ...(late > 0 ? [`${late} ${first}到时限了`] : []),
    ...(soon > 0 ? [`${soon} ${late > 0 ? '张' : first}快到时限`] : []),
    ...(escalated > 0 ? [`${escalated} 张升级给你`] : []),
    ...(reminders > 0 ? [`${reminders} 张你要我提醒`] : []),
  ];
  return `${more ? '至少 ' : ''}${parts.join('，')}`;
};

const enCount = ({ late, soon, escalated, reminders, more }: Counts): string => {
  const tickets = (n: number): string => `${n} ${n === 1 ? 'ticket' : 'tickets'}`;
  const is = (n: number): string => (n === 1 ? 'is' : 'are');
  const parts = [
    ...(late > 0 ? [`${tickets(late)} ${is(late)} overdue`] : []),
    ...(soon > 0 ? [`${tickets(soon)} ${is(soon)} due soon`] : []),
    ...(escalated > 0 ? [`${tickets(escalated)} escalated to you`] : []),
    ...(reminders > 0 ? [`${tickets(reminders)} you asked to be reminded of`] : []),
  ];
  const all = parts.join(', ');
  return more ? `At least ${all}` : all;
};

/** What somebody reads in their direct chat when something of theirs is due. */
export const ping = {
  count: entry<Counts & { since: Date | null }>({
    note: "title of the direct message that lists several tickets that are due; since: from when on it was held, in somebody's time off",
    sample: { late: 3, soon: 1, escalated: 1, reminders: 1, more: false, since: at },
    zh: (p, f) => `${p.since === null ? '' : `${f.stamp(p.since)} 到现在：`}${zhCount(p)}`,
    en: (p, f) => `${p.since === null ? '' : `Since ${f.stamp(p.since)}: `}${enCount(p)}`,
  }),
  held: entry<{ since: Date; what: string }>({
    note: "status line of that message about one ticket, when it was held in somebody's time off",
    sample: { since: at, what: '14:32' },
    zh: (p, f) => `${f.stamp(p.since)} 起 · ${p.what}`,
    en: (p, f) => `Since ${f.stamp(p.since)} · ${p.what}`,
  }),
  theirs: entry<{ who: string; late: boolean; what: string }>({
    note: 'to a lead or manager: whose ticket is due, and of what; who is empty while nobody has it',
    sample: { who: '李雷', late: true, what: '14:32' },
    zh: (p) =>
      p.who === '' ? `还没人接 · ${p.what}` : p.late ? `${p.who} 还没处理 · ${p.what}` : `${p.who} · ${p.what}`,
    en: (p) =>
      p.who === ''
        ? `Nobody has it · ${p.what}`
        : p.late
          ? `Not handled by ${p.who} · ${p.what}`
          : `${p.who} · ${p.what}`,
  }),
  escalated: entry<{ who: string; words: string }>({
    note: 'to whom a ticket was escalated: who did it, with the first words of their note, which may be empty',
    sample: { who: '李雷', words: '客户要投诉到平台' },
    zh: (p) => `${p.who} 升级给你${p.words === '' ? '' : `：${p.words}`}`,
    en: (p) => `Escalated to you by ${p.who}${p.words === '' ? '' : `: ${p.words}`}`,
  }),
  reminder: word('to who asked to be reminded of a ticket', '你要我提醒你', 'You asked to be reminded'),
  acknowledge_all: word('button: everything in this message is known', '全部知道了', 'Acknowledge all'),
  rest: entry<{ count: number; more: boolean }>({
    note: 'button below a message that does not show every ticket; more: there are more than these',
    sample: { count: 4, more: false },
    zh: (p) => `还有 ${p.count} 张${p.more ? '以上' : ''}`,
    en: (p) => `${p.count}${p.more ? '+' : ''} more`,
  }),
  over: entry<{ nos: readonly number[] }>({
    note: 'all that is left of a message about tickets that were due, once none of them is any more',
    sample: { nos: [4821, 4830] },
    zh: (p) => `${p.nos.map((no) => `T-${no}`).join('、')} 的提醒结束了`,
    en: (p) => `No more reminders of ${p.nos.map((no) => `T-${no}`).join(', ')} for now`,
  }),
  newer: word(
    'all that is left of a message about tickets that are due, once a newer one stands further down',
    '这条提醒旧了，看下面最新的',
    'This reminder is out of date; the newest one is further down',
  ),
} as const;
