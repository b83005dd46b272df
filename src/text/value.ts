import type { Priority, ReleaseReason, Wait } from '../domain/status.ts';
import { entry, type Entry } from './entry.ts';

const word = (note: string, zh: string, en: string): Entry<null> =>
  entry({ note, sample: null, zh: () => zh, en: () => en });

const priorities = {
  priority_low: word('priority on cards, in forms and as a typed word', '低', 'low'),
  priority_normal: word('priority on cards, in forms and as a typed word', '普通', 'normal'),
  priority_high: word('priority on cards, in forms and as a typed word', '高', 'high'),
  priority_urgent: word('priority on cards, in forms and as a typed word', '紧急', 'urgent'),
} satisfies Record<`priority_${Priority}`, Entry<null>>;

const waits = {
  wait_customer: word('whom a pending ticket waits for', '客户', 'customer'),
  wait_warehouse: word('whom a pending ticket waits for', '仓库', 'warehouse'),
  wait_finance: word('whom a pending ticket waits for', '财务', 'finance'),
  wait_carrier: word('whom a pending ticket waits for', '承运商', 'carrier'),
} satisfies Record<`wait_${Wait}`, Entry<null>>;

const reasons = {
  reason_unable: word('why a ticket is put back', '不会', 'cannot do it'),
  reason_not_mine: word('why a ticket is put back', '不归我', 'not mine'),
  reason_busy: word('why a ticket is put back', '忙', 'busy'),
  reason_misclick: word('why a ticket is put back', '点错', 'pressed by mistake'),
} satisfies Record<`reason_${ReleaseReason}`, Entry<null>>;

/** Words for values that people read and type. */
export const value = {
  hidden_number: word('what was shown to somebody, in the timeline', '号码', 'number'),
  hidden_address: word('what was shown to somebody, in the timeline', '地址', 'address'),
  ...priorities,
  ...waits,
  ...reasons,
  link_none: word('no team, typed behind 绑定', '无', 'none'),
  link_admin: word('the first admin, typed behind 绑定', '管理员', 'admin'),
  link_account: word('another account of the speaker, typed behind 绑定', '账号', 'account'),
  verdict_yes: word('typed behind 入组', '同意', 'agree'),
  verdict_no: word('typed behind 入组', '不同意', 'decline'),
  verdict_out: word('typed behind 入组: somebody who is in already goes', '移出', 'remove'),
  handover_next: word('typed behind 交班: the tickets go to the next shift', '下一班', 'next'),
  handover_to: word('typed behind 交班: the tickets go to a colleague', '同事', 'to'),
  handover_keep: word('typed behind 交班: the speaker goes on with them when back', '我继续', 'keep'),
  backlog_void: word('typed behind 积压: nothing of it goes out', '作废', 'void'),
  backlog_look: word('typed behind 积压: see each message', '逐条看', 'look'),
  backlog_send: word('typed behind 积压: all of it goes out', '发送', 'send'),
  policy_all: word('which tickets a promise is about, in the form of 时限策略', '全部工单', 'all tickets'),
  policy_reset: word(
    'among the promises in the form of 时限策略: what was changed is as in the file again',
    '恢复成文件里的',
    'back to the file',
  ),
  sure: word('a question answered with yes', '确认', 'yes'),
};
