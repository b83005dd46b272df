import { entry, type Entry } from './entry.ts';
import { APP_PAGE, enCode, line, todo, wecomLinked, zhCode } from './wecom-linked.ts';

const at = (note: string, zh: (url: string) => string, en: (url: string) => string): Entry<{ readonly url: string }> =>
  entry<{ url: string }>({
    note: `terminal, gongdan doctor wecom: ${note}`,
    sample: { url: 'https://desk.example.com/wecom/callback' },
    zh: (p) => zh(p.url),
    en: (p) => en(p.url),
  });

/** What `gongdan doctor wecom` finds, and what to do about it. */
export const wecomDoctor = {
  ...wecomLinked,

  ways: entry<{ app: boolean; bot: boolean; pushes: number }>({
    note: 'terminal, gongdan doctor: by what WeCom is connected',
    sample: { app: true, bot: true, pushes: 1 },
    zh: ({ app, bot, pushes }) =>
      `企业微信：${[app ? '自建应用' : '', bot ? '智能机器人' : '', pushes > 0 ? `${pushes} 个消息推送` : ''].filter((way) => way !== '').join('、')}${app || bot ? '' : '，只发不收'}`,
    en: ({ app, bot, pushes }) =>
      `WeCom by ${[app ? 'an app' : '', bot ? 'a smart bot' : '', pushes > 0 ? `message pushes (${pushes})` : ''].filter((way) => way !== '').join(', ')}${app || bot ? '' : ': they speak and hear nothing'}`,
  }),
  not_configured: line(
    'WeCom is not configured',
    '没有设置企业微信：照 docs/platforms/wecom.zh-CN.md 做，大约半小时',
    'WeCom is not configured: docs/platforms/wecom.md says how, it takes about half an hour',
  ),

  credentials_ok: line(
    "the enterprise's id and the app's secret are accepted",
    '企业微信接受企业ID和应用的 Secret',
    "WeCom accepts the 企业ID and the app's Secret",
  ),
  credentials_refused: entry<{ code: string }>({
    note: "terminal, gongdan doctor: WeCom refuses the app's secret; `code` is WeCom's word",
    sample: { code: '40001' },
    zh: (p) => `企业微信不接受应用的 Secret${zhCode(p.code)}：什么也发不出去`,
    en: (p) => `WeCom refuses the app's Secret${enCode(p.code)}: nothing goes out`,
  }),
  credentials_refused_todo: todo(
    `到 ${APP_PAGE}这个应用，把 Secret 重新写进 WECOM_SECRET 再启动；别用错的 Secret 反复试，会被封一小时`,
    `copy the Secret of the app (${APP_PAGE}the app) into WECOM_SECRET again and restart; who tries wrong ones too often is shut out for an hour`,
  ),
  corp_refused: entry<{ code: string }>({
    note: "terminal, gongdan doctor: WeCom does not know the enterprise's id; `code` is WeCom's word",
    sample: { code: '40013' },
    zh: (p) => `企业微信不认识这个企业ID${zhCode(p.code)}：什么也发不出去`,
    en: (p) => `WeCom does not know this 企业ID${enCode(p.code)}: nothing goes out`,
  }),
  corp_refused_todo: todo(
    '到 work.weixin.qq.com → 我的企业 → 企业信息，把最下面的企业ID重新写进 WECOM_CORP_ID 再启动',
    'copy the 企业ID at the end of work.weixin.qq.com → 我的企业 → 企业信息 into WECOM_CORP_ID again and restart',
  ),
  address_refused: line(
    "this machine's address is not in the app's list (60020)",
    '这台机器的出口地址不在应用的「企业可信IP」里（60020）：什么也发不出去',
    "this machine's address is not in 企业可信IP of the app (60020): nothing goes out",
  ),
  address_refused_todo: todo(
    `到 ${APP_PAGE}这个应用 → 企业可信IP，加上这台机器的出口地址；大约一分钟后生效`,
    `add the address from which this machine goes out: ${APP_PAGE}the app → 企业可信IP; it takes a minute`,
  ),
  unreachable: entry<{ code: string | null }>({
    note: "terminal, gongdan doctor: WeCom does not answer; `code` is WeCom's word, if it said one",
    sample: { code: null },
    zh: (p) => `问不到企业微信${zhCode(p.code)}`,
    en: (p) => `WeCom cannot be asked${enCode(p.code)}`,
  }),
  unreachable_todo: todo(
    '看这台机器能不能访问 qyapi.weixin.qq.com：代理、防火墙；改过 WECOM_API_URL 的话看它对不对；是 45009 的话等一小时',
    'see whether this machine reaches qyapi.weixin.qq.com: proxy, firewall; and WECOM_API_URL where it is set; after 45009 wait an hour',
  ),

  clock_ok: line("the clock agrees with WeCom's", '时钟和企业微信一致', "the clock agrees with WeCom's"),
  clock_apart: entry<{ ms: number }>({
    note: "terminal, gongdan doctor: this machine's clock against WeCom's",
    sample: { ms: 95_000 },
    zh: (p, f) =>
      `这台机器的时钟比企业微信${p.ms > 0 ? '快' : '慢'} ${f.duration(Math.abs(p.ms))}；差到十分钟，企业微信送来的东西一概不收`,
    en: (p, f) =>
      `this machine's clock is ${f.duration(Math.abs(p.ms))} ${p.ms > 0 ? 'ahead of' : 'behind'} WeCom's; at ten minutes nothing that WeCom sends is taken any more`,
  }),
  clock_todo: todo(
    '打开时间同步（chrony 或 systemd-timesyncd）',
    'turn on time synchronisation (chrony or systemd-timesyncd)',
  ),

  app_ok: entry<{ name: string }>({
    note: 'terminal, gongdan doctor: the app is switched on and visible to somebody; `name`: what it is called',
    sample: { name: '工单' },
    zh: (p) => `应用「${p.name}」已启用，这台机器可以调用`,
    en: (p) => `the app "${p.name}" is switched on and takes calls of this machine`,
  }),
  app_unseen: entry<{ name: string }>({
    note: 'terminal, gongdan doctor: nobody is in the visible range of the app',
    sample: { name: '工单' },
    zh: (p) => `应用「${p.name}」的可见范围是空的：谁也收不到卡片`,
    en: (p) => `the 可见范围 of the app "${p.name}" is empty: nobody gets a card`,
  }),
  range_todo: todo(
    `到 ${APP_PAGE}这个应用 → 可见范围，选上所有要按按钮的人`,
    `choose everybody who is to press buttons: ${APP_PAGE}the app → 可见范围`,
  ),
  app_disabled: line(
    'the app is switched off, or WeCom took its rights back as nobody used it',
    '应用停用了：什么也发不出去',
    'the app is switched off: nothing goes out',
  ),
  app_disabled_todo: todo(
    `到 ${APP_PAGE}这个应用，重新启用（长期没人用的应用，企业微信会自己停掉）`,
    `switch it on again: ${APP_PAGE}the app (WeCom itself switches off what nobody uses)`,
  ),
  app_foreign: line(
    'the agent id is not that of the app whose secret this is',
    'WECOM_AGENT_ID 和 WECOM_SECRET 不是同一个应用的：什么也发不出去',
    'WECOM_AGENT_ID and WECOM_SECRET are not of the same app: nothing goes out',
  ),
  app_foreign_todo: todo(
    `到 ${APP_PAGE}这个应用，把 AgentId 和 Secret 一起重新写进去再启动`,
    `copy AgentId and Secret again from one page (${APP_PAGE}the app) and restart`,
  ),
  app_unasked: entry<{ code: string | null }>({
    note: "terminal, gongdan doctor: the app could not be looked at; `code` is WeCom's word",
    sample: { code: '45033' },
    zh: (p) => `没查到应用的情况${zhCode(p.code)}`,
    en: (p) => `the app could not be looked at${enCode(p.code)}`,
  }),
  unasked_todo: todo('先解决别的问题，再查一次', 'put the other findings right, then look again'),

  seen_ok: entry<{ ms: number }>({
    note: 'terminal, gongdan doctor: when something last came to the callback',
    sample: { ms: 240_000 },
    zh: (p, f) => `企业微信最近一次送来东西是 ${f.duration(p.ms)}前`,
    en: (p, f) => `something last came from WeCom ${f.duration(p.ms)} ago`,
  }),
  seen_none: line(
    'WeCom never called the callback',
    '企业微信还没访问过回调地址：带按钮的卡片发不出去（43012）',
    'WeCom has never called: cards with buttons cannot be sent (43012)',
  ),
  seen_none_todo: todo(
    `机器人运行着的时候，到 ${APP_PAGE}这个应用 → 接收消息 → 设置API接收，填 PUBLIC_URL/wecom/callback、Token 和 EncodingAESKey，按「保存」`,
    `while the bot runs press 保存 under ${APP_PAGE}the app → 接收消息 → 设置API接收, with PUBLIC_URL/wecom/callback, Token and EncodingAESKey`,
  ),
  seen_verified: entry<{ ms: number }>({
    note: 'terminal, gongdan doctor: WeCom verified the callback, and nothing came since',
    sample: { ms: 240_000 },
    zh: (p, f) => `企业微信 ${f.duration(p.ms)}前验证过回调地址，之后还没送来过东西`,
    en: (p, f) => `WeCom verified the callback ${f.duration(p.ms)} ago and has sent nothing yet`,
  }),
  seen_verified_todo: todo(
    '在企业微信的工作台里打开这个应用，写一句「帮助」',
    'open the app in 工作台 of WeCom and write 帮助',
  ),
  seen_refused: entry<{ ms: number }>({
    note: 'terminal, gongdan doctor: requests with a wrong signature came after the last right one',
    sample: { ms: 120_000 },
    zh: (p, f) => `${f.duration(p.ms)}前有请求的签名不对，之后再没有对的`,
    en: (p, f) => `a request that was not signed as it has to be came ${f.duration(p.ms)} ago, and no right one since`,
  }),
  seen_refused_todo: todo(
    `到 ${APP_PAGE}这个应用 → 接收消息，把 Token 和 EncodingAESKey 重新写进 WECOM_TOKEN 和 WECOM_AES_KEY 并重启；企业微信里一切正常的话，那是别人发的，不用管`,
    `copy Token and EncodingAESKey of ${APP_PAGE}the app → 接收消息 into WECOM_TOKEN and WECOM_AES_KEY again and restart; if everything works in WeCom, somebody else sent it`,
  ),

  callback_ok: at(
    'the callback leads to this bot',
    (url) => `${url} 通到这个机器人，Token 和 EncodingAESKey 对得上`,
    (url) => `${url} leads to this bot, and Token and EncodingAESKey fit`,
  ),
  callback_unset: line(
    'there is no public address',
    '没有设 PUBLIC_URL：企业微信的消息没有地方送，卡片后面的页面也打不开',
    'PUBLIC_URL is not set: WeCom has no address to send to, and pages behind cards none to open',
  ),
  callback_nobody: at(
    'nobody answers at the callback',
    (url) => `${url} 三秒内没有回应`,
    (url) => `${url} does not answer within 3 s`,
  ),
  callback_nobody_todo: todo(
    '启动机器人；再检查域名、证书、防火墙和反向代理。保存回调时企业微信只等一秒',
    'start the bot; then check the name, the certificate, the firewall and the reverse proxy. When the callback is saved WeCom waits for one second only',
  ),
  callback_other: entry<{ url: string; status: number }>({
    note: 'terminal, gongdan doctor: something else answers at the callback',
    sample: { url: 'https://desk.example.com/wecom/callback', status: 404 },
    zh: (p) => `${p.url} 有回应（${p.status}），但不是接企业微信的机器人`,
    en: (p) => `${p.url} answers (${p.status}), but it is no bot that takes WeCom in`,
  }),
  callback_other_todo: todo(
    '把反向代理的 /wecom/ 指到这个机器人，查询参数和请求体原样转发；运行中的机器人也要设这五个 WECOM_ 变量',
    'let the reverse proxy pass /wecom/ to this bot, queries and bodies untouched; the running bot needs the five WECOM_ variables of the app as well',
  ),
  callback_refused: at(
    'the bot at the callback has other secrets than these settings',
    (url) => `${url} 不认这里的 Token 和 EncodingAESKey`,
    (url) => `${url} does not accept this Token and EncodingAESKey`,
  ),
  callback_refused_todo: todo(
    '运行中的机器人用的是别的 WECOM_TOKEN、WECOM_AES_KEY 或 WECOM_CORP_ID，或者两边的时钟差了十分钟以上：改好再重启',
    'the running bot has another WECOM_TOKEN, WECOM_AES_KEY or WECOM_CORP_ID, or its clock is more than ten minutes off: put it right and restart',
  ),
  url_local: at(
    'the public address is that of this machine alone',
    (url) => `${url} 只有这台机器自己访问得到，企业微信访问不到`,
    (url) => `${url} is reached from this machine alone, and not by WeCom`,
  ),
  url_plain: at(
    'the public address is not https',
    (url) => `${url} 不是 https：同事在卡片后面的页面上写的东西会明文传送`,
    (url) => `${url} is not https: what colleagues write on the pages behind cards goes in clear`,
  ),
  url_todo: todo(
    '在机器人前面放一个带证书的反向代理，把 PUBLIC_URL 设成它的公网 https 地址，回调也改成这个地址',
    'put a reverse proxy with a certificate before the bot, set PUBLIC_URL to its public https address, and change the callback to it',
  ),
  domain_ok: entry<{ domain: string }>({
    note: 'terminal, gongdan doctor: pages behind cards may be where they are',
    sample: { domain: 'desk.example.com' },
    zh: (p) => `${p.domain} 是应用的可信域名：卡片后面的页面打得开`,
    en: (p) => `${p.domain} is 可信域名 of the app: the pages behind cards open`,
  }),
  domain_other: entry<{ domain: string; host: string }>({
    note: 'terminal, gongdan doctor: the trusted domain is not that of our pages; `domain` empty: there is none',
    sample: { domain: '', host: 'desk.example.com' },
    zh: (p) =>
      `应用的可信域名${p.domain === '' ? '没有设' : `是 ${p.domain}`}，不是 ${p.host}：卡片后面的页面打不开（50001）`,
    en: (p) =>
      `可信域名 of the app is ${p.domain === '' ? 'not set' : p.domain} and not ${p.host}: the pages behind cards do not open (50001)`,
  }),
  domain_todo: entry<{ host: string }>({
    note: 'terminal, what to do about a trusted domain that is another',
    sample: { host: 'desk.example.com' },
    zh: (p) => `到 ${APP_PAGE}这个应用 → 网页授权及JS-SDK → 可信域名，填 ${p.host}`,
    en: (p) => `enter ${p.host} under ${APP_PAGE}the app → 网页授权及JS-SDK → 可信域名`,
  }),

  bot_heard: entry<{ ms: number }>({
    note: 'terminal, gongdan doctor: when the smart bot was last spoken to or pressed',
    sample: { ms: 240_000 },
    zh: (p, f) => `智能机器人最近一次听到人说话或按按钮是 ${f.duration(p.ms)}前`,
    en: (p, f) => `the smart bot was last spoken to or pressed ${f.duration(p.ms)} ago`,
  }),
  bot_silent: line(
    'the smart bot was never spoken to',
    '智能机器人还没听到过任何人',
    'the smart bot has not heard anybody yet',
  ),
  bot_silent_todo: todo(
    '在群里随便写一句 @ 它；没有反应的话看 /readyz，再看 work.weixin.qq.com → 安全与管理 → 管理工具 → 智能机器人：要用长连接，Bot ID 和 Secret 要对，也不能有另一台机器用着它',
    'write any word that @s it in a group; where nothing comes see /readyz, then work.weixin.qq.com → 安全与管理 → 管理工具 → 智能机器人: it has to use 长连接, Bot ID and Secret have to be these, and no other machine may use them',
  ),
  bot_facts: line(
    'what has to be known of a smart bot: it is not asked, as a second connection would take the first away',
    '智能机器人只能有一个连接，这里不去连它，免得把运行中的挤掉。群里的卡片只有在有人按过的五秒内能变；没人跟它说过话的群它不能先开口；不是超级管理员创建的，看到的是加密账号，由应用逐个换',
    'a smart bot has one connection, and asking would take it from the running bot. Its cards change within five seconds of a press and not otherwise; it may speak only where somebody spoke to it; one that no super administrator made hears people by encrypted ids, which the app translates one by one',
  ),
  bot_alone: line(
    'a smart bot without an app: encrypted ids cannot be translated, and what is for one person alone goes to their chat with the bot',
    '智能机器人没有应用配合：不是超级管理员创建的话，只看得到加密账号，认不出同事；只给一个人看的，只能发给跟它说过话的人。它只能有一个连接，这里不去连它；群里的卡片只有在有人按过的五秒内能变',
    'a smart bot without an app: unless a super administrator made it, it hears people by encrypted ids that nobody can translate; and what is for one person alone reaches only who has written to it. It has one connection, so it was not asked; its cards change within five seconds of a press and not otherwise',
  ),
  bot_alone_todo: todo(
    `请超级管理员在 work.weixin.qq.com → 安全与管理 → 管理工具 → 智能机器人 里创建，最好再在 ${APP_PAGE}自建 里建一个应用`,
    `let a super administrator make it under work.weixin.qq.com → 安全与管理 → 管理工具 → 智能机器人; better, make an app beside it (${APP_PAGE}自建)`,
  ),
  quota: line(
    'for information: what WeCom lets an app send',
    '每个成员每分钟收 30 条、每小时 1 000 条，多的企业微信悄悄丢掉，所以机器人发到 24 条和 900 条就等；一个应用一天最多发到账号数的 200 倍人次，这个数接口查不到，要到 work.weixin.qq.com 看',
    'a member gets 30 messages a minute and 1 000 an hour, WeCom drops the rest in silence, so the bot waits at 24 and 900; an app reaches 200 times the accounts a day, which no API tells: watch it at work.weixin.qq.com',
  ),
};
