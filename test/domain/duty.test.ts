import { describe, expect, it } from 'vitest';
import {
  calendarOf,
  calendarsOf,
  closingOf,
  membersOnDuty,
  opensAt,
  recordOf,
  shiftOf,
  standingAt,
} from '../../src/domain/duty.ts';
import { everyDay } from '../../src/domain/calendar.ts';
import { aDirectory, aPerson, minutes, NOW } from '../support/tickets.ts';

const directory = aDirectory();
const lilei = aPerson('lilei', '李雷');
const said = { at: NOW, by: 'lilei', awayMs: 30 * 60_000, directory };
/** 22:00 in Shanghai. */
const CLOSING = new Date('2026-11-11T14:00:00Z');
const before = (at: Date): Date => new Date(at.getTime() - 1);

describe('on duty', () => {
  it('is who pressed 上线, until closing time', () => {
    const record = recordOf(lilei, 'on', said);
    expect(standingAt(record, NOW)).toEqual({ state: 'on', until: CLOSING });
    expect(standingAt(record, before(CLOSING)).state).toBe('on');
    expect(standingAt(record, CLOSING)).toEqual({ state: 'off', said: false });
  });

  it('nobody who said nothing', () => {
    expect(standingAt(undefined, NOW)).toEqual({ state: 'off', said: false });
  });

  it('pressed outside hours holds until the next closing time', () => {
    const night = new Date('2026-11-11T15:00:00Z');
    const record = recordOf(lilei, 'on', { ...said, at: night });
    expect(standingAt(record, new Date('2026-11-12T13:59:59Z')).state).toBe('on');
    expect(standingAt(record, new Date('2026-11-12T14:00:00Z')).state).toBe('off');
  });

  it('in two teams: until the later one closes', () => {
    const teams = new Map(directory.teams);
    const night = directory.teams.get('logistics');
    if (night === undefined) throw new Error('no team');
    teams.set('logistics', { ...night, calendar: everyDay('Asia/Shanghai', { from: 18 * 60, to: 2 * 60 }) });
    const both = { ...lilei, teams: ['aftersales', 'logistics'] };
    expect(closingOf(both, { ...directory, teams }, NOW)).toEqual(new Date('2026-11-11T18:00:00Z'));
  });

  it('with a shift of their own: until it ends, whatever their teams do', () => {
    const [aftersales, logistics] = ['aftersales', 'logistics'].map((id) => directory.teams.get(id));
    if (aftersales === undefined || logistics === undefined) throw new Error('no team');
    const early = {
      id: 'early',
      name: '早班',
      calendar: everyDay('Asia/Shanghai', { from: 8 * 60, to: 16 * 60 + 30 }),
    };
    const teams = new Map(directory.teams).set('logistics', { ...logistics, shifts: [early] });
    const there = { ...directory, teams };
    const person = { ...lilei, teams: ['aftersales', 'logistics'], shift: 'early' };
    expect(shiftOf(person, there)).toBe(early);
    expect(closingOf(person, there, NOW)).toEqual(new Date('2026-11-11T08:30:00Z'));
    expect(calendarOf(person, there)).toBe(early.calendar);
    // Somebody who left that team in chat has its shift no more.
    expect(calendarsOf({ ...person, teams: ['aftersales'] }, there)).toEqual([aftersales.calendar]);
    expect(shiftOf({ ...person, shift: null }, there)).toBeNull();
    expect(calendarOf({ ...person, shift: null }, there)).toBe(aftersales.calendar);
  });

  it('in no team: by the usual hours in their own time zone', () => {
    const boss = aPerson('zhou', '周总', { teams: [], timeZone: 'America/New_York' });
    expect(closingOf(boss, directory, NOW)).toEqual(new Date('2026-11-12T03:00:00Z'));
  });
});

describe('a break', () => {
  it('ends by itself, and duty goes on until closing time', () => {
    const record = recordOf(lilei, 'away', said);
    expect(standingAt(record, minutes(29))).toEqual({ state: 'away', until: minutes(30) });
    expect(standingAt(record, minutes(30))).toEqual({ state: 'on', until: CLOSING });
    expect(standingAt(record, CLOSING)).toEqual({ state: 'off', said: false });
  });

  it('that would end after closing time ends the day', () => {
    const record = recordOf(lilei, 'away', { ...said, awayMs: 24 * 3_600_000 });
    expect(record.until).toEqual(CLOSING);
    expect(standingAt(record, CLOSING).state).toBe('off');
  });
});

it('下线 holds until closing time; after it nothing is said', () => {
  const record = recordOf(lilei, 'off', said);
  expect(standingAt(record, minutes(1))).toEqual({ state: 'off', said: true });
  expect(standingAt(record, CLOSING)).toEqual({ state: 'off', said: false });
});

it('a team’s members on duty are its own', () => {
  const on = membersOnDuty('aftersales', directory, (p) => p !== 'lilei');
  expect(on.map((p) => p.id)).toEqual(['wangfang', 'zhaomin']);
});

it('an open team opens at no time, a closed one in the morning', () => {
  const team = { calendar: everyDay('Asia/Shanghai') };
  expect(opensAt(team, NOW)).toBeNull();
  expect(opensAt(team, CLOSING)).toEqual(new Date('2026-11-12T01:00:00Z'));
});
