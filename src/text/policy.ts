import type { LimitName, ScopeKind } from '../domain/overrides.ts';
import type { Label } from '../domain/refusal.ts';
import type { ClockName } from '../domain/terms.ts';
import { entry, type Entry } from './entry.ts';
import type { Format } from './format.ts';

const word = (note: string, zh: string, en: string): Entry<null> =>
  entry({ note, sample: null, zh: () => zh, en: () => en });

const LIMIT: Readonly<Record<LimitName, readonly [string, string]>> = {
  first_response: ['首次响应', 'first response'],
  next_response: ['后续响应', 'next response'],
  resolution: ['解决', 'resolution'],
  penalty: ['平台时限', 'marketplace deadline'],
  wait_customer: ['等客户', 'wait for the customer'],
  wait_warehouse: ['等仓库', 'wait for the warehouse'],
  wait_finance: ['等财务', 'wait for finance'],
  wait_carrier: ['等承运商', 'wait for the carrier'],
};
const CLOCK: Readonly<Record<ClockName, readonly [string, string]>> = {
  firstResponse: ['首次响应', 'first response'],
  nextResponse: ['后续响应', 'next response'],
  resolution: ['解决', 'resolution'],
  wait: ['等待', 'wait'],
  leg: ['本组', "the team's time"],
  penalty: ['平台时限', 'marketplace deadline'],
  window: ['可联系', 'window'],
};
const KIND: Readonly<Record<ScopeKind, readonly [string, string]>> = {
  shop: ['店铺', 'shop'],
  category: ['分类', 'category'],
  priority: ['优先级', 'priority'],
  tag: ['标签', 'tag'],
};
const limitWord = (limit: LimitName): Entry<null> =>
  word('a promise, in the form and the cards of 时限策略', ...LIMIT[limit]);

/** One value of what is promised; null: nothing is. */
interface Value {
  readonly limit: LimitName;
  readonly ms: number | null;
  /** What the file says, where that is something else. */
  readonly file: number | null;
  readonly isChanged: boolean;
}
const ALL: Label = { 'zh-CN': '全部工单', en: 'all tickets' };
const value: Value = { limit: 'resolution', ms: 43_200_000, file: 86_400_000, isChanged: true };

const length = (ms: number | null, f: Format, none: string): string => (ms === null ? none : f.duration(ms));

/** What is to be changed: `limit` null: everything of the scope, `ms` null: as the file says. */
interface Proposal {
  readonly scope: Label | null;
  readonly limit: LimitName | null;
  readonly ms: number | null;
  /** What it is now. */
  readonly was: number | null;
}
const proposal: Proposal = { scope: ALL, limit: 'resolution', ms: 43_200_000, was: 86_400_000 };

function zhProposal({ scope, limit, ms, was }: Proposal, f: Format): string {
  const where = scope === null ? '' : `${scope['zh-CN']}的`;
  if (limit === null) return scope === null ? '所有改动恢复成文件里的' : `${where}改动恢复成文件里的`;
  const to = ms === null ? '恢复成文件里的' : `改成 ${f.duration(ms)}`;
  return `${where}${LIMIT[limit][0]}${to}${was === null || was === ms ? '' : `（现在 ${f.duration(was)}）`}`;
}
function enProposal({ scope, limit, ms, was }: Proposal, f: Format): string {
  const where = scope === null ? '' : ` of ${scope.en}`;
  if (limit === null)
    return scope === null ? 'everything back to the file' : `what was changed${where} back to the file`;
  const to = ms === null ? 'back to the file' : `to ${f.duration(ms)}`;
  return `${LIMIT[limit][1]}${where} ${to}${was === null || was === ms ? '' : ` (now ${f.duration(was)})`}`;
}

const capital = (s: string): string => s.charAt(0).toUpperCase() + s.slice(1);
const tickets = (count: number): string => `${count} ${count === 1 ? 'ticket' : 'tickets'}`;

