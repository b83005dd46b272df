import type { Priority, Status, Wait } from '../domain/status.ts';
import type { Label } from '../domain/refusal.ts';
import { entry, type Entry } from './entry.ts';
import type { PlaceName } from '../domain/contact.ts';
import { enAt, QIANNIU, zhAt } from './place.ts';
import { status } from './status.ts';
import { value } from './value.ts';
import { verbName, verbs } from './verb.ts';

const at = new Date('2026-11-11T12:00:00Z');
const label = (zh: string, en: string): Entry<null> =>
  entry({ note: 'label of a field in forms, hints and docs', sample: null, zh: () => zh, en: () => en });
const hint = (zh: string, en: string): Entry<null> =>
  entry({ note: 'placeholder in an empty field of a form', sample: null, zh: () => zh, en: () => en });
const told = (note: string, zh: (no: number) => string, en: (no: number) => string): Entry<{ no: number }> =>
  entry({ note, sample: { no: 4821 }, zh: (p) => zh(p.no), en: (p) => en(p.no) });
const DONE = 'private answer to who did it';
const ALREADY = 'private answer when it was so already';

/** What an undo means for the customer. */
const UNDONE: Readonly<Record<'untold' | 'spared' | 'corrected', readonly [zh: string, en: string]>> = {
  untold: ['', ''],
  spared: ['，客户没有看到', '; the customer never saw it'],
  corrected: ['，更正已发给客户', '; the customer is being told'],
};

const labels = {
  label_number: label('单号', 'Number'),
  label_matter: label('客户的问题', "Customer's matter"),
  label_place: label('买家在哪里', 'Where the buyer is'),
  label_handle: label('旺旺、昵称或电话', 'Nick or number there'),
  label_text: label('内容', 'Text'),
  label_scope: label('看哪些', 'Which ones'),
  label_person: label('同事', 'Colleague'),
  label_to: label('给谁', 'To'),
  label_note: label('说明', 'Note'),
  label_reason: label('原因', 'Reason'),
  label_wait: label('等谁', 'Waiting for'),
  label_for: label('多久', 'How long'),
  label_disposition: label('处理结果', 'Outcome'),
  label_priority: label('优先级', 'Priority'),
  label_category: label('分类', 'Category'),
  label_tags: label('标签', 'Tags'),
  label_seq: label('第几步', 'Step'),
  label_team: label('哪个组', 'Team'),
  label_from: label('谁的', 'Whose'),
  label_digest: label('时间或组', 'Period or team'),
  label_stats: label('查什么', 'What'),
  label_sure: label('确认', 'Yes'),
  label_link: label('哪个组或账号', 'Team or account'),
  label_code: label('验证码', 'Code'),
  label_verdict: label('是否同意', 'Yes or no'),
  label_backlog: label('怎么处理', 'What to do'),
  label_tickets: label('哪些工单', 'Which tickets'),
  label_promise: label('哪个时限', 'Which promise'),
  label_limit: label('多久', 'How long'),
  label_edit: label('修改', 'Change'),
  label_seen: label('依据', 'Seen'),
  label_row: label('哪一条', 'Which one'),
  label_command: label('命令', 'Command'),
  hint_for: hint('30分钟、2小时、1天', '30m, 2h, 1d'),
  label_when: label('什么时候', 'When'),
  hint_when: hint('2小时、18:00、明天 9:00', '2h, 18:00, tomorrow 9:00'),
  hint_limit: hint('90秒、12小时、2天；恢复', '90s, 12h, 2d; reset'),
  hint_ticket: hint('另一张的单号，例如 4790', 'The number of the other one, such as 4790'),
  label_into: label('并到哪一张', 'Into'),
  label_target: label('分到哪一张', 'Where to'),
  target_new: label('新的一单', 'A new ticket'),
  hint_tags: hint('+大件 -旧标签', '+bulky -old'),
  scope_mine: label('我的', 'mine'),
  me: label('我', 'me'),
};

