import { entry } from './entry.ts';

const some = (numbers: readonly number[]): string =>
  numbers.length > 5
    ? `${numbers
        .slice(0, 5)
        .map((no) => `T-${no}`)
        .join(', ')} … (${numbers.length})`
    : numbers.map((no) => `T-${no}`).join(', ');

/** What people read who put many tickets under one (问题单). */
export const problem = {
  cases: entry<null>({
    note: 'label of a field in forms, hints and docs',
    sample: null,
    zh: () => '哪些单',
    en: () => 'Which tickets',
  }),
  done: entry<{ no: number; numbers: readonly number[]; out: boolean }>({
    note: 'private answer to who did it; `out`: the tickets were taken out of the problem',
    sample: { no: 4821, numbers: [4801, 4802], out: false },
    zh: (p) =>
      p.out
        ? `${some(p.numbers)} 移出问题单 T-${p.no} 了`
        : p.numbers.length === 0
          ? `T-${p.no} 是问题单了；往里加：「归为问题 ${p.no} 4801 4802」`
          : `${some(p.numbers)} 归到问题单 T-${p.no} 了`,
    en: (p) =>
      p.out
        ? `${some(p.numbers)} taken out of problem T-${p.no}`
        : p.numbers.length === 0
          ? `T-${p.no} is a problem now; add to it with "group ${p.no} 4801 4802"`
          : `${some(p.numbers)} put under problem T-${p.no}`,
  }),
  already: entry<{ no: number; out: boolean }>({
    note: 'private answer when it was so already',
    sample: { no: 4821, out: false },
    zh: (p) => (p.out ? `这些单不在问题单 T-${p.no} 里` : `已经都在问题单 T-${p.no} 里了`),
    en: (p) => (p.out ? `None of them is under problem T-${p.no}` : `They are all under problem T-${p.no} already`),
  }),
};
