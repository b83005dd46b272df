import { entry, type Entry } from './entry.ts';

const line = (note: string, zh: string, en: string): Entry<null> =>
  entry({ note: `terminal, gongdan doctor dingtalk: ${note}`, sample: null, zh: () => zh, en: () => en });
/** What to do about a finding. */
const todo = (zh: string, en: string): Entry<null> => line('what to do about the finding above it', zh, en);

/** DingTalk's own word behind something. */
const zhCode = (code: string | null): string => (code === null ? '' : `（${code}）`);
const enCode = (code: string | null): string => (code === null ? '' : ` (${code})`);

const MODE = {
  stream: ['Stream，不需要公网地址', 'Stream, no public address needed'],
  http: ['HTTP', 'HTTP'],
} as const;
const TEMPLATE = {
  own: ['自己的卡片模板', 'your own card template'],
  public: ['钉钉的公共模板', "DingTalk's public template"],
  none: ['不用卡片', 'no cards'],
} as const;

/** A template that is asked for. */
type Template = 'own' | 'public';
/** What happens without it. */
const WITHOUT: Readonly<Record<Template, readonly [zh: string, en: string]>> = {
  own: ['卡片改用公共模板，没有表单和图片', 'cards fall back to the public template, without forms and pictures'],
  public: [
    '卡片变成带链接的消息，发出去就不再更新，也没有只给一个人看的回答',
    'cards become messages with links that never change, and nothing is shown to one person alone',
  ],
};

/** What a right to the member list is for. */
const PERMISSIONS = {
  qyapi_get_member: [
    '不知道同事的姓名，按 union: 和邮箱认不出人',
    'names of colleagues are unknown, and nobody is known by union: or by e-mail address',
  ],
  qyapi_get_member_by_mobile: [
    '配置里写 mobile: 的同事，机器人没法主动找',
    'colleagues who stand in the file as mobile: cannot be written to',
  ],
} as const;

