import { grouped, percent, signed } from './count.ts';
import { entry } from './entry.ts';

const word = (note: string, zh: string, en: string) => entry<null>({ note, sample: null, zh: () => zh, en: () => en });

/** What a number counts, in words. */
type Counted =
  | 'new'
  | 'resolved'
  | 'in_time'
  | 'late_first'
  | 'late'
  | 'overdue'
  | 'backlog'
  | 'reopened'
  | 'category'
  | 'source'
  | 'slot'
  | 'person'
  | 'held'
  | 'delayed';

const ZH: Readonly<Record<Counted, string>> = {
  new: '新增',
  resolved: '解决',
  in_time: '首响达标',
  late_first: '首响超时',
  late: '超时过',
  overdue: '超时未处理',
  backlog: '积压',
  reopened: '重开',
  category: '分类',
  source: '来源',
  slot: '这段时间新增',
  person: '解决',
  held: '手上',
  delayed: '超时',
};
const EN: Readonly<Record<Counted, string>> = {
  new: 'New',
  resolved: 'Resolved',
  in_time: 'First answer in time',
  late_first: 'First answer late',
  late: 'Ran late',
  overdue: 'Overdue and unhandled',
  backlog: 'Backlog',
  reopened: 'Reopened',
  category: 'Category',
  source: 'Source',
  slot: 'New in this time',
  person: 'Resolved',
  held: 'Open with them',
  delayed: 'Late',
};

const ticketsOf = (count: number): string => `${grouped(count, 'en')} ${count === 1 ? 'ticket' : 'tickets'}`;

