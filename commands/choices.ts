import type { CommandContext, ParamType } from './command.ts';
import { folded } from './fold.ts';
import { commands, wordsOf } from './registry.ts';
import type { Label } from '../src/domain/refusal.ts';
import { LIMITS, type LimitName } from '../src/domain/overrides.ts';
import { visibleTeams } from '../src/domain/permission.ts';
import { PRIORITIES, RELEASE_REASONS, STATUSES, WAITS, type ReleaseReason } from '../src/domain/status.ts';
import { text, type TextKey } from '../src/text/text.ts';

/** What a value may be looked up against. */
export type Asking = Pick<CommandContext, 'speaker' | 'directory' | 'now' | 'ticket' | 'attachments' | 'named'>;

/** One possible value of a parameter. */
export interface Choice {
  /** As `Args` holds it. */
  readonly value: string;
  /** What may be typed for it, folded. */
  readonly words: readonly string[];
  readonly label: Label;
}

/** The parameter types whose values stand in no list. */
export const UNLISTED = [
  'rest',
  'line',
  'tags',
  'duration',
  'minutes',
  'moment',
  'limit',
  'number',
  'ticket',
  'ticket-or-new',
] as const satisfies readonly ParamType[];

/** The others: their values are looked up in one. */
export type ListedType = Exclude<ParamType, (typeof UNLISTED)[number]>;

/** Everything a listed parameter can be, in the order in which people are shown it. */
export function choicesFor(type: ListedType, asking: Asking): readonly Choice[] {
  const visible = visibleTeams(asking.speaker);
  switch (type) {
    case 'person':
      return people(asking, '');
    case 'team':
      return teams(asking, '');
    case 'person-or-team':
      return [...teams(asking, 'team:'), ...people(asking, 'person:')];
    case 'scope':
      return [
        choice('mine', ['mine', 'my', 'me', '我的', '我'], both('command.scope_mine')),
        ...statuses('status:'),
        ...teams(asking, 'team:').filter((t) => visible?.includes(t.value.slice('team:'.length)) ?? true),
      ];
    case 'category':
      return categories(asking);
    case 'place':
      return [...asking.directory.places.values()].map((p) => choice(p.id, p.words, p.name));
    case 'shop':
      return [...asking.directory.shops.values()].map((s) => choice(s.id, [], { 'zh-CN': s.name, en: s.name }));
    case 'disposition':
      return [...asking.directory.dispositions.values()].map((d) => choice(d.id, [], d.name));
    case 'priority':
      return PRIORITIES.map((p, i) => choice(p, [`p${PRIORITIES.length - 1 - i}`], both(`value.priority_${p}`)));
    case 'wait':
      return WAITS.map((w) => choice(w, w === 'carrier' ? ['快递'] : [], both(`value.wait_${w}`)));
    case 'reason':
      return RELEASE_REASONS.map((r) => choice(r, REASON_WORDS[r], both(`value.reason_${r}`)));
    case 'status':
      return statuses('');
    case 'link': {
      const own = teams(asking, 'team:');
      const taken = new Set(own.flatMap((t) => t.words));
      const account = choice('account', ['帐号', '账户', '帐户', '我', 'me'], both('value.link_account'));
      return [
        ...own,
        choice('none', ['解绑', '没有'], both('value.link_none')),
        choice('admin', ['第一个管理员'], both('value.link_admin')),
        // A team may be called so.
        { ...account, words: account.words.filter((w) => !taken.has(w)) },
      ];
    }
    case 'verdict':
      return [
        choice('yes', ['同意', 'ok'], both('value.verdict_yes')),
        choice('no', ['拒绝'], both('value.verdict_no')),
        choice('out', ['踢出'], both('value.verdict_out')),
      ];
    case 'backlog':
      return [
        choice('void', ['全部作废', 'discard'], both('value.backlog_void')),
        choice('look', ['看'], both('value.backlog_look')),
        choice('send', [], both('value.backlog_send')),
      ];
    case 'tickets':
      return tickets(asking);
    case 'promise':
      return [
        ...LIMITS.map((limit) => choice(limit, PROMISE_WORDS[limit], both(`policy.limit_${limit}`))),
        choice('reset', ['恢复', '还原', 'reset'], both('value.policy_reset')),
      ];
    case 'handover':
      return [
        choice('next', ['交给下一班', '全部', 'all'], both('value.handover_next')),
        choice('to', ['给', '交给'], both('value.handover_to')),
        choice('keep', ['继续', '明天继续', '我明天继续'], both('value.handover_keep')),
      ];
    case 'sure':
      return [choice('yes', ['确定', 'y', 'sure'], both('value.sure'))];
    case 'command':
      return commands.map((c) => choice(c.name, wordsOf(c), { 'zh-CN': c.zh, en: c.name }));
  }
}

