import { localDay } from '../domain/calendar.ts';
import { distinct, isSame, judge, slowness, usualOf, type Judged, type Usual } from '../domain/anomaly.ts';
import { addressKey, type Address } from '../domain/address.ts';
import type { Directory } from '../domain/directory.ts';
import { leads } from '../domain/permission.ts';
import { derivedId } from '../ids.ts';
import type { Anomaly } from '../storage/anomalies.ts';
import type { OpenedTally as Opened } from '../storage/tallies.ts';
import { directOf } from './account.ts';
import { anomalyState } from './anomaly-card.ts';
import { answererOf, createCounts, keyOf, keysOf, partsOf, refOf, STEP_MS, type Past } from './anomaly-counts.ts';
import type { Parts } from './parts.ts';
import { post } from './post.ts';
import { postId } from './row.ts';

const HOUR = 3_600_000;
const DAY = 24 * HOUR;
/** What is looked at: the last hour and the last half of it. */
const WINDOWS = [HOUR / 2, HOUR];
const MOST_WEEKS = 6;
const MOST_DAYS = 14;
/** It is over once it has been calm for so long; what comes again soon after is the same once more. */
const CALM_MS = 30 * 60_000;
const AGAIN_MS = 3 * HOUR;
/** Warnings a team has at once. */
const MOST_OPEN = 3;
const MOST_TICKETS = 50;
const KEPT_MS = 30 * DAY;

interface Found {
  readonly key: string;
  readonly team: string;
  readonly judged: Judged;
  readonly by: Usual['by'];
  readonly windowMs: number;
  readonly refs: Anomaly['tickets'];
  /** Ids, for what is the same matter. */
  readonly tickets: readonly string[];
}

/** The past against which one stretch of time is judged. */
interface Before {
  readonly weeks: readonly Past[];
  readonly days: readonly Past[];
}

