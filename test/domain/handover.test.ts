import { describe, expect, it } from 'vitest';
import { everyDay, goesHomeAfter, type Calendar } from '../../src/domain/calendar.ts';
import { decide } from '../../src/domain/decide.ts';
import type { Facts } from '../../src/domain/decision.ts';
import type { Directory, Person, Shift, Team } from '../../src/domain/directory.ts';
import type { Standing } from '../../src/domain/duty.ts';
import { backAfter, dueBefore, inOrder, isKept, nextShift } from '../../src/domain/handover.ts';
import type { Hours } from '../../src/domain/hours.ts';
import type { Intent } from '../../src/domain/intent.ts';
import type { Ticket } from '../../src/domain/ticket.ts';
import { apply } from '../../src/domain/apply.ts';
import { aDirectory, aPerson, aTicket, clocksDue, everybodyOn, minutes, NOW } from '../support/tickets.ts';

const CHINA = 'Asia/Shanghai';
const hours = (from: number, to: number): Hours => ({ from: from * 60, to: to * 60 });
const weekly = (spans: readonly Hours[], timeZone = CHINA): Calendar => ({
  timeZone,
  week: Array.from({ length: 7 }, () => spans),
  days: new Map(),
});
const EARLY: Shift = { id: 'early', name: '早班', calendar: weekly([hours(8, 12), hours(13, 17)]) };
const LATE: Shift = { id: 'late', name: '晚班', calendar: weekly([hours(17, 24)]) };
const NIGHT: Shift = { id: 'night', name: '夜班', calendar: weekly([hours(22, 6)]) };

/** After-sales with three shifts: 李雷 works early, 王芳 late, 赵敏 at night, 周总 in no team. */
function withShifts(more: Partial<Record<string, Partial<Person>>> = {}): Directory {
  const base = aDirectory();
  const team = base.teams.get('aftersales') as Team;
  const shifts = { lilei: 'early', wangfang: 'late', zhaomin: 'night' } as const;
  const people = [...base.people.values()].map((p): [string, Person] => [
    p.id,
    { ...p, ...(p.id in shifts && { shift: shifts[p.id as keyof typeof shifts] }), ...more[p.id] },
  ]);
  return aDirectory({
    people: new Map(people),
    teams: new Map([...base.teams, ['aftersales', { ...team, shifts: [EARLY, LATE, NIGHT] }]]),
  });
}
const who = (directory: Directory, id: string): Person => directory.people.get(id) ?? aPerson(id, id);
const at = (local: string): Date => new Date(`${local}+08:00`);
const off = (): Standing => ({ state: 'off', said: false });
const names = (directory: Directory, id: string, ends: Date, standing: (p: string) => Standing = off) => {
  const { people, from } = nextShift(who(directory, id), directory, ends, standing);
  return [people.map((p) => p.id), from?.toISOString() ?? null];
};

describe('being back', () => {
  it.each([
    ['the early shift on the next morning, lunch notwithstanding', 'lilei', '2026-11-11T17:00', '2026-11-12T08:00'],
    ['the late shift on the next afternoon', 'wangfang', '2026-11-12T00:00', '2026-11-12T17:00'],
    ['the night shift in the evening of the day on which it ends', 'zhaomin', '2026-11-12T06:00', '2026-11-12T22:00'],
  ])('%s', (_what, id, ends, back) => {
    const directory = withShifts();
    expect(backAfter(who(directory, id), directory, at(ends))).toEqual(at(back));
  });

  it('without a shift by the hours of the team, of several teams of the first that opens', () => {
    const directory = aDirectory();
    const [one, other] = [...directory.teams.values()] as [Team, Team];
    const teams = new Map([
      ['aftersales', { ...one, calendar: everyDay(CHINA, hours(10, 18)) }],
      ['logistics', { ...other, calendar: everyDay(CHINA, hours(7, 15)) }],
    ]);
    const shop = { ...directory, teams };
    const lilei = who(shop, 'lilei');
    expect(backAfter(lilei, shop, at('2026-11-11T18:00'))).toEqual(at('2026-11-12T10:00'));
    const both = { ...lilei, teams: ['aftersales', 'logistics'] };
    expect(backAfter(both, shop, at('2026-11-11T18:00'))).toEqual(at('2026-11-12T07:00'));
  });

  it('over the night in which clocks are turned, by the clock on the wall', () => {
    const shop = withShifts();
    const berlin = weekly([hours(9, 17)], 'Europe/Berlin');
    const team = { ...(shop.teams.get('aftersales') as Team), shifts: [{ id: 'early', name: '', calendar: berlin }] };
    const directory = { ...shop, teams: new Map([['aftersales', team]]) };
    const lilei = who(directory, 'lilei');
    // 28 March 2026 is the last day before summer time: 9:00 is an hour earlier on the next one.
    const ends = goesHomeAfter(berlin, new Date('2026-03-28T12:00:00Z'));
    expect(ends).toEqual(new Date('2026-03-28T16:00:00Z'));
    expect(backAfter(lilei, directory, ends)).toEqual(new Date('2026-03-29T07:00:00Z'));
    expect(backAfter(lilei, directory, new Date('2026-10-24T15:00:00Z'))).toEqual(new Date('2026-10-25T08:00:00Z'));
  });
});

