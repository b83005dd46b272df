import { describe, expect, it } from 'vitest';
import { everyDay } from '../../src/domain/calendar.ts';
import type { Directory } from '../../src/domain/directory.ts';
import { parseHours } from '../../src/domain/hours.ts';
import { dueOf } from '../../src/domain/sla.ts';
import { termsOf, type Promises } from '../../src/domain/terms.ts';
import { Life } from '../support/life.ts';
import { aDirectory, thePromises } from '../support/tickets.ts';

/** 11 November 2026 in Shanghai, where the team is there from 9:00 to 22:00. */
const at = (clock: string, day = '2026-11-11'): Date => new Date(`${day}T${clock.padStart(5, '0')}:00+08:00`);

const promising = (base: Partial<Promises['base']>, rules: Promises['rules'] = thePromises.rules): Directory =>
  aDirectory({ promises: { version: 1, base: { ...thePromises.base, ...base }, rules } });

/** All teams around the clock. */
function nonstop(directory: Directory = aDirectory()): Directory {
  const always = everyDay('Asia/Shanghai', parseHours('0:00-24:00') ?? undefined);
  const teams = new Map([...directory.teams].map(([id, team]) => [id, { ...team, calendar: always }]));
  return { ...directory, teams, calendar: always };
}

describe('terms', () => {
  const ordinary = { category: 'returns.refund', priority: 'normal', tags: [], shop: 'tea' } as const;

  it.each([
    ['an ordinary ticket', ordinary, 180_000],
    ['a complaint', { ...ordinary, category: 'complaint' }, 90_000],
    ['a complaint about service', { ...ordinary, category: 'complaint.service' }, 90_000],
    ['an important customer', { ...ordinary, tags: ['VIP'] }, 90_000],
    ['both, of which one half is the half', { ...ordinary, category: 'complaint', tags: ['vip'] }, 90_000],
  ])('of %s', (_what, promised, firstResponseMs) => {
    expect(termsOf(thePromises, promised).firstResponseMs).toBe(firstResponseMs);
  });

  it('follow the last rule that fits in every way', () => {
    const rule = { categories: [], priorities: [], tags: [], shops: [], share: 1, values: {} } as const;
    const promises = {
      ...thePromises,
      rules: [
        { ...rule, id: 'urgent', priorities: ['urgent'], values: { resolutionMs: 1_000 } },
        { ...rule, id: 'urgent-tea', priorities: ['urgent'], shops: ['tea'], values: { resolutionMs: 2_000 } },
        { ...rule, id: 'other', priorities: ['urgent'], shops: ['coffee'], values: { resolutionMs: 3_000 } },
      ],
    } as const;
    const found = termsOf(promises, { ...ordinary, priority: 'urgent' });
    expect(found).toMatchObject({ resolutionMs: 2_000, rules: ['urgent', 'urgent-tea'] });
    expect(termsOf(promises, ordinary)).toMatchObject({ resolutionMs: 86_400_000, rules: [] });
  });
});

describe('the first answer', () => {
  it('is due in the team’s time, also when the ticket comes a minute before closing', () => {
    const life = new Life().open(at('21:59'));
    expect(dueOf(life.it.clocks).firstResponse).toEqual(at('9:02', '2026-11-12'));
  });

  it('is due from opening time while nobody is there, at once when somebody is there out of hours', () => {
    const [closed, overtime] = [new Life(), new Life()];
    closed.open(at('23:00'), { answersFrom: at('9:00', '2026-11-12') });
    overtime.open(at('23:00'));
    expect(dueOf(closed.it.clocks).firstResponse).toEqual(at('9:03', '2026-11-12'));
    expect(dueOf(overtime.it.clocks).firstResponse).toEqual(at('23:03'));
  });

  it('is given when the customer’s platform took it, and took so long of the team’s time', () => {
    const life = new Life().open(at('14:00')).answers(at('14:02'));
    expect(life.it.clocks).not.toHaveProperty('firstResponse');
    expect(life.it.took).toEqual({ firstResponse: 125_000 });
    expect(life.it.misses).toEqual([]);
  });

  it('that comes too late is a promise broken at its moment', () => {
    const life = new Life().open(at('14:00')).answers(at('14:03'));
    expect(life.it.misses).toEqual([{ clock: 'firstResponse', at: at('14:03') }]);
  });

  it('moves with the class, as long as it is owed', () => {
    const life = new Life().open(at('14:00'));
    life.do(at('14:01'), { type: 'tag', add: ['vip'], remove: [] });
    expect(dueOf(life.it.clocks)).toEqual({
      firstResponse: new Date('2026-11-11T06:01:30Z'),
      resolution: at('13:00', '2026-11-12'),
    });
    life.do(at('14:01'), { type: 'tag', add: [], remove: ['vip'] });
    expect(dueOf(life.it.clocks).firstResponse).toEqual(at('14:03'));
  });
});

