import type { Hours } from './hours.ts';
import type { Act, Plot } from './plot.ts';

/**
 * What has to happen to a ticket, as the rules say it in words. It shares nothing with the product: working time is looked up in a table of
 * minutes, and each promise is a sum of the stretches in which it ran.
 */

const MINUTE = 60_000;
const HOUR = 60 * MINUTE;
const WAIT: Readonly<Record<string, number>> = { customer: 48 * HOUR, warehouse: 4 * HOUR, carrier: 24 * HOUR };
const LEVELS = ['handler', 'lead', 'manager', 'outside'];
const ORDER = ['firstResponse', 'nextResponse', 'resolution', 'wait', 'leg', 'penalty', 'window'];
const LADDER: readonly (readonly [share: number, level: string])[] = [
  [5 / 6, 'handler'],
  [1, 'handler'],
  [1.5, 'handler'],
  [1.5, 'lead'],
  [2, 'manager'],
  [3, 'outside'],
  [4, 'outside'],
  [5, 'outside'],
];

interface Promise_ {
  hours: Hours;
  limit: number;
  /** Worked in stretches that are over. */
  worked: number;
  /** Since when it runs; null: it stands still. */
  since: number | null;
  readonly ladder: readonly (readonly [share: number, level: string])[];
  taken: number;
  quiet: number;
  missed: boolean;
}

export interface Expected {
  /** `2026-11-11T03:04:05.678Z firstResponse 1 → china-late/handler@2026-…` in order. */
  readonly lines: readonly string[];
  /** Names of the promises that were broken, sorted. */
  readonly misses: readonly string[];
}

