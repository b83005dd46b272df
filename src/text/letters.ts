import { entry } from './entry.ts';

/** Why the newest one could not be delivered; what a platform says in its own words is for the command line. */
export type Failure = 'retryable' | 'rate-limited' | 'auth' | 'gone' | 'permanent' | 'unknown';

const WHY: Readonly<Record<Failure, readonly [zh: string, en: string]>> = {
  retryable: ['平台一直没有回应', 'the platform did not answer'],
  'rate-limited': ['平台限流', 'the platform asked to slow down'],
  auth: ['平台不认机器人的凭证', "the platform does not accept the bot's credentials"],
  gone: ['会话或卡片已经不在了', 'the chat or card is gone'],
  permanent: ['平台不接收', 'the platform refused it'],
  unknown: ['不确定有没有送到', 'it is not known whether it arrived'],
};

const some = (count: number, one: string, many: string): readonly string[] =>
  count === 0 ? [] : [`${count} ${count === 1 ? one : many}`];

/** What admins read about what could not be delivered. */
export const letters = {
  dead: entry<{
    cards: number;
    messages: number;
    notices: number;
    since: Date;
    why: Failure;
    /** `E-7F3K2M`: of the newest; null: it has none. */
    number: string | null;
  }>({
    note: 'card in the direct chat of an admin: what was refused for good, or given up after ten tries; a button below tries all of it again',
    sample: {
      cards: 8,
      messages: 3,
      notices: 1,
      since: new Date('2026-11-11T06:02:00Z'),
      why: 'permanent',
      number: 'E-7F3K2M',
    },
    zh: (p, f) => {
      const parts = [
        ...(p.messages === 0 ? [] : [`给客户的 ${p.messages} 条`]),
        ...(p.cards === 0 ? [] : [`卡片 ${p.cards} 张`]),
        ...(p.notices === 0 ? [] : [`通知 ${p.notices} 条`]),
      ];
      return `${f.stamp(p.since)} 起有 ${p.cards + p.messages + p.notices} 条没送到：${parts.join('、')}；最近一条是因为${WHY[p.why][0]}${p.number === null ? '' : `（编号 ${p.number}）`}。明细在服务器上看：gongdan dead-letters list`;
    },
    en: (p, f) => {
      const parts = [
        ...some(p.messages, 'message to a customer', 'messages to customers'),
        ...some(p.cards, 'card', 'cards'),
        ...some(p.notices, 'notice', 'notices'),
      ];
      return `Not delivered since ${f.stamp(p.since)}: ${parts.join(', ')}. Reason of the newest: ${WHY[p.why][1]}${p.number === null ? '' : ` (${p.number})`}. Details on the server: gongdan dead-letters list`;
    },
  }),
  again: entry<{ at: Date }>({
    note: 'what that card shows from then on, once all of it is under way again',
    sample: { at: new Date('2026-11-11T06:31:00Z') },
    zh: (p, f) => `${f.stamp(p.at)} 已全部补发；再有没送到的，会另行通知`,
    en: (p, f) => `All of it was resent at ${f.stamp(p.at)}; you will be told if any of it fails again`,
  }),
  resent: entry<{ count: number }>({
    note: 'private answer to an admin who had everything delivered again that could not be',
    sample: { count: 12 },
    zh: (p) => (p.count === 0 ? '没有要补发的，都送到了' : `正在补发 ${p.count} 条`),
    en: (p) => (p.count === 0 ? 'Nothing to resend: everything was delivered' : `Delivering ${p.count} again`),
  }),
};
