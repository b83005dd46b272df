import type { Refusal, RefusalCode } from '../domain/refusal.ts';
import type { Status } from '../domain/status.ts';
import { status } from './status.ts';
import { entry, type Entry } from './entry.ts';
import type { Format } from './format.ts';

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

/** Why something was not done, privately to who asked; each names the reason and the way out. */
export const refusal = {
  already_claimed: entry<Of<'already_claimed'>>({
    note: 'private answer to who pressed claim second',
    sample: { code: 'already_claimed', no: 4821, by: '李雷', at },
    zh: (p, f) => `${p.by} ${f.ago(p.at)}已认领 T-${p.no}`,
    en: (p, f) => `${p.by} claimed T-${p.no} ${f.ago(p.at)}`,
  }),
  not_allowed: entry<Of<'not_allowed'>>({
    note: 'private answer to who lacks the right',
    sample: { code: 'not_allowed', no: 4821, needs: 'assignee' },
    zh: (p) => `${p.no === null ? '这一步' : `T-${p.no} 这一步`}需要${NEEDS[p.needs][0]}来做`,
    en: (p) => `${p.no === null ? 'That' : `T-${p.no}: that`} takes ${NEEDS[p.needs][1]}`,
  }),
  wrong_status: entry<Of<'wrong_status'>>({
    note: 'private answer when the verb does not fit the status',
    sample: { code: 'wrong_status', no: 4821, verb: '解决', status: 'closed' },
    zh: (p, f) =>
      `T-${p.no} 现在是「${zhStatus(p.status, f)}」,不能${p.verb}${p.status === 'closed' ? ';需要的话先「重开」' : p.status === 'new' ? ';先「认领」' : ''}`,
    en: (p, f) =>
      `T-${p.no} is ${enStatus(p.status, f)}, so it cannot take "${p.verb}"${p.status === 'closed' ? '; reopen it first' : p.status === 'new' ? '; claim it first' : ''}`,
  }),
  not_found: entry<Of<'not_found'>>({
    note: 'private answer when no such ticket exists or the speaker may not see it',
    sample: { code: 'not_found', no: 'T-9999' },
    zh: (p) => `没有 ${p.no} 这张工单,发「列表」看看现有的`,
    en: (p) => `There is no ticket ${p.no}; "list" shows the ones there are`,
  }),
  unknown_person: entry<Of<'unknown_person'>>({
    note: 'private answer when a colleague is not in the directory',
    sample: { code: 'unknown_person', name: '小张' },
    zh: (p) => `通讯录里没有「${p.name}」,请写全名`,
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
    zh: (p) => `${p.name} 不在 T-${p.no} 的组里;跨组请用「转给」`,
    en: (p) => `${p.name} is not in the team of T-${p.no}; use transfer to pass it on`,
  }),
  too_many_tags: entry<Of<'too_many_tags'>>({
    note: 'private answer when a ticket has all the tags it may have',
    sample: { code: 'too_many_tags', no: 4821, max: 20 },
    zh: (p) => `T-${p.no} 最多 ${p.max} 个标签,先去掉一些,例如:标签 -旧标签`,
    en: (p) => `T-${p.no} can have ${p.max} tags; take some off first, for example: tag -old`,
  }),
  note_required: entry<Of<'note_required'>>({
    note: 'private answer when a transfer lacks its note',
    sample: { code: 'note_required' },
    zh: () => '转给别人要带一句说明,例如:转给 物流 已核实未发货',
    en: () => 'A transfer needs a short note, for example: transfer logistics not shipped yet, verified',
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
    zh: (p) => `只能在 ${p.seconds} 秒内撤销,现在请用反向操作,例如「重开」或「放回」`,
    en: (p) => `Undo works for ${p.seconds} seconds; now use the opposite verb, such as reopen or release`,
  }),
  undo_overtaken: entry<Of<'undo_overtaken'>>({
    note: 'private answer to undo when somebody changed the same thing since',
    sample: { code: 'undo_overtaken', no: 4821, by: '王芳' },
    zh: (p) => `T-${p.no} 之后又被 ${p.by} 改过,不能撤销`,
    en: (p) => `${p.by} has changed T-${p.no} since, so it cannot be undone`,
  }),
  reply_sent: entry<Of<'reply_sent'>>({
    note: 'private answer to undo of a reply that the customer has already',
    sample: { code: 'reply_sent', no: 4821 },
    zh: (p) => `T-${p.no} 的回复客户已经收到,收不回来了;可以再回复一条更正`,
    en: (p) => `The customer already has that reply on T-${p.no}; send another one to correct it`,
  }),
  unreachable: entry<Of<'unreachable'>>({
    note: 'private answer to reply on a ticket whose customer cannot be written to',
    sample: { code: 'unreachable', no: 4821 },
    zh: (p) => `T-${p.no} 的客户没有可以发送的对话,请在原渠道答复后写「备注」`,
    en: (p) => `There is no conversation with the customer of T-${p.no}; answer where they wrote and leave a note`,
  }),
  busy: entry<Of<'busy'>>({
    note: 'private answer when too many changed one ticket at the same instant',
    sample: { code: 'busy', no: 4821 },
    zh: (p) => `T-${p.no} 正被很多人同时操作,已排队,稍后自动完成`,
    en: (p) => `Many people are changing T-${p.no} right now; yours is queued and will be done shortly`,
  }),
} satisfies { [C in RefusalCode]: Entry<Of<C>> };
