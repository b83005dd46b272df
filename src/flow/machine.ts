import type { Adapter, Limit } from '../../adapters/adapter.ts';
import { addressKey, appKey, type Address } from '../domain/address.ts';
import type { Room } from '../storage/rooms.ts';
import { boardOf, listOf } from '../storage/surfaces.ts';
import type { AppNow, FlowNow, Group, RoomNow, Taken } from '../view.ts';
import type { Deliverer } from './deliver.ts';
import { capsOf, subjectsIn } from './limit.ts';
import type { Down } from './outage.ts';
import type { Parts } from './parts.ts';
import { KEPT_AT, monthMs, usedIn } from './quota.ts';

/** A picture is shown for so long before another is taken: however many look, the store is asked twice a second at the most. */
const KEPT_MS = 500;
const MOST_BUDGETS = 50;
const LAG_MS = 60_000;

/**
 * Takes pictures of the machine at work. `lagOf`: how late an app's boards were, as `watchLags` tells; `down`: the platforms that are away.
 */
export function createMachine(
  parts: Parts,
  deliverers: () => readonly Pick<Deliverer, 'app' | 'sends'>[],
  lagOf: (app: string) => number | null,
  down: () => readonly Pick<Down, 'app' | 'since'>[],
): () => Promise<FlowNow> {
  const { store, clock } = parts;

  const appNow = async ({ app, sends }: Pick<Deliverer, 'app' | 'sends'>, at: Date): Promise<AppNow> => {
    const adapter = parts.adapters.get(app);
    if (adapter === undefined) throw new Error('what is delivered for has an adapter');
    const [[queue], dead, kept] = await Promise.all([
      store.outbox.counts([app]),
      store.outbox.countDead(app),
      store.rooms.ofApp(app),
    ]);
    const groups = groupsOf(parts, app, kept);
    const [budgets, rooms] = await Promise.all([
      takenOf(parts, adapter, groups, at),
      Promise.all(groups.map((group) => roomNow(parts, group))),
    ]);
    return {
      app,
      sends: sends(),
      downSince: down().find((d) => d.app === app)?.since ?? null,
      waiting: queue?.pending ?? 0,
      oldestMs: queue?.oldest instanceof Date ? Math.max(0, at.getTime() - queue.oldest.getTime()) : null,
      dead,
      lagMs: lagOf(app),
      budgets,
      rooms,
    };
  };

  const look = async (): Promise<FlowNow> => {
    const at = clock.now();
    const [inbox, apps] = await Promise.all([
      store.inbox.counts(),
      Promise.all(deliverers().map((deliverer) => appNow(deliverer, at))),
    ]);
    const { boards, rows } = parts.directory().surge;
    return { at, inbox, surge: { boards, rows }, apps };
  };

  let newest: { readonly picture: Promise<FlowNow>; until: number } | null = null;
  return () => {
    if (newest !== null && clock.monotonic() < newest.until) return newest.picture;
    const taken = { picture: look(), until: Infinity };
    newest = taken;
    const keep = (ms: number): void => {
      taken.until = clock.monotonic() + ms;
    };
    taken.picture.then(
      () => {
        keep(KEPT_MS);
      },
      () => {
        keep(0);
      },
    );
    return taken.picture;
  };
}

/** Hears how late boards are, and passes it on. */
export function watchLags(parts: Parts): { readonly parts: Parts; readonly lagOf: (app: string) => number | null } {
  const { clock, meter } = parts;
  const lags = new Map<string, readonly { at: number; ms: number }[]>();
  const recent = (app: string): readonly { at: number; ms: number }[] =>
    (lags.get(app) ?? []).filter(({ at }) => at > clock.monotonic() - LAG_MS);
  const seen = (app: string, ms: number): void => {
    lags.set(app, [...recent(app), { at: clock.monotonic(), ms }]);
    meter.seen(app, ms);
  };
  return {
    parts: { ...parts, meter: { ...meter, seen } },
    lagOf: (app) => recent(app).reduce<number | null>((worst, { ms }) => Math.max(worst ?? 0, Math.round(ms)), null),
  };
}