describe('who comes next', () => {
  it('is who works then, or begins within two hours', () => {
    const directory = withShifts();
    expect(names(directory, 'lilei', at('2026-11-11T17:00'))).toEqual([['wangfang'], '2026-11-11T09:00:00.000Z']);
    expect(names(directory, 'wangfang', at('2026-11-12T00:00'))).toEqual([['zhaomin'], '2026-11-11T16:00:00.000Z']);
    expect(names(directory, 'zhaomin', at('2026-11-12T06:00'))).toEqual([['lilei'], '2026-11-12T00:00:00.000Z']);
  });

  it('is nobody after the last shift; then it is known when somebody is there', () => {
    const directory = withShifts({ zhaomin: { shift: 'early' } });
    expect(names(directory, 'wangfang', at('2026-11-12T00:00'))).toEqual([[], '2026-11-12T00:00:00.000Z']);
  });

  it('is also who stays longer than the shift lasts', () => {
    const directory = withShifts({ zhaomin: { shift: 'early' } });
    const until = at('2026-11-12T02:00');
    const stays = (p: string): Standing => (p === 'lilei' ? { state: 'on', until } : { state: 'off', said: true });
    expect(names(directory, 'wangfang', at('2026-11-12T00:00'), stays)).toEqual([
      ['lilei'],
      '2026-11-11T16:00:00.000Z',
    ]);
  });

  it('is nobody where nobody else is in the team', () => {
    const directory = withShifts();
    const alone = { ...directory, people: new Map([['lilei', who(directory, 'lilei')]]) };
    expect(names(alone, 'lilei', at('2026-11-11T17:00'))).toEqual([[], null]);
  });
});

describe('the order', () => {
  it('is urgent, then what cannot wait, then what is due, then age', () => {
    const back = minutes(600);
    const made = (number: number, more: Partial<Ticket>) => aTicket({ number, clocks: {}, ...more });
    const tickets = [
      made(1, { openedAt: minutes(-10) }),
      made(2, { clocks: clocksDue({ resolution: minutes(700) }) }),
      made(3, { clocks: clocksDue({ resolution: minutes(500) }) }),
      made(4, { clocks: clocksDue({ nextResponse: minutes(100) }) }),
      made(5, { priority: 'urgent' }),
      made(6, { openedAt: minutes(-20) }),
    ];
    expect(inOrder(tickets, back).map((t) => t.number)).toEqual([5, 4, 3, 2, 6, 1]);
  });

  it('a moment at which they are back is not before it', () => {
    const t = aTicket({ clocks: clocksDue({ resolution: minutes(60) }) });
    expect(dueBefore(t, minutes(60))).toBeNull();
    expect(dueBefore(t, minutes(61))).toEqual({ clock: 'resolution', at: minutes(60) });
  });
});

const ENDS = minutes(20);
const BACK = minutes(20 + 15 * 60);
const facts = (more: Partial<Facts> = {}): Facts => ({
  now: NOW,
  directory: aDirectory(),
  actor: { kind: 'person', id: 'lilei', name: '李雷' },
  cause: 'press',
  ...everybodyOn(),
  ...more,
});
const mine = (more: Partial<Ticket> = {}): Ticket =>
  aTicket({ status: 'in_progress', assignee: 'lilei', claimedAt: minutes(-60), clocks: {}, ...more });
