import { entry } from './entry.ts';

const since = new Date('2026-11-11T06:02:00Z');
const until = new Date('2026-11-11T06:20:00Z');

/** What people read about a platform that was away. */
export const outage = {
  over: entry<{
    app: string;
    since: Date;
    until: Date;
    reason: 'no-answer' | 'auth';
    waited: number;
    delivered: number;
    givenUp: number;
  }>({
    note: 'to each admin, once a platform that was away answers again and everything that waited for it is out of the way',
    sample: { app: 'slack/T1', since, until, reason: 'no-answer', waited: 132, delivered: 130, givenUp: 2 },
    zh: (p, f) =>
      `${p.app} 从${f.stamp(p.since)} 到${f.stamp(p.until)} ${p.reason === 'auth' ? '不认我们的凭证' : '没有应答'}，现在恢复了。${zhWaited(p)}`,
    en: (p, f) =>
      `${p.app} ${p.reason === 'auth' ? 'refused our credentials' : 'did not answer'} from ${f.stamp(p.since)} to ${f.stamp(p.until)} and is back. ${enWaited(p)}`,
  }),
  standby: entry<{ app: string; since: Date; team: string }>({
    note: "in a team's standby group, once per outage, before the urgent tickets that nobody has claimed",
    sample: { app: 'slack/T1', since, team: '售后' },
    zh: (p, f) =>
      `${p.app} 从${f.stamp(p.since)} 起没有应答，${p.team}还没人认领的紧急工单先发到这里，在这里照常认领、回复、解决`,
    en: (p, f) =>
      `${p.app} has not answered since ${f.stamp(p.since)}: urgent unclaimed tickets of ${p.team} come here meanwhile. Claim, answer and resolve them here as usual`,
  }),
  standby_over: entry<{ app: string; until: Date }>({
    note: 'what that line shows from then on, once the platform answers again',
    sample: { app: 'slack/T1', until },
    zh: (p, f) => `${p.app} ${f.stamp(p.until)} 恢复了，新的紧急工单不再发到这里；已经发来的，在这里处理照样算数`,
    en: (p, f) =>
      `${p.app} answers again since ${f.stamp(p.until)}, so no more urgent tickets come here. Those that did can still be worked here`,
  }),
};

interface Waited {
  readonly waited: number;
  readonly delivered: number;
  readonly givenUp: number;
}

function zhWaited({ waited, delivered, givenUp }: Waited): string {
  if (givenUp === 0) return `等着的 ${waited} 条都发出了`;
  return `等着的 ${waited} 条发出了 ${delivered} 条，放弃了 ${givenUp} 条：在服务器上运行 npm run gongdan -- dead-letters list 查看，dead-letters replay 重发`;
}

function enWaited({ waited, delivered, givenUp }: Waited): string {
  if (givenUp === 0) return `Everything that waited has gone out: ${waited}`;
  return `Of ${waited} that waited ${delivered} have gone out and ${givenUp} were given up: run npm run gongdan -- dead-letters list on the server to see them, dead-letters replay to send them again`;
}
