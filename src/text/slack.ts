import { entry, type Entry } from './entry.ts';

const line = (note: string, zh: string, en: string): Entry<null> =>
  entry({ note, sample: null, zh: () => zh, en: () => en });

/** What only Slack's adapter says, and the names that stand in the app's manifest. */
export const slack = {
  form_title: line('title of a modal before what it shows is known; at most 24 characters', '工单', 'Ticket'),
  form_wait: line(
    'modal while a form is being made, for a second at most',
    '正在打开，马上就好',
    'Opening, one moment',
  ),
  form_late: line(
    'private answer when Slack no longer lets a form open: more than three seconds after the press',
    '表单没来得及打开，请再按一次',
    'The form could not be opened in time. Please press again',
  ),
  form_none: line(
    'modal instead of a form that cannot be shown; the answer comes as a private message',
    '没有表单可以填，原因已经单独发给你',
    'There is no form to fill in; I have told you why in a private message',
  ),
  not_stored: line(
    'private answer when the store could not be reached, so that what was pressed is lost',
    '刚才那一下没有存下来，请再按一次',
    'That was not stored. Please press again',
  ),
  home_unknown: line(
    'Home tab of somebody the directory does not know',
    '还没认识你。在你们组的频道里按一下工单上的按钮，组长同意后这里就有你的工单',
    "I do not know you yet. Press any ticket button in your team's channel; once the lead agrees, your tickets stand here",
  ),
  close: line('button of a modal that closes it; at most 24 characters', '关闭', 'Close'),

  token_refused: entry<{ workspace: string | null; code: string }>({
    note: "log line at the start: Slack does not accept the bot's token any more; `code` is Slack's word",
    sample: { workspace: null, code: 'token_revoked' },
    zh: (p) =>
      p.workspace === null
        ? `Slack 不接受机器人的令牌（${p.code}）：在 api.slack.com/apps 里重新安装应用，把新的 xoxb- 令牌写进 SLACK_BOT_TOKEN`
        : `Slack 工作区 ${p.workspace} 不接受机器人的令牌（${p.code}）：请那里的管理员从 /slack/install 重新安装`,
    en: (p) =>
      p.workspace === null
        ? `Slack refuses the bot's token (${p.code}): install the app again at api.slack.com/apps and put the new xoxb- token into SLACK_BOT_TOKEN`
        : `the Slack workspace ${p.workspace} refuses the bot's token (${p.code}): let its admin install the app again from /slack/install`,
  }),
  app_token_refused: entry<{ code: string }>({
    note: "log line at the start: Slack does not accept the app-level token of Socket Mode; `code` is Slack's word",
    sample: { code: 'invalid_auth' },
    zh: (p) =>
      `Slack 不接受应用级令牌（${p.code}）：在应用的「Basic Information」里生成一个带 connections:write 的 xapp- 令牌，写进 SLACK_APP_TOKEN`,
    en: (p) =>
      `Slack refuses the app-level token (${p.code}): make an xapp- token with connections:write under "Basic Information" and put it into SLACK_APP_TOKEN`,
  }),

  install_title: line(
    'manifest: name of the app, at most 35 characters; also the title of the page after installing it',
    '工单助手',
    'Gongdan',
  ),
  installed: line(
    'page after the app was installed in a Slack workspace',
    '装好了，可以关掉这一页。接下来在 Slack 里把机器人请进客服频道：/invite @gongdan',
    'Installed; you can close this page. Next, invite the bot to your service channel in Slack: /invite @gongdan',
  ),
  install_failed: line(
    'page when installing the app in a Slack workspace did not work',
    '没有装上：链接太旧、被取消，或者换了浏览器。请从头再装一次；还不行的话看机器人的日志',
    'That did not work: the link was too old, it was cancelled, or the browser changed. Start again; if it still fails, look at the log',
  ),

  description: line(
    'manifest: what the app is for, at most 140 characters',
    '客户工单在频道里认领、回复、解决',
    "Customers' tickets: claim, answer and resolve them in the channel",
  ),
  command_description: line(
    'manifest: what the slash command does',
    '查看和处理工单',
    'Look at tickets and handle them',
  ),
  shortcut_new: line('manifest: name of the global shortcut, at most 24 characters', '新建工单', 'New ticket'),
  shortcut_new_description: line(
    'manifest: what the global shortcut does',
    '替客户建一张工单',
    'File a ticket for a customer',
  ),
  shortcut_message: line('manifest: name of the message shortcut, at most 24 characters', '转成工单', 'Make a ticket'),
  shortcut_message_description: line(
    'manifest: what the message shortcut does',
    '把这条消息连同话题和文件转成工单',
    'Turn this message, its thread and files into a ticket',
  ),
};
