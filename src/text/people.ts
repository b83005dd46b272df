import { entry } from './entry.ts';

const word = (note: string, zh: string, en: string) => entry<null>({ note, sample: null, zh: () => zh, en: () => en });
const until = new Date('2026-11-12T06:30:00Z');
const zhNames = (names: readonly string[]): string => names.join('、');
const enNames = (names: readonly string[]): string => names.join(', ');
/** Whom to ask for what takes an admin. */
const zhAdmins = (admins: readonly string[]): string =>
  admins.length > 0
    ? `管理员（${zhNames(admins)}）`
    : '管理员；现在还没有，在服务器上运行 npm run gongdan -- admin-code 拿验证码，再单独发给我「绑定 管理员 验证码」';
const enAdmins = (admins: readonly string[]): string =>
  admins.length > 0
    ? `an admin (${enNames(admins)})`
    : 'an admin; there is none yet: run npm run gongdan -- admin-code on the server and send me "link admin CODE" alone';

const groups = {
  hello: entry<{ admins: readonly string[] }>({
    note: 'card in a group to which the bot was added, one button per team below',
    sample: { admins: ['高飞'] },
    zh: (p) =>
      `我是工单助手。客户的工单可以发到这个群，大家在这里认领、回复、解决。这个群接收哪个组的工单？请${zhAdmins(p.admins)}来选`,
    en: (p) =>
      `I am the ticket bot. Customers' tickets can come to this group, to be claimed, answered and resolved here. Which team is this group? Please let ${enAdmins(p.admins)} choose`,
  }),
  hello_again: entry<{ team: string }>({
    note: 'in a group to which the bot was added and which belongs to a team already',
    sample: { team: '售后' },
    zh: (p) => `我是工单助手。这个群接收${p.team}的工单，新工单会出现在这里`,
    en: (p) => `I am the ticket bot. This group is ${p.team}: new tickets appear here`,
  }),
  bind: entry<{ team: string }>({
    note: 'button that binds a group to a team',
    sample: { team: '售后' },
    zh: (p) => `绑定到${p.team}`,
    en: (p) => `Link to ${p.team}`,
  }),
  rebind: entry<{ team: string }>({
    note: 'button that binds a group to another team than now',
    sample: { team: '物流' },
    zh: (p) => `改绑到${p.team}`,
    en: (p) => `Move to ${p.team}`,
  }),
  unbind: word('button that ends the binding of a group', '解除绑定', 'Unlink'),
  bound: entry<{ team: string; by: string; before: string | null }>({
    note: 'in the group, after it was bound to a team',
    sample: { team: '物流', by: '高飞', before: '售后' },
    zh: (p) =>
      `${p.by} 把这个群${p.before === null ? '' : `从${p.before}`}绑定到了${p.team}：${p.team}的新工单从现在起出现在这里，以前的等有变化时出现`,
    en: (p) =>
      `${p.by} linked this group to ${p.team}${p.before === null ? '' : ` (it was ${p.before})`}: new tickets appear here from now on, earlier ones with their next change`,
  }),
  unbound: entry<{ team: string; by: string }>({
    note: 'in the group, after its binding ended',
    sample: { team: '售后', by: '高飞' },
    zh: (p) => `${p.by} 解除了这个群和${p.team}的绑定，新工单不再发到这里`,
    en: (p) => `${p.by} unlinked this group from ${p.team}; new tickets no longer come here`,
  }),
  bind_done: entry<{ team: string }>({
    note: 'private answer to who bound a group',
    sample: { team: '售后' },
    zh: (p) => `绑定好了，${p.team}的新工单会出现在这个群。不认识的同事第一次按按钮时，会先问组长`,
    en: (p) =>
      `Done: new tickets of ${p.team} appear in this group. When somebody I do not know presses a button, I ask the lead first`,
  }),
  bind_already: entry<{ team: string }>({
    note: 'private answer to who binds a group to the team it has',
    sample: { team: '售后' },
    zh: (p) => `这个群已经绑定${p.team}了`,
    en: (p) => `This group is linked to ${p.team} already`,
  }),
  bind_ask: entry<{ from: string; to: string; last: boolean }>({
    note: 'private question before a group goes to another team, with a button; `last`: the team has no other group',
    sample: { from: '售后', to: '物流', last: true },
    zh: (p) =>
      `这个群现在接收${p.from}的工单。改绑后，${p.to}的新工单发到这里，${p.from}的不再发来${p.last ? `，${p.from}就没有群了` : ''}`,
    en: (p) =>
      `This group is ${p.from} now. After the move new tickets of ${p.to} come here and those of ${p.from} no longer do${p.last ? `; ${p.from} then has no group` : ''}`,
  }),
  unbind_ask: entry<{ team: string; last: boolean }>({
    note: 'private question before a group ends its binding, with a button; `last`: the team has no other group',
    sample: { team: '售后', last: true },
    zh: (p) => `解绑后，${p.team}的新工单不再发到这个群${p.last ? `，${p.team}就没有群了` : ''}`,
    en: (p) =>
      `Without the link, new tickets of ${p.team} no longer come to this group${p.last ? `; ${p.team} then has none` : ''}`,
  }),
  unbind_done: entry<{ team: string }>({
    note: 'private answer to who ended the binding of a group',
    sample: { team: '售后' },
    zh: (p) => `解绑了，${p.team}的新工单不再发到这个群`,
    en: (p) => `Done: new tickets of ${p.team} no longer come to this group`,
  }),
  unbind_already: word(
    'private answer to who ends a binding that is none',
    '这个群没有绑定任何组',
    'This group is not linked to any team',
  ),
  bind_which: entry<{ team: string | null }>({
    note: 'private answer to 绑定 without a team, one button per team below; the team it has now',
    sample: { team: null },
    zh: (p) =>
      p.team === null ? '这个群接收哪个组的工单？' : `这个群现在接收${p.team}的工单，要换成哪个组？解绑请写「绑定 无」`,
    en: (p) =>
      p.team === null
        ? 'Which team is this group?'
        : `This group is ${p.team} now. Which team instead? "link none" ends the link`,
  }),
  bind_needs_admin: entry<{ admins: readonly string[] }>({
    note: 'private answer to who binds a group without being an admin; who can',
    sample: { admins: ['高飞'] },
    zh: (p) => `绑定群要请${zhAdmins(p.admins)}来做`,
    en: (p) => `Linking a group takes ${enAdmins(p.admins)}`,
  }),
  bind_where: entry<{ team: string }>({
    note: 'private answer to who writes 绑定 in a direct chat',
    sample: { team: '售后' },
    zh: (p) => `「绑定」要在群里说：把我加进群，在群里写「@工单 绑定 ${p.team}」`,
    en: (p) => `"link" is for groups: add me to the group and write "@gongdan link ${p.team}" there`,
  }),
  removed: entry<{ team: string; others: number }>({
    note: 'to the leads of a team when the bot was taken out of their group; how many groups the team has left',
    sample: { team: '售后', others: 0 },
    zh: (p) =>
      `工单助手被移出了${p.team}的${p.others === 0 ? '' : '一个'}群，绑定已结束${p.others === 0 ? `。${p.team}现在没有群，新工单用「列表」看；把我加回群里就能重新绑定` : ''}`,
    en: (p) =>
      `The ticket bot was taken out of ${p.others === 0 ? 'the' : 'a'} group of ${p.team}; the link has ended${p.others === 0 ? `. ${p.team} has no group now, "list" shows its tickets; add me again to link one` : ''}`,
  }),
  left: entry<{ name: string; team: string; open: number }>({
    note: 'to the leads of a team when a colleague left its group; how many open tickets they have. Below it a button that gives them back to the team',
    sample: { name: '王芳', team: '售后', open: 3 },
    zh: (p) => `${p.name} 离开了${p.team}群，手上${p.open === 0 ? '没有工单' : ` ${p.open} 张`}`,
    en: (p) =>
      `${p.name} left the group of ${p.team} ${p.open === 0 ? 'and has no open tickets' : `with ${p.open} open ${p.open === 1 ? 'ticket' : 'tickets'}`}`,
  }),
  requeue: word(
    "button that takes somebody off duty, so that their tickets go back to the team's queue",
    '转回队列',
    'Back to the queue',
  ),
  expel: entry<{ team: string }>({
    note: 'button that takes somebody out of a team that they joined by chat',
    sample: { team: '售后' },
    zh: (p) => `移出${p.team}`,
    en: (p) => `Remove from ${p.team}`,
  }),
};