const handing: Intent = { type: 'hand_over', person: null, note: null, ends: ENDS };
const keeping: Intent = { type: 'keep', until: BACK };

function after(t: Ticket, intent: Intent, known: Facts = facts()): Ticket {
  const decision = decide(t, intent, known);
  if (!decision.accepted) throw new Error(JSON.stringify(decision.refusal));
  return decision.changes.length === 0 ? t : apply(t, decision, known, t._id, 'salt').ticket;
}
function refused(t: Ticket, intent: Intent, known: Facts = facts()) {
  const decision = decide(t, intent, known);
  return decision.accepted ? null : decision.refusal;
}

describe('handing over', () => {
  it('to the next shift puts it into the queue of its team, as old as it is', () => {
    const t = after(mine({ owner: null, status: 'waiting_customer', wait: 'customer' }), handing);
    expect(t).toMatchObject({ status: 'new', assignee: null, wait: null, team: 'aftersales', openedAt: minutes(-1) });
    expect(t.last).toMatchObject({ type: 'handed_over', by: '李雷' });
    // It is as good for them as for anybody when they are back.
    expect(t.avoid).toEqual([]);
  });

  it('to a colleague makes it theirs, with a card in their chat', () => {
    const t = after(mine(), { ...handing, person: 'wangfang', note: 'n1' });
    expect(t).toMatchObject({ status: 'in_progress', assignee: 'wangfang' });
    expect(t.places).toContainEqual({ card: 'work', person: 'wangfang' });
  });

  it('what is urgent only with a word', () => {
    expect(refused(mine({ priority: 'urgent' }), handing)).toEqual({ code: 'handover_note', numbers: [4821] });
    expect(after(mine({ priority: 'urgent' }), { ...handing, note: 'n1' }).assignee).toBeNull();
  });

  it('not to somebody who is not there when the shift ends', () => {
    const directory = withShifts();
    const known = facts({ directory, now: at('2026-11-11T16:40'), ...everybodyOn('wangfang', 'zhaomin', 'lilei') });
    const to = (person: string): Intent => ({ ...handing, person, ends: at('2026-11-11T17:00') });
    expect(refused(mine(), to('wangfang'), known)).toBeNull();
    expect(refused(mine(), to('zhaomin'), known)).toMatchObject({ code: 'off_duty', name: '赵敏' });
    expect(refused(mine(), to('chenchen'), known)).toMatchObject({ code: 'not_in_team' });
    expect(refused(mine(), to('nobody'), known)).toMatchObject({ code: 'unknown_person' });
  });

  it("only of one's own, or by a lead", () => {
    const as = (id: string, name: string): Facts => facts({ actor: { kind: 'person', id, name } });
    expect(refused(mine(), handing, as('wangfang', '王芳'))).toMatchObject({ code: 'not_allowed', needs: 'assignee' });
    expect(refused(mine(), handing, as('zhaomin', '赵敏'))).toBeNull();
    expect(refused(mine({ status: 'resolved' }), handing)).toMatchObject({ code: 'wrong_status' });
  });

  it('is taken back for 30 seconds, unless somebody took it up', () => {
    const given = after(mine({ clocks: clocksDue({ resolution: minutes(200) }) }), handing);
    const undo: Intent = { type: 'undo', seq: null, notice: 'none', sure: false, correction: '' };
    const soon = facts({ now: new Date(NOW.getTime() + 20_000), cause: 'undo' });
    const back = after(given, undo, soon);
    expect([back.assignee, back.status, back.clocks.resolution?.due]).toEqual(['lilei', 'in_progress', minutes(200)]);
    const wang = facts({ actor: { kind: 'person', id: 'wangfang', name: '王芳' }, cause: 'claim' });
    expect(refused(after(given, { type: 'claim' }, wang), undo, soon)).toMatchObject({ code: 'undo_overtaken' });
    expect(refused(given, undo, facts({ now: minutes(1), cause: 'undo' }))).toMatchObject({ code: 'undo_late' });
  });
});

