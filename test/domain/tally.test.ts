import { expect, it } from 'vitest';
import { regionOf } from '../../src/domain/region.ts';
import { sameTally, tallyOf } from '../../src/domain/tally.ts';
import { aTicket, clocksDue, minutes, theTerms } from '../support/tickets.ts';

it('counts a broken promise as overdue only while it is still to be kept and the ticket is open', () => {
  const clocks = clocksDue({ resolution: minutes(10), nextResponse: minutes(5) });
  const late = { ...clocks, resolution: { ...clocks.resolution, missed: true as const } };
  const misses = [
    { clock: 'nextResponse' as const, at: minutes(5) },
    { clock: 'resolution' as const, at: minutes(10) },
    { clock: 'window' as const, at: minutes(1) },
  ];
  const of = (more: object) => tallyOf(aTicket({ status: 'in_progress', misses, ...more }));
  const all = { ...late, resolution: { ...clocksDue({ resolution: minutes(10) }).resolution, missed: true as const } };
  expect(of({ clocks: all }).overdue).toEqual(minutes(10));
  expect(of({ clocks }).overdue).toBeNull();
  expect(of({ clocks: all, status: 'resolved', turns: [minutes(20)] }).overdue).toBeNull();
  // That a conversation was closed by its platform breaks no promise.
  expect(of({ clocks }).misses.map((m) => m.clock)).toEqual(['nextResponse', 'resolution']);
});

it('was touched when the last of what it counts happened, whatever the clock said afterwards', () => {
  const ticket = aTicket({ openedAt: minutes(-60), updatedAt: minutes(-50), turns: [minutes(30)], status: 'resolved' });
  expect(tallyOf(ticket).touchedAt).toEqual(minutes(30));
});

it('is the same as long as nothing that counts is different', () => {
  const ticket = aTicket();
  expect(sameTally(tallyOf(ticket), tallyOf({ ...ticket, version: 9, updatedAt: minutes(5), subject: 'x' }))).toBe(
    true,
  );
  for (const more of [
    { team: 'logistics' },
    { passes: 1 },
    { turns: [minutes(1)] },
    { terms: { ...theTerms, rules: ['vip'] } },
  ])
    expect(sameTally(tallyOf(ticket), tallyOf({ ...ticket, ...more }))).toBe(false);
});

it.each([
  ['浙江省杭州市西湖区文三路 1 号', '浙江'],
  [' 内蒙古自治区呼和浩特市', '内蒙古'],
  ['中国上海市黄浦区', '上海'],
  ['杭州市西湖区', null],
])('the province of %s is %s', (address, region) => {
  expect(regionOf(address)).toBe(region);
});