const strangers = {
  unknown: entry<{ admins: readonly string[] }>({
    note: 'private answer to somebody the directory does not know, where there is no team to ask',
    sample: { admins: ['高飞'] },
    zh: (p) =>
      p.admins.length === 0
        ? '还没认识你。第一位管理员请发「绑定 管理员 验证码」，验证码在启动时打印'
        : `还没认识你。在你们组的群里按一下工单上的按钮，组长同意后就能用了；也可以找管理员（${zhNames(p.admins)}）`,
    en: (p) =>
      p.admins.length === 0
        ? 'I do not know you yet. The first admin sends "link admin CODE"; the code is printed at the start'
        : `I do not know you yet. Press any ticket button in your team's group; once the lead agrees you are in. You can also ask an admin (${enNames(p.admins)})`,
  }),
  nobody_to_ask: entry<{ team: string }>({
    note: 'private answer to an unknown person in the group of a team that has neither a lead nor an admin who could be asked',
    sample: { team: '售后' },
    zh: (p) => `还没认识你，而${p.team}还没有组长或管理员可以问。请负责的人先单独发给我「绑定 管理员 验证码」`,
    en: (p) =>
      `I do not know you yet, and ${p.team} has neither a lead nor an admin I could ask. Whoever is in charge, please send me "link admin CODE" alone first`,
  }),
  asked: entry<{ deciders: readonly string[]; isLead: boolean }>({
    note: 'private answer to an unknown person who pressed something in a bound group',
    sample: { deciders: ['赵敏'], isLead: true },
    zh: (p) => `还没认识你。已经告诉${p.isLead ? '组长' : '管理员'}${zhNames(p.deciders)}，同意后这次点击就算数`,
    en: (p) =>
      `I do not know you yet. I have asked ${p.isLead ? 'the lead' : 'an admin'} (${enNames(p.deciders)}); once they agree, this counts`,
  }),
  asked_already: entry<{ deciders: readonly string[] }>({
    note: 'the same when they press again before somebody decided',
    sample: { deciders: ['赵敏'] },
    zh: (p) => `还在等${zhNames(p.deciders)}同意，同意后最后这次点击就算数`,
    en: (p) => `Still waiting for ${enNames(p.deciders)}; once they agree, what you just did counts`,
  }),
  declined: entry<{ team: string; by: string; again: Date }>({
    note: 'private answer to who was not let into a team; when they can ask again',
    sample: { team: '售后', by: '赵敏', again: until },
    zh: (p, f) => `${p.by} 没有同意你加入${p.team}。弄错了的话请直接找 ${p.by}，或${f.moment(p.again)}以后再试`,
    en: (p, f) =>
      `${p.by} did not agree to your joining ${p.team}. If that is a mistake, talk to ${p.by}, or try again after ${f.moment(p.again)}`,
  }),
  joined: entry<{ team: string; by: string; counts: boolean }>({
    note: 'private message to who was let into a team; whether what they pressed is worked now',
    sample: { team: '售后', by: '赵敏', counts: true },
    zh: (p) =>
      `${p.by} 同意了，你现在是${p.team}的成员。${p.counts ? '刚才那一下现在算数' : '刚才那一下已经过去太久，需要的话再按一次'}`,
    en: (p) =>
      `${p.by} agreed: you belong to ${p.team} now. ${p.counts ? 'What you pressed counts now' : 'What you pressed was too long ago; press again if you still want it'}`,
  }),
  wants: entry<{ name: string; team: string }>({
    note: 'card to the leads of a team, with two buttons',
    sample: { name: '王芳', team: '售后' },
    zh: (p) => `${p.name} 想加入${p.team}`,
    en: (p) => `${p.name} wants to join ${p.team}`,
  }),
  let_in: word('button: yes', '同意', 'Agree'),
  turn_away: word('button: no', '不同意', 'Decline'),
  decided: entry<{ name: string; team: string; by: string; verdict: 'yes' | 'no' | 'out' }>({
    note: 'private answer to who decided, and what the card shows afterwards to everybody who was asked',
    sample: { name: '王芳', team: '售后', by: '赵敏', verdict: 'yes' },
    zh: (p) =>
      ({
        yes: `${p.name} 加入了${p.team}（${p.by} 同意）`,
        no: `${p.name} 没有加入${p.team}（${p.by} 没有同意）`,
        out: `${p.name} 已移出${p.team}（${p.by}）`,
      })[p.verdict],
    en: (p) =>
      ({
        yes: `${p.name} joined ${p.team} (${p.by} agreed)`,
        no: `${p.name} did not join ${p.team} (${p.by} declined)`,
        out: `${p.name} was removed from ${p.team} (${p.by})`,
      })[p.verdict],
  }),
  decided_already: entry<{ name: string; by: string; verdict: 'yes' | 'no' | 'out' }>({
    note: 'private answer to who decides on a request that somebody else decided first',
    sample: { name: '王芳', by: '赵敏', verdict: 'yes' },
    zh: (p) => `${p.by} 已经${{ yes: '同意', no: '拒绝', out: '移出' }[p.verdict]}了 ${p.name}`,
    en: (p) => `${p.by} has already ${{ yes: 'agreed to', no: 'declined', out: 'removed' }[p.verdict]} ${p.name}`,
  }),
  no_request: entry<{ request: number }>({
    note: 'private answer to who decides on a request that there is not',
    sample: { request: 12 },
    zh: (p) => `没有第 ${p.request} 号申请`,
    en: (p) => `There is no request number ${p.request}`,
  }),
};

