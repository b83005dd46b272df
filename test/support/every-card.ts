import { drawAlert } from '../../cards/alert.ts';
import { drawAnomaly, type AnomalyCardInput } from '../../cards/anomaly.ts';
import { drawBacklog } from '../../cards/backlog.ts';
import { drawBoard, type BoardCardInput } from '../../cards/board.ts';
import { drawOffer } from '../../cards/offer.ts';
import { drawDigest, drawDigestRest } from '../../cards/digest.ts';
import { drawExport, drawStats } from '../../cards/stats.ts';
import { drawHandover } from '../../cards/handover.ts';
import { drawHelp } from '../../cards/help.ts';
import { drawHome, type HomeCardInput } from '../../cards/home.ts';
import { drawList } from '../../cards/list.ts';
import { drawNews } from '../../cards/news.ts';
import { drawNotice } from '../../cards/notice.ts';
import { drawPassed, drawPing, type PingCardInput, type PingLine } from '../../cards/ping.ts';
import { drawPolicy, drawWhatIf, type PolicyCardInput, type WhatIfCardInput } from '../../cards/policy.ts';
import { LIMITS } from '../../src/domain/overrides.ts';
import { drawPreview, type Preview } from '../../cards/preview.ts';
import { drawShow } from '../../cards/show.ts';
import { drawTicketLink } from '../../cards/ticket-link.ts';
import { drawTicket } from '../../cards/ticket.ts';
import { drawWork } from '../../cards/work.ts';
import type { Card } from '../../cards/card.ts';
import type { Ticket } from '../../src/domain/ticket.ts';
import { dueOf, nearestDue } from '../../src/domain/sla.ts';
import { OPEN } from '../../src/domain/status.ts';
import { STATES } from './card-states.ts';
import { aDigest, aGroupDigest, aQuietDigest } from './digests.ts';
import { aDirectory, aPerson, aTicket, en, minutes, NOW, zh } from './tickets.ts';

const directory = aDirectory();

/** A card as somebody may see it, with the ticket it shows. */
export interface Sample {
  readonly name: string;
  readonly card: Card;
  readonly ticket: Ticket | null;
}

/** A full board of the after-sales team, the first of three, with more waiting; `more` overrides any part. */
export const aBoard = (more: Partial<BoardCardInput> = {}): BoardCardInput => ({
  rows: Array.from({ length: 10 }, (_, i) =>
    aTicket({
      _id: `ticket-${4821 + i}`,
      number: 4821 + i,
      subject: i % 2 === 0 ? '收到的杯子碎了，请打 13812345678 找我，地址是文三路138号2单元' : '快递三天没更新',
    }),
  ),
  waiting: 42,
  oldest: minutes(-28),
  number: 1,
  of: 3,
  team: 'aftersales',
  directory,
  live: true,
  at: NOW,
  over: false,
  ...more,
});

/** The page of 李雷, on duty in two teams, with every open ticket of the fixtures; `more` overrides any part. */
export const aHome = (more: Partial<HomeCardInput> = {}): HomeCardInput => {
  const open = Object.values(STATES).filter((t) => OPEN.has(t.status));
  const waiting = open.filter((t) => t.assignee === null);
  return {
    person: aPerson('lilei', '李雷'),
    duty: { state: 'on', since: minutes(-300), until: minutes(450) },
    mine: { tickets: open.filter((t) => t.assignee === 'lilei').slice(0, 10), total: 14 },
    queues: {
      of: 'teams',
      teams: [
        { team: 'aftersales', tickets: waiting.slice(0, 9), total: 42 },
        { team: 'logistics', tickets: [], total: 0 },
      ],
    },
    directory,
    ...more,
  };
};

const nothing = { tickets: [], total: 0 };
const HOMES: Readonly<Record<string, HomeCardInput>> = {
  home: aHome(),
  'home off duty': aHome({ duty: { state: 'off', since: minutes(-30) } }),
  'home on a break': aHome({ duty: { state: 'away', until: minutes(30) }, mine: nothing }),
  'home with nothing to do': aHome({
    duty: { state: 'off', since: null },
    mine: nothing,
    queues: { of: 'teams', teams: [{ team: 'aftersales', ...nothing }] },
  }),
  'home of nobody': aHome({ mine: nothing, queues: { of: 'nobody' } }),
  'home of a manager': aHome({
    mine: nothing,
    queues: { of: 'all', teams: [{ team: 'aftersales', total: 42, oldest: minutes(-28) }], total: 11 },
  }),
  'home of a manager with nothing': aHome({ mine: nothing, queues: { of: 'all', teams: [], total: 0 } }),
};

