import { entry, type Entry } from './entry.ts';

const line = (note: string, zh: string, en: string): Entry<null> =>
  entry({ note: `terminal, gongdan doctor slack --send: ${note}`, sample: null, zh: () => zh, en: () => en });

/** What `gongdan doctor slack --send` says while a test ticket goes its way, and what the ticket says. */
export const slackSend = {
  subject: entry<null>({
    note: 'subject of the test ticket, on its card in the channel',
    sample: null,
    zh: () => '测试工单，不用处理',
    en: () => 'Test ticket, nothing to do',
  }),
  body: entry<null>({
    note: 'words of the test ticket, on its card in the channel',
    sample: null,
    zh: () => '正在检查机器人和 Slack 是否通畅。请按一下认领，这张卡片会自己消失',
    en: () => 'Checking the way between the bot and Slack. Press Claim once; this card goes away by itself',
  }),
  closed: entry<null>({
    note: 'why the test ticket was closed, in its history',
    sample: null,
    zh: () => '测试完毕',
    en: () => 'The test is over',
  }),

  no_channel: line(
    'no channel is linked',
    '还没有频道绑定到组：在频道里写 /invite @gongdan，再写「@gongdan 绑定 售后」',
    'No channel is linked to a team: write /invite @gongdan in one, then "@gongdan link TEAM"',
  ),
  other_channel: entry<{ channel: string; linked: readonly string[] }>({
    note: 'terminal, --channel names a channel that is not linked',
    sample: { channel: 'C0', linked: ['C024BE91L'] },
    zh: (p) => `频道 ${p.channel} 没有绑定到组；绑定了的有：${p.linked.join('、')}`,
    en: (p) => `The channel ${p.channel} is not linked to a team; linked ones: ${p.linked.join(', ')}`,
  }),
  not_running: line(
    'the bot has to run',
    '机器人没有运行，或没有接上这个工作区：先用 npm start 启动，再开一个终端执行这条命令',
    'The bot is not running, or not connected to this workspace: start it with npm start and run this in a second terminal',
  ),
  quiet: line(
    'after a restore nothing is sent',
    '恢复备份后还在静默，什么也不发：先让管理员决定积压的消息怎么办',
    'The bot is quiet after a restore and sends nothing: an admin has to decide about what waits first',
  ),
  began: entry<{ channel: string; team: string }>({
    note: 'terminal, a test ticket was handed to the bot',
    sample: { channel: '#aftersales', team: '售后' },
    zh: (p) => `已给${p.team}组建一张测试工单，等它的卡片出现在 ${p.channel}…`,
    en: (p) => `A test ticket for ${p.team} is on its way; waiting for its card in ${p.channel}…`,
  }),
  no_ticket: line(
    'the row was not worked',
    '15 秒内没有变成工单：看机器人的日志，和 gongdan inbox list',
    'It became no ticket within 15 s: look at the log of the bot and at gongdan inbox list',
  ),
  stands: entry<{ no: number; channel: string; ms: number }>({
    note: 'terminal, the card stands in the channel',
    sample: { no: 4821, channel: '#aftersales', ms: 640 },
    zh: (p) => `T-${p.no} 的卡片 ${p.ms} 毫秒后出现在 ${p.channel}`,
    en: (p) => `The card of T-${p.no} stood in ${p.channel} after ${p.ms} ms`,
  }),
  on_board: entry<{ no: number; channel: string }>({
    note: 'terminal, so many tickets wait that the test ticket stands on a board',
    sample: { no: 4821, channel: '#aftersales' },
    zh: (p) => `${p.channel} 正在大促模式，T-${p.no} 排在看板上，不单独发卡片：过后再试`,
    en: (p) => `${p.channel} is in surge mode: T-${p.no} stands on a board and has no card. Try again later`,
  }),
  no_card: entry<{ no: number; channel: string }>({
    note: 'terminal, no card within half a minute',
    sample: { no: 4821, channel: '#aftersales' },
    zh: (p) =>
      `T-${p.no} 建好了，但 30 秒内卡片没有出现在 ${p.channel}：机器人在不在频道里（/invite @gongdan）？再看 gongdan dead-letters list 和 gongdan trace T-${p.no}`,
    en: (p) =>
      `T-${p.no} was opened, but no card stood in ${p.channel} within 30 s: is the bot in the channel (/invite @gongdan)? Look at gongdan dead-letters list and gongdan trace T-${p.no}`,
  }),
  press: entry<{ channel: string; minutes: number }>({
    note: 'terminal, asks the operator to press the button in Slack',
    sample: { channel: '#aftersales', minutes: 3 },
    zh: (p) => `现在请到 ${p.channel} 按这张卡片上的「认领」，等 ${p.minutes} 分钟…（Ctrl-C 提前结束）`,
    en: (p) => `Now press Claim on this card in ${p.channel}; waiting for ${p.minutes} minutes… (Ctrl-C ends it)`,
  }),
  claimed: entry<{ name: string; ms: number | null }>({
    note: 'terminal, somebody claimed the test ticket; `ms`: from the press reaching the bot until it counted, null where they typed it',
    sample: { name: '李雷', ms: 42 },
    zh: (p) => `${p.name} 认领了${p.ms === null ? '' : `：那一下送到机器人后 ${p.ms} 毫秒生效`}`,
    en: (p) => `${p.name} claimed it${p.ms === null ? '' : `: ${p.ms} ms from the press reaching the bot`}`,
  }),
  stranger: entry<{ name: string }>({
    note: 'terminal, somebody pressed who may not claim: the way of presses works all the same',
    sample: { name: 'Wang Fang' },
    zh: (p) => `${p.name} 按了，送到了，但还不是这个组的：请组长同意，或者用组里的人再按一次`,
    en: (p) =>
      `${p.name} pressed and it arrived, but they are not of this team yet: let the lead agree, or press as somebody of the team`,
  }),
  no_press: entry<{ socket: boolean; url: string }>({
    note: 'terminal, nobody pressed, or no press arrived',
    sample: { socket: false, url: 'https://desk.example.com/slack/events' },
    zh: (p) =>
      `没有收到任何点击。${p.socket ? '看应用的「Interactivity & Shortcuts」有没有打开，Socket Mode 有没有打开' : `看应用的「Interactivity & Shortcuts」里 Request URL 是不是 ${p.url}`}；按下去 Slack 显示感叹号的话，机器人的日志里有原因`,
    en: (p) =>
      `No press arrived. ${p.socket ? 'See that "Interactivity & Shortcuts" and Socket Mode are on in the app' : `See that the Request URL under "Interactivity & Shortcuts" is ${p.url}`}; where Slack shows a warning sign at the button, the log of the bot says why`,
  }),
  unclaimed: line(
    'presses came, but none could claim',
    '点击送到了，但没有人认领成功',
    'Presses arrived, but nobody could claim it',
  ),
  stopped: line('the operator ended it', '提前结束', 'Ended early'),
  cleaned: entry<{ no: number }>({
    note: 'terminal, nothing is left of the test',
    sample: { no: 4821 },
    zh: (p) => `T-${p.no} 已关闭，卡片已从 Slack 删除`,
    en: (p) => `T-${p.no} is closed and its cards are deleted from Slack`,
  }),
  left: entry<{ no: number; channel: string }>({
    note: 'terminal, the card of the test could not be deleted',
    sample: { no: 4821, channel: '#aftersales' },
    zh: (p) => `T-${p.no} 的卡片没能从 ${p.channel} 删掉，请在 Slack 里手工删除；工单没有关闭的话写「关闭 ${p.no}」`,
    en: (p) =>
      `A card of T-${p.no} could not be deleted from ${p.channel}: delete it in Slack; if the ticket is still open, "close ${p.no}"`,
  }),
};
