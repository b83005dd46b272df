import { entry, type Entry } from './entry.ts';

const line = (note: string, zh: string, en: string): Entry<null> =>
  entry({ note: `terminal, gongdan doctor PLATFORM --send: ${note}`, sample: null, zh: () => zh, en: () => en });

/** What is called otherwise, or done otherwise, from platform to platform. */
const PLATFORMS = {
  slack: {
    name: ['Slack', 'Slack'],
    place: ['频道', 'channel'],
    link: [
      '在频道里写 /invite @gongdan，再写「@gongdan 绑定 售后」',
      'write /invite @gongdan in one, then "@gongdan link TEAM"',
    ],
    running: ['没有接上这个工作区', 'not connected to this workspace'],
    away: ['机器人在不在频道里（/invite @gongdan）？', 'is the bot in the channel (/invite @gongdan)?'],
    direct: [
      '看应用的「Interactivity & Shortcuts」有没有打开，Socket Mode 有没有打开',
      'See that "Interactivity & Shortcuts" and Socket Mode are on in the app',
    ],
    address: [
      '看应用的「Interactivity & Shortcuts」里 Request URL 是不是 ',
      'See that the Request URL under "Interactivity & Shortcuts" is ',
    ],
    silent: [
      '按下去 Slack 显示感叹号的话，机器人的日志里有原因',
      'where Slack shows a warning sign at the button, the log of the bot says why',
    ],
    remove: ['在 Slack 里手工删除', 'delete it in Slack'],
  },
  dingtalk: {
    name: ['钉钉', 'DingTalk'],
    place: ['群', 'group'],
    link: [
      '在群设置里添加机器人，再写「@gongdan 绑定 售后」',
      'add the robot under 群设置 of one, then write "@gongdan 绑定 TEAM" there',
    ],
    running: ['没有接上钉钉', 'not connected to DingTalk'],
    away: ['机器人在不在群里（群设置 → 机器人）？', 'is the bot in the group (群设置 → 机器人)?'],
    direct: [
      '看有没有另一台机器用着同一个应用（消息会送到那边去），Stream 有没有连上（/readyz）',
      'See that no other machine uses the same app, as it would get the press, and that Stream is connected (/readyz)',
    ],
    address: [
      '钉钉把点击送到这个地址，看公网能不能访问：',
      'DingTalk sends presses here, see that it is reached from outside: ',
    ],
    silent: [
      '点了没反应的话，机器人的日志里有原因；只有链接、没有卡片的群里，点一下等于自己发一句话',
      'where the press does nothing, the log of the bot says why; where there are links and no cards, a press says words in your name',
    ],
    remove: ['群主可以在群里撤回', "the group's owner can recall it there"],
  },
  wecom: {
    name: ['企业微信', 'WeCom'],
    place: ['能按按钮的地方', 'place with buttons'],
    link: [
      '在 gongdan.yaml 里写 groups: { wecom: duty:aftersale }，或在有智能机器人的群里写「@工单 绑定 售后」',
      'write groups: { wecom: duty:aftersale } in gongdan.yaml, or "@gongdan link TEAM" in a group with the smart bot',
    ],
    running: ['没有接上企业微信', 'not connected to WeCom'],
    away: [
      'duty: 的话，组里有没有人上线？chat: 的话，群里有没有人 @ 过智能机器人？',
      'is anybody of the team on duty (duty:), was the smart bot spoken to in the group (chat:)?',
    ],
    direct: [
      '看有没有另一台机器用着同一个智能机器人（点击会送到那边去），连接有没有连上（/readyz）',
      'See that no other machine uses the same smart bot, as it would get the press, and that it is connected (/readyz)',
    ],
    address: [
      '企业微信把点击送到这个地址，看公网能不能访问：',
      'WeCom sends presses here, see that it is reached from outside: ',
    ],
    silent: [
      '微信插件里看不到卡片，要用企业微信；机器人的日志里有原因',
      "WeChat's plug-in shows no cards, it takes WeCom itself; the log of the bot says why",
    ],
    remove: ['留着不管', 'it does nothing any more'],
  },
} as const;

/** A platform on which a test ticket can be sent the whole way. */
export type TestedPlatform = keyof typeof PLATFORMS;

