import { askOf } from '../../cards/digest.ts';
import type { StatsRow } from '../../cards/stats.ts';
import type { Answer, Outcome } from '../../commands/command.ts';
import type { AskedPeriod, FiguresAsked } from '../../commands/figures-ask.ts';
import type { Directory, Person } from '../domain/directory.ts';
import { figureName, reachOf, readScope, scopeName, type Figure, type Scope } from '../domain/figure.ts';
import { numberOf, ratesOf } from '../domain/figure-number.ts';
import { before, periodAt, periodOf, type Period } from '../domain/period.ts';
import { leads, visibleTeams } from '../domain/permission.ts';
import type { Refusal } from '../domain/refusal.ts';
import { text, type Reader } from '../text/text.ts';
import { keepChart, makeDigest } from './digest.ts';
import { exportLinks, EXPORT_HOURS } from './export-link.ts';
import type { FigureReads } from './figures.ts';
import type { Parts } from './parts.ts';
import { personReader } from './reader.ts';
import type { Said } from './run.ts';

/** Rows of one list. */
const PAGE = 10;

/** A refused answer. */
type Told = Answer | Refusal;

const NOT_ALLOWED: Refusal = { code: 'not_allowed', no: null, needs: 'lead', who: null };

/** What somebody asks of figures, with the rights looked at. */
interface Granted {
  readonly scope: Scope;
  /** See `Digest.asks`. */
  readonly asks: string;
  readonly period: Period;
  readonly until: Date;
  readonly named: (person: string) => boolean;
}