const forms = {
  lacks: entry<{ category: Label }>({
    note: 'at an empty field of the form of `new`: the category asks for it',
    sample: { category: { 'zh-CN': '物流', en: 'Logistics' } },
    zh: (p) => `「${p.category['zh-CN']}」的工单要填这一项`,
    en: (p) => `A ticket of "${p.category.en}" needs this`,
  }),
  form_title: entry<{ verb: string; no: number | null }>({
    note: 'title of a form',
    sample: { verb: 'transfer', no: 4821 },
    zh: (p) => (p.no === null ? verbName(p.verb, 'zh-CN') : `${verbName(p.verb, 'zh-CN')} T-${p.no}`),
    en: (p) => (p.no === null ? capital(verbName(p.verb, 'en')) : `${capital(verbName(p.verb, 'en'))} T-${p.no}`),
  }),
  form_submit: entry<{ verb: string }>({
    note: 'button that sends a form',
    sample: { verb: 'transfer' },
    zh: (p) => verbName(p.verb, 'zh-CN'),
    en: (p) => capital(verbName(p.verb, 'en')),
  }),
};

const outcomes = {
  done_claim: told(
    DONE,
    (no) => `T-${no} 归你了`,
    (no) => `T-${no} is yours`,
  ),
  already_claim: told(
    ALREADY,
    (no) => `T-${no} 已经是你的了`,
    (no) => `T-${no} is already yours`,
  ),
  done_release: told(
    DONE,
    (no) => `T-${no} 放回待认领了`,
    (no) => `T-${no} is back for others to claim`,
  ),
  already_release: told(
    ALREADY,
    (no) => `T-${no} 本来就没人认领`,
    (no) => `Nobody has claimed T-${no} yet`,
  ),
  done_assign: entry<{ no: number; to: string }>({
    note: DONE,
    sample: { no: 4821, to: '王芳' },
    zh: (p) => `T-${p.no} 派给${p.to}了`,
    en: (p) => `T-${p.no} went to ${p.to}`,
  }),
  already_assign: entry<{ no: number; to: string }>({
    note: ALREADY,
    sample: { no: 4821, to: '王芳' },
    zh: (p) => `T-${p.no} 已经在${p.to}手上`,
    en: (p) => `${p.to} already has T-${p.no}`,
  }),
  done_transfer: entry<{ no: number; to: string; until: Date | null }>({
    note: 'private answer to who passed a ticket on: to a team at once, to a person until when they have to take it',
    sample: { no: 4821, to: '王芳', until: at },
    zh: (p, f) =>
      p.until === null
        ? `T-${p.no} 转给${p.to}了`
        : `T-${p.no} 等${p.to}接，${f.clock(p.until)} 前没接会退回；接下之前还由你负责`,
    en: (p, f) =>
      p.until === null
        ? `T-${p.no} is now with ${p.to}`
        : `T-${p.no} waits for ${p.to} until ${f.clock(p.until)}, then it comes back; it is yours until it is taken`,
  }),
  done_decline: told(
    DONE,
    (no) => `好的，T-${no} 退回去了`,
    (no) => `All right, T-${no} went back`,
  ),
  already_transfer: entry<{ no: number; to: string }>({
    note: ALREADY,
    sample: { no: 4821, to: '物流' },
    zh: (p) => `T-${p.no} 已经在${p.to}那里`,
    en: (p) => `T-${p.no} is already with ${p.to}`,
  }),
  done_reply: entry<{ customer: string; holdMs: number }>({
    note: 'private answer to a reply that waits out its hold',
    sample: { customer: '小美', holdMs: 10_000 },
    zh: (p, f) =>
      p.holdMs > 0 ? `${f.duration(p.holdMs)}后发给${p.customer}，之前可以「撤销」` : `已发给${p.customer}`,
    en: (p, f) =>
      p.holdMs > 0 ? `Goes to ${p.customer} in ${f.duration(p.holdMs)}; "undo" stops it` : `Sent to ${p.customer}`,
  }),
  done_told: entry<{ no: number; place: PlaceName }>({
    note: 'private answer to who noted what they said elsewhere; the text follows, to be copied',
    sample: { no: 4821, place: QIANNIU },
    zh: (p) => `T-${p.no} 记下了：你${zhAt(p.place)}回复了客户（这里不会发出）。还没发的话，复制下面这段：`,
    en: (p) =>
      `Noted on T-${p.no}: you answered ${enAt(p.place)} (nothing is sent from here). If you still have to, copy this:`,
  }),
  already_reply: told(
    'private answer when the same reply is sent again by the same button',
    (no) => `T-${no} 的这条回复已经交出去了，没有再发一次`,
    (no) => `That reply on T-${no} is on its way already; it was not sent twice`,
  ),
  done_note: told(
    DONE,
    (no) => `记在 T-${no} 了，客户看不到`,
    (no) => `Noted on T-${no}; the customer does not see it`,
  ),
  done_reveal: entry<{ no: number; values: readonly string[] }>({
    note: 'private answer with the numbers and addresses that groups do not see, as the customer wrote them',
    sample: { no: 4821, values: ['138-1234-5678'] },
    zh: (p) => `T-${p.no}：${p.values.join('；')}。已记下你看过`,
    en: (p) => `T-${p.no}: ${p.values.join('; ')}. That you looked is on record`,
  }),
  done_pending: entry<{ no: number; wait: Wait; until: Date | null }>({
    note: DONE,
    sample: { no: 4821, wait: 'warehouse', until: at },
    zh: (p, f) =>
      `T-${p.no} 挂起了，等${value[`wait_${p.wait}`].zh(null, f)}${p.until === null ? '' : `，${f.moment(p.until)} 回到处理中`}`,
    en: (p, f) =>
      `T-${p.no} waits for ${waitEn(p.wait)}${p.until === null ? '' : ` and is back in progress ${f.moment(p.until)}`}`,
  }),
  done_resolve: entry<{ no: number; noticeMs: number | null; place: PlaceName | null }>({
    note: 'private answer to resolve; the number is how long the notice to the customer is held, null when there is nobody to write to; then they are told by hand at `place`, null: it is about no customer',
    sample: { no: 4821, noticeMs: 30_000, place: null },
    zh: (p, f) =>
      p.noticeMs === null
        ? `T-${p.no} 处理好了${p.place === null ? '' : `；记得${zhAt(p.place)}告诉买家`}`
        : p.noticeMs > 0
          ? `T-${p.no} 解决了，${f.duration(p.noticeMs)}后通知客户，之前可以「撤销」`
          : `T-${p.no} 解决了，已通知客户`,
    en: (p, f) =>
      p.noticeMs === null
        ? `T-${p.no} is resolved${p.place === null ? '' : `; remember to tell the customer ${enAt(p.place)}`}`
        : p.noticeMs > 0
          ? `T-${p.no} is resolved; the customer hears in ${f.duration(p.noticeMs)}, "undo" stops it`
          : `T-${p.no} is resolved and the customer knows`,
  }),
  already_resolve: told(
    ALREADY,
    (no) => `T-${no} 已经解决了`,
    (no) => `T-${no} is already resolved`,
  ),
  done_close: told(
    DONE,
    (no) => `T-${no} 关闭了`,
    (no) => `T-${no} is closed`,
  ),
  already_close: told(
    ALREADY,
    (no) => `T-${no} 已经关闭了`,
    (no) => `T-${no} is already closed`,
  ),
  done_reopen: told(
    DONE,
    (no) => `T-${no} 重新打开了`,
    (no) => `T-${no} is open again`,
  ),
  already_reopen: told(
    ALREADY,
    (no) => `T-${no} 本来就开着`,
    (no) => `T-${no} is already open`,
  ),
  done_priority: entry<{ no: number; priority: Priority }>({
    note: DONE,
    sample: { no: 4821, priority: 'high' },
    zh: (p, f) => `T-${p.no} 的优先级改成「${value[`priority_${p.priority}`].zh(null, f)}」了`,
    en: (p, f) => `T-${p.no} now has ${value[`priority_${p.priority}`].en(null, f)} priority`,
  }),
  already_priority: entry<{ no: number; priority: Priority }>({
    note: ALREADY,
    sample: { no: 4821, priority: 'high' },
    zh: (p, f) => `T-${p.no} 的优先级已经是「${value[`priority_${p.priority}`].zh(null, f)}」`,
    en: (p, f) => `T-${p.no} already has ${value[`priority_${p.priority}`].en(null, f)} priority`,
  }),
  done_remind: entry<{ no: number; at: Date }>({
    note: DONE,
    sample: { no: 4821, at },
    zh: (p, f) => `好，${f.moment(p.at)} 提醒你看 T-${p.no}`,
    en: (p, f) => `You will be reminded of T-${p.no} ${f.moment(p.at)}`,
  }),
  done_remind_off: told(
    DONE,
    (no) => `T-${no} 的提醒取消了`,
    (no) => `You will not be reminded of T-${no}`,
  ),
  already_remind_off: told(
    ALREADY,
    (no) => `T-${no} 没有设过提醒`,
    (no) => `No reminder was set for T-${no}`,
  ),
  done_escalate: entry<{ no: number; to: readonly string[] }>({
    note: DONE,
    sample: { no: 4821, to: ['陈静'] },
    zh: (p) => `T-${p.no} 升级给 ${p.to.join('、')} 了`,
    en: (p) => `T-${p.no} was escalated to ${p.to.join(', ')}`,
  }),
  done_acknowledge: told(
    DONE,
    (no) => `好，T-${no} 这次不再提醒你`,
    (no) => `Noted: no more reminders of T-${no} for now`,
  ),
  already_acknowledge: told(
    ALREADY,
    (no) => `T-${no} 你已经说过知道了`,
    (no) => `You have acknowledged T-${no} already`,
  ),
  acknowledged_all: entry<{ count: number }>({
    note: 'private answer to acknowledging everything one was told of',
    sample: { count: 5 },
    zh: (p) => (p.count === 0 ? '现在没有要你确认的提醒' : `好，这 ${p.count} 张这次不再提醒你`),
    en: (p) =>
      p.count === 0
        ? 'There is nothing for you to acknowledge right now'
        : `Noted: no more reminders of ${p.count === 1 ? 'that ticket' : `these ${p.count} tickets`} for now`,
  }),
  done_category: entry<{ no: number; category: Label }>({
    note: DONE,
    sample: { no: 4821, category: { 'zh-CN': '物流', en: 'logistics' } },
    zh: (p) => `T-${p.no} 归到「${p.category['zh-CN']}」了`,
    en: (p) => `T-${p.no} is now filed under ${p.category.en}`,
  }),
  already_category: entry<{ no: number; category: Label }>({
    note: ALREADY,
    sample: { no: 4821, category: { 'zh-CN': '物流', en: 'logistics' } },
    zh: (p) => `T-${p.no} 已经在「${p.category['zh-CN']}」里`,
    en: (p) => `T-${p.no} is already filed under ${p.category.en}`,
  }),
  done_merge: entry<{ no: number; into: number }>({
    note: DONE,
    sample: { no: 4790, into: 4821 },
    zh: (p) => `T-${p.no} 并入 T-${p.into} 了，之后的消息都到 T-${p.into}；发「拆分 ${p.no}」可以分开`,
    en: (p) =>
      `T-${p.no} is merged into T-${p.into}, which gets all further messages; "split ${p.no}" separates them again`,
  }),
  already_merge: entry<{ no: number; into: number }>({
    note: ALREADY,
    sample: { no: 4790, into: 4821 },
    zh: (p) => `T-${p.no} 已经并入 T-${p.into} 了`,
    en: (p) => `T-${p.no} is merged into T-${p.into} already`,
  }),
  done_unmerge: entry<{ no: number; into: number }>({
    note: DONE,
    sample: { no: 4790, into: 4821 },
    zh: (p) => `T-${p.no} 从 T-${p.into} 分开了，恢复原样`,
    en: (p) => `T-${p.no} is separated from T-${p.into} and as it was`,
  }),
  done_split: entry<{ no: number; to: number; fresh: boolean; count: number }>({
    note: 'private answer to who moved the newest messages of a ticket to another one, or to a new one',
    sample: { no: 4821, to: 4830, fresh: true, count: 2 },
    zh: (p) => `T-${p.no} 最新的 ${p.count} 条消息分到${p.fresh ? '新的一单' : ''} T-${p.to} 了`,
    en: (p) =>
      `The newest ${p.count === 1 ? 'message' : `${p.count} messages`} of T-${p.no} went to ${p.fresh ? 'a new ticket, ' : ''}T-${p.to}`,
  }),
  done_tag: told(
    DONE,
    (no) => `T-${no} 的标签改好了`,
    (no) => `The tags of T-${no} are updated`,
  ),
  already_tag: told(
    ALREADY,
    (no) => `T-${no} 的标签已经是这样`,
    (no) => `The tags of T-${no} are like that already`,
  ),
  done_undo: entry<{ no: number; customer: 'untold' | 'spared' | 'corrected' }>({
    note: 'private answer to undo; the customer never was told anything, was spared it in time, or gets a correction',
    sample: { no: 4821, customer: 'spared' },
    zh: (p) => `撤销了，T-${p.no} 恢复原样${UNDONE[p.customer][0]}`,
    en: (p) => `Undone; T-${p.no} is as it was${UNDONE[p.customer][1]}`,
  }),
};

