import { entry, type Entry } from './entry.ts';

const line = (note: string, zh: string, en: string): Entry<null> =>
  entry({ note: `terminal, gongdan doctor: ${note}`, sample: null, zh: () => zh, en: () => en });
const todo = (zh: string, en: string): Entry<null> => line('what to do about the finding above it', zh, en);

interface Code {
  readonly code: string;
}
const code = (note: string, sample: string, zh: (code: string) => string, en: (code: string) => string): Entry<Code> =>
  entry<Code>({
    note: `terminal, gongdan doctor: ${note}`,
    sample: { code: sample },
    zh: (p) => zh(p.code),
    en: (p) => en(p.code),
  });

/** What `gongdan doctor` finds of e-mail and of the SMS and phone gateway, and what to do about it. Addresses and numbers are never shown. */
export const outsideDoctor = {
  email_ok: line(
    'the mail server takes the login',
    '邮件服务器能连上，账号密码可用',
    'the mail server is reached and accepts the login',
  ),
  email_refused: code(
    "the mail server refuses the login; `code` is the server's reply",
    'mail: AUTH PLAIN 535',
    (c) => `邮件服务器不接受账号密码（${c}）：邮件发不出去`,
    (c) => `the mail server refuses the login (${c}): no e-mail goes out`,
  ),
  email_refused_todo: todo(
    '核对 SMTP_URL 里的账号密码再启动；QQ、163 等邮箱要填授权码，不是登录密码，特殊字符要写成 %40 这样',
    'check the name and password in SMTP_URL and restart; many providers want a password made for programs, and special characters are written like %40',
  ),
  email_away: code(
    'the mail server is not reached; `code` says how far it got',
    'mail: CONN ETIMEDOUT',
    (c) => `邮件服务器连不上（${c}）：邮件会一直重试`,
    (c) => `the mail server is not reached (${c}): e-mail is tried again and again`,
  ),
  email_away_todo: todo(
    '核对 SMTP_URL 的主机和端口、防火墙；ETLS 表示服务器没有 STARTTLS 或证书不可信',
    'check host and port in SMTP_URL and the firewall; ETLS: the server has no STARTTLS or no certificate that can be trusted',
  ),
  gateway_ok: line(
    'the gateway takes what we sign; nobody was written to or called',
    '短信电话网关能连上，签名可用（只发了一次 ping，没有发短信也没有打电话）',
    'the SMS and phone gateway is reached and accepts our signature (a ping: nobody was written to or called)',
  ),
  gateway_refused: code(
    'the gateway refuses our signature, or its address is none we may use; `code` is its status or our word',
    'gateway: HTTP 401',
    (c) => `短信电话网关不接受我们的请求（${c}）：短信和电话发不出去`,
    (c) => `the SMS and phone gateway refuses what we send (${c}): no SMS and no call goes out`,
  ),
  gateway_refused_todo: todo(
    '核对 GATEWAY_SECRET 和网关那边是否一致；private_address：网关在内网时设 GATEWAY_PRIVATE=on；redirect：GATEWAY_URL 要写最终地址',
    'GATEWAY_SECRET must be the one the gateway has; private_address: set GATEWAY_PRIVATE=on for a gateway inside; redirect: GATEWAY_URL must be where it ends',
  ),
  gateway_away: code(
    'the gateway is not reached; `code` says how far it got',
    'gateway: timeout',
    (c) => `短信电话网关连不上（${c}）：短信和电话会一直重试`,
    (c) => `the SMS and phone gateway is not reached (${c}): SMS and calls are tried again and again`,
  ),
  gateway_away_todo: todo(
    '看网关有没有在运行，GATEWAY_URL 对不对',
    'see whether it runs, and whether GATEWAY_URL is right',
  ),
  unreached: entry<{ app: string; count: number }>({
    note: 'terminal, gongdan doctor: people have `notify` for a way that is not configured; `app` is `email/main`, `gateway/sms` or `gateway/phone`',
    sample: { app: 'gateway/sms', count: 3 },
    zh: (p) => `${p.count} 个人写了 notify，可是 ${p.app} 没有设置：到了这一步谁也通知不到`,
    en: (p) =>
      `${p.count} ${p.count === 1 ? 'person has' : 'people have'} \`notify\` for ${p.app}, which is not configured: nobody is reached by it`,
  }),
  unreached_todo: todo(
    '照 docs/platforms/outside.zh-CN.md 设置 SMTP_URL 或 GATEWAY_URL，或者从 gongdan.yaml 去掉 notify',
    'set SMTP_URL or GATEWAY_URL as docs/platforms/outside.md says, or take `notify` out of gongdan.yaml',
  ),
  people: entry<{ app: string; people: readonly string[] }>({
    note: 'terminal, gongdan doctor: who is reached by it, with the address masked',
    sample: { app: 'gateway/sms', people: ['李雷 +86••••00'] },
    zh: (p) => `${p.app}：${p.people.join('、')}`,
    en: (p) => `${p.app}: ${p.people.join(', ')}`,
  }),
} as const;
