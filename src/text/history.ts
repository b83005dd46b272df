import type { ChangeType } from '../domain/event.ts';
import { entry, type Entry } from './entry.ts';

/** Who did something, as far as a card says it. */
export type By =
  /** `via`: the program they used. */
  | { readonly kind: 'person'; readonly name: string; readonly via?: string }
  | { readonly kind: 'program'; readonly name: string }
  | { readonly kind: 'customer' }
  | { readonly kind: 'system' };

/** One thing that happened. `what`: the person, team, value it was about, in the reader's words; empty when there is none to name. */
export interface Happening {
  readonly by: By;
  readonly at: Date;
  readonly what: string;
}

function zhBy(by: By): string {
  switch (by.kind) {
    case 'person':
      return by.via === undefined ? by.name : `${by.name}（经 ${by.via}）`;
    case 'program':
      return by.name;
    case 'customer':
      return '客户';
    case 'system':
      return '自动';
  }
}

function enBy(by: By): string {
  switch (by.kind) {
    case 'person':
      return ` by ${by.name}${by.via === undefined ? '' : ` through ${by.via}`}`;
    case 'program':
      return ` by ${by.name}`;
    case 'customer':
      return ' by the customer';
    case 'system':
      return ' automatically';
  }
}

const at = new Date('2026-11-11T06:32:00Z');
const by: By = { kind: 'person', name: '李雷' };

const happening = (
  what: string,
  zh: (what: string) => string,
  en: (what: string, by: string) => string,
): Entry<Happening> =>
  entry<Happening>({
    note: 'one thing that happened, in the footer of a card and in the timeline',
    sample: { by, at, what },
    zh: (p, f) => `${zhBy(p.by)} ${f.stamp(p.at)} ${zh(p.what)}`,
    en: (p, f) => `${en(p.what, enBy(p.by))}, ${f.stamp(p.at)}`,
  });

const after = (what: string, mark: string): string => (what === '' ? '' : mark + what);
const colon = (what: string): string => after(what, '：');
const comma = (what: string): string => after(what, ': ');

