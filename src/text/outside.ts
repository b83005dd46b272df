import { entry, type Entry } from './entry.ts';

const line = (note: string, zh: string, en: string): Entry<null> =>
  entry({ note, sample: null, zh: () => zh, en: () => en });

/** What only the e-mail adapter says. */
export const email = {
  no_reply: line(
    'last line of every e-mail',
    '这封邮件是工单系统自动发的，回复没有人看：请到聊天里处理',
    'The ticket desk sent this by itself and nobody reads replies: please act in the chat',
  ),
  credentials_refused: entry<{ code: string }>({
    note: "log line at the start: the mail server refuses the name, the password or the sender; `code` is the server's reply",
    sample: { code: 'mail: AUTH PLAIN 535' },
    zh: (p) => `邮件服务器不接受 SMTP_URL 里的账号密码（${p.code}）：邮件发不出去`,
    en: (p) => `the mail server refuses the name and password in SMTP_URL (${p.code}): no e-mail goes out`,
  }),
} as const;

/** What only the adapter of the SMS and phone gateway says. */
export const gateway = {
  credentials_refused: entry<{ code: string }>({
    note: "log line at the start: the gateway refuses our signature, or its address is none we may use; `code` is the gateway's status or our word",
    sample: { code: 'gateway: HTTP 401' },
    zh: (p) => `短信电话网关不接受我们的请求（${p.code}）：短信和电话发不出去，请核对 GATEWAY_URL 和 GATEWAY_SECRET`,
    en: (p) =>
      `the SMS and phone gateway refuses what we send (${p.code}): no SMS and no call goes out; check GATEWAY_URL and GATEWAY_SECRET`,
  }),
} as const;