/** What `gongdan doctor dingtalk` finds, and what to do about it. */
export const dingtalkDoctor = {
  mode: entry<{ mode: keyof typeof MODE; template: keyof typeof TEMPLATE }>({
    note: 'terminal, gongdan doctor: how DingTalk is connected, and what cards are made of',
    sample: { mode: 'stream', template: 'own' },
    zh: (p) => `钉钉：${MODE[p.mode][0]}；${TEMPLATE[p.template][0]}`,
    en: (p) => `DingTalk by ${MODE[p.mode][1]}; ${TEMPLATE[p.template][1]}`,
  }),
  robots_alone: entry<{ count: number }>({
    note: 'terminal, gongdan doctor: no app of DingTalk, custom group robots only',
    sample: { count: 1 },
    zh: (p) => `钉钉：只有 ${p.count} 个自定义群机器人，只发不收`,
    en: (p) => `DingTalk by custom group robots alone (${p.count}): they speak and hear nothing`,
  }),
  not_configured: line(
    'DingTalk is not configured',
    '没有设置钉钉：照 docs/platforms/dingtalk.zh-CN.md 做，大约二十分钟',
    'DingTalk is not configured: docs/platforms/dingtalk.md says how, it takes about twenty minutes',
  ),

  credentials_ok: line(
    "the app's id and secret are accepted",
    '钉钉接受 Client ID 和 Client Secret',
    'DingTalk accepts Client ID and Client Secret',
  ),
  credentials_refused: entry<{ code: string }>({
    note: "terminal, gongdan doctor: DingTalk refuses the app's id and secret; `code` is DingTalk's word",
    sample: { code: 'invalidClientIdOrSecret' },
    zh: (p) => `钉钉不接受 Client ID 和 Client Secret${zhCode(p.code)}：什么也发不出去，什么也收不到`,
    en: (p) => `DingTalk refuses Client ID and Client Secret${enCode(p.code)}: nothing goes out and nothing comes in`,
  }),
  credentials_refused_todo: todo(
    '在 open-dev.dingtalk.com 打开应用的「凭证与基础信息」，把两项重新写进 DINGTALK_CLIENT_ID 和 DINGTALK_CLIENT_SECRET，再启动',
    'copy both again from 凭证与基础信息 of the app at open-dev.dingtalk.com into DINGTALK_CLIENT_ID and DINGTALK_CLIENT_SECRET, and restart',
  ),
  address_refused: line(
    "this machine's address is not on the app's list of allowed ones",
    '应用设了 IP 白名单，这台机器不在里面：什么也发不出去，什么也收不到',
    'the app has a list of allowed addresses, and this machine is not on it: nothing goes out and nothing comes in',
  ),
  address_refused_todo: todo(
    '在应用的「安全设置」里加上这台机器的出口地址，或者清空白名单',
    "add this machine's outgoing address under 安全设置 of the app, or empty the list",
  ),
  unreachable: entry<{ code: string | null }>({
    note: "terminal, gongdan doctor: DingTalk does not answer; `code` is DingTalk's word, if it said one",
    sample: { code: null },
    zh: (p) => `问不到钉钉${zhCode(p.code)}`,
    en: (p) => `DingTalk cannot be reached${enCode(p.code)}`,
  }),
  unreachable_todo: todo(
    '看这台机器能不能访问 api.dingtalk.com 和 oapi.dingtalk.com：代理、防火墙；改过 DINGTALK_API_URL 的话看它对不对',
    'see whether this machine reaches api.dingtalk.com and oapi.dingtalk.com: proxy, firewall; and DINGTALK_API_URL where it is set',
  ),

  clock_ok: line("the clock agrees with DingTalk's", '时钟和钉钉一致', "the clock agrees with DingTalk's"),
  clock_apart: entry<{ ms: number }>({
    note: "terminal, gongdan doctor: this machine's clock against DingTalk's",
    sample: { ms: 95_000 },
    zh: (p, f) =>
      `这台机器的时钟比钉钉${p.ms > 0 ? '快' : '慢'} ${f.duration(Math.abs(p.ms))}；差到一小时，钉钉的请求和自定义机器人的消息都会被拒绝`,
    en: (p, f) =>
      `this machine's clock is ${f.duration(Math.abs(p.ms))} ${p.ms > 0 ? 'ahead of' : 'behind'} DingTalk's; at an hour requests over HTTP and messages of custom robots are refused`,
  }),
  clock_todo: todo(
    '打开时间同步（chrony 或 systemd-timesyncd）',
    'turn on time synchronisation (chrony or systemd-timesyncd)',
  ),

  gateway_ok: line('Stream can connect', 'Stream 连得上', 'Stream can connect'),
  gateway_refused: entry<{ code: string }>({
    note: "terminal, gongdan doctor: DingTalk refuses a Stream connection; `code` is DingTalk's word",
    sample: { code: 'authFailed' },
    zh: (p) => `钉钉不让这个应用连 Stream${zhCode(p.code)}：话和点击都收不到`,
    en: (p) => `DingTalk refuses this app a Stream connection${enCode(p.code)}: neither words nor presses arrive`,
  }),
  gateway_unready: entry<{ code: string }>({
    note: "terminal, gongdan doctor: the app is not ready for Stream; `code` is DingTalk's word",
    sample: { code: 'HTTP 400' },
    zh: (p) => `应用还不能用 Stream${zhCode(p.code)}：话和点击都收不到`,
    en: (p) => `the app is not ready for Stream${enCode(p.code)}: neither words nor presses arrive`,
  }),
  gateway_todo: todo(
    '机器人的消息接收模式选「Stream 模式」，再发布一个版本；「安全设置」里有 IP 白名单的话，看这台机器在不在里面',
    'choose Stream 模式 as the way the robot hears, and publish a version; where 安全设置 lists addresses, see that this machine is on it',
  ),

  callback_ok: entry<{ url: string }>({
    note: 'terminal, gongdan doctor: the address that DingTalk sends to leads to this bot',
    sample: { url: 'https://desk.example.com/dingtalk/robot' },
    zh: (p) => `${p.url} 通到这个机器人，签名对得上`,
    en: (p) => `${p.url} leads to this bot, and the secret fits`,
  }),
  callback_unset: line(
    'HTTP mode without PUBLIC_URL',
    '没有设 PUBLIC_URL：钉钉的消息没有地方送',
    'PUBLIC_URL is not set: DingTalk has no address to send to',
  ),
  callback_unset_todo: todo(
    '把 PUBLIC_URL 设成公网 https 地址；没有公网地址就用 Stream（DINGTALK_MODE=stream）',
    'set PUBLIC_URL to the public https address; without one use Stream (DINGTALK_MODE=stream)',
  ),
  callback_nobody: entry<{ url: string }>({
    note: 'terminal, gongdan doctor: nobody answers at the address that DingTalk sends to',
    sample: { url: 'https://desk.example.com/dingtalk/robot' },
    zh: (p) => `${p.url} 三秒内没有回应`,
    en: (p) => `${p.url} does not answer within 3 s`,
  }),
  callback_nobody_todo: todo(
    '启动机器人；再检查域名、证书、防火墙和反向代理',
    'start the bot; then check the name, the certificate, the firewall and the reverse proxy',
  ),
  callback_other: entry<{ url: string; status: number }>({
    note: 'terminal, gongdan doctor: something else answers at the address that DingTalk sends to',
    sample: { url: 'https://desk.example.com/dingtalk/robot', status: 404 },
    zh: (p) => `${p.url} 有回应（${p.status}），但不是接钉钉的机器人`,
    en: (p) => `${p.url} answers (${p.status}), but it is no bot that takes DingTalk in`,
  }),
  callback_other_todo: todo(
    '把反向代理的 /dingtalk/ 指到这个机器人，请求体和请求头（timestamp、sign）原样转发；运行中的机器人也要设 DINGTALK_MODE=http',
    'let the reverse proxy pass /dingtalk/ to this bot, bodies and headers (timestamp, sign) untouched; the running bot needs DINGTALK_MODE=http as well',
  ),
  callback_refused: entry<{ url: string }>({
    note: 'terminal, gongdan doctor: the bot at the address has another secret than these settings',
    sample: { url: 'https://desk.example.com/dingtalk/robot' },
    zh: (p) => `${p.url} 不认这里的 Client Secret`,
    en: (p) => `${p.url} does not accept a signature made with this Client Secret`,
  }),
  callback_refused_todo: todo(
    '运行中的机器人用的是另一个 DINGTALK_CLIENT_SECRET，或者两边的时钟差了一小时以上，或者代理去掉了请求头 timestamp 和 sign：改好再重启',
    'the running bot has another DINGTALK_CLIENT_SECRET, its clock is more than an hour off, or the proxy drops the headers timestamp and sign: put it right and restart',
  ),

  template_ok: entry<{ template: Template }>({
    note: 'terminal, gongdan doctor: cards of this template can be made; asking made one that nobody sees',
    sample: { template: 'own' },
    zh: (p) => `${TEMPLATE[p.template][0]}可以用（试做了一张没人看得到的卡片，用去一次调用）`,
    en: (p) => `cards of ${TEMPLATE[p.template][1]} can be made (one was, for nobody to see: it cost one call)`,
  }),
  template_none: line(
    'no cards are asked for',
    '不用卡片：按钮是替人发一句话的链接，发出去的不再更新',
    'without cards buttons are links that send words, and what was posted never changes',
  ),
  template_missing: entry<{ template: Template }>({
    note: 'terminal, gongdan doctor: DingTalk does not know the template of this id',
    sample: { template: 'own' },
    zh: (p) => `钉钉找不到${TEMPLATE[p.template][0]}：${WITHOUT[p.template][0]}`,
    en: (p) => `DingTalk does not know ${TEMPLATE[p.template][1]}: ${WITHOUT[p.template][1]}`,
  }),
  template_unpublished: entry<{ template: Template }>({
    note: 'terminal, gongdan doctor: the template is there and not published',
    sample: { template: 'own' },
    zh: (p) => `${TEMPLATE[p.template][0]}没有发布，或已停用：${WITHOUT[p.template][0]}`,
    en: (p) => `${TEMPLATE[p.template][1]} is not published, or was stopped: ${WITHOUT[p.template][1]}`,
  }),
  template_todo: entry<{ template: Template }>({
    note: 'terminal, what to do about a template that cannot be had',
    sample: { template: 'own' },
    zh: (p) =>
      p.template === 'own'
        ? '在卡片平台导入模板（npm run dingtalk:template）、关联这个应用并发布，把它的 id 写进 DINGTALK_CARD_TEMPLATE，再启动'
        : '导入自己的模板（npm run dingtalk:template），把它的 id 写进 DINGTALK_CARD_TEMPLATE，再启动',
    en: (p) =>
      p.template === 'own'
        ? 'import the template on the card platform (npm run dingtalk:template), let it belong to this app, publish it, put its id into DINGTALK_CARD_TEMPLATE and restart'
        : 'import a template of your own (npm run dingtalk:template), put its id into DINGTALK_CARD_TEMPLATE and restart',
  }),
  template_denied: line(
    'the app may not make cards',
    '应用没有权限 Card.Instance.Write：发不了卡片，只有带链接的消息，发出去就不再更新',
    'the app has not got Card.Instance.Write: instead of cards there are messages with links that never change',
  ),
  template_denied_todo: todo(
    '在应用的「权限管理」里开通「互动卡片实例写权限」（Card.Instance.Write）',
    'switch on 互动卡片实例写权限 (Card.Instance.Write) under 权限管理 of the app',
  ),
  template_unasked: entry<{ code: string | null }>({
    note: "terminal, gongdan doctor: whether the template can be had was not to be learned; `code` is DingTalk's word",
    sample: { code: 'system.busy' },
    zh: (p) => `没查到卡片模板能不能用${zhCode(p.code)}`,
    en: (p) => `whether cards can be made could not be learned${enCode(p.code)}`,
  }),

  groups_none: line(
    'no group is linked to a team',
    '还没有群绑定到组：工单没有地方发',
    'no DingTalk group is linked to a team: tickets have nowhere to stand',
  ),
  groups_none_todo: todo(
    '在群设置里添加机器人，@ 它一次，按它卡片上的组名，或写「@gongdan 绑定 售后」',
    'add the robot under 群设置, @ it once, then press the team on its card or write "@gongdan 绑定 TEAM"',
  ),
  group_ok: entry<{ group: string; team: string }>({
    note: 'terminal, gongdan doctor: a linked group is fine',
    sample: { group: 'cidAfterSale==', team: '售后' },
    zh: (p) => `${p.group}：${p.team}组的工单在这里，机器人在群里`,
    en: (p) => `${p.group} shows the tickets of ${p.team}; the bot is in it`,
  }),
  group_outside: entry<{ group: string; team: string }>({
    note: 'terminal, gongdan doctor: the bot is not in a linked group',
    sample: { group: 'cidAfterSale==', team: '售后' },
    zh: (p) => `机器人不在群 ${p.group} 里：${p.team}组的工单发不进去`,
    en: (p) => `the bot is not in ${p.group}: the tickets of ${p.team} cannot be posted there`,
  }),
  group_unknown: entry<{ group: string; team: string }>({
    note: 'terminal, gongdan doctor: DingTalk does not know a linked group',
    sample: { group: 'cidAfterSale==', team: '售后' },
    zh: (p) => `钉钉不认识群 ${p.group}（${p.team}组）：已解散、属于别的企业，或者不是 openConversationId（cid 开头）`,
    en: (p) =>
      `DingTalk does not know the group ${p.group} (${p.team}): it was dissolved, is of another enterprise, or is no openConversationId (they begin with cid)`,
  }),
  group_todo: todo(
    '在群设置里把机器人加回去，@ 它一次；或者在别的群里绑定这个组',
    'add the robot again under 群设置 and @ it once; or link the team in another group',
  ),
  group_unasked: entry<{ group: string; team: string; code: string | null }>({
    note: "terminal, gongdan doctor: a group could not be looked at; `code` is DingTalk's word",
    sample: { group: 'cidAfterSale==', team: '售后', code: 'system.busy' },
    zh: (p) => `没查到 ${p.team}组的群 ${p.group}${zhCode(p.code)}`,
    en: (p) => `the group ${p.group} of ${p.team} could not be looked at${enCode(p.code)}`,
  }),
  unasked_todo: todo('先解决别的问题，再查一次', 'put the other findings right, then look again'),
  robot_ok: entry<{ robot: string; team: string }>({
    note: 'terminal, gongdan doctor: a team has the group of a custom robot; whether it may speak only a message would show',
    sample: { robot: 'robot:warehouse', team: '仓库' },
    zh: (p) => `${p.robot}：${p.team}组的工单由自定义机器人转发，没有按钮`,
    en: (p) => `${p.robot} passes on the tickets of ${p.team}, without buttons`,
  }),
  robot_unknown: entry<{ robot: string; team: string }>({
    note: 'terminal, gongdan doctor: a team names a custom robot that is not in the settings',
    sample: { robot: 'robot:warehouse', team: '仓库' },
    zh: (p) => `没有 ${p.robot} 这个自定义机器人：${p.team}组的工单发不过去`,
    en: (p) => `there is no ${p.robot}: the tickets of ${p.team} cannot be posted there`,
  }),
  robot_unknown_todo: todo(
    '在 DINGTALK_ROBOTS 里加上它（照 NAME=TOKEN:SECxxx 的样子），或者改掉 gongdan.yaml 里的名字，再启动',
    'add it to DINGTALK_ROBOTS (NAME=TOKEN:SECxxx) or change its name in gongdan.yaml, and restart',
  ),

  contacts_ok: line('the member list can be read', '能读通讯录', 'the member list can be read'),
  contacts_denied: entry<{ permission: keyof typeof PERMISSIONS }>({
    note: 'terminal, gongdan doctor: a right to the member list is missing, and what does not work without it',
    sample: { permission: 'qyapi_get_member' },
    zh: (p) => `缺权限 ${p.permission}：${PERMISSIONS[p.permission][0]}`,
    en: (p) => `${p.permission} is not granted: ${PERMISSIONS[p.permission][1]}`,
  }),
  contacts_denied_todo: entry<{ permission: string }>({
    note: 'terminal, what to do about a right to the member list that is missing',
    sample: { permission: 'qyapi_get_member' },
    zh: (p) => `在应用的「权限管理」里开通 ${p.permission}`,
    en: (p) => `switch on ${p.permission} under 权限管理 of the app`,
  }),
  contacts_numberless: line(
    'mobile numbers do not come with the member list, and the file names people by theirs',
    '读得到通讯录，但没有手机号：配置里写 mobile: 的同事第一次按按钮时认不出来',
    'the member list comes without mobile numbers: colleagues who stand in the file as mobile: are not known when they first press',
  ),
  contacts_numberless_todo: todo(
    '在应用的「权限管理」里开通「企业员工手机号信息」；或者改写成 userId，或给他们验证码（link-code）',
    'switch on 企业员工手机号信息 under 权限管理 of the app; or name them by their user id, or give them a code (link-code)',
  ),
  contacts_unknown: entry<{ person: string }>({
    note: 'terminal, gongdan doctor: DingTalk does not know the account of a colleague',
    sample: { person: '李雷' },
    zh: (p) => `钉钉不认识 ${p.person} 的账号：本人已离开，账号写错了，或者不在应用的可使用范围里`,
    en: (p) =>
      `DingTalk does not know the account of ${p.person}: they left, it is written wrongly, or they are outside the range of the app`,
  }),
  contacts_unknown_todo: todo(
    '核对 gongdan.yaml 里的账号；再看应用发布版本的「可使用范围」',
    'check the account in gongdan.yaml, then the 可使用范围 of the published version of the app',
  ),
  contacts_unasked: entry<{ code: string | null }>({
    note: "terminal, gongdan doctor: the member list could not be asked; `code` is DingTalk's word",
    sample: { code: null },
    zh: (p) => `没查到能不能读通讯录${zhCode(p.code)}`,
    en: (p) => `whether the member list can be read could not be learned${enCode(p.code)}`,
  }),

  seen_ok: entry<{ ms: number }>({
    note: 'terminal, gongdan doctor: when something last came from DingTalk',
    sample: { ms: 240_000 },
    zh: (p, f) => `钉钉最近一次送来东西是 ${f.duration(p.ms)}前`,
    en: (p, f) => `something last came from DingTalk ${f.duration(p.ms)} ago`,
  }),
  seen_none: line('nothing has come from DingTalk yet', '钉钉还没送来过任何东西', 'DingTalk has not sent anything yet'),
  seen_none_todo: entry<{ mode: keyof typeof MODE }>({
    note: 'terminal, what to do where nothing has come yet',
    sample: { mode: 'stream' },
    zh: (p) =>
      `在钉钉里跟机器人说一句「帮助」；没有回答的话，看机器人的消息接收模式是不是${p.mode === 'http' ? ' HTTP、地址是不是 PUBLIC_URL/dingtalk/robot' : '「Stream 模式」、版本发布了没有、别的机器是不是也用着这个应用'}`,
    en: (p) =>
      `say 帮助 to the bot in DingTalk; without an answer see ${p.mode === 'http' ? 'that it hears by HTTP, at PUBLIC_URL/dingtalk/robot' : 'that it hears by Stream 模式, that a version is published, and that no other machine uses this app'}`,
  }),
  seen_refused: entry<{ ms: number }>({
    note: 'terminal, gongdan doctor: requests with a wrong signature came after the last right one',
    sample: { ms: 120_000 },
    zh: (p, f) => `${f.duration(p.ms)}前有请求的签名不对，之后再没有对的`,
    en: (p, f) => `a request with a wrong signature came ${f.duration(p.ms)} ago, and no right one since`,
  }),
  seen_refused_todo: todo(
    '把「凭证与基础信息」里的 Client Secret 重新写进 DINGTALK_CLIENT_SECRET 并重启；钉钉里一切正常的话，那是别人发的，不用管',
    'put the Client Secret of 凭证与基础信息 into DINGTALK_CLIENT_SECRET again and restart; if everything works in DingTalk, somebody else sent it',
  ),
  muted: entry<{ at: Date; until: Date }>({
    note: 'terminal, gongdan doctor: messages come without their text, as those of the month are used up; `until`: when they begin anew',
    sample: { at: new Date('2026-11-21T06:30:00Z'), until: new Date('2026-11-30T16:00:00Z') },
    zh: (p, f) =>
      `企业这个月的 Stream/Webhook 消息用完了（免费版 3 000 条）：${f.stamp(p.at)} 起送来的话没有内容，机器人读不到，到 ${f.stamp(p.until)} 为止`,
    en: (p, f) =>
      `the month's Stream/Webhook messages are used up (3 000 in the free edition): what came ${f.stamp(p.at)} had no text, and the bot can read nothing until ${f.stamp(p.until)}`,
  }),
  muted_todo: todo(
    '在钉钉后台升级版本或加购；已经加购、又能读到了的话不用管',
    'buy a larger edition or a pack in the DingTalk console; if that was done and the bot answers again, nothing',
  ),

  quota_used: entry<{ used: number; count: number; tickets: number; until: Date }>({
    note: 'terminal, gongdan doctor: calls of this month; `tickets`: about so many more the rest carries; `until`: when they begin anew',
    sample: { used: 1_200, count: 5_000, tickets: 760, until: new Date('2026-11-30T16:00:00Z') },
    zh: (p, f) => `这个月的调用用了 ${p.used}/${p.count}，还够大约 ${p.tickets} 张工单，${f.stamp(p.until)} 重新计`,
    en: (p, f) =>
      `${p.used} of this month's ${p.count} calls are used; the rest carries about ${p.tickets} more tickets; they begin anew ${f.stamp(p.until)}`,
  }),
  quota_short_todo: entry<{ setting: string }>({
    note: 'terminal, what to do where calls run short: from four fifths on groups get boards only',
    sample: { setting: 'DINGTALK_MONTHLY_CALLS' },
    zh: (p) => `群里已改为只更新看板。别的应用用掉的不在内，以钉钉后台为准；升级了版本就改 ${p.setting} 再启动`,
    en: (p) =>
      `groups get boards only by now. Calls of other apps are not in it, the DingTalk console has the true figure; with a larger edition set ${p.setting} and restart`,
  }),
  quota_last_todo: entry<{ setting: string }>({
    note: 'terminal, what to do where almost no calls are left: they are kept for urgent tickets and answers',
    sample: { setting: 'DINGTALK_MONTHLY_CALLS' },
    zh: (p) => `剩下的只留给紧急工单和应答，别的卡片下个月才更新：在钉钉后台升级版本，改 ${p.setting} 再启动`,
    en: (p) =>
      `what is left is kept for urgent tickets and for answers, other cards change next month: buy a larger edition, set ${p.setting} and restart`,
  }),
  quota_refused: line(
    'DingTalk itself says that the calls of the month are used up, whatever was counted here',
    '钉钉说企业这个月的调用用完了：下个月之前什么也发不出去',
    "DingTalk says that the enterprise's calls of this month are used up: nothing is posted until the next one",
  ),
  quota_refused_todo: todo(
    '看是不是别的应用用掉的；在钉钉后台升级版本或加购，机器人一小时内会自己再试',
    'see whether another app used them; buy a larger edition or a pack in the DingTalk console, the bot tries again within an hour',
  ),
  cost: entry<{ calls: number }>({
    note: 'terminal, gongdan doctor dingtalk: what this look itself took from the calls of the month',
    sample: { calls: 3 },
    zh: (p) => `这次检查用去 ${p.calls} 次调用（模板一次，每个群一次）`,
    en: (p) => `this look cost ${p.calls} calls of the month: one for the template, one for each group`,
  }),
};
