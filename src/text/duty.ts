import { entry } from './entry.ts';

const until = new Date('2026-11-11T14:00:00Z');
const back = new Date('2026-11-11T05:00:00Z');

/** What people read about being on duty, on a break or off. */
export const duty = {
  nobody: entry<null>({
    note: "to a team's group, once until somebody is on duty again; a button below goes on duty",
    sample: null,
    zh: () => '现在没人值班，新来的单先排队；谁在就按「上线」',
    en: () => 'Nobody is on duty, so new tickets wait in the queue. Whoever is here, press "on"',
  }),
  somebody: entry<{ who: string; at: Date }>({
    note: 'what that line shows from then on, once somebody of the team is on duty',
    sample: { who: '李雷', at: until },
    zh: (p, f) => `${p.who} ${f.stamp(p.at)} 上线了，排着的单可以认领了`,
    en: (p, f) => `${p.who} is on duty since ${f.stamp(p.at)}; what waits can be claimed`,
  }),
  on: entry<{ until: Date; mine: number; waiting: number }>({
    note: 'private answer to who went on duty: until when, how many tickets they have, how many nobody has',
    sample: { until, mine: 3, waiting: 5 },
    zh: (p, f) => `已上线，到${f.moment(p.until)}；手上 ${p.mine} 张，待认领 ${p.waiting} 张`,
    en: (p, f) => `You are on duty until ${f.moment(p.until)}; ${p.mine} with you, ${p.waiting} unclaimed`,
  }),
  on_other: entry<{ who: string; until: Date }>({
    note: 'private answer to a lead who put a colleague on duty',
    sample: { who: '李雷', until },
    zh: (p, f) => `${p.who} 已上线，到${f.moment(p.until)}`,
    en: (p, f) => `${p.who} is on duty until ${f.moment(p.until)}`,
  }),
  away: entry<{ until: Date; mine: number }>({
    note: 'private answer to who goes on a break: when it ends, how many tickets they leave to the team until then',
    sample: { until: back, mine: 3 },
    zh: (p, f) =>
      `休息到${f.moment(p.until)}，到点自动上线${p.mine === 0 ? '' : `；手上 ${p.mine} 张，客户来消息时在班的同事先接`}`,
    en: (p, f) =>
      `You are away until ${f.moment(p.until)} and then back on duty${p.mine === 0 ? '' : `; if a customer of your ${p.mine === 1 ? 'ticket' : `${p.mine} tickets`} writes, the team takes it`}`,
  }),
  off: entry<{ mine: number }>({
    note: 'private answer to who went off duty: how many tickets they leave to the team',
    sample: { mine: 3 },
    zh: (p) => `已下线${p.mine === 0 ? '，辛苦了' : `；手上 ${p.mine} 张，客户来消息时在班的同事先接`}`,
    en: (p) =>
      `You are off duty${p.mine === 0 ? '' : `; if a customer of your ${p.mine === 1 ? 'ticket' : `${p.mine} tickets`} writes, the team takes it`}`,
  }),
  off_other: entry<{ who: string; moved: number; teams: readonly string[] }>({
    note: 'private answer to a lead who took a colleague off duty: how many of their tickets went back to which queue',
    sample: { who: '李雷', moved: 3, teams: ['售后'] },
    zh: (p) =>
      p.moved === 0 ? `${p.who} 已下线，手上没有工单` : `${p.who} 手上 ${p.moved} 张已转回${p.teams.join('、')}队列`,
    en: (p) =>
      p.moved === 0
        ? `${p.who} is off duty and had no tickets`
        : `${p.moved === 1 ? 'The ticket' : `The ${p.moved} tickets`} of ${p.who} went back to ${p.teams.join(', ')}`,
  }),
};