/** Everything that a ticket's people have to hear until a moment. */
export function expectedOf(plot: Plot, hours: ReadonlyMap<string, Hours>, end: number): Expected {
  const of = (id: string): Hours => {
    const found = hours.get(id);
    if (found === undefined) throw new Error(`no hours of ${id}`);
    return found;
  };
  const promises = new Map<string, Promise_>();
  const lines: string[] = [];
  const misses: string[] = [];
  const reminders: { by: string; when: number }[] = [];
  const t = {
    team: plot.team,
    assignee: null as string | null,
    status: 'new',
    wait: null as string | null,
    until: null as number | null,
    vip: plot.tags.includes('vip'),
    urgent: plot.priority === 'urgent',
    pinged: { by: '', at: -Infinity },
  };

  const share = (): number => (t.vip || plot.category === 'complaint' ? 0.5 : 1);
  const limit = (name: string): number => {
    switch (name) {
      case 'firstResponse':
        return 3 * MINUTE * share();
      case 'nextResponse':
        return 10 * MINUTE * share();
      case 'resolution':
        return (t.urgent ? 4 : 24) * HOUR * share();
      case 'leg':
        return 4 * HOUR;
      case 'wait':
        return WAIT[t.wait ?? ''] ?? 0;
      default:
        return 48 * HOUR;
    }
  };
  const begin = (name: string, at: number): void => {
    const ladder =
      name === 'wait' ? LADDER.filter(([s]) => s >= 1) : name === 'window' ? LADDER.filter(([s]) => s < 1) : LADDER;
    const nonstop = name === 'penalty' || name === 'window';
    promises.set(name, {
      hours: of(nonstop ? 'always' : t.team),
      limit: limit(name),
      worked: 0,
      since: at,
      ladder,
      taken: 0,
      quiet: -1,
      missed: false,
    });
  };
  const pause = (name: string, at: number): void => {
    const p = promises.get(name);
    if (p === undefined || p.since === null) return;
    p.worked += p.hours.until(at) - p.hours.until(p.since);
    p.since = null;
  };
  const goOn = (name: string, at: number): void => {
    const p = promises.get(name);
    if (p !== undefined && p.since === null) p.since = at;
  };
  /** From here on by other terms or another team's hours. */
  const anew = (at: number): void => {
    for (const name of ['firstResponse', 'nextResponse', 'resolution', 'leg', 'wait']) {
      const p = promises.get(name);
      if (p === undefined) continue;
      const running = p.since !== null;
      pause(name, at);
      p.hours = of(t.team);
      if (name !== 'wait') p.limit = limit(name);
      if (running) goOn(name, at);
    }
  };
  const halted = ['resolution', 'leg'];
  const waitFor = (wait: string, until: number | null, at: number): void => {
    t.wait = wait;
    t.until = until;
    t.status = wait === 'customer' ? 'waiting_customer' : 'waiting_other';
    for (const name of halted) pause(name, at);
    if (until === null) begin('wait', at);
    else promises.delete('wait');
  };
  const waitsNoMore = (at: number): void => {
    t.wait = null;
    t.until = null;
    promises.delete('wait');
    for (const name of halted) goOn(name, at);
  };
  const owes = (at: number): void => {
    if (!promises.has('firstResponse') && !promises.has('nextResponse')) begin('nextResponse', at);
  };

  /** When a promise's next step is due. */
  const next = (p: Promise_): number => {
    const step = p.ladder[p.taken];
    if (step === undefined || p.since === null) return Infinity;
    const missing = step[0] * p.limit - p.worked;
    return missing <= 0 ? p.since : p.hours.when(p.hours.until(p.since) + missing);
  };

  const told = (
    at: number,
    due: readonly { name: string; steps: readonly (readonly [number, string])[] }[],
  ): string => {
    const levels = LEVELS.filter((level, rank) =>
      due.some(({ name, steps }) => {
        const p = promises.get(name);
        return steps.some(
          ([s, to]) => to === level && rank > (p?.quiet ?? -1) && (s >= 1 || (p?.limit ?? 0) >= 15 * MINUTE),
        );
      }),
    );
    const heard = new Map<string, string>();
    for (const level of levels) {
      if (level === 'outside') continue;
      if (level === 'handler' && t.assignee === null && due.every(({ steps }) => steps.every(([s]) => s < 1))) continue;
      const people =
        level === 'manager'
          ? ['boss', 'chef']
          : level === 'handler' && t.assignee !== null
            ? [t.assignee]
            : [`${t.team}-lead`];
      for (const person of people) {
        if (level === 'handler' && t.pinged.by === person && at - t.pinged.at < 10 * MINUTE) continue;
        const from = t.urgent || of(person).works(at) ? at : of(person).opens(at);
        heard.set(person, `${person}/${level}@${new Date(from).toISOString()}`);
        if (level === 'handler' && person === t.assignee) t.pinged = { by: person, at };
      }
    }
    return [...heard.values()].join(' ');
  };

  /** All that falls due up to a moment, each when it is due; what falls together is said together. */
  const until = (moment: number): void => {
    for (;;) {
      const at = Math.min(
        t.until ?? Infinity,
        ...[...promises.values()].map(next),
        ...reminders.map(({ when }) => when),
      );
      if (at > moment) return;
      const iso = new Date(at).toISOString();
      if (t.until !== null && t.until <= at) {
        if (t.status === 'resolved') {
          t.status = 'closed';
          t.until = null;
        } else {
          t.status = 'in_progress';
          waitsNoMore(at);
        }
        continue;
      }
      const due = ORDER.flatMap((name) => {
        const p = promises.get(name);
        if (p === undefined) return [];
        const steps: (readonly [number, string])[] = [];
        while (next(p) <= at) {
          steps.push(p.ladder[p.taken] as readonly [number, string]);
          p.taken += 1;
        }
        return steps.length === 0 ? [] : [{ name, steps }];
      });
      if (due.length > 0) {
        const what = due.map(({ name, steps }) => `${name} ${steps.at(-1)?.[0]}`).join(', ');
        lines.push(`${iso} ${what} → ${told(at, due)}`);
        for (const { name, steps } of due) {
          const p = promises.get(name);
          // What others are waited for is no promise of ours.
          if (p === undefined || p.missed || name === 'wait' || !steps.some(([s]) => s >= 1)) continue;
          p.missed = true;
          misses.push(name);
        }
      }
      const own = reminders.filter(({ when }) => when <= at);
      for (const { by } of own) lines.push(`${iso} own → ${by}/handler@${iso}`);
      reminders.splice(0, reminders.length, ...reminders.filter(({ when }) => when > at));
    }
  };

  const does = (act: Act): void => {
    const { at } = act;
    const open = !['resolved', 'closed'].includes(t.status);
    switch (act.what) {
      case 'claim':
        if (t.status !== 'new') return;
        t.assignee = act.by;
        t.status = 'in_progress';
        return;
      case 'reply':
        if (!open) return;
        waitFor('customer', null, at);
        // The customer's platform takes it five seconds later.
        until(at + 5_000);
        for (const name of ['firstResponse', 'nextResponse', 'window']) promises.delete(name);
        return;
      case 'message': {
        if (!open) return;
        if (act.thanks && (t.until !== null || t.status === 'waiting_other')) {
          // They ask for nothing, but can be written to for so much longer.
          if (promises.has('window')) begin('window', at);
          return;
        }
        const waited = t.wait !== null;
        if (waited) {
          t.status = 'in_progress';
          waitsNoMore(at);
        }
        owes(at);
        if (plot.windowMs !== null) begin('window', at);
        return;
      }
      case 'pend':
        if (!open || t.status === 'new') return;
        waitFor(act.wait, act.until, at);
        if (act.wait === 'customer') promises.delete('window');
        return;
      case 'transfer':
        if (!open) return;
        waitsNoMore(at);
        t.team = 'office';
        t.status = 'new';
        t.assignee = null;
        anew(at);
        begin('leg', at);
        return;
      case 'vip':
        if (!t.vip) {
          t.vip = true;
          if (open) anew(at);
        }
        return;
      case 'urgent':
        if (!t.urgent) {
          t.urgent = true;
          if (open) anew(at);
        }
        return;
      case 'acknowledge': {
        const level = act.by === 'boss' ? 3 : act.by.endsWith('-lead') ? 1 : 0;
        if (level === 0 && act.by !== t.assignee) return;
        if (level === 1 && act.by !== `${t.team}-lead`) return;
        const late = [...promises.values()].filter((p) => p.taken > 0);
        if (!late.some((p) => p.since !== null)) return;
        for (const p of late) p.quiet = Math.max(p.quiet, level);
        return;
      }
      case 'remind':
        reminders.push({ by: act.by, when: act.when });
        return;
      case 'resolve':
        if (!open || t.status === 'new') return;
        promises.clear();
        t.status = 'resolved';
        t.wait = null;
        t.until = at + 72 * HOUR;
        return;
      case 'reopen':
        if (open || t.status === 'closed') return;
        t.status = 'in_progress';
        t.until = null;
        begin('resolution', at);
        begin('nextResponse', at);
        if (t.team === 'office') begin('leg', at);
        if (plot.category === 'order') begin('penalty', at);
    }
  };

  begin('firstResponse', plot.answersFrom ?? plot.at);
  begin('resolution', plot.at);
  if (plot.team === 'office') begin('leg', plot.at);
  if (plot.category === 'order') begin('penalty', plot.at);
  if (plot.windowMs !== null) begin('window', plot.at);
  for (const act of plot.acts) {
    until(act.at);
    does(act);
  }
  until(end);
  return { lines, misses: misses.toSorted() };
}
