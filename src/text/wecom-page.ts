import { entry, type Entry } from './entry.ts';

const line = (note: string, zh: string, en: string): Entry<null> =>
  entry({ note: `page behind WeCom's login: ${note}`, sample: null, zh: () => zh, en: () => en });

/** What WeCom's pages say, for what cannot be done on a card. */
export const wecomPage = {
  // Where nothing could be shown or done.
  failed: line('heading above why nothing was done', '没有执行', 'Nothing was done'),
  closed: line('heading above why nothing is shown', '打不开', 'This cannot be opened'),
  broken: line(
    'the address is no link of ours',
    '这个链接不完整。请回到聊天里重新点开。',
    'This link is not complete. Go back to the chat and open it from there.',
  ),
  stale: line(
    'who came back from WeCom did not leave from here, or more than ten minutes ago',
    '这次登录不是从这里开始的，或者已经超过 10 分钟。请再打开一次。',
    'This login did not start here, or is more than 10 minutes old. Please open it again.',
  ),
  spent: line(
    "WeCom's code was used before",
    '这次登录已经用过了。请再打开一次。',
    'This login was used before. Please open it again.',
  ),
  outsider: line(
    'somebody who is no member of the enterprise',
    '这里只给本企业的成员用。请在企业微信里用企业账号打开。',
    'This is for members of the enterprise. Open it in WeCom with your account there.',
  ),
  away: line(
    'WeCom cannot be asked who it is',
    '现在没法向企业微信确认你是谁。请过一分钟再打开。',
    'WeCom cannot say at the moment who you are. Please open it again in a minute.',
  ),
  expired: line(
    'a press after the login has ended',
    '离登录已经超过 30 分钟，为了安全没有执行。请重新打开再提交。',
    'More than 30 minutes have passed since you logged in. Open the page again and send it once more.',
  ),
  kept: line(
    'label above what was written when the login had ended',
    '你写的内容，可以复制',
    'What you wrote, for you to copy',
  ),
  forged: line(
    'a press that was not made on a page that was shown to this person',
    '这一下不是从给你的页面上按的，或者页面打开太久了。请重新打开再按。',
    'That did not come from a page that was shown to you, or the page is too old. Open it again and press there.',
  ),
  unreadable: line(
    'what was sent cannot be read',
    '提交的内容读不出来。请重新打开再试一次。',
    'What was sent cannot be read. Open the page again and try once more.',
  ),
  too_long: line(
    'what was sent is longer than anything may be',
    '提交的内容太长了。请回到上一页，写短一些。',
    'That is too long. Go back and shorten it.',
  ),
  not_stored: line(
    'the store cannot be reached',
    '现在存不下来，什么都没有改。请过一分钟再试。',
    'It cannot be stored at the moment, and nothing was changed. Please try again in a minute.',
  ),
  unseen: line(
    'a ticket that is not there, or that this person may not see; above the button all the same',
    '没有这张工单，或者它不在你的组里，所以这里看不到它。',
    "There is no such ticket, or it is not your team's, so it cannot be shown here.",
  ),
  stranger: line(
    'a member of the enterprise who has never said or pressed anything; above a button',
    '这里还不认识你。按一下，名单上有你的话就能认出来。',
    'You are not known here yet. Press the button: if you are on the list, it finds you.',
  ),
  reopen: line('button: opens the same again', '重新打开', 'Open again'),
  home: line('link to what somebody has to do', '我的工单', 'My tickets'),

  // What was done.
  received: line('heading when the answer is not there yet', '收到了', 'Got it'),
  later: line(
    'the answer takes longer than a page waits',
    '结果会发到你和应用的聊天里，这个页面可以关了。',
    'The answer comes to your chat with the app. You can close this page.',
  ),
  again: line(
    'the same was sent before',
    '这一下之前已经收到，不会做第二次。结果在你和应用的聊天里。',
    'That came before and is not done twice. The answer is in your chat with the app.',
  ),
  done: line('heading above an answer in words', '结果', 'Answer'),

  // Parts of a page.
  show_all: line('button below a ticket: everything about it', '查看全部', 'Show everything'),
  does: entry<{ words: string }>({
    note: "page behind WeCom's login: above the one big button, what it will be done with",
    sample: { words: '派给 4821 王芳' },
    zh: (p) => `按下就执行：${p.words}`,
    en: (p) => `Pressing does this: ${p.words}`,
  }),
  wrong: entry<{ count: number }>({
    note: "page behind WeCom's login: above a form that comes back with errors",
    sample: { count: 2 },
    zh: (p) => `还没有提交：有 ${p.count} 处要改`,
    en: (p) =>
      p.count === 1 ? 'Not sent yet: one thing to put right' : `Not sent yet: ${p.count} things to put right`,
  }),
  optional: line('beside the label of a field that may stay empty', '选填', 'optional'),
  choose: line('first line of a list of which nothing is chosen', '请选择', 'Choose'),
  guide: line('button below a list that changes what else is asked for', '按所选更新', 'Update what is asked'),
  open: line('link to a picture or file', '打开', 'Open'),
  copy: line('label of a text that is to be copied', '可以复制', 'For you to copy'),
};