/** Answers to 统计 and to presses on a digest's numbers, and what acts on many tickets at once asks and says. */
export const figures = {
  behind: entry<{ what: Counted; of: string; when: string; count: number }>({
    note: 'title of the list of tickets behind a number; of: whose or which, or nothing',
    sample: { what: 'new', of: '', when: '11月10日', count: 1_204 },
    zh: (p) => `${[p.when, p.of, ZH[p.what]].filter((part) => part !== '').join(' · ')} ${grouped(p.count, 'zh')} 单`,
    en: (p) => `${[p.when, p.of, EN[p.what]].filter((part) => part !== '').join(' · ')}: ${ticketsOf(p.count)}`,
  }),
  next: word('button: the next rows of a list', '下一页', 'Next'),
  next_step: word('button below a form that is followed by a question', '下一步', 'Continue'),
  title: entry<{ of: readonly string[]; when: string }>({
    note: 'title of the answer to 统计; of: whose or which, none: all',
    sample: { of: ['售后'], when: '11月10日' },
    zh: (p) => `统计 · ${p.of.length === 0 ? '全部' : p.of.join('、')} · ${p.when}`,
    en: (p) => `${p.of.length === 0 ? 'All teams' : p.of.join(', ')} · ${p.when}`,
  }),
  row: entry<{ what: Counted; of: string; count: number; share: number | null; change: number | null }>({
    note: 'a number in the answer to 统计; share: of the first answers, else null; change: against the period before, null: not known',
    sample: { what: 'in_time', of: '', count: 47, share: 0.96, change: 2 },
    zh: (p) =>
      `${p.of === '' ? ZH[p.what] : p.of} ${grouped(p.count, 'zh')} 单${p.share === null ? '' : `，${percent(p.share, 'zh')}`}${p.change === null || p.change === 0 ? '' : `（${signed(p.change, 'zh') ?? ''}）`}`,
    en: (p) =>
      `${p.of === '' ? EN[p.what] : p.of}: ${grouped(p.count, 'en')}${p.share === null ? '' : `, ${percent(p.share, 'en')}`}${p.change === null || p.change === 0 ? '' : ` (${signed(p.change, 'en') ?? ''})`}`,
  }),
  nothing_there: word(
    'private answer to who asks for figures while there are none for them',
    '你还没有入组，没有可以看的数字',
    'You are in no team yet, so there are no figures for you',
  ),
  exported: entry<{ hours: number }>({
    note: 'below the links to files of tickets, in a private answer',
    sample: { hours: 24 },
    zh: (p) => `链接只给你用，${p.hours} 小时内有效；里面没有客户写的内容`,
    en: (p) => `The links are yours alone and good for ${p.hours} hours; the files hold nothing that a customer wrote`,
  }),
  chase_sure: entry<{ count: number; people: number; loose: number }>({
    note: 'question before everybody who has overdue tickets is reminded; people: how many; loose: how many nobody has',
    sample: { count: 7, people: 3, loose: 2 },
    zh: (p) => {
      const held = `确认提醒 ${grouped(p.count, 'zh')} 单？会提醒处理人${p.people > 1 ? `，共 ${p.people} 人` : ''}`;
      const loose = `${grouped(p.loose, 'zh')} 单没人认领，在群里催大家来接`;
      if (p.loose === 0) return held;
      return p.count === 0 ? `确认提醒？${loose}` : `${held}；另有 ${loose}`;
    },
    en: (p) => {
      const held = `Remind about ${ticketsOf(p.count)}? Who handles them is told${p.people > 1 ? `, ${p.people} people` : ''}`;
      const loose = `${ticketsOf(p.loose)} nobody has: the group is asked to take ${p.loose === 1 ? 'it' : 'them'}`;
      if (p.loose === 0) return held;
      return p.count === 0 ? `Remind? ${loose}` : `${held}. ${loose}`;
    },
  }),
  chase_done: entry<{ count: number; loose: number }>({
    note: 'private answer once the reminders go out; loose: how many nobody has',
    sample: { count: 7, loose: 2 },
    zh: (p) =>
      [
        ...(p.count === 0 ? [] : [`正在提醒 ${grouped(p.count, 'zh')} 单的处理人，工单里会记下`]),
        ...(p.loose === 0 ? [] : [`${grouped(p.loose, 'zh')} 单没人认领，已在群里催`]),
      ].join('；'),
    en: (p) =>
      [
        ...(p.count === 0 ? [] : [`Reminding who handles ${ticketsOf(p.count)}; each ticket says so`]),
        ...(p.loose === 0 ? [] : [`The group is asked to take ${ticketsOf(p.loose)}`]),
      ].join('. '),
  }),
  chase_group: entry<{ count: number }>({
    note: 'message to a team’s group: a lead asks for somebody to take what is late; its button takes the best one',
    sample: { count: 2 },
    zh: (p) => `有 ${grouped(p.count, 'zh')} 单超时还没人认领，谁方便先接一下`,
    en: (p) => `${ticketsOf(p.count)} overdue and unclaimed: can somebody take ${p.count === 1 ? 'it' : 'one'}?`,
  }),
  chase_own: entry<{ count: number }>({
    note: 'private answer to 催办 when all that is overdue is with the speaker',
    sample: { count: 2 },
    zh: (p) => `超时未处理的 ${grouped(p.count, 'zh')} 单都在你手上`,
    en: (p) => `All that is overdue is with you: ${ticketsOf(p.count)}`,
  }),
  chase_none: word(
    'private answer to 催办 when nothing is overdue',
    '没有超时未处理的工单',
    'Nothing is overdue and unhandled',
  ),
  reassign_sure: entry<{ from: string; to: string; count: number }>({
    note: 'question before everything somebody has open goes to somebody else, or to a team',
    sample: { from: '李雷', to: '王芳', count: 12 },
    zh: (p) => `确认把 ${p.from} 手上的 ${grouped(p.count, 'zh')} 单交给 ${p.to}？`,
    en: (p) => `Give ${ticketsOf(p.count)} of ${p.from} to ${p.to}?`,
  }),
  reassign_queue: entry<{ from: string; count: number }>({
    note: 'question before everything somebody has open goes back to their team',
    sample: { from: '李雷', count: 12 },
    zh: (p) => `确认把 ${p.from} 手上的 ${grouped(p.count, 'zh')} 单放回组里待认领？`,
    en: (p) => `Put ${ticketsOf(p.count)} of ${p.from} back for their team to claim?`,
  }),
  reassign_done: entry<{ from: string; to: string; count: number }>({
    note: 'private answer once they go; to: empty for the team',
    sample: { from: '李雷', to: '王芳', count: 12 },
    zh: (p) => `${p.from} 手上的 ${grouped(p.count, 'zh')} 单正在${p.to === '' ? '放回组里' : `交给 ${p.to}`}`,
    en: (p) => `${ticketsOf(p.count)} of ${p.from} ${p.to === '' ? 'go back to their team' : `go to ${p.to}`}`,
  }),
  reassign_none: entry<{ from: string }>({
    note: 'private answer to 改派 when somebody has nothing open',
    sample: { from: '李雷' },
    zh: (p) => `${p.from} 手上没有你能改派的工单`,
    en: (p) => `${p.from} has nothing open that you could reassign`,
  }),
  problem_sure: entry<{ category: string; count: number }>({
    note: 'question before a ticket about the common cause of many is opened',
    sample: { category: '物流停滞', count: 96 },
    zh: (p) => `确认给「${p.category}」建一张问题单？${grouped(p.count, 'zh')} 单会带上它的标签，可以随时去掉`,
    en: (p) =>
      `Open a problem ticket for ${p.category}? ${ticketsOf(p.count)} get its tag, which can be taken off again`,
  }),
  problem_done: entry<{ no: number; count: number }>({
    note: 'private answer once it is open',
    sample: { no: 4_900, count: 96 },
    zh: (p) => `建好了 T-${p.no}，${grouped(p.count, 'zh')} 单正在打上标签 problem:t-${p.no}`,
    en: (p) => `T-${p.no} is open; ${ticketsOf(p.count)} get the tag problem:t-${p.no}`,
  }),
  problem_none: entry<{ category: string }>({
    note: 'private answer when no ticket of the category is open',
    sample: { category: '物流停滞' },
    zh: (p) => `「${p.category}」没有还开着的工单`,
    en: (p) => `No ticket of ${p.category} is open`,
  }),
  problem_words: entry<{ category: string; count: number; numbers: readonly number[] }>({
    note: 'what a problem ticket says, in the language of who opened it; numbers: the first of its tickets',
    sample: { category: '物流停滞', count: 96, numbers: [4_821, 4_822] },
    zh: (p) => `「${p.category}」集中出现，共 ${p.count} 单。\n${p.numbers.map((no) => `T-${no}`).join(' ')}`,
    en: (p) => `${p.category} came up ${p.count} times.\n${p.numbers.map((no) => `T-${no}`).join(' ')}`,
  }),
  sure: word('button that does so after the question', '确认', 'Confirm'),
};