describe('the next answer', () => {
  it('is owed once the customer writes, from the first of several messages on', () => {
    const life = new Life().open(at('14:00')).answers(at('14:01'));
    life.says(at('15:00'), '还没到').says(at('15:04'), '在吗');
    expect(dueOf(life.it.clocks).nextResponse).toEqual(at('15:10'));
  });

  it('is owed again for what was written before the last one arrived', () => {
    const life = new Life().open(at('14:00')).answers(at('14:01'));
    life.says(at('15:00'), '还没到').do(at('15:01'), { type: 'reply', message: 'r', sure: true });
    life.says(new Date(at('15:01').getTime() + 1_000), '算了,退款吧');
    life.do(
      new Date(at('15:01').getTime() + 5_000),
      { type: 'delivered', message: 'r' },
      { kind: 'system', name: 'd' },
    );
    expect(dueOf(life.it.clocks).nextResponse).toEqual(new Date(at('15:11').getTime() + 1_000));
  });

  it('is not owed for thanks while somebody of ours is waited for', () => {
    const life = new Life().open(at('14:00')).answers(at('14:01')).says(at('14:05'), '好的那帮我查查');
    life.answers(at('14:06')).do(at('14:07'), { type: 'pend', wait: 'carrier', until: null });
    life.says(at('14:08'), '谢谢', true);
    expect(life.it).toMatchObject({ status: 'waiting_other', wait: 'carrier' });
    expect(life.it.clocks).not.toHaveProperty('nextResponse');
    life.says(at('14:09'), '顺便问下什么时候到');
    expect(life.it).toMatchObject({ status: 'in_progress', wait: null });
    expect(dueOf(life.it.clocks).nextResponse).toEqual(at('14:19'));
  });

  it('snoozed until a moment, a ticket sleeps through thanks', () => {
    const life = new Life().open(at('14:00')).answers(at('14:01'));
    life.do(at('14:02'), { type: 'pend', wait: 'customer', until: at('16:00') }).says(at('14:08'), '好的谢谢', true);
    expect(life.it).toMatchObject({ status: 'waiting_customer', until: at('16:00'), nextDueAt: at('16:00') });
    life.until(at('16:00'));
    expect(life.it).toMatchObject({ status: 'in_progress', until: null });
  });
});

describe('the resolution', () => {
  it('stands still while somebody else is waited for, whose own time runs', () => {
    const life = new Life(nonstop()).open(at('10:00')).answers(at('10:01'));
    life.says(at('11:00'), '还没到');
    // 59 min 55 s of waiting for the customer: it is due so much later.
    expect(dueOf(life.it.clocks).resolution).toEqual(at('10:59', '2026-11-12'));
    life.do(at('12:00'), { type: 'pend', wait: 'warehouse', until: null });
    expect(dueOf(life.it.clocks)).toEqual({ nextResponse: at('11:10'), wait: at('16:00') });
    life.until(at('15:00')).says(at('15:00'), '查到了吗');
    expect(dueOf(life.it.clocks)).toEqual({ nextResponse: at('11:10'), resolution: at('13:59', '2026-11-12') });
  });

  it('follows the calendar: 24 hours of a team that works 13 a day are nearly two days', () => {
    const life = new Life().open(at('10:00'));
    expect(dueOf(life.it.clocks).resolution).toEqual(at('21:00', '2026-11-12'));
    expect(dueOf(new Life(promising({ nonstop: ['resolution'] })).open(at('10:00')).it.clocks).resolution).toEqual(
      at('10:00', '2026-11-12'),
    );
  });

  it('begins anew when the ticket is opened again, and undone it goes on where it was', () => {
    const life = new Life(nonstop()).open(at('10:00')).answers(at('10:01')).says(at('10:02'), '还没到');
    const before = life.it.clocks;
    life.do(at('10:05'), { type: 'resolve', disposition: 'handled', note: null, notice: 'n' });
    expect(life.it).toMatchObject({ clocks: {}, resolver: 'lilei', until: at('10:05', '2026-11-14') });
    // From 10:00 to 10:05 without the minute (but for a few seconds) in which the customer was waited for.
    expect(life.it.took.resolution).toBe(240_000);
    life.do(at('10:05'), { type: 'undo', seq: null, notice: 'withdrawn', sure: false, correction: 'c' });
    expect(life.it.clocks).toEqual(before);
    life.do(at('10:06'), { type: 'resolve', disposition: 'handled', note: null, notice: 'n2' });
    life.do(at('11:00'), { type: 'reopen' });
    expect(dueOf(life.it.clocks)).toEqual({ nextResponse: at('11:10'), resolution: at('11:00', '2026-11-12') });
    expect(life.it.reopens).toEqual([at('11:00')]);
  });
});

