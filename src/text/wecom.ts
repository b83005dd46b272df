import { entry, type Entry } from './entry.ts';

const line = (note: string, zh: string, en: string): Entry<null> =>
  entry({ note, sample: null, zh: () => zh, en: () => en });

/** What only WeCom's adapter says. */
export const wecom = {
  source: line('small, above the title of every card', '工单', 'Ticket'),
  go: line(
    'button beside a list of what else can be done: does what is chosen there; at most 10 characters',
    '执行',
    'Go',
  ),
  choose: line('title of that list', '更多操作', 'More'),
  pick: line('first entry of a list to choose from, which does nothing', '请选择', 'Choose'),
  over: line(
    'grey, in place of the buttons of a card on which nothing can be done any more',
    '不用处理了',
    'Nothing to do',
  ),
  latest: line('name beside the last thing that happened, on a card; at most five characters', '最近', 'Latest'),
  more_rows: entry<{ count: number; numbers: readonly string[] }>({
    note: 'on a card of tickets that has no room for all of them: those that stand nowhere else on it',
    sample: { count: 2, numbers: ['T-4827', 'T-4828'] },
    zh: (p) => `另有 ${p.count} 张：${p.numbers.join('、')}`,
    en: (p) => `${p.count} more: ${p.numbers.join(', ')}`,
  }),
  nothing: line('entry of a list in a form that leaves it open', '不选', 'None'),
  rest: entry<{ count: number }>({
    note: 'below the lines of a card that found room in a message, when others did not',
    sample: { count: 4 },
    zh: (p) => `还有 ${p.count} 行放不下`,
    en: (p) => (p.count === 1 ? '1 more line has no room here' : `${p.count} more lines have no room here`),
  }),
  not_stored: line(
    'to whoever pressed or wrote when the store could not be reached, so that it is lost',
    '刚才那一下没有存下来，请再来一次',
    'That was not stored. Please try again',
  ),
  unsupported: line(
    'answer to a message of a sort that the adapter cannot read',
    '这种消息我还看不懂，请用文字或图片说明',
    'I cannot read this sort of message yet; please use text or a picture',
  ),
  nothing_chosen: line(
    'answer when the button beside a list was pressed and nothing was chosen there',
    '先在「更多操作」里选一项，再按「执行」',
    'Choose something under "More" first, then press "Go"',
  ),
  form_done: line('on a form that was handed in, in place of its button; at most 10 characters', '已提交', 'Sent'),
  form_open: line('button of a message that leads to a form on a page; at most 4 characters', '填写', 'Open'),
  bot_alone: line(
    'to somebody in the chat with the smart bot whose WeCom account it cannot tell',
    '我认不出你的企业微信账号：请管理员用超级管理员身份创建智能机器人，或者把你加进工单应用的可见范围',
    'I cannot tell which WeCom account is yours: have a super administrator create the smart bot, or let the app see you',
  ),
  bot_hello: line(
    'greets whoever opens the chat with the smart bot, the first time of the day',
    '你好，我是工单助手。发「帮助」看看可以说什么',
    'Hello, I keep the tickets. Say "help" to see what you can say',
  ),
  credentials_refused: entry<{ code: string }>({
    note: "log line at the start: WeCom does not accept the app's credentials; `code` is WeCom's number, behind the call it refused",
    sample: { code: 'gettoken: 40001' },
    zh: (p) =>
      `企业微信不接受应用的凭证（${p.code}）：在 work.weixin.qq.com 管理后台核对「我的企业」里的企业ID 和应用的 Secret，写进 WECOM_CORP_ID 和 WECOM_SECRET；60020 是这台机器的出口地址不在应用的「企业可信IP」里`,
    en: (p) =>
      `WeCom refuses the app's credentials (${p.code}): compare the corp id (我的企业) and the app's Secret in the console at work.weixin.qq.com with WECOM_CORP_ID and WECOM_SECRET; 60020 means that this machine's address is not among the app's 企业可信IP`,
  }),
  bot_refused: entry<{ code: string }>({
    note: 'log line: WeCom does not accept the smart bot; `code` is its number',
    sample: { code: '853000' },
    zh: (p) =>
      `企业微信不接受智能机器人的凭证（${p.code}）：在智能机器人的「API 模式 → 长连接」里重新复制 Bot ID 和 Secret，写进 WECOM_BOT_ID 和 WECOM_BOT_SECRET`,
    en: (p) =>
      `WeCom refuses the smart bot (${p.code}): copy Bot ID and Secret again from its long connection (API 模式 → 长连接) into WECOM_BOT_ID and WECOM_BOT_SECRET`,
  }),
};
