import { entry } from './entry.ts';

const since = new Date('2026-11-11T06:02:00Z');
const word = (note: string, zh: string, en: string) => entry<null>({ note, sample: null, zh: () => zh, en: () => en });

/** What stands on a board, the card on which many unclaimed tickets stand as rows while there are too many for a card each; and what who takes the next one reads. */
export const board = {
  title: entry<{ team: string; count: number; number: number; of: number }>({
    note: 'title of a board in a group; number and of: which of how many boards, said when there are several',
    sample: { team: '售后', count: 10, number: 1, of: 3 },
    zh: (p) => `${p.team} · ${p.count} 张待认领${p.of > 1 ? `（${p.number}/${p.of}）` : ''}`,
    en: (p) => `${p.team} · ${p.count} to claim${p.of > 1 ? ` (board ${p.number} of ${p.of})` : ''}`,
  }),
  waiting: entry<{ count: number; oldest: Date | null }>({
    note: 'status line of a board: how many more wait that stand on no board, and since when the oldest of them does',
    sample: { count: 42, oldest: since },
    zh: (p, f) =>
      p.count === 0
        ? '没有别的在排队'
        : `另有 ${p.count} 张排队${p.oldest === null ? '' : `，最早的 ${f.stamp(p.oldest)} 起等`}`,
    en: (p, f) =>
      p.count === 0
        ? 'Nothing else waits'
        : `${p.count} more ${p.count === 1 ? 'waits' : 'wait'}${p.oldest === null ? '' : `, the oldest since ${f.stamp(p.oldest)}`}`,
  }),
  next: word('primary button of a board: claims the best ticket that waits', '取下一单', 'Take the next'),
  by_number: entry<{ typed: string }>({
    note: 'on a board that cannot be changed once posted; typed: what claims its first row',
    sample: { typed: '认领 4821' },
    zh: (p) => `按单号认领，例如「${p.typed}」`,
    en: (p) => `Claim by number, such as "${p.typed}"`,
  }),
  as_of: entry<{ at: Date }>({
    note: 'last line of a board that cannot be changed once posted',
    sample: { at: since },
    zh: (p, f) => `${f.stamp(p.at)} 的情况，之后可能已有人认领`,
    en: (p, f) => `As of ${f.stamp(p.at)}; some may have been claimed since`,
  }),
  taken: entry<{ no: number; subject: string }>({
    note: 'private answer to who asked for the next ticket and has it now',
    sample: { no: 4821, subject: '快递三天没更新' },
    zh: (p) => `T-${p.no} 归你了：${p.subject}`,
    en: (p) => `T-${p.no} is yours: ${p.subject}`,
  }),
  none: entry<{ teams: readonly string[]; open: number; people: readonly string[] }>({
    note: 'private answer to who asked for the next ticket when none waits; people: some of those who work on what is open; teams: none for who is in no team',
    sample: { teams: ['售后', '物流'], open: 12, people: ['李雷', '王芳'] },
    zh: (p) => {
      if (p.teams.length === 0) return '你还没有入组，没有可以认领的工单';
      const nothing = `${p.teams.join('、')}没有待认领的工单`;
      if (p.open === 0) return `${nothing}，也没有处理中的`;
      return p.people.length === 0
        ? `${nothing}，处理中的有 ${p.open} 张`
        : `${nothing}，处理中的 ${p.open} 张由${p.people.join('、')}跟进`;
    },
    en: (p) => {
      if (p.teams.length === 0) return 'You are in no team yet, so there is nothing for you to claim';
      const nothing = `Nothing waits to be claimed in ${p.teams.join(', ')}`;
      if (p.open === 0) return `${nothing}, and nothing is in progress`;
      return `${nothing}; in progress: ${p.open}${p.people.length === 0 ? '' : ` with ${p.people.join(', ')}`}`;
    },
  }),
  too_slow: entry<{ count: number }>({
    note: 'private answer to who asked for the next ticket while others were faster at each one; a button below asks again',
    sample: { count: 5 },
    zh: (p) => `接连 ${p.count} 张都被同事先认领了，再取一次`,
    en: (p) => `Colleagues were faster at ${p.count} tickets in a row; take the next again`,
  }),
  over: entry<{ team: string }>({
    note: 'all that is left of a board none of whose tickets waits any more',
    sample: { team: '售后' },
    zh: (p) => `${p.team} · 这里的工单都有人接了`,
    en: (p) => `${p.team} · every ticket here was taken`,
  }),
};
