import type { Label, Refusal, RefusalCode, ValueKind } from '../domain/refusal.ts';
import type { Status } from '../domain/status.ts';
import { card } from './card.ts';
import { notice } from './notice.ts';
import { status } from './status.ts';
import { entry, type Entry } from './entry.ts';
import type { Format } from './format.ts';
import { enAt, QIANNIU, zhAt } from './place.ts';
import { verbName } from './verb.ts';

type Of<C extends RefusalCode> = Extract<Refusal, { code: C }>;
const at = new Date('2026-11-11T06:30:00Z');
const zhStatus = (s: Status, f: Format): string => status[s].zh(null, f);
const enStatus = (s: Status, f: Format): string => status[s].en(null, f);

const NEEDS = {
  member: ['这个组的成员', 'a member of its team'],
  assignee: ['负责人或组长', 'its assignee or a lead'],
  lead: ['组长', 'a lead'],
  manager: ['主管', 'a manager'],
  admin: ['管理员', 'an admin'],
} as const;

const KINDS: Readonly<Record<ValueKind, readonly [zh: string, en: string]>> = {
  person: ['同事', 'a colleague'],
  team: ['组', 'a team'],
  'person-or-team': ['同事或组', 'a colleague or a team'],
  scope: ['范围', 'a list'],
  category: ['分类', 'a category'],
  place: ['渠道', 'a place'],
  shop: ['店铺', 'a shop'],
  priority: ['优先级', 'a priority'],
  wait: ['等待对象', 'somebody to wait for'],
  reason: ['放回的原因', 'a reason to put it back'],
  duration: ['时长', 'a length of time'],
  moment: ['将来 30 天内的时间', 'a time within the next 30 days'],
  disposition: ['处理结果', 'an outcome'],
  status: ['状态', 'a status'],
  tags: ['标签', 'a tag'],
  handover: ['交班的办法', 'something to do with tickets at the end of a shift'],
  backlog: ['积压的处理办法', 'something that can become of what waits'],
  tickets: ['哪些工单', 'a kind of tickets'],
  promise: ['时限', 'a promise'],
  limit: ['时限长度', 'a length of time'],
  link: ['组', 'a team'],
  verdict: ['同意或不同意', 'yes or no'],
  number: ['数字', 'a number'],
  command: ['命令', 'a command'],
  ticket: ['单号', 'a ticket number'],
  'ticket-or-new': ['单号，也不是「新」', 'a ticket number or "new"'],
  sure: ['「确认」', '"yes"'],
};
const zhList = (labels: readonly Label[]): string => labels.map((l) => l['zh-CN']).join('、');
const enList = (labels: readonly Label[]): string => labels.map((l) => l.en).join(', ');

const CORRECTIONS = { reply: notice.correction_reply, notice: notice.correction } as const;

