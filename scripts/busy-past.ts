import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { openEmbedded } from '../src/embedded/embedded.ts';
import { FOREVER, type Tally } from '../src/domain/tally.ts';
import { openStore } from '../src/storage/store.ts';

const HOUR = 3_600_000;
const DAY = 24 * HOUR;
const MINUTE = 60_000;
/** How many tickets come in each hour of a day, of a hundred. */
const HOURS = [0, 0, 0, 0, 0, 0, 0, 1, 3, 7, 10, 9, 6, 7, 8, 7, 6, 6, 6, 7, 8, 6, 2, 1];
const CATEGORIES = ['logistics.stalled', 'returns', 'quality', 'order', 'damaged', 'invoice'];
const TEAMS: Readonly<Record<string, string>> = { 'logistics.stalled': 'logistics', order: 'presale' };
const PEOPLE: Readonly<Record<string, readonly string[]>> = {
  presale: ['hanmeimei'],
  aftersale: ['lilei', 'wangfang'],
  logistics: ['daniel'],
};

/** The same numbers each time. */
function chance(): () => number {
  let state = 7;
  return () => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    return state / 2 ** 32;
  };
}

/**
 * Gives an empty data folder of the demo shop ten days of figures, as if it had been at work: what digests are counted from, no tickets.
 * On the last day far more parcels are stuck than before.
 */
export async function busyPast(data: string, midnight: Date): Promise<void> {
  const directory = join(data, 'demo', 'store');
  mkdirSync(directory, { recursive: true });
  const embedded = await openEmbedded({ directory, fsync: false });
  const store = await openStore(embedded.uri);
  try {
    await store.tallies.keep(
      Array.from({ length: 10 }, (_, i) => dayOf(new Date(midnight.getTime() - (10 - i) * DAY), i)).flat(),
    );
  } finally {
    await store.close();
    await embedded.stop();
  }
}

function dayOf(midnight: Date, day: number): readonly Tally[] {
  const random = chance();
  const isLast = day === 9;
  return HOURS.flatMap((count, hour) =>
    Array.from({ length: Math.round(count * (isLast ? 12 : 10 + (day % 3))) }, (_, i): Tally => {
      const openedAt = new Date(midnight.getTime() + hour * HOUR + Math.floor(random() * HOUR));
      const share = random();
      const stuck = isLast ? 0.34 : 0.16;
      const category = share < stuck ? 'logistics.stalled' : (CATEGORIES[1 + Math.floor(random() * 5)] ?? 'returns');
      const team = TEAMS[category] ?? 'aftersale';
      const people = PEOPLE[team] ?? [];
      const person = people[Math.floor(random() * people.length)] ?? null;
      const isLate = random() < 0.04;
      const firstMs = isLate ? 4 * MINUTE + random() * 20 * MINUTE : 20_000 + random() * 150_000;
      const isOpen = isLast && random() < 0.07;
      const isOverdue = isOpen && random() < 0.09;
      const took = 20 * MINUTE + random() * 5 * HOUR;
      const end = midnight.getTime() + DAY;
      // What would take until the next day is done before it: nobody works at night.
      const left = end - openedAt.getTime();
      const done = new Date(openedAt.getTime() + (took < left ? took : left * (0.2 + random() * 0.7)));
      const respondedAt = new Date(openedAt.getTime() + firstMs);
      return {
        _id: `past-${day}-${hour}-${i}`,
        v: 1,
        number: 1_000 + day * 2_000 + hour * 80 + i,
        touchedAt: isOpen ? respondedAt : done,
        openedAt,
        open: isOpen,
        status: isOpen ? 'in_progress' : 'resolved',
        team,
        shop: 'qingtian',
        category,
        source: random() < 0.8 ? 'message/wecom' : 'agent/dingtalk',
        priority: 'normal',
        assignee: person,
        resolver: isOpen ? null : person,
        respondedAt,
        firstMs: Math.round(firstMs),
        resolveMs: isOpen ? null : Math.round(took),
        done: isOpen ? [] : [{ from: done, to: FOREVER }],
        misses:
          isLate || isOverdue
            ? [{ clock: isLate ? 'firstResponse' : 'nextResponse', at: new Date(openedAt.getTime() + 3 * MINUTE) }]
            : [],
        overdue: isOverdue ? new Date(openedAt.getTime() + 3 * MINUTE) : null,
        reopens: [],
        passes: 0,
        nudges: 0,
        merged: false,
        resolvedAt: isOpen ? null : done,
        closedAt: null,
        language: 'zh',
        region: null,
        rules: [],
      };
    }),
  );
}