const admins = {
  admin_done: entry<{ name: string; team: string }>({
    note: 'private answer to the first admin; a team as an example',
    sample: { name: '高飞', team: '售后' },
    zh: (p) => `${p.name}，你现在是管理员了。接下来把我加进客服群，按卡片上的按钮，或在群里写「@工单 绑定 ${p.team}」`,
    en: (p) =>
      `${p.name}, you are an admin now. Next: add me to your team's group and press a button on the card, or write "@gongdan link ${p.team}" there`,
  }),
  admin_already: word('private answer to an admin who sends a code', '你已经是管理员了', 'You are an admin already'),
  admin_missing: word(
    'private answer to 绑定 管理员 without a code',
    '后面写上启动时打印的 8 位验证码，例如：绑定 管理员 ABCD-2345。没有的话，在服务器上运行 npm run gongdan -- admin-code',
    'Add the code of 8 characters that was printed at the start, for example: link admin ABCD-2345. Without one, run npm run gongdan -- admin-code on the server',
  ),
  admin_alone: word(
    'private answer to a code that was written in a group, where everybody reads it',
    '验证码请单独发给我，群里大家都看得见。这个已经作废，在服务器上运行 npm run gongdan -- admin-code 换一个',
    'Send me the code alone: in a group everybody reads it. This one is void; npm run gongdan -- admin-code on the server prints a new one',
  ),
  admin_wrong: entry<{ left: number }>({
    note: 'private answer to a wrong code; how many tries are left',
    sample: { left: 3 },
    zh: (p) =>
      `验证码不对，或者已经用过、过期了，还能试 ${p.left} 次。在服务器上运行 npm run gongdan -- admin-code 可以换一个`,
    en: (p) =>
      `That code is wrong, used or expired; ${p.left === 1 ? '1 try' : `${p.left} tries`} left. npm run gongdan -- admin-code on the server prints a new one`,
  }),
  code_locked: entry<{ until: Date }>({
    note: "private answer after too many wrong codes, an admin's or an account's",
    sample: { until },
    zh: (p, f) => `试错太多次了，${f.moment(p.until)}以后再试`,
    en: (p, f) => `Too many wrong codes; try again after ${f.moment(p.until)}`,
  }),
};

