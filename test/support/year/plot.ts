import type { Hours } from './hours.ts';

/** What happens to one ticket, in order; moments in ms. */
export type Act = { readonly at: number } & (
  | { readonly what: 'claim'; readonly by: string }
  | { readonly what: 'reply'; readonly by: string }
  | { readonly what: 'message'; readonly thanks: boolean }
  | {
      readonly what: 'pend';
      readonly by: string;
      readonly wait: 'warehouse' | 'carrier' | 'customer';
      readonly until: number | null;
    }
  | { readonly what: 'transfer'; readonly by: string }
  | { readonly what: 'vip'; readonly by: string }
  | { readonly what: 'urgent'; readonly by: string }
  | { readonly what: 'acknowledge'; readonly by: string }
  | { readonly what: 'remind'; readonly by: string; readonly when: number }
  | { readonly what: 'resolve'; readonly by: string }
  | { readonly what: 'reopen'; readonly by: string }
);

export interface Plot {
  readonly at: number;
  readonly team: string;
  readonly category: string;
  readonly tags: readonly string[];
  readonly priority: 'normal' | 'urgent';
  /** From when on the first answer is due: at once while the team is there, else from its opening. */
  readonly answersFrom: number | null;
  readonly windowMs: number | null;
  readonly acts: readonly Act[];
}

const HOUR = 3_600_000;
const TEAMS = ['china', 'china', 'night', 'office', 'berlin', 'newyork'] as const;
const AGENTS: Readonly<Record<string, readonly string[]>> = {
  china: ['china-early', 'china-late', 'china-weekend'],
  night: ['night-day', 'night-dusk', 'night-dawn'],
  office: ['office-one', 'office-two'],
  berlin: ['berlin-frueh', 'berlin-spaet'],
  newyork: ['newyork-day', 'newyork-over'],
};

/** One ticket's story; `random` gives numbers below 1. */
export function plotOf(at: number, hours: ReadonlyMap<string, Hours>, random: () => number): Plot {
  const pick = <T>(of: readonly T[]): T => of[Math.floor(random() * of.length)] as T;
  const maybe = (share: number): boolean => random() < share;
  let team: string = pick(TEAMS);
  let clock = at;
  /** Between seconds and days, short ones more often. */
  const later = (most: number): number => {
    clock += 10_000 + Math.floor(most * random() ** 4);
    return clock;
  };
  const first = {
    at,
    team,
    category: pick(['logistics.stalled', 'complaint', 'order', 'returns.refund', 'logistics.stalled']),
    tags: maybe(0.1) ? ['vip'] : [],
    priority: maybe(0.05) ? ('urgent' as const) : ('normal' as const),
    answersFrom: hours.get(team)?.works(at) === true ? null : (hours.get(team)?.opens(at) ?? null),
    windowMs: maybe(0.2) ? 48 * HOUR : null,
  };
  const acts: Act[] = [];
  const done = (): Plot => ({ ...first, acts });
  if (maybe(0.04)) return done();
  let by = pick(AGENTS[team] ?? []);
  acts.push({ at: later(6 * HOUR), what: 'claim', by });
  const answers = (): void => {
    acts.push({ at: later(5 * HOUR), what: 'reply', by });
    clock += 6_000;
  };
  if (maybe(0.9)) answers();
  for (let turn = 0; turn < 4 && maybe(0.7); turn += 1) {
    if (maybe(0.7)) acts.push({ at: later(30 * HOUR), what: 'message', thanks: maybe(0.25) });
    switch (
      pick(['reply', 'reply', 'pend', 'snooze', 'transfer', 'vip', 'urgent', 'ack', 'ack', 'remind', 'none'] as const)
    ) {
      case 'reply':
        answers();
        break;
      case 'pend':
        acts.push({ at: later(3 * HOUR), what: 'pend', by, wait: pick(['warehouse', 'carrier']), until: null });
        break;
      case 'snooze': {
        const from = later(3 * HOUR);
        const until = from + 60_000 + Math.floor(random() * 40 * HOUR);
        acts.push({ at: from, what: 'pend', by, wait: pick(['warehouse', 'customer']), until });
        break;
      }
      case 'transfer':
        if (team === 'office') break;
        acts.push({ at: later(3 * HOUR), what: 'transfer', by });
        team = 'office';
        by = pick(AGENTS['office'] ?? []);
        acts.push({ at: later(6 * HOUR), what: 'claim', by });
        break;
      case 'vip':
        acts.push({ at: later(3 * HOUR), what: 'vip', by });
        break;
      case 'urgent':
        acts.push({ at: later(3 * HOUR), what: 'urgent', by });
        break;
      case 'ack':
        acts.push({ at: later(50 * HOUR), what: 'acknowledge', by: pick([by, `${team}-lead`, 'boss']) });
        break;
      case 'remind': {
        const from = later(3 * HOUR);
        acts.push({ at: from, what: 'remind', by, when: from + 60_000 + Math.floor(random() * 50 * HOUR) });
        break;
      }
      case 'none':
        break;
    }
  }
  if (maybe(0.1)) return done();
  acts.push({ at: later(60 * HOUR), what: 'resolve', by });
  if (!maybe(0.1)) return done();
  acts.push({ at: later(60 * HOUR), what: 'reopen', by });
  if (maybe(0.7)) acts.push({ at: later(60 * HOUR), what: 'resolve', by });
  return done();
}

/** Numbers below 1, the same ones for the same seed. */
export function seeded(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let t = Math.imul(state ^ (state >>> 15), 1 | state);
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
    return ((t ^ (t >>> 14)) >>> 0) / 4_294_967_296;
  };
}
