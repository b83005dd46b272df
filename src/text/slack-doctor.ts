import { entry, type Entry } from './entry.ts';

const line = (note: string, zh: string, en: string): Entry<null> =>
  entry({ note: `terminal, gongdan doctor slack: ${note}`, sample: null, zh: () => zh, en: () => en });
/** What to do about a finding. */
const todo = (zh: string, en: string): Entry<null> => line('what to do about the finding above it', zh, en);

/** What stops working without a scope. */
const SCOPE_USES = {
  commands: ['斜杠命令和快捷操作用不了', 'the slash command and the shortcuts do not work'],
  'chat:write': ['什么都发不出去，卡片也不会更新', 'nothing can be posted and no card is redrawn'],
  'app_mentions:read': ['频道里 @ 机器人没有回应', 'mentions in channels are not heard'],
  'im:history': ['单独发给机器人的话收不到', 'direct messages to the bot are not heard'],
  'im:read': ['看不到和同事的单聊', 'direct conversations cannot be looked at'],
  'im:write': [
    '不能主动给同事发单聊，工作卡片送不到',
    'no direct conversation can be opened: work cards do not arrive',
  ],
  'channels:history': [
    '公开频道里，卡片下的话题不会记成备注',
    'what is said below cards in public channels becomes no note',
  ],
  'channels:read': ['不知道公开频道里有谁进出', 'nobody is seen joining or leaving a public channel'],
  'groups:history': [
    '私有频道里，卡片下的话题不会记成备注',
    'what is said below cards in private channels becomes no note',
  ],
  'groups:read': ['不知道私有频道里有谁进出', 'nobody is seen joining or leaving a private channel'],
  'users:read': ['不知道同事的名字、时区和语言', 'names, time zones and languages of people are unknown'],
  'users:read.email': ['不能按邮箱认出同事', 'nobody is known by their e-mail address'],
  'files:read': ['消息里的图片和文件收不进来', 'pictures and files of messages are not taken over'],
  'files:write': ['客户的图片和文件不会出现在卡片的话题里', "customers' pictures and files do not appear below cards"],
  'links:read': ['看不到有人贴了工单链接', 'links to tickets are not noticed'],
  'links:write': ['工单链接下面不显示摘要', 'no summary is shown below a link to a ticket'],
} as const;

const MODE = {
  socket: ['Socket Mode，不需要公网地址', 'Socket Mode, no public address needed'],
  http: ['HTTP', 'HTTP'],
} as const;