const answers = {
  list_open: entry<{ teams: readonly string[] }>({
    note: 'title of a list: what the teams have open; no teams named: all of them',
    sample: { teams: ['售前', '售后'] },
    zh: (p) => `${p.teams.length === 0 ? '全部组' : p.teams.join('、')} · 没做完的`,
    en: (p) => `${p.teams.length === 0 ? 'All teams' : p.teams.join(', ')} · open`,
  }),
  list_mine: entry<null>({
    note: "title of a list: the reader's own open tickets",
    sample: null,
    zh: () => '我手上的',
    en: () => 'Mine',
  }),
  list_status: entry<{ status: Status }>({
    note: 'title of a list: one status',
    sample: { status: 'waiting_customer' },
    zh: (p, f) => status[p.status].zh(null, f),
    en: (p, f) => capital(status[p.status].en(null, f)),
  }),
  list_none: entry<{ mine: boolean }>({
    note: 'instead of an empty list',
    sample: { mine: false },
    zh: (p) => (p.mine ? '你手上没有工单。发「列表」看看组里待认领的' : '这里没有工单'),
    en: (p) => (p.mine ? 'You have no tickets. "list" shows what your teams have open' : 'There are no tickets here'),
  }),
  miss: entry<{ word: string; nearest: string | null }>({
    note: 'private answer when no verb was recognised; `nearest` is the name of a command',
    sample: { word: '认令', nearest: 'claim' },
    zh: (p) =>
      p.nearest === null
        ? `没看懂「${p.word}」。发「帮助」看看能做什么`
        : `没看懂「${p.word}」，是不是「${verbName(p.nearest, 'zh-CN')}」？发「帮助」看全部命令`,
    en: (p) =>
      p.nearest === null
        ? `"${p.word}" is not a command I know. "help" shows what I can do`
        : `"${p.word}" is not a command I know. Did you mean "${verbName(p.nearest, 'en')}"? "help" shows them all`,
  }),
  which: entry<{ verb: string }>({
    note: 'private answer when several tickets could be meant; they follow as buttons',
    sample: { verb: 'claim' },
    zh: (p) => `「${verbName(p.verb, 'zh-CN')}」哪一张？`,
    en: (p) => `Which ticket for "${verbName(p.verb, 'en')}"?`,
  }),
  which_none: entry<{ verb: string }>({
    note: 'private answer when a verb needs a ticket and none could be meant',
    sample: { verb: 'claim' },
    zh: (p) => `「${verbName(p.verb, 'zh-CN')}」哪一张？请带上单号，例如：${verbName(p.verb, 'zh-CN')} 4821`,
    en: (p) => `Which ticket? Add its number, for example: ${verbName(p.verb, 'en')} 4821`,
  }),
};

/** Words of the vocabulary: names, labels, forms, and what people read after a verb. */
export const command = { ...verbs, ...labels, ...forms, ...outcomes, ...answers };

function capital(s: string): string {
  return s.slice(0, 1).toUpperCase() + s.slice(1);
}

function waitEn(wait: Wait): string {
  return { customer: 'the customer', warehouse: 'the warehouse', finance: 'finance', carrier: 'the carrier' }[wait];
}