/** Answers 日报 and 统计, and the presses on their numbers. */
export function createFigureAnswers(
  parts: Parts,
  figures: FigureReads,
): (said: Said, asked: Extract<Outcome, { kind: 'figures' }>['asked']) => Promise<Told> {
  const { store, directory } = parts;

  const digest = async (speaker: Person, asked: FiguresAsked, granted: Granted): Promise<Answer> => {
    const { scope, asks, period, until, named } = granted;
    const compared = (await figures.compared(period, [scope], until)).get(scopeName(scope));
    if (compared === undefined) throw new Error('figures without the scope that was asked for');
    const rest = asked.what === 'rest';
    const reader = personReader(parts, speaker.id);
    const chart = rest ? null : await keepChart(parts, granted, compared, reader);
    const made = await makeDigest(parts, { kind: 'fresh', scope, asks, period, until, named }, compared, chart);
    if (rest) return { view: { view: 'digest-rest', digest: made, exports: isLead(speaker) } };
    return { view: { view: 'digest', digest: made } };
  };

  const list = async (speaker: Person, figure: Figure, { scope, asks, period, until }: Granted, skip: number) => {
    const upTo = { ...period, to: until };
    const [count, { tickets: found }] = await Promise.all([
      figures.count(figure, scope, upTo),
      figures.behind(figure, scope, upTo, { after: null, limit: skip + PAGE }),
    ]);
    const numbers = found.slice(skip).map(({ number }) => number);
    const loaded = new Map((await store.tickets.byNumbers(numbers)).map((t) => [t.number, t]));
    const rows = numbers.flatMap((number) => loaded.get(number) ?? []);
    const reader = personReader(parts, speaker.id);
    const title = {
      key: 'figures.behind',
      params: { ...wordsFor(figure, directory(), reader), when: whenOf(period, reader), count },
    } as const;
    const ask = askOf({ asks, period, until }, figureName(figure));
    const more = skip + rows.length < count && rows.length > 0;
    return {
      view: {
        view: 'list',
        title,
        tickets: rows,
        total: count,
        ...(more && { next: { command: 'stats', args: { ask: `${ask} +${skip + PAGE}` } } }),
      },
    } satisfies Answer;
  };

  const stats = async (speaker: Person, asked: FiguresAsked, granted: Granted): Promise<Answer> => {
    const { scope, asks, period, until } = granted;
    const compared = (await figures.compared(period, [scope], until)).get(scopeName(scope));
    if (compared === undefined) throw new Error('figures without the scope that was asked for');
    const { figures: now, before: then } = compared;
    const reader = personReader(parts, speaker.id);
    const row = (figure: Figure, share: number | null = null): StatsRow => {
      const count = numberOf(now, figure);
      const change = then === null || figure.is === 'late.open' ? null : count - numberOf(then, figure);
      return { ...wordsFor(figure, directory(), reader), figure, count, share, change };
    };
    const { person, category, source } = asked;
    const rows: readonly StatsRow[] =
      person !== null
        ? (['person', 'held', 'delayed'] as const).map((is) => ({ ...row({ is, person }), of: '' }))
        : category !== null
          ? now.causes
              .filter((cause) => cause.category === category || cause.category?.startsWith(`${category}.`) === true)
              .map((cause) => row({ is: 'cause', category: cause.category }))
          : source !== null
            ? [row({ is: 'source', source })]
            : [
                row({ is: 'new' }),
                row({ is: 'resolved' }),
                row({ is: 'response.met' }, ratesOf(now).inTime),
                row({ is: 'late', clock: 'firstResponse' }),
                row({ is: 'late', clock: null }),
                row({ is: 'late.open' }),
                row({ is: 'backlog', age: null }),
                row({ is: 'reopened' }),
              ];
    const of = person === null ? namesOf(scope, directory()) : [directory().people.get(person)?.name ?? person];
    const [, ...same] = askOf({ asks, period, until }, 'x').split(' ');
    return {
      view: {
        view: 'stats',
        stats: {
          title: { of, when: whenOf(period, reader) },
          rows: orNone(rows, category),
          ask: same.join(' '),
          exports: isLead(speaker),
        },
      },
    };
  };

  /** A category of which nothing came has that number, too. */
  const orNone = (rows: readonly StatsRow[], category: string | null): readonly StatsRow[] =>
    rows.length > 0 || category === null
      ? rows
      : [
          {
            figure: { is: 'cause', category },
            what: 'category',
            of: directory().categories.get(category)?.name['zh-CN'] ?? category,
            count: 0,
            share: null,
            change: null,
          },
        ];

  return async ({ speaker }, asked) => {
    const granted = grant(speaker, asked, directory(), parts.clock.now());
    if (granted === null) return { sentence: { key: 'figures.nothing_there', params: null } };
    if ('code' in granted) return granted;
    const ofPerson = asked.person ?? (asked.figure !== null && 'person' in asked.figure ? asked.figure.person : null);
    if (ofPerson !== null && !granted.named(ofPerson)) return NOT_ALLOWED;
    switch (asked.what) {
      case 'figure':
        return asked.figure === null
          ? stats(speaker, asked, granted)
          : list(speaker, asked.figure, granted, asked.skip);
      case 'export': {
        if (!isLead(speaker)) return NOT_ALLOWED;
        const reader = personReader(parts, speaker.id);
        const figure = asked.figure ?? ({ is: 'new' } as const);
        const upTo = { ...granted.period, to: granted.until };
        const params = {
          ...wordsFor(figure, directory(), reader),
          when: whenOf(granted.period, reader),
          count: await figures.count(figure, granted.scope, upTo),
        };
        const files = exportLinks(parts, { person: speaker.id, figure: figureName(figure), ...granted });
        return { view: { view: 'export', export: { what: params, files, hours: EXPORT_HOURS } } };
      }
      case 'digest':
      case 'rest':
        // Who leads nobody reads their own numbers.
        if (!isLead(speaker) && asked.scope === null) return stats(speaker, { ...asked, person: speaker.id }, granted);
        return digest(speaker, asked, granted);
      case 'stats':
        return stats(
          speaker,
          isLead(speaker) || asked.scope !== null ? asked : { ...asked, person: speaker.id },
          granted,
        );
    }
  };
}

/** Whether somebody is more than an agent. */
export const isLead = ({ roles }: Pick<Person, 'roles'>): boolean => roles.some((role) => role !== 'agent');

