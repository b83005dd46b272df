import { entry, type Entry } from './entry.ts';
import type { Format } from './format.ts';

const at = new Date('2026-11-11T06:32:00Z');

const clock = (note: string, zh: (at: string) => string, en: (at: string) => string): Entry<{ at: Date }> =>
  entry({
    note,
    sample: { at },
    zh: (p: { at: Date }, f: Format) => zh(f.stamp(p.at)),
    en: (p: { at: Date }, f: Format) => en(f.stamp(p.at)),
  });
const promise = (zh: string, en: string): Entry<{ at: Date }> =>
  clock(
    'nearest clock in the status line of a card that stays: clock time, never "left"',
    (t) => `${t} 前${zh}`,
    (t) => `${en} by ${t}`,
  );
const late = (zh: string, en: string): Entry<{ at: Date }> =>
  clock(
    'nearest clock in the status line when it has passed',
    (t) => `${zh}已超时（${t}）`,
    (t) => `${en} overdue since ${t}`,
  );
const word = (note: string, zh: string, en: string): Entry<null> =>
  entry({ note, sample: null, zh: () => zh, en: () => en });

/** What stands on cards beside labels, statuses and history. */
export const card = {
  due_firstResponse: promise('首响', 'first reply'),
  due_nextResponse: promise('回复', 'reply'),
  due_resolution: promise('解决', 'resolve'),
  late_firstResponse: late('首响', 'first reply'),
  late_nextResponse: late('回复', 'reply'),
  late_resolution: late('解决', 'resolution'),
  due_wait: clock(
    'status line of a ticket that waits for somebody: when who handles it has to ask again',
    (t) => `${t} 没回音就催`,
    (t) => `chase after ${t}`,
  ),
  late_wait: clock(
    'the same once that moment has passed',
    (t) => `${t} 起没回音，该催了`,
    (t) => `no word since ${t}, chase now`,
  ),
  due_leg: clock(
    'status line: how long this team may have the ticket',
    (t) => `本组 ${t} 前办完`,
    (t) => `this team's part by ${t}`,
  ),
  late_leg: clock(
    'the same once that moment has passed',
    (t) => `本组应在 ${t} 前办完`,
    (t) => `this team's part was due ${t}`,
  ),
  due_penalty: clock(
    "status line: the marketplace's deadline",
    (t) => `平台时限 ${t}`,
    (t) => `marketplace deadline ${t}`,
  ),
  late_penalty: clock(
    'the same once that moment has passed',
    (t) => `已过平台时限 ${t}`,
    (t) => `marketplace deadline ${t} missed`,
  ),
  due_window: clock(
    'status line: until when the platform lets us write to the customer',
    (t) => `${t} 后不能再发给客户`,
    (t) => `no message to the customer after ${t}`,
  ),
  late_window: clock(
    'the same once that moment has passed',
    (t) => `${t} 起不能再发给客户`,
    (t) => `no message to the customer since ${t}`,
  ),
  resumes: clock(
    'status line of a waiting ticket that goes on by itself',
    (t) => `${t} 继续`,
    (t) => `resumes ${t}`,
  ),

  priority_high: word('status line, when it is more urgent than usual', '高优先', 'high priority'),
  priority_urgent: word('status line, when it is most urgent', '紧急', 'urgent'),

  visits: entry<{ count: number; last: { no: number; what: string; status: string; at: Date } }>({
    note: 'on the card of a customer who has come before; what: the category of the ticket before, empty when unknown',
    sample: { count: 3, last: { no: 4790, what: '退款', status: '已解决', at: new Date('2026-11-10T06:32:00Z') } },
    zh: ({ count, last: l }, f) =>
      `第 ${count} 次来 · 上次 T-${l.no} ${l.what === '' ? '' : `${l.what} `}${f.day(l.at)}${l.status}`,
    en: ({ count, last: l }, f) =>
      `Visit ${count} · last T-${l.no}${l.what === '' ? '' : ` ${l.what}`}, ${l.status} ${f.day(l.at)}`,
  }),
  follows: entry<{ no: number }>({
    note: 'on the card of a ticket that goes on from an earlier one',
    sample: { no: 4790 },
    zh: (p) => `接着 T-${p.no}`,
    en: (p) => `Follows T-${p.no}`,
  }),
  left: entry<{ who: string; note: string }>({
    note: 'on the card of a ticket that came back while who had it is not there; note: the last they wrote, empty when none',
    sample: { who: '李雷', note: '已和仓库核实' },
    zh: (p) => `之前由${p.who}处理${p.note === '' ? '' : `，备注：${p.note}`}`,
    en: (p) => `${p.who} had it before${p.note === '' ? '' : `; note: ${p.note}`}`,
  }),
  nudged: entry<{ count: number }>({
    note: 'status line, when the customer has urged',
    sample: { count: 2 },
    zh: (p) => `客户催了 ${p.count} 次`,
    en: (p) => (p.count === 1 ? 'customer urged' : `customer urged ${p.count} times`),
  }),

  at: clock(
    'a moment as the value of a fact',
    (t) => t,
    (t) => t,
  ),

  waiting_warehouse: word('status word of a ticket that waits for the warehouse', '等仓库', 'waiting for warehouse'),
  waiting_finance: word('status word of a ticket that waits for finance', '等财务', 'waiting for finance'),
  waiting_carrier: word('status word of a ticket that waits for the carrier', '等承运商', 'waiting for carrier'),

  undelivered: word(
    'status line, when a message to the customer was given up',
    '消息没送到客户',
    'a message did not get through',
  ),
  held_by: entry({
    note: 'start of the status line of a ticket that somebody works on',
    sample: { who: '李雷', status: '处理中' },
    zh: (p) => `${p.who} ${p.status}`,
    en: (p) => `${p.status} · ${p.who}`,
  }),
  moved: entry({
    note: 'status line of a card in the group of a team that the ticket has left; who is empty while nobody has it',
    sample: { team: '物流', who: '王芳' },
    zh: (p) => `已转给 ${p.team}${p.who === '' ? '' : ` · 现在由 ${p.who} 处理`}`,
    en: (p) => `Moved to ${p.team}${p.who === '' ? '' : ` · now with ${p.who}`}`,
  }),
  merged: entry<{ no: number }>({
    note: 'status line of a ticket that was merged into another one',
    sample: { no: 4821 },
    zh: (p) => `已并入 T-${p.no}`,
    en: (p) => `Merged into T-${p.no}`,
  }),
  duplicates: entry<{ items: readonly { no: number; about: string; who: string; status: string }[] }>({
    note: 'line on a card: open tickets that may be the same matter; who is empty while nobody has it',
    sample: { items: [{ no: 4790, about: '物流停滞', who: '李雷', status: '处理中' }] },
    zh: (p) => `可能重复：${p.items.map((i) => `T-${i.no} ${i.about} · ${i.who}${i.status}`).join('；')}`,
    en: (p) =>
      `Possible duplicate: ${p.items.map((i) => `T-${i.no} ${i.about} · ${i.who === '' ? i.status : `${i.who}, ${i.status}`}`).join('; ')}`,
  }),
  merge_into: entry<{ no: number }>({
    note: 'button that merges a ticket into a likely duplicate',
    sample: { no: 4790 },
    zh: (p) => `合并到 T-${p.no}`,
    en: (p) => `Merge into T-${p.no}`,
  }),
  show_other: entry<{ no: number }>({
    note: 'action on the card of a merged ticket',
    sample: { no: 4821 },
    zh: (p) => `查看 T-${p.no}`,
    en: (p) => `Show T-${p.no}`,
  }),
  superseded: entry<{ no: number }>({
    note: 'all that is left of a card that could not be changed any more and has a successor',
    sample: { no: 4821 },
    zh: (p) => `这张卡片旧了，T-${p.no} 看下面最新的那张`,
    en: (p) => `This card is out of date; the newest one of T-${p.no} is further down`,
  }),
  split: word('button that moves the newest messages to another ticket', '分到另一单', 'Move to another'),
  handed_on: entry({
    note: 'status line of the work card of somebody who had the ticket before',
    sample: { who: '王芳' },
    zh: (p) => `现在由 ${p.who} 处理`,
    en: (p) => `Now with ${p.who}`,
  }),
  in_queue: entry({
    note: 'status line of the work card of somebody who had the ticket before, when nobody has it now',
    sample: { team: '售后' },
    zh: (p) => `现在在 ${p.team} 的队列里`,
    en: (p) => `Now in the queue of ${p.team}`,
  }),
  cases: entry<{ count: number }>({
    note: 'line on the card of a problem: how many tickets are cases of it',
    sample: { count: 19 },
    zh: (p) => `问题单 · 归到这里 ${p.count} 张`,
    en: (p) => `Problem with ${p.count} ${p.count === 1 ? 'ticket' : 'tickets'}`,
  }),
  case_of: entry<{ no: number }>({
    note: 'line on the card of a ticket that is a case of a problem',
    sample: { no: 4821 },
    zh: (p) => `属于问题单 T-${p.no}`,
    en: (p) => `Belongs to problem T-${p.no}`,
  }),
  covered: entry<{ who: string; back: Date | null; mine: boolean }>({
    note: 'line on the card of a ticket whose owner is not there; `mine`: on the card of the owner',
    sample: { who: '李雷', back: at, mine: false },
    zh: (p, f) =>
      p.mine
        ? '你不在，在班的同事先接；你回来还没人接就还给你'
        : `${p.who} ${p.back === null ? '不在班' : `午休到 ${f.stamp(p.back)}`}，在班的先接`,
    en: (p, f) =>
      p.mine
        ? 'You are away, so the team may take it; if nobody has when you are back, it is yours again'
        : `${p.who} is ${p.back === null ? 'off duty' : `away until ${f.stamp(p.back)}`}; whoever is here takes it`,
  }),
  offered_to: entry<{ who: string; until: Date }>({
    note: 'end of the status line of a ticket that waits for somebody to take it',
    sample: { who: '王芳', until: at },
    zh: (p, f) => `等 ${p.who} 接到 ${f.stamp(p.until)}`,
    en: (p, f) => `${p.who} has until ${f.stamp(p.until)}`,
  }),
  offer_from: entry<{ who: string; until: Date }>({
    note: 'status line of the card in the chat of whom a ticket is offered to',
    sample: { who: '李雷', until: at },
    zh: (p, f) => `${p.who} 转给你，${f.stamp(p.until)} 前接下`,
    en: (p, f) => `From ${p.who}; take it by ${f.stamp(p.until)}`,
  }),
  take: word('button that takes an offered ticket', '接下', 'Take it'),
  offer_over: entry<{ no: number; what: string }>({
    note: 'what is left of the card of an offer that is settled',
    sample: { no: 4821, what: '你接下了' },
    zh: (p) => `T-${p.no} ${p.what}`,
    en: (p) => `T-${p.no}: ${p.what}`,
  }),
  offer_taken: word('a settled offer, to who took it', '你接下了', 'you took it'),
  offer_declined: word('a settled offer, to who said no', '你没接，已退回', 'you declined it'),
  offer_lapsed: entry<{ at: Date; where: string }>({
    note: 'a settled offer, to who did not answer in time',
    sample: { at, where: '现在由 李雷 处理' },
    zh: (p, f) => `到 ${f.stamp(p.at)} 没接，已退回；${p.where}`,
    en: (p, f) =>
      `not taken by ${f.stamp(p.at)}, so it went back; ${p.where.slice(0, 1).toLowerCase()}${p.where.slice(1)}`,
  }),
  alert_lapsed: entry<{ who: string; ms: number; where: string }>({
    note: 'to who passed a ticket on: nobody took it in time',
    sample: { who: '王芳', ms: 300_000, where: '现在由 李雷 处理' },
    zh: (p, f) => `${p.who} ${f.duration(p.ms)}没接，退回了；${p.where}`,
    en: (p, f) => `${p.who} did not take it within ${f.duration(p.ms)}, so it came back. ${p.where}`,
  }),
  alert_declined: entry<{ who: string; where: string }>({
    note: 'to who passed a ticket on: they said no',
    sample: { who: '王芳', where: '现在由 李雷 处理' },
    zh: (p) => `${p.who} 不接，退回了；${p.where}`,
    en: (p) => `${p.who} declined it, so it came back. ${p.where}`,
  }),
  alert_passes: entry<{ count: number }>({
    note: 'to a lead: a ticket goes from hand to hand',
    sample: { count: 3 },
    zh: (p) => `已转手 ${p.count} 次，请看看该归谁`,
    en: (p) => `Passed on ${p.count} times; please decide who takes it`,
  }),
  handled: entry<{ who: string | null; at: Date }>({
    note: 'end of the status line of a handled ticket: when, and who unless it is not known; an empty name: by itself',
    sample: { who: '李雷', at },
    zh: (p, f) => `${p.who === null ? '' : p.who === '' ? '自动 ' : `${p.who} `}${f.stamp(p.at)}`,
    en: (p, f) => `${p.who === null ? '' : p.who === '' ? 'automatically, ' : `${p.who}, `}${f.stamp(p.at)}`,
  }),
  news_at: clock(
    'status line of the direct message that tells the assignee what the customer wrote',
    (t) => `客户 ${t} 来消息`,
    (t) => `The customer wrote ${t}`,
  ),
  news_summary: entry<{ no: number; customer: string; words: string }>({
    note: 'notification of the direct message that tells the assignee what the customer wrote; words may be empty',
    sample: { no: 4821, customer: '小美', words: '还没到' },
    zh: (p) => `T-${p.no} ${p.customer === '' ? '客户' : p.customer}来消息${p.words === '' ? '' : `：${p.words}`}`,
    en: (p) =>
      `T-${p.no} ${p.customer === '' ? 'The customer' : p.customer} wrote${p.words === '' ? '' : `: ${p.words}`}`,
  }),
  news_earlier: entry<{ count: number }>({
    note: 'above the lines of that message when there were more than it shows',
    sample: { count: 3 },
    zh: (p) => `前面还有 ${p.count} 条`,
    en: (p) => `${p.count} earlier ${p.count === 1 ? 'message' : 'messages'}`,
  }),
  news_over: entry<{ no: number; what: string }>({
    note: 'all that is left of that message when it needs nobody any more; `what` says why',
    sample: { no: 4821, what: '14:32 已回复' },
    zh: (p) => `T-${p.no} ${p.what}`,
    en: (p) => `T-${p.no} · ${p.what}`,
  }),
  news_answered: entry<{ who: string; at: Date }>({
    note: 'why that message is over: it was answered; an empty name: by the reader',
    sample: { who: '王芳', at },
    zh: (p, f) => `${p.who === '' ? '' : `${p.who} `}${f.stamp(p.at)} 已回复`,
    en: (p, f) => `Answered${p.who === '' ? '' : ` by ${p.who}`}, ${f.stamp(p.at)}`,
  }),
  news_newer: word(
    'why that message is over: the customer wrote again, which is told further down',
    '客户又来消息，见下面',
    'The customer wrote again, see below',
  ),
  summary: entry({
    note: 'notification line and line in a list of chats',
    sample: { title: 'T-4821 · 快递三天没更新', status: '待认领' },
    zh: (p) => `${p.title} · ${p.status}`,
    en: (p) => `${p.title} · ${p.status}`,
  }),
  untitled: word(
    'in place of a subject when the customer wrote none',
    '客户留言，待看',
    'Customer message, not read yet',
  ),
  expand: word('button under a quote that was cut', '…展开', '…more'),
  field: entry({
    note: 'a fact as plain text',
    sample: { label: '订单', value: '20261108112233' },
    zh: (p) => `${p.label}：${p.value}`,
    en: (p) => `${p.label}: ${p.value}`,
  }),
  image: entry({
    note: 'a picture as plain text; `alt` says what it shows',
    sample: { alt: '破损的杯子' },
    zh: (p) => `[图片] ${p.alt}`.trimEnd(),
    en: (p) => `[picture] ${p.alt}`.trimEnd(),
  }),
  typed: entry({
    note: 'last line where buttons are missing: what to type instead; `hints` are joined already',
    sample: { hints: '认领 4821 / 查看 4821' },
    zh: (p) => `可发送：${p.hints}`,
    en: (p) => `You can type: ${p.hints}`,
  }),
  more: entry({
    note: 'under a list that does not show every ticket',
    sample: { shown: 10, total: 42 },
    zh: (p) => `显示前 ${p.shown} 张，共 ${p.total} 张`,
    en: (p) => `The first ${p.shown} of ${p.total}`,
  }),
  menu: word('opens what else can be done with a card, where a platform has no sign for it', '更多', 'More'),
  close_form: word('button that closes a form without handing it in', '取消', 'Cancel'),
  empty: word('in place of an empty list', '没有工单', 'No tickets'),
  description: word(
    'above the text with which a ticket was opened, on the private full view',
    '客户原话',
    'Customer wrote',
  ),
  timeline: word('above what happened to a ticket, on the private full view', '经过', 'History'),
  help_title: word('title of the help card', '可以这样说', 'What you can say'),
  help_intro: word(
    'first line of the help card',
    '中文、英文、拼音首字母都行，例如：认领 4821、claim 4821、rl 4821',
    'In English, Chinese or pinyin initials: claim 4821, 认领 4821, rl 4821',
  ),
  help_usage: word('label of how a verb is written, on its help card', '写法', 'Usage'),
  help_words: word('label of the other words for a verb, on its help card', '也可以说', 'Also'),
  form_typed: word(
    'where values are asked for and no form can be shown; what to type stands below it',
    '这里没有表单可以填，请直接发送：',
    'There is no form to fill in here; please send:',
  ),
  form_field: entry<{ label: string; options: string }>({
    note: 'what can be typed for a field of a form that cannot be shown; `options` are joined already',
    sample: { label: '等谁', options: '客户 / 仓库' },
    zh: (p) => `${p.label}可以是：${p.options}`,
    en: (p) => `${p.label} can be: ${p.options}`,
  }),
} as const;