/** What happened to a ticket, one sentence per change. */
export const history = {
  opened: happening(
    'T-4790',
    (w) => (w === '' ? '提交' : `从 ${w} 分出`),
    (w, who) => (w === '' ? `Opened${who}` : `Split off ${w}${who}`),
  ),
  message_received: happening(
    '',
    () => '来消息',
    () => 'Customer wrote',
  ),
  redrafted: happening(
    '物流停滞',
    (w) => `问题更清楚了${colon(w)}`,
    (w) => `Clearer what it is about${comma(w)}`,
  ),
  recalled: happening(
    '',
    () => '撤回了一条消息',
    () => 'Customer recalled a message',
  ),
  nudged: happening(
    '',
    () => '催单',
    () => 'Customer urged',
  ),
  cancelled: happening(
    '',
    () => '取消',
    (_, who) => `Cancelled${who}`,
  ),
  claimed: happening(
    '',
    () => '认领',
    (_, who) => `Claimed${who}`,
  ),
  released: happening(
    '不归我',
    (w) => `放回${colon(w)}`,
    (w, who) => `Put back${who}${comma(w)}`,
  ),
  assigned: happening(
    '王芳',
    (w) => `派给${after(w, ' ')}`,
    (w, who) => `Assigned${after(w, ' to ')}${who}`,
  ),
  transferred: happening(
    '物流',
    (w) => `转给${after(w, ' ')}`,
    (w, who) => `Transferred${after(w, ' to ')}${who}`,
  ),
  offered: happening(
    '王芳',
    (w) => `派给${after(w, ' ')}，待接`,
    (w, who) => `Offered${after(w, ' to ')}${who}`,
  ),
  taken: happening(
    '',
    () => '接下',
    (_, who) => `Taken${who}`,
  ),
  declined: happening(
    '',
    () => '不接，退回',
    (_, who) => `Declined${who}`,
  ),
  lapsed: happening(
    '王芳',
    (w) => `退回，${w} 没接`,
    (w) => `Came back, ${w} did not take it`,
  ),
  retracted: happening(
    '王芳',
    (w) => `收回，不派给 ${w} 了`,
    (w, who) => `Taken back from ${w}${who}`,
  ),
  covered: happening(
    '王芳',
    (w) => `转回队列，${w} 不在，在班的先接`,
    (w) => `Back in the queue while ${w} is away`,
  ),
  uncovered: happening(
    '王芳',
    (w) => `还给 ${w}`,
    (w) => `Back with ${w}`,
  ),
  handed_over: happening(
    '王芳',
    (w) => (w === '' ? '交班，交给下一班' : `交班，交给 ${w}`),
    (w, who) => (w === '' ? `Handed to the next shift${who}` : `Handed to ${w}${who}`),
  ),
  grouped: happening(
    'T-4801、T-4802',
    (w) => `归到这张问题单：${w}`,
    (w, who) => `Put under this problem${who}: ${w}`,
  ),
  ungrouped: happening(
    'T-4801',
    (w) => `移出这张问题单：${w}`,
    (w, who) => `Taken out of this problem${who}: ${w}`,
  ),
  linked: happening(
    'T-4821',
    (w) => `归到问题单 ${w}`,
    (w, who) => `Put under problem ${w}${who}`,
  ),
  unlinked: happening(
    'T-4821',
    (w) => `移出问题单 ${w}`,
    (w, who) => `Taken out of problem ${w}${who}`,
  ),
  kept: happening(
    '',
    () => '交班时说：回来后继续跟',
    (_, who) => `Kept over the end of the shift${who}`,
  ),
  replied: happening(
    '',
    () => '回复客户',
    (_, who) => `Replied${who}`,
  ),
  delivered: happening(
    '',
    () => '回复已送达客户',
    () => 'Reply reached the customer',
  ),
  undelivered: happening(
    '',
    () => '发给客户的消息没送到',
    () => 'A message did not reach the customer',
  ),
  voided: happening(
    '',
    () => '恢复备份后作废了一条发给客户的消息',
    (_, who) => `A message to the customer was discarded after a restore${who}`,
  ),
  rearmed: happening(
    '',
    () => '恢复备份后重新计时，到时再关闭',
    () => 'The time until it closes began anew after a restore',
  ),
  reminded: happening(
    '首响',
    (w) => `到提醒时间${colon(w)}`,
    (w) => `Reminded${comma(w)}`,
  ),
  acknowledged: happening(
    '',
    () => '知道了',
    (_, who) => `Acknowledged${who}`,
  ),
  escalated: happening(
    '周总',
    (w) => `升级给${after(w, ' ')}`,
    (w, who) => `Escalated${after(w, ' to ')}${who}`,
  ),
  chased: happening(
    '李雷',
    (w) => `催办${after(w, ' ')}`,
    (w, who) => `Chased${after(w, ' ')}${who}`,
  ),
  reminder_set: happening(
    '11月11日 16:30',
    (w) => `设了提醒${colon(w)}`,
    (w, who) => `Reminder set${who}${comma(w)}`,
  ),
  reminder_dropped: happening(
    '',
    () => '取消了提醒',
    (_, who) => `Reminder dropped${who}`,
  ),
  prompted: happening(
    '',
    () => '到了自己设的提醒时间',
    () => 'The moment of a reminder came',
  ),
  retimed: happening(
    '',
    () => '按新时限重新计时',
    () => 'Deadlines follow the new terms',
  ),
  replied_elsewhere: happening(
    '在千牛',
    (w) => `${w}回复了`,
    (w, who) => `Answered${after(w, ' ')}${who}`,
  ),
  attached: happening(
    '1',
    (w) => `附上图片或文件${after(w, ' ')} 个`,
    (w, who) => `Files added${who}${comma(w)}`,
  ),
  noted: happening(
    '',
    () => '写备注',
    (_, who) => `Note${who}`,
  ),
  revealed: happening(
    '号码、地址',
    (w) => `查看${after(w, '')}`,
    (w, who) => `Hidden ${w} shown${who.replace(' by ', ' to ')}`,
  ),
  pended: happening(
    '等仓库',
    (w) => `挂起${after(w, '，')}`,
    (w, who) => `Put on hold${who}${comma(w)}`,
  ),
  resumed: happening(
    '',
    () => '继续处理',
    (_, who) => `Resumed${who}`,
  ),
  resolved: happening(
    '同意退货',
    (w) => `解决${colon(w)}`,
    (w, who) => `Resolved${who}${comma(w)}`,
  ),
  closed: happening(
    '重复提交',
    (w) => `关闭${colon(w)}`,
    (w, who) => `Closed${who}${comma(w)}`,
  ),
  reopened: happening(
    '',
    () => '重开',
    (_, who) => `Reopened${who}`,
  ),
  prioritised: happening(
    '紧急',
    (w) => `改优先级${colon(w)}`,
    (w, who) => `Priority changed${after(w, ' to ')}${who}`,
  ),
  categorised: happening(
    '物流停滞',
    (w) => `改分类${colon(w)}`,
    (w, who) => `Category changed${after(w, ' to ')}${who}`,
  ),
  tagged: happening(
    '+破损',
    (w) => `改标签${colon(w)}`,
    (w, who) => `Tags changed${who}${comma(w)}`,
  ),
  split_off: happening(
    'T-4830',
    (w) => `把新消息分到${after(w, ' ')}`,
    (w, who) => `New messages moved${after(w, ' to ')}${who}`,
  ),
  taken_in: happening(
    'T-4790',
    (w) => `收下${after(w, ' ')} 分来的消息`,
    (w, who) => `Messages taken over${after(w, ' from ')}${who}`,
  ),
  handed_back: happening(
    'T-4790',
    (w) => `撤销拆分，消息还给${after(w, ' ')}`,
    (w, who) => `Split undone${who}, messages back${after(w, ' to ')}`,
  ),
  merged: happening(
    'T-4821',
    (w) => `并入${after(w, ' ')}`,
    (w, who) => `Merged${after(w, ' into ')}${who}`,
  ),
  unmerged: happening(
    'T-4821',
    (w) => `取消合并，不再并入${after(w, ' ')}`,
    (w, who) => `Separated${after(w, ' from ')} again${who}`,
  ),
  absorbed: happening(
    'T-4790',
    (w) => `并进来${after(w, ' ')}`,
    (w, who) => `${w === '' ? 'A ticket' : w} merged into this one${who}`,
  ),
  given_back: happening(
    'T-4790',
    (w) => `取消合并，还给${after(w, ' ')}`,
    (w, who) => `Separated${after(w, ' from ')} again${who}`,
  ),
  passed_on: happening(
    'T-4821',
    (w) => `转到${after(w, ' ')}`,
    (w) => `Passed on${after(w, ' to ')}`,
  ),
  undone: happening(
    '认领',
    (w) => `撤销${after(w, ' ')}`,
    (w, who) => `Undone${who}${comma(w)}`,
  ),
} satisfies Record<ChangeType, Entry<Happening>>;