/** What else people say for a promise. */
const PROMISE_WORDS: Readonly<Record<LimitName, readonly string[]>> = {
  first_response: ['first-response', '首响', '首次响应'],
  next_response: ['next-response', '后续响应', '再次响应'],
  resolution: ['解决', '解决时限'],
  penalty: ['平台', '罚款'],
  wait_customer: ['wait-customer', '等客户'],
  wait_warehouse: ['wait-warehouse', '等仓库'],
  wait_finance: ['wait-finance', '等财务'],
  wait_carrier: ['wait-carrier', '等快递', '等承运商'],
};

/** Everything that tickets can be told apart by where promises differ. */
function tickets(asking: Asking): Choice[] {
  const { directory } = asking;
  const kinds = { category: ['分类', 'category'], priority: ['优先级', 'priority'], shop: ['店铺', 'shop'] } as const;
  const scoped = (kind: keyof typeof kinds, of: readonly Choice[]): Choice[] =>
    of.map(({ value, words, label }) => {
      const [zh, en] = kinds[kind];
      const named = words.flatMap((word) => [`${en} ${word}`, `${zh}${word}`, `${zh} ${word}`]);
      return choice(`${kind}:${value}`, [...words, ...named], {
        'zh-CN': `${zh} ${label['zh-CN']}`,
        en: `${en} ${label.en}`,
      });
    });
  const tags = [...new Set(directory.promises.rules.flatMap((rule) => rule.tags))];
  return [
    choice('all', ['所有', '全部', 'everything'], both('value.policy_all')),
    ...scoped('priority', choicesFor('priority', asking)),
    ...tags.map((tag) =>
      choice(`tag:${tag}`, [tag, `tag ${tag}`, `标签${tag}`, `标签 ${tag}`], {
        'zh-CN': `标签 ${tag}`,
        en: `tag ${tag}`,
      }),
    ),
    ...(directory.shops.size > 1 ? scoped('shop', choicesFor('shop', asking)) : []),
    ...scoped('category', categories(asking)),
  ];
}

/** What else people say for a reason. */
const REASON_WORDS: Readonly<Record<ReleaseReason, readonly string[]>> = {
  unable: ['不懂', '处理不了', 'cannot', "can't"],
  not_mine: ['不是我的', '不归我管', 'not my'],
  busy: ['太忙', '忙不过来'],
  misclick: ['点错了', '误点', 'mistake', 'wrong'],
};

const statuses = (prefix: string): Choice[] => STATUSES.map((s) => choice(`${prefix}${s}`, [s], both(`status.${s}`)));

function teams(asking: Asking, prefix: string): Choice[] {
  return [...asking.directory.teams.values()].map((t) =>
    choice(`${prefix}${t.id}`, [t.id], { 'zh-CN': t.name, en: t.name }),
  );
}

function people({ directory, speaker, named }: Asking, prefix: string): Choice[] {
  const all = [...directory.people.values()];
  const counts = new Map<string, number>();
  for (const p of all) counts.set(p.name, (counts.get(p.name) ?? 0) + 1);
  return all.map((p) => {
    const shown = counts.get(p.name) === 1 ? p.name : `${p.name} (${p.id})`;
    const self = p.id === speaker.id ? ['我', '自己', 'me', 'myself'] : [];
    return choice(`${prefix}${p.id}`, [p.id, p.name, p.outwardName, ...self, ...(named?.get(p.id) ?? [])], {
      'zh-CN': shown,
      en: shown,
    });
  });
}

function categories({ directory }: Asking): Choice[] {
  return [...directory.categories.values()].map((c) => {
    const parent = directory.categories.get(c.id.split('.')[0] ?? '');
    const within = (l: 'zh-CN' | 'en'): string =>
      parent === undefined || parent === c ? c.name[l] : `${parent.name[l]} / ${c.name[l]}`;
    return choice(c.id, [c.name['zh-CN'], c.name.en], { 'zh-CN': within('zh-CN'), en: within('en') });
  });
}

function choice(value: string, words: readonly string[], label: Label): Choice {
  return { value, words: [...new Set([value, ...words, label['zh-CN'], label.en].map(folded))], label };
}

type WordKey = Extract<
  TextKey,
  `policy.limit_${string}` | `value.${string}` | `status.${string}` | 'command.scope_mine'
>;
const READER = { timeZone: 'UTC', now: new Date(0) };
const both = (key: WordKey): Label => ({
  'zh-CN': text({ ...READER, locale: 'zh-CN' }, key, null),
  en: text({ ...READER, locale: 'en' }, key, null),
});
