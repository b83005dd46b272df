import { describe, expect, it } from 'vitest';
import type { Directory, Person } from '../../src/domain/directory.ts';
import type { Told } from '../../src/domain/event.ts';
import { aboveOn, peopleOf } from '../../src/domain/ladder.ts';
import { isUnanswered, owedTo } from '../../src/domain/pinged.ts';
import { LEVELS } from '../../src/domain/terms.ts';
import { Life } from '../support/life.ts';
import { aDirectory, aPerson, aTicket } from '../support/tickets.ts';

const at = (clock: string, day = '2026-11-11'): Date => new Date(`${day}T${clock.padStart(5, '0')}:00+08:00`);
const mail = { platform: 'email', app: 'main', conversation: 'boss@example.com' };

/** Only these people. */
const only = (...people: readonly Person[]): Directory =>
  aDirectory({ people: new Map(people.map((person) => [person.id, person])) });
const lilei = aPerson('lilei', '李雷');
const lead = aPerson('zhaomin', '赵敏', { roles: ['agent', 'lead'] });
const elsewhere = aPerson('sunwei', '孙伟', { roles: ['lead'], teams: ['logistics'] });
const otherShop = aPerson('coffee', '咖啡', { roles: ['manager'], teams: [], shops: ['coffee'] });
const boss = aPerson('zhou', '周总', { roles: ['manager'], teams: [], outside: [mail] });
const admin = aPerson('admin', '管理员', { roles: ['admin'], teams: [] });

describe('whom a level means', () => {
  const mine = aTicket({ assignee: 'lilei', status: 'in_progress' });
  const levels = (directory: Directory, t = mine): readonly string[] =>
    LEVELS.map((level) =>
      peopleOf(t, level, directory)
        .map(({ id }) => id)
        .join(' '),
    );

  it.each([
    ['everybody there is', only(lilei, lead, elsewhere, boss, otherShop, admin), ['lilei', 'zhaomin', 'zhou', 'zhou']],
    ['a team without a lead has the managers', only(lilei, elsewhere, boss), ['lilei', 'zhou', 'zhou', 'zhou']],
    ['a shop without managers has the admins', only(lilei, otherShop, admin), ['lilei', 'admin', 'admin', '']],
    ['nobody at all', only(lilei), ['lilei', '', '', '']],
  ])('%s', (_what, directory, people) => {
    expect(levels(directory)).toEqual(people);
  });

  it('what nobody has is the leads’', () => {
    expect(levels(only(lilei, lead, boss), aTicket())).toEqual(['zhaomin', 'zhaomin', 'zhou', 'zhou']);
  });

  it('above an agent stand the leads, above a lead the managers, above the only manager nobody', () => {
    const all = only(lilei, lead, boss);
    const above = (by: Person, directory = all): readonly string[] => [
      aboveOn(mine, by, directory).level,
      ...aboveOn(mine, by, directory).people.map(({ id }) => id),
    ];
    expect([above(lilei), above(lead), above(boss)]).toEqual([['lead', 'zhaomin'], ['manager', 'zhou'], ['manager']]);
    expect(above(lilei, only(lilei, boss))).toEqual(['lead', 'zhou']);
  });
});

describe('the last step', () => {
  it('goes outside the chats as well, beside what is said in them', () => {
    const life = new Life(only(lilei, lead, boss)).open(at('10:00')).do(at('10:00'), { type: 'claim' });
    life.until(at('10:09'));
    const told = life.effects.flatMap((e): readonly Told[] => (e.kind === 'ping' ? e.to : []));
    expect(told.filter(({ person }) => person === 'zhou').map(({ level, at: when }) => [level, when])).toEqual([
      ['manager', at('10:06')],
      ['outside', at('10:09')],
    ]);
  });
});

describe('what somebody was told is put right', () => {
  const over = (life: Life): readonly string[] =>
    life.effects.splice(0).flatMap((e) => (e.kind === 'ping' ? e.over : []));
  const late = (): Life => {
    const life = new Life().open(at('10:00')).do(at('10:00'), { type: 'claim' }).until(at('10:05'));
    expect(over(life)).toEqual([]);
    return life;
  };

  it.each([
    ['answered', (life: Life) => life.answers(at('10:06')), ['lilei', 'zhaomin']],
    ['closed', (life: Life) => life.do(at('10:06'), { type: 'close', reason: null }), ['lilei', 'zhaomin']],
    ['acknowledged', (life: Life) => life.do(at('10:06'), { type: 'acknowledge' }), ['lilei', 'zhaomin']],
    [
      'somebody else’s',
      (life: Life) => life.do(at('10:06'), { type: 'assign', person: 'wangfang', seen: 'lilei' }, 'zhaomin'),
      ['lilei', 'zhaomin'],
    ],
    ['noted', (life: Life) => life.do(at('10:06'), { type: 'note', note: 'n' }), []],
  ])('when it is %s', (_what, act, people) => {
    expect([...new Set(over(act(late())))].toSorted()).toEqual(people);
  });

  it('concerns them no more, or still', () => {
    const life = late();
    const owes = (person: string, level: 'handler' | 'lead'): string | undefined =>
      owedTo(life.it, person, level, life.directory)?.clock;
    expect([owes('lilei', 'handler'), owes('zhaomin', 'lead'), owes('wangfang', 'handler')]).toEqual([
      'firstResponse',
      'firstResponse',
      undefined,
    ]);
    life.do(at('10:06'), { type: 'acknowledge' });
    expect([owes('lilei', 'handler'), owes('zhaomin', 'lead')]).toEqual([undefined, 'firstResponse']);
    life.do(at('10:07'), { type: 'acknowledge' }, 'zhaomin');
    expect(owes('zhaomin', 'lead')).toBeUndefined();
  });

  it('of what was escalated, once its reader has done something, or it is over', () => {
    const life = new Life().open(at('10:00')).do(at('10:00'), { type: 'claim' });
    life.do(at('10:01'), { type: 'escalate', note: 'n' });
    const telling = { why: 'escalated', level: 'lead', since: life.it.history.seq } as const;
    const waits = (): boolean => isUnanswered(life.it, 'zhaomin', telling, life.directory);
    life.effects.splice(0);
    life.do(at('10:01'), { type: 'note', note: 'm' });
    expect([waits(), over(life)]).toEqual([true, []]);
    life.do(at('10:02'), { type: 'acknowledge' }, 'zhaomin');
    expect([waits(), over(life), life.refused]).toEqual([false, ['zhaomin'], []]);
    life.do(at('10:03'), { type: 'acknowledge' }, 'zhaomin');
    expect(life.refused).toEqual(['nothing_due']);
  });
});