/** Why something was not done, privately to who asked; each names the reason and the way out. */
export const refusal = {
  already_claimed: entry<Of<'already_claimed'>>({
    note: 'private answer to who pressed claim second',
    sample: { code: 'already_claimed', no: 4821, by: '李雷', at },
    zh: (p, f) => `${p.by} ${f.since(p.at)}已认领 T-${p.no}`,
    en: (p, f) => `${p.by} claimed T-${p.no} ${f.since(p.at)}`,
  }),
  assigned_first: entry<Of<'assigned_first'>>({
    note: 'private answer to the second of two leads who assign the same ticket',
    sample: { code: 'assigned_first', no: 4821, by: '陈静', to: '王芳', at },
    zh: (p, f) => `${p.by} ${f.since(p.at)}已把 T-${p.no} 派给${p.to}；还要改派就再发一次`,
    en: (p, f) => `${p.by} gave T-${p.no} to ${p.to} ${f.since(p.at)}; send it again if it should still change hands`,
  }),
  offered: entry<Of<'offered'>>({
    note: 'private answer to who wants a ticket that waits for somebody else to take it',
    sample: { code: 'offered', no: 4821, to: '王芳', until: at },
    zh: (p, f) => `T-${p.no} 已派给 ${p.to}，等到 ${f.clock(p.until)}；没接就退回`,
    en: (p, f) => `T-${p.no} is offered to ${p.to} until ${f.clock(p.until)}; if nobody takes it, it comes back`,
  }),
  not_offered: entry<Of<'not_offered'>>({
    note: 'private answer to who says no to an offer that is over, or was never theirs',
    sample: { code: 'not_offered', no: 4821 },
    zh: (p) => `T-${p.no} 现在没有等你接，不用处理`,
    en: (p) => `T-${p.no} is not waiting for you; there is nothing to do`,
  }),
  off_duty: entry<Of<'off_duty'>>({
    note: 'private answer to who wants to pass a ticket to somebody who is not there',
    sample: { code: 'off_duty', name: '王芳', until: null, on: ['陈静', '李雷'] },
    zh: (p, f) =>
      `${p.name} ${p.until === null ? '不在班' : `休息到 ${f.clock(p.until)}`}${p.on.length === 0 ? '，现在没有同事在班，可以转给组' : `；在班的有：${p.on.join('、')}`}`,
    en: (p, f) =>
      `${p.name} is ${p.until === null ? 'off duty' : `away until ${f.clock(p.until)}`}; ${p.on.length === 0 ? 'nobody is on duty, so pass it to a team' : `on duty: ${p.on.join(', ')}`}`,
  }),
  not_allowed: entry<Of<'not_allowed'>>({
    note: 'private answer to who lacks the right',
    sample: { code: 'not_allowed', no: 4821, needs: 'assignee', who: '李雷' },
    zh: (p) =>
      p.no !== null && p.needs === 'assignee'
        ? p.who === null
          ? `T-${p.no} 还没人认领，这一步先「认领」，或请组长来做`
          : `T-${p.no} 由${p.who}负责，这一步请${p.who}或组长来做；有话留给${p.who}，写「备注」就好`
        : `${p.no === null ? '这一步' : `T-${p.no} 这一步`}需要${NEEDS[p.needs][0]}来做`,
    en: (p) =>
      p.no !== null && p.needs === 'assignee'
        ? p.who === null
          ? `Nobody has claimed T-${p.no} yet; claim it first, or ask a lead`
          : `T-${p.no} is with ${p.who}; ask ${p.who} or a lead to do that, or leave a note`
        : `${p.no === null ? 'Only' : `T-${p.no}: only`} ${NEEDS[p.needs][1]} can do that`,
  }),
  with_colleague: entry<Of<'with_colleague'>>({
    note: "private answer to who replies on a colleague's ticket; the button below sends it anyway",
    sample: { code: 'with_colleague', no: 4821, by: '王芳' },
    zh: (p) => `${p.by}正在处理 T-${p.no}，仍要回复？`,
    en: (p) => `${p.by} is working on T-${p.no}. Reply anyway?`,
  }),
  wrong_status: entry<Of<'wrong_status'>>({
    note: 'private answer when the verb does not fit the status',
    sample: { code: 'wrong_status', no: 4821, verb: 'resolve', status: 'closed' },
    zh: (p, f) =>
      `T-${p.no} 现在是「${zhStatus(p.status, f)}」，不能${verbName(p.verb, 'zh-CN')}${p.status === 'closed' || p.verb === 'merge' ? '；需要的话先「重开」' : p.status === 'new' ? '；先「认领」' : ''}`,
    en: (p, f) =>
      `T-${p.no} is ${enStatus(p.status, f)}, so "${verbName(p.verb, 'en')}" does not work${p.status === 'closed' || p.verb === 'merge' ? '; reopen it first' : p.status === 'new' ? '; claim it first' : ''}`,
  }),
  not_found: entry<Of<'not_found'>>({
    note: 'private answer when no such ticket exists or the speaker may not see it',
    sample: { code: 'not_found', no: 'T-9999' },
    zh: (p) => `没有 ${p.no} 这张工单，发「列表」看看现有的`,
    en: (p) => `There is no ticket ${p.no}; "list" shows the ones there are`,
  }),
  unknown_person: entry<Of<'unknown_person'>>({
    note: 'private answer when a colleague is not in the directory',
    sample: { code: 'unknown_person', name: '小张' },
    zh: (p) => `通讯录里没有「${p.name}」，请写全名`,
    en: (p) => `Nobody called "${p.name}" is in the directory; please use the full name`,
  }),
  unknown_team: entry<Of<'unknown_team'>>({
    note: 'private answer when a team does not exist',
    sample: { code: 'unknown_team', name: '仓库' },
    zh: (p) => `没有叫「${p.name}」的组`,
    en: (p) => `There is no team called "${p.name}"`,
  }),
  not_in_team: entry<Of<'not_in_team'>>({
    note: 'private answer when a ticket is given to somebody outside its team',
    sample: { code: 'not_in_team', name: '王芳', no: 4821 },
    zh: (p) => `${p.name} 不在 T-${p.no} 的组里；跨组请用「转给」`,
    en: (p) => `${p.name} is not in the team of T-${p.no}; use transfer to pass it on`,
  }),
  too_many_tags: entry<Of<'too_many_tags'>>({
    note: 'private answer when a ticket has all the tags it may have',
    sample: { code: 'too_many_tags', no: 4821, max: 20 },
    zh: (p) => `T-${p.no} 最多 ${p.max} 个标签，先去掉一些，例如：标签 -旧标签`,
    en: (p) => `T-${p.no} can have ${p.max} tags; take some off first, for example: tag -old`,
  }),
  note_required: entry<Of<'note_required'>>({
    note: 'private answer when a transfer lacks its note',
    sample: { code: 'note_required' },
    zh: () => '转给别人要带一句说明，例如：转给 物流 已核实未发货',
    en: () => 'A transfer needs a short note, for example: transfer logistics not shipped yet, verified',
  }),
  nothing_hidden: entry<Of<'nothing_hidden'>>({
    note: 'private answer to who wants to see hidden numbers where none are hidden',
    sample: { code: 'nothing_hidden', no: 4821 },
    zh: (p) => `T-${p.no} 里没有隐藏的号码或地址`,
    en: (p) => `Nothing on T-${p.no} is hidden`,
  }),
  undo_nothing: entry<Of<'undo_nothing'>>({
    note: 'private answer to undo when there is nothing of the speaker to undo',
    sample: { code: 'undo_nothing' },
    zh: () => '你没有可以撤销的操作',
    en: () => 'There is nothing of yours to undo',
  }),
  undo_late: entry<Of<'undo_late'>>({
    note: 'private answer to undo after its time',
    sample: { code: 'undo_late', seconds: 30 },
    zh: (p) => `只能在 ${p.seconds} 秒内撤销，现在请用反向操作，例如「重开」或「放回」`,
    en: (p) => `Undo works for ${p.seconds} seconds; now use the opposite verb, such as reopen or release`,
  }),
  undo_overtaken: entry<Of<'undo_overtaken'>>({
    note: 'private answer to undo when somebody changed the same thing since',
    sample: { code: 'undo_overtaken', no: 4821, by: '王芳' },
    zh: (p) => `T-${p.no} 之后${p.by === '' ? '又有了变化' : `又被 ${p.by} 改过`}，不能撤销`,
    en: (p) =>
      p.by === ''
        ? `T-${p.no} has changed since, so it cannot be undone`
        : `${p.by} has changed T-${p.no} since, so it cannot be undone`,
  }),
  undo_seen: entry<Of<'undo_seen'>>({
    note: 'private answer to undo of what the customer has read: shows the correction they would get, with a button that sends it',
    sample: { code: 'undo_seen', no: 4821, seq: 7, what: 'notice' },
    zh: (p, f) => `客户已经看到了。撤销会再发给客户：「${CORRECTIONS[p.what].zh({ no: p.no }, f)}」`,
    en: (p, f) => `The customer has read it. Undoing also sends them: "${CORRECTIONS[p.what].en({ no: p.no }, f)}"`,
  }),
  unreachable: entry<Of<'unreachable'>>({
    note: 'private answer to reply on a ticket whose customer cannot be written to',
    sample: { code: 'unreachable', no: 4821, place: QIANNIU },
    zh: (p) => `T-${p.no} 的客户不在这里，没有发出去。请${zhAt(p.place)}回复，再点下面的按钮记下来`,
    en: (p) =>
      `The customer of T-${p.no} is not here, so nothing was sent. Answer ${enAt(p.place)}, then use the button to note it`,
  }),
  reachable: entry<Of<'reachable'>>({
    note: 'private answer to "told" on a ticket whose customer can be written to from here',
    sample: { code: 'reachable', no: 4821 },
    zh: (p) => `T-${p.no} 的客户就在这里，直接用「回复」`,
    en: (p) => `The customer of T-${p.no} can be written to from here; use reply`,
  }),
  no_draft: entry<Of<'no_draft'>>({
    note: 'private answer to a button whose draft is gone, too old or of somebody else',
    sample: { code: 'no_draft', keptMs: 86_400_000 },
    zh: (p, f) => `这份内容不在了（只保留 ${f.duration(p.keptMs)}，只有本人能用），请重新粘贴一次`,
    en: (p, f) =>
      `That text is no longer here (kept for ${f.duration(p.keptMs)}, for whoever pasted it); please paste it again`,
  }),
  unknown_value: entry<Of<'unknown_value'>>({
    note: 'private answer when a value of a command is none of the possible ones',
    sample: {
      code: 'unknown_value',
      what: 'priority',
      given: '加急',
      possible: [
        { 'zh-CN': '高', en: 'high' },
        { 'zh-CN': '紧急', en: 'urgent' },
      ],
    },
    zh: (p) =>
      `「${p.given}」不是${KINDS[p.what][0]}${p.possible.length === 0 ? '' : `，可以写：${zhList(p.possible)}`}`,
    en: (p) => `"${p.given}" is not ${KINDS[p.what][1]}${p.possible.length === 0 ? '' : `; try ${enList(p.possible)}`}`,
  }),
  ambiguous: entry<Of<'ambiguous'>>({
    note: 'private answer when a shortened or shared name can mean several',
    sample: {
      code: 'ambiguous',
      what: 'person',
      given: '李',
      possible: [
        { 'zh-CN': '李雷', en: '李雷' },
        { 'zh-CN': '李明', en: '李明' },
      ],
    },
    zh: (p) => `「${p.given}」可能是${zhList(p.possible)}，请写清楚是哪一个`,
    en: (p) => `"${p.given}" could be ${enList(p.possible)}; please say which`,
  }),
  unexpected: entry<Of<'unexpected'>>({
    note: 'private answer when something follows that the verb does not take',
    sample: { code: 'unexpected', verb: 'claim', given: '快点' },
    zh: (p) => `「${verbName(p.verb, 'zh-CN')}」后面不用写「${p.given}」，这次没有执行；去掉再发一次就好`,
    en: (p) =>
      `"${verbName(p.verb, 'en')}" does not take "${p.given}", so nothing was done; leave it out and send again`,
  }),
  too_long: entry<Of<'too_long'>>({
    note: 'private answer when a text is longer than its field takes',
    sample: { code: 'too_long', max: 4000, length: 4120 },
    zh: (p) => `写了 ${p.length} 个字，最多 ${p.max} 个，请分几次发`,
    en: (p) => `That is ${p.length} characters and at most ${p.max} fit; please send it in parts`,
  }),
  merged: entry<Of<'merged'>>({
    note: 'private answer when a ticket was merged into another one, which is meant',
    sample: { code: 'merged', no: 4790, into: 4821 },
    zh: (p) => `T-${p.no} 已并入 T-${p.into}，请在 T-${p.into} 上操作；要分开请发「拆分 ${p.no}」`,
    en: (p) => `T-${p.no} is merged into T-${p.into}: work on T-${p.into}; "split ${p.no}" separates them again`,
  }),
  merge_self: entry<Of<'merge_self'>>({
    note: 'private answer to merging a ticket into itself',
    sample: { code: 'merge_self', no: 4821 },
    zh: (p) => `T-${p.no} 不能并入自己，请写另一张的单号，例如：合并 ${p.no} 到 4790`,
    en: (p) => `T-${p.no} cannot be merged into itself; name the other ticket, for example: merge ${p.no} into 4790`,
  }),
  merge_customers: entry<Of<'merge_customers'>>({
    note: 'private answer to merging tickets of different customers',
    sample: { code: 'merge_customers', no: 4790, into: 4821 },
    zh: (p) => `T-${p.no} 和 T-${p.into} 不是同一位客户，合并会把消息发错人；可以写「备注」互相注明`,
    en: (p) =>
      `T-${p.no} and T-${p.into} belong to different customers, who would read each other's answers; leave a note on both instead`,
  }),
  merge_full: entry<Of<'merge_full'>>({
    note: 'private answer when a ticket has taken in as many others as it may',
    sample: { code: 'merge_full', no: 4821, max: 50 },
    zh: (p) => `已有 ${p.max} 张并入 T-${p.no}，不能再多了，请另选一张`,
    en: (p) => `${p.max} tickets are merged into T-${p.no} already; please choose another one`,
  }),
  split_nothing: entry<Of<'split_nothing'>>({
    note: 'private answer to splitting a ticket without messages of a customer',
    sample: { code: 'split_nothing', no: 4821 },
    zh: (p) => `T-${p.no} 没有客户发来的消息可以分；另一件事请用「新建」`,
    en: (p) => `T-${p.no} has no messages of a customer to move; file another matter with "new"`,
  }),
  split_only: entry<Of<'split_only'>>({
    note: 'private answer to splitting a ticket of a single message',
    sample: { code: 'split_only', no: 4821 },
    zh: (p) => `T-${p.no} 只有开头这一条消息，分走就空了；和别的单是同一件事请用「合并」`,
    en: (p) => `T-${p.no} would be empty without its only message; if it is the same matter as another, use "merge"`,
  }),
  split_where: entry<Of<'split_where'>>({
    note: 'private answer to moving messages to a ticket that is not another open one of the customer',
    sample: { code: 'split_where', no: 4821, to: 'T-4790' },
    zh: (p) => `${p.to} 不是这位客户别的进行中的工单；发「拆分 ${p.no} 新」可以分成新的一单`,
    en: (p) => `${p.to} is not another open ticket of this customer; "split ${p.no} new" makes a new one`,
  }),
  nothing_due: entry<Of<'nothing_due'>>({
    note: "private answer to acknowledging a ticket of which nothing is late, or that is somebody else's",
    sample: { code: 'nothing_due', no: 4821 },
    zh: (p) => `T-${p.no} 现在没有要你确认的提醒`,
    en: (p) => `T-${p.no} has no reminder for you to acknowledge right now`,
  }),
  nobody_above: entry<Of<'nobody_above'>>({
    note: 'private answer to escalating where nobody stands above who asks',
    sample: { code: 'nobody_above', no: 4821 },
    zh: (p) => `你上面没有可以升级的人；T-${p.no} 可以「指派」给同事`,
    en: (p) => `There is nobody above you to escalate T-${p.no} to; you can "assign" it to a colleague`,
  }),
  handover_note: entry<Of<'handover_note'>>({
    note: 'private answer, or at the field of the form, to who hands urgent tickets over without a word',
    sample: { code: 'handover_note', numbers: [4821, 4830] },
    zh: (p) => `${p.numbers.map((no) => `T-${no}`).join('、')} 是紧急单，要留一句话：做到哪了，接下来做什么`,
    en: (p) =>
      `${p.numbers.map((no) => `T-${no}`).join(', ')} ${p.numbers.length === 1 ? 'is' : 'are'} urgent: say in a note how far it is and what comes next`,
  }),
  due_before_back: entry<Of<'due_before_back'>>({
    note: 'private answer to who wants to go on with a ticket tomorrow although one of its promises falls due before they are back',
    sample: { code: 'due_before_back', no: 4821, clock: 'nextResponse', at, back: new Date('2026-11-12T01:00:00Z') },
    zh: (p, f) =>
      `T-${p.no} 等不到你${f.moment(p.back)} 回来：${card[`due_${p.clock}`].zh({ at: p.at }, f)}。请交给下一班或同事`,
    en: (p, f) =>
      `T-${p.no} cannot wait until you are back ${f.moment(p.back)}: ${card[`due_${p.clock}`].en({ at: p.at }, f)}. Hand it to the next shift or to a colleague`,
  }),
  problem_full: entry<Of<'problem_full'>>({
    note: 'private answer to putting more tickets under a problem than it may have',
    sample: { code: 'problem_full', no: 4821, max: 300 },
    zh: (p) => `问题单 T-${p.no} 最多归 ${p.max} 张，再多请另开一张问题单`,
    en: (p) => `T-${p.no} can have ${p.max} tickets at most; open another problem for the rest`,
  }),
  problem_case: entry<Of<'problem_case'>>({
    note: 'private answer to making a problem of a ticket that belongs to another one',
    sample: { code: 'problem_case', no: 4821, of: 4790 },
    zh: (p) => `T-${p.no} 已经归到问题单 T-${p.of}；请往 T-${p.of} 里加，或者先移出来：「归为问题 ${p.of} -${p.no}」`,
    en: (p) =>
      `T-${p.no} belongs to problem T-${p.of}: add to that one, or take it out first: "group ${p.of} -${p.no}"`,
  }),
  busy: entry<Of<'busy'>>({
    note: 'private answer when too many changed one ticket at the same instant',
    sample: { code: 'busy', no: 4821 },
    zh: (p) => `T-${p.no} 正被很多人同时操作，已排队，稍后自动完成`,
    en: (p) => `Many people are changing T-${p.no} right now; yours is queued and will be done shortly`,
  }),
} satisfies { [C in RefusalCode]: Entry<Of<C>> };