describe('going on tomorrow', () => {
  it('is said once and holds until they are back', () => {
    const t = after(mine({ clocks: clocksDue({ resolution: minutes(20 + 15 * 60) }) }), keeping);
    expect(t).toMatchObject({ status: 'in_progress', assignee: 'lilei', kept: { person: 'lilei', until: BACK } });
    expect([isKept(t, NOW), isKept(t, BACK), isKept({ ...t, assignee: 'wangfang' }, NOW)]).toEqual([
      true,
      false,
      false,
    ]);
    expect(decide(t, keeping, facts({ cause: 'again' }))).toMatchObject({ accepted: true, already: true });
  });

  it('is no news for the card in the group', () => {
    const t = mine();
    expect(after(t, keeping).cardVersion).toBe(t.cardVersion);
  });

  it.each(['firstResponse', 'nextResponse', 'resolution', 'penalty'] as const)(
    'is refused when %s falls due before',
    (clock) => {
      const due = minutes(60);
      expect(refused(mine({ clocks: clocksDue({ [clock]: due }) }), keeping)).toEqual({
        code: 'due_before_back',
        no: 4821,
        clock,
        at: due,
        back: BACK,
      });
    },
  );

  it('also when it is late already; not when its clock stands still', () => {
    expect(refused(mine({ clocks: clocksDue({ nextResponse: minutes(-5) }) }), keeping)).toMatchObject({
      code: 'due_before_back',
    });
    const { resolution } = clocksDue({ resolution: minutes(5) });
    const still = resolution === undefined ? {} : { resolution: { ...resolution, due: null, next: null } };
    expect(refused(mine({ clocks: still }), keeping)).toBeNull();
  });

  it('is for nobody but who has it', () => {
    const lead = facts({ actor: { kind: 'person', id: 'zhaomin', name: '赵敏' } });
    expect(refused(mine(), keeping, lead)).toMatchObject({ code: 'wrong_status' });
  });
});

describe('at the end of a shift', () => {
  it('only what falls due before its handler is back is covered for', () => {
    const cover = (due: Date): Intent => ({ type: 'cover', person: 'lilei', dueBefore: due, note: 'n1' });
    const t = mine({ clocks: clocksDue({ resolution: minutes(60) }) });
    expect(after(t, cover(minutes(60))).assignee).toBe('lilei');
    const gone = after(t, cover(minutes(61)));
    expect([gone.assignee, gone.owner, gone.history.tail.at(-1)?.data['note']]).toEqual([null, 'lilei', 'n1']);
  });
});

describe('what falls due while its handler is not there', () => {
  const due = minutes(10);
  /** A ticket whose first step of the ladder is due now. */
  const waiting = (): Ticket => {
    const { nextResponse } = clocksDue({ nextResponse: due });
    const clocks = nextResponse === undefined ? {} : { nextResponse: { ...nextResponse, next: NOW } };
    return mine({ clocks, nextDueAt: NOW, dueToken: '7' });
  };
  const wake: Intent = { type: 'wake', token: '7' };
  const system = { kind: 'system', name: 'wake' } as const;

  it('goes to the queue and stays theirs', () => {
    const gone = facts({ actor: system, ...everybodyOn('lilei'), standing: () => ({ state: 'off', said: true }) });
    expect(after(waiting(), wake, gone)).toMatchObject({ status: 'new', assignee: null, owner: 'lilei' });
  });

  it('stays with who is there, who is back in time, and who only has not said that they are there', () => {
    const there = (standing: Standing, now = NOW) =>
      after(
        { ...waiting() },
        wake,
        facts({
          actor: system,
          now,
          onDuty: (p) => p !== 'lilei' || standing.state === 'on',
          standing: () => standing,
        }),
      ).assignee;
    expect(there({ state: 'on', until: ENDS })).toBe('lilei');
    expect(there({ state: 'away', until: minutes(5) })).toBe('lilei');
    expect(there({ state: 'away', until: minutes(15) })).toBeNull();
    // It is 14:30, in the middle of the team's hours.
    expect(there({ state: 'off', said: false })).toBe('lilei');
    // Nor does it help anybody in a queue at which nobody looks.
    const nobody = facts({ actor: system, onDuty: () => false, standing: () => ({ state: 'off', said: true }) });
    expect(after(waiting(), wake, nobody).assignee).toBe('lilei');
  });
});
