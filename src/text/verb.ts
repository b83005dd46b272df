import type { Locale } from '../domain/directory.ts';
import { entry, type Entry } from './entry.ts';
import { formatFor } from './format.ts';

const word = (zh: string, en: string): Entry<null> =>
  entry({ note: 'name of a verb: buttons, help, refusals', sample: null, zh: () => zh, en: () => en });
const line = (zh: string, en: string): Entry<null> =>
  entry({ note: 'one line of help and docs/commands.md', sample: null, zh: () => zh, en: () => en });

/** Names of the verbs and what each does, in one line. */
export const verbs = {
  verb_new: word('新建', 'new'),
  verb_list: word('列表', 'list'),
  verb_show: word('查看', 'show'),
  verb_claim: word('认领', 'claim'),
  verb_next: word('下一张', 'next'),
  verb_release: word('放回', 'release'),
  verb_assign: word('派给', 'assign'),
  verb_transfer: word('转给', 'transfer'),
  verb_decline: word('不接', 'decline'),
  verb_reply: word('回复', 'reply'),
  verb_told: word('已回复', 'told'),
  verb_note: word('备注', 'note'),
  verb_reveal: word('查看号码', 'reveal'),
  verb_pending: word('挂起', 'pending'),
  verb_resolve: word('解决', 'resolve'),
  verb_close: word('关闭', 'close'),
  verb_reopen: word('重开', 'reopen'),
  verb_priority: word('优先级', 'priority'),
  verb_category: word('分类', 'category'),
  verb_tag: word('标签', 'tag'),
  verb_remind: word('提醒', 'remind'),
  verb_escalate: word('升级', 'escalate'),
  verb_acknowledge: word('知道了', 'acknowledge'),
  verb_on: word('上线', 'on'),
  verb_off: word('下线', 'off'),
  verb_away: word('午休', 'away'),
  verb_handover: word('交班', 'handover'),
  verb_group: word('归为问题', 'group'),
  verb_merge: word('合并', 'merge'),
  verb_split: word('拆分', 'split'),
  verb_digest: word('日报', 'digest'),
  verb_stats: word('统计', 'stats'),
  verb_chase: word('催办', 'chase'),
  verb_reassign: word('改派', 'reassign'),
  verb_problem: word('问题单', 'problem'),
  verb_link: word('绑定', 'link'),
  verb_join: word('入组', 'join'),
  verb_resend: word('补发', 'resend'),
  verb_policy: word('时限策略', 'policy'),
  verb_backlog: word('积压', 'backlog'),
  verb_undo: word('撤销', 'undo'),
  verb_help: word('帮助', 'help'),
  summary_new: line('替客户记一张工单', 'File a ticket for a customer'),
  summary_list: line(
    '看组里没做完的工单，或者我的、某个状态、某个组的',
    'See what your teams have open, or yours, a status, a team',
  ),
  summary_show: line('看一张工单的全部内容', 'See everything about one ticket'),
  summary_claim: line('这张我来', 'Take a ticket'),
  summary_next: line(
    '最该接的一张归我：紧急的先，然后等得最久的',
    'Take what matters most: urgent first, then what waits longest',
  ),
  summary_release: line('放回待认领，让别人来', 'Put a ticket back for others to claim'),
  summary_assign: line('派给组里的同事', 'Give a ticket to a colleague of its team'),
  summary_transfer: line('转给同事或别的组，带一句说明', 'Pass a ticket to a colleague or a team, with a note'),
  summary_decline: line('转给我的这张不接，退回去', 'Say no to a ticket that is offered to you'),
  summary_reply: line('回复客户，发出前可以撤销', 'Write to the customer; you can take it back before it goes out'),
  summary_told: line(
    '客户在千牛、电话等别处：你在那边回复了，把内容记在这里',
    'You answered the customer elsewhere, such as on the phone: keep what you said',
  ),
  summary_note: line('写一条内部备注，客户看不到', 'Leave an internal note that the customer never sees'),
  summary_reveal: line('看被隐藏的电话和地址，会记下谁看过', 'See hidden numbers and addresses; who looked is kept'),
  summary_pending: line(
    '先挂起，等客户、仓库、财务或承运商',
    'Wait for the customer, the warehouse, finance or the carrier',
  ),
  summary_resolve: line('处理完了，通知客户', 'Finish a ticket and tell the customer'),
  summary_close: line('关闭，不通知客户', 'Close a ticket without telling the customer'),
  summary_reopen: line('重新打开已解决或已关闭的工单', 'Open a resolved or closed ticket again'),
  summary_priority: line('改优先级：低、普通、高、紧急', 'Set the priority: low, normal, high, urgent'),
  summary_category: line('改分类', 'Set the category'),
  summary_tag: line('加标签，或用减号去掉', 'Add tags, or remove them with a minus'),
  summary_remind: line(
    '到时候提醒我再看这张；「取消」就不提醒',
    'Be reminded of a ticket at a time you name, or "off"',
  ),
  summary_escalate: line('请上级马上来看，可以带一句说明', 'Ask whoever stands above you to look at once, with a note'),
  summary_acknowledge: line(
    '收到提醒了；不带单号就是全部，这次不再提醒我',
    'You have seen it: no more reminders of one ticket, or of all, for now',
  ),
  summary_on: line('上班了，开始接单；到组里下班时间自动下线', 'Go on duty; it ends by itself when your team closes'),
  summary_off: line('下班了，或组长替请假、离开的同事下线', 'Go off duty; a lead may name a colleague who is gone'),
  summary_away: line(
    '休息一会儿，默认 60 分钟，到点自动上线',
    'Take a break, 60 minutes unless you say; you are back by itself',
  ),
  summary_handover: line(
    '下班前：手上的单交给下一班、交给同事，或者回来后继续',
    'Before you go: hand your tickets to the next shift or a colleague, or keep them',
  ),
  summary_group: line(
    '很多单是同一个问题：以这张为问题单，把它们归到一起；单号前加减号移出',
    'Put tickets under one problem, or take them out with a minus',
  ),
  summary_merge: line('同一件事并成一单', 'Make one ticket of two about the same matter'),
  summary_split: line(
    '把客户的新消息分到另一单，或取消合并',
    "Move the customer's newest messages to another ticket, or take a merge back",
  ),
  summary_digest: line(
    '看今天到现在的日报，或昨天、本周、本月的；组长看组里的，组员看自己的',
    "See the day's figures so far, or another period's: your teams' or your own",
  ),
  summary_stats: line(
    '查数字：哪个组、谁、哪个分类、来源或店铺，哪段时间；可以导出',
    'Look up figures of a team, person, category or shop, for any period',
  ),
  summary_chase: line('组长：提醒所有超时未处理工单的处理人', 'Leads: remind everybody who has an overdue ticket'),
  summary_reassign: line(
    '组长：把一个人手上的工单全部交给别人，或放回组里',
    'Leads: give all of one person’s tickets to somebody else, or back to a team',
  ),
  summary_problem: line(
    '组长：给突然变多的分类建一张问题单，把相关工单标上',
    'Leads: open one ticket about the cause of many, and tag those',
  ),
  summary_link: line(
    '群里说：这个群接收哪个组的工单；单独对我说：绑定你的另一个账号',
    'Say in a group which team its tickets are, or to me alone: join your accounts',
  ),
  summary_join: line('组长：同意或不同意新同事入组', 'Leads: let somebody into a team, or not'),
  summary_resend: line('管理员：没送到的全部再发一次', 'Admins: deliver again what could not be delivered'),
  summary_policy: line(
    '组长：看现在的时限；主管：先看影响再改',
    'Leads: see what is promised; managers: change it, after seeing what that does',
  ),
  summary_backlog: line(
    '管理员：恢复备份后，积压的消息作废、逐条看或发送',
    'Admins: after a restore, discard, look at or send what waits',
  ),
  summary_undo: line('撤销刚才那一步', 'Take back what you just did'),
  summary_help: line('看有哪些命令，或一个命令的用法', 'See the commands, or how to use one'),
} satisfies Record<string, Entry<null>>;

const names: Readonly<Record<string, Entry<null> | undefined>> = verbs;

/** What people call a command: `claim` -> `认领`; a name that is no command's comes back as it is. */
export function verbName(name: string, locale: Locale): string {
  const found = names[`verb_${name}`];
  if (found === undefined) return name;
  const format = formatFor({ locale, timeZone: 'UTC', now: new Date(0) });
  return locale === 'zh-CN' ? found.zh(null, format) : found.en(null, format);
}
