import { entry } from './entry.ts';

const word = (note: string, zh: string, en: string) => entry<null>({ note, sample: null, zh: () => zh, en: () => en });
const ends = new Date('2026-11-11T10:00:00Z');
const back = new Date('2026-11-12T01:00:00Z');

/** Some tickets by number: all of few, else how many. */
const zhSome = (numbers: readonly number[]): string =>
  numbers.length > 3 ? `${numbers.length} 张` : numbers.map((no) => `T-${no}`).join('、');
const enSome = (numbers: readonly number[]): string =>
  numbers.length > 3 ? `${numbers.length} tickets` : numbers.map((no) => `T-${no}`).join(', ');
const zhNames = (names: readonly string[]): string =>
  names.length > 3 ? `${names.slice(0, 3).join('、')} 等 ${names.length} 人` : names.join('、');
const enNames = (names: readonly string[]): string =>
  names.length > 3 ? `${names.slice(0, 3).join(', ')} and ${names.length - 3} more` : names.join(', ');

interface Next {
  /** Who comes next; empty: nobody. */
  readonly names: readonly string[];
  /** When somebody is there again where nobody comes next; null: not known. */
  readonly from: Date | null;
}

/** What people read when their shift ends (交班). */
export const handover = {
  title: entry<{ count: number; ends: Date }>({
    note: 'title of the card in the direct chat of who goes home soon: how many tickets they have, when their shift ends',
    sample: { count: 5, ends },
    zh: (p, f) => `${f.stamp(p.ends)} 交班 · 手上 ${p.count} 张`,
    en: (p, f) => `Handover ${f.stamp(p.ends)} · ${p.count} ${p.count === 1 ? 'ticket' : 'tickets'} with you`,
  }),
  status: entry<{ urgent: number; due: number; back: Date }>({
    note: 'status line of that card: how many are urgent, of how many a promise falls due before they are back',
    sample: { urgent: 1, due: 2, back },
    zh: (p, f) =>
      [
        ...(p.urgent === 0 ? [] : [`紧急 ${p.urgent} 张`]),
        ...(p.due === 0 ? [] : [`${p.due} 张等不到你 ${f.stamp(p.back)} 回来`]),
        ...(p.urgent + p.due === 0 ? [`都可以等到 ${f.stamp(p.back)}`] : []),
      ].join(' · '),
    en: (p, f) =>
      [
        ...(p.urgent === 0 ? [] : [`${p.urgent} urgent`]),
        ...(p.due === 0 ? [] : [`${p.due} cannot wait until you are back ${f.stamp(p.back)}`]),
        ...(p.urgent + p.due === 0 ? [`All can wait until ${f.stamp(p.back)}`] : []),
      ].join(' · '),
  }),
  next: entry<Next>({
    note: 'line of that card: who takes over; where nobody comes next, when somebody is there again',
    sample: { names: ['王芳', '陈静'], from: ends },
    zh: (p, f) =>
      p.names.length > 0
        ? `下一班：${zhNames(p.names)}`
        : p.from === null
          ? '后面没有人接班：交给下一班的放进队列'
          : `今天后面没有班了：交给下一班的放进队列，${f.stamp(p.from)} 有人接`,
    en: (p, f) =>
      p.names.length > 0
        ? `Next shift: ${enNames(p.names)}`
        : p.from === null
          ? 'Nobody comes after you: what you hand on waits in the queue'
          : `No shift comes after yours: what you hand on waits in the queue until ${f.stamp(p.from)}`,
  }),
  unanswered: entry<{ ends: Date }>({
    note: 'line of that card: what happens when nothing is pressed',
    sample: { ends },
    zh: (p, f) => `到 ${f.stamp(p.ends)} 没选的：等不到你回来的自动放进队列，其余留给你；之后自动下线`,
    en: (p, f) =>
      `What you have not decided by ${f.stamp(p.ends)}: tickets that cannot wait go to the queue, the others stay with you; then you are off duty`,
  }),
  more: entry<{ count: number }>({
    note: 'below the rows of that card: how many more there are',
    sample: { count: 4 },
    zh: (p) => `还有 ${p.count} 张；上面的按钮对全部有效`,
    en: (p) => `${p.count} more; the buttons are for all of them`,
  }),
  settled: entry<{ kept: number; back: Date }>({
    note: 'all that is left of that card once every ticket has its answer: how many they go on with',
    sample: { kept: 2, back },
    zh: (p, f) => `交班好了${p.kept === 0 ? '' : `：${p.kept} 张你 ${f.stamp(p.back)} 回来继续`}`,
    en: (p, f) => `Handover done${p.kept === 0 ? '' : `: ${p.kept} stay with you until ${f.stamp(p.back)}`}`,
  }),
  over: entry<{ moved: readonly number[]; stay: number; ends: Date; back: Date }>({
    note: 'what that card shows after the end of the shift: what went to the queue by itself, how many stay with them',
    sample: { moved: [4821], stay: 2, ends, back },
    zh: (p, f) =>
      `${f.stamp(p.ends)} 下班了，已自动下线${p.moved.length === 0 ? '' : `；${zhSome(p.moved)} 等不到你回来，放进了队列`}${p.stay === 0 ? '' : `；${p.stay} 张留给你，${f.stamp(p.back)} 继续`}`,
    en: (p, f) =>
      `Your shift ended ${f.stamp(p.ends)} and you are off duty${p.moved.length === 0 ? '' : `; ${enSome(p.moved)} could not wait and went to the queue`}${p.stay === 0 ? '' : `; ${p.stay} stay with you until ${f.stamp(p.back)}`}`,
  }),
  to_next: word('primary button of that card, for all of its tickets', '交给下一班', 'Hand to next shift'),
  to_person: word('button of that card that asks for a colleague', '交给…', 'Hand to…'),
  keep: word('button of that card: they go on with the tickets when they are back', '我明天继续', 'I go on tomorrow'),
  keep_one: word('the same at one ticket', '我继续', 'Keep'),
  undo_all: word('button after tickets were handed over', '撤销', 'Undo'),
  whom: word('at the empty field of the form: a colleague has to be chosen', '选一位接手的同事', 'Choose a colleague'),
  nothing: word(
    'private answer to 交班 without any open ticket',
    '你手上没有工单，不用交班',
    'You have no open tickets to hand over',
  ),
  done_next: entry<{ numbers: readonly number[]; teams: readonly string[] } & Next>({
    note: 'private answer to who gave tickets to the next shift: they are in these teams’ queues, who comes next',
    sample: { numbers: [4821, 4830], teams: ['售后'], names: ['王芳'], from: ends },
    zh: (p, f) =>
      `${zhSome(p.numbers)} 交给下一班了，在${p.teams.join('、')}队列里${p.names.length > 0 ? `，${zhNames(p.names)} 接着` : p.from === null ? '' : `；今天后面没有班了，${f.moment(p.from)} 有人接`}`,
    en: (p, f) =>
      `${enSome(p.numbers)} went to the queue of ${p.teams.join(', ')}${p.names.length > 0 ? ` for ${enNames(p.names)}` : p.from === null ? '' : `; no shift comes after yours, somebody is there ${f.moment(p.from)}`}`,
  }),
  done_to: entry<{ numbers: readonly number[]; who: string }>({
    note: 'private answer to who gave tickets to a colleague',
    sample: { numbers: [4821], who: '王芳' },
    zh: (p) => `${zhSome(p.numbers)} 交给 ${p.who} 了`,
    en: (p) => `${enSome(p.numbers)} went to ${p.who}`,
  }),
  done_keep: entry<{ numbers: readonly number[]; back: Date }>({
    note: 'private answer to who goes on with tickets when they are back',
    sample: { numbers: [4821, 4830], back },
    zh: (p, f) => `${zhSome(p.numbers)} 留给你，${f.moment(p.back)} 回来继续`,
    en: (p, f) => `${enSome(p.numbers)} stay with you until you are back ${f.moment(p.back)}`,
  }),
  done_back: entry<{ numbers: readonly number[] }>({
    note: 'private answer to who took back what they had handed over',
    sample: { numbers: [4821, 4830] },
    zh: (p) => `已撤销，${zhSome(p.numbers)} 又是你的了`,
    en: (p) => `Taken back: ${enSome(p.numbers)} ${p.numbers.length === 1 ? 'is' : 'are'} with you again`,
  }),
  refused_more: entry<{ first: string; count: number }>({
    note: 'private answer where several tickets were refused: why the first was, how many more were',
    sample: { first: 'T-4821 等不到你明天 9:00 回来', count: 2 },
    zh: (p) => `${p.first}。另有 ${p.count} 张也不行，看交班卡片`,
    en: (p) => `${p.first}. The same goes for ${p.count} more; see the handover card`,
  }),
  last_words: entry<{ lines: readonly { readonly at: Date; readonly text: string }[] }>({
    note: 'note that is left with a ticket which nobody handed over: what the customer wrote last',
    sample: { lines: [{ at: ends, text: '杯子什么时候到' }] },
    zh: (p, f) =>
      p.lines.length === 0
        ? '下班时没有交班，客户没有留下文字'
        : `下班时没有交班，客户最后说：\n${p.lines.map((l) => `${f.stamp(l.at)} ${l.text}`).join('\n')}`,
    en: (p, f) =>
      p.lines.length === 0
        ? 'Not handed over at the end of the shift; the customer wrote no words'
        : `Not handed over at the end of the shift. The customer wrote last:\n${p.lines.map((l) => `${f.stamp(l.at)} ${l.text}`).join('\n')}`,
  }),
};
