import type { Directory } from '../../../src/domain/directory.ts';
import { parseShop } from '../../../src/shop/shop.ts';

const shift = (hours: string, lunch: string, days = '[mon, tue, wed, thu, fri, sat, sun]'): string =>
  `{ name: ${hours}, hours: ${hours}, lunch: ${lunch}, days: ${days} }`;
const WEEK = '[mon, tue, wed, thu, fri]';

/** Five teams in three time zones, twelve shifts, holidays of two countries, three promotions. */
const FILE = `
calendars:
  china:
    timeZone: Asia/Shanghai
    holidays: CN
    shifts:
      early: ${shift('8:00-16:30', '12:00-13:00', WEEK)}
      late: ${shift('14:00-22:30', '18:00-18:30', WEEK)}
      weekend: ${shift('10:00-18:00', '12:30-13:00', '[sat, sun]')}
  night:
    timeZone: Asia/Shanghai
    shifts:
      day: ${shift('8:00-20:00', '12:00-13:00')}
      dusk: ${shift('19:00-3:00', '23:00-23:30')}
      dawn: ${shift('2:30-8:30', '5:00-5:15')}
  office:
    timeZone: Asia/Shanghai
    holidays: CN
    shifts:
      one: ${shift('9:00-18:00', '12:00-13:30', WEEK)}
      two: ${shift('10:00-19:00', '12:30-14:00', WEEK)}
    days:
      2026-03-08: 9:00-12:00
      2026-07-13: closed
  berlin:
    timeZone: Europe/Berlin
    holidays: DE
    shifts:
      frueh: ${shift('7:00-15:00', '11:00-11:30', WEEK)}
      spaet: ${shift('13:00-21:00', '17:00-17:30', WEEK)}
  newyork:
    timeZone: America/New_York
    shifts:
      day: ${shift('9:00-17:00', '12:00-12:45', WEEK)}
      over: ${shift('22:00-4:00', '0:15-0:45')}
promotions:
  p618: { name: '618', from: 2026-06-16, to: 2026-06-20, hours: 8:00-24:00 }
  double11: { name: 双11, from: 2026-11-09, to: 2026-11-12, hours: 0:00-24:00 }
  double12: { name: 双12, from: 2026-12-11, to: 2026-12-13, hours: 8:00-23:30 }
shops: { tea: { name: 山间茶铺 } }
teams:
  china: { name: 售后, calendar: china }
  night: { name: 夜班, calendar: night }
  office: { name: 仓库, calendar: office, leg: 4h }
  berlin: { name: Berlin, calendar: berlin, timeZone: Europe/Berlin }
  newyork: { name: New York, calendar: newyork, timeZone: America/New_York }
people:
${[
  ['china', ['early', 'late', 'weekend']],
  ['night', ['day', 'dusk', 'dawn']],
  ['office', ['one', 'two']],
  ['berlin', ['frueh', 'spaet']],
  ['newyork', ['day', 'over']],
]
  .map(([team, shifts]) =>
    [
      ...(shifts as string[]).map(
        (id) =>
          `  ${String(team)}-${id}: { name: ${String(team)} ${id}, roles: [agent], teams: [${String(team)}], shift: ${id} }`,
      ),
      `  ${String(team)}-lead: { name: ${String(team)} lead, roles: [lead], teams: [${String(team)}] }`,
    ].join('\n'),
  )
  .join('\n')}
  boss: { name: 周总, roles: [manager] }
  chef: { name: Chef, roles: [manager], timeZone: Europe/Berlin }
policies:
  rules:
    - { id: urgent, priorities: [urgent], resolution: 4h }
    - { id: market, categories: [order], penalty: 48h }
`;

export const yearDirectory = (): Directory => parseShop(FILE, 'gongdan.yaml', 'en').directory;