/** What `gongdan doctor PLATFORM --send` says while a test ticket goes its way, and what the ticket says. */
export const sendTest = {
  subject: entry<null>({
    note: 'subject of the test ticket, on its card in the chat',
    sample: null,
    zh: () => '测试工单，不用处理',
    en: () => 'Test ticket, nothing to do',
  }),
  body: entry<{ platform: TestedPlatform }>({
    note: 'words of the test ticket, on its card in the chat',
    sample: { platform: 'slack' },
    zh: (p) => `正在检查机器人和${spaced(PLATFORMS[p.platform].name[0])}是否通畅。请按一下认领，这张卡片会自己消失`,
    en: (p) =>
      `Checking the way between the bot and ${PLATFORMS[p.platform].name[1]}. Press Claim once; this card goes away by itself`,
  }),
  closed: entry<null>({
    note: 'why the test ticket was closed, in its history',
    sample: null,
    zh: () => '测试完毕',
    en: () => 'The test is over',
  }),

  none_linked: entry<{ platform: TestedPlatform }>({
    note: 'terminal, gongdan doctor PLATFORM --send: no channel or group is linked',
    sample: { platform: 'slack' },
    zh: (p) => `还没有${PLATFORMS[p.platform].place[0]}绑定到组：${PLATFORMS[p.platform].link[0]}`,
    en: (p) => `No ${PLATFORMS[p.platform].place[1]} is linked to a team: ${PLATFORMS[p.platform].link[1]}`,
  }),
  other_linked: entry<{ platform: TestedPlatform; place: string; linked: readonly string[] }>({
    note: 'terminal, --channel or --group names one that is not linked',
    sample: { platform: 'slack', place: 'C0', linked: ['C024BE91L'] },
    zh: (p) => `${PLATFORMS[p.platform].place[0]} ${p.place} 没有绑定到组；绑定了的有：${p.linked.join('、')}`,
    en: (p) =>
      `The ${PLATFORMS[p.platform].place[1]} ${p.place} is not linked to a team; linked ones: ${p.linked.join(', ')}`,
  }),
  not_running: entry<{ platform: TestedPlatform }>({
    note: 'terminal, gongdan doctor PLATFORM --send: the bot has to run',
    sample: { platform: 'slack' },
    zh: (p) => `机器人没有运行，或${PLATFORMS[p.platform].running[0]}：先用 npm start 启动，再开一个终端执行这条命令`,
    en: (p) =>
      `The bot is not running, or ${PLATFORMS[p.platform].running[1]}: start it with npm start and run this in a second terminal`,
  }),
  quiet: line(
    'after a restore nothing is sent',
    '恢复备份后还在静默，什么也不发：先让管理员决定积压的消息怎么办',
    'The bot is quiet after a restore and sends nothing: an admin has to decide about what waits first',
  ),
  began: entry<{ place: string; team: string }>({
    note: 'terminal, a test ticket was handed to the bot; `place`: the channel or group',
    sample: { place: '#aftersales', team: '售后' },
    zh: (p) => `已给${p.team}组建一张测试工单，等它的卡片出现在 ${p.place}…`,
    en: (p) => `A test ticket for ${p.team} is on its way; waiting for its card in ${p.place}…`,
  }),
  no_ticket: line(
    'the row was not worked',
    '15 秒内没有变成工单：看机器人的日志，和 gongdan inbox list',
    'It became no ticket within 15 s: look at the log of the bot and at gongdan inbox list',
  ),
  stands: entry<{ no: number; place: string; ms: number }>({
    note: 'terminal, the card stands in the channel or group',
    sample: { no: 4821, place: '#aftersales', ms: 640 },
    zh: (p) => `T-${p.no} 的卡片 ${p.ms} 毫秒后出现在 ${p.place}`,
    en: (p) => `The card of T-${p.no} stood in ${p.place} after ${p.ms} ms`,
  }),
  on_board: entry<{ no: number; place: string }>({
    note: 'terminal, so many tickets wait that the test ticket stands on a board',
    sample: { no: 4821, place: '#aftersales' },
    zh: (p) => `${p.place} 现在只更新看板（大促模式，或者这个月的调用不多了），T-${p.no} 不单独发卡片：过后再试`,
    en: (p) =>
      `${p.place} gets boards only now (surge mode, or the month's calls run short): T-${p.no} has no card of its own. Try again later`,
  }),
  no_card: entry<{ platform: TestedPlatform; no: number; place: string }>({
    note: 'terminal, no card within half a minute',
    sample: { platform: 'slack', no: 4821, place: '#aftersales' },
    zh: (p) =>
      `T-${p.no} 建好了，但 30 秒内卡片没有出现在 ${p.place}：${PLATFORMS[p.platform].away[0]}再看 gongdan dead-letters list 和 gongdan trace T-${p.no}`,
    en: (p) =>
      `T-${p.no} was opened, but no card stood in ${p.place} within 30 s: ${PLATFORMS[p.platform].away[1]} Look at gongdan dead-letters list and gongdan trace T-${p.no}`,
  }),
  press: entry<{ place: string; minutes: number }>({
    note: 'terminal, asks the operator to press the button in the channel or group',
    sample: { place: '#aftersales', minutes: 3 },
    zh: (p) => `现在请到 ${p.place} 按这张卡片上的「认领」，等 ${p.minutes} 分钟…（Ctrl-C 提前结束）`,
    en: (p) => `Now press Claim on this card in ${p.place}; waiting for ${p.minutes} minutes… (Ctrl-C ends it)`,
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
  no_press: entry<{ platform: TestedPlatform; url: string | null }>({
    note: 'terminal, nobody pressed, or no press arrived; `url`: where presses come in, null where they need no address',
    sample: { platform: 'slack', url: 'https://desk.example.com/slack/events' },
    zh: ({ platform, url }) => {
      const { direct, address, silent } = PLATFORMS[platform];
      return `没有收到任何点击。${url === null ? direct[0] : `${address[0]}${url}`}；${silent[0]}`;
    },
    en: ({ platform, url }) => {
      const { direct, address, silent } = PLATFORMS[platform];
      return `No press arrived. ${url === null ? direct[1] : `${address[1]}${url}`}; ${silent[1]}`;
    },
  }),
  unclaimed: line(
    'presses came, but none could claim',
    '点击送到了，但没有人认领成功',
    'Presses arrived, but nobody could claim it',
  ),
  stopped: line('the operator ended it', '提前结束', 'Ended early'),
  cleaned: entry<{ platform: TestedPlatform; no: number }>({
    note: 'terminal, nothing is left of the test',
    sample: { platform: 'slack', no: 4821 },
    zh: (p) => `T-${p.no} 已关闭，卡片已从${spaced(PLATFORMS[p.platform].name[0])}删除`,
    en: (p) => `T-${p.no} is closed and its cards are deleted from ${PLATFORMS[p.platform].name[1]}`,
  }),
  stays: entry<{ platform: TestedPlatform; no: number; places: readonly string[] }>({
    note: 'terminal, the test is over, and what it posted stays where nothing can be deleted, such as a group with the smart bot of WeCom; `places`: where',
    sample: { platform: 'wecom', no: 4821, places: ['chat:wrAbCdEf'] },
    zh: (p) =>
      `T-${p.no} 已关闭。${PLATFORMS[p.platform].name[0]}不让删 ${p.places.join('、')} 里的东西：测试发的留在那里，再按也不会做什么，这是正常的`,
    en: (p) =>
      `T-${p.no} is closed. ${PLATFORMS[p.platform].name[1]} lets nobody delete what stands in ${p.places.join(', ')}: what the test posted stays, and pressing it does nothing any more. That is as it should be`,
  }),
  left: entry<{ platform: TestedPlatform; no: number; places: readonly string[] }>({
    note: 'terminal, cards of the test could not be deleted, or the ticket not be closed in time; `places`: where they stand still, if anywhere',
    sample: { platform: 'slack', no: 4821, places: ['#aftersales'] },
    zh: (p) =>
      `${p.places.length === 0 ? '' : `T-${p.no} 的卡片没能从 ${p.places.join('、')} 删掉，请${PLATFORMS[p.platform].remove[0]}；`}工单没有关闭的话写「关闭 ${p.no}」`,
    en: (p) =>
      `${p.places.length === 0 ? '' : `A card of T-${p.no} could not be deleted from ${p.places.join(', ')}: ${PLATFORMS[p.platform].remove[1]}; `}if the ticket is still open, "close ${p.no}"`,
  }),
};

/** A name in a Chinese sentence: Latin ones stand apart. */
const spaced = (name: string): string => (/^\w/u.test(name) ? ` ${name} ` : name);
