import { entry } from './entry.ts';

/** What is done from each share on: said to the admins as soon as it holds. */
const zhNow = (share: number, setting: string): string => {
  if (share >= 0.95)
    return `剩下的只留给紧急工单和应答，其他卡片下个月再更新。升级了版本的话，把 ${setting} 改成新的额度`;
  if (share >= 0.8) return '从现在起群里只更新看板，紧急工单照常单独出卡片';
  return '用到八成时，群里会改为只更新看板';
};
const enNow = (share: number, setting: string): string => {
  if (share >= 0.95)
    return `What is left is kept for urgent tickets and for answers; other cards change next month. If you have a larger edition by now, set ${setting} to its calls`;
  if (share >= 0.8) return 'From now on groups get boards only; urgent tickets still get cards of their own';
  return 'At four fifths groups get boards only';
};

/** What admins read of a month's calls. */
export const quota = {
  used: entry<{ app: string; used: number; count: number; share: number; until: Date; setting: string }>({
    note: 'to each admin, once at half, at four fifths and at 95 % of the calls that a platform allows in a month; `until`: when they begin anew',
    sample: {
      app: 'dingtalk',
      used: 4_000,
      count: 5_000,
      share: 0.8,
      until: new Date('2026-11-30T16:00:00Z'),
      setting: 'DINGTALK_MONTHLY_CALLS',
    },
    zh: (p, f) =>
      `${p.app} 这个月的调用额度用了 ${p.used}/${p.count}，${f.stamp(p.until)} 重新计。${zhNow(p.share, p.setting)}`,
    en: (p, f) =>
      `${p.app} has used ${p.used} of this month's ${p.count} calls; they begin anew ${f.stamp(p.until)}. ${enNow(p.share, p.setting)}`,
  }),
};