/** A ticket of whose promise 李雷, his lead and the manager were told, the nearest that it is under. */
const told = (ticket: Ticket): Ticket => ({
  ...ticket,
  clocks: Object.fromEntries(
    Object.entries(ticket.clocks).map(([name, clock]) => [
      name,
      { ...clock, rung: 2, told: ['lilei', 'zhaomin', 'zhou'] },
    ]),
  ),
});

/** The same as somebody is told of it; null: nothing of it is due. */
function dueLine(ticket: Ticket): PingLine | null {
  const due = nearestDue(ticket.clocks);
  return due === null || !OPEN.has(ticket.status) ? null : { ticket: told(ticket), reason: { why: 'due', ...due } };
}

/** What somebody is told of these tickets. */
const pinged = (lines: readonly PingLine[], person: string, more: Partial<PingCardInput> = {}): PingCardInput => ({
  lines,
  told: lines.map(({ ticket }) => ticket.number),
  more: false,
  since: null,
  person,
  directory,
  outside: false,
  ...more,
});

/** What admins read while the bot is quiet. */
const quietNotice = {
  sentence: {
    key: 'backlog.waiting',
    params: { since: minutes(-20), backupMadeAt: minutes(-600), messages: 12, cards: 40, reminders: 3, notices: 0 },
  },
  offers: [
    { label: { key: 'backlog.void_all', params: null }, invoke: { command: 'backlog', args: { what: 'void' } } },
    { label: { key: 'backlog.look', params: null }, invoke: { command: 'backlog', args: { what: 'look' } } },
    { label: { key: 'backlog.send_all', params: null }, invoke: { command: 'backlog', args: { what: 'send' } } },
  ],
} as const;

/** What is promised, changed in two places. */
const thePolicy: PolicyCardInput = {
  base: LIMITS.map((limit, i) => ({ limit, ms: 180_000 * (i + 1), file: 180_000, isChanged: i === 2 })),
  rules: Array.from({ length: 14 }, (_, i) => ({
    names: [{ 'zh-CN': '分类 投诉', en: 'category Complaint' }],
    share: i === 0 ? 0.5 : 1,
    values: i === 0 ? [] : [{ limit: 'resolution', ms: 43_200_000, file: null, isChanged: false }],
    isChat: i > 0,
  })),
  last: { by: '周总', at: minutes(-20) },
  isChanged: true,
  mayChange: true,
};
const aWhatIf: WhatIfCardInput = {
  change: { scope: 'all', limit: 'resolution', ms: 43_200_000 },
  scope: { 'zh-CN': '全部工单', en: 'all tickets' },
  was: 86_400_000,
  seen: '0-1-1762842600000',
  now: NOW,
  open: 120,
  moved: 80,
  overdue: 7,
  relieved: 2,
  worst: Object.values(STATES)
    .slice(0, 5)
    .map(({ number, subject, facts }) => ({ number, subject, facts, clock: 'resolution', due: minutes(-90) })),
};

const DIGESTS = [
  ['digest', aDigest()],
  ['digest of a quiet day', aQuietDigest],
  ['digest without history', aDigest({ before: null, week: null })],
  ['digest of a group', aGroupDigest],
] as const;

const someFigures = {
  title: { of: ['售后'], when: '11月10日' },
  rows: [
    { what: 'new', of: '', count: 1_204, share: null, change: 120, figure: { is: 'new' } },
    { what: 'in_time', of: '', count: 47, share: 0.96, change: -2, figure: { is: 'response.met' } },
    { what: 'reopened', of: '', count: 0, share: null, change: null, figure: { is: 'reopened' } },
  ],
  ask: 'team:aftersales day:2026-11-10',
  exports: true,
} as const;
const anExport = {
  what: { what: 'new', of: '', when: '11月10日', count: 1_204 },
  files: [{ name: 'tickets-2026-11-10.csv', url: 'https://desk.example/exports/tickets.csv?p=zhou' }],
  hours: 24,
} as const;
/** There is more of something than ever. */
const aSurge: AnomalyCardInput = {
  about: { kind: 'surge', what: '物流 / 物流停滞' },
  open: true,
  since: minutes(-30),
  at: minutes(-1),
  count: 19,
  usual: 3,
  by: 'days',
  windowMs: 3_600_000,
  tickets: Array.from({ length: 19 }, (_, i) => ({ ticket: `t${i}`, number: 4800 + i })),
  samples: [],
  words: ['快递三天没更新'],
  problem: null,
  directory,
};
const aSlow = { about: { kind: 'slow', who: '李雷' }, count: 840_000, usual: 180_000 } as const;