/** Whose figures somebody may read of what they ask for; null: there are none for them. */
export function grant(
  speaker: Person,
  asked: Pick<FiguresAsked, 'scope' | 'team' | 'shop' | 'period' | 'until'>,
  directory: Directory,
  now: Date,
): Granted | Refusal | null {
  const own = visibleTeams(speaker);
  const wanted = asked.team !== null ? { team: asked.team } : readScope(asked.scope ?? '');
  const reach = wanted === null ? { teams: own, shops: null } : reachOf(wanted);
  const teams = reach.teams ?? own;
  if (teams !== null && own !== null && teams.some((team) => !own.includes(team))) return NOT_ALLOWED;
  const shops = asked.shop === null ? reach.shops : [asked.shop];
  const allowed =
    speaker.shops.length === 0 ? shops : (shops ?? speaker.shops).filter((s) => speaker.shops.includes(s));
  if (teams?.length === 0) return null;
  if (allowed?.length === 0) return NOT_ALLOWED;
  const scope: Scope = readScope(scopeName({ teams, shops: allowed })) ?? 'all';
  const [only, ...others] = teams ?? [];
  const team = only === undefined || others.length > 0 ? undefined : directory.teams.get(only);
  const timeZone = team?.calendar.timeZone ?? speaker.timeZone;
  const period = periodFor(asked.period, timeZone, now);
  if (period === null) return { code: 'unexpected', verb: 'stats', given: periodWords(asked.period) };
  const end = asked.until === null ? new Date(now.getTime() + 1) : new Date(asked.until);
  const until = new Date(Math.min(Math.max(end.getTime(), period.from.getTime() + 1), period.to.getTime()));
  const named = (person: string): boolean =>
    person === speaker.id || (directory.people.get(person)?.teams ?? []).some((t) => leads(speaker, t)) || own === null;
  const asks = wanted === null && asked.shop === null ? '' : scopeName(scope);
  return { scope, asks, period, until, named };
}

const periodWords = (period: AskedPeriod | null): string => (period !== null && 'key' in period ? period.key : '');

/** The period that is meant; null: there is none of that name. Without any, today. */
function periodFor(asked: AskedPeriod | null, timeZone: string, now: Date): Period | null {
  if (asked !== null && 'key' in asked) return periodOf(asked.key, timeZone);
  const { kind, ago } = asked ?? { kind: 'day', ago: 0 };
  let period = periodAt(kind, timeZone, now);
  for (let i = 0; i < ago; i += 1) period = before(period);
  return period;
}

/** `11月10日`, `11月9日至15日` */
function whenOf(period: Period, reader: Reader): string {
  const r: Reader = { ...reader, timeZone: period.timeZone };
  return text(r, 'digest.dates', { from: period.from, last: new Date(period.to.getTime() - 1) });
}

/** What a number counts, and of whom or what. */
function wordsFor(figure: Figure, directory: Directory, { locale }: Reader) {
  const none = { of: '' };
  switch (figure.is) {
    case 'response.met':
      return { what: 'in_time', ...none } as const;
    case 'late':
      return { what: figure.clock === 'firstResponse' ? 'late_first' : 'late', ...none } as const;
    case 'late.open':
      return { what: 'overdue', ...none } as const;
    case 'cause': {
      const category = directory.categories.get(figure.category ?? '')?.name[locale] ?? figure.category ?? '';
      return { what: 'category', of: category } as const;
    }
    case 'source':
      return { what: 'source', of: figure.source } as const;
    case 'person':
    case 'held':
    case 'delayed':
      return { what: figure.is, of: directory.people.get(figure.person)?.name ?? figure.person } as const;
    default:
      return { what: figure.is, ...none } as const;
  }
}

const namesOf = (scope: Scope, directory: Directory): readonly string[] => {
  const { teams, shops } = reachOf(scope);
  return [
    ...(teams ?? []).map((team) => directory.teams.get(team)?.name ?? team),
    ...(shops ?? []).map((shop) => directory.shops.get(shop)?.name ?? shop),
  ];
};