describe('other promises', () => {
  it('a marketplace’s deadline runs day and night and through every wait', () => {
    const life = new Life().open(at('21:00'), { penaltyAt: at('21:00', '2026-11-12') });
    life.answers(at('21:01')).do(at('21:02'), { type: 'pend', wait: 'carrier', until: null });
    expect(dueOf(life.it.clocks).penalty).toEqual(at('21:00', '2026-11-12'));
    expect(dueOf(new Life(promising({ penaltyMs: 48 * 3_600_000 })).open(at('3:00')).it.clocks).penalty).toEqual(
      at('3:00', '2026-11-13'),
    );
  });

  it('a team has so long for its part, from when the ticket comes to it', () => {
    const directory = nonstop();
    const warehouse = { ...directory.teams.get('logistics'), legMs: 2 * 3_600_000 } as never;
    const life = new Life({ ...directory, teams: new Map([...directory.teams, ['logistics', warehouse]]) });
    life.open(at('10:00')).answers(at('10:01')).says(at('10:02'), '?');
    expect(life.it.clocks).not.toHaveProperty('leg');
    life.do(at('11:00'), { type: 'transfer', person: null, team: 'logistics', note: 'n', words: '' });
    expect(dueOf(life.it.clocks).leg).toEqual(at('13:00'));
  });

  it('the customer can be written to so long after their last message, which matters while they wait', () => {
    const life = new Life().open(at('10:00'), { windowMs: 48 * 3_600_000 });
    expect(dueOf(life.it.clocks).window).toEqual(at('10:00', '2026-11-13'));
    life.answers(at('10:01'));
    expect(life.it.clocks).not.toHaveProperty('window');
  });

  it('what is over promises nothing, and what is closed has nothing to be woken for', () => {
    const life = new Life().open(at('10:00')).answers(at('10:01'));
    life
      .do(at('10:05'), { type: 'resolve', disposition: 'handled', note: null, notice: 'n' })
      .until(at('10:05', '2026-11-14'));
    expect(life.it).toMatchObject({ status: 'closed', clocks: {}, nextDueAt: null, dueToken: null });
  });
});

describe('the ladder', () => {
  it('of 24 hours: at 20 h 00 m 00 s, at the limit, after it; leads at 36 h, the manager at 48 h', () => {
    const life = new Life(nonstop()).open(at('0:00')).answers(at('0:01'));
    life
      .says(new Date(at('0:01').getTime() + 5_000), '还没到')
      .answers(at('0:02'))
      .do(at('0:03'), { type: 'reopen' });
    const clean = new Life(nonstop(promising({ firstResponseMs: 100 * 86_400_000 }))).open(at('0:00'));
    clean.do(at('0:00'), { type: 'claim' }).until(at('0:00', '2026-11-18'));
    const day = (d: number, h: number): string =>
      new Date(at('0:00').getTime() + (d * 24 + h) * 3_600_000).toISOString();
    expect(clean.reminders()).toEqual([
      [day(0, 20), 'resolution 0.83', 'lilei/handler'],
      [day(1, 0), 'resolution 1', 'lilei/handler'],
      [day(1, 12), 'resolution 1.5', 'lilei/handler zhaomin/lead'],
      [day(2, 0), 'resolution 2', 'zhou/manager'],
      [day(3, 0), 'resolution 3', ''],
      [day(4, 0), 'resolution 4', ''],
      [day(5, 0), 'resolution 5', ''],
    ]);
    expect(clean.it.nextDueAt).toEqual(new Date(at('0:00').getTime() + 100 * 86_400_000 * (5 / 6)));
    expect(clean.it.misses).toEqual([{ clock: 'resolution', at: at('0:00', '2026-11-12') }]);
  });

  it('of a limit under a quarter of an hour: the card alone says it before, a message comes with the limit', () => {
    const life = new Life().open(at('10:00')).do(at('10:00'), { type: 'claim' }).until(at('10:04'));
    expect(life.reminders()).toEqual([
      [new Date('2026-11-11T02:02:30.000Z').toISOString(), 'firstResponse 0.83', ''],
      [at('10:03').toISOString(), 'firstResponse 1', 'lilei/handler'],
    ]);
  });

  it('pings who handles it at most once in ten minutes, others when it concerns them', () => {
    const life = new Life().open(at('10:00')).do(at('10:00'), { type: 'claim' }).until(at('10:10'));
    expect(life.reminders().filter(([, , to]) => to !== '')).toEqual([
      [at('10:03').toISOString(), 'firstResponse 1', 'lilei/handler'],
      [new Date('2026-11-11T02:04:30.000Z').toISOString(), 'firstResponse 1.5', 'zhaomin/lead'],
      [at('10:06').toISOString(), 'firstResponse 2', 'zhou/manager'],
    ]);
  });

  it('what nobody has is told to the leads once its time is over', () => {
    const life = new Life().open(at('10:00')).until(at('10:03'));
    expect(life.reminders().map(([, , to]) => to)).toEqual(['', 'zhaomin/handler']);
  });

  it('who acknowledges is left alone, and so is everybody below', () => {
    const life = new Life(nonstop()).open(at('0:00')).do(at('0:00'), { type: 'claim' }).until(at('0:03'));
    life.do(at('0:04'), { type: 'acknowledge' }).until(at('0:06'));
    expect(
      life
        .reminders()
        .slice(2)
        .map(([, , to]) => to),
    ).toEqual(['zhaomin/lead', 'zhou/manager']);
    const led = new Life(nonstop()).open(at('0:00')).do(at('0:00'), { type: 'claim' }).until(at('0:03'));
    led.do(at('0:04'), { type: 'acknowledge' }, 'zhou').until(at('1:00'));
    expect(
      led
        .reminders()
        .slice(2)
        .map(([, , to]) => to),
    ).toEqual(
      led
        .reminders()
        .slice(2)
        .map(() => ''),
    );
    expect(new Life().open(at('10:00')).do(at('10:00'), { type: 'acknowledge' }).refused).toEqual(['nothing_due']);
  });

  it('down for three days: everybody hears once of each ticket', () => {
    const life = new Life(nonstop()).open(at('0:00')).do(at('0:00'), { type: 'claim' });
    life.wake(at('0:00', '2026-11-14'));
    expect(life.reminders()).toHaveLength(1);
    const told = life.reminders()[0]?.[2].split(' ') ?? [];
    expect(told.toSorted()).toEqual(['lilei/handler', 'zhaomin/lead', 'zhou/manager']);
    expect(life.it.nextDueAt === null || life.it.nextDueAt > at('0:00', '2026-11-14')).toBe(true);
  });

  it('after a restore what passed meanwhile passes in silence', () => {
    const life = new Life(nonstop()).open(at('0:00')).do(at('0:00'), { type: 'claim' });
    life.wake(at('0:10'), true);
    expect(life.reminders().map(([, , to]) => to)).toEqual(['']);
    expect(life.effects.filter(({ kind }) => kind === 'ping')).toEqual([]);
  });
});