/** What `gongdan doctor slack` finds, and what to do about it. */
export const slackDoctor = {
  mode: entry<{ mode: keyof typeof MODE; oauth: boolean }>({
    note: 'terminal, gongdan doctor: how Slack is connected',
    sample: { mode: 'socket', oauth: false },
    zh: (p) => `Slack：${MODE[p.mode][0]}；${p.oauth ? '工作区自己安装' : '一个工作区'}`,
    en: (p) => `Slack by ${MODE[p.mode][1]}; ${p.oauth ? 'workspaces install it themselves' : 'one workspace'}`,
  }),
  not_configured: line(
    'Slack is not configured',
    '没有设置 Slack：照 docs/platforms/slack.zh-CN.md 做，大约一刻钟',
    'Slack is not configured: docs/platforms/slack.md says how, it takes a quarter of an hour',
  ),

  token_ok: entry<{ workspace: string; bot: string }>({
    note: 'terminal, gongdan doctor: Slack accepts the token of this workspace',
    sample: { workspace: 'Tea House', bot: 'gongdan' },
    zh: (p) => `工作区 ${p.workspace} 接受令牌，机器人叫 ${p.bot}`,
    en: (p) => `the workspace ${p.workspace} accepts the token; the bot is called ${p.bot}`,
  }),
  token_refused: entry<{ workspace: string | null; code: string }>({
    note: "terminal, gongdan doctor: Slack refuses the token; `code` is Slack's word, `workspace` null where there is only one",
    sample: { workspace: null, code: 'token_revoked' },
    zh: (p) => `${p.workspace === null ? 'Slack' : `工作区 ${p.workspace}`} 不接受令牌（${p.code}）`,
    en: (p) => `${p.workspace === null ? 'Slack' : `the workspace ${p.workspace}`} refuses the token (${p.code})`,
  }),
  token_refused_todo: entry<{ oauth: boolean }>({
    note: 'terminal, what to do about a refused token',
    sample: { oauth: false },
    zh: (p) =>
      p.oauth
        ? '请那里的管理员打开 PUBLIC_URL/slack/install 重新安装'
        : '在 api.slack.com/apps 的「OAuth & Permissions」里重新安装，把新的 xoxb- 令牌写进 SLACK_BOT_TOKEN，再启动',
    en: (p) =>
      p.oauth
        ? 'let its admin install the app again from PUBLIC_URL/slack/install'
        : 'install the app again under "OAuth & Permissions" at api.slack.com/apps, put the new xoxb- token into SLACK_BOT_TOKEN and restart',
  }),
  unreachable: entry<{ workspace: string | null }>({
    note: 'terminal, gongdan doctor: Slack does not answer',
    sample: { workspace: null },
    zh: (p) => `问不到 Slack${p.workspace === null ? '' : `（工作区 ${p.workspace}）`}`,
    en: (p) => `Slack cannot be reached${p.workspace === null ? '' : ` (workspace ${p.workspace})`}`,
  }),
  unreachable_todo: todo(
    '看这台机器能不能访问 slack.com：代理、防火墙、status.slack.com；改过 SLACK_API_URL 的话看它对不对',
    'see whether this machine reaches slack.com: proxy, firewall, status.slack.com; and SLACK_API_URL where it is set',
  ),
  none_installed: line(
    'no workspace has installed the app',
    '还没有工作区安装',
    'no workspace has installed the app yet',
  ),
  none_installed_todo: entry<{ url: string | null }>({
    note: 'terminal, what to do where no workspace has installed the app',
    sample: { url: 'https://desk.example.com' },
    zh: (p) => `打开 ${p.url ?? 'PUBLIC_URL'}/slack/install`,
    en: (p) => `open ${p.url ?? 'PUBLIC_URL'}/slack/install`,
  }),

  scopes_ok: entry<{ count: number }>({
    note: 'terminal, gongdan doctor: the bot has every scope it needs',
    sample: { count: 16 },
    zh: (p) => `${p.count} 项权限都有`,
    en: (p) => `all ${p.count} scopes are granted`,
  }),
  scope: entry<{ workspace: string; scope: keyof typeof SCOPE_USES }>({
    note: 'terminal, gongdan doctor: a scope is missing, and what does not work without it',
    sample: { workspace: 'Tea House', scope: 'files:read' },
    zh: (p) => `${p.workspace} 缺权限 ${p.scope}：${SCOPE_USES[p.scope][0]}`,
    en: (p) => `${p.workspace} has not granted ${p.scope}: ${SCOPE_USES[p.scope][1]}`,
  }),
  scope_todo: entry<{ scope: keyof typeof SCOPE_USES; oauth: boolean }>({
    note: 'terminal, what to do about a missing scope',
    sample: { scope: 'files:read', oauth: false },
    zh: (p) =>
      p.oauth
        ? '请那里的管理员打开 PUBLIC_URL/slack/install 再装一次'
        : `在「OAuth & Permissions」的 Bot Token Scopes 里加上 ${p.scope}，然后点 Reinstall；令牌变了就更新 SLACK_BOT_TOKEN`,
    en: (p) =>
      p.oauth
        ? 'let its admin install the app once more from PUBLIC_URL/slack/install'
        : `add ${p.scope} to the Bot Token Scopes under "OAuth & Permissions", then Reinstall; update SLACK_BOT_TOKEN if it changed`,
  }),

  channel_ok: entry<{ channel: string; team: string }>({
    note: 'terminal, gongdan doctor: a linked channel is fine',
    sample: { channel: '#aftersales', team: '售后' },
    zh: (p) => `${p.channel}：${p.team}组的工单在这里，机器人在频道里`,
    en: (p) => `${p.channel} shows the tickets of ${p.team}; the bot is in it`,
  }),
  channels_none: line('no channel is linked to a team', '还没有频道绑定到组', 'no Slack channel is linked to a team'),
  channels_none_todo: todo(
    '在频道里写 /invite @gongdan，再按卡片上的组名，或写「@gongdan 绑定 售后」',
    'write /invite @gongdan in a channel, then press the team on its card or write "@gongdan link TEAM"',
  ),
  channel_archived: entry<{ channel: string; team: string }>({
    note: 'terminal, gongdan doctor: a linked channel was archived',
    sample: { channel: '#aftersales', team: '售后' },
    zh: (p) => `${p.channel} 已归档：${p.team}组的工单发不进去`,
    en: (p) => `${p.channel} is archived: the tickets of ${p.team} cannot be posted there`,
  }),
  channel_archived_todo: todo(
    '在 Slack 里恢复这个频道，或者到另一个频道里绑定这个组',
    'unarchive it in Slack, or link the team in another channel',
  ),
  channel_outside: entry<{ channel: string; team: string }>({
    note: 'terminal, gongdan doctor: the bot is not a member of a linked channel',
    sample: { channel: '#aftersales', team: '售后' },
    zh: (p) => `机器人不在 ${p.channel} 里：${p.team}组的工单发不进去`,
    en: (p) => `the bot is not in ${p.channel}: the tickets of ${p.team} cannot be posted there`,
  }),
  channel_unknown: entry<{ channel: string; team: string }>({
    note: 'terminal, gongdan doctor: a linked channel does not exist or is private without the bot',
    sample: { channel: 'C024BE91L', team: '售后' },
    zh: (p) => `Slack 不认识频道 ${p.channel}（${p.team}组）：它不存在，或者是机器人不在里面的私有频道`,
    en: (p) =>
      `Slack does not know the channel ${p.channel} (${p.team}): there is none, or it is private and the bot is not in it`,
  }),
  channel_invite_todo: todo('在那个频道里写 /invite @gongdan', 'write /invite @gongdan in that channel'),
  channel_foreign: entry<{ channel: string; team: string; app: string }>({
    note: 'terminal, gongdan doctor: a linked channel is of a workspace that is not connected',
    sample: { channel: 'C024BE91L', team: '售后', app: 'slack/T1' },
    zh: (p) => `${p.team}组的频道 ${p.channel} 属于 ${p.app}，它没有接上`,
    en: (p) => `the channel ${p.channel} of ${p.team} belongs to ${p.app}, which is not connected`,
  }),
  channel_foreign_todo: todo(
    '一个工作区用令牌时写 groups: { slack: C… }；自己安装的工作区写 slack/T…，并装上应用',
    'with the one token it is groups: { slack: C… }; where workspaces install it, slack/T…, and the app has to be installed there',
  ),
  channel_unasked: entry<{ channel: string; team: string; code: string | null }>({
    note: "terminal, gongdan doctor: a channel could not be looked at; `code` is Slack's word",
    sample: { channel: 'C024BE91L', team: '售后', code: 'missing_scope' },
    zh: (p) => `没查到 ${p.team}组的频道 ${p.channel}${p.code === null ? '' : `（${p.code}）`}`,
    en: (p) => `the channel ${p.channel} of ${p.team} could not be looked at${p.code === null ? '' : ` (${p.code})`}`,
  }),
  channel_unasked_todo: todo('先解决上面的问题，再查一次', 'put the other findings right, then look again'),

  socket_ok: line(
    'the app-level token works',
    '应用级令牌有效，Socket Mode 连得上',
    'the app-level token works: Socket Mode can connect',
  ),
  socket_refused: entry<{ code: string }>({
    note: "terminal, gongdan doctor: Slack refuses the app-level token; `code` is Slack's word",
    sample: { code: 'invalid_auth' },
    zh: (p) => `Slack 不接受应用级令牌（${p.code}）`,
    en: (p) => `Slack refuses the app-level token (${p.code})`,
  }),
  socket_refused_todo: todo(
    '在「Basic Information」的 App-Level Tokens 里生成一个带 connections:write 的 xapp- 令牌，写进 SLACK_APP_TOKEN；应用设置里 Socket Mode 要打开',
    'make an xapp- token with connections:write under "Basic Information", App-Level Tokens, and put it into SLACK_APP_TOKEN; Socket Mode has to be on in the app',
  ),

  callback_ok: entry<{ url: string }>({
    note: 'terminal, gongdan doctor: the address that Slack sends to leads to this bot',
    sample: { url: 'https://desk.example.com/slack/events' },
    zh: (p) => `${p.url} 通到这个机器人，签名对得上`,
    en: (p) => `${p.url} leads to this bot, and the signing secret fits`,
  }),
  callback_unset: line(
    'HTTP mode without PUBLIC_URL',
    '没有设 PUBLIC_URL：Slack 的事件没有地方送',
    'PUBLIC_URL is not set: Slack has no address to send events to',
  ),
  callback_unset_todo: todo(
    '把 PUBLIC_URL 设成公网 https 地址；没有公网地址就用 Socket Mode（SLACK_APP_TOKEN）',
    'set PUBLIC_URL to the public https address; without one use Socket Mode (SLACK_APP_TOKEN)',
  ),
  callback_nobody: entry<{ url: string }>({
    note: 'terminal, gongdan doctor: nobody answers at the address that Slack sends to',
    sample: { url: 'https://desk.example.com/slack/events' },
    zh: (p) => `${p.url} 三秒内没有回应`,
    en: (p) => `${p.url} does not answer within 3 s`,
  }),
  callback_nobody_todo: todo(
    '启动机器人；再检查域名、证书、防火墙和反向代理',
    'start the bot; then check the name, the certificate, the firewall and the reverse proxy',
  ),
  callback_other: entry<{ url: string; status: number }>({
    note: 'terminal, gongdan doctor: something else answers at the address that Slack sends to',
    sample: { url: 'https://desk.example.com/slack/events', status: 404 },
    zh: (p) => `${p.url} 有回应（${p.status}），但不是接 Slack 的机器人`,
    en: (p) => `${p.url} answers (${p.status}), but it is no bot that takes Slack in`,
  }),
  callback_other_todo: todo(
    '把反向代理的 /slack/ 指到这个机器人；请求体和 x-slack- 开头的请求头要原样转发',
    'let the reverse proxy pass /slack/ to this bot, bodies and the x-slack- headers untouched',
  ),
  callback_refused: entry<{ url: string }>({
    note: 'terminal, gongdan doctor: the bot at the address has another signing secret than these settings',
    sample: { url: 'https://desk.example.com/slack/events' },
    zh: (p) => `${p.url} 不认这里的签名密钥`,
    en: (p) => `${p.url} does not accept a signature made with this signing secret`,
  }),
  callback_refused_todo: todo(
    '运行中的机器人用的是另一个 SLACK_SIGNING_SECRET，或者两边的时钟差了五分钟以上：改好再重启',
    'the running bot has another SLACK_SIGNING_SECRET, or its clock is more than five minutes off: put it right and restart',
  ),

  seen_ok: entry<{ ms: number }>({
    note: "terminal, gongdan doctor: when the last request of Slack's with a right signature came",
    sample: { ms: 240_000 },
    zh: (p, f) => `Slack 最近一次送来事件是 ${f.duration(p.ms)}前`,
    en: (p, f) => `Slack's last request came ${f.duration(p.ms)} ago`,
  }),
  seen_none: line('no request of Slack has come yet', 'Slack 还没送来过任何事件', 'Slack has not sent anything yet'),
  seen_none_todo: todo(
    '在应用的 Event Subscriptions 和 Interactivity 里填 PUBLIC_URL/slack/events，再写一句 @gongdan 帮助 试试',
    'put PUBLIC_URL/slack/events under Event Subscriptions and Interactivity of the app, then try "@gongdan help"',
  ),
  seen_refused: entry<{ ms: number }>({
    note: 'terminal, gongdan doctor: requests with a wrong signature came after the last right one',
    sample: { ms: 120_000 },
    zh: (p, f) => `${f.duration(p.ms)}前有请求的签名不对，之后再没有对的`,
    en: (p, f) => `a request with a wrong signature came ${f.duration(p.ms)} ago, and no right one since`,
  }),
  seen_refused_todo: todo(
    '把「Basic Information」里的 Signing Secret 重新写进 SLACK_SIGNING_SECRET 并重启；Slack 里一切正常的话，那是别人发的，不用管',
    'put the Signing Secret of "Basic Information" into SLACK_SIGNING_SECRET again and restart; if everything works in Slack, somebody else sent it',
  ),

  clock_ok: line("the clock agrees with Slack's", '时钟和 Slack 一致', "the clock agrees with Slack's"),
  clock_apart: entry<{ ms: number }>({
    note: "terminal, gongdan doctor: this machine's clock against Slack's",
    sample: { ms: 95_000 },
    zh: (p, f) =>
      `这台机器的时钟比 Slack ${p.ms > 0 ? '快' : '慢'} ${f.duration(Math.abs(p.ms))}；差到五分钟，Slack 的事件就一条也收不进来`,
    en: (p, f) =>
      `this machine's clock is ${f.duration(Math.abs(p.ms))} ${p.ms > 0 ? 'ahead of' : 'behind'} Slack's; at five minutes every event is refused`,
  }),
  clock_todo: todo(
    '打开时间同步（chrony 或 systemd-timesyncd）',
    'turn on time synchronisation (chrony or systemd-timesyncd)',
  ),
};