/** Of whose shift ends in half an hour. */
const leaving = {
  kept: 1,
  person: 'lilei',
  ends: minutes(30),
  back: minutes(15 * 60),
  names: ['王芳', '陈静'],
  from: minutes(15 * 60),
  directory,
};

/** Every card in every state and language. */
export const everyCard: readonly Sample[] = [zh, en].flatMap((reader) => {
  const perTicket = Object.entries(STATES).flatMap(([state, ticket]): Sample[] => {
    const named = (card: string): string => `${card} ${state} ${reader.locale}`;
    return [
      { name: named('ticket'), ticket, card: drawTicket({ ticket, directory, team: 'aftersales' }, reader) },
      { name: named('work'), ticket, card: drawWork({ ticket, directory, person: 'lilei' }, reader) },
      { name: named('news'), ticket, card: drawNews({ ticket, directory, person: 'lilei', since: 3 }, reader) },
      { name: named('offer'), ticket, card: drawOffer({ ticket, directory, since: 2 }, reader) },
      { name: named('alert'), ticket, card: drawAlert({ ticket, directory, since: 3 }, reader) },
      ...[dueLine(ticket) ?? []].flat().flatMap((line): Sample[] => [
        { name: named('ping'), ticket: told(ticket), card: drawPing(pinged([line], 'lilei'), reader) },
        { name: named('ping of a lead'), ticket: told(ticket), card: drawPing(pinged([line], 'zhaomin'), reader) },
      ]),
      { name: named('link'), ticket, card: drawTicketLink({ ticket, directory }, reader) },
      { name: named('show'), ticket, card: drawShow({ ticket, directory, person: 'wangfang' }, reader) },
    ];
  });
  const tickets = Object.values(STATES);
  const handed = tickets.slice(0, 4).map((t) => ({ ...t, assignee: 'lilei', status: 'in_progress' as const }));
  const title = { key: 'command.scope_mine', params: null } as const;
  const offers = tickets.slice(0, 6).map((t, i) => ({
    label: { key: 'status.new', params: null } as const,
    invoke: { command: 'claim', args: { ticket: String(t.number + i) } },
  }));
  const help = [
    {
      name: 'claim',
      zh: '认领',
      initials: 'rl',
      aliases: ['我来'],
      summary: 'command.summary_claim',
      usage: '认领 [单号]',
    },
    { name: 'list', zh: '列表', initials: 'lb', aliases: [], summary: 'command.summary_list', usage: '列表' },
  ] as const;
  const { customer, facts, shop, team, category, clocks, attachments } = STATES['unreachable'] ?? aTicket();
  const preview: Preview = {
    draft: 'AAAAAAAAAAAAAAAAAAAAAA',
    subject: '杯子碎了',
    words: '杯子碎了，怎么办',
    customer,
    facts,
    orders: ['2712345678901234567', '2712345678901234568'],
    shop,
    team,
    category,
    due: dueOf(clocks),
    attachments,
    duplicates: tickets.slice(0, 2).map((ticket, i) => ({ ticket, same: i === 0 })),
  };
  const [first = aTicket()] = tickets;
  const due = tickets.flatMap((t, i) => dueLine({ ...t, _id: `due-${i}`, number: 4821 + i }) ?? []);
  const asked: readonly PingLine[] = [
    { ticket: first, reason: { why: 'escalated', by: 'wangfang', words: '客户要找平台，电话 13812345678' } },
    { ticket: { ...first, _id: 'asked', number: 4799 }, reason: { why: 'reminder' } },
  ];
  const others: readonly (readonly [string, Card])[] = [
    ['ping of several', drawPing(pinged([...due, ...asked], 'lilei'), reader)],
    ['ping of more than fit', drawPing(pinged([...due, ...asked], 'zhou', { more: true }), reader)],
    ['ping of the night', drawPing(pinged(due.slice(0, 3), 'zhaomin', { since: minutes(-600) }), reader)],
    ['ping of an escalation', drawPing(pinged(asked.slice(0, 1), 'zhaomin'), reader)],
    ['ping of a reminder', drawPing(pinged(asked.slice(1), 'lilei'), reader)],
    ['ping outside', drawPing(pinged(due, 'zhou', { outside: true }), reader)],
    ['ping that is over', drawPing(pinged([], 'lilei', { told: [4821, 4830] }), reader)],
    ['ping that has a newer one', drawPassed(reader)],
    ['list', drawList({ title, tickets, total: 42, directory }, reader)],
    ['empty list', drawList({ title, tickets: [], total: 0, directory }, reader)],
    ['help', drawHelp({ commands: help, command: null }, reader)],
    ['help on claim', drawHelp({ commands: help, command: 'claim' }, reader)],
    [
      'notice',
      drawNotice({ sentence: { key: 'refusal.undo_nothing', params: { code: 'undo_nothing' } }, offers: [] }, reader),
    ],
    ['board', drawBoard(aBoard(), reader)],
    ['last board', drawBoard(aBoard({ waiting: 0, oldest: null, of: 1 }), reader)],
    ['board as it was', drawBoard(aBoard({ live: false }), reader)],
    ['board that is over', drawBoard(aBoard({ rows: [], over: true }), reader)],
    ['preview', drawPreview({ preview, directory }, reader)],
    [
      'backlog',
      drawBacklog(
        {
          items: tickets.slice(0, 3).map(({ number }, i) => ({
            row: `AAAAAAAAAAAAAAAAAAAAAA.00000${i}.000`,
            who: i === 2 ? '' : '小美',
            no: i === 2 ? null : number,
            words: '新杯子今天寄出，请留意快递',
            at: minutes(-90),
          })),
          more: 9,
          counts: { messages: 12, cards: 40, reminders: 3, notices: 0 },
        },
        reader,
      ),
    ],
    ['promises', drawPolicy(thePolicy, reader)],
    ['promises for leads', drawPolicy({ ...thePolicy, isChanged: false, mayChange: false, last: null }, reader)],
    ['what-if', drawWhatIf(aWhatIf, reader)],
    ['what-if of nothing', drawWhatIf({ ...aWhatIf, moved: 0, overdue: 0, relieved: 0, worst: [] }, reader)],
    [
      'empty backlog',
      drawBacklog({ items: [], more: 0, counts: { messages: 0, cards: 0, reminders: 0, notices: 0 } }, reader),
    ],
    ['anomaly', drawAnomaly({ ...aSurge, samples: tickets.slice(0, 3) }, reader)],
    ['anomaly that is grouped', drawAnomaly({ ...aSurge, problem: { no: 4800, count: 3, missing: [4804] } }, reader)],
    ['anomaly that is over', drawAnomaly({ ...aSurge, open: false }, reader)],
    ['anomaly of somebody', drawAnomaly({ ...aSurge, ...aSlow }, reader)],
    ['anomaly of somebody that is over', drawAnomaly({ ...aSurge, ...aSlow, open: false }, reader)],
    ['handover', drawHandover({ ...leaving, tickets: handed }, reader)],
    ['handover with many', drawHandover({ ...leaving, tickets: [...handed, ...handed, ...handed], names: [] }, reader)],
    ['handover that is done', drawHandover({ ...leaving, tickets: [], kept: 2 }, reader)],
    ['quiet after a restore', drawNotice(quietNotice, reader)],
    ...DIGESTS.map(([name, digest]) => [name, drawDigest({ digest, directory }, reader)] as const),
    ['rest of a digest', drawDigestRest({ digest: aDigest(), directory, exports: true }, reader)],
    ['figures', drawStats(someFigures, reader)],
    ['exported figures', drawExport(anExport, reader)],
    ['notice with offers', drawNotice({ sentence: { key: 'card.empty', params: null }, offers }, reader)],
  ];
  const homes = Object.entries(HOMES).map(([name, input]) => [name, drawHome(input, reader)] as const);
  return [
    ...perTicket,
    ...[...others, ...homes].map(([name, card]) => ({ name: `${name} ${reader.locale}`, card, ticket: null })),
  ];
});
