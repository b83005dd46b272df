import { entry, type Entry } from './entry.ts';

const line = (note: string, zh: string, en: string): Entry<null> =>
  entry({ note, sample: null, zh: () => zh, en: () => en });

/** What only DingTalk's adapter says. */
export const dingtalk = {
  less: line('button under the open menu of a card: closes it; at most 20 characters', '收起', 'Less'),
  quote: entry<{ text: string }>({
    note: "a customer's words on a card on which nothing can be set apart by its looks",
    sample: { text: '快递三天没更新' },
    zh: (p) => `「${p.text}」`,
    en: (p) => `“${p.text}”`,
  }),
  form_wrong: entry<{ label: string; error: string }>({
    note: 'above a form that comes back: what is wrong with one of its fields, a line each',
    sample: { label: '转给', error: '没有叫这个名字的人' },
    zh: (p) => `${p.label}：${p.error}`,
    en: (p) => `${p.label}: ${p.error}`,
  }),
  not_stored: line(
    'on the card that was pressed when the store could not be reached, so that the press is lost',
    '刚才那一下没有存下来，请再按一次',
    'That was not stored. Please press again',
  ),
  sent_above: line(
    'on a card that was pressed twice, when the answer to the first press is on its way as a message',
    '已经收到了，结果马上就来',
    'Got it; the answer is on its way',
  ),
  unsupported: line(
    'answer to a message of a sort that the adapter cannot read (a forwarded chat record)',
    '这种消息我还看不懂，请用文字或图片说明',
    'I cannot read this sort of message yet; please use text or a picture',
  ),
  muted: line(
    "answer when DingTalk sent a message without its text because the enterprise's monthly messages are used up",
    '这条消息没有收到内容：钉钉本月的消息额度用完了，请联系管理员',
    "That message arrived empty: this month's DingTalk messages are used up. Please tell your administrator",
  ),
  credentials_refused: entry<{ code: string }>({
    note: "log line at the start: DingTalk does not accept the app's credentials; `code` is DingTalk's word, behind the call it refused",
    sample: { code: 'authFailed' },
    zh: (p) =>
      `钉钉不接受应用的凭证（${p.code}）：在 open-dev.dingtalk.com 的应用「凭证与基础信息」里核对 Client ID 和 Client Secret，写进 DINGTALK_CLIENT_ID 和 DINGTALK_CLIENT_SECRET；应用要已发布`,
    en: (p) =>
      `DingTalk refuses the app's credentials (${p.code}): compare Client ID and Client Secret under "Credentials" at open-dev.dingtalk.com with DINGTALK_CLIENT_ID and DINGTALK_CLIENT_SECRET; the app has to be published`,
  }),
};