describe('wake-ups', () => {
  it('that are stale, early or doubled do nothing', () => {
    const life = new Life().open(at('10:00')).do(at('10:00'), { type: 'claim' });
    const { dueToken } = life.it;
    const before = life.it;
    life.wake(at('10:01'));
    expect(life.it).toBe(before);
    life.answers(at('10:02'));
    const answered = life.it;
    life.do(at('10:04'), { type: 'wake', token: dueToken ?? '' }, { kind: 'system', name: 'wake' });
    expect(life.it).toBe(answered);
  });

  it('for two things at one moment take them one after the other', () => {
    const life = new Life(nonstop()).open(at('10:00')).answers(at('10:01'));
    life.do(at('10:02'), { type: 'pend', wait: 'customer', until: at('12:00') });
    life.do(at('10:03'), { type: 'remind', at: at('12:00') });
    life.until(at('12:00'));
    expect(life.it).toMatchObject({ status: 'in_progress', reminders: [] });
    expect(life.reminders()).toEqual([[at('12:00').toISOString(), 'own', 'lilei/handler']]);
  });
});

describe('off duty', () => {
  const life = (): Life => new Life(nonstop(), { onDuty: () => false, standing: () => ({ state: 'off', said: true }) });
  const heldUntil = (l: Life): readonly (string | undefined)[] =>
    l.effects.flatMap((e) => (e.kind === 'ping' ? e.to.map((told) => told.at.toISOString()) : []));

  it('somebody hears when their time begins; what is urgent does not wait', () => {
    const own = everyDay('Asia/Shanghai');
    const directory = { ...nonstop(), calendar: own };
    const zhou = new Life(directory, life().onDuty).open(at('23:00')).do(at('23:00'), { type: 'claim' });
    zhou.until(at('23:06'));
    const manager = zhou.effects
      .flatMap((e) => (e.kind === 'ping' ? e.to : []))
      .find(({ person }) => person === 'zhou');
    expect(manager?.at).toEqual(at('9:00', '2026-11-12'));
    const urgent = new Life(directory, life().onDuty).open(at('23:00'), { priority: 'urgent' });
    urgent.do(at('23:00'), { type: 'claim' }).until(at('23:06'));
    expect(heldUntil(urgent)).toEqual(
      urgent
        .reminders()
        .filter(([, , to]) => to !== '')
        .map(([when]) => when),
    );
  });
});