/** What is promised, changed by managers while the bot runs. */
export const policy = {
  limit_first_response: limitWord('first_response'),
  limit_next_response: limitWord('next_response'),
  limit_resolution: limitWord('resolution'),
  limit_penalty: limitWord('penalty'),
  limit_wait_customer: limitWord('wait_customer'),
  limit_wait_warehouse: limitWord('wait_warehouse'),
  limit_wait_finance: limitWord('wait_finance'),
  limit_wait_carrier: limitWord('wait_carrier'),
  scope: entry<{ kind: ScopeKind; name: string }>({
    note: 'which tickets a promise is about, on the cards of 时限策略',
    sample: { kind: 'category', name: '投诉' },
    zh: (p) => `${KIND[p.kind][0]} ${p.name}`,
    en: (p) => `${KIND[p.kind][1]} ${p.name}`,
  }),
  title: word('title of the card with what is promised', '现在的时限', 'What is promised'),
  ordinary: word('heading of what all tickets are promised that no rule is about', '一般工单', 'Ordinary tickets'),
  value: entry<Value>({
    note: 'one value on the card with what is promised, beside its name',
    sample: value,
    zh: (p, f) => `${length(p.ms, f, '没有')}${p.isChanged ? `（改过，文件里 ${length(p.file, f, '没有')}）` : ''}`,
    en: (p, f) =>
      `${length(p.ms, f, 'none')}${p.isChanged ? ` (changed; ${length(p.file, f, 'none')} in the file)` : ''}`,
  }),
  share: entry<{ share: number; values: readonly Value[]; isChat: boolean }>({
    note: 'line of one rule on the card with what is promised: the share that is left, and its own values',
    sample: { share: 0.5, values: [value], isChat: false },
    zh: (p, f) =>
      [
        ...(p.share === 1 ? [] : [`时限为 ${Math.round(p.share * 100)}%`]),
        ...p.values.map((v) => `${LIMIT[v.limit][0]} ${length(v.ms, f, '没有')}`),
        ...(p.isChat ? ['在聊天里改的'] : []),
      ].join('，') || '其他设置',
    en: (p, f) =>
      [
        ...(p.share === 1 ? [] : [`${Math.round(p.share * 100)}% of the time`]),
        ...p.values.map((v) => `${LIMIT[v.limit][1]} ${length(v.ms, f, 'none')}`),
        ...(p.isChat ? ['changed in chat'] : []),
      ].join(', ') || 'other settings',
  }),
  rule: entry<{ names: readonly Label[] }>({
    note: 'name of a rule on the card with what is promised: which tickets it is about',
    sample: { names: [{ 'zh-CN': '分类 投诉', en: 'category Complaint' }] },
    zh: (p) => p.names.map((n) => n['zh-CN']).join(' · ') || '全部工单',
    en: (p) => p.names.map((n) => n.en).join(' · ') || 'all tickets',
  }),
  more: entry<{ count: number }>({
    note: 'on the card with what is promised, below the rules: how many are not shown',
    sample: { count: 3 },
    zh: (p) => `还有 ${p.count} 条规则，见 gongdan.yaml`,
    en: (p) => `${p.count} more ${p.count === 1 ? 'rule' : 'rules'}: see gongdan.yaml`,
  }),
  last: entry<{ by: string; at: Date }>({
    note: 'footer of the card with what is promised: who changed it last',
    sample: { by: '周总', at: new Date('2026-11-11T06:02:00Z') },
    zh: (p, f) => `${p.by} ${f.stamp(p.at)} 改过`,
    en: (p, f) => `Changed by ${p.by}, ${f.stamp(p.at)}`,
  }),
  edit: word('button below what is promised', '修改', 'Change'),
  reset: word('button below what is promised: nothing that was changed stays', '全部恢复', 'Back to the file'),
  save: word('button below what a change would do', '保存', 'Save'),
  keep: word('button below what a change would do: nothing is changed', '不改', 'Leave it'),
  look_again: word('button below a change that was not saved', '重新看影响', 'Look again'),
  proposed: entry<Proposal>({
    note: 'title of the card that shows what a change of a promise would do',
    sample: proposal,
    zh: (p, f) => `${zhProposal(p, f)}？`,
    en: (p, f) => `${capital(enProposal(p, f))}?`,
  }),
  effect: entry<{ open: number; moved: number; overdue: number; relieved: number }>({
    note: 'on the card that shows what a change of a promise would do to the open tickets',
    sample: { open: 120, moved: 80, overdue: 7, relieved: 2 },
    zh: (p) =>
      p.moved === 0
        ? `现在没做完的 ${p.open} 单都不受影响`
        : [
            p.overdue === 0 ? '不会有工单因此超时' : `${p.overdue} 单会马上变成超时`,
            ...(p.relieved === 0 ? [] : [`${p.relieved} 单不再超时`]),
            `没做完的 ${p.open} 单里共 ${p.moved} 单换到期时间`,
          ].join('；'),
    en: (p) =>
      p.moved === 0
        ? `None of the ${p.open} open tickets is affected`
        : [
            p.overdue === 0 ? 'No ticket turns overdue' : `${tickets(p.overdue)} would turn overdue at once`,
            ...(p.relieved === 0 ? [] : [`${tickets(p.relieved)} would no longer be overdue`]),
            `${p.moved} of ${p.open} open tickets get another moment`,
          ].join('; '),
  }),
  late: entry<{ clock: ClockName; ms: number }>({
    note: 'below a ticket on the card that shows what a change of a promise would do: by how much it would be late',
    sample: { clock: 'resolution', ms: 7_200_000 },
    zh: (p, f) => `${CLOCK[p.clock][0]}会超时 ${f.duration(p.ms)}`,
    en: (p, f) => `${CLOCK[p.clock][1]} late by ${f.duration(p.ms)}`,
  }),
  saved: entry<Proposal & { moved: number | null }>({
    note: 'private answer when a change of a promise was saved',
    sample: { ...proposal, moved: 80 },
    zh: (p, f) => `已保存：${zhProposal({ ...p, was: null }, f)}。没做完的工单一分钟内按新时限走`,
    en: (p, f) => `Saved: ${enProposal({ ...p, was: null }, f)}. Open tickets follow within a minute`,
  }),
  same: word(
    'private answer: the change would change nothing',
    '已经是这样了，不用改',
    'It is so already; nothing to change',
  ),
  meanwhile: entry<{ by: string | null; at: Date | null }>({
    note: 'private answer to who saves a change that was computed from promises which are others by now',
    sample: { by: '周总', at: new Date('2026-11-11T06:02:00Z') },
    zh: (p, f) =>
      `没有保存：${p.by === null || p.at === null ? '时限' : `${p.by} ${f.stamp(p.at)} `}已经改过，之前看到的影响不准了`,
    en: (p, f) =>
      `Not saved: ${p.by === null || p.at === null ? 'the promises' : `${p.by}, ${f.stamp(p.at)},`} changed meanwhile, so what you saw is no longer so`,
  }),
  too_old: entry<{ minutes: number }>({
    note: 'private answer to who saves a change whose effect was computed long ago',
    sample: { minutes: 15 },
    zh: (p) => `没有保存：看到的影响是 ${p.minutes} 分钟以前算的，请再看一次`,
    en: (p) => `Not saved: what you saw is older than ${p.minutes} minutes; please look again`,
  }),
  too_many: entry<{ most: number }>({
    note: 'private answer when more promises are changed one by one than there is room for',
    sample: { most: 200 },
    zh: (p) => `聊天里最多改 ${p.most} 项，请写进 gongdan.yaml`,
    en: (p) => `At most ${p.most} values can be changed in chat; put them into gongdan.yaml`,
  }),
  which: word('at the field of the form of 时限策略', '请选要改哪个时限', 'Choose which promise to change'),
  how_long: word(
    'at the field of the form of 时限策略',
    '请写改成多久，例如 12小时；恢复就写「恢复」',
    'Say how long, such as 12h, or "reset"',
  ),
  no_length: word(
    'at the field of the form of 时限策略',
    '恢复时不用写多久',
    'Leave this empty to go back to the file',
  ),
};