/** A group, and its room if anything ever had to wait in it. */
interface Place {
  readonly address: Address;
  readonly group: Group;
  readonly room: Room | null;
}

/** The groups of all teams, and those that were some team's until lately and still have a room. */
function groupsOf({ directory }: Parts, app: string, rooms: readonly Room[]): readonly Place[] {
  const { teams } = directory();
  const kept = new Map(rooms.map((room) => [room._id, room]));
  const linked = [...teams.values()].flatMap(({ id, groups }) => groups.map((address) => ({ address, team: id })));
  const all = new Map([...linked, ...rooms].map((at) => [addressKey(at.address), at]));
  return Array.from(all, ([key, { address, team }]) => ({
    address,
    group: { conversation: address.conversation, team, name: teams.get(team)?.name ?? team },
    room: kept.get(key) ?? null,
  })).filter(({ address }) => appKey(address) === app);
}

/** What was taken of the month, and of the limits that count for the installation as a whole or for one of its groups. Others would name people. */
async function takenOf(
  { store, adapters }: Parts,
  adapter: Adapter,
  groups: readonly Place[],
  at: Date,
): Promise<readonly Taken[]> {
  const installations = [...adapters.values()].filter((a) => a.platform === adapter.platform).length;
  const asked = new Map<string, { readonly limit: Limit; readonly group: Group }>();
  for (const { address, group } of groups)
    for (const limit of adapter.limits) {
      const method = limit.method === 'any' ? 'send' : limit.method;
      for (const subject of subjectsIn(limit, { address, method }, (to) => adapter.subjects(to)))
        asked.set(`${limit.name}\n${subject}`, { limit, group });
    }
  const taken = await Promise.all(
    Array.from(asked, async ([id, { limit, group }]): Promise<Taken> => {
      const since = at.getTime() - limit.windowMs;
      const spent = ((await store.budgets.read(id))?.spent ?? []).filter((s) => s.at > since);
      const caps = capsOf(limit, installations);
      const reserve = { urgent: caps.urgent - caps.redraw, redraw: caps.redraw - caps.new };
      return {
        name: limit.name,
        group: limit.per === 'app' || limit.per === 'ip' ? null : group,
        used: spent.reduce((sum, s) => sum + s.n, 0),
        count: caps.urgent,
        windowMs: limit.windowMs,
        ...(caps.new < caps.urgent && { reserve }),
      };
    }),
  );
  const month = await monthOf(store, adapter, at);
  return [...month, ...taken].toSorted((a, b) => b.used / b.count - a.used / a.count).slice(0, MOST_BUDGETS);
}

/** The month's calls, where they are counted. */
async function monthOf({ budgets }: Parts['store'], adapter: Adapter, at: Date): Promise<readonly Taken[]> {
  const { quota } = adapter;
  if (quota === undefined) return [];
  const { name, count, offsetMs } = quota;
  const used = await usedIn(budgets, appKey(adapter), quota, at);
  const reserve = { urgent: count - Math.floor(count * KEPT_AT), redraw: 0 };
  return [{ name, group: null, used, count, windowMs: monthMs(at, offsetMs), reserve }];
}

async function roomNow({ store: { surfaces } }: Parts, { group, room }: Place): Promise<RoomNow> {
  if (room === null) return { ...group, surgeSince: null, waiting: 0, oldest: null, boards: [] };
  const list = listOf(room._id);
  const [waiting, [oldest], rows] = await Promise.all([
    surfaces.countStanding(list),
    surfaces.standing(list, 1),
    Promise.all(room.boards.map((b) => surfaces.countStanding(boardOf(room._id, b.number)))),
  ]);
  return {
    ...group,
    surgeSince: room.surgeSince,
    waiting,
    oldest: oldest?.since ?? null,
    boards: room.boards.map(({ number, state, shown }, i) => ({
      number,
      rows: rows[i] ?? 0,
      state,
      shownAt: shown?.at ?? null,
    })),
  };
}
