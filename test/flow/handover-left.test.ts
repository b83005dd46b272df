import { expect, it } from 'vitest';
import type { Calendar } from '../../src/domain/calendar.ts';
import type { Person, Shift, Team } from '../../src/domain/directory.ts';
import { recordOf, standingAt } from '../../src/domain/duty.ts';
import { backAfter, dueBefore } from '../../src/domain/handover.ts';
import type { Hours } from '../../src/domain/hours.ts';
import { createRoster } from '../../src/flow/roster.ts';
import { manualClock } from '../support/clock.ts';
import { aBench, aStore } from '../support/flow.ts';
import { aDirectory, aPerson, aTicket, clocksDue } from '../support/tickets.ts';

const CHINA = 'Asia/Shanghai';
const MINUTE = 60_000;
const hours = (from: number, to: number): Hours => ({ from: from * 60, to: to * 60 });
const weekly = (spans: readonly Hours[], timeZone = CHINA): Calendar => ({
  timeZone,
  week: Array.from({ length: 7 }, () => spans),
  days: new Map(),
});

it('nobody who has gone keeps what falls due before they are back, over random shifts', async () => {
  let seed = 20_261_111;
  const random = (n: number): number => {
    seed = (seed * 1_103_515_245 + 12_345) % 2_147_483_648;
    return Math.floor((seed / 2_147_483_648) * n);
  };
  const base = aDirectory();
  const team = base.teams.get('aftersales') as Team;
  const zones = [CHINA, 'Europe/Berlin', 'America/New_York'];
  const shifts = Array.from({ length: 12 }, (_, i): Shift => {
    const from = random(24);
    const noon = from + 1 + random(4);
    const spans = [hours(from, noon), hours(noon + 1, noon + 2 + random(4))].map((s) => ({
      from: s.from % 1440,
      to: s.to % 1440,
    }));
    return { id: `s${i}`, name: `s${i}`, calendar: weekly(spans, zones[i % 3]) };
  });
  const people = shifts.map(({ id }, i): [string, Person] => [`p${i}`, aPerson(`p${i}`, `同事${i}`, { shift: id })]);
  const teams = new Map([['aftersales', { ...team, shifts }]]);
  const shop = { ...base, people: new Map(people), teams };
  const clock = manualClock(new Date('2026-03-28T04:00:00Z'));
  const start = clock.now().getTime();
  const on = await aStore();
  const roster = createRoster(on.store, clock);
  const { flow } = aBench(on.store, { directory: () => shop, roster }, [], {}, clock);
  const nos: number[] = [];
  for (const [id, person] of people) {
    await roster.keep(recordOf(person, 'on', { at: clock.now(), by: id, awayMs: 0, directory: shop }));
    for (let i = 0; i < 4; i += 1) {
      const due = (h: number): Date => new Date(start + random(h * 60) * MINUTE);
      const number = 4800 + nos.length;
      const clocks = clocksDue({ resolution: due(72), ...(i % 2 === 0 && { nextResponse: due(30) }) });
      const ticket = aTicket({ _id: `t${number}`, number, status: 'in_progress', assignee: id, clocks });
      await on.store.tickets.create({ ticket, events: [], effects: [], cause: { cause: 'c', seq: 1, already: false } });
      nos.push(number);
    }
  }
  let checked = 0;
  // Half an hour at a time for a day and a half: some shifts end between two runs, as when the bot was down.
  for (let i = 0; i < 60; i += 1) {
    clock.advance(30 * MINUTE);
    await flow.handover();
    const now = clock.now();
    const known = await roster.read();
    for (const t of await on.store.tickets.byNumbers(nos)) {
      const person = t.assignee === null ? undefined : shop.people.get(t.assignee);
      if (person === undefined) continue;
      const record = known.get(person.id);
      if (record === undefined || standingAt(record, now).state === 'on') continue;
      checked += 1;
      const back = backAfter(person, shop, record.ends);
      expect(dueBefore(t, back), `T-${t.number} of ${person.id}`).toBeNull();
    }
  }
  expect(checked).toBeGreaterThan(100);
  const nobodys = (await on.store.tickets.byNumbers(nos)).filter((t) => t.assignee === null);
  expect(nobodys.filter((t) => t.status !== 'new' || t.team !== 'aftersales')).toEqual([]);
  await on.close();
}, 60_000);