/** Looks whether something is not as ever; how many warnings are open. Doing it twice at one moment changes nothing. */
export function createAnomalies(parts: Parts): () => Promise<number> {
  const { store, clock, directory } = parts;
  const counts = createCounts(store, directory);

  const isPromoted = (known: Directory, at: number): boolean => {
    const day = localDay(known.calendar.timeZone, new Date(at));
    return known.promotions.some(({ from, to }) => from <= day && day <= to);
  };

  /** The same stretch of time before, as far back as there is anything: without promotion days, which are like no others. */
  const before = async (end: number, windowMs: number): Promise<Before> => {
    const begin = (await store.tallies.begin())?.getTime() ?? Infinity;
    const known = directory();
    const ends = (apart: number, most: number): readonly number[] =>
      Array.from({ length: most }, (_, i) => end - (i + 1) * apart).filter(
        (past) => past - windowMs >= begin && !isPromoted(known, past),
      );
    const read = (all: readonly number[]): Promise<readonly Past[]> =>
      Promise.all(all.map((past) => counts.past(past - windowMs, past, end)));
    const weeks = ends(7 * DAY, MOST_WEEKS);
    // Days are asked for only while weeks are too few.
    const enough = usualOf(weeks, [])?.by === 'weeks';
    return { weeks: await read(weeks), days: enough ? [] : await read(ends(DAY, MOST_DAYS)) };
  };

  const usual = ({ weeks, days }: Before, key: string): Usual | null =>
    usualOf(
      weeks.map((p) => p.count(key)),
      days.map((p) => p.count(key)),
    );

  /** How many times the usual a team has of everything: 1 but on promotion days. */
  const levelOf = (team: string, count: number, past: Before, end: number): number => {
    if (!isPromoted(directory(), end)) return 1;
    const all = usual(past, keyOf(team, 'all'));
    return all === null ? 1 : Math.max(1, judge(count, all).level);
  };

  /** What one key is like in a window; null: nothing can be said. That everything rises is no news on a promotion day. */
  const judged = (
    key: string,
    now: ReadonlyMap<string, readonly Opened[]>,
    past: Before,
    end: number,
  ): Judged | null => {
    const [team, kind] = partsOf(key);
    const is = usual(past, key);
    if (is === null || (kind === 'all' && isPromoted(directory(), end))) return null;
    return judge(now.get(key)?.length ?? 0, is, levelOf(team, now.get(keyOf(team, 'all'))?.length ?? 0, past, end));
  };

  const byKey = (opened: readonly Opened[]): Map<string, Opened[]> => {
    const known = directory();
    const map = new Map<string, Opened[]>();
    for (const t of opened) for (const key of keysOf(t, known)) map.set(key, [...(map.get(key) ?? []), t]);
    return map;
  };

  /** Whose first answers suddenly take longer. */
  const slow = (opened: readonly Opened[], past: Before): readonly Found[] => {
    const theirs = new Map<string, Opened[]>();
    for (const t of opened) {
      const person = answererOf(t);
      const key = person === null || t.firstMs === null ? null : keyOf(t.team, 'person', person);
      if (key !== null) theirs.set(key, [...(theirs.get(key) ?? []), t]);
    }
    const by = past.weeks.length > 0 && past.days.length === 0 ? 'weeks' : 'days';
    return [...theirs].flatMap(([key, own]): Found[] => {
      const all = [...past.weeks, ...past.days].flatMap((p) => p.answers(key));
      const found = slowness(
        own.flatMap((t) => t.firstMs ?? []),
        all,
      );
      if (found === null) return [];
      const { now, usual: often, slow: surge } = found;
      const calm = now < 1.5 * often;
      const [team] = partsOf(key);
      const as = { count: now, usual: often, surge, calm, chance: 0, level: 1 };
      return [{ key, team, judged: as, by, windowMs: HOUR, refs: own.map(refOf), tickets: own.map((t) => t._id) }];
    });
  };

  const show = async (anomaly: Anomaly, first: boolean): Promise<void> => {
    const known = directory();
    const [team, kind, value] = partsOf(anomaly.key);
    const chiefs = [...known.people.values()].filter(
      (p) => p.roles.includes('lead') && p.id !== value && leads(p, team) && p.teams.includes(team),
    );
    const groups = kind === 'person' ? [] : (known.teams.get(team)?.groups ?? []);
    const to: readonly (readonly [Address, string | null])[] = [
      ...groups.map((address) => [address, null] as const),
      ...chiefs.flatMap((p) => {
        const address = directOf(parts, p);
        return address === null ? [] : [[address, p.id] as const];
      }),
    ];
    const state = anomaly.shown;
    for (const [address, person] of to) {
      const key = `anomaly:${anomaly._id}:${addressKey(address)}`;
      const stands = await store.outbox.load(postId(key));
      // Nobody hears anew of what is under way or over.
      if (stands === null && !first) continue;
      const sentence = { key: 'anomaly.all', params: null } as const;
      const view = { kind: 'anomaly', id: anomaly._id, state } as const;
      const common = { to: address, person, sentence, offers: [], passing: true, view } as const;
      if (stands === null) await post(parts, { ...common, key });
      else await post(parts, { ...common, key: `${key}:${state}:${anomaly.at.getTime()}`, instead: key });
    }
  };

  /** A warning as it is by now; the same again when nothing of it changes. */
  const goesOn = (a: Anomaly, found: Found | null, at: Date): Anomaly => {
    if (found === null) return { ...a, at };
    const { count, usual: often, calm } = found.judged;
    const calmSince = calm ? (a.calmSince ?? at) : null;
    const known = new Map([...a.tickets, ...found.refs].map((ref) => [ref.ticket, ref]));
    const tickets = [...known.values()].toSorted((x, y) => x.number - y.number).slice(-MOST_TICKETS);
    const open = calmSince === null || at.getTime() - calmSince.getTime() < CALM_MS;
    return { ...a, at, calmSince, open, count, usual: often, by: found.by, windowMs: found.windowMs, tickets };
  };

  return async () => {
    if (parts.quiet() !== null) return 0;
    const end = Math.floor(clock.now().getTime() / STEP_MS) * STEP_MS;
    const at = new Date(end);
    const opened = await counts.read(end - HOUR, end);
    const all = new Map<string, Found>();
    for (const windowMs of WINDOWS) {
      const own = opened.filter((t) => t.openedAt.getTime() >= end - windowMs);
      const now = byKey(own);
      const past = await before(end, windowMs);
      const recent = await store.anomalies.recent(new Date(end - AGAIN_MS));
      for (const key of new Set([...now.keys(), ...recent.map((a) => a.key)])) {
        const found = judged(key, now, past, end);
        const best = all.get(key);
        if (found === null || (best !== undefined && best.judged.chance <= found.chance)) continue;
        const theirs = now.get(key) ?? [];
        const [team] = partsOf(key);
        const by = usual(past, key)?.by ?? 'days';
        all.set(key, {
          key,
          team,
          judged: found,
          by,
          windowMs,
          refs: theirs.map(refOf),
          tickets: theirs.map((t) => t._id),
        });
      }
      if (windowMs === HOUR) for (const found of slow(own, past)) all.set(found.key, found);
    }
    return settle([...all.values()], all, at);
  };

  async function settle(found: readonly Found[], all: ReadonlyMap<string, Found>, at: Date): Promise<number> {
    const recent = await store.anomalies.recent(new Date(at.getTime() - AGAIN_MS));
    const open: Anomaly[] = [];
    for (const known of recent) {
      const now = all.get(known.key) ?? null;
      const again = !known.open && now?.judged.surge === true;
      if (!known.open && !again) continue;
      const next: Anomaly = goesOn(again ? { ...known, open: true, calmSince: null } : known, now, at);
      const shown = await anomalyState(parts, next);
      if (shown !== known.shown) await show({ ...next, shown }, known.shown === '');
      await store.anomalies.keep({ ...next, shown });
      if (next.open) open.push(next);
    }
    const teams = new Set(found.map(({ team }) => team));
    for (const team of teams) {
      const own = open.filter((a) => a.team === team);
      const fresh = found.filter(
        (f) =>
          f.team === team &&
          f.judged.surge &&
          !recent.some((a) => a.key === f.key) &&
          !own.some((a) =>
            isSame(
              f.tickets,
              a.tickets.map((ref) => ref.ticket),
            ),
          ),
      );
      for (const f of distinct(fresh, MOST_OPEN - own.length)) {
        const { key, judged: is, by, windowMs } = f;
        const since = new Date(at.getTime() - windowMs);
        const tickets = f.refs.slice(-MOST_TICKETS);
        const { count, usual: often } = is;
        const _id = derivedId('anomaly', key, String(at.getTime()));
        const made = {
          shown: '',
          _id,
          key,
          team,
          open: true,
          since,
          at,
          calmSince: null,
          count,
          usual: often,
          by,
          windowMs,
          tickets,
        };
        // Kept first: what is posted is drawn from it. Cut in between, it is shown by the next look.
        await store.anomalies.keep(made);
        const shown = await anomalyState(parts, made);
        await show({ ...made, shown }, true);
        await store.anomalies.keep({ ...made, shown });
        open.push(made);
      }
    }
    await store.anomalies.prune(new Date(at.getTime() - KEPT_MS));
    return open.length;
  }
}
