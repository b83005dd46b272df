import { entry } from './entry.ts';

/** Why a receiver's last answer did not count, where it gave no status. */
const WHY: Readonly<Record<string, readonly [zh: string, en: string]>> = {
  bad_url: ['地址的写法不对', 'the address is malformed'],
  no_such_host: ['域名解析不到', 'the name leads nowhere'],
  private_address: ['地址在内网，没有允许', 'the address is private, which is not allowed'],
  redirect: ['对方要求跳转，不会跟随', 'it redirects, which is not followed'],
  timeout: ['10 秒内没有回应', 'no answer within 10 seconds'],
  no_connection: ['连不上', 'no connection'],
  tls: ['证书不可信', 'its certificate is not trusted'],
  broken: ['连接中途断开', 'the connection broke'],
};

/** What people read about systems that are told of what happens to tickets. */
export const subscription = {
  paused: entry<{ subscription: string; reason: 'failing' | 'gone'; since: Date; last: string }>({
    note: 'to each admin, when nothing is sent to a subscription any more; `last` is the status or failure of the last try',
    sample: { subscription: 'erp', reason: 'failing', since: new Date('2026-11-11T06:02:00Z'), last: '503' },
    zh: (p, f) =>
      `${p.reason === 'gone' ? `推送 ${p.subscription} 被对方拒收（410）` : `推送 ${p.subscription} 从${f.stamp(p.since)} 起一直不成功（最近一次：${WHY[p.last]?.[0] ?? p.last}）`}，已暂停。之后的事件都留着；对方好了以后，在服务器上运行 gongdan hook resume ${p.subscription}，会补发`,
    en: (p, f) =>
      `${p.reason === 'gone' ? `The webhook ${p.subscription} takes nothing more (410)` : `The webhook ${p.subscription} has failed since ${f.stamp(p.since)} (last: ${WHY[p.last]?.[1] ?? p.last})`} and is paused. Events are kept: once the other side is well, run gongdan hook resume ${p.subscription} on the server, and they are sent`,
  }),
};
