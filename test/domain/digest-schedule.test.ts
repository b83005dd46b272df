import { describe, expect, it } from 'vitest';
import type { Calendar } from '../../src/domain/calendar.ts';
import { everyDay } from '../../src/domain/calendar.ts';
import { DIGEST_RULES, dueDigests, type DigestReader } from '../../src/domain/digest-schedule.ts';

const HOURS = [{ from: 540, to: 1_320 }];
const SHANGHAI = 'Asia/Shanghai';
/** Monday to Friday, less these days. */
const office = (timeZone = SHANGHAI, closed: readonly string[] = []): Calendar => ({
  timeZone,
  week: [[], HOURS, HOURS, HOURS, HOURS, HOURS, []],
  days: new Map(closed.map((day) => [day, []])),
});
const reader = (calendar: Calendar, more: Partial<DigestReader> = {}): DigestReader => ({
  calendar,
  promotions: [],
  told: [],
  last: null,
  ...more,
});
const rules = { ...DIGEST_RULES, weekly: false, monthly: false };
const at = (iso: string): Date => new Date(iso);
/** Keys and periods of what is due. */
const due = (r: DigestReader, now: string, by = rules): readonly string[] =>
  dueDigests(by, r, at(now)).map(({ key, period }) => `${key} -> ${period.key}`);

describe('the digest of a day', () => {
  it('is due from nine o’clock of a workday on, of the day before', () => {
    expect(due(reader(office()), '2026-11-11T00:59:59+00:00')).toEqual([]);
    expect(due(reader(office()), '2026-11-11T01:00:00Z')).toEqual(['daily 2026-11-11 -> day:2026-11-10']);
    // Late, while the day lasts, once.
    expect(due(reader(office()), '2026-11-11T15:59:59Z')).toEqual(['daily 2026-11-11 -> day:2026-11-10']);
    expect(due(reader(office(), { told: ['daily 2026-11-11'] }), '2026-11-11T15:59:59Z')).toEqual([]);
  });

  it('is of Friday and the weekend on a Monday; nobody gets one at a weekend', () => {
    expect(due(reader(office()), '2026-11-14T06:00:00Z')).toEqual([]);
    expect(due(reader(office()), '2026-11-15T06:00:00Z')).toEqual([]);
    expect(due(reader(office()), '2026-11-16T06:00:00Z')).toEqual(['daily 2026-11-16 -> days:2026-11-13..2026-11-15']);
  });

  it('is of everything since the last workday after holidays', () => {
    const closed = ['2026-11-09', '2026-11-10', '2026-11-11'];
    expect(due(reader(office(SHANGHAI, closed)), '2026-11-10T06:00:00Z')).toEqual([]);
    expect(due(reader(office(SHANGHAI, closed)), '2026-11-12T06:00:00Z')).toEqual([
      'daily 2026-11-12 -> days:2026-11-06..2026-11-11',
    ]);
  });

  it('is of everything since the last digest after three days without a process, once', () => {
    // The last one, of Monday the 9th, ended as Tuesday began.
    const last = at('2026-11-09T16:00:00Z');
    expect(due(reader(office(), { last }), '2026-11-13T01:00:00Z')).toEqual([
      'daily 2026-11-13 -> days:2026-11-10..2026-11-12',
    ]);
  });

  it('begins anew where the last digest is a month ago, or in the future because a clock jumped', () => {
    for (const last of ['2026-08-01T16:00:00Z', '2027-08-01T16:00:00Z'])
      expect(due(reader(office(), { last: at(last) }), '2026-11-11T01:00:00Z')).toEqual([
        'daily 2026-11-11 -> day:2026-11-10',
      ]);
  });

  it('goes by the clocks of whom it is for, also where they change', () => {
    const berlin = everyDay('Europe/Berlin');
    // 25 October 2026 has 25 hours there, 29 March 2026 has 23.
    expect(due(reader(berlin), '2026-10-25T07:59:59Z')).toEqual([]);
    expect(due(reader(berlin), '2026-10-25T08:00:00Z')).toEqual(['daily 2026-10-25 -> day:2026-10-24']);
    expect(due(reader(berlin), '2026-03-29T06:59:59Z')).toEqual([]);
    expect(due(reader(berlin), '2026-03-29T07:00:00Z')).toEqual(['daily 2026-03-29 -> day:2026-03-28']);
    const [long] = dueDigests(rules, reader(berlin), at('2026-10-26T08:00:00Z'));
    expect(long?.period.slots).toHaveLength(25);
    expect(due(reader(everyDay('Pacific/Kiritimati')), '2026-11-10T19:00:00Z')).toEqual([
      'daily 2026-11-11 -> day:2026-11-10',
    ]);
  });
});

describe('a promotion', () => {
  const promotions = [{ id: 'double11', name: '双十一', from: '2026-11-10', to: '2026-11-12' }];
  const on = reader(everyDay(SHANGHAI), { promotions, told: ['daily 2026-11-11'] });

  it('has digests of the day so far at its hours, and only on its days', () => {
    expect(due(on, '2026-11-11T04:59:59Z')).toEqual([]);
    expect(due(on, '2026-11-11T05:00:00Z')).toEqual(['so_far 2026-11-11 780 -> day:2026-11-11']);
    expect(due({ ...on, promotions: [] }, '2026-11-11T05:00:00Z')).toEqual([]);
  });

  it('has only the later one where both are late', () => {
    expect(due(on, '2026-11-11T14:30:00Z')).toEqual(['so_far 2026-11-11 1320 -> day:2026-11-11']);
  });

  it('tells up to the moment at which it is sent', () => {
    const [digest] = dueDigests(rules, on, at('2026-11-11T05:07:00Z'));
    expect(digest?.until).toEqual(at('2026-11-11T05:07:00Z'));
  });
});

describe('weeks and months', () => {
  const all = { ...DIGEST_RULES };
  const keys = (r: DigestReader, now: string): readonly string[] =>
    due(r, now, all).filter((k) => !k.startsWith('daily'));

  it('are told on the first workday of the next', () => {
    const r = reader(office(SHANGHAI, ['2026-11-09']));
    expect(keys(r, '2026-11-09T06:00:00Z')).toEqual([]);
    // The first of November was a Sunday: the month was told of on the second.
    expect(keys({ ...r, told: ['monthly month:2026-11'] }, '2026-11-10T06:00:00Z')).toEqual([
      'weekly week:2026-W46 -> week:2026-W45',
    ]);
    expect(keys(reader(office()), '2026-11-02T06:00:00Z')).toEqual([
      'weekly week:2026-W45 -> week:2026-W44',
      'monthly month:2026-11 -> month:2026-10',
    ]);
  });

  it('are told late, once; a month not when it is long over', () => {
    expect(keys(reader(office()), '2026-11-12T06:00:00Z')).toEqual(['weekly week:2026-W46 -> week:2026-W45']);
    const told = ['weekly week:2026-W45'];
    expect(keys(reader(office(), { told }), '2026-11-05T06:00:00Z')).toEqual([
      'monthly month:2026-11 -> month:2026-10',
    ]);
  });

  it('can be switched off', () => {
    expect(due(reader(office()), '2026-11-02T06:00:00Z')).toHaveLength(1);
  });
});