const PLATFORMS: Readonly<Record<string, readonly [zh: string, en: string]>> = {
  slack: ['Slack', 'Slack'],
  dingtalk: ['钉钉', 'DingTalk'],
  wecom: ['企业微信', 'WeCom'],
  wechat: ['微信', 'WeChat'],
  sandbox: ['沙盒', 'the sandbox'],
};
const zhPlatforms = (ids: readonly string[]): string => zhNames(ids.map((id) => PLATFORMS[id]?.[0] ?? id));
const enPlatforms = (ids: readonly string[]): string => enNames(ids.map((id) => PLATFORMS[id]?.[1] ?? id));

const accounts = {
  account_code: entry<{ code: string; minutes: number }>({
    note: 'private answer to a colleague who writes 绑定 账号',
    sample: { code: 'ACDE-2346', minutes: 10 },
    zh: (p) =>
      `验证码 ${p.code}，${p.minutes} 分钟内有效，只能用一次，别给别人。用你的另一个账号单独发给我：绑定 账号 ${p.code}`,
    en: (p) =>
      `Your code is ${p.code}, good for ${p.minutes} minutes, once; give it to nobody. From your other account, send me alone: link account ${p.code}`,
  }),
  account_missing: word(
    'private answer to an unknown account that writes 绑定 账号 without a code',
    '在我已经认识你的 IM 里单独对我说「绑定 账号」，会得到一个验证码，再从这里发「绑定 账号 验证码」。哪里都还不认识你的话，请管理员运行 npm run gongdan -- link-code',
    'Where I know you already, write "link account" to me alone: you get a code. Then send "link account CODE" from here. If I know you nowhere yet, ask an admin to run npm run gongdan -- link-code',
  ),
  account_alone: entry<{ void: boolean }>({
    note: 'private answer to 绑定 账号 in a group; whether a code was written, which everybody there has read',
    sample: { void: true },
    zh: (p) =>
      p.void
        ? '验证码请单独发给我，群里大家都看得见。这个已经作废，单独对我说「绑定 账号」换一个'
        : '「绑定 账号」请单独对我说，验证码不能让群里看见',
    en: (p) =>
      p.void
        ? 'Send me the code alone: in a group everybody reads it. This one is void; write "link account" to me alone for a new one'
        : 'Write "link account" to me alone: a group must not see the code',
  }),
  account_done: entry<{ name: string; where: readonly string[] }>({
    note: 'private answer to an account that a code linked to its person; the platforms of their other accounts',
    sample: { name: '李雷', where: ['dingtalk'] },
    zh: (p) =>
      `绑定好了，这个账号现在也是${p.name}${p.where.length === 0 ? '' : `，和你在${zhPlatforms(p.where)}的账号是同一个人`}。工单、权限都一样`,
    en: (p) =>
      `Done: this account is ${p.name} now${p.where.length === 0 ? '' : `, the same person as yours on ${enPlatforms(p.where)}`}, with the same tickets and rights`,
  }),
  account_already: entry<{ name: string }>({
    note: 'private answer to a code of the person whose account it is already; the code stays good',
    sample: { name: '李雷' },
    zh: (p) => `这个账号已经是${p.name}了。验证码要用你的另一个账号发给我`,
    en: (p) => `This account is ${p.name} already. The code is for your other account to send`,
  }),
  account_other: entry<{ name: string }>({
    note: "private answer to a code of somebody else than the person whose account it is; that person's name",
    sample: { name: '王芳' },
    zh: (p) => `这个账号是${p.name}的，不能再绑定到别人。弄错了的话请找管理员`,
    en: (p) => `This account is ${p.name}'s and cannot become somebody else's. If that is a mistake, ask an admin`,
  }),
  account_wrong: entry<{ left: number }>({
    note: 'private answer to a wrong code for an account; how many tries are left',
    sample: { left: 3 },
    zh: (p) =>
      `验证码不对，或者已经用过、过期了，还能试 ${p.left} 次。在我已经认识你的 IM 里单独对我说「绑定 账号」可以换一个`,
    en: (p) =>
      `That code is wrong, used or expired; ${p.left === 1 ? '1 try' : `${p.left} tries`} left. Write "link account" to me alone where I know you for a new one`,
  }),
  email_needs_code: word(
    'private answer to an unknown account whose verified address is that of a lead, manager or admin in gongdan.yaml',
    '你的邮箱在名单里，但组长、主管和管理员的账号要用验证码绑定：在我已经认识你的 IM 里单独对我说「绑定 账号」，或请管理员运行 npm run gongdan -- link-code，再单独发给我「绑定 账号 验证码」',
    'Your e-mail address is on the list, but leads, managers and admins link with a code: write "link account" to me alone where I know you, or ask an admin to run npm run gongdan -- link-code; then send me "link account CODE" alone',
  ),
};

/** Who belongs to the desk, and which group is whose. */
export const people = { ...groups, ...strangers, ...admins, ...accounts };
