import type { Refusal } from '../domain/refusal.ts';
import { entry } from './entry.ts';
import { refusal } from './refusal.ts';
import { verbName } from './verb.ts';

const word = (note: string, zh: string, en: string) => entry<null>({ note, sample: null, zh: () => zh, en: () => en });
const at = new Date('2026-11-11T06:29:58Z');
const faster: Extract<Refusal, { code: 'already_claimed' }> = { code: 'already_claimed', no: 4821, by: '李雷', at };

/** What people are told around a verb: whom it was meant for, what comes next, what was filed. */
export const flow = {
  next: entry<{ refusal: typeof faster; no: number; subject: string }>({
    note: 'private answer to who pressed claim second, with the next best ticket as a button',
    sample: { refusal: faster, no: 4830, subject: '退款未到账' },
    zh: (p, f) => `${refusal.already_claimed.zh(p.refusal, f)}。下一张待认领：T-${p.no} ${p.subject}`,
    en: (p, f) => `${refusal.already_claimed.en(p.refusal, f)}. Next unclaimed: T-${p.no} ${p.subject}`,
  }),
  fill_in: entry<{ verb: string }>({
    note: 'private answer to a typed verb whose values are missing; a button below opens the form',
    sample: { verb: 'reply' },
    zh: (p) => `「${verbName(p.verb, 'zh-CN')}」还缺内容，点下面的按钮填写`,
    en: (p) => `"${verbName(p.verb, 'en')}" needs more; the button below opens its form`,
  }),
  ticket: entry<{ no: number; subject: string }>({
    note: 'button for one of several tickets that could be meant',
    sample: { no: 4821, subject: '快递三天没更新' },
    zh: (p) => `T-${p.no} ${p.subject}`,
    en: (p) => `T-${p.no} ${p.subject}`,
  }),
  reply_anyway: word('button that replies although a colleague works on the ticket', '仍要回复', 'Reply anyway'),
  claim: word('button that claims the ticket just named', '认领', 'Claim'),
  instead: entry<{ no: number; into: number }>({
    note: 'before a private answer about a ticket that was named by the number of one merged into it',
    sample: { no: 4790, into: 4821 },
    zh: (p) => `T-${p.no} 已并入 T-${p.into}`,
    en: (p) => `T-${p.no} is merged into T-${p.into}`,
  }),
  after: entry<{ first: string; next: string }>({
    note: 'two sentences of one private answer',
    sample: { first: 'T-4790 已并入 T-4821', next: 'T-4821 归你了' },
    zh: (p) => `${p.first}。${p.next}`,
    en: (p) => `${p.first}. ${p.next}`,
  }),
  undo: word('button after a verb that can be undone for 30 seconds', '撤销', 'Undo'),
  undo_unseen: word(
    'the same while what it tells the customer is still held back',
    '撤销（客户还没看到）',
    'Undo (not seen yet)',
  ),
  undo_telling: word(
    'button that undoes and sends the customer the correction shown above it',
    '撤销并告知客户',
    'Undo and tell the customer',
  ),
  failed: entry<{ number: string }>({
    note: 'private answer to a colleague whose command or button failed again and again; the number is known to the log and to gongdan trace',
    sample: { number: 'E-7F3K2M' },
    zh: (p) => `没做成，稍后再试；编号 ${p.number}`,
    en: (p) => `That did not work; try again later. Number: ${p.number}`,
  }),
  filed: entry<{ no: number; team: string }>({
    note: 'private answer to who filed a ticket',
    sample: { no: 4821, team: '售后' },
    zh: (p) => `建好了：T-${p.no}，在${p.team}组待认领`,
    en: (p) => `Filed as T-${p.no}; it waits in ${p.team}`,
  }),
  note_below: entry<{ who: string; words: string }>({
    note: "message in the thread below a ticket's card in a group: an internal note that a colleague wrote elsewhere",
    sample: { who: '王芳', words: '已联系快递' },
    zh: (p) => `${p.who}：${p.words}`,
    en: (p) => `${p.who}: ${p.words}`,
  }),
  subject_recalled: word(
    'title of a ticket whose only message the customer took back; on cards, in place of such a message',
    '客户撤回了一条消息',
    'The customer recalled a message',
  ),
  subject_none: word(
    'title of a ticket whose message says nothing yet',
    '客户来咨询，还没说具体问题',
    'A customer wrote, no details yet',
  ),
};
