import { Readable } from 'node:stream';
import { whoOf } from '../../cards/digest.ts';
import type { DigestChart, NumberStyle } from '../chart/chart.ts';
import { isWorkday, localDay, startOfDay } from '../domain/calendar.ts';
import { digestOf, type Digest } from '../domain/digest.ts';
import type { Person } from '../domain/directory.ts';
import { calendarsOf, standingAt } from '../domain/duty.ts';
import { scopeName, type Scope } from '../domain/figure.ts';
import type { Period } from '../domain/period.ts';
import { text, type Reader } from '../text/text.ts';
import type { Compared } from './figures.ts';
import type { Parts } from './parts.ts';

/** Whose files the pictures of digests are: nobody sends them on. */
const OWNER = 'digest';

const NUMBERS: Readonly<Record<Reader['locale'], NumberStyle>> = {
  'zh-CN': { thousands: ',', short: [] },
  en: {
    thousands: ',',
    short: [
      { from: 10_000, per: 1_000, sign: 'k' },
      { from: 1_000_000, per: 1_000_000, sign: 'M' },
    ],
  },
};

/** What a digest is made for. */
export interface DigestFor {
  readonly kind: Digest['kind'];
  readonly scope: Scope;
  /** See `Digest.asks`. */
  readonly asks: string;
  readonly period: Period;
  readonly until: Date;
  /** Whose names may be told. */
  readonly named: (person: string) => boolean;
}

/** The figures of a period as a digest; `chart`: the stored picture. */
export async function makeDigest(
  parts: Pick<Parts, 'directory' | 'roster' | 'clock'>,
  { kind, scope, asks, period, until, named }: DigestFor,
  { figures, before, week }: Compared,
  chart: string | null,
): Promise<Digest> {
  const { key, timeZone, from, to } = period;
  const told = { kind, scope: scopeName(scope), asks, period: { key, timeZone, from, to }, until, chart };
  return digestOf(told, figures, { before, week }, { away: await awayToday(parts), named });
}

/** Who does not work today: it is no day of theirs, or they said so. */
async function awayToday({
  directory,
  roster,
  clock,
}: Pick<Parts, 'directory' | 'roster' | 'clock'>): Promise<Set<string>> {
  const now = clock.now();
  const records = await roster.read();
  const isAway = (person: Person): boolean => {
    const standing = standingAt(records.get(person.id), now);
    if (standing.state === 'off' && standing.said) return true;
    return standing.state === 'off' && calendarsOf(person, directory()).every((calendar) => !isWorkday(calendar, now));
  };
  return new Set([...directory().people.values()].filter(isAway).map(({ id }) => id));
}

/** Draws the chart of figures in a reader's language and keeps it; null: there is nothing to draw, or it could not be drawn. */
export async function keepChart(
  parts: Pick<Parts, 'files' | 'charts' | 'noteFault' | 'directory'>,
  { scope, period, until }: Pick<DigestFor, 'scope' | 'period' | 'until'>,
  { figures, week }: Compared,
  reader: Reader,
): Promise<string | null> {
  if (figures.new === 0 && figures.resolved === 0) return null;
  try {
    const { png } = await parts.charts.render(chartOf(parts, { scope, period, until }, { figures, week }, reader));
    const sent = { owner: OWNER, name: `digest-${period.key.replaceAll(/[^\w-]+/gu, '-')}.png`, type: 'image/png' };
    return (await parts.files.take(Readable.from([png]), sent)).id;
  } catch (error) {
    // The digest is worth more than its picture; whoever runs the place hears of it.
    await parts.noteFault({ where: 'job', what: 'chart', error });
    return null;
  }
}

function chartOf(
  parts: Pick<Parts, 'directory'>,
  { scope, period, until }: Pick<DigestFor, 'scope' | 'period' | 'until'>,
  { figures, week }: Pick<Compared, 'figures' | 'week'>,
  reader: Reader,
): DigestChart {
  const r: Reader = { ...reader, timeZone: period.timeZone };
  const of = period.key.startsWith('day:') ? 'hour' : 'day';
  const who = whoOf({ scope: scopeName(scope) }, parts.directory());
  const last = new Date(Math.min(until.getTime(), period.to.getTime()) - 1);
  const slots = figures.slots.filter(({ at }) => at < until);
  const earlier = week?.slots.slice(0, slots.length).map((slot) => slot.new) ?? [];
  return {
    title: text(r, 'digest.chart_title', { who, from: period.from, last }),
    subtitle: text(r, 'digest.chart_subtitle', { from: period.from, of }),
    names: {
      opened: text(r, 'digest.label_new', null),
      solved: text(r, 'digest.label_resolved', null),
      late: text(r, 'digest.chart_late', null),
      before: text(r, 'digest.chart_before', null),
    },
    buckets: slots.map(({ at, new: opened, resolved: solved, late }) => ({
      label: labelOf(at, of, period.timeZone),
      opened,
      solved,
      late,
    })),
    // Where clocks change, days have another number of hours.
    ...(earlier.length === slots.length && { before: earlier }),
    numbers: NUMBERS[r.locale],
  };
}

/** `9`, `11/3`: the hour of a slot, or its day. */
function labelOf(at: Date, of: 'hour' | 'day', timeZone: string): string {
  const day = localDay(timeZone, at);
  const [, month = '', date = ''] = day.split('-');
  if (of === 'day') return `${Number(month)}/${Number(date)}`;
  return String(Math.floor((at.getTime() - startOfDay(timeZone, day).getTime()) / 3_600_000));
}
